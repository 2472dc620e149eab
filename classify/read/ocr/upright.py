"""Pages of OCR programs turned upright and straightened.

A page may have been scanned on its side, which the file says, or slightly askew, which it seldom says. Skew matters:
over a column of 50 mm half a degree makes the box of a line a tenth higher, and the left edges of a column drift apart.
It is taken from baselines where lines have them, else from the words of lines, and else from the left edges of the
lines, which are in line one under the other on a straight page only.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from classify.read.ocr.found import FoundLine, FoundPage, Sides

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["find_skew", "straightened", "turned_upright"]

_STEEPEST, _STEP = 0.05, 0.001
"""Largest slope that is looked for, and in which steps. Chosen: scanners hold a sheet to within 2 or 3 degrees."""

_LEAST = 0.0015
"""A smaller slope is none. Chosen: over a column it moves a line's end by a fiftieth of its height."""

_LEAST_LINES = 24
"""Lines that skew is found from, at least. Chosen."""

_BINS = 8
"""Left edges are counted in bins of the height of a line over this. Chosen: 1 or 2 points."""

_SHARPER = 1.2
"""The left edges must be so much better in line than on the page as it is. Chosen."""


def turned_upright(page: FoundPage) -> FoundPage:
    """Return a page with most of its text upright.

    Examples
    --------
    >>> from classify.read.ocr.found import FoundWord
    >>> line = FoundLine([FoundWord("水库蓄水")], Sides(80, 10, 90, 60), turn=1)
    >>> page = turned_upright(FoundPage(100, 200, lines=[line]))
    >>> page.width, page.height, page.lines[0].sides, page.lines[0].turn
    (200, 100, Sides(x0=10, y0=10, x1=60, y1=20), 0)
    """
    letters = [0, 0, 0, 0]
    for line in page.lines:
        letters[line.turn % 4] += len(line.text)
    turn = letters.index(max(letters))
    if turn == 0:
        return page
    width, height = page.width, page.height

    def move(s: Sides) -> Sides:
        """Turn a box counterclockwise, together with its page."""
        if turn == 1:
            return Sides(s.y0, width - s.x1, s.y1, width - s.x0)
        if turn == 2:
            return Sides(width - s.x1, height - s.y1, width - s.x0, height - s.y0)
        return Sides(height - s.y1, s.x0, height - s.y0, s.x1)

    lines = [
        replace(line, turn=(line.turn - turn) % 4, slope=None, direction="" if turn % 2 else line.direction)
        for line in page.lines
    ]
    moved = _moved(replace(page, lines=lines), move)
    return replace(moved, width=height, height=width) if turn % 2 else moved


def _moved(page: FoundPage, move: Callable[[Sides], Sides]) -> FoundPage:
    """Return a page with every box moved."""
    lines = [
        replace(
            line,
            sides=move(line.sides) if line.sides else None,
            words=[w._replace(sides=move(w.sides) if w.sides else None) for w in line.words],
        )
        for line in page.lines
    ]
    return replace(
        page,
        lines=lines,
        rules=[move(s) for s in page.rules],
        frames=[move(s) for s in page.frames],
        pictures=[move(s) for s in page.pictures],
    )


def find_skew(lines: Sequence[FoundLine]) -> float:
    """Return the slope of the lines of a page, positive where they sink to the right; 0 where they are straight.

    Examples
    --------
    >>> from classify.read.ocr.found import FoundWord
    >>> places = [Sides(50 - k, 20 * k, 150 - k, 20 * k + 12) for k in range(30)]
    >>> rows = [FoundLine([FoundWord("水库开始蓄水")], place) for place in places]
    >>> round(find_skew(rows), 2)
    0.05
    """
    wide = [line for line in lines if line.sides and line.sides.width >= 4 * line.sides.height]
    for slopes in ([line.slope for line in wide], [_slope_of_words(line) for line in wide]):
        known = sorted(slope for slope in slopes if slope is not None)
        if known and 2 * len(known) >= len(wide):
            middle = known[len(known) // 2]
            return middle if _LEAST < abs(middle) <= 2 * _STEEPEST else 0.0
    return _slope_of_edges(lines) if len(wide) >= _LEAST_LINES else 0.0


def _slope_of_words(line: FoundLine) -> float | None:
    """Return the slope of the words of a line; None where it has too few with boxes."""
    sides = [word.sides for word in line.words if word.sides]
    if len(sides) < 4:
        return None
    x = np.array([(s.x0 + s.x1) / 2 for s in sides])
    y = np.array([(s.y0 + s.y1) / 2 for s in sides])
    x -= x.mean()
    spread = float((x * x).sum())
    return float((x * (y - y.mean())).sum() / spread) if spread > 0 else None


def _slope_of_edges(lines: Sequence[FoundLine]) -> float:
    """Return the slope at which the left edges of the lines of a page are best in line."""
    sides = [line.sides for line in lines if line.sides and line.sides.width >= line.sides.height]
    x = np.array([s.x0 for s in sides])
    top, bottom = np.array([s.y0 for s in sides]), np.array([s.y1 for s in sides])
    width = float(np.median(bottom - top)) / _BINS

    def sharpness(slope: float) -> float:
        # The left end of a line that sinks is at the top of its box.
        y = top if slope > 0 else bottom
        return _sharpness(x + slope * y, max(width, 1e-6))

    slopes = np.arange(-_STEEPEST, _STEEPEST + _STEP / 2, _STEP)
    found = [sharpness(float(slope)) for slope in slopes]
    best = int(np.argmax(found))
    slope = float(slopes[best])
    return slope if found[best] > _SHARPER * sharpness(0.0) and abs(slope) > _LEAST else 0.0


def _sharpness(places: NDArray[np.float64], width: float) -> float:
    """Return how much places crowd at few values: the sum of the squares of a smoothed histogram."""
    bins = np.floor((places - places.min()) / width).astype(np.intp)
    counts = np.bincount(np.minimum(bins, 100_000)).astype(np.float64)
    smooth = np.convolve(counts, [0.5, 1.0, 0.5])
    return float((smooth * smooth).sum())


def straightened(page: FoundPage) -> FoundPage:
    """Return a page whose lines are level.

    The box of a line that is askew is higher than the line by the slope times its length; that is taken off.
    """
    slope = find_skew(page.lines)
    if slope == 0.0:
        return page
    cosine = 1 / math.hypot(1.0, slope)
    steep = abs(slope)

    def move(s: Sides) -> Sides:
        x, y = (s.x0 + s.x1) / 2, (s.y0 + s.y1) / 2
        width = max(s.width - steep * s.height, 0.5 * s.width) / 2
        height = max(s.height - steep * s.width, 0.3 * s.height) / 2
        x, y = (x + slope * y) * cosine, (y - slope * x) * cosine
        return Sides(x - width, y - height, x + width, y + height)

    moved = _moved(page, move)
    return replace(moved, lines=[replace(line, slope=None) for line in moved.lines])
