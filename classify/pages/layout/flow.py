"""Column segments to stories: which segment goes on in which, decided over the whole page.

Every pair of segments gets a score, and so does every segment as the beginning and as the end of a story. The sentence
that is open at the end of a segment and the missing indent at the start of another say most; the place of the
columns, their measure and type, rules between them, and the words that both have decide where sentences end with
their column. The choice with the highest total is that of an assignment problem, solved exactly.

Scores are log-odds: sums of what is seen (`links`) with weights that were learned from generated pages
(`flow_weights.json`, which says from which).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from classify.pages.layout.links import ENDS, LINKS, STARTS, LinkEvidence, find_evidence, is_over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.pages.layout.blocks import DisplayGroup, Segment
    from classify.pages.layout.reading import PageView

__all__ = ["Flow", "FlowWeights", "best_choice", "find_flow", "pass_heads_back", "scores_of"]

_SURE = 2.0
"""A link with this score, an open sentence that goes on in the next column, is sure. Chosen."""

_NEVER = -1e6
"""The score of what cannot be."""


@dataclass(frozen=True, eq=False, slots=True)
class FlowWeights:
    """Weights of the observations of `links`, in its order, as log-odds."""

    links: NDArray[np.float64]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]

    @classmethod
    @lru_cache(maxsize=1)
    def learned(cls) -> FlowWeights:
        """Return the weights of the package.

        >>> weights = FlowWeights.learned()
        >>> bool(weights.links[LINKS.index("open_flush")] > weights.links[LINKS.index("open_indented")])
        True
        """
        data = json.loads(resources.files(__package__).joinpath("flow_weights.json").read_text("utf-8"))
        return cls(
            np.array([data["links"][name] for name in LINKS]),
            np.array([data["starts"][name] for name in STARTS]),
            np.array([data["ends"][name] for name in ENDS]),
        )


@dataclass(eq=False, slots=True)
class Flow:
    """The stories of a page, each as its segments in reading order, and what the choice was made by."""

    chains: list[list[Segment]]
    _place: dict[int, int]
    _links: NDArray[np.float64]
    _plain_starts: NDArray[np.float64]
    _ends: NDArray[np.float64]

    def cut_score(self, a: Segment, b: Segment) -> float:
        """Return how much is lost when a story is cut between two segments, whatever headlines say."""
        i, j = self._place[id(a)], self._place[id(b)]
        return float(self._links[i, j] - self._ends[i] - self._plain_starts[j])


def find_flow(
    view: PageView,
    segments: Sequence[Segment],
    displays: Sequence[DisplayGroup],
    weights: FlowWeights | None = None,
) -> Flow:
    """Return the stories of a page; `weights` are those of the package by default."""
    weights = weights or FlowWeights.learned()
    n = len(segments)
    evidence = find_evidence(view, segments, displays)
    links, starts, ends = scores_of(evidence, weights)
    following = best_choice(links, starts, ends)
    pass_heads_back(view, segments, displays, evidence, links, following)
    links, starts, ends = scores_of(evidence, weights)
    for _ in range(n):
        following = best_choice(links, starts, ends)
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
    plain = evidence.starts_without_heads() @ weights.starts
    return Flow(chains, {id(s): k for k, s in enumerate(segments)}, links, plain, ends)


def scores_of(
    evidence: LinkEvidence, weights: FlowWeights
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the scores of links, beginnings and ends."""
    links = np.where(evidence.possible, evidence.links @ weights.links, _NEVER)
    return links, evidence.starts @ weights.starts, evidence.ends @ weights.ends


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


def pass_heads_back(
    view: PageView,
    segments: Sequence[Segment],
    displays: Sequence[DisplayGroup],
    evidence: LinkEvidence,
    links: NDArray[np.float64],
    following: dict[int, int],
) -> None:
    """Observe headlines that are not over the beginning of their story; changes `evidence`.

    A headline may stand in the middle of its columns, over text that surely goes on from a segment before it; or over
    the second column and those right of it, the first column rising beside it. `following` has for each segment the
    one that it seems to go on in, and `links` the scores of that.
    """
    before = {second: first for first, second in following.items()}
    passed_to, passed_from = STARTS.index("passed_to"), STARTS.index("passed_from")
    covered = [any(is_over(view, group, s) for group in displays) for s in segments]
    for group in displays:
        if not group.upright:
            continue
        under = [k for k, s in enumerate(segments) if covered[k] and is_over(view, group, s)]
        if not under:
            continue
        first = min(under, key=lambda k: segments[k].area.x0)
        source = before.get(first, -1)
        if (
            source >= 0
            and segments[source].ends_open
            and links[source, first] >= _SURE
            and not covered[source]
        ):
            evidence.starts[source, passed_to] = 1.0
            continue
        for k, s in enumerate(segments):
            if not covered[k] and _rises_beside(view, s, segments[first], group):
                evidence.starts[k, passed_to] = 1.0
                evidence.starts[first, passed_from] = 1.0
                evidence.links[k, first, LINKS.index("passed_link")] = 1.0


def _rises_beside(view: PageView, segment: Segment, first: Segment, group: DisplayGroup) -> bool:
    """Whether a segment is the first column of a story whose headline is over `first`, the second column."""
    head, size = group.area, first.size
    return (
        -size <= first.column.x0 - segment.column.x1 <= 4 * size
        and not segment.is_continued
        and segment.frame == group.frame
        and abs(segment.area.y0 - head.y0) <= 3 * size
        and (segment.is_indented() or segment.opens_article)
        and not first.opens_article
        and (segment.opens_article or not view.has_wall_between(segment.area, head))
    )


def _place(segment: Segment) -> tuple[float, float]:
    return segment.area.y0, segment.area.x0


def best_choice(
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
