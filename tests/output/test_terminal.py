"""Tables, figures and explanations on a terminal: complete, and without control characters."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from rich.console import Console

from classify.output.terminal import (
    heat_levels,
    print_articles,
    print_explanation,
    print_report,
    print_table,
    visible,
)
from classify.sections.evaluation import evaluate
from tests.output.examples import CONTROLS, both_objects


def shown(show, *, colours: bool = False, width: int = 100) -> str:
    file = io.StringIO()
    show(
        Console(file=file, width=width, force_terminal=colours, color_system="standard" if colours else None)
    )
    return file.getvalue()


def test_the_terminal_has_the_figures(evaluation):
    report = evaluation.report
    text = shown(lambda console: print_report(report, console))
    for name, section in report.sections.items():
        assert re.search(rf"{name} +{section.precision:.3f} +{section.recall:.3f} +{section.f1:.3f}", text)
    assert f"accuracy {report.accuracy:.4f}" in text
    assert f"calibration error {report.ece:.4f}" in text
    row = next(line for line in text.splitlines() if line.startswith("wrong"))
    printed = [f"{r:.1%}" for c, r, _ in report.risk_coverage if c >= 0.5 and c != 0.6]
    assert row.split()[1:] == printed


def test_a_section_without_texts_is_shown():
    report = evaluate(np.array([[0.9, 0.1]]), [("a",)], ["a", "b"])
    assert re.search(r"b +0\.000 +0\.000 +0\.000 +0", shown(lambda console: print_report(report, console)))


def test_an_explanation_adds_up_on_the_terminal(model):
    explanation = model.explain("林场造林两千亩\n护林员上山巡林，公司签约")
    text = shown(
        lambda console: print_explanation(explanation, "林场造林两千亩", 3, console, top=4), width=200
    )
    assert text.startswith("3  林场造林两千亩\n")
    sums = re.search(
        r"score (\S+) = intercept (\S+), listed towards (\S+), listed away (\S+), \d+ other terms (\S+)", text
    )
    assert sums
    score, *parts = (float(part) for part in sums.groups())
    assert score == pytest.approx(sum(parts), abs=3e-4)  # four figures of four places
    for term, pull in explanation.towards("forestry", 4):
        assert f"{pull:+.4f}  {term.text}" in text
    assert "护林员上山巡林，公司签约" in text


def test_colours_are_there_where_a_terminal_is(model):
    explanation = model.explain("林场造林两千亩")
    text = shown(lambda console: print_explanation(explanation, "", 1, console), colours=True)
    assert re.search("\x1b\\[1;37;4[46]m", text)  # the strongest term, for or against its class
    assert "\x1b" not in shown(lambda console: print_explanation(explanation, "", 1, console))


def test_nothing_hostile_reaches_the_terminal(hostile):
    text = shown(lambda console: print_report(hostile.report, console), width=400)
    for mistake in hostile.mistakes:
        explanation = mistake.explanation
        text += shown(lambda console, e=explanation: print_explanation(e, e.text, 1, console), width=400)
    assert not CONTROLS.search(text)
    assert "[bold red]not markup[/bold red] [/]" in text
    assert "\\x1b[31m红" in text


def test_an_overwriting_line_end_becomes_a_newline(model):
    explanation = model.explain("民警破获案件\r假的一行\x85又一行\n末行")
    text = shown(lambda console: print_explanation(explanation, "假\r的", 1, console))
    assert "民警破获案件\n假的一行\n又一行\n末行" in text
    assert text.startswith("1  假 的\n")


def test_strength_of_colours():
    assert heat_levels([1.0, -1.0, 0.5, -0.2, 0.05, 0.0]) == [3, -3, 2, -1, 0, 0]
    assert heat_levels([0.0, 0.0]) == [0, 0]
    assert heat_levels([]) == []


def test_tables_show_everything_and_no_control_characters() -> None:
    results = both_objects()
    results[0]["headline"] = "林\x1b[31m场\u202e"
    for show in (print_table, print_articles):
        text = shown(lambda console, show=show: show(results, console), width=90)
        assert not CONTROLS.search(text)
        assert "青河县" in text


def test_an_article_without_headline_is_shown_by_its_opening() -> None:
    _, empty = both_objects()
    empty["body"] = "一" * 40 + "\x1b[2J\n第二段"
    for show in (print_table, print_articles):
        text = shown(lambda console, show=show: show([empty], console), width=120)
        assert "一" * 10 in text
        assert "第二段" not in text


def test_without_results_nothing_is_printed() -> None:
    assert shown(lambda console: print_table([], console)) == ""
    assert shown(lambda console: print_articles([], console)) == ""


def test_blanks_of_a_term_are_visible() -> None:
    assert visible("林 场\u3000\t\n\x1b") == "林␣场␣␣↵\\x1b"


@pytest.mark.parametrize(
    ("decision", "likeliest", "line"),
    [("unsure", "business", "unsure: business 0.61"), ("other", "other", "other 0.61")],
)
def test_the_table_says_why_an_article_has_no_section(decision, likeliest, line):
    _, empty = both_objects()
    row = empty | {"headline": "题", "decision": decision, "likeliest": likeliest, "confidence": 0.61}
    lines = [part.strip() for part in shown(lambda console: print_table([row], console)).splitlines()]
    assert line in lines
    labelled = row | {"section": "business", "decision": "labelled"}
    assert line not in shown(lambda console: print_table([labelled], console))
