"""Summaries: what is promised of them for any text, and what a few texts must give."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.records import Sentence, Summary
from classify.summarizer import TextRank, mark, summarize, summarize_many

ARTICLE = (
    "本报讯（记者 王小明）昨日，青河县启动春季造林，计划在三月底前完成二十万亩。\n"
    "县林业局局长介绍，今年的造林任务比去年多五万亩，主要在东部沙区。\n"
    "东镇的村民一早就上了山。他们带着铁锹和水桶，走了一个小时。\n"
    "林业局为造林准备了苗木三百万株，苗木以樟子松为主，成活率在九成以上。\n"
    "天气预报说，下周有雨。"
)
BULLETIN = (
    "央视网消息（新闻联播）：全国造林会议今天在青州召开，会议部署了春季造林的任务。\n"
    "会议指出，造林要因地制宜，量水而行，不能一哄而上。\n\n"
    "连接青州和白山的高速铁路今天开通运营，两地之间的旅行时间缩短到一小时。\n"
    "首趟列车上午八点从青州站开出，全线设六座车站。\n\n"
    "受寒潮影响，明天北方大部分地区气温将下降十度以上，气象部门发布了预警。\n"
    "交通部门提醒，出行的人要注意路面结冰。\n\n"
    "青州博物馆新馆开馆\n"
    "青州博物馆新馆今天开馆，展出文物两千多件，市民可以免费参观。\n"
)
HALVES = re.compile(r"[，；]")

news = st.text(alphabet="林业局造林防火会议记者讯，，。！？；：“”（）\n 　10a.\ud800\U00020000", max_size=200)
texts = st.one_of(news, st.text(max_size=60))


def spans(summary: Summary) -> list[tuple[int, int]]:
    return [(s.start, s.end) for s in summary.sentences]


# -- any text ----------------------------------------------------------------------------------


@given(texts, st.integers(0, 5))
def test_sentences_stand_in_the_text_in_order(text: str, n: int) -> None:
    summary = summarize(text, n)
    assert len(summary.sentences) <= n
    at = 0
    for s in summary.sentences:
        assert at <= s.start < s.end
        assert text[s.start : s.end] == s.text
        assert 0 <= s.score <= 1 + 1e-9
        at = s.end


@given(texts, st.integers(0, 80), st.booleans())
def test_spans_of_a_given_length_stand_in_the_text_in_order(text: str, length: int, strict: bool) -> None:
    summary = summarize(text, max_chars=length, strict=strict)
    at = 0
    for s in summary.sentences:
        assert at <= s.start < s.end
        assert text[s.start : s.end] == s.text
        at = s.end
    if strict:
        assert len(str(summary)) <= length


@given(texts)
def test_ranks_sum_to_one(text: str) -> None:
    ranks = TextRank().rank(text)
    assert bool(ranks) == bool(text.strip())
    if ranks:
        assert sum(s.score for s in ranks) == pytest.approx(1, abs=1e-9)
        assert min(s.score for s in ranks) >= 0


@settings(max_examples=40)
@given(st.lists(texts, max_size=6), st.sampled_from([None, 15, 60]))
def test_many_at_once_are_as_one_by_one(batch: list[str], length: int | None) -> None:
    together = summarize_many(batch, 2, max_chars=length)
    alone = [summarize(t, 2, max_chars=length) for t in batch]
    assert [spans(s) for s in together] == [spans(s) for s in alone]
    for a, b in zip(together, alone, strict=True):
        assert [s.score for s in a.sentences] == pytest.approx([s.score for s in b.sentences], abs=1e-9)


@given(news, st.integers(0, 4))
def test_marking_loses_nothing(text: str, n: int) -> None:
    page = mark(text, summarize(text, n))
    shown = unescape(re.sub(r"</?(?:p|mark)>", "", page))
    assert shown == "\n".join(line for line in text.split("\n") if line.strip())


# -- what is chosen ----------------------------------------------------------------------------


def test_the_lead_comes_first_without_its_dateline() -> None:
    assert str(summarize(ARTICLE, 1)) == "昨日，青河县启动春季造林，计划在三月底前完成二十万亩。"


def test_a_title_draws_its_sentences() -> None:
    title = "苗木三百万株，成活率九成"
    plain = TextRank().rank(ARTICLE)
    titled = TextRank().rank(ARTICLE, title=title)
    about = next(i for i, s in enumerate(plain) if "三百万株" in s.text)
    assert titled[about].score > plain[about].score


def test_repeated_sentences_are_chosen_once() -> None:
    text = "林业局部署造林工作。林业局部署造林工作。天气预报说下周有雨。" * 3
    assert [s.text for s in summarize(text, 3).sentences] == ["林业局部署造林工作。", "天气预报说下周有雨。"]


def test_equal_sentences_rank_in_their_order() -> None:
    assert spans(summarize("甲乙丙丁。" * 5, 1)) == [(0, 5)]


def test_furniture_is_never_chosen() -> None:
    text = (
        "图为造林现场。\n本报记者 王小明摄\n青河县启动春季造林。\n责任编辑：赵青\n（作者单位：青河县林业局）"
    )
    assert str(summarize(text, 9)) == "青河县启动春季造林。"


def test_headings_are_no_sentences() -> None:
    text = "造林二十万亩\n青河县启动春季造林。\n苗木从哪里来\n苗木来自邻县。"
    assert str(summarize(text, 9)) == "青河县启动春季造林。苗木来自邻县。"
    assert str(summarize("造林二十万亩\n苗木从哪里来", 1)) == "造林二十万亩"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n　\n", []),
        ("。。。！", ["。。。！"]),
        ("只有一句没有句号", ["只有一句没有句号"]),
        ("Only one sentence", ["Only one sentence"]),
        ("他说：“走吧。”，然后走了", ["他说：“走吧。”，然后走了"]),
    ],
)
def test_poor_texts(text: str, expected: list[str]) -> None:
    assert [s.text for s in summarize(text).sentences] == expected


def test_latin_and_mixed_text() -> None:
    text = "The forest bureau met today. It planted 3.5 million trees. GDP增长了5.2%，CPU价格下降。"
    assert [s.text for s in summarize(text, 9).sentences] == [
        "The forest bureau met today.",
        "It planted 3.5 million trees.",
        "GDP增长了5.2%，CPU价格下降。",
    ]


def test_a_sentence_of_a_hundred_thousand_characters() -> None:
    text = "林业局部署造林工作，" * 10_000
    assert len(str(summarize(text, 1))) == len(text)
    assert 0 < len(str(summarize(text, max_chars=20))) <= 20
    assert len(str(summarize("林" * 100_000, max_chars=20))) == 100_000
    assert str(summarize("林" * 100_000, max_chars=20, strict=True)) == ""


# -- by length ---------------------------------------------------------------------------------


@pytest.mark.parametrize("length", range(6, 40))
def test_below_the_first_sentence_clauses_are_chosen(length: int) -> None:
    first = TextRank().rank(ARTICLE)[0]
    if length >= len(first.text):
        return
    (chosen,) = summarize(ARTICLE, max_chars=length).sentences
    before, after = ARTICLE[: chosen.start], ARTICLE[chosen.end :]
    sentence_starts = {s.start for s in TextRank().rank(ARTICLE)}
    assert chosen.start in sentence_starts or HALVES.match(before[-1])
    assert re.match("[，；。]", after) or chosen.text.endswith("。")


def test_a_clause_within_the_length_is_preferred() -> None:
    assert str(summarize(ARTICLE, max_chars=12)) == "青河县启动春季造林"
    assert str(summarize(ARTICLE, max_chars=23)) == "青河县启动春季造林，计划在三月底前完成二十万亩"


def test_a_quotation_is_not_cut_open() -> None:
    text = "他在会上说“造林要因地制宜，量水而行，不能一哄而上”，各镇负责人参加了会议。"
    for length in range(4, 30):
        chosen = str(summarize(text, max_chars=length))
        assert chosen.count("“") == chosen.count("”")


def test_a_length_is_a_mark_and_strict_is_a_wall() -> None:
    for length in range(200):
        about = len(str(summarize(ARTICLE, max_chars=length)))
        within = len(str(summarize(ARTICLE, max_chars=length, strict=True)))
        assert within <= length
        assert about - length <= 17  # half of the longest sentence
    assert str(summarize(ARTICLE, max_chars=0)) == ""


def test_a_long_budget_takes_everything_but_furniture() -> None:
    everything = "".join(s.text for s in TextRank().rank(ARTICLE))
    assert str(summarize(ARTICLE, max_chars=10_000)) == everything


def test_a_rundown_has_a_line_for_every_item() -> None:
    chosen = [s.text for s in summarize(BULLETIN, max_chars=70).sentences]
    assert len(chosen) == 4
    assert "造林" in chosen[0]
    assert "铁路" in chosen[1]
    assert "寒潮" in chosen[2] or "预警" in chosen[2] or "气温" in chosen[2]
    assert chosen[3] == "青州博物馆新馆开馆"


def test_a_bulletin_by_number_gives_leads_of_items() -> None:
    chosen = summarize(BULLETIN, 4).sentences
    assert [BULLETIN[: s.start].count("\n\n") for s in chosen] == [0, 1, 2, 3]


# -- errors and surroundings -------------------------------------------------------------------


def test_wrong_arguments() -> None:
    with pytest.raises(ValueError, match="n_sentences is -1"):
        summarize("甲。", -1)
    with pytest.raises(ValueError, match="max_chars is -1"):
        summarize("甲。", max_chars=-1)
    with pytest.raises(ValueError, match="1 titles for 2 texts"):
        summarize_many(["甲。", "乙。"], titles=["甲"])
    with pytest.raises(ValueError, match="'textrank'"):
        TextRank("textrank")


def test_markup_escapes_everything() -> None:
    text = '<script>alert("1&2")</script>造林了。\n下雨了。'
    page = mark(text, summarize(text, 1))
    assert "<script>" not in page
    assert page.startswith(
        "<p><mark>&lt;script&gt;alert(&quot;1&amp;2&quot;)&lt;/script&gt;造林了。</mark></p>"
    )


def test_markup_of_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="mark the text summarised"):
        mark("甲。", Summary((Sentence("乙。", 0, 2),)))


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
