"""Articles that go on on another page of the file (下转第2版, 上接第1版).

A part that ends with a jump and a part that begins with 上接 are joined where they share the most words, each at most
once; a file with one of each on different pages has no choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.optimize import linear_sum_assignment

from classify.pages.layout.links import text_likeness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.layout.stories import Story

__all__ = ["goes_on", "join_jumps"]


def join_jumps(pages: Sequence[list[Story]]) -> None:
    """Join the parts of the stories of a file that jump, in place: the later part goes to the page of the first."""
    firsts = [(k, s) for k, page in enumerate(pages) for s in page if goes_on(s)]
    seconds = [(k, s) for k, page in enumerate(pages) for s in page if s.segments[0].is_continued]
    if not firsts or not seconds:
        return
    texts = ["".join(segment.text for segment in s.segments) for _, s in [*firsts, *seconds]]
    likeness = text_likeness(texts)[: len(firsts), len(firsts) :]
    for i, (page, _) in enumerate(firsts):
        for j, (other, _) in enumerate(seconds):
            likeness[i, j] += 1.0 if other > page else -9.0
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    for i, j in zip(rows, columns, strict=True):
        if likeness[i, j] > 0:
            _join(firsts[i][1], seconds[j][1])
            pages[seconds[j][0]].remove(seconds[j][1])


def goes_on(story: Story) -> bool:
    """Whether a story ends with 下转第2版 or the like, and its other part is not yet found."""
    return story.segments[-1].jump is not None


def _join(first: Story, second: Story) -> None:
    """Add the parts of `second` to `first`. A headline of `second` only repeats that of `first`."""
    opening = second.segments[0]
    if len(opening.lines) > 1 and opening.lines[0].text.rstrip()[-1:] in "）)版":
        first.jump_lines.append(opening.lines.pop(0))
        opening.subheads = {k - 1 for k in opening.subheads}
        opening.changed()
    if second.group is not None:
        first.jump_lines += second.group.lines
    first.segments += second.segments
    first.bylines += second.bylines
    first.captions += second.captions
