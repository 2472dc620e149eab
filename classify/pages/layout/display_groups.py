"""Display lines that are set together: groups, what of the text belongs to them, and which of them are subheads."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from classify.pages.layout.blocks import DisplayGroup, NamedLines, Segment
from classify.pages.layout.reading import Area, PageView, PlacedLine, joined_areas
from classify.pages.layout.segments import is_plain
from classify.text.bylines import (
    parse_credit,
    parse_lead,
)
from classify.text.characters import BULLETS, TERMINATORS

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = [
    "headlines_by_words",
    "headlines_of_body_size",
    "join_halves",
    "take_small_displays",
    "take_subheads",
    "to_groups",
    "widen_reach",
]


def headlines_of_body_size(
    segments: list[Segment], faces: set[str]
) -> tuple[list[Segment], list[PlacedLine]]:
    """Take short segments in another face off the segments: small headlines, kickers and decks."""
    rest, lines = [], []
    for segment in segments:
        plain = any(is_plain(line, faces) for line in segment.lines)
        sentence = any(mark in segment.text for mark in "。；") or segment.text[-1:] in "！？，…"
        named = segment.opens_article or parse_credit(segment.text) is not None
        if plain or len(segment.lines) > 3 or sentence or named:
            rest.append(segment)
        else:
            lines += segment.lines
    return rest, lines


def headlines_by_words(
    segments: Sequence[Segment], bylines: Sequence[NamedLines]
) -> tuple[list[Segment], list[PlacedLine]]:
    """Take headlines of body size off the segments of a page whose typefaces are not known, as of OCR.

    No paragraph ends without a mark. Lines that do, and after which a paragraph begins, are a headline or a subhead:
    the headline of a brief where they begin with a bullet, and of an article where a byline or a lead is under them.
    """
    rest: list[Segment] = []
    headlines: list[PlacedLine] = []
    for segment in segments:
        taken = _unended_lines(segment)
        if len(taken) == len(segment.lines) and not _is_over_text(segment, segments, bylines):
            taken = set()
        if not taken:
            rest.append(segment)
            continue
        headlines += [segment.lines[k] for k in sorted(taken)]
        bounds = [-1, *sorted(taken), len(segment.lines)]
        for before, after in pairwise(bounds):
            if after - before > 1:
                rest.append(Segment(segment.lines[before + 1 : after], segment.column))
    return rest, headlines


_HEADLINE_LINES = 2
"""Lines of a headline of body size in a column, at most. Chosen."""


def _unended_lines(segment: Segment) -> set[int]:
    """Return the lines of a segment that are paragraphs without an end mark; of other ones, all that it has."""
    n = len(segment.lines)
    begins = [k == 0 or segment.is_indented(k) or segment.lines[k].text[:1] in BULLETS for k in range(n)]
    found: set[int] = set()
    for first in range(n):
        marked = segment.lines[first].text[:1] in BULLETS
        opened = first == 0 or segment.lines[first - 1].text[-1:] in _ENDS
        if not opened or not (marked or n <= _HEADLINE_LINES):
            continue
        end = next((k for k in range(first + 1, n) if begins[k] or k - first > _HEADLINE_LINES), n)
        text = "".join(line.text for line in segment.lines[first:end])
        whole = end - first == n
        follows = whole or (end < n and begins[end])
        if (
            follows and end - first <= _HEADLINE_LINES
            and not any(mark in text for mark in "。；") and text[-1:] not in _ENDS_OR_GOES_ON
            and len(text) >= 4 and parse_lead(text) is None and parse_credit(text) is None
        ):  # fmt: skip
            found |= set(range(first, end))
    return found


_ENDS = TERMINATORS + "）)”』」"


_ENDS_OR_GOES_ON = TERMINATORS + "，、：；…—"


def _is_over_text(segment: Segment, segments: Sequence[Segment], bylines: Sequence[NamedLines]) -> bool:
    """Whether text begins, or a byline stands, close under a segment, and none that is open is close above it."""
    area, size = segment.area, segment.size
    near = [
        s
        for s in segments
        if s is not segment and s.frame == segment.frame and s.column.shared_width(area) > 0
    ]
    if any(-size <= s.area.gap_below(area) <= 1.5 * size and s.ends_open for s in near):
        return False
    under = [s for s in near if -0.5 * size <= area.gap_below(s.area) <= 2.5 * size]
    named = any(
        -0.5 * size <= area.gap_below(b.area) <= 1.5 * size and area.shared_width(b.area) > 0 for b in bylines
    )
    return named or any(s.opens_article for s in under)


def take_small_displays(
    view: PageView, segments: Sequence[Segment], groups: Sequence[DisplayGroup]
) -> list[Segment]:
    """Move kickers and decks of the size and face of the body to their headlines; return the other segments.

    They are one or two lines close over or under a headline, centred on it or flush with it, and no sentence.
    """
    rest = []
    for segment in segments:
        area, size = segment.area, segment.size
        home = None
        sentence = any(mark in segment.text for mark in "。；") or segment.text[-1:] in "！？…，：、"
        named = segment.opens_article or parse_credit(segment.text) is not None
        if len(segment.lines) <= 2 and not sentence and not named:
            for group in groups:
                head = group.area
                gap = max(head.gap_below(area), area.gap_below(head))
                centred = abs((area.x0 + area.x1) - (head.x0 + head.x1)) <= 2 * size
                flush = abs(area.x0 - head.x0) <= size
                if (
                    group.upright
                    and group.frame == segment.frame
                    and group.size > 1.04 * size
                    and -0.5 * size <= gap <= max(1.2 * size, 0.7 * group.size)
                    and (centred or flush)
                    and not view.has_rule_between(*sorted((head, area), key=lambda a: a.y0))
                ):
                    home = group
        if home is None:
            rest.append(segment)
        else:
            home.add(segment.lines)
    return rest


def to_groups(view: PageView, display: Sequence[PlacedLine]) -> list[DisplayGroup]:
    """Return display lines set together."""
    groups: list[DisplayGroup] = []
    for line in sorted(display, key=lambda line: (not line.upright, line.own.y0, line.own.x0)):
        for group in groups:
            if any(_set_together(view, other, line) for other in group.lines):
                group.add([line])
                break
        else:
            groups.append(DisplayGroup([line]))
    return groups


def _set_together(view: PageView, above: PlacedLine, line: PlacedLine) -> bool:
    """Whether two display lines are set as one group, one under the other."""
    if above.upright != line.upright or above.frame != line.frame:
        return False
    size = max(above.size, line.size)
    gap = above.own.gap_below(line.own)
    if not -0.5 * size <= gap <= 0.95 * size:
        return False
    if above.own.shared_width(line.own) < 0.5 * min(above.own.width, line.own.width):
        return False
    if not line.upright:
        return not view.has_wall_between(*sorted((above.area, line.area), key=lambda area: area.x0))
    return not view.has_rule_between(above.area, line.area)


def join_halves(
    view: PageView, groups: list[DisplayGroup], segments: Sequence[Segment]
) -> list[DisplayGroup]:
    """Join the halves of headlines that are set side by side with a wide blank between.

    Headlines of neighbours may stand like that too, but over a gutter. Of halves, a column, kicker or deck goes across
    below or above the blank, or both together are centred in a frame.
    """
    for group in list(groups):
        for other in list(groups):
            if other is group or group not in groups or other not in groups or not _are_halves(group, other):
                continue
            left, right = group.area, other.area
            if view.has_wall_between(left, right):
                continue
            across = [
                g for g in groups
                if g is not group and g is not other and g.upright and g.frame == group.frame
                and g.area.x0 < left.x1 and g.area.x1 > right.x0
                and max(g.area.gap_below(left), left.gap_below(g.area)) <= group.size
            ]  # fmt: skip
            column = any(
                s.column.x0 < left.x1 - s.size and s.column.x1 > right.x0 + s.size
                and -s.size <= left.gap_below(s.column) <= 6 * s.size
                for s in segments
            )  # fmt: skip
            frame = view.frames[group.frame] if group.frame >= 0 else None
            centred = frame is not None and abs(left.x0 - frame.x0 - frame.x1 + right.x1) <= group.size
            if across or column or centred:
                group.add([line for g in [other, *across] for line in g.lines])
                groups = [g for g in groups if g is not other and g not in across]
                break
    return groups


def _are_halves(group: DisplayGroup, other: DisplayGroup) -> bool:
    """Whether two groups are one line each, on one baseline, of one type, at most 2.5 characters apart."""
    if len(group.lines) > 1 or len(other.lines) > 1:
        return False
    a, b = group.lines[0], other.lines[0]
    return (
        a.upright and b.upright and a.frame == b.frame
        and abs(a.size - b.size) <= 0.01 * a.size
        and abs(a.area.y0 - b.area.y0) <= 0.1 * a.size
        and 0 < b.area.x0 - a.area.x1 <= 2.5 * a.size
    )  # fmt: skip


def widen_reach(group: DisplayGroup, segments: Sequence[Segment]) -> None:
    """Let a short headline that stands over a gutter reach over the columns left and right of it."""
    head = group.area
    if not group.upright:
        return
    under = [
        s for s in segments
        if s.frame == group.frame and -0.5 * s.size <= head.gap_below(s.area) <= 4.5 * s.size
        and head.x0 - s.area.x1 <= 3 * s.size and s.area.x0 - head.x1 <= 3 * s.size
    ]  # fmt: skip
    if any(head.shared_width(s.area) > 0 for s in under) or len(under) < 2:
        return
    group.reach = joined_areas([head, *(Area(s.area.x0, head.y0, s.area.x1, head.y1) for s in under)])


def take_subheads(
    view: PageView, segments: list[Segment], groups: list[DisplayGroup]
) -> tuple[list[Segment], list[DisplayGroup]]:
    """Bring subheads into their columns: one or two small display lines with text of the column close below.

    Text of the column is close above too, or the subhead is the first line of its column. The heads of briefs look the
    same; `assembly` tells them from subheads.
    """
    rest = []
    for group in groups:
        upper, lower = _subhead_place(view, segments, group)
        if lower is None:
            rest.append(group)
            continue
        if upper is None:
            more = len(group.lines)
            lower.subheads = set(range(more)) | {more + k for k in lower.subheads}
            lower.lines = [*group.lines, *lower.lines]
            lower.column = lower.column.joined(group.area)
            lower.changed()
            continue
        at, more = len(upper.lines), len(group.lines)
        upper.subheads |= {at + k for k in range(more)} | {at + more + k for k in lower.subheads}
        upper.lines += [*group.lines, *lower.lines]
        upper.changed()
        upper.column = upper.column.joined(lower.column)
        segments.remove(lower)
    return segments, rest


def _subhead_place(
    view: PageView, segments: Sequence[Segment], group: DisplayGroup
) -> tuple[Segment | None, Segment | None]:
    """Return the segments above and below a subhead; (None, None) if it is none, (None, segment) at a column's head."""
    nowhere = None, None
    line, body = group.lines[0], view.size_in(group.frame)
    of_body_size = group.size <= 1.08 * body
    small = group.upright and (
        (len(group.lines) == 1 and line.size <= 1.3 * body) or (len(group.lines) == 2 and of_body_size)
    )
    if not small or line.text[-1:] in "。；，" or line.text[0] in BULLETS:
        return nowhere
    near = [s for s in segments if s.frame == group.frame]
    below = [s for s in near if _is_column_neighbour(s, group, below=True)]
    if not below:
        return nowhere
    lower = below[0]
    above = [s for s in near if s is not lower and _is_column_neighbour(s, group, below=False)]
    if above:
        upper = above[-1]
        runs_on = upper.ends_open and (upper.is_full() or not of_body_size)
        if runs_on or not lower.is_indented() or view.has_rule_between(upper.area, lower.area):
            return nowhere
        return upper, lower
    if of_body_size and lower.is_indented() and _is_column_head(view, segments, group, lower):
        return None, lower
    return nowhere


def _is_column_head(view: PageView, segments: Sequence[Segment], group: DisplayGroup, lower: Segment) -> bool:
    """Whether a line of body size is the first of a column whose text may come from the column left of it."""
    size, area = lower.size, group.area
    for s in segments:
        gutter = lower.column.x0 - s.column.x1
        if (
            s.frame == lower.frame
            and abs(s.size - size) <= 0.04 * size
            and 0.5 * size <= gutter <= 4 * size
            and abs(s.column.width - lower.column.width) <= 0.06 * lower.column.width + size
            and s.area.y0 - 2 * size <= area.y0 <= s.area.y1
            and not s.ends_open
            and not s.is_signed
            and not view.has_wall_between(s.area, area)
        ):
            return True
    return False


def _is_column_neighbour(segment: Segment, group: DisplayGroup, *, below: bool) -> bool:
    """Whether a segment is right over or under a display group, in its column; small type as close as lines are."""
    size, area, column = group.lines[0].size, group.area, segment.column
    gap = area.gap_below(column) if below else column.gap_below(area)
    widest = 1.6 * size
    if size <= 1.08 * segment.size and segment.pitch:
        widest = max(0.7 * size, segment.pitch - 0.6 * size)
    return -0.5 * size <= gap <= widest and column.x0 - size <= area.x0 and area.x1 <= column.x1 + size
