"""Which pieces of a page are one article."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.pages.line_model import read_lines
from classify.pages.line_model.crf import load_weights
from classify.pages.line_model.display_stack import read_far_stack
from classify.pages.line_model.matching import (
    Display,
    Matched,
    _cut_between,
    _cut_bodies,
    _find_owners,
    _find_unread,
    _head_values,
    _pair_heads,
    shares,
)
from classify.pages.line_model.reading import Piece, read_page
from classify.pages.line_model.states import STATES
from classify.text.lines import text_lines

if TYPE_CHECKING:
    from classify.pages.line_model.reading import PageReading

PEARS = "低产梨园变成菜篮子"
DAMS = "十九座水库加固赶在汛前"
SCHOOL = "旧仓库里的科学课"
PEARS_TEXT = (
    "本报讯（记者岑雨桐）云港市柳湾镇把低产梨园改成设施蔬菜，三年建起大棚四百二十座，亩均收入由三千元增加到一万二千元。"
    "镇里请来农技员驻村，每周三下午在棚里讲课，种植户有问题当场就问。低产梨园变成了全镇的菜篮子。"
)
DAMS_TEXT = (
    "本报讯（记者温砚秋）石泉县今年安排专项资金两千六百万元，对十九座小型水库的大坝和溢洪道进行加固，工程计划赶在汛前完工。"
    "施工队分成三班，工地上昼夜不停。县水利局派出技术员住在工地，每座水库都要验收签字。"
)
SCHOOL_TEXT = (
    "本报讯（记者柳知远）岑家渡小学把旧仓库改成了科学教室，孩子们用废旧材料做水车模型，每个月办一次小展览。"
    "学校没有专职的科学老师，请来镇上农机站的退休技工讲课。这个学期，全校二百多名学生都在旧仓库里上过科学课。"
)


def wrap(text: str, width: int = 16) -> list[str]:
    return [text[i : i + width] for i in range(0, len(text), width)]


def test_heads_that_all_stand_first_are_given_to_their_bodies() -> None:
    lines = [DAMS, SCHOOL, PEARS, *wrap(PEARS_TEXT), *wrap(DAMS_TEXT), *wrap(SCHOOL_TEXT)]
    page = read_lines(text_lines("\n".join(lines)))
    assert [(a.headline, a.byline.reporters) for a in page] == [
        (DAMS, ("温砚秋",)), (SCHOOL, ("柳知远",)), (PEARS, ("岑雨桐",)),
    ]  # fmt: skip


def test_a_body_is_cut_where_two_headlines_have_their_words_in_different_parts() -> None:
    dams, school = (wrap(text.split("）", 1)[1]) for text in (DAMS_TEXT, SCHOOL_TEXT))  # without leads
    reading = read_page([SCHOOL, DAMS, PEARS, *dams, *school])
    body = STATES.index("body")
    lines = list(range(3, 3 + len(dams) + len(school)))
    whole = Piece(lines, [body] * len(lines))
    parts = _cut_between(reading, whole, [[0], [1]])
    assert [part.lines for part in parts] == [lines[: len(dams)], lines[len(dams) :]]
    assert _cut_between(reading, whole, [[1], [2]]) == [whole]  # nothing of pears is in it


def test_only_headlines_cut_bodies() -> None:
    dams, school = (wrap(text.split("）", 1)[1]) for text in (DAMS_TEXT, SCHOOL_TEXT))
    reading = read_page([SCHOOL, DAMS, *dams, *school])
    head, deck, body = (STATES.index(state) for state in ("headline-1", "deck", "body"))
    lines = list(range(2, 2 + len(dams) + len(school)))
    bodies = [Piece(lines, [body] * len(lines))]
    weights = load_weights().head
    for states, n in (([head, head], 2), ([head, deck], 1)):
        displays = [Display([k], [states[k]], k, -1 if k == 0 else 0) for k in range(2)]
        value = _head_values(reading, displays, bodies, weights)
        assert len(_cut_bodies(reading, displays, bodies, value)) == n
        assert [display.beside for display in displays] == [-1, 0]


def test_a_headline_read_as_furniture_is_given_to_its_body() -> None:
    reading, pieces = read_with_furniture(SCHOOL)
    found = [article for article in _pair_heads(reading, pieces, load_weights()) if article.has_text]
    heads = [
        "".join([reading.page.texts[i] for piece in article.pieces for i in piece.roles.get("headline", ())])
        for article in found
    ]
    assert sorted(heads) == sorted([PEARS, DAMS, SCHOOL])


@pytest.mark.parametrize(
    "line", ["2024年3月5日 星期二", "第03版", "热线：0310-1234567", "责任编辑 岑雨桐 版式 卫苒"]
)
def test_furniture_that_the_grammar_knows_is_no_headline(line: str) -> None:
    reading, pieces = read_with_furniture(line)
    assert _find_unread(reading, pieces) == []


def read_with_furniture(line: str) -> tuple[PageReading, list[Piece]]:
    """Return a page on which heads stand first and `line`, inside the last body, is read as furniture."""
    texts = [DAMS, PEARS, *wrap(PEARS_TEXT), *wrap(DAMS_TEXT), *wrap(SCHOOL_TEXT)]
    at = len(texts) - 3
    texts.insert(at, line)
    reading = read_page(texts)
    body, inside = STATES.index("body"), STATES.index("furniture-in-body")
    starts = [
        0,
        1,
        2,
        2 + len(wrap(PEARS_TEXT)),
        2 + len(wrap(PEARS_TEXT)) + len(wrap(DAMS_TEXT)),
        len(texts),
    ]
    reading.outside = []
    reading.pieces = []
    for a, b in pairwise(starts):
        first = STATES.index("headline-1" if a < 2 else "body-1")
        states = [first, *[inside if i == at else body for i in range(a + 1, b)]]
        reading.pieces.append(Piece(list(range(a, b)), states))
    return reading, reading.pieces


def test_a_head_is_read_anew_over_its_body() -> None:
    lines = ["城东街道", DAMS, SCHOOL, PEARS, *wrap(PEARS_TEXT), *wrap(DAMS_TEXT), *wrap(SCHOOL_TEXT)]
    page = read_page(lines)
    body = list(range(4, 4 + len(wrap(PEARS_TEXT))))
    weights = load_weights().stack
    deck, label = STATES.index("deck"), STATES.index("label")
    read = read_far_stack(page.page, ([3], [deck]), body, page.marginals, weights)
    assert read == [STATES.index("headline")]
    assert read_far_stack(page.page, ([0], [label]), body, page.marginals, weights) == [label]
    assert read_far_stack(page.page, ([3], [deck]), [], page.marginals, weights) == [deck]


def test_display_lines_and_bylines_alone_are_no_article() -> None:
    head = Piece([0, 1], [STATES.index("headline-1"), STATES.index("byline")])
    photo = Piece([0], [STATES.index("caption-1")])
    assert not Matched([head]).has_text
    assert Matched([head, photo]).has_text


def display(piece: int, beside: int = -1) -> Display:
    return Display([0], [0], piece, beside)


def test_lines_of_one_head_stay_together() -> None:
    value = np.array([[2.0, -3.0], [-0.5, 0.2]])
    together = [display(0), display(0)]
    apart = [display(0), display(1)]
    assert _find_owners(together, value, 1.5, -1.5) == [0, 0]
    assert _find_owners(apart, value, 1.5, -1.5) == [0, 1]


def test_a_line_of_no_body_says_nothing_of_the_next() -> None:
    value = np.array([[-4.0, -4.0], [-4.0, -4.0], [1.0, -4.0]])
    assert _find_owners([display(0), display(0), display(0)], value, 3.0, -3.0) == [-1, -1, 0]


def test_rare_words_count_more() -> None:
    everywhere, here = np.array([1]), np.array([2])
    bodies = [np.array([1, 2]), np.array([1]), np.array([1])]
    found = shares([np.concatenate([everywhere, here])], bodies)[0]
    assert found[0] == pytest.approx(1.0)
    assert 0 < found[1] < 0.5


@settings(max_examples=30)
@given(
    st.permutations(
        [[PEARS], wrap(PEARS_TEXT), [DAMS], wrap(DAMS_TEXT), [SCHOOL], wrap(SCHOOL_TEXT), ["第3版"]]
    )
)
def test_every_line_is_somewhere_once(blocks: list[list[str]]) -> None:
    lines = [line for block in blocks for line in block]
    page = read_lines(text_lines("\n".join(lines)))
    owned = [n for a in page for first, last in a.lines for n in range(first, last + 1)]
    left = [line.number for line in page.leftover]
    assert sorted([*owned, *left]) == list(range(1, len(lines) + 1))
    assert all(0 <= a.split_confidence <= 1 for a in page)
