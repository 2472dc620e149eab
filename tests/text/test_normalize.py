"""Cleaning: what goes, what stays, and that cleaning twice is cleaning once."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.text.characters import BLANK, cells, heal_blanks, is_letter_spaced
from classify.text.normalize import clean, fold, printable

INVISIBLE = (
    "\x00\x07\x08\x1b\x7f\x9b\u00ad\u061c\u180e\u200b\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff"
    "\ufff9\ufffe\uffff\ud800\udfff"
)
LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
COMPOSED = "e\u0301\u1100\u1161"
KEPT = "normalize.printable keeps CR and NEL, which move a terminal's cursor: _UNWANTED is made for clean"

odd = st.text(
    alphabet="清淤林aB1.%，（）「」９Ａ！：\U00020bb7" + COMPOSED + BLANK + LINE_ENDS + INVISIBLE, max_size=60
)
texts = st.one_of(st.text(max_size=60), odd)


def is_unwanted(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"


# -- clean -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("河道清淤，占 3.5%。\n\t“好！”", "河道清淤，占 3.5%。\n\t“好！”"),
        ("９８００元 Ａ级　（全角）", "９８００元 Ａ级　（全角）"),
        ("a\r\nb\rc\x85d\u2028e\u2029f\x0bg\x0ch\n", "a\nb\nc\nd\ne\nf\ng\nh\n"),
        ("\n\r", "\n\n"),
        ("e\u0301cole", "\u00e9cole"),
        ("\uac00\u1112", "\uac00\u1112"),
        ("\U00020bb7野家", "\U00020bb7野家"),
        ("\x1b[31m红\x1b[0m", "[31m红[0m"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("e\u200b\u0301", "\u00e9"),
        ("no-break\u00a0space", "no-break\u00a0space"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize("c", INVISIBLE, ids=[f"U+{ord(c):04X}" for c in INVISIBLE])
def test_the_invisible_goes(c: str) -> None:
    assert clean(f"清{c}淤") == "清淤"
    assert fold(f"清{c}淤") == "清淤"
    assert clean(f"{c}清淤{c}") == "清淤"


@given(texts)
def test_clean_twice_is_clean_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(map(is_unwanted, once))


@given(texts, texts)
def test_lines_are_cleaned_alone(a: str, b: str) -> None:
    assert clean(a + "\n" + b) == clean(a) + "\n" + clean(b) or a.endswith("\r")


@given(texts)
def test_the_short_way_is_the_long_way(text: str) -> None:
    """A text that needs no cleaning is told at a glance; beside one that needs it, it comes out the same."""
    assert clean(text + "\n\x00") == clean(text) + "\n" or text.endswith("\r")


# -- fold --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("９８００元", "9800元"),
        ("ＧＤＰ", "GDP"),
        ("３．５％", "3.5%"),
        ("清淤，开始！（好）：；？", "清淤，开始！（好）：；？"),
        ("清淤\u3000 \t\u00a0开始", "清淤 开始"),
        (" 清淤 \n 开始 ", "清淤 \n 开始"),
        ("", ""),
        (" 　\n", ""),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(texts)
def test_fold_twice_is_fold_once(text: str) -> None:
    once = fold(text)
    assert fold(clean(text)) == once
    if unicodedata.is_normalized("NFC", once):
        assert fold(once) == once


def test_a_full_width_letter_with_an_accent_is_folded_once() -> None:
    assert fold("Ａ\u0300") == fold(fold("Ａ\u0300")) == "\u00c0"


# -- printable ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("清淤 3.5%", "清淤 3.5%"),
        ("\x1b[31m红", "\\x1b[31m红"),
        ("\x9b31m", "\\x9b31m"),
        ("abc\u202egnp", "abc\\u202egnp"),
        ("\ud800", "\\ud800"),
        ("a\x07", "a\\x07"),
        ("\x00", "\\x00"),
    ],
)
def test_printable(text: str, expected: str) -> None:
    assert printable(text) == expected


@given(texts)
def test_nothing_printable_moves_a_cursor(text: str) -> None:
    shown = printable(text)
    assert printable(shown) == shown
    assert not any(is_unwanted(c) for c in shown if c not in "\r\x0b\x0c\x85")
    shown.encode("utf-8")


@pytest.mark.parametrize(
    "c",
    [
        *"\r\x85\x0b\x0c",
    ],
    ids=["CR", "NEL", "VT", "FF"],
)
def test_line_ends_that_overwrite_are_escaped(c: str) -> None:
    assert c not in printable(f"好{c}坏")


# -- blanks and widths -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("河道 清淤", "河道清淤"),
        ("投入 1900 万元", "投入1900万元"),
        ("占 3. 5 %", "占3.5%"),
        ("A 级 and B", "A级and B"),
        ("New Horizon 公司", "New Horizon公司"),
        ("12 34", "12 34"),
        ("河道　清淤 ，", "河道清淤，"),
        ("plain text", "plain text"),
        ("", ""),
    ],
)
def test_heal_blanks(text: str, expected: str) -> None:
    assert heal_blanks(text) == expected


@given(st.text(alphabet="清淤，。“12.%aB" + BLANK, max_size=40))
def test_healing_takes_blanks_only(text: str) -> None:
    kept = heal_blanks(text)
    assert [c for c in kept if c not in BLANK] == [c for c in text if c not in BLANK]
    assert len(kept) <= len(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("今 年 上 半 年", True),
        ("今　年　上　半", True),
        (" 今 年 上 半 ", True),
        ("今 年 上", False),
        ("今年 上 半 年", False),
        ("今年上半年", False),
        ("", False),
        ("    ", False),
    ],
)
def test_is_letter_spaced(line: str, *, expected: bool) -> None:
    assert is_letter_spaced(line) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [("清淤，", 3), ("ab", 1), ("清 a 淤", 2.5), (" 　\t", 0), ("", 0), ("“水”", 3), ("９", 1)],
)
def test_cells(line: str, expected: float) -> None:
    assert cells(line) == expected
