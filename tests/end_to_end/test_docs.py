"""What docs/ shows is what the program does: every ``>>>`` and every ``$`` of its pages is run.

A page is run from its top to its end in a folder of its own, commands and Python in the order of the page, so a
command may use what an example above it wrote. ``...`` in an output stands for anything.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib.util
import io
import json
import os
import re
import shlex
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import classify
from classify.cli import main
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DOCS = ROOT / "docs"
PAGES = sorted((DOCS / "pages").rglob("*.md"))
FENCE = re.compile(r"^```(?P<kind>pycon|console)[^\n]*\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)
COLUMNS = "72"
"""Columns of the terminal whose output the pages show."""
ALLOWED = doctest.ELLIPSIS


class Example(NamedTuple):
    """What one prompt shows: its line in the page, what is run, and the output."""

    line: int
    kind: str
    source: str
    want: str


def examples_of(page: str) -> list[Example]:
    """Return the examples of a page in order."""
    found: list[Example] = []
    for fence in FENCE.finditer(page):
        line = page.count("\n", 0, fence.start("text")) + 1
        if fence["kind"] == "pycon":
            for part in doctest.DocTestParser().get_examples(fence["text"]):
                found.append(Example(line + part.lineno, "python", part.source, part.want))
            continue
        for part in re.finditer(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", fence["text"], re.MULTILINE):
            at = line + fence["text"].count("\n", 0, part.start())
            found.append(Example(at, "command", part[1], part[2]))
    return found


def run_command(command: str, folder: Path) -> str:
    """Run a command line in `folder`; return what it printed, without blanks at line ends and blank lines."""
    first, _, rest = command.partition(" | ")
    if first.startswith("classify ") and not set(first) & set(">$;"):
        # Most commands run in this process, which saves each the start of an interpreter.
        printed = run_program(shlex.split(first)[1:])
        return squeezed(run_shell(rest, folder, printed) if rest else printed)
    return squeezed(run_shell(command, folder))


def run_program(arguments: list[str]) -> str:
    """Run the command line of this package and return what it printed on either stream."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as streams:
        patch.setenv("COLUMNS", COLUMNS)
        patch.setattr(sys, "argv", ["classify", *arguments])
        streams.enter_context(contextlib.redirect_stdout(printed))
        streams.enter_context(contextlib.redirect_stderr(printed))
        with pytest.raises(SystemExit) as left:
            main()
    assert not left.value.code, printed.getvalue()
    return printed.getvalue()


def run_shell(command: str, folder: Path, given: str = "") -> str:
    """Run a command line in a shell, with `given` as its standard input, and return what it printed."""
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": COLUMNS}
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def squeezed(text: str) -> str:
    """Return the lines of `text` without blanks at their ends; blank lines are left out."""
    return "".join(f"{line.rstrip()}\n" for line in text.split("\n") if line.strip())


def run_python(source: str, names: dict[str, Any]) -> str:
    """Run one statement in `names` and return what it printed or raised, as the interpreter shows it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(source, "<docs>", "single"), names)
        except Exception as e:
            printed.write("Traceback (most recent call last):\n    ...\n")
            printed.write("".join(traceback.format_exception_only(e)))
    return printed.getvalue()


def run_page(page: str, folder: Path) -> list[tuple[Example, str]]:
    """Return the examples of a page with what each printed; `folder` is the working directory."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "classify"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m classify.cli "$@"\n')
    program.chmod(0o755)
    for name in ("examples", "models", "seeds"):
        (folder / name).symlink_to(ROOT / name)
    names: dict[str, Any] = {"__name__": "__main__"}
    results = []
    for example in examples_of(page):
        command = example.kind == "command"
        printed = run_command(example.source, folder) if command else run_python(example.source, names)
        results.append((example, printed))
    return results


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(DOCS / "pages")))
def test_the_examples_of_a_page_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(DOCS))
    check = doctest.OutputChecker().check_output
    for example, printed in run_page(path.read_text("utf-8"), tmp_path):
        want = squeezed(example.want) if example.kind == "command" else example.want
        if example.kind == "command" and not want:
            continue  # a command whose output the page leaves out
        where = f"{path.name}, line {example.line}: {example.source.strip()}"
        assert check(want, printed, ALLOWED), f"{where}\nshown:\n{want}\nprinted:\n{printed}"


def test_examples_are_found() -> None:
    page = "```console\n$ a\none\n\ntwo\n$ b\n```\n\n```pycon\n>>> 1\n1\n>>> 2\n2\n```\n"
    assert [tuple(example) for example in examples_of(page)] == [
        (2, "command", "a", "one\n\ntwo\n"),
        (6, "command", "b", ""),
        (10, "python", "1\n", "1\n"),
        (12, "python", "2\n", "2\n"),
    ]
    assert len(examples_of((DOCS / "pages" / "tutorial.md").read_text("utf-8"))) > 20


def test_the_library_reference_has_every_public_name() -> None:
    from classify import archive, sections, summarizer

    pages = "".join(path.read_text("utf-8") for path in (DOCS / "pages" / "library").glob("*.md"))
    found = {name.rsplit(".", 1)[1] for name in re.findall(r"^::: (classify\.\S+)$", pages, re.MULTILINE)}
    for module in (classify, sections, summarizer, archive):
        assert set(module.__all__) - found == set(), module.__name__


def test_every_key_of_the_output_is_explained() -> None:
    from typer.testing import CliRunner

    from classify.cli import app

    page = (DOCS / "pages" / "output.md").read_text("utf-8")
    result = CliRunner().invoke(app, ["predict", str(ROOT / "examples" / "page.txt"), "-f", "jsonl"])
    keys: set[str] = set()
    for line in result.stdout.splitlines():
        article = json.loads(line)
        keys |= {*article, *article["byline"], *article["dateline"]}
    assert keys
    assert {key for key in keys if f"`{key}`" not in page and f".{key}`" not in page} == set()


def test_the_model_card_is_filled_in() -> None:
    spec = importlib.util.spec_from_file_location("docs_hooks", DOCS / "hooks.py")
    assert spec
    assert spec.loader
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    page = (DOCS / "pages" / "model-card.md").read_text("utf-8")
    filled = hooks.fill(page)
    card = json.loads((ROOT / "models" / "sections.json").read_text("utf-8"))
    assert "{{" in page
    assert "{{" not in filled
    for text in (*card["labels"], f"{card['data']['documents']:,}", card["sha256"], card["data"]["sha256"]):
        assert text in filled
