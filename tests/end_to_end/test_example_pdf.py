"""examples/page.pdf: the articles that the command finds in it are those of which the page was made."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from classify.cli import app
from tests.support import ROOT

TRUTH = json.loads((ROOT / "examples" / "page.json").read_text("utf-8"))


def test_the_articles_of_the_example_are_found() -> None:
    result = CliRunner().invoke(app, ["split", str(ROOT / "examples" / "page.pdf"), "--format", "jsonl"])
    found = {item["headline"]: item for item in map(json.loads, result.stdout.splitlines())}
    assert set(found) == {article["headline"] for article in TRUTH["articles"]}
    for article in TRUTH["articles"]:
        item = found[article["headline"]]
        assert (item["kicker"], item["deck"].lstrip("—")) == (article["kicker"], article["deck"].lstrip("—"))
        assert set(article["reporters"]) <= set(item["byline"]["reporters"])
        assert len(item["boxes"]) >= 2
        for paragraph in article["body"].split("\n")[1:]:
            assert paragraph[:40] in item["body"]


def test_lines_that_belong_to_no_article_are_left_over() -> None:
    result = CliRunner().invoke(app, ["split", str(ROOT / "examples" / "page.pdf"), "--format", "json"])
    left = {line["text"].replace(" ", "") for line in json.loads(result.stdout)["leftover"]}
    assert any(text.replace(" ", "") in left for text in TRUTH["furniture"])
