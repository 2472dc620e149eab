"""Keywords and key phrases: what is promised for any text, and what a few texts must give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.summarizer import key_phrases, keywords
from classify.summarizer.keywords import PHRASE_CHARS, REPORTING

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
