"""Result objects to standard output or a file, in the format that was chosen.

Tables and lines are printed input by input, so that the first results appear while other inputs are worked on.
JSON and CSV are one document, which is printed at the end.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import typer

from classify.cli.console import Inputs, complain, out, results_console
from classify.errors import InputError
from classify.output.json import leftover_objects, to_json
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from classify.cli.sources import Source
    from classify.records import Line

__all__ = ["Output", "print_results"]

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
        results = _WRITERS.get(output.format, _Results)(output, file)
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
    """Results on their way out, each a line of JSON as it comes. Other formats are classes of their own."""

    def __init__(self, output: Output, file: IO[bytes] | None) -> None:
        self.output, self.file = output, file

    def begin(self, title: str) -> None:
        """Write what comes before all articles."""

    def add(self, source: Source, objects: Iterator[Mapping[str, Any]]) -> int:
        """Add the articles of a source, and return how many there are."""
        count = 0
        for result in objects:
            count += 1
            self.add_one(result)
        return count

    def add_one(self, result: Mapping[str, Any]) -> None:
        """Add an article."""
        if self.output.format == "ninjs":
            from classify.output.ninjs import ninjs_object

            result = ninjs_object(result)
        self.write(to_json(result))

    def add_leftover(self, lines: Sequence[Line], name: str) -> None:
        """Add the leftover lines of an input, for the formats that have them."""

    def finish(self) -> None:
        """Write what comes after all articles."""

    def write(self, text: str, end: str = "\n") -> None:
        """Write a text."""
        if self.file is None:
            out(text, end)
        else:
            self.file.write((text + end).encode("utf-8"))


class _Table(_Results):
    """Articles as tables for people."""

    def add(self, source: Source, objects: Iterator[Mapping[str, Any]]) -> int:
        """Write the articles of a source, and return how many there are."""
        rows = list(objects)
        self.output.print_rows(rows, results_console())
        return len(rows)


class _Document(_Results):
    """One document of all articles: JSON, CSV or a workbook."""

    def __init__(self, output: Output, file: IO[bytes] | None) -> None:
        super().__init__(output, file)
        self._articles: list[Mapping[str, Any]] = []
        self._leftover: list[Any] = []

    def add_one(self, result: Mapping[str, Any]) -> None:
        """Keep an article."""
        self._articles.append(result)

    def add_leftover(self, lines: Sequence[Line], name: str) -> None:
        """Keep the leftover lines of an input."""
        self._leftover.extend(leftover_objects(lines, file=name))

    def finish(self) -> None:
        """Write the document."""
        if self.output.format == "json":
            self.write(to_json({"articles": self._articles, "leftover": self._leftover}, indent=2))
        elif self.output.format == "csv":
            from classify.output.csv import csv_text

            # Without the mark, Excel takes a file for text in the system's old encoding.
            self.write(("\ufeff" if self.file else "") + csv_text(self._articles), end="")
        else:
            from classify.output.xlsx import xlsx_bytes

            sys.stdout.flush()
            (self.file or sys.stdout.buffer).write(xlsx_bytes(self._articles, self._leftover))


class _View(_Results):
    """The pages drawn, with their articles outlined, in one HTML file; articles are numbered on."""

    def __init__(self, output: Output, file: IO[bytes] | None) -> None:
        super().__init__(output, file)
        self._shown = 0

    def begin(self, title: str) -> None:
        """Write the head of the page."""
        from classify.output.view import view_head

        self.write(view_head(title), end="")

    def add(self, source: Source, objects: Iterator[Mapping[str, Any]]) -> int:
        """Write the articles of a source, and return how many there are."""
        from classify.output.view import view_file

        if source.sheets is None:
            raise InputError(
                f"{source.name}: has no places on a page, which -f html shows; give PDF or OCR output"
            )
        source.keeps_pages = True
        articles = list(objects)
        for part in view_file(source.name, source.sheets(), articles, self._shown + 1):
            self.write(part, end="")
        self._shown += len(articles)
        return len(articles)

    def finish(self) -> None:
        """Write the end of the page."""
        from classify.output.view import VIEW_END

        self.write(VIEW_END, end="")


class _Boxed(_Results):
    """The pages back with their articles: one ALTO document, or annotations, a page a line. Lines must have boxes."""

    def __init__(self, output: Output, file: IO[bytes] | None) -> None:
        super().__init__(output, file)
        self._has_document = False

    def add(self, source: Source, objects: Iterator[Mapping[str, Any]]) -> int:
        """Write the articles of a source, and return how many there are."""
        from classify.output.alto import alto_text
        from classify.output.iiif import annotation_pages

        format = self.output.format
        if source.sheets is None:
            raise InputError(
                f"{source.name}: has no boxes, which -f {format} needs; give PDF, ALTO, PAGE XML or hOCR"
            )
        if format == "alto" and self._has_document:
            raise InputError(
                f"{source.name}: -f alto writes one document, and has written one; give it alone"
            )
        source.keeps_pages = True
        articles = list(objects)
        if format == "iiif":
            for page in annotation_pages(source.printed, articles, file=source.name):
                self.write(to_json(page))
        elif source.printed:
            self.write(alto_text(source.printed, articles), end="")
            self._has_document = True
        return len(articles)


_WRITERS = {
    "table": _Table,
    "json": _Document,
    "csv": _Document,
    "xlsx": _Document,
    "html": _View,
    "alto": _Boxed,
    "iiif": _Boxed,
}
"""How each format is written; the others are lines of JSON."""
