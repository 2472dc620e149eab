"""Runs of printed lines to the writer's paragraphs.

Paragraphs carry no mark once the indents are lost, so they are found from widths:

* inside a run of lines a paragraph ends at a line that stops at the end of a sentence, short of its column;
* between two runs (a blank line) it ends, unless the text before stops inside a sentence. Then the blank line
  is a column break.

List points are paragraphs also after a colon, and so are subheads and the day under a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.pages.furniture import is_day
from classify.pages.line_flags import COLUMN_SLACK, UNWRAPPED_CELLS
from classify.pages.printed import ends_open, is_latin, join
from classify.text.characters import BLANK, BULLETS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from classify.pages.printed import PrintedLines

__all__ = ["to_paragraphs"]

_INDENTS = ("　　", "    ")
"""Two squares of blanks: the first line of a paragraph begins with them, where they are kept."""


_FEWEST_UNWRAPPED = 3
"""Lines from which a run without a line that stops inside a sentence was never wrapped. Chosen: in wrapped text one
line of twenty or so ends with its sentence, so one of two may, and two of three hardly ever do."""


def to_paragraphs(runs: Sequence[PrintedLines], own: Collection[int] = ()) -> list[str]:
    """Return the paragraphs of a body; none is empty.

    Parameters
    ----------
    runs : sequence of PrintedLines
        The body in reading order, one item for each run of lines.
    own : collection of int
        Indices of the runs that are paragraphs of their own, such as subheads.

    >>> from classify.pages.printed import PrintedLines
    >>> to_paragraphs([PrintedLines.of(["清淤开始了，全长"]), PrintedLines.of(["十一公里。"])])
    ['清淤开始了，全长十一公里。']
    >>> to_paragraphs([PrintedLines.of(["清淤开始了。"]), PrintedLines.of(["全长十一公里。"])])
    ['清淤开始了。', '全长十一公里。']
    >>> to_paragraphs([PrintedLines.of(["清淤开始了吗？", "开始了。", "有多长？"])])
    ['清淤开始了吗？', '开始了。', '有多长？']
    """
    paragraphs: list[list[str]] = []
    may_continue = False
    for k, run in enumerate(runs):
        pieces = run.healed
        if not pieces:
            continue
        start = 0
        if k in own:
            ends = [len(pieces)]
        else:
            ends = [*_paragraph_starts(run), len(pieces)]
            if (
                may_continue
                and _stops_inside(paragraphs[-1])
                and not run.printed[0].startswith(_INDENTS)
                and run.printed[0].lstrip(BLANK)[:1] not in BULLETS
                and not (len(pieces) == 1 and is_day(pieces[0]))
            ):
                start = ends.pop(0)
                paragraphs[-1] += pieces[:start]
        for end in ends:
            paragraphs.append(list(pieces[start:end]))
            start = end
        may_continue = k not in own
    return [p for p in (join(lines).strip(BLANK) for lines in paragraphs) if p]


def _paragraph_starts(run: PrintedLines) -> list[int]:
    """Return the indices of the lines of a run, but the first, with which a paragraph begins."""
    pieces, widths, printed = run.healed, run.widths, run.printed
    if len(widths) == 1:
        return []
    width = max(widths)
    # In text that was never wrapped every line is a paragraph: its lines are long, or they all end with a sentence.
    wrapped = width <= UNWRAPPED_CELLS and (
        len(pieces) < _FEWEST_UNWRAPPED
        or any(_stops_inside(pieces[max(0, i - 2) : i]) for i in range(1, len(pieces)))
    )
    full = width - COLUMN_SLACK if wrapped else width + 1
    # An indented line is not the same string once it is healed; that test is the cheaper one.
    may_start = [
        i
        for i in range(1, len(widths))
        if widths[i - 1] < full or (printed[i] is not pieces[i] and printed[i].startswith(_INDENTS))
    ]
    longest = max(map(len, pieces))
    return [
        i
        for i in may_start
        if printed[i].startswith(_INDENTS)
        or (i == len(pieces) - 1 and is_day(pieces[i]))
        or not (_stops_inside(pieces[max(0, i - 2) : i]) or (wrapped and _is_ragged(pieces, i, longest)))
    ]


def _is_ragged(pieces: Sequence[str], i: int, longest: int) -> bool:
    """Return whether the first word of Latin line `i` had no room in the line before."""
    if not is_latin(pieces[i]):
        return False
    return len(pieces[i - 1]) + len(pieces[i].split(None, 1)[0]) >= longest


def _stops_inside(pieces: Sequence[str]) -> bool:
    """Return whether lines stop inside a sentence. A short last line (（笑）) is read with the one before it."""
    last = pieces[-1]
    if len(last) <= 14 and len(pieces) > 1:  # 14: a bracketed aside as `_ASIDE` has it
        last = join([pieces[-2][-14:], last])
    return ends_open(last)
