"""Figures and explanations for a terminal.

What is shown may be hostile: labels and texts go through `printable`, one character at a time where they
are coloured, and reach rich as text, never as its markup. Colours only repeat what signs and columns say.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING

from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from classify.sections.evaluation import Report
    from classify.sections.explanation import Explanation, Term

__all__ = ["heat_levels", "print_explanation", "print_report", "visible"]

TOLD_SHARES = (0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Points of the risk–coverage curve that are printed; `Report.risk_coverage` and the page have more."""

CONFUSIONS = 5
"""Pairs of sections that are told as the most often confused."""

LEVELS = (0.1, 0.3, 0.6)
"""Shares of a text's strongest character at which colours get stronger."""

_SIGNS = str.maketrans({" ": "␣", "\u3000": "␣", "\t": "␣", "\n": "↵"})
_TOWARDS = ("", "blue", "bold blue", "bold white on blue")
_AWAY = ("", "yellow", "bold yellow", "bold black on yellow")


def print_report(report: Report, console: Console) -> None:
    """Show the figures of a model: all together, per section, and the risk–coverage curve."""
    from rich.text import Text

    table = _table("section", "precision", "recall", "F1", "texts")
    for name, s in report.sections.items():
        table.add_row(
            _safe(name), f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", f"{s.support}",
            style="" if s.support else "dim",
        )  # fmt: skip
    console.print(table)
    console.print(
        Text(
            f"\n{report.n} texts: accuracy {report.accuracy:.4f}, macro-F1 {report.macro_f1:.4f}, "
            f"calibration error {report.ece:.4f}"
        )
    )
    console.print(
        Text(
            f"threshold {report.threshold:.3f}: {report.abstained:.1%} abstained from, "
            f"{report.risk:.1%} of the others wrong; right with abstaining {report.hits:.4f}"
        )
    )
    curve = _table("risk by coverage", *(f"{c:.0%}" for c, _, _ in _told(report)))
    curve.add_row("wrong", *(f"{r:.1%}" for _, r, _ in _told(report)))
    curve.add_row("confidence", *(f"{sure:.2f}" for _, _, sure in _told(report)))
    console.print()
    console.print(curve)
    pairs = _confusions(report)
    if pairs:
        told = "; ".join(f"{true} as {predicted} {n}" for n, true, predicted in pairs)
        console.print(Text(f"\nmost often confused: {printable(told)}"))


def print_explanation(
    explanation: Explanation, headline: str, number: int, console: Console, *, top: int = 8
) -> None:
    """Show why a text got its section: scores, strongest terms with their parts, and the text coloured.

    The terms are those of the likeliest section. Their parts, the rest's and the intercept are the score.
    """
    from rich.text import Text

    likeliest = max(explanation.prediction.scores, key=lambda s: explanation.prediction.scores[s])
    given = explanation.prediction.section
    title = Text(f"{number}  ", style="dim")
    title.append(_one_line(headline) or "(no headline)", style="bold" if headline else "dim")
    console.print(title)
    verdict = f"section {given}" if given is not None else f"no section; the likeliest class is {likeliest}"
    console.print(Text(printable(f"{verdict}, confidence {explanation.prediction.confidence:.3f}")))

    scores = _table("class", "probability", "score", "intercept")
    for name, p in sorted(explanation.prediction.scores.items(), key=lambda item: -item[1]):
        row = (f"{p:.3f}", f"{explanation.scores[name]:+.4f}", f"{explanation.intercepts[name]:+.4f}")
        scores.add_row(_safe(name), *row, style="bold" if name == likeliest else "")
    console.print()
    console.print(scores)

    towards, away = explanation.towards(likeliest, top), explanation.away(likeliest, top)
    console.print()
    console.print(_terms(likeliest, towards, away))
    score, intercept = explanation.scores[likeliest], explanation.intercepts[likeliest]
    parts = [sum(pull for _, pull in side) for side in (towards, away)]
    others = len(explanation.terms) - len(towards) - len(away)
    console.print(
        Text(
            f"\nscore {score:+.4f} = intercept {intercept:+.4f}, listed towards {parts[0]:+.4f}, "
            f"listed away {parts[1]:+.4f}, {others} other terms {score - intercept - sum(parts):+.4f}"
        )
    )
    console.print()
    console.print(_coloured(explanation, likeliest))
    console.print()


def heat_levels(heat: Sequence[float]) -> list[int]:
    """Return how strongly to colour each character: 0 not at all, to ±3; see `LEVELS`."""
    strongest = max(map(abs, heat), default=0.0) or 1.0
    return [int(math.copysign(bisect_right(LEVELS, abs(h) / strongest), h)) for h in heat]


def visible(term: str) -> str:
    """Return `term` escaped, with signs for its blanks."""
    return printable(term.translate(_SIGNS))


def _coloured(explanation: Explanation, section: str) -> Text:
    from rich.text import Text

    text = Text()
    levels = heat_levels(explanation.heat(section))
    for level, run in groupby(zip(explanation.text, levels, strict=True), key=lambda pair: pair[1]):
        style = _TOWARDS[level] if level >= 0 else _AWAY[-level]
        text.append(_lines("".join(char for char, _ in run)), style=style)
    return text


def _terms(section: str, towards: Sequence[tuple[Term, float]], away: Sequence[tuple[Term, float]]) -> Table:
    from rich.text import Text

    table = _table(f"towards {printable(section)}", "", f"away from {printable(section)}", "")
    for column in table.columns:
        column.justify = "left"
    for i in range(max(len(towards), len(away))):
        cells = []
        for side, style in ((towards, "blue"), (away, "yellow")):
            if i < len(side):
                term, pull = side[i]
                cells += [Text(f"{pull:+.4f}  {visible(term.text)}", style=style)]
                cells += [Text(term.kind + (", headline" if term.part == "headline" else ""), style="dim")]
            else:
                cells += [Text(), Text()]
        table.add_row(*cells)
    return table


def _told(report: Report) -> list[tuple[float, float, float]]:
    return [point for point in report.risk_coverage if point[0] in TOLD_SHARES]


def _confusions(report: Report) -> list[tuple[int, str, str]]:
    """Return the most frequent (texts, true class, predicted class), the most first."""
    cells = [
        (n, report.classes[i], report.classes[j])
        for i, row in enumerate(report.confusion)
        for j, n in enumerate(row)
        if i != j and n
    ]
    return sorted(cells, key=lambda cell: (-cell[0], cell[1:]))[:CONFUSIONS]


def _table(*header: str) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for i, name in enumerate(header):
        table.add_column(Text(printable(name)), justify="right" if i else "left")
    return table


def _safe(text: str) -> Text:
    from rich.text import Text

    return Text(_one_line(text))


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def _lines(text: str) -> str:
    """Escape `text`, its line ends kept as newlines: a lone carriage return would overwrite its line."""
    return printable(text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n"))
