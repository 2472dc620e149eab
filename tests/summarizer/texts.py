"""Texts that several test modules of the summariser use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from classify.summarizer.ranking import RankedText, rank_units
from classify.summarizer.reading import read

if TYPE_CHECKING:
    from classify.records import Summary

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
news = st.text(alphabet="林业局造林防火会议记者讯，，。！？；：“”（）\n 　10a.\ud800\U00020000", max_size=200)
any_text = st.one_of(news, st.text(max_size=60))


def spans(summary: Summary) -> list[tuple[int, int]]:
    """Return the offsets of the sentences of a summary."""
    return [(s.start, s.end) for s in summary.sentences]


def rank(text: str) -> RankedText:
    """Return the ranked units of one text."""
    (reading,) = read([text])
    (ranked,) = rank_units([t.text for t in reading.texts], reading.units, reading.words)
    return ranked
