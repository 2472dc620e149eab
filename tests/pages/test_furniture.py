"""Folio lines and the headlines of notices, and the flags that must find them."""

from __future__ import annotations

import pytest

from classify.pages.furniture import is_folio, is_notice
from classify.pages.line_flags import Flag, flag_lines

FOLIOS = """5  民生|民生 5|A03 综合新闻|第2版 要闻|要闻 A02|02版：要闻|综合新闻·A3|- 7 -|2026年3月5日 星期四
云 溪 日 报|云溪都市报|国内统一连续出版物号 CN00-0000|邮发代号 00-0|责编 许听澜 版式 孟青禾"""
NO_FOLIOS = """教育投入增长5%|体育馆 3月开放|天气预报|5 月民生工程开工|民生无小事|要闻|民生实事 12件|3要闻导读|社会保障
云溪日报社举行开放日|每天都要读《云溪日报》|2026年3月5日，城区下了一场雨。"""


@pytest.mark.parametrize("text", FOLIOS.replace("\n", "|").split("|"))
def test_folio_lines(text: str) -> None:
    assert is_folio(text)
    assert flag_lines([text])[1][0] & Flag.FOLIO


@pytest.mark.parametrize("text", NO_FOLIOS.replace("\n", "|").split("|"))
def test_lines_that_are_no_folio(text: str) -> None:
    assert not is_folio(text)


@pytest.mark.parametrize(
    "text", ["公 告", "遗失声明", "招聘启事", "拍卖公告", "停水通知", "天气预报", "更正"]
)
def test_what_heads_a_notice(text: str) -> None:
    assert is_notice(text)
    assert flag_lines([text])[1][0] & Flag.NOTICE
    assert not is_notice(f"{text}发布")
