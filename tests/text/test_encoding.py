"""Bytes to text: every encoding, whole and as a stream, broken bytes, and what is no text at all."""

from __future__ import annotations

import codecs
import io
import struct

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from classify.errors import EncodingError
from classify.text.encoding import PrefixedStream, decode, decode_line, detect_stream

TEXT = "本报讯（记者 林知遥）河道清淤，占3.5%。\n𠮷镇：“水清了！”"
MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
]

# -- encodings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("mark", "encoding"), MARKS, ids=[e for _, e in MARKS])
def test_a_mark_says_the_encoding(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding)) == TEXT
    assert decode(mark) == ""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "ascii"])
def test_without_a_mark(encoding: str) -> None:
    text = TEXT if encoding != "ascii" else "A bridge opened.\n"
    assert decode(text.encode(encoding)) == text


def test_gbk_and_gb2312_are_read_as_gb18030() -> None:
    text = "河道清淤，水清了。"
    assert decode(text.encode("gbk")) == decode(text.encode("gb2312")) == text


TRADITIONAL = (
    "本報訊（記者 林知遙）河道清淤，佔地3.5畝。\n水務局說：“水清了，魚也多了。”居民都在橋上看，不再掩鼻而過。"
)


@pytest.mark.parametrize(
    "data", [TRADITIONAL.encode("big5"), TRADITIONAL.encode("big5")[:-1], TRADITIONAL[9:].encode("big5hkscs")]
)
def test_big5_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(EncodingError, match=r"^page\.txt: Big5, as it seems; give --encoding big5hkscs"):
        decode(data, "page.txt")
    with pytest.raises(EncodingError, match=r"^records: Big5"):
        detect_stream(io.BytesIO(data), "records")


@pytest.mark.parametrize("text", [TEXT, TRADITIONAL, "停车场A区\n停车场C区\n市场A区\n商场C区", "啊A啊C" * 9])
def test_gb18030_is_not_taken_for_big5(text: str) -> None:
    assert decode(text.encode("gb18030")) == text


def test_no_bytes_are_no_text() -> None:
    assert decode(b"") == ""


@given(st.text(), st.sampled_from(MARKS))
def test_any_text_with_a_mark_comes_back(text: str, marked: tuple[bytes, str]) -> None:
    assume(not text.startswith("\0"))  # the mark of UTF-16 and a NUL are the mark of UTF-32
    assert decode(marked[0] + text.encode(marked[1])) == text


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=200))
def test_any_utf8_text_comes_back(text: str) -> None:
    assume(not text.startswith("\ufeff"))
    assert decode(text.encode()) == text


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_one_line(data: bytes) -> None:
    try:
        told = decode(data, "page.txt")
    except EncodingError as e:
        told = str(e).removeprefix("page.txt: ")
        assert told != str(e)  # noqa: PT017 - most bytes are text
        assert "\n" not in told
    assert isinstance(told, str)


# -- broken bytes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "names"),
    [
        pytest.param(
            b"abc\xff\xff", ["0xff", "offset 3", "neither UTF-8 nor GB18030", "iconv"], id="neither"
        ),
        pytest.param("清淤".encode() + b"\xe6\xb8", ["0xe6", "offset 6"], id="cut inside a character"),
        pytest.param(
            TEXT.encode()[:-1] + b"\xd6\xd0" + TEXT.encode(),
            ["UTF-8 but for", f"offset {len(TEXT.encode()) - 3}", "iconv -c"],
            id="a few broken bytes in UTF-8",
        ),
        pytest.param(codecs.BOM_UTF8 + b"ok\xff", ["utf-8", "0xff", "offset 5"], id="UTF-8 by its mark"),
        pytest.param(
            codecs.BOM_UTF16_LE + b"a\0b", ["utf-16-le", "0x62", "offset 4"], id="half a UTF-16 unit"
        ),
        pytest.param(
            codecs.BOM_UTF16_BE + b"\xd8\x00\x00a", ["utf-16-be", "0xd8", "offset 2"], id="half a pair"
        ),
        pytest.param(
            codecs.BOM_UTF32_LE + b"\0\0\x11\0", ["utf-32-le", "0x00", "offset 4"], id="beyond Unicode"
        ),
        pytest.param(
            codecs.BOM_UTF32_BE + b"\0\0\xd8\0", ["utf-32-be", "offset 4"], id="lone surrogate, UTF-32"
        ),
        pytest.param(
            codecs.BOM_UTF8 + b"\xed\xa0\x80", ["utf-8", "0xed", "offset 3"], id="lone surrogate, UTF-8"
        ),
        pytest.param(b"abc\0def", ["0x00", "offset 3", "not text"], id="NUL"),
        pytest.param("清淤\n".encode("utf-16-le"), ["not text"], id="UTF-16 without its mark"),
        pytest.param(b"%PDF-1.7\n\x01\x02" + b"\x03" * 40, ["0x01", "offset 9", "41 more"], id="binary"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ["0x00", "offset 8", "2 more"], id="a picture"),
        pytest.param(TEXT.encode() * 99 + b"\0" * 4, ["0x00", "3 more"], id="padded to a block"),
        pytest.param((TEXT + "\0\0\0").encode(), ["0x00", "2 more"], id="three NULs in a line"),
        pytest.param(
            struct.pack("<20i", *range(20)) + TEXT.encode() * 20, ["0x00", "more"], id="a table before text"
        ),
    ],
)
def test_broken_bytes_name_byte_place_and_mend(data: bytes, names: list[str]) -> None:
    with pytest.raises(EncodingError) as e:
        decode(data, "page.txt")
    told = str(e.value)
    assert told.startswith("page.txt: ")
    assert "\n" not in told
    assert all(name in told for name in names), told


def test_a_dirty_dump_is_still_text() -> None:
    dirty = "河道清淤\x0c\x1a\x1b[31m水清了\x07\x08。" * 1000
    assert decode(dirty[:60].encode()) == dirty[:60]
    clean_with_eight = "清" * 10 + "\x07" * 8
    assert decode(clean_with_eight.encode()) == clean_with_eight
    with pytest.raises(EncodingError, match="8 more control characters"):
        decode((clean_with_eight + "\x07").encode())


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_stray_nul_is_no_binary_file(encoding: str) -> None:
    page = TEXT + "\0" + TEXT + "水库\0蓄水\n"
    assert decode(page.encode(encoding)) == page
    stream, found = detect_stream(io.BytesIO(page.encode(encoding)), "records")
    assert (stream.read().decode(found), found) == (page, encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_wide_encodings_without_their_mark_are_refused(encoding: str) -> None:
    with pytest.raises(EncodingError, match="not text"):
        decode((TEXT * 20).replace("\n", "").encode(encoding))


def test_a_line_of_five_megabytes() -> None:
    text = "清淤，" * (5 * 2**20 // 9)
    assert decode(text.encode()) == text


# -- streams and lines ----------------------------------------------------------------------------


@pytest.mark.parametrize(("mark", "encoding"), MARKS, ids=[e for _, e in MARKS])
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_streams_with_a_mark_become_utf8(mark: bytes, encoding: str, size: int) -> None:
    stream, found = detect_stream(io.BytesIO(mark + TEXT.encode(encoding)), "x")
    data = b"".join(iter(lambda: stream.read(size), b""))
    assert (data.decode(), found) == (TEXT, "utf-8")


def test_a_stream_that_is_not_what_its_mark_says() -> None:
    stream, _ = detect_stream(io.BytesIO(codecs.BOM_UTF16_LE + b"a\0b"), "page.txt")
    with pytest.raises(EncodingError, match=r"^page\.txt: not utf-16-le .*save it again as UTF-8"):
        stream.read()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_streams_without_a_mark(encoding: str) -> None:
    stream, found = detect_stream(io.BytesIO(TEXT.encode(encoding)), "x")
    assert (stream.read().decode(found), found) == (TEXT, encoding)


def test_a_stream_that_fits_neither_is_left_to_the_reader_of_lines() -> None:
    stream, found = detect_stream(io.BytesIO(b"ok\n\xff\xff\n"), "x")
    assert (stream.read(), found) == (b"ok\n\xff\xff\n", "utf-8")
    with pytest.raises(EncodingError, match="line 2: neither UTF-8 nor GB18030"):
        decode_line(b"\xff\xff", found, "line 2")


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        ("清淤".encode(), "utf-8", "清淤"),
        ("清淤".encode("gb18030"), "utf-8", "清淤"),
        ("清淤".encode(), "gb18030", "清淤"),
        ("木偶".encode("gb18030"), "gb18030", "木偶"),
        ("木偶".encode("gb18030"), "utf-8", "ľż"),
        (b"ok", "gb18030", "ok"),
    ],
)
def test_a_line_in_the_encoding_of_its_file_or_the_other(data: bytes, encoding: str, text: str) -> None:
    assert decode_line(data, encoding, "line 1") == text


@given(st.binary(max_size=20), st.integers(0, 20), st.integers(1, 7), st.integers(0, 30))
def test_a_prefixed_stream_reads_as_the_whole(data: bytes, cut: int, size: int, ahead: int) -> None:
    stream = PrefixedStream(data[:cut], io.BytesIO(data[cut:]))
    assert stream.peek(ahead) == data[:ahead]
    assert stream.read(size) + stream.read() == data


@pytest.mark.parametrize("size", [8, 12, 20])
def test_short_big5_is_told_and_short_gb18030_is_read(size: int) -> None:
    simplified = "云港市石泉水库昨日开闸蓄水，沿线村民按时撤离。"[:size]
    traditional = "雲港市石泉水庫昨日開閘蓄水，沿線村民按時撤離。"[:size]
    with pytest.raises(EncodingError, match="Big5, as it seems"):
        decode(traditional.encode("big5"))
    assert decode(traditional.encode("gb18030")) == traditional
    assert decode(simplified.encode("gb18030")) == simplified


def test_an_encoding_that_is_named_is_taken() -> None:
    text = "雲港市水庫蓄水。"
    for encoding in ("big5", "big5hkscs", "utf-16", "utf-16-le", "gb18030", "utf-8-sig", "euc-jp"):
        assert decode(text.encode(encoding), encoding=encoding) == text
        stream, found = detect_stream(io.BytesIO(text.encode(encoding)), "x", encoding=encoding)
        assert stream.read().decode(found).removeprefix("\ufeff") == text
    with pytest.raises(EncodingError, match="x: not utf-8: byte 0xb6 at offset 0; give another --encoding"):
        decode(text.encode("big5"), "x", "utf-8")
