"""Streams of bytes to records, a block at a time: JSON Lines, CSV, Parquet.

A record that can't be read is a `Record` with its problem, and the next one is read. Where a file's encoding
is one of UTF-8 and GB18030, a line of JSON that doesn't fit it may still be the other; broken UTF-8 is not.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from classify.errors import EncodingError, InputError
from classify.read.streams import Joined, decoded
from classify.text.encoding import decode, is_chinese

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Lines", "Record", "line_blocks", "parse_lines", "read_csv", "read_parquet"]

MAX_RECORD = 16 * 2**20
"""Bytes of the longest line, characters of the longest CSV field: five times 红楼梦."""
BLOCK = 2**20
"""Bytes of lines read at a time."""
ROWS = 256
"""Rows of a Parquet file read at a time."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on (1-based), and its fields, or the reason it can't be read."""

    line: int
    fields: dict[str, Any]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of a JSON Lines file, or the reason why one can't be read.

    ``line`` is the number of the first (1-based); ``records`` is how many lines before it are not blank.
    """

    line: int
    records: int
    data: bytes
    encoding: str
    problem: str = ""


def line_blocks(stream: IO[bytes], name: str, size: int = BLOCK) -> Iterator[Lines]:
    """Yield a JSON Lines stream in blocks of whole lines, of about `size` bytes."""
    source, encoding = decoded(stream, name)
    line, records = 1, 0
    rest: list[bytes] = []  # of a line that isn't whole yet
    held = 0
    while block := source.read(size):
        end = block.rfind(b"\n") + 1
        if end:
            data = b"".join([*rest, block[:end]])
            yield Lines(line, records, data, encoding)
            line += data.count(b"\n")
            records += sum(1 for part in data.split(b"\n") if part and not part.isspace())
            rest, held = [block[end:]], len(block) - end
            continue
        rest.append(block)
        held += len(block)
        if held > MAX_RECORD:
            tail = _after_line(source, size)
            yield Lines(
                line, records, b"", encoding, f"line {line} is longer than {MAX_RECORD >> 20} MiB; cut it"
            )
            line, records, source = line + 1, records + 1, Joined(tail, source)
            rest, held = [], 0
    if held:
        yield Lines(line, records, b"".join(rest), encoding)


def _after_line(source: Joined, size: int) -> bytes:
    """Read on to the end of the line, and return what was read of the next."""
    while block := source.read(size):
        end = block.find(b"\n") + 1
        if end:
            return block[end:]
    return b""


def parse_lines(block: Lines) -> Iterator[Record]:
    """Yield a record for each line that is not blank."""
    if block.problem:
        yield Record(block.line, {}, block.problem)
        return
    for number, data in enumerate(block.data.split(b"\n"), block.line):
        if data and not data.isspace():
            yield _parse(number, data, block.encoding)


def _parse(number: int, data: bytes, encoding: str) -> Record:
    try:
        text = _text(data, number, encoding)
    except EncodingError as e:
        return Record(number, {}, str(e))
    try:
        return _checked(number, json.loads(text))
    except ValueError as e:
        return Record(number, {}, f"line {number} is no JSON ({e}); mend it or take it out")
    except RecursionError:
        return Record(number, {}, f"line {number} is nested too deep; take it out")


def _text(data: bytes, number: int, encoding: str) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return decode(data, f"line {number}")
    if encoding == "gb18030" and not (data.isascii() or is_chinese(text)):
        with suppress(UnicodeDecodeError):  # 木 in GB2312 is ľ in UTF-8
            return data.decode(encoding)
    return text


def read_csv(stream: IO[bytes], name: str) -> Iterator[Record]:
    """Yield the records of a CSV stream, whose first line names its columns.

    After bytes that are no text, or a quote that never ends, the rest can't be told apart: the last record
    says so.
    """
    source, encoding = decoded(stream, name)
    lines = _Lines(_text_lines(source, encoding))
    rows = _rows(lines)
    line = 1
    try:
        columns, last = next(rows, ([], 0))
        if lines.ended and columns:
            raise InputError(f"{name}: line 1: a quote is never closed; mend it")
        if "text" not in columns:
            raise InputError(f"{name}: no column `text` in its first line; name the columns there")
        line = last + 1
        for row, last in rows:
            here, line = line, last + 1
            if lines.ended:  # only a row that isn't whole asks for more
                yield Record(here, {}, f"line {here}: a quote is never closed; mend it, the rest is not read")
            elif len(row) > len(columns):
                yield Record(here, {}, f"line {here} has more fields than the first line; quote its commas")
            elif row:
                row += [""] * (len(columns) - len(row))
                yield _checked(here, dict(zip(columns, row, strict=True)))
    except csv.Error as e:
        yield Record(line, {}, f"line {line}: {e}; mend its quotes, the rest is not read")
    except UnicodeDecodeError as e:
        yield Record(line, {}, f"line {line} or one after it is not {e.encoding}; save the file as UTF-8")


def _rows(lines: Iterator[str]) -> Iterator[tuple[list[str], int]]:
    """Yield each row and the number of its last line."""
    reader = csv.reader(lines)
    while True:
        with _long_fields:
            row = next(reader, None)
        if row is None:
            return
        yield row, reader.line_num


class _LongFields:
    """Raises the limit that csv has for the whole process while any thread needs it, and puts it back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before = 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = csv.field_size_limit(MAX_RECORD)
            self._inside += 1

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                csv.field_size_limit(self._before)


_long_fields = _LongFields()


class _Lines:
    """Lines, which remember whether there are no more."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        return line


def _text_lines(source: Joined, encoding: str) -> Iterator[str]:
    """Yield decoded lines with their ends, as they stand in the file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    rest = ""
    while data := source.read(BLOCK):
        lines = io.StringIO(rest + decoder.decode(data), newline="").readlines()
        rest = lines.pop() if lines else ""  # perhaps not whole, or a \r whose \n is still to come
        yield from lines
        if len(rest) > MAX_RECORD:
            raise csv.Error(f"a line is longer than {MAX_RECORD >> 20} Mi characters")
    yield from io.StringIO(rest + decoder.decode(b"", True), newline="")


def read_parquet(path: str | IO[bytes], name: str = "") -> Iterator[tuple[int, list[Record]]]:
    """Yield batches of the records of a Parquet file, with how many rows stand before each.

    Raises `InputError` where pyarrow isn't installed, or the file is no Parquet.
    """
    name = name or str(path)
    try:
        import pyarrow.parquet as parquet
        from pyarrow import ArrowException
    except ImportError:
        raise InputError(f"{name}: Parquet needs pyarrow; run `pip install 'classify-zh[archive]'`") from None
    try:
        with parquet.ParquetFile(path, buffer_size=BLOCK, pre_buffer=False) as file:
            if "text" not in file.schema_arrow.names:
                raise InputError(f"{name}: no column `text`; name it so")
            before = 0
            for batch in file.iter_batches(batch_size=ROWS):
                records = [_checked(before + i, _plain(row)) for i, row in enumerate(batch.to_pylist(), 1)]
                yield before, records
                before += len(records)
    except ArrowException as e:
        raise InputError(
            f"{name}: damaged or no Parquet ({str(e).splitlines()[0]}); write it again"
        ) from None
    except FileNotFoundError:
        raise InputError(f"{name}: no such file; check the name") from None
    except OSError as e:
        raise InputError(f"{name}: {e.strerror or e}; check the file and its permissions") from None


def _plain(value: Any) -> Any:
    """Return a column's value as JSON has it: dates, decimals and bytes become strings, NaN becomes null."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _checked(number: int, fields: object) -> Record:
    if not isinstance(fields, dict):
        return Record(number, {}, f'line {number} is no object; write {{"text": …}}')
    if not isinstance(fields.get("text"), str):
        return Record(number, {}, f"line {number} has no string `text`; add it")
    if not isinstance(fields.get("title", ""), str | None):
        return Record(number, {}, f"line {number}: `title` is no string; make it one")
    return Record(number, fields)
