"""Files and the members of zip files in parts; what is wrong with one is a part that says so."""

from __future__ import annotations

import gzip
import json
import pickle
import zipfile
from typing import TYPE_CHECKING

import pytest

from classify.errors import EncodingError
from classify.options import ReadOptions
from classify.read import Limits
from classify.read.listing import InputFile
from classify.read.parts import FilePart, RecordBatch, read_parts
from classify.read.records import LineBlock

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = [{"text": f"第{i}条", "id": str(i)} for i in range(40)]
JSONL = "".join(json.dumps(r) + "\n" for r in RECORDS)
CSV = "text,id\n" + "".join(f"{r['text']},{r['id']}\n" for r in RECORDS)


def parts_of(
    path: Path, kind: str = "auto", part_bytes: int = 200, limits: Limits | None = None
) -> list[FilePart]:
    options = ReadOptions(kind)  # type: ignore[arg-type]
    found = list(
        read_parts(InputFile.of(str(path)), options, part_bytes=part_bytes, limits=limits or Limits())
    )
    size = path.stat().st_size if path.exists() else 0
    assert [read for _, read in found] == sorted(read for _, read in found)
    assert all(read <= size for _, read in found)
    return [part for part, _ in found]


def test_a_page_is_one_part(tmp_path: Path) -> None:
    path = tmp_path / "第1版.txt.gz"
    path.write_bytes(gzip.compress("水库蓄水。".encode("gb18030") * 100))
    (part,) = parts_of(path)
    assert (part.name, part.kind, part.page()) == (str(path), "page", "水库蓄水。" * 100)
    assert parts_of(path, "article")[0].kind == "article"


@pytest.mark.parametrize(
    ("name", "data"), [("r.jsonl", JSONL), ("r.csv", CSV), ("records", JSONL), ("records", CSV)]
)
def test_records_come_in_parts_of_the_size_asked_for(name: str, data: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(data, "utf-8")
    for size in (1, 100, 10_000):
        parts = parts_of(path, part_bytes=size)
        assert (len(parts) == 1) == (size == 10_000)
        numbered = [(n, r.fields) for part in parts for n, r in part.records()]
        assert numbered == list(enumerate(RECORDS, 1))


def test_parts_can_be_sent_to_another_process(tmp_path: Path) -> None:
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (("r.jsonl", JSONL), ("r.csv", CSV), ("a.txt", "水库蓄水"), ("坏.zip", "")):
            archive.writestr(name, data)
    parts = parts_of(path)
    assert {type(part.content) for part in parts} == {bytes, LineBlock, RecordBatch, str}
    assert pickle.loads(pickle.dumps(parts)) == parts


def test_members_of_a_zip_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow
    import pyarrow.parquet as parquet

    parquet.write_table(pyarrow.Table.from_pylist(RECORDS), tmp_path / "r.parquet")
    path = tmp_path / "包.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("版面/第1版.txt", "水库蓄水")
        archive.writestr("__MACOSX/._第1版.txt", b"\0")
        archive.writestr("版面/.隐.txt", "不读")
        archive.writestr("图.jpg", b"\xff\xd8")
        archive.write(tmp_path / "r.parquet", "r.parquet")
        archive.writestr("r.csv.gz", gzip.compress(CSV.encode()))
        archive.writestr("坏.csv.gz", gzip.compress(CSV.encode())[:-9])
        archive.writestr("内.zip", b"PK")
    parts = parts_of(path, part_bytes=2**20)
    assert [part.member for part in parts] == [
        "版面/第1版.txt",
        "r.parquet",
        "r.csv.gz",
        "坏.csv.gz",
        "内.zip",
    ]
    assert parts[0].name == f"{path}/版面/第1版.txt"
    for part in parts[1:3]:
        assert [record.fields for _, record in part.records()] == RECORDS
    assert "make the zip file again" in str(parts[3].content)
    assert parts[4].content == "a zip file in a zip file; unpack it"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_in_a_zip_file_without_the_flag_for_utf8(encoding: str, tmp_path: Path) -> None:
    name = "版面".encode(encoding)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("X" * len(name) + ".txt", "水库蓄水")
    # Chinese versions of Windows write names in GB18030.
    path.write_bytes(path.read_bytes().replace(b"X" * len(name), name))
    assert [part.member for part in parts_of(path)] == ["版面.txt"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("no.txt", None, "no such file; check the name"),
        ("坏.zip", b"PK\x03\x04", "damaged or no zip file"),
        ("坏.jsonl.gz", gzip.compress(b"{}", mtime=0)[:-9], "damaged gzip"),
        ("坏.csv", b"a,b\n", "no column `text`"),
        ("坏.jsonl", b"\0", "not text: byte 0x00"),
        ("大.txt", b"x" * 2000, "larger than 0 MiB; split it"),
    ],
)
def test_what_cannot_be_read_is_a_part_that_says_so(
    name: str, data: bytes | None, says: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    *_, last = parts_of(path, limits=Limits(page=1000))
    assert isinstance(last.content, str)
    assert says in last.content
    assert str(path) not in last.content


def test_a_page_that_is_no_text_is_found_where_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "坏.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("坏.txt", b"\0")
    (part,) = parts_of(path)
    with pytest.raises(EncodingError, match=r"^坏\.txt: not text"):
        part.page()


def test_a_member_with_a_password(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flags of the member and of the list
        data[data.index(mark) + at] |= 1
    path.write_bytes(data)
    (part,) = parts_of(path)
    assert part.content == "is encrypted; unpack it and give the files"


def test_a_damaged_or_strange_member_loses_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name in ("1.txt", "2.txt", "3.txt"):
            archive.writestr(name, "林场造林。" * 100)
    with zipfile.ZipFile(path) as archive:
        offsets = [member.header_offset for member in archive.infolist()]
    data = bytearray(path.read_bytes())
    data[offsets[1] + 50 : offsets[1] + 60] = b"\xff" * 10  # inside the packed bytes
    path.write_bytes(data)
    contents = [part.content for part, _ in read_parts(InputFile.of(str(path)))]
    assert [type(content) for content in contents] == [bytes, str, bytes]
    assert "can't be unpacked" in str(contents[1])
    unknown = path.read_bytes().replace(b"\x0e\x00", b"\x63\x00")  # method 14, LZMA, becomes 99
    path.write_bytes(unknown)
    contents = [part.content for part, _ in read_parts(InputFile.of(str(path)))]
    assert len(contents) == 3
    assert all("packed in a way that Python can't unpack" in str(content) for content in contents)
