"""The page as a reader turns it."""

from __future__ import annotations

import pytest

from classify.pages.layout.reading import Area, view_page
from classify.records import Box, Line, PrintedPage
from tests.pages.layout.pages import FOREST, Sheet


def test_furniture_is_what_rules_across_the_page_part_off() -> None:
    sheet = Sheet().line(40, 20, "云港日报", 24.0).line(300, 30, "第12345期", 8.0).rule(20, 50, 380, 50.5)
    sheet.text(40, 100, FOREST).rule(20, 570, 380, 570.5).line(40, 575, "地址：人民路1号", 8.0)
    view = view_page(sheet.page())
    assert [line.text for line in view.furniture] == ["云港日报", "第12345期", "地址：人民路1号"]


def test_lines_of_an_imprint_go_together() -> None:
    sheet = (
        Sheet()
        .line(300, 20, "2026年3月5日 星期四", 8.0)
        .line(300, 31, "第12345期 今日8版", 8.0)
        .text(40, 100, FOREST)
    )
    assert [line.text for line in view_page(sheet.page()).furniture] == [
        "2026年3月5日 星期四",
        "第12345期 今日8版",
    ]


def test_lines_have_the_innermost_frame() -> None:
    sheet = (
        Sheet().frame(20, 90, 380, 300).frame(30, 95, 200, 200).text(40, 100, FOREST).text(220, 100, FOREST)
    )
    assert sorted({line.frame for line in view_page(sheet.page()).lines}) == [0, 1]


def test_a_frame_or_picture_as_large_as_the_page_is_its_ground() -> None:
    view = view_page(Sheet().frame(0, 0, 400, 600).picture(0, 0, 400, 600).text(40, 100, FOREST).page())
    assert (view.frames, view.pictures) == ([], [])


def test_pictures_do_not_count_in_the_gap_of_text() -> None:
    view = view_page(Sheet().picture(40, 90, 150, 190).text(40, 220, FOREST).page())
    assert view.text_gap(Area(40, 60, 150, 80), Area(40, 220, 150, 280)) < 40


def test_rules_between() -> None:
    view = view_page(Sheet().rule(40, 150, 150, 150.5).rule(165, 40, 165.5, 300).text(40, 200, FOREST).page())
    above, below, right = Area(40, 100, 150, 140), Area(40, 200, 150, 260), Area(180, 100, 290, 260)
    assert view.has_rule_between(above, below)
    assert view.has_wall_between(below, right)
    assert not view.has_wall_between(above, Area(180, 400, 290, 500))


@pytest.mark.parametrize("direction", ["horizontal", "vertical"])
def test_pieces_of_a_byline_are_one_row_whatever_stands_at_their_height(direction: str) -> None:
    """Their tops may differ by a little, and lines of other columns may come between them in order of height."""
    pieces = [("本报记者", 40.0, 100.4), ("另一栏的文字", 200.0, 100.5), ("岑雨桐", 90.0, 100.6)]
    lines = []
    for k, (text, x, y) in enumerate(pieces):
        box = Box(1, x, y, x + 10 * len(text), y + 10)
        if direction == "vertical":
            box = Box(1, 400 - box.y1, box.x0, 400 - box.y0, box.x1)
        lines.append(Line(text, k, box, 10.0, "Song", direction))
    found = view_page(PrintedPage(1, 400.0, 400.0, tuple(lines))).lines
    assert sorted(line.text for line in found) == ["另一栏的文字", "本报记者\u3000岑雨桐"]
