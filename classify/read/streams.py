"""Files and standard input to unpacked bytes, and streams of bytes to UTF-8 or GB18030.

Compression is told by the first bytes (gzip, Zstandard), or by the name where those are none of it and the
name says .gz or .zst: then the file is damaged. A stream's encoding is what a byte-order mark says, else what
its first `HEAD` bytes fit.
"""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from classify.errors import InputError
from classify.text.encoding import decode, file_errors_named, is_broken_utf8, read_bytes, refuse_big5

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PACKED", "Joined", "decoded", "open_input", "read_source", "unpacked"]

MAX_UNPACKED = 2**31
"""Bytes a compressed page may unpack to."""
HEAD = 2**20
"""Bytes looked at for the encoding of a stream."""
PACKED = (".gz", ".zst")
"""Endings of compressed files."""
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_source(path: str) -> str:
    """Return the text of `path` (``-``: standard input), unpacked where it is compressed (.gz, .zst)."""
    data = read_bytes(path)
    if data.startswith((_GZIP, _ZSTD)) or path.lower().endswith(PACKED):
        with _damage_named(path):
            data = unpacked(io.BytesIO(data), path).read(MAX_UNPACKED + 1)
        if len(data) > MAX_UNPACKED:
            raise InputError(
                f"{path}: unpacks to more than {MAX_UNPACKED >> 30} GiB; split it into several files"
            )
    return decode(data, path)


@contextmanager
def open_input(path: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Open `path` (``-``: standard input); give the file itself and what it unpacks to.

    Raises `InputError` where it can't be opened, and when what is read of it turns out to be damaged.
    """
    if path == "-":
        with _damage_named(path):
            yield sys.stdin.buffer, unpacked(sys.stdin.buffer, path)
        return
    with file_errors_named(path):
        file = Path(path).open("rb")  # noqa: SIM115
    with file, _damage_named(path):
        yield file, unpacked(file, path)


@contextmanager
def _damage_named(path: str) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error) as e:
        if isinstance(e, OSError) and e.errno is not None:
            raise InputError(f"{path}: {e.strerror}; check the file and its permissions") from None
        kind = "Zstandard" if path.lower().endswith(".zst") else "gzip"
        raise InputError(f"{path}: damaged {kind} ({e}); compress it again") from None


def unpacked(stream: IO[bytes], name: str) -> IO[bytes]:
    """Return what `stream` unpacks to; itself where it is not compressed."""
    head = stream.read(len(_ZSTD))
    joined = cast("IO[bytes]", Joined(head, stream))
    lower = name.lower()
    if head.startswith(_GZIP) or lower.endswith(".gz"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=joined))
    if head.startswith(_ZSTD) or lower.endswith(".zst"):
        return cast("IO[bytes]", io.BufferedReader(_Zstandard(joined, name)))
    return joined


class Joined:
    """A stream with what was read of it put back; can be read, and nothing else."""

    def __init__(self, head: bytes, stream: Any) -> None:
        self._head, self._stream = head, stream

    def read(self, n: int = -1) -> bytes:
        """Read `n` bytes, less where the stream gives less, or all."""
        head, self._head = (self._head, b"") if n < 0 else (self._head[:n], self._head[n:])
        return head + self._stream.read(n - len(head) if n >= 0 else n) if len(head) != n else head


class _Zstandard(io.RawIOBase):
    """A Zstandard file unpacked: any number of frames; one that isn't whole is an error, as gzip's is."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        try:
            import zstandard
        except ImportError:
            raise InputError(
                f"{name}: .zst needs zstandard; run `pip install 'classify-zh[archive]'`"
            ) from None
        self._make: Any = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj
        self._error: Any = zstandard.ZstdError
        self._frame: Any = None
        self._stream, self._rest, self._out = stream, b"", b""

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._out:
            data = self._rest or self._stream.read(io.DEFAULT_BUFFER_SIZE * 4)
            if not data:
                if self._frame is not None:
                    raise EOFError("it ends before its end mark")
                return 0
            if self._frame is None:
                self._frame = self._make()
            try:
                self._out = self._frame.decompress(data)
            except self._error as e:
                raise EOFError(str(e)) from None
            self._rest = b""
            if self._frame.eof:
                self._rest, self._frame = self._frame.unused_data, None
        n = min(len(into), len(self._out))
        into[:n] = self._out[:n]
        self._out = self._out[n:]
        return n


def decoded(stream: IO[bytes], name: str) -> tuple[Joined, str]:
    """Return `stream` without a byte-order mark, and its encoding: utf-8 or gb18030; others are made utf-8.

    Raises `EncodingError` where it begins with bytes that are no text.
    """
    parts: list[bytes] = []
    missing = HEAD
    while missing > 0 and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    head = b"".join(parts)
    if head.startswith(codecs.BOM_UTF8):
        return Joined(head[len(codecs.BOM_UTF8) :], stream), "utf-8"
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _Transcoded(Joined(head, stream), encoding, name), "utf-8"
    if b"\0" in head:
        decode(head, name)  # raises, and says where
    whole = missing > 0
    error = _misfit(head, "utf-8", whole=whole)
    if error and not is_broken_utf8(head, error):
        refuse_big5(head, name)
        if not _misfit(head, "gb18030", whole=whole):
            return Joined(head, stream), "gb18030"
    return Joined(head, stream), "utf-8"


def _misfit(head: bytes, encoding: str, *, whole: bool) -> UnicodeDecodeError | None:
    """Return why a stream that begins with `head`, or is no more than that, isn't in `encoding`."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, whole)
    except UnicodeDecodeError as e:
        return e
    return None


class _Transcoded(Joined):
    """A stream in UTF-16 or UTF-32 as UTF-8."""

    def __init__(self, stream: Joined, encoding: str, name: str) -> None:
        super().__init__(b"", stream)
        self._name, self._encoding = name, encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def read(self, n: int = -1) -> bytes:
        while True:
            data = self._stream.read(n)
            try:
                text = self._decoder.decode(data, not data)
            except UnicodeDecodeError as e:
                raise InputError(
                    f"{self._name}: not {self._encoding} ({e.reason}); save it again as UTF-8"
                ) from None
            if text or not data:
                return text.encode("utf-8", "surrogatepass")
