"""A file in parts that workers take: a page, some lines of JSON Lines, some rows of CSV or Parquet.

An archive run reads in one process and does the work in others. So a part holds bytes or records and no open file, is
of bounded size, and can be sent to another process; what is expensive, decoding pages and parsing JSON, happens where
the part is used (`FilePart.page`, `FilePart.records`). The parts of a file depend on the file and on `part_bytes`
alone, so that a run that is resumed finds the same ones.

A fault of a file does not stop the reading: the part has the message as its content. Zip files are read member by
member, in the order they have in the file; they are not unpacked to the disk.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from classify.errors import InputError
from classify.options import ReadOptions
from classify.read.formats import check_readable, format_of, known_format
from classify.read.ocr import FORMAT_NAMES
from classify.read.records import (
    LineBlock,
    Record,
    line_blocks,
    parse_lines,
    read_csv,
    read_json,
    read_parquet,
    records_format,
)
from classify.read.streams import HEAD, LIMITS, Limits, UnpackedStream, kind_of_format, open_input
from classify.read.text import page_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from classify.read.listing import InputFile

__all__ = ["FilePart", "RecordBatch", "member_name", "read_parts"]

DEFAULT = ReadOptions()


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """Records of a CSV or Parquet file that follow one another.

    Attributes
    ----------
    before : int
        How many records of the file precede them.
    records : list of Record
    """

    before: int
    records: list[Record]


@dataclass(frozen=True, slots=True)
class FilePart:
    """A part of a file.

    Attributes
    ----------
    path : str
        The file.
    member : str
        The name in a zip file; empty for other files.
    content : bytes, LineBlock, RecordBatch or str
        A whole page as bytes; lines or records; or, as str, why the file cannot be read.
    size : int
        Bytes, unpacked; of records, about.
    kind : {"page", "article", "alto", "page-xml", "hocr"}
        What the bytes are; without meaning for records.
    options : ReadOptions
        How it is read.

    Examples
    --------
    >>> part = FilePart("版面.zip", "第1版.txt", "水库蓄水".encode(), 12)
    >>> part.name, part.page()
    ('版面.zip/第1版.txt', '水库蓄水')
    """

    path: str
    member: str
    content: bytes | LineBlock | RecordBatch | str
    size: int
    kind: str = "page"
    options: ReadOptions = DEFAULT

    @property
    def name(self) -> str:
        """What the output calls the file: its path, and the member of a zip file."""
        return f"{self.path}/{self.member}" if self.member else self.path

    @property
    def holds_records(self) -> bool:
        """Whether it is records, and not a page or a fault."""
        return isinstance(self.content, (LineBlock, RecordBatch))

    @property
    def ocr_format(self) -> str:
        """The format of an OCR program that the user names; empty where the content says it."""
        return self.kind if self.kind in FORMAT_NAMES else ""

    @property
    def format(self) -> str:
        """The format of the bytes, by the first of them or its name; see `format_of`."""
        head = self.content[:HEAD] if isinstance(self.content, bytes) else b""
        return "ocr" if self.ocr_format else format_of(self.member or self.path, head)

    def page(self) -> str:
        """Return the text of a page.

        Raises
        ------
        InputError
            The bytes are no text; see `classify.text.encoding.decode`.
        """
        assert isinstance(self.content, bytes)
        return page_text(self.content, self.member or self.path, self.options.encoding)

    def records(self) -> Iterator[tuple[int, Record]]:
        r"""Yield the records with their numbers, from 1, among those of their file; broken ones count.

        >>> part = FilePart("r.jsonl", "", LineBlock(4, 2, b'{"text": "a"}\n\n{\n', "utf-8"), 17)
        >>> [(number, record.line, bool(record.problem)) for number, record in part.records()]
        [(3, 4, False), (4, 6, True)]
        """
        if isinstance(self.content, LineBlock):
            yield from enumerate(parse_lines(self.content), self.content.records + 1)
        elif isinstance(self.content, RecordBatch):
            yield from enumerate(self.content.records, self.content.before + 1)


def read_parts(
    file: InputFile,
    options: ReadOptions = DEFAULT,
    *,
    part_bytes: int = 2**16,
    limits: Limits = LIMITS,
    pipes: bool = False,
) -> Iterator[tuple[FilePart, int]]:
    """Yield the parts of a file, each with how many bytes of the file have been read.

    Parameters
    ----------
    file : InputFile
        A page, a file of records, or a zip file of such files.
    options : ReadOptions, default=ReadOptions()
        What it holds, and how it is read.
    part_bytes : int, at least 1, default=64 KiB
        About how large a part of records is. A page is always one part.
    limits : Limits, default=LIMITS
    pipes : bool, default=False
        Whether a pipe with a name is read; see `open_input`.

    Yields
    ------
    part : FilePart
        One with a str as content for anything that cannot be read.
    read : int
        Bytes of the file as it lies on the disk; 0 of a pipe.

    Examples
    --------
    >>> from classify.read.listing import InputFile
    >>> [(part.path, part.kind) for part, read in read_parts(InputFile.of("examples/page.txt"))]
    [('examples/page.txt', 'page')]
    """
    path = file.path
    try:
        with open_input(path, pipes=pipes) as stream:
            empty = FilePart(path, "", "", 0, options=options)
            yield from _stream_parts(stream, empty, part_bytes, limits)
    except InputError as e:
        yield FilePart(path, "", str(e).removeprefix(f"{path}: "), 0), file.size
    except Exception as e:  # whatever a strange file does to its reader, the others are still done
        yield FilePart(path, "", f"can't be read ({type(e).__name__}: {e})", 0), file.size


def _stream_parts(
    stream: UnpackedStream, empty: FilePart, part_bytes: int, limits: Limits
) -> Iterator[tuple[FilePart, int]]:
    """Yield the parts of a stream, each with the bytes read; `empty` says where it is from and how it is read."""
    name, options = empty.member or empty.path, empty.options
    head = stream.head()
    check_readable(name, head)
    format = format_of(name, head)
    found = kind_of_format(format, options.kind)
    if format == "zip":
        if empty.member:
            raise InputError(f"{name}: a zip file in a zip file; unpack it")
        yield from _zip_parts(stream.random_access(limits.labelled), empty, part_bytes, limits)
    elif found != "jsonl":
        stream.most = limits.page
        data = stream.read()
        yield replace(empty, content=data, size=len(data), kind=found), stream.position
    else:
        for part in _record_parts(stream, replace(empty, kind=found), part_bytes, limits):
            yield part, stream.position


def _record_parts(
    stream: UnpackedStream, empty: FilePart, part_bytes: int, limits: Limits
) -> Iterator[FilePart]:
    """Yield the parts of a stream of records."""
    name, options = empty.member or empty.path, empty.options
    format = records_format(stream, name, options)
    if format == "parquet":
        for before, batch in read_parquet(stream.random_access(limits.labelled), name, limits, options):
            yield replace(empty, content=RecordBatch(before, batch), size=sum(map(_record_size, batch)))
    elif format == "jsonl":
        for block in line_blocks(stream, name, limits, size=part_bytes, options=options):
            yield replace(empty, content=block, size=len(block.data))
    else:
        read = read_csv if format == "csv" else read_json
        before = 0
        for batch in _batches(read(stream, name, limits, options), part_bytes, limits.rows):
            yield replace(empty, content=RecordBatch(before, batch), size=sum(map(_record_size, batch)))
            before += len(batch)


def _batches(records: Iterable[Record], most_bytes: int, most: int) -> Iterator[list[Record]]:
    """Yield records in lists that end with `most` records, or when they have `most_bytes` bytes."""
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += _record_size(record)
        if len(batch) == most or size >= most_bytes:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _record_size(record: Record) -> int:
    """Return about how many bytes a record has: 3 for a character of its strings."""
    return sum(3 * len(value) for value in record.fields.values() if isinstance(value, str))


def _zip_parts(
    file: IO[bytes], empty: FilePart, part_bytes: int, limits: Limits
) -> Iterator[tuple[FilePart, int]]:
    """Yield the parts of the members of a zip file, each with the packed bytes up to the end of its member."""
    path = empty.path
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError) as e:
        raise InputError(f"{path}: damaged or no zip file ({e}); make it again") from None
    with archive:
        read = 0
        for member in archive.infolist():
            name = member_name(member)
            read += member.compress_size
            # Files that macOS and editors put beside the real ones are no pages.
            hidden = name.rsplit("/", 1)[-1].startswith(".") or name.startswith("__MACOSX/")
            if member.is_dir() or hidden or not known_format(name):
                continue
            try:
                with archive.open(member) as packed:
                    stream = UnpackedStream(packed, name)
                    for part, _ in _stream_parts(stream, replace(empty, member=name), part_bytes, limits):
                        yield part, read
            except InputError as e:
                yield FilePart(path, name, str(e).removeprefix(f"{name}: "), 0), read
            except NotImplementedError as e:
                yield (
                    FilePart(path, name, f"is packed in a way that Python can't unpack ({e}); unpack it", 0),
                    read,
                )
            except Exception as e:  # each kind of packing has errors of its own; the other members are done
                if isinstance(e, RuntimeError) and member.flag_bits & 0x1:
                    yield FilePart(path, name, "is encrypted; unpack it and give the files", 0), read
                else:
                    yield FilePart(path, name, f"can't be unpacked ({e}); make the zip file again", 0), read


def member_name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member of a zip file.

    Names are UTF-8 where a flag says so. Without it zipfile decodes them as cp437, but Chinese versions of Windows
    write GB18030 there, and other programs UTF-8.
    """
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
