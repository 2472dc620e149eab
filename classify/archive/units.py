"""Files to units of work of bounded size, always the same ones.

A file is read in pieces: a page, some lines of a JSON Lines file, some rows of a CSV or Parquet file, a page
of a zip file. Pieces go into a unit until it has its size; a unit may end one file and begin the next.
Where a unit ends is a function of the files alone, so a run that goes on where another stopped cuts the same
units.

Nothing that is wrong with a file stops the cutting: it becomes a piece that says so.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from classify.errors import InputError
from classify.read import (
    Lines,
    Record,
    kind_of,
    line_blocks,
    open_input,
    plain_name,
    read_csv,
    read_parquet,
    unpacked,
)
from classify.read.listing import ENDINGS, Input
from classify.text.encoding import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["UNIT_BYTES", "Piece", "Place", "Unit", "cut"]

UNIT_BYTES = 2**20
"""Bytes of input in a unit: a second or two of work, so that a crash costs little."""
RAMP = 16
"""Units until they have this size; the first has one part in so many, to give work to all workers soon."""
PIECES = 16
"""Pieces in a unit of one JSON Lines file."""
ROWS = 256
"""CSV records in a piece at most."""
LEAST = 256
"""Bytes that any piece counts for: a page costs something however short it is."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to work on.

    ``content`` is the bytes of a page, lines, the number of records before and then some, or (str) what is
    wrong. ``kind`` is ``page`` or ``article`` where it is a page. ``member`` is the name in a zip file, or
    empty.
    """

    path: str
    member: str
    content: bytes | Lines | tuple[int, list[Record]] | str
    size: int
    kind: str = "page"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go on: at this input, after so many of its pieces; ``read`` bytes of all files lie before."""

    input: int = 0
    pieces: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """Pieces that become one shard; its number counts from 0."""

    number: int
    pieces: tuple[Piece, ...]
    after: Place


def cut(
    inputs: Iterable[Input],
    *,
    kind: str = "auto",
    unit_bytes: int = UNIT_BYTES,
    number: int = 0,
    start: Place | None = None,
) -> Iterator[Unit]:
    """Yield the units of `inputs` from `start` on, the first of them with `number`."""
    start = start or Place()
    held: list[Piece] = []
    size = read = 0
    after = start
    for i, one in enumerate(inputs):
        before, read = read, read + one.size
        if i < start.input:
            continue
        skip = start.pieces if i == start.input else 0
        for j, (piece, at) in enumerate(_pieces(one, kind, unit_bytes)):
            if j < skip:
                continue
            held.append(piece)
            size += max(piece.size, LEAST)
            after = Place(i, j + 1, before + min(at, one.size))
            if size >= unit_bytes * min(number + 1, RAMP) // RAMP:
                yield Unit(number, tuple(held), after)
                number += 1
                held, size = [], 0
        after = Place(i + 1, 0, read)
    if held:
        yield Unit(number, tuple(held), after)


def _pieces(one: Input, kind: str, unit_bytes: int) -> Iterator[tuple[Piece, int]]:
    """Yield the pieces of a file, each with how many bytes of the file have been read."""
    path = one.path
    try:
        if plain_name(path).endswith(".zip"):
            yield from _of_zip(path, kind, unit_bytes)
        elif kind_of(path, kind) == "jsonl" and plain_name(path).endswith(".parquet"):
            yield from ((piece, 0) for piece in _of_parquet(path, path, ""))
        else:
            with open_input(path) as (file, stream):
                for piece in _of_stream(stream, path, "", kind_of(path, kind), unit_bytes):
                    yield piece, file.tell()
    except InputError as e:
        yield _problem(path, "", str(e).removeprefix(f"{path}: ")), one.size
    except Exception as e:  # whatever a strange file does to its reader, the others are still done
        yield _problem(path, "", f"can't be read ({type(e).__name__}: {e})"), one.size


def _problem(path: str, member: str, problem: str) -> Piece:
    return Piece(path, member, problem, 0)


def _of_stream(stream: IO[bytes], path: str, member: str, kind: str, unit_bytes: int) -> Iterator[Piece]:
    name = member or path
    if kind != "jsonl":
        data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise InputError(f"{name}: larger than {MAX_BYTES >> 20} MiB; split it into several files")
        yield Piece(path, member, data, len(data), kind)
    elif plain_name(name).endswith(".csv"):
        yield from _batches(read_csv(stream, name), path, member, unit_bytes)
    else:
        for block in line_blocks(stream, name, max(1, unit_bytes // PIECES)):
            yield Piece(path, member, block, len(block.data))


def _batches(records: Iterable[Record], path: str, member: str, unit_bytes: int) -> Iterator[Piece]:
    batch: list[Record] = []
    before = size = 0
    for record in records:
        batch.append(record)
        size += _size(record)
        if len(batch) == ROWS or size >= unit_bytes // PIECES:
            yield Piece(path, member, (before, batch), size)
            before += len(batch)
            batch, size = [], 0
    if batch:
        yield Piece(path, member, (before, batch), size)


def _of_parquet(source: Any, path: str, member: str) -> Iterator[Piece]:
    for before, batch in read_parquet(source, member or path):
        yield Piece(path, member, (before, batch), sum(map(_size, batch)))


def _size(record: Record) -> int:
    """Return about how many bytes a record has: 3 a character."""
    return sum(3 * len(value) for value in record.fields.values() if isinstance(value, str))


def _of_zip(path: str, kind: str, unit_bytes: int) -> Iterator[tuple[Piece, int]]:
    """Yield the pieces of the members of a zip file, in the order they have there."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the name") from None
    except (zipfile.BadZipFile, OSError) as e:
        raise InputError(f"{path}: damaged or no zip file ({e}); make it again") from None
    with archive:
        read = 0
        for member in archive.infolist():
            name = _member_name(member)
            read += member.compress_size
            base = name.rsplit("/", 1)[-1]
            hidden = base.startswith(".") or name.startswith("__MACOSX/")
            if member.is_dir() or hidden or not plain_name(name).endswith(ENDINGS):
                continue
            try:
                if plain_name(name).endswith(".zip"):
                    raise InputError(f"{name}: a zip file in a zip file; unpack it")
                with archive.open(member) as file:
                    if plain_name(name).endswith(".parquet") and kind in ("auto", "jsonl"):
                        found = _of_parquet(file, path, name)
                    else:
                        found = _of_stream(unpacked(file, name), path, name, kind_of(name, kind), unit_bytes)
                    for piece in found:
                        yield piece, read
            except InputError as e:
                yield _problem(path, name, str(e).removeprefix(f"{name}: ")), read
            except RuntimeError:  # what zipfile says of a member with a password
                yield _problem(path, name, "is encrypted; unpack it and give the files"), read
            except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError) as e:
                yield _problem(path, name, f"can't be unpacked ({e}); make the zip file again"), read


def _member_name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member; without a flag for UTF-8 zipfile takes it for cp437, seldom rightly."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename
