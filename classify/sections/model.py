"""A trained section classifier as it predicts and as it is stored: arrays, and nothing of scikit-learn.

Text to label is a matrix product: TF-IDF rows of the text (`classify.sections.news`), times one row of weights per
term, plus intercepts, through a softmax. `Model.state` is the whole of it as plain data, and `Model.from_state`
checks such data before it uses them. `classify.model_file` writes and reads the file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.errors import ModelError
from classify.model_file import card_path, load_card, load_state, model_error, save_state, shipped_model
from classify.records import BACKGROUND, Prediction
from classify.sections.calibration import Calibration
from classify.sections.estimator import check_texts
from classify.sections.news import NewsVectorizer
from classify.sections.stored import (
    LARGEST,
    array_of,
    class_names,
    in_half_precision,
    n_terms,
    name_of,
    number,
    part_of,
    part_state,
    truth,
    weights_of,
)
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from classify.sections.explanation import Explanation

__all__ = ["BACKGROUND", "FORMAT", "Model", "label_names", "load_model", "save_model"]

FORMAT = 2
"""Number of the model file's format that is written. Since 2 it says whether term counts are sublinear (in files of 1
they always are), and its weights are rounded to half precision."""

READ_FORMATS = (1, 2)
"""Formats that `Model.from_state` reads."""


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    r"""A trained section classifier.

    Attributes
    ----------
    classes : tuple of str
        Sorted, `BACKGROUND` included where there is one.
    vectorizer : NewsVectorizer
    weights : ndarray of float32, (n_features, n_classes)
    intercepts : ndarray, (n_classes,)
    calibration : Calibration
    threshold : float in [0, 1]
        Confidence below which `predict` gives no section.
    segmenter : str
        Name of the segmenter that found the words of the training texts.

    Examples
    --------
    >>> model = load_model()
    >>> model.predict(["民警破获盗窃案\n警方抓获嫌疑人三名，案件正在审理。"])[0].section
    'policing'
    >>> model.probabilities(["民警破获盗窃案"]).shape
    (1, 5)
    """

    classes: tuple[str, ...]
    vectorizer: NewsVectorizer
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float64]
    calibration: Calibration
    threshold: float
    segmenter: str

    def __repr__(self) -> str:
        names = ", ".join(map(printable, self.classes))
        return (
            f"<Model of {len(self.classes)} classes ({names}), {len(self.weights):,} features, "
            f"threshold {self.threshold:.3f}>"
        )

    def _repr_html_(self) -> str:
        rows = (
            ("classes", ", ".join(map(printable, self.classes))),
            ("features", f"{len(self.weights):,}"),
            ("threshold", f"{self.threshold:.3f}"),
            ("segmenter", printable(self.segmenter)),
        )
        cells = "".join(f"<tr><th>{name}</th><td>{escape(value)}</td></tr>" for name, value in rows)
        return f"<table><caption>Section model</caption>{cells}</table>"

    def with_threshold(self, threshold: float) -> Model:
        """Return the same model with another threshold, a float in [0, 1].

        Raises
        ------
        ValueError
            It is out of its range.

        Examples
        --------
        >>> model = load_model().with_threshold(1.0)
        >>> model.predict(["民警破获盗窃案"])[0].decision
        'unsure'
        """
        if not 0 <= threshold <= 1:
            raise ValueError(f"threshold is {threshold}; give a number from 0 to 1")
        return replace(self, threshold=float(threshold))

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the uncalibrated scores of texts.

        Parameters
        ----------
        texts : sequence of str
            A text's headline, where it has one, is its first line.

        Returns
        -------
        ndarray, (n_texts, n_classes)

        Raises
        ------
        TypeError, ValueError
            `texts` are no list of strings; see `check_texts`.
        """
        return self.vectorizer.scores(check_texts(texts), self._weights) + self.intercepts

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        return self.weights.astype(np.float64)  # a product of mixed types would convert them at each call

    # The float64 copy of the weights is left out of pickles; it is made again at the first use.
    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_weights"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the probability of each class.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        ndarray, (n_texts, n_classes)
            Rows sum to 1.
        """
        return self.calibration(self.scores(texts))

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Return the section of each text, or None where none is given.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        list of Prediction
            In order. ``section`` is None where the likeliest class is `BACKGROUND`, or where its probability, the
            ``confidence``, is below the threshold.
        """
        p = self.probabilities(texts)
        made = []
        for row, k in zip(p.tolist(), p.argmax(axis=1).tolist(), strict=True):
            name = self.classes[k]
            decision = "other" if name == BACKGROUND else "labelled"
            if row[k] < self.threshold:
                decision = "unsure"
            section = name if decision == "labelled" else None
            made.append(
                Prediction(section, row[k], dict(zip(self.classes, row, strict=True)), name, decision)
            )
        return made

    def explain(self, text: str) -> Explanation:
        """Return the part of each term in the scores of `text`.

        Parameters
        ----------
        text : str

        Examples
        --------
        >>> load_model().explain("民警破获盗窃案").towards("policing", 2)[0][0].text
        '警'
        """
        from classify.sections.explanation import explain

        (prediction,) = self.predict([text])
        return explain(text, self.vectorizer, self.weights, self.intercepts, self.classes, prediction)

    def transform(self, texts: Sequence[str]) -> Any:
        """Return the TF-IDF values of texts, a CSR matrix ``(n_texts, n_features)``; needs SciPy.

        Parameters
        ----------
        texts : sequence of str
        """
        return self.vectorizer.transform(texts)

    # -- plain data ----------------------------------------------------------------------------

    @property
    def state(self) -> dict[str, Any]:
        """The model as arrays, strings and numbers: what a model file holds."""
        return {
            "format": FORMAT,
            "kind": "classify.sections",
            "classes": list(self.classes),
            "segmenter": self.segmenter,
            "threshold": self.threshold,
            "headline_weight": self.vectorizer.headline_weight,
            "sublinear_tf": self.vectorizer.sublinear_tf_,
            "slope": self.calibration.slope,
            "offsets": self.calibration.offsets,
            "intercepts": self.intercepts,
            "weights": in_half_precision(self.weights),
            "whole": part_state(self.vectorizer.whole_),
            "headline": part_state(self.vectorizer.headline_),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Model:
        """Return the model that `state` describes.

        Parameters
        ----------
        state : mapping
            As `Model.state` gives it; from a file, so every array is checked.

        Raises
        ------
        ModelError
            It describes no model, or one of another format.
        """
        mend = "train it again with `classify train`"
        if state.get("kind") != "classify.sections":
            raise ModelError(
                f"this is no section model (kind {state.get('kind')!r}); give one that `classify train` wrote"
            )
        found = state.get("format")
        if type(found) is not int or found not in READ_FORMATS:
            raise ModelError(
                f"model format {found!r} is none of {READ_FORMATS}, which this version reads; {mend}"
            )
        try:
            classes = class_names(state)
            k = len(classes)
            of_classes = {name: array_of(state, name, np.float64, (k,)) for name in ("intercepts", "offsets")}
            # Before anything is made of the vocabulary, the weights must be there for each of its terms.
            n_features = sum(n_terms(state[part]) for part in ("whole", "headline"))
            weights = weights_of(state, (n_features, k))
            sublinear = found == 1 or truth(state, "sublinear_tf")
            vectorizer = NewsVectorizer(
                headline_weight=number(state, "headline_weight", 0, LARGEST), sublinear_tf=sublinear
            )
            vectorizer.whole_, vectorizer.headline_ = (
                part_of(state[part], sublinear_tf=sublinear) for part in ("whole", "headline")
            )
            model = cls(
                classes,
                vectorizer,
                weights,
                of_classes["intercepts"],
                Calibration(number(state, "slope", 0, LARGEST), of_classes["offsets"]),
                threshold=number(state, "threshold", 0, 1),
                segmenter=name_of(state["segmenter"]),
            )
        except (KeyError, TypeError, ValueError, IndexError, MemoryError) as e:
            raise ModelError(f"the model is damaged ({type(e).__name__}: {e}); {mend}") from None
        return model


def load_model(path: str | Path | None = None, *, sha256: str | None = None) -> Model:
    """Return the model at `path`, or the shipped one.

    Parameters
    ----------
    path : path or None, default=None
        None is the model that comes with the package.
    sha256 : str or None, default=None
        Refuse the file unless it has this digest (hexadecimal).

    Raises
    ------
    ModelError
        There is no such file, or it is no model, damaged, of another format, or not the one with that digest.

    Examples
    --------
    >>> from classify import load_model
    >>> load_model().classes
    ('business', 'forestry', 'governance', 'other', 'policing')
    """
    path = shipped_model() if path is None else Path(path)
    state = load_state(path, sha256=sha256)
    try:
        return Model.from_state(state)
    except ModelError as e:
        raise model_error(path, str(e)) from None
    except Exception as e:  # plain data that are no model's can fail in every way there is
        raise model_error(
            path, f"damaged ({type(e).__name__}); train a model with `classify train`"
        ) from None


def label_names(path: str | Path | None, language: str) -> dict[str, str]:
    """Return the names of a model's labels in a language, from the table ``names`` of its card.

    Parameters
    ----------
    path : path or None
        The model file; None: the shipped model.
    language : str
        Its code, such as ``zh``.

    Raises
    ------
    ModelError
        There is no card, or it has no names in this language.

    Examples
    --------
    >>> label_names(None, "zh")["forestry"]
    '林业'
    """
    names = load_card(path).get("names", {})
    if not isinstance(names, dict) or not isinstance(names.get(language), dict):
        card = card_path(path or shipped_model())
        raise model_error(
            card,
            f'no names of labels in {language!r}; add them: "names": {{"{language}": {{"label": "name"}}}}',
        )
    return {str(label): str(name) for label, name in names[language].items()}


def save_model(model: Model, path: str | Path, card: Mapping[str, Any]) -> str:
    """Write `model` to `path` and its card beside it.

    Parameters
    ----------
    model : Model
    path : path
        Not ``.json``, which the card is.
    card : mapping
        Plain data that says what the model is; the digest is added.

    Returns
    -------
    str
        SHA-256 of the file, hexadecimal. The same model gives the same bytes.
    """
    return save_state(model.state, path, card)
