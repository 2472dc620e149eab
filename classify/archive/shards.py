"""A shard: the result of a unit of work, and its articles, as JSON lines, to the bytes of its file and back.

A Parquet shard has a column for each key of an article, always with the same type, so that any number of shards is one
table; further fields of records, which may be anything, are one column ``fields`` of JSON. ``lines`` and ``boxes`` are
lists of lists, ``scores`` is a map.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.files import written_name
from classify.read.records import LineBlock
from classify.text.words import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classify.read.parts import FilePart

__all__ = [
    "Shard",
    "check_format",
    "failed_shard",
    "failure_line",
    "join_shards",
    "pack_lines",
    "unpack_lines",
]


@dataclass(frozen=True, slots=True)
class Shard:
    """The result of a unit.

    Attributes
    ----------
    data : bytes
        The shard as it is written.
    sha256 : str
        Of `data`, hexadecimal.
    articles : int
    sections : dict of str to int
        Articles of each section, sorted by name.
    abstained : int
        Articles without a section.
    failures : list of dict
        ``file``, ``member``, ``line`` and ``error`` of what could not be done.
    files : list of (str, int)
        The files that have a part in the unit, and how many of the articles are theirs, in order.
    """

    data: bytes
    sha256: str
    articles: int
    sections: dict[str, int]
    abstained: int
    failures: list[dict[str, Any]]
    files: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    def packed(
        cls,
        lines: Sequence[bytes],
        format: str,
        sections: Iterable[str | None] = (),
        failures: Sequence[dict[str, Any]] = (),
        files: Sequence[tuple[str, int]] = (),
    ) -> Shard:
        r"""Return the shard of some articles.

        Parameters
        ----------
        lines : sequence of bytes
            The JSON object of each article, with a line end.
        format : {"jsonl", "jsonl.gz", "parquet"}
        sections : iterable of str or None
            The section of each article; None where it has none.
        failures, files
            See the attributes.

        Examples
        --------
        >>> shard = Shard.packed([b"{}\n", b"{}\n"], "jsonl", ["forestry", None])
        >>> shard.articles, shard.sections, shard.abstained
        (2, {'forestry': 1}, 1)
        """
        given = [*sections]
        counts = Counter([section for section in given if section is not None])
        data = pack_lines(lines, format)
        return cls(
            data,
            hashlib.sha256(data).hexdigest(),
            len(lines),
            dict(sorted(counts.items())),
            given.count(None),
            [*failures],
            [*files],
        )


def failed_shard(part: FilePart, problem: str, format: str = "jsonl") -> Shard:
    """Return the shard of a part that cannot be worked on: no articles and one failure."""
    line = part.content.line if isinstance(part.content, LineBlock) else None
    return Shard.packed([], format, (), [failure_line(part, problem, line)], [(part.path, 0)])


def join_shards(shards: Sequence[Shard], format: str = "jsonl") -> Shard:
    """Return several shards as one, in order.

    Compressed JSON lines are joined as bytes: a gzip file may have several members.

    >>> a, b = (Shard(data, "", 1, {"forestry": 1}, 0, []) for data in (b"{}\\n", b"[]\\n"))
    >>> join_shards([a, b]).data, join_shards([a, b]).sections
    (b'{}\\n[]\\n', {'forestry': 2})
    """
    data = b"".join(s.data for s in shards)
    if format == "parquet":
        data = pack_lines([line for s in shards for line in unpack_lines(s.data, format)], format)
    sections: Counter[str] = Counter()
    for s in shards:
        sections.update(s.sections)
    return Shard(
        data,
        hashlib.sha256(data).hexdigest(),
        sum(s.articles for s in shards),
        dict(sorted(sections.items())),
        sum(s.abstained for s in shards),
        [failure for s in shards for failure in s.failures],
        [file for s in shards for file in s.files],
    )


def failure_line(part: FilePart, problem: str, line: int | None) -> dict[str, Any]:
    """Return a line of failures.jsonl."""
    error = " ".join(problem.removeprefix(f"{part.member or part.path}: ").split())
    return {
        "file": written_name(part.path),
        "member": part.member,
        "line": line,
        "error": without_surrogates(error),
    }


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
