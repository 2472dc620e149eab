"""Text with the line ends of a column becomes running text, and every offset stays true."""

from __future__ import annotations

import textwrap
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.summarizer import TextRank, keywords, mark, summarize
from classify.summarizer.wrapping import unwrap
from tests.support import to_traditional

PARAGRAPHS = (
    "昨日，青河县启动春季造林，计划在三月底前完成二十万亩，比去年多五万亩，任务主要在东部沙区。"
    "县林业局为造林准备了苗木三百万株，以樟子松为主，成活率在九成以上，苗木昨天已运到各镇。",
    "东镇的村民一早就上了山，他们带着铁锹和水桶，走了一个小时，才到要种树的沙坡。"
    "镇里给每户分了三亩坡地，树归种树的人，三年之后由县林业局派人来数活着的苗木。",
    "西镇没有沙坡，任务是补种去年旱死的防护林，一共四千亩，沿着铁路排成两行，由镇里的造林队来做。",
)
SENTENCES = [s + "。" for p in PARAGRAPHS for s in p.split("。") if s]
WIDTHS = (6, 9, 14, 22, 30)


def wrapped(width: int, between: str = "\n") -> str:
    return between.join("\n".join(textwrap.wrap(p, width)) for p in PARAGRAPHS)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_wraps_are_healed(width: int, between: str) -> None:
    ranks = TextRank().rank(wrapped(width, between))
    assert ["".join(s.text.split()) for s in ranks] == SENTENCES


@pytest.mark.parametrize("width", WIDTHS)
def test_a_wrapped_text_is_summarised_as_the_whole_one(width: int) -> None:
    text = wrapped(width)
    whole = "\n".join(PARAGRAPHS)
    for n in (1, 2):
        assert "".join(str(summarize(text, n)).split()) == str(summarize(whole, n))
    assert [k.text for k in keywords(text)] == [k.text for k in keywords(whole)]
    for s in summarize(text, 2).sentences:
        assert text[s.start : s.end] == s.text


@pytest.mark.parametrize("width", [9, 200])
def test_traditional_text_is_summarised_as_the_simplified_one(width: int) -> None:
    text = wrapped(width)
    traditional = to_traditional(text)
    assert traditional != text
    for options in ({"n_sentences": 2}, {"max_chars": 12}):
        summary = summarize(traditional, **options)
        assert [(s.start, s.end) for s in summary] == [(s.start, s.end) for s in summarize(text, **options)]
        assert all(s.text == traditional[s.start : s.end] for s in summary)
    found = [(k.text, k.score) for k in keywords(traditional)]
    assert found == [(to_traditional(k.text), k.score) for k in keywords(text)]


@given(st.text("報庫种著林业局造防火，。\n 　10a\ud800", max_size=120))
def test_mixed_text_is_printed_as_it_came(text: str) -> None:
    running = unwrap(text)
    assert running.source is text
    assert len(running.text) == len(running.offsets)
    for k in keywords(text):
        assert k.text in text.replace("\ud800", "\ufffd")
    for s in summarize(text):
        assert s.text == text[s.start : s.end]


def test_a_column_that_ends_inside_a_sentence() -> None:
    lines = wrapped(9).split("\n")
    text = "\n".join([*lines[:3], "", *lines[3:]])
    assert "".join(TextRank().rank(text)[0].text.split()) == SENTENCES[0]


def test_letters_spaced_out_are_one_word_again() -> None:
    lines = wrapped(9).split("\n")
    lines[1] = " ".join(lines[1])
    assert "".join(TextRank().rank("\n".join(lines))[0].text.split()) == SENTENCES[0]
    assert unwrap("\n".join(lines)).text == unwrap(wrapped(9)).text


def test_latin_words_stay_apart() -> None:
    lines = ("The bureau said that its", "trees grow in the east", "and that no more rain is", "needed!")
    text = "\n".join(lines * 2)
    assert "its trees grow in the east and that" in unwrap(text).text


def test_a_bullet_an_indent_and_a_dateline_begin_anew() -> None:
    head = "春季造林工作昨天启动\n"
    for beginning in ("●青河县昨天", "　　青河县昨天", "本报讯（记者王明）昨天"):
        text = wrapped(10) + "\n" + head + "\n".join(textwrap.wrap(beginning + SENTENCES[1], 10))
        assert "启动\n" in unwrap(text).text


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(PARAGRAPHS),
        "\n\n".join(PARAGRAPHS * 3),
        "\n".join(f"青河县造林任务第{i}镇" for i in "一二三四五六七八"),  # a list
        "\n".join(f"第{i}镇已完成造林任务。" for i in "一二三四五六七八"),
        "春眠不觉晓\n处处闻啼鸟",
        "",
        "\n\n\n\n\n\n\n",
    ],
)
def test_what_is_not_wrapped_stays_as_it_is(text: str) -> None:
    assert unwrap(text).text == text


@given(
    st.lists(st.text(alphabet="林业局造林防火，。”“●（） 　1a\r", min_size=0, max_size=12), max_size=14),
    st.integers(0, 60),
)
def test_offsets_stay_true(lines: list[str], length: int) -> None:
    text = "\n".join(lines)
    r = unwrap(text)
    assert len(r.text) == len(r.offsets)
    assert list(r.offsets) == sorted(set(r.offsets))
    for char, i in zip(r.text, r.offsets, strict=True):
        assert text[i] == char or (char == " " and text[i].isspace())
    assert "".join(r.text.split()) == "".join(text.split())
    for summary in (summarize(text, 3), summarize(text, max_chars=length)):
        at = 0
        for s in summary.sentences:
            assert at <= s.start < s.end
            assert text[s.start : s.end] == s.text
            at = s.end
        mark(text, summary)


def test_a_summary_of_wrapped_text_reads_as_running_text() -> None:
    first = "今年春天，青河县林业局组织职工上山造林，面积有20万亩，比去年多了一成半。"
    rest = "县里备好了苗木，苗木来自邻县的三家苗圃，都经过检疫。天气转暖以后，各乡镇还要补植一次，由护林员看管到秋天。"
    wrapped = "\n".join(textwrap.wrap(first + rest, 11)).replace("20", " 20 ")
    assert "\n" in summarize(wrapped, 1).sentences[0].text
    assert str(summarize(wrapped, 1)) == first


def test_short_paragraphs_under_headings_are_healed() -> None:
    paragraphs = [*SENTENCES[:4], *SENTENCES[:4]]
    items = [f"各镇任务之{i}\n{a}\n{b}" for i, (a, b) in enumerate(pairwise(paragraphs), 1)]
    text = "\n".join(items)
    assert unwrap("\n".join("\n".join(textwrap.wrap(line, 24)) for line in text.split("\n"))).text == text


@pytest.mark.parametrize("width", [16, 24])
def test_lines_broken_by_counting_characters_are_healed(width: int) -> None:
    text = "".join(PARAGRAPHS).replace("二十万", "20.5万").replace("三百万", "3123456")
    lines = [text[i : i + width] for i in range(0, len(text), width)]
    assert unwrap("\n".join(lines)).text == text
