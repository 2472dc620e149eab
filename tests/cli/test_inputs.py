"""What people bring: any of the formats, by name or content, as file, standard input, pipe, folder or zip file."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import threading
import zipfile
from pathlib import Path

import pytest

from tests.cli.commands import PAGE, objects, program, run

TEXT = "云港市林场今春造林两千亩，护林员每天上山巡林。"
RECORD = {"title": "造林忙", "text": TEXT}
ARRAY = json.dumps([RECORD, {"text": TEXT}], ensure_ascii=False)
INPUTS = {
    "lines.jsonl": "\n".join(json.dumps(r, ensure_ascii=False) for r in (RECORD, {"text": TEXT})),
    "lines.json": "\n".join(json.dumps(r) for r in (RECORD, {"text": TEXT})),
    "array.json": ARRAY,
    "array.jsonl": ARRAY,
    "pretty.json": json.dumps({"articles": [RECORD, {"text": TEXT}]}, ensure_ascii=False, indent=2),
    "x.csv": f"title,text\n造林忙,{TEXT}\n,{TEXT}\n",
    "semicolons.csv": f"标题;正文\r\n造林忙;{TEXT}\r\n;{TEXT}\r\n;;\r\n;\r\n",
    "x.tsv": f"标题\t内容\n造林忙\t{TEXT}\n\t{TEXT}\n",
    "x.dump": f"Title|Content\n造林忙|{TEXT}\n|{TEXT}\n",
    "joined.csv": f"\ufefftitle,text\n造林忙,{TEXT}\n\ufefftitle,text\n,{TEXT}\n",
    "joined.jsonl": f"\ufeff{json.dumps(RECORD)}\n\ufeff{json.dumps({'text': TEXT})}\n",
}
"""The same two records in every shape."""


def told(result) -> list[tuple[str, str]]:
    return [(o["headline"], o["body"]) for o in objects(result)]


WANT = [("造林忙", TEXT), ("", TEXT)]


@pytest.mark.parametrize("name", list(INPUTS))
def test_records_are_read_by_content_and_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(INPUTS[name], "utf-8")
    done = run("predict", path, "-f", "jsonl", "--no-summary")
    assert (done.exit_code, done.stderr) == (0, "")
    assert told(done) == WANT
    # Standard input has no name; a table in it needs columns with known names, as all of these have.
    assert told(run("predict", "-", "-f", "jsonl", "--no-summary", stdin=path.read_bytes())) == WANT
    summaries = objects(run("summarize", path, "-f", "jsonl", "-n", "1"))
    assert [s["summary"][0]["text"] for s in summaries] == [TEXT, TEXT]


@pytest.mark.parametrize(
    ("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_compressed_inputs(tmp_path: Path, ending: str, pack) -> None:
    path = tmp_path / f"x.csv{ending}"
    path.write_bytes(pack(INPUTS["x.csv"].encode("gb18030")))
    assert told(run("predict", path, "-f", "jsonl", "--no-summary")) == WANT
    packed = run("predict", "-", "-f", "jsonl", "--no-summary", stdin=path.read_bytes())
    assert told(packed) == WANT
    path.write_bytes(path.read_bytes()[:-9])
    cut = program("predict", path, "--no-summary")
    assert cut.returncode == 1
    assert b"damaged" in cut.stderr
    assert cut.stderr.count(b"\n") == 1


def test_a_web_page(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="no trafilatura, which reads web pages")
    paragraphs = "".join(f"<p>{TEXT}第{n}个林场的工作进展顺利，苗木全部成活。</p>" for n in range(6))
    page = (
        "<!doctype html><html><head><title>造林忙</title></head><body><nav><a href='/'>首页</a></nav>"
        f"<article><h1>造林忙</h1>{paragraphs}</article><footer>版权所有</footer></body></html>"
    )
    (tmp_path / "x.html").write_text(page, "utf-8")
    (found,) = objects(run("predict", tmp_path / "x.html", "-f", "jsonl"))
    assert found["headline"] == "造林忙"
    assert found["section"] == "forestry"
    assert "首页" not in found["body"]
    assert "<p>" not in found["body"]


def test_a_web_page_without_the_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "trafilatura", None)
    (tmp_path / "x.html").write_text("<html><body>甲</body></html>", "utf-8")
    done = program("predict", tmp_path / "x.html")
    assert done.returncode == 1
    assert b"HTML needs trafilatura; run `pip install 'classify-zh[html]'`" in done.stderr


@pytest.mark.parametrize("command", ["predict", "split", "summarize", "train"])
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, command: str) -> None:
    (tmp_path / "x.docx").write_bytes(b"PK\x03\x04 word/document.xml")
    done = program(command, "x.docx", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == "classify: x.docx: a word processor's file; save it as plain text or PDF\n"


# -- columns and encodings -----------------------------------------------------------------------------


def test_columns_are_chosen(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"text,原文,名\n注,{TEXT},造林忙\n", "utf-8")
    (found,) = objects(
        run("predict", path, "-f", "jsonl", "--no-summary", "--text-column", "原文", "--title-column", "名")
    )
    assert (found["headline"], found["body"], found["input_text"]) == ("造林忙", TEXT, "注")
    wrong = program("predict", path, "--text-column", "本文")
    assert "no column `本文` in its first line (text, 原文, 名)" in wrong.stderr.decode()


def test_an_encoding_is_chosen(tmp_path: Path) -> None:
    text = "雲港市林場今春造林兩千畝。"
    (tmp_path / "x.txt").write_bytes(text.encode("big5"))
    (tmp_path / "x.csv").write_bytes(f"text\n{text}\n".encode("big5hkscs"))
    refused = program("predict", tmp_path / "x.txt")
    assert "Big5, as it seems; give --encoding big5hkscs" in refused.stderr.decode()
    for name in ("x.txt", "x.csv"):
        done = run("predict", tmp_path / name, "-f", "jsonl", "--no-summary", "--encoding", "big5hkscs")
        assert [o["body"] for o in objects(done)] == [text]
    assert program("predict", PAGE, "--encoding", "klingon").returncode == 2


def test_tables_of_excel_in_utf_16(tmp_path: Path) -> None:
    (tmp_path / "x.txt.tsv").write_bytes(INPUTS["x.tsv"].encode("utf-16"))
    assert told(run("predict", tmp_path / "x.txt.tsv", "-f", "jsonl", "--no-summary")) == WANT


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("doccano.jsonl", '{"id": 1, "text": "甲甲", "label": ["水务"]}\n'
         '{"id": 2, "data": "乙乙", "label": ["农业", "水务"]}\n{"id": 3, "text": "丙", "label": []}\n'),
        ("studio.json", json.dumps([
            {"id": n, "data": {"text": text}, "annotations": [{"result": [{"value": {"choices": labels}}]}]}
            for n, (text, labels) in enumerate([("甲甲", ["水务"]), ("乙乙", ["农业", "水务"]), ("丙", [])])
        ])),
        ("studio-min.json", '[{"text": "甲甲", "choice": "水务"}, {"text": "丙", "choice": []},'
         '{"text": "乙乙", "choice": {"choices": ["农业", "水务"]}}]'),
        ("x.csv", "正文,类别\n甲甲,水务\n乙乙,农业\n"),
    ],
)  # fmt: skip
def test_exports_of_labelling_programs(tmp_path: Path, name: str, data: str) -> None:
    from classify.read.labelled import load_corpus

    (tmp_path / name).write_text(data, "utf-8")
    corpus = load_corpus(tmp_path / name)
    assert [(d.text, d.label) for d in corpus] == [("甲甲", "水务"), ("乙乙", "农业")]
    if not name.endswith(".csv"):
        assert corpus.skipped == {"without a label yet": 1}
        assert corpus.documents[1].right == ("农业", "水务")


# -- folders, zip files, pipes -------------------------------------------------------------------------


def test_a_folder_and_a_zip_file_need_no_output_folder(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deeper").mkdir(parents=True)
    (folder / "a.csv").write_text(INPUTS["x.csv"], "utf-8")
    (folder / "deeper" / "b.json").write_text(ARRAY, "utf-8")
    (folder / "deeper" / "page.txt").write_bytes(PAGE.read_bytes())
    (folder / "notes.docx").write_bytes(b"PK")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as packed:
        for path in sorted(folder.rglob("*.*")):
            packed.write(path, path.relative_to(folder))
    found = run("predict", folder, "-f", "jsonl", "--no-summary")
    assert [
        len([o for o in objects(found) if o["file"].endswith(n)]) for n in ("a.csv", "b.json", ".txt")
    ] == [2, 2, 7]
    assert "left out of folders: .docx 1" in found.stderr
    of_zip = run("predict", tmp_path / "in.zip", "-f", "jsonl", "--no-summary")
    assert sorted(o["id"] for o in objects(of_zip)) == sorted(o["id"] for o in objects(found))
    table = run("predict", folder, "--no-summary").stdout
    assert [str(folder / name) in table for name in ("a.csv", "deeper/page.txt")] == [True, True]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links")
def test_one_bad_entry_loses_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "empty.txt").write_bytes(b"")
    done = run("predict", tmp_path, "-f", "jsonl", "--no-summary")
    assert [Path(o["file"]).name for o in objects(done)] == ["a.txt"]
    assert f"{tmp_path / 'empty.txt'}: no article in it" in done.stderr
    assert "left out of folders: dangling link 2, device or pipe 1" in done.stderr
    assert done.exit_code == 0
    out = tmp_path.parent / "bad-entries-out"
    archive = run("predict", tmp_path, "-o", out, "--no-summary")
    assert "1 article" in archive.stderr
    assert "left out of folders: dangling link 2, device or pipe 1" in archive.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes with names")
@pytest.mark.parametrize("name", ["x.csv", "array.json"])
def test_a_pipe_with_a_name_is_read(tmp_path: Path, name: str) -> None:
    """The shell gives ``<(command)`` a name without an ending."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(INPUTS[name], "utf-8"))
    writer.start()
    done = run("predict", pipe, "-f", "jsonl", "--no-summary")
    writer.join()
    assert told(done) == WANT


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes with names")
def test_a_model_is_trained_and_measured_from_pipes(tmp_path: Path) -> None:
    rows = "".join(f"第{i}林班造林,林业\n第{i}河段清淤,水务\n" for i in range(6))
    data = "text,label\n" + rows
    pipe, model = tmp_path / "pipe", tmp_path / "m.joblib"
    os.mkfifo(pipe)
    for command in (("train", pipe, "-o", model, "-q"), ("evaluate", pipe, "-m", model)):
        writer = threading.Thread(target=pipe.write_text, args=(data, "utf-8"))
        writer.start()
        assert run(*command).exit_code == 0
        writer.join()


def test_training_folders_are_read_below_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    from classify.read.labelled import load_corpus

    for name, data in {
        "水务/a.TXT": b"",
        "水务/2024/b.txt.gz": gzip.compress(TEXT.encode()),
        "农业/2024/深/c.txt": b"",
        "农业/d.docx": b"PK",
        "README.md": b"",
    }.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data or TEXT.encode())
    corpus = load_corpus(tmp_path / "data")
    assert corpus.counts == {"农业": 1, "水务": 2}
    assert corpus.skipped == {"files that are no .txt (.docx)": 1, "files beside the folders of sections": 1}
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as packed:
        for path in sorted((tmp_path / "data").rglob("*.*")):
            packed.write(path, path.relative_to(tmp_path))
    assert load_corpus(tmp_path / "data.zip").digest == corpus.digest


def test_parquet_with_values_that_python_has_not(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as parquet

    from classify.read.labelled import load_corpus

    text = pyarrow.array([TEXT.encode(), TEXT.encode()]).cast(pyarrow.binary()).view(pyarrow.string())
    broken = pyarrow.array([b"\xff\xfe", b"a"]).view(pyarrow.string())
    table = pyarrow.table({
        "正文": text,
        "category": ["水务", "农业"],
        "broken": broken,
        "ns": pyarrow.array([1, 2], pyarrow.timestamp("ns")),
        "far": pyarrow.array([10**7, 1], pyarrow.date32()),
        "length": pyarrow.array([1, 2], pyarrow.duration("ns")),
    })  # fmt: skip
    parquet.write_table(table, tmp_path / "x.parquet")
    (tmp_path / "y.txt").write_text(TEXT, "utf-8")
    done = run("predict", tmp_path / "x.parquet", tmp_path / "y.txt", "-f", "jsonl", "--no-summary")
    assert (done.exit_code, done.stderr) == (0, "")
    first, second, page = objects(done)
    assert first["body"] == second["body"] == page["body"] == TEXT
    assert (second["broken"], second["length"]) == ("a", "2")
    assert first["ns"].startswith("1970-01-01 00:00:00.000000001")
    assert load_corpus(tmp_path / "x.parquet").counts == {"农业": 1, "水务": 1}
