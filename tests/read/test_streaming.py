"""Records and compressed sources, read as a stream."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import EncodingError, InputError
from classify.read import kind_of, line_blocks, parse_lines, read_records, read_source
from classify.read import records as records_module

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = [
    {"text": "青河县林业局启动春季造林。", "title": "造林", "id": 1},
    {"text": "第二条\n有两行", "id": 2},
    {"text": "“第三条”，带逗号", "tags": ["甲", "乙"]},
]


def jsonl(records: list[dict[str, Any]], *, ascii: bool = False) -> bytes:
    return "".join(json.dumps(r, ensure_ascii=ascii) + "\n" for r in records).encode()


def fields(path: Path) -> list[dict[str, Any]]:
    found = list(read_records(str(path)))
    assert [r.problem for r in found] == [""] * len(found)
    return [r.fields for r in found]


def zstd(data: bytes) -> bytes:
    return pytest.importorskip("zstandard").ZstdCompressor().compress(data)


# -- JSON Lines -----------------------------------------------------------------------------------


@given(
    st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), max_size=12),
    st.integers(1, 40),
    st.booleans(),
)
def test_blocks_of_any_size_hold_the_same_records(texts: list[str], size: int, ends: bool) -> None:
    data = "\n".join(
        json.dumps({"text": t}, ensure_ascii=False) if t.encode().strip() else t for t in texts
    ).encode()
    data += b"\n" if ends else b""
    lines = data.decode().split("\n")
    want = [(i, json.loads(line)["text"]) for i, line in enumerate(lines, 1) if line.encode().strip()]
    blocks = list(line_blocks(io.BytesIO(data), "x", size))
    assert b"".join(b.data for b in blocks) == data
    got = []
    for block in blocks:
        assert block.records == len(got)
        got += [(r.line, r.fields.get("text")) for r in parse_lines(block)]
    assert got == want


def test_a_broken_line_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    good = jsonl(RECORDS[:1])
    path.write_bytes(good + b"{\n\n[1]\n" + b'{"text": 3}\n' + b"\xff\xff\n" + b"[" * 100_000 + b"\n" + good)
    found = list(read_records(str(path)))
    assert [(r.line, bool(r.problem)) for r in found] == [
        (1, False), (2, True), (4, True), (5, True), (6, True), (7, True), (8, False),
    ]  # fmt: skip


def test_a_line_without_end_is_told_and_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_module, "MAX_RECORD", 1000)
    monkeypatch.setattr(records_module, "BLOCK", 100)
    path = tmp_path / "r.jsonl"
    path.write_bytes(jsonl(RECORDS[:1]) + b"x" * 5000 + b"\n" + jsonl(RECORDS[1:2]))
    found = list(read_records(str(path)))
    assert [(r.line, bool(r.problem)) for r in found] == [(1, False), (2, True), (3, False)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom", "utf-32"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "r.jsonl"
    text = jsonl(RECORDS).decode()
    path.write_bytes(
        ("\ufeff" + text).encode("utf-16-le") if encoding.endswith("bom") else text.encode(encoding)
    )
    assert fields(path) == RECORDS


def test_one_line_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(jsonl(RECORDS[:1]) + jsonl(RECORDS[1:2]).decode().encode("gb18030") + jsonl(RECORDS[2:]))
    assert fields(path) == RECORDS


def test_broken_utf8_is_not_read_as_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    whole = '{"text": "林业局部署森林防火工作，护林员上山巡查，镇里备好灭火器材。"}\n'.encode()
    at = whole.index("森".encode())
    path.write_bytes(whole + whole[: at + 1] + whole[at + 3 :] + whole)
    first, second, third = read_records(str(path))
    assert first.fields == third.fields == json.loads(whole)
    assert second.line == 2
    assert second.problem.startswith("line 2: UTF-8 but for byte 0xe6")


def test_short_lines_of_a_gb18030_file_are_not_taken_for_utf8(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"  # 木偶 in GB18030 is a word of two Latin letters in UTF-8
    records = [{"text": "林业局部署森林防火工作"}, {"text": "木偶"}, {"text": "ok"}]
    path.write_bytes(jsonl(records).decode().encode("gb18030"))
    assert fields(path) == records


def test_broken_utf8_in_a_gb18030_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    line = '{"text": "林业局部署森林防火工作，护林员上山巡查，镇里备好灭火器材"}\n'
    broken = line.encode()
    broken = broken.replace("材".encode(), "材".encode()[:-1])
    path.write_bytes(line.encode("gb18030") * 50 + broken)
    *rest, last = read_records(str(path))
    assert all(r.fields == json.loads(line) for r in rest)
    assert last.problem.startswith("line 51: UTF-8 but for byte")


def test_an_open_quote_in_the_first_line_of_csv_is_told(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text('text,"title\n新闻,a\n', "utf-8")
    with pytest.raises(InputError, match="line 1: a quote is never closed"):
        list(read_records(str(path)))


def test_broken_utf8_in_csv_is_told(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    rows = ("text\n" + "林业局部署森林防火工作，护林员上山巡查。\n" * 9).encode()
    path.write_bytes(rows[:-9] + rows[-8:])
    assert "not utf-8; save the file as UTF-8" in list(read_records(str(path)))[-1].problem


def test_a_character_cut_at_the_end_of_the_head_is_no_other_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(jsonl(RECORDS))
    for head in range(8, 30):
        monkeypatch.setattr("classify.read.streams.HEAD", head)
        assert fields(path) == RECORDS


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(EncodingError, match="0x00"):
        list(read_records(str(path)))


# -- CSV and Parquet ------------------------------------------------------------------------------


def test_csv_as_the_csv_module_reads_it_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"text": f'第{i}条，“引号"”\r\n下一行', "title": "题" * (i % 3), "id": str(i)} for i in range(50)]
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, ["text", "title", "id"])
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "r.csv"
    for encoding in ("utf-8", "gb18030"):
        path.write_bytes(buffer.getvalue().encode(encoding))
        for block in (1, 2, 7, 1000):
            monkeypatch.setattr(records_module, "BLOCK", block)
            assert fields(path) == rows


def test_csv_says_where_its_quotes_or_bytes_go_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_module, "MAX_RECORD", 1000)
    path = tmp_path / "r.csv"
    path.write_text('text\n一\n"' + "不关\n" * 1000, encoding="utf-8")
    found = list(read_records(str(path)))
    assert [r.line for r in found] == [2, 3]
    assert "quotes" in found[1].problem
    path.write_text("name\n一\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column `text`"):
        list(read_records(str(path)))


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    import datetime

    import pyarrow.parquet as parquet

    table = pyarrow.table(
        {
            "text": [f"第{i}条" for i in range(600)],
            "day": [datetime.date(2023, 1, 1 + i % 28) for i in range(600)],
            "score": [float("nan") if i else 0.5 for i in range(600)],
        }
    )
    path = tmp_path / "r.parquet"
    parquet.write_table(table, path)
    found = list(read_records(str(path)))
    assert [r.line for r in found] == list(range(1, 601))
    assert found[0].fields == {"text": "第0条", "day": "2023-01-01", "score": 0.5}
    assert found[1].fields["score"] is None
    path.write_bytes(b"PAR1 and nothing else PAR1")
    with pytest.raises(InputError, match="Parquet"):
        list(read_records(str(path)))


# -- compression ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".zst", zstd)])
def test_compressed(tmp_path: Path, ending: str, pack: Any) -> None:
    path = tmp_path / f"r.jsonl{ending}"
    half = jsonl(RECORDS[:2])
    path.write_bytes(pack(half) + pack(jsonl(RECORDS[2:])))  # both formats may be joined
    assert fields(path) == RECORDS
    page = tmp_path / f"页.txt{ending}"
    page.write_bytes(pack("一页".encode()))
    assert read_source(str(page)) == "一页"
    assert kind_of(str(path)) == "jsonl"
    assert kind_of(str(page)) == "page"


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".zst", zstd)])
def test_what_is_cut_short_is_an_error_after_what_could_be_read(
    tmp_path: Path, ending: str, pack: Any
) -> None:
    import random

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
    path.write_bytes(bz2.compress(b"x"))
    with pytest.raises(InputError, match="damaged"):
        read_source(str(path))


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
