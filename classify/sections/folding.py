"""Texts to folded code points, a block at a time.

What `classify.text.normalize.fold` does to one string is done here to a block of texts by one table: nearly
every character of Chinese news maps to one character. A text that holds anything else (a combining mark,
an invisible character, a blank at its ends, a plane beyond the first) goes through `fold` itself, so the two
always agree. Each text stands between two marks, `BEGIN` and `END`, which no folded text contains; an
n-gram with a mark is one at the edge of its text, and none crosses from one text into the next.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from classify.text.normalize import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["BEGIN", "END", "folded_blocks", "stands_alone"]

BEGIN, END = "\x02", "\x03"
"""START OF TEXT and END OF TEXT: control characters, which `fold` drops from any text."""

_BEGIN, _END, _NEWLINE, _SPACE = 2, 3, 10, 32
_LOOK = 0  # NUL, dropped by `fold`: stands for "this text needs fold itself"
_STABLE = (
    (0x3400, 0xA000),
    (0xAC00, 0xD7A4),
    (0xE000, 0xE78D),
    (0xE797, 0xF900),
)  # ideographs, Hangul, private use but for GB18030's vertical marks: as they are


def folded_blocks(texts: Sequence[str], size: int) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.intp]]]:
    """Yield `texts` block by block as ``(code points, end of each text in them)``, marks included.

    A block has whole texts, of `size` characters together or a few more.
    """
    ends = _ends(texts)
    first = done = 0
    while first < len(texts):
        last = min(int(np.searchsorted(ends, done + size)) + 1, len(texts))
        yield _folded(texts[first:last], ends[first:last] - done)
        first, done = last, int(ends[last - 1])


def _folded(texts: Sequence[str], ends: NDArray[np.intp]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    out = _table().take(_codes(texts), mode="clip")
    at = (out <= _SPACE).nonzero()[0]  # the few places where anything but a printed character stands
    what = out.take(at)
    blank = what >= _NEWLINE
    beside = np.diff(at) == 1
    if np.count_nonzero((what == _BEGIN) | (what == _END)) != 2 * len(texts):
        return _folded_slowly(texts, np.arange(len(texts)))  # a mark stands inside one of them
    edge = ((what[:-1] == _BEGIN) & blank[1:]) | (blank[:-1] & (what[1:] == _END))
    edged = at[:-1][edge & beside]
    strange = at[what == _LOOK]
    if len(strange):
        odd = np.concatenate([strange, edged])
        return _folded_slowly(texts, np.unique(np.searchsorted(ends, odd, side="right")))
    if len(edged):
        texts = list(texts)
        for i in np.unique(np.searchsorted(ends, edged, side="right")).tolist():
            texts[i] = texts[i].strip()
        return _one_space(_table().take(_codes(texts), mode="clip"), _ends(texts))
    return _one_space(out, ends)


def _folded_slowly(
    texts: Sequence[str], which: NDArray[np.intp]
) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    texts = list(texts)
    for i in which.tolist():
        texts[i] = fold(texts[i])
    codes = _codes(texts)
    out = _table().take(codes, mode="clip")
    odd = (out == _LOOK).nonzero()[0]
    out[odd] = codes[odd]  # folded already, so as they are
    return _one_space(out, _ends(texts))


def _ends(texts: Sequence[str]) -> NDArray[np.intp]:
    """Return where each text ends when they stand one after the other, each between its marks."""
    return np.cumsum(np.fromiter(map(len, texts), np.intp, len(texts)) + 2)


def _one_space(
    codes: NDArray[np.uint32], ends: NDArray[np.intp]
) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    space = codes == _SPACE
    second = (space[1:] & space[:-1]).nonzero()[0] + 1
    if not len(second):
        return codes, ends
    return np.delete(codes, second), ends - np.searchsorted(second, ends)


def _codes(texts: Sequence[str]) -> NDArray[np.uint32]:
    joined = f"{BEGIN}{f'{END}{BEGIN}'.join(texts)}{END}"
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint32]:
    """What each character of the first plane folds to, or `_LOOK`; the last cell is for the others."""
    table = np.full(0x10001, _LOOK, np.uint32)
    for first, stop in _STABLE:
        table[first:stop] = np.arange(first, stop)
    gaps = zip([0, *(stop for _, stop in _STABLE)], [*(first for first, _ in _STABLE), 0x10000], strict=True)
    plain = [char for first, stop in gaps for char in map(chr, range(first, stop)) if stands_alone(char)]
    between = "一"  # a stable character: so nothing composes, and no blank is at an end
    for char, folded in zip(plain, fold(between.join(["", *plain, ""])).split(between)[1:-1], strict=True):
        if len(folded) == 1:
            table[ord(char)] = ord(folded)
    table[ord("\r")] = _LOOK  # with a newline after it, one line end
    table[[_BEGIN, _END]] = _BEGIN, _END
    return table


def stands_alone(char: str) -> bool:
    """Say whether NFC leaves `char` as it is whatever stands before it."""
    return (
        unicodedata.is_normalized("NFC", char)
        and not unicodedata.combining(char)
        and unicodedata.category(char) != "Mc"  # Indic vowel signs
        and not "\u1160" <= char <= "\u11ff"  # Hangul vowels and finals
    )
