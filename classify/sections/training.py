"""Labelled data to a trained model with its figures and card: what ``classify train`` does.

The classifier is a `SectionClassifier` with its default parameters. The figures are cross-validated: the scoring
models were not trained on the texts that they are computed on. The same data give the same model to the byte.
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
    """

    model: Model
    report: Report
    card: dict[str, Any]

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
    data: str | Path | Corpus,
    *,
    classifier: SectionClassifier | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Trained:
    """Train a model on labelled data and compute its figures.

    Parameters
    ----------
    data : path or Corpus
        See `classify.read.labelled.load_corpus`.
    classifier : SectionClassifier or None, default=None
        An unfitted one with other parameters than the defaults; it is cloned. It needs ``folds``, because the
        figures come from held-out texts.
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
        `classifier` has ``folds=0``.
    """
    from sklearn.base import clone

    from classify.sections.classifier import SectionClassifier

    if classifier is not None and classifier.folds == 0:
        raise ValueError(
            "classifier has folds=0, but the figures of train need held-out texts; give folds of 2 or more, "
            "or call its fit and save"
        )
    report_progress = progress or (lambda what, share: None)
    report_progress("reading", 0.0)
    corpus = data if isinstance(data, Corpus) else load_corpus(data)
    corpus.check_trainable()
    report_progress("training", 0.1)
    estimator = SectionClassifier() if classifier is None else clone(classifier)
    estimator.fit(
        corpus.texts, corpus.labels, progress=lambda share: report_progress("training", 0.1 + 0.85 * share)
    )
    report_progress("figures", 0.95)
    model = estimator.model_
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
    report_progress("done", 1.0)
    return Trained(model, report, card)


def _versions() -> dict[str, str]:
    """Return the versions of the installed packages that a model's weights depend on."""
    found = {}
    for name in ("classify-zh", "numpy", "scipy", "scikit-learn", "rjieba", "jieba"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
