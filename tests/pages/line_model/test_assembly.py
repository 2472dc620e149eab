"""The parts of articles on pages without blank lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from classify.pages import split_page
from classify.pages.line_model.assembly import _ArticleLines, _move_captions, _read_byline
from classify.pages.line_model.states import LineRole
from classify.records import Box, Line
from tests.pages.line_model.test_matching import DAMS, DAMS_TEXT, PEARS, PEARS_TEXT, SCHOOL, SCHOOL_TEXT, wrap

if TYPE_CHECKING:
    from classify.records import Page


def split(*lines: str | list[str]) -> Page:
    return split_page(
        "\n".join([text for line in lines for text in ([line] if isinstance(line, str) else line)])
    )


def test_headline_lead_body() -> None:
    page = split(PEARS, wrap(PEARS_TEXT), DAMS, wrap(DAMS_TEXT))
    assert [a.headline for a in page] == [PEARS, DAMS]
    assert [a.byline.reporters for a in page] == [("岑雨桐",), ("温砚秋",)]
    assert page[0].body.startswith("云港市柳湾镇把低产梨园改成设施蔬菜，三年建起")
    assert page[0].lines == ((1, 1 + len(wrap(PEARS_TEXT))),)


@pytest.mark.parametrize(
    ("byline", "reporters"),
    [
        ("本报记者 岑雨桐", ("岑雨桐",)), ("本报记者 岑雨桐 柳知远", ("岑雨桐", "柳知远")),
    ],
)  # fmt: skip
def test_a_byline_under_a_headline(byline: str, reporters: tuple[str, ...]) -> None:
    body = PEARS_TEXT.split("）", 1)[1]
    page = split(PEARS, byline, wrap(body), DAMS, wrap(DAMS_TEXT))
    assert [a.headline for a in page] == [PEARS, DAMS]
    assert page[0].byline.reporters == reporters
    assert page[0].body.startswith("云港市柳湾镇")


def test_a_caption_that_stands_alone_goes_to_its_article_and_is_none_itself() -> None:
    texts = [PEARS_TEXT, DAMS_TEXT, "图为柳湾镇低产梨园改成的设施蔬菜大棚。", "放学后的操场上站满了人。"]
    pears, dams = (_ArticleLines(body=[[(i, LineRole.BODY)]]) for i in (0, 1))
    about_pears, photo_story = (_ArticleLines(captions=[[i]]) for i in (2, 3))
    drafts = [about_pears, photo_story, pears, dams]
    _move_captions(drafts, texts)
    assert drafts == [photo_story, pears, dams]
    assert pears.captions == [[2]]
    assert photo_story.captions == [[3]]


def test_a_caption_goes_to_the_article_that_it_is_about() -> None:
    texts = [PEARS_TEXT, DAMS_TEXT, "图为柳湾镇低产梨园改成的设施蔬菜大棚。 卫苒 摄"]
    pears = _ArticleLines(body=[[(0, LineRole.BODY)]])
    dams = _ArticleLines(body=[[(1, LineRole.BODY)]], captions=[[2]])
    _move_captions([pears, dams], texts)
    assert (pears.captions, dams.captions) == ([[2]], [])
    _move_captions([pears, dams], texts)
    assert (pears.captions, dams.captions) == ([[2]], [])


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["本报记者 岑雨桐"], ("岑雨桐",)),
        (["岑雨桐  温砚秋  柳知远"], ("岑雨桐", "温砚秋", "柳知远")),
        (["岑雨桐"], ("岑雨桐",)),
        (["（岑雨桐）"], ("岑雨桐",)),
        (["□ 岑雨桐"], ("岑雨桐",)),
        (["本报记者 岑雨桐", "通讯员 温砚秋"], ("岑雨桐", "温砚秋")),
        (["《云港日报》（2024年3月5日 第 02 版）"], ()),
    ],
    ids=ascii,
)
def test_names_of_a_byline(lines: list[str], names: tuple[str, ...]) -> None:
    byline = _read_byline(lines)
    assert (() if byline is None else byline.reporters + byline.correspondents) == names


@pytest.mark.parametrize("jump", ["（上接第1版）", "【上接第一版】", "▲上接第2版", "上接第3版"])
def test_a_jump_opens_an_article(jump: str) -> None:
    body = DAMS_TEXT.split("）", 1)[1]
    page = split(PEARS, wrap(PEARS_TEXT), wrap(jump + body), SCHOOL, wrap(SCHOOL_TEXT))
    assert len(page) == 3
    assert "石泉县今年安排专项资金" in page[1].body


def test_the_mark_of_a_brief_is_no_part_of_its_headline() -> None:
    bodies = [
        "　　石泉县今年安排专项资金，对十九座小型水库的大坝和溢洪道进行加固，工程计划赶在汛前完工。",
        "　　岑家渡小学把旧仓库改成了科学教室，孩子们用废旧材料做水车模型，每个月办一次小展览。",
    ]
    heads = ["● 十九座水库加固赶在汛前", "● 旧仓库里的科学课"]
    lines = [
        line
        for head, body in zip(heads, bodies, strict=True)
        for line in (head, *(body[i : i + 14] for i in range(0, len(body), 14)))
    ]
    page = split(*lines)
    assert [a.headline for a in page] == [head[2:] for head in heads]


def test_page_numbers_and_folio_lines_are_left_over() -> None:
    page = split(
        "云港日报", "2026年3月5日 星期四", PEARS, wrap(PEARS_TEXT), "第 35 页", DAMS, wrap(DAMS_TEXT)
    )
    assert [a.headline for a in page] == [PEARS, DAMS]
    assert [line.text for line in page.leftover] == ["云港日报", "2026年3月5日 星期四", "第 35 页"]


def test_boxes_are_merged_to_blocks() -> None:
    texts = [PEARS, *wrap(PEARS_TEXT), DAMS, *wrap(DAMS_TEXT)]
    lines = [Line(text, n, Box(1, 0, 12 * n, 160, 12 * n + 10)) for n, text in enumerate(texts, 1)]
    page = split_page(lines)
    assert [a.headline for a in page] == [PEARS, DAMS]
    assert [len(a.boxes) for a in page] == [1, 1]
    assert page[0].boxes[0].y0 == 12


def test_lines_without_numbers() -> None:
    page = split_page([Line(text) for text in [PEARS, *wrap(PEARS_TEXT), DAMS, *wrap(DAMS_TEXT)]])
    assert [a.lines for a in page] == [(), ()]
