"""From an input to articles, and from result objects to standard output in the format that was chosen.

Tables and lines are printed input by input, so that the first results appear while other inputs are worked on.
JSON and CSV are one document, which is printed at the end.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import typer

from classify.cli.console import Inputs, complain, out, results_console
from classify.errors import InputError
from classify.records import line_ranges
from classify.text.normalize import printable, share_without_meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from classify.options import ReadOptions
    from classify.output.view import Sheet
    from classify.read import PageFailure, Record
    from classify.read.parts import FilePart
    from classify.records import Article, Line, PrintedPage

__all__ = ["Found", "Output", "Source", "missing_note", "print_results", "read_sources", "read_texts"]

MISSING_MAX = 0.01
"""Share of a page's characters that may be missing before it is told. Chosen: a few are bullets of a symbol font."""

PICTURE_PIXELS = 1600
"""Pixels of the longer side of a page that is shown. Chosen: body type can be read at twice the size of a window."""

BOXED = ("alto", "iiif")
"""Formats that give the pages back with their articles; lines must have boxes."""

UNSURE = 0.7
"""Mean confidence of an OCR program below which it is told. Chosen: clean scans have 0.9 and more."""

MIXED_NOTE = (
    "the lines of its columns are mixed, so that articles may be wrong; give the text in reading order "
    "(`pdftotext -raw` does), or read the PDF itself"
)


@dataclass(frozen=True)
class Output:
    """Where results go, and how they are written.

    Parameters
    ----------
    format : {"table", "jsonl", "json", "csv", "xlsx", "ninjs", "html", "alto", "iiif"}
    print_rows : callable
        Prints JSON objects on a console; used for "table".
    file : Path or None, default=None
        A file to write instead of standard output.
    """

    format: str
    print_rows: Callable[[Iterable[Mapping[str, Any]], Console], None]
    file: Path | None = None

    @classmethod
    def chosen(
        cls,
        format: str,
        file: Path | None,
        print_rows: Callable[[Iterable[Mapping[str, Any]], Console], None],
        inputs: Sequence[str] = (),
    ) -> Output:
        """Return the output that options ask for; a file that is one of the inputs is refused."""
        from classify.output.files import file_format

        named = file_format(file) if file is not None else None
        if file is None or named is None:
            if format == "xlsx" and sys.stdout.isatty():
                raise typer.BadParameter("xlsx is no text for a terminal; give -o FILE.xlsx")
            return cls(format, print_rows)
        if format not in ("table", named):
            raise typer.BadParameter(f"{file} is {named}, not {format}; leave --format out")
        if any(file.exists() and os.path.exists(path) and file.samefile(path) for path in inputs):
            raise InputError(f"{file}: is an input, and would be replaced; give another name")
        return cls(named, print_rows, file)


class Found(NamedTuple):
    """An article, and how the output calls it.

    Attributes
    ----------
    file : str
        Name of its input; of a result that is read again, the input then.
    number : int
        Its number there, from 1.
    article : Article
    fields : mapping
        The further fields of its record.
    """

    file: str
    number: int
    article: Article
    fields: Mapping[str, Any]


@dataclass
class Source:
    """One input: its articles and its leftover lines.

    The articles of records are read as they are iterated over, so that a large file is never held in memory.
    """

    name: str
    """What the output calls it."""
    articles: Iterable[Found]
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
                    yield Source(path, _record_articles(path, part.records(), inputs), live=True)
                else:
                    yield from _pages_of([part], inputs, pages)
            return
        for (name, holds_records), group in groupby(parts, key=lambda p: (p.name, p.holds_records)):
            if holds_records and take_records:
                records = (record for part in group for record in part.records())
                yield Source(name, _record_articles(name, records, inputs))
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
        [Found(part.name, number, article, {}) for number, article in enumerate(page.articles, 1)],
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
    from classify.pages.layout import split_printed_pages
    from classify.read import PageFailure, failure_messages

    leftover: list[Line] = []
    failures: list[PageFailure] = []
    read = 0

    def printed_pages() -> Iterator[PrintedPage]:
        """Yield the pages that can be read; remember the others."""
        nonlocal read
        try:
            for page in inputs.counted(found, f"pages of {os.path.basename(path)}"):
                if isinstance(page, PageFailure):
                    failures.append(page)
                    continue
                read += 1
                if source.keeps_pages:
                    source.printed.append(page)
                yield page
        except InputError as e:  # the other files of a folder are read all the same
            inputs.fail(path, str(e))

    def articles() -> Iterator[Found]:
        """Yield the articles, then report the pages that were not read."""
        number = 0
        for page in split_printed_pages(printed_pages()):
            leftover.extend(page.leftover)
            for article in page.articles:
                number += 1
                yield Found(path, number, article, {})
        for message, is_fault in failure_messages(failures, some_read=read > 0):
            if is_fault:
                inputs.fail(path, f"{path}: {message}")
            else:
                complain(f"{path}: {message}")
        if asked and not (read or failures or path in inputs.failed):
            inputs.fail(path, f"{path}: has none of the pages that were asked for")

    source = Source(path, articles(), leftover)
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


def _record_articles(path: str, records: Iterable[tuple[int, Record]], inputs: Inputs) -> Iterator[Found]:
    """Yield the article of each record with its place among the records, broken ones counted.

    The lines of the article are the line on which its record begins. A result that is read again keeps its own.
    """
    from classify.pipeline import record_article

    for number, record in records:
        if record.problem:
            inputs.fail(path, f"{path}: {record.problem}")
            continue
        if past := record.result:
            yield Found(past.file, past.number, past.article, past.fields)
            continue
        try:
            article = record_article(record.fields)
        except InputError as e:
            inputs.fail(path, f"{path}: line {record.line}: {e}")
            continue
        yield Found(path, number, replace(article, lines=((record.line, record.line),)), record.fields)


def print_results(
    inputs: Inputs,
    read: Callable[[str], Iterable[Source]],
    make_objects: Callable[[Source], Iterator[Mapping[str, Any]]],
    output: Output,
) -> None:
    """Print or write the articles of all inputs, and leave with the exit code.

    Parameters
    ----------
    inputs : Inputs
    read : callable
        Takes a path and yields its sources, usually `read_sources`.
    make_objects : callable
        Takes what was read of an input, and yields the JSON objects of its articles.
    output : Output
    """
    from classify.output.files import open_results

    with nullcontext() if output.file is None else open_results(output.file) as file:
        results = _Results(output, file)
        results.begin(" ".join(inputs.paths))

        def print_one(path: str) -> None:
            """Print the results of one input, or keep them for the document."""
            for source in read(path):
                name = source.name
                if output.format == "table" and (len(inputs.paths) > 1 or name != path):
                    out(printable(name))
                count = results.add(source, make_objects(source))
                if source.live:
                    sys.stdout.flush()
                elif not count and name not in inputs.failed:
                    complain(f"{name}: no article in it")
                if source.missing_note:
                    complain(f"{name}: {source.missing_note}")
                if source.mixed_columns:
                    complain(f"{name}: {MIXED_NOTE}")
                if source.leftover:
                    results.add_leftover(source.leftover, name)
                    complain(f"{name}: {source.leftover_note()}")

        inputs.each(print_one)
        results.finish()
    raise typer.Exit(inputs.exit_code)


class _Results:
    """Results on their way out: written as they come, or kept until the document is whole."""

    def __init__(self, output: Output, file: IO[bytes] | None) -> None:
        self._output, self._file = output, file
        self._articles: list[Mapping[str, Any]] = []
        self._leftover: list[Any] = []
        self._shown = 0
        self._documents = 0

    def begin(self, title: str) -> None:
        """Write what comes before all articles."""
        if self._output.format == "html":
            from classify.output.view import view_head

            self._write(view_head(title), end="")

    def add(self, source: Source, objects: Iterator[Mapping[str, Any]]) -> int:
        """Add the articles of a source, and return how many there are."""
        from classify.output.json import to_json

        if self._output.format == "html":
            return self._add_view(source, objects)
        if self._output.format in BOXED:
            return self._add_boxed(source, objects)
        if self._output.format == "table":
            rows = list(objects)
            self._output.print_rows(rows, results_console())
            return len(rows)
        count = 0
        for result in objects:
            count += 1
            if self._output.format in ("json", "csv", "xlsx"):
                self._articles.append(result)
            elif self._output.format == "ninjs":
                from classify.output.ninjs import ninjs_object

                self._write(to_json(ninjs_object(result)))
            else:
                self._write(to_json(result))
        return count

    def _add_view(self, source: Source, objects: Iterator[Mapping[str, Any]]) -> int:
        """Write the pages of a source with their articles, numbered on; its lines must have places."""
        from classify.output.view import view_file

        if source.sheets is None:
            raise InputError(
                f"{source.name}: has no places on a page, which -f html shows; give PDF or OCR output"
            )
        source.keeps_pages = True
        articles = list(objects)
        for part in view_file(source.name, source.sheets(), articles, self._shown + 1):
            self._write(part, end="")
        self._shown += len(articles)
        return len(articles)

    def _add_boxed(self, source: Source, objects: Iterator[Mapping[str, Any]]) -> int:
        """Write the pages of a source with their articles, as ALTO or as annotations, a page a line."""
        from classify.output.alto import alto_text
        from classify.output.iiif import annotation_pages
        from classify.output.json import to_json

        format = self._output.format
        if source.sheets is None:
            raise InputError(
                f"{source.name}: has no boxes, which -f {format} needs; give PDF, ALTO, PAGE XML or hOCR"
            )
        if format == "alto" and self._documents:
            raise InputError(
                f"{source.name}: -f alto writes one document, and has written one; give it alone"
            )
        source.keeps_pages = True
        articles = list(objects)
        if format == "iiif":
            for page in annotation_pages(source.printed, articles, file=source.name):
                self._write(to_json(page))
        elif source.printed:
            self._write(alto_text(source.printed, articles), end="")
            self._documents += 1
        return len(articles)

    def add_leftover(self, lines: Sequence[Line], path: str) -> None:
        """Add the leftover lines of an input, for the formats that have them."""
        from classify.output.json import leftover_objects

        self._leftover.extend(leftover_objects(lines, file=path))

    def finish(self) -> None:
        """Write the document, where the format is one."""
        from classify.output.json import to_json

        if self._output.format == "json":
            self._write(to_json({"articles": self._articles, "leftover": self._leftover}, indent=2))
        elif self._output.format == "csv":
            from classify.output.csv import csv_text

            # Without the mark, Excel takes a file for text in the system's old encoding.
            self._write(("\ufeff" if self._file else "") + csv_text(self._articles), end="")
        elif self._output.format == "xlsx":
            from classify.output.xlsx import xlsx_bytes

            sys.stdout.flush()
            (self._file or sys.stdout.buffer).write(xlsx_bytes(self._articles, self._leftover))
        elif self._output.format == "html":
            from classify.output.view import VIEW_END

            self._write(VIEW_END, end="")

    def _write(self, text: str, end: str = "\n") -> None:
        if self._file is None:
            out(text, end)
        else:
            self._file.write((text + end).encode("utf-8"))
