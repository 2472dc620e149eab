"""How good predictions are: accuracy, figures per section, calibration, and risk against coverage.

A prediction is right when it is any of the labels accepted for its text. In the figures per section, a right
prediction counts for its own label, and a wrong one against the first label accepted.

`evaluate` takes probabilities and labels, whatever made them. `evaluate_model` computes the probabilities with a
model, and explains the model's most confident mistakes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.errors import CorpusError
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.read.labelled import Corpus
    from classify.sections.explanation import Explanation
    from classify.sections.model import Model

__all__ = [
    "Evaluation",
    "Mistake",
    "Report",
    "SectionFigures",
    "calibration_error",
    "evaluate",
    "evaluate_model",
    "risk_coverage",
]

BINS = 10
"""Bins of confidence for the calibration error. Equally wide, as in Guo et al. (2017), who have 15 for more texts."""

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Shares of the texts at which the risk–coverage curve is computed; chosen."""


@dataclass(frozen=True)
class SectionFigures:
    """Figures of one section.

    Attributes
    ----------
    precision, recall, f1 : float in [0, 1]
        0 where they are not defined.
    support : int
        Texts of the section.
    """

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, repr=False)
class Report:
    """The figures that `evaluate` computes.

    Attributes
    ----------
    n : int
        Texts.
    accuracy : float
        Share of texts whose likeliest class is right.
    hits : float
        The same when a class that is abstained from counts as the background class.
    threshold : float
        Confidence below which the model abstains.
    abstained : float
        Share of texts below the threshold.
    risk : float
        Share of errors among the texts at or above the threshold; 0 where there are none.
    macro_f1 : float
        Mean F1 of the sections that occur.
    ece : float
        Expected calibration error.
    coverage_accuracy : dict
        Accuracy among the most confident share of texts: ``{0.5: …, 0.8: …, …}``.
    risk_coverage : tuple of (coverage, risk, confidence)
        For each of `SHARES`: the share of errors among the most confident of the texts, and the confidence
        of the last of these.
    sections : dict of SectionFigures
    classes : tuple of str
    confusion : tuple of rows
        ``confusion[i][j]``: texts of class i predicted as j.
    reliability : tuple of (confidence, accuracy, n)
        Means of each bin that has texts.
    """

    n: int
    accuracy: float
    hits: float
    threshold: float
    abstained: float
    risk: float
    macro_f1: float
    ece: float
    coverage_accuracy: dict[float, float]
    risk_coverage: tuple[tuple[float, float, float], ...]
    sections: dict[str, SectionFigures]
    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    reliability: tuple[tuple[float, float, int], ...]

    def __repr__(self) -> str:
        return (
            f"<Report of {self.n} texts, {len(self.classes)} classes: accuracy {self.accuracy:.4f}, macro-F1 "
            f"{self.macro_f1:.4f}, {self.abstained:.1%} below threshold {self.threshold:.3f}>"
        )

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><td>{escape(printable(name))}</td><td>{s.precision:.3f}</td><td>{s.recall:.3f}</td>"
            f"<td>{s.f1:.3f}</td><td>{s.support}</td></tr>"
            for name, s in self.sections.items()
        )
        head = "".join(f"<th>{name}</th>" for name in ("section", "precision", "recall", "F1", "texts"))
        return f"<table><caption>{escape(repr(self)[1:-1])}</caption><tr>{head}</tr>{cells}</table>"

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data for JSON, floats rounded to 4 places.

        Examples
        --------
        >>> report = evaluate(np.array([[0.9, 0.1], [0.2, 0.8]]), [("a",), ("b",)], ["a", "b"])
        >>> report.to_dict()["accuracy"], report.to_dict()["confusion"]
        (1.0, [[1, 0], [0, 1]])
        """
        rounded: dict[str, Any] = _rounded(asdict(self))
        return rounded


@dataclass(frozen=True)
class Mistake:
    """A text whose likeliest class is wrong.

    Attributes
    ----------
    number : int
        Number of the text, from 1.
    source : str
        Where it is from.
    accepted : tuple of str
        The labels that are right, the best first.
    predicted : str
        The likeliest class.
    confidence : float in [0, 1]
        Its probability.
    explanation : Explanation
        The part of each term in the scores.
    """

    number: int
    source: str
    accepted: tuple[str, ...]
    predicted: str
    confidence: float
    explanation: Explanation


@dataclass(frozen=True)
class Evaluation:
    """The figures of a model, and the probabilities and labels that they were computed from.

    Attributes
    ----------
    source : str
        Where the texts are from.
    report : Report
    probabilities : ndarray, (n_texts, n_classes)
    classes : tuple of str
        The model's; names of the columns.
    accepted : tuple of (tuple of str)
        Labels that are right, for each text.
    mistakes : tuple of Mistake
        The most confident first.
    """

    source: str
    report: Report
    probabilities: NDArray[np.float64]
    classes: tuple[str, ...]
    accepted: tuple[tuple[str, ...], ...]
    mistakes: tuple[Mistake, ...]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the likeliest class is right, for each text.

        ``(n_texts,)``, bool.
        """
        return _right(self.probabilities, self.accepted, self.classes)


def evaluate_model(
    model: Model, corpus: Corpus, *, texts: Sequence[str] | None = None, mistakes: int = 20
) -> Evaluation:
    """Compare a model's predictions with labelled data, and explain its most confident mistakes.

    Parameters
    ----------
    model : Model
    corpus : Corpus
        The labelled data; see `classify.read.labelled.load_corpus`.
    texts : sequence of str or None, default=None
        What the classifier reads of each document. `classify predict` splits a page into articles first, and the
        classifier reads their parts; `classify.pipeline` passes these here. None: titles and texts as they are.
    mistakes : int, default=20
        How many mistakes are explained.

    Returns
    -------
    Evaluation

    Raises
    ------
    CorpusError
        There are no documents.
    ValueError
        `texts` and documents differ in number.
    """
    if not len(corpus):
        raise CorpusError(f"{corpus.source}: no documents to evaluate on; give one or more")
    if texts is None:
        texts = corpus.texts
    if len(texts) != len(corpus):
        raise ValueError(f"{len(texts)} texts but {len(corpus)} documents; give one text per document")
    p = model.probabilities(texts)
    accepted = tuple(tuple(d.right) for d in corpus)
    report = evaluate(p, accepted, model.classes, threshold=model.threshold)
    confidence = p.max(axis=1)
    wrong = np.flatnonzero(~_right(p, accepted, model.classes))
    shown = wrong[np.argsort(-confidence[wrong], kind="stable")][:mistakes]
    explained = tuple(
        Mistake(
            i + 1,
            corpus.documents[i].source,
            accepted[i],
            model.classes[int(p[i].argmax())],
            float(confidence[i]),
            model.explain(texts[i]),
        )
        for i in shown.tolist()
    )
    return Evaluation(corpus.source, report, p, tuple(model.classes), accepted, explained)


def evaluate(
    probabilities: NDArray[np.floating],
    accepted: Sequence[Sequence[str]],
    classes: Sequence[str],
    *,
    threshold: float = 0.0,
    background: str = "other",
) -> Report:
    """Compare predictions with labels.

    Parameters
    ----------
    probabilities : ndarray, (n_texts, n_classes)
    accepted : sequence of sequences of str, n_texts long
        The labels that are right, the best first. A label that is none of `classes` can't be predicted, and
        counts as an error.
    classes : sequence of str
        Names of the columns.
    threshold : float, default=0.0
        Confidence below which the prediction is `background`, for ``hits``.
    background : str, default="other"

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        There are no texts, or more or fewer labels than texts.

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    >>> evaluate(p, [("forestry",), ("other",), ("other",)], ["forestry", "other"], threshold=0.7)
    <Report of 3 texts, 2 classes: accuracy 0.6667, macro-F1 0.6667, 33.3% below threshold 0.700>
    """
    n = len(probabilities)
    if n == 0 or n != len(accepted):
        raise ValueError(f"{n} predictions, {len(accepted)} labels; give one label per text, and some texts")
    confidence = probabilities.max(axis=1)
    predicted = [classes[k] for k in probabilities.argmax(axis=1)]
    right = _right(probabilities, accepted, classes)
    # Below the threshold `predict` gives no section, which is right for texts of the background class.
    given = [p if c >= threshold else background for p, c in zip(predicted, confidence, strict=True)]
    hits = np.array([p in a for p, a in zip(given, accepted, strict=True)])
    # A text may have several accepted labels; the confusion matrix needs one.
    truth = [p if r else a[0] for p, a, r in zip(predicted, accepted, right, strict=True)]

    # Labels that the model does not know get rows and columns too, so that their texts count as errors.
    names = tuple(sorted({*classes, *truth}))
    place = {name: i for i, name in enumerate(names)}
    confusion = np.zeros((len(names), len(names)), np.intp)
    np.add.at(confusion, ([place[t] for t in truth], [place[p] for p in predicted]), 1)
    sections = {name: _figures(confusion, place[name]) for name in names}
    kept = confidence >= threshold
    risk = risk_coverage(confidence, right)
    # At a coverage of `share`, the threshold is the confidence of the last text kept.
    falling = -np.sort(-confidence)
    last = [max(1, round(share * n)) - 1 for share in SHARES]
    curve = tuple((s, float(risk[i]), float(falling[i])) for s, i in zip(SHARES, last, strict=True))
    ece, bins = calibration_error(confidence, right)
    return Report(
        n=n,
        accuracy=float(right.mean()),
        hits=float(hits.mean()),
        threshold=float(threshold),
        abstained=float(1 - kept.mean()),
        risk=float(1 - right[kept].mean()) if kept.any() else 0.0,
        macro_f1=float(np.mean([s.f1 for s in sections.values() if s.support])),
        ece=ece,
        coverage_accuracy={share: 1 - r for share, r, _ in curve if share in (0.5, 0.7, 0.8, 0.9, 1.0)},
        risk_coverage=curve,
        sections=sections,
        classes=names,
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        reliability=bins,
    )


def risk_coverage(confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share of errors among the 1, 2, … n most confident texts.

    Parameters
    ----------
    confidence : ndarray, (n,)
    right : ndarray of bool, (n,)

    Returns
    -------
    ndarray, (n,)

    Examples
    --------
    >>> risk_coverage(np.array([0.5, 0.9]), np.array([False, True])).tolist()
    [0.0, 0.5]
    """
    order = np.argsort(-confidence, kind="stable")
    return np.cumsum(~right[order]) / np.arange(1, len(order) + 1)


def calibration_error(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS
) -> tuple[float, tuple[tuple[float, float, int], ...]]:
    """Return the expected calibration error (Guo et al., 2017).

    Parameters
    ----------
    confidence : ndarray, (n,), in [0, 1]
    right : ndarray of bool, (n,)
    bins : int, default=`BINS`

    Returns
    -------
    error : float in [0, 1]
        Mean over the texts of the distance between confidence and accuracy of their bin.
    bins : tuple of (mean confidence, accuracy, n_texts)
        Of each bin that has texts.

    Examples
    --------
    >>> error, _ = calibration_error(np.array([0.95, 0.95]), np.array([True, False]))
    >>> round(error, 3)
    0.45
    """
    # A confidence of exactly 1 belongs to the last bin.
    bin_of = np.minimum((confidence * bins).astype(np.intp), bins - 1)
    count = np.bincount(bin_of, minlength=bins)
    sure = np.bincount(bin_of, weights=confidence, minlength=bins)
    true = np.bincount(bin_of, weights=right, minlength=bins)
    # The bins' mean differences, weighted by their sizes: the sizes cancel, so sums are compared.
    error = float(np.abs(sure - true).sum() / max(1, len(confidence)))
    filled = np.flatnonzero(count)
    rows = tuple((float(sure[b] / count[b]), float(true[b] / count[b]), int(count[b])) for b in filled)
    return error, rows


def _right(
    probabilities: NDArray[np.floating], accepted: Sequence[Sequence[str]], classes: Sequence[str]
) -> NDArray[np.bool_]:
    best = probabilities.argmax(axis=1).tolist()
    return np.array([classes[k] in a for k, a in zip(best, accepted, strict=True)], bool)


def _figures(confusion: NDArray[np.intp], i: int) -> SectionFigures:
    true, predicted, both = int(confusion[i].sum()), int(confusion[:, i].sum()), int(confusion[i, i])
    return SectionFigures(
        precision=both / predicted if predicted else 0.0,
        recall=both / true if true else 0.0,
        f1=2 * both / (true + predicted) if true + predicted else 0.0,
        support=true,
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {str(k): _rounded(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(v) for v in value]
    return value
