"""What the page model knows of each line: its attributes, and the features that are made of them.

An *attribute* is a small number for every line of a page: the class of its width beside the column's, what it begins
and ends with, what the grammar of leads and bylines makes of it, how many of its words stand before and after it. A
*feature* combines one to three attributes of a line and its neighbours (`STATE_TEMPLATES`), or of the two lines
at a border (`BORDER_TEMPLATES`). Each value of a feature has a learned weight for each state, or for each group of
transitions.

Attributes are computed for all lines at once where numpy can; the grammar is only applied to lines whose characters
allow it (`line_flags`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from classify.pages.furniture import is_date, is_folio, is_newspaper_name, is_notice
from classify.pages.headlines import is_organisation, is_rubric
from classify.pages.line_flags import COLUMN_SLACK, UNWRAPPED_CELLS, Flag, flag_lines
from classify.pages.printed import heal_line
from classify.text.bylines import (
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
from classify.text.words import segmenter

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BORDER_TEMPLATES",
    "STATE_TEMPLATES",
    "PageLines",
    "Pairs",
    "combine",
    "count_rows",
    "count_values",
    "read_features",
]

LEAD_LINES = 7
"""Lines of a lead at most. In the narrowest column measured (6 characters) a lead takes five."""

_AROUND = 9
"""Lines before and after a line from which the width of its column is taken. Chosen."""
_HABIT_LINES = 300
"""Lines on each side of a line from which the habits of its page are taken: about a page. Chosen."""


# -- the attributes and how many values each has ------------------------------------------------------

SIZES = {
    "beside_before": 11,  # width less that of the column before
    "beside_after": 11,
    "columns": 7,  # the column before less the column after
    "width": 10,
    "step": 9,  # width less that of the line before
    "end": 14,
    "start": 14,
    "opening": 11,
    "whole": 17,
    "inside": 8,  # full stop, comma, blank inside
    "function_words": 3,
    "gap": 3,
    "indent": 2,
    "share_before": 6,
    "share_after": 6,
    "wide_after": 6,
    "lean": 7,
    "wide_lean": 7,
    "far_share": 5,
    "kinship": 8,
    "kinship_back": 8,
    "torn": 3,
    "repeated": 2,
    "to_lead": 6,
    "from_lead": 6,
    "to_text": 5,
    "from_text": 5,
    "quote": 3,
    "gap_habit": 5,
    "lead_habit": 4,
    "indent_habit": 4,
    "mark_habit": 3,
    "wide_habit": 3,
    "head_habit": 6,
    "edges": 5,
    "end_habit": 3,
}
"""Number of values of each attribute. One more value stands for lines beyond the edges of the page."""


def _own(*names: str) -> list[tuple[tuple[str, int], ...]]:
    return [tuple((name, 0) for name in names)]


def _around(name: str, offsets: Sequence[int]) -> list[tuple[tuple[str, int], ...]]:
    return [((name, k),) for k in offsets]


STATE_TEMPLATES: list[tuple[tuple[str, int], ...]] = [
    *[t for name in ("beside_before", "beside_after", "width", "end", "opening", "whole", "inside")
      for t in _around(name, (-2, -1, 0, 1, 2))],
    *[t for name in ("start", "function_words", "indent", "gap") for t in _around(name, (-1, 0, 1))],
    *[t for name in ("columns", "share_before", "share_after", "lean", "wide_lean", "far_share", "repeated", "quote",
                     "to_lead", "from_lead", "to_text", "from_text") for t in _around(name, (0,))],
    *_around("lean", (-1, 1)),
    *_own("beside_before", "end"), *_own("beside_after", "end"), *_own("width", "end"),
    *_own("beside_before", "beside_after"), *_own("width", "inside"), *_own("start", "end"),
    *_own("opening", "width"), *_own("whole", "width"), *_own("to_text", "from_text"), *_own("to_lead", "from_text"),
    *_own("lean", "head_habit"), *_own("wide_lean", "head_habit"), *_own("lean", "wide_lean"),
    *_own("to_lead", "head_habit"),
    *_own("wide_lean", "edges"), *_own("share_before", "share_after"), *_own("to_lead", "lead_habit"),
    *_own("function_words", "end"), *_own("end", "end_habit"), *_own("inside", "end"), *_own("whole", "to_text"),
    *_own("width", "to_text", "from_text"),
    (("beside_before", -1), ("end", -1), ("beside_after", 0)),
    (("end", -1), ("end", 0)), (("end", 0), ("start", 1)), (("width", 0), ("width", 1)), (("width", -1), ("width", 0)),
    (("beside_after", 1), ("beside_after", 0)), (("whole", -1), ("whole", 0)), (("whole", 0), ("whole", 1)),
    (("opening", 1), ("width", 0)), (("opening", 1), ("from_text", 0)), (("gap", 0), ("gap", 1)),
    *_around("wide_after", (-1, 0, 1)), (("wide_after", -1), ("wide_after", 0)), (("wide_after", 0), ("wide_after", 1)),
    (("share_after", 0), ("share_after", 1)), (("wide_after", 0), ("width", 0)),
]  # fmt: skip
"""Features of a line: (attribute, offset of the line) combined."""

BORDER_TEMPLATES: list[tuple[tuple[str, int], ...]] = [
    *[t for name in ("beside_before", "end", "opening", "whole", "width") for t in _around(name, (-1, 0))],
    *[t for name in ("start", "step", "columns", "kinship", "torn", "gap", "indent", "inside", "quote", "lean",
                     "to_lead", "from_lead", "to_text", "from_text") for t in _around(name, (0,))],
    *_around("lean", (-1,)), *_around("opening", (1,)), *_around("beside_after", (0, 1)),
    *_own("gap", "gap_habit"), *_own("indent", "indent_habit"), *_own("opening", "lead_habit"),
    *_own("opening", "mark_habit"), *_own("lean", "head_habit"), *_own("wide_lean", "head_habit"),
    *_own("kinship", "columns"),
    *_own("kinship_back"), *_own("kinship", "kinship_back"), *_own("wide_lean", "edges"), *_own("wide_lean"),
    (("wide_lean", -1), ("wide_lean", 0)),
    (("beside_before", -1), ("end", -1)), (("beside_before", -1), ("beside_after", 0)),
    (("end", -1), ("start", 0)), (("end", -1), ("opening", 0)), (("end", -1), ("gap", 0)),
    (("end", -1), ("torn", 0)), (("end", -1), ("end_habit", 0)), (("end", -1), ("step", 0)),
    (("end", -1), ("whole", 0)),
    (("whole", -1), ("whole", 0)), (("whole", -1), ("opening", 0)), (("end", -1), ("kinship", 0)),
    (("width", -1), ("width", 0)), (("lean", -1), ("lean", 0)), (("end", -1), ("to_lead", 0)),
    (("end", -1), ("indent", 0), ("indent_habit", 0)), (("end", -1), ("beside_before", -1), ("to_text", 0)),
    (("wide_after", -1), ("wide_after", 0)), (("share_after", -1), ("share_after", 0)),
    (("wide_after", 0), ("end", -1)),
]  # fmt: skip
"""Features of the border before a line."""


_TEMPLATES = {
    "state": STATE_TEMPLATES, "border": BORDER_TEMPLATES,
}  # fmt: skip


def count_rows(kind: str) -> int:
    """Return how many rows the table of weights of a kind of features has: state or border."""
    return sum(count_values(_TEMPLATES[kind]))


def count_values(templates: Sequence[tuple[tuple[str, int], ...]]) -> list[int]:
    """Return how many values each template has.

    >>> count_values([(("gap", 0),), (("gap", 0), ("indent", -1))])
    [4, 12]
    """
    return [int(np.prod([SIZES[name] + 1 for name, _ in template])) for template in templates]


@dataclass(slots=True)
class PageLines:
    """The lines of a page that are not blank, and what is known of each.

    Attributes
    ----------
    texts : list of str
        Without blanks around them.
    printed : list of str
        With them.
    numbers : list of int
        Index of each line on the page, blank lines counted.
    leads : dict of int to Lead
        The leads, by the index of the line with which they begin.
    borrowed : set of int
        Lines with a lead before which the last character of a vertical headline is printed.
    nodes : array of int
        Indices of the lines that are read; each other line is inside a column and has the state of the line before it.
    state_features : array of int, shape (n_nodes, n_state_templates)
    border_features : array of int, shape (n_nodes, n_border_templates)
        Rows of the tables of weights.
    attributes : dict of str to array
    widths : list of float
    """

    texts: list[str]
    printed: list[str]
    numbers: list[int]
    leads: dict[int, Lead]
    borrowed: set[int]
    nodes: Any
    state_features: Any
    border_features: Any
    attributes: dict[str, Any]
    widths: Any
    pairs: Pairs

    def printed_lines(
        self, lines: Sequence[int]
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[float, ...]]:
        """Return some lines as printed, healed, and their widths in cells."""
        printed = tuple([self.printed[i] for i in lines])
        blanks = self.attributes["inside"]
        healed = tuple(
            [heal_line(self.texts[i]) if blanks[i] >= _Inside.BLANK else self.texts[i] for i in lines]
        )
        return printed, healed, tuple([self.widths[i] for i in lines])


@dataclass(slots=True)
class Pairs:
    """The pairs of Chinese characters on the lines of a page, in order.

    Attributes
    ----------
    ids : array of int, shape (n_pairs,)
        Equal pairs have equal numbers, from 0.
    starts : array of int, shape (n_lines + 1,)
        Index of the first pair of each line.
    """

    ids: Any
    starts: Any

    def of_lines(self, lines: Sequence[int]) -> Any:
        """Return the pairs on some lines, in order."""
        if not lines:
            return self.ids[:0]
        if lines[-1] - lines[0] == len(lines) - 1:
            return self.ids[self.starts[lines[0]] : self.starts[lines[-1] + 1]]
        return np.concatenate([self.ids[self.starts[i] : self.starts[i + 1]] for i in lines])


# -- classes of characters and lines --------------------------------------------------------------------


class _End:
    """What a line ends with."""

    OTHER, STOP, STOP_CLOSED, CLAUSE, COMMA, COLON, SHUT, QUOTE, DIGIT, LATIN, DASH, QUESTION, DOT = range(13)
    OF: ClassVar = {
        **dict.fromkeys("。", STOP), **dict.fromkeys("；;", CLAUSE), **dict.fromkeys("，、,", COMMA),
        **dict.fromkeys("：:", COLON), **dict.fromkeys("）)】〕］]", SHUT), **dict.fromkeys("”’」』》〉", QUOTE),
        **dict.fromkeys("0123456789０１２３４５６７８９%％", DIGIT), **dict.fromkeys("—－-–─", DASH),
        **dict.fromkeys("！？!?…", QUESTION),
        **dict.fromkeys(".．·", DOT),
    }  # fmt: skip


class _Start:
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


class _Whole:
    """What a line is as a whole; 0 is nothing that the grammar knows."""

    (NONE, BYLINE, AUTHOR, NAME, NAMES, CREDIT, CAPTION_CREDIT, FOLIO, DATE, PAPER, NOTICE, SOURCE, SIGNATURE, JUMP,
     RUBRIC, CONTACT, ORGANISATION) = range(17)  # fmt: skip
    # 《云港日报》（2024年3月5日 第 02 版）; not 《云港日报》报道
    SOURCE_LINE = re.compile(
        r"《[^》]{2,20}》\s*[（(].{4,40}[）)]$|来源[:：].{2,30}$|原载.{0,4}《[^》]+》.{0,30}$"
    )
    # 下转第3版, ▼下转A04版, （下转第四版）; not 下转弯
    JUMP_OUT = re.compile(
        r"[（(【\[▼▶■]?\s*(?:下转|下轉|转|轉|详见|詳見)\s*第?\s*[A-Za-z]?\s*[\d一二三四五六七八九十]{1,3}\s*版.{0,12}$"
    )
    # 热线：0310-1234567 and news@example.cn; not 电话号码是多少
    CONTACTS = re.compile(
        r"(?:[A-Za-z0-9_.]+@[A-Za-z0-9.]+|https?://|www\.|(?:电话|電話|热线|熱線|传真|邮箱|信箱|地址|网址|刊号|代号|邮编|QQ|微信)[^。，]{0,6}[:：]?"
        r"\s*[\d（(A-Za-z])|\d{3,4}[-－]\d{7,8}|责任编辑|責任編輯|责编|美编|校对|版式|扫码|掃碼|二维码|版权声明|版权所有"
    )
    SEVERAL = re.compile(rf"(?:[{HAN}]{{1,4}}[{BLANK}、]+){{1,5}}[{HAN}]{{1,4}}")


class _Opening:
    """What a line opens; 0 is nothing."""

    NONE, NAMED, SOURCED, BARE, JUMP, NOTE, BULLET, NUMBER, CAPTION, DATED, COMMENT = range(11)
    # 上接第1版, 【上接第一版】, ▲上接A02版, （紧接第一版]; not 上接天空
    JUMP_IN = re.compile(
        r"[（(【\[［〔▲△■●]?\s*[（(]?\s*[上紧緊]\s*接\s*第?\s*[A-Za-z]?\s*[\d一二三四五六七八九十]{1,3}\s*版\s*[）)】\]］〕]?"
    )
    # 编者按：, 【编者按】, 核心提示; not 编者来信
    NOTES = re.compile(
        r"[【\[（]?(?:编者按|編者按|编后|编者的话|核心提示|阅读提示|内容提要|提要|开栏的话|开栏语)[】\]）]?[\s:：]*"
    )
    CAPTIONS = re.compile(
        r"(?:[（(【]?[上下左右题題]?[图圖][一二三四①②③]?(?:[为為：:）)】]|[片]?说明)|[▲▼△▽←↑→↓])"
    )


class _Inside:
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


class _Codes:
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


def _bucket(values: Any, edges: Sequence[float]) -> Any:
    return np.searchsorted(np.asarray(edges), values, side="right")


_WIDTH_STEPS = (-9.5, -5.5, -3.6, -2.6, -COLUMN_SLACK, COLUMN_SLACK + 0.05, 3.1, 6.1, 12.1)


def read_features(texts: Sequence[str]) -> PageLines:
    """Return the lines of a page that are not blank, with their features."""
    all_widths, all_flags = flag_lines(texts)
    numbers = [i for i, flag in enumerate(all_flags) if not flag & Flag.EMPTY]
    printed = [texts[i] for i in numbers]
    stripped = [text.strip(BLANK + "\r\f\v") or text for text in printed]
    width_list = [all_widths[i] for i in numbers]
    widths = np.array(width_list)
    flags = np.array([all_flags[i] for i in numbers], dtype=np.int64)
    n = len(numbers)
    if not n:
        none, no_rows = np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.int64)
        return PageLines([], [], [], {}, set(), none, no_rows, no_rows, {}, [], Pairs(none, none))
    a: dict[str, Any] = {}
    number_array = np.array(numbers)
    gaps = np.diff(number_array, prepend=-1) - 1
    gaps[0] = 0
    a["gap"] = np.minimum(gaps, 2)
    a["indent"] = np.array(
        [
            text[:1] in " \u3000\t" and len(t) + 2 <= len(text)
            for text, t in zip(printed, stripped, strict=True)
        ]
    ).astype(np.int64)

    _measure(a, widths)
    text = _Codes(stripped)
    _read_characters(a, text, stripped, flags)
    interior = _find_interior(a, widths, flags, stripped)
    nodes = np.flatnonzero(~interior)
    leads, borrowed = _read_grammar(a, stripped, flags, widths, nodes)
    is_text = _is_text(a, widths)
    _count_distances(a, is_text)
    pairs = _share_words(a, text)
    a["torn"] = _find_torn(a, stripped, nodes)
    a["repeated"] = _find_repeated(stripped)
    _find_habits(a, widths, is_text)
    state_rows, border_rows = combine(a, nodes, "state", "border")
    return PageLines(
        stripped, printed, numbers, leads, borrowed, nodes, state_rows, border_rows, a, width_list, pairs
    )


_OFFSETS = (-2, -1, 0, 1, 2)
_NAMES = tuple(SIZES)


@lru_cache(maxsize=4)
def _positions(kind: str) -> tuple[Any, Any]:
    """Return how the rows of all features of a line follow from its attributes and its neighbours'.

    Returns
    -------
    factors : array, shape (n_offsets * n_attributes, n_templates)
    first : array, shape (n_templates,)
        The row of each feature is the product of the attributes and `factors`, plus `first`.
    """
    templates = _TEMPLATES[kind]
    # float32 is exact for whole numbers below 2^24, and its products are fast.
    factors = np.zeros((len(_OFFSETS) * len(_NAMES), len(templates)), dtype=np.float32)
    for column, template in enumerate(templates):
        size = 1
        for name, k in reversed(template):
            factors[_OFFSETS.index(k) * len(_NAMES) + _NAMES.index(name), column] = size
            size *= SIZES[name] + 1
    sizes = count_values(templates)
    return factors, np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)


def combine(a: dict[str, Any], nodes: Any, *kinds: str) -> tuple[Any, ...]:
    """Return the rows of the features of each node, shape (n_nodes, n_templates), for each kind of features."""
    n = len(a["gap"])
    unknown = np.zeros(n, dtype=np.int64)
    values = np.stack([a.get(name, unknown) for name in _NAMES], axis=1).astype(np.float32)
    beyond = np.array([[SIZES[name] for name in _NAMES]], dtype=np.float32)
    padded = np.concatenate([beyond, beyond, values, beyond, beyond])
    around = np.concatenate([padded[nodes + 2 + k] for k in _OFFSETS], axis=1)
    rows = []
    for kind in kinds:
        factors, first = _positions(kind)
        rows.append((around @ factors).astype(np.int32) + first)
    return tuple(rows)


def _most_usual(windows: Any) -> Any:
    """Return the most usual width of each row of `windows`, 0 where no two agree."""
    near = np.abs(windows[:, :, None] - windows[:, None, :]) <= 1.0
    # Of two equally usual widths the greater one counts; a width of three cells is none of a column.
    count = near.sum(axis=2, dtype=np.float32) + windows * np.float32(0.002)
    count[windows <= 3.0] = 0
    at = count.argmax(axis=1)[:, None]
    best = np.take_along_axis(windows, at, axis=1)[:, 0]
    return np.where(np.take_along_axis(count, at, axis=1)[:, 0] < 2, np.float32(0), best)


def _measure(a: dict[str, Any], widths: Any) -> None:
    n = len(widths)
    padded = np.zeros(n + 2 * _AROUND + 1, dtype=np.float32)
    padded[_AROUND : _AROUND + n] = widths
    windows = np.lib.stride_tricks.sliding_window_view(padded, _AROUND)
    usual = _most_usual(windows)
    before, after = usual[:n], usual[_AROUND + 1 : _AROUND + 1 + n]
    a["_before"], a["_after"] = before, after
    unknown = 10
    a["beside_before"] = np.where(before > 0, _bucket(widths - before, _WIDTH_STEPS), unknown)
    a["beside_after"] = np.where(after > 0, _bucket(widths - after, _WIDTH_STEPS), unknown)
    both = (before > 0) & (after > 0)
    a["columns"] = np.where(both, _bucket(after - before, (-5, -1.1, 1.15, 5)), 5)
    a["columns"][(before == 0) & (after == 0)] = 6
    a["width"] = _bucket(widths, (1.6, 3.1, 5.1, 7.1, 10.1, 14.1, 20.1, 30.1, 48.1))
    a["step"] = _bucket(np.diff(widths, prepend=widths[:1]), (-9.5, -3.6, -1.6, -0.6, 0.6, 1.6, 3.6, 9.5))


@lru_cache(maxsize=1)
def _character_tables() -> tuple[Any, Any, Any, Any]:
    """Return what each character of the Basic Multilingual Plane is at the end and at the start of a line, and inside.

    The last table has whether it is a function word, and whether it opens or closes a quotation. Shapes are (65536,),
    the last (65536, 2).
    """
    end, start = np.zeros(0x10000, dtype=np.int8), np.zeros(0x10000, dtype=np.int8)
    latin = [c for c in range(0x2E80) if chr(c).isalpha()]
    end[latin], start[latin] = _End.LATIN, _Start.LATIN
    for table, classes in ((end, _End.OF), (start, _Start.OF)):
        for c, value in classes.items():
            table[ord(c)] = value
    inside = np.zeros(0x10000, dtype=np.int8)
    inside[ord("。")] = _Inside.STOP
    inside[[ord("，"), ord("、")]] = _Inside.COMMA
    for bit, characters in _Inside.OF.items():
        inside[[ord(c) for c in characters]] |= bit
    function, quotes = np.zeros(0x10000, dtype=np.int16), np.zeros(0x10000, dtype=np.int16)
    function[[ord(c) for c in _FUNCTION]] = 1
    quotes[[ord(c) for c in "“「"]], quotes[[ord(c) for c in "”」"]] = 1, -1
    return end, start, inside, np.stack([function, quotes], axis=1)


def _read_characters(a: dict[str, Any], text: _Codes, texts: list[str], flags: Any) -> None:
    end_of, start_of, inside_of, sums_of = _character_tables()
    codes = np.minimum(text.codes, 0xFFFF)
    last, first = codes[text.ends - 1], codes[text.starts]
    end = end_of[last].astype(np.int64)
    start = start_of[first].astype(np.int64)
    closed = ((end == _End.QUOTE) | (end == _End.SHUT)) & (text.ends - text.starts > 1)
    before_last = end_of[codes[text.ends - 2]]
    end[closed & ((before_last == _End.STOP) | (before_last == _End.QUESTION))] = _End.STOP_CLOSED
    # A digit, a bracket and the first character of 近日 may open a number or a sentence.
    maybe = (
        (start == _Start.DIGIT) | (start == _Start.OPEN_BRACKET) | ((inside_of[first] & _Inside.MAYBE) != 0)
    )
    for i in np.flatnonzero(maybe).tolist():
        if _Start.NUMBERED.match(texts[i]):
            start[i] = _Start.NUMBER
        elif _Start.PROSE_WORDS.match(texts[i]):
            start[i] = _Start.PROSE
    marks = inside_of[codes]
    marks[text.ends - 1] = 0
    held = np.bitwise_or.reduceat(inside_of[codes], text.starts)
    a["_held"] = held
    inside = np.bitwise_or.reduceat(marks, text.starts).astype(np.int64) & (_Inside.STOP | _Inside.COMMA)
    blanks = (flags & Flag.BLANKS) != 0
    inside[blanks] |= _Inside.BLANK
    for i in np.flatnonzero(blanks).tolist():
        if is_letter_spaced(texts[i]):
            inside[i] = _Inside.SPACED
    sums = np.add.reduceat(sums_of[codes], text.starts, axis=0)
    a["end"], a["start"], a["inside"] = end, start, inside
    a["function_words"] = np.minimum(sums[:, 0], 2).astype(np.int64)
    a["quote"] = np.clip(sums[:, 1], -1, 1).astype(np.int64) + 1


_LEAD_MARKS = frozenset("上紧緊编編核阅内开【[（(图圖题題下左右▲▼△▽←↑→↓▶■●提")


def _read_grammar(
    a: dict[str, Any], texts: list[str], flags: Any, widths: Any, nodes: Any
) -> tuple[dict[int, Lead], set[int]]:
    n = len(texts)
    opening, whole = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    leads: dict[int, Lead] = {}
    borrowed: set[int] = set()
    gap = a["gap"]
    flag_list, width_list = flags.tolist(), widths.tolist()
    starts, held = a["start"].tolist(), a["_held"].tolist()
    for i in nodes.tolist():
        text, flag, width = texts[i], flag_list[i], width_list[i]
        if flag & Flag.OPENER and LEAD_OPENERS.match(text):
            stop = min(n, i + LEAD_LINES)
            lead = parse_lead("\n".join(texts[i:stop]))
            if lead is not None and lead.end > len(text) + 1 and gap[i + 1 : i + 2].any() and not lead.named:
                lead = parse_lead(text)
            if lead is None and i and width_list[i - 1] <= 1 and not gap[i]:
                # A vertical headline stands before the line, and its last character on the line.
                lead = parse_lead("\n".join([text[1:].lstrip(), *texts[i + 1 : stop]]))
                if lead is not None:
                    borrowed.add(i)
            if lead is not None:
                leads[i] = lead
                # A blank line inside a lead is a column break.
                lines = "\n".join(texts[i:stop]).count("\n", 0, lead.end)
                gap[i + 1 : i + 1 + lines] = 0
                by = lead.byline
                opening[i] = (
                    _Opening.NAMED if by.source and lead.named else _Opening.SOURCED if by.source or lead.dateline.date
                    else _Opening.BARE
                )  # fmt: skip
        first = text[0]
        if first in _LEAD_MARKS:
            if _Opening.JUMP_IN.match(text):
                opening[i] = _Opening.JUMP
            elif _Opening.NOTES.match(text):
                opening[i] = _Opening.NOTE
            elif not opening[i] and _Opening.CAPTIONS.match(text):
                opening[i] = _Opening.CAPTION
        if not opening[i]:
            if starts[i] == _Start.BULLET:
                opening[i] = _Opening.BULLET
            elif starts[i] == _Start.NUMBER:
                opening[i] = _Opening.NUMBER
            elif flag & Flag.DATED and starts[i] == _Start.PROSE:
                opening[i] = _Opening.DATED
        last = text[-1]
        if last in "。，、；" and not flag & Flag.TOOK:
            continue
        w = 0
        if flag & Flag.FOLIO and is_folio(text):
            w = _Whole.DATE if is_date(text) else _Whole.PAPER if is_newspaper_name(text) else _Whole.FOLIO
            if held[i] & _Inside.TURN and _Whole.JUMP_OUT.match(text):
                w = _Whole.JUMP
        elif flag & Flag.NOTICE and is_notice(text):
            w = _Whole.NOTICE
        elif (
            held[i] & _Inside.CONTACT and (flag & Flag.LATIN or width <= 30) and _Whole.CONTACTS.search(text)
        ):
            w = _Whole.CONTACT
        elif first in "《来原" and _Whole.SOURCE_LINE.match(text):
            w = _Whole.SOURCE
        elif (
            held[i] & _Inside.PEOPLE and width <= 30 and (byline := parse_byline(text)) is not None and byline
        ):
            w = _Whole.BYLINE
        elif last in "摄攝）)影图圖道導供】" and width <= 40 and (credit := parse_credit(text)) is not None:
            w = _Whole.CAPTION_CREDIT if credit.caption else _Whole.CREDIT
        elif first in "（(" and last in "）)" and parse_signature("。" + text) is not None:
            w = _Whole.SIGNATURE
        elif held[i] & _Inside.TURN and _Whole.JUMP_OUT.match(text):
            w = _Whole.JUMP
        elif width <= 6 and parse_author(text) is not None:
            w = _Whole.AUTHOR if text[0] in "□●■◎○◆作撰文" else _Whole.NAME
        elif width <= 4 and parse_names(text) is not None:
            w = _Whole.NAME
        elif width <= 24 and flag & Flag.BLANKS and _Whole.SEVERAL.fullmatch(text):
            if parse_names(text) is not None:
                w = _Whole.NAMES
        elif width <= 7 and is_rubric("".join(text.split())):
            w = _Whole.RUBRIC
        elif width <= 14 and is_organisation(text):
            w = _Whole.ORGANISATION
        whole[i] = w
    a["opening"], a["whole"] = opening, whole
    return leads, borrowed


def _is_text(a: dict[str, Any], widths: Any) -> Any:
    """Return for each line whether it is running text by itself: as wide as a column and open, or with a full stop."""
    full = (a["beside_before"] == 5) | (a["beside_after"] == 5)
    open_end = (a["end"] == 0) | (a["end"] == _End.COMMA) | (a["end"] == _End.DIGIT)
    return (full & open_end & (widths > 5)) | ((a["inside"] & 1) == 1) & (a["inside"] < 7) | (widths > 48)


def _count_distances(a: dict[str, Any], is_text: Any) -> None:
    n = len(is_text)
    index = np.arange(n)

    def to_next(mask: Any) -> Any:
        at = np.where(mask, index, 10**6)
        return np.minimum.accumulate(at[::-1])[::-1] - index

    def from_last(mask: Any) -> Any:
        at = np.where(mask, index, -(10**6))
        last = np.maximum.accumulate(at)
        return index - np.concatenate([[-(10**6)], last[:-1]])

    opens = (a["opening"] > 0) & (a["opening"] <= _Opening.JUMP)
    a["to_lead"] = _bucket(to_next(opens), (1, 2, 3, 5, 8))
    a["from_lead"] = _bucket(from_last(opens), (2, 3, 6, 12, 30))
    a["to_text"] = _bucket(to_next(is_text), (1, 2, 3, 5))
    a["from_text"] = _bucket(from_last(is_text), (2, 3, 4, 6))


_NEAR, _WIDE, _FAR = 300, 1500, 5000  # characters in which the words of a line are looked for
_PIECE, _SIDE = 160, 500  # characters on the two sides of a border that are compared


def _share_words(a: dict[str, Any], text: _Codes) -> Pairs:
    """Find which character pairs of each line stand before it and after it, and how alike the sides of a border are."""
    starts, ends = text.starts, text.ends
    n = len(starts)
    # Blanks inside a line part no pair, and neither do the line ends of a vertical headline, one character a line.
    line_of = np.cumsum(text.codes == 10)
    single = (ends - starts) == 1
    kept = text.codes > 0x20
    kept &= text.codes != 0x3000
    place = np.flatnonzero(kept)
    codes = text.codes[place]
    lines = line_of[place]
    is_word = ((codes >= 0x4E00) & (codes < 0xA000)) | ((codes >= 0x3400) & (codes < 0x4DC0))
    follows = (lines[:-1] == lines[1:]) | (
        (lines[:-1] + 1 == lines[1:]) & single[lines[:-1]] & single[lines[1:]]
    )
    first = np.flatnonzero(is_word[:-1] & is_word[1:] & follows)
    second = first + 1
    at = place[first]
    keys = (codes[first] - 0x3400) * 0x7000 + (codes[second] - 0x3400)
    m = len(at)
    size = max(1, m)
    order = np.sort(keys * size + np.arange(m)) if m else np.zeros(0, dtype=np.int64)
    index, key = order % size, order // size
    same = key[1:] == key[:-1]
    previous = np.full(m, -(10**7))
    following = np.full(m, 10**9)
    previous[index[1:][same]] = at[index[:-1][same]]
    following[index[:-1][same]] = at[index[1:][same]]
    # Pairs that are on all of the page say little.
    begins = np.flatnonzero(np.concatenate([[True], ~same])) if m else np.zeros(0, dtype=np.int64)
    lengths = np.diff(np.concatenate([begins, [m]]))
    weight = np.empty(m)
    weight[index] = np.repeat(1.0 / (1.0 + np.log2(np.maximum(lengths, 1))), lengths)
    ids = np.empty(m, dtype=np.int64)
    ids[index] = np.repeat(np.arange(len(begins)), lengths)
    line = line_of[at]
    total = np.bincount(line, weight, n)[:n]
    some = np.maximum(total, 1e-9)

    def share(mask: Any) -> Any:
        return np.bincount(line[mask], weight[mask], n)[:n] / some

    start, stop = starts[line], ends[line]
    before = share((previous < start) & (previous >= start - _NEAR))
    after = share((following > stop) & (following <= stop + _NEAR))
    wide_before = share((previous < start) & (previous >= start - _WIDE))
    wide_after = share((following > stop) & (following <= stop + _WIDE))
    far = share((following > stop + _WIDE) & (following <= stop + _FAR))
    edges = (0.02, 0.12, 0.25, 0.4, 0.6)
    a["share_before"], a["share_after"] = _bucket(before, edges), _bucket(after, edges)
    a["far_share"] = _bucket(far, (0.02, 0.2, 0.4, 0.6))
    a["wide_after"] = _bucket(wide_after, edges)
    a["_lean"] = wide_after - wide_before
    a["wide_lean"] = _bucket(wide_after - wide_before, (-0.4, -0.2, -0.07, 0.07, 0.2, 0.4))
    a["lean"] = _bucket(after - before, (-0.4, -0.2, -0.07, 0.07, 0.2, 0.4))

    # Kinship of the two sides of each border: pair p counts for the borders between its last occurrence and itself.
    length = len(text.codes)
    steps = (0.01, 0.03, 0.06, 0.1, 0.16, 0.25)
    low, high = np.maximum(previous + 1, at - _PIECE + 1), np.minimum(at, previous + _SIDE)
    a["kinship"] = _shares_at(starts, length, low, high, at - _PIECE + 1, at, weight, (previous >= 0), steps)
    low, high = np.maximum(at + 1, following - _SIDE + 1), np.minimum(at + _PIECE, following)
    a["kinship_back"] = _shares_at(
        starts, length, low, high, at + 1, at + _PIECE, weight, following < length, steps
    )
    return Pairs(ids, np.searchsorted(line, np.arange(n + 1)))


def _shares_at(
    borders: Any,
    length: int,
    low: Any,
    high: Any,
    first: Any,
    last: Any,
    weight: Any,
    counted: Any,
    edges: Any,
) -> Any:
    """Return for each border which share of the pairs on one side stands on the other as well, as a class.

    Pair p is on the first side of the borders `first` to `last`, and on both sides of the borders `low` to `high`.
    """
    change, base = np.zeros(length + 2), np.zeros(length + 2)
    some = counted & (low <= high)
    change += np.bincount(low[some], weight[some], length + 2) - np.bincount(
        high[some] + 1, weight[some], length + 2
    )
    base += np.bincount(np.maximum(0, first), weight, length + 2)
    base -= np.bincount(np.minimum(last, length) + 1, weight, length + 2)
    shared, every = np.cumsum(change)[borders], np.cumsum(base)[borders]
    return np.where(every > 3, _bucket(shared / np.maximum(every, 1e-9), edges), 7)


def _find_interior(a: dict[str, Any], widths: Any, flags: Any, texts: list[str]) -> Any:
    """Return which lines go on inside a sentence of running text, so that each is what the line before it is.

    The two lines before such a line are as wide as their column and stop inside a sentence; it is as wide itself, or
    ends the sentence. A headline may be as wide as the column by chance, but not twice after a full line.
    """
    column = np.where(a["_before"] > 0, a["_before"], a["_after"])
    apart = widths - column
    known = (column > 5) & (widths <= UNWRAPPED_CELLS)
    plain = known & (apart <= COLUMN_SLACK) & (a["inside"] != _Inside.SPACED) & (a["indent"] == 0)
    plain &= (a["start"] != _Start.BULLET) & (a["start"] != _Start.ARROW) & (a["start"] != _Start.TAG)
    open_end = (a["end"] == _End.OTHER) | (a["end"] == _End.COMMA)
    runs = plain & open_end & (apart >= -COLUMN_SLACK)
    first = known & open_end & (apart <= COLUMN_SLACK) & (apart >= -COLUMN_SLACK - 1)
    ends = (a["end"] == _End.STOP) | (a["end"] == _End.STOP_CLOSED) | (a["end"] == _End.CLAUSE)
    no_gap = a["gap"] == 0
    inner = np.zeros(len(widths), dtype=bool)
    inner[2:] = (runs | (plain & ends))[2:] & runs[1:-1] & first[:-2] & no_gap[2:] & no_gap[1:-1]
    # What the grammar may know is read as a line of its own.
    grammar = Flag.OPENER | Flag.TOOK | Flag.NOTICE | Flag.WHO | Flag.BLANKS
    for i in np.flatnonzero(inner & ((flags & grammar) != 0)).tolist():
        text = texts[i]
        inner[i] = not (
            LEAD_OPENERS.match(text) or text[-1] in "摄攝影）)" or is_notice(text)
            or (flags[i] & Flag.WHO and flags[i] & Flag.BLANKS)
        )  # fmt: skip
    for i in np.flatnonzero(inner & ends & (apart < -COLUMN_SLACK)).tolist():
        inner[i] = not _Opening.CAPTIONS.match(texts[i])
    return inner


def _find_torn(a: dict[str, Any], texts: list[str], nodes: Any) -> Any:
    """Return for each line whether a word runs over from the line before: 0 no, 1 yes, 2 a sentence goes on."""
    torn = np.zeros(len(texts), dtype=np.int64)
    ends = a["end"]
    wanted = [i for i in nodes.tolist() if i and ends[i - 1] in (0, _End.DIGIT, _End.LATIN)]
    pairs = [(texts[i - 1][-4:], texts[i][:4]) for i in wanted]
    words = segmenter().cut("\n".join([x + y for x, y in pairs]))
    at, k = 0, 0
    if pairs:
        edge, stop = len(pairs[0][0]), len(pairs[0][0]) + len(pairs[0][1])
        offset = 0
        for word in words:
            end = at + len(word)
            while k < len(pairs) and offset + edge < end:
                if at < offset + edge:
                    torn[wanted[k]] = 1
                offset += stop + 1
                k += 1
                if k < len(pairs):
                    edge, stop = len(pairs[k][0]), len(pairs[k][0]) + len(pairs[k][1])
            at = end
    starts = a["start"]
    torn[(starts == _Start.CLOSING)] = 2
    return torn


def _find_repeated(texts: list[str]) -> Any:
    """Return for each line whether it stands on the page again, as rubrics and folio lines do: 0 or 1.

    A text that repeats whole articles says nothing by that; then no line counts.
    """
    counts = Counter(texts)
    repeated = np.array([counts[text] > 1 for text in texts], dtype=np.int64)
    long = [again for text, again in zip(texts, repeated.tolist(), strict=True) if len(text) > 5]
    return repeated if sum(long) <= 0.8 * len(long) else np.zeros_like(repeated)


def _find_habits(a: dict[str, Any], widths: Any, is_text: Any) -> None:
    """Find the habits of the page around each line: its blank lines, leads, indents, bullets, where headlines stand."""
    n = len(widths)
    index = np.arange(n)
    low, high = np.maximum(0, index - _HABIT_LINES), np.minimum(n, index + _HABIT_LINES)

    def mean(values: Any) -> Any:
        total = np.concatenate([[0.0], np.cumsum(values)])
        return (total[high] - total[low]) / (high - low)

    gapped = a["gap"] > 0
    a["gap_habit"] = _bucket(mean(gapped), (0.001, 0.05, 0.25, 0.6))
    a["lead_habit"] = _bucket(mean((a["opening"] > 0) & (a["opening"] <= _Opening.BARE)), (0.001, 0.02, 0.06))
    a["indent_habit"] = _bucket(mean(a["indent"]), (0.001, 0.05, 0.3))
    a["mark_habit"] = _bucket(mean(a["opening"] == _Opening.BULLET), (0.001, 0.02))
    a["wide_habit"] = _bucket(mean(widths > 48), (0.001, 0.3))
    a["end_habit"] = _bucket(mean(a["start"] == _Start.CLOSING), (0.001, 0.02))
    display = ~is_text & (a["end"] != _End.STOP) & (a["whole"] == 0) & (a["opening"] == 0) & (widths > 3)
    strong = display & (np.abs(a["_lean"]) > 0.07)
    lean = mean(np.where(strong, np.clip(a["_lean"], -0.4, 0.4), 0.0)) / np.maximum(mean(strong), 1e-9)
    a["head_habit"] = np.where(mean(strong) * (high - low) >= 2, _bucket(lean, (-0.15, -0.05, 0.05, 0.15)), 5)
    # Whether a display line is the first of the page, and the last. In a file of several pages this says nothing.
    inside = np.flatnonzero(
        (a["whole"] != _Whole.FOLIO) & (a["whole"] != _Whole.DATE) & (a["whole"] != _Whole.PAPER)
    )
    edges = 4
    if len(inside) and n <= 3 * _HABIT_LINES:
        edges = 2 * int(display[inside[0]]) + int(display[inside[-1]])
    a["edges"] = np.full(n, edges)
