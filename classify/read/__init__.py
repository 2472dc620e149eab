"""What the commands read: paths and standard input to pages and records, one source at a time.

A source is a *page* (raw text), an *article* (raw text known to be one), or *records* (JSON Lines, CSV or
Parquet with ``text`` and perhaps ``title``). Which it is follows from the name, unless the user says. Records
are streamed: what is held in memory is a block and the record at hand, however long the file is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from classify.read.records import Lines, Record, line_blocks, parse_lines, read_csv, read_parquet
from classify.read.streams import PACKED, open_input, read_source, unpacked
from classify.text.lines import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classify.records import Line

__all__ = [
    "Lines",
    "Record",
    "kind_of",
    "line_blocks",
    "open_input",
    "parse_lines",
    "plain_name",
    "read_csv",
    "read_pages",
    "read_parquet",
    "read_records",
    "read_source",
    "unpacked",
]

RECORD_ENDINGS = (".jsonl", ".ndjson", ".csv", ".parquet")


def kind_of(path: str, kind: str = "auto") -> str:
    """Return ``page``, ``article`` or ``jsonl`` (records of any format) for `path`."""
    if kind != "auto":
        return kind
    return "jsonl" if plain_name(path).endswith(RECORD_ENDINGS) else "page"


def plain_name(path: str) -> str:
    """Return `path` in lower case, without the ending of its compression."""
    name = path.lower()
    for ending in PACKED:
        name = name.removesuffix(ending)
    return name


def read_pages(path: str | os.PathLike[str]) -> Iterator[list[Line]]:
    """Yield the pages of the file at `path` (``-``: standard input) as lists of `Line`. A text file is one page.

    Raises
    ------
    InputError
        The file cannot be read; the message says why and what to do.

    Examples
    --------
    >>> from classify import read_pages, split_page
    >>> [len(split_page(page)) for page in read_pages("examples/page.txt")]
    [7]
    """
    yield text_lines(read_source(os.fspath(path)))


def read_records(path: str) -> Iterator[Record]:
    """Yield the records of a JSON Lines, CSV or Parquet source; a broken one has its problem, others go on.

    Raises `InputError` where the source can't be opened, is damaged, or has no column ``text``.
    """
    name = plain_name(path)
    if name.endswith(".parquet"):
        for _, records in read_parquet(path):
            yield from records
        return
    with open_input(path) as (_, stream):
        if name.endswith(".csv"):
            yield from read_csv(stream, path)
        else:
            for block in line_blocks(stream, path):
                yield from parse_lines(block)
