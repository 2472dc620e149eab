"""The contract of the commands: formats, keys, exit codes, one clear line for what fails."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classify.cli import app, main
from classify.errors import CorpusError
from classify.output.schema import output_schema
from classify.pipeline import Pipeline
from classify.read.labelled import load_corpus

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "examples" / "page.txt"
TEXT = PAGE.read_text(encoding="utf-8")
KEYS = output_schema()["required"]
SPLIT_KEYS = output_schema(labelled=False)["required"]


def run(*args: object, stdin: bytes | None = None):
    """Run a command in this process."""
    result = CliRunner().invoke(app, [str(a) for a in args], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def program(*args: object, stdin: bytes = b"", cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "classify.cli", *map(str, args)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        check=False,
    )


def objects(result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines() if line]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "二月 版面.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_predict_gives_an_object_an_article(page: Path) -> None:
    result = run("predict", page, "--format", "jsonl")
    found = objects(result)
    assert result.exit_code == 0
    assert [o["article"] for o in found] == list(range(1, 8))
    assert [o["section"] for o in found] == [
        None, None, "policing", "forestry", "governance", "business", "business",
    ]  # fmt: skip
    for o in found:
        assert list(o) == KEYS
        assert o["file"] == str(page)
        assert 0 <= o["confidence"] <= 1
        assert sum(o["scores"].values()) == pytest.approx(1, abs=1e-3)
        assert all(sentence in o["body"] for sentence in o["summary"])
        assert 1 <= len(o["summary"]) <= 3


def test_sentences_and_no_summary(page: Path) -> None:
    assert all(len(o["summary"]) == 1 for o in objects(run("predict", page, "-n", 1, "-f", "jsonl")))
    for o in objects(run("predict", page, "--no-summary", "-f", "jsonl")):
        assert o["summary"] == []
        assert o["keywords"] == []
        assert list(o) == KEYS


@pytest.mark.parametrize("command", ["predict", "split"])
def test_json_is_one_object_with_the_leftover_lines(page: Path, command: str) -> None:
    found = json.loads(run(command, page, PAGE, "-f", "json").stdout)
    assert list(found) == ["articles", "leftover"]
    assert found["articles"] == objects(run(command, page, PAGE, "-f", "jsonl"))
    line = {"page": 1, "line": 173, "text": TEXT.splitlines()[172].strip()}
    assert [{**o, "text": o["text"].strip()} for o in found["leftover"]] == [
        {"file": str(path)} | line for path in (page, PAGE)
    ]


def test_ids_are_the_same_in_every_run_and_folder(page: Path, tmp_path: Path) -> None:
    ids = [o["id"] for o in objects(run("predict", page, "-f", "jsonl"))]
    assert len(set(ids)) == 7
    assert ids == [o["id"] for o in objects(run("split", page, "-f", "jsonl"))]
    moved = tmp_path / "deeper" / page.name
    moved.parent.mkdir()
    moved.write_bytes(page.read_bytes())
    assert ids == [o["id"] for o in objects(run("predict", moved, "-f", "jsonl"))]
    renamed = page.with_name("三月.txt")
    renamed.write_bytes(page.read_bytes())
    assert not set(ids) & {o["id"] for o in objects(run("predict", renamed, "-f", "jsonl"))}


def test_the_id_in_an_archive_is_that_of_the_file(page: Path, tmp_path: Path) -> None:
    """A member of a zip file counts by its own name, so unpacking it changes no id."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.write(page, f"二月/{page.name}")
    out = tmp_path / "out"
    assert run("predict", tmp_path / "a.zip", "-o", out).exit_code == 0
    found = [
        json.loads(line) for shard in out.glob("*.jsonl") for line in shard.read_text("utf-8").splitlines()
    ]
    ids = [o["id"] for o in found if "id" in o]
    assert ids == [o["id"] for o in objects(run("predict", page, "-f", "jsonl"))]


def test_csv_has_a_row_an_article(page: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("predict", page, "-f", "csv").stdout)))
    assert len(rows) == 7
    assert rows[2]["headline"] == "乡道蹲守四夜擒获盗电池团伙"
    assert rows[2]["reporters"] == "林知遥"


def test_ninjs(page: Path) -> None:
    item = objects(run("predict", page, "-f", "ninjs"))[2]
    assert item["uri"].startswith("urn:classify:")
    assert item["subjects"][0]["name"] == "policing"
    assert item["bodies"][0]["charCount"] == len(item["bodies"][0]["value"])


def test_a_page_from_standard_input_is_the_same() -> None:
    a = objects(run("predict", "-", "-f", "jsonl", stdin=TEXT.encode()))
    b = objects(run("predict", PAGE, "-f", "jsonl"))
    assert {o["file"] for o in a} == {"-"}
    assert [o["body"] for o in a] == [o["body"] for o in b]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_change_nothing(tmp_path: Path, encoding: str, line_end: str) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(TEXT.replace("\n", line_end).encode(encoding))
    a, b = objects(run("split", path, "-f", "jsonl")), objects(run("split", PAGE, "-f", "jsonl"))
    assert a == [o | {"file": str(path)} for o in b]


def test_split_has_no_labels(page: Path) -> None:
    found = objects(run("split", page, "-f", "jsonl"))
    assert len(found) == 7
    assert all(list(o) == SPLIT_KEYS for o in found)


@pytest.mark.parametrize("format", ["table", "jsonl", "json", "csv"])
@pytest.mark.parametrize("command", ["predict", "split"])
def test_leftover_lines_are_counted_once_a_file(tmp_path: Path, command: str, format: str) -> None:
    one, three, none = (tmp_path / f"{n}.txt" for n in (1, 3, 0))
    one.write_text(TEXT, encoding="utf-8")
    three.write_text("第03版\n2024年3月1日\n\n" + TEXT, encoding="utf-8")
    none.write_text("林场造林忙\n\n本报讯（记者岑雨桐）林场近日造林两千亩。\n", encoding="utf-8")
    result = run(command, one, three, none, "-f", format)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        f"classify: {one}: 1 line belongs to no article: 173",
        f"classify: {three}: 3 lines belong to no article: 1–2, 176",
    ]


def test_an_article_is_not_split(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert len(objects(run("predict", path, "--input", "article", "-f", "jsonl"))) == 1


def test_records_pass_their_fields_through_in_order(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.gz"
    records = [
        {"id": n, "text": f"民警抓获盗窃嫌疑人{n}名。", "title": "警方破案", "file": "其他", "深": {"a": [n]}}
        for n in range(600)
    ]
    path.write_bytes(gzip.compress("\n".join(json.dumps(r) for r in records).encode()))
    found = objects(run("predict", path, "-f", "jsonl"))
    assert [o["input_id"] for o in found] == list(range(600))
    assert len({o["id"] for o in found}) == 600
    assert found[5]["lines"] == [[6, 6]]
    assert found[5]["深"] == {"a": [5]}
    assert found[5]["file"] == str(path)
    assert found[5]["input_file"] == "其他"
    assert found[5]["headline"] == "警方破案"
    assert found[5]["section"] == "policing"


def test_a_broken_record_is_told_by_number_and_the_rest_are_done(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"text": "一。"}\n{"text": \n{"text": 3}\n{"text": "二。"}\n', encoding="utf-8")
    result = run("predict", path, "-f", "jsonl")
    assert result.exit_code == 1
    assert [o["body"] for o in objects(result)] == ["一。", "二。"]
    assert "line 2" in result.stderr
    assert "line 3" in result.stderr


def test_a_bad_input_is_skipped_and_the_others_are_done(page: Path, tmp_path: Path) -> None:
    result = run("predict", tmp_path / "none.txt", page, "-f", "jsonl")
    assert result.exit_code == 1
    assert len(objects(result)) == 7
    bad, leftover = result.stderr.splitlines()
    assert "none.txt: no such file" in bad
    assert leftover.endswith("belongs to no article: 173")


BAD = {
    "binary": bytes(range(256)) * 40,
    "neither UTF-8 nor GB18030": "本报讯。".encode() + b"\xff\xfe\xfd",
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["predict", "split", "summarize", "explain"])
def test_what_is_no_text_gives_one_line_and_1(tmp_path: Path, name: str, command: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(BAD[name])
    result = program(command, path)
    told = result.stderr.decode()
    assert result.returncode == 1
    assert result.stdout == b""
    assert told.count("\n") == 1
    assert "bad.txt" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("command", ["predict", "split", "summarize"])
def test_an_empty_file_gives_a_line_and_0(tmp_path: Path, command: str) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(b"")
    result = program(command, path)
    assert result.returncode == 0
    assert result.stdout == b""
    assert result.stderr.decode().count("\n") == 1


def test_english_text_and_a_long_line_give_a_result(tmp_path: Path) -> None:
    english, long = tmp_path / "english.txt", tmp_path / "long.txt"
    english.write_text("The council met on Monday.\nIt will meet again on Friday.\n", encoding="utf-8")
    long.write_text("民警在车站巡逻。" * 220_000, encoding="utf-8")  # 5.3 MB
    assert objects(run("predict", english, "-f", "jsonl"))[0]["body"].startswith("The council met")
    found = objects(run("predict", long, "-f", "jsonl"))
    assert len(found) == 1
    assert len(found[0]["body"]) == 220_000 * 8


@pytest.mark.parametrize(
    "args",
    [
        ["predict"],
        ["predict", PAGE, "-n", "0"],
        ["predict", PAGE, "--format", "xml"],
        ["summarise", PAGE],
        ["train", "a", "b"],
    ],
)
def test_wrong_usage_is_2(args: list[object]) -> None:
    assert run(*args).exit_code == 2


def test_a_missing_model_and_a_wrong_digest_are_told_in_one_line(tmp_path: Path) -> None:
    for args in (["--model", tmp_path / "none.joblib"], ["--sha256", "00"]):
        result = program("predict", PAGE, *args)
        assert result.returncode == 1
        assert result.stderr.decode().count("\n") == 1


def test_escapes_reach_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / "evil\x1b[31m.txt"
    path.write_text("本报讯 \x1b[2J\x1b]0;title\x07民警\u202e巡逻。\n" * 3, encoding="utf-8")
    for command in ("predict", "split", "summarize", "explain"):
        result = program(command, path, path)
        assert b"\x1b" not in result.stdout + result.stderr, command
        assert "\u202e" not in result.stdout.decode(), command


def test_summarize(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    text = "青河县今春造林二十万亩。\n县林业局备好了苗木。苗木来自邻县的苗圃。\n天气转暖。"
    path.write_text(text, encoding="utf-8")
    result = run("summarize", path, "-n", 1, "-k", 2)
    assert result.stdout.split("\n")[0] == "青河县今春造林二十万亩。"
    (found,) = objects(run("summarize", path, "-n", 2, "-f", "jsonl", "-k", 1))
    assert all(text[s["start"] : s["end"]] == s["text"] for s in found["summary"])
    assert len(found["keywords"]) == 1
    assert "<mark>" in run("summarize", path, "-f", "html").stdout


def test_train_evaluate_explain_and_show(tmp_path: Path) -> None:
    rows = [
        {"text": f"{what}第{n}次{where}。", "label": label}
        for n in range(12)
        for what, where, label in (("球队训练", "在体育馆比赛", "体育"), ("股票上涨", "在交易所成交", "财经"))
    ]
    data, model = tmp_path / "data.jsonl", tmp_path / "新模型.joblib"
    data.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    trained = run("train", data, "-o", model, "--date", "2026-01-01")
    assert trained.exit_code == 0, trained.stderr
    assert "体育" in trained.stdout
    card = json.loads(run("model", "show", model).stdout)
    assert card["date"] == "2026-01-01"
    assert card["sha256"] in trained.stdout
    page = tmp_path / "page.txt"
    page.write_text("球队昨天在体育馆训练比赛。", encoding="utf-8")
    (found,) = objects(run("predict", page, "-m", model, "-f", "jsonl", "--sha256", card["sha256"]))
    assert max(found["scores"], key=found["scores"].get) == "体育"
    explained = run("explain", page, "-m", model)
    assert "体育" in explained.stdout
    assert objects(run("explain", page, "-m", model, "-f", "jsonl"))[0]["scores"].keys() == {"体育", "财经"}
    report = tmp_path / "report.html"
    evaluated = run("evaluate", data, "-m", model, "--report", report)
    assert evaluated.exit_code == 0, evaluated.stderr
    assert "<html" in report.read_text(encoding="utf-8")


def test_evaluate_measures_what_predict_says(tmp_path: Path) -> None:
    """The byline of a raw text is no part of the article, in evaluation as in prediction."""
    seeds = load_corpus(ROOT / "seeds").documents[::60]
    rows = [
        {"title": d.title, "text": f"本报讯（记者岑雨桐 通讯员温砚秋）{d.text}", "label": d.label}
        for d in seeds
    ]
    data = tmp_path / "data.jsonl"
    data.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    evaluation = Pipeline().evaluate(load_corpus(data))
    predicted = objects(run("predict", data, "-f", "jsonl"))
    assert [round(float(p), 4) for p in evaluation.probabilities.max(axis=1)] == [
        o["confidence"] for o in predicted
    ]
    assert f"{len(rows)} texts: accuracy {evaluation.report.accuracy:.4f}" in run("evaluate", data).stdout


def test_training_without_data_takes_the_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    def fake(data: Path, **_: object) -> None:
        taken.append(data)
        raise CorpusError("enough")

    monkeypatch.setattr("classify.sections.training.train", fake)
    result = CliRunner().invoke(app, ["train", "-o", str(tmp_path / "m.joblib")])
    assert isinstance(result.exception, CorpusError)
    assert taken == [ROOT / "seeds"]


def test_schema_is_printed() -> None:
    assert json.loads(run("schema").stdout) == output_schema()
    assert json.loads(run("schema", "--split").stdout) == output_schema(labelled=False)


def test_training_data_that_cannot_be_trained_on(tmp_path: Path) -> None:
    result = program("train", tmp_path / "none", "-o", tmp_path / "m.joblib")
    assert result.returncode == 1
    assert result.stderr.decode().count("\n") == 1
    assert not (tmp_path / "m.joblib").exists()


def test_a_reader_that_leaves_is_no_error() -> None:
    piped = subprocess.run(
        f"{sys.executable} -m classify.cli predict {' '.join([str(PAGE)] * 40)} -f jsonl | head -n 1",
        shell=True, capture_output=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert piped.stdout.count(b"\n") == 1
    assert all(b"to no article: 173" in line for line in piped.stderr.splitlines())


def test_version_and_help() -> None:
    from classify import __version__

    assert run("--version").stdout.strip() == f"classify {__version__}"
    for command in ("predict", "split", "summarize", "explain", "schema", "train", "evaluate"):
        assert "Example" in run(command, "--help").stdout
    assert callable(main)


def test_an_archive_goes_to_a_folder_and_is_not_done_twice(tmp_path: Path) -> None:
    source, out = tmp_path / "档案", tmp_path / "out"
    source.mkdir()
    for n in range(3):
        (source / f"{n}.txt").write_text(TEXT, encoding="utf-8")
    (source / "bad.txt").write_bytes(BAD["binary"])
    result = run("predict", source, "-o", out)
    assert result.exit_code == 1
    assert "21 articles" in result.stderr
    assert "1 failed" in result.stderr
    written = "".join(shard.read_text("utf-8") for shard in out.glob("*.jsonl"))
    assert written.count('"headline": ') == 21
    before = {path: path.read_bytes() for path in out.iterdir()}
    assert run("predict", source, "-o", out).exit_code == 1
    assert {path: path.read_bytes() for path in out.iterdir()} == before
    assert program("predict", source, "-o", out, "-n", 1).returncode == 1


@pytest.mark.parametrize(
    "args", [["-f", "csv"], ["--workers", 0], ["--backend", "dask"], ["--backend", "none"]]
)
def test_wrong_usage_of_an_archive_is_2(tmp_path: Path, args: list[object]) -> None:
    assert run("predict", PAGE, "-o", tmp_path / "out", *args).exit_code == 2


def test_options_of_archives_need_a_folder() -> None:
    assert run("predict", PAGE, "--workers", 2).exit_code == 2


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("train", "mine.csv", "-o", "mine.csv"), "mine.csv: is what is read, and would be replaced"),
        (("train", "mine.csv", "-o", "notes.joblib"), "notes.json: is no model's card"),
        (
            ("evaluate", "mine.csv", "--report", "mine.csv"),
            "mine.csv: is what is read, and would be replaced",
        ),
        (
            ("evaluate", "mine.csv", "--report", "no/report.html"),
            "no/report.html: no such folder; make no first",
        ),
        (("evaluate", "mine.csv", "--report", "."), ".: is a folder; name a file in it"),
        (("train", "mine.csv", "-o", ""), ".: is a folder; name a file in it"),
        (("evaluate", "mine.csv"), "mine.csv: the model knows none of its labels (体育, 娱乐 …)"),
        (("predict", "没有", "-o", "out"), "没有: no such file"),
        (("summarize", "mine.csv"), "mine.csv: holds records, not one text"),
        (("split", "mine.csv"), "mine.csv: holds records, not one text"),
    ],
)
def test_what_would_lose_data_or_tell_nothing_is_refused(
    args: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text("text,label\n主场迎来首胜,体育\n新片今日上映,娱乐\n", "utf-8")
    (tmp_path / "notes.json").write_text("{}", "utf-8")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    done = program(*args, cwd=tmp_path)
    assert done.returncode == 1
    assert f"classify: {told}" in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("format", ["table", "jsonl", "csv"])
def test_a_full_disk_is_told_in_one_line(format: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "classify.cli", "predict", PAGE, "--format", format],
            stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    *leftover, last = done.stderr.decode().splitlines()
    assert last.startswith("classify: standard output: ")
    assert all("belongs to no article" in line for line in leftover)


def test_summaries_of_several_files_are_told_apart(page: Path) -> None:
    result = run("summarize", page, page, "-n", 1)
    assert result.stdout.count(f"==> {page} <==") == 2
    assert "==>" not in run("summarize", page, "-n", 1).stdout
