"""Characters with boxes to printed lines, by geometry alone.

The order in which a PDF file has its characters is that of the layout program and says nothing. Three steps:

1. Each character finds its nearest neighbours to the right and below, among those of its type size.
2. The direction of each piece of text is found: within a line characters are closer to one another than lines are.
3. Characters that follow one another on a baseline are a line. The gap may be about a character wide, since
   justified setting and letter-spaced headlines have wide gaps, but no rule may stand in it, and columns stay apart.

Vertical text is handled as horizontal text with its axes exchanged.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from classify.records import Box, Line
from classify.text.characters import HAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.read.pdf.characters import Characters

__all__ = ["to_lines"]

_NEIGHBOURS = 10
"""Nearest characters that are looked at. Chosen: one among narrow Latin ones has 8 nearer than the next line."""

_TEXT_GAP, _DISPLAY_GAP = 0.9, 1.15
"""Widest gap inside a line of text and of display type, in type sizes. Chosen: columns are 1 to 2 apart, the halves of
a headline one full-width blank."""

_GUTTER = 0.22
"""Narrowest gap between two columns, in type sizes, where a mark hangs out into the gutter. Chosen."""

_COLUMN = 8.0
"""Distance of lines of a column that show where it ends, in type sizes, at most. Chosen: some five lines."""

_TORN_PART = 3
"""Characters of the shorter part of a torn line, at most. Chosen."""

_TORN_GAP = 1.5
"""Widest gap inside a line whose neighbours show that it is one. Chosen."""

_SPACED_TEXT_GAP, _SPACED_GAP = 1.6, 2.2
"""The same inside a line of single letters that are widely spaced. Chosen."""

_BLANK_GAP = 0.2
"""A gap wider than the usual one of its line by so much, in type sizes, is a blank. Chosen: spaces have 0.25 to 0.5."""

_WIDE_BLANK_GAP = 0.85
"""The same of a full-width blank. Chosen: it has 1."""

_LATIN_BLANK_GAP = 0.18
"""A gap between Latin characters wider than this, in type sizes, is a blank. Chosen: spaces have 0.25."""

_DISPLAY = 1.25
"""Type is display type from this multiple of the usual size on. Chosen."""

_TIGHT = 0.35
"""Characters at most this far apart, in type sizes, are close. Chosen: lines of body type are 0.4 to 1 apart."""

_SHORTEST_RUN = 3
"""Characters close to one another that show the direction of their text, at least. Chosen: two rows of a letter-spaced
headline may be closer to one another than its letters."""


def to_lines(characters: Characters, rules: Sequence[Box], page: int) -> list[Line]:
    """Return the lines of a page, those of each direction from top to bottom, numbered from 1.

    Parameters
    ----------
    characters : Characters
    rules : sequence of Box
        No line crosses a rule.
    page : int
        Number of the page, for the boxes.

    Examples
    --------
    >>> from classify.read.pdf.characters import Characters
    >>> boxes = np.array([[10.0, 20.0, 19.0, 29.0], [19.5, 20.0, 28.5, 29.0], [40.0, 20.0, 49.0, 29.0]])
    >>> characters = Characters(list("水库广"), boxes, np.array([9.0, 9.0, 9.0]), ["Song"] * 3)
    >>> [line.text for line in to_lines(characters, (), 1)]
    ['水库', '广']
    """
    n = len(characters.text)
    if not n:
        return []
    boxes, sizes = characters.boxes, characters.sizes
    usual = float(np.median(sizes))
    pairs = _near_pairs(boxes, sizes)
    vertical = _are_vertical(boxes, sizes, pairs)
    first, second = vertical[pairs[:, 0]], vertical[pairs[:, 1]]
    lines: list[Line] = []
    directions: tuple[Literal["horizontal", "vertical"], ...] = ("horizontal", "vertical")
    for direction in directions:
        is_vertical = direction == "vertical"
        turned = boxes[:, [1, 0, 3, 2]] if is_vertical else boxes
        walls = [
            (r.x0, r.x1, r.y0, r.y1) if is_vertical else (r.y0, r.y1, r.x0, r.x1)
            for r in rules
            if (r.width > r.height) == is_vertical
        ]
        inside = pairs[(first == is_vertical) & (second == is_vertical)]
        members = vertical == is_vertical
        if not members.any():
            continue
        chains = _chains(turned, sizes, members, inside, usual, walls)
        # Plain lists from here on: most lines have a dozen characters, for which arrays are slow.
        places, type_sizes = turned.tolist(), sizes.tolist()
        chains = _cut_at_gutters(places, type_sizes, chains)
        chains = _join_torn(places, type_sizes, chains, walls)
        lines += [_to_line(characters, places, type_sizes, chain, page, direction) for chain in chains]
    lines.sort(key=lambda line: (line.box.y0, line.box.x0) if line.box else (0.0, 0.0))
    return [line._replace(number=k) for k, line in enumerate(lines, 1)]


def _near_pairs(boxes: NDArray[np.float64], sizes: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return pairs (i, j) of characters near one another, both ways round, of one type size each."""
    middles = np.stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)], axis=1)
    pairs = []
    # Layout programs scale type by some per cent to fill a line, so near sizes are one.
    ascending = np.argsort(sizes, kind="stable")
    ordered = sizes[ascending]
    bounds = np.flatnonzero(ordered[1:] > 1.04 * ordered[:-1]) + 1
    for members in np.split(ascending, bounds):
        if len(members) < 2:
            continue
        k = min(_NEIGHBOURS + 1, len(members))
        _, found = cKDTree(middles[members]).query(middles[members], k=k)
        pairs.append(np.stack([np.repeat(members, k - 1), members[found[:, 1:]].ravel()], axis=1))
    return np.concatenate(pairs) if pairs else np.zeros((0, 2), dtype=np.intp)


def _gaps(
    boxes: NDArray[np.float64], sizes: NDArray[np.float64], pairs: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the gap of each pair (i, j) in type sizes where j is right of i on its baseline, else inf."""
    i, j = pairs.T
    size = sizes[i]
    x0, y0, x1, y1 = boxes.T.copy()  # each in one piece, which is faster to pick from
    off = np.abs((y0[j] + y1[j] - y0[i] - y1[i]) / 2)
    after = x0[j] + x1[j] > x0[i] + x1[i]
    gap = (x0[j] - x1[i]) / size
    alike = np.abs(sizes[j] - size) <= 0.04 * size
    return np.where(alike & (off <= 0.35 * size) & after & (gap > -0.6), np.maximum(gap, 0.0), np.inf)


def _are_vertical(
    boxes: NDArray[np.float64], sizes: NDArray[np.float64], pairs: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return for each character whether it is part of a vertical line."""
    n = len(sizes)
    if not len(pairs):
        return np.zeros(n, dtype=bool)
    right, below = _gaps(boxes, sizes, pairs), _gaps(boxes[:, [1, 0, 3, 2]], sizes, pairs)
    across, along = np.full(n, np.inf), np.full(n, np.inf)
    for nearest, gaps in ((across, right), (along, below)):
        np.minimum.at(nearest, pairs[:, 0], gaps)
        np.minimum.at(nearest, pairs[:, 1], gaps)
    in_columns = _long_runs((along < across) & (along <= _TIGHT), below, pairs)
    in_rows = _long_runs((across < along) & (across <= _TIGHT), right, pairs)
    pieces = _components(n, pairs[np.minimum(right, below) <= 1.0])
    count = pieces.max() + 1
    votes = np.bincount(pieces, in_columns, count) - np.bincount(pieces, in_rows, count)
    is_column = np.where(votes == 0, _are_tall(boxes, pieces, count), votes > 0)
    # A vertical kicker beside body text of its size is one piece with it, but has a run of its own.
    vertical: NDArray[np.bool_] = (is_column[pieces] | in_columns) & ~in_rows
    return vertical


def _long_runs(
    members: NDArray[np.bool_], gaps: NDArray[np.float64], pairs: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return which of `members` are in a run of `_SHORTEST_RUN` of them or more, each close to the next."""
    inside = members[pairs[:, 0]] & members[pairs[:, 1]] & (gaps <= _TIGHT)
    runs = _components(len(members), pairs[inside])
    long: NDArray[np.bool_] = members & (np.bincount(runs)[runs] >= _SHORTEST_RUN)
    return long


def _components(n: int, pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    first, second = pairs.astype(np.int32).T  # scipy 1.11 finds nothing in indices of eight bytes
    links = coo_array((np.ones(len(pairs), dtype=bool), (first, second)), shape=(n, n))
    found: NDArray[np.intp] = connected_components(links, directed=False)[1]
    return found


def _are_tall(boxes: NDArray[np.float64], pieces: NDArray[np.intp], count: int) -> NDArray[np.bool_]:
    """Return for each piece of text whether it is higher than wide."""
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, pieces, boxes[:, :2])
    np.maximum.at(high, pieces, boxes[:, 2:])
    extent = high - low
    tall: NDArray[np.bool_] = extent[:, 1] > 1.5 * extent[:, 0]
    return tall


def _chains(
    boxes: NDArray[np.float64],
    sizes: NDArray[np.float64],
    members: NDArray[np.bool_],
    pairs: NDArray[np.intp],
    usual: float,
    walls: Sequence[tuple[float, float, float, float]],
) -> list[list[int]]:
    """Return the characters of each horizontal line, from left to right.

    `members` says which characters run in this direction, and `pairs` which are near one another; a wall is a vertical
    rule: its y0, y1, x0, x1. A single character is a line too.
    """
    n = len(sizes)
    gaps = _gaps(boxes, sizes, pairs)
    size = sizes[pairs[:, 0]]
    display = size >= _DISPLAY * usual
    close = gaps <= np.where(display, _DISPLAY_GAP, _TEXT_GAP)
    # Letters that are alone in their line by that measure may be those of a widely spaced line.
    linked = np.zeros(n, dtype=bool)
    linked[pairs[close].ravel()] = True
    single = np.flatnonzero(~linked & members)
    if len(single) > 1:
        more = single[_near_pairs(boxes[single], sizes[single])]
        spaced = _gaps(boxes, sizes, more)
        widest = np.where(sizes[more[:, 0]] >= _DISPLAY * usual, _SPACED_GAP, _SPACED_TEXT_GAP)
        pairs, gaps = np.concatenate([pairs, more]), np.concatenate([gaps, spaced])
        close = np.concatenate([close, spaced <= widest])
    if walls:
        wide = np.flatnonzero(close & (gaps > 0.2))
        left, right = pairs[wide].T
        heights = (boxes[left, 1] + boxes[left, 3]) / 2
        places = zip(
            wide.tolist(), heights.tolist(), boxes[left, 2].tolist(), boxes[right, 0].tolist(), strict=True
        )
        close[[k for k, y, x0, x1 in places if _parted(walls, y, x0, x1)]] = False
    own = np.flatnonzero(members)
    pieces = _components(n, pairs[close])[own]
    order = np.lexsort((boxes[own, 0], pieces))
    bounds = [0, *(np.flatnonzero(np.diff(pieces[order])) + 1).tolist(), len(own)]
    in_order = own[order].tolist()
    return [in_order[first:end] for first, end in pairwise(bounds) if first < end]


_Place = list[float]
"""x0, y0, x1, y1 of a character, its axes exchanged where it is vertical."""


class _Span(NamedTuple):
    """Where a line begins and ends, its middle height, and its type size."""

    start: float
    end: float
    height: float
    size: float

    @classmethod
    def of(cls, chain: Sequence[int], boxes: Sequence[_Place], sizes: Sequence[float]) -> _Span:
        """Return the span of a chain of characters."""
        first = boxes[chain[0]]
        return cls(first[0], boxes[chain[-1]][2], (first[1] + first[3]) / 2, sizes[chain[0]])


def _cut_at_gutters(
    boxes: Sequence[_Place], sizes: Sequence[float], chains: Sequence[list[int]]
) -> list[list[int]]:
    """Cut lines that hang over the edge of their column, and so come close to those of the next one.

    A line is cut at a gap where a line next to it begins and another one of the column has ended.
    """
    spans = [_Span.of(chain, boxes, sizes) for chain in chains]
    cut: list[list[int]] = []
    for chain, span in zip(chains, spans, strict=True):
        size, rest = span.size, chain
        gaps = [
            (at, boxes[a][2], boxes[b][0])
            for at, (a, b) in enumerate(pairwise(chain))
            if boxes[b][0] - boxes[a][2] > _GUTTER * size
        ]
        near = [
            other for other in spans
            if 0.5 * size < abs(other.height - span.height) <= _COLUMN * size
            and abs(other.size - size) <= 0.05 * size
        ] if gaps else []  # fmt: skip
        for at, right, left in reversed(gaps):
            begins = any(
                abs(other.start - left) <= 0.3 * size and abs(other.height - span.height) <= 2.2 * size
                for other in near
            )
            if begins and any(-1.5 * size <= other.end - right <= 0.3 * size for other in near):
                cut.append(rest[at + 1 :])
                rest = rest[: at + 1]
        cut.append(rest)
    return cut


def _join_torn(
    boxes: Sequence[_Place],
    sizes: Sequence[float],
    chains: list[list[int]],
    walls: Sequence[tuple[float, float, float, float]],
) -> list[list[int]]:
    """Join parts of a line that justified setting has torn: a line next to it covers the gap and has their ends."""
    spans = [_Span.of(chain, boxes, sizes) for chain in chains]
    by_height = sorted(range(len(chains)), key=lambda k: spans[k].height)
    joined: set[int] = set()
    for at, k in enumerate(by_height):
        x0, x1, y, size = spans[k]
        if k in joined:
            continue
        near = [m for m in _near_in_order(by_height, at, spans, 2.2 * size) if m not in joined]
        for m in near:
            other = spans[m]
            torn = (
                0 < other.start - x1 <= _TORN_GAP * size
                and abs(other.height - y) <= 0.2 * size
                and abs(other.size - size) <= 0.05 * size
                and min(len(chains[k]), len(chains[m])) <= _TORN_PART
            )
            if (
                torn
                and not _parted(walls, y, x1, other.start)
                and any(
                    abs(spans[c].end - other.end) <= size and -0.5 * size <= x0 - spans[c].start <= 2.6 * size
                    for c in near
                    if c != m and spans[c].start < x1 - size and abs(spans[c].height - y) > 0.5 * size
                )
            ):
                chains[k] = chains[k] + chains[m]
                joined.add(m)
                x1 = other.end
                spans[k] = _Span(x0, x1, y, size)
    return [chain for k, chain in enumerate(chains) if k not in joined]


def _near_in_order(order: Sequence[int], at: int, spans: Sequence[_Span], reach: float) -> list[int]:
    """Return the items of `order` around position `at` whose height differs by `reach` at most."""
    height = spans[order[at]].height
    first = at
    while first and height - spans[order[first - 1]].height <= reach:
        first -= 1
    end = at + 1
    while end < len(order) and spans[order[end]].height - height <= reach:
        end += 1
    return sorted((k for k in order[first:end] if k != order[at]), key=lambda k: spans[k].start)


def _parted(walls: Sequence[tuple[float, float, float, float]], y: float, x0: float, x1: float) -> bool:
    """Return whether a wall stands between x0 and x1 at height y."""
    return any(wall[0] <= y <= wall[1] and wall[2] >= x0 - 1 and wall[3] <= x1 + 1 for wall in walls)


def _to_line(
    characters: Characters,
    boxes: Sequence[_Place],
    sizes: Sequence[float],
    chain: Sequence[int],
    page: int,
    direction: Literal["horizontal", "vertical"],
) -> Line:
    """Return the line of a chain of characters; `boxes` have their axes exchanged where it is vertical."""
    text = [characters.text[i] for i in chain]
    places = [boxes[i] for i in chain]
    own_sizes = [sizes[i] for i in chain]
    gaps = [(b[0] - a[2]) / size for a, b, size in zip(places, places[1:], own_sizes[1:], strict=False)]
    starts, tops, ends, bottoms = zip(*places, strict=True)
    x0, y0, x1, y1 = min(starts), min(tops), max(ends), max(bottoms)
    sides = (y0, x0, y1, x1) if direction == "vertical" else (x0, y0, x1, y1)
    faces = [characters.faces[i] for i in chain if characters.text[i] > HAN[1]]
    faces = faces or [characters.faces[i] for i in chain]
    return Line(
        _with_blanks(text, gaps),
        0,
        Box(page, *(round(side, 2) for side in sides)),
        round(sorted(own_sizes)[len(own_sizes) // 2], 2),
        max(dict.fromkeys(faces), key=faces.count),  # the first of equals, in every run
        direction,
    )


def _with_blanks(text: Sequence[str], gaps: Sequence[float]) -> str:
    """Return the characters of a line with a blank where the gap before one, in type sizes, is a wide one."""
    usual = sorted(gaps)[len(gaps) // 2] if len(gaps) > 2 else 0.0
    if not gaps or max(gaps) <= min(_LATIN_BLANK_GAP, usual + _BLANK_GAP):
        return "".join(text)
    pieces = [text[0]]
    for before, after, gap in zip(text, text[1:], gaps, strict=False):
        if before.isascii() or after.isascii():
            if gap > _LATIN_BLANK_GAP and before.isascii() and after.isascii():
                pieces.append(" ")
        elif gap > usual + _WIDE_BLANK_GAP:
            pieces.append("\u3000")
        elif gap > usual + _BLANK_GAP:
            pieces.append(" ")
        pieces.append(after)
    return "".join(pieces)
