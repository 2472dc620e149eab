"""Plain text to `Line` records: what page readers work on has numbers, and boxes where a file gives them."""

from __future__ import annotations

from itertools import count

from classify.records import Line
from classify.text.normalize import clean

__all__ = ["text_lines"]


def text_lines(text: str) -> list[Line]:
    """Return the lines of `text`, cleaned and numbered from 1. Every line end counts, so numbers are the input's.

    >>> text_lines("第3版\\r\\n水库蓄水")
    [Line(text='第3版', number=1, box=None, size=None, face='', direction='horizontal'), \
Line(text='水库蓄水', number=2, box=None, size=None, face='', direction='horizontal')]
    """
    return list(map(Line, clean(text).split("\n"), count(1)))
