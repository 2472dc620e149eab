"""The bytes of a page that somebody sent, split; and the lines and sizes of its pages, for a viewer.

What ``classify predict`` reads of a file, `read_page` reads of bytes, with the same code under it. Notes that the
command line prints on standard error are lists here. Archives of many files (zip) and records are refused: the first
belong to the command line, the second to another route.
"""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.options import ReadOptions
from classify.pages import split_page
from classify.pages.layout import split_printed_pages
from classify.read.formats import check_readable, format_of
from classify.read.ocr import ocr_pages
from classify.read.parts import FilePart
from classify.read.pdf import PageFailure, PdfReader, failure_messages
from classify.read.streams import HEAD, UnpackedStream, errors_named, kind_of_format
from classify.text.lines import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from classify.records import Article, Line, PrintedPage

__all__ = ["SplitFile", "Upload", "document_view", "line_owners", "lines_by_page", "read_page", "read_pages"]


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that somebody sent, and how they are to be read.

    Attributes
    ----------
    data : bytes
    file : str
        What the sender calls it.
    options : ReadOptions
    pages : tuple of range or None
        Of PDF and OCR, only these.
    most : int
        Bytes, unpacked, that are read before it is refused.
    """

    data: bytes = field(repr=False)
    file: str
    options: ReadOptions = field(default_factory=ReadOptions)
    pages: tuple[range, ...] | None = None
    most: int = 2**25


@dataclass(slots=True)
class SplitFile:
    """What was read of an upload.

    Attributes
    ----------
    kind : {"text", "pdf", "ocr"}
    articles : list of Article
    leftover : list of Line
    notes : list of str
        What the reader of the result should know: pages without text, mixed columns.
    lines : sequence of Line
        All lines of a text; empty for pages with boxes.
    printed : list of PrintedPage
        Pages with boxes; empty for a text.
    """

    kind: str
    articles: list[Article] = field(default_factory=list)
    leftover: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: Sequence[Line] = ()
    printed: list[PrintedPage] = field(default_factory=list)


def read_pages(upload: Upload, reader: PdfReader) -> SplitFile:
    """Return the lines and pages of an upload, not split yet.

    Parameters
    ----------
    upload : Upload
    reader : PdfReader

    Raises
    ------
    InputError
        It can't be read, or is no page.
    """
    with errors_named(upload.file):
        data = UnpackedStream(io.BytesIO(upload.data), upload.file, upload.most).read()
    check_readable(upload.file, data[:HEAD])
    options = upload.options
    format = format_of(upload.file, data[:HEAD])
    kind = kind_of_format(format, options.kind)
    part = FilePart(upload.file, "", data, len(data), kind, options)
    if part.format == "zip":
        raise InputError(f"{upload.file}: a zip file of pages; send its files one by one")
    if kind == "jsonl" or format == "parquet":
        raise InputError(f"{upload.file}: holds records, not a page; send them to /v1/articles")
    if part.format == "pdf":
        return _printed_file("pdf", reader.pages(data, upload.file, upload.pages), upload)
    if part.format == "ocr":
        return _printed_file(
            "ocr", ocr_pages(data, upload.file, upload.pages, format=part.ocr_format), upload
        )
    return SplitFile("text", lines=text_lines(part.page()))


def _printed_file(kind: str, found: Iterable[PrintedPage | PageFailure], upload: Upload) -> SplitFile:
    file = SplitFile(kind)
    failures = []
    for page in found:
        if isinstance(page, PageFailure):
            failures.append(page)
        else:
            file.printed.append(page)
    messages = failure_messages(failures, some_read=bool(file.printed))
    if not file.printed:
        told = "; ".join(message for message, _ in messages) or "has none of the pages that were asked for"
        raise InputError(f"{upload.file}: {told}")
    file.notes += [message for message, _ in messages]
    return file


def read_page(upload: Upload, reader: PdfReader) -> SplitFile:
    """Return an upload with its articles; see `read_pages`.

    >>> with PdfReader() as reader:
    ...     found = read_page(Upload("林场造林忙\\n\\n林场造林两千亩。".encode(), "page.txt"), reader)
    >>> [article.headline for article in found.articles], found.kind
    (['林场造林忙'], 'text')
    """
    file = read_pages(upload, reader)
    if file.printed:
        for page in split_printed_pages(file.printed):
            file.articles += page.articles
            file.leftover += page.leftover
        return file
    is_article = kind_of_format(format_of(upload.file, upload.data[:HEAD]), upload.options.kind) == "article"
    page = split_page(file.lines, single=is_article)
    file.articles, file.leftover = list(page.articles), list(page.leftover)
    if page.mixed_columns:
        file.notes.append(
            "the lines of its columns are mixed, so that articles may be wrong; send the PDF itself"
        )
    return file


def document_view(file: SplitFile, digest: str, name: str) -> dict[str, Any]:
    """Return what a viewer draws: the pages with their lines, and the number of the article of each line.

    Parameters
    ----------
    file : SplitFile
        From `read_page`.
    digest : str
        Of the bytes; part of the addresses of pictures.
    name : str
    """
    owners = line_owners(file)
    if not file.printed:
        lines = [
            {"line": line.number, "text": line.text, "box": None, "article": owners.get((1, line.number))}
            for line in file.lines
        ]
        pages = [{"page": 1, "width": None, "height": None, "image": None, "lines": lines}]
        return {"document": digest, "file": name, "kind": file.kind, "pages": pages}
    return {
        "document": digest,
        "file": name,
        "kind": file.kind,
        "pages": [
            {
                "page": page.number,
                "width": page.width,
                "height": page.height,
                "image": f"/v1/documents/{digest}/pages/{page.number}.png" if file.kind == "pdf" else None,
                "lines": [
                    {
                        "line": line.number,
                        "text": line.text,
                        "box": list(line.box[1:]) if line.box else None,
                        "article": owners.get((page.number, line.number)),
                    }
                    for line in page.lines
                ],
            }
            for page in file.printed
        ],
    }


def line_owners(file: SplitFile) -> dict[tuple[int, int], int]:
    """Return the number of the article, from 1, of each line by its page and number; of those that have one."""
    if not file.printed:
        blank = {line.number for line in file.lines if not line.text.strip()}
        return {
            (1, n): k
            for k, article in enumerate(file.articles, 1)
            for first, last in article.lines
            for n in range(first, last + 1)
            if n not in blank
        }
    leftover = {(line.box.page, line.number) for line in file.leftover if line.box}
    blocks = _Blocks(file.articles)
    return {
        (page.number, line.number): number
        for page in file.printed
        for line in page.lines
        if (page.number, line.number) not in leftover and (number := blocks.owner(line)) is not None
    }


class _Blocks:
    """Which article a line with a box belongs to: the one with the smallest block that holds its middle."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._blocks = defaultdict(list)
        for number, article in enumerate(articles, 1):
            for box in article.boxes:
                self._blocks[box.page].append((box.width * box.height, number, box))
        for blocks in self._blocks.values():
            blocks.sort(key=lambda block: block[:2])

    def owner(self, line: Line) -> int | None:
        """Return the number of the article, or None."""
        if line.box is None:
            return None
        x, y = (line.box.x0 + line.box.x1) / 2, (line.box.y0 + line.box.y1) / 2
        for _, number, box in self._blocks.get(line.box.page, ()):
            if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1:
                return int(number)
        return None


def lines_by_page(file: SplitFile) -> Iterator[tuple[int, Line]]:
    """Yield each line with the number of its page, from 1."""
    for line in file.lines:
        yield 1, line
    for page in file.printed:
        for line in page.lines:
            yield page.number, line
