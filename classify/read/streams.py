"""Files and standard input to streams of unpacked bytes, and what they hold by name and content.

Every reader of this package opens its input here, so that limits, compression and messages about files are the same
for `predict`, `train`, `evaluate` and archives. Compression is recognised by the first bytes (gzip, bzip2, xz,
Zstandard), since files are often misnamed; a name that ends in .gz on other bytes means that the file is damaged. What
the unpacked bytes are is the matter of `classify.read.formats`.
"""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from classify.errors import InputError
from classify.files import open_regular
from classify.read.formats import FORMATS, format_of, known_format
from classify.text.encoding import PrefixedStream

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "FORMATS",
    "HEAD",
    "LIMITS",
    "Limits",
    "UnpackedStream",
    "errors_named",
    "format_of",
    "is_ocr",
    "is_pdf",
    "kind_of",
    "kind_of_format",
    "known_format",
    "open_input",
]

_GZIP, _ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_BZIP2, _BZIP2_BLOCK, _XZ = b"BZh", b"1AY&SY", b"\xfd7zXZ\0"
HEAD = 2**14
"""Bytes at the beginning by which a format is recognised; chosen: a line that names columns is shorter."""


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


def kind_of(path: str | os.PathLike[str], kind: str = "auto") -> str:
    """Return what an input holds: ``page``, ``article``, ``jsonl`` for records of any format, or the OCR format given.

    Parameters
    ----------
    path : str or path
        A file, or ``-`` for standard input. Nothing of it is consumed.
    kind : {"auto", "page", "article", "jsonl", "json", "csv", "tsv", "alto", "page-xml", "hocr"}, default="auto"
        Unless ``auto``, what the user says that it is.

    Returns
    -------
    str
        ``page`` where neither name nor content say otherwise, also for a file that is not there.

    Examples
    --------
    >>> kind_of("表.csv.gz"), kind_of("第1版.txt"), kind_of("第1版.txt", "article")
    ('jsonl', 'page', 'article')
    """
    name = os.fspath(path)
    return kind_of_format(format_of(name, _first_bytes(name) if kind == "auto" else b""), kind)


def kind_of_format(format: str, kind: str = "auto") -> str:
    """Return what an input of a format holds: ``page``, ``article``, or ``jsonl`` for records.

    >>> kind_of_format("csv"), kind_of_format("html"), kind_of_format("text", "csv"), kind_of_format("csv", "page")
    ('jsonl', 'article', 'jsonl', 'page')
    """
    if kind != "auto":
        return "jsonl" if kind in ("jsonl", "json", "csv", "tsv") else kind
    return (
        "jsonl"
        if format in ("jsonl", "json", "csv", "parquet")
        else "article"
        if format == "html"
        else "page"
    )


def is_pdf(path: str | os.PathLike[str]) -> bool:
    """Return whether an input is a PDF file by its name, or by its first bytes where the name says nothing.

    >>> is_pdf("第1版.pdf"), is_pdf("第1版.txt")
    (True, False)
    """
    name = os.fspath(path)
    return format_of(name, _first_bytes(name)) == "pdf"


def is_ocr(path: str | os.PathLike[str]) -> bool:
    """Return whether an input is what an OCR program wrote, by its first bytes or its name.

    >>> is_ocr("第1版.xml"), is_ocr("第1版.hocr.gz"), is_ocr("第1版.txt")
    (True, True, False)
    """
    name = os.fspath(path)
    return format_of(name, _first_bytes(name)) == "ocr"


def _first_bytes(path: str) -> bytes:
    """Return the first bytes of an input, unpacked where that is easy; none where they can't be had again."""
    most = HEAD
    data = b""
    if path == "-":
        # Only a buffered reader can show bytes without consuming them; a replaced sys.stdin may be none.
        peek = getattr(sys.stdin.buffer, "peek", None)
        data = peek(most) if peek else b""
    else:
        try:
            with open_regular(path) as file:  # not a pipe, whose bytes can be read once only
                data = file.read(most)
        except (OSError, ValueError):
            return b""
    if data.startswith(_GZIP):
        try:
            return zlib.decompressobj(wbits=31).decompress(data, most)
        except zlib.error:
            return b""
    return data


@contextmanager
def open_input(path: str, most: int | None = None, *, pipes: bool = False) -> Iterator[UnpackedStream]:
    """Open an input and give what it unpacks to.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard input.
    most : int or None, default=None
        Unpacked bytes that may be read; None: no limit.
    pipes : bool, default=False
        Whether a pipe with a name is read, which may wait for ever; only where the user gave that name.

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
            # What a shell gives a name under /dev, such as the output of a command, is read as standard input is.
            may_wait = path.startswith("/dev/") or (pipes and Path(path).is_fifo())
            with Path(path).open("rb") if may_wait else open_regular(path) as file:
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
    except Exception as e:
        # lzma is loaded where a file needs it only.
        if not isinstance(e, (OSError, EOFError, zlib.error)) and type(e).__name__ != "LZMAError":
            raise
        # gzip raises OSErrors of its own, which have no number.
        if isinstance(e, OSError) and e.errno is not None:
            raise InputError(f"{path}: {e.strerror or e}; check the file and its permissions") from None
        kinds = {".zst": "Zstandard", ".bz2": "bzip2", ".xz": "xz"}
        kind = next((kind for ending, kind in kinds.items() if path.lower().endswith(ending)), "gzip")
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
        arrives = not file.seekable() and hasattr(file, "read1")
        packed = PrefixedStream(b"", cast("IO[bytes]", _Arriving(file)) if arrives else file)
        # The longest signature has 10 bytes. What shows the format of text waits for its first line, see `head`.
        head = packed.wait_for(lambda data: len(data) >= 10 or b"\n" in data, HEAD)[:10]
        lower = name.lower()
        stream: Any = packed
        self._is_packed = True
        signatures = (
            ("gz", head.startswith(_GZIP)),
            ("bz2", head.startswith(_BZIP2) and head[4:] == _BZIP2_BLOCK),
            ("xz", head.startswith(_XZ)),
            ("zst", head.startswith(_ZSTANDARD)),
        )
        ending = lower.rpartition(".")[2]
        packing = next((kind for kind, found in signatures if found), ending)
        if packing == "gz":
            stream = gzip.GzipFile(fileobj=cast("IO[bytes]", packed))
        elif packing == "bz2":
            import bz2

            stream = bz2.BZ2File(cast("IO[bytes]", packed))
        elif packing == "xz":
            import lzma

            stream = lzma.LZMAFile(cast("IO[bytes]", packed))  # noqa: SIM115
        elif packing == "zst":
            stream = io.BufferedReader(_ZstandardReader(packed, name))
        else:
            self._is_packed = False
        super().__init__(b"", stream)
        self.most = most
        self._file, self._name, self._seen = file, name, 0

    def head(self) -> bytes:
        """Return the first `HEAD` bytes; fewer where the stream ends before. Nothing is consumed.

        Of a pipe, they are what has come so far, and the first line at least: it says what the columns are.
        """
        return self.wait_for(lambda data: b"\n" in data, HEAD) if self.arrives else self.peek(HEAD)

    def random_access(self, most: int) -> IO[bytes]:
        """Return the unpacked bytes as a file that can seek, for zip and Parquet; of a pipe, `most` bytes at most."""
        if not self._is_packed and self._file.seekable():
            self._file.seek(0)
            return self._file
        self.most = most
        return io.BytesIO(self.read())

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
        if self.most is not None and self._seen > self.most:
            raise InputError(f"{self._name}: larger than {self.most >> 20} MiB; split it into several files")
        return data

    @property
    def position(self) -> int:
        """Bytes of the file, as it lies on the disk, that have been read so far; 0 for a pipe."""
        return self._file.tell() if self._file.seekable() else 0


class _Arriving:
    """A pipe, of which `read` returns what has come, and does not wait for the rest."""

    arrives = True

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, n: int = -1) -> bytes:
        """Return up to `n` bytes, at least one unless the pipe is at its end; all where `n` is negative."""
        found: bytes = self._file.read1(n) if n > 0 else self._file.read(n)
        return found


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
