"""Which display group belongs to which story, and which of its lines are kicker, headline and deck.

A headline is over the columns of its story, in the middle of them, or, set vertically, at their side. Each group goes
to one story and each story gets one group at most; the choice with the highest total score is taken. The scores are
chosen: place counts most, and the words of headline and story decide between two places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from classify.pages.headlines import Headlines, join_display
from classify.pages.layout.links import is_under
from classify.pages.layout.reading import joined_areas
from classify.text.characters import BULLETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.layout.blocks import DisplayGroup, Segment
    from classify.pages.layout.flow import Flow
    from classify.pages.layout.reading import PageView, PlacedLine

__all__ = ["cut_at_heads", "match_heads", "read_display"]

_ENOUGH = 1.5
"""A group with a lower score for its best story belongs to none: an advertisement, or the name of a section."""

_STEP = 2.0
"""Scores of headlines are in steps of about one half of log-odds. Chosen."""

_SAME_SIZE = 0.06
"""Lines of a headline have one size within this share. Chosen."""


def match_heads(
    view: PageView, stories: Sequence[Sequence[Segment]], groups: Sequence[DisplayGroup]
) -> dict[int, int]:
    """Return for each story that has a display group the index of the group."""
    return _Scores(view).match(stories, groups)


def cut_at_heads(view: PageView, flow: Flow, groups: Sequence[DisplayGroup]) -> list[list[Segment]]:
    """Return the stories of a flow, those cut in two that have two headlines.

    Where every end of a column is the end of a sentence, a story may have run on into the next one. The headline that
    is left over shows it.
    """
    stories, score = list(flow.chains), _Scores(view)
    for _ in range(len(groups)):
        matched = score.match(stories, groups)
        free = [g for k, g in enumerate(groups) if k not in matched.values()]
        best: tuple[float, int, int] | None = None
        for k, story in enumerate(stories):
            if k not in matched:
                continue
            own = groups[matched[k]]
            for group in free:
                before = score(story, own)
                for cut in range(1, len(story)):
                    front, back = story[:cut], story[cut:]
                    ways = (
                        score(front, own) + score(back, group),
                        score(front, group) + score(back, own),
                    )
                    gain = max(ways) - before - _STEP * flow.cut_score(story[cut - 1], story[cut])
                    if gain > 0 and (best is None or gain > best[0]):
                        best = gain, k, cut
        if best is None:
            break
        _, k, cut = best
        stories[k : k + 1] = [stories[k][:cut], stories[k][cut:]]
    return stories


class _Scores:
    """Scores of the stories and display groups of a page, each worked out once: most are asked for many times.

    Stories, groups and their texts must stay as they are.
    """

    def __init__(self, view: PageView) -> None:
        self._view = view
        self._known: dict[tuple[int, ...], float] = {}

    def __call__(self, story: Sequence[Segment], group: DisplayGroup) -> float:
        """Return how surely a display group is the headline of a story."""
        key = (id(group), *map(id, story))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _score(self._view, story, group)
        return found

    def match(self, stories: Sequence[Sequence[Segment]], groups: Sequence[DisplayGroup]) -> dict[int, int]:
        """Return for each story that has a display group the index of the group."""
        if not stories or not groups:
            return {}
        scores = np.array([[self(story, group) for group in groups] for story in stories])
        rows, columns = linear_sum_assignment(np.where(scores >= _ENOUGH, scores, 0.0), maximize=True)
        return {int(r): int(c) for r, c in zip(rows, columns, strict=True) if scores[r, c] >= _ENOUGH}


def _score(view: PageView, story: Sequence[Segment], group: DisplayGroup) -> float:
    """Return how surely a display group is the headline of a story."""
    if story[0].frame != group.frame:
        return -9.0
    size, head = story[0].size, group.area
    whole = joined_areas([segment.area for segment in story])
    words = 4.0 * _shared_pairs(group.text, "".join(segment.text for segment in story))
    if not group.upright:
        shared = whole.shared_height(head) / max(1.0, min(whole.height, head.height))
        beside = [s for s in story if s.area.shared_height(head) > size]
        nearest = min((max(s.column.x0 - head.x1, head.x0 - s.column.x1) for s in beside), default=99 * size)
        if shared <= 0 or nearest > 5 * size:
            return -9.0 + words
        return 4.0 * shared - 0.3 * max(0.0, nearest / size - 1) + words
    if is_under(view, group, story[0].area, size):
        return 5.0 + words - 0.2 * max(0.0, head.gap_below(story[0].area) / size)
    if any(is_under(view, group, s.area, size) for s in story):
        return 3.5 + words
    if whole.holds(head, 2 * size):
        return 3.0 + words
    opening = story[0].area
    apart = max(head.x0 - opening.x1, opening.x0 - head.x1)
    if -size <= apart <= 4 * size and abs(opening.y0 - head.y0) <= 3 * size:
        wall = view.has_wall_between(*sorted((head, opening), key=lambda area: area.x0))
        return (1.5 if wall else 2.5) + words
    gap = max(head.gap_below(whole), whole.gap_below(head)) / size
    if head.shared_width(whole) <= 0 or gap > 12:
        return -9.0 + words
    return 1.0 - 0.3 * gap + words


def _shared_pairs(text: str, body: str) -> float:
    """Return the share of the character pairs of `text` that `body` has, 0–1."""
    pairs = {text[k : k + 2] for k in range(len(text) - 1)}
    return sum(pair in body for pair in pairs) / len(pairs) if pairs else 0.0


def read_display(group: DisplayGroup) -> Headlines:
    """Return kicker, headline and deck of a display group by type size and place.

    The lines of the largest type are the headline; smaller ones before are the kicker, after it the deck.
    """
    lines = sorted(group.lines, key=lambda line: (line.own.y0, line.own.x0))
    largest = max(line.size for line in lines)
    main = [k for k, line in enumerate(lines) if line.size >= (1 - _SAME_SIZE) * largest]
    first, last = main[0], main[-1]
    marked = [k for k, line in enumerate(lines) if line.text[:1] in BULLETS]
    if marked:  # the headline of a brief under the rubric of all
        first, last = marked[0], len(lines) - 1
    return Headlines(
        _join_rows(lines[first : last + 1]).lstrip(BULLETS),
        " ".join(join_display([line.text]) for line in lines[:first]),
        _join_rows(lines[last + 1 :]).lstrip("—"),
    )


def _join_rows(lines: Sequence[PlacedLine]) -> str:
    """Return display lines as one; the halves of a line that is set with a wide blank keep a blank."""
    rows: list[str] = []
    for k, line in enumerate(lines):
        if k and abs(line.own.y0 - lines[k - 1].own.y0) <= 0.3 * line.size:
            rows[-1] += " " + line.text
        else:
            rows.append(line.text)
    return join_display(rows)
