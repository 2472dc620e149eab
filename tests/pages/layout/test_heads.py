"""Display groups and the stories they belong to."""

from __future__ import annotations

from classify import split_page
from classify.pages.layout.block_finding import find_blocks
from classify.pages.layout.heads import read_display
from classify.pages.layout.reading import view_page
from tests.pages.layout.pages import FOREST, OPEN, POND, REST, Sheet


def displays(sheet: Sheet) -> list[tuple[str, str, str]]:
    groups = find_blocks(view_page(sheet.page())).displays
    return [(h.kicker, h.headline, h.deck) for h in (read_display(group) for group in groups)]


def test_kicker_and_deck_by_size_and_place() -> None:
    sheet = (
        Sheet()
        .line(40, 40, "市林业局", 12.0)
        .headline(40, 60, "林场造林")
        .headline(40, 84, "进度过半")
        .line(40, 108, "山上见闻", 12.0)
    )
    assert displays(sheet.text(40, 130, FOREST)) == [("市林业局", "林场造林进度过半", "山上见闻")]


def test_a_kicker_in_body_type() -> None:
    sheet = Sheet().line(60, 44, "市林业局").headline(40, 60, "林场造林").text(40, 100, FOREST)
    assert displays(sheet) == [("市林业局", "林场造林", "")]


def test_halves_of_a_headline_far_apart() -> None:
    sheet = (
        Sheet()
        .headline(60, 60, "林场造林")
        .headline(180, 60, "水库蓄水")
        .line(110, 84, "两项工程同时进行", 12.0)
    )
    assert displays(sheet.text(40, 110, OPEN).text(180, 110, REST)) == [
        ("", "林场造林 水库蓄水", "两项工程同时进行")
    ]


def test_a_headline_beside_the_first_column() -> None:
    sheet = (
        Sheet().text(40, 60, [*OPEN, "造林三万亩，其中经济林", *OPEN[1:]]).headline(190, 60, "林场造林", 18.0)
    )
    sheet.text(180, 90, REST)
    (article,) = split_page(sheet.page())
    assert article.headline == "林场造林"


def test_two_headlines_cut_a_chain_that_ran_on() -> None:
    sheet = (
        Sheet()
        .headline(40, 60, "水库蓄水")
        .text(40, 100, POND)
        .headline(180, 60, "林场造林")
        .text(180, 100, FOREST)
    )
    assert sorted(article.headline for article in split_page(sheet.page())) == ["林场造林", "水库蓄水"]
