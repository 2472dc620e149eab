"""The page of figures and the terminal's: whole, well formed, and deaf to what texts and labels say."""

from __future__ import annotations

import io
import re
import stat
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from classify.errors import ClassifyError
from classify.output.html import LONGEST_SHOWN, report_html, write_report
from classify.output.terminal_sections import heat_levels, print_explanation, print_report
from classify.read.labelled import Corpus, Document
from classify.sections.classifier import SectionClassifier
from classify.sections.evaluation import evaluate, evaluate_model
from tests.sections.texts import some_seeds

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><b>&amp;&lt;",
    "\x1b[31m红\x1b]0;title\x07\x9b2J",
    "\u202e反\u2066\u200b\ud800",
    "[bold red]not markup[/bold red] [/]",
    "{braces} %s",
)
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
VOID = {"meta"}


class Page(HTMLParser):
    """A page's elements, its visible text, and whether all that is opened is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data

    def marked(self) -> set[str | None]:
        return {a.get("class") for tag, a in self.elements if tag == "mark"}


@pytest.fixture(scope="module")
def model():
    corpus = some_seeds(10)
    return SectionClassifier(folds=2, n_jobs=1).fit(corpus.texts, corpus.labels).model_


@pytest.fixture(scope="module")
def evaluation(model):
    return evaluate_model(model, some_seeds(20))


@pytest.fixture(scope="module")
def hostile():
    """An evaluation whose labels, texts and sources all mean harm."""
    texts = [f"{h}\n林场{h}造林" for h in HOSTILE for _ in range(2)]
    labels = [h for h in HOSTILE for _ in range(2)]
    with_hostile_labels = SectionClassifier(folds=0, n_jobs=1).fit(texts, labels).model_
    wrong = [*labels[1:], labels[0]]
    return evaluate_model(
        with_hostile_labels,
        Corpus(tuple(Document(t, w, source=w) for t, w in zip(texts, wrong, strict=True)), HOSTILE[0]),
    )


def test_the_page_has_the_figures(evaluation):
    page = Page(report_html(evaluation))
    report = evaluation.report
    for figure in (
        f"{report.accuracy:.1%}",
        f"{report.macro_f1:.3f}",
        f"{report.ece:.3f}",
        f"{report.hits:.1%}",
    ):
        assert figure in page.text
    for name, section in report.sections.items():
        assert name in page.text
        assert f"{section.f1:.3f}" in page.text
    for coverage, risk, _ in report.risk_coverage:
        assert f"{coverage:.0%}" in page.text
        assert f"{risk:.1%}" in page.text
    tags = [tag for tag, _ in page.elements]
    assert tags.count("svg") == 2
    assert tags.count("article") == len(evaluation.mistakes) > 0
    assert tags.count("circle") == len(report.reliability)


def test_mistakes_are_shown_with_their_terms_and_colours(evaluation):
    page = Page(report_html(evaluation))
    assert {"t3", "a3", "t1", "a1"} <= page.marked()
    for mistake in evaluation.mistakes:
        assert (
            f"{mistake.accepted[0]} taken for {mistake.predicted}, {mistake.confidence:.1%} sure" in page.text
        )
        for line in mistake.explanation.text[:LONGEST_SHOWN].splitlines():
            assert line in page.text
        (_, pull), *_ = mistake.explanation.towards(mistake.predicted)
        assert f"{pull:+.4f}" in page.text


def test_the_page_loads_nothing_and_runs_nothing(evaluation, hostile):
    for found in (evaluation, hostile):
        page = Page(report_html(found))
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"script", "img", "link", "iframe", "object", "a", "form", "base", "b" * 2}
        names = {name for _, attributes in page.elements for name in attributes}
        assert not names & {"src", "href", "style", "srcset", "action"}
        assert not any(name.startswith("on") for name in names)
        style = re.search("<style>(.*?)</style>", report_html(found), re.DOTALL)
        assert style
        assert "url(" not in style[1]
        assert "@import" not in style[1]


def test_hostile_texts_and_labels_are_shown_escaped(evaluation, hostile):
    page = Page(report_html(hostile))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in Page(report_html(evaluation)).elements}
    assert not CONTROLS.search(report_html(hostile))
    for text in (*HOSTILE[:3], *HOSTILE[5:], "\\x1b[31m红", "\\u202e反"):
        assert text in page.text


@given(text=st.text(max_size=60), label=st.text(min_size=1, max_size=8))
def test_any_text_leaves_the_page_well_formed(model, text, label):
    text = text.replace("\r\n", "\n")  # see the known fault in test_explain.py
    found = evaluate_model(model, Corpus((Document(text, label, source=text),), label))
    data = report_html(found).encode("utf-8")
    Page(data.decode("utf-8"))


def test_long_texts_are_cut_and_it_is_said(model):
    text = "林场造林。" * 1000
    page = Page(report_html(evaluate_model(model, Corpus((Document(text, "policing"),), "x"))))
    assert page.text.count("林场造林。") <= LONGEST_SHOWN // 5 + 1
    assert f"and {5000 - LONGEST_SHOWN} more characters" in page.text


@pytest.mark.parametrize("label", ["forestry", "sport"], ids=["no mistakes", "all wrong, label unknown"])
def test_a_page_of_one_text(model, label):
    document = Document("林场造林两千亩，护林员上山巡林", label)
    page = Page(report_html(evaluate_model(model, Corpus((document,), "x"))))
    assert "Evaluation of 1 texts" in page.text
    assert ("sport taken for forestry" in page.text) == (label == "sport")


def test_the_page_is_written_whole_or_not_at_all(evaluation, tmp_path):
    path = tmp_path / "out.html"
    write_report(evaluation, path)
    assert path.read_text("utf-8") == report_html(evaluation)
    assert [p.name for p in tmp_path.iterdir()] == ["out.html"]
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 in (0o044, 0o040, 0o000, 0o064, 0o060)
    with pytest.raises(ClassifyError, match="give --report another"):
        write_report(evaluation, tmp_path / "missing" / "out.html")
    with pytest.raises(ClassifyError, match="can't be written"):
        write_report(evaluation, tmp_path)


# -- on a terminal ---------------------------------------------------------------------------------


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
    told = [f"{r:.1%}" for c, r, _ in report.risk_coverage if c >= 0.5 and c != 0.6]
    assert row.split()[1:] == told


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
    assert "\x1b[1;37;44m" in text
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
