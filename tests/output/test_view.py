"""Pages with their articles outlined: complete, well formed, reachable by keyboard, and harmless."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.output.json import article_object, labelled_object
from classify.output.view import VIEW_END, Sheet, view_file, view_head
from classify.records import Article, Box, Byline, LabelledArticle, Line, Prediction, Sentence, Summary
from tests.output.examples import HOSTILE

VOID = {"meta", "img"}
PNG = b"\x89PNG picture"


class Parsed(HTMLParser):
    """The elements of a page, its text, and whether all that is opened is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = self.script = ""
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.script += data
        elif "style" not in self.open:
            self.text += data

    def all(self, tag: str, kind: str = "") -> list[dict[str, str]]:
        return [a for name, a in self.elements if name == tag and (not kind or a.get("class") == kind)]


def labelled(headline: str = "水库蓄水忙", body: str = "水库蓄水。\n水位三米。", **parts) -> dict:
    prediction = Prediction("forestry", 0.9, {"forestry": 0.9, "other": 0.1}, "forestry", "labelled")
    summary = Summary((Sentence(body[:5], 0, 5),))
    article = Article(headline=headline, body=body, **parts)
    return dict(labelled_object(LabelledArticle(article, prediction, summary), file="page.pdf", number=1))


def shown(sheets: list[Sheet], articles: list[dict], name: str = "page.pdf") -> Parsed:
    return Parsed(view_head(name) + "".join(view_file(name, sheets, articles)) + VIEW_END)


def test_outlines_and_texts_point_at_each_other() -> None:
    first = labelled(boxes=(Box(1, 10, 10, 60, 40), Box(1, 10, 50, 60, 90), Box(2, 0, 0, 50, 50)))
    second = labelled("林场造林忙", "林场。", page=2, boxes=(Box(2, 50, 0, 100, 50),))
    page = shown([Sheet(1, 100, 200, PNG), Sheet(2, 100, 200, PNG)], [first, second])
    texts = page.all("article")
    assert [(a["id"], a["data-article"], a["tabindex"]) for a in texts] == [
        ("a1", "1", "0"),
        ("a2", "2", "0"),
    ]
    blocks = page.all("a", "block")
    assert [a["href"] for a in blocks] == ["#a1", "#a1", "#a1", "#a2"]
    assert [a["data-article"] for a in blocks] == ["1", "1", "1", "2"]
    # The first block of an article on a page takes the focus and has a name, the others are hidden from both.
    assert ["tabindex" in a for a in blocks] == [False, True, False, False]
    assert blocks[0]["aria-label"] == "1 forestry 水库蓄水忙"
    colors = [a["style"].split(";")[0] for a in [*texts, *blocks]]
    assert colors == [colors[0], colors[1], colors[0], colors[0], colors[0], colors[1]]
    assert colors[0] != colors[1]
    source = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert [a["src"] for a in page.all("img")] == [source] * 2


def test_an_article_has_all_its_parts() -> None:
    byline = Byline("本报讯", ("岑雨桐",))
    article = labelled(kicker="云港", deck="我市部署", captions=("图为水库。",), byline=byline)
    page = shown([Sheet(1, 100, 200, PNG)], [article])
    for text in ("云港", "水库蓄水忙", "我市部署", "本报讯 岑雨桐", "水位三米。", "图为水库。", "forestry"):
        assert text in page.text
    assert len(page.all("li")) == 1


def test_articles_without_labels_and_pages_without_articles() -> None:
    article = dict(article_object(Article(body="水库。", boxes=(Box(1, 0, 0, 9, 9),)), file="", number=1))
    page = shown([Sheet(1, 100, 200, PNG), Sheet(2, 100, 200, PNG)], [article])
    assert page.all("span", "section") == []
    assert "No article begins on this page." in page.text


def test_a_page_without_a_picture_is_drawn_from_its_lines() -> None:
    lines = (
        Line("水库蓄水", 1, Box(1, 10, 10, 50, 20)),
        Line("林场", 2, Box(1, 80, 10, 90, 30), direction="vertical"),
        Line("无处", 3),
    )
    page = shown([Sheet(1, 100, 200, None, lines)], [])
    across, down = page.all("text")
    assert (across["x"], across["font-size"], across["textlength"]) == ("10.00", "10.00", "40.00")
    assert (down["writing-mode"], down["font-size"], down["textlength"]) == ("vertical-rl", "10.00", "20.00")


def test_nothing_is_loaded_and_only_the_script_of_the_package_runs() -> None:
    page = shown([Sheet(1, 100, 200, PNG)], [labelled(boxes=(Box(1, 0, 0, 9, 9),))])
    (policy,) = [a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(page.script.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest}'" in policy
    for tag, attributes in page.elements:
        assert tag not in ("link", "iframe", "object", "form")
        for name in ("src", "href", "action"):
            assert attributes.get(name, "#").startswith(("#", "data:image/png;base64,"))
        assert not any(name.startswith("on") for name in attributes)
    assert any(a.get("name") == "viewport" for a in page.all("meta"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(text: str) -> None:
    harmless = shown([Sheet(1, 9, 9)], [labelled("a", "b", kicker="c", captions=("d",))])
    article = labelled(text, text, kicker=text, deck=text, captions=(text,), boxes=(Box(1, 0, 0, 9, 9),))
    page = shown([Sheet(1, 9, 9, None, (Line(text, 1, Box(1, 0, 0, 9, 9)),))], [article], text)
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in harmless.elements} | {"a", "b", "text"}
    assert page.script == harmless.script


@given(st.text(), st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4), st.floats(0, 1e4))
def test_any_text_and_any_box_give_a_well_formed_page(text: str, sides: list[float], width: float) -> None:
    page = shown([Sheet(1, width, 100.0, PNG)], [labelled(text, text, boxes=(Box(1, *sides),))], text)
    (block,) = page.all("a", "block")
    assert re.fullmatch(r"--h:\d+(;(left|top|width|height):-?[\d.]+%){4}", block["style"])
