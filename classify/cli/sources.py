"""An input of the command line to its articles: pages and records, files, folders, zip files and standard input.

Flow: `read` and `input_articles` -> `read_sources` -> `Source` -> `results.print_results`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from classify.cli.console import Inputs, complain
from classify.errors import InputError
from classify.records import line_ranges
from classify.text.normalize import share_without_meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from classify.input_articles import FoundArticle
    from classify.options import ReadOptions
    from classify.output.view import Sheet
    from classify.read import PageFailure
    from classify.read.parts import FilePart
    from classify.records import Line, PrintedPage

__all__ = ["Source", "missing_note", "read_sources", "read_texts"]

MISSING_MAX = 0.01
"""Share of a page's characters that may be missing before it is told. Chosen: a few are bullets of a symbol font."""

PICTURE_PIXELS = 1600
"""Pixels of the longer side of a page that is shown. Chosen: body type can be read at twice the size of a window."""

UNSURE = 0.7
"""Mean confidence of an OCR program below which it is told. Chosen: clean scans have 0.9 and more."""


@dataclass
class Source:
    """One input: its articles and its leftover lines.

    The articles of records are read as they are iterated over, so that a large file is never held in memory.
    """

    name: str
    """What the output calls it."""
    articles: Iterable[FoundArticle]
    leftover: Sequence[Line] = ()
    """Those of a PDF are there when its articles have been read."""
    missing_note: str = ""
    """See `missing_note`."""
    mixed_columns: bool = False
    """The lines of the page's columns are mixed."""
    live: bool = False
    """More of the same input follows when it arrives."""
    sheets: Callable[[], Iterator[Sheet]] | None = None
    """The pages, to be shown; None where lines have no places. To be called when the articles have been read."""
    keeps_pages: bool = False
    """Whether pages whose lines have boxes go to `printed`; to be set before the articles are read."""
    printed: list[PrintedPage] = field(default_factory=list)
    """Those pages, when the articles have been read."""

    def leftover_note(self) -> str:
        """Return how many lines are left over and which.

        >>> from classify.records import Line
        >>> Source("第3版.txt", [], (Line("第3版", 1), Line("广告", 2), Line("", 173))).leftover_note()
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


def read_sources(
    path: str,
    options: ReadOptions,
    inputs: Inputs,
    pages: Sequence[range] | None = None,
    *,
    take_records: bool = True,
    live: bool = False,
) -> Iterator[Source]:
    """Yield what an input holds: one source for a file, several for a folder, a pattern or a zip file.

    The files of OCR programs in one folder, or in a zip file, are one issue and one source.

    Parameters
    ----------
    path : str
        ``-`` is standard input.
    options : ReadOptions
    inputs : Inputs
        Broken files, members, records and pages are reported there, and skipped.
    pages : sequence of range or None, default=None
        The pages of a PDF file, or of OCR, to read; None: all.
    take_records : bool, default=True
        False: a file of records fails.
    live : bool, default=False
        The records of standard input are sources as they arrive, block by block, and not one source.
    """
    from classify.input_articles import articles_of_records
    from classify.read.listing import InputFile, is_pattern, list_inputs
    from classify.read.ocr import FORMAT_NAMES, is_issue, is_issue_file, read_ocr
    from classify.read.parts import read_parts

    format = options.kind if options.kind in FORMAT_NAMES else ""

    many = os.path.isdir(path) or is_pattern(path)
    issues: set[str] = set()
    for file in list_inputs([path], skipped=inputs.skipped) if many else [InputFile(path, 0, 0)]:
        folder = os.path.dirname(file.path)
        if os.path.isdir(path) and is_issue_file(file.path):
            if folder not in issues:
                issues.add(folder)
                yield _read_ocr(
                    folder, read_ocr(folder, pages, format=format), inputs, asked=pages is not None
                )
            continue
        # The records of a file come in many parts, and are one source.
        parts = (part for part, _ in read_parts(file, options, pipes=not many))
        if is_issue(file.path):
            found = read_ocr(file.path, pages, format=format)
            yield _read_ocr(file.path, found, inputs, asked=pages is not None)
            parts = (part for part in parts if not is_issue_file(part.member))
        if live and path == "-":
            for part in parts:
                if part.holds_records:
                    yield Source(
                        path, articles_of_records(path, part.records(), _failing(path, inputs)), live=True
                    )
                else:
                    yield from _pages_of([part], inputs, pages)
            return
        for (name, holds_records), group in groupby(parts, key=lambda p: (p.name, p.holds_records)):
            if holds_records and take_records:
                records = (record for part in group for record in part.records())
                yield Source(name, articles_of_records(name, records, _failing(name, inputs)))
            elif holds_records:
                inputs.fail(name, f"{name}: holds records, not one text; `classify predict` reads them")
            else:
                yield from _pages_of(group, inputs, pages)


def _pages_of(parts: Iterable[FilePart], inputs: Inputs, pages: Sequence[range] | None) -> Iterator[Source]:
    for part in parts:
        try:
            yield _read_page(part, inputs, pages)
        except InputError as e:
            inputs.fail(part.name, str(e))


def read_texts(path: str, options: ReadOptions, inputs: Inputs) -> Iterator[tuple[str, str, str]]:
    """Yield the texts of an input as they are, each with its name, such as ``x.csv, line 2``, and its title.

    The parameters are those of `read_sources`. Nothing is split, and bylines stay.
    """
    from classify.read.listing import InputFile
    from classify.read.parts import read_parts

    for part, _ in read_parts(InputFile(path, 0, 0), options, pipes=True):
        if isinstance(part.content, str):
            inputs.fail(part.name, f"{part.name}: {part.content}")
        elif not part.holds_records:
            try:
                yield part.name, "", part.page()
            except InputError as e:
                inputs.fail(part.name, str(e))
        for _, record in part.records():
            if record.problem:
                inputs.fail(part.name, f"{part.name}: {record.problem}")
            else:
                title = record.fields.get("title") or ""
                yield f"{part.name}, line {record.line}", title, record.fields["text"]


def _read_page(part: FilePart, inputs: Inputs, pages: Sequence[range] | None) -> Source:
    """Read a page, an article, a PDF file, or what an OCR program wrote."""
    from classify.input_articles import FoundArticle
    from classify.pages import split_page
    from classify.read.ocr import ocr_pages

    if isinstance(part.content, str):
        raise InputError(f"{part.name}: {part.content}")
    assert isinstance(part.content, bytes)
    if part.format == "pdf":
        return _read_pdf(part.name, part.content, inputs, pages)
    if part.format == "ocr":
        found = ocr_pages(part.content, part.name, pages, format=part.ocr_format)
        return _read_ocr(part.name, found, inputs, asked=pages is not None)
    text = part.page()
    page = split_page(text, single=part.kind == "article")
    return Source(
        part.name,
        [FoundArticle(part.name, number, article) for number, article in enumerate(page.articles, 1)],
        page.leftover,
        missing_note(text),
        page.mixed_columns,
    )


def _read_pdf(path: str, data: bytes, inputs: Inputs, pages: Sequence[range] | None) -> Source:
    """Read a PDF file, page by page as its articles are asked for."""
    found = inputs.pdf_reader().pages(data, path, pages)
    sizes: dict[int, tuple[float, float]] = {}
    source = _read_printed(path, _noting_sizes(found, sizes), inputs, asked=pages is not None)

    def sheets() -> Iterator[Sheet]:
        """Yield the pages that were read, drawn."""
        from classify.output.view import Sheet

        pictures = inputs.pdf_reader().pictures(data, path, sizes, PICTURE_PIXELS)
        for (number, size), picture in zip(sizes.items(), pictures, strict=True):
            yield Sheet(number, *size, picture)

    source.sheets = sheets
    return source


def _noting_sizes(
    found: Iterable[PrintedPage | PageFailure], sizes: dict[int, tuple[float, float]]
) -> Iterator[PrintedPage | PageFailure]:
    """Yield pages, and put their widths and heights into `sizes` by their numbers."""
    from classify.records import PrintedPage

    for page in found:
        if isinstance(page, PrintedPage):
            sizes[page.number] = page.width, page.height
        yield page


def _read_ocr(
    path: str, found: Iterable[PrintedPage | PageFailure], inputs: Inputs, *, asked: bool
) -> Source:
    """Read what an OCR program wrote, page by page; tell where the program is unsure of its text."""
    from classify.read.ocr import mean_confidence
    from classify.records import PrintedPage

    def pages() -> Iterator[PrintedPage | PageFailure]:
        """Yield the pages, and note how sure the program is of each."""
        confidences: list[float] = []
        for page in found:
            if isinstance(page, PrintedPage) and (confidence := mean_confidence([page])) is not None:
                confidences.append(confidence)
            yield page
        mean = sum(confidences) / len(confidences) if confidences else 1.0
        if mean < UNSURE:
            source.missing_note = (
                f"the OCR program is {100 * mean:.0f} % sure of its text, so that much of it may be wrong; recognise "
                "it again from a better image"
            )

    source = _read_printed(path, pages(), inputs, asked=asked)

    def sheets() -> Iterator[Sheet]:
        """Yield the pages that were read, without pictures."""
        from classify.output.view import Sheet

        for page in source.printed:
            yield Sheet(page.number, page.width, page.height, lines=page.lines)

    source.sheets = sheets
    return source


def _read_printed(
    path: str, found: Iterable[PrintedPage | PageFailure], inputs: Inputs, *, asked: bool
) -> Source:
    """Read pages whose lines have boxes as their articles are asked for.

    `asked` says that the user asked for some pages only.
    """
    from classify.input_articles import articles_of_pages
    from classify.records import PrintedPage

    leftover: list[Line] = []
    n_found = 0

    def counted_pages() -> Iterator[PrintedPage | PageFailure]:
        """Yield the pages with progress, and keep those that can be read where they are asked for."""
        nonlocal n_found
        try:
            for page in inputs.counted(found, f"pages of {os.path.basename(path)}"):
                n_found += 1
                if source.keeps_pages and isinstance(page, PrintedPage):
                    source.printed.append(page)
                yield page
        except InputError as e:  # the other files of a folder are read all the same
            inputs.fail(path, str(e))

    def articles() -> Iterator[FoundArticle]:
        yield from articles_of_pages(
            path,
            counted_pages(),
            _failing(path, inputs),
            tell=lambda message: complain(f"{path}: {message}"),
            leftover=leftover,
        )
        if asked and not n_found and path not in inputs.failed:
            inputs.fail(path, f"{path}: has none of the pages that were asked for")

    source = Source(path, articles(), leftover)
    return source


def _failing(name: str, inputs: Inputs) -> Callable[[str, int | None], None]:
    """Return the function that reports a failure in an input."""
    return lambda problem, _: inputs.fail(name, f"{name}: {problem}")


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
