"""Records of JSON Lines, CSV and Parquet, read as streams.

A record is an object with a string ``text`` and perhaps a ``title``; all its other fields are passed through to the
output. Archives of millions of records are read by the same code as a file of three, so nothing here holds more than a
block and the record at hand, and a record that cannot be read does not end the file: it comes out as a `Record` with
its problem, and the next one is read.

Values are made plain JSON on the way in: NaN and infinite numbers, which JSON does not have though Python's reader and
pandas write them, become null; a title that is a number becomes its digits. JSON Lines come in blocks of bytes and are
parsed in a second step, so that an archive can read them in one process and parse them in others.

``bytes -> LineBlock -> Record`` (JSON Lines); ``bytes -> Record`` (CSV, Parquet). `classify.read.labelled` makes
documents of records, `classify.pipeline` makes articles.
"""

from __future__ import annotations

import json
import math
import os
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classify.errors import EncodingError, InputError
from classify.files import open_regular
from classify.read.csv_rows import CsvError, csv_lines, csv_rows
from classify.read.streams import LIMITS, Limits, format_of, known_format, open_input
from classify.text.encoding import PrefixedStream, decode_line, detect_stream

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "LineBlock",
    "Record",
    "is_csv",
    "line_blocks",
    "parse_lines",
    "read_csv",
    "read_parquet",
    "read_records",
]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file, or the reason why it cannot be read.

    Attributes
    ----------
    line : int
        The line on which it begins, from 1; of a Parquet file, the row.
    fields : dict of str to JSON values
        ``text`` is a string, ``title`` a string or None where it is there; empty where there is a problem.
    problem : str
        One line that names the line and says what to do; empty where the record is good.

    Examples
    --------
    >>> Record(3, {"text": "水库蓄水。", "id": 7}).fields["id"]
    7
    """

    line: int
    fields: dict[str, Any]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Whole lines of a JSON Lines file, not parsed yet.

    Attributes
    ----------
    line : int
        The number of its first line, from 1.
    records : int
        How many lines of the file before it are not blank.
    data : bytes
        The lines with their ends.
    encoding : {"utf-8", "gb18030"}
    problem : str
        Why the line cannot be read, where it is a single one that is too long; then there is no data.

    Examples
    --------
    >>> [record.fields["text"] for record in parse_lines(LineBlock(1, 0, b'{"text": "a"}\\n', "utf-8"))]
    ['a']
    """

    line: int
    records: int
    data: bytes
    encoding: str
    problem: str = ""


def read_records(
    path: str | os.PathLike[str], limits: Limits = LIMITS, *, most: int | None = None
) -> Iterator[Record]:
    """Yield the records of a file.

    Parameters
    ----------
    path : str or path
        A file, perhaps compressed (.gz, .zst); ``-`` for standard input. Its format is that of its name; where the
        name says nothing or says text, that of its first bytes; JSON Lines where they say nothing either.
    limits : Limits, default=LIMITS
    most : int or None, default=None
        Unpacked bytes that are read before the file is refused; None: no limit.

    Raises
    ------
    InputError
        The file cannot be opened, is damaged, or has no column ``text``. Records before the damage have been yielded.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "记录.jsonl")
    ...     _ = path.write_text('{"text": "水库蓄水。", "score": NaN}\\n{', encoding="utf-8")
    ...     for record in read_records(path):
    ...         print(record.line, record.problem[:17] or record.fields)
    1 {'text': '水库蓄水。', 'score': None}
    2 line 2 is no JSON
    """
    name = os.fspath(path)
    if known_format(name) == "parquet":
        for _, records in read_parquet(name, limits=limits):
            yield from records
        return
    with open_input(name, most) as stream:
        if is_csv(stream, name):
            yield from read_csv(stream, name, limits)
        else:
            for block in line_blocks(stream, name, limits):
                yield from parse_lines(block)


def is_csv(stream: PrefixedStream, name: str) -> bool:
    """Say whether a stream of records is CSV; otherwise it is JSON Lines. Nothing of it is consumed.

    >>> import io
    >>> is_csv(PrefixedStream(b"", io.BytesIO(b"text,label")), "-")
    True
    """
    known = known_format(name)
    if known in ("csv", "jsonl"):
        return known == "csv"
    # The user says that it is records: a name for text says nothing more.
    return format_of("", stream.peek(4096)) == "csv"


# -- JSON Lines -----------------------------------------------------------------------------------


def line_blocks(
    stream: Any, name: str, limits: Limits = LIMITS, *, size: int | None = None
) -> Iterator[LineBlock]:
    r"""Yield a JSON Lines stream in blocks of whole lines.

    Parameters
    ----------
    stream : object with ``read(n)``
    name : str
        What messages call the stream.
    limits : Limits, default=LIMITS
        A line longer than ``limits.record`` becomes a block of its own with a problem, and is not held in memory.
    size : int or None, default=None
        About how many bytes a block has; None: ``limits.block``.

    Raises
    ------
    InputError
        The stream is no text.

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO(b'{"text": "a"}\n\n{"text": "b"}\n{"text": "c"}\n')
    >>> [(block.line, block.records, len(block.data)) for block in line_blocks(stream, "x", size=20)]
    [(1, 0, 15), (3, 1, 14), (4, 2, 14)]
    """
    size = size or limits.block
    source, encoding = detect_stream(stream, name)
    line, records = 1, 0
    rest: list[bytes] = []  # of a line that is not whole yet
    held = 0
    while block := source.read(size):
        end = block.rfind(b"\n") + 1
        if end:
            data = b"".join([*rest, block[:end]])
            yield LineBlock(line, records, data, encoding)
            line += data.count(b"\n")
            records += sum(1 for part in data.split(b"\n") if part and not part.isspace())
            rest, held = [block[end:]], len(block) - end
            continue
        rest.append(block)
        held += len(block)
        if held > limits.record:
            problem = f"line {line} is longer than {limits.record >> 20} MiB; cut it"
            yield LineBlock(line, records, b"", encoding, problem)
            source = PrefixedStream(_skip_line(source, size), source)
            line, records, rest, held = line + 1, records + 1, [], 0
    if held:
        yield LineBlock(line, records, b"".join(rest), encoding)


def _skip_line(source: PrefixedStream, size: int) -> bytes:
    """Read to the end of the line, and return what was read of the next one."""
    while block := source.read(size):
        end = block.find(b"\n") + 1
        if end:
            return block[end:]
    return b""


def parse_lines(block: LineBlock) -> Iterator[Record]:
    r"""Yield a record for each line of a block that is not blank.

    Parameters
    ----------
    block : LineBlock

    Examples
    --------
    >>> for record in parse_lines(LineBlock(7, 0, b'{"text": "a", "title": 2023}\n[]\n', "utf-8")):
    ...     print(record)
    Record(line=7, fields={'text': 'a', 'title': '2023'}, problem='')
    Record(line=8, fields={}, problem='line 8 is no object; write {"text": …}')
    """
    if block.problem:
        yield Record(block.line, {}, block.problem)
        return
    for number, data in enumerate(block.data.split(b"\n"), block.line):
        if data and not data.isspace():
            yield _parse_line(number, data, block.encoding)


def _parse_line(number: int, data: bytes, encoding: str) -> Record:
    try:
        text = decode_line(data, encoding, f"line {number}")
        # Python's reader takes NaN and Infinity for numbers; its writer would give them back, which is no JSON.
        fields = json.loads(text, parse_constant=lambda name: None, parse_float=_finite_float)
    except EncodingError as e:
        return Record(number, {}, str(e))
    except ValueError as e:
        return Record(number, {}, f"line {number} is no JSON ({e}); mend it or take it out")
    except RecursionError:
        return Record(number, {}, f"line {number} is nested too deep; take it out")
    return _checked_record(number, fields)


def _finite_float(digits: str) -> float | None:
    """Return the number, or None for one beyond the range of floats, such as 1e999."""
    number = float(digits)
    return number if math.isfinite(number) else None


# -- CSV and Parquet ------------------------------------------------------------------------------


def read_csv(stream: Any, name: str, limits: Limits = LIMITS) -> Iterator[Record]:
    r"""Yield the records of a CSV stream, whose first line names its columns.

    A row with fewer fields than columns has empty fields; one with more is a problem. A column that has the name of an
    earlier one is called ``name_2``, so that both are kept. After bytes that are no text, or a quote that is never
    closed, the following rows cannot be found: the last record says so.

    Parameters
    ----------
    stream : object with ``read(n)``
    name : str
        What messages call the stream.
    limits : Limits, default=LIMITS

    Raises
    ------
    InputError
        There is no column ``text``.

    Examples
    --------
    >>> import io
    >>> for record in read_csv(io.BytesIO(b'text,id\n"a\nb",1\nc,2,3\n'), "x.csv"):
    ...     print(record)
    Record(line=2, fields={'text': 'a\nb', 'id': '1'}, problem='')
    Record(line=4, fields={}, problem='line 4 has more fields than the first line; quote its commas')
    """
    source, encoding = detect_stream(stream, name)
    rows = csv_rows(csv_lines(source, encoding, limits.block, limits.record), limits.record)
    line = 1
    try:
        header = next(rows, None)
        columns = _distinct(header.fields) if header else []
        if "text" not in columns:
            raise InputError(f"{name}: no column `text` in its first line; name the columns there")
        for line, row in rows:
            if len(row) > len(columns):
                problem = f"line {line} has more fields than the first line; quote its commas"
                yield Record(line, {}, problem)
            elif row:
                row += [""] * (len(columns) - len(row))
                yield _checked_record(line, dict(zip(columns, row, strict=True)))
    except CsvError as e:
        if e.line == 1:
            raise InputError(f"{name}: line 1: {e}; mend it") from None
        yield Record(e.line, {}, f"line {e.line}: {e}; mend its quotes, the rest is not read")
    except UnicodeDecodeError as e:
        yield Record(line, {}, f"line {line} or one after it is not {e.encoding}; save the file as UTF-8")


def _distinct(columns: list[str]) -> list[str]:
    """Return the names of columns, repeated ones with a number."""
    found: dict[str, None] = {}
    for column in columns:
        name, n = column, 2
        while name in found:
            name, n = f"{column}_{n}", n + 1
        found[name] = None
    return list(found)


def read_parquet(source: Any, name: str = "", limits: Limits = LIMITS) -> Iterator[tuple[int, list[Record]]]:
    """Yield the records of a Parquet file in batches, each with the number of rows before it.

    Dates, decimals and bytes become strings, and NaN becomes None, since a record holds what JSON can hold.

    Parameters
    ----------
    source : str or binary file that can seek
    name : str, default=""
        What messages call the file; the path where it is empty.
    limits : Limits, default=LIMITS
        A batch has ``limits.rows`` rows.

    Raises
    ------
    InputError
        pyarrow is not installed, or the file is no Parquet file, or it has no column ``text``.
    """
    name = name or str(source)
    try:
        import pyarrow.parquet as parquet
        from pyarrow import ArrowException
    except ImportError:
        raise InputError(f"{name}: Parquet needs pyarrow; run `pip install 'classify-zh[archive]'`") from None
    try:
        with (
            open_regular(source) if isinstance(source, str) else nullcontext(source) as stream,
            parquet.ParquetFile(stream, buffer_size=limits.block, pre_buffer=False) as file,
        ):
            if "text" not in file.schema_arrow.names:
                raise InputError(f"{name}: no column `text`; name it so")
            before = 0
            for batch in file.iter_batches(batch_size=limits.rows):
                rows = batch.to_pylist()
                yield before, [_checked_record(before + i, _json_value(row)) for i, row in enumerate(rows, 1)]
                before += len(rows)
    except ArrowException as e:
        raise InputError(
            f"{name}: damaged or no Parquet ({str(e).splitlines()[0]}); write it again"
        ) from None
    except FileNotFoundError:
        raise InputError(f"{name}: no such file; check the name") from None
    except OSError as e:
        raise InputError(f"{name}: {e.strerror or e}; check the file and its permissions") from None


def _json_value(value: Any) -> Any:
    """Return a value of a Parquet column as JSON has it."""
    if isinstance(value, dict):
        return {str(k): _json_value(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(v) for v in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _checked_record(number: int, fields: Any) -> Record:
    """Return the record, with the digits of a title that is a number, or with its problem."""
    if not isinstance(fields, dict):
        return Record(number, {}, f'line {number} is no object; write {{"text": …}}')
    if not isinstance(fields.get("text"), str):
        return Record(number, {}, f"line {number} has no string `text`; add it")
    title = fields.get("title")
    if isinstance(title, (int, float)) and not isinstance(title, bool):
        fields["title"] = str(title)
    elif title is not None and not isinstance(title, str):
        return Record(number, {}, f"line {number}: `title` is no string; make it one")
    return Record(number, fields)
