"""Text with one character on each line."""

from __future__ import annotations

import pytest

from classify.pages import split_page
from classify.pages.line_model.vertical import join_vertical

BODY = (
    "昨日，青塘区启动新一轮城区河道清淤。计划用四个月清理柳溪、芦渚两条河道。"
    "沿岸居民说，水已经清了很多。清出的淤泥将运往城北堆场。"
)


def joined(lines: list[str]) -> list[str]:
    groups = join_vertical(lines)
    assert groups is not None
    return ["".join([lines[i].strip() for i in group]) for group in groups]


def test_sentences_become_lines() -> None:
    assert joined(list(BODY)) == [s + "。" for s in BODY.split("。") if s]


def test_a_lead_begins_a_line() -> None:
    text = BODY + "河道清淤开始" + "本报讯（记者林知遥）" + BODY
    assert joined(list(text))[4:6] == [
        "河道清淤开始",
        "本报讯（记者林知遥）昨日，青塘区启动新一轮城区河道清淤。",
    ]


def test_a_bullet_begins_a_line() -> None:
    assert joined(list(BODY[:-1] + "●" + BODY))[-4][0] == "●"


@pytest.mark.parametrize("between", [[""], ["", ""], ["  "]])
def test_blank_lines_say_nothing(between: list[str]) -> None:
    lines = [line for c in BODY for line in [c, *between]]
    assert joined(lines) == joined(list(BODY))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(list("河道清淤昨日开始"), id="a vertical headline"),
        pytest.param([BODY], id="a horizontal line"),
        pytest.param(list("河道清淤" * 30), id="no full stop"),
        pytest.param([], id="nothing"),
    ],
)
def test_other_pages_stay_as_they_are(lines: list[str]) -> None:
    assert join_vertical(lines) is None


def test_numbers_are_those_of_the_page() -> None:
    text = "本报讯（记者林知遥）" + BODY
    (article,) = split_page("第3版\n\n" + "\n".join(text)).articles
    assert article.body == BODY
    assert article.lines == ((3, 2 + len(text)),)


@pytest.mark.parametrize("piece", ["2024年 3月", "办、西", "日启动，计", "11", "年8月2日，"])
def test_a_run_holds_numbers_and_marks(piece: str) -> None:
    lines = [*BODY, piece, *BODY]
    groups = join_vertical(lines)
    assert groups is not None
    assert [i for group in groups for i in group] == list(range(len(lines)))
    assert any(len(group) > 1 and len(BODY) in group for group in groups)


@pytest.mark.parametrize("line", ["要闻", "柳溪河道清淤", "昨日，青塘区启动新一轮城区河道清淤11个月"])
def test_other_lines_end_a_run(line: str) -> None:
    groups = join_vertical([*BODY, line, *BODY])
    assert groups is not None
    assert [len(BODY)] in groups
