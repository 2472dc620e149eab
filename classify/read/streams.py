"""Files and standard input to streams of unpacked bytes, and what they hold by name and content.

Every reader of this package opens its input here, so that limits, compression and messages about files are the same
for `predict`, `train`, `evaluate` and archives. Compression is recognised by the first bytes (gzip, Zstandard), since
files are often misnamed; a name that ends in .gz or .zst on other bytes means that the file is damaged.

The name also decides what a file holds. Only where it says nothing (standard input, ``data``, ``x.json``) are the first
bytes looked at: names are what users see, and a page may begin with any character.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import sys
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from classify.errors import InputError
from classify.text.encoding import PrefixedStream

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "FORMATS",
    "LIMITS",
    "Limits",
    "UnpackedStream",
    "errors_named",
    "format_of",
    "is_ocr",
    "is_pdf",
    "kind_of",
    "known_format",
    "open_input",
]

FORMATS = {
    ".txt": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".zip": "zip",
    ".pdf": "pdf",
    ".xml": "ocr",
    ".hocr": "ocr",
}
"""Formats by the ending of a name; .gz and .zst may follow. Of a folder, the files with these endings are read."""

# <?xml version="1.0"?>, <alto xmlns=…>, <pc:PcGts …>, and <?xml in UTF-16; not <标题>.
_OCR_START = re.compile(rb"<\?xml\s|<(?:[\w.-]+:)?(?:alto|PcGts)[\s>]|\xff\xfe<\0|\xfe\xff\0<")
_HTML_START = re.compile(rb"<!doctype\s+html|<html", re.IGNORECASE)

_PACKED = (".gz", ".zst")
_GZIP, _ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True)
class Limits:
    """The largest inputs that are read, and in which pieces. All were chosen; none needs to grow with an archive.

    Parameters
    ----------
    page : int, default=256 MiB
        Bytes of a page or article, unpacked: some 6,000 broadsheet pages.
    record : int, default=16 MiB
        Bytes of a line of JSON Lines, characters of a record of CSV: a record five times as long as 红楼梦.
    labelled : int, default=1 GiB
        Bytes of a file of labelled data, unpacked: more text than a linear model can use.
    block : int, default=1 MiB
        Bytes read at a time.
    rows : int, default=256
        Rows of a CSV or Parquet file that are passed on together.

    Examples
    --------
    >>> Limits(page=2**20).page, Limits().record // 2**20
    (1048576, 16)
    """

    page: int = 256 * 2**20
    record: int = 16 * 2**20
    labelled: int = 2**30
    block: int = 2**20
    rows: int = 256


LIMITS = Limits()


def format_of(name: str, head: bytes = b"") -> str:
    """Return the format of an input: ``text``, ``jsonl``, ``csv``, ``parquet``, ``zip``, ``pdf`` or ``ocr``.

    Parameters
    ----------
    name : str
        A path, ``-`` for standard input, or the name of a member of a zip file. Its ending decides where it is known.
    head : bytes, default=b""
        The first bytes, unpacked; they decide where the name says nothing. ``%PDF-`` is PDF; XML, and HTML that names
        hOCR, are what OCR programs write; an object in braces is JSON Lines; a first line with several columns, one of
        them ``text``, is CSV; anything else is text.

    Examples
    --------
    >>> format_of("记录.JSONL.gz"), format_of("第1版.txt", b'{"text": "not looked at"}')
    ('jsonl', 'text')
    >>> format_of("-", b'{"text": "..."}'), format_of("-", b"label,text"), format_of("-", "本报讯".encode())
    ('jsonl', 'csv', 'text')
    """
    known = known_format(name)
    if known:
        return known
    if head.startswith(b"%PDF-"):
        return "pdf"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _OCR_START.match(start) or (_HTML_START.match(start) and b"ocr" in start):
        return "ocr"
    if start.startswith(b"{") and start[1:].lstrip()[:1] in (b'"', b"}"):
        return "jsonl"
    columns = start.split(b"\n", 1)[0].split(b",")
    is_csv = len(columns) > 1 and b"text" in (column.strip(b' "\r') for column in columns)
    return "csv" if is_csv else "text"


def known_format(name: str) -> str:
    """Return the format that the ending of a name denotes, compressed or not; empty for any other name.

    >>> known_format("记录.JSONL.gz"), known_format("读我.md")
    ('jsonl', '')
    """
    plain = name.lower()
    for ending in _PACKED:
        plain = plain.removesuffix(ending)
    return next((format for ending, format in FORMATS.items() if plain.endswith(ending)), "")


def kind_of(path: str | os.PathLike[str], kind: str = "auto") -> str:
    """Return what an input holds: ``page``, ``article``, or ``jsonl`` for records of any format.

    Parameters
    ----------
    path : str or path
        A file, or ``-`` for standard input. Nothing of it is consumed.
    kind : {"auto", "page", "article", "jsonl", "alto", "page-xml", "hocr"}, default="auto"
        Returned as it is unless ``auto``.

    Returns
    -------
    str
        ``page`` where neither name nor content say otherwise, also for a file that is not there.

    Examples
    --------
    >>> kind_of("表.csv.gz"), kind_of("第1版.txt"), kind_of("第1版.txt", "article")
    ('jsonl', 'page', 'article')
    """
    if kind != "auto":
        return kind
    name = os.fspath(path)
    format = known_format(name) or format_of(name, _first_bytes(name))
    return "jsonl" if format in ("jsonl", "csv", "parquet") else "page"


def is_pdf(path: str | os.PathLike[str]) -> bool:
    """Return whether an input is a PDF file by its name, or by its first bytes where the name says nothing.

    >>> is_pdf("第1版.pdf"), is_pdf("第1版.txt")
    (True, False)
    """
    name = os.fspath(path)
    return (known_format(name) or format_of(name, _first_bytes(name))) == "pdf"


def is_ocr(path: str | os.PathLike[str]) -> bool:
    """Return whether an input is what an OCR program wrote, by its name or, where that says nothing, its first bytes.

    >>> is_ocr("第1版.xml"), is_ocr("第1版.hocr.gz"), is_ocr("第1版.txt")
    (True, True, False)
    """
    name = os.fspath(path)
    return (known_format(name) or format_of(name, _first_bytes(name))) == "ocr"


def _first_bytes(path: str) -> bytes:
    """Return the first bytes of an input, unpacked where that is easy; none where they can't be had again."""
    most = 4096
    data = b""
    if path == "-":
        # Only a buffered reader can show bytes without consuming them; a replaced sys.stdin may be none.
        peek = getattr(sys.stdin.buffer, "peek", None)
        data = peek(most) if peek else b""
    elif os.path.isfile(path):  # not a pipe, whose bytes can be read once only
        try:
            with open(path, "rb") as file:
                data = file.read(most)
        except OSError:
            return b""
    if data.startswith(_GZIP):
        try:
            return zlib.decompressobj(wbits=31).decompress(data, most)
        except zlib.error:
            return b""
    return data


@contextmanager
def open_input(path: str, most: int | None = None) -> Iterator[UnpackedStream]:
    """Open an input and give what it unpacks to.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard input.
    most : int or None, default=None
        Unpacked bytes that may be read; None: no limit.

    Raises
    ------
    InputError
        The file cannot be opened, needs a library that is not installed, or, while it is read, is damaged or larger
        than `most`.

    Examples
    --------
    >>> with open_input("examples/page.txt") as stream:
    ...     stream.read(12).decode()
    '简明信息'
    """
    with errors_named(path):
        if path == "-":
            yield UnpackedStream(sys.stdin.buffer, path, most)
        else:
            with Path(path).open("rb") as file:
                yield UnpackedStream(file, path, most)


@contextmanager
def errors_named(path: str) -> Iterator[None]:
    """Turn errors of the system and of decompression into an `InputError` that names `path`.

    >>> with errors_named("第1版.txt"):
    ...     open("no-such-folder/第1版.txt")
    Traceback (most recent call last):
        ...
    classify.errors.InputError: 第1版.txt: no such file; check the name
    """
    try:
        yield
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder; name its files, or use {path}/*.txt") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the name") from None
    except (OSError, EOFError, zlib.error) as e:
        # gzip raises OSErrors of its own, which have no number.
        if isinstance(e, OSError) and e.errno is not None:
            raise InputError(f"{path}: {e.strerror or e}; check the file and its permissions") from None
        kind = "Zstandard" if path.lower().endswith(".zst") else "gzip"
        raise InputError(f"{path}: damaged {kind} ({e}); compress it again") from None


class UnpackedStream(PrefixedStream):
    """What a stream unpacks to; its own bytes where it is not compressed.

    Parameters
    ----------
    file : binary file
        It needs `read` only, and `tell` for `position`.
    name : str
        Its ending says how the file should be compressed; messages use it.
    most : int or None, default=None
        Unpacked bytes that may be read; None: no limit.

    Examples
    --------
    >>> import gzip, io
    >>> packed = io.BytesIO(gzip.compress("水库蓄水".encode()))
    >>> UnpackedStream(packed, "第1版.txt.gz").read().decode()
    '水库蓄水'
    """

    def __init__(self, file: IO[bytes], name: str, most: int | None = None) -> None:
        packed = PrefixedStream(b"", file)
        head, lower = packed.peek(len(_ZSTANDARD)), name.lower()
        stream: Any = packed
        if head.startswith(_GZIP) or lower.endswith(".gz"):
            stream = gzip.GzipFile(fileobj=cast("IO[bytes]", packed))
        elif head.startswith(_ZSTANDARD) or lower.endswith(".zst"):
            stream = io.BufferedReader(_ZstandardReader(packed, name))
        super().__init__(b"", stream)
        self._file, self._name, self._most, self._seen = file, name, most, 0

    def read(self, n: int = -1) -> bytes:
        """Return the next `n` bytes, or all that are left.

        Raises
        ------
        InputError
            More than `most` bytes have been read.
        """
        if n < 0:  # in pieces, so that a small file that unpacks to very much is refused in time
            return b"".join(iter(lambda: self.read(2**18), b""))
        data = super().read(n)
        self._seen += len(data)
        if self._most is not None and self._seen > self._most:
            raise InputError(f"{self._name}: larger than {self._most >> 20} MiB; split it into several files")
        return data

    @property
    def position(self) -> int:
        """Bytes of the file, as it lies on the disk, that have been read so far."""
        return self._file.tell()


class _ZstandardReader(io.RawIOBase):
    """A Zstandard file, unpacked: any number of frames. A frame that is cut short raises `EOFError`, as gzip does.

    The library's own reader takes a file that is cut short for one that ends there.
    """

    def __init__(self, stream: PrefixedStream, name: str) -> None:
        try:
            import zstandard
        except ImportError:
            raise InputError(
                f"{name}: .zst needs zstandard; run `pip install 'classify-zh[archive]'`"
            ) from None
        self._new_frame: Any = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj
        self._error: Any = zstandard.ZstdError
        self._frame: Any = None
        self._stream, self._rest, self._out = stream, b"", b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._out:
            data = self._rest or self._stream.read(io.DEFAULT_BUFFER_SIZE * 4)
            if not data:
                if self._frame is not None:
                    raise EOFError("it ends before its end mark")
                return 0
            if self._frame is None:
                self._frame = self._new_frame()
            try:
                self._out = self._frame.decompress(data)
            except self._error as e:
                raise EOFError(str(e)) from None
            self._rest = b""
            if self._frame.eof:  # another frame may follow
                self._rest, self._frame = self._frame.unused_data, None
        n = min(len(buffer), len(self._out))
        buffer[:n] = self._out[:n]
        self._out = self._out[n:]
        return n
