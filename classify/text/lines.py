"""Plain text to `Line` records: what page readers work on has numbers, and boxes where a file gives them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import overload

from classify.errors import InputError
from classify.records import Line
from classify.text.normalize import clean

__all__ = ["MAX_BLANK_LINES", "MAX_LINES", "TextLines", "text_lines"]


MAX_LINES = 1_000_000
"""Lines of a text, without the blank ones that are left out. While they are read they take up to 4 KB each, however
short they are. Chosen: some 600 broadsheet pages."""

MAX_BLANK_LINES = 64
"""Blank lines that follow one another. Chosen: a page is lower, and no reader tells more of them from as many."""

_LONG_TEXT = 100_000
"""Characters of a text whose blank lines are worth a look. Chosen: some hundred pages."""

_LONG_GAP = re.compile(rf"\s{{{MAX_BLANK_LINES},}}")


class TextLines(Sequence[Line]):
    """The lines of a plain text, numbered from 1. A `Line` is made when it is asked for.

    A megabyte of narrow columns has 20,000 lines. As many records, kept while a page is split, would be visited by
    every pass of the garbage collector, which takes a fifth of the time; texts are not visited.

    >>> lines = TextLines(("第3版", "水库蓄水", "昨日，"))
    >>> lines[1].number, lines[1:].numbers, lines[1:].texts
    (2, range(2, 4), ('水库蓄水', '昨日，'))
    """

    __slots__ = ("_all", "_numbers", "_range")

    def __init__(
        self, texts: tuple[str, ...], part: range | None = None, numbers: Sequence[int] | None = None
    ) -> None:
        self._all = texts
        self._range = range(len(texts)) if part is None else part
        self._numbers = range(1, len(texts) + 1) if numbers is None else numbers

    def __len__(self) -> int:
        return len(self._range)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> TextLines: ...
    def __getitem__(self, index: int | slice) -> Line | TextLines:
        if isinstance(index, slice):
            return TextLines(self._all, self._range[index], self._numbers)
        at = self._range[index]
        return Line(self._all[at], self._numbers[at])

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each line."""
        return self._all[self._range.start : self._range.stop : self._range.step]

    @property
    def numbers(self) -> Sequence[int]:
        """The number of each line in the whole text, from 1."""
        return self._numbers[self._range.start : self._range.stop : self._range.step]


def text_lines(text: str) -> TextLines:
    """Return the lines of `text`, cleaned and numbered from 1. Every line end counts, so numbers are the input's.

    Of a gap of more than `MAX_BLANK_LINES` blank lines in a long text, the others are left out: each line takes some
    hundred bytes while a page is read, whatever is on it.

    >>> [(line.number, line.text) for line in text_lines("第3版\\r\\n水库蓄水")]
    [(1, '第3版'), (2, '水库蓄水')]

    Raises
    ------
    InputError
        There are more than `MAX_LINES` lines.
    """
    text = clean(text)
    lines = text.count("\n") + 1
    if len(text) < _LONG_TEXT:
        return TextLines(tuple(text.split("\n")))
    texts: list[str] = []
    numbers = array("q")
    at, number = 0, 1
    for run in _LONG_GAP.finditer(text):
        ends = run[0].count("\n")
        if ends <= MAX_BLANK_LINES:
            continue
        some = text[at : text.index("\n", run.start())].split("\n")
        texts += [*some, *[""] * MAX_BLANK_LINES]
        numbers.extend(range(number, number + len(some) + MAX_BLANK_LINES))
        at, number = text.rindex("\n", run.start(), run.end()) + 1, number + len(some) + ends - 1
    if lines - (number - 1 - len(texts)) > MAX_LINES:
        raise InputError(f"the text has more than {MAX_LINES} lines; split it into several files")
    if not texts:
        return TextLines(tuple(text.split("\n")))
    some = text[at:].split("\n")
    numbers.extend(range(number, number + len(some)))
    return TextLines((*texts, *some), numbers=numbers)
