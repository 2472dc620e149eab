"""What the tests of every format share: an article with everything, one with nothing, and hostile texts."""

from __future__ import annotations

import re
from typing import Any

from classify.output.json import labelled_object
from classify.records import (
    Article,
    Box,
    Byline,
    Dateline,
    Keyword,
    LabelledArticle,
    Prediction,
    Sentence,
    Summary,
)

FULL = LabelledArticle(
    Article(
        headline="林场造林",
        kicker="青河县",
        deck="今春二十万亩",
        byline=Byline("本报", ("岑雨桐", "李某"), ("温砚秋",), ("钱某",)),
        dateline=Dateline("青河", "2月3日"),
        captions=("图为林场。",),
        body="林场今春造林。\n面积“二十万”亩, 比去年多。",
        lines=((1, 3), (5, 9)),
        boxes=(Box(2, 10.0, 20.5, 110.0, 220.0),),
        page=2,
        split_confidence=0.9,
    ),
    Prediction("forestry", 0.87654, {"forestry": 0.87654, "other": 0.12346}, "forestry", "labelled"),
    Summary((Sentence("林场今春造林。", 0, 7, 0.5),)),
    (Keyword("造林", 0.3), Keyword("林场", 0.2)),
)
EMPTY = LabelledArticle(
    Article(), Prediction(None, 0.5, {"forestry": 0.5, "other": 0.5}, "forestry", "unsure")
)


def both_objects(file: str = "第 3 版#1.txt") -> list[dict[str, Any]]:
    """Return the JSON objects of `FULL` and `EMPTY`."""
    return [dict(labelled_object(item, file=file, number=n)) for n, item in enumerate((FULL, EMPTY), 1)]


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
