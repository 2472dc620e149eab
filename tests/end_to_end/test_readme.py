"""What README.md shows is what the program does."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from typer.testing import CliRunner

from classify.cli import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```text\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def test_the_python_examples_run(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert result.attempted >= 8
    assert result.failed == 0


def test_the_piece_of_the_page_is_in_the_page() -> None:
    piece = BLOCKS[0].rstrip("\n")
    assert piece in (ROOT / "examples" / "page.txt").read_text(encoding="utf-8")


def test_the_output_shown_is_the_output(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    result = CliRunner().invoke(app, ["predict", "examples/page.txt"])
    shown = [line.rstrip() for line in BLOCKS[1].split("\n") if line.strip()]
    printed = [line.rstrip() for line in result.stdout.split("\n") if line.strip()]
    first = printed.index(shown[1])
    assert printed[0] == shown[0]
    assert printed[first : first + len(shown) - 1] == shown[1:]


def test_the_map_names_what_there_is() -> None:
    tree = re.search(r"^```\nclassify/\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert tree
    inside, beside = tree[1].split("models/", 1)
    for name in re.findall(r"^  (\S+)  ", inside, re.MULTILINE):
        assert (ROOT / "classify" / name).exists(), name
    for name in re.findall(r"^(\S+/)  ", "models/" + beside, re.MULTILINE):
        assert (ROOT / name).is_dir(), name


def test_ci_finds_the_two_commands() -> None:
    commands = re.findall(r"^(?:python3 -m venv|\.venv/bin/pip install) .*$", README, re.MULTILINE)
    assert len(set(commands)) == 2
