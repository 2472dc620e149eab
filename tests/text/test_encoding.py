"""Bytes to text and text to lines: every encoding, broken bytes, and what is no text at all."""

from __future__ import annotations

import codecs
import io
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from classify.errors import EncodingError, InputError
from classify.read.streams import decoded
from classify.text import encoding as readers
from classify.text.encoding import decode, read_bytes, read_text

if TYPE_CHECKING:
    from pathlib import Path

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
    with pytest.raises(EncodingError, match=r"^page\.txt: Big5, as it seems; convert it to UTF-8 first"):
        decode(data, "page.txt")
    with pytest.raises(EncodingError, match=r"^records: Big5"):
        decoded(io.BytesIO(data), "records")


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
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ["0x00", "offset 8"], id="a picture"),
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


def test_a_line_of_five_megabytes() -> None:
    text = "清淤，" * (5 * 2**20 // 9)
    assert decode(text.encode()) == text


# -- files and standard input ------------------------------------------------------------------


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "页 1.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    assert read_text(path) == read_text(str(path)) == TEXT


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    assert read_text(tmp_path / "empty.txt") == ""


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode())))
    assert read_text("-") == TEXT


def test_errors_name_the_path_and_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("清淤")
    with pytest.raises(InputError, match=r"no\.txt: no such file; check the name"):
        read_bytes(tmp_path / "no.txt")
    with pytest.raises(InputError, match=r"is a folder; name its files"):
        read_bytes(tmp_path)
    with pytest.raises(InputError, match=r"Not a directory; check the file"):
        read_bytes(tmp_path / "file.txt" / "page.txt")
    with pytest.raises(InputError, match=r"too long; check the file"):
        read_bytes("清" * 5000)
    (tmp_path / "bad.txt").write_bytes(b"ok\xff\xff")
    with pytest.raises(EncodingError, match=r"bad\.txt: .*0xff at offset 2"):
        read_text(tmp_path / "bad.txt")


def test_the_stated_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_BYTES", 2 * 2**20)
    path = tmp_path / "big.txt"
    path.write_bytes(b"a" * 2 * 2**20)
    assert len(read_bytes(path)) == 2 * 2**20
    path.write_bytes(b"a" * (2 * 2**20 + 1))
    with pytest.raises(InputError, match="larger than 2 MiB; split it"):
        read_bytes(path)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"a" * (2 * 2**20 + 1))))
    with pytest.raises(InputError, match="-: larger than 2 MiB"):
        read_bytes("-")
