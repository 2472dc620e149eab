"""Type sizes of the lines of an OCR program, from the heights of their boxes.

OCR programs seldom say type sizes, and boxes are noisy: their height depends on the letters of a line, and on the
program. The layout is read by small differences of size, so noise must not make any, and real ones must stay.

1. Lines set solid in one column have one size: their median counts for each of them.
2. Groups that differ from the text of the page by less than the noise have its size.
3. The other sizes of a page are few: near ones are one.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from classify.text.characters import HAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.read.ocr.found import Sides

__all__ = ["advance_of", "estimate_sizes", "main_size"]

_SOLID_GAP = 1.3
"""Lines set solid are at most so far apart, in their heights. Chosen: body leading is 0.3 to 0.9."""

_LEADING = 1.25
"""Nor are they farther apart than most lines of the page by this factor. Chosen."""

_ALIKE, _ALIKE_NOISY = 0.11, 0.22
"""Heights of lines set solid differ by at most so much, as a logarithm; and where boxes are noisy. Chosen."""

_BODY, _BODY_NOISY = 0.065, 0.13
"""A group within this distance of the text of the page, as a logarithm, has its size; and where boxes are noisy.
Chosen: captions and kickers of newspapers are a tenth smaller or larger than the text; the boxes of lines with figures
or Latin letters are up to 8 % higher than others."""

_NOISE_PAIR, _NOISE_LINE = 3.5, 2.0
"""Differences of so many standard deviations are taken for noise, of two lines and of one line. Chosen."""

_SAME = 0.045
"""Sizes within this distance, as a logarithm, are one. Chosen."""

_THINNEST, _HIGHEST = 0.6, 1.6
"""Heights below and above these multiples of the distance from character to character say nothing. Chosen."""

_THIN = frozenset("一—－-－…·、，。.,_ ")
"""Characters whose ink is much lower than their type."""


def advance_of(text: str, length: float) -> float | None:
    """Return the width of a full-width character in a line of text; None for a line too short to say.

    >>> advance_of("水库蓄水2023年", 70.0)
    10.0
    """
    full = sum(char > HAN[1] for char in text)
    half = len(text) - full
    return length / (full + 0.5 * half) if full >= 3 and full >= half else None


def estimate_sizes(heights: Sequence[float], texts: Sequence[str], places: Sequence[Sides]) -> list[float]:
    """Return the type size of each line of a page, in the units of its boxes.

    Parameters
    ----------
    heights : sequence of float
        Of the boxes, across the line.
    texts : sequence of str
    places : sequence of Sides
        The boxes, with their axes exchanged where a line is vertical.

    Examples
    --------
    >>> from classify.read.ocr.found import Sides
    >>> heights = [9.8, 10.1, 10.0, 24.0]
    >>> places = [Sides(0, 15 * k, 100, 15 * k + h) for k, h in enumerate(heights)]
    >>> estimate_sizes(heights, ["水库蓄水水库蓄水水库"] * 3 + ["水库"], places)
    [10.0, 10.0, 10.0, 24.0]
    """
    plausible = [_plausible(*line) for line in zip(heights, texts, places, strict=True)]
    weights = [float(max(1, len(text))) for text in texts]
    pairs = _near_pairs(plausible, places)
    noise = _noise(plausible, pairs)
    alike = min(max(_ALIKE, _NOISE_PAIR * noise), _ALIKE_NOISY)
    near_body = min(max(_BODY, _NOISE_LINE * noise), _BODY_NOISY)
    groups = _set_solid(plausible, pairs, alike)
    medians = [_median([plausible[k] for k in g], [weights[k] for k in g]) for g in groups]
    totals = [sum(weights[k] for k in g) for g in groups]
    body = main_size(medians, totals)
    sizes = [0.0] * len(heights)
    others = []
    for group, median in zip(groups, medians, strict=True):
        if abs(math.log(median / body)) <= near_body:
            for k in group:
                sizes[k] = body
        else:
            others.append((median, group))
    for size, group in _few_sizes(others):
        for k in group:
            sizes[k] = size
    return sizes


def main_size(sizes: Sequence[float], weights: Sequence[float]) -> float:
    """Return the size around which most weight is: the median of the heaviest range of sizes.

    >>> main_size([10.0, 10.2, 9.9, 24.0], [40, 40, 40, 8])
    10.0
    """
    order = sorted(range(len(sizes)), key=lambda k: sizes[k])
    best, chosen, end, total = -1.0, order, 0, 0.0
    for first, k in enumerate(order):
        while end < len(order) and sizes[order[end]] <= sizes[k] * math.exp(2 * _SAME):
            total += weights[order[end]]
            end += 1
        if total > best:
            best, chosen = total, order[first:end]
        total -= weights[k]
    return _median([sizes[k] for k in chosen], [weights[k] for k in chosen])


def _median(values: Sequence[float], weights: Sequence[float]) -> float:
    order = sorted(range(len(values)), key=lambda k: values[k])
    half, total = sum(weights) / 2, 0.0
    for k in order:
        total += weights[k]
        if total >= half:
            return values[k]
    return values[order[-1]]


def _plausible(height: float, text: str, place: Sides) -> float:
    """Return the height of a line, or what its characters say where the height says nothing."""
    advance = advance_of(text, place.width)
    if advance is not None and height > _HIGHEST * advance:
        return advance
    thin = sum(char in _THIN for char in text) > 0.7 * len(text)
    if thin and height < _THINNEST * place.width / max(1, len(text)):
        return place.width / max(1, len(text))
    return max(height, 1e-3)


def _noise(heights: Sequence[float], pairs: Sequence[tuple[int, int, float]]) -> float:
    """Return the standard deviation of the difference in height, as a logarithm, of lines one under the other."""
    differences = sorted(abs(math.log(heights[a] / heights[b])) for a, b, _ in pairs)
    return 1.4826 * differences[len(differences) // 2] if differences else 0.0


def _set_solid(
    heights: Sequence[float], pairs: Sequence[tuple[int, int, float]], alike: float
) -> list[list[int]]:
    """Return the lines in groups that are set solid, one under the other, in one column and about one height."""
    group = list(range(len(heights)))

    def root(k: int) -> int:
        while group[k] != k:
            group[k] = group[group[k]]
            k = group[k]
        return k

    usual = sorted(gap for _, _, gap in pairs)
    widest = _LEADING * usual[len(usual) // 2] + 0.1 if usual else _SOLID_GAP
    for k, other, gap in pairs:
        if gap <= widest and abs(math.log(heights[k] / heights[other])) <= alike:
            group[root(other)] = root(k)
    found: dict[int, list[int]] = {}
    for k in range(len(heights)):
        found.setdefault(root(k), []).append(k)
    return list(found.values())


def _near_pairs(heights: Sequence[float], places: Sequence[Sides]) -> list[tuple[int, int, float]]:
    """Return lines one close under the other and of similar height, each pair with its gap in heights."""
    order = sorted(range(len(places)), key=lambda k: places[k].y0)
    pairs = []
    highest = max(heights, default=0.0)
    for at, k in enumerate(order):
        place, height = places[k], heights[k]
        for other in order[at + 1 :]:
            below = places[other]
            if below.y0 - place.y0 > height + _SOLID_GAP * highest:
                break
            small = min(height, heights[other])
            gap = (below.y0 - place.y1) / small
            shared = min(place.x1, below.x1) - max(place.x0, below.x0)
            if (
                -0.5 <= gap <= _SOLID_GAP
                and shared >= 0.5 * min(place.width, below.width)
                and abs(math.log(height / heights[other])) <= _ALIKE_NOISY
            ):
                pairs.append((k, other, gap))
    return pairs


def _few_sizes(groups: list[tuple[float, list[int]]]) -> list[tuple[float, list[int]]]:
    """Return groups of lines with near sizes made one."""
    groups = sorted(groups)
    bounds = [k + 1 for k, (a, b) in enumerate(pairwise(groups)) if math.log(b[0] / a[0]) > _SAME / 2]
    found = []
    for first, end in pairwise([0, *bounds, len(groups)]):
        same = groups[first:end]
        if same:
            size = _median([g[0] for g in same], [float(len(g[1])) for g in same])
            found += [(size, members) for _, members in same]
    return found
