"""Labelled data to a trained model with its figures and card: what ``classify train`` does.

The classifier is a `SectionClassifier` as it comes. Its figures are cross-validated: those of texts that
the scoring models had not seen. The same data gives the same model to the byte.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.read.labelled import Corpus, load_corpus
from classify.sections.evaluation import Report, evaluate
from classify.sections.model import FORMAT, Model, save_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from classify.sections.classifier import SectionClassifier

__all__ = ["Trained", "train"]

_VERSIONS = ("classify-zh", "numpy", "scipy", "scikit-learn", "rjieba", "jieba")


@dataclass(frozen=True)
class Trained:
    """A model, its held-out figures, and its card: plain data, to which `Trained.save` adds the digest."""

    model: Model
    report: Report
    card: dict[str, Any]

    def save(self, path: str | Path, *, date: str | None = None) -> str:
        """Write the model and its card; return the model's SHA-256. `date` goes into the card as given."""
        return save_model(self.model, path, self.card if date is None else {**self.card, "date": date})


def train(
    data: str | Path | Corpus,
    *,
    classifier: SectionClassifier | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Trained:
    """Train on labelled data.

    Parameters
    ----------
    data : path or Corpus
        See `classify.read.labelled.load_corpus`.
    classifier : SectionClassifier or None
        An unfitted one with other parameters than the defaults; it is cloned.
    progress : callable or None
        Called with what is being done and the share done, 0–1.

    Raises
    ------
    CorpusError
        Where the data can't be read or trained on.
    """
    from sklearn.base import clone

    from classify.sections.classifier import SectionClassifier

    tell = progress or (lambda what, share: None)
    tell("reading", 0.0)
    corpus = data if isinstance(data, Corpus) else load_corpus(data)
    corpus.check_trainable()
    tell("training", 0.1)
    estimator = SectionClassifier() if classifier is None else clone(classifier)
    estimator.fit(corpus.texts, corpus.labels, progress=lambda share: tell("training", 0.1 + 0.85 * share))
    tell("figures", 0.95)
    model = estimator.model_
    seen = ~np.isnan(estimator.held_out_[:, 0])
    report = evaluate(
        estimator.held_out_[seen],
        [d.right for d, s in zip(corpus, seen, strict=True) if s],
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
    tell("done", 1.0)
    return Trained(model, report, card)


def _versions() -> dict[str, str]:
    found = {}
    for name in _VERSIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
