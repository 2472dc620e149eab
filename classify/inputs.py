"""What the commands read: paths and standard input to pages and records, one source at a time.

A source is a *page* (raw text), an *article* (raw text known to be one), or *records* (JSON Lines, CSV or Parquet
with ``text`` and perhaps ``title``). Which it is follows from the name, unless the user says. Records are streamed:
what is held in memory is a block and the record at hand, however long the file is. A stream's encoding is what a
byte-order mark says, else what fits its first `HEAD` bytes; a line that doesn't fit it may still be the other one.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from classify.errors import InputError
from classify.pages.readers import decode, read_bytes
from classify.unpack import DAMAGED, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "Lines",
    "Record",
    "kind_of",
    "line_blocks",
    "parse_lines",
    "read_csv",
    "read_parquet",
    "read_records",
    "read_source",
    "reading",
]

MAX_UNPACKED = 2**31
"""Bytes a compressed page may unpack to."""
MAX_RECORD = 64 * 2**20
"""Bytes of the longest record: what is longer is no record but a file without line ends."""
HEAD = 2**20
"""Bytes looked at for the encoding of a stream."""
BLOCK = 2**20
"""Bytes of lines read at a time."""
ROWS = 1024
"""Rows of a Parquet file read at a time."""
PACKED = (".gz", ".zst")
RECORD_ENDINGS = (".jsonl", ".ndjson", ".csv", ".parquet")
_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on (1-based), and its fields, or the reason it can't be read."""

    line: int
    fields: dict[str, Any]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of a JSON Lines file, or the reason why one can't be read.

    ``line`` is the number of the first (1-based); ``record`` is how many lines before it weren't blank.
    """

    line: int
    record: int
    data: bytes
    encoding: str
    problem: str = ""


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


def read_source(path: str) -> str:
    """Return the text of `path` (``-``: standard input), unpacked where it is compressed (.gz, .zst)."""
    data = read_bytes(path)
    with _damage_named(path):
        stream = unpacked(io.BytesIO(data), path)
        if not isinstance(stream, io.BytesIO):
            data = stream.read(MAX_UNPACKED + 1)
            if len(data) > MAX_UNPACKED:
                raise InputError(f"{path}: unpacks to more than {MAX_UNPACKED >> 30} GiB; split it into several files")
    return decode(data, path)


@contextmanager
def reading(path: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Open `path` (``-``: standard input) and give the file and its unpacked bytes, two views of one thing."""
    if path == "-":
        yield sys.stdin.buffer, unpacked(sys.stdin.buffer, path)
        return
    try:
        file = Path(path).open("rb")
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder; name its files, or use {path}/*.txt") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the name") from None
    except OSError as e:
        raise InputError(f"{path}: {e.strerror or e}; check the file and its permissions") from None
    with file, _damage_named(path):
        yield file, unpacked(file, path)


@contextmanager
def _damage_named(path: str) -> Iterator[None]:
    try:
        yield
    except DAMAGED as e:
        if isinstance(e, OSError) and e.errno is not None:
            raise InputError(f"{path}: {e.strerror}; check the file and its permissions") from None
        kind = "zst" if path.lower().endswith(".zst") else "gzip"
        raise InputError(f"{path}: damaged {kind} ({e or type(e).__name__}); compress it again") from None


def read_records(path: str) -> Iterator[Record]:
    """Yield the records of a JSON Lines, CSV or Parquet source; a broken one carries its problem, the rest go on.

    Raises `InputError` where the source can't be opened, is damaged, or has no column ``text``.
    """
    name = plain_name(path)
    if name.endswith(".parquet"):
        for _, records in read_parquet(path):
            yield from records
        return
    with reading(path) as (_, stream):
        if name.endswith(".csv"):
            yield from read_csv(stream, path)
        else:
            for block in line_blocks(stream, path):
                yield from parse_lines(block)


# -- JSON Lines -----------------------------------------------------------------------------------


def line_blocks(stream: IO[bytes], name: str, size: int = BLOCK) -> Iterator[Lines]:
    """Yield a JSON Lines stream in blocks of whole lines, about `size` bytes each."""
    head = stream.read(min(HEAD, MAX_RECORD))
    encoding, skip = _encoding(head, name)
    source = _Joined(head[skip:], stream)
    if encoding.startswith(("utf-16", "utf-32")):
        source, encoding = _Transcoded(_Joined(head, stream), encoding, name), "utf-8"
    line, record = 1, 0
    rest: list[bytes] = []  # of a line that isn't whole yet
    held = 0
    while block := source.read(size):
        end = block.rfind(b"\n") + 1
        if not end:
            rest.append(block)
            held += len(block)
            if held > MAX_RECORD:
                tail = _skip_line(source, size)
                yield Lines(line, record, b"", encoding, f"line {line} is longer than {MAX_RECORD >> 20} MiB; cut it")
                line, record, rest, held = line + 1, record + 1, [tail], len(tail)
            continue
        data = b"".join([*rest, block[:end]])
        yield Lines(line, record, data, encoding)
        line += data.count(b"\n")
        record += _count(data)
        rest, held = [block[end:]], len(block) - end
    if held:
        yield Lines(line, record, b"".join(rest), encoding)


def _skip_line(source: Any, size: int) -> bytes:
    """Read on to the end of the line and return what was read after it."""
    while block := source.read(size):
        end = block.find(b"\n") + 1
        if end:
            return bytes(block[end:])
    return b""


def _count(data: bytes) -> int:
    """Return how many lines aren't blank."""
    lines = data.split(b"\n")
    return len(lines) - lines.count(b"") - sum(1 for line in lines if line[:1].isspace() and not line.strip())


def parse_lines(block: Lines) -> Iterator[Record]:
    """Yield a record for each line that isn't blank."""
    if block.problem:
        yield Record(block.line, {}, block.problem)
        return
    for number, data in enumerate(block.data.split(b"\n"), block.line):
        if data.strip():
            yield _parse(number, data, block.encoding)


def _parse(number: int, data: bytes, encoding: str) -> Record:
    for name in (encoding, "gb18030" if encoding == "utf-8" else "utf-8"):
        try:
            text = data.decode(name)
            break
        except UnicodeDecodeError:
            continue
    else:
        return Record(number, {}, f"line {number} is neither UTF-8 nor GB18030; save it again as UTF-8")
    try:
        return _checked(number, json.loads(text))
    except ValueError as e:
        return Record(number, {}, f"line {number} is no JSON ({e}); mend it or take it out")
    except RecursionError:
        return Record(number, {}, f"line {number} is nested too deep; take it out")


def _encoding(head: bytes, name: str) -> tuple[str, int]:
    """Return the encoding of a stream that begins with `head`, and how long its byte-order mark is."""
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8", 3
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, 0
    whole = head[: head.rfind(b"\n") + 1] or head
    if len(head) < HEAD or not whole.isascii():
        try:
            whole.decode("utf-8")
        except UnicodeDecodeError as e:
            if e.start < len(whole) - 4:  # else its last character is cut
                try:
                    whole.decode("gb18030")
                except UnicodeDecodeError:
                    return "utf-8", 0
                return "gb18030", 0
    if b"\0" in head:
        decode(head, name)  # raises, and says where
    return "utf-8", 0


class _Joined:
    """A stream with what was read of it put back."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._head, self._stream = head, stream

    def read(self, n: int) -> bytes:
        if self._head:
            out, self._head = self._head[:n], self._head[n:]
            return out
        return self._stream.read(n)


class _Transcoded(_Joined):
    """A stream in UTF-16 or UTF-32 as UTF-8."""

    def __init__(self, stream: _Joined, encoding: str, name: str) -> None:
        import codecs

        super().__init__(b"", None)  # type: ignore[arg-type]
        self._source, self._name, self._encoding = stream, name, encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def read(self, n: int) -> bytes:
        while data := self._source.read(n):
            text = self._decode(data, final=False)
            if text:
                return text.encode("utf-8", "surrogatepass")
        return self._decode(b"", final=True).encode("utf-8", "surrogatepass")

    def _decode(self, data: bytes, *, final: bool) -> str:
        try:
            return self._decoder.decode(data, final)
        except UnicodeDecodeError as e:
            raise InputError(f"{self._name}: not {self._encoding} ({e.reason}); save it again as UTF-8") from None


# -- CSV and Parquet ------------------------------------------------------------------------------


def read_csv(stream: IO[bytes], name: str) -> Iterator[Record]:
    """Yield the records of a CSV stream whose first line names its columns.

    After bytes that are no text, or quotes that never end, the rest can't be told apart: its record says so.
    """
    csv.field_size_limit(MAX_RECORD)
    head = stream.read(HEAD)
    encoding, skip = _encoding(head, name)
    lines = _text_lines(_Joined(head[skip:], stream), encoding)
    line = 2
    try:
        rows = csv.DictReader(lines)
        if not rows.fieldnames or "text" not in rows.fieldnames:
            raise InputError(f"{name}: no column `text` in its first line; name the columns there")
        for row in rows:
            extra = row.pop(None, None)  # type: ignore[call-overload]
            here, line = line, rows.line_num + 1
            if extra is not None:
                yield Record(here, {}, f"line {here} has more fields than the first line; quote its commas")
            else:
                yield _checked(here, {k: v if v is not None else "" for k, v in row.items()})
    except csv.Error as e:
        yield Record(line, {}, f"line {line}: {e}; mend its quotes, the rest isn't read")
    except UnicodeDecodeError as e:
        yield Record(line, {}, f"line {line} or after is not {e.encoding}; save the file as UTF-8, the rest isn't read")


def _text_lines(source: _Joined, encoding: str) -> Iterator[str]:
    """Yield decoded lines with their ends; \\r alone ends one as well."""
    import codecs

    decoder = codecs.getincrementaldecoder(encoding)()
    rest = ""
    while data := source.read(BLOCK):
        lines = io.StringIO(rest + decoder.decode(data), newline="").readlines()
        rest = lines.pop() if lines else ""  # not whole, or a \r whose \n is still to come
        yield from lines
    yield from io.StringIO(rest + decoder.decode(b"", True), newline="")


def read_parquet(path: str | IO[bytes]) -> Iterator[tuple[int, list[Record]]]:
    """Yield batches of the records of a Parquet file, with the number of rows before each.

    Raises `InputError` where pyarrow isn't installed, or the file is none of Parquet.
    """
    try:
        import pyarrow.parquet as parquet
        from pyarrow import ArrowException
    except ImportError:
        raise InputError(f"{path}: Parquet needs pyarrow; run `pip install 'classify-zh[archives]'`") from None
    try:
        with parquet.ParquetFile(path) as file:
            if "text" not in file.schema_arrow.names:
                raise InputError(f"{path}: no column `text`; name it so")
            row = 0
            for batch in file.iter_batches(batch_size=ROWS):
                records = [_checked(row + i, _plain(r)) for i, r in enumerate(batch.to_pylist(), 1)]
                yield row, records
                row += len(records)
    except ArrowException as e:
        raise InputError(f"{path}: damaged or no Parquet ({str(e).splitlines()[0]}); write it again") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the name") from None
    except OSError as e:
        raise InputError(f"{path}: {e.strerror or e}; check the file and its permissions") from None


def _plain(value: Any) -> Any:
    """Return a value of a column as JSON has it; dates, decimals and bytes become strings."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _checked(number: int, fields: object) -> Record:
    if not isinstance(fields, dict):
        return Record(number, {}, f"line {number} is no object; write {{\"text\": …}}")
    if not isinstance(fields.get("text"), str):
        return Record(number, {}, f"line {number} has no string `text`; add it")
    if not isinstance(fields.get("title", ""), str | None):
        return Record(number, {}, f"line {number}: `title` is no string; make it one")
    return Record(number, fields)
