"""The report page: complete, well formed, and harmless whatever texts and labels hold."""

from __future__ import annotations

import re
import stat
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import ClassifyError
from classify.output.html import LONGEST_SHOWN, report_html, write_report
from classify.read.labelled import Corpus, Document
from classify.sections.evaluation import evaluate_model
from tests.output.examples import CONTROLS, HOSTILE

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
