"""Which ranked units make the summary.

By number: the best first, and of sentences that say the same only the first. By length: the budget is a mark
to end at rather than a wall. Units are never cut, so each is taken that brings the length nearer to the mark;
a `strict` budget takes those that fit.
"""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Span", "best", "filling"]

SAME = 0.8
"""Share of a span's character pairs that chosen spans have too, above which it says nothing new."""


class Span(NamedTuple):
    """``text[start:end]`` and its rank."""

    start: int
    end: int
    score: float


def best(text: str, spans: Sequence[Span], n: int) -> list[Span]:
    """Return the `n` best of `spans` in document order, repetitions left out; of equals, the first."""
    chosen: list[Span] = []
    seen: set[str] = set()
    for span in by_rank(spans):
        if len(chosen) >= n:
            break
        if _is_new(text, span, seen):
            chosen.append(span)
    return sorted(chosen)


def filling(text: str, spans: Iterable[Span], budget: int, *, strict: bool = False) -> list[Span]:
    """Return those of `spans`, taken as they come, that bring the length nearest to `budget`.

    They are in document order, and repetitions left out.
    """
    chosen: list[Span] = []
    seen: set[str] = set()
    length = 0
    for span in spans:
        more = span.end - span.start
        if length + more > budget and (strict or length + more - budget >= budget - length):
            continue
        if _is_new(text, span, seen):
            chosen.append(span)
            length += more
        if length >= budget:
            break
    return sorted(chosen)


def by_rank(spans: Sequence[Span]) -> list[Span]:
    """Return `spans`, the best first. Ranks that differ by rounding only are equal: the first stays first."""
    order = np.argsort(-np.array([s.score for s in spans]).round(12), kind="stable")
    return [spans[i] for i in order.tolist()]


def _is_new(text: str, span: Span, seen: set[str]) -> bool:
    """Whether `span` adds to the character pairs `seen`; if so, they are."""
    said = text[span.start : span.end]
    pairs = set(map(add, said, said[1:]))
    if pairs and len(pairs & seen) > SAME * len(pairs):
        return False
    seen |= pairs
    return True
