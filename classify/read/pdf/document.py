"""A PDF file to its pages: lines, rules, frames and pictures of each page as it is shown.

This is the only module that imports pypdfium2, and it does so when a document is opened. It runs in a child process
(`classify.read.pdf.child`), since a PDF is hostile input to a library written in C++.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.errors import InputError
from classify.read.pdf.characters import Characters, read_characters
from classify.read.pdf.drawings import Drawings, read_drawings
from classify.read.pdf.fonts import SystemFonts
from classify.read.pdf.frame import PageFrame, page_frame
from classify.read.pdf.lines import to_lines
from classify.read.pdf.pdfium import Pdfium
from classify.read.pdf.picture import draw
from classify.records import PrintedPage

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["MAX_PAGES", "PageWithoutTextError", "PdfDocument"]

MAX_PAGES = 2_000
"""Pages of a file, at most. Chosen: a bound volume of a month of a daily has a thousand."""

_UNUSABLE = 0.3
"""Share of characters without a usable code from which a page can't be read. Chosen."""


_PAGES_HELD = 100
"""Pages after which a file is opened anew: pdfium keeps what it has parsed, some 30 KB a page. Chosen."""

_VISIBLE_ENOUGH = 0.3
"""With this share of visible characters, invisible ones are a second layer and are dropped. Chosen."""


class PageWithoutTextError(InputError):
    """A page that has no text, or none whose characters are known; other pages of its file may be read."""


class PdfDocument:
    """An open PDF file.

    Parameters
    ----------
    data : bytes
    name : str
        What messages call it.

    Raises
    ------
    InputError
        The bytes are no PDF, are damaged or locked, or have no pages.

    Examples
    --------
    >>> PdfDocument(b"no PDF", "page.pdf")
    Traceback (most recent call last):
        ...
    classify.errors.InputError: page.pdf: is no PDF; give a PDF file, or text
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        if not data:
            raise InputError(f"{name}: is empty; get the file again")
        # Readers of PDF accept some bytes before the header.
        if b"%PDF-" not in data[:1024]:
            raise InputError(f"{name}: is no PDF; give a PDF file, or text")
        try:
            import pypdfium2.raw
        except ImportError:
            raise InputError(f"{name}: PDF needs pypdfium2; run `pip install pypdfium2`") from None
        raw = self._raw = Pdfium(pypdfium2.raw)
        self._fonts = SystemFonts.of(pypdfium2.raw)
        self._data = data  # pdfium reads from these bytes as long as the document is open
        self._document: int | None = None
        self._reopen()
        if not self._document:
            if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
                raise InputError(f"{name}: is locked with a password; unlock it first (`qpdf --decrypt`)")
            raise InputError(f"{name}: is damaged or cut short; get the file again")
        self.n_pages: int = raw.FPDF_GetPageCount(self._document)
        if not 0 < self.n_pages <= MAX_PAGES:
            n = self.n_pages
            self.close()
            if n <= 0:
                raise InputError(f"{name}: has no pages; get the file again")
            raise InputError(f"{name}: has {n} pages, more than {MAX_PAGES}; split it into several files")

    def __enter__(self) -> PdfDocument:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _reopen(self) -> None:
        self.close()
        self._document = self._raw.FPDF_LoadMemDocument64(self._data, len(self._data), None)
        self._loaded = 0

    def _load_page(self, number: int) -> int:
        """Return the FPDF_PAGE of a page; raise `InputError` where it is damaged."""
        if self._loaded == _PAGES_HELD:
            self._reopen()
        self._loaded += 1
        page: int | None = self._raw.FPDF_LoadPage(self._document, number - 1)
        if not page:
            raise InputError("is damaged; get the file again")
        return page

    def close(self) -> None:
        """Free the memory of the document; it can't be read any more."""
        if self._document:
            self._raw.FPDF_CloseDocument(self._document)
            self._document = None

    def page(self, number: int) -> PrintedPage:
        """Return page `number`, from 1.

        Raises
        ------
        PageWithoutTextError
            The page is a picture, or empty, or its fonts do not say which characters they print.
        InputError
            The page is damaged.
        """
        frame, drawings, characters = self._read(number)
        if characters.hidden:
            _, _, invisible = self._read(number, invisible=True)
            if len(characters.text) < _VISIBLE_ENOUGH * len(invisible.text):
                characters = invisible
        n = len(characters.text)
        if characters.unreadable > _UNUSABLE * n:
            raise PageWithoutTextError(
                "its fonts do not say which characters they print; make text of it with an OCR program (OCRmyPDF with "
                "Tesseract, PaddleOCR, ABBYY FineReader) and give that"
            )
        if not n:
            raise PageWithoutTextError(
                "has no text, as of a scan; make text of it with an OCR program (OCRmyPDF with Tesseract, PaddleOCR, "
                "ABBYY FineReader) and give that"
            )
        lines = to_lines(characters, drawings.rules, number)
        return PrintedPage(
            number,
            round(frame.width, 2),
            round(frame.height, 2),
            tuple(lines),
            drawings.rules,
            drawings.frames,
            drawings.pictures,
        )

    def picture(self, number: int, pixels: int) -> bytes:
        """Return page `number`, from 1, as a PNG file whose longer side has about `pixels` pixels.

        Raises
        ------
        InputError
            The page is damaged.
        """
        raw = self._raw
        page = self._load_page(number)
        try:
            return draw(raw, page, page_frame(raw, page), pixels)
        finally:
            raw.FPDF_ClosePage(page)

    def _read(self, number: int, *, invisible: bool = False) -> tuple[PageFrame, Drawings, Characters]:
        raw = self._raw
        with self._fonts.hidden():
            page = self._load_page(number)
            try:
                frame = page_frame(raw, page)
                drawings = read_drawings(raw, page, frame, number)
                return frame, drawings, read_characters(raw, page, frame, invisible=invisible)
            finally:
                raw.FPDF_ClosePage(page)
