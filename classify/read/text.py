"""Files to pages, as the splitter takes them: text here, PDF by `classify.read.pdf`, OCR by `classify.read.ocr`.

A text file is one page, as extractors write them; a form feed in it is a line end. The whole file is held in memory,
since the splitter reads a page as a whole. `read_pages` is where the formats join.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from classify.errors import InputError
from classify.read.formats import check_readable, format_of
from classify.read.html import html_text
from classify.read.ocr import is_issue, read_ocr
from classify.read.pdf.child import PdfReader
from classify.read.streams import HEAD, LIMITS, Limits, is_ocr, is_pdf, open_input
from classify.records import PrintedPage
from classify.text.encoding import decode
from classify.text.lines import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from classify.read.pdf.child import PageFailure
    from classify.records import Line

__all__ = ["page_text", "read_bytes", "read_pages", "read_text"]


def read_text(path: str | os.PathLike[str], limits: Limits = LIMITS, *, encoding: str | None = None) -> str:
    """Return the text of a file: unpacked, decoded, and otherwise as it is; of a web page, that of its article.

    Parameters
    ----------
    path : str or path
        A file, perhaps compressed; ``-`` for standard input.
    limits : Limits, default=LIMITS
    encoding : str or None, default=None
        As Python names it; None: found by the bytes.

    Raises
    ------
    InputError
        The file cannot be read, is larger than ``limits.page``, or of a format that is no text.
        `EncodingError`, one of them: it is no text.

    Examples
    --------
    >>> read_text("examples/page.txt").split()[0]
    '简明信息'
    """
    name = os.fspath(path)
    return page_text(read_bytes(name, limits), name, encoding)


def page_text(data: bytes, name: str, encoding: str | None = None) -> str:
    """Return the text of the bytes of a page: decoded; of a web page, title and text of its article.

    Raises
    ------
    InputError
        They are no text.

    Examples
    --------
    >>> page_text("水库蓄水".encode("gb18030"), "第1版.txt")
    '水库蓄水'
    """
    head = data[:HEAD]
    check_readable(name, head)
    format = format_of(name, head)
    if format == "html":
        return html_text(data, name, encoding)
    if format in ("pdf", "zip", "parquet", "ocr"):
        kind = "output of an OCR program" if format == "ocr" else format
        raise InputError(f"{name}: {kind}, not a text; `classify predict` reads it")
    return decode(data, name, encoding)


def read_bytes(path: str, limits: Limits = LIMITS) -> bytes:
    """Return the bytes of a file, unpacked.

    Raises
    ------
    InputError
        As `read_text`.

    Examples
    --------
    >>> len(read_bytes("examples/page.txt")) > 1_000
    True
    """
    with open_input(path, limits.page) as stream:
        return stream.read()


def read_pages(path: str | os.PathLike[str]) -> Iterator[list[Line] | PrintedPage]:
    """Yield the pages of a file, as `split_page` takes them.

    Parameters
    ----------
    path : str or path
        A file, perhaps compressed (.gz, .zst); ``-`` for standard input. A text file is one page. Or a
        folder or zip file of what an OCR program wrote, which is one issue, in the natural order of the names.

    Yields
    ------
    list of Line or PrintedPage
        Of text, every line, blank ones included, numbered from 1. Of a PDF and of ALTO, PAGE XML and hOCR,
        the lines as printed with their boxes, and what is drawn beside them; pages without text are left out.

    Raises
    ------
    InputError
        The file, or a page of it, cannot be read; the message says why and what to do.

    Examples
    --------
    >>> from classify import read_pages, split_page
    >>> [len(split_page(page)) for page in read_pages("examples/page.txt")]
    [7]
    """
    name = os.fspath(path)
    if is_issue(name) or is_ocr(name):
        yield from _printed_pages(name, read_ocr(name))
    elif is_pdf(name):
        with PdfReader() as reader:
            yield from _printed_pages(name, reader.pages(read_bytes(name), name))
    else:
        yield list(text_lines(read_text(name)))


def _printed_pages(path: str, pages: Iterable[PrintedPage | PageFailure]) -> Iterator[PrintedPage]:
    """Yield the pages that have text; raise `InputError` where none has, or a page cannot be read."""
    found = 0
    reason = ""
    for page in pages:
        if isinstance(page, PrintedPage):
            found += 1
            yield page
        elif page.has_no_text:
            reason = page.reason
        else:
            raise InputError(f"{path}: page {page.number} {page.reason}")
    if not found and reason:
        raise InputError(f"{path}: {reason}")
