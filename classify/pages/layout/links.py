"""What is seen of two column segments that may follow one another, and of one that may begin or end a story.

Each observation is a number; `flow` adds them up with weights that were learned from generated pages. Observations of
pairs are worked out for all pairs at once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.pages.layout.blocks import DisplayGroup, Segment
    from classify.pages.layout.reading import Area, PageView

__all__ = ["ENDS", "LINKS", "STARTS", "LinkEvidence", "find_evidence", "is_over", "is_under", "text_likeness"]

LINKS = (
    "right", "right_near", "right_gutter", "right_apart", "right_far_apart", "right_same_top", "right_top_off",
    "right_rises", "right_same_end", "right_between", "right_wall", "right_rule",
    "right_above_rule", "right_above_roof",
    "below", "below_gap", "below_close", "below_picture", "below_rule", "below_between", "below_head",
    "back", "back_gap", "back_left",
    "open_indented", "open_flush", "closed_indented", "closed_full", "closed_short",
    "likeness", "most_alike", "same_roof", "other_roof", "leaves_roof",
    "after_signature", "before_lead", "before_bullet", "before_subhead",
    "other_measure", "other_leading", "other_face", "pair_seen", "quote_closed", "quote_broken", "passed_link",
)  # fmt: skip
"""Observations of one segment that goes on in another; `find_evidence` says what they are."""

STARTS = (
    "bias", "lead", "bullet", "indented", "flush", "continued", "subhead", "picture_over", "head_over", "head_beside",
    "covered", "room_over", "passed_to", "passed_from",
)  # fmt: skip
"""Observations of a segment that begins a story."""

ENDS = ("open", "signed", "full", "short", "room_under")
"""Observations of a segment that ends a story."""

_HEADS = ("head_over", "head_beside", "covered", "passed_to", "passed_from")
"""Those of `STARTS` that come from display groups."""


class LinkEvidence(NamedTuple):
    """Observations of a page of n segments."""

    links: NDArray[np.float64]
    """Shape (n, n, len(LINKS)): of each segment going on in each other one."""
    possible: NDArray[np.bool_]
    """Shape (n, n): whether it may."""
    starts: NDArray[np.float64]
    """Shape (n, len(STARTS))."""
    ends: NDArray[np.float64]
    """Shape (n, len(ENDS))."""

    def starts_without_heads(self) -> NDArray[np.float64]:
        """Return the observations of beginnings as if the page had no headlines."""
        plain = self.starts.copy()
        plain[:, [STARTS.index(name) for name in _HEADS]] = 0.0
        return plain


class _Places:
    """The places of segments as arrays; those of rows (the first segment) and columns (the second) of pairs."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        areas = np.array([s.area for s in segments], dtype=float).reshape(-1, 4)
        columns = np.array([s.column for s in segments], dtype=float).reshape(-1, 4)
        self.y0, self.y1 = areas[:, 1], areas[:, 3]
        self.c0, self.c1 = columns[:, 0], columns[:, 2]
        self.width = self.c1 - self.c0
        self.size = np.array([s.size for s in segments], dtype=float)
        self.frame = np.array([s.frame for s in segments])

    def shared_width(self) -> NDArray[np.float64]:
        """Return for each pair the width that their columns share."""
        found: NDArray[np.float64] = np.minimum(self.c1[:, None], self.c1) - np.maximum(
            self.c0[:, None], self.c0
        )
        return found

    def shared_height(self) -> NDArray[np.float64]:
        """Return for each pair the height that both have."""
        found: NDArray[np.float64] = np.minimum(self.y1[:, None], self.y1) - np.maximum(
            self.y0[:, None], self.y0
        )
        return found


def find_evidence(
    view: PageView, segments: Sequence[Segment], displays: Sequence[DisplayGroup]
) -> LinkEvidence:
    """Return what is seen of the segments of a page.

    Lengths are in type sizes, divided by ten where they may be large, and cut off.
    """
    n = len(segments)
    p = _Places(segments)
    features = {name: np.zeros((n, n)) for name in LINKS}
    size = p.size[:, None]
    right = p.c0 >= p.c1[:, None] - size
    below = ~right & (p.shared_width() >= 0.5 * np.minimum(p.width[:, None], p.width))
    down = (p.y0 - p.y1[:, None]) / size
    back = ~right & ~below & (down >= -1)
    possible = (
        (right | back | (below & (down >= -1)))
        & (p.frame[:, None] == p.frame)
        & (np.abs(p.size - size) <= 0.06 * size)
    )
    np.fill_diagonal(possible, val=False)
    _see_right(view, p, features, right)
    _see_below(view, p, segments, displays, features, below)
    features["back"][:] = 1.0
    features["back_gap"][:] = np.clip(down, 0, 60) / 10
    features["back_left"][:] = np.clip((p.c0[:, None] - p.c0) / size, 0, 60) / 10
    for name in ("back", "back_gap", "back_left"):
        features[name] *= back
    roofs = _see_roofs(view, segments, displays, features)
    tops = np.array([group.area.y0 for group in displays])
    lowest = np.where(roofs, tops, -np.inf).max(axis=1, initial=-np.inf)
    features["right_above_roof"][:] = right & (p.y0 < (lowest - p.size)[:, None])
    _see_text(segments, features, possible)
    _see_type(segments, p, features)
    links = np.stack([features[name] for name in LINKS], axis=2)
    return LinkEvidence(
        links, possible, _see_starts(view, segments, displays, roofs, p), _see_ends(segments, p)
    )


def _see_right(
    view: PageView, p: _Places, features: dict[str, NDArray[np.float64]], right: NDArray[np.bool_]
) -> None:
    """Observe pairs of which the second is right of the first."""
    size = p.size[:, None]
    gutter = (p.c0 - p.c1[:, None]) / size
    apart = -p.shared_height() / size
    top = (p.y0 - p.y0[:, None]) / size
    features["right"][:] = 1.0
    features["right_near"][:] = gutter <= 4
    features["right_gutter"][:] = np.where(gutter > 4, np.clip(gutter, 0, 60) / 10, 0)
    features["right_apart"][:] = apart > 0
    features["right_far_apart"][:] = np.clip(apart, 0, 40) / 10
    features["right_same_top"][:] = np.abs(top) < 1
    features["right_top_off"][:] = np.clip(np.abs(top), 0, 60) / 10
    features["right_rises"][:] = top < -2
    features["right_same_end"][:] = np.abs(p.y1 - p.y1[:, None]) < 1.6 * size
    features["right_between"][:] = _count_between(p)
    features["right_wall"][:] = _walls(view, p)
    features["right_rule"][:] = _rules_above(view, p)
    features["right_above_rule"][:] = p.y0 < (_ceilings(view, p) - p.size)[:, None]
    for name in LINKS:
        if name.startswith("right"):
            features[name] *= right


def _count_between(p: _Places) -> NDArray[np.float64]:
    """Return how many segments are between two side by side, at the height of one of them; at most 3."""
    n = len(p.size)
    size = p.size[:, None]
    beside = p.shared_height() > size
    after = p.c0 >= p.c1[:, None] - size  # [i, s]: s is right of i
    before = p.c1[None, :] <= p.c0[:, None] + size  # [j, s]: s is left of j
    counts = np.zeros((n, n))
    other = ~np.eye(n, dtype=bool)
    for i in range(n):
        among = after[i] & before & (beside[i] | beside) & other & other[i]
        counts[i] = np.minimum(among.sum(axis=1), 3)
    return counts


def _walls(view: PageView, p: _Places) -> NDArray[np.float64]:
    """Return whether a vertical rule stands between two segments side by side, beside both."""
    found = np.zeros((len(p.size), len(p.size)), dtype=bool)
    for rule in view.rules:
        if rule.height > rule.width:
            x = (rule.x0 + rule.x1) / 2
            beside = np.minimum(p.y1, rule.y1) - np.maximum(p.y0, rule.y0) > 0
            found |= (beside & (p.c1 - 2 <= x))[:, None] & (beside & (x <= p.c0 + 2))
    return found.astype(float)


def _ceilings(view: PageView, p: _Places) -> NDArray[np.float64]:
    """Return the height of the next rule over each segment that is over half of its column; −inf without one."""
    found = np.full(len(p.size), -np.inf)
    for rule in view.rules:
        if rule.width > rule.height:
            over = np.minimum(p.c1, rule.x1) - np.maximum(p.c0, rule.x0) > 0.5 * p.width
            found = np.where(over & (rule.y0 <= p.y0 + 2), np.maximum(found, rule.y0), found)
    return found


def _rules_above(view: PageView, p: _Places) -> NDArray[np.float64]:
    """Return what rules across say against going from one segment to another: rules at a height between their tops.

    A story has its columns between two rules; a rule over one column only is that of a story that is dovetailed.
    """
    size = p.size[:, None]
    first_is_upper = p.y0[:, None] <= p.y0
    low, high = np.minimum(p.y0[:, None], p.y0), np.maximum(p.y0[:, None], p.y0)
    first_end = np.minimum(p.y1[:, None], p.y1)
    left, right = np.minimum(p.c0[:, None], p.c0), np.maximum(p.c1[:, None], p.c1)
    against = np.zeros((len(p.size), len(p.size)))
    for rule in view.rules:
        if rule.width > rule.height:
            over = np.minimum(p.c1, rule.x1) - np.maximum(p.c0, rule.x0)
            over_upper = np.where(first_is_upper, over[:, None], over)
            both = np.minimum(right, rule.x1) - np.maximum(left, rule.x0) > 0.8 * (right - left)
            between = (low + size < rule.y0) & (rule.y0 < high)
            seen = between & (over_upper > 0.5 * size) & (rule.y0 > first_end - size)
            against += seen * np.where(both, 1.0, 0.5)
    return np.minimum(against, 1.5)


def _see_below(
    view: PageView,
    p: _Places,
    segments: Sequence[Segment],
    displays: Sequence[DisplayGroup],
    features: dict[str, NDArray[np.float64]],
    below: NDArray[np.bool_],
) -> None:
    """Observe pairs of which the second is under the first, in its column."""
    size = p.size[:, None]
    gap = p.y0 - p.y1[:, None]
    text_gap = gap.copy()
    for picture in view.pictures:
        over = np.minimum(picture.x1, p.c1) - np.maximum(picture.x0, p.c0) > 0.2 * p.width
        between = (p.y1 - 4 <= picture.y0)[:, None] & ((picture.y1 <= p.y0 + 4) & over)
        text_gap -= between * (picture.height + 2.5 * view.body_size)
    features["below"][:] = 1.0
    features["below_gap"][:] = np.clip(text_gap / size, 0, 40) / 10
    features["below_close"][:] = text_gap < 1.0 * size
    features["below_picture"][:] = text_gap < gap
    features["below_rule"][:] = _rules_between(view, p)
    strip0, strip1 = np.minimum(p.c0[:, None], p.c0), np.maximum(p.c1[:, None], p.c1)
    between = np.zeros_like(gap)
    for k, other in enumerate(segments):
        shared = np.minimum(strip1, p.c1[k]) - np.maximum(strip0, p.c0[k]) > 0.5 * p.width[k]
        inside = (p.y0[k] >= p.y1 - p.size)[:, None] & (p.y1[k] <= p.y0 + other.size)
        inside[k, :] = inside[:, k] = False
        between += shared & inside
    heads = np.zeros_like(gap)
    for group in displays:
        head = group.area
        shared = np.minimum(strip1, head.x1) - np.maximum(strip0, head.x0) > size
        heads += shared & (head.y0 >= p.y1 - p.size)[:, None] & (head.y1 <= p.y0 + p.size)
    features["below_between"][:] = np.minimum(between, 3)
    features["below_head"][:] = np.minimum(heads, 2)
    for name in LINKS:
        if name.startswith("below"):
            features[name] *= below


def _rules_between(view: PageView, p: _Places) -> NDArray[np.float64]:
    """Return whether a rule lies between two segments one above the other, across a third of what they share."""
    found = np.zeros((len(p.size), len(p.size)), dtype=bool)
    for rule in view.rules:
        if rule.height <= rule.width:
            y = (rule.y0 + rule.y1) / 2
            over = np.minimum(p.c1, rule.x1) - np.maximum(p.c0, rule.x0)
            least = 0.3 * np.minimum(p.width[:, None], p.width)
            found |= (p.y1 - 2 <= y)[:, None] & (y <= p.y0 + 2) & (over[:, None] >= least) & (over >= least)
    return found.astype(float)


def _see_roofs(
    view: PageView,
    segments: Sequence[Segment],
    displays: Sequence[DisplayGroup],
    features: dict[str, NDArray[np.float64]],
) -> NDArray[np.bool_]:
    """Observe under which headlines segments stand; return that, shape (segments, displays)."""
    roofs = np.array([[is_over(view, g, s) for g in displays] for s in segments], dtype=bool)
    roofs = roofs.reshape(len(segments), len(displays))
    shared = roofs.astype(int) @ roofs.T.astype(int) > 0
    any_roof: NDArray[np.bool_] = roofs.sum(axis=1) > 0
    features["same_roof"][:] = shared
    features["other_roof"][:] = any_roof & ~shared
    features["leaves_roof"][:] = any_roof[:, None] & ~any_roof
    return roofs


def _see_text(
    segments: Sequence[Segment], features: dict[str, NDArray[np.float64]], possible: NDArray[np.bool_]
) -> None:
    """Observe how the text of one segment goes on in another."""
    texts = [s.text for s in segments]
    likeness = text_likeness(texts)
    features["likeness"][:] = likeness
    among = np.where(possible, likeness, -1.0)
    if len(segments):
        features["most_alike"][:] = possible & (among >= np.max(among, axis=1, keepdims=True))
    open_end = np.array([s.ends_open for s in segments], dtype=bool)[:, None]
    full = np.array([s.is_full() for s in segments], dtype=bool)[:, None]
    indented = np.array([bool(s.is_indented() or s.has_bullet) for s in segments], dtype=bool)
    features["open_indented"][:] = open_end & indented
    features["open_flush"][:] = open_end & ~indented
    features["closed_indented"][:] = ~open_end & indented
    features["closed_full"][:] = ~open_end & ~indented & full
    features["closed_short"][:] = ~open_end & ~indented & ~full
    signed = np.array([s.is_signed or s.jump is not None for s in segments], dtype=bool)
    bullet = np.array([s.has_bullet for s in segments], dtype=bool)
    features["after_signature"][:] = signed[:, None]
    features["before_lead"][:] = np.array([s.opens_article for s in segments], dtype=bool)
    features["before_bullet"][:] = bullet & ~bullet[:, None]
    features["before_subhead"][:] = np.array([0 in s.subheads for s in segments], dtype=bool)
    page = {a + b for text in texts for a, b in pairwise(text)}
    pairs = [[a[-1:] + b[:1] in page for b in texts] for a in texts]
    features["pair_seen"][:] = np.array(pairs, dtype=float).reshape(len(texts), len(texts)) * open_end
    opened = np.array([text.rfind("“") > text.rfind("”") for text in texts], dtype=bool)[:, None]
    closing = np.array([_closes_quote(text) for text in texts], dtype=bool)
    features["quote_closed"][:] = opened & closing
    features["quote_broken"][:] = opened ^ closing


def _closes_quote(text: str) -> bool:
    """Whether a quotation that began before ends in a text.

    >>> _closes_quote("个月了。”他说，“不急”。"), _closes_quote("他说：“不急。”")
    (True, False)
    """
    closing, opening = text.find("”"), text.find("“")
    return closing >= 0 and (opening < 0 or closing < opening)


def _see_type(segments: Sequence[Segment], p: _Places, features: dict[str, NDArray[np.float64]]) -> None:
    """Observe whether two segments are set alike."""
    widest = np.maximum(p.width[:, None], p.width)
    features["other_measure"][:] = np.abs(p.width[:, None] - p.width) > 0.06 * widest
    pitch = np.array([s.pitch for s in segments], dtype=float)
    known = (pitch[:, None] > 0) & (pitch > 0)
    features["other_leading"][:] = known & (np.abs(pitch[:, None] - pitch) > 0.06 * pitch[:, None])
    first, last = [s.lines[0].line.face for s in segments], [s.lines[-1].line.face for s in segments]
    features["other_face"][:] = np.array([[a != b for b in first] for a in last], dtype=float).reshape(
        len(first), len(first)
    )


def _see_starts(
    view: PageView,
    segments: Sequence[Segment],
    displays: Sequence[DisplayGroup],
    roofs: NDArray[np.bool_],
    p: _Places,
) -> NDArray[np.float64]:
    """Return what is seen of segments that may begin a story."""
    found = np.zeros((len(segments), len(STARTS)))
    at = {name: k for k, name in enumerate(STARTS)}
    x0 = np.array([s.area.x0 for s in segments])
    leftmost = [x0[roofs[:, g]].min() if roofs[:, g].any() else 0.0 for g in range(len(displays))]
    for k, s in enumerate(segments):
        row = found[k]
        row[at["bias"]] = 1.0
        which = (
            "lead"
            if s.opens_article
            else "bullet"
            if s.has_bullet
            else "indented"
            if s.is_indented()
            else "flush"
        )
        row[at[which]] = 1.0
        row[at["continued"]] = s.is_continued
        row[at["subhead"]] = 0 in s.subheads
        row[at["picture_over"]] = any(
            picture.shared_width(s.area) > 0.5 * s.area.width and 0 <= picture.gap_below(s.area) <= 2 * s.size
            for picture in view.pictures
        )
        over = [g for g in range(len(displays)) if roofs[k, g]]
        first = any(s.area.x0 <= leftmost[g] + s.size for g in over)
        row[at["head_over"]] = first
        row[at["covered"]] = bool(over) and not first
        row[at["head_beside"]] = any(_is_beside(group, s) for group in displays)
        row[at["room_over"]] = _room(p, k, over=True)
    return found


def _see_ends(segments: Sequence[Segment], p: _Places) -> NDArray[np.float64]:
    """Return what is seen of segments that may end a story."""
    found = np.zeros((len(segments), len(ENDS)))
    for k, s in enumerate(segments):
        signed = s.is_signed or s.jump is not None
        which = "open" if s.ends_open else "signed" if signed else "full" if s.is_full() else "short"
        found[k, ENDS.index(which)] = 1.0
        found[k, ENDS.index("room_under")] = _room(p, k, over=False)
    return found


def _room(p: _Places, k: int, *, over: bool) -> float:
    """Return the distance to the next segment over or under segment `k` in its column, at most 4, in ten type sizes."""
    shared = np.minimum(p.c1, p.c1[k]) - np.maximum(p.c0, p.c0[k]) > p.size[k]
    gaps = p.y0[k] - p.y1 if over else p.y0 - p.y1[k]
    near = gaps[shared & (gaps > -p.size[k])]
    return float(np.clip(near.min(initial=40 * p.size[k]) / p.size[k], 0, 40) / 10)


def _is_beside(group: DisplayGroup, segment: Segment) -> bool:
    """Whether a display group that is set across the text stands left of the beginning of a segment."""
    area, head, size = segment.area, group.area, segment.size
    if group.upright or group.frame != segment.frame:
        return False
    beside = head.shared_height(area) >= 0.3 * min(head.height, area.height)
    left = -size <= area.x0 - head.x1 <= 4 * size
    return beside and left and abs(area.y0 - head.y0) <= 6 * size


def is_over(view: PageView, group: DisplayGroup, segment: Segment) -> bool:
    """Whether a display group stands right over a segment."""
    return (
        group.upright and group.frame == segment.frame and is_under(view, group, segment.area, segment.size)
    )


def is_under(view: PageView, group: DisplayGroup, area: Area, size: float) -> bool:
    """Whether text of `size` at `area` is right under a headline, perhaps with a byline or a picture between."""
    reach = group.reach or group.area
    if reach.y0 > area.y0 + size or reach.shared_width(area) <= 0:
        return False
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


def text_likeness(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the cosine of each two texts, 0–1, over their character pairs, rare pairs counting more."""
    n = len(texts)
    rows, pairs, times = _count_pairs(texts)
    distinct, column, spread = np.unique(pairs, return_inverse=True, return_counts=True)
    weights = (1 + np.log(times)) * np.log((n + 1) / spread[column])
    norms = np.bincount(rows, weights * weights, n)
    is_shared = spread[column] > 1
    matrix = np.zeros((n, len(distinct)))
    matrix[rows[is_shared], column[is_shared]] = weights[is_shared]
    matrix = matrix[:, spread > 1]
    matrix /= np.sqrt(np.maximum(norms, 1e-9))[:, None]
    found: NDArray[np.float64] = matrix @ matrix.T
    return found


def _count_pairs(texts: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.intp]]:
    """Return text, character pair (as a number) and how often it is in the text, of each pair of each text."""
    codes = [np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32) for text in texts]
    counted = [np.unique((c[:-1].astype(np.int64) << 21) + c[1:], return_counts=True) for c in codes]
    sizes = [len(pairs) for pairs, _ in counted]
    none = np.zeros(0, np.int64)
    return (
        np.repeat(np.arange(len(texts)), sizes),
        np.concatenate([none, *(pairs for pairs, _ in counted)]),
        np.concatenate([none, *(times for _, times in counted)]),
    )
