"""The page of ``classify evaluate --report``: figures, plots and explained mistakes in one HTML file.

The page has no script and loads nothing; a content policy in its head says so to the browser. Texts and
labels are hostile input: each goes through `_safe`, which escapes control characters and then HTML. Colours
come in a light and a dark set, and never say anything that a sign or a column doesn't.
"""

from __future__ import annotations

import html
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from classify.atomic import replace_files
from classify.errors import ClassifyError
from classify.output.plots import reliability_plot, risk_plot
from classify.output.terminal_sections import heat_levels, visible
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classify.sections.evaluation import Evaluation, Mistake, Report
    from classify.sections.explanation import Term

__all__ = ["report_html", "write_report"]

LONGEST_SHOWN = 1500
"""Characters of a mistaken text on the page; of the rest, only their number."""

TERMS_SHOWN = 8
"""Terms told in each direction."""

_STYLE = """
:root { color-scheme: light dark; --fg: #1b1f24; --bg: #fff; --dim: #5d6670; --line: #d5dae0; --card: #f5f7f9;
  --ours: #1f6feb; --wrong: #b54708; --cell: 31 111 235; --to: 31 111 235; --away: 219 118 11; }
@media (prefers-color-scheme: dark) { :root { --fg: #e3e7ec; --bg: #101418; --dim: #9aa5b1; --line: #353d46;
  --card: #1a2026; --ours: #6cb0ff; --wrong: #ffa35c; --cell: 80 150 255; --to: 70 140 255;
  --away: 235 140 40; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 66rem; background: var(--bg); color: var(--fg);
  font: 16px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .4rem 0; } .dim { color: var(--dim); } .wide { overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .6rem; }
.tiles div, article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .6rem .9rem; }
.tiles b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
@media (max-width: 30rem) { th, td { padding: .25rem .4rem !important; } }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; } thead th { color: var(--dim); font-weight: 500; }
.matrix td { text-align: center; min-width: 2.6rem; border: 1px solid var(--line); }
.matrix thead th { writing-mode: vertical-rl; text-align: right; padding: .4rem .2rem; }
.matrix thead th:first-child { writing-mode: horizontal-tb; vertical-align: bottom; }
.matrix .right { outline: 2px solid var(--dim); outline-offset: -3px; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; } figcaption { color: var(--dim); font-size: .9rem; }
svg { width: 100%; max-width: 28rem; height: auto; display: block; }
svg text { fill: var(--dim); font-size: 12px; }
svg .axis { stroke: var(--line); } svg .ideal { stroke: var(--dim); stroke-dasharray: 4 4; }
svg .ours { stroke: var(--ours); fill: none; stroke-width: 2; }
svg .dot { fill: var(--ours); fill-opacity: .75; }
svg .mark { stroke: var(--wrong); stroke-dasharray: 2 3; }
article { margin: 1rem 0; overflow-wrap: anywhere; }
article .text { white-space: pre-wrap; max-height: 18rem; overflow-y: auto; margin: .6rem 0; }
.terms { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
  gap: .3rem 1.5rem; }
.terms ul { list-style: none; margin: .2rem 0; padding: 0; } .terms li { display: flex; gap: .6rem; }
.terms li span:first-child { width: 4.5rem; text-align: right; font-variant-numeric: tabular-nums; }
mark { color: inherit; border-radius: .15rem; }
.t1 { background: rgb(var(--to) / .16); } .t2 { background: rgb(var(--to) / .34); }
.t3 { background: rgb(var(--to) / .56); } .a1 { background: rgb(var(--away) / .18); }
.a2 { background: rgb(var(--away) / .36); } .a3 { background: rgb(var(--away) / .6); }
""" + "".join(f".c{i} {{ background: rgb(var(--cell) / {i * 0.06:.2f}); }}\n" for i in range(1, 11))

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def write_report(evaluation: Evaluation, path: str | Path) -> None:
    """Write the page to `path`: all of it, or nothing.

    Raises
    ------
    ClassifyError
        Where the folder is missing or can't be written to.
    """
    path = Path(path)
    try:
        replace_files({path: report_html(evaluation).encode("utf-8")})
    except OSError as e:
        raise ClassifyError(f"{path}: can't be written ({e.strerror}); give --report another") from None


def report_html(evaluation: Evaluation) -> str:
    """Return the page as a string."""
    report = evaluation.report
    title = f"Evaluation of {report.n} texts"
    mistakes = evaluation.mistakes
    wrong = int((~evaluation.right).sum())
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{title}</h1>
<p class="dim" lang="zh">{_safe(evaluation.source)}</p>
{_tiles(report)}
<h2>Sections</h2>
{_sections(report)}
<h2>Can its confidence be trusted?</h2>
<div class="plots">
<figure>{reliability_plot(report)}<figcaption>Texts by confidence: where the dots lie on the line, texts
predicted with 80 % are right 80 % of the time. Bigger dots are more texts.</figcaption></figure>
<figure>{risk_plot(evaluation)}<figcaption>Share of errors among the most confident part of the texts; the
upright line is the model's threshold.</figcaption></figure>
</div>
{_curve(report)}
<h2>What is taken for what</h2>
<p class="dim">Rows are true sections, columns predicted ones; a stronger colour is a larger share of the
row.</p>
{_matrix(report)}
<h2>Most confident mistakes</h2>
<p class="dim">{len(mistakes)} of {wrong}. In the text, <mark class="t2">blue</mark> speaks for the section
predicted against the one expected, <mark class="a2">orange</mark> the other way round.</p>
{"".join(map(_mistake, mistakes))}
</body>
</html>
"""


def _tiles(report: Report) -> str:
    tiles = (
        ("accuracy", f"{report.accuracy:.1%}"),
        ("macro-F1", f"{report.macro_f1:.3f}"),
        ("right with abstaining", f"{report.hits:.1%}"),
        (f"abstained from, below {report.threshold:.2f}", f"{report.abstained:.1%}"),
        ("wrong among the others", f"{report.risk:.1%}"),
        ("calibration error", f"{report.ece:.3f}"),
    )
    return '<div class="tiles">' + "".join(f"<div><b>{v}</b>{name}</div>" for name, v in tiles) + "</div>"


def _sections(report: Report) -> str:
    rows = (
        (_safe(name), f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", str(s.support))
        for name, s in report.sections.items()
    )
    return _table(("section", "precision", "recall", "F1", "texts"), rows)


def _curve(report: Report) -> str:
    rows = ((f"{c:.0%}", f"{r:.1%}", f"{sure:.3f}") for c, r, sure in report.risk_coverage)
    table = _table(("coverage", "wrong", "confidence from"), rows)
    return f"<details><summary>The curve in figures</summary>{table}</details>"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in header)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'


def _matrix(report: Report) -> str:
    head = "".join(f'<th scope="col">{_safe(name)}</th>' for name in report.classes)
    rows = []
    for i, (name, row) in enumerate(zip(report.classes, report.confusion, strict=True)):
        total = sum(row) or 1
        cells = "".join(
            f'<td class="{"right " if i == j else ""}c{round(10 * n / total)}">{n or ""}</td>'
            for j, n in enumerate(row)
        )
        rows.append(f'<tr><th scope="row">{_safe(name)}</th>{cells}</tr>\n')
    return (
        f'<div class="wide"><table class="matrix"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>\n{''.join(rows)}</tbody></table></div>"
    )


def _mistake(mistake: Mistake) -> str:
    explanation, predicted = mistake.explanation, mistake.predicted
    known = [name for name in mistake.accepted if name in explanation.scores]
    expected = known[0] if known else None
    heat = explanation.heat(predicted)
    lists = [(f"towards {_safe(predicted)}", explanation.towards(predicted, TERMS_SHOWN))]
    if expected is not None:
        heat = [p - e for p, e in zip(heat, explanation.heat(expected), strict=True)]
        lists.append((f"away from {_safe(expected)}", explanation.away(expected, TERMS_SHOWN)))
    margin = f"{predicted} {explanation.scores[predicted]:+.3f}"
    margin += f", {expected} {explanation.scores[expected]:+.3f}" if expected is not None else ""
    wanted = " or ".join(mistake.accepted)
    return f"""<article>
<h3>{_safe(wanted)} taken for {_safe(predicted)}, {mistake.confidence:.1%} sure</h3>
<p class="dim">{_safe(mistake.source or f"text {mistake.number}")}; scores: {_safe(margin)}</p>
<div class="text" lang="zh">{_marked(explanation.text, heat)}</div>
<div class="terms">{"".join(_terms(title, terms) for title, terms in lists)}</div>
</article>
"""


def _terms(title: str, terms: Sequence[tuple[Term, float]]) -> str:
    items = "".join(
        f'<li><span>{pull:+.4f}</span><span lang="zh">{html.escape(visible(term.text))}</span>'
        f'<span class="dim">{term.kind}{", headline" if term.part == "headline" else ""}</span></li>'
        for term, pull in terms
    )
    return f'<div><span class="dim">{title}</span><ul>{items}</ul></div>'


def _marked(text: str, heat: Sequence[float]) -> str:
    shown = zip(text[:LONGEST_SHOWN], heat_levels(heat), strict=False)
    parts = []
    for level, run in groupby(shown, key=lambda pair: pair[1]):
        part = _safe("".join(char for char, _ in run))
        parts.append(
            f'<mark class="{"t" if level > 0 else "a"}{abs(level)}">{part}</mark>' if level else part
        )
    rest = len(text) - LONGEST_SHOWN
    return "".join(parts) + (f'<span class="dim"> … and {rest} more characters</span>' if rest > 0 else "")


def _safe(text: str) -> str:
    return html.escape(printable(text))
