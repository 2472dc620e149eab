"""Set lines back to the writer's paragraphs.

Inside a run of lines a paragraph ends at a line that stops at a terminator short of the column's width.
Between runs (a blank line) it ends unless the text before stops inside a sentence: then the blank line was
a column break.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.pages.healing import ends_open, join
from classify.pages.looks import UNWRAPPED_CELLS
from classify.text.characters import BLANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.lines import Setting

__all__ = ["to_paragraphs"]

SHORT_BY = 1.6
"""A line this many cells short of its column's width did not have to end there."""
_INDENTS = ("　　", "    ")


def to_paragraphs(runs: Sequence[Setting]) -> list[str]:
    """Return the paragraphs of a body given as runs of set lines; none is empty."""
    paragraphs: list[list[str]] = []
    for run in runs:
        pieces, sizes = run.healed, run.sizes
        if not pieces:
            continue
        start = 0
        width = max(sizes)
        breaks: list[int] = []
        for i in range(len(pieces) - 1):
            short = sizes[i] < width - SHORT_BY or width > UNWRAPPED_CELLS
            if (short or run.set[i + 1].startswith(_INDENTS)) and not ends_open(pieces[i]):
                breaks.append(i + 1)
        for end in [*breaks, len(pieces)]:
            if start == 0 and paragraphs and ends_open(paragraphs[-1][-1]):
                paragraphs[-1] += pieces[:end]
            else:
                paragraphs.append(list(pieces[start:end]))
            start = end
    return [p for p in (join(lines).strip(BLANK) for lines in paragraphs) if p]
