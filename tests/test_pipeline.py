"""Pages and records to labelled, summarised articles; what a pipeline refuses; evaluation of what it says."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest

from classify import (
    Line,
    SummaryOptions,
    load_model,
    predict_page,
    predict_pages,
    predict_records,
    split_page,
)
from classify.pipeline import Pipeline, article_text, record_article
from classify.read.labelled import Corpus, Document
from classify.text.normalize import clean

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
        # Sums over a batch are taken in another order, so scores agree to rounding only.
        assert [(s.start, s.end) for s in alone.summary] == [(s.start, s.end) for s in item.summary]
        assert [s.score for s in alone.summary] == pytest.approx([s.score for s in item.summary], abs=1e-12)
        assert [k.text for k in alone.keywords] == [k.text for k in item.keywords]
        assert [k.score for k in alone.keywords] == pytest.approx([k.score for k in item.keywords], abs=1e-12)
        assert alone.prediction.scores == pytest.approx(item.prediction.scores, abs=1e-9)


def test_nothing_is_made_that_is_not_asked_for() -> None:
    assert all(not i.summary.sentences and not i.keywords for i in predict_page(TEXT, n_sentences=0))
    assert all(i.summary.sentences and not i.keywords for i in predict_page(TEXT, n_keywords=0))


def test_a_page_of_radicals_and_vertical_marks_is_read_as_if_it_had_none() -> None:
    """As extractors give it that take the first character of a glyph; and as GB18030 files have it."""
    radicals = {clean(c): c for c in map(chr, range(0x2E80, 0x2FD6)) if unicodedata.name(c, "")}
    marks = dict(zip("，。：；！？（）《》", "︐\ue78e︓︔︕︖︵︶︽︾", strict=True))
    glyphs = TEXT.translate(str.maketrans(radicals | marks)).replace("\n", "(cid:7)\ue000\n")
    assert sum(a != b for a, b in zip(glyphs, TEXT, strict=False)) > 500
    assert predict_page(glyphs) == predict_page(TEXT)


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


# -- wrong arguments: one clear error each -----------------------------------------------------


@pytest.mark.parametrize("function", [predict_pages, predict_records], ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("一个字符串", "one string was given where many (pages|records) are expected; put it in a list"),
        (b"bytes", "one bytes object was given where many"),
        ({"text": "一篇"}, "one mapping was given where many"),
        (None, "None was given where many (pages|records) are expected; give a list"),
        (7, "a value of type int was given where many"),
        (
            np.array([["一篇"], ["二篇"]]),
            "a table was given where many (pages|records) are expected",
        ),
    ],
    ids=lambda v: type(v).__name__,
)
def test_one_where_many_are_expected(function, given: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        function(given)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (None, "a page is None; give text, or a list of Lines"),
        (b"bytes", "a page is bytes; decode them first"),
        (7, "a page is a value of type int"),
        (["一行", "两行"], "a page holds a value of type str; give text as one string, or a list of Lines"),
        ({"text": "一篇"}, "a page is a value of type dict"),
    ],
)
def test_what_is_no_page(page: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        predict_page(page)
    with pytest.raises(TypeError, match=message):
        predict_pages([TEXT, page])


@pytest.mark.parametrize("record", ["一篇", None, ["一篇"]])
def test_what_is_no_record(record: object) -> None:
    with pytest.raises(TypeError, match=r"a record is .*; give a dict with `text`"):
        predict_records([{"text": "林场造林。"}, record])


@pytest.mark.parametrize("name", ["n_sentences", "n_keywords"])
@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (-1, ValueError, "is -1; give 0 or more"),
        (None, TypeError, "is None; give a whole number"),
        (1.5, TypeError, "is 1.5; give a whole number"),
        (True, TypeError, "is True; give a whole number"),
    ],
)
@pytest.mark.parametrize("function", [predict_page, predict_pages, predict_records], ids=lambda f: f.__name__)
def test_wrong_numbers(function, name: str, value: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"{name} {message}"):
        function([], **{name: value})


def test_a_pipeline_takes_a_model_and_options() -> None:
    with pytest.raises(
        TypeError, match="model is a str; give what load_model returns, or the model of what train"
    ):
        Pipeline("models/sections.joblib")
    with pytest.raises(TypeError, match="options is a dict; give SummaryOptions"):
        Pipeline(options={"n_sentences": 1})
    options = SummaryOptions(n_sentences=1)
    assert Pipeline(options=options).options is options


def test_lines_are_a_page() -> None:
    lines = [Line(text, number) for number, text in enumerate(TEXT.split("\n"), 1)]
    assert predict_page(lines) == predict_page(TEXT)


# -- evaluation --------------------------------------------------------------------------------


def test_evaluation_labels_what_prediction_labels() -> None:
    """Title and text go through the page reader, so byline and dateline are not part of what is labelled."""
    records = [
        ("林场造林忙", "本报讯（记者岑雨桐）林场近日造林两千亩。", "forestry"),
        ("", "柳湾2月3日电（记者温砚秋）民警抓获盗窃嫌疑人。", "policing"),
        ("标题与正文相同", "标题与正文相同", "other"),
    ]
    pipeline = Pipeline()
    corpus = Corpus(tuple(Document(text, label, title) for title, text, label in records), "here")
    evaluation = pipeline.evaluate(corpus)
    predicted = pipeline.predict_records([{"title": title, "text": text} for title, text, _ in records])
    for row, item in zip(evaluation.probabilities, predicted, strict=True):
        assert dict(zip(evaluation.classes, row.tolist(), strict=True)) == pytest.approx(
            item.prediction.scores
        )
    assert evaluation.source == "here"
    raw = pipeline.model.probabilities(corpus.texts)
    assert abs(raw - evaluation.probabilities).max() > 1e-6


# -- pandas --------------------------------------------------------------------------------------------


def test_a_frame_is_predicted_and_trained_on_and_keeps_its_index() -> None:
    pandas = pytest.importorskip("pandas", reason="no pandas")
    from classify import CorpusError, InputError, ReadOptions, train

    frame = pandas.DataFrame(
        {
            "正文": ["林场造林两千亩。", "民警破获盗窃案。", "护林员上山巡林。", "警方抓获嫌疑人。"],
            "标题": ["造林忙", None, float("nan"), "破案"],
            "类别": ["林", "警", "林", "警"],
        },
        index=["a", "b", "c", "d"],
    )
    pipeline = Pipeline()
    found = pipeline.predict_frame(frame)
    assert list(found.index) == ["a", "b", "c", "d"]
    records = frame.rename(columns={"正文": "text", "标题": "title"}).to_dict("records")
    assert list(found["section"]) == [item.section for item in pipeline.predict_records(records)]
    assert found.loc["a", "summary"] == "林场造林两千亩。"
    trained = train(frame)
    assert trained.corpus.counts == {"林": 2, "警": 2}
    assert trained.corpus.documents[2].source == "the DataFrame, row 'c'"
    assert trained.corpus.documents[2].title == ""
    with pytest.raises(InputError, match="the DataFrame: no column `本文`"):
        pipeline.predict_frame(frame, ReadOptions(text_column="本文"))
    with pytest.raises(InputError, match="row 1 has no string `标题`"):
        pipeline.predict_frame(frame.iloc[1:2], ReadOptions(text_column="标题"))
    with pytest.raises(CorpusError, match="the DataFrame, row 'a': no label"):
        train(frame[["正文"]])
