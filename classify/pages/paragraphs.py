"""Set lines back to the writer's paragraphs.

Inside a run of lines a paragraph ends at a line that stops at a terminator short of the column's width. Between runs
(a blank line) it ends unless the text before stops inside a sentence: then the blank line was a column break.
"""

from __future__ import annotations

from classify.pages.lines import ends_open, heal
from classify.text.characters import BLANK, cells

__all__ = ["to_paragraphs"]

SHORT_BY = 1.6
"""A line this many cells short of its column's width did not have to end there."""


def to_paragraphs(runs: list[list[str]]) -> list[str]:
    """Return the paragraphs of a body given as runs of set lines; none is empty."""
    paragraphs: list[list[str]] = []
    for run in runs:
        if not run:
            continue
        joins = bool(paragraphs) and ends_open(paragraphs[-1][-1])
        if not joins:
            paragraphs.append([])
        sizes = [cells(line) for line in run]
        width = max(sizes)
        for i, line in enumerate(run):
            paragraphs[-1].append(line)
            if i + 1 < len(run) and not ends_open(line):
                indented = run[i + 1].startswith(("　　", "    ")) or width > 48
                if indented or sizes[i] < width - SHORT_BY:
                    paragraphs.append([])
    return [p for p in (heal(lines).strip(BLANK) for lines in paragraphs) if p]
