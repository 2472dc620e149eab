"""The JSON Schema is that of real output: every object validates, and every key is described."""

from __future__ import annotations

import json

import pytest

from classify import predict_page, predict_records, split_page
from classify.output.json import article_object, labelled_object, to_json, with_fields
from classify.output.schema import output_schema
from tests.output.examples import FULL, both_objects
from tests.support import ROOT

PAGE = (ROOT / "examples" / "page.txt").read_text("utf-8")


@pytest.fixture(scope="module")
def errors():
    """Return a function that gives the messages of the schema for an object."""
    jsonschema = pytest.importorskip("jsonschema")

    def check(value: object, *, labelled: bool = True) -> list[str]:
        schema = output_schema(labelled=labelled)
        jsonschema.Draft202012Validator.check_schema(schema)
        return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(value)]

    return check


def test_the_keys_are_those_of_the_objects() -> None:
    assert list(output_schema()["properties"]) == output_schema()["required"] == list(both_objects()[0])
    split = article_object(FULL.article, file="a", number=1)
    assert output_schema(labelled=False)["required"] == list(split)


def test_real_output_is_valid(errors) -> None:
    for number, item in enumerate(predict_page(PAGE), 1):
        assert errors(json.loads(to_json(labelled_object(item, file="page.txt", number=number)))) == []
    for number, article in enumerate(split_page(PAGE), 1):
        split = json.loads(to_json(article_object(article, file="page.txt", number=number)))
        assert errors(split, labelled=False) == []
        assert errors(split)
    (item,) = predict_records([{"text": "民警抓获盗窃嫌疑人。"}])
    record = with_fields(labelled_object(item, file="a.jsonl", number=1), {"id": 3, "编号": None})
    assert errors(json.loads(to_json(record))) == []
    for made in both_objects():
        assert errors(made) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "xyz"),
        ("page", 0),
        ("lines", [[1]]),
        ("lines", [[1, 2, 3]]),
        ("boxes", [[1, 0, 0, 5]]),
        ("confidence", 1.2),
        ("decision", "maybe"),
        ("section", 3),
        ("scores", {"business": 2}),
        ("byline", {"source": "本报"}),
        ("captions", "图"),
    ],
)
def test_wrong_values_are_refused(errors, key: str, value: object) -> None:
    full, _ = both_objects()
    assert errors(full | {key: value})
    assert errors({k: v for k, v in full.items() if k != key})
