"""Bytes to text, for whole buffers, for streams, and for single lines of a stream.

Newspaper archives hold UTF-8, UTF-16 and UTF-32 with a byte-order mark, UTF-8 without one, and GB18030 (which
contains GBK and GB2312). A statistical guess among these is not needed. A mark is certain, and other encodings are
hardly ever valid UTF-8. So the encoding is that of the mark; without one, UTF-8 if the bytes are valid, else GB18030.

GB18030 accepts almost any bytes, so two kinds of input would pass for it and come out as nonsense. Both are checked
for before it is tried:

* UTF-8 that is cut inside its last character or has a few broken bytes is rejected with the offset of the first one.
* Big5 is rejected where the text read as Big5 is of everyday characters, and read as GB18030 is not. Either standard
  has its everyday characters in a block of their own, and a text in the other encoding hits it by accident only. Of
  pieces of the seeds in Big5, 95 % were rejected at 6 characters, 99 % at 10 and 99.9 % at 20; of some 10,000 pieces in
  GB18030, simplified and traditional, 5 were at 6 characters, 2 at 10 and none at 20. No other encoding (EUC-TW, Shift
  JIS, ISO-2022) is recognised.

Nothing in this module opens files; `classify.read` does.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from classify.errors import EncodingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

__all__ = ["PrefixedStream", "decode", "decode_line", "detect_stream", "head_text"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # The mark of UTF-32-LE begins with that of UTF-16-LE, so it is compared first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 2**20
"""Bytes at the beginning of a stream from which its encoding is taken. Chosen: one block of reading."""
_AROUND = 2**16
"""Bytes on either side of the first broken one, and of the beginning, that are checked. Chosen."""

# Pairs of bytes, with a group for everyday characters and punctuation: 水 in either; not 龘 or 〇.
_GB2312 = re.compile(rb"([\xa1\xa3\xb0-\xd7])[\xa1-\xfe]|[\xa1-\xfe]{2}")
_BIG5 = re.compile(rb"([\xa1\xa4-\xc6])[\x40-\x7e\xa1-\xfe]|[\xa1-\xfe][\x40-\x7e\xa1-\xfe]")

# Matches 记, which UTF-8 writes in three bytes or more, as it does all of Chinese; not é, which has two.
_LONG = re.compile("[\u0800-\U0010ffff]")


def decode(data: bytes, name: str = "input", encoding: str | None = None) -> str:
    r"""Return the text of `data`, a whole file or page.

    Parameters
    ----------
    data : bytes
        The bytes, with or without a byte-order mark, which is removed.
    name : str, default="input"
        Name of the input in messages; usually its path.
    encoding : str or None, default=None
        The encoding, as Python names it; None: found as above. A byte-order mark that says the same is removed.

    Returns
    -------
    str
        The text; line ends and control characters stay as they are.

    Raises
    ------
    EncodingError
        The bytes are not text, in none of the encodings above, UTF-8 with broken bytes, or recognised as Big5. The
        message has the offset of the first bad byte, except for Big5.

    Examples
    --------
    >>> decode("水库蓄水".encode("gb18030")) == decode("水库蓄水".encode("utf-16")) == "水库蓄水"
    True
    >>> decode(b"\x00\x01", "page.txt")
    Traceback (most recent call last):
        ...
    classify.errors.EncodingError: page.txt: not text: byte 0x00 at offset 0; give a text file (UTF-8 or GB18030)
    """
    if encoding is not None:
        return _decode_as(data, name, encoding)
    mark, encoding = _find_mark(data)
    if mark:
        try:
            return data[len(mark) :].decode(encoding)
        except UnicodeDecodeError as e:
            at = e.start + len(mark)
            raise EncodingError(
                f"{name}: its byte-order mark says {encoding}, but byte 0x{data[at]:02x} at offset {at} is not; "
                "save it again as UTF-8"
            ) from None
    _refuse_binary(data, name)
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8")
    error = _misfit(data, "utf-8")
    if error is not None and _is_broken_utf8(data, error):
        raise EncodingError(
            f"{name}: UTF-8 but for byte 0x{data[error.start]:02x} at offset {_place(data, error.start)}; perhaps "
            "the file is cut short: fetch it again, or drop what is broken (iconv -c -f UTF-8 -t UTF-8)"
        )
    _refuse_big5(data, name)
    with suppress(UnicodeDecodeError):
        return data.decode("gb18030")
    start = error.start if error is not None else 0
    raise EncodingError(
        f"{name}: neither UTF-8 nor GB18030: byte 0x{data[start]:02x} at offset {_place(data, start)}; "
        "convert it to UTF-8 first (iconv -f … -t UTF-8)"
    )


def _decode_as(data: bytes, name: str, encoding: str) -> str:
    """Return the text of `data` in an encoding that the user has named."""
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as e:
        raise EncodingError(
            f"{name}: not {encoding}: byte 0x{data[e.start]:02x} at offset {_place(data, e.start)}; "
            "give another --encoding, or leave it out"
        ) from None


def head_text(head: bytes) -> str:
    """Return the text that some bytes begin with, to recognise a format by it; broken characters are replaced.

    >>> head_text("标题,正文".encode("utf-16")), head_text("标题,正文".encode("gb18030"))
    ('标题,正文', '标题,正文')
    >>> head_text("标题".encode()[:4])
    '标\ufffd'
    """
    mark, encoding = _find_mark(head)
    text = head[len(mark) :].decode(encoding, "replace")
    if mark or text.count("\ufffd") <= 1:
        return text
    return head.decode("gb18030", "replace")


def decode_line(data: bytes, encoding: str, name: str) -> str:
    """Return the text of one line of a stream in `encoding`; the line itself may be in another one.

    Files of records are often joined from several sources, so a line that does not fit the encoding of its file is
    tried in the other one. In a GB18030 file, a short line may be valid UTF-8 by accident: then GB18030 is preferred
    unless the line has Chinese characters in UTF-8.

    Parameters
    ----------
    data : bytes
        The line.
    encoding : {"utf-8", "gb18030"}
        What `detect_stream` returned for the file.
    name : str
        Name of the line in messages.

    Raises
    ------
    EncodingError
        See `decode`.

    Examples
    --------
    >>> line = "木偶".encode("gb18030")
    >>> decode_line(line, "gb18030", "line 1"), line.decode("utf-8")
    ('木偶', 'ľż')
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return decode(data, name)
    if encoding == "gb18030" and not (data.isascii() or _LONG.search(text)):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return text


def detect_stream(
    stream: Any, name: str, *, sample: int = _SAMPLE, encoding: str | None = None, wait: bool = True
) -> tuple[PrefixedStream, str]:
    r"""Return `stream` in UTF-8 or GB18030, without a byte-order mark, and which of the two it is.

    Parameters
    ----------
    stream : object with ``read(n)``
        UTF-16 and UTF-32 with a mark are converted to UTF-8 as they are read.
    name : str
        Name of the stream in messages.
    sample : int, at least 1, default=1 MiB
        Bytes at the beginning that are checked. Later bytes that do not fit are found when they are decoded.
    encoding : str or None, default=None
        The encoding, as Python names it; None: found by the sample.
    wait : bool, default=True
        Of a stream that arrives, wait for characters that show the encoding.

    Returns
    -------
    stream : PrefixedStream
    encoding : {"utf-8", "gb18030"}
        UTF-8 where the sample fits neither: the caller reports the broken lines and reads the others.

    Raises
    ------
    EncodingError
        The sample has more NUL bytes than a text has by accident, or is recognised as Big5.

    Examples
    --------
    >>> import io
    >>> stream, encoding = detect_stream(io.BytesIO("水库蓄水".encode("utf-16")), "page.txt")
    >>> stream.read().decode(encoding)
    '水库蓄水'
    """
    source = PrefixedStream(b"", stream)
    head = source.peek(sample)
    if source.arrives and wait:  # what has come may be ASCII, which is the same in all of them
        head = source.wait_for(lambda data: not data.isascii(), sample)
    if encoding is not None:
        source.read(len(head) - len(head.removeprefix(codecs.BOM_UTF8)))
        name_of = codecs.lookup(encoding).name
        if name_of in ("utf-8", "gb18030"):
            return source, name_of
        return _Transcoded(source, encoding, name), "utf-8"
    mark, encoding = _find_mark(head)
    source.read(len(mark))
    if mark:
        return source if encoding == "utf-8" else _Transcoded(source, encoding, name), "utf-8"
    if b"\0" in head:
        _refuse_binary(head, name)
    whole = len(head) < sample and not source.arrives
    error = _misfit(head, "utf-8", whole=whole)
    if error is not None and not _is_broken_utf8(head, error):
        _refuse_big5(head, name)
        if _misfit(head, "gb18030", whole=whole) is None:
            return source, "gb18030"
    return source, "utf-8"


class PrefixedStream:
    """A byte stream with bytes put back in front of it, so that a caller can look ahead.

    It has only the methods `read` and `peek`. That is enough for gzip and for decoders, and works on
    standard input, which cannot seek.

    Parameters
    ----------
    prefix : bytes
        Read first.
    stream : object with ``read(n)``
        Read after the prefix.

    Attributes
    ----------
    arrives : bool
        Its bytes come from somebody who may still be writing: `read` and `peek` do not wait for more than there is.

    Examples
    --------
    >>> import io
    >>> stream = PrefixedStream(b"{", io.BytesIO(b'"text": 1}'))
    >>> stream.peek(4), stream.read(3), stream.read()
    (b'{"te', b'{"t', b'ext": 1}')
    """

    def __init__(self, prefix: bytes, stream: IO[bytes] | PrefixedStream) -> None:
        self._prefix, self._stream = prefix, stream
        self.arrives = bool(getattr(stream, "arrives", False))

    def read(self, n: int = -1) -> bytes:
        """Return the next `n` bytes, fewer where the stream gives fewer; all the rest where `n` is negative."""
        if n < 0:
            head, self._prefix = self._prefix, b""
            return head + self._stream.read()
        head, self._prefix = self._prefix[:n], self._prefix[n:]
        if len(head) == n or (head and self.arrives):
            return head
        return head + self._stream.read(n - len(head))

    def wait_for(self, found: Callable[[bytes], bool], n: int) -> bytes:
        """Return bytes like `peek`, but wait for more until `found` is true of them, or there are `n`."""
        while not found(self._prefix) and len(self._prefix) < n and (part := self._stream.read(n)):
            self._prefix += part
        return self._prefix[:n]

    def peek(self, n: int) -> bytes:
        """Return the next `n` bytes without consuming them; fewer where the stream ends, or `arrives`, before."""
        parts, missing = [self._prefix], n - len(self._prefix)
        while missing > 0 and not (self.arrives and parts != [b""]) and (part := self._stream.read(missing)):
            parts.append(part)
            missing -= len(part)
        self._prefix = b"".join(parts)
        return self._prefix[:n]


class _Transcoded(PrefixedStream):
    """A stream in UTF-16 or UTF-32, without its mark, as UTF-8."""

    def __init__(self, stream: PrefixedStream, encoding: str, name: str) -> None:
        super().__init__(b"", stream)
        self._name, self._encoding = name, encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def read(self, n: int = -1) -> bytes:
        # An empty result means the end of the stream, so half a character must not give one.
        while True:
            data = self._stream.read(n)
            try:
                text = self._decoder.decode(data, n < 0 or not data)
            except UnicodeDecodeError as e:
                raise EncodingError(
                    f"{self._name}: not {self._encoding} ({e.reason}); save it again as UTF-8"
                ) from None
            if text or n < 0 or not data:
                return text.encode("utf-8", "surrogatepass")


def _find_mark(data: bytes) -> tuple[bytes, str]:
    """Return the byte-order mark that `data` begins with and its encoding, or nothing and UTF-8."""
    return next(((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), (b"", "utf-8"))


def _misfit(data: bytes, encoding: str, *, whole: bool = True) -> UnicodeDecodeError | None:
    """Return the error of decoding `data`, or None; unless it is `whole`, its last character may be incomplete."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data, whole)
    except UnicodeDecodeError as e:
        return e
    return None


def _refuse_binary(data: bytes, name: str) -> None:
    """Raise `EncodingError` where `data` has many NUL bytes, a run of them, or many control characters."""
    # A database or a damaged copy leaves a stray NUL in a text, which is no reason to refuse a page. Binary formats
    # pad with runs of them. More than one byte in fifty, or four in a row (both chosen), is no text.
    nuls = data.count(b"\0")
    if nuls > 0.02 * len(data) or (nuls and b"\0\0\0\0" in data):
        _refuse(data, data.find(b"\0"), name, f" and {nuls - 1} more" if nuls > 1 else "")
    # Tabs, line ends, page feeds, the end mark of DOS files and escape sequences occur in extracted text. Of other
    # control characters the worst OCR output seen had 0.03 %; more than 0.2 % (chosen) is no text.
    controls = bytes(sorted(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1a\x1b")))
    found = len(data) - len(data.translate(None, controls))
    if found > max(8, 0.002 * len(data)):
        at = next(i for i, b in enumerate(data) if b in controls)
        _refuse(data, at, name, f" and {found - 1} more control characters")


def _refuse(data: bytes, at: int, name: str, more: str) -> NoReturn:
    raise EncodingError(
        f"{name}: not text: byte 0x{data[at]:02x} at offset {_place(data, at)}{more}; "
        "give a text file (UTF-8 or GB18030)"
    )


def _place(data: bytes, offset: int) -> str:
    line = data.count(b"\n", 0, offset) + 1
    return f"{offset} (line {line})" if line > 1 else str(offset)


def _is_broken_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Return whether most of the text around the first bad byte is UTF-8 in characters of three bytes or more.

    GB18030 seldom looks like these: 1,300 newspaper articles in GB18030 had, read as UTF-8, at most one whole
    character of three bytes to ten broken ones. Required are four whole ones to a broken one, or any whole one
    before a text that is cut off.
    """
    around = data[max(0, error.start - _AROUND) : error.start + _AROUND].decode("utf-8", "replace")
    broken = around.count("\ufffd")
    whole = len(_LONG.findall(around)) - broken
    return whole > (0 if error.reason == "unexpected end of data" else 4 * broken)


def _refuse_big5(data: bytes, name: str) -> None:
    """Raise `EncodingError` where bytes that are not UTF-8 are everyday Chinese in Big5, and not in GB18030."""
    data = data[:_AROUND]
    big5, gb = (data.decode(encoding, "replace") for encoding in ("big5hkscs", "gb18030"))
    if big5.count("\ufffd") > 0.01 * len(big5) + 1:  # a few undefined characters are a paper's own
        return
    found = _everyday_share(big5, "big5", _BIG5)
    if found >= 0.8 and found > 0.25 + _everyday_share(gb, "gb2312", _GB2312):  # both chosen
        raise EncodingError(f"{name}: Big5, as it seems; give --encoding big5hkscs, or gb18030 if it is not")


def _everyday_share(text: str, encoding: str, everyday: re.Pattern[bytes]) -> float:
    """Return which share of the characters beyond ASCII are everyday ones; 0 where there are fewer than four.

    >>> _everyday_share("水库蓄水，龘", "gb2312", _GB2312)
    0.8333333333333334
    """
    beyond = sum(character > "\x7f" for character in text)
    if beyond < 4:
        return 0.0
    return sum(map(bool, everyday.findall(text.encode(encoding, "replace")))) / beyond
