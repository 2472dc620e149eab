"""Pages with boxes to articles: what a reader's eye does on a newspaper page."""

from __future__ import annotations

import random

import pytest

from classify import split_page
from classify.pages.layout import split_printed_pages
from classify.records import Box, Line, Page, PrintedPage
from tests.pages.layout.pages import FOREST, OPEN, POND, REST, Sheet

FOREST_BODY = "云港市林场近日造林两千亩，今年以来全市已造林三万亩，其中经济林占四成。"
POND_BODY = "石泉水库昨日开始蓄水，水位每天上升一米，预计月底到达设计水位。"


def shuffled(page: PrintedPage) -> PrintedPage:
    lines = list(page.lines)
    random.Random(5).shuffle(lines)
    return PrintedPage(
        page.number, page.width, page.height, tuple(lines), page.rules, page.frames, page.pictures
    )


def read(sheet: Sheet) -> Page:
    """Split a page; the order of its lines must not matter."""
    found = split_page(sheet.page())
    assert split_page(shuffled(sheet.page())).articles == found.articles
    return found


def told(page: Page) -> list[tuple[str, str]]:
    return sorted((article.headline, article.body) for article in page)


def test_two_stories_side_by_side() -> None:
    sheet = (
        Sheet()
        .headline(40, 60, "林场造林")
        .text(40, 100, FOREST)
        .headline(180, 60, "水库蓄水")
        .text(180, 100, POND)
    )
    assert told(read(sheet)) == [("林场造林", FOREST_BODY), ("水库蓄水", POND_BODY)]


def test_a_headline_over_two_columns() -> None:
    sheet = Sheet().headline(50, 60, "林场造林两千亩　全市三万").text(40, 100, OPEN).text(180, 100, REST)
    assert told(read(sheet)) == [("林场造林两千亩 全市三万", FOREST_BODY)]


def test_a_headline_in_the_middle_of_its_columns() -> None:
    sheet = Sheet().text(40, 60, [*OPEN, *POND[1:2] * 6]).headline(190, 100, "林场造林", 18.0)
    sheet.text(180, 60, POND[1:2]).text(180, 140, REST)
    (article,) = read(sheet)
    assert article.headline == "林场造林"
    assert article.body.endswith("占四成。")


@pytest.mark.parametrize("x", [40, 320])
def test_a_vertical_headline(x: float) -> None:
    sheet = Sheet().vertical(x, 60, "林场造林").text(70, 60, OPEN).text(200, 60, REST)
    assert told(read(sheet)) == [("林场造林", FOREST_BODY)]


def test_a_rule_parts_stories_whose_columns_go_on() -> None:
    sheet = Sheet().headline(40, 60, "林场造林").text(40, 100, FOREST).rule(40, 166, 160, 166.5)
    sheet.headline(40, 180, "水库蓄水").text(40, 210, POND)
    assert told(read(sheet)) == [("林场造林", FOREST_BODY), ("水库蓄水", POND_BODY)]


def test_a_frame_keeps_its_story_to_itself() -> None:
    sheet = Sheet().headline(40, 60, "林场造林").text(40, 100, OPEN).frame(175, 50, 305, 160)
    sheet.headline(180, 60, "水库蓄水").text(180, 100, POND).text(310, 100, REST)
    assert told(read(sheet)) == [("林场造林", FOREST_BODY), ("水库蓄水", POND_BODY)]


def test_kicker_headline_deck_and_byline() -> None:
    sheet = (
        Sheet()
        .line(40, 40, "市林业局", 12.0, "Kai")
        .headline(40, 60, "林场造林忙")
        .line(40, 84, "——春季造林见闻", 12.0)
    )
    sheet.line(40, 104, "本报记者 岑雨桐 通讯员 卫苒", 10.0, "Kai").text(40, 124, FOREST)
    (article,) = read(sheet)
    assert (article.kicker, article.headline, article.deck) == ("市林业局", "林场造林忙", "春季造林见闻")
    assert (article.byline.reporters, article.byline.correspondents) == (("岑雨桐",), ("卫苒",))
    assert article.body == FOREST_BODY


def test_a_byline_that_breaks_in_a_name() -> None:
    sheet = Sheet().headline(40, 60, "林场造林").line(40, 90, "本报记者 岑雨桐 温", 10.0, "Kai")
    sheet.line(40, 103, "砚秋", 10.0, "Kai").text(40, 124, FOREST)
    (article,) = read(sheet)
    assert article.byline.reporters == ("岑雨桐", "温砚秋")


def test_caption_and_photographer() -> None:
    sheet = Sheet().headline(40, 60, "林场造林").text(40, 100, FOREST).picture(40, 180, 150, 240)
    sheet.line(40, 244, "图为造林现场。 卫苒 摄", 9.0, "Kai")
    (article,) = read(sheet)
    assert article.captions == ("图为造林现场。卫苒摄",)
    assert article.byline.photographers == ("卫苒",)
    assert article.body == FOREST_BODY


def test_paragraphs_come_from_indents_and_subheads_are_paragraphs() -> None:
    sheet = Sheet().headline(40, 60, "林场造林").text(40, 100, FOREST).line(70, 160, "水位上升", 10.0, "Hei")
    sheet.text(40, 175, POND)
    (article,) = read(sheet)
    assert article.body.split("\n") == [FOREST_BODY, "水位上升", POND_BODY]


def test_text_wrapped_round_a_picture_begins_no_paragraph() -> None:
    sheet = Sheet().headline(40, 60, "林场造林").picture(40, 115, 70, 144)
    sheet.line(40, 100, "　　云港市林场近日造林").line(80, 115, "两千亩，今年").line(80, 130, "以来全市已造")
    sheet.line(40, 145, "林三万亩，其中经济林占").line(40, 160, "四成。")
    (article,) = read(sheet)
    assert article.body == FOREST_BODY


def test_briefs_are_articles_of_their_own() -> None:
    sheet = Sheet().headline(60, 60, "简讯").frame(30, 50, 170, 240)
    sheet.text(40, 100, ["●石泉水库昨日开始蓄水。", "●云港市林场近日造林两", "千亩。（岑雨桐）"])
    found = read(sheet)
    assert [article.body for article in found] == ["石泉水库昨日开始蓄水。", "云港市林场近日造林两千亩。"]
    assert found[1].byline.reporters == ("岑雨桐",)


def test_advertisements_and_furniture_are_left_over() -> None:
    sheet = Sheet().line(40, 20, "2026年3月5日 星期四 责任编辑 岑雨桐", 8.0).rule(20, 40, 380, 40.5)
    sheet.headline(40, 60, "林场造林").text(40, 100, FOREST)
    sheet.frame(180, 60, 380, 160).headline(200, 80, "盛大开业", 30.0).line(200, 130, "全场五折", 12.0)
    found = read(sheet)
    assert told(found) == [("林场造林", FOREST_BODY)]
    assert [line.text for line in found.leftover] == [
        "2026年3月5日 星期四 责任编辑 岑雨桐",
        "盛大开业",
        "全场五折",
    ]


def test_boxes_are_those_of_the_blocks() -> None:
    sheet = Sheet().headline(40, 60, "林场造林").text(40, 100, OPEN).text(180, 100, REST)
    (article,) = read(sheet)
    assert article.boxes == (Box(1, 40, 60, 120, 80), Box(1, 40, 100, 150, 125), Box(1, 180, 100, 290, 125))


def test_a_vertical_page() -> None:
    lines = []
    for k, text in enumerate(FOREST):
        y = 50 + 10 * (len(text) - len(text.lstrip("\u3000")))
        text = text.lstrip("\u3000")
        x = 300 - 15 * k
        lines.append(Line(text, k + 1, Box(1, x, y, x + 10, y + 10 * len(text)), 10.0, "Song", "vertical"))
    lines.append(Line("林场造林", 9, Box(1, 330, 50, 350, 130), 20.0, "Hei", "vertical"))
    assert told(split_page(PrintedPage(1, 400, 600, tuple(lines)))) == [("林场造林", FOREST_BODY)]


@pytest.mark.parametrize("lines", [(), (Line("第3版", 1, Box(1, 40, 20, 70, 30), 10.0),)])
def test_a_page_without_articles(lines: tuple[Line, ...]) -> None:
    found = split_page(PrintedPage(1, 400, 600, lines))
    assert (found.articles, found.leftover) == ((), lines)


def test_every_line_is_in_one_article_or_left_over() -> None:
    sheet = (
        Sheet()
        .headline(40, 60, "林场造林")
        .text(40, 100, FOREST)
        .headline(180, 60, "水库蓄水")
        .text(180, 100, POND)
    )
    sheet.frame(30, 300, 380, 400).headline(60, 320, "盛大开业", 40.0)
    (found,) = split_printed_pages([sheet.page()])
    inside = [
        line for line in sheet.page().lines
        if any(
            line.box is not None and box.x0 <= line.box.x0 and box.x1 >= line.box.x1 and box.y0 <= line.box.y0 <= box.y1
            for article in found for box in article.boxes
        )
    ]  # fmt: skip
    assert len(inside) + len(found.leftover) == len(sheet.page().lines)
