"""Pages printed twice, in raster order, or with mixed columns."""

from __future__ import annotations

import random

import pytest

from classify.pages import split_page
from classify.pages.line_model.repairs import repair

LEFT = (
    "云港市柳湾镇把低产梨园改成设施蔬菜，三年建起大棚四百二十座，亩均收入由三千元增加到一万二千元。镇里请来农技员驻村，"
    "每周三下午在棚里讲课，种植户有问题当场就问。合作社统一育苗、统一销售，去年卖出黄瓜和番茄六千四百吨。今年春天，镇里又"
    "投资八百万元修了冷库和分拣车间，蔬菜可以错开上市时间，价格比过去高出两成。"
)
RIGHT = (
    "石泉县今年安排专项资金两千六百万元，对十九座小型水库的大坝和溢洪道进行加固，工程计划在五月底以前完工。施工队分成三班，"
    "工地上昼夜不停。县水利局派出技术员住在工地，每道工序都要验收签字后才能往下做。工程完成后，下游一万一千亩农田可以按时"
    "灌溉，沿岸四个村的防洪标准由十年一遇提高到三十年一遇，汛前还要再检查一遍闸门。"
)


def columns(width: int = 16) -> tuple[list[str], list[str]]:
    left, right = ([text[i : i + width] for i in range(0, len(text), width)] for text in (LEFT, RIGHT))
    n = min(len(left), len(right))
    return left[:n], right[:n]


def test_a_page_in_order_stays_as_it_is() -> None:
    left, right = columns()
    page = repair(["低产梨园变成菜篮子", *left, "", "十九座水库加固", *right])
    assert page.texts == ["低产梨园变成菜篮子", *left, "", "十九座水库加固", *right]
    assert page.groups == [[i] for i in range(len(page.texts))]
    assert not page.vertical
    assert not page.mixed


def test_two_columns_in_raster_order_are_taken_apart() -> None:
    left, right = columns()
    alternate = [line for pair in zip(left, right, strict=True) for line in pair]
    page = repair(["低产梨园变成菜篮子", "十九座水库加固", *alternate])
    assert page.texts == ["低产梨园变成菜篮子", *left, "十九座水库加固", *right]
    assert page.groups[1] == [2]
    assert not page.mixed


def test_a_column_that_ends_first() -> None:
    left, right = columns()
    alternate = [line for pair in zip(left, right, strict=True) for line in pair]
    page = repair([*alternate, "前年全镇只有两座大棚。"])
    assert [*left, *right] == [text for text in page.texts if text != "前年全镇只有两座大棚。"]


def test_lines_in_no_order_are_told() -> None:
    left, right = columns()
    lines = [*left, *right]
    random.Random(4).shuffle(lines)
    assert repair(lines).mixed
    page = split_page("\n".join(lines))
    assert page.mixed_columns
    assert all(article.split_confidence < 0.5 for article in page)


def test_a_page_in_order_is_not_told() -> None:
    left, right = columns()
    assert not split_page("\n".join(["低产梨园变成菜篮子", *left, "十九座水库加固", *right])).mixed_columns


@pytest.mark.parametrize("between", ["\n", " ", "  ", "\u3000"], ids=ascii)
def test_lines_printed_twice_are_read_once(between: str) -> None:
    left, _ = columns()
    once = ["低产梨园变成菜篮子", "本报讯（记者林知遥）", *left]
    twice = "\n".join(f"{line}{between}{line}" for line in once)
    (article,) = split_page(twice)
    (expected,) = split_page("\n".join(once))
    assert (article.headline, article.body) == (expected.headline, expected.body)
    assert article.lines == ((1, len(twice.split("\n"))),)


def test_a_line_that_repeats_by_chance_stays() -> None:
    left, _ = columns()
    lines = ["公告", "公告", *left]
    assert repair(lines).groups == [[i] for i in range(len(lines))]


def test_a_headline_with_its_shadow_is_read_once() -> None:
    page = repair(["宣传禁毒知识", "宣传禁毒知识", "昨日，柳湾镇派出所", "走进学校。", "合格", "合格"])
    assert page.groups == [[0, 1], [2], [3], [4], [5]]


def test_no_lines() -> None:
    assert repair([]).groups == []


def test_pieces_printed_twice_are_printed_once() -> None:
    lines = [
        "投资八百万元修了冷库 投资八百万元修了冷库", "今年3月11日 今年3月11日蔬菜上市 蔬菜上市",
        "价格高出两成 价格高出两成", "大棚 大棚420 420座", "工程投资2600 工程投资2600万元 万元",
    ]  # fmt: skip
    page = repair(lines)
    assert page.texts == [
        "投资八百万元修了冷库", "今年3月11日蔬菜上市", "价格高出两成", "大棚420座", "工程投资2600万元"
    ]  # fmt: skip
    assert page.groups == [[i] for i in range(len(lines))]


def test_a_long_line_of_such_a_page_stays_as_it_is() -> None:
    lines = ["价格高出两成 价格高出两成"] * 9
    long = f"{LEFT}{RIGHT} " * 4
    assert repair([*lines, long]).texts[-1] == long


def test_single_characters_are_printed_once_on_a_page_printed_twice() -> None:
    lines = ["水库开始蓄水", "昨日起各村可以引", "水", "农田可以按时灌溉", "沿岸四个村"]
    assert repair([line for line in lines for _ in range(2)]).texts == lines


def test_single_characters_say_nothing_of_a_page() -> None:
    lines = [c for c in "水库水库水库水库" for _ in range(2)]
    assert repair(lines).texts == lines
