"""From an input to articles, and from result objects to standard output in the format that was chosen.

Tables and lines are printed input by input, so that the first results appear while other inputs are worked on.
JSON and CSV are one document, which is printed at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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


def read_articles(path: str, kind: str, inputs: Inputs, pages: Sequence[range] | None = None) -> Source:
    """Read a page, a PDF file, an article or a file of records.

    Parameters
    ----------
    path : str
        A file; ``-`` is standard input.
    kind : {"auto", "page", "article", "jsonl"}
    inputs : Inputs
        Broken records and pages are reported there, and skipped.
    pages : sequence of range or None, default=None
        The pages of a PDF file to read; None: all.

    Raises
    ------
    InputError
        The input cannot be read.
    """
    from classify.pages import split_page
    from classify.read import is_pdf, kind_of, read_text

    kind = kind_of(path, kind)
    if kind == "jsonl":
        return Source(_record_articles(path, inputs))
    if is_pdf(path):
        return _read_pdf(path, inputs, pages)
    text = read_text(path)
    page = split_page(text, single=kind == "article")
    return Source(
        [(number, article, {}) for number, article in enumerate(page.articles, 1)],
        page.leftover,
        missing_note(text),
        page.mixed_columns,
    )


def _read_pdf(path: str, inputs: Inputs, pages: Sequence[range] | None) -> Source:
    """Read a PDF file, page by page as its articles are asked for."""
    from classify.pages.layout import split_printed_pages
    from classify.read import PageFailure, failure_messages, read_bytes

    data = read_bytes(path)
    leftover: list[Line] = []
    failures: list[PageFailure] = []
    read = 0
    sizes: dict[int, tuple[float, float]] = {}

    def printed_pages() -> Iterator[PrintedPage]:
        """Yield the pages that can be read; remember the others."""
        nonlocal read
        for page in inputs.pdf_reader().pages(data, path, pages):
            if isinstance(page, PageFailure):
                failures.append(page)
            else:
                read += 1
                sizes[page.number] = page.width, page.height
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
        if pages is not None and not (read or failures):
            inputs.fail(path, f"{path}: has none of the pages that were asked for")

    def sheets() -> Iterator[Sheet]:
        """Yield the pages that were read, drawn."""
        from classify.output.view import Sheet

        pictures = inputs.pdf_reader().pictures(data, path, sizes, PICTURE_PIXELS)
        for (number, size), picture in zip(sizes.items(), pictures, strict=True):
            yield Sheet(number, *size, picture)

    return Source(articles(), leftover, sheets=sheets)


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
    format : {"table", "jsonl", "json", "csv", "ninjs", "html"}
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
