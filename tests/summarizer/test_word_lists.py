"""Stop words and dictionaries of the user: what they change, the files they come from, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import InputError
from classify.summarizer import (
    key_phrases,
    keywords,
    keywords_many,
    summarize,
    summarize_iter,
    summarize_many,
    summarize_with_keywords,
)
from classify.summarizer.word_lists import read_terms, word_lists
from tests.summarizer.texts import ARTICLE, news

if TYPE_CHECKING:
    from pathlib import Path

PARK = "柳湾湿地公园昨日开园。近日去柳湾湿地公园的人很多，柳湾湿地公园的鸟也多。"
TERMS = ["柳湾湿地公园"]


def texts_of(found: list[Any]) -> list[str]:
    return [word.text for word in found]


def test_a_term_is_not_cut_apart() -> None:
    assert TERMS[0] not in texts_of(keywords(PARK))
    assert texts_of(keywords(PARK, user_dict=TERMS))[0] == TERMS[0]
    (_, words) = summarize_with_keywords([PARK], 1, 1, user_dict=TERMS)[0]
    assert texts_of(words) == TERMS


def test_a_tag_says_what_a_term_is() -> None:
    """With the tag of a number it is no keyword; without one it is a name."""
    assert TERMS[0] not in texts_of(keywords(PARK, user_dict=["柳湾湿地公园 100 m"]))


def test_stop_words_are_no_keywords_and_in_no_phrase() -> None:
    assert "苗木" in texts_of(keywords(ARTICLE, 100))
    left = texts_of(keywords(ARTICLE, 100, stop_words={"苗木"}))
    assert "苗木" not in left
    assert "造林" in left
    text = "林业局准备樟子松苗木。樟子松苗木来自石泉。"
    assert texts_of(key_phrases(text)) == ["樟子松苗木"]
    assert key_phrases(text, stop_words=["樟子松苗木"]) != key_phrases(text)
    assert not any("苗木" in phrase for phrase in texts_of(key_phrases(text, stop_words=["苗木"])))


def test_latin_stop_words_in_any_case() -> None:
    assert "Liuwan" not in texts_of(keywords("Liuwan 的林场叫 Liuwan Forest。", stop_words=["LIUWAN"]))


def test_stop_words_connect_no_sentences() -> None:
    """Both are of one length; what the second shares with the first is a stop word, and its rank falls."""
    text = "柳湾种下樟子松。今天有小雨。明天种樟子松。后天有大雪。"
    score = summarize(text, 4).sentences[2].score
    assert summarize(text, 4, stop_words=["樟子松"]).sentences[2].score < score


def test_a_title_raises_its_words() -> None:
    text = "林业局备好苗木。石泉的水库蓄水。"
    usual, raised = ({w.text: w.score for w in keywords(text, title=t)} for t in (None, "水库"))
    assert raised["水库"] > usual["水库"]
    assert keywords_many([text, text], titles=[None, "水库"]) == [
        keywords(text),
        keywords(text, title="水庫"),
    ]
    with pytest.raises(TypeError, match="title has type int"):
        keywords(text, title=3)  # type: ignore[arg-type]


def test_traditional_text_and_lists() -> None:
    text = "柳灣濕地公園昨日開園，遊客很多。"
    for term in ("柳灣濕地公園", "柳湾湿地公园"):
        assert texts_of(keywords(text, 1, user_dict=[term])) == ["柳灣濕地公園"]
    for word in ("遊客", "游客"):
        assert "遊客" not in texts_of(keywords(text, stop_words=[word]))


@given(news, st.sampled_from([[], ["防火会议", "会议记者"]]))
def test_spans_are_where_the_words_are(text: str, terms: list[str]) -> None:
    for word in [*keywords(text, 9, user_dict=terms), *key_phrases(text, 9, user_dict=terms)]:
        assert word.spans
        assert list(word.spans) == sorted(set(word.spans))
        for start, end in word.spans:
            assert "".join(text[start:end].split()) == word.text.replace("\ufffd", "\ud800")


def test_spans_of_wrapped_text() -> None:
    column = "柳湾镇开始\n造林，面积\n二十万亩，\n苗木来自石\n泉县的三家\n苗圃。苗木\n也来自石泉。"
    spans = {word.text: word.spans for word in keywords(column, 20)}
    assert [column[start:end] for start, end in spans["苗木"]] == ["苗木", "苗木"]
    assert "石\n泉" in {column[start:end] for of_word in spans.values() for start, end in of_word} | {
        column[start : start + 3] for of_word in spans.values() for start, _ in of_word
    }


def test_many_and_streams_take_lists() -> None:
    texts = [PARK, ARTICLE]
    lists: dict[str, Any] = {"stop_words": ["昨日"], "user_dict": TERMS}
    one_by_one = [summarize(text, 1, **lists) for text in texts]
    assert summarize_many(texts, 1, **lists) == one_by_one
    assert list(summarize_iter(iter(texts), 1, batch=1, **lists)) == one_by_one
    assert [found for _, found in summarize_with_keywords(texts, 1, 5, **lists)] == keywords_many(
        texts, 5, **lists
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_files_of_any_encoding_and_line_ends(tmp_path: Path, encoding: str) -> None:
    words = tmp_path / "词表.txt"
    words.write_bytes("柳湾湿地公园\r\n\r\n樟子松\t5  n\r\n".encode(encoding))
    assert read_terms(words) == ("柳湾湿地公园", "", "樟子松\t5  n")
    assert word_lists(user_dict=words).cutter().tag("樟子松")[0] == ("樟子松", "n")
    assert keywords(PARK, user_dict=str(words)) == keywords(PARK, user_dict=["柳湾湿地公园", "樟子松 5 n"])
    assert word_lists(words).is_stop_word("柳湾湿地公园")


@pytest.mark.parametrize(
    ("lists", "error", "message"),
    [
        (
            {"user_dict": ["柳湾", "Deep Learning"]},
            ValueError,
            "entry 2 of the user dictionary is 'Deep Learning'",
        ),
        ({"stop_words": 3}, TypeError, "stop_words has type int"),
        ({"stop_words": [3]}, TypeError, "stop_words 0 has type int"),
        ({"user_dict": b"x"}, TypeError, "user_dict has type bytes"),
        ({"user_dict": {"柳湾": 3}}, TypeError, "user_dict has type dict"),
        ({"user_dict": "no/such/words.txt"}, InputError, "no/such/words.txt: No such file"),
        ({"stop_words": "tests"}, InputError, "tests: "),
    ],
)
def test_what_is_refused(lists: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        summarize(PARK, **lists)
    with pytest.raises(error, match=message):
        keywords(PARK, **lists)


def test_a_line_that_is_no_entry_is_named(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("柳湾\n\nDeep Learning 5\n", "utf-8")
    with pytest.raises(InputError, match=r"words.txt: entry 3 of the user dictionary is 'Deep Learning 5'"):
        keywords(PARK, user_dict=words)
