"""Text to units: the sentences and headings a summary can choose from.

A line is a paragraph, and sentences never cross lines. Two things beyond sentences matter for news:

- **Items.** A bulletin is several reports in one text. Blank lines separate items when paragraphs inside an
  item are *not* separated by blank lines; where every paragraph has blank lines around it, they say nothing.
  A dateline or programme lead-in also begins an item.
- **Boilerplate.** Bylines, datelines, credits, captions and announcements are not part of the report. Whole
  lines and sentences are dropped; leads and tails are cut off by moving the offsets of a sentence.

A heading is a line of its own that does not end as a sentence does. It is no sentence, but it is the best line
for a rundown of a bulletin.

Flow: `wrapping.unwrap` -> `text_units` -> `reading.read_words`.
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

__all__ = ["ITEMS_MIN", "LEAD_IN_MIN", "TextUnit", "text_units"]

ITEMS_MIN = 3
"""Groups of paragraphs between blank lines from which the groups are items, and the inverse of the share of them
that must have two paragraphs or more. Chosen."""
LEAD_IN_MIN = 4
"""Characters of a lead-in that begins an item. Chosen."""

# A line that ends like this is no heading.
# Matches 县里备好了苗木。” and 记者获悉：, and not 苗木从哪里来 or 苗木够用（图）.
_SENTENCE_END = re.compile("[。！？!?…；;，,、：:][”’」』）)》】]*\\Z|——\\Z")


class TextUnit(NamedTuple):
    """A sentence or heading, ``text[start:end]``, and its place in the text. All numbers count from 0.

    >>> TextUnit(start=0, end=5, item=0, position=0, is_heading=False).item
    0
    """

    start: int
    end: int
    item: int
    """Number of its item in the text."""
    position: int
    """Number of sentences of its item before it."""
    is_heading: bool


def text_units(text: str) -> list[TextUnit]:
    """Return the sentences and headings of `text` in order, without boilerplate.

    Parameters
    ----------
    text : str
        Paragraphs on lines of their own; see `wrapping.unwrap` for text with line ends inside sentences.

    Returns
    -------
    list of TextUnit
        They do not overlap. A text that is boilerplate altogether is returned whole: something is better
        than nothing. Empty only for blank text.

    Examples
    --------
    >>> text = "造林二十万亩\\n本报讯（记者岑雨桐）柳湾开始造林。苗木来自石泉。\\n责任编辑：岑雨桐"
    >>> [(text[u.start : u.end], u.is_heading) for u in text_units(text)]
    [('造林二十万亩', True), ('柳湾开始造林。', False), ('苗木来自石泉。', False)]
    """
    return _find_units(text, keep_boilerplate=False) or _find_units(text, keep_boilerplate=True)


def _find_units(text: str, *, keep_boilerplate: bool) -> list[TextUnit]:
    item_starts = _item_starts(text)
    spans = sentence_spans(text)
    starts = [start for start, _ in spans]
    announcing: set[int] = set()
    with_tail: set[int] = set()
    if not keep_boilerplate:
        # The words that announcements and tails contain are searched once in the whole text: most sentences
        # have none, and then need no pattern of their own.
        announcing = {bisect_right(starts, at) - 1 for at in find_programme_words(text)}
        with_tail = {bisect_right(starts, at) - 1 for at in find_tail_words(text)}

    units: list[TextUnit] = []
    item, position = -1, 0  # position: sentences so far in this item
    line_end = -1
    after_line = 0  # number of the first sentence after the line
    for line in text.split("\n"):
        line_start, line_end = line_end + 1, line_end + 1 + len(line)
        first = after_line
        while after_line < len(spans) and starts[after_line] < line_end:
            after_line += 1
        if after_line == first:
            continue  # a blank line

        if line_start in item_starts and (item < 0 or position):
            item, position = item + 1, 0
        body_start = line_start
        if not keep_boilerplate:
            if is_boilerplate_line(line.strip()):
                continue
            body_start = end_of_lead(text, line_start, line_end)
            # 【…】 tags a paragraph, often one inside an item.
            if position and body_start - line_start >= LEAD_IN_MIN and line[0] != "【":
                item, position = item + 1, 0
        item = max(item, 0)

        is_heading = False
        if after_line == first + 1:
            only = text[slice(*spans[first])]
            # Of 5,500 headlines 99 in 100 have at most 45 characters.
            is_heading = len(only) <= 45 and not _SENTENCE_END.search(only)
        for k in range(first, after_line):
            start, end = spans[k]
            if not keep_boilerplate:
                start = max(start, body_start)
                # At the end of a line a tail shows by its words, elsewhere only by the bracket it ends with.
                if text[end - 1] in "）)" or (k == after_line - 1 and k in with_tail):
                    end = start_of_tail(text, start, end)
                if start >= end or is_boilerplate_sentence(text, start, end):
                    continue
                if k in announcing and is_programme_talk(text, start, end):
                    continue
            units.append(TextUnit(start, end, item, position, is_heading))
            position += not is_heading
    return units


def _item_starts(text: str) -> set[int]:
    """Return the offsets of the lines that begin items by their blank lines; always that of the first line."""
    group_starts: list[int] = []
    n_with_two = 0  # groups of two paragraphs or more
    size = offset = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            if not size:
                group_starts.append(offset)
            size += 1
            n_with_two += size == 2
        else:
            size = 0
        offset += len(line) + 1
    if len(group_starts) >= ITEMS_MIN and n_with_two * ITEMS_MIN >= len(group_starts):
        return set(group_starts)
    return set(group_starts[:1])
