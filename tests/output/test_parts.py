"""Lines of a page to the parts of its articles."""

from __future__ import annotations

import pytest

from classify.output.parts import article_blocks, part_of
from classify.records import Box, Line, PrintedPage

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
    assert part_of(text, ARTICLE) == part


def test_a_line_is_in_the_smallest_block_around_it() -> None:
    lines = (
        Line("云港市林场近日", 1, Box(1, 10, 10, 80, 20)),
        Line("工人在栽树。", 2, Box(1, 30, 40, 80, 50)),
        Line("造林两千亩。", 3, Box(1, 10, 60, 80, 70)),
        Line("广告", 4, Box(1, 10, 90, 80, 99)),
        Line("广告", 5),
    )
    article = {**ARTICLE, "boxes": [[1, 10, 10, 80, 70], [1, 30, 40, 80, 50], [2, 0, 0, 99, 99]]}
    blocks, rest = article_blocks(PrintedPage(1, 99, 99, lines), [article])
    assert [(block.part, [line.number for line in block.lines]) for block in blocks] == [
        ("body", [1, 3]),
        ("caption", [2]),
    ]
    assert [line.number for line in rest] == [4, 5]
