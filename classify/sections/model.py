"""A trained classifier as it is used and stored: arrays, and nothing of scikit-learn.

Text to label takes no dictionary and no object per term: counts of terms, their weights, one row of weights
per term added up, a softmax. `Model.state` is the whole of it as plain data, and `Model.from_state` checks
that data before it believes it.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.errors import ModelError
from classify.model_file import load_state, model_error, save_state, shipped_model
from classify.records import Prediction
from classify.sections.calibration import Calibration
from classify.sections.features import Channel, Counts, Features, row_sums
from classify.sections.scoring import Scorer
from classify.sections.trie import NgramTrie

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from classify.sections.explanation import Explanation

__all__ = ["BACKGROUND", "FORMAT", "Model", "load_model", "save_model"]

FORMAT = 1
"""Number of the model file's format. A reader takes this one and says how to make it from any other."""

BACKGROUND = "other"
"""The class of texts that belong to no section; predicted as None."""


class Model:
    """A trained section classifier.

    Parameters
    ----------
    classes : sequence of str
        Sorted, `BACKGROUND` included where there is one.
    features : Features
    weights : ndarray of float32, (n_columns, n_classes)
    intercepts : ndarray, (n_classes,)
    calibration : Calibration
    threshold : float in [0, 1]
        Confidence below which `predict` gives no section.
    segmenter : str
        Name of the segmenter that found the words of the training texts.
    """

    def __init__(
        self,
        classes: Sequence[str],
        features: Features,
        weights: NDArray[np.float32],
        intercepts: NDArray[np.float64],
        calibration: Calibration,
        *,
        threshold: float,
        segmenter: str,
    ) -> None:
        self.classes = tuple(classes)
        self.features = features
        self.weights = weights
        self.intercepts = intercepts
        self.calibration = calibration
        self.threshold = threshold
        self.segmenter = segmenter

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the uncalibrated scores, ``(n_texts, n_classes)``."""
        return self._scorer(texts) + self.intercepts

    @cached_property
    def _scorer(self) -> Scorer:
        return Scorer(self.features, self.weights)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_scorer"}

    def scores_of(self, found: Counts) -> NDArray[np.float64]:
        """Return the uncalibrated scores of counted texts."""
        values = self.features.values(found)
        terms = self.weights.take(found.columns, axis=0) * values[:, None]
        return np.asarray(row_sums(terms, found.starts) + self.intercepts)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the probability of each class, ``(n_texts, n_classes)``; rows sum to 1."""
        return self.calibration(self.scores(texts))

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Return a `Prediction` per text, in order.

        Its ``section`` is None when the likeliest class is `BACKGROUND` or its probability, the
        ``confidence``, is below the threshold. A text's headline, where it has one, is its first line.
        """
        if isinstance(texts, str):
            raise TypeError("one string was given where many texts are expected; put it in a list")
        p = self.probabilities(texts)
        best = p.argmax(axis=1)
        made = []
        for row, k in zip(p.tolist(), best.tolist(), strict=True):
            name = self.classes[k]
            sure = row[k] >= self.threshold
            decision = "unsure" if not sure else "other" if name == BACKGROUND else "labelled"
            section = name if decision == "labelled" else None
            scores = dict(zip(self.classes, row, strict=True))
            made.append(Prediction(section, row[k], scores, name, decision))
        return made

    def explain(self, text: str) -> Explanation:
        """Take the scores of `text` apart, term by term."""
        from classify.sections.explanation import explain

        return explain(self, text)

    # -- plain data ----------------------------------------------------------------------------

    @property
    def state(self) -> dict[str, Any]:
        """The model as arrays, strings and numbers."""
        return {
            "format": FORMAT,
            "kind": "classify.sections",
            "classes": list(self.classes),
            "segmenter": self.segmenter,
            "threshold": self.threshold,
            "headline_weight": self.features.headline_weight,
            "slope": self.calibration.slope,
            "offsets": self.calibration.offsets,
            "intercepts": self.intercepts,
            "weights": self.weights,
            "whole": _channel_state(self.features.whole),
            "headline": _channel_state(self.features.headline),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Model:
        """Return the model that `state` describes; raise `ModelError` where it describes none."""
        mend = "train it again with `classify train`"
        if state.get("kind") != "classify.sections":
            raise ModelError(
                f"this is no section model (kind {state.get('kind')!r}); give one that `classify train` wrote"
            )
        if state.get("format") != FORMAT:
            raise ModelError(
                f"model format {state.get('format')!r} is not {FORMAT}, which this version reads; {mend}"
            )
        try:
            classes = [str(c) for c in state["classes"]]
            features = Features(
                _channel(state["whole"]), _channel(state["headline"]), float(state["headline_weight"])
            )
            model = cls(
                classes,
                features,
                _array(state, "weights", np.float32, (len(features), len(classes))),
                _array(state, "intercepts", np.float64, (len(classes),)),
                Calibration(float(state["slope"]), _array(state, "offsets", np.float64, (len(classes),))),
                threshold=float(state["threshold"]),
                segmenter=str(state["segmenter"]),
            )
        except (KeyError, TypeError, ValueError, IndexError) as e:
            raise ModelError(f"the model is damaged ({type(e).__name__}: {e}); {mend}") from None
        return model


def load_model(path: str | Path | None = None, *, sha256: str | None = None) -> Model:
    """Return the model at `path`, or the shipped one.

    Parameters
    ----------
    path : path or None, default=None
    sha256 : str or None, default=None
        Refuse the file unless it has this digest (hexadecimal).

    Raises
    ------
    ModelError
        Where there is no such file, or it is no model, damaged, of another format, or not the one pinned.

    Examples
    --------
    >>> from classify import load_model
    >>> load_model().classes
    ['business', 'forestry', 'governance', 'other', 'policing']
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


def save_model(model: Model, path: str | Path, card: Mapping[str, Any]) -> str:
    """Write `model` to `path` and its card beside it, and return the file's SHA-256; see `save_state`."""
    return save_state(model.state, path, card)


def _channel_state(channel: Channel) -> dict[str, Any]:
    n = len(channel.trie)
    return {
        "alphabet": channel.trie.alphabet,
        "depth": channel.trie.depth,
        "char": channel.trie.char,
        "is_term": np.packbits(channel.column[:n] >= 0),
        "is_word": np.packbits(channel.column[n:-1] >= 0),
        "idf": channel.idf.astype(np.float32),
    }


def _channel(state: Mapping[str, Any]) -> Channel:
    alphabet = _array(state, "alphabet", np.uint32, None)
    depth = _array(state, "depth", np.uint8, None)
    n = len(depth)
    char = _array(state, "char", np.uint32 if len(alphabet) > 1 << 16 else np.uint16, (n,))
    if len(alphabet) and (alphabet[-1] >= 0x110000 or (np.diff(alphabet.astype(np.int64)) <= 0).any()):
        raise ValueError("the alphabet is not ascending code points")
    steps = np.diff(depth.astype(np.int64), prepend=0)
    if n and (depth.min() < 1 or steps.max() > 1 or int(char.max()) >= len(alphabet)):
        raise ValueError("the vocabulary is no trie")
    both = np.concatenate(
        [
            np.unpackbits(_array(state, name, np.uint8, ((n + 7) // 8,)), count=n).astype(bool)
            for name in ("is_term", "is_word")
        ]
    )
    column = np.append(np.where(both, np.cumsum(both) - 1, -1), -1).astype(np.int32)
    idf = _array(state, "idf", np.float32, (int(both.sum()),))
    return Channel(NgramTrie(alphabet, depth, char), column, idf.astype(np.float64))


def _array(state: Mapping[str, Any], name: str, dtype: Any, shape: tuple[int, ...] | None) -> NDArray[Any]:
    value = state[name]
    if not isinstance(value, np.ndarray) or value.dtype != dtype:
        raise ValueError(f"{name} is no array of {np.dtype(dtype)}")
    if value.ndim != (1 if shape is None else len(shape)) or (shape is not None and value.shape != shape):
        raise ValueError(f"{name} has shape {value.shape}, not {shape}")
    if value.dtype.kind == "f" and not np.isfinite(value).all():
        raise ValueError(f"{name} is not finite")
    return value
