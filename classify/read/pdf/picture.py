"""A PDF page as a picture: drawn by pdfium, written as PNG.

PNG is written here, in twenty lines, because Pillow would be another dependency for this alone. Pages in grey, as most
are, take one byte a pixel; colour takes three.
"""

from __future__ import annotations

import ctypes
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from classify.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classify.read.pdf.frame import PageFrame
    from classify.read.pdf.pdfium import Pdfium

__all__ = ["draw", "png"]

_BGRX, _ANNOTATIONS = 3, 1  # FPDFBitmap_BGRx, FPDF_ANNOT
_WHITE = 0xFFFFFFFF
_MOST_PIXELS = 4_000
"""Pixels of a side, at most: 64 MB for a page. Chosen."""

_UP, _COMPRESSION = 2, 6  # filter type of PNG; level of zlib, its default


def draw(raw: Pdfium, page: int, frame: PageFrame, pixels: int) -> bytes:
    """Return a page as a PNG file.

    Parameters
    ----------
    raw : Pdfium
    page : FPDF_PAGE
    frame : PageFrame
        How the page is shown; pdfium draws it so.
    pixels : int
        Pixels of its longer side, at most 4,000.

    Raises
    ------
    InputError
        pdfium has no memory for the picture.
    """
    scale = min(pixels, _MOST_PIXELS) / max(frame.width, frame.height, 1.0)
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    bitmap = raw.FPDFBitmap_CreateEx(width, height, _BGRX, None, 0)
    if not bitmap:
        raise InputError("can't be drawn")
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, _ANNOTATIONS)
        stride = raw.FPDFBitmap_GetStride(bitmap)
        data = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    rows = np.frombuffer(data, dtype=np.uint8).reshape(height, stride)[:, : 4 * width]
    return png(rows.reshape(height, width, 4)[:, :, 2::-1])


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Return pixels as a PNG file.

    Parameters
    ----------
    pixels : ndarray of uint8 of shape (height, width, 3)
        Red, green and blue. Where they are equal everywhere the file is grey.

    Examples
    --------
    >>> png(np.full((2, 3, 3), 255, dtype=np.uint8))[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    height, width, _ = pixels.shape
    is_grey = bool((pixels[:, :, :1] == pixels[:, :, 1:]).all())
    rows = np.ascontiguousarray(pixels[:, :, :1] if is_grey else pixels).reshape(height, -1)
    filtered = np.empty((height, rows.shape[1] + 1), dtype=np.uint8)
    filtered[:, 0] = _UP  # each row is written as its difference from the one above
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if is_grey else 2, 0, 0, 0)
    chunks = [
        (b"IHDR", header),
        (b"IDAT", zlib.compress(filtered.tobytes(), _COMPRESSION)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
