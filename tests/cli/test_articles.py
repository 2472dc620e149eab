"""`predict`, `split`, summarize, explain, schema: what they give, and archives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from classify.output.schema import output_schema
from tests.cli.commands import BAD, PAGE, TEXT, objects, program, run
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

KEYS = output_schema()["required"]
SPLIT_KEYS = output_schema(labelled=False)["required"]


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


def test_an_article_is_not_split(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert len(objects(run("predict", path, "--input", "article", "-f", "jsonl"))) == 1


def test_english_text_and_a_long_line_give_a_result(tmp_path: Path) -> None:
    english, long = tmp_path / "english.txt", tmp_path / "long.txt"
    english.write_text("The council met on Monday.\nIt will meet again on Friday.\n", encoding="utf-8")
    long.write_text("民警在车站巡逻。" * 220_000, encoding="utf-8")  # 5.3 MB
    assert objects(run("predict", english, "-f", "jsonl"))[0]["body"].startswith("The council met")
    found = objects(run("predict", long, "-f", "jsonl"))
    assert len(found) == 1
    assert len(found[0]["body"]) == 220_000 * 8


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


def test_words_of_the_user_in_summaries(tmp_path: Path) -> None:
    path, stops, terms = (tmp_path / name for name in ("文.txt", "停用词.txt", "词典.txt"))
    path.write_text("柳湾湿地公园昨日开园。近日去柳湾湿地公园的人很多。", encoding="utf-8")
    stops.write_bytes("开园\r\n建成\r\n".encode("gb18030"))
    assert "开园" in run("summarize", path, "-n", 1, "-k", 9).stdout.splitlines()[-1].split("  ")
    terms.write_text("\ufeff柳湾湿地公园\n", encoding="utf-8")
    lists = ("--stop-words", stops, "--user-dict", terms)
    result = run("summarize", path, path, "-n", 1, "-k", 9, *lists)
    *_, words = result.stdout.splitlines()
    assert words.split("  ")[0] == "柳湾湿地公园"
    assert "开园" not in words.split("  ")
    assert result.stderr == ""
    terms.write_text("Deep Learning\n", encoding="utf-8")
    refused = program("summarize", path, *lists)
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert "entry 1 of the user dictionary is 'Deep Learning'" in refused.stderr.decode()
    assert program("summarize", path, "--stop-words", tmp_path / "no.txt").returncode == 1


def test_a_headline_is_evidence_for_keywords(tmp_path: Path) -> None:
    path, records = tmp_path / "文.txt", tmp_path / "录.jsonl"
    text = "石泉县新修的水库昨天蓄水。水库在柳湾镇，堤坝由县里的工程队修建。"
    path.write_text(text, encoding="utf-8")
    records.write_text(json.dumps({"title": "堤坝修好", "text": text}), encoding="utf-8")
    for alone, with_title in (([path], [path, "--title", "堤坝修好"]), ([path], [records])):
        assert run("summarize", *alone, "-k", 1).stdout.splitlines()[-1] == "石泉县"
        assert run("summarize", *with_title, "-k", 1).stdout.splitlines()[-1] == "堤坝"


def test_html_in_a_record_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "网.jsonl"
    path.write_text(json.dumps({"text": "<div><p>柳湾造林。</p><p>明天有雨。</p></div>"}), encoding="utf-8")
    result = run("summarize", path, "-n", 1)
    assert result.exit_code == 0
    assert result.stderr == (
        f"classify: {path}, line 1: looks like HTML, and its tags are read as words; extract its text first\n"
    )


def test_schema_is_printed() -> None:
    assert json.loads(run("schema").stdout) == output_schema()
    assert json.loads(run("schema", "--split").stdout) == output_schema(labelled=False)


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
    "args",
    [
        ["-f", "csv"],
        ["-f", "parquet", "--gzip"],
        ["--retry-failed"],
        ["--workers", 0],
        ["--backend", "dask"],
        ["--backend", "none"],
    ],
)
def test_wrong_usage_of_an_archive_is_2(tmp_path: Path, args: list[object]) -> None:
    assert run("predict", PAGE, "-o", tmp_path / "out", *args).exit_code == 2


def test_options_of_archives_need_a_folder(tmp_path: Path) -> None:
    assert run("predict", PAGE, "--workers", 2).exit_code == 2
    assert run("predict", PAGE, "--update").exit_code == 2
    assert run("predict", PAGE, "-f", "parquet").exit_code == 2
    assert run("predict", PAGE, "-o", tmp_path / "out", "--prune").exit_code == 2


def test_an_archive_takes_in_what_is_new(tmp_path: Path) -> None:
    source, out = tmp_path / "档案", tmp_path / "out"
    source.mkdir()
    for name in ("1.txt", "2.txt"):
        (source / name).write_text(TEXT, encoding="utf-8")
        assert run("predict", source, "-o", out, "--update").exit_code == 0
    assert "2 unchanged" in run("predict", source, "-o", out, "--update").stderr
    (source / "1.txt").unlink()
    told = run("predict", source, "-o", out, "--update", "--prune", "--retry-failed").stderr
    assert "1 unchanged, 1 vanished and dropped" in told
    assert "1 file, 7 articles" in told


def test_ctrl_c_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("classify.archive.run_archive", interrupted)
    result = run("predict", PAGE, "-o", tmp_path / "out")
    assert result.exit_code == 130
    assert "out: stopped; the same command goes on from here" in result.stderr


def test_summaries_of_several_files_have_a_title_each(page: Path) -> None:
    result = run("summarize", page, page, "-n", 1)
    assert result.stdout.count(f"==> {page} <==") == 2
    assert "==>" not in run("summarize", page, "-n", 1).stdout


def test_the_threshold_is_the_user_s_in_files_and_in_archives(page: Path, tmp_path: Path) -> None:
    usual = objects(run("predict", page, "-f", "jsonl", "--no-summary"))
    confidences = sorted(o["confidence"] for o in usual if o["section"])
    high = str((confidences[0] + confidences[1]) / 2)
    strict = objects(run("predict", page, "-f", "jsonl", "--no-summary", "--threshold", high))
    assert sum(bool(o["section"]) for o in strict) == len(confidences) - 1
    (unsure,) = (o for o in strict if o["decision"] == "unsure")
    out = tmp_path / "out"
    run("predict", page, "-o", out, "--no-summary", "--threshold", high)
    (shard,) = out.glob("articles-*.jsonl")
    assert [json.loads(line) for line in shard.read_text("utf-8").splitlines()] == strict
    table = run("predict", page, "--no-summary", "--threshold", high).stdout
    assert f"unsure: {unsure['likeliest']} {unsure['confidence']:.2f}" in table
    resumed = program("predict", page, "-o", out, "--no-summary")
    assert f"was begun with threshold {high}, not None" in resumed.stderr.decode()
    assert program("predict", page, "--threshold", "1.5").returncode == 2


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL])
def test_a_run_with_two_workers_that_is_stopped_leaves_no_noise(kill: signal.Signals, tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for n in range(200):
        (source / f"{n}.txt").write_text(TEXT, encoding="utf-8")
    command = [sys.executable, "-m", "classify.cli", "predict", str(source), "-o", str(out), "--workers", "2"]
    process = subprocess.Popen(
        command, start_new_session=True, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    manifest = out / "manifest.jsonl"
    end = time.monotonic() + 120
    while not (manifest.exists() and manifest.read_bytes().count(b"\n") > 1):
        assert time.monotonic() < end
        time.sleep(0.02)
    if kill == signal.SIGINT:
        os.killpg(process.pid, kill)
    else:
        process.send_signal(kill)
    told = process.communicate(timeout=60)[0]  # workers and watchers hold the pipe open until they end
    if kill == signal.SIGINT:
        assert told == f"classify: {out}: stopped; the same command goes on from here\n"
        assert process.returncode == 130
    else:
        assert told == ""
    result = run("predict", source, "-o", out)
    assert "1,400 articles" in result.stderr
