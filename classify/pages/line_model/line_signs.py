"""What the characters of a line and the grammar of leads, bylines and credits show of it.

Each sign is a small number: what a line begins with (`Start`), what it ends with (`End`), what is inside it (`Inside`),
what it opens (`Opening`: a lead, a jump, a note) and what it is as a whole (`Whole`: a byline, a credit, a folio line).
The first three are read from tables of characters, for all lines of a page at once. The grammar is tried only on lines
that hold a character of its own, since most lines are plain running text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from classify.pages.furniture import is_date, is_folio, is_newspaper_name, is_notice
from classify.pages.headlines import is_organisation, is_rubric
from classify.pages.line_flags import Flag
from classify.text.bylines import (
    LEAD_LINES,
    LEAD_OPENERS,
    Lead,
    parse_author,
    parse_byline,
    parse_credit,
    parse_lead,
    parse_names,
    parse_signature,
)
from classify.text.characters import BLANK, HAN, is_letter_spaced
from classify.text.words import find_torn_words

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Codes",
    "End",
    "Inside",
    "Opening",
    "Start",
    "Whole",
    "find_torn",
    "read_characters",
    "read_grammar",
]


class End:
    """What a line ends with."""

    OTHER, STOP, STOP_CLOSED, CLAUSE, COMMA, COLON, SHUT, QUOTE, DIGIT, LATIN, DASH, QUESTION, DOT = range(13)
    OF: ClassVar = {
        **dict.fromkeys("。", STOP), **dict.fromkeys("；;", CLAUSE), **dict.fromkeys("，、,", COMMA),
        **dict.fromkeys("：:", COLON), **dict.fromkeys("）)】〕］]", SHUT), **dict.fromkeys("”’」』》〉", QUOTE),
        **dict.fromkeys("0123456789０１２３４５６７８９%％", DIGIT), **dict.fromkeys("—－-–─", DASH),
        **dict.fromkeys("！？!?…", QUESTION),
        **dict.fromkeys(".．·", DOT),
    }  # fmt: skip


class Start:
    """What a line begins with."""

    (
        OTHER,
        OPEN_QUOTE,
        OPEN_BRACKET,
        TITLE,
        BULLET,
        DIGIT,
        LATIN,
        CLOSING,
        DASH,
        NUMBER,
        PROSE,
        TAG,
        ARROW,
        FUNCTION,
    ) = range(14)
    OF: ClassVar = {
        **dict.fromkeys("“‘「『\"", OPEN_QUOTE), **dict.fromkeys("（(〔［[", OPEN_BRACKET),
        **dict.fromkeys("《〈", TITLE),
        **dict.fromkeys("●■◆★▪□◎⚫•○☆◇※·", BULLET), **dict.fromkeys("0123456789０１２３４５６７８９", DIGIT),
        **dict.fromkeys("，。、；：？！”’」』）》】…%", CLOSING), **dict.fromkeys("—－-–─", DASH), "【": TAG,
        **dict.fromkeys("▲▼△▽←↑→↓", ARROW), **dict.fromkeys("的了和是也都就而但并與并", FUNCTION),
    }  # fmt: skip
    NUMBERED = re.compile(
        r"(?:[（(]?[一二三四五六七八九十]{1,3}[）)、．.]|第[一二三四五六七八九十]+[章节条、]|\d{1,2}[.、．](?!\d)|[①-⑳])"
    )
    PROSE_WORDS = re.compile(
        r"(?:据|據|近日|日前|目前|截至|此外|同时|同時|记者|記者|其中|近年来|近年來|当前|當前|随着|隨著|如今|对此|對此|今年|昨[日天]|今[日天]|\d{1,2}月\d{1,2}日)"
    )


class Whole:
    """What a line is as a whole; 0 is nothing that the grammar knows."""

    (NONE, BYLINE, AUTHOR, NAME, NAMES, CREDIT, CAPTION_CREDIT, FOLIO, DATE, PAPER, NOTICE, SOURCE, SIGNATURE, JUMP,
     RUBRIC, CONTACT, ORGANISATION) = range(17)  # fmt: skip
    # 《云港日报》（2024年3月5日 第 02 版）; not 《云港日报》报道
    SOURCE_LINE = re.compile(
        r"《[^》]{2,20}》\s*[（(].{4,40}[）)]$|来源[:：].{2,30}$|原载.{0,4}《[^》]+》.{0,30}$"
    )
    # 下转第3版, ▼下转A04版, （下转第四版）; not 下转弯
    JUMP_OUT = re.compile(
        r"[（(【\[▼▶■]?\s{0,8}(?:下转|下轉|转|轉|详见|詳見)\s{0,8}第?\s{0,8}[A-Za-z]?\s{0,8}"
        r"[\d一二三四五六七八九十]{1,3}\s{0,8}版.{0,12}$"
    )
    # 热线：0310-1234567 and news@example.cn; not 电话号码是多少
    CONTACTS = re.compile(
        r"(?:(?<![A-Za-z0-9_.])[A-Za-z0-9_.]+@[A-Za-z0-9.]+|https?://|www\.|(?:电话|電話|热线|熱線|传真|邮箱|信箱|地址|网址|刊号|代号|邮编|QQ|微信)[^。，]{0,6}[:：]?"
        r"\s*[\d（(A-Za-z])|\d{3,4}[-－]\d{7,8}|责任编辑|責任編輯|责编|美编|校对|版式|扫码|掃碼|二维码|版权声明|版权所有"
    )
    SEVERAL = re.compile(rf"(?:[{HAN}]{{1,4}}[{BLANK}、]+){{1,5}}[{HAN}]{{1,4}}")


class Opening:
    """What a line opens; 0 is nothing."""

    NONE, NAMED, SOURCED, BARE, JUMP, NOTE, BULLET, NUMBER, CAPTION, DATED, COMMENT = range(11)
    # 上接第1版, 【上接第一版】, ▲上接A02版, （紧接第一版]; not 上接天空
    JUMP_IN = re.compile(
        r"[（(【\[［〔▲△■●]?\s{0,8}[（(]?\s{0,8}[上紧緊]\s{0,8}接\s{0,8}第?\s{0,8}[A-Za-z]?\s{0,8}"
        r"[\d一二三四五六七八九十]{1,3}\s{0,8}版\s{0,8}[）)】\]］〕]?"
    )
    # 编者按：, 【编者按】, 核心提示; not 编者来信
    NOTES = re.compile(
        r"[【\[（]?(?:编者按|編者按|编后|编者的话|核心提示|阅读提示|内容提要|提要|开栏的话|开栏语)[】\]）]?[\s:：]*"
    )
    CAPTIONS = re.compile(
        r"(?:[（(【]?[上下左右题題]?[图圖][一二三四①②③]?(?:[为為：:）)】]|[片]?说明)|[▲▼△▽←↑→↓])"
    )


class Inside:
    """What is inside a line: bits, and one value for letter-spaced lines."""

    STOP, COMMA, BLANK, SPACED = 1, 2, 4, 7
    # Of a character only: it may begin a number or a sentence, be in a byline, a way to get in touch, a jump.
    MAYBE, PEOPLE, CONTACT, TURN = 8, 16, 32, 64
    OF: ClassVar = {
        MAYBE: "一二三四五六七八九十第①②③④⑤⑥⑦⑧⑨⑩据據近日目截此同记記其当當随隨如对對今昨",
        PEOPLE: "者員员译譯写寫理文图圖",
        CONTACT: "@./0123456789电電热熱传邮信箱地网刊代编編校版扫掃码权Q微",
        TURN: "转轉详詳",
    }


_FUNCTION = "的了是在和与及对为将把被從从與對為將"


class Codes:
    """The texts of lines as one array of code points, each line followed by a line end.

    Attributes
    ----------
    codes : array of int
    starts, ends : array of int
        Index of the first character of each line, and of its line end.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        text = "\n".join(texts) + "\n"
        self.codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
        self.ends = np.flatnonzero(self.codes == ord("\n"))
        self.starts = np.concatenate([[0], self.ends[:-1] + 1])


@lru_cache(maxsize=1)
def _character_tables() -> tuple[Any, Any, Any, Any]:
    """Return what each character of the Basic Multilingual Plane is at the end and at the start of a line, and inside.

    The last table has whether it is a function word, and whether it opens or closes a quotation. Shapes are (65536,),
    the last (65536, 2).
    """
    end, start = np.zeros(0x10000, dtype=np.int8), np.zeros(0x10000, dtype=np.int8)
    latin = [c for c in range(0x2E80) if chr(c).isalpha()]
    end[latin], start[latin] = End.LATIN, Start.LATIN
    for table, classes in ((end, End.OF), (start, Start.OF)):
        for c, value in classes.items():
            table[ord(c)] = value
    inside = np.zeros(0x10000, dtype=np.int8)
    inside[ord("。")] = Inside.STOP
    inside[[ord("，"), ord("、")]] = Inside.COMMA
    for bit, characters in Inside.OF.items():
        inside[[ord(c) for c in characters]] |= bit
    function, quotes = np.zeros(0x10000, dtype=np.int16), np.zeros(0x10000, dtype=np.int16)
    function[[ord(c) for c in _FUNCTION]] = 1
    quotes[[ord(c) for c in "“「"]], quotes[[ord(c) for c in "”」"]] = 1, -1
    return end, start, inside, np.stack([function, quotes], axis=1)


def read_characters(a: dict[str, Any], text: Codes, texts: list[str], flags: Any) -> None:
    """Add what each line begins with, ends with and holds to the attributes `a`.

    Parameters
    ----------
    a : dict of str to array
        Gets ``start``, ``end``, ``inside``, ``function_words`` and ``quote``, and ``_held``: which characters of
        `Inside.OF` each line holds.
    text : Codes
    texts : list of str
    flags : array of int
        Of `line_flags.Flag`.
    """
    end_of, start_of, inside_of, sums_of = _character_tables()
    codes = np.minimum(text.codes, 0xFFFF)
    last, first = codes[text.ends - 1], codes[text.starts]
    end = end_of[last].astype(np.int64)
    start = start_of[first].astype(np.int64)
    closed = ((end == End.QUOTE) | (end == End.SHUT)) & (text.ends - text.starts > 1)
    before_last = end_of[codes[text.ends - 2]]
    end[closed & ((before_last == End.STOP) | (before_last == End.QUESTION))] = End.STOP_CLOSED
    # A digit, a bracket and the first character of 近日 may open a number or a sentence.
    maybe = (start == Start.DIGIT) | (start == Start.OPEN_BRACKET) | ((inside_of[first] & Inside.MAYBE) != 0)
    for i in np.flatnonzero(maybe).tolist():
        if Start.NUMBERED.match(texts[i]):
            start[i] = Start.NUMBER
        elif Start.PROSE_WORDS.match(texts[i]):
            start[i] = Start.PROSE
    marks = inside_of[codes]
    marks[text.ends - 1] = 0
    held = np.bitwise_or.reduceat(inside_of[codes], text.starts)
    a["_held"] = held
    inside = np.bitwise_or.reduceat(marks, text.starts).astype(np.int64) & (Inside.STOP | Inside.COMMA)
    blanks = (flags & Flag.BLANKS) != 0
    inside[blanks] |= Inside.BLANK
    for i in np.flatnonzero(blanks).tolist():
        if is_letter_spaced(texts[i]):
            inside[i] = Inside.SPACED
    sums = np.add.reduceat(sums_of[codes], text.starts, axis=0)
    a["end"], a["start"], a["inside"] = end, start, inside
    a["function_words"] = np.minimum(sums[:, 0], 2).astype(np.int64)
    a["quote"] = np.clip(sums[:, 1], -1, 1).astype(np.int64) + 1


_LEAD_MARKS = frozenset("上紧緊编編核阅内开【[（(图圖题題下左右▲▼△▽←↑→↓▶■●提")
"""The first characters of jumps, notes and captions."""


def read_grammar(
    a: dict[str, Any], texts: list[str], flags: Any, widths: Any, nodes: Any
) -> tuple[dict[int, Lead], set[int]]:
    """Add what each line opens, and what it is as a whole, to the attributes `a`.

    Parameters
    ----------
    a : dict of str to array
        Gets ``opening`` and ``whole``. ``gap`` becomes 0 inside a lead, where a blank line is a column break.
    texts : list of str
    flags, widths : array
    nodes : array of int
        The lines that are read; the others are inside columns.

    Returns
    -------
    leads : dict of int to Lead
        By the index of the line with which they begin.
    borrowed : set of int
        Lines with a lead before which the last character of a vertical headline is printed.
    """
    opening, whole = np.zeros(len(texts), dtype=np.int64), np.zeros(len(texts), dtype=np.int64)
    leads: dict[int, Lead] = {}
    borrowed: set[int] = set()
    gap = a["gap"]
    flag_list, width_list = flags.tolist(), widths.tolist()
    starts, held = a["start"].tolist(), a["_held"].tolist()
    for i in nodes.tolist():
        text, flag, width = texts[i], flag_list[i], width_list[i]
        lead = None
        if flag & Flag.OPENER and LEAD_OPENERS.match(text):
            after_single = i > 0 and width_list[i - 1] <= 1 and not gap[i]
            lead, is_borrowed = _find_lead(texts, i, gap, after_single=after_single)
            if is_borrowed:
                borrowed.add(i)
        if lead is not None:
            leads[i] = lead
            lines = "\n".join(texts[i : i + LEAD_LINES]).count("\n", 0, lead.end)
            gap[i + 1 : i + 1 + lines] = 0
        opening[i] = _find_opening(text, lead, starts[i], dated=bool(flag & Flag.DATED))
        if text[-1] not in "。，、；" or flag & Flag.TOOK:
            whole[i] = _find_whole(text, flag, width, held[i])
    a["opening"], a["whole"] = opening, whole
    return leads, borrowed


def _find_lead(texts: Sequence[str], i: int, gap: Any, *, after_single: bool) -> tuple[Lead | None, bool]:
    """Return the lead with which line `i` begins, and whether a character of a vertical headline stands before it."""
    text, following = texts[i], texts[i + 1 : i + LEAD_LINES]
    lead = parse_lead("\n".join([text, *following]))
    # Over a blank line only names are believed.
    if lead is not None and lead.end > len(text) + 1 and gap[i + 1 : i + 2].any() and not lead.named:
        lead = parse_lead(text)
    if lead is None and after_single:
        lead = parse_lead("\n".join([text[1:].lstrip(), *following]))
        return lead, lead is not None
    return lead, False


def _find_opening(text: str, lead: Lead | None, start: int, *, dated: bool) -> int:
    """Return what a line opens, from its lead, its first character and the patterns of `Opening`."""
    found = Opening.NONE
    if lead is not None:
        by = lead.byline
        if by.source and lead.named:
            found = Opening.NAMED
        else:
            found = Opening.SOURCED if by.source or lead.dateline.date else Opening.BARE
    if text[0] in _LEAD_MARKS:
        if Opening.JUMP_IN.match(text):
            return Opening.JUMP
        if Opening.NOTES.match(text):
            return Opening.NOTE
        if not found and Opening.CAPTIONS.match(text):
            return Opening.CAPTION
    if found:
        return found
    if start == Start.BULLET:
        return Opening.BULLET
    if start == Start.NUMBER:
        return Opening.NUMBER
    return Opening.DATED if dated and start == Start.PROSE else Opening.NONE


def _find_whole(text: str, flag: int, width: float, held: int) -> int:
    """Return what a line is as a whole; the tests that cost least come first."""
    first, last = text[0], text[-1]
    may_turn = held & Inside.TURN
    if flag & Flag.FOLIO and is_folio(text):
        if may_turn and Whole.JUMP_OUT.match(text):
            return Whole.JUMP
        return Whole.DATE if is_date(text) else Whole.PAPER if is_newspaper_name(text) else Whole.FOLIO
    if flag & Flag.NOTICE and is_notice(text):
        return Whole.NOTICE
    if held & Inside.CONTACT and (flag & Flag.LATIN or width <= 30) and Whole.CONTACTS.search(text):
        return Whole.CONTACT
    if first in "《来原" and Whole.SOURCE_LINE.match(text):
        return Whole.SOURCE
    if held & Inside.PEOPLE and width <= 30 and parse_byline(text):
        return Whole.BYLINE
    if last in "摄攝）)影图圖道導供】" and width <= 40 and (credit := parse_credit(text)) is not None:
        return Whole.CAPTION_CREDIT if credit.caption else Whole.CREDIT
    if first in "（(" and last in "）)" and parse_signature("。" + text) is not None:
        return Whole.SIGNATURE
    if may_turn and Whole.JUMP_OUT.match(text):
        return Whole.JUMP
    if width <= 6 and parse_author(text) is not None:
        return Whole.AUTHOR if first in "□●■◎○◆作撰文" else Whole.NAME
    if width <= 4 and parse_names(text) is not None:
        return Whole.NAME
    if width <= 24 and flag & Flag.BLANKS and Whole.SEVERAL.fullmatch(text):
        return Whole.NAMES if parse_names(text) is not None else Whole.NONE
    if width <= 7 and is_rubric("".join(text.split())):
        return Whole.RUBRIC
    return Whole.ORGANISATION if width <= 14 and is_organisation(text) else Whole.NONE


def find_torn(a: dict[str, Any], texts: list[str], nodes: Any) -> Any:
    """Return for each line whether a word runs over from the line before: 0 no, 1 yes, 2 a sentence goes on."""
    torn = np.zeros(len(texts), dtype=np.int64)
    ends = a["end"]
    wanted = [i for i in nodes.tolist() if i and ends[i - 1] in (0, End.DIGIT, End.LATIN)]
    torn[wanted] = find_torn_words([(texts[i - 1], texts[i]) for i in wanted])
    torn[a["start"] == Start.CLOSING] = 2
    return torn
