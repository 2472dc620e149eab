"""The articles of a shard, as JSON lines, to the bytes of its file and back, for each format.

A Parquet shard has a column for each key of an article, always with the same type, so that any number of shards is one
table; further fields of records, which may be anything, are one column ``fields`` of JSON. ``lines`` and ``boxes`` are
lists of lists, ``scores`` is a map.
"""

from __future__ import annotations

import gzip
import json
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

from classify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["check_format", "pack_lines", "unpack_lines"]


def check_format(format: str) -> None:
    """Raise `InputError` where a library is missing that a format needs."""
    if format == "parquet":
        _parquet()


def pack_lines(lines: Sequence[bytes], format: str) -> bytes:
    r"""Return the file of a shard.

    Parameters
    ----------
    lines : sequence of bytes
        One JSON object each, with a line end.
    format : {"jsonl", "jsonl.gz", "parquet"}

    Examples
    --------
    >>> pack_lines([b"{}\n", b"[]\n"], "jsonl")
    b'{}\n[]\n'
    """
    if format == "parquet":
        return _pack_parquet(lines)
    data = b"".join(lines)
    # gzip's default level: higher ones take more time than they save bytes. No time: same input, same bytes.
    return gzip.compress(data, 6, mtime=0) if format == "jsonl.gz" else data


def unpack_lines(data: bytes, format: str) -> list[bytes]:
    r"""Return the lines of a shard.

    Parameters
    ----------
    data : bytes
        What `pack_lines` has returned, or, of JSON lines, several such files in a row.
    format : {"jsonl", "jsonl.gz", "parquet"}

    Raises
    ------
    InputError
        It is damaged.

    Examples
    --------
    >>> unpack_lines(pack_lines([b"{}\n", b"[]\n"], "jsonl.gz"), "jsonl.gz")
    [b'{}\n', b'[]\n']
    """
    if format == "parquet":
        return _unpack_parquet(data)
    if format == "jsonl.gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError) as e:
            raise InputError(f"damaged ({e})") from None
    return data.splitlines(keepends=True)


def _parquet() -> tuple[Any, Any]:
    """Return pyarrow and its module for Parquet."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise InputError("Parquet needs pyarrow; run `pip install 'classify-zh[archive]'`") from None


def _schema(pa: Any) -> Any:
    """Return the columns of a shard; the keys of an article in their order, then ``fields``."""
    text, texts = pa.string(), pa.list_(pa.string())
    people = [(role, texts) for role in ("reporters", "correspondents", "photographers")]
    return pa.schema(
        [
            ("id", text), ("file", text), ("page", pa.int64()), ("article", pa.int64()),
            ("headline", text), ("kicker", text), ("deck", text),
            ("byline", pa.struct([("source", text), *people])),
            ("dateline", pa.struct([("place", text), ("date", text)])),
            ("captions", texts), ("body", text),
            ("lines", pa.list_(pa.list_(pa.int64()))), ("boxes", pa.list_(pa.list_(pa.float64()))),
            ("split_confidence", pa.float64()),
            ("section", text), ("decision", text), ("likeliest", text), ("confidence", pa.float64()),
            ("scores", pa.map_(text, pa.float64())),
            ("summary", texts), ("keywords", texts), ("fields", text),
        ]
    )  # fmt: skip


def _pack_parquet(lines: Sequence[bytes]) -> bytes:
    pa, parquet = _parquet()
    schema = _schema(pa)
    rows = []
    for line in lines:
        row = json.loads(line)
        more = {
            key: row.pop(key) for key in [key for key in row if key not in schema.names or key == "fields"]
        }
        row["scores"] = list(row["scores"].items())
        row["fields"] = json.dumps(more, ensure_ascii=False) if more else None
        rows.append(row)
    target = BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows, schema), target, compression="zstd")
    return target.getvalue()


def _unpack_parquet(data: bytes) -> list[bytes]:
    pa, parquet = _parquet()
    try:
        rows = parquet.read_table(BytesIO(data)).to_pylist()
    except (OSError, pa.ArrowException) as e:
        raise InputError(f"damaged ({' '.join(str(e).split())})") from None
    lines = []
    for row in rows:
        more = json.loads(row.pop("fields") or "{}")
        row["scores"] = dict(row["scores"])
        row["boxes"] = [[int(page), *edges] for page, *edges in row["boxes"]]
        lines.append(json.dumps(row | more, ensure_ascii=False).encode() + b"\n")
    return lines
