"""Width and flags of every line, for all lines of a page at once.

Most lines of a page are plain running text. To apply the grammar of leads, bylines and credits only where it
can succeed, each line gets a set of flags: it holds a blank, it is one character, a lead may begin it. A flag
means that something is possible; the grammar decides. So a flag may be set too often, but never too seldom.

A line is looked at through a table of the Basic Multilingual Plane (half cells and marks of each character)
and numpy's `reduceat`: 5,600 characters take a quarter of a millisecond; a loop over the characters in Python takes
ten times as long, and the grammar on every line more than the rest of the splitter.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.pages.furniture import NOTICE_ENDS
from classify.text.bylines import LEAD_OPENERS
from classify.text.characters import BLANK, BULLETS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COLUMN_SLACK", "UNWRAPPED_CELLS", "Flag", "flag_lines"]

COLUMN_SLACK = 1.6
"""A line is as wide as its column when it ends at most this many cells beside the column's edge.

Chosen: a mark that may not begin a line hangs by one cell, and a digit by half a cell. Widths are whole halves, so
1.6 means "1.5 or less".
"""

UNWRAPPED_CELLS = 48
"""A wider line was never in a newspaper column; it is a whole paragraph. Chosen: the widest column seen has 40."""


class Flag:
    """What a line may be or hold; bits, so that the flags of a line are one number."""

    BLANKS = 1 << 0  # holds a blank
    LATIN = 1 << 1  # holds an ASCII letter
    BULLET = 1 << 2  # holds a bullet
    TOOK = 1 << 3  # holds 摄: a photo credit may end it
    WHO = 1 << 4  # holds 记: it may be a byline
    FOLIO = 1 << 5  # may be a folio line
    OPENER = 1 << 6  # a lead may begin it
    SINGLE = 1 << 7  # one character, as in a vertical headline
    LONG = 1 << 8  # wider than UNWRAPPED_CELLS
    EMPTY = 1 << 9  # nothing is on it
    NOTICE = 1 << 10  # may be the headline of a notice
    DATED = 1 << 11  # may begin with a day
    LEAD = 1 << 12  # an OPENER that passes the test of `bylines.LEAD_OPENERS`


class _Mark(Flag):
    """What a single character is a sign of: the first flags, and those from which the others are worked out."""

    DIGIT = 1 << 13
    DAY = 1 << 14  # 日
    YEAR = 1 << 15  # 年
    FOLIO_SIGN = 1 << 16
    OPENS = 1 << 17  # may be among the first characters of a lead (`bylines.LEAD_OPENERS`) …
    PRESS = 1 << 18  # … a paper or an agency ends with it …
    CLOSES = 1 << 19  # … and the lead of one closes with it
    NOTICE_END = 1 << 20
    DATE = 1 << 21  # a day begins with it

    CHARACTERS = (
        (Flag.BLANKS, BLANK),
        (Flag.LATIN, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        (Flag.BULLET, BULLETS),
        (Flag.TOOK, "摄攝"),
        (Flag.WHO, "记記"),
        (DIGIT, "0123456789"),
        (DAY, "日"),
        (YEAR, "年"),
        (FOLIO_SIGN, "版星编校值箱邮刊"),
        (OPENS, "接据據本新中人央国光南综綜记記通实實首特见見全融"),
        (PRESS, "报報网網台臺社闻聞線线端"),
        (CLOSES, "讯訊电電消"),
        (NOTICE_END, NOTICE_ENDS),
        (DATE, "0123456789昨今近日"),
    )


def flag_lines(texts: Sequence[str]) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return the width and the flags of each line.

    Parameters
    ----------
    texts : sequence of str
        Lines without line ends.

    Returns
    -------
    widths : tuple of float
        Cells (Chinese characters); ASCII counts half, blanks nothing.
    flags : tuple of int
        Bits of `Flag`.

    >>> widths, flags = flag_lines(["河长 11 公里", "", "本报讯（记者岑雨桐）"])
    >>> widths
    (5.0, 0.0, 10.0)
    >>> [bool(f & Flag.LEAD) for f in flags], [bool(f & Flag.EMPTY) for f in flags]
    ([False, False, True], [False, True, False])
    """
    widths: list[float] = []
    flags: list[int] = []
    # 20,000 lines at a time take some 10 MB of arrays, whatever the size of the file.
    for at in range(0, len(texts), 20_000):
        some_widths, some_flags = _flag_some(texts[at : at + 20_000])
        widths += some_widths
        flags += some_flags
    return tuple(widths), tuple(flags)


def _flag_some(texts: Sequence[str]) -> tuple[list[float], list[int]]:
    text = "\n".join(texts) + "\n"
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths_of, marks_of = _character_tables()
    # Characters beyond the first plane have the entry of its last character, a wide one without marks.
    half_cells, marks = widths_of.take(codes, mode="clip"), marks_of.take(codes, mode="clip")
    ends = np.flatnonzero(codes == ord("\n"))
    starts = np.empty_like(ends)
    starts[0], starts[1:] = 0, ends[:-1] + 1
    halves = np.add.reduceat(half_cells, starts, dtype=np.int32)
    held = np.bitwise_or.reduceat(marks, starts)

    # The first three printed characters of each line, and its last. A line that has fewer takes those of the next:
    # too many flags, never too few. At the end of the page three zeros are added.
    printed_at = np.flatnonzero(half_cells)
    printed = np.zeros(len(printed_at) + 3, dtype=marks.dtype)
    printed[:-3] = marks[printed_at]
    first = np.searchsorted(printed_at, starts)
    after = np.append(first[1:], len(printed_at))
    first_mark, last_mark = printed[first], printed[after - 1]
    opening = first_mark | printed[first + 1] | printed[first + 2]

    def among(marks: Any, wanted: int) -> Any:
        """Return for each line whether one of its marks is `wanted`."""
        return (marks & wanted) != 0

    ends_with_press = among(last_mark, _Mark.PRESS)
    has_day = among(held, _Mark.DAY)
    opener = among(opening, _Mark.OPENS) | (
        among(held, _Mark.PRESS) & (among(held, _Mark.CLOSES) | ends_with_press)
    )
    # A dateline without its source: 云港5月23日电, or cut off after 日.
    opener |= has_day & (among(held, _Mark.CLOSES) | among(last_mark, _Mark.DAY))
    folio = (
        among(held, _Mark.FOLIO_SIGN)
        | (has_day & among(held, _Mark.YEAR))
        | (among(held, _Mark.DIGIT) & (halves <= 12))
        | (ends_with_press & (halves <= 18))
    )
    flags = held & (Flag.BLANKS | Flag.LATIN | Flag.BULLET | Flag.TOOK | Flag.WHO)
    for flag, holds in (
        (Flag.OPENER, opener),
        (Flag.FOLIO, folio),
        (Flag.SINGLE, halves <= 2),
        (Flag.LONG, halves > 2 * UNWRAPPED_CELLS),
        (Flag.DATED, has_day & among(first_mark, _Mark.DATE)),
        (Flag.NOTICE, among(last_mark, _Mark.NOTICE_END) & (halves <= 16)),
    ):
        flags |= np.multiply(holds, flag, dtype=flags.dtype)
    flags[halves == 0] = Flag.EMPTY
    # One in six passes the pattern. It is matched here, once, and asked for up to three times.
    for i in (flags & Flag.OPENER).nonzero()[0].tolist():
        if LEAD_OPENERS.match(texts[i]):
            flags[i] |= Flag.LEAD
    return (halves / 2).tolist(), flags.tolist()


@lru_cache(maxsize=1)
def _character_tables() -> tuple[Any, Any]:
    """Return half cells and marks of each character of the Basic Multilingual Plane, shape (65536,) both."""
    half_cells = np.full(0x10000, 2, dtype=np.uint8)
    half_cells[:128] = 1
    half_cells[[c for c in range(0x3001) if chr(c).isspace()]] = 0
    marks = np.zeros(0x10000, dtype=np.int32)
    for mark, characters in _Mark.CHARACTERS:
        marks[[ord(c) for c in characters]] |= mark
    return half_cells, marks
