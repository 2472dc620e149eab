"""From an input to articles, and from result objects to standard output in the format that was chosen.

Tables and lines are printed input by input, so that the first results appear while other inputs are worked on.
JSON and CSV are one document, which is printed at the end.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import typer

from classify.cli.console import Inputs, complain, out, results_console
from classify.errors import InputError
from classify.records import line_ranges
from classify.text.normalize import printable, share_without_meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rich.console import Console

    from classify.output.view import Sheet
    from classify.read import PageFailure
    from classify.records import Article, Line, PrintedPage

__all__ = ["Source", "missing_note", "print_results", "read_articles"]

MISSING_MAX = 0.01
"""Share of a page's characters that may be missing before it is told. Chosen: a few are bullets of a symbol font."""

PICTURE_PIXELS = 1600
"""Pixels of the longer side of a page that is shown. Chosen: body type can be read at twice the size of a window."""

BOXED = ("alto", "iiif")
"""Formats of pages whose lines have boxes."""

NEEDS_PAGES = (*BOXED, "html")
"""Formats for which the pages are kept."""

UNSURE = 0.7
"""Mean confidence of an OCR program below which it is told. Chosen: clean scans have 0.9 and more."""

MIXED_NOTE = (
    "the lines of its columns are mixed, so that articles may be wrong; give the text in reading order "
    "(`pdftotext -raw` does), or read the PDF itself"
)


@dataclass
class Source:
    """One input: its articles, each with its number and the further fields of its record, and its leftover lines.

    The articles of records are read as they are iterated over, so that a large file is never held in memory.
    """

    articles: Iterable[tuple[int, Article, Mapping[str, Any]]]
    leftover: Sequence[Line] = ()
    """Those of a PDF are there when its articles have been read."""
    missing_note: str = ""
    """See `missing_note`."""
    mixed_columns: bool = False
    """The lines of the page's columns are mixed."""
    sheets: Callable[[], Iterator[Sheet]] | None = None
    """The pages, to be shown; None where lines have no places. To be called when the articles have been read."""
    printed: list[PrintedPage] = field(default_factory=list)
    """The pages whose lines have boxes, when the articles have been read; kept where they are asked for."""

    def leftover_note(self) -> str:
        """Return how many lines are left over and which.

        >>> from classify.records import Line
        >>> Source([], (Line("第3版", 1), Line("广告", 2), Line("", 173))).leftover_note()
        '3 lines belong to no article: 1–2, 173'
        """
        n = len(self.leftover)
        told = f"{'1 line belongs' if n == 1 else f'{n} lines belong'} to no article"
        pages = {line.box.page for line in self.leftover if line.box}
        if pages:  # lines of a PDF are numbered page by page
            return f"{told}: on {'page' if len(pages) == 1 else 'pages'} {_spans(pages)}"
        return f"{told}: {_spans(line.number for line in self.leftover)}"


def _spans(numbers: Iterable[int]) -> str:
    """Return numbers as ``1–2, 9``."""
    return ", ".join(
        f"{first}–{last}" if first != last else f"{first}" for first, last in line_ranges(numbers)
    )


def read_articles(
    path: str, kind: str, inputs: Inputs, pages: Sequence[range] | None = None, *, keep_pages: bool = False
) -> Source:
    """Read a page, a PDF file, what an OCR program wrote, an article or a file of records.

    Parameters
    ----------
    path : str
        A file; ``-`` is standard input. Or a folder or zip file of what an OCR program wrote.
    kind : {"auto", "page", "article", "jsonl", "alto", "page-xml", "hocr"}
    inputs : Inputs
        Broken records and pages are reported there, and skipped.
    pages : sequence of range or None, default=None
        The pages of a PDF file, or of OCR, to read; None: all.
    keep_pages : bool, default=False
        Keep the pages whose lines have boxes in the result.

    Raises
    ------
    InputError
        The input cannot be read.
    """
    from classify.pages import split_page
    from classify.read import is_ocr, is_pdf, kind_of, read_text
    from classify.read.ocr import FORMAT_NAMES
    from classify.read.streams import known_format

    kind = kind_of(path, kind)
    if kind == "jsonl":
        return Source(_record_articles(path, inputs))
    if kind not in FORMAT_NAMES and is_pdf(path):
        return _read_pdf(path, inputs, pages, keep_pages=keep_pages)
    is_issue = path != "-" and (os.path.isdir(path) or known_format(path) == "zip")
    if kind in FORMAT_NAMES or is_issue or is_ocr(path):
        return _read_ocr(path, inputs, pages, kind, keep_pages=keep_pages)
    text = read_text(path)
    page = split_page(text, single=kind == "article")
    return Source(
        [(number, article, {}) for number, article in enumerate(page.articles, 1)],
        page.leftover,
        missing_note(text),
        page.mixed_columns,
    )


def _read_pdf(path: str, inputs: Inputs, pages: Sequence[range] | None, *, keep_pages: bool) -> Source:
    """Read a PDF file, page by page as its articles are asked for."""
    from classify.read import read_bytes

    data = read_bytes(path)
    found = inputs.pdf_reader().pages(data, path, pages)
    sizes: dict[int, tuple[float, float]] = {}
    source = _read_printed(path, found, inputs, sizes, asked=pages is not None, keep_pages=keep_pages)

    def sheets() -> Iterator[Sheet]:
        """Yield the pages that were read, drawn."""
        from classify.output.view import Sheet

        pictures = inputs.pdf_reader().pictures(data, path, sizes, PICTURE_PIXELS)
        for (number, size), picture in zip(sizes.items(), pictures, strict=True):
            yield Sheet(number, *size, picture)

    source.sheets = sheets
    return source


def _read_ocr(
    path: str, inputs: Inputs, pages: Sequence[range] | None, kind: str, *, keep_pages: bool
) -> Source:
    """Read what an OCR program wrote, page by page; tell where the program is unsure of its text."""
    from classify.read import read_ocr
    from classify.read.ocr import FORMAT_NAMES, mean_confidence
    from classify.records import PrintedPage

    confidences: list[float] = []

    def found() -> Iterator[PrintedPage | PageFailure]:
        """Yield the pages, and note how sure the program is of each."""
        for page in read_ocr(path, pages, format=kind if kind in FORMAT_NAMES else ""):
            if isinstance(page, PrintedPage) and (confidence := mean_confidence([page])) is not None:
                confidences.append(confidence)
            yield page
        mean = sum(confidences) / len(confidences) if confidences else 1.0
        if mean < UNSURE:
            source.missing_note = (
                f"the OCR program is {100 * mean:.0f} % sure of its text, so that much of it may be wrong; recognise "
                "it again from a better image"
            )

    sizes: dict[int, tuple[float, float]] = {}
    source = _read_printed(path, found(), inputs, sizes, asked=pages is not None, keep_pages=keep_pages)

    def sheets() -> Iterator[Sheet]:
        """Yield the pages that were read, without pictures."""
        from classify.output.view import Sheet

        for page in source.printed:
            yield Sheet(page.number, page.width, page.height, lines=page.lines)

    source.sheets = sheets
    return source


def _read_printed(
    path: str,
    found: Iterable[PrintedPage | PageFailure],
    inputs: Inputs,
    sizes: dict[int, tuple[float, float]],
    *,
    asked: bool,
    keep_pages: bool,
) -> Source:
    """Read pages whose lines have boxes as their articles are asked for, and put their sizes into `sizes`.

    `asked` says that the user asked for some pages only.
    """
    from classify.pages.layout import split_printed_pages
    from classify.read import PageFailure, failure_messages

    leftover: list[Line] = []
    failures: list[PageFailure] = []
    read = 0

    def printed_pages() -> Iterator[PrintedPage]:
        """Yield the pages that can be read; remember the others."""
        nonlocal read
        for page in found:
            if isinstance(page, PageFailure):
                failures.append(page)
            else:
                read += 1
                sizes[page.number] = page.width, page.height
                if keep_pages:
                    source.printed.append(page)
                yield page

    def articles() -> Iterator[tuple[int, Article, Mapping[str, Any]]]:
        """Yield the articles, then report the pages that were not read."""
        number = 0
        for page in split_printed_pages(printed_pages()):
            leftover.extend(page.leftover)
            for article in page.articles:
                number += 1
                yield number, article, {}
        for message, is_fault in failure_messages(failures, some_read=read > 0):
            if is_fault:
                inputs.fail(path, f"{path}: {message}")
            else:
                complain(f"{path}: {message}")
        if asked and not (read or failures):
            inputs.fail(path, f"{path}: has none of the pages that were asked for")

    source = Source(articles(), leftover)
    return source


def missing_note(text: str) -> str:
    """Return what to say of a text many characters of which no font names; empty where they are few.

    >>> missing_note("水库(cid:907)蓄水")
    '20 % of its characters were left out: its fonts do not say which they are; read the page with OCR'
    >>> missing_note("水库蓄水")
    ''
    """
    share = share_without_meaning(text)
    if share <= MISSING_MAX:
        return ""
    return (
        f"{100 * share:.0f} % of its characters were left out: its fonts do not say which they are; "
        "read the page with OCR"
    )


def _record_articles(path: str, inputs: Inputs) -> Iterator[tuple[int, Article, Mapping[str, Any]]]:
    """Yield the article of each record with its place among the records, broken ones counted, and its fields.

    The lines of the article are the line on which its record begins.
    """
    from classify.pipeline import record_article
    from classify.read import read_records

    for number, record in enumerate(read_records(path), 1):
        if record.problem:
            inputs.fail(path, f"{path}: {record.problem}")
            continue
        try:
            article = record_article(record.fields)
        except InputError as e:
            inputs.fail(path, f"{path}: line {record.line}: {e}")
            continue
        yield number, replace(article, lines=((record.line, record.line),)), record.fields


def print_results(
    inputs: Inputs,
    read: Callable[[str], Source],
    make_objects: Callable[[str, Source], Iterator[Mapping[str, Any]]],
    format: str,
    print_rows: Callable[[Iterable[Mapping[str, Any]], Console], None],
) -> None:
    """Print the articles of all inputs, and leave with the exit code.

    Parameters
    ----------
    inputs : Inputs
    read : callable
        Takes a path and returns its `Source`, usually from `read_articles`.
    make_objects : callable
        Takes a path and what was read from it, and yields the JSON objects of its articles.
    format : {"table", "jsonl", "json", "csv", "ninjs", "html", "alto", "iiif"}
    print_rows : callable
        Prints JSON objects on a console; used for "table".
    """
    from classify.output.json import leftover_objects, to_json

    articles: list[Mapping[str, Any]] = []
    leftover: list[Any] = []
    shown = 0

    def print_one(path: str) -> None:
        """Print the results of one input, or keep them for the document."""
        source = read(path)
        objects = make_objects(path, source)
        count = 0
        if format == "html":
            nonlocal shown
            count = _print_view(path, source, objects, shown + 1)
            shown += count
        elif format in BOXED:
            count = _print_boxed(path, source, objects, format)
        elif format == "table":
            rows = list(objects)
            count = len(rows)
            if len(inputs.paths) > 1:
                out(printable(path))
            print_rows(rows, results_console())
        else:
            for result in objects:
                count += 1
                if format in ("json", "csv"):
                    articles.append(result)
                elif format == "ninjs":
                    from classify.output.ninjs import ninjs_object

                    out(to_json(ninjs_object(result)))
                else:
                    out(to_json(result))
        if not count and path not in inputs.failed:
            complain(f"{path}: no article in it")
        if source.missing_note:
            complain(f"{path}: {source.missing_note}")
        if source.mixed_columns:
            complain(f"{path}: {MIXED_NOTE}")
        if source.leftover:
            leftover.extend(leftover_objects(source.leftover, file=path))
            complain(f"{path}: {source.leftover_note()}")

    if format == "html":
        from classify.output.view import VIEW_END, view_head

        out(view_head(" ".join(inputs.paths)), end="")
        inputs.each(print_one)
        out(VIEW_END, end="")
    else:
        inputs.each(print_one)
    if format == "json":
        out(to_json({"articles": articles, "leftover": leftover}, indent=2))
    elif format == "csv":
        from classify.output.csv import csv_text

        out(csv_text(articles), end="")
    raise typer.Exit(inputs.exit_code)


def _print_view(path: str, source: Source, objects: Iterable[Mapping[str, Any]], first: int) -> int:
    """Print the pages of an input with their articles, the first of which has number `first`; return how many.

    Raises
    ------
    InputError
        Its lines have no places.
    """
    from classify.output.view import view_file

    if source.sheets is None:
        raise InputError(f"{path}: has no places on a page, which -f html shows; give a PDF file")
    articles = list(objects)
    for part in view_file(path, source.sheets(), articles, first):
        out(part, end="")
    return len(articles)


def _print_boxed(path: str, source: Source, objects: Iterable[Mapping[str, Any]], format: str) -> int:
    """Print the pages of an input with their articles as ALTO, or as annotations, a page a line; return how many.

    Raises
    ------
    InputError
        Its lines have no boxes.
    """
    from classify.output.alto import alto_text
    from classify.output.iiif import annotation_pages
    from classify.output.json import to_json

    if source.sheets is None:
        raise InputError(f"{path}: has no boxes, which -f {format} needs; give PDF, ALTO, PAGE XML or hOCR")
    articles = list(objects)
    if format == "alto" and source.printed:
        out(alto_text(source.printed, articles), end="")
    elif format == "iiif":
        for page in annotation_pages(source.printed, articles, file=path):
            out(to_json(page))
    return len(articles)
