"""Lines of a text, their numbers, and what long gaps and very many lines come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import InputError
from classify.pages import split_page
from classify.text import lines as module
from classify.text.lines import MAX_BLANK_LINES, text_lines

pieces = st.one_of(
    st.sampled_from(["字", "字\n", "　", "\t"]),
    st.integers(0, 150).map(lambda n: "\n" * n),
    st.integers(0, 90).map(lambda n: " \n" * n),
)


@given(st.lists(pieces, max_size=8).map("".join))
def test_only_blank_lines_of_long_gaps_are_left_out(text: str) -> None:
    whole = text.split("\n")
    with pytest.MonkeyPatch.context() as m:
        m.setattr(module, "_LONG_TEXT", 0)
        found = text_lines(text)
    assert [line.number for line in found] == list(found.numbers)
    assert list(found[3:].numbers) == list(found.numbers)[3:]
    assert all(line.text == whole[line.number - 1] or not whole[line.number - 1].strip() for line in found)
    left_out = set(range(1, len(whole) + 1)) - set(found.numbers)
    assert not any(whole[number - 1].strip() for number in left_out)
    gap = 0
    for line in found:
        gap = 0 if line.text.strip() else gap + 1
        assert gap <= MAX_BLANK_LINES + 2


def test_a_text_of_nothing_but_line_ends_has_few_lines() -> None:
    assert len(text_lines("\n" * 3_000_000)) == MAX_BLANK_LINES + 2
    assert len(text_lines("\r\n \r\n" * 500_000)) < MAX_BLANK_LINES + 3


def test_numbers_after_a_gap_are_those_of_the_input() -> None:
    text = (
        "林场造林忙\n本报讯（记者岑雨桐）云港市林场近日造林。"
        + "\n" * 200_000
        + "水库蓄水\n本报讯 石泉水库蓄水。"
    )
    page = split_page(text)
    assert [article.lines[-1][-1] for article in page.articles] == [2, 200_003]


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONG_TEXT", 0)
    monkeypatch.setattr(module, "MAX_LINES", 10)
    assert len(text_lines("字\n" * 9)) == 10
    with pytest.raises(InputError, match="more than 10 lines"):
        text_lines("字\n" * 10)
