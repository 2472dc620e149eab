"""Keywords and key phrases: what is promised for any text, and what a few texts must give."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.summarizer import key_phrases, keywords, keywords_many, summarize_many, summarize_with_keywords
from classify.summarizer.keywords import PHRASE_CHARS, REPORTING
from classify.text.words import segmenter

keywords_module = sys.modules["classify.summarizer.keywords"]  # the function has its name in the package
ARTICLE = (
    "本报讯（记者 王小明）昨日，青河县启动春季造林，计划在三月底前完成造林二十万亩。\n"
    "县林业局局长介绍，今年的造林任务比去年多五万亩，林业局准备了樟子松苗木三百万株。\n"
    "樟子松苗木来自邻县的苗圃，成活率在九成以上。苗圃负责人表示，造林用的樟子松苗木够用。\n"
    "责任编辑：赵青"
)
news = st.text(alphabet="林业局造林防火会议记者苗木，。！“”（）\n 　10a\ud800\U00020000", max_size=120)


@given(news, st.integers(0, 8))
def test_keywords_of_any_text(text: str, k: int) -> None:
    found = keywords(text, k)
    assert len(found) <= k
    assert len({w.text for w in found}) == len(found)
    assert [w.score for w in found] == sorted((w.score for w in found), reverse=True)
    assert sum(w.score for w in found) <= 1 + 1e-9
    for word in found:
        assert len(word.text) > 1
        assert word.text in text.replace("\ud800", "\ufffd")
        assert word.score >= 0


@given(news)
def test_all_ranks_sum_to_one(text: str) -> None:
    found = keywords(text, 1000)
    if found:
        assert sum(w.score for w in found) == pytest.approx(1, abs=1e-9)


@given(news, st.integers(0, 8))
def test_phrases_of_any_text(text: str, k: int) -> None:
    found = [p.text for p in key_phrases(text, k)]
    assert len(found) <= k
    for phrase in found:
        assert phrase in text.replace("\ud800", "\ufffd")
        assert 4 <= len(phrase) <= PHRASE_CHARS
        assert not any(phrase in other for other in found if other is not phrase)


def test_what_the_text_is_about_comes_first() -> None:
    words = [w.text for w in keywords(ARTICLE, 6)]
    assert {"造林", "林业局", "樟子松", "苗木"} <= {*words}
    assert key_phrases(ARTICLE, 1)[0].text == "樟子松苗木"


def test_reporters_and_their_verbs_are_no_keywords() -> None:
    words = {w.text for w in keywords(ARTICLE, 100)}
    assert not words & {"王小明", "赵青", "责任编辑", *REPORTING}


@pytest.mark.parametrize("text", ["", "\n", "。，！", "的了吗", "3.5"])
def test_nothing_to_say(text: str) -> None:
    assert keywords(text) == []
    assert key_phrases(text) == []


def test_no_number_below_none() -> None:
    assert keywords(ARTICLE, 0) == keywords(ARTICLE, -1) == []
    assert key_phrases(ARTICLE, 0) == key_phrases(ARTICLE, -1) == []


@given(st.lists(news, max_size=5), st.integers(0, 4))
def test_keywords_of_many_are_those_of_each(texts: list[str], k: int) -> None:
    assert keywords_many(texts, k) == [keywords(text, k) for text in texts]


@given(st.lists(news, max_size=4), st.integers(0, 3), st.integers(0, 4))
def test_a_digest_is_summary_and_keywords(texts: list[str], n: int, k: int) -> None:
    titles = [text[:5] or None for text in texts]
    found = summarize_with_keywords(texts, n, k, titles=titles)
    assert [summary for summary, _ in found] == summarize_many(texts, n, titles=titles)
    assert [words for _, words in found] == keywords_many(texts, k)


def test_many_texts_are_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [ARTICLE, "", ARTICLE[:60], "林场防火。", ARTICLE]
    titles = ["造林", None, None, "防火", "苗木"]
    together = summarize_with_keywords(texts, 2, 5, titles=titles)
    monkeypatch.setattr("classify.summarizer.reading.BLOCK_CHARS", 100)
    assert summarize_with_keywords(texts, 2, 5, titles=titles) == together


@pytest.mark.parametrize(
    "wrong", [{"n_sentences": -1}, {"n_keywords": -1}, {"titles": ["造林", "防火"]}], ids=str
)
def test_a_digest_of_wrong_numbers(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"-1|2 titles for 1 texts"):
        summarize_with_keywords([ARTICLE], **wrong)


def test_words_cut_apart_alone_are_tagged_in_their_sentences() -> None:
    """A text gives the same whatever was read before it, and whether its words are known already."""
    known = keywords_module._known(segmenter().name)
    first = keywords(ARTICLE, 100)
    known.clear()
    assert keywords(ARTICLE, 100) == first
    tagged = dict(segmenter().tag(ARTICLE))
    assert all(tagged[word.text] == known[word.text] for word in first)


def test_no_more_words_are_kept_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    known = keywords_module._known(segmenter().name)
    together = keywords(ARTICLE, 100)
    monkeypatch.setattr(keywords_module, "KNOWN_MAX", 3)
    assert keywords("法院开庭审理案件。", 100)  # new words, and too many known
    assert len(known) < 10
    assert keywords(ARTICLE, 100) == together


def test_a_verb_that_comes_once_comes_after_the_nouns() -> None:
    words = [w.text for w in keywords("三百户搬进新居。新居在县城，县城有学校。", 10)]
    assert words.index("搬进") > max(words.index(w) for w in ("新居", "县城"))
