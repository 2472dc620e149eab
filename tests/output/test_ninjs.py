"""ninjs items, validated against the schema that the IPTC publishes; see tests/data/README.md."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from classify import predict_page
from classify.output.json import article_object, labelled_object
from classify.output.ninjs import ninjs_object
from tests.output.examples import FULL, both_objects
from tests.support import ROOT, TESTS

SCHEMA = TESTS / "data" / "ninjs-schema_3.2.json"
# A URN by RFC 8141: urn:example:a1 yes; urn:example:第 3 版 no.
URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:[A-Za-z0-9._~!$&'()*+,;=:@/-]+")


@pytest.fixture(scope="module")
def errors():
    """Return a function that gives the messages of the schema for an item; formats are checked as well."""
    jsonschema = pytest.importorskip("jsonschema")
    pytest.importorskip("rfc3986_validator", reason="checks the format `uri`")
    schema = json.loads(SCHEMA.read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    return lambda item: [error.message for error in validator.iter_errors(item)]


def test_the_schema_is_the_published_file() -> None:
    digest = hashlib.sha256(SCHEMA.read_bytes()).hexdigest()
    assert digest in (TESTS / "data" / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    "file", ["第 3 版#1.txt", "a b.txt", "-", "x%y?.txt", "\ud800.txt", "压缩.zip/第3版.txt"]
)
def test_items_are_valid_whatever_the_file_is_called(errors, file: str) -> None:
    for result in (*both_objects(file), dict(article_object(FULL.article, file=file, number=1))):
        item = ninjs_object(result)
        assert errors(item) == []
        assert URN.fullmatch(item["uri"])


def test_items_of_a_page_are_valid(errors) -> None:
    page = (ROOT / "examples" / "page.txt").read_text("utf-8")
    for number, found in enumerate(predict_page(page), 1):
        assert errors(ninjs_object(labelled_object(found, file="page.txt", number=number))) == []


def test_the_schema_refuses_what_is_wrong(errors) -> None:
    """Without this, a validator that checks nothing would pass the tests above."""
    item = ninjs_object(both_objects()[0])
    assert errors(item | {"uri": "urn:classify:第 3 版#1"})
    assert errors(item | {"keywords": ["林场"]})
    assert errors(item | {"bodies": [{"role": "main"}]})
    assert errors({key: value for key, value in item.items() if key != "uri"})


def test_what_stands_where() -> None:
    item, bare = map(ninjs_object, both_objects())
    assert [(h["role"], h["value"]) for h in item["headlines"]] == [
        ("main", "林场造林"),
        ("kicker", "青河县"),
        ("deck", "今春二十万亩"),
    ]
    assert [b["role"] for b in item["bodies"]] == ["main", "caption"]
    assert item["bodies"][0]["charCount"] == len(FULL.article.body)
    assert item["descriptions"] == [{"role": "summary", "value": "林场今春造林。"}]
    assert item["by"] == "岑雨桐、李某、温砚秋"
    assert item["located"] == "青河"
    assert item["infoSources"] == [{"name": "本报"}]
    assert item["subjects"][0] == {"name": "forestry", "rel": "classifies", "confidence": 88}
    assert [s["name"] for s in item["subjects"][1:]] == ["造林", "林场"]
    assert item["altIds"] == [{"role": "file", "value": "第 3 版#1.txt#1"}]
    assert bare["uri"] != item["uri"]
    assert not {"subjects", "descriptions", "headlines", "by", "located"} & set(bare)
