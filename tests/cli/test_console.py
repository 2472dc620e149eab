"""Exit codes and messages: one clear line for what fails, and nothing raw from an input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from classify.cli import main
from tests.cli.commands import BAD, PAGE, objects, program, run
from tests.support import ROOT


def test_a_bad_input_is_skipped_and_the_others_are_done(page: Path, tmp_path: Path) -> None:
    result = run("predict", tmp_path / "none.txt", page, "-f", "jsonl")
    assert result.exit_code == 1
    assert len(objects(result)) == 7
    bad, leftover = result.stderr.splitlines()
    assert "none.txt: no such file" in bad
    assert leftover.endswith("belongs to no article: 173")


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["predict", "split", "summarize", "explain"])
def test_what_is_no_text_gives_one_line_and_1(tmp_path: Path, name: str, command: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(BAD[name])
    result = program(command, path)
    message = result.stderr.decode()
    assert result.returncode == 1
    assert result.stdout == b""
    assert message.count("\n") == 1
    assert "bad.txt" in message
    assert "Traceback" not in message


@pytest.mark.parametrize("command", ["predict", "split", "summarize"])
def test_an_empty_file_gives_a_line_and_0(tmp_path: Path, command: str) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(b"")
    result = program(command, path)
    assert result.returncode == 0
    assert result.stdout == b""
    assert result.stderr.decode().count("\n") == 1


@pytest.mark.parametrize(
    "args",
    [
        ["predict"],
        ["predict", PAGE, "-n", "0"],
        ["predict", PAGE, "--format", "xml"],
        ["summarise", PAGE],
        ["train", "a", "--risk", "2"],
    ],
)
def test_wrong_usage_is_2(args: list[object]) -> None:
    assert run(*args).exit_code == 2


def test_a_missing_model_and_a_wrong_digest_are_reported_in_one_line(tmp_path: Path) -> None:
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


def test_a_reader_that_ends_early_is_no_error() -> None:
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


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("train", "mine.csv", "-o", "mine.csv"), "mine.csv: is an input, and would be replaced"),
        (("train", "mine.csv", "-o", "notes.joblib"), "notes.json: is no model's card"),
        (
            ("evaluate", "mine.csv", "--report", "mine.csv"),
            "mine.csv: is an input, and would be replaced",
        ),
        (
            ("evaluate", "mine.csv", "--report", "no/report.html"),
            "no/report.html: no such folder; make no first",
        ),
        (("evaluate", "mine.csv", "--report", "."), ".: is a folder; name a file in it"),
        (("train", "mine.csv", "-o", ""), ".: is a folder; name a file in it"),
        (("evaluate", "mine.csv"), "mine.csv: the model knows none of its labels (体育, 娱乐 …)"),
        (("predict", "没有", "-o", "out"), "没有: no such file"),
        (("split", "mine.csv"), "mine.csv: holds records, not one text"),
    ],
)
def test_what_would_lose_data_or_say_nothing_is_refused(
    args: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text("text,label\n主场迎来首胜,体育\n新片今日上映,娱乐\n", "utf-8")
    (tmp_path / "notes.json").write_text("{}", "utf-8")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    done = program(*args, cwd=tmp_path)
    assert done.returncode == 1
    assert f"classify: {message}" in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("format", ["table", "jsonl", "csv"])
def test_a_full_disk_is_reported_in_one_line(format: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "classify.cli", "predict", PAGE, "--format", format],
            stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    *leftover, last = done.stderr.decode().splitlines()
    assert last.startswith("classify: standard output: ")
    assert all("belongs to no article" in line for line in leftover)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_stream_without_chinese_gets_utf_8_and_is_told(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "classify.cli", "split", str(PAGE), "-f", "jsonl"],
        cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "林长巡林三万人次" in done.stdout.decode("utf-8")
    assert done.stderr.count(b"has no Chinese characters; UTF-8 is written instead") == 1


@pytest.mark.skipif(os.name == "nt", reason="the shell of Windows can't close streams")
def test_a_closed_output_ends_quietly(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m classify.cli split "{PAGE}" -f jsonl >&- 2> "{tmp_path / "errors"}"'
    done = subprocess.run(command, shell=True, cwd=ROOT, check=False)
    assert done.returncode == 0
    assert "Traceback" not in (tmp_path / "errors").read_text("utf-8")


def test_results_come_as_records_arrive_on_standard_input() -> None:
    """The writer waits for each result before it writes the next record."""
    with subprocess.Popen(
        [sys.executable, "-m", "classify.cli", "predict", "-", "-f", "jsonl", "--no-summary"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdin
        assert running.stdout
        for text in ("林场造林两千亩。", "民警破获盗窃案。"):
            running.stdin.write((json.dumps({"text": text}) + "\n").encode())
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["body"] == text
        running.stdin.close()
        assert running.stdout.read() == b""
        assert running.wait() == 0
