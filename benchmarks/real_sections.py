"""The shipped model on real news that two readers labelled blind, and how it grows with the seeds.

sections/dev2 has 250 items, each with the labels of two readers: the section both chose first (`agreed`), and all that
a reader would defend. An item is right where the model's likeliest section is the one both chose, and a hit where it is
any of those defended; both without abstaining. The learning curve trains on growing shares of the seeds, and at last on
the waiting seeds as well.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.harness import Section, load, shared, table
from classify.model_file import load_card
from classify.read.labelled import load_corpus
from classify.sections.evaluation import Report, calibration_error, evaluate
from classify.sections.model import load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.sections.model import Model

ROOT = Path(__file__).parents[1]
SHARES = (0.125, 0.25, 0.5, 1.0)
"""Shares of the seeds at which the learning curve is measured; its last point has the waiting seeds too."""
DRAWS = 2
"""Samples that each share is the mean of: another eighth of the seeds gives a model some two points better or worse."""
SIMULATED = 400
"""Draws of items as they would be, were the confidences true: what the calibration error of few items is by chance."""


@dataclass(frozen=True)
class RealFigures:
    """What a model gives on sections/dev2.

    Attributes
    ----------
    right, newspaper : float in [0, 1]
        Share of the items with one best section on which the likeliest one is it; of those from newspapers.
    report : Report
        Of all items, where any section that a reader defends is right.
    chance : tuple (mean, quantile)
        Calibration error of as many items if every confidence were the share that is right: its mean, and what a
        twentieth of such samples exceed.
    """

    right: float
    newspaper: float
    report: Report
    chance: tuple[float, float]


def measure(*, quick: bool, runs: int) -> Section:
    """Measure the shipped model, and unless `quick` the learning curve, some two minutes; `runs` is of no use here."""
    shared()
    items = load("sections/dev2")
    found = figures_of(load_model(), items)
    report = found.report
    figures = {
        "real_sections.right": found.right,
        "real_sections.newspaper": found.newspaper,
        "real_sections.hits": report.accuracy,
        "real_sections.ece": report.ece,
    }
    figures |= {
        f"real_sections.at_{share * 100:.0f}": right
        for share, right in report.coverage_accuracy.items()
        if share < 1
    }
    parts = [
        f"The shipped model on sections/dev2 ({report.n} items), without abstaining: right on {found.right:.4f} of the "
        f"items with one best section, on {found.newspaper:.4f} of those from newspapers; hits {report.accuracy:.4f}, "
        f"{report.coverage_accuracy[0.8]:.4f} at 80 % coverage. Calibration error {report.ece:.4f}; so few items would "
        f"show {found.chance[0]:.4f} on average if every confidence were true, and a twentieth of such samples "
        f"more than {found.chance[1]:.4f}.",
        "Wrong among the most confident items; of the seeds, in cross-validation:",
        table(["most confident share", "sections/dev2", "seeds"], _risk_rows(report)),
    ]
    if not quick:
        parts += [
            f"Learning curve, means of {DRAWS} samples below all seeds; the last row has the waiting seeds too:",
            table(["seeds", "cross-validation", "right on dev2", "hits on dev2"], learning_rows(items)),
        ]
    return Section("Sections on real news", "\n\n".join(parts), figures)


def figures_of(model: Model, items: Sequence[dict[str, Any]]) -> RealFigures:
    """Return the figures of a model on items with the fields of sections/dev2.

    Parameters
    ----------
    model : Model
    items : sequence of dict
        `title` may be empty; `sections` has the best one first; `agreed` and `from` as in `RealFigures`.
    """
    probabilities = model.probabilities([_text(item) for item in items])
    best = [model.classes[k] for k in probabilities.argmax(axis=1)]
    right = np.array([b == item["sections"][0] for b, item in zip(best, items, strict=True)])
    agreed = np.array([item["agreed"] for item in items])
    newspaper = agreed & np.array([item["from"] == "newspaper" for item in items])
    report = evaluate(probabilities, [item["sections"] for item in items], model.classes)
    chance = error_by_chance(probabilities.max(axis=1))
    return RealFigures(float(right[agreed].mean()), float(right[newspaper].mean()), report, chance)


def error_by_chance(confidence: NDArray[np.float64]) -> tuple[float, float]:
    """Return the mean and the 95 % quantile of the calibration error where every confidence is true.

    Parameters
    ----------
    confidence : ndarray, (n,), in [0, 1]

    Examples
    --------
    >>> error_by_chance(np.ones(10))
    (0.0, 0.0)
    """
    rng = np.random.default_rng(0)
    errors = [
        calibration_error(confidence, rng.random(len(confidence)) < confidence)[0] for _ in range(SIMULATED)
    ]
    return float(np.mean(errors)), float(np.quantile(errors, 0.95))


def learning_rows(items: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Return the rows of the learning curve on some items."""
    seeds = [(d.content, d.label) for d in load_corpus(ROOT / "seeds")]
    rng = np.random.default_rng(0)
    rows = []
    for share in SHARES:
        draws = DRAWS if share < 1 else 1
        samples = [
            [seeds[i] for i in np.sort(rng.permutation(len(seeds))[: round(share * len(seeds))])]
            for _ in range(draws)
        ]
        rows.append(_learning_row(samples, items))
    rows.append(_learning_row([seeds + waiting_seeds()], items))
    return rows


def waiting_seeds() -> list[tuple[str, str]]:
    """Return the texts and sections of the waiting seeds on which both readings agree."""
    with gzip.open(ROOT / "benchmarks" / "more_seeds.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        (f"{row['title']}\n{row['text']}", row["section"]) for row in rows if row["second"] == row["section"]
    ]


def _learning_row(samples: list[list[tuple[str, str]]], items: Sequence[dict[str, Any]]) -> list[str]:
    from classify.sections.classifier import SectionClassifier

    measured = []
    for sample in samples:
        labels = np.array([label for _, label in sample])
        fitted = SectionClassifier().fit([text for text, _ in sample], labels)
        held_out = fitted.classes_[fitted.held_out_.argmax(axis=1)] == labels
        real = figures_of(fitted.model_, items)
        measured.append((held_out.mean(), real.right, real.report.accuracy))
    return [f"{len(samples[0]):,}", *(f"{value:.3f}" for value in np.mean(measured, axis=0))]


def _risk_rows(report: Report) -> list[list[str]]:
    of_seeds = {share: risk for share, risk, _ in load_card()["figures"]["risk_coverage"]}
    return [
        [f"{share:.0%}", f"{risk:.1%}", f"{of_seeds[share]:.1%}"] for share, risk, _ in report.risk_coverage
    ]


def _text(item: dict[str, Any]) -> str:
    return f"{item['title']}\n{item['text']}" if item.get("title") else str(item["text"])
