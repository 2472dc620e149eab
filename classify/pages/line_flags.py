"""What the characters of every line say, found for all lines of a page at once.

Most lines of a page are plain running text and need no further look. So that only the others are read with
the grammar, each line gets its width and a set of flags: which telling characters it holds, whether it is a
single character, very wide, or could open an article. A flag says only what may be; the grammar decides.
One table of the Basic Multilingual Plane and numpy's `reduceat` do this for a million characters in a few
milliseconds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.pages.furniture import NOTICE_ENDS
from classify.text.characters import BLANK, BULLETS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BLANKS", "BULLET", "DATED", "EMPTY", "FOLIO", "LATIN", "LONG", "NOTICE", "OPENER", "SINGLE", "TOOK",
    "UNWRAPPED_CELLS", "WHO", "look",
]  # fmt: skip

BLANKS, LATIN, BULLET, TOOK, WHO, FOLIO = 1, 2, 4, 8, 16, 32
"""The line holds a blank, an ASCII letter, a bullet, 摄, 记; it could be a folio line."""
OPENER, SINGLE, LONG, EMPTY, NOTICE, DATED = 64, 128, 256, 512, 1024, 2048
"""A lead could begin the line; it is one character; it was never set in a column; nothing is on it; it could be a
notice's headline; it could begin with a day."""
_DIGIT, _DAY, _YEAR, _FOLIO_SIGN, _OPENS, _PRESS, _CLOSE, _TELLS, _DATES = (
    1 << 12,
    1 << 13,
    1 << 14,
    1 << 15,
    1 << 16,
    1 << 17,
    1 << 18,
    1 << 19,
    1 << 20,
)

UNWRAPPED_CELLS = 48
"""A line wider than this was never in a newspaper column: it is a paragraph of its own."""
CHUNK = 20_000
"""Lines looked at together: some 10 MB of arrays in columns, whatever the size of the file."""

_MARKS = {
    BLANKS: BLANK,
    BULLET: BULLETS,
    TOOK: "摄攝",
    WHO: "记記",
    _DIGIT: "0123456789",
    _DAY: "日",
    _YEAR: "年",
    _FOLIO_SIGN: "版星编校值箱邮刊",
    _OPENS: "接据據本新中人央国光南综綜记記通实實首特见見全融",  # what `bylines.LEAD_OPENERS` may begin with…
    _PRESS: "报報网網台臺社闻聞线線端",  # …and what else it asks for
    _CLOSE: "讯訊电電消",
    _DATES: "0123456789昨今近日",  # what a day begins with
    _TELLS: NOTICE_ENDS,
}


def look(lines: Sequence[str]) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return the width in cells and the flags of each of `lines`, none of which holds a line end."""
    cells: list[float] = []
    flags: list[int] = []
    for at in range(0, len(lines), CHUNK):
        some_cells, some_flags = _look(lines[at : at + CHUNK])
        cells += some_cells
        flags += some_flags
    return tuple(cells), tuple(flags)


def _look(lines: Sequence[str]) -> tuple[list[float], list[int]]:
    text = "\n".join(lines) + "\n"
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths, marks = _tables()
    ends = np.flatnonzero(codes == 10)
    starts = np.concatenate(([0], ends[:-1] + 1))
    width, mark = widths.take(codes, mode="clip"), marks.take(codes, mode="clip")
    halves = np.add.reduceat(width, starts, dtype=np.int32)
    flags = np.bitwise_or.reduceat(mark, starts)
    # The first three characters that are no blanks, and the last. Where a line has fewer, those of the next
    # are taken too: they may say too much, never too little.
    printed = mark[np.append(np.flatnonzero(width), len(codes) - 1)]
    first = np.concatenate(([0], np.cumsum(width > 0, dtype=np.int32)[ends]))
    last = printed[np.maximum(first[1:] - 1, 0)]
    top = len(printed) - 1
    first = first[:-1]
    opening = (
        printed[np.minimum(first, top)]
        | printed[np.minimum(first + 1, top)]
        | printed[np.minimum(first + 2, top)]
    )
    says = ((flags & _PRESS) != 0) & ((flags & _CLOSE != 0) | (last & _PRESS != 0))
    says |= ((flags & _DAY) != 0) & (
        (flags & _CLOSE != 0) | (last & _DAY != 0)
    )  # a dateline without its source
    sign = (
        (flags & _FOLIO_SIGN != 0)
        | ((flags & _DAY != 0) & (flags & _YEAR != 0))
        | ((flags & _DIGIT != 0) & (halves <= 12))
        | ((last & _PRESS != 0) & (halves <= 18))
    )
    dated = (flags & _DAY != 0) & (printed[np.minimum(first, top)] & _DATES != 0)
    flags &= BLANKS | LATIN | BULLET | TOOK | WHO
    flags |= np.where((opening & _OPENS != 0) | says, OPENER, 0) | np.where(sign, FOLIO, 0)
    flags |= np.where(halves <= 2, SINGLE, 0) | np.where(halves > 2 * UNWRAPPED_CELLS, LONG, 0)
    flags |= np.where(dated, DATED, 0)
    flags |= np.where((last & _TELLS != 0) & (halves <= 16), NOTICE, 0)
    flags = np.where(halves == 0, EMPTY, flags)
    return (halves / 2).tolist(), flags.tolist()


@lru_cache(maxsize=1)
def _tables() -> tuple[Any, Any]:
    """Half cells and marks of each character; those beyond the first plane look like the last one in it."""
    widths = np.full(0x10000, 2, dtype=np.uint8)
    widths[:128] = 1
    widths[[c for c in range(0x3001) if chr(c).isspace()]] = 0
    marks = np.zeros(0x10000, dtype=np.int32)
    for mark, characters in _MARKS.items():
        for c in characters:
            marks[ord(c)] |= mark
    for start in (ord("A"), ord("a")):
        marks[start : start + 26] |= LATIN
    return widths, marks
