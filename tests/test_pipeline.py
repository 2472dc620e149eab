"""The hall: pages and records to labelled, summarised articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify import load_model, predict_page, predict_records, split_page
from classify.pipeline import Pipeline, article_text, record_article

TEXT = (Path(__file__).parents[1] / "examples" / "page.txt").read_text(encoding="utf-8")


def test_a_page_is_split_labelled_and_summarised() -> None:
    items = predict_page(TEXT)
    assert [i.article for i in items] == list(split_page(TEXT))
    for item in items:
        assert item.section is None or item.section in item.prediction.scores
        assert item.confidence == max(item.prediction.scores.values())
        assert sum(item.prediction.scores.values()) == pytest.approx(1)
        for s in item.summary.sentences:
            assert item.body[s.start : s.end] == s.text


def test_labels_of_many_are_those_of_each() -> None:
    articles, model = split_page(TEXT).articles, load_model()
    pipeline = Pipeline(model)
    together = pipeline.label(articles)
    for article, item in zip(articles, together, strict=True):
        (alone,) = pipeline.label([article])
        assert alone.summary == item.summary
        assert alone.keywords == item.keywords
        assert alone.prediction.scores == pytest.approx(item.prediction.scores, abs=1e-9)


def test_nothing_is_made_that_is_not_asked_for() -> None:
    assert all(not i.summary.sentences and not i.keywords for i in predict_page(TEXT, n_sentences=0))
    assert all(i.summary.sentences and not i.keywords for i in predict_page(TEXT, n_keywords=0))


@pytest.mark.parametrize("text", ["", "\n\n", "\0", "\ufeff", "\ud800"])
def test_nothing_in_nothing_out(text: str) -> None:
    assert predict_page(text) == []


def test_the_headline_is_read_with_the_body() -> None:
    (article,) = split_page("青河县造林\n\n本报讯 林场职工今天上山。", single=True)
    assert article_text(article) == "青河县造林\n林场职工今天上山。"


def test_a_record_keeps_its_title() -> None:
    article = record_article(
        {"title": "警方破案", "text": "本报讯（记者 王小明）民警昨天抓获一名盗窃嫌疑人。"}
    )
    assert article.headline == "警方破案"
    assert article.byline.reporters == ("王小明",)
    assert article.body == "民警昨天抓获一名盗窃嫌疑人。"
    assert record_article({"text": "", "title": None}).body == ""


def test_records_come_in_order() -> None:
    records = [
        {"text": "民警抓获盗窃嫌疑人。"},
        {"text": ""},
        {"text": "林场职工上山造林。", "title": "造林"},
    ]
    items = predict_records(records)
    assert [i.body for i in items] == ["民警抓获盗窃嫌疑人。", "", "林场职工上山造林。"]
    assert items[2].headline == "造林"
