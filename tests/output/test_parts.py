"""Lines of a page to the parts of its articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from classify.output.alto import alto_text
from classify.output.iiif import annotation_pages
from classify.output.parts import _find_homes, article_blocks, part_finder
from classify.records import Box, Line, PrintedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

ARTICLE = {
    "headline": "林场造林忙",
    "kicker": "春季造林",
    "deck": "两千亩荒山披绿装",
    "byline": {"source": "本报", "reporters": ["岑雨桐"], "correspondents": [], "photographers": []},
    "dateline": {"place": "云港", "date": "2月26日"},
    "captions": ["工人在栽树。"],
    "body": "云港市林场近日造林两千亩。",
}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("林场造林忙", "headline"),
        ("春 季 造 林", "kicker"),
        ("两千亩荒山披绿装", "deck"),
        ("本报记者 岑雨桐", "byline"),
        ("工人在栽树。", "caption"),
        ("林场近日造林两", "body"),
        ("云港2月26日", "body"),
        ("～", "body"),
    ],
)
def test_parts(text: str, part: str) -> None:
    assert part_finder(ARTICLE)(text) == part


def test_a_line_is_in_the_smallest_block_around_it() -> None:
    lines = (
        Line("云港市林场近日", 1, Box(1, 10, 10, 80, 20)),
        Line("工人在栽树。", 2, Box(1, 30, 40, 80, 50)),
        Line("造林两千亩。", 3, Box(1, 10, 60, 80, 70)),
        Line("广告", 4, Box(1, 10, 90, 80, 99)),
        Line("广告", 5),
    )
    article = {**ARTICLE, "boxes": [[1, 10, 10, 80, 70], [1, 30, 40, 80, 50], [2, 0, 0, 99, 99]]}
    blocks, rest = article_blocks(PrintedPage(1, 99, 99, lines), {0: article})
    assert [(block.part, [line.number for line in block.lines]) for block in blocks] == [
        ("body", [1, 3]),
        ("caption", [2]),
    ]
    assert [line.number for line in rest] == [4, 5]


@pytest.mark.parametrize("at_once", [1, 500, 1 << 20])
def test_each_line_is_in_the_first_box_around_it(at_once: int) -> None:
    lines = [Line("造林。", i, Box(1, 10, 10 * i, 80, 10 * i + 9)) for i in range(1, 60)]
    boxes = [*[line.box for line in lines if line.box], (1, 0, 0, 99, 620)]
    outside = [
        Line("造林。", 60, Box(1, 10, 610, 80, 619)),
        Line("造林。", 61, Box(1, 10, 610, 80, 629)),
        Line("", 62),
    ]
    assert _find_homes([*lines, *outside], boxes, at_once) == [*range(59), 59, -1, -1]


def test_no_boxes_and_no_lines() -> None:
    assert article_blocks(PrintedPage(1, 99, 99), {0: {**ARTICLE, "boxes": [[1, 0, 0, 9, 9]]}}) == ([], [])
    line = Line("造林。", 1, Box(1, 10, 10, 80, 20))
    assert article_blocks(PrintedPage(1, 99, 99, (line,)), {}) == ([], [line])


def test_the_words_of_an_article_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of one long article with a box for each line, which took time with the square of its lines."""
    asked: list[object] = []

    def counted(article: dict[str, object]) -> object:
        asked.append(article)
        return part_finder(article)

    monkeypatch.setattr("classify.output.parts.part_finder", counted)
    lines = tuple(Line("字", i, Box(1, 10, 20 * i, 20, 20 * i + 9)) for i in range(1, 501))
    article = {**ARTICLE, "body": "字" * 500, "boxes": [list(line.box) for line in lines if line.box]}
    blocks, _ = article_blocks(PrintedPage(1, 99, 99_999, lines), {0: article})
    assert len(blocks) == 500
    assert asked == [article]


def test_each_page_looks_at_its_own_articles_only() -> None:
    """Thousands of pages with an article each took time with the square of their number."""
    looked = 0

    class Boxes(list):  # type: ignore[type-arg]
        def __iter__(self) -> Iterator[Any]:
            nonlocal looked
            looked += 1
            return super().__iter__()

    n = 200
    lines = {i: Line("造林。", 1, Box(i, 10, 10, 80, 20)) for i in range(1, n + 1)}
    articles = [{**ARTICLE, "id": f"a{i}", "boxes": Boxes([[i, 10, 10, 80, 20]])} for i in range(1, n + 1)]
    pages = [PrintedPage(i, 99, 99, (line,)) for i, line in lines.items()]
    assert alto_text(pages, articles).count("<ComposedBlock") == n
    assert len(list(annotation_pages(pages, articles, file="x"))) == n
    assert looked <= 6 * n
