"""What the public functions promise for any text, and which arguments they refuse."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import warnings
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.records import Sentence, Summary
from classify.summarizer import (
    TextRank,
    key_phrases,
    keywords,
    keywords_many,
    mark,
    summarize,
    summarize_iter,
    summarize_many,
    summarize_with_keywords,
)
from tests.summarizer.texts import ARTICLE, any_text, news, spans
from tests.support import read_cases

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = read_cases("summaries")


@pytest.mark.parametrize("case", CASES, ids=[c["comment"] for c in CASES])
def test_cases(case: dict[str, Any]) -> None:
    found = summarize(case["text"], **case["options"])
    assert [s.running for s in found.sentences] == case["summary"]


# -- any text ----------------------------------------------------------------------------------


@given(any_text, st.integers(0, 5))
def test_sentences_are_in_the_text_in_order(text: str, n: int) -> None:
    summary = summarize(text, n)
    assert len(summary.sentences) <= n
    at = 0
    for s in summary.sentences:
        assert at <= s.start < s.end
        assert text[s.start : s.end] == s.text
        assert 0 <= s.score <= 1 + 1e-9
        at = s.end


@given(any_text, st.integers(0, 80), st.booleans())
def test_spans_of_a_given_length_are_in_the_text_in_order(text: str, length: int, strict: bool) -> None:
    summary = summarize(text, max_chars=length, strict=strict)
    at = 0
    for s in summary.sentences:
        assert at <= s.start < s.end
        assert text[s.start : s.end] == s.text
        at = s.end
    if strict:
        assert len(str(summary)) <= length


@given(any_text)
def test_ranks_sum_to_one(text: str) -> None:
    ranks = TextRank().rank(text)
    assert bool(ranks) == bool(text.strip())
    if ranks:
        assert sum(s.score for s in ranks) == pytest.approx(1, abs=1e-9)
        assert min(s.score for s in ranks) >= 0


@settings(max_examples=40)
@given(st.lists(any_text, max_size=6), st.sampled_from([None, 15, 60]))
def test_many_at_once_are_as_one_by_one(batch: list[str], length: int | None) -> None:
    together = summarize_many(batch, 2, max_chars=length)
    alone = [summarize(t, 2, max_chars=length) for t in batch]
    assert [spans(s) for s in together] == [spans(s) for s in alone]
    for a, b in zip(together, alone, strict=True):
        assert [s.score for s in a.sentences] == pytest.approx([s.score for s in b.sentences], abs=1e-9)


@given(st.lists(news, max_size=4), st.integers(0, 3), st.integers(0, 4))
def test_summaries_with_keywords_are_both(texts: list[str], n: int, k: int) -> None:
    titles = [text[:5] or None for text in texts]
    found = summarize_with_keywords(texts, n, k, titles=titles)
    assert [summary for summary, _ in found] == summarize_many(texts, n, titles=titles)
    assert [words for _, words in found] == keywords_many(texts, k)


# -- wrong arguments ---------------------------------------------------------------------------


class Table:
    """Like a data frame: iterating gives the names of its columns."""

    ndim = 2

    def __iter__(self) -> Any:
        return iter(["text"])


OF_ONE_TEXT: dict[str, Callable[..., object]] = {
    "summarize": summarize,
    "keywords": keywords,
    "key_phrases": key_phrases,
    "TextRank.rank": TextRank().rank,
    "TextRank.summarize": TextRank().summarize,
    "compatible rank": TextRank("textrank4zh").rank,
    "compatible summarize": TextRank("textrank4zh").summarize,
    "mark": lambda text: mark(text, Summary()),
}
OF_MANY_TEXTS: dict[str, Callable[..., object]] = {
    "summarize_many": summarize_many,
    "summarize_with_keywords": summarize_with_keywords,
    "keywords_many": keywords_many,
}
COUNTING: dict[str, Callable[..., object]] = {
    "n_sentences of summarize": lambda n: summarize("甲。", n),
    "max_chars of summarize": lambda n: summarize("甲。", max_chars=n),
    "n_sentences of summarize_many": lambda n: summarize_many(["甲。"], n),
    "max_chars of summarize_many": lambda n: summarize_many(["甲。"], max_chars=n),
    "n_sentences of summarize_with_keywords": lambda n: summarize_with_keywords(["甲。"], n),
    "n_keywords of summarize_with_keywords": lambda n: summarize_with_keywords(["甲。"], 1, n),
    "k of keywords": lambda n: keywords("甲。", n),
    "k of keywords_many": lambda n: keywords_many(["甲。"], n),
    "k of key_phrases": lambda n: key_phrases("甲。", n),
    "n_sentences of TextRank": lambda n: TextRank().summarize("甲。", n),
    "n_sentences of compatible TextRank": lambda n: TextRank("textrank4zh").summarize("甲。", n),
}


@pytest.mark.parametrize("function", OF_ONE_TEXT.values(), ids=OF_ONE_TEXT)
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (None, "^text has type NoneType; give a string$"),
        (b"abc", "^text has type bytes; decode it to a string first$"),
        (float("nan"), "^text has type float; give a string$"),
        (["甲。"], "^text has type list; give a string$"),
    ],
    ids=["None", "bytes", "nan", "list"],
)
def test_what_is_no_text(function: Callable[..., object], wrong: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        function(wrong)


@pytest.mark.parametrize("function", OF_MANY_TEXTS.values(), ids=OF_MANY_TEXTS)
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("一个字符串", "^texts is one string; put it in a list$"),
        (b"abc", "^texts has type bytes; give a list of strings$"),
        (None, "^texts has type NoneType; give a list of strings$"),
        (3, "^texts has type int; give a list of strings$"),
        ({"text": "甲。"}, "^texts has type dict; give a list of strings$"),
        (Table(), "^texts has type Table; give a list of strings$"),
        (["甲。", None], "^text 1 has type NoneType; give a string$"),
        (["甲。", "乙。", b"c"], "^text 2 has type bytes; decode it to a string first$"),
    ],
    ids=["string", "bytes", "None", "int", "dict", "table", "None in it", "bytes in it"],
)
def test_what_is_no_list_of_texts(function: Callable[..., object], wrong: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        function(wrong)


@pytest.mark.parametrize("name", COUNTING)
@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (-1, ValueError, " is -1; give 0 or more$"),
        (1.5, TypeError, r" is 1\.5; give a whole number$"),
        ("3", TypeError, " is '3'; give a whole number$"),
        (True, TypeError, " is True; give a whole number$"),
    ],
    ids=["negative", "float", "string", "bool"],
)
def test_wrong_numbers(name: str, wrong: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{name.split(' of ')[0]}{message}"):
        COUNTING[name](wrong)


@pytest.mark.parametrize("function", [summarize_many, summarize_with_keywords])
@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (["造林", "防火"], ValueError, "^2 titles for 1 texts; give each text its own, or None$"),
        ([], ValueError, "^0 titles for 1 texts"),
        ("造", TypeError, "^titles is one string; put it in a list$"),
        ([float("nan")], TypeError, "^title 0 has type float; give a string$"),
    ],
    ids=["too many", "too few", "string", "nan"],
)
def test_wrong_titles(
    function: Callable[..., object], wrong: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        function(["甲。"], titles=wrong)


def test_other_wrong_arguments() -> None:
    with pytest.raises(TypeError, match="title has type int"):
        summarize("甲。", title=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="title has type int"):
        TextRank().rank("甲。", title=3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="compat is 'textrank'; give None or 'textrank4zh'"):
        TextRank("textrank")
    with pytest.raises(TypeError, match="summary has type str; give the result of summarize"):
        mark("甲。", "甲。")  # type: ignore[arg-type]


@pytest.mark.cases("traditional")
def test_traditional_text_gives_what_simplified_text_gives(case: dict[str, Any]) -> None:
    (title, text), (its_title, its_text) = case["simplified"], case["traditional"]
    assert len(its_text) == len(text)
    for options in ({"n_sentences": 2}, {"n_sentences": 1}, {"max_chars": 20}):
        expected = summarize(text, title=title, **options)
        found = summarize(its_text, title=its_title, **options)
        assert spans(found) == spans(expected)
        assert [s.text for s in found.sentences] == [its_text[a:b] for a, b in spans(expected)]
    for function in (keywords, key_phrases):
        places = [(text.index(word.text), len(word.text)) for word in function(text, 5)]
        assert [word.text for word in function(its_text, 5)] == [its_text[i : i + n] for i, n in places]


def test_iterators_and_numpy_numbers_are_accepted() -> None:
    np = pytest.importorskip("numpy")
    assert summarize_many(iter(["甲。", "乙。"]), np.int64(1)) == summarize_many(["甲。", "乙。"], 1)
    assert summarize_many(["甲。"], titles=iter(["甲"])) == summarize_many(["甲。"], titles=["甲"])


def test_an_object_shows_how_it_was_made() -> None:
    assert repr(TextRank("textrank4zh")) == "TextRank('textrank4zh')"


# -- markup ------------------------------------------------------------------------------------


@given(news, st.integers(0, 4))
def test_marking_loses_nothing(text: str, n: int) -> None:
    page = mark(text, summarize(text, n))
    shown = unescape(re.sub(r"</?(?:p|mark)>", "", page))
    assert shown == "\n".join(line for line in text.split("\n") if line.strip())


def test_markup_escapes_everything() -> None:
    text = '<script>alert("1&2")</script>造林了。\n下雨了。'
    page = mark(text, summarize(text, 1))
    assert "<script>" not in page
    assert page.startswith(
        "<p><mark>&lt;script&gt;alert(&quot;1&amp;2&quot;)&lt;/script&gt;造林了。</mark></p>"
    )


@pytest.mark.parametrize(
    "sentences",
    [
        [Sentence("乙。", 0, 2)],
        [Sentence("甲。", 0, 2), Sentence("甲。", 0, 2)],
        [Sentence("甲。", -2, 0)],
        [Sentence("甲。", 0, 9)],
    ],
    ids=["other text", "twice", "negative", "beyond the end"],
)
def test_markup_of_another_text_is_refused(sentences: list[Sentence]) -> None:
    with pytest.raises(ValueError, match="mark the text summarised"):
        mark("甲。", Summary(tuple(sentences)))


# -- surroundings ------------------------------------------------------------------------------

PROGRAM = """
import json, sys
from classify.summarizer import TextRank, keywords, summarize
text = sys.stdin.buffer.read().decode()
print(json.dumps([
    [(s.start, s.end, s.score) for s in TextRank().rank(text)],
    [(s.start, s.end, s.score) for s in summarize(text, max_chars=30).sentences],
    [(k.text, k.score) for k in keywords(text)],
    sorted(m for m in sys.modules if m.split(".")[0] in ("sklearn", "scipy", "jieba")
           or m.startswith(("classify.pages", "classify.sections"))),
]))
"""


def test_the_same_in_every_process_and_nothing_heavy_loaded() -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=ARTICLE.encode(),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    ]
    assert len(set(outputs)) == 1
    assert json.loads(outputs[0])[-1] == []


# -- streams, HTML, and text without punctuation -------------------------------------------------------


def test_a_stream_is_summarised_while_it_is_read() -> None:
    read = []

    def stream():
        for n in range(10):
            read.append(n)
            yield f"柳湾造林{n}亩。明天有雨。"

    found = summarize_iter(stream(), 1, batch=2)
    assert str(next(found)) == "柳湾造林0亩。"
    assert read == [0, 1]
    assert [str(s) for s in found] == [f"柳湾造林{n}亩。" for n in range(1, 10)]
    with pytest.raises(TypeError, match="texts is one string"):
        next(summarize_iter("柳湾造林。"))
    with pytest.raises(ValueError, match="batch is 0"):
        next(summarize_iter([], batch=0))


def test_html_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="text 0 looks like HTML"):
        summarize("<div><p>柳湾造林。</p><p>明天有雨。</p></div>")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        summarize("当3<5时，<北京>的</b>记号不是网页。柳湾造林。")


def test_text_without_punctuation_is_cut_at_the_number_of_characters() -> None:
    (sentence,) = summarize("字词" * 50_000, max_chars=100).sentences
    assert (sentence.start, sentence.end, len(sentence.text)) == (0, 100, 100)
