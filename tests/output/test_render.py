"""Results in every format, from one article with everything and one with nothing."""

from __future__ import annotations

import csv
import io
import json

import pytest
from rich.console import Console

from classify.output import render
from classify.records import (
    Article,
    Byline,
    Dateline,
    Keyword,
    LabelledArticle,
    Prediction,
    Sentence,
    Summary,
)

FULL = LabelledArticle(
    Article(
        headline="林场造林",
        kicker="青河县",
        deck="今春二十万亩",
        byline=Byline("本报", ("王小明", "李某"), ("赵某",), ("钱某",)),
        dateline=Dateline("青河", "2月3日"),
        captions=("图为林场。",),
        body="林场今春造林。\n面积“二十万”亩, 比去年多。",
        lines=((1, 3), (5, 9)),
        split_confidence=0.9,
    ),
    Prediction("forestry", 0.87654, {"forestry": 0.87654, "other": 0.12346}),
    Summary((Sentence("林场今春造林。", 0, 7, 0.5),)),
    (Keyword("造林", 0.3), Keyword("林场", 0.2)),
)
EMPTY = LabelledArticle(Article(), Prediction(None, 0.5, {"forestry": 0.5, "other": 0.5}))


@pytest.fixture
def results() -> list[dict]:
    return [render.labelled_object(item, file="页.txt", number=n) for n, item in enumerate((FULL, EMPTY), 1)]


def test_both_have_the_same_keys_and_survive_json(results) -> None:
    assert results[0].keys() == results[1].keys()
    assert [json.loads(render.to_json(r)) for r in results] == results
    assert results[0]["confidence"] == 0.8765
    assert results[1]["section"] is None


def test_json_keeps_chinese_and_escapes_lone_surrogates() -> None:
    assert render.to_json({"a": "林"}) == '{"a": "林"}'
    assert json.loads(render.to_json({"a": "\ud800林"}).encode()) == {"a": "\ud800林"}


def test_csv_reads_back(results) -> None:
    rows = list(csv.DictReader(io.StringIO(render.csv_text(results))))
    assert rows[0]["body"] == FULL.body
    assert rows[0]["lines"] == "1-3 5-9"
    assert rows[0]["reporters"] == "王小明、李某"
    assert rows[0]["p_forestry"] == "0.8765"
    assert rows[1]["section"] == ""
    assert render.csv_text([]).startswith("file,article,section")


def test_csv_has_the_columns_of_every_row(results) -> None:
    text = render.csv_text([results[0], render.with_fields(results[1], {"编号": 7})])
    assert [row["编号"] for row in csv.DictReader(io.StringIO(text))] == ["", "7"]


def test_fields_that_are_called_like_a_result_are_kept_apart(results) -> None:
    passed = render.with_fields(results[0], {"text": "…", "title": "…", "section": "A1", "id": 3})
    assert passed["section"] == "forestry"
    assert passed["input_section"] == "A1"
    assert passed["id"] == 3
    assert "text" not in passed


def test_ninjs(results) -> None:
    item, bare = map(render.ninjs_object, results)
    assert item["by"] == "王小明、李某、赵某"
    assert item["located"] == "青河"
    assert item["subjects"] == [{"name": "forestry", "confidence": 88}]
    assert item["infoSources"] == [{"name": "本报"}]
    assert [b["role"] for b in item["bodies"]] == ["main", "summary"]
    assert bare["uri"] != item["uri"]
    assert "subjects" not in bare


def test_tables_show_everything_and_no_control_characters(results) -> None:
    results[0]["headline"] = "林\x1b[31m场\u202e"
    for show in (render.print_table, render.print_articles):
        console = Console(file=io.StringIO(), width=90, force_terminal=False)
        show(results, console)
        text = console.file.getvalue()
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "青河县" in text
