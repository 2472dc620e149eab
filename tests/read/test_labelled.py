"""Labelled data: three shapes, read alike; what can't be used is an error that says where and what to do."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import CorpusError
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


def test_a_list_of_sections_stands_for_a_label(put: Callable[[str, str], Path]) -> None:
    (document,) = load_corpus(put("d.jsonl", jsonl([{"text": "甲", "sections": ["水务", "other"]}])))
    assert (document.label, document.right) == ("水务", ("水务", "other"))
    assert Document("甲", "水务").right == ("水务",)


def test_blanks_around_labels_and_titles_go(put: Callable[[str, str], Path]) -> None:
    records = [
        {"text": " 甲 ", "label": " 水务\n", "title": " 题\n目 "},
        {"text": "乙", "label": "水务", "title": None},
    ]
    assert told(load_corpus(put("d.jsonl", jsonl(records)))) == [
        ("水务", "题 目", " 甲 "),
        ("水务", "", "乙"),
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
        ('{"text": "甲", "label": 7}', 1, "label 7 is not a string; put it in quotes"),
        ('{"text": "甲", "label": null}', 1, "label None is not a string"),
        ('{"text": "甲", "label": ["水务"]}', 1, "label ['水务'] is not a string"),
        ('{"text": "甲", "label": true}', 1, "label True is not a string"),
        ('{"text": "甲", "sections": ["水务", 3]}', 1, "label 3 is not a string"),
        ('{"text": "甲", "label": " "}', 1, "label ' ' is empty; name a section, or leave the record out"),
        ('{"text": "甲"}', 1, "no label; give every record a `label`"),
        ('{"text": "甲", "sections": []}', 1, "no label"),
        ('{"label": "水务"}', 1, "no text; give every record a `text`"),
        ('{"text": 5, "label": "水务"}', 1, "text is 5, not a string; put it in quotes"),
        ('{"text": "甲", "title": 5, "label": "水务"}', 1, "title is 5, not a string"),
        ('{"text": " \\n　", "label": "水务"}', 1, "text and title are empty; leave the record out"),
        ('\n\n{"text": "甲"', 3, "not JSON"),
        ('["甲"]', 1, "['甲'] is no object"),
        ('{"text": "甲", "label": "水务"}\n' * 2 + "nonsense", 3, "not JSON"),
        ("[" * 100_000, 1, "not JSON"),
        ('{"text": "' + "长" * 300 + '", "label": ' + json.dumps(["长" * 300]) + "}", 1, "…"),
    ],
)  # fmt: skip
def test_bad_json_records(put: Callable[[str, str], Path], record: str, place: int, says: str) -> None:
    path = put("d.jsonl", record + "\n")
    told = refused(path)
    assert told.startswith(f"{path}, line {place}: ")
    assert says in told
    assert len(told) < len(str(path)) + 160


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        (
            "text,section\n甲,水务\n",
            1,
            "no column 'label' (columns: 'text', 'section'); name it in the first line",
        ),
        ("label,body\n水务,甲\n", 1, "no column 'text'"),
        ("", 1, "no column 'text' (columns: none)"),
        ("text,label\n甲,水务,丙\n", 2, "more values than columns; put quotes around values with commas"),
        ("text,label\n甲\n", 2, "label None is not a string"),
        ('text,label\n"甲\n乙",水务\n丙, \n', 4, "label ' ' is empty"),
        pytest.param('text,label\n甲,"水务\n', 2, "check the quotes"),
        pytest.param('text,label\n"甲"乙,水务\n', 2, "check the quotes"),
        (" ,label\n甲,水务\n", 1, "no column 'text'"),
    ],
)
def test_bad_csv_records(put: Callable[[str, str], Path], text: str, place: int, says: str) -> None:
    path = put("d.csv", text)
    told = refused(path)
    assert told.startswith(f"{path}, line {place}: ")
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
    assert "give a folder, a .jsonl or a .csv" in refused(put("d.txt", "甲"))
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
    assert refused(Path("-")) == "-, line 1: no column 'text' (columns: none); name it in the first line"


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


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classify.read.labelled.MAX_BYTES", 1000)
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(b" " * 10_000))
    assert "train on a sample" in refused(path)
