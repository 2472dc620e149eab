"""Which segment goes on in which, chosen over the whole page."""

from __future__ import annotations

from classify.pages.layout.block_finding import find_blocks
from classify.pages.layout.flow import find_flow
from classify.pages.layout.reading import view_page
from tests.pages.layout.pages import FOREST, OPEN, POND, REST, Sheet


def chains(sheet: Sheet) -> list[list[str]]:
    view = view_page(sheet.page())
    blocks = find_blocks(view)
    return [[s.lines[0].text for s in c] for c in find_flow(view, blocks.segments, blocks.displays).chains]


def test_an_open_sentence_goes_on_past_another_story() -> None:
    sheet = (
        Sheet()
        .headline(40, 60, "林场造林")
        .text(40, 100, OPEN)
        .headline(160, 60, "水库蓄水")
        .text(160, 100, POND)
    )
    sheet.text(280, 100, REST)
    assert [OPEN[0].lstrip("\u3000"), REST[0]] in chains(sheet)


def test_a_dovetailed_story() -> None:
    # The right column of the first story is longer; the second one begins under its left column.
    sheet = Sheet().headline(50, 60, "林场造林忙又忙").text(40, 100, OPEN).text(180, 100, [*REST, *FOREST])
    sheet.rule(40, 140, 150, 140.5).headline(40, 150, "水库蓄水", 18.0).text(
        40, 180, [*POND, "水库向三个镇供水的管"]
    )
    sheet.rule(180, 210, 290, 210.5).text(180, 222, ["道今年接通，水库水位", "平稳。"])
    found = chains(sheet)
    assert [chain[0] for chain in found] == [OPEN[0].lstrip("\u3000"), POND[0].lstrip("\u3000")]
    assert [len(chain) for chain in found] == [2, 2]


def test_a_lead_begins_a_story_where_everything_else_fits() -> None:
    lead = ["　　本报讯（记者岑雨桐）", *POND]
    sheet = Sheet().text(40, 100, FOREST).text(180, 100, lead)
    assert len(chains(sheet)) == 2


def test_margins_are_wide_where_an_open_sentence_goes_on_and_narrow_where_nothing_decides() -> None:
    def least(sheet: Sheet) -> float:
        view = view_page(sheet.page())
        blocks = find_blocks(view)
        find_flow(view, blocks.segments, blocks.displays)
        return min(s.margin for s in blocks.segments)

    sure = Sheet().headline(40, 60, "林场造林").text(40, 100, OPEN).text(180, 100, REST)
    unsure = Sheet().text(40, 100, FOREST).text(180, 100, POND)
    assert least(sure) > least(unsure) >= 0.0
