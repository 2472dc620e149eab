"""JSON objects of articles: keys and their order, ids, passed-through fields, valid JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.output.json import (
    article_id,
    article_object,
    labelled_object,
    leftover_objects,
    to_json,
    with_fields,
)
from classify.records import Box, Line
from tests.output.examples import EMPTY, FULL, both_objects

KEYS = [
    "id", "file", "page", "article", "headline", "kicker", "deck", "byline", "dateline", "captions", "body",
    "lines", "boxes", "split_confidence", "section", "decision", "likeliest", "confidence", "scores", "summary",
    "keywords",
]  # fmt: skip


def test_every_object_has_every_key_in_the_order_of_the_contract() -> None:
    for item in (FULL, EMPTY):
        assert list(labelled_object(item, file="a.txt", number=1)) == KEYS
        assert list(article_object(item.article, file="a.txt", number=1)) == KEYS[: KEYS.index("section")]


def test_the_values() -> None:
    full, empty = both_objects()
    assert (full["page"], full["article"]) == (2, 1)
    assert full["confidence"] == 0.8765
    assert (full["section"], full["decision"], full["likeliest"]) == ("forestry", "labelled", "forestry")
    assert (empty["section"], empty["decision"], empty["likeliest"]) == (None, "unsure", "forestry")
    assert full["boxes"] == [[2, 10.0, 20.5, 110.0, 220.0]]
    assert full["summary"] == ["林场今春造林。"]
    assert [json.loads(to_json(o)) for o in (full, empty)] == [full, empty]


# -- ids ---------------------------------------------------------------------------------------


def test_an_id_is_that_of_the_file_wherever_it_lies() -> None:
    ids = {article_id(FULL.article, file=file, number=1) for file in ("a.txt", "x/a.txt", "/y/x.zip/z/a.txt")}
    assert len(ids) == 1
    # Fixed: ids that users have stored must not change with a version.
    assert ids == {"a3920e627ad16bdedef3"}


@pytest.mark.parametrize(
    ("article", "file", "number"),
    [
        (FULL.article, "b.txt", 1),
        (FULL.article, "a.txt", 2),
        (replace(FULL.article, page=1), "a.txt", 1),
        (replace(FULL.article, headline=""), "a.txt", 1),
        (replace(FULL.article, body=FULL.article.body + "。"), "a.txt", 1),
        # The same characters, parted elsewhere.
        (
            replace(FULL.article, headline="林场造", body="林" + FULL.article.body),
            "a.txt",
            1,
        ),
    ],
    ids=["file", "number", "page", "headline", "body", "where the headline ends"],
)
def test_another_article_has_another_id(article, file, number) -> None:
    assert article_id(article, file=file, number=number) != article_id(FULL.article, file="a.txt", number=1)


def test_labels_and_summaries_change_no_id() -> None:
    first, _ = both_objects()
    bare = article_object(FULL.article, file="第 3 版#1.txt", number=1)
    assert first["id"] == bare["id"]


# -- passed-through fields ---------------------------------------------------------------------


def test_own_fields_come_behind_and_replace_nothing() -> None:
    full, _ = both_objects()
    combined = with_fields(full, {"text": "…", "title": "…", "section": "A1", "id": 3, "编号": 7})
    assert list(combined) == [*KEYS, "input_section", "input_id", "编号"]
    assert combined["section"] == "forestry"
    assert (combined["input_section"], combined["input_id"], combined["编号"]) == ("A1", 3, 7)


names = st.one_of(
    st.sampled_from([*KEYS, *(f"input_{k}{u}" for k in KEYS[:3] for u in ("", "_"))]), st.text(max_size=4)
)


@given(st.dictionaries(names, st.integers(), max_size=12))
def test_no_field_is_lost_and_none_replaces_another(fields: dict[str, int]) -> None:
    result = dict.fromkeys(KEYS, "ours")
    combined = with_fields(result, fields)
    own = {k: v for k, v in fields.items() if k not in ("text", "title")}
    assert [combined[key] for key in KEYS] == ["ours"] * len(KEYS)
    assert sorted(v for k, v in combined.items() if k not in KEYS) == sorted(own.values())
    assert all(combined[k] == v for k, v in own.items() if k not in KEYS)


# -- valid JSON --------------------------------------------------------------------------------


def test_json_keeps_chinese_and_writes_no_lone_surrogates() -> None:
    assert to_json({"a": "林"}) == '{"a": "林"}'
    assert json.loads(to_json({"a": "\ud800林"}).encode()) == {"a": "\ufffd林"}


def test_numbers_that_json_does_not_have_become_null() -> None:
    text = to_json({"a": [float("nan"), {"b": float("-inf")}], "c": 1.5, "d": (float("inf"),)})
    assert json.loads(text, parse_constant=pytest.fail) == {"a": [None, {"b": None}], "c": 1.5, "d": [None]}


def test_leftover_lines() -> None:
    lines = [Line("第3版", 9), Line("广告", 4, Box(3, 0, 0, 1, 1))]
    assert leftover_objects(lines, file="a.pdf") == [
        {"file": "a.pdf", "page": 1, "line": 9, "text": "第3版"},
        {"file": "a.pdf", "page": 3, "line": 4, "text": "广告"},
    ]
