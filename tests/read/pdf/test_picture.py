"""PDF pages as PNG files."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from classify.errors import InputError
from classify.read.pdf.document import PdfDocument
from classify.read.pdf.picture import png
from tests.pdf_writer import PdfPage, pdf


def pixels_of(data: bytes) -> np.ndarray:
    """Read a PNG file of 8 bits with rows of filter type 2, as a decoder does, and check its sums."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + content),)
        chunks[kind], at = content, at + 12 + length
    width, height, depth, color, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, rest) == (8, [0, 0, 0])
    channels = {0: 1, 2: 3}[color]
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + width * channels)
    assert (rows[:, 0] == 2).all()
    return np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, channels)


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 5), st.integers(1, 5), st.just(3))))
def test_png_keeps_every_pixel(pixels: np.ndarray) -> None:
    found = pixels_of(png(pixels))
    assert (np.broadcast_to(found, pixels.shape) == pixels).all()


def test_a_page_is_drawn_as_it_is_shown() -> None:
    page = PdfPage(200, 100, "/Rotate 90")
    page.frame(0, 0, 20, 10, tint=True)  # the upper left corner before the page is turned
    found = pixels_of(PdfDocument(pdf([page]), "page.pdf").picture(1, 100))
    assert found.shape == (100, 50, 1)
    dark = np.argwhere(found[:, :, 0] < 250)
    assert dark.min(axis=0).tolist() == [0, 45]
    assert dark.max(axis=0).tolist() == [9, 49]


def test_a_page_in_colour_has_three_channels() -> None:
    page = PdfPage(100, 100)
    page.parts.append("1 0 0 rg 0 0 100 100 re f")
    assert pixels_of(PdfDocument(pdf([page]), "page.pdf").picture(1, 10))[5, 5].tolist() == [255, 0, 0]


def test_a_page_that_is_not_there() -> None:
    with pytest.raises(InputError, match="damaged"):
        PdfDocument(pdf([PdfPage(100, 100)]), "page.pdf").picture(2, 10)
