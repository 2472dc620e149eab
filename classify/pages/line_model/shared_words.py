"""Which character pairs lines share with the text before and after them.

A headline has its words from the body under it or over it; a kicker shares few with either; and where one article
ends and another begins, the words change. Pairs of Chinese characters stand for words, since they need no segmenter.
For each pair on a page its last and its next occurrence are found with one sort, and everything else follows from
sums over those, for all lines at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.line_model.line_signs import Codes

__all__ = ["Pairs", "share_words", "to_class"]


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


def to_class(values: Any, edges: Sequence[float]) -> Any:
    """Return the class of each value: how many of the ascending `edges` are not above it.

    >>> to_class([0.0, 0.5, 2.0], (0.5, 1.0)).tolist()
    [0, 1, 2]
    """
    return np.searchsorted(np.asarray(edges), values, side="right")


_NEAR, _WIDE, _FAR = 300, 1500, 5000
"""Characters in which the words of a line are looked for: some lines, an article, a page. Chosen."""
_PIECE, _SIDE = 160, 500
"""Characters on the two sides of a border that are compared. Chosen: of the pairs in 160 characters, 500 of the same
article hold two to four times as many as those of another."""


def share_words(a: dict[str, Any], text: Codes) -> Pairs:
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
    a["share_before"], a["share_after"] = to_class(before, edges), to_class(after, edges)
    a["far_share"] = to_class(far, (0.02, 0.2, 0.4, 0.6))
    a["wide_after"] = to_class(wide_after, edges)
    a["_lean"] = wide_after - wide_before
    a["wide_lean"] = to_class(wide_after - wide_before, (-0.4, -0.2, -0.07, 0.07, 0.2, 0.4))
    a["lean"] = to_class(after - before, (-0.4, -0.2, -0.07, 0.07, 0.2, 0.4))

    # Kinship of the two sides of each border: pair p counts for the borders between its last occurrence and itself.
    length = len(text.codes)
    steps = (0.01, 0.03, 0.06, 0.1, 0.16, 0.25)
    borders = _Borders(starts, length, weight)
    low, high = np.maximum(previous + 1, at - _PIECE + 1), np.minimum(at, previous + _SIDE)
    a["kinship"] = borders.compare((at - _PIECE + 1, at), (low, high), previous >= 0, steps)
    low, high = np.maximum(at + 1, following - _SIDE + 1), np.minimum(at + _PIECE, following)
    a["kinship_back"] = borders.compare((at + 1, at + _PIECE), (low, high), following < length, steps)
    return Pairs(ids, np.searchsorted(line, np.arange(n + 1)))


class _Borders:
    """The borders between lines, and how alike their two sides are.

    Parameters
    ----------
    starts : array of int
        The first character of each line; a border is before it.
    length : int
        Characters of the page.
    weight : array
        Of each pair.
    """

    def __init__(self, starts: Any, length: int, weight: Any) -> None:
        self.starts, self.length, self.weight = starts, length, weight

    def compare(self, one_side: tuple[Any, Any], both_sides: tuple[Any, Any], known: Any, steps: Any) -> Any:
        """Return for each border which share of the pairs on one side stands on the other as well, as a class.

        Parameters
        ----------
        one_side, both_sides : tuple of two arrays
            The first and the last border of which each pair is on the one side, and on both sides.
        known : array of bool
            Whether the pair occurs again at all.
        steps : sequence of float
            The edges of the classes; a side of hardly any pairs has the class after the last.
        """
        (first, last), (low, high) = one_side, both_sides
        some = known & (low <= high)
        shared = self._sum(low[some], high[some], self.weight[some])
        every = self._sum(np.maximum(0, first), np.minimum(last, self.length), self.weight)
        return np.where(every > 3, to_class(shared / np.maximum(every, 1e-9), steps), len(steps) + 1)

    def _sum(self, first: Any, last: Any, weight: Any) -> Any:
        """Return the sum of the weights of all pairs whose range holds each border, shape (n_borders,)."""
        size = self.length + 2
        change = np.bincount(first, weight, size) - np.bincount(last + 1, weight, size)
        return np.cumsum(change)[self.starts]
