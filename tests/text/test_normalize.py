"""Cleaning: what goes, what stays, and that cleaning twice is cleaning once."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.text.characters import BLANK, cells, heal_blanks, is_letter_spaced
from classify.text.normalize import clean, fold, fold_widths, printable, share_without_meaning

INVISIBLE = (
    "\x00\x07\x08\x1b\x7f\x9b\u00ad\u061c\u180e\u200b\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff"
    "\ufff9\ufffe\uffff\ud800\udfff\ufdd0\ufdef\U0001fffe\U0010ffff\U000e0001\U000e0041\U0001d173"
    "\ue000\ue78c\ue797\uf0b7\uf8ff\U000f0000\U0010fffd"
)
LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
COMPOSED = "e\u0301\u1100\u1161"

odd = st.text(
    alphabet="清淤林aB1.%，（）「」９Ａ！：\U00020bb7" + COMPOSED + BLANK + LINE_ENDS + INVISIBLE, max_size=60
)
# Radicals, vertical forms, and pieces of which (cid:1) may come together.
glyphs = st.lists(
    st.sampled_from([*"⼭⻓林車⾞︵︐\ue78e\uf0b7\n", "(cid:1)", "(ci", "d:2)", ")"]), max_size=15
).map("".join)
texts = st.one_of(st.text(max_size=60), odd, glyphs)


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
        ("⼭⽇⼯⼾⾞⿓", "山日工户車龍"),
        ("⻓⺠⻅⻩⻔⻢⻘⻬⻳⺇", "长民见黄门马青齐龟𠘨"),
        ("\uf900\ufa0c\U0002f800﨑", "豈兀丽﨑"),  # 﨑 is an ordinary character, whatever block it is in
        ("︻要聞︼︵石泉︶︑︒︓︔︕︖︙︱﹁水﹂﹃庫﹄", "【要聞】（石泉）、。：；！？…—「水」『庫』"),
        ("︐︳︷︸﹇﹈", "，＿｛｝［］"),
        ("水(cid:7)库(cid:12)(cid:123456)\n(cid:3)\n蓄水", "水库\n\n蓄水"),
        ("(ci(cid:1)d:2)水", "水"),
        ("(ci\u200bd:2)水", "水"),
        ("(cid:)(cid:x)（cid:1）(cid 1)(cid:1234567)", "(cid:)(cid:x)（cid:1）(cid 1)(cid:1234567)"),
        ("\uf06e水库\ue123\U000f1234", "水库"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize("c", INVISIBLE, ids=[f"U+{ord(c):04X}" for c in INVISIBLE])
def test_the_invisible_goes(c: str) -> None:
    assert clean(f"清{c}淤") == "清淤"
    assert fold(f"清{c}淤") == "清淤"
    assert clean(f"{c}清淤{c}") == "清淤"


PRINTED_FORMATS = (
    *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440),
)  # fmt: skip
"""Format characters (Cf) that are printed: Arabic, Syriac and Kaithi number signs, joiners of hieroglyphs."""


def is_dropped(code: int) -> bool:
    """What the docstring of `clean` names, from Unicode's own properties."""
    c = chr(code)
    noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    tag = 0xE0000 <= code <= 0xE007F
    # GB18030's vertical marks are not, though Python's codec has private-use characters for them.
    private = unicodedata.category(c) == "Co" and not 0xE78D <= code <= 0xE796
    invisible = unicodedata.category(c) in ("Cc", "Cf", "Cs") and code not in PRINTED_FORMATS
    return (noncharacter or tag or private or invisible) and c not in "\t" + LINE_ENDS


def test_clean_drops_what_its_docstring_names_and_nothing_else() -> None:
    codes = [code for code in range(0x110000) if chr(code) != "中"]
    cleaned = clean("中".join(map(chr, codes))).split("中")
    assert len(cleaned) == len(codes)
    assert [code for code, c in zip(codes, cleaned, strict=True) if not c] == [
        code for code in codes if is_dropped(code)
    ]


def test_every_radical_with_a_character_becomes_it() -> None:
    radicals = [chr(c) for c in range(0x2E80, 0x2FD6) if unicodedata.name(chr(c), "")]
    left = [c for c in radicals if clean(c) == c]
    assert left == ["⺀"]  # a mark of repetition
    assert not any(unicodedata.category(clean(c)) != "Lo" for c in radicals if c not in left)


def test_lines_keep_their_numbers() -> None:
    page = "⼭\n(cid:1)\n\n\ue000\n︱\n\uf900\n"
    assert clean(page).split("\n") == ["山", "", "", "", "—", "豈", ""]


def test_a_page_of_brackets_takes_no_longer() -> None:
    """Taking out one (cid:1) may make another one, a hundred thousand times."""
    depth = 100_000
    assert clean("(ci" * depth + "(cid:1)" + "d:1)" * depth) == ""


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", 0),
        ("水库", 0),
        ("水 库(cid:1)\n\ue000", 0.5),
        ("(cid:1)", 1),
        ("\ue78d水", 0),
        ("\u200b水(cid:)", 0),
    ],
)
def test_the_share_without_meaning(text: str, share: float) -> None:
    assert share_without_meaning(text) == share


def test_vertical_marks_of_gb18030_become_ordinary_ones() -> None:
    marks = bytes(b for low in (*range(0xD9, 0xE0), 0xEC, 0xED, 0xF3) for b in (0xA6, low))
    assert clean(marks.decode("gb18030")) == "，。、：；！？〖〗…"


def test_marks_that_combine_are_put_in_order() -> None:
    assert clean("字\u302b\u302a") == unicodedata.normalize("NFC", "字\u302b\u302a")


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
    """A text that needs no cleaning is returned early; joined to one that needs it, it is cleaned to the same text."""
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


def test_features_of_traditional_text_are_those_of_simplified_text() -> None:
    assert fold("雲港　造林９８００畝") == fold("云港 造林9800亩")
    assert fold_widths("雲港　造林９８００畝") == "雲港 造林9800畝"
    assert fold("⾞站著名") == "车站着名"  # a radical of a traditional character
    assert fold("招牌上写着“雲港飯店”") == "招牌上写着“雲港飯店”"


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


@pytest.mark.parametrize("c", "\r\x85\x0b\x0c", ids=["CR", "NEL", "VT", "FF"])
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
