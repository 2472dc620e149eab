"""Labelled data to a trained model with its figures and card: what ``classify train`` does.

The classifier is a `SectionClassifier` with its default parameters. The figures are cross-validated: the scoring
models were not trained on the texts that they are computed on. The same data give the same model to the byte.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.errors import CorpusError
from classify.read.labelled import Corpus, frame_corpus, join_corpora, load_corpus
from classify.sections.evaluation import Report, evaluate
from classify.sections.model import FORMAT, Model, save_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TypeAlias

    import pandas

    Data: TypeAlias = str | Path | Corpus | pandas.DataFrame

    from classify.sections.classifier import SectionClassifier

__all__ = ["LearningPoint", "Trained", "learning_curve", "train"]

CURVE_SHARES = (0.1, 0.2, 0.35, 0.6, 1.0)
"""Shares of the training texts at which a learning curve is measured; chosen."""

CURVE_HELD_OUT = 5
"""Of so many texts of a label, one is held out for the learning curve; chosen."""


NAMES = {
    "zh": {"business": "经济", "forestry": "林业", "governance": "政务", "other": "其他", "policing": "公安"}
}
"""Names of the shipped model's labels by language; a card has those of the labels of its model. Chosen: as the
columns of city papers are called."""

FEW = 20
"""Documents of a label below which training warns; chosen."""

OFTEN_UNSURE = 0.3
"""Share of held-out texts that get no section from which on training warns; chosen."""


@dataclass(frozen=True)
class Trained:
    """A trained model and what is known of it.

    Attributes
    ----------
    model : Model
    report : Report
        Figures on held-out texts.
    card : dict
        Plain data that is written beside the model: labels, data, parameters, figures, versions. `Trained.save` adds
        the digest.
    corpus : Corpus
        What it was trained on.
    warnings : tuple of str
        What is to be doubted, a line each: labels of few documents, a threshold that keeps more errors than the risk
        allows, or one below which much of the data is.
    """

    model: Model
    report: Report
    card: dict[str, Any]
    corpus: Corpus
    warnings: tuple[str, ...] = ()

    def save(self, path: str | Path, *, date: str | None = None) -> str:
        """Write the model and its card.

        Parameters
        ----------
        path : path
        date : str or None, default=None
            Goes into the card as given; None leaves it out, so that the same data give the same card.

        Returns
        -------
        str
            SHA-256 of the model's file, hexadecimal.

        Raises
        ------
        ModelError
            The file can't be written.
        """
        return save_model(self.model, path, self.card if date is None else {**self.card, "date": date})


def train(
    data: Data | Sequence[Data],
    *,
    classifier: SectionClassifier | None = None,
    threshold: float | None = None,
    sample_weight: Sequence[float] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Trained:
    """Train a model on labelled data and compute its figures.

    Parameters
    ----------
    data : path, Corpus, pandas.DataFrame, or sequence of these
        See `classify.read.labelled.load_corpus`. Several are joined: see `classify.read.labelled.join_corpora`.
    classifier : SectionClassifier or None, default=None
        An unfitted one with other parameters than the defaults; it is cloned. It needs ``folds``, because the
        figures come from held-out texts.
    threshold : float in [0, 1] or None, default=None
        Confidence below which the model gives no section. None: from the ``risk`` of the classifier.
    sample_weight : sequence of float or None, default=None
        Weight of each document of the joined data; None: 1 for all. See `classify.sections.retraining`.
    progress : callable or None, default=None
        Called with what is being done and the share done, 0–1.

    Returns
    -------
    Trained

    Raises
    ------
    CorpusError
        The data can't be read or trained on.
    ValueError
        `classifier` has ``folds=0``, or `threshold` is out of its range.

    Examples
    --------
    >>> trained = train(["examples/own-labels.csv", "examples/own-labels-held-out.csv"], threshold=0.8)
    >>> len(trained.corpus), trained.model.threshold
    (80, 0.8)
    """
    from sklearn.base import clone

    from classify.sections.classifier import SectionClassifier

    if classifier is not None and classifier.folds == 0:
        raise ValueError(
            "classifier has folds=0, but the figures of train need held-out texts; give folds of 2 or more, "
            "or call its fit and save"
        )
    if threshold is not None and not 0 <= threshold <= 1:
        raise ValueError(f"threshold is {threshold}; give a number from 0 to 1")
    report_progress = progress or (lambda what, share: None)
    report_progress("reading", 0.0)
    many = data if isinstance(data, Sequence) and not isinstance(data, (str, Corpus)) else [data]
    corpus = join_corpora([_corpus(one) for one in many])
    corpus.check_trainable()
    report_progress("training", 0.1)
    estimator = SectionClassifier() if classifier is None else clone(classifier)
    estimator.fit(
        corpus.texts,
        corpus.labels,
        sample_weight,
        progress=lambda share: report_progress("training", 0.1 + 0.85 * share),
    )
    report_progress("figures", 0.95)
    model = estimator.model_
    if threshold is not None:
        model = model.with_threshold(threshold)
    held_out = ~np.isnan(estimator.held_out_[:, 0])
    report = evaluate(
        estimator.held_out_[held_out],
        [d.right for d, known in zip(corpus, held_out, strict=True) if known],
        model.classes,
        threshold=model.threshold,
    )
    card = {
        "format": FORMAT,
        "labels": dict(corpus.counts),
        "data": {"documents": len(corpus), "sha256": corpus.digest},
        "parameters": {k: v for k, v in estimator.get_params().items() if k != "n_jobs"},
        "segmenter": model.segmenter,
        "threshold": round(model.threshold, 6),
        "figures": report.to_dict(),
        "versions": {"python": platform.python_version(), **_versions()},
    }
    names = {
        language: {label: name for label, name in table.items() if label in corpus.counts}
        for language, table in NAMES.items()
    }
    card["names"] = {language: table for language, table in names.items() if table}
    report_progress("done", 1.0)
    return Trained(model, report, card, corpus, tuple(_warnings(corpus, report, estimator.risk, threshold)))


def _corpus(data: Data) -> Corpus:
    """Return the labelled documents of any kind of data that `train` takes."""
    if isinstance(data, Corpus):
        return data
    return frame_corpus(data) if hasattr(data, "columns") else load_corpus(data)


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """One point of a learning curve.

    Attributes
    ----------
    documents : int
        How many the model was trained on.
    accuracy, macro_f1 : float in [0, 1]
        On the held-out documents, the same for all points.
    """

    documents: int
    accuracy: float
    macro_f1: float


def learning_curve(corpus: Corpus) -> list[LearningPoint]:
    """Return how good models become with more of the documents: whether more of them would help.

    A fifth of each label is held out, and models are trained on growing shares of the others, with the default
    parameters. Shares in which a label has fewer than two documents are left out.

    Parameters
    ----------
    corpus : Corpus

    Raises
    ------
    CorpusError
        A label has fewer than `CURVE_HELD_OUT` documents.

    Examples
    --------
    >>> from classify.read.labelled import load_corpus
    >>> [point.documents for point in learning_curve(load_corpus("examples/own-labels.csv"))]
    [12, 20, 32, 52]
    """
    from classify.sections.classifier import SectionClassifier

    by_label: dict[str, list[Any]] = {label: [] for label in corpus.counts}
    for document in corpus:
        by_label[document.label].append(document)
    few = min(by_label, key=lambda label: len(by_label[label]), default="")
    if len(by_label) < 2 or len(by_label[few]) < CURVE_HELD_OUT:
        raise CorpusError(
            f"{corpus.source}: a learning curve needs 2 labels or more with {CURVE_HELD_OUT} documents each; add some"
        )
    rng = np.random.default_rng(0)
    held_out, shuffled = [], {}
    for label, documents in by_label.items():
        order = [documents[i] for i in rng.permutation(len(documents))]
        first = len(order) // CURVE_HELD_OUT
        held_out += order[:first]
        shuffled[label] = order[first:]
    points = []
    for share in CURVE_SHARES:
        some = [d for documents in shuffled.values() for d in documents[: round(share * len(documents))]]
        counts = Corpus(tuple(some)).counts
        if len(counts) < len(by_label) or min(counts.values()) < 2:
            continue
        model = SectionClassifier(folds=0).fit([d.content for d in some], [d.label for d in some]).model_
        report = evaluate(
            model.probabilities([d.content for d in held_out]), [d.right for d in held_out], model.classes
        )
        points.append(LearningPoint(len(some), report.accuracy, report.macro_f1))
    return points


def _warnings(corpus: Corpus, report: Report, risk: float, threshold: float | None) -> Iterator[str]:
    """Yield what is to be doubted of a model; see `Trained`."""
    few = {label: n for label, n in corpus.counts.items() if n < FEW}
    if few:
        told = ", ".join(f"{label} {n}" for label, n in list(few.items())[:5])
        more = f" and {len(few) - 5} other labels" if len(few) > 5 else ""
        yield f"few documents of {told}{more}; its figures are rough below some {FEW}, and 100 are better"
    labelled = f"the threshold {report.threshold:.3f} labels {1 - report.abstained:.0%} of texts like these"
    if report.risk > risk and threshold is None:
        yield (
            f"{labelled}, {report.risk:.0%} of them wrong: no threshold that labels half of them keeps the risk of "
            f"{risk:.0%}; look at the labels, give more documents, or choose another --risk or --threshold"
        )
    elif report.abstained >= OFTEN_UNSURE:
        yield f"{labelled}; give more documents, or choose a larger --risk or a lower --threshold"


def _versions() -> dict[str, str]:
    """Return the versions of the installed packages that a model's weights depend on."""
    found = {}
    for name in ("classify-zh", "numpy", "scipy", "scikit-learn", "rjieba", "jieba"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
