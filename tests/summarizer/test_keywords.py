"""Keywords and key phrases: what is promised for any text, and what a few texts must give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.summarizer import candidates as candidates_module
from classify.summarizer import key_phrases, keywords, keywords_many
from classify.summarizer.candidates import (
    FUNCTION_WORDS,
    PARTS,
    REPORTING,
    CandidateSettings,
    rank_candidates,
)
from classify.summarizer.keyword_scoring import WEIGHTS, keyword_features, keyword_scores
from classify.summarizer.keywords import PhraseLimits
from classify.summarizer.reading import read
from classify.text.words import segmenter

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
def test_no_keyword_is_part_of_another(text: str) -> None:
    found = [word.text for word in keywords(text, 1000)]
    assert not [a for a in found for b in found if a in b and a != b]


@given(news)
def test_the_scores_of_all_candidates_sum_to_one(text: str) -> None:
    for reading in read([text]):
        found = rank_candidates(reading.words)
        features = keyword_features(reading.words, found)
        assert features.shape == (len(WEIGHTS), len(found.ranks))
        assert np.isfinite(features).all()
        if len(found.ranks):
            assert keyword_scores(features, found.documents).sum() == pytest.approx(1, abs=1e-9)


@given(news, st.integers(0, 8))
def test_phrases_of_any_text(text: str, k: int) -> None:
    found = [p.text for p in key_phrases(text, k)]
    assert len(found) <= k
    for phrase in found:
        assert phrase in text.replace("\ud800", "\ufffd")
        assert 4 <= len(phrase) <= PhraseLimits.CHARS_MAX
        assert not any(phrase in other for other in found if other is not phrase)


def test_what_the_text_is_about_comes_first() -> None:
    words = [w.text for w in keywords(ARTICLE, 6)]
    assert {"造林", "林业局", "樟子松苗木"} <= {*words}  # 樟子松 and 苗木 never stand alone
    assert key_phrases(ARTICLE, 1)[0].text == "樟子松苗木"


def test_reporters_and_their_verbs_are_no_keywords() -> None:
    words = {w.text for w in keywords(ARTICLE, 100)}
    assert not words & {"王小明", "赵青", "责任编辑", *REPORTING}


def test_english_function_words_are_no_keywords() -> None:
    text = (
        "The forestry bureau of Liuwan met on Monday, and they said that the trees will be watered by the county. "
        "Farmers who have land may join from Monday on."
    )
    found = {word.text for word in keywords(text, 99)}
    assert {"forestry", "bureau", "Liuwan", "trees", "county", "Farmers"} <= found
    assert not {word.lower() for word in found} & FUNCTION_WORDS


def test_words_in_capitals_are_names() -> None:
    found = {word.text for word in keywords("石泉的 IT 企业向 WHO 捐赠设备，it is new。", 9)}
    assert {"IT", "WHO"} <= found
    assert "it" not in found


@pytest.mark.parametrize("text", ["", "\n", "。，！", "的了吗", "3.5"])
def test_nothing_to_say(text: str) -> None:
    assert keywords(text) == []
    assert key_phrases(text) == []


def test_none_wanted() -> None:
    assert keywords(ARTICLE, 0) == []
    assert key_phrases(ARTICLE, 0) == []


@given(st.lists(news, max_size=5), st.integers(0, 4))
def test_keywords_of_many_are_those_of_each(texts: list[str], k: int) -> None:
    assert keywords_many(texts, k) == [keywords(text, k) for text in texts]


def test_words_cut_apart_alone_are_tagged_in_their_sentences() -> None:
    """A text gives the same whatever was read before it, and whether its words are known already."""
    known = candidates_module._known_words(segmenter().name)
    first = keywords(ARTICLE, 100)
    known.clear()
    assert keywords(ARTICLE, 100) == first
    tagged = dict(segmenter().tag(ARTICLE))
    assert all(
        tagged[word.text] == PARTS[known[word.text] % len(PARTS)] for word in first if word.text in tagged
    )


def test_no_more_words_are_kept_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    known = candidates_module._known_words(segmenter().name)
    together = keywords(ARTICLE, 100)
    monkeypatch.setattr(CandidateSettings, "KNOWN_MAX", 3)
    assert keywords("法院开庭审理案件。", 100)  # new words, and too many known
    assert len(known) < 10
    assert keywords(ARTICLE, 100) == together


def test_a_verb_that_comes_once_comes_after_the_nouns() -> None:
    words = [w.text for w in keywords("三百户搬进新居。新居在县城，县城有学校。", 10)]
    assert words.index("搬进") > max(words.index(w) for w in ("新居", "县城"))


@pytest.mark.parametrize(
    ("text", "term", "places"),
    [
        ("县里种樟子松苗木。樟子松苗木来自石泉。", "樟子松苗木", 2),  # two words
        ("柳湾造林。柳湾的林场很大。林场在石泉。", "柳湾", 2),  # what follows it is not always the same
        ("柳湾造林。柳湾造林两次，石泉造林。", "柳湾", 2),  # 造林 stands elsewhere, too
        ("水库的坝很高，水库的坝很长。", "水库", 2),  # no particle is part of a term
    ],
)
def test_words_that_never_stand_apart_are_one_term(text: str, term: str, places: int) -> None:
    found = {word.text: word.spans for word in keywords(text, 9)}
    assert len(found[term]) == places
    assert {text[start:end] for start, end in found[term]} == {term}


def test_a_common_word_comes_after_a_rare_one() -> None:
    words = [word.text for word in keywords("柳湾发展林业。发展苗圃。发展水库。", 9)]
    usual = [word.text for word in keywords("柳湾抚育林业。抚育苗圃。抚育水库。", 9)]
    assert words.index("发展") >= usual.index("抚育")
