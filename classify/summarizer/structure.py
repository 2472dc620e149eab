"""What a text consists of, for a summary: items, paragraphs, sentences and headings.

A line is a paragraph. Blank lines set items apart (the reports of a bulletin) where paragraphs are set apart
without them; where every paragraph stands between blank lines, those say nothing. A dateline or programme
lead-in also begins an item. Furniture is left out: lines and sentences of it, and by moving offsets also
what sentences begin or end with.

A heading is a line of its own that doesn't end as a sentence does: no sentence, but the best there is for a
rundown of a bulletin.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from classify.text.boilerplate import (
    end_of_lead,
    find_programme_words,
    find_tail_words,
    is_boilerplate_line,
    is_boilerplate_sentence,
    is_programme_talk,
    start_of_tail,
)
from classify.text.sentences import sentence_spans

__all__ = ["HEADING_MAX", "ITEMS_MIN", "Unit", "segmentable", "units"]

HEADING_MAX = 45
"""Characters a heading has at most; of 5,500 headlines, 99 in 100 have fewer."""
ITEMS_MIN = 3
"""Groups of paragraphs between blank lines that make them items, and the share of them (one in so many) that
must have two paragraphs or more."""
LEAD_IN_MIN = 4
"""Characters of a lead-in that begins an item."""

_ENDS = tuple("。！？!?…；;，,、：:")
_CLOSERS = "”’」』）)》】"
_SURROGATE = re.compile("[\ud800-\udfff]")


class Unit(NamedTuple):
    """A span that can be chosen, ``text[start:end]``, and its place: all numbers count from 0."""

    start: int
    end: int
    item: int
    in_item: int
    """Its number among the sentences of its item."""
    heading: bool


def units(text: str) -> list[Unit]:
    """Return sentences and headings of `text` in order, furniture left out.

    A text that is furniture altogether is taken as it stands: something is better than nothing.
    """
    found = _units(text, keep=False)
    return found or _units(text, keep=True)


def segmentable(text: str) -> str:
    """Return `text` with lone surrogates, which no segmenter takes, replaced one for one."""
    try:
        text.encode()  # takes a twentieth of the time
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def _units(text: str, *, keep: bool) -> list[Unit]:
    starts = _item_starts(text)
    spans = sentence_spans(text)  # a newline always ends a sentence
    n = len(spans)
    firsts = [a for a, _ in spans]
    spoken = set() if keep else {bisect_right(firsts, at) - 1 for at in find_programme_words(text)}
    tailed = set() if keep else {bisect_right(firsts, at) - 1 for at in find_tail_words(text)}
    out: list[Unit] = []
    item = -1
    in_item = after = i = 0
    for line in text.split("\n"):
        start, end = after, after + len(line)
        after = end + 1
        first = i
        while i < n and firsts[i] < end:
            i += 1
        if i == first:
            continue
        if start in starts and (item < 0 or in_item):
            item += 1
            in_item = 0
        body = start
        if not keep:
            if is_boilerplate_line(line.strip()):
                continue
            body = end_of_lead(text, start, end)
            if body - start >= LEAD_IN_MIN and text[start] != "【" and in_item:
                item += 1
                in_item = 0
        item = max(item, 0)
        heading = i - first == 1 and _is_heading(text, *spans[first])
        for k in range(first, i):
            a, b = spans[k]
            if not keep:
                a = max(a, body)
                if text[b - 1] in "）)" or (k == i - 1 and k in tailed):
                    b = start_of_tail(text, a, b)
                if a >= b or is_boilerplate_sentence(text, a, b):
                    continue
                if k in spoken and is_programme_talk(text, a, b):
                    continue
            out.append(Unit(a, b, item, in_item, heading))
            in_item += not heading
    return out


def _is_heading(text: str, start: int, end: int) -> bool:
    if end - start > HEADING_MAX:
        return False
    line = text[start:end]
    return not (line.endswith("——") or line.rstrip(_CLOSERS).endswith(_ENDS))


def _item_starts(text: str) -> set[int]:
    """Return where items begin by their blank lines: offsets of lines, that of the first at least."""
    firsts: list[int] = []
    together = 0  # groups of two paragraphs or more
    size = at = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            if not size:
                firsts.append(at)
            size += 1
            together += size == 2
        else:
            size = 0
        at += len(line) + 1
    if len(firsts) >= ITEMS_MIN and together * ITEMS_MIN >= len(firsts):
        return set(firsts)
    return set(firsts[:1])
