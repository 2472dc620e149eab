"""Headings and items of bulletins are found whatever the layout; articles and wrapped lines have none."""

from __future__ import annotations

import textwrap
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.summarizer import summarize
from classify.summarizer.outline import (
    WEIGHTS,
    find_evidence,
    find_outline,
    line_features,
    read_marks,
    repeated_shares,
)
from classify.summarizer.structure import read_lines, text_units
from classify.summarizer.wrapping import unwrap
from classify.text.sentences import sentence_spans

ITEMS = (
    (
        "柳湾水库提前蓄水",
        "3月2日，柳湾水库开始提前蓄水，比往年早了二十天，水库下游三个乡镇的春灌用水有了着落。",
        "水库管理处说，蓄水到月底结束，届时库容将有两千万方，闸门已经全部检修一遍。",
    ),
    (
        "石泉苗圃向邻县供应樟子松苗",
        "石泉苗圃今年育出樟子松苗三百万株，其中一半供应邻县，苗圃的樟子松成活率在九成以上。",
        "苗圃负责人介绍，樟子松耐旱，适合沙区，订单排到了秋天。",
    ),
    (
        "云港夜市恢复营业",
        "停业半年的云港夜市昨天恢复营业，夜市有摊位一百二十个，营业到夜里十一点。",
        "为方便居民，云港公交公司把两条线路的末班车推迟了一小时，夜市周边增设了路灯。",
    ),
    (
        "青塘中学举办航模比赛",
        "青塘中学周末举办航模比赛，十六所学校的学生带着自己做的航模参加，比赛分三个组别。",
        "获得第一的航模飞了四分钟，作者是初二学生，学校把航模课排进了下学期的课表。",
    ),
    (
        "东岭至西坪公路通车",
        "东岭至西坪公路今天通车，全长四十公里，从东岭开车到西坪只要半小时。",
        "公路沿线的村民过去要绕行六十公里，通车以后山货当天就能运到市场。",
    ),
    (
        "北湖候鸟数量创新高",
        "北湖湿地监测站统计，今年在北湖越冬的候鸟有四万只，候鸟数量创下有记录以来的新高。",
        "监测人员说，候鸟增多是因为湿地退养还湖，鱼虾和水草多了起来。",
    ),
)
HEADINGS = [item[0] for item in ITEMS]
NUMBERS = "一二三四五六"

LAYOUTS = {
    "blank lines between items": ("\n\n", lambda heading, n: heading),
    "no blank lines": ("\n", lambda heading, n: heading),
    "1. before headings": ("\n", lambda heading, n: f"{n}. {heading}"),
    "一、 before headings": ("\n", lambda heading, n: f"{NUMBERS[n - 1]}、{heading}"),
    "a rule before headings": ("\n", lambda heading, n: f"{'-' * 12}\n{heading}"),
    "a double rule before headings": ("\n", lambda heading, n: f"{'=' * 12}\n{heading}"),
    "■ before headings": ("\n", lambda heading, n: f"■{heading}"),
    "full stops after headings": ("\n", lambda heading, n: f"{heading}。"),
}


def bulletin(layout: str) -> str:
    between, mark = LAYOUTS[layout]
    return between.join(
        "\n".join([mark(heading, n), *paragraphs]) for n, (heading, *paragraphs) in enumerate(ITEMS, 1)
    )


TEXTS = {layout: bulletin(layout) for layout in LAYOUTS}
TEXTS["a blank line after every line"] = bulletin("no blank lines").replace("\n", "\n\n")
TEXTS["blank lines after every line, more between items"] = bulletin("blank lines between items").replace(
    "\n", "\n\n"
)


@pytest.mark.parametrize("layout", TEXTS)
def test_headings_and_items_do_not_depend_on_layout(layout: str) -> None:
    text = TEXTS[layout]
    units = text_units(text)
    assert [text[u.start : u.end] for u in units if u.is_heading] == HEADINGS
    assert [u.item for u in units if u.is_heading] == list(range(len(ITEMS)))
    assert units[-1].item == len(ITEMS) - 1


@pytest.mark.parametrize("layout", TEXTS)
def test_a_rundown_is_the_headings(layout: str) -> None:
    summary = summarize(TEXTS[layout], max_chars=sum(map(len, HEADINGS)))
    assert [s.text for s in summary] == HEADINGS


def test_items_without_headings_begin_where_the_words_change() -> None:
    text = "\n".join(paragraph for _, *paragraphs in ITEMS for paragraph in paragraphs)
    items = [u.item for u in text_units(text) if u.position == 0]
    assert len(items) >= len(ITEMS) - 2


def test_sections_of_one_article_are_no_items() -> None:
    text = """柳湾水库移民安置调查
柳湾水库移民安置三年来，一千二百户移民搬进新村，水库管理处和县里为移民办了五件事。
移民搬到哪里去
柳湾水库移民搬到三个新村，新村离水库十五公里，移民每户有一处院子，院子里能种菜。
移民靠什么生活
水库移民过去种地打鱼，现在新村办起了两家工厂，移民在家门口上班，水库管理处还招了护堤员。
移民还缺什么
柳湾水库移民说，新村缺一所中学，孩子上学要走五公里，县里答应明年在新村建校。"""
    units = text_units(text)
    assert {u.item for u in units} == {0}
    assert sum(u.is_heading for u in units) == 4


def test_a_lead_with_a_full_stop_is_no_heading() -> None:
    text = "\n".join(
        f"{place}今天举行会议。\n{body}" for place, (_, body, _) in zip("东西南北中外", ITEMS, strict=True)
    )
    assert not any(u.is_heading for u in text_units(text))


PARAGRAPH = (
    "云港市的护林员今年换上了新的巡护车，车上有水箱和喇叭，进山巡护的时间从每天四小时增加到六小时，"
    "山火隐患比去年少了三成，护林员的补贴也从下月起增加两百元，由市里和县里各出一半。"
)


@pytest.mark.parametrize("width", [12, 15, 20, 24, 30, 40])
@pytest.mark.parametrize("n_lines", [3, 4, 5, 9])
def test_wrapped_lines_are_no_headings(width: int, n_lines: int) -> None:
    lines = textwrap.wrap(PARAGRAPH, width)[:n_lines]
    text = "\n".join([*lines[:-1], lines[-1][: width // 2] + "。"])
    running = unwrap(text).text
    assert not any(u.is_heading for u in text_units(running))


@pytest.mark.parametrize("width", [20, 24, 30])
@pytest.mark.parametrize("layout", ["blank lines between items", "no blank lines", "1. before headings"])
def test_a_wrapped_bulletin_keeps_its_headings(layout: str, width: int) -> None:
    text = "\n".join("\n".join(textwrap.wrap(line, width)) for line in TEXTS[layout].split("\n"))
    running = unwrap(text).text
    found = [running[u.start : u.end] for u in text_units(running) if u.is_heading]
    assert set(found) <= set(HEADINGS)
    assert len(found) >= len(HEADINGS) - 1


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("1. 柳湾造林\n2. 石泉有雨\n3. 云港通车", ["柳湾", "石泉", "云港"]),
        ("1.2030年造林\n2.石泉有雨\n3.云港通车", ["2030", "石泉", "云港"]),
        ("（一）柳湾造林\n（二）石泉有雨\n（三）云港通车", ["柳湾", "石泉", "云港"]),
        ("■ 柳湾造林\n■ 石泉有雨\n■ 云港通车", ["柳湾", "石泉", "云港"]),
        ("一、二年级放假\n石泉有雨\n云港通车", ["一、", "石泉", "云港"]),  # one line is no series
        ("3.5万亩\n4.5万亩\n5.5万亩", ["3.", "4.", "5."]),
    ],
)
def test_marks_before_three_lines_or_more_are_no_text(text: str, starts: list[str]) -> None:
    lines, _ = read_lines(text, sentence_spans(text), keep_boilerplate=False)
    assert [text[line.start :].startswith(s) for line, s in zip(lines, starts, strict=True)] == [True] * 3


def test_marks_are_read_once() -> None:
    text = TEXTS["1. before headings"]
    lines, _ = read_lines(text, sentence_spans(text), keep_boilerplate=False)
    assert [line.mark for line in lines[:3]] == ["1.", "", ""]
    assert find_outline(text, lines).item_starts == frozenset(range(0, 18, 3))


def test_shares_of_words_above_and_below() -> None:
    text = "水库蓄水\n水库蓄水了\n苗圃育苗"
    lines, _ = read_lines(text, sentence_spans(text), keep_boilerplate=False)
    shares = repeated_shares(text, lines)
    assert shares.above.tolist() == [0, 0.75, 0]
    assert shares.below.tolist() == [1, 0, 0]
    assert line_features(shares, find_evidence(text, lines)).shape == (3, len(WEIGHTS))


@given(st.text(alphabet="造林防火水库，。1一、. ■-=\n 　a\ud800", max_size=160))
def test_any_text_has_an_outline(text: str) -> None:
    lines, _ = read_lines(text, sentence_spans(text), keep_boilerplate=True)
    outline = find_outline(text, lines)
    assert outline.headings | outline.item_starts <= set(range(len(lines)))
    assert read_marks(text, []) == []


def test_time_is_linear() -> None:
    def seconds(n: int) -> float:
        text = "\n".join([TEXTS["no blank lines"]] * n)
        lines, _ = read_lines(text, sentence_spans(text), keep_boilerplate=False)
        start = time.process_time()
        find_outline(text, lines)
        return time.process_time() - start

    seconds(1)
    few, many = (min(seconds(n) for _ in range(3)) for n in (50, 500))
    assert many < 30 * few
