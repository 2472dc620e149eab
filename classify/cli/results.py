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
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rich.console import Console

    from classify.records import Article, Line

__all__ = ["Source", "missing_note", "print_results", "read_articles"]

MISSING_MAX = 0.01
"""Share of a page's characters that may be missing before it is told. Chosen: a few are bullets of a symbol font."""


@dataclass
class Source:
    """One input: its articles, each with its number and the further fields of its record, and its leftover lines.

    The articles of records are read as they are iterated over, so that a large file is never held in memory.
    """

    articles: Iterable[tuple[int, Article, Mapping[str, Any]]]
    leftover: tuple[Line, ...] = ()
    missing_note: str = ""
    """See `missing_note`."""

    def leftover_note(self) -> str:
        """Return how many lines are left over and which.

        >>> from classify.records import Line
        >>> Source([], (Line("第3版", 1), Line("广告", 2), Line("", 173))).leftover_note()
        '3 lines belong to no article: 1–2, 173'
        """
        spans = line_ranges(line.number for line in self.leftover)
        which = ", ".join(f"{first}–{last}" if first != last else f"{first}" for first, last in spans)
        n = len(self.leftover)
        return f"{'1 line belongs' if n == 1 else f'{n} lines belong'} to no article: {which}"


def read_articles(path: str, kind: str, inputs: Inputs) -> Source:
    """Read a page, an article or a file of records.

    Parameters
    ----------
    path : str
        A file; ``-`` is standard input.
    kind : {"auto", "page", "article", "jsonl"}
    inputs : Inputs
        Broken records are reported there, and skipped.

    Raises
    ------
    InputError
        The input cannot be read.
    """
    from classify.pages import split_page
    from classify.read import kind_of, read_text

    kind = kind_of(path, kind)
    if kind == "jsonl":
        return Source(_record_articles(path, inputs))
    text = read_text(path)
    page = split_page(text, single=kind == "article")
    return Source(
        [(number, article, {}) for number, article in enumerate(page.articles, 1)],
        page.leftover,
        missing_note(text),
    )


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
    format : {"table", "jsonl", "json", "csv", "ninjs"}
    print_rows : callable
        Prints JSON objects on a console; used for "table".
    """
    from classify.output.json import leftover_objects, to_json

    articles: list[Mapping[str, Any]] = []
    leftover: list[Any] = []

    def print_one(path: str) -> None:
        """Print the results of one input, or keep them for the document."""
        source = read(path)
        objects = make_objects(path, source)
        count = 0
        if format == "table":
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
        if source.leftover:
            leftover.extend(leftover_objects(source.leftover, file=path))
            complain(f"{path}: {source.leftover_note()}")

    inputs.each(print_one)
    if format == "json":
        out(to_json({"articles": articles, "leftover": leftover}, indent=2))
    elif format == "csv":
        from classify.output.csv import csv_text

        out(csv_text(articles), end="")
    raise typer.Exit(inputs.exit_code)
