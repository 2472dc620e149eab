"""Records of JSON Lines, JSON, CSV and Parquet, read as streams; a JSON document is held whole.

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

import codecs
import json
import math
import os
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from classify.errors import EncodingError, InputError
from classify.files import open_regular
from classify.options import ReadOptions
from classify.read.columns import TEXT_NAMES, find_name, unnested, with_known_names
from classify.read.csv_rows import CsvError, csv_lines, csv_rows
from classify.read.formats import check_readable, delimiter_of, format_of, known_format
from classify.read.results import PastResult, is_result, past_result
from classify.read.streams import LIMITS, Limits, UnpackedStream, open_input
from classify.text.encoding import PrefixedStream, decode, decode_line, detect_stream, head_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "LineBlock",
    "Record",
    "checked_record",
    "frame_records",
    "line_blocks",
    "parse_lines",
    "read_csv",
    "read_json",
    "read_parquet",
    "read_records",
    "records_format",
]

DEFAULT = ReadOptions()


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
    result : PastResult or None
        What it was, where it is a result of this package; then `fields` are its text, title and further fields.

    Examples
    --------
    >>> Record(3, {"text": "水库蓄水。", "id": 7}).fields["id"]
    7
    """

    line: int
    fields: dict[str, Any]
    problem: str = ""
    result: PastResult | None = field(default=None, repr=False)


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
    options : ReadOptions
        Their columns are used.
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
    options: ReadOptions = DEFAULT
    problem: str = ""


def read_records(
    path: str | os.PathLike[str],
    limits: Limits = LIMITS,
    *,
    most: int | None = None,
    options: ReadOptions = DEFAULT,
    pipes: bool = False,
) -> Iterator[Record]:
    """Yield the records of a file.

    Parameters
    ----------
    path : str or path
        A file, perhaps compressed; ``-`` for standard input. Its format is that of `records_format`.
    limits : Limits, default=LIMITS
    most : int or None, default=None
        Unpacked bytes that are read before the file is refused; None: no limit.
    options : ReadOptions, default=ReadOptions()
    pipes : bool, default=False
        Whether a pipe with a name is read; see `open_input`.

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
    with open_input(name, most, pipes=pipes) as stream:
        format = records_format(stream, name, options)
        if format == "parquet":
            for _, records in read_parquet(stream.random_access(limits.labelled), name, limits, options):
                yield from records
        elif format == "csv":
            yield from read_csv(stream, name, limits, options)
        elif format == "json":
            yield from read_json(stream, name, limits, options)
        else:
            for block in line_blocks(stream, name, limits, options=options):
                yield from parse_lines(block)


def records_format(stream: UnpackedStream, name: str, options: ReadOptions = DEFAULT) -> str:
    """Return the format of a stream of records: ``jsonl``, ``json``, ``csv`` or ``parquet``. Nothing is consumed.

    The caller knows that it is records: a name or content that says text, or nothing, is JSON Lines unless its first
    line has known columns.

    Raises
    ------
    InputError
        It is of a format that is not read.

    Examples
    --------
    >>> import io
    >>> records_format(UnpackedStream(io.BytesIO(b"text,label"), "-"), "-")
    'csv'
    """
    head = stream.head()
    check_readable(name, head)
    if options.kind in ("csv", "tsv", "json"):
        return "csv" if options.kind == "tsv" else options.kind
    names = tuple(filter(None, (options.text_column,)))
    format = format_of(name, head)
    if format == "text":
        format = format_of("", head)
    if format in ("csv", "json", "parquet"):
        return format
    return "csv" if format == "text" and delimiter_of(head_text(head), names) else "jsonl"


# -- JSON Lines -----------------------------------------------------------------------------------


def line_blocks(
    stream: Any,
    name: str,
    limits: Limits = LIMITS,
    *,
    size: int | None = None,
    options: ReadOptions = DEFAULT,
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
    options : ReadOptions, default=ReadOptions()

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
    # A line in another encoding than the first ones is read all the same.
    source, encoding = detect_stream(stream, name, encoding=options.encoding, wait=False)
    line, records = 1, 0
    rest: list[bytes] = []  # of a line that is not whole yet
    held = 0
    while block := source.read(size):
        end = block.rfind(b"\n") + 1
        if end:
            data = b"".join([*rest, block[:end]])
            yield LineBlock(line, records, data, encoding, options)
            line += data.count(b"\n")
            records += sum(1 for part in data.split(b"\n") if part and not part.isspace())
            rest, held = [block[end:]], len(block) - end
            continue
        rest.append(block)
        held += len(block)
        if held > limits.record:
            problem = f"line {line} is longer than {limits.record >> 20} MiB; cut it"
            yield LineBlock(line, records, b"", encoding, options, problem)
            source = PrefixedStream(_skip_line(source, size), source)
            line, records, rest, held = line + 1, records + 1, [], 0
    if held:
        yield LineBlock(line, records, b"".join(rest), encoding, options)


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
            # Files that were joined have the mark of each of them.
            yield _parse_line(number, data.removeprefix(codecs.BOM_UTF8), block)


def _parse_line(number: int, data: bytes, block: LineBlock) -> Record:
    try:
        fields = _loads(decode_line(data, block.encoding, f"line {number}"))
    except EncodingError as e:
        return Record(number, {}, str(e))
    except ValueError as e:
        return Record(number, {}, f"line {number} is no JSON ({e}); mend it or take it out")
    except RecursionError:
        return Record(number, {}, f"line {number} is nested too deep; take it out")
    return checked_record(number, fields, block.options)


def _loads(text: str) -> Any:
    """Return the value of JSON. Python's reader takes NaN and Infinity for numbers, which JSON does not have."""
    return json.loads(text, parse_constant=lambda name: None, parse_float=_finite_float)


def _finite_float(digits: str) -> float | None:
    """Return the number, or None for one beyond the range of floats, such as 1e999."""
    number = float(digits)
    return number if math.isfinite(number) else None


# -- JSON, CSV and Parquet ------------------------------------------------------------------------


def read_json(
    stream: Any, name: str, limits: Limits = LIMITS, options: ReadOptions = DEFAULT
) -> Iterator[Record]:
    r"""Yield the records of a JSON document: a list of objects, one object, or what ``predict -f json`` writes.

    The parameters are those of `read_csv`. The document is held in memory, and has ``limits.page`` bytes at most.
    The line of a `Record` is its place in the list, from 1.

    Raises
    ------
    InputError
        The document is no JSON, or too large.

    Examples
    --------
    >>> from classify.read.streams import UnpackedStream
    >>> import io
    >>> stream = UnpackedStream(io.BytesIO('[{"正文": "水库蓄水。"}, 7]'.encode()), "x.json")
    >>> [record.problem or record.fields for record in read_json(stream, "x.json")]
    [{'text': '水库蓄水。'}, 'record 2 is no object; write {"text": …}']
    """
    stream.most = limits.page if stream.most is None else min(stream.most, limits.page)
    try:
        value = _loads(decode(stream.read(), name, options.encoding))
    except EncodingError:
        raise
    except (ValueError, RecursionError) as e:
        raise InputError(f"{name}: no JSON ({e}); mend it, or write one object a line") from None
    if isinstance(value, dict) and isinstance(value.get("articles"), list):
        value = value["articles"]
    for number, fields in enumerate(value if isinstance(value, list) else [value], 1):
        yield checked_record(number, fields, options, "record")


def read_csv(
    stream: Any, name: str, limits: Limits = LIMITS, options: ReadOptions = DEFAULT
) -> Iterator[Record]:
    r"""Yield the records of a CSV stream, whose first line names its columns.

    Fields are separated by commas, tabs, semicolons or bars, as the first line has it. Rows without anything in them,
    which spreadsheets leave at the end, are passed over, and so is the first line where it comes again in a file that
    was joined. A row with fewer fields than columns has empty fields; one with more is a problem. A column that has the
    name of an earlier one is called ``name_2``, so that both are kept. After bytes that are no text, or a quote that is
    never closed, the following rows cannot be found: the last record says so.

    Parameters
    ----------
    stream : object with ``read(n)``
    name : str
        What messages call the stream.
    limits : Limits, default=LIMITS
    options : ReadOptions, default=ReadOptions()

    Raises
    ------
    InputError
        There is no column of texts.

    Examples
    --------
    >>> import io
    >>> for record in read_csv(io.BytesIO(b'text,id\n"a\nb",1\nc,2,3\n'), "x.csv"):
    ...     print(record)
    Record(line=2, fields={'text': 'a\nb', 'id': '1'}, problem='')
    Record(line=4, fields={}, problem='line 4 has more fields than the first line; quote its commas')
    """
    source, encoding = detect_stream(stream, name, encoding=options.encoding)
    source = PrefixedStream(b"", source)  # one that is transcoded shows its own bytes only
    first = source.peek(4096).decode(encoding, "replace")
    names = tuple(filter(None, (options.text_column, options.label_column)))
    delimiter = delimiter_of(first, names) or ","
    if options.kind == "tsv" or (known_format(name) == "csv" and ".tsv" in name.lower()):
        delimiter = "\t"
    rows = csv_rows(csv_lines(source, encoding, limits.block, limits.record), limits.record, delimiter)
    line = 1
    try:
        header = next(rows, None)
        columns = _distinct(header.fields) if header else []
        _check_columns(name, columns, options, " in its first line")
        for line, row in rows:
            if row:
                row[0] = row[0].removeprefix("\ufeff")
            if not any(map(str.strip, row)) or (header is not None and row == header.fields):
                continue
            if len(row) > len(columns):
                problem = f"line {line} has more fields than the first line; quote its commas"
                yield Record(line, {}, problem)
            else:
                row += [""] * (len(columns) - len(row))
                yield checked_record(line, dict(zip(columns, row, strict=True)), options)
    except CsvError as e:
        if e.line == 1:
            raise InputError(f"{name}: line 1: {e}; mend it") from None
        yield Record(e.line, {}, f"line {e.line}: {e}; mend its quotes, the rest is not read")
    except UnicodeDecodeError as e:
        yield Record(line, {}, f"line {line} or one after it is not {e.encoding}; save the file as UTF-8")


def _check_columns(name: str, columns: Sequence[str], options: ReadOptions, where: str = "") -> None:
    """Raise `InputError` where none of the columns has the texts, or one that the user named is not there."""
    if is_result(dict.fromkeys(columns)) and options.text_column is None:
        return
    if find_name(columns, options.text_column, TEXT_NAMES) is None:
        known = ", ".join(columns[:8]) or "none"
        raise InputError(
            f"{name}: no column `{options.text_column or 'text'}`{where} ({known}); name it so, or give --text-column"
        )
    if options.title_column is not None and options.title_column not in columns:
        raise InputError(f"{name}: no column `{options.title_column}`{where}; check --title-column")


def _distinct(columns: list[str]) -> list[str]:
    """Return the names of columns, repeated ones with a number."""
    found: dict[str, None] = {}
    for column in columns:
        name, n = column, 2
        while name in found:
            name, n = f"{column}_{n}", n + 1
        found[name] = None
    return list(found)


def read_parquet(
    source: Any, name: str = "", limits: Limits = LIMITS, options: ReadOptions = DEFAULT
) -> Iterator[tuple[int, list[Record]]]:
    """Yield the records of a Parquet file in batches, each with the number of rows before it.

    Dates, decimals and bytes become strings, and NaN becomes None, since a record holds what JSON can hold.

    Parameters
    ----------
    source : str or binary file that can seek
    name : str, default=""
        What messages call the file; the path where it is empty.
    limits : Limits, default=LIMITS
        A batch has ``limits.rows`` rows.
    options : ReadOptions, default=ReadOptions()

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
            _check_columns(name, file.schema_arrow.names, options)
            before = 0
            for batch in file.iter_batches(batch_size=limits.rows):
                columns = [_column_values(column) for column in batch.columns]
                rows = [dict(zip(batch.schema.names, row, strict=True)) for row in zip(*columns, strict=True)]
                yield (
                    before,
                    [
                        checked_record(before + i, _json_value(row), options, "row")
                        for i, row in enumerate(rows, 1)
                    ],
                )
                before += len(rows)
    except ArrowException as e:
        raise InputError(
            f"{name}: damaged or no Parquet ({str(e).splitlines()[0]}); write it again"
        ) from None
    except FileNotFoundError:
        raise InputError(f"{name}: no such file; check the name") from None
    except OSError as e:
        raise InputError(f"{name}: {e.strerror or e}; check the file and its permissions") from None


def _column_values(column: Any) -> list[Any]:
    """Return the values of a Parquet column; as strings or numbers where Python has no such values.

    Python has no nanoseconds and no year 10,000, and strings of careless writers are not always UTF-8.
    """
    import pyarrow

    def as_text() -> list[Any]:
        found = column.cast(pyarrow.binary()).to_pylist()
        return [value if value is None else value.decode("utf-8", "replace") for value in found]

    # Nanoseconds become values of pandas, but only where it is installed.
    plain = getattr(column.type, "unit", "") != "ns"
    ways: list[Callable[[], list[Any]]] = [
        lambda: list(column.cast(pyarrow.string()).to_pylist()),
        as_text,
        lambda: [
            value if value is None else str(value) for value in column.cast(pyarrow.int64()).to_pylist()
        ],
    ]
    if plain:
        ways.insert(0, lambda: list(column.to_pylist()))
    for values in ways:
        with suppress(pyarrow.ArrowException, ValueError, OverflowError, TypeError):
            return values()
    return [None] * len(column)


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


def frame_records(frame: Any, options: ReadOptions = DEFAULT) -> Iterator[Record]:
    """Yield the rows of a pandas DataFrame as records, numbered from 1.

    Parameters
    ----------
    frame : pandas.DataFrame
    options : ReadOptions, default=ReadOptions()
        Its columns are used.

    Raises
    ------
    InputError
        No column has the texts.
    """
    _check_columns("the DataFrame", [str(column) for column in frame.columns], options)
    for number, row in enumerate(frame.to_dict("records"), 1):
        yield checked_record(number, _json_value(row), options, "row")


def checked_record(number: int, fields: Any, options: ReadOptions = DEFAULT, what: str = "line") -> Record:
    """Return the record, with the digits of a title that is a number, or with its problem."""
    if not isinstance(fields, dict):
        return Record(number, {}, f'{what} {number} is no object; write {{"text": …}}')
    if options.text_column is None and is_result(fields):
        result = past_result(fields)
        article = result.article
        return Record(
            number, {"text": article.body, "title": article.headline, **result.fields}, result=result
        )
    fields = with_known_names(unnested(fields), options)
    if not isinstance(fields.get("text"), str):
        return Record(number, {}, f"{what} {number} has no string `{options.text_column or 'text'}`; add it")
    title = fields.get("title")
    if isinstance(title, (int, float)) and not isinstance(title, bool):
        fields["title"] = str(title)
    elif title is not None and not isinstance(title, str):
        return Record(number, {}, f"{what} {number}: `title` is no string; make it one")
    return Record(number, fields)
