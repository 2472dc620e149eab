"""The report page of ``classify evaluate --report``: figures, plots and explained mistakes in one HTML file.

The page has no script and loads nothing (`classify.output.markup`): a report is passed on by mail and opened from
anywhere. Plots are inline SVG for the same reason. Texts and labels are hostile input: each goes through `safe`.
Colours come in a light and a dark set (``report.css``), and repeat what signs and columns say.
"""

from __future__ import annotations

import html
import math
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from classify.atomic import replace_files
from classify.errors import ClassifyError
from classify.output.markup import page_head, safe
from classify.output.terminal import heat_levels, visible
from classify.sections.evaluation import risk_coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classify.sections.evaluation import Evaluation, Mistake, Report

__all__ = ["report_html", "write_report"]

LONGEST_SHOWN = 1500
"""Characters of a mistaken text on the page, chosen: two screens of a telephone."""


def write_report(evaluation: Evaluation, path: str | Path) -> None:
    """Write the report page of an evaluation to a file, atomically.

    Parameters
    ----------
    evaluation : Evaluation
        From `Pipeline.evaluate` or `classify.sections.evaluation.evaluate_model`.
    path : path
        A file in a folder that exists; it is replaced.

    Raises
    ------
    ClassifyError
        The folder is missing or cannot be written to.
    """
    path = Path(path)
    try:
        replace_files({path: report_html(evaluation).encode("utf-8")})
    except OSError as e:
        raise ClassifyError(f"{path}: can't be written ({e.strerror}); give --report another") from None


def report_html(evaluation: Evaluation) -> str:
    """Return the report page of an evaluation as one self-contained HTML document.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    str
        Well-formed HTML with its style and both plots inside, whatever texts and labels hold.
    """
    report = evaluation.report
    title = f"Evaluation of {report.n} texts"
    tiles = (
        ("accuracy", f"{report.accuracy:.1%}"),
        ("macro-F1", f"{report.macro_f1:.3f}"),
        ("right with abstaining", f"{report.hits:.1%}"),
        (f"abstained from, below {report.threshold:.2f}", f"{report.abstained:.1%}"),
        ("wrong among the others", f"{report.risk:.1%}"),
        ("calibration error", f"{report.ece:.3f}"),
    )
    sections = (
        (safe(name), f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", str(s.support))
        for name, s in report.sections.items()
    )
    curve = ((f"{c:.0%}", f"{r:.1%}", f"{confidence:.3f}") for c, r, confidence in report.risk_coverage)
    wrong = int((~evaluation.right).sum())
    return f"""{page_head(title, "report.css")}
<h1>{title}</h1>
<p class="dim" lang="zh">{safe(evaluation.source)}</p>
<div class="tiles">{"".join(f"<div><b>{figure}</b>{name}</div>" for name, figure in tiles)}</div>
<h2>Sections</h2>
{_table(("section", "precision", "recall", "F1", "texts"), sections)}
<h2>Calibration, and errors by coverage</h2>
<div class="plots">
<figure>{_reliability_plot(report)}<figcaption>Texts by confidence. Where the dots lie on the line, texts
predicted with 80 % are right 80 % of the time. Bigger dots are more texts.</figcaption></figure>
<figure>{_risk_plot(evaluation)}<figcaption>Share of errors among the most confident part of the texts. The
upright line is the model's threshold.</figcaption></figure>
</div>
<details><summary>The curve in figures</summary>{_table(("coverage", "wrong", "confidence from"), curve)}</details>
<h2>Confusion matrix</h2>
<p class="dim">Rows are true sections, columns predicted ones; a stronger colour is a larger share of the
row.</p>
{_matrix(report)}
<h2>Most confident mistakes</h2>
<p class="dim">{len(evaluation.mistakes)} of {wrong}. In the text, <mark class="t2">blue</mark> raises the score
of the predicted section over that of the expected one, <mark class="a2">orange</mark> lowers it.</p>
{"".join(map(_mistake, evaluation.mistakes))}
</body>
</html>
"""


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose cells are HTML."""
    head = "".join(f'<th scope="col">{name}</th>' for name in header)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'


def _matrix(report: Report) -> str:
    """Return the confusion matrix; the class c0 to c10 of a cell is its tenths of the row."""
    head = "".join(f'<th scope="col">{safe(name)}</th>' for name in report.classes)
    rows = []
    for i, (name, row) in enumerate(zip(report.classes, report.confusion, strict=True)):
        total = sum(row) or 1
        cells = "".join(
            f'<td class="{"right " if i == j else ""}c{round(10 * n / total)}">{n or ""}</td>'
            for j, n in enumerate(row)
        )
        rows.append(f'<tr><th scope="row">{safe(name)}</th>{cells}</tr>\n')
    return (
        f'<div class="wide"><table class="matrix"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>\n{''.join(rows)}</tbody></table></div>"
    )


def _mistake(mistake: Mistake) -> str:
    """Return one mistake: labels, scores, the coloured text, and the strongest terms.

    The colours show the predicted section against the expected one. Where the model does not know the expected
    label, they show the predicted section alone.
    """
    explanation, predicted = mistake.explanation, mistake.predicted
    known = [name for name in mistake.accepted if name in explanation.scores]
    heat = explanation.heat(predicted)
    margin = f"{predicted} {explanation.scores[predicted]:+.3f}"
    lists = [(f"towards {predicted}", explanation.towards(predicted, 8))]
    if known:
        expected = known[0]
        heat = [p - e for p, e in zip(heat, explanation.heat(expected), strict=True)]
        margin += f", {expected} {explanation.scores[expected]:+.3f}"
        lists.append((f"away from {expected}", explanation.away(expected, 8)))
    terms = ""
    for title, strongest in lists:
        items = "".join(
            f'<li><span>{pull:+.4f}</span><span lang="zh">{html.escape(visible(term.text))}</span>'
            f'<span class="dim">{term.kind}{", headline" if term.part == "headline" else ""}</span></li>'
            for term, pull in strongest
        )
        terms += f'<div><span class="dim">{safe(title)}</span><ul>{items}</ul></div>'
    wanted = " or ".join(mistake.accepted)
    return f"""<article>
<h3>{safe(wanted)} taken for {safe(predicted)}, {mistake.confidence:.1%} sure</h3>
<p class="dim">{safe(mistake.source or f"text {mistake.number}")}; scores: {safe(margin)}</p>
<div class="text" lang="zh">{_marked(explanation.text, heat)}</div>
<div class="terms">{terms}</div>
</article>
"""


def _marked(text: str, heat: Sequence[float]) -> str:
    """Return the beginning of `text` with runs of equally coloured characters in ``<mark>``."""
    parts = []
    shown = zip(text[:LONGEST_SHOWN], heat_levels(heat), strict=False)
    for level, run in groupby(shown, key=lambda pair: pair[1]):
        part = safe("".join(character for character, _ in run))
        kind = f"{'t' if level > 0 else 'a'}{abs(level)}"
        parts.append(f'<mark class="{kind}">{part}</mark>' if level else part)
    rest = len(text) - LONGEST_SHOWN
    return "".join(parts) + (f'<span class="dim"> … and {rest} more characters</span>' if rest > 0 else "")


class _Plot:
    """A square plot of shares as inline SVG.

    It contains only numbers and fixed words; the style sheet of the page sets its colours.
    Coordinates are those of a view box of 320 × 240 with margins for the labels of the axes.
    """

    LEFT, TOP, WIDTH, HEIGHT = 44, 12, 252, 182

    def __init__(self, label: str, across: str, up: str, top: float = 1.0) -> None:
        self._head = f'<svg viewBox="0 0 320 240" role="img" aria-label="{label}">'
        self._parts: list[str] = []
        left, bottom = self.LEFT, self.TOP + self.HEIGHT
        for i in range(5):
            x, y = self._place(i / 4, i / 4)
            self.line("axis", [(i / 4, 0), (i / 4, 1)])
            self.line("axis", [(0, i / 4), (1, i / 4)])
            self._parts.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{i * 25} %</text>')
            mark = f"{top * i * 25:.3g} %"
            self._parts.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{mark}</text>')
        self._parts.append(f'<text x="{left + self.WIDTH / 2}" y="236" text-anchor="middle">{across}</text>')
        self._parts.append(f'<text x="{left + 6}" y="{self.TOP + 14}">{up}</text>')

    def __str__(self) -> str:
        return self._head + "".join(self._parts) + "</svg>"

    def line(self, kind: str, points: Iterable[tuple[float, float]]) -> None:
        """Draw a line through points of the unit square; `kind` is its CSS class."""
        path = " ".join("{},{}".format(*self._place(x, y)) for x, y in points)
        self._parts.append(f'<polyline class="{kind}" points="{path}"/>')

    def dot(self, x: float, y: float, radius: float, label: str) -> None:
        """Draw a dot at a point of the unit square; `radius` is in units of the view box."""
        cx, cy = self._place(x, y)
        self._parts.append(
            f'<circle class="dot" cx="{cx}" cy="{cy}" r="{radius:.1f}"><title>{label}</title></circle>'
        )

    def _place(self, x: float, y: float) -> tuple[float, float]:
        """Return where the point (x, y) of the unit square lies in the view box."""
        return round(self.LEFT + self.WIDTH * x, 1), round(self.TOP + self.HEIGHT * (1 - y), 1)


def _reliability_plot(report: Report) -> _Plot:
    """Return the plot of accuracy by confidence: a dot for each bin, its area the number of texts."""
    label = f"Reliability diagram; expected calibration error {report.ece:.3f}"
    plot = _Plot(label, "confidence", "right")
    plot.line("ideal", [(0, 0), (1, 1)])
    most = max(n for _, _, n in report.reliability)
    # Large dots first, so that they do not hide small ones.
    for confidence, right, n in sorted(report.reliability, key=lambda row: -row[2]):
        figures = f"{n} texts: {confidence:.1%} sure, {right:.1%} right"
        plot.dot(confidence, right, 2 + 7 * math.sqrt(n / most), figures)
    return plot


def _risk_plot(evaluation: Evaluation) -> _Plot:
    """Return the plot of the share of errors among the most confident texts, by the share of texts."""
    report = evaluation.report
    risk = risk_coverage(evaluation.probabilities.max(axis=1), evaluation.right)
    # 200 points at most: there are fewer than two pixels between them.
    at = np.unique(np.linspace(0, report.n - 1, min(report.n, 200)).round().astype(int))
    # The axis ends at a share whose quarters are short numbers.
    highest = float(risk[at].max())
    top = next(share for share in (0.04, 0.08, 0.2, 0.4, 0.8, 1.0) if share >= highest - 1e-12)
    label = f"Risk by coverage; {report.risk:.1%} wrong at the threshold, {1 - report.accuracy:.1%} of all"
    plot = _Plot(label, "share of texts answered", "wrong", top)
    plot.line("ours", [((i + 1) / report.n, float(risk[i]) / top) for i in at.tolist()])
    if report.abstained:
        answered = 1 - report.abstained
        plot.line("mark", [(answered, 0), (answered, 1)])
    return plot
