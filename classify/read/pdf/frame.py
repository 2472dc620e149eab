"""Where a place of a PDF file is on the page as it is shown: the crop box and /Rotate, which pdfium does not apply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classify.read.pdf.pdfium import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classify.read.pdf.pdfium import Pdfium

__all__ = ["PageFrame", "page_frame"]

_LETTER = (0.0, 0.0, 612.0, 792.0)
"""The size in points of a page that gives none; so says the format."""


@dataclass(frozen=True, slots=True)
class PageFrame:
    """How a page is shown: its crop box in the units of the file, and its rotation in quarters of a turn.

    >>> frame = PageFrame(0.0, 0.0, 100.0, 200.0, 1)
    >>> frame.width, frame.height, [float(v) for v in frame.shown(np.array([[10.0, 20.0, 30.0, 60.0]]))[0]]
    (200.0, 100.0, [20.0, 10.0, 60.0, 30.0])
    """

    x0: float
    y0: float
    x1: float
    y1: float
    quarters: int

    @property
    def width(self) -> float:
        """Width in points of the page as shown."""
        return self.y1 - self.y0 if self.quarters % 2 else self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points of the page as shown."""
        return self.x1 - self.x0 if self.quarters % 2 else self.y1 - self.y0

    def shown(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return boxes (left, bottom, right, top) of the file as (x0, y0, x1, y1) from the top left, as shown."""
        left, bottom, right, top = boxes.T
        if self.quarters == 0:
            sides = left - self.x0, self.y1 - top, right - self.x0, self.y1 - bottom
        elif self.quarters == 1:
            sides = bottom - self.y0, left - self.x0, top - self.y0, right - self.x0
        elif self.quarters == 2:
            sides = self.x1 - right, bottom - self.y0, self.x1 - left, top - self.y0
        else:
            sides = self.y1 - top, self.x1 - right, self.y1 - bottom, self.x1 - left
        return np.stack(sides, axis=1)


def page_frame(raw: Pdfium, page: int) -> PageFrame:
    """Return how pdfium shows `page`, an FPDF_PAGE."""
    sides, addresses = numbers(4)
    media = _LETTER
    if raw.FPDFPage_GetMediaBox(page, *addresses):
        media = (sides[0], sides[1], sides[2], sides[3])
    x0, y0, x1, y1 = media
    if raw.FPDFPage_GetCropBox(page, *addresses):
        crop = list(sides)
        left, bottom = max(crop[0], media[0]), max(crop[1], media[1])
        right, top = min(crop[2], media[2]), min(crop[3], media[3])
        if left < right and bottom < top:
            x0, y0, x1, y1 = left, bottom, right, top
    return PageFrame(x0, y0, x1, y1, raw.FPDFPage_GetRotation(page) % 4)
