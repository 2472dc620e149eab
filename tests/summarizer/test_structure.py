"""What counts as a sentence, a heading, an item, or boilerplate."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.summarizer.structure import find_opening_quotations, text_units
from tests.support import read_cases

CASES = read_cases("summarizer_structure")

WORDS, MARKS = "林业局造林记者本报讯电图为摄来源月日", "：（）【】“”《》，。！？…；\n 　\r\t.,()—-"
news = st.text(alphabet=f"{WORDS}{MARKS}102aB\ud800\U00020000", max_size=120)


@pytest.mark.parametrize("case", CASES, ids=[c["comment"] for c in CASES])
def test_cases(case: dict[str, Any]) -> None:
    text = case["text"]
    found = text_units(text)
    assert [text[u.start : u.end] for u in found] == case["units"]
    assert [i for i, u in enumerate(found) if u.is_heading] == case.get("headings", [])
    assert [u.item for u in found] == case.get("items", [0] * len(found))


@given(news)
def test_units_are_whole_and_in_order(text: str) -> None:
    at = 0
    item = position = 0
    for u in text_units(text):
        assert at <= u.start < u.end <= len(text)
        assert "\n" not in text[u.start : u.end]
        assert u.item in (item, item + 1)
        position = position if u.item == item else 0
        assert u.position == position
        position += not u.is_heading
        at, item = u.end, u.item


@given(news)
def test_a_text_with_a_word_has_a_unit(text: str) -> None:
    assert bool(text_units(text)) == bool(text.strip())


def test_long_lines_and_many_marks_take_no_longer_than_their_length() -> None:
    for unit in ("（", "“", " ", "来源：", "记者", "举报", "编", "【】", "本报"):
        assert text_units(unit * 30_000 + "。") is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“水来了！”何满仓站在渠边喊。", [0]),
        ("“水来了！”“快去看！”何满仓喊。“快！”", [0, 1]),
        ("放水了\n「水来了，快去看！」他说", [1]),
        ('"水来了！"何满仓喊。', [0]),
        ("“柳湾号”货轮昨天首航，运走苗木。", []),
        ("何满仓说：“水来了！”", []),
        ("“水来了，水库开始放水。", []),
        ("水库放水。“水来了！”", []),
    ],
)
def test_opening_quotations(text: str, expected: list[int]) -> None:
    assert find_opening_quotations(text, text_units(text)) == expected
