"""What a stranger's type checker sees of the package: every public name, with its own type."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import classify
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """\
from classify import Pipeline, SectionClassifier, load_model, predict_page, split_page, train
from classify.sections import SectionClassifier as Same
reveal_type(predict_page("x"))
reveal_type(Pipeline(load_model()).predict_pages([""]))
reveal_type(split_page("x"))
reveal_type(SectionClassifier())
reveal_type(Same())
reveal_type(train("seeds"))
"""
TYPES = [
    "list[classify.records.LabelledArticle]",
    "list[list[classify.records.LabelledArticle]]",
    "classify.records.Page",
    "classify.sections.classifier.SectionClassifier",
    "classify.sections.classifier.SectionClassifier",
    "classify.sections.training.Trained",
]


def check(program: str, folder: Path) -> list[str]:
    """Return what ``mypy --strict`` says of a program that imports the package, without its own errors."""
    pytest.importorskip("mypy")
    (folder / "program.py").write_text(program, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--config-file=", "program.py"],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(ROOT), "MYPY_CACHE_DIR": str(folder.parent / "mypy")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
def test_a_strict_type_checker_sees_every_public_name(tmp_path: Path) -> None:
    names = [name for name in classify.__all__ if name not in PROGRAM.split("\n", 1)[0]]
    *revealed, errors = check(f"{PROGRAM}from classify import {', '.join(names)}\n", tmp_path)
    assert errors.startswith("Success")
    assert [line.split('"')[1] for line in revealed] == TYPES
    # In the same test, for its cache: names that do not exist are errors.
    first, second, third, _ = check(
        "import classify\nfrom classify import Nonsense\nfrom classify.sections import Other\nclassify.nothing\n",
        tmp_path,
    )
    assert '"Nonsense"' in first
    assert '"Other"' in second
    assert '"nothing"' in third
