"""Which display lines are headline, kicker and deck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from classify.pages.headlines import Headlines, find_series, read_headlines
from classify.pages.units import to_units
from classify.text.lines import text_lines

if TYPE_CHECKING:
    from classify.pages.printed import Unit


def units(text: str) -> list[Unit]:
    return to_units(text_lines(text))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("河道清淤开始", "", Headlines("河道清淤开始"), id="one line"),
        pytest.param("简讯", "", Headlines(kicker="简讯"), id="a rubric alone"),
        pytest.param("市水务局\n\n河道清淤开始", "", Headlines("河道清淤开始", "市水务局"), id="an organisation"),
        pytest.param("河道清淤开始\n——青塘侧记", "", Headlines("河道清淤开始", "", "青塘侧记"), id="a dash"),
        pytest.param("河道\n清淤开始", "", Headlines("河道清淤开始"), id="two lines"),
        pytest.param("【民生】\n河道清淤开始", "", Headlines("河道清淤开始", "【民生】"), id="a rubric in brackets"),
        pytest.param(
            "水清了\n\n河道清淤昨日开始\n\n居民都说好", "", Headlines("河道清淤昨日开始", "水清了", "居民都说好"),
            id="the shorter of three",
        ),
        pytest.param("全市水务", "河道清淤开始", Headlines("河道清淤开始", "全市水务"), id="nearer in its words"),
        pytest.param("", "", Headlines(), id="nothing"),
    ],
)  # fmt: skip
def test_display_lines(before: str, after: str, expected: Headlines) -> None:
    assert read_headlines(units(before), units(after), "昨日，青塘区河道清淤开始。") == expected


def test_the_last_character_of_a_vertical_headline() -> None:
    tall = units("河\n道\n清\n淤")
    assert read_headlines([], tall, "", last_character="了").headline == "河道清淤了"
    assert read_headlines([], units("河道清淤"), "", last_character="了").headline == "河道清淤"


def test_a_known_title_leaves_the_deck() -> None:
    found = read_headlines(units("市水务局\n\n——青塘侧记"), [], "", title="河道清淤")
    assert found == Headlines("河道清淤", "", "市水务局\n青塘侧记")


def test_a_series_is_over_several_headlines() -> None:
    pages = [units(f"文明青塘\n\n{text}") for text in ("河道清淤开始", "古树挂上名牌")]
    assert find_series(pages) == {"文明青塘"}
    assert find_series([*pages[:1], *pages[:1]]) == frozenset()
    assert find_series([units("文明青塘"), units("文明青塘")]) == frozenset()
