"""Results, figures and explanations on a terminal, for people.

Texts and labels are hostile input: control characters could steer the terminal. Every one of them goes through
`printable`, and reaches rich as `Text`, never as rich's markup. Colours repeat what signs and columns say, so
nothing is lost without them. rich is imported where it is used: it costs a tenth of the start of a command.

`print_table` and `print_articles` take JSON objects (`classify.output.json`), `print_report` and
`print_explanation` what `classify.sections` gives.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING, Any

from classify.output.wrapping import WrappedTexts
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from classify.sections.evaluation import Report
    from classify.sections.explanation import Explanation, Term
    from classify.sections.training import LearningPoint

__all__ = [
    "heat_levels",
    "print_articles",
    "print_card",
    "print_curve",
    "print_explanation",
    "print_report",
    "print_table",
    "visible",
]


BLUE, ORANGE = "color(32)", "color(130)"
COLOURS = {"policing": BLUE, "forestry": "color(28)", "governance": "color(133)", "business": ORANGE}
OTHER_COLOUR = "color(31)"
"""Colours of the shipped model's sections, which do not change, and of all others. They are of the fixed part of the
palette, which no theme of a terminal changes, and chosen so that each has a contrast of 3 on black and on white."""


def print_table(results: Iterable[Mapping[str, Any]], console: Console) -> None:
    """Print labelled articles: number, section, confidence, and kicker, headline, summary and keywords.

    An article without a section has a line that says why: ``unsure: business 0.61``, or ``other 0.98``.

    Parameters
    ----------
    results : iterable of dict
        JSON objects of labelled articles. Nothing is printed where there is none.
    console : rich.console.Console
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=True, header_style="dim", padding=(0, 2, 1, 0), expand=True)
    table.add_column("#", justify="right", style="dim", width=3)
    table.add_column("section", width=10)
    table.add_column("conf.", justify="right", width=5)
    table.add_column("article", ratio=1, overflow="fold")
    for result in results:
        section = result["section"]
        parts = [
            Text(printable(result["kicker"]), style="dim"),
            Text(printable(result["headline"]), style="bold"),
            *(Text(printable(sentence)) for sentence in result["summary"]),
        ]
        # An article without headline and summary is recognised by its opening.
        shown = [part for part in parts if part] or [Text(_opening(result["body"]))]
        if not section:  # why: below the threshold, or none of the sections
            why = "unsure: " if result["decision"] == "unsure" else ""
            shown.append(
                Text(f"{why}{printable(result['likeliest'])} {result['confidence']:.2f}", style="dim")
            )
        if result["keywords"]:
            shown.append(Text(printable("  ".join(result["keywords"])), style="dim"))
        table.add_row(
            str(result["article"]),
            Text(printable(section or "—"), style=COLOURS.get(section, OTHER_COLOUR) if section else "dim"),
            f"{result['confidence']:.2f}",
            WrappedTexts(shown),
        )
    if table.row_count:
        console.print(table)


def print_articles(results: Iterable[Mapping[str, Any]], console: Console) -> None:
    """Print split articles, a row each: number, lines, confidence, display lines, byline, opening of the body.

    Parameters
    ----------
    results : iterable of dict
        JSON objects of articles. Nothing is printed where there is none.
    console : rich.console.Console
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0), expand=True)
    table.add_column("#", justify="right", style="dim", width=3)
    table.add_column("lines", width=11)
    table.add_column("sure", justify="right", width=4)
    table.add_column("headline", ratio=3, overflow="fold")
    table.add_column("by", ratio=1, overflow="fold")
    table.add_column("body", ratio=3)
    for result in results:
        lines, byline = result["lines"], result["byline"]
        display = " / ".join(filter(None, [result["kicker"], result["headline"], result["deck"]]))
        names = " ".join([byline["source"], *byline["reporters"], *byline["correspondents"]]).strip()
        table.add_row(
            str(result["article"]),
            f"{lines[0][0]}–{lines[-1][1]}" if lines else "",
            f"{result['split_confidence']:.2f}",
            WrappedTexts([Text(printable(display))]),
            WrappedTexts([Text(printable(names))]),
            WrappedTexts([Text(_opening(result["body"]), style="dim")]),
        )
    if table.row_count:
        console.print(table)


def print_report(report: Report, console: Console) -> None:
    """Print the figures of a model: per section, all together, by coverage, and the commonest confusions.

    Parameters
    ----------
    report : Report
        From `classify.sections.evaluation.evaluate`.
    console : rich.console.Console
    """
    from rich.text import Text

    table = _table("section", "precision", "recall", "F1", "texts")
    for name, s in report.sections.items():
        table.add_row(
            Text(_one_line(name)),
            f"{s.precision:.3f}",
            f"{s.recall:.3f}",
            f"{s.f1:.3f}",
            f"{s.support}",
            style="" if s.support else "dim",
        )
    console.print(table)
    console.print(
        Text(
            f"\n{report.n} texts: accuracy {report.accuracy:.4f}, macro-F1 {report.macro_f1:.4f}, "
            f"calibration error {report.ece:.4f}\n"
            f"threshold {report.threshold:.3f}: {report.abstained:.1%} abstained from, "
            f"{report.risk:.1%} of the others wrong; right with abstaining {report.hits:.4f}\n"
        )
    )
    # Six points of the risk–coverage curve fit into 80 columns; the report page has all of them.
    points = [p for p in report.risk_coverage if p[0] in (0.5, 0.7, 0.8, 0.9, 0.95, 1.0)]
    curve = _table("risk by coverage", *(f"{coverage:.0%}" for coverage, _, _ in points))
    curve.add_row("wrong", *(f"{risk:.1%}" for _, risk, _ in points))
    curve.add_row("confidence", *(f"{confidence:.2f}" for _, _, confidence in points))
    console.print(curve)
    cells = [
        (n, report.classes[i], report.classes[j])
        for i, row in enumerate(report.confusion)
        for j, n in enumerate(row)
        if i != j and n
    ]
    commonest = sorted(cells, key=lambda cell: (-cell[0], cell[1:]))[:5]
    if commonest:
        pairs = "; ".join(f"{true} as {predicted} {n}" for n, true, predicted in commonest)
        console.print(Text(f"\nmost often confused: {printable(pairs)}"))


def print_card(card: Mapping[str, Any], name: str, console: Console) -> None:
    """Print a model's card for people: what it is, what it was trained on, and its figures.

    Parameters
    ----------
    card : mapping
        From `classify.model_file.load_card`. What it lacks, as cards of other programs may, is left out.
    name : str
        The model file.
    console : rich.console.Console
    """
    from rich.text import Text

    figures = _part(card, "figures")
    data, versions, labels = _part(card, "data"), _part(card, "versions"), _part(card, "labels")
    names = {language: table for language, table in _part(card, "names").items() if isinstance(table, dict)}
    facts = {
        "model": name,
        "date": card.get("date"),
        "documents": f"{data['documents']:,}" if isinstance(data.get("documents"), int) else None,
        "labels": ", ".join(f"{label} {n}" for label, n in labels.items()),
        **{f"names ({language})": ", ".join(map(str, table.values())) for language, table in names.items()},
        "threshold": card.get("threshold"),
        "accuracy": figures.get("accuracy"),
        "macro-F1": figures.get("macro_f1"),
        "without section": _share(figures.get("abstained")),
        "wrong of the others": _share(figures.get("risk")),
        "parameters": ", ".join(f"{k} {v}" for k, v in _part(card, "parameters").items() if v is not None),
        "segmenter": card.get("segmenter"),
        "versions": ", ".join(f"{package} {version}" for package, version in versions.items()),
    }
    table = _table("", "")
    table.show_header = False
    table.columns[1].justify, table.columns[1].overflow = "left", "fold"
    for fact, value in facts.items():
        if value not in (None, ""):
            table.add_row(fact, Text(_one_line(str(value))))
    console.print(table)
    if card.get("sha256"):  # on one line, to be copied
        console.print(Text(f"sha256  {_one_line(str(card['sha256']))}"), soft_wrap=True)
    sections = {k: v for k, v in _part(figures, "sections").items() if isinstance(v, dict)}
    if sections:
        scores = _table("section", "precision", "recall", "F1", "texts")
        for label, f in sections.items():
            row = (f.get(key) for key in ("precision", "recall", "f1", "support"))
            scores.add_row(Text(_one_line(label)), *(str(value) for value in row))
        console.print()
        console.print(scores)


def print_curve(points: Sequence[LearningPoint], console: Console) -> None:
    """Print a learning curve: documents, accuracy and macro-F1, a row each.

    Parameters
    ----------
    points : sequence of LearningPoint
        From `classify.sections.training.learning_curve`.
    console : rich.console.Console
    """
    table = _table("documents", "accuracy", "macro-F1")
    for point in points:
        table.add_row(f"{point.documents:,}", f"{point.accuracy:.3f}", f"{point.macro_f1:.3f}")
    console.print(table)


def _part(card: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = card.get(key)
    return found if isinstance(found, dict) else {}


def _share(value: Any) -> str | None:
    return f"{value:.1%}" if isinstance(value, (int, float)) else None


def print_explanation(
    explanation: Explanation, headline: str, number: int, console: Console, *, top: int = 8
) -> None:
    """Print why an article got its section: scores, strongest terms with their parts, and the text coloured.

    The terms are those of the likeliest section. Listed terms, other terms and intercept add up to its score.

    Parameters
    ----------
    explanation : Explanation
        From `Model.explain`.
    headline : str
    number : int
        Number of the article in its input, from 1.
    console : rich.console.Console
    top : int, at least 1, default=8
        Terms to list in each direction.
    """
    from rich.text import Text

    prediction = explanation.prediction
    likeliest = prediction.likeliest
    title = Text(f"{number}  ", style="dim")
    title.append(_one_line(headline) or "(no headline)", style="bold" if headline else "dim")
    console.print(title)
    if prediction.section is not None:
        verdict = f"section {prediction.section}"
    else:
        verdict = f"no section; the likeliest class is {likeliest}"
    console.print(Text(printable(f"{verdict}, confidence {prediction.confidence:.3f}\n")))

    scores = _table("class", "probability", "score", "intercept")
    for name, p in sorted(prediction.scores.items(), key=lambda item: -item[1]):
        figures = (f"{p:.3f}", f"{explanation.scores[name]:+.4f}", f"{explanation.intercepts[name]:+.4f}")
        scores.add_row(Text(_one_line(name)), *figures, style="bold" if name == likeliest else "")
    console.print(scores)

    towards, away = explanation.towards(likeliest, top), explanation.away(likeliest, top)
    console.print()
    console.print(_terms(likeliest, towards, away))
    score, intercept = explanation.scores[likeliest], explanation.intercepts[likeliest]
    listed, against = (sum(pull for _, pull in side) for side in (towards, away))
    others = len(explanation.terms) - len(towards) - len(away)
    console.print(
        Text(
            f"\nscore {score:+.4f} = intercept {intercept:+.4f}, listed towards {listed:+.4f}, listed away "
            f"{against:+.4f}, {others} other terms {score - intercept - listed - against:+.4f}\n"
        )
    )
    console.print(_coloured(explanation.text, explanation.heat(likeliest)))
    console.print()


def heat_levels(heat: Sequence[float]) -> list[int]:
    """Return how strongly each character is coloured: 0 not at all, ±1 to ±3 for or against.

    Parameters
    ----------
    heat : sequence of float
        What each character adds to a score. Levels begin at 0.1, 0.3 and 0.6 of the strongest character of the
        text; these shares were chosen.

    Examples
    --------
    >>> heat_levels([1.0, -1.0, 0.5, -0.2, 0.05, 0.0])
    [3, -3, 2, -1, 0, 0]
    """
    strongest = max(map(abs, heat), default=0.0) or 1.0
    return [int(math.copysign(bisect_right((0.1, 0.3, 0.6), abs(h) / strongest), h)) for h in heat]


def visible(term: str) -> str:
    """Return a term with signs for its blanks and line ends, and escapes for control characters.

    Examples
    --------
    >>> visible("林 场\\n")
    '林␣场↵'
    """
    return printable(term.translate({ord(" "): "␣", ord("\u3000"): "␣", ord("\t"): "␣", ord("\n"): "↵"}))


def _coloured(text: str, heat: Sequence[float]) -> Text:
    """Return `text` with the colours of its characters, its line ends kept as newlines."""
    from rich.text import Text

    towards = ("", BLUE, f"bold {BLUE}", f"bold white on {BLUE}")
    away = ("", ORANGE, f"bold {ORANGE}", f"bold white on {ORANGE}")
    coloured = Text()
    for level, run in groupby(zip(text, heat_levels(heat), strict=True), key=lambda pair: pair[1]):
        characters = "".join(character for character, _ in run)
        # A carriage return would let the text behind it overwrite its line.
        lines = characters.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
        coloured.append(printable(lines), style=towards[level] if level >= 0 else away[-level])
    return coloured


def _terms(section: str, towards: Sequence[tuple[Term, float]], away: Sequence[tuple[Term, float]]) -> Table:
    """Return the strongest terms of both directions side by side, each with its part of the score."""
    from rich.text import Text

    table = _table(f"towards {printable(section)}", "", f"away from {printable(section)}", "")
    for column in table.columns:
        column.justify = "left"
    for i in range(max(len(towards), len(away))):
        cells = []
        for side, style in ((towards, BLUE), (away, ORANGE)):
            if i < len(side):
                term, pull = side[i]
                cells += [Text(f"{pull:+.4f}  {visible(term.text)}", style=style)]
                cells += [Text(term.kind + (", headline" if term.part == "headline" else ""), style="dim")]
            else:
                cells += [Text(), Text()]
        table.add_row(*cells)
    return table


def _table(*header: str) -> Table:
    """Return an empty table with the first column on the left and figures on the right."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for i, name in enumerate(header):
        table.add_column(Text(printable(name)), justify="right" if i else "left")
    return table


def _one_line(text: str) -> str:
    """Return `text` on one line, control characters escaped."""
    return printable(" ".join(text.split()))


def _opening(body: str) -> str:
    """Return the first 30 characters of a body's first line, control characters escaped."""
    line = body.split("\n", 1)[0]
    return printable(line if len(line) <= 30 else line[:30] + "…")
