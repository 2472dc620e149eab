"""What the commands read: kinds, packed files, and records of which a broken one stops nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import EncodingError, InputError
from classify.read import Record, kind_of, read_records, read_source, streams
from classify.read import records as records_module

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


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inputs")


# -- kinds -------------------------------------------------------------------------------------


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


# -- packed files ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["page.txt.gz", "page.TXT.GZ", "page.txt"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_gzip_is_unpacked(write: Callable[[str, bytes], str], name: str, encoding: str) -> None:
    assert read_source(write(name, gzip.compress(TEXT.encode(encoding)))) == TEXT


def test_plain_text_is_taken_as_it_is(write: Callable[[str, str | bytes], str]) -> None:
    assert read_source(write("page.txt", TEXT)) == TEXT
    assert read_source(write("empty.txt", "")) == ""
    assert read_source(write("empty.gz", gzip.compress(b""))) == ""


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
        read_source(write("page.gz", data))


def test_bad_bytes_in_gzip_name_the_file(write: Callable[[str, bytes], str]) -> None:
    with pytest.raises(EncodingError, match=r"page\.gz: .*0xff at offset 2"):
        read_source(write("page.gz", gzip.compress(b"ok\xff\xff")))


def test_the_unpacked_limit(write: Callable[[str, bytes], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_UNPACKED", 2**20)
    path = write("bomb.gz", gzip.compress(b"a" * 2**20))
    assert len(read_source(path)) == 2**20
    with pytest.raises(InputError, match=r"bomb\.gz: unpacks to more than"):
        read_source(write("bomb.gz", gzip.compress(b"a" * (2**20 + 1))))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(gzip.compress(TEXT.encode()))))
    assert read_source("-") == TEXT


def test_zstandard_is_unpacked(write: Callable[[str, bytes], str]) -> None:
    zstandard = pytest.importorskip("zstandard", reason="needs the extra for archives")
    packed = zstandard.compress(TEXT.encode())
    assert read_source(write("page.txt.zst", packed)) == TEXT
    assert read_source(write("page.txt.zst", packed + packed)) == TEXT * 2
    for bad in (packed[:-5], b"no zstandard"):
        with pytest.raises(InputError, match=r"page\.zst: damaged Zstandard"):
            read_source(write("page.zst", bad))


# -- JSON lines --------------------------------------------------------------------------------


def fields(records: list[Record]) -> list[dict[str, Any]]:
    assert not any(r.problem for r in records)
    return [r.fields for r in records]


def test_a_broken_line_is_told_and_the_rest_done(write: Callable[[str, str], str]) -> None:
    text = """{"text": "甲"}
{"text": "乙"

["丙"]
{"title": "丁"}
{"text": 5}
{"text": "己", "title": 7}
{"text": "庚"}
"""
    records = list(read_records(write("r.jsonl", text)))
    assert [(r.line, bool(r.problem)) for r in records] == [
        (1, False),
        (2, True),
        (4, True),
        (5, True),
        (6, True),
        (7, True),
        (8, False),
    ]
    told = [r.problem for r in records if r.problem]
    assert [t.startswith(f"line {n}") for t, n in zip(told, (2, 4, 5, 6, 7), strict=True)] == [True] * 5
    assert [
        part in t for t, part in zip(told, ("no JSON", "no object", "text", "text", "title"), strict=True)
    ] == [True] * 5
    assert not any("\n" in t for t in told)
    assert all(not r.fields for r in records if r.problem)


@pytest.mark.parametrize(
    "bad",
    [
        "[" * 100_000,
        '{"text": ' + "9" * 5000 + "}",
        "nonsense",
        '{"text": "\x01"}',
        '{"text": "a" "b"}',
        "null",
        '{"text": null}',
    ],
    ids=["nested", "long number", "a word", "a control", "two values", "null", "text is null"],
)
def test_odd_lines_are_problems(write: Callable[[str, str], str], bad: str) -> None:
    first, second = read_records(write("r.jsonl", bad + '\n{"text": "甲"}'))
    assert first.problem.startswith("line 1")
    assert (second.line, second.fields) == (2, {"text": "甲"})


def test_other_fields_pass_through(write: Callable[[str, str], str]) -> None:
    record = {
        "id": 7,
        "text": "甲\u2028乙\n丙",
        "more": {"a": [1, None, True]},
        "title": None,
        "": "x",
        "ü": 1.5,
    }
    path = write("r.jsonl", json.dumps(record) + "\r\n" + json.dumps(record, ensure_ascii=False))
    assert fields(list(read_records(path))) == [record, record]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_records_in_any_encoding(write: Callable[[str, bytes], str], encoding: str) -> None:
    record = {"text": "河道清淤"}
    line = json.dumps(record, ensure_ascii=False) + "\n"
    assert fields(list(read_records(write("r.jsonl", line.encode(encoding))))) == [record]
    assert fields(list(read_records(write("r.jsonl.gz", gzip.compress(line.encode(encoding)))))) == [record]


@pytest.mark.parametrize("text", ["", "\n", " \r\n\n"])
def test_no_records(write: Callable[[str, str], str], text: str) -> None:
    assert list(read_records(write("r.jsonl", text))) == []


def test_a_line_in_another_encoding_is_read(write: Callable[[str, bytes], str]) -> None:
    lines = ['{"text": "清淤"}\n'.encode(), '{"text": "造林"}\n'.encode("gb18030"), b'{"text": "\xff"}\n']
    first, second, third = read_records(write("r.jsonl", b"".join(lines)))
    assert fields([first, second]) == [{"text": "清淤"}, {"text": "造林"}]
    assert third.problem.startswith("line 3: neither UTF-8 nor GB18030: byte 0xff at offset 10")


def test_a_line_beyond_the_limit_is_told_and_the_rest_done(
    write: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records_module, "MAX_RECORD", 3 * 2**20)
    long, short = '{"text": "' + "清" * 2**21 + '"}', '{"text": "淤"}'
    records = list(read_records(write("r.jsonl", "\n".join([short, long, "", short]))))
    assert [(r.line, bool(r.problem)) for r in records] == [(1, False), (2, True), (4, False)]
    assert records[1].problem == "line 2 is longer than 3 MiB; cut it"


def test_blocks_change_nothing(write: Callable[[str, str], str]) -> None:
    """Files of more than a block, with lines across its edge."""
    written = [{"text": "清" * (k % 700 + 1), "k": k} for k in range(4000)]
    lines = "\r\n".join(json.dumps(row, ensure_ascii=False) for row in written)
    found = list(read_records(write("r.jsonl", lines)))
    assert fields(found) == written
    assert [r.line for r in found] == list(range(1, 4001))
    rows = "text,k\r\n" + "".join(f'"{row["text"]}\r\n{row["k"]}",{row["k"]}\r\n' for row in written)
    found = list(read_records(write("r.csv", rows)))
    assert [r.fields["text"] for r in found] == [f"{row['text']}\r\n{row['k']}" for row in written]
    assert [r.line for r in found] == list(range(2, 8002, 2))


# -- CSV ---------------------------------------------------------------------------------------


def test_quotes_and_newlines_inside_fields(write: Callable[[str, str], str]) -> None:
    rows = 'id,text,title\r\n1,"甲，说：""好""\n乙, 丙",题\r\n2,丁,\r\n'
    records = list(read_records(write("r.csv", rows)))
    assert fields(records) == [
        {"id": "1", "text": '甲，说："好"\n乙, 丙', "title": "题"},
        {"id": "2", "text": "丁", "title": ""},
    ]
    assert [r.line for r in records] == [2, 4]


def test_a_short_row_has_empty_fields(write: Callable[[str, str], str]) -> None:
    assert fields(list(read_records(write("r.csv", "text,title,id\n甲\n")))) == [
        {"text": "甲", "title": "", "id": ""}
    ]


def test_a_long_row_is_told_and_the_rest_done(write: Callable[[str, str], str]) -> None:
    records = list(read_records(write("r.csv", "text\n甲\n乙,丙\n丁\n")))
    assert [(r.line, r.fields) for r in records] == [(2, {"text": "甲"}), (3, {}), (4, {"text": "丁"})]
    assert records[1].problem == "line 3 has more fields than the first line; quote its commas"


def test_blank_lines_between_rows_are_counted(write: Callable[[str, str], str]) -> None:
    records = list(read_records(write("r.csv", "text\n甲\n\n\n乙,丙\n")))
    assert [r.line for r in records] == [2, 5]


@pytest.mark.parametrize("header", ["", "\n", "title,id\n甲,1\n", "Text\n甲\n", "甲\n"])
def test_a_missing_text_column(write: Callable[[str, str], str], header: str) -> None:
    with pytest.raises(InputError, match=r"r\.csv: no column `text` in its first line"):
        list(read_records(write("r.csv", header)))


def test_a_field_of_a_megabyte(write: Callable[[str, str], str]) -> None:
    text = "清淤，" * 350_000
    assert fields(list(read_records(write("r.csv", f'text\n"{text}"\n')))) == [{"text": text}]


def test_an_open_quote_is_told(write: Callable[[str, str], str]) -> None:
    records = list(read_records(write("r.csv", 'text\n甲\n"乙\n丙\n')))
    assert records[0].fields == {"text": "甲"}
    assert records[-1].problem


def test_the_limit_of_csv_is_left_alone(write: Callable[[str, str], str]) -> None:
    before = csv.field_size_limit(131_072)
    try:
        list(read_records(write("r.csv", "text\n甲\n")))
        assert csv.field_size_limit() == 131_072
    finally:
        csv.field_size_limit(before)


cells = st.text(alphabet="清淤a,\"'\n ;\t，", max_size=12)


@given(st.lists(st.tuples(cells.filter(str.strip), cells), max_size=6))
def test_what_csv_wrote_comes_back(scratch: Path, rows: list[tuple[str, str]]) -> None:
    path = scratch / "r.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("text", "note"), *rows])
    assert fields(list(read_records(str(path)))) == [{"text": text, "note": note} for text, note in rows]


values = st.text(max_size=10) | st.integers() | st.none()


@given(st.lists(st.dictionaries(st.text(max_size=5), values, max_size=3), max_size=5), st.booleans())
def test_what_json_wrote_comes_back(scratch: Path, rows: list[dict[str, Any]], ascii_only: bool) -> None:
    written = [{**row, "text": "甲", "title": "乙"} for row in rows]
    path = scratch / "r.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in written), "utf-8")
    assert fields(list(read_records(str(path)))) == written
