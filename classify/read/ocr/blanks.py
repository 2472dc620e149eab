"""Pictures that an OCR program does not tell of, from the white that they leave in the text.

A newspaper page is full: where nothing is printed over many lines, there is a picture, or an advertisement that is one.
Layout needs them, since text flows round pictures, and a headline may have its picture between itself and its text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classify.read.ocr.found import Sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["find_blanks"]

_WIDTH, _HEIGHT = 8, 7
"""Least extent of a blank, along and across the lines, in type sizes. Chosen: the smallest pictures are portraits of
half a column; the end of a paragraph and the space beside a headline are wide and low."""

_MOST = 12
"""Blanks of a page, at most. Chosen."""

_MARGIN = 0.5
"""A blank is smaller than the white by this on each side, in type sizes. Chosen: text keeps a distance."""


def find_blanks(printed: Sequence[Sides], size: float) -> list[Sides]:
    """Return the largest blanks inside the printed part of a page, those that do not overlap.

    Parameters
    ----------
    printed : sequence of Sides
        The boxes of everything on the page.
    size : float
        Type size of the text, in the units of the boxes.

    Examples
    --------
    >>> rows = [Sides(0, 12 * k, 100, 12 * k + 10) for k in range(30) if not 8 <= k < 18]
    >>> [tuple(round(side) for side in blank) for blank in find_blanks(rows, 10.0)]
    [(5, 105, 95, 205)]
    """
    if not printed or size <= 0:
        return []
    x0, y0 = min(s.x0 for s in printed), min(s.y0 for s in printed)
    wide, high = max(s.x1 for s in printed) - x0, max(s.y1 for s in printed) - y0
    cell = max(size, wide / 400, high / 600)
    columns, rows = int(np.ceil(wide / cell)), int(np.ceil(high / cell))
    free = np.ones((rows, columns), dtype=bool)
    for s in printed:
        top, left = int((s.y0 - y0) / cell), int((s.x0 - x0) / cell)
        free[top : int(np.ceil((s.y1 - y0) / cell)), left : int(np.ceil((s.x1 - x0) / cell))] = False
    found = []
    for _ in range(_MOST):
        best = _largest(free)
        if best is None:
            break
        top, left, bottom, right = best
        free[top:bottom, left:right] = False
        inner = _MARGIN * size
        found.append(
            Sides(
                x0 + left * cell + inner,
                y0 + top * cell + inner,
                min(x0 + wide, x0 + right * cell) - inner,
                min(y0 + high, y0 + bottom * cell) - inner,
            )
        )
    return found


def _largest(free: NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """Return the largest free rectangle of at least `_HEIGHT` x `_WIDTH` cells: top, left, bottom, right; or None."""
    heights = np.zeros(free.shape[1], dtype=np.intp)
    best, area = None, 0
    for bottom, row in enumerate(free, 1):
        heights = np.where(row, heights + 1, 0)
        if heights.max(initial=0) < _HEIGHT:
            continue
        # Each bar of the histogram as far to both sides as bars are not lower.
        stack: list[tuple[int, int]] = []
        for right, height in enumerate([*heights.tolist(), 0]):
            left = right
            while stack and stack[-1][1] >= height:
                left, tall = stack.pop()
                if tall >= _HEIGHT and right - left >= _WIDTH and tall * (right - left) > area:
                    best, area = (bottom - tall, left, bottom, right), tall * (right - left)
            stack.append((left, height))
    return best
