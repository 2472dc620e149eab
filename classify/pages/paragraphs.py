"""Set lines back to the writer's paragraphs.

Inside a run of lines a paragraph ends at a line that stops at a terminator short of the column's width.
Between runs (a blank line) it ends unless the text before stops inside a sentence: then the blank line was
a column break. The points of a list are paragraphs, also after its colon, and so are subheads and the day
under a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.pages.furniture import is_day
from classify.pages.healing import ends_open, is_latin, join
from classify.pages.line_flags import UNWRAPPED_CELLS
from classify.text.characters import BLANK, BULLETS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from classify.pages.units import Setting

__all__ = ["to_paragraphs"]

SHORT_BY = 1.6
"""A line this many cells short of its column's width did not have to end there."""
ASIDE = 14
"""Characters of a last line that may be no more than an aside in brackets."""
_POINTS = tuple(BULLETS)
_INDENTS = ("　　", "    ")


def to_paragraphs(runs: Sequence[Setting], subheads: Collection[int] = ()) -> list[str]:
    """Return the paragraphs of a body given as runs of set lines; none is empty.

    `subheads` are the numbers of the runs that are paragraphs of their own.
    """
    paragraphs: list[list[str]] = []
    may_go_on = False
    for k, run in enumerate(runs):
        pieces = run.healed
        if not pieces:
            continue
        ends = [*_breaks(run), len(pieces)]
        start = 0
        if k in subheads:
            ends = [len(pieces)]
        elif (
            may_go_on
            and not run.set[0].lstrip(BLANK).startswith(_POINTS)
            and _open(paragraphs[-1])
            and not (len(pieces) == 1 and is_day(pieces[0]))
        ):
            start = ends.pop(0)
            paragraphs[-1] += pieces[:start]
        for end in ends:
            paragraphs.append(list(pieces[start:end]))
            start = end
        may_go_on = k not in subheads
    return [p for p in (join(lines).strip(BLANK) for lines in paragraphs) if p]


def _breaks(run: Setting) -> list[int]:
    """Return the lines of a run, but the first, with which a paragraph begins."""
    pieces, sizes, printed = run.healed, run.sizes, run.set
    width = max(sizes)
    wrapped = width <= UNWRAPPED_CELLS
    full = width - SHORT_BY if wrapped else width + 1
    # A line that was healed is another string; where it wasn't, nothing is indented.
    may_end = [
        i
        for i in range(1, len(sizes))
        if sizes[i - 1] < full or (printed[i] is not pieces[i] and printed[i].startswith(_INDENTS))
    ]
    return [
        i for i in may_end if not (_open(pieces[max(0, i - 2) : i]) or (wrapped and _is_ragged(pieces, i)))
    ]


def _is_ragged(pieces: Sequence[str], i: int) -> bool:
    """Whether the first word of Latin line `i` had no room in the line before."""
    if not is_latin(pieces[i]):
        return False
    return len(pieces[i - 1]) + len(pieces[i].split(None, 1)[0]) >= max(map(len, pieces))


def _open(pieces: Sequence[str]) -> bool:
    """Whether a paragraph stops inside a sentence; a short last line (（笑）) is read with the one before."""
    last = pieces[-1]
    if len(last) <= ASIDE and len(pieces) > 1:
        last = join([pieces[-2][-ASIDE:], last])
    return ends_open(last)
