"""Column segments to stories: which segment goes on in which, decided over the whole page.

Every pair of segments gets a score, and so does every segment as the beginning and as the end of a story. The sentence
that is open at the end of a segment and the missing indent at the start of another say most; the place of the
columns, their measure and type, rules between them, and the words that both have decide where sentences end with
their column. The choice with the highest total is that of an assignment problem, solved exactly.

The scores are in steps of about one half of log-odds. They are chosen, not learned: an open sentence must outweigh any
geometry, and a lead must outweigh any likeness.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.pages.layout.blocks import DisplayGroup, Segment
    from classify.pages.layout.reading import Area, PageView

__all__ = ["chain_segments", "cut_score", "is_under", "text_likeness"]

_NO_HEAD = -2.0
"""The score of beginning a story without a headline."""

_SURE = 4.0
"""A link with this score is sure: an open sentence goes on in the next column."""

_PASSED = 3.0
"""What a headline is worth for a beginning that it is not over."""

_NEVER = -1e6
"""The score of what cannot be."""


def chain_segments(
    view: PageView, segments: Sequence[Segment], displays: Sequence[DisplayGroup]
) -> list[list[Segment]]:
    """Return the stories of a page, each as its segments in reading order."""
    n = len(segments)
    if not n:
        return []
    links = _link_scores(view, segments, displays)
    starts = np.array([_start_score(view, s, segments, displays) for s in segments])
    ends = np.array([_end_score(s) for s in segments])
    following = _best_choice(links, starts, ends)
    before = {second: first for first, second in following.items()}
    _pass_heads_back(view, segments, displays, links, starts, before)
    for _ in range(n):
        following = _best_choice(links, starts, ends)
        circle = _find_circle(following)
        if not circle:
            break
        weakest = min(circle, key=lambda k: links[k, following[k]])
        links[weakest, following[weakest]] = _NEVER
    firsts = sorted(set(range(n)) - set(following.values()), key=lambda k: _place(segments[k]))
    chains = []
    for k in firsts:
        chain = [segments[k]]
        while k in following:
            k = following[k]
            chain.append(segments[k])
        chains.append(chain)
    _find_margins(segments, following, links, starts, ends)
    return chains


def _find_margins(
    segments: Sequence[Segment],
    following: dict[int, int],
    links: NDArray[np.float64],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
) -> None:
    """Give each segment its margin: what cutting its story beside it would lose, or joining it to another one.

    Choices that change more than one link are not looked at.
    """
    last = [k for k in range(len(segments)) if k not in following]
    margins = [(a, b, links[a, b] - ends[a] - starts[b]) for a, b in following.items()]
    for first in set(range(len(segments))) - set(following.values()):
        margins += [(k, first, starts[first] + ends[k] - links[k, first]) for k in last if k != first]
    for a, b, margin in margins:
        for segment in (segments[a], segments[b]):
            segment.margin = min(segment.margin, float(margin))


def _pass_heads_back(
    view: PageView,
    segments: Sequence[Segment],
    displays: Sequence[DisplayGroup],
    links: NDArray[np.float64],
    starts: NDArray[np.float64],
    before: dict[int, int],
) -> None:
    """Raise the scores of beginnings whose headline is not over themselves.

    A headline may stand in the middle of its columns, over text that surely goes on from a segment before it; or over
    the second column and those right of it, the first column rising beside it. `before` has for each segment the one
    that seems to go on in it. In place.
    """
    covered = [any(_is_over(view, group, s) for group in displays) for s in segments]
    for group in displays:
        under = [k for k, s in enumerate(segments) if _is_over(view, group, s)]
        if not under or not group.upright:
            continue
        first = min(under, key=lambda k: segments[k].area.x0)
        source = before.get(first, -1)
        if source >= 0 and links[source, first] >= _SURE and not covered[source]:
            starts[source] += _PASSED
            continue
        head, size = group.area, segments[first].size
        for k, s in enumerate(segments):
            beside = -size <= segments[first].column.x0 - s.column.x1 <= 4 * size
            if (
                beside
                and not (covered[k] or s.is_continued)
                and s.frame == group.frame
                and abs(s.area.y0 - head.y0) <= 3 * size
                and (s.is_indented() or s.opens_article)
                and not segments[first].opens_article
                and (s.opens_article or not view.has_wall_between(s.area, head))
            ):
                starts[k] += _PASSED
                starts[first] -= _PASSED
                links[k, first] += _PASSED


def _is_over(view: PageView, group: DisplayGroup, segment: Segment) -> bool:
    """Whether a display group stands right over a segment."""
    return (
        group.upright and group.frame == segment.frame and is_under(view, group, segment.area, segment.size)
    )


def cut_score(view: PageView, a: Segment, b: Segment, likeness: float) -> float:
    """Return how much is lost when a story is cut between two segments that follow one another."""
    link = _place_score(view, a, b, (a, b), ()) + 4.0 * likeness + _type_score(a, b)
    link += _sentence_score(b, open_end=a.ends_open, full=a.is_full())
    start = 6.0 if b.opens_article else 0.5 if b.is_indented() else -3.0
    return link - _end_score(a) - start


def _place(segment: Segment) -> tuple[float, float]:
    return segment.area.y0, segment.area.x0


def _best_choice(
    links: NDArray[np.float64], starts: NDArray[np.float64], ends: NDArray[np.float64]
) -> dict[int, int]:
    """Return for each segment that goes on the one it goes on in."""
    n = len(starts)
    # Row k: segment k goes on; row n + k: k begins a story. Column n + k: k ends one.
    scores = np.full((2 * n, 2 * n), _NEVER)
    scores[:n, :n] = links
    scores[n:, n:] = 0.0
    scores[range(n, 2 * n), range(n)] = starts
    scores[range(n), range(n, 2 * n)] = ends
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return {int(r): int(c) for r, c in zip(rows, columns, strict=True) if r < n and c < n}


def _find_circle(following: dict[int, int]) -> list[int]:
    """Return segments that go on in one another for ever, if there are any."""
    for first in following:
        seen = [first]
        while (k := following.get(seen[-1], -1)) not in (-1, first) and k not in seen:
            seen.append(k)
        if following.get(seen[-1], -1) == first:
            return seen
    return []


def _start_score(
    view: PageView, segment: Segment, segments: Sequence[Segment], displays: Sequence[DisplayGroup]
) -> float:
    """Return how well a segment begins a story."""
    score = _NO_HEAD
    if segment.opens_article:
        score += 6.0
    elif segment.has_bullet:
        score += 2.0
    elif segment.is_indented():
        score += 0.5
    else:
        score -= 3.0
    score += 2.0 * any(
        p.shared_width(segment.area) > 0.5 * segment.area.width
        and 0 <= p.gap_below(segment.area) <= 2 * segment.size
        for p in view.pictures
    )
    score += max((_head_score(view, segment, segments, group) for group in displays), default=0.0)
    return score


def _head_score(view: PageView, segment: Segment, segments: Sequence[Segment], group: DisplayGroup) -> float:
    """Return how surely a display group is the headline over the beginning of a segment."""
    area, head, size = segment.area, group.area, segment.size
    if group.frame != segment.frame:
        return 0.0
    if group.upright:
        if not is_under(view, group, area, size):
            return 0.0
        first = min(
            (s.area.x0 for s in segments if s.frame == group.frame and is_under(view, group, s.area, size)),
            default=area.x0,
        )
        return 4.0 if area.x0 <= first + size else 0.0
    beside = head.shared_height(area) >= 0.3 * min(head.height, area.height)
    left = -size <= area.x0 - head.x1 <= 4 * size
    return 3.0 if beside and left and abs(area.y0 - head.y0) <= 6 * size else 0.0


def is_under(view: PageView, group: DisplayGroup, area: Area, size: float) -> bool:
    """Whether text of `size` at `area` is right under a headline, perhaps with a byline or a picture between."""
    reach = group.reach or group.area
    over = [line.area for line in group.lines if line.area.shared_width(area) > 0]
    if not over and group.reach is None:
        return False
    head = max(over, key=lambda line: line.y1, default=reach)
    return (
        head.y1 <= area.y0 + 0.5 * size
        and view.text_gap(head, area) <= 4.5 * size
        and reach.shared_width(area) > 0.3 * min(reach.width, area.width)
        and not view.has_rule_between(head, area)
    )


def _end_score(segment: Segment) -> float:
    """Return how well a segment ends a story."""
    if segment.ends_open:
        return -6.0
    if segment.is_signed or segment.jump is not None:
        return 3.0
    return 0.0 if segment.is_full() else 0.5


def _link_scores(
    view: PageView, segments: Sequence[Segment], displays: Sequence[DisplayGroup]
) -> NDArray[np.float64]:
    """Return the score of each segment going on in each other one."""
    n = len(segments)
    scores = np.full((n, n), _NEVER)
    likeness = text_likeness([s.text for s in segments])
    sizes = np.array([s.size for s in segments])
    roofs = [
        {
            k for k, group in enumerate(displays)
            if group.upright and group.frame == s.frame and is_under(view, group, s.area, s.size)
        }
        for s in segments
    ]  # fmt: skip
    for i, a in enumerate(segments):
        open_end, full, signed = a.ends_open, a.is_full(), a.is_signed
        for j, b in enumerate(segments):
            if i == j or a.frame != b.frame or abs(sizes[i] - sizes[j]) > 0.06 * sizes[i]:
                continue
            place = _place_score(view, a, b, segments, displays)
            if place <= _NEVER:
                continue
            score = place + _sentence_score(b, open_end=open_end, full=full) + 4.0 * likeness[i, j]
            if roofs[i] & roofs[j]:
                score += 2.0
            if signed or a.jump is not None:
                score -= 4.0
            if b.opens_article:
                score -= 6.0
            elif b.has_bullet and not a.has_bullet:
                score -= 3.0
            scores[i, j] = score + _type_score(a, b)
    return scores


def _sentence_score(b: Segment, *, open_end: bool, full: bool) -> float:
    """Return how well the beginning of `b` fits an end that is open or closed, full or short."""
    indented = b.is_indented() or b.has_bullet
    if open_end:
        return -6.0 if indented else 5.0
    if indented:
        return 0.0
    return -1.0 if full else -5.0


def _type_score(a: Segment, b: Segment) -> float:
    """Return how alike measure and leading of two segments are."""
    score = 0.0
    widths = a.column.width, b.column.width
    if max(widths) - min(widths) > 0.06 * max(widths):
        score -= 1.5
    if a.pitch and b.pitch and abs(a.pitch - b.pitch) > 0.06 * a.pitch:
        score -= 1.0
    if a.lines[-1].line.face != b.lines[0].line.face:
        score -= 0.5
    return score


def _place_score(
    view: PageView, a: Segment, b: Segment, segments: Sequence[Segment], displays: Sequence[DisplayGroup]
) -> float:
    """Return how well `b` is placed as what follows `a`."""
    size = a.size
    left, right = a.column, b.column
    if right.x0 >= left.x1 - size:
        return _place_right(view, a, b, segments)
    if left.shared_width(right) >= 0.5 * min(left.width, right.width):
        return _place_below(view, a, b, segments, displays)
    # From the last column of one row of columns to the first of the next.
    if b.area.y0 >= a.area.y1 - size:
        return -3.0 - 0.02 * (a.area.gap_below(b.area) + left.x0 - right.x0) / size
    return _NEVER


def _place_right(view: PageView, a: Segment, b: Segment, segments: Sequence[Segment]) -> float:
    """Return how well `b`, which is right of `a`, follows it."""
    size = a.size
    gutter = (b.column.x0 - a.column.x1) / size
    score = 2.0 if gutter <= 4.0 else 1.0 - 0.1 * gutter
    shared = a.area.shared_height(b.area)
    if shared < 0:
        score -= min(4.0, 1.0 - 0.1 * shared / size)
    score -= min(2.0, 0.03 * abs(a.area.y0 - b.area.y0) / size)
    between = sum(
        s is not a and s is not b and s.column.x0 >= a.column.x1 - size and s.column.x1 <= b.column.x0 + size
        and (s.area.shared_height(a.area) > size or s.area.shared_height(b.area) > size)
        for s in segments
    )  # fmt: skip
    score -= 1.0 * min(between, 3)
    if view.has_wall_between(a.area, b.area):
        score -= 1.2
    return score - _rules_above(view, a, b)


def _rules_above(view: PageView, a: Segment, b: Segment) -> float:
    """Return what rules say against going from `a` to `b`: rules across at a height between their beginnings.

    A story has its columns between two rules; a rule over one column only is that of a story that is dovetailed.
    """
    size = a.size
    low, high = sorted((a.area.y0, b.area.y0))
    both = a.column.joined(b.column)
    against = 0.0
    for rule in view.rules:
        if rule.width > rule.height and low + size < rule.y0 < high:
            over_upper = rule.shared_width(a.column if a.area.y0 == low else b.column)
            if over_upper > 0.5 * size and rule.y0 > min(a.area.y1, b.area.y1) - size:
                against += 1.5 if rule.shared_width(both) > 0.8 * both.width else 0.7
    return min(against, 2.0)


def _place_below(
    view: PageView, a: Segment, b: Segment, segments: Sequence[Segment], displays: Sequence[DisplayGroup]
) -> float:
    """Return how well `b`, which shares its column with `a`, follows it."""
    size = a.size
    if a.area.gap_below(b.area) < -size:
        return _NEVER
    score = 2.5 - 0.15 * max(0.0, view.text_gap(a.area, b.area)) / size
    if view.has_rule_between(a.area, b.area):
        score -= 5.0
    strip = a.column.joined(b.column)
    for other in segments:
        if other is not a and other is not b and other.column.shared_width(strip) > 0.5 * other.column.width:
            score -= 2.0 * (other.area.y0 >= a.area.y1 - size and other.area.y1 <= b.area.y0 + size)
    for group in displays:
        head = group.area
        if head.y0 >= a.area.y1 - size and head.y1 <= b.area.y0 + size and head.shared_width(strip) > size:
            score -= 2.5
    return score


def text_likeness(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the cosine of each two texts, 0–1, over their character pairs, rare pairs counting more."""
    grams = [Counter(text[k : k + 2] for k in range(len(text) - 1)) for text in texts]
    spread = Counter(pair for counts in grams for pair in counts)
    shared = [pair for pair, n in spread.items() if n > 1]
    column = {pair: k for k, pair in enumerate(shared)}
    n = len(texts)
    matrix = np.zeros((n, max(1, len(shared))))
    norms = np.zeros(n)
    for row, counts in enumerate(grams):
        for pair, times in counts.items():
            weight = (1 + math.log(times)) * math.log((n + 1) / spread[pair])
            norms[row] += weight * weight
            if pair in column:
                matrix[row, column[pair]] = weight
    matrix /= np.sqrt(np.maximum(norms, 1e-9))[:, None]
    found: NDArray[np.float64] = matrix @ matrix.T
    return found
