"""The picture of a page with its articles outlined, as ``classify predict page.pdf -f html`` shows it.

    python docs/outlined.py examples/page.pdf docs/pages/outlined.png [PIXELS]

It shows the first page of the file, with the numbers and sections of the articles in the colours of that page. The
outlines are put into the page, and pdfium draws them.
"""

from __future__ import annotations

import ctypes
import sys
from colorsys import hls_to_rgb
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2.raw

from classify import predict_page, read_pages
from classify.output.view import hue
from classify.read.pdf.frame import PageFrame, page_frame
from classify.read.pdf.pdfium import Pdfium
from classify.read.pdf.picture import draw

if TYPE_CHECKING:
    from classify.records import LabelledArticle

PIXELS = 1000
"""Of the longer side of the picture, unless given."""

ROOM = 1.5
"""Points between a block and its outline."""

BADGE = 11.0
"""Type size of the badges in points."""


def outlined(path: str, pixels: int) -> bytes:
    """Return the first page of a PDF file as a PNG file, its articles outlined."""
    items = predict_page(next(read_pages(path)), n_sentences=0)
    raw, data = Pdfium(pypdfium2.raw), Path(path).read_bytes()
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    page = raw.FPDF_LoadPage(document, 0)
    frame = page_frame(raw, page)
    if frame.quarters:
        raise SystemExit(f"{path}: is rotated, which this program does not draw; give another page")
    font = raw.FPDFText_LoadStandardFont(document, b"Helvetica-Bold")
    for number, item in enumerate(items, 1):
        _outline(raw, page, frame, number, item)
    for number, item in enumerate(items, 1):
        _badge(raw, document, page, frame, font, number, item)
    picture = draw(raw, page, frame, pixels)
    raw.FPDF_ClosePage(page)
    raw.FPDF_CloseDocument(document)
    return picture


def _color(number: int) -> tuple[int, int, int]:
    red, green, blue = hls_to_rgb(hue(number) / 360, 0.38, 0.75)
    return round(255 * red), round(255 * green), round(255 * blue)


def _outline(raw: Pdfium, page: int, frame: PageFrame, number: int, item: LabelledArticle) -> None:
    for box in item.article.boxes:
        place = (
            frame.x0 + box.x0 - ROOM,
            frame.y1 - box.y1 - ROOM,
            box.width + 2 * ROOM,
            box.height + 2 * ROOM,
        )
        rectangle = raw.FPDFPageObj_CreateNewRect(*place)
        raw.FPDFPageObj_SetFillColor(rectangle, *_color(number), 30)
        raw.FPDFPageObj_SetStrokeColor(rectangle, *_color(number), 255)
        raw.FPDFPageObj_SetStrokeWidth(rectangle, 1.5)
        raw.FPDFPath_SetDrawMode(rectangle, raw.FPDF_FILLMODE_WINDING, True)
        raw.FPDFPage_InsertObject(page, rectangle)


def _badge(
    raw: Pdfium, document: int, page: int, frame: PageFrame, font: int, number: int, item: LabelledArticle
) -> None:
    if not item.article.boxes:
        return
    name = f"{number} {item.section or ''}".rstrip()
    first = item.article.boxes[0]
    left, bottom = frame.x0 + first.x0 - ROOM, frame.y1 - first.y0 + ROOM
    ground = raw.FPDFPageObj_CreateNewRect(left, bottom, (0.58 * len(name) + 0.6) * BADGE, 1.3 * BADGE)
    raw.FPDFPageObj_SetFillColor(ground, *_color(number), 255)
    raw.FPDFPath_SetDrawMode(ground, raw.FPDF_FILLMODE_WINDING, False)
    raw.FPDFPage_InsertObject(page, ground)
    text = raw.FPDFPageObj_CreateTextObj(document, font, BADGE)
    raw.FPDFText_SetText(text, ctypes.create_string_buffer(name.encode("utf-16-le") + b"\0\0"))
    raw.FPDFPageObj_SetFillColor(text, 255, 255, 255, 255)
    raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, left + 0.3 * BADGE, bottom + 0.3 * BADGE)
    raw.FPDFPage_InsertObject(page, text)


if __name__ == "__main__":
    source, target, *rest = sys.argv[1:]
    Path(target).write_bytes(outlined(source, int(rest[0]) if rest else PIXELS))
