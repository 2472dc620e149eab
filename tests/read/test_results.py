"""Results read again: the same article, whatever the format; what a spreadsheet has changed is left out."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.output.csv import csv_text
from classify.output.json import article_object, with_fields
from classify.pipeline import record_article
from classify.read.results import is_result, past_result
from classify.records import Article, Box, Byline, Dateline
from tests.output.examples import FULL, both_objects

words = st.text("林=-'@ 场", max_size=6)
names = st.lists(st.text("林场@=", min_size=1, max_size=3), max_size=2).map(tuple)
articles = st.builds(
    Article,
    headline=words,
    kicker=words,
    deck=words,
    byline=st.builds(Byline, words, names, names, names),
    dateline=st.builds(Dateline, words, words),
    captions=names,
    body=words,
    lines=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=2).map(tuple),
    boxes=st.lists(st.builds(Box, st.integers(1, 9), *[st.floats(0, 99)] * 4), max_size=2).map(tuple),
    page=st.integers(1, 9),
    split_confidence=st.floats(0, 1),
)


@given(articles)
def test_an_article_comes_back(article: Article) -> None:
    found = article_object(article, file="第1版.txt", number=3)
    (row,) = csv.DictReader(io.StringIO(csv_text([found]), newline=""))
    for record in (json.loads(json.dumps(found)), row):
        past = past_result(record)
        assert (past.article, past.file, past.number) == (article, "第1版.txt", 3)
        assert (past.section, past.decision, past.fields) == (None, "", {})
        assert record_article(record) == article


def test_what_is_made_again_is_dropped_and_the_rest_kept() -> None:
    full, empty = both_objects()
    full = with_fields(full, {"issue": "7", "input_source": "甲报"})
    rows = csv.DictReader(io.StringIO(csv_text([full, empty]), newline=""))
    for record in (full, next(rows)):
        past = past_result(record)
        assert past.article == FULL.article
        assert (past.section, past.decision) == ("forestry", "labelled")
        assert past.fields == {"issue": "7", "input_source": "甲报"}
    for record in (empty, next(rows)):
        past = past_result(record)
        assert (past.article, past.section, past.decision) == (Article(), None, "unsure")


@pytest.mark.parametrize("missing", ["id", "headline", "body", "split_confidence", "article"])
def test_other_records_are_no_results(missing: str) -> None:
    full, _ = both_objects()
    assert is_result(full)
    assert not is_result({key: value for key, value in full.items() if key != missing})


def test_what_a_spreadsheet_has_changed_is_left_out() -> None:
    full, _ = both_objects()
    (row,) = csv.DictReader(io.StringIO(csv_text([full]), newline=""))
    row |= {"lines": "1月3日", "boxes": "2 10", "page": "", "article": "1E+99", "split_confidence": "高"}
    row["body"] = row["body"].replace("\n", "\r\n")
    past = past_result(row)
    assert past.article.body == FULL.article.body
    assert (past.article.lines, past.article.boxes, past.article.page) == ((), (), 1)
    assert (past.number, past.article.split_confidence) == (1, 1.0)


def test_keys_of_the_wrong_type_do_no_harm() -> None:
    full, _ = both_objects()
    wrong = full | {"byline": 3, "dateline": None, "captions": None, "lines": [[1]], "headline": 7}
    article = past_result(wrong).article
    assert (article.headline, article.byline, article.captions, article.lines) == ("7", Byline(), (), ())
