"""Bytes to text.

The encoding is what a byte-order mark says, else UTF-8, else GB18030 (which holds GBK and GB2312); nothing
is read by a guess. Bytes that are none of these, or no text at all, are an error that names the first bad
byte; so is what would pass for GB18030 and read as nonsense: UTF-8 cut inside its last character or with a
few broken bytes, and Big5.
"""

from __future__ import annotations

import codecs
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from classify.errors import EncodingError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MAX_BYTES",
    "decode",
    "file_errors_named",
    "is_broken_utf8",
    "is_chinese",
    "read_bytes",
    "read_text",
    "refuse_big5",
]

MAX_BYTES = 256 * 2**20
"""Largest single input read, in bytes: some 6,000 broadsheet pages. Larger archives are split into files."""

_MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1a\x1b")))
_MAX_CONTROLS = 0.002
"""Share of control characters above which bytes are no text; the dirtiest OCR dump seen had 0.0003."""
_AROUND = 2**16
"""Bytes on either side of the first broken one that say whether a text is UTF-8."""
_MOSTLY = 4
"""Text is broken UTF-8 with more than this many whole characters to a broken one, or any before one cut off."""
_FREQUENT = "，。、的一是在不有人"
"""Every ninth character of a newspaper, simplified or traditional."""
_FEWEST, _SHARE, _CLEARLY, _BROKEN = 4, 0.02, 4, 0.01
"""How many of them make Big5 likely, which share of the text, and how many times those that GB18030 reads; the share
of characters that somebody may have made up. Of 18,000 texts and pieces of texts in GB18030 none is taken for Big5."""
_LONG = re.compile("[\u0800-\U0010ffff]")
"""A character that UTF-8 writes in three bytes or four."""


def decode(data: bytes, name: str = "input") -> str:
    """Return the text of `data`.

    Raises `EncodingError`, naming `name` and the byte, where it is neither text with a byte-order mark, nor
    UTF-8, nor GB18030, or where it is UTF-8 but for some bytes.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding, name, len(mark))
    nul = data.find(b"\0")
    if nul >= 0:
        raise EncodingError(
            f"{name}: not text: byte 0x00 at offset {_place(data, nul)}; give a text file (UTF-8 or GB18030)"
        )
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > max(8, _MAX_CONTROLS * len(data)):
        at = next(i for i, b in enumerate(data) if b in _CONTROLS)
        raise EncodingError(
            f"{name}: not text: byte 0x{data[at]:02x} at offset {_place(data, at)} and {controls - 1} more control "
            "characters; give a text file (UTF-8 or GB18030)"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as utf8:
        if is_broken_utf8(data, utf8):
            raise EncodingError(
                f"{name}: UTF-8 but for byte 0x{data[utf8.start]:02x} at offset {_place(data, utf8.start)}; perhaps "
                "the file is cut short: fetch it again, or drop what is broken (iconv -c -f UTF-8 -t UTF-8)"
            ) from None
        refuse_big5(data, name)
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            raise EncodingError(
                f"{name}: neither UTF-8 nor GB18030: byte 0x{data[utf8.start]:02x} at offset "
                f"{_place(data, utf8.start)}; convert it to UTF-8 first (iconv -f … -t UTF-8)"
            ) from None


def _place(data: bytes, offset: int) -> str:
    line = data.count(b"\n", 0, offset) + 1
    return f"{offset} (line {line})" if line > 1 else str(offset)


def is_broken_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Say whether most of the text around the first bad byte is UTF-8 in characters of three bytes or more.

    GB18030 seldom looks like these: in 1,300 newspaper articles, at most one whole one to ten broken ones.
    """
    around = data[max(0, error.start - _AROUND) : error.start + _AROUND]
    read = around.decode("utf-8", "replace")
    broken = read.count("\ufffd")
    whole = len(_LONG.findall(read)) - broken
    return whole > (0 if error.reason == "unexpected end of data" else _MOSTLY * broken)


def refuse_big5(data: bytes, name: str) -> None:
    """Raise `EncodingError` where bytes that are no UTF-8 read as Chinese in Big5, and hardly so in GB18030."""
    data = data[:_AROUND]
    read = data.decode("big5hkscs", "replace")
    if read.count("\ufffd") > _BROKEN * len(read) + 1:
        return
    frequent = sum(map(read.count, _FREQUENT))
    if frequent < max(_FEWEST, _SHARE * len(read)):
        return
    if frequent > _CLEARLY * sum(map(data.decode("gb18030", "replace").count, _FREQUENT)):
        raise EncodingError(f"{name}: Big5, as it seems; convert it to UTF-8 first (iconv -f BIG5 -t UTF-8)")


def is_chinese(text: str) -> bool:
    """Say whether `text` has a character that UTF-8 writes in three bytes or four, as all of Chinese are."""
    return _LONG.search(text) is not None


def _decode(data: bytes, encoding: str, name: str, offset: int) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as e:
        raise EncodingError(
            f"{name}: its byte-order mark says {encoding}, but byte 0x{data[e.start]:02x} at offset "
            f"{e.start + offset} is not; save it again as UTF-8"
        ) from None


@contextmanager
def file_errors_named(path: str | Path) -> Iterator[None]:
    """Turn what the system says of a file that can't be opened or read into an `InputError`."""
    try:
        yield
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder; name its files, or use {path}/*.txt") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the name") from None
    except OSError as e:
        raise InputError(f"{path}: {e.strerror or e}; check the file and its permissions") from None


def read_bytes(path: str | Path) -> bytes:
    """Return the bytes of the file at `path`, or of standard input for ``-``; else raise `InputError`."""
    if str(path) == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        with file_errors_named(path), Path(path).open("rb") as f:
            data = f.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"{path}: larger than {MAX_BYTES >> 20} MiB; split it into several files")
    return data


def read_text(path: str | Path) -> str:
    """Return the text of the file at `path`, or of standard input for ``-``."""
    return decode(read_bytes(path), str(path))
