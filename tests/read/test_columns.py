"""Which field is what: chosen by the user, or by a common name; exports of labelling programs."""

from __future__ import annotations

from typing import Any

import pytest

from classify.options import ReadOptions
from classify.read.columns import LABEL_NAMES, TEXT_NAMES, TITLE_NAMES, find_name, unnested, with_known_names


@pytest.mark.parametrize(
    ("fields", "options", "known"),
    [
        ({"text": "a"}, {}, {"text": "a"}),
        ({"Content": "a", "标题": "b"}, {}, {"text": "a", "title": "b"}),
        ({"content": "a", "text": "b"}, {}, {"content": "a", "text": "b"}),
        ({"content": "a", "text": "b"}, {"text_column": "content"}, {"text": "a", "input_text": "b"}),
        ({"a": "a", "题": "b", "title": "c"}, {"title_column": "题"}, {"a": "a", "title": "b", "input_title": "c"}),
        ({"a": "a"}, {"text_column": "b"}, {"a": "a"}),
    ],
)  # fmt: skip
def test_text_and_title(fields: dict[str, Any], options: dict[str, str], known: dict[str, Any]) -> None:
    assert with_known_names(dict(fields), ReadOptions(**options)) == known


def test_names_are_written_as_they_are_compared() -> None:
    for name in (*TEXT_NAMES, *TITLE_NAMES, *LABEL_NAMES):
        assert find_name([f" {name.upper()} "], None, (name,)) == f" {name.upper()} "


@pytest.mark.parametrize(
    ("annotations", "label"),
    [
        ([{"result": [{"value": {"choices": ["水务", "农业"]}}]}], ["水务", "农业"]),
        ([{"result": []}], []),
        ([], []),
        ([{"result": [{"value": {"choices": ["水务"]}}], "was_cancelled": True}], []),
        ([{"result": [{"value": {"text": ["评"]}}, {"value": {"choices": ["水务"]}}]}], ["水务"]),
    ],
)
def test_a_task_of_label_studio(annotations: list[Any], label: list[str]) -> None:
    task = {"id": 1, "data": {"text": "甲"}, "annotations": annotations, "meta": {}}
    assert unnested(task) == {"id": 1, "text": "甲", "label": label}


def test_other_records_stay() -> None:
    for record in ({"data": "甲", "label": ["水务"]}, {"data": {"text": "甲"}}, {"annotations": []}):
        assert unnested(record) == record
