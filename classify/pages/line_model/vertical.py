"""Vertically set text, which extractors give with one character on each line, to lines that can be read.

The characters of the columns follow one another, and nothing shows where a column ended. So such a run is cut where the
text itself shows a new beginning: after each sentence, before a bullet and before a lead. What stands between
the end of a sentence and a lead is then a line of its own, as a headline is on other pages.

A vertical headline on a page of horizontal text is short and has no full stop; it stays as it is.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from classify.text.bylines import parse_lead
from classify.text.characters import BULLETS, CLOSERS, HAN, TERMINATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["join_vertical"]

_LEAST = 60
"""Lines of a run at least: a vertical headline, its kicker and its byline have fewer. Chosen."""

_LONGEST, _MOST_HAN = 12, 4
"""Characters at most, and Chinese ones among them, of a line inside a run that is more than one character. Chosen."""
_HAN = re.compile(f"[{HAN}]")

_SENTENCE = re.compile(f"[^{TERMINATORS}]*[{TERMINATORS}]+[{CLOSERS}]*|[^{TERMINATORS}]+$")
# The characters with which a lead inside a sentence may begin.
_LEAD = re.compile("[本新据據中（(]")


def join_vertical(texts: Sequence[str]) -> list[list[int]] | None:
    """Return which lines of a page are one line of vertical text.

    Parameters
    ----------
    texts : sequence of str
        The lines of a page, blank ones included.

    Returns
    -------
    list of list of int, or None
        Groups of indices in order; each joined group is to be read as one line. None where no text is vertical.

    >>> text = "本报讯昨日水库蓄水。" * 9
    >>> groups = join_vertical(list(text))
    >>> ["".join(text[i] for i in group) for group in groups[:2]]
    ['本报讯昨日水库蓄水。', '本报讯昨日水库蓄水。']
    >>> join_vertical(["水库", "蓄水。"]) is None
    True
    """
    if sum(len(text) <= 1 for text in texts) < _LEAST:
        return None
    groups: list[list[int]] = []
    run: list[int] = []
    found = False
    for i in [*range(len(texts)), -1]:
        text = texts[i].strip() if i >= 0 else ""
        if i >= 0 and (len(text) == 1 or (run and _is_piece(text))):
            run.append(i)
        elif i >= 0 and not text and run:
            run.append(i)  # blank lines inside a run say nothing
        else:
            joined = "".join([texts[k].strip() for k in run])
            if len(run) >= _LEAST and any(c in TERMINATORS for c in joined):
                found = True
                groups += _cut([k for k in run if texts[k].strip()], texts)
            else:
                groups += [[k] for k in run]
            run = []
            if i >= 0:
                groups.append([i])
    return groups if found else None


def _is_piece(text: str) -> bool:
    """Return whether a line can stand in a run of single characters: a number, or a mark, with what it was set beside.

    >>> _is_piece("2024年 3月"), _is_piece("办、西"), _is_piece("要闻")
    (True, True, False)
    """
    return 0 < len(text) <= _LONGEST and len(_HAN.findall(text)) <= _MOST_HAN and not text.isalpha()


def _cut(run: Sequence[int], texts: Sequence[str]) -> list[list[int]]:
    """Cut a run of characters into sentences, and before bullets and leads."""
    pieces = [texts[k].strip() for k in run]
    text = "".join(pieces)
    line_of = [k for k, piece in zip(run, pieces, strict=True) for _ in piece]
    text_ends = {line: k + 1 for k, line in enumerate(line_of)}
    cuts = {0, len(text)}
    for sentence in _SENTENCE.finditer(text):
        cuts.add(sentence.end())
        if parse_lead(text[sentence.start() : sentence.start() + 80]) is not None:
            continue
        for m in _LEAD.finditer(text, sentence.start() + 2, min(sentence.end(), sentence.start() + 60)):
            lead = parse_lead(text[m.start() : m.start() + 80])
            if lead is not None and (lead.named or (lead.byline.source and lead.dateline.date)):
                cuts.add(m.start())
                break
    cuts |= {i for i, c in enumerate(text) if c in BULLETS}
    # A cut inside a line is made after it.
    cuts = {k if k in (0, len(text)) or line_of[k] != line_of[k - 1] else text_ends[line_of[k]] for k in cuts}
    order = sorted(cuts)
    return [
        list(dict.fromkeys(line_of[a:b])) for a, b in pairwise(order) if a < b
    ]  # fmt: skip
