"""PDF files of pages by reportlab, with fonts that are not embedded and have no ToUnicode table, unless given.

So real Chinese papers are made: CID fonts with a predefined CMap such as UniGB-UCS2-H or GBK-EUC-H. reportlab's own
CID fonts know no widths of letters for these and no other names of typefaces, so a font of ours stands in their place.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from benchmarks.printed_pages.typefaces import NoBackEndError, embedded_font

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.printed_pages.design import Design
    from benchmarks.printed_pages.sheet import Mark, Sheet

__all__ = ["pdf_of"]

_CODECS = {"GBK-EUC": "gbk", "GBKp-EUC": "gbk", "UniGB-UCS2": "utf-16-be", "UniGB-UTF16": "utf-16-be",
           "UniCNS-UCS2": "utf-16-be", "UniCNS-UTF16": "utf-16-be"}  # fmt: skip
_BLEED = 28.0
"""Points that a cropped page has beyond what is shown, on each side."""


class _CidFont:
    """A CID font that is not embedded, as reportlab's canvas takes one."""

    _multiByte = 1  # noqa: N815  names of reportlab
    _dynamicFont = False  # noqa: N815
    shapable = False

    def __init__(self, face: str, encoding: str) -> None:
        self.fontName = f"{face}-{encoding}"
        self._face, self._encoding = face, encoding
        self._codec = _CODECS[encoding[:-2]]
        self.substitutionFonts: list[Any] = []

    def formatForPdf(self, text: str) -> str:  # noqa: N802  the canvas calls it so
        from reportlab.lib.rl_accel import escapePDF

        return str(escapePDF(text.encode(self._codec, "replace")))

    def stringWidth(self, text: str, size: float, encoding: str = "") -> float:  # noqa: N802
        from benchmarks.printed_pages.sheet import text_width

        return text_width(text) * size

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Add the font to a document."""
        from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary

        taiwan = "CNS" in self._encoding
        name = f"F{len(doc.fontMapping) + 1}"
        descriptor = PDFDictionary(
            {
                "Type": "/FontDescriptor", "FontName": f"/{self._face}", "Flags": 6, "ItalicAngle": 0, "Ascent": 880,
                "Descent": -120, "CapHeight": 700, "StemV": 90, "FontBBox": PDFArray([0, -120, 1000, 880]),
            }
        )  # fmt: skip
        widths = [1, 95, 500, 13648, 13742, 500] if taiwan else [1, 95, 500, 814, 908, 500, 7716, 7716, 500]
        cid = PDFDictionary(
            {
                "Type": "/Font", "Subtype": "/CIDFontType0", "BaseFont": f"/{self._face}", "DW": 1000,
                "W": PDFArray(widths), "FontDescriptor": doc.Reference(descriptor),
                "CIDSystemInfo": PDFDictionary(
                    {"Registry": "(Adobe)", "Ordering": "(CNS1)" if taiwan else "(GB1)", "Supplement": 4}
                ),
            }
        )  # fmt: skip
        font = PDFDictionary(
            {
                "Type": "/Font", "Subtype": "/Type0", "Name": f"/{name}", "BaseFont": f"/{self._face}",
                "Encoding": f"/{self._encoding}", "DescendantFonts": PDFArray([doc.Reference(cid)]),
            }
        )  # fmt: skip
        doc.idToObject["BasicFonts"].dict[name] = doc.Reference(font, name)
        doc.fontMapping[self.fontName] = f"/{name}"


def pdf_of(
    design: Design, pages: Sequence[tuple[Sheet, Sequence[Mark]]], fonts: Sequence[Path] = ()
) -> bytes:
    """Return the file of some pages, each with its marks in the order in which they are written.

    Parameters
    ----------
    design : Design
    pages : sequence of (Sheet, sequence of Mark)
    fonts : sequence of Path, default=()
        Font files that are embedded, for the typefaces of the design in their order; the last one stands for those
        that are missing. None: the file only names its typefaces.

    Raises
    ------
    NoBackEndError
        reportlab is not installed.
    """
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfgen.canvas import Canvas
    except ImportError as error:
        raise NoBackEndError("reportlab is not installed: pip install reportlab") from error
    characters = {char for _, marks in pages for mark in marks for char in mark.text}
    embedded = {path: embedded_font(path, path.stem, characters) for path in fonts}
    for k, face in enumerate(design.faces):
        for encoding in dict.fromkeys((design.encoding, design.encoding[:-1] + "H")):
            font = _CidFont(face, encoding)
            # Not registerFont: of an embedded face it keeps the first font, with the characters of another file.
            chosen = embedded[fonts[min(k, len(fonts) - 1)]] if fonts else font
            pdfmetrics._fonts[font.fontName] = chosen
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1, invariant=1)
    for sheet, marks in pages:
        _Painter(canvas, design, sheet).page(marks)
    canvas.save()
    return out.getvalue()


class _Painter:
    """Draws one page."""

    def __init__(self, canvas: Any, design: Design, sheet: Sheet) -> None:
        self._canvas, self._design, self._sheet = canvas, design, sheet
        self._width, self._height = sheet.page_size()
        self._mode = 3 if design.trap == "ocr_layer" else 0

    def page(self, marks: Sequence[Mark]) -> None:
        canvas, trap = self._canvas, self._design.trap
        self._set_boxes(trap)
        if trap == "ocr_layer":
            canvas.drawImage(_grey_image(), 0, 0, self._width, self._height)
        for mark in marks:
            if mark.kind in ("text", "stack"):
                self._text(mark)
            elif trap != "ocr_layer":
                self._figure(mark)
        if trap == "double":
            self._mode = 3
            for mark in marks:
                if mark.kind in ("text", "stack"):
                    self._text(mark)
            self._mode = 0
        canvas.showPage()

    def _set_boxes(self, trap: str) -> None:
        """Set sizes and rotation of the page; the coordinates stay those of the page as shown."""
        canvas, width, height = self._canvas, self._width, self._height
        turn = 90 if "rotated" in trap else 0
        bleed = _BLEED if "cropped" in trap or trap == "outside" else 0.0
        w, h = (height, width) if turn else (width, height)
        canvas.setPageSize((width + 2 * bleed, height + 2 * bleed))  # reportlab turns it with the page
        canvas.setPageRotation(turn)
        canvas.setCropBox((bleed, bleed, w + bleed, h + bleed) if bleed else None)
        if bleed:
            canvas.translate(bleed, bleed)
        if turn:
            canvas.transform(0, 1, -1, 0, height, 0)
        if trap == "outside":
            self._run(30.0, -_BLEED + 8.0, "印张四版 成品尺寸 严禁外传", 9.0, self._font(0, "H"), 0.0)

    def _font(self, face: int, direction: str) -> str:
        return f"{self._design.faces[face]}-{self._design.encoding[:-1]}{direction}"

    def _text(self, mark: Mark) -> None:
        """Draw a run of text; characters that do not follow one another along the line are drawn one by one."""
        sheet, size = self._sheet, mark.size
        self._canvas.setFillGray(mark.grey)
        if not sheet.vertical:
            font = self._font(mark.face, "H")
            if mark.kind == "text":
                self._run(mark.x, mark.y, mark.text, size, font, mark.step)
            else:
                for k, char in enumerate(mark.text):
                    self._run(mark.x, mark.y + k * (size + mark.step), char, size, font, 0.0)
            return
        left = sheet.height - mark.y - size  # of the column that the line is on the page as shown
        if mark.kind == "stack":
            start = sheet.height - mark.rect()[3]
            self._run(start, mark.x, mark.text, size, self._font(mark.face, "H"), mark.step)
        elif self._design.encoding.endswith("V"):
            self._run(
                left + size / 2, mark.x, mark.text, size, self._font(mark.face, "V"), -mark.step, hang=0.0
            )
        else:
            for k, char in enumerate(mark.text):
                self._run(left, mark.x + k * (size + mark.step), char, size, self._font(mark.face, "H"), 0.0)

    def _run(
        self, x: float, y: float, text: str, size: float, font: str, step: float, hang: float = 0.88
    ) -> None:
        """Draw a run whose upper left corner is at (x, y); `hang` is the height above its baseline."""
        run = self._canvas.beginText(x, self._height - y - hang * size)
        run.setFont(font, size)
        run.setTextRenderMode(self._mode)
        run.setCharSpace(step)
        run.textOut(text)
        self._canvas.drawText(run)

    def _figure(self, mark: Mark) -> None:
        canvas = self._canvas
        x0, y0, x1, y1 = self._sheet.turned(mark.rect())
        bottom = self._height - y1
        if mark.kind == "rule":
            canvas.setLineWidth(0.5)
            canvas.line(x0, self._height - y0, x1, bottom)
        elif mark.kind == "picture":
            canvas.drawImage(_grey_image(), x0, bottom, x1 - x0, y1 - y0)
        elif mark.kind == "tint":
            canvas.setFillGray(mark.grey)
            canvas.rect(x0, bottom, x1 - x0, y1 - y0, stroke=0, fill=1)
        else:
            canvas.setLineWidth(0.7)
            canvas.rect(x0, bottom, x1 - x0, y1 - y0, stroke=1, fill=0)


def _grey_image() -> Any:
    """Return a small picture of a few greys."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    image = Image.new("L", (4, 4))
    image.putdata([90 + 9 * k for k in range(16)])
    return ImageReader(image)
