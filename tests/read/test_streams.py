"""Opening and unpacking inputs, what they hold, and the limits of their size."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import random
import tracemalloc
from itertools import pairwise
from threading import Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from classify.errors import EncodingError, InputError
from classify.read import Limits, format_of, kind_of, open_input, read_records, read_text
from classify.read.streams import UnpackedStream, known_format

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = "本报讯 河道清淤，占3.5%。\r\n水清了。"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], str]:
    """Write a file and return its path."""

    def put(name: str, data: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
        return str(path)

    return put


def zstd(data: bytes) -> bytes:
    compressed: bytes = pytest.importorskip("zstandard").ZstdCompressor().compress(data)
    return compressed


RECORDS = [
    {"text": "青河县林业局启动春季造林。", "title": "造林", "id": 1},
    {"text": "第二条\n有两行", "id": 2},
    {"text": "“第三条”，带逗号", "tags": ["甲", "乙"]},
]


def fields(path: Path) -> list[dict[str, Any]]:
    found = list(read_records(path))
    assert [r.problem for r in found] == [""] * len(found)
    return [r.fields for r in found]


def jsonl(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()


# -- kinds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("page.txt", "page"),
        ("page", "page"),
        ("-", "page"),
        ("page.txt.gz", "page"),
        ("records.jsonl", "jsonl"),
        ("records.JSONL.GZ", "jsonl"),
        ("records.ndjson", "jsonl"),
        ("records.csv", "jsonl"),
        ("records.csv.gz", "jsonl"),
        ("records.csv.zst", "jsonl"),
        ("records.parquet", "jsonl"),
        ("records.jsonl.txt", "page"),
        ("jsonl", "page"),
    ],
)
def test_the_name_says_the_kind(path: str, kind: str) -> None:
    assert kind_of(path) == kind_of(path, "auto") == kind


def test_the_user_says_the_kind() -> None:
    assert kind_of("records.jsonl", "page") == "page"
    assert kind_of("page.txt", "article") == "article"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ('{"text": "甲"}\n', "jsonl"),
        ('\ufeff\n {\n "text": "甲"}', "jsonl"),
        ("{}", "jsonl"),
        ('"label", "text"\r\n水务,甲\r\n', "jsonl"),
        ("{图片说明}\n本报讯", "page"),
        ("text\n本报讯", "page"),
        ("本报讯，text,label", "page"),
        ("", "page"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_where_the_name_says_nothing_the_content_does(
    data: str, kind: str, pack: Callable[[bytes], bytes], write: Callable[[str, bytes], str]
) -> None:
    packed = pack(data.encode())
    assert kind_of(write("data", packed)) == kind
    assert kind_of(write("page.txt", packed)) == "page"


def test_standard_input_is_looked_at_and_not_consumed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = '{"text": "甲"}\n'.encode()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(data))))
    assert kind_of("-") == "jsonl"
    assert [record.fields for record in read_records("-")] == [{"text": "甲"}]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("pause_after", [1, 9, 15, 20, 400])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("data", "format"),
    [
        ("\ufeff标题;正文;类别\r\n蓄水;石泉水库蓄水。;水务\r\n", "csv"),
        ("编号,作者,来源,正文\n1,某,某,石泉水库蓄水。\n", "csv"),
        ("<!doctype html><html><body>石泉水库蓄水。</body></html>", "html"),
        ('{"text": "石泉水库蓄水。"}\n', "jsonl"),
        ("石泉水库蓄水", "text"),
    ],
)
def test_the_head_of_a_pipe_holds_its_first_line(
    data: str, format: str, pause_after: int, pack: Callable[[bytes], bytes]
) -> None:
    """A pipe gives what has come so far, which may be a part of the first line, or of the signature."""
    packed = pack(data.encode())
    reader, writer = os.pipe()
    with open(reader, "rb") as file, open(writer, "wb", buffering=0) as out:
        stops = [0, *range(pause_after, len(packed), pause_after), len(packed)]

        def write() -> None:
            for a, b in pairwise(stops):
                out.write(packed[a:b])
            out.close()

        thread = Thread(target=write)
        thread.start()
        stream = UnpackedStream(file, "-")
        head = stream.head()
        assert format_of("-", head) == format
        assert stream.read() == data.encode()
        thread.join()


def test_a_pipe_is_not_looked_at(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert kind_of(tmp_path / "pipe") == "page"


def test_formats_by_name() -> None:
    assert known_format("a/b.CSV.zst") == "csv"
    assert known_format("读我.md") == ""
    assert format_of("记录.parquet.gz") == "parquet"


# -- packed files --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["page.txt.gz", "page.TXT.GZ", "page.txt"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_gzip_is_unpacked(write: Callable[[str, bytes], str], name: str, encoding: str) -> None:
    assert read_text(write(name, gzip.compress(TEXT.encode(encoding)))) == TEXT


def test_plain_text_is_taken_as_it_is(write: Callable[[str, str | bytes], str]) -> None:
    assert read_text(write("page.txt", TEXT)) == TEXT
    assert read_text(write("empty.txt", "")) == ""
    assert read_text(write("empty.gz", gzip.compress(b""))) == ""


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"not gzip", id="no gzip"),
        pytest.param(gzip.compress(TEXT.encode())[:-10], id="cut off"),
        pytest.param(gzip.compress(TEXT.encode())[:30] + b"\xff" * 30, id="damaged"),
        pytest.param(gzip.compress(TEXT.encode())[:-8] + b"\0" * 8, id="wrong checksum"),
    ],
)
def test_damaged_gzip(write: Callable[[str, bytes], str], data: bytes) -> None:
    with pytest.raises(InputError, match=r"page\.gz: damaged gzip \(.+\); compress it again"):
        read_text(write("page.gz", data))


def test_bad_bytes_in_gzip_name_the_file(write: Callable[[str, bytes], str]) -> None:
    with pytest.raises(EncodingError, match=r"page\.gz: .*0xff at offset 2"):
        read_text(write("page.gz", gzip.compress(b"ok\xff\xff")))


def test_the_limit_is_of_what_a_page_unpacks_to(write: Callable[[str, bytes], str]) -> None:
    limits = Limits(page=2**20)
    assert len(read_text(write("page.gz", gzip.compress(b"a" * 2**20)), limits)) == 2**20
    with pytest.raises(InputError, match=r"bomb\.gz: larger than 1 MiB; split it into several files"):
        read_text(write("bomb.gz", gzip.compress(b"a" * (2**20 + 1))), limits)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(gzip.compress(TEXT.encode()))))
    assert read_text("-") == TEXT


def test_zstandard_is_unpacked(write: Callable[[str, bytes], str]) -> None:
    zstandard = pytest.importorskip("zstandard", reason="needs the extra for archives")
    packed = zstandard.compress(TEXT.encode())
    assert read_text(write("page.txt.zst", packed)) == TEXT
    assert read_text(write("page.txt.zst", packed + packed)) == TEXT * 2
    for bad in (packed[:-5], b"no zstandard"):
        with pytest.raises(InputError, match=r"page\.zst: damaged Zstandard"):
            read_text(write("page.zst", bad))


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".zst", zstd)])
def test_compressed(tmp_path: Path, ending: str, pack: Any) -> None:
    path = tmp_path / f"r.jsonl{ending}"
    half = jsonl(RECORDS[:2])
    path.write_bytes(pack(half) + pack(jsonl(RECORDS[2:])))  # both formats may be joined
    assert fields(path) == RECORDS
    page = tmp_path / f"页.txt{ending}"
    page.write_bytes(pack("一页".encode()))
    assert read_text(str(page)) == "一页"
    assert kind_of(str(path)) == "jsonl"
    assert kind_of(str(page)) == "page"


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".zst", zstd)])
def test_what_is_cut_short_is_an_error_after_what_could_be_read(
    tmp_path: Path, ending: str, pack: Any
) -> None:
    rng = random.Random(1)
    many = [{"text": "".join(chr(rng.randint(0x4E00, 0x9FFF)) for _ in range(50))} for _ in range(20_000)]
    data = pack(jsonl(many))
    path = tmp_path / f"r.jsonl{ending}"
    path.write_bytes(data[: len(data) // 2])
    found = []
    with pytest.raises(InputError, match="damaged"):
        found.extend(r.fields for r in read_records(str(path)))
    assert 0 < len(found) < len(many)
    path.write_bytes(b"no such thing")
    with pytest.raises(InputError, match="damaged"):
        list(read_records(str(path)))
    path.write_bytes(bz2.compress(b"x"))  # the name is wrong, and the bytes are certain
    assert read_text(str(path)) == "x"


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(n: int) -> int:
        path = tmp_path / f"{n}.jsonl.gz"
        with gzip.open(path, "wb", compresslevel=1) as f:
            for i in range(n):
                f.write(jsonl([{"text": f"{i}" + "报" * 1000}]))
        tracemalloc.start()
        assert sum(1 for _ in read_records(str(path))) == n
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    small, large = peak(2000), peak(8000)  # 6 and 24 MB
    assert large < small + 2_000_000


def test_looking_ahead_changes_nothing(write: Callable[[str, bytes], str]) -> None:
    for data in (TEXT.encode(), gzip.compress(TEXT.encode())):
        with open_input(write("页", data)) as stream:
            assert stream.peek(3) == stream.peek(3) == "本".encode()
            assert stream.read(1) + stream.read() == TEXT.encode()
            assert stream.peek(9) == stream.read() == b""
            assert stream.position == len(data)


# -- errors of the system ------------------------------------------------------------------------


def test_errors_name_the_path_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("清淤")
    with pytest.raises(InputError, match=r"no\.txt: no such file; check the name"):
        read_text(tmp_path / "no.txt")
    with pytest.raises(InputError, match=r"is a folder; name its files"):
        read_text(tmp_path)
    with pytest.raises(InputError, match=r"Not a directory; check the file"):
        read_text(tmp_path / "file.txt" / "page.txt")
    with pytest.raises(InputError, match=r"too long; check the file"):
        read_text("清" * 5000)
    (tmp_path / "bad.txt").write_bytes(b"ok\xff\xff")
    with pytest.raises(EncodingError, match=r"bad\.txt: .*0xff at offset 2"):
        read_text(tmp_path / "bad.txt")


def test_the_limit_of_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(page=2 * 2**20)
    path = tmp_path / "big.txt"
    path.write_bytes(b"a" * 2 * 2**20)
    assert len(read_text(path, limits)) == 2 * 2**20
    path.write_bytes(b"a" * (2 * 2**20 + 1))
    with pytest.raises(InputError, match="larger than 2 MiB; split it"):
        read_text(path, limits)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"a" * (2 * 2**20 + 1))))
    with pytest.raises(InputError, match="-: larger than 2 MiB"):
        read_text("-", limits)


def test_a_file_far_over_the_limit_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "hole.txt"
    with path.open("wb") as file:
        file.truncate(2**40)  # a hole: it takes no room on the disk
    with pytest.raises(InputError, match="larger than 1 MiB"):
        read_text(path, Limits(page=2**20))
