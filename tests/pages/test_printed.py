"""Printed lines to running text and paragraphs."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from classify.pages import split_page
from classify.pages.printed import ends_open, heal_line, is_latin, join


def heal(lines: list[str]) -> str:
    return join([heal_line(line) for line in lines])


# -- lines to running text ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["青塘区启动河道", "清淤。"], "青塘区启动河道清淤。"),
        (["今 年 上 半 年", "造林二十万亩。"], "今年上半年造林二十万亩。"),
        (["投入 1900 万元，占 3.5 % 。"], "投入1900万元，占3.5%。"),
        (["占 3 . 5 %。"], "占3.5%。"),
        (["1 . 2 和 3  .  5"], "1.2和3.5"),
        (["　　全长 11.6", "公里。  "], "全长11.6公里。"),
        (["引进 New Horizon", "Textile 公司的设备"], "引进New Horizon Textile公司的设备"),
        (["９８００元，A级、Ｂ级（half-width）"], "９８００元，A级、Ｂ级（half-width）"),
        (["编号 A 3 与 7 B"], "编号A 3与7 B"),
        (
            ["The fox jumped.", "It ran for 11.6", "kilometers."],
            "The fox jumped. It ran for 11.6 kilometers.",
        ),
        (
            ["a four-", "month job, “as", "planned”, in", "(dry) June"],
            "a four-month job, “as planned”, in (dry) June",
        ),
        (["the workers’ pay “as of” May"], "the workers’ pay “as of” May"),
        (["投入5", "G网络，共11", "个，据BBC,", "CNN报道"], "投入5G网络，共11个，据BBC,CNN报道"),
        (["0\t;"], "0 ;"),
        ([" ", "　", ""], ""),
        ([], ""),
    ],
)
def test_heal(lines: list[str], expected: str) -> None:
    assert heal(lines) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("造林二十万亩", True),
        ("造林二十万亩，", True),
        ("造林二十万亩。", False),
        ("造林二十万亩；", False),
        ("他说：“走吧。”", False),
        ("他说的“走吧”", True),
        ("造林二十万亩（含封山育林）", True),
        ("造林二十万亩。（林知遥）", False),
        ("他说：“走吧。”（笑）", False),
        ("造林二十万亩。（二）", True),
        ("造林二十万亩。（林", True),
        ("造林了！ ", False),
        ("The council met on Monday.", False),
        ("It rained in 2010.", False),
        ("It was said by Mr.", True),
        ("The council met on", True),
        ("全长11.", True),
        ("引进A.", True),
        ("", False),
    ],
)
def test_ends_open(text: str, *, expected: bool) -> None:
    assert ends_open(text) is expected


# -- paragraphs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        pytest.param([], [""], id="nothing"),
        pytest.param([[], [" "]], [""], id="blank runs"),
        pytest.param([["清淤开始了，全长", "十一公里。"]], ["清淤开始了，全长十一公里。"], id="a wrap"),
        pytest.param(
            [["清淤开始了，全长"], ["十一公里。"]], ["清淤开始了，全长十一公里。"], id="a column break"
        ),
        pytest.param(
            [["清淤开始了。"], ["全长十一公里。"]], ["清淤开始了。", "全长十一公里。"], id="a blank line"
        ),
        pytest.param(
            [["河道清淤昨日上午正式开始", "全长十一公里。", "沿岸居民说，水已经清了", "很多。"]],
            ["河道清淤昨日上午正式开始全长十一公里。", "沿岸居民说，水已经清了很多。"],
            id="a short last line",
        ),
        pytest.param(
            [["河道清淤昨日上午开始了。", "全长十一公里，共分三段。"]],
            ["河道清淤昨日上午开始了。全长十一公里，共分三段。"],
            id="negative: a full line may end with its sentence",
        ),
        pytest.param(
            [["　　河道清淤昨日已开始。", "　　全长十一公里分三段。"]],
            ["河道清淤昨日已开始。", "全长十一公里分三段。"],
            id="an indent",
        ),
    ],
)
def test_paragraphs(runs: list[list[str]], expected: list[str]) -> None:
    text = "本报讯（记者林知遥）\n" + "\n\n".join("\n".join(run) for run in runs)
    (article,) = split_page(text, single=True)
    assert article.body.split("\n") == expected


# -- any text ----------------------------------------------------------------------------------

tokens = st.lists(
    st.one_of(
        st.text(alphabet="青塘区河道清淤林场造", min_size=1, max_size=6),
        st.sampled_from(["12", "1900", "11.6", "3.5%", "，", "“", "”", "New", "Horizon", "GDP", "PM2"]),
    ),
    min_size=1,
    max_size=20,
)


@given(tokens, st.data())
def test_what_setting_did_is_undone(words: list[str], data: st.DataObject) -> None:
    """Blanks around digits and marks, indents and wraps go; the blanks between Latin words stay."""
    written = printed = ""
    for word in words:
        latin = bool(written) and re.fullmatch("[A-Za-z]", written[-1]) and re.fullmatch("[A-Za-z]", word[0])
        beside = written and (ord(written[-1]) > 255 or ord(word[0]) > 255)
        chinese = (
            bool(written) and max(written[-1], word[0]) > "\u2e80"
        )  # in Latin text a line end is a blank
        written += (" " if latin else "") + word
        wrapped = (bool(latin) or chinese) and data.draw(st.integers(0, 3)) == 0
        blank = data.draw(st.sampled_from(["", " ", "　", "\t "])) if beside or wrapped else ""
        printed += ("\n" if wrapped else " " if latin else "") + blank + word
    lines = printed.split("\n")
    # In a line of Latin words the blanks beside a quotation mark are the writer's.
    assume(not any(is_latin(line) and re.search("[“”]", line) for line in lines))
    assert heal(lines) == written or is_spaced_out(printed)


def is_spaced_out(text: str) -> bool:
    return any(re.fullmatch(r"\s*(\S\s+){3,}\S\s*", line) for line in text.split("\n"))


@given(st.lists(st.text(max_size=30), max_size=6))
def test_healing_takes_blanks_only(lines: list[str]) -> None:
    assert "".join(heal(lines).split()) == "".join("".join(lines).split())
