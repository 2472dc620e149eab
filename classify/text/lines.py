"""Plain text to `Line` records: what page readers work on has numbers, and boxes where a file gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from classify.records import Line
from classify.text.normalize import clean

__all__ = ["TextLines", "text_lines"]


class TextLines(Sequence[Line]):
    """The lines of a plain text, numbered from 1. A `Line` is made when it is asked for.

    A megabyte of narrow columns has 20,000 lines. As many records, kept while a page is split, would be visited by
    every pass of the garbage collector, which takes a fifth of the time; texts are not visited.

    >>> lines = TextLines(("第3版", "水库蓄水", "昨日，"))
    >>> lines[1].number, lines[1:].numbers, lines[1:].texts
    (2, range(2, 4), ('水库蓄水', '昨日，'))
    """

    __slots__ = ("_all", "_range")

    def __init__(self, texts: tuple[str, ...], part: range | None = None) -> None:
        self._all = texts
        self._range = range(len(texts)) if part is None else part

    def __len__(self) -> int:
        return len(self._range)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> TextLines: ...
    def __getitem__(self, index: int | slice) -> Line | TextLines:
        if isinstance(index, slice):
            return TextLines(self._all, self._range[index])
        at = self._range[index]
        return Line(self._all[at], at + 1)

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each line."""
        return self._all[self._range.start : self._range.stop : self._range.step]

    @property
    def numbers(self) -> range:
        """The number of each line in the whole text, from 1."""
        return range(self._range.start + 1, self._range.stop + 1, self._range.step)


def text_lines(text: str) -> TextLines:
    """Return the lines of `text`, cleaned and numbered from 1. Every line end counts, so numbers are the input's.

    >>> [(line.number, line.text) for line in text_lines("第3版\\r\\n水库蓄水")]
    [(1, '第3版'), (2, '水库蓄水')]
    """
    return TextLines(tuple(clean(text).split("\n")))
