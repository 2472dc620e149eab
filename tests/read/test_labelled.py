"""Labelled data: three shapes, read alike; what can't be used is an error that says where and what to do."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import CorpusError
from classify.read import Limits
from classify.read.labelled import Corpus, Document, load_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDS = [
    {"title": "水清了", "text": "河道清淤，\n水清了。", "label": "水务"},
    {"title": "", "text": "林场说：“造林，完成了”。", "label": "forestry"},
    {"title": "又清了", "text": "河道又清了。", "label": "水务"},
]


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file and return its path."""

    def write(name: str, data: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
        return path

    return write


def jsonl(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


def json_lines(records: list[dict[str, Any]]) -> str:
    """Records as Python writes them by default: NaN for NaN, lone surrogates as escapes."""
    return "".join(json.dumps(r) + "\n" for r in records)


def as_csv(records: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["label", "text", "title"])
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue()


def told(corpus: Corpus) -> list[tuple[str, str, str]]:
    return [(d.label, d.title, d.text) for d in corpus]


WANT = [(r["label"], r["title"], r["text"]) for r in RECORDS]

# -- shapes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize(
    ("name", "write"), [("d.jsonl", jsonl), ("d.NDJSON", jsonl), ("d.json", jsonl), ("d.csv", as_csv)]
)
def test_files(
    put: Callable[[str, bytes], Path],
    name: str,
    write: Callable[[list[dict[str, Any]]], str],
    encoding: str,
    *,
    packed: bool,
) -> None:
    data = write(RECORDS).encode(encoding)
    corpus = load_corpus(put(name + ".gz", gzip.compress(data)) if packed else put(name, data))
    assert told(corpus) == WANT
    assert corpus.counts == {"forestry": 1, "水务": 2}
    assert corpus.labels == ["水务", "forestry", "水务"]
    assert corpus.texts == [
        "水清了\n河道清淤，\n水清了。",
        "林场说：“造林，完成了”。",
        "又清了\n河道又清了。",
    ]


def test_a_folder(put: Callable[[str, str], Path], tmp_path: Path) -> None:
    put("data/水务/b.txt", "又清了\n\n河道又清了。\n")
    put("data/水务/a.txt", "水清了\r\n河道清淤，\r\n水清了。")
    put("data/forestry/one.txt", "\n只有一行\n")
    put("data/forestry/notes.md", "不读")
    put("data/.hidden/a.txt", "不读\n不读")
    put("data/README.txt", "不读")
    corpus = load_corpus(tmp_path / "data")
    assert told(corpus) == [
        ("forestry", "", "只有一行"),
        ("水务", "水清了", "河道清淤，\n水清了。"),
        ("水务", "又清了", "河道又清了。"),
    ]
    assert [d.source.rpartition("/")[2] for d in corpus] == ["one.txt", "a.txt", "b.txt"]


def test_a_zip_file_of_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        archive.writestr("水务/b.txt", "又清了\n\n河道又清了。\n".encode("gb18030"))
        archive.writestr("水务/a.txt", "水清了\r\n河道清淤。")
        archive.writestr("forestry/one.txt", "只有一行")
        archive.writestr("__MACOSX/a.txt", "不读")
        archive.writestr("README.txt", "不读")
    corpus = load_corpus(tmp_path / "data.zip")
    assert told(corpus) == [
        ("forestry", "", "只有一行"),
        ("水务", "水清了", "河道清淤。"),
        ("水务", "又清了", "河道又清了。"),
    ]
    assert corpus.documents[1].source == f"{tmp_path / 'data.zip'}/水务/a.txt"
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04")
    assert "make the zip file again" in refused(tmp_path / "bad.zip")


def test_a_zip_file_of_files_of_records(put: Callable[[str, str | bytes], Path], tmp_path: Path) -> None:
    """As data portals and labelling programs give them, in a folder or not, beside a file that says what they are."""
    with zipfile.ZipFile(tmp_path / "导出.zip", "w") as archive:
        archive.writestr("导出/甲.jsonl", jsonl(RECORDS[:1]))
        archive.writestr("导出/乙.csv.gz", gzip.compress(as_csv(RECORDS[1:]).encode("utf-8-sig")))
        archive.writestr("导出/说明.txt", "不读")
        archive.writestr("__MACOSX/._甲.jsonl", b"\0")
    corpus = load_corpus(tmp_path / "导出.zip")
    assert told(corpus) == WANT
    assert corpus.skipped == {"files without records": 1}
    assert corpus.documents[0].source == f"{tmp_path / '导出.zip'}/导出/甲.jsonl, line 1"


def test_a_folder_of_files_of_records(put: Callable[[str, str | bytes], Path], tmp_path: Path) -> None:
    put("data/2023/a.jsonl", jsonl(RECORDS[:2]))
    put("data/2024/b.csv", as_csv(RECORDS[2:]))
    put("data/README.txt", "不读")
    put("data/notes.md", "不读")
    corpus = load_corpus(tmp_path / "data")
    assert told(corpus) == WANT
    assert corpus.skipped == {"files without records": 1, ".md": 1}
    bad = put("data/2024/c.jsonl", '{"text": "甲", "label": "水务"}\n{')
    assert refused(tmp_path / "data").startswith(f"{bad}, line 2 is no JSON")
    bad.write_bytes(b"\xff\xfd\xff")
    assert refused(tmp_path / "data").startswith(f"{bad}, line 1: neither UTF-8 nor GB18030")
    bad.write_bytes(b"PAR1" * 4)
    assert refused(tmp_path / "data").startswith(f"{bad}: ")
    bad.write_text(" \n" * 2_000, "utf-8")
    with pytest.raises(CorpusError, match=r"larger than 0 MiB; split it"):
        load_corpus(tmp_path / "data", Limits(labelled=1_000))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes with names")
def test_a_pipe_with_a_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管")
    writer = Thread(target=(tmp_path / "管").write_text, args=(jsonl(RECORDS), "utf-8"))
    writer.start()
    assert told(load_corpus(tmp_path / "管", pipes=True)) == WANT
    writer.join()
    assert "is a pipe or a device" in refused(tmp_path / "管")


def test_records_beside_texts_of_sections_are_left_out(
    put: Callable[[str, str | bytes], Path], tmp_path: Path
) -> None:
    put("data/水务/a.txt", "水清了\n河道清淤。")
    put("data/林业/a.txt", "树绿了\n林场造林。")
    put("data/index.csv", "text,label\n甲,乙\n")
    corpus = load_corpus(tmp_path / "data")
    assert told(corpus) == [("林业", "树绿了", "林场造林。"), ("水务", "水清了", "河道清淤。")]
    assert corpus.skipped == {"files beside the folders of sections": 1}


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as parquet

    parquet.write_table(pyarrow.Table.from_pylist(RECORDS), tmp_path / "d.parquet")
    assert told(load_corpus(tmp_path / "d.parquet")) == WANT


def test_numbers_are_the_same_labels_in_all_formats(put: Callable[[str, str], Path]) -> None:
    as_json = put("d.jsonl", '{"text": "甲", "label": 1}\n{"text": "乙", "label": "1"}\n')
    as_csv = put("d.csv", "text,label\n甲,1\n乙,1\n")
    assert load_corpus(as_json).labels == load_corpus(as_csv).labels == ["1", "1"]
    assert load_corpus(as_json).digest == load_corpus(as_csv).digest


def test_a_list_of_sections_stands_for_a_label(put: Callable[[str, str], Path]) -> None:
    (document,) = load_corpus(put("d.jsonl", jsonl([{"text": "甲", "sections": ["水务", "other"]}])))
    assert (document.label, document.right) == ("水务", ("水务", "other"))
    assert Document("甲", "水务").right == ("水务",)


def test_labels_and_titles_are_cleaned(put: Callable[[str, str], Path]) -> None:
    records = [
        {"text": " 甲 ", "label": " 水务\n", "title": " 题\n目 "},
        {"text": "乙", "label": "水务", "title": None},
        {"text": "丙", "label": "水务", "title": 2023},
        {"text": "丁", "label": "水务", "title": float("nan")},
        {"text": "戊", "label": "水务", "title": "题\0\ud800\u200b\u2028目\r\n"},
    ]
    assert told(load_corpus(put("d.jsonl", json_lines(records)))) == [
        ("水务", "题 目", " 甲 "),
        ("水务", "", "乙"),
        ("水务", "2023", "丙"),
        ("水务", "", "丁"),
        ("水务", "题 目", "戊"),
    ]


def test_the_sources_say_where(put: Callable[[str, str], Path]) -> None:
    path = put("d.jsonl", "\n" + jsonl(RECORDS))
    assert [d.source for d in load_corpus(path)] == [f"{path}, line {n}" for n in (2, 3, 4)]


def test_a_field_longer_than_csv_allows(put: Callable[[str, str], Path]) -> None:
    before = csv.field_size_limit()
    long = "清淤，" * 100_000
    assert told(load_corpus(put("d.csv", f'text,label\n"{long}",水务\n'))) == [("水务", "", long)]
    assert csv.field_size_limit() == before


# -- digest ------------------------------------------------------------------------------------


def test_the_digest_is_of_the_data_alone(put: Callable[[str, str | bytes], Path]) -> None:
    a = load_corpus(put("a.jsonl", jsonl(RECORDS)))
    b = load_corpus(put("b.csv.gz", gzip.compress(as_csv(RECORDS).encode("gb18030"))))
    assert a.digest == b.digest
    assert len(a.digest) == 64


@given(
    st.lists(
        st.tuples(st.text(max_size=3), st.text(max_size=3), st.text(max_size=3)), min_size=1, max_size=4
    ),
    st.data(),
)
def test_any_change_changes_the_digest(rows: list[tuple[str, str, str]], data: st.DataObject) -> None:
    def digest(rows: list[tuple[str, str, str]]) -> str:
        return Corpus(tuple(Document(text, label, title) for label, title, text in rows)).digest

    k = data.draw(st.integers(0, len(rows) - 1))
    other = data.draw(st.tuples(st.text(max_size=3), st.text(max_size=3), st.text(max_size=3)))
    changed = [*rows[:k], other, *rows[k + 1 :]]
    assert (digest(changed) == digest(rows)) == (changed == rows)
    assert digest([*rows, other]) != digest(rows)


# -- what can't be used ------------------------------------------------------------------------


def refused(path: Path) -> str:
    with pytest.raises(CorpusError) as e:
        load_corpus(path)
    assert "\n" not in str(e.value)
    return str(e.value)


@pytest.mark.parametrize(
    ("record", "place", "says"),
    [
        ('{"text": "甲", "label": null}', 1, "the label is null or NaN; name a section, or leave the record out"),
        ('{"text": "甲", "label": NaN}', 1, "the label is null or NaN"),
        ('{"text": "甲", "sections": ["水务", NaN]}', 1, "the label is null or NaN"),
        ('{"text": "甲", "label": [["水务"]]}', 1, "label ['水务'] is not a string"),
        ('{"text": "甲", "label": true}', 1, "label True is not a string"),
        ('{"text": "甲", "sections": ["水务", [3]]}', 1, "label [3] is not a string; put it in quotes"),
        ('{"text": "甲", "label": " "}', 1, "the label is ' ', which is empty; name a section"),
        ('{"text": "甲", "id": 1}', 1, "no label; give every record a `label` (it has ['text', 'id'])"),
        ('{"label": "水务"}', 1, "has no string `text`; add it"),
        ('{"text": 5, "label": "水务"}', 1, "has no string `text`; add it"),
        ('{"text": "甲", "title": [5], "label": "水务"}', 1, "`title` is no string; make it one"),
        ('{"text": " \\n　", "label": "水务"}', 1, "text and title are empty; leave the record out"),
        ('\n\n{"text": "甲"', 3, "is no JSON"),
        ('["甲"]', 1, "is no object"),
        ('{"text": "甲", "label": "水务"}\n' * 2 + "nonsense", 3, "is no JSON"),
        ("[" * 100_000, 1, "is nested too deep"),
        ('{"text": "' + "长" * 300 + '", "label": ' + json.dumps([["长" * 300]]) + "}", 1, "…"),
    ],
)  # fmt: skip
def test_bad_json_records(put: Callable[[str, str], Path], record: str, place: int, says: str) -> None:
    path = put("d.jsonl", record + "\n")
    told = refused(path)
    assert told.startswith((f"{path}, line {place}: ", f"{path}, line {place} "))
    assert says in told
    assert len(told) < len(str(path)) + 160


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        (
            "text,author\n甲,某\n",
            ", line 2: ",
            "no label; give every record a `label` (it has ['text', 'author'])",
        ),
        ("label,word\n水务,甲\n", ": ", "no column `text` in its first line (label, word)"),
        ("", ": ", "no column `text` in its first line"),
        ("text,label\n甲,水务,丙\n", ", line 2 ", "has more fields than the first line; quote its commas"),
        ("text,label\n甲\n", ", line 2: ", "the label is '', which is empty"),
        ('text,label\n"甲\n乙",水务\n丙, \n', ", line 4: ", "the label is ' ', which is empty"),
        ('text,label\n甲,"水务\n', ", line 2: ", "a quote is never closed"),
        ('text,"label\n甲,水务\n', ": line 1: ", "a quote is never closed"),
        (" ,label\n甲,水务\n", ": ", "no column `text` in its first line"),
    ],
)
def test_bad_csv_records(put: Callable[[str, str], Path], text: str, place: str, says: str) -> None:
    path = put("d.csv", text)
    told = refused(path)
    assert told.startswith(f"{path}{place}")
    assert says in told


def test_empty_data(put: Callable[[str, str], Path], tmp_path: Path) -> None:
    assert refused(put("d.jsonl", "\n \n")).endswith(
        "no documents; expected a record with `text` and `label`"
    )
    assert "no documents" in refused(put("d.csv", "text,label\n"))
    (tmp_path / "folder" / "水务").mkdir(parents=True)
    assert "no documents; expected folders with .txt files" in refused(tmp_path / "folder")
    empty = put("folder/水务/a.txt", " \n　")
    assert (
        refused(tmp_path / "folder")
        == f"{empty}: the file is empty; write a headline line and a body, or delete it"
    )


def test_bad_files(put: Callable[[str, str | bytes], Path], tmp_path: Path) -> None:
    assert refused(tmp_path / "no").endswith("no: no such file or folder")
    assert "line 1 is no JSON" in refused(put("d.txt", "甲"))
    assert "damaged gzip" in refused(put("d.jsonl.gz", "甲"))
    assert "damaged gzip" in refused(put("d.csv.gz", gzip.compress(b"text,label\n")[:-9]))
    assert "neither UTF-8 nor GB18030: byte 0xff at offset 2" in refused(put("d.jsonl", b"ok\xff\xff"))
    assert "byte 0x00 at offset 3" in refused(put("d.csv", "tex\0t,label\n"))
    bad = put("data/水务/a.txt", b"\xff\xff")
    assert refused(tmp_path / "data").startswith(f"{bad}: neither UTF-8 nor GB18030: byte 0xff at offset 0")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    "data", ['\n{"text": "甲", "label": "水务"}\r\n', "text,label\r\n甲,水务\r\n"], ids=["jsonl", "csv"]
)
def test_standard_input(data: str, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(pack(data.encode()))))
    corpus = load_corpus("-")
    assert [(d.text, d.label, d.source) for d in corpus] == [("甲", "水务", "-, line 2")]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert refused(Path("-")) == "-: no documents; expected a record with `text` and `label`"


# -- what can't be trained on ------------------------------------------------------------------


def corpus_of(*labels: str) -> Corpus:
    documents = tuple(
        Document(f"文{i}", label, "", f"d.jsonl, line {i}") for i, label in enumerate(labels, 1)
    )
    return Corpus(documents, "d.jsonl")


def test_one_label_only() -> None:
    with pytest.raises(
        CorpusError, match=r"^d\.jsonl: 3 documents with one label only \('水务'\); give documents of 2"
    ):
        corpus_of("水务", "水务", "水务").check_trainable()
    with pytest.raises(CorpusError, match=r"0 documents with one label only \(none\)"):
        corpus_of().check_trainable()


def test_a_label_with_one_document() -> None:
    with pytest.raises(
        CorpusError, match=r"^d\.jsonl, line 2: label '林业' has 1 document; give it 2 or more"
    ):
        corpus_of("水务", "林业", "水务").check_trainable()


def test_two_of_each_will_do() -> None:
    corpus = corpus_of("水务", "林业", "水务", "林业")
    corpus.check_trainable()
    assert len(corpus) == 4


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(b" " * 10_000))
    with pytest.raises(CorpusError, match=r"bomb\.jsonl\.gz: larger than 0 MiB; split it"):
        load_corpus(path, Limits(labelled=1000))
