"""examples/page.pdf: the articles that the command finds in it are those of which the page was made."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from classify.cli import app
from tests.support import ROOT

TRUTH = json.loads((ROOT / "examples" / "page.json").read_text("utf-8"))


def split(form: str) -> str:
    return CliRunner().invoke(app, ["split", str(ROOT / "examples" / "page.pdf"), "--format", form]).stdout


def test_the_articles_of_the_example_are_found() -> None:
    pytest.importorskip("rapidfuzz")
    from benchmarks.article_scores import figures, score_file

    found = figures(score_file(TRUTH, [json.loads(line) for line in split("jsonl").splitlines()]))
    overlap = found.pop("overlap")
    assert overlap > 0.85
    assert found.pop("errors") < 0.01
    assert found.pop("furniture_taken") == 0.0
    assert found == dict.fromkeys(("f1", "headlines", "kickers", "bylines", "captions"), 1.0)


def test_lines_that_belong_to_no_article_are_left_over() -> None:
    left = {line["text"].replace(" ", "") for line in json.loads(split("json"))["leftover"]}
    assert any(text.replace(" ", "") in left for text in TRUTH["furniture"])
