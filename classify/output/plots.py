"""Two small plots as inline SVG: reliability, and risk against coverage. Colours are the page's.

Coordinates are those of a view box of 320 × 240 with room for the labels; nothing but numbers goes in.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from classify.sections.evaluation import risk_coverage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classify.sections.evaluation import Evaluation, Report

__all__ = ["reliability_plot", "risk_plot"]

LEFT, TOP, WIDTH, HEIGHT = 44, 12, 252, 182
"""Where the axes lie in the view box."""

POINTS = 200
"""Points of a curve at most; there are fewer than two pixels between them."""


def reliability_plot(report: Report) -> str:
    """Return the plot of accuracy by confidence: a dot for each bin, its area the number of texts."""
    most = max(n for _, _, n in report.reliability)
    dots = []
    for sure, right, n in sorted(report.reliability, key=lambda row: -row[2]):
        x, y = _place(sure, right)
        told = f"{n} texts: {sure:.1%} sure, {right:.1%} right"
        radius = 2 + 7 * math.sqrt(n / most)
        dots.append(f'<circle class="dot" cx="{x}" cy="{y}" r="{radius:.1f}"><title>{told}</title></circle>')
    ideal = _line("ideal", [_place(0, 0), _place(1, 1)])
    label = f"Reliability diagram; expected calibration error {report.ece:.3f}"
    return _plot(label, "confidence", "right", 1.0, [ideal, *dots])


def risk_plot(evaluation: Evaluation) -> str:
    """Return the plot of the share of errors among the most confident texts, by the share of texts."""
    report = evaluation.report
    risk = risk_coverage(evaluation.probabilities.max(axis=1), evaluation.right)
    at = np.unique(np.linspace(0, report.n - 1, min(report.n, POINTS)).round().astype(int))
    top = _round_up(float(risk[at].max()))
    curve = [_place((i + 1) / report.n, risk[i] / top) for i in at.tolist()]
    parts = [_line("ours", curve)]
    if report.abstained:
        kept = 1 - report.abstained
        parts.append(_line("mark", [_place(kept, 0), _place(kept, 1)]))
    label = f"Risk by coverage; {report.risk:.1%} wrong at the threshold, {1 - report.accuracy:.1%} of all"
    return _plot(label, "share of texts answered", "wrong", top, parts)


def _plot(label: str, across: str, up: str, top: float, parts: Iterable[str]) -> str:
    axes = []
    for i in range(5):
        x, y = _place(i / 4, i / 4)
        axes.append(_line("axis", [_place(i / 4, 0), _place(i / 4, 1)]))
        axes.append(_line("axis", [_place(0, i / 4), _place(1, i / 4)]))
        axes.append(f'<text x="{x}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{i * 25} %</text>')
        mark = f"{top * i * 25:.3g} %"
        axes.append(f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{mark}</text>')
    axes.append(f'<text x="{LEFT + WIDTH / 2}" y="236" text-anchor="middle">{across}</text>')
    axes.append(f'<text x="{LEFT + 6}" y="{TOP + 14}">{up}</text>')
    return (
        f'<svg viewBox="0 0 320 240" role="img" aria-label="{label}">' + "".join((*axes, *parts)) + "</svg>"
    )


def _place(x: float, y: float) -> tuple[float, float]:
    """Return where (x, y), both 0–1, stands in the view box."""
    return round(LEFT + WIDTH * x, 1), round(TOP + HEIGHT * (1 - y), 1)


def _line(kind: str, points: Iterable[tuple[float, float]]) -> str:
    return f'<polyline class="{kind}" points="{" ".join(f"{x},{y}" for x, y in points)}"/>'


def _round_up(value: float) -> float:
    """Return the smallest of 4, 8, 20, 40, 80 and 100 % that is `value` or more: quarters of it are short."""
    return next(top for top in (0.04, 0.08, 0.2, 0.4, 0.8, 1.0) if top >= value - 1e-12)
