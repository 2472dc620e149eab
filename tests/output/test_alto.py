"""ALTO output: valid by the schema, its parts in their blocks, and the same lines when it is read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.output.alto import alto_text
from classify.output.json import article_object
from classify.pages.layout import split_printed_page
from classify.read.ocr import ocr_pages
from classify.records import Box, Line, PrintedPage

etree = pytest.importorskip("lxml.etree")

SCHEMA = Path(__file__).parents[1] / "data" / "alto-4-4.xsd"

XLINK = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">
<xsd:attributeGroup name="simpleLink"/></xsd:schema>"""
"""What the schema takes from that of XLink: attributes that we do not write."""

ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"


class _Local(etree.Resolver):  # type: ignore[misc, name-defined]
    def resolve(self, url: str, pubid: str, context: Any) -> Any:
        return self.resolve_string(XLINK, context) if url.endswith("xlink.xsd") else None


@pytest.fixture(scope="module")
def schema() -> Any:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    return etree.XMLSchema(etree.parse(str(SCHEMA), parser))


def printed_page() -> PrintedPage:
    rows = [
        ("林场造林忙", 40, 60, 100, 20, 20.0),
        ("本报讯（记者岑雨桐）云港市", 60, 100, 130, 10, 10.0),
        ("林场近日造林“两千亩” & <三>。", 40, 115, 150, 10, 10.0),
        ("第3版", 40, 20, 27, 9, 9.0),
    ]
    lines = tuple(
        Line(text, k, Box(1, x, y, x + w, y + h), size, "Song", confidence=0.9)
        for k, (text, x, y, w, h, size) in enumerate(rows, 1)
    )
    rules, frames, pictures = (
        (Box(1, 40, 50, 190, 51),),
        (Box(1, 30, 40, 200, 140),),
        (Box(1, 40, 200, 140, 300),),
    )
    return PrintedPage(1, 400, 600, lines, rules, frames, pictures)


def objects(page: PrintedPage) -> list[dict[str, Any]]:
    articles = split_printed_page(page).articles
    return [dict(article_object(a, file="page.pdf", number=k)) for k, a in enumerate(articles, 1)]


@pytest.mark.parametrize("pixels", [None, 300 / 72])
def test_it_is_valid(schema: Any, pixels: float | None) -> None:
    page = PrintedPage(*[getattr(printed_page(), name) for name in PrintedPage.__slots__][:-1], pixels)
    text = alto_text([page], [o | {"section": "forestry"} for o in objects(page)])
    schema.assertValid(etree.fromstring(text.encode()))


def test_an_article_is_a_composed_block() -> None:
    page = printed_page()
    root = etree.fromstring(alto_text([page], [o | {"section": "forestry"} for o in objects(page)]).encode())
    (block,) = root.iter(f"{ALTO}ComposedBlock")
    tags = {e.get("ID"): (e.get("TYPE"), e.get("LABEL")) for e in root.find(f"{ALTO}Tags")}
    assert [tags[t] for t in block.get("TAGREFS").split()] == [
        ("article", "林场造林忙"),
        ("section", "forestry"),
    ]
    parts = [
        (tags[b.get("TAGREFS")][1], [s.get("CONTENT") for s in b.iter(f"{ALTO}String")])
        for b in block.iter(f"{ALTO}TextBlock")
    ]
    assert parts[0] == ("headline", ["林场造林忙"])
    assert [part for part, _ in parts[1:]] == ["byline", "body"]
    outside = [e for e in root.iter(f"{ALTO}TextBlock") if e.getparent() is not block]
    assert [s.get("CONTENT") for b in outside for s in b.iter(f"{ALTO}String")] == ["第3版"]
    assert root.find(f".//{ALTO}MeasurementUnit").text == "inch1200"


def test_drawings_come_back() -> None:
    page = printed_page()
    (found,) = ocr_pages(alto_text([page], objects(page)).encode(), "page.xml")
    assert isinstance(found, PrintedPage)
    assert (found.rules, found.frames, found.pictures) == (page.rules, page.frames, page.pictures)


def test_control_characters_are_left_out() -> None:
    page = PrintedPage(1, 99, 99, (Line("水\x0b库\ud800", 1, Box(1, 10, 10, 30, 20), 10.0),))
    text = alto_text([page], [])
    assert 'CONTENT="水库"' in text


@st.composite
def layouts(draw: st.DrawFn) -> PrintedPage:
    """A page of columns of lines: sizes, lengths and places as they come, no two lines close side by side."""
    lines: list[Line] = []
    x = 20.0
    for _ in range(draw(st.integers(1, 4))):
        size = draw(st.sampled_from([8.0, 9.5, 10.5, 16.0, 24.0]))
        y = 20 + draw(st.floats(0, 40).map(lambda v: round(v, 1)))
        for _ in range(draw(st.integers(1, 12))):
            length = draw(st.integers(2, 12))
            indent = draw(st.sampled_from([0, 0, 2]))
            text = draw(st.text("水库开始蓄林场造两千亩，。", min_size=length, max_size=length))
            left = round(x + indent * size, 2)
            box = Box(1, left, round(y, 2), round(left + length * size, 2), round(y + size, 2))
            lines.append(Line(text, 0, box, size, draw(st.sampled_from(["Song", "Hei"])), confidence=0.5))
            y += size * draw(st.sampled_from([1.5, 1.6, 3.0]))
        x += 16 * size + 60
    lines.sort(key=lambda line: (line.box.y0, line.box.x0) if line.box else (0.0, 0.0))
    numbered = tuple(line._replace(number=k) for k, line in enumerate(lines, 1))
    return PrintedPage(1, x + 40, 900, numbered, rules=(Box(1, 10, 10, 400, 11),))


@settings(max_examples=60, deadline=None)
@given(layouts(), st.sampled_from([None, 1.0, 300 / 72]))
def test_lines_come_back(page: PrintedPage, pixels: float | None) -> None:
    page = PrintedPage(page.number, page.width, page.height, page.lines, page.rules, pixels_per_point=pixels)
    (found,) = ocr_pages(alto_text([page], objects(page)).encode(), "page.xml")
    assert isinstance(found, PrintedPage)
    assert [line.text for line in found.lines] == [line.text for line in page.lines]
    for ours, theirs in zip(page.lines, found.lines, strict=True):
        assert (theirs.size, theirs.face, theirs.direction, theirs.confidence) == (
            ours.size, ours.face, ours.direction, ours.confidence
        )  # fmt: skip
        assert ours.box is not None
        assert theirs.box is not None
        assert list(theirs.box) == pytest.approx(list(ours.box), abs=0.02)
