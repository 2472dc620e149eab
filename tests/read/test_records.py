"""Records of JSON Lines, CSV and Parquet: what is read, and that a broken record stops nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import EncodingError, InputError
from classify.read import Limits, Record, read_records
from classify.read.records import line_blocks, parse_lines, read_csv
from classify.text.encoding import detect_stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECORDS = [
    {"text": "青河县林业局启动春季造林。", "title": "造林", "id": 1},
    {"text": "第二条\n有两行", "id": 2},
    {"text": "“第三条”，带逗号", "tags": ["甲", "乙"]},
]


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
    return tmp_path_factory.mktemp("records")


def jsonl(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()


def good(records: list[Record]) -> list[dict[str, Any]]:
    assert [r.problem for r in records] == [""] * len(records)
    return [r.fields for r in records]


def fields(path: Path) -> list[dict[str, Any]]:
    return good(list(read_records(path)))


# -- JSON Lines -----------------------------------------------------------------------------------


def test_a_broken_line_is_told_and_the_rest_done(write: Callable[[str, str], str]) -> None:
    text = """{"text": "甲"}
{"text": "乙"

["丙"]
{"title": "丁"}
{"text": 5}
{"text": "己", "title": [7]}
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
    assert good(list(read_records(path))) == [record, record]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_records_in_any_encoding(write: Callable[[str, bytes], str], encoding: str) -> None:
    record = {"text": "河道清淤"}
    line = json.dumps(record, ensure_ascii=False) + "\n"
    assert good(list(read_records(write("r.jsonl", line.encode(encoding))))) == [record]
    assert good(list(read_records(write("r.jsonl.gz", gzip.compress(line.encode(encoding)))))) == [record]


@pytest.mark.parametrize("text", ["", "\n", " \r\n\n"])
def test_no_records(write: Callable[[str, str], str], text: str) -> None:
    assert list(read_records(write("r.jsonl", text))) == []


def test_a_line_in_another_encoding_is_read(write: Callable[[str, bytes], str]) -> None:
    lines = ['{"text": "清淤"}\n'.encode(), '{"text": "造林"}\n'.encode("gb18030"), b'{"text": "\xff"}\n']
    first, second, third = read_records(write("r.jsonl", b"".join(lines)))
    assert good([first, second]) == [{"text": "清淤"}, {"text": "造林"}]
    assert third.problem.startswith("line 3: neither UTF-8 nor GB18030: byte 0xff at offset 10")


def test_a_line_beyond_the_limit_is_told_and_the_rest_done(
    write: Callable[[str, str], str],
) -> None:
    long, short = '{"text": "' + "清" * 2**21 + '"}', '{"text": "淤"}'
    path = write("r.jsonl", "\n".join([short, long, "", short]))
    records = list(read_records(path, Limits(record=3 * 2**20)))
    assert [(r.line, bool(r.problem)) for r in records] == [(1, False), (2, True), (4, False)]
    assert records[1].problem == "line 2 is longer than 3 MiB; cut it"


def test_blocks_change_nothing(write: Callable[[str, str], str]) -> None:
    """Files of more than a block, with lines across its edge."""
    written = [{"text": "清" * (k % 700 + 1), "k": k} for k in range(4000)]
    lines = "\r\n".join(json.dumps(row, ensure_ascii=False) for row in written)
    found = list(read_records(write("r.jsonl", lines)))
    assert good(found) == written
    assert [r.line for r in found] == list(range(1, 4001))
    rows = "text,k\r\n" + "".join(f'"{row["text"]}\r\n{row["k"]}",{row["k"]}\r\n' for row in written)
    found = list(read_records(write("r.csv", rows)))
    assert [r.fields["text"] for r in found] == [f"{row['text']}\r\n{row['k']}" for row in written]
    assert [r.line for r in found] == list(range(2, 8002, 2))


values = st.text(max_size=10) | st.integers() | st.none()


@given(st.lists(st.dictionaries(st.text(max_size=5), values, max_size=3), max_size=5), st.booleans())
def test_what_json_wrote_comes_back(scratch: Path, rows: list[dict[str, Any]], ascii_only: bool) -> None:
    written = [{**row, "text": "甲", "title": "乙"} for row in rows]
    path = scratch / "r.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in written), "utf-8")
    assert good(list(read_records(str(path)))) == written


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
    blocks = list(line_blocks(io.BytesIO(data), "x", size=size))
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


def test_a_line_without_end_is_told_and_not_held(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(jsonl(RECORDS[:1]) + b"x" * 5000 + b"\n" + jsonl(RECORDS[1:2]))
    found = list(read_records(path, Limits(record=1000, block=100)))
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


def test_a_character_cut_at_the_end_of_the_sample_is_no_other_encoding() -> None:
    data = jsonl(RECORDS)
    for sample in range(8, 30):
        stream, encoding = detect_stream(io.BytesIO(data), "r.jsonl", sample=sample)
        assert (stream.read(), encoding) == (data, "utf-8")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(EncodingError, match="0x00"):
        list(read_records(str(path)))


@pytest.mark.parametrize(
    ("title", "read"),
    [("2023", "2023"), ("-1.50", "-1.5"), ("null", None), ("NaN", None), ("1e999", None), ('""', "")],
)
def test_a_title_that_is_a_number_is_its_digits(
    title: str, read: str | None, write: Callable[[str, str], str]
) -> None:
    (record,) = read_records(write("r.jsonl", f'{{"text": "甲", "title": {title}}}'))
    assert (record.fields["title"], record.problem) == (read, "")


@pytest.mark.parametrize("title", ["true", "[]", '{"a": 1}'])
def test_a_title_that_is_no_text_is_a_problem(title: str, write: Callable[[str, str], str]) -> None:
    (record,) = read_records(write("r.jsonl", f'{{"text": "甲", "title": {title}}}'))
    assert record.problem == "line 1: `title` is no string; make it one"


def test_numbers_that_json_does_not_have_become_null(write: Callable[[str, str], str]) -> None:
    line = '{"text": "甲", "id": NaN, "more": [Infinity, -Infinity, 1e999, 1.5, {"a": NaN}]}'
    (record,) = read_records(write("r.jsonl", line))
    assert record.fields == {"text": "甲", "id": None, "more": [None, None, None, 1.5, {"a": None}]}
    json.dumps(record.fields, allow_nan=False)


def test_a_text_that_is_nan_is_a_problem(write: Callable[[str, str], str]) -> None:
    (record,) = read_records(write("r.jsonl", '{"text": NaN}'))
    assert record.problem == "line 1 has no string `text`; add it"


@pytest.mark.parametrize("name", ["records", "records.json", "records.txt"])
@pytest.mark.parametrize("data", ['{"text": "甲", "id": "1"}', "text,id\n甲,1\n"], ids=["jsonl", "csv"])
def test_records_under_a_name_that_does_not_say_so(
    name: str, data: str, write: Callable[[str, str], str]
) -> None:
    assert good(list(read_records(write(name, data)))) == [{"text": "甲", "id": "1"}]


# -- CSV and Parquet ------------------------------------------------------------------------------


def test_quotes_and_newlines_inside_fields(write: Callable[[str, str], str]) -> None:
    rows = 'id,text,title\r\n1,"甲，说：""好""\n乙, 丙",题\r\n2,丁,\r\n'
    records = list(read_records(write("r.csv", rows)))
    assert good(records) == [
        {"id": "1", "text": '甲，说："好"\n乙, 丙', "title": "题"},
        {"id": "2", "text": "丁", "title": ""},
    ]
    assert [r.line for r in records] == [2, 4]


def test_columns_of_one_name_are_all_kept(write: Callable[[str, str], str]) -> None:
    path = write("r.csv", "text,note,note,note_2,,\n甲,1,2,3,4,5\n")
    want = {"text": "甲", "note": "1", "note_2": "2", "note_2_2": "3", "": "4", "_2": "5"}
    assert good(list(read_records(path))) == [want]


def test_a_short_row_has_empty_fields(write: Callable[[str, str], str]) -> None:
    assert good(list(read_records(write("r.csv", "text,title,id\n甲\n")))) == [
        {"text": "甲", "title": "", "id": ""}
    ]


def test_a_long_row_is_told_and_the_rest_done(write: Callable[[str, str], str]) -> None:
    records = list(read_records(write("r.csv", "text\n甲\n乙,丙\n丁\n")))
    assert [(r.line, r.fields) for r in records] == [(2, {"text": "甲"}), (3, {}), (4, {"text": "丁"})]
    assert records[1].problem == "line 3 has more fields than the first line; quote its commas"


def test_blank_lines_between_rows_are_counted(write: Callable[[str, str], str]) -> None:
    records = list(read_records(write("r.csv", "text\n甲\n\n\n乙,丙\n")))
    assert [r.line for r in records] == [2, 5]


@pytest.mark.parametrize("header", ["", "\n", "title,id\n甲,1\n", "甲\n"])
def test_a_missing_text_column(write: Callable[[str, str], str], header: str) -> None:
    with pytest.raises(InputError, match=r"r\.csv: no column `text` in its first line"):
        list(read_records(write("r.csv", header)))


def test_a_field_of_a_megabyte(write: Callable[[str, str], str]) -> None:
    text = "清淤，" * 350_000
    assert good(list(read_records(write("r.csv", f'text\n"{text}"\n')))) == [{"text": text}]


def test_the_limit_of_a_record(write: Callable[[str, str], str]) -> None:
    limits = Limits(record=200_000)
    path = write("r.csv", "text\n" + "清" * 199_999 + "\n甲\n")
    assert [len(r.fields["text"]) for r in read_records(path, limits)] == [199_999, 1]
    for quote in ("", '"'):
        path = write("r.csv", f"text\n乙\n{quote}" + "清" * 200_001 + f"{quote}\n甲\n")
        first, last = read_records(path, limits)
        assert first.fields == {"text": "乙"}
        assert (
            last.problem == "line 3: it is longer than 0 Mi characters; mend its quotes, the rest is not read"
        )


def test_an_open_quote_is_told(write: Callable[[str, str], str]) -> None:
    records = list(read_records(write("r.csv", 'text\n甲\n"乙\n丙\n')))
    assert records[0].fields == {"text": "甲"}
    assert records[-1].problem


cells = st.text(alphabet="清淤a,\"'\n ;\t，", max_size=12)


@given(st.lists(st.tuples(cells.filter(str.strip), cells), max_size=6))
def test_what_csv_wrote_comes_back(scratch: Path, rows: list[tuple[str, str]]) -> None:
    path = scratch / "r.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("text", "note"), *rows])
    assert good(list(read_records(str(path)))) == [{"text": text, "note": note} for text, note in rows]


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


def test_csv_in_blocks_of_any_size() -> None:
    rows = [{"text": f'第{i}条，“引号"”\r\n下一行', "title": "题" * (i % 3), "id": str(i)} for i in range(50)]
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, ["text", "title", "id"])
    writer.writeheader()
    writer.writerows(rows)
    for encoding in ("utf-8", "gb18030"):
        data = buffer.getvalue().encode(encoding)
        for block in (1, 2, 7, 1000):
            assert good(list(read_csv(io.BytesIO(data), "r.csv", Limits(block=block)))) == rows


def test_csv_says_where_its_quotes_go_wrong(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text('text\n一\n"' + "不关\n" * 1000, encoding="utf-8")
    found = list(read_records(path, Limits(record=1000)))
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
