"""Text to units: the sentences and headings a summary can choose from.

A line is a paragraph, and sentences never cross lines. Two things beyond sentences matter for news:

- **Items.** A bulletin is several reports in one text. `outline` finds where they begin. A dateline or programme
  lead-in also begins an item.
- **Boilerplate.** Bylines, datelines, credits, captions and announcements are not part of the report. Whole
  lines and sentences are dropped; leads and tails are cut off by moving the offsets of a sentence.

A heading (`outline`) is no sentence, but it is the best line for a rundown of a bulletin. Its number, its bullet and
its full stop are layout, and left out.

Flow: `wrapping.unwrap` -> `text_units` -> `reading.read_words`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from classify.summarizer.outline import RULE, OutlineLine, find_outline, read_marks
from classify.text.boilerplate import (
    end_of_lead,
    find_boilerplate_words,
    is_boilerplate_line,
    is_boilerplate_sentence,
    is_notice,
    is_programme_talk,
    start_of_tail,
)
from classify.text.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LEAD_IN_MIN", "TextUnit", "find_opening_quotations", "read_lines", "text_units"]

LEAD_IN_MIN = 4
"""Characters of a lead-in that begins an item. Chosen."""

_CLOSER_OF = dict(zip('“「『"', '”」』"', strict=True))


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
    spans = sentence_spans(text)
    starts = [start for start, _ in spans]
    suspected: set[int] = set()
    if not keep_boilerplate:
        # The words that announcements, notices and tails contain are searched once in the whole text: most sentences
        # have none, and then need no pattern of their own.
        suspected = {bisect_right(starts, at) - 1 for at in find_boilerplate_words(text)}

    lines, sentences = read_lines(text, spans, keep_boilerplate=keep_boilerplate)
    outline = find_outline(text, lines)
    units: list[TextUnit] = []
    item, position = 0, 0  # position: sentences so far in this item
    for i, line in enumerate(lines):
        body_start = line.start
        is_lead = False
        if not keep_boilerplate:
            body_start = end_of_lead(text, line.start, line.end)
            # 【…】 tags a paragraph, often one inside an item.
            is_lead = body_start - line.start >= LEAD_IN_MIN and text[line.start] != "【"
        if position and (is_lead or i in outline.item_starts):
            item, position = item + 1, 0

        is_heading = i in outline.headings
        for k in sentences[i]:
            start, end = spans[k]
            if start < body_start:
                start = body_start
            if not keep_boilerplate:
                # At the end of a line a tail shows by its words, elsewhere only by the bracket it ends with.
                if text[end - 1] in "）)" or (k == sentences[i][-1] and k in suspected):
                    end = start_of_tail(text, start, end)
                if start < end and is_boilerplate_sentence(text, start, end):
                    continue
                if k in suspected and (is_programme_talk(text, start, end) or is_notice(text, start, end)):
                    continue
            if start >= end:
                continue
            if is_heading and text[end - 1] == "。":
                end -= 1  # set as a heading, so the mark is one of layout
            units.append(TextUnit(start, end, item, position, is_heading))
            position += not is_heading
    return units


def read_lines(
    text: str, spans: Sequence[tuple[int, int]], *, keep_boilerplate: bool
) -> tuple[list[OutlineLine], list[range]]:
    """Return the lines that are not blank, and the numbers of the sentences of each; no lines of boilerplate."""
    lines: list[OutlineLine] = []
    sentences: list[range] = []
    starts = [start for start, _ in spans]
    line_end = -1
    after = 0  # number of the first sentence after the line
    n_blank, mark = 0, ""
    for line in text.split("\n"):
        line_end += 1 + len(line)
        first, after = after, bisect_left(starts, line_end, after)
        if after == first:
            n_blank += 1
            continue
        start, end = spans[first][0], spans[after - 1][1]
        if not keep_boilerplate and is_boilerplate_line(text[start:end]):
            mark = "" if any(map(str.isalnum, text[start:end])) else RULE
            continue
        lines.append(OutlineLine(start, end, n_blank, after == first + 1, mark))
        sentences.append(range(first, after))
        n_blank, mark = 0, ""
    return read_marks(text, lines), sentences


def find_opening_quotations(text: str, units: Sequence[TextUnit]) -> list[int]:
    """Return the numbers of the units that are quotations before any other sentence of their item.

    A quotation is a sentence that begins with speech in quotation marks, which makes up most of it.

    >>> text = "“水来了！”何满仓站在渠边。“快去看！”"
    >>> find_opening_quotations(text, text_units(text))
    [0]
    """
    found: list[int] = []
    is_opening = False
    for i, unit in enumerate(units):
        if not unit.position:
            is_opening = True
        if not is_opening or unit.is_heading:
            continue
        closer = _CLOSER_OF.get(text[unit.start])
        close = text.find(closer, unit.start + 1, unit.end) if closer else -1
        is_opening = 2 * (close - unit.start) > unit.end - unit.start
        if is_opening:
            found.append(i)
    return found
