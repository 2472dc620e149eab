"""Rules, frames and pictures that are drawn on a PDF page, by pdfium."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classify.read.pdf.pdfium import numbers
from classify.records import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from classify.read.pdf.frame import PageFrame
    from classify.read.pdf.pdfium import Pdfium

__all__ = ["Drawings", "read_drawings"]

_THIN = 2.5
"""A drawn line is at most so wide, in points. Chosen: rules of newspapers have 0.2 to 2."""

_SHORTEST_RULE = 18.0
"""A rule between articles or columns is at least so long, in points. Chosen: two characters of body type."""

_SMALLEST_PICTURE, _SMALLEST_FRAME = 8.0, 12.0
"""Points that the shorter side of a picture and of a frame has at least. Chosen: a character has 8 to 12."""

_DEEPEST = 8
"""Forms within one another that are read. Chosen: layout programs write two or three."""

_PATH, _PICTURE, _FORM = 2, 3, 5  # FPDF_PAGEOBJ_…
_WHITE = 253
"""From this value of all its colours on, out of 255, a filling is white. Chosen."""


@dataclass(frozen=True, slots=True)
class Drawings:
    """What is drawn on a page beside its text; see `classify.records.PrintedPage`."""

    rules: tuple[Box, ...]
    frames: tuple[Box, ...]
    pictures: tuple[Box, ...]


class _Drawn(NamedTuple):
    """A path or picture: its box in the units of the file (left, bottom, right, top), and whether it is to be seen."""

    kind: int
    box: tuple[float, float, float, float]
    is_seen: bool


def read_drawings(raw: Pdfium, page: int, frame: PageFrame, number: int) -> Drawings:
    """Return the rules, frames and pictures of a page.

    Parameters
    ----------
    raw : Pdfium
    page : FPDF_PAGE
    frame : PageFrame
    number : int
        Number of the page, for the boxes.
    """
    rules, frames, pictures = [], [], []
    reader = _DrawingReader(raw)
    items = list(map(raw.FPDFPage_GetObject, repeat(page), range(raw.FPDFPage_CountObjects(page))))
    kinds = map(raw.FPDFPageObj_GetType, items)  # in C: most objects are text
    drawn = [
        found
        for item, kind in zip(items, kinds, strict=True)
        if kind in (_PATH, _PICTURE, _FORM)
        for found in reader.read(item)
    ]
    boxes = frame.shown(np.array([item.box for item in drawn]).reshape(-1, 4)).tolist()
    for item, (left, top, right, bottom) in zip(drawn, boxes, strict=True):
        x0, y0, x1, y1 = max(0.0, left), max(0.0, top), min(frame.width, right), min(frame.height, bottom)
        if x1 < x0 or y1 < y0:
            continue
        placed = Box(number, x0, y0, x1, y1)
        thin, long = sorted((placed.width, placed.height))
        if item.kind == _PICTURE:
            if thin >= _SMALLEST_PICTURE:
                pictures.append(placed)
        elif thin <= _THIN:
            if long >= _SHORTEST_RULE:
                rules.append(placed)
        elif item.is_seen and thin >= _SMALLEST_FRAME:
            frames.append(placed)
    return Drawings(tuple(rules), tuple(frames), tuple(pictures))


class _DrawingReader:
    """Reads paths and pictures, of which a page may have thousands; buffers are made once."""

    def __init__(self, raw: Pdfium) -> None:
        self._raw = raw
        self._sides, self._side_addresses = numbers(4)
        self._modes, self._mode_addresses = numbers(2, ctypes.c_int)
        self._color, self._color_addresses = numbers(4, ctypes.c_uint)
        self._matrix, self._matrix_addresses = numbers(6)

    def read(self, item: int, outer: NDArray[np.float64] | None = None, depth: int = 0) -> Iterator[_Drawn]:
        """Yield the path or picture that `item` is, or those of a form (a group that is drawn as one).

        The objects of a form have boxes in the units of the form; `outer`, of shape (3, 2), takes them to those of
        the file.
        """
        raw = self._raw
        kind = raw.FPDFPageObj_GetType(item)
        if kind in (_PATH, _PICTURE):
            if raw.FPDFPageObj_GetBounds(item, *self._side_addresses):
                left, bottom, right, top = self._sides
                if outer is not None:
                    corners = np.array(
                        [[left, bottom, 1.0], [right, top, 1.0], [left, top, 1.0], [right, bottom, 1.0]]
                    )
                    moved = corners @ outer
                    left, bottom = moved.min(axis=0).tolist()
                    right, top = moved.max(axis=0).tolist()
                yield _Drawn(kind, (left, bottom, right, top), kind == _PICTURE or self._is_seen(item))
        elif kind == _FORM and depth < _DEEPEST:
            raw.FPDFPageObj_GetMatrix(item, self._matrix_addresses[0])
            own = np.array(self._matrix, dtype=np.float64).reshape(3, 2)
            if outer is not None:
                own = np.column_stack([own, [0.0, 0.0, 1.0]]) @ outer
            for k in range(raw.FPDFFormObj_CountObjects(item)):
                yield from self.read(raw.FPDFFormObj_GetObject(item, k), own, depth + 1)

    def _is_seen(self, path: int) -> bool:
        """Return whether a path has an outline, or a filling other than white."""
        self._raw.FPDFPath_GetDrawMode(path, *self._mode_addresses)
        fill, stroke = self._modes
        if stroke:
            return True
        if not fill or not self._raw.FPDFPageObj_GetFillColor(path, *self._color_addresses):
            return False
        red, green, blue, opacity = self._color
        return bool(opacity and min(red, green, blue) < _WHITE)
