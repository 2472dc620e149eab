"""Training on a corpus and corrections of it, with figures that say whether the corrections help.

A few corrections stand against a thousand documents, so each may weigh more than a document. How much more is chosen
by cross-validation from `WEIGHTS`: of the weights under which held-out documents are labelled no worse than under the
best one, by more than one standard error (the rule of Breiman et al., Classification and Regression Trees, 1984), the
one that labels most held-out corrections right; of equal ones the smallest. So corrections cannot buy themselves
accuracy with the documents' accuracy, which a sum of both could let them.

The figures before and after come from the same folds: what models say of texts that they had not seen, without the
corrections (or with those that the model now serving had) and with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classify.errors import CorpusError
from classify.read.labelled import Corpus, join_corpora
from classify.sections.training import Trained, train

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classify.read.labelled import Document
    from classify.sections.classifier import SectionClassifier
    from classify.sections.model import Model

__all__ = ["WEIGHTS", "CorrectedText", "HeldOut", "Retrained", "Serving", "choose_weight", "retrain"]

WEIGHTS = (1.0, 3.0, 10.0)
"""Weights of a correction beside a document's 1 that are tried. Chosen: evenly spaced as ratios; from 30 on a single
wrong correction would outweigh the documents like it."""

FOLDS = 5
"""Parts that are held out in turn, as in `SectionClassifier`."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Figures on texts that the measured models had not seen.

    Attributes
    ----------
    right : int
    n : int
    sections : dict of str to (int, int)
        Right ones and texts, of each label.
    """

    right: int
    n: int
    sections: dict[str, tuple[int, int]]

    @property
    def accuracy(self) -> float:
        """Share of the texts that are labelled right; 0 of no texts."""
        return self.right / self.n if self.n else 0.0

    @property
    def macro_accuracy(self) -> float:
        """Mean over the labels of their shares; 0 of no texts."""
        shares = [right / n for right, n in self.sections.values()]
        return sum(shares) / len(shares) if shares else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON.

        >>> HeldOut(1, 2, {"forestry": (1, 2)}).to_dict()["accuracy"]
        0.5
        """
        return {
            "accuracy": round(self.accuracy, 4),
            "macro_accuracy": round(self.macro_accuracy, 4),
            "right": self.right,
            "n": self.n,
            "sections": {name: {"right": right, "n": n} for name, (right, n) in self.sections.items()},
        }


@dataclass(frozen=True, slots=True)
class CorrectedText:
    """What models say of one corrected text.

    Attributes
    ----------
    label : str
        What is right.
    before : str
        What the model serving until now says; empty where none was given.
    after : str
        What the new model says, which has seen it.
    held_out : str
        What a model like the new one says that has not seen it.
    """

    label: str
    before: str
    after: str
    held_out: str


@dataclass(frozen=True, slots=True)
class Serving:
    """The model that serves while another is trained.

    Attributes
    ----------
    model : Model
    weights : sequence of float
        The weight that each correction had when it was trained, 0 where it did not know it; empty: it knew none.
    """

    model: Model
    weights: Sequence[float] = ()


@dataclass(frozen=True)
class Retrained:
    """A model trained with corrections, and what they changed.

    Attributes
    ----------
    trained : Trained
        The model with its card, which has ``corrections``: how many, and their weight.
    weight : float
        One of `WEIGHTS`.
    documents, corrections : tuple of (HeldOut, HeldOut)
        Held-out figures before and after, of the documents and of the corrections.
    texts : list of CorrectedText
        One for each correction, in order.
    """

    trained: Trained
    weight: float
    documents: tuple[HeldOut, HeldOut]
    corrections: tuple[HeldOut, HeldOut]
    texts: list[CorrectedText]


def retrain(
    base: Corpus,
    corrections: Corpus,
    *,
    serving: Serving | None = None,
    classifier: SectionClassifier | None = None,
    threshold: float | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Retrained:
    """Train on documents and corrections.

    Parameters
    ----------
    base : Corpus
        What the model was trained on before. A document that a correction repeats is left out.
    corrections : Corpus
        At least one.
    serving : Serving or None, default=None
        The model that serves now, whose answers are compared.
    classifier, threshold
        As `classify.sections.training.train` takes them.
    progress : callable or None, default=None
        Called with what is being done and the share done, 0–1.

    Raises
    ------
    CorpusError
        There are no corrections, or what is there can't be trained on.

    Examples
    --------
    >>> from classify.read.labelled import Document, load_corpus
    >>> base = load_corpus("examples/own-labels.csv")
    >>> label = base.labels[0]
    >>> found = retrain(base, Corpus((Document("林场里的合唱团排练新歌。", label),), "corrections"))
    >>> found.weight in WEIGHTS, found.corrections[0].n, found.texts[0].after == label
    (True, 1, True)
    """
    report = progress or (lambda what, share: None)
    if not len(corrections):
        raise CorpusError(f"{corrections.source}: no corrections of sections; correct some articles first")
    report("reading", 0.0)
    corrected = {(d.title, d.text) for d in corrections}
    kept = Corpus(tuple(d for d in base if (d.title, d.text) not in corrected), base.source, base.skipped)
    joined = join_corpora([kept, corrections])
    joined.check_trainable()
    n = len(kept)
    known = list(serving.weights) if serving and serving.weights else [0.0] * len(corrections)
    weightings = [[1.0] * n + known, *([1.0] * n + [w] * len(corrections) for w in WEIGHTS)]
    report("held-out figures", 0.05)
    predicted = _held_out(joined, weightings, classifier)
    documents = [_figures(kept.documents, one[:n]) for one in predicted]
    fixed = [_figures(corrections.documents, one[n:]) for one in predicted]
    k = 1 + choose_weight(documents[1:], fixed[1:])
    weight = WEIGHTS[k - 1]
    report("training", 0.5)
    trained = train(
        joined,
        classifier=classifier,
        threshold=threshold,
        sample_weight=weightings[k],
        progress=lambda what, share: report("training", 0.5 + 0.45 * share),
    )
    trained.card["corrections"] = {"documents": len(corrections), "weight": weight}
    texts = [d.content for d in corrections]
    before = [p.likeliest for p in serving.model.predict(texts)] if serving else [""] * len(texts)
    after = [p.likeliest for p in trained.model.predict(texts)]
    rows = zip(corrections, before, after, predicted[k][n:], strict=True)
    listed = [CorrectedText(d.label, old, new, unseen) for d, old, new, unseen in rows]
    report("done", 1.0)
    return Retrained(trained, weight, (documents[0], documents[k]), (fixed[0], fixed[k]), listed)


def choose_weight(documents: Sequence[HeldOut], corrections: Sequence[HeldOut]) -> int:
    """Return which of several weights is best, by their held-out figures; see the module.

    Parameters
    ----------
    documents, corrections : sequence of HeldOut
        Figures of each weight, the smallest weight first.

    Examples
    --------
    >>> documents = [HeldOut(n, 100, {}) for n in (90, 89, 80)]
    >>> choose_weight(documents, [HeldOut(n, 30, {}) for n in (10, 20, 30)])
    1
    """
    best = max(documents, key=lambda one: one.right)
    p, n = best.accuracy, max(1, best.n)
    error = math.sqrt(p * (1 - p) / n)
    allowed = [k for k, one in enumerate(documents) if one.accuracy >= p - error]
    return max(allowed, key=lambda k: (corrections[k].right, -k))


def _held_out(
    corpus: Corpus, weightings: Sequence[Sequence[float]], classifier: SectionClassifier | None
) -> list[list[str]]:
    from sklearn.base import clone

    from classify.sections.classifier import SectionClassifier

    estimator = SectionClassifier() if classifier is None else clone(classifier)
    estimator.set_params(folds=FOLDS)
    return estimator.held_out_predictions(corpus.texts, corpus.labels, weightings)


def _figures(documents: Sequence[Document], predicted: Sequence[str]) -> HeldOut:
    sections: dict[str, tuple[int, int]] = {}
    for document, label in zip(documents, predicted, strict=True):
        right, n = sections.get(document.label, (0, 0))
        sections[document.label] = right + (label in document.right), n + 1
    return HeldOut(
        sum(right for right, _ in sections.values()), len(documents), dict(sorted(sections.items()))
    )
