"""What the commands read: paths and standard input to pages and records, one source at a time.

A source is a *page* (raw text), an *article* (raw text known to be one), or *records* (JSON Lines or CSV with ``text``
and perhaps ``title``). Which it is follows from the name, unless the user says.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.pages.readers import decode, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Record", "kind_of", "read_records", "read_source"]

MAX_UNPACKED = 2**31
"""Bytes a compressed input may unpack to."""
_RECORD_ENDINGS = (".jsonl", ".ndjson", ".csv")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on (1-based), and its fields, or the reason it can't be read."""

    line: int
    fields: dict[str, Any]
    problem: str = ""


def kind_of(path: str, kind: str = "auto") -> str:
    """Return ``page``, ``article`` or ``jsonl`` for `path`."""
    if kind != "auto":
        return kind
    name = path.lower().removesuffix(".gz")
    return "jsonl" if name.endswith(_RECORD_ENDINGS) else "page"


def read_source(path: str) -> str:
    """Return the text of `path` (``-``: standard input), unpacked where its name ends in .gz."""
    data = read_bytes(path)
    if path.lower().endswith(".gz") or data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(data)) as f:
                data = f.read(MAX_UNPACKED + 1)
        except (OSError, EOFError, zlib.error) as e:
            raise InputError(f"{path}: damaged gzip ({e}); compress it again") from None
        if len(data) > MAX_UNPACKED:
            raise InputError(f"{path}: unpacks to more than {MAX_UNPACKED >> 30} GiB; split it into several files")
    return decode(data, path)


def read_records(path: str) -> Iterator[Record]:
    """Yield the records of a JSON Lines or CSV source; a broken one carries its problem, the rest go on."""
    text = read_source(path)
    if path.lower().removesuffix(".gz").endswith(".csv"):
        yield from _csv(text, path)
    else:
        yield from _jsonl(text)


def _jsonl(text: str) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except ValueError as e:
            yield Record(number, {}, f"line {number} is no JSON ({e}); mend it or take it out")
            continue
        except RecursionError:
            yield Record(number, {}, f"line {number} is nested too deep; take it out")
            continue
        yield _checked(number, fields)


def _csv(text: str, path: str) -> Iterator[Record]:
    csv.field_size_limit(2**31 - 1)
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if not rows.fieldnames or "text" not in rows.fieldnames:
        raise InputError(f"{path}: no column `text` in its first line; name the columns there")
    line = 2
    try:
        for row in rows:
            extra = row.pop(None, None)  # type: ignore[call-overload]
            here, line = line, rows.line_num + 1
            if extra is not None:
                yield Record(here, {}, f"line {here} has more fields than the first line; quote its commas")
            else:
                yield _checked(here, {k: v if v is not None else "" for k, v in row.items()})
    except csv.Error as e:
        yield Record(line, {}, f"line {line}: {e}; mend its quotes")


def _checked(number: int, fields: object) -> Record:
    if not isinstance(fields, dict):
        return Record(number, {}, f"line {number} is no object; write {{\"text\": …}}")
    if not isinstance(fields.get("text"), str):
        return Record(number, {}, f"line {number} has no string `text`; add it")
    if not isinstance(fields.get("title", ""), str | None):
        return Record(number, {}, f"line {number}: `title` is no string; make it one")
    return Record(number, fields)
