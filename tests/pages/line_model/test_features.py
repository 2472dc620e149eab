"""Attributes of lines, and features made of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.pages.line_model.features import (
    BORDER_TEMPLATES,
    SIZES,
    STATE_TEMPLATES,
    count_values,
    read_features,
)

LINES = st.lists(
    st.sampled_from(
        [
            "", "　　本报讯（记者林知遥）昨日，青塘区启", "动新一轮城区河道清淤，计划用四个月清",
            "理柳溪、芦渚两条河道。",
            "青塘区启动河道清淤", "——青塘侧记", "□ 林知遥", "林知遥 卫苒", "图为清淤现场。 卫苒 摄",
            "（上接第1版）", "下转第3版",
            "A03版 综合新闻", "2026年3月5日 星期四", "遗失声明", "河", "道", "●市场开业",
            "一、分段围堰", "The bridge opened.",
            "责编 林知遥 校对 卫苒", "河 道 清 淤 开 始", "编者按：", "\x0c", "𠀀𠀁", "“水清了。”",
        ]
    ),
    max_size=40,
)  # fmt: skip


@given(LINES)
def test_attributes_have_their_ranges(lines: list[str]) -> None:
    page = read_features(lines)
    for name, size in SIZES.items():
        values = page.attributes.get(name)
        if values is not None and len(values):
            assert values.min() >= 0, name
            assert values.max() < size, name
    assert page.state_features.shape[0] == page.border_features.shape[0] == len(page.nodes)


@given(LINES)
def test_rows_of_features_follow_from_the_attributes(lines: list[str]) -> None:
    page = read_features(lines)
    for templates, rows in ((STATE_TEMPLATES, page.state_features), (BORDER_TEMPLATES, page.border_features)):
        first = np.concatenate([[0], np.cumsum(count_values(templates))])
        for node, line in enumerate(page.nodes.tolist()):
            for column, template in enumerate(templates):
                row = 0
                for name, offset in template:
                    at = line + offset
                    inside = 0 <= at < len(page.texts)
                    row = row * (SIZES[name] + 1) + (
                        int(page.attributes[name][at]) if inside else SIZES[name]
                    )
                assert rows[node, column] == first[column] + row, template


@given(LINES)
def test_each_line_that_is_left_out_follows_two_others(lines: list[str]) -> None:
    page = read_features(lines)
    assert set(page.nodes.tolist()) >= set(range(min(2, len(page.texts))))


def test_lines_inside_a_sentence_are_left_out() -> None:
    body = (
        "青塘区启动新一轮城区河道清淤，计划用四个月清理柳溪、芦渚两条河道，共十一公里，清出的淤泥将运往城北"
    )
    lines = [body[:14], *[body[i : i + 16] for i in (14, 30, 14, 30)], "固化后用于制砖。", "河道清淤"]
    page = read_features(lines)
    assert set(range(7)) - set(page.nodes.tolist()) >= {3, 4, 5}
    assert {0, 1, 6} <= set(page.nodes.tolist())


@pytest.mark.parametrize("title", ["河道清淤开始", "河\n道\n清\n淤", "河 道 清 淤"])
def test_words_are_shared_over_blanks_and_line_ends(title: str) -> None:
    page = read_features([*title.split("\n"), "　　昨日，青塘区河道清淤开始，计划四个月完成。"])
    assert page.attributes["share_after"][0] > 0
    assert page.attributes["share_before"][0] == 0


def test_a_blank_line_inside_a_lead_is_no_gap() -> None:
    page = read_features(["本报讯（记", "", "者卫苒 通讯员", "温砚秋）昨日，水库蓄水。"])
    assert page.leads[0].byline.reporters == ("卫苒",)
    assert page.attributes["gap"].tolist() == [0, 0, 0]


def test_a_character_of_a_vertical_headline_before_a_lead() -> None:
    page = read_features(["水", "库", "水本报讯（记者卫苒）昨日，水库蓄水。"])
    assert page.borrowed == {2}
    assert page.leads[2].byline.reporters == ("卫苒",)
