"""What no summary chooses: lines, sentences, beginnings and ends, each with what looks like it and is prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.text.boilerplate import (
    end_of_lead,
    find_boilerplate_words,
    is_boilerplate_line,
    is_boilerplate_sentence,
    is_notice,
    is_programme_talk,
    start_of_tail,
)

news = st.text(
    alphabet="本报讯新华社据电记者通讯员李王卫苒摄图为（）()【】：/、，。”日月3来源责编\n　 a", max_size=80
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("本报记者 林知遥摄", True),
        ("图为村民在植树。", True),
        ("责任编辑：林知遥", True),
        ("主持人：林知遥", True),
        ("（作者单位：东岭大学）", True),
        ("本报记者 林知遥 通讯员 温砚秋", True),
        ("林知遥  东岭日报评论员", True),
        ("---", True),
        ("责任编辑 林知遥", True),
        ("[责任编辑：林知遥]", True),
        ("【责任编辑:林知遥 卫苒】", True),
        ("校对 卫苒 审核 林知遥", True),
        ("版权声明", True),
        (
            "版权声明：本网所有稿件均受法律保护。未经书面授权，任何媒体不得使用。凡转载的，请注明出处，并保留原文标题。"
            * 2,
            True,
        ),
        ("【免责声明】 内容由用户上传。", True),
        ("特别声明：以上文章由自媒体上传，仅代表作者观点。", True),
        ("声明：本文为石泉日报原创作品。", True),
        ("特别声明：公司从未委托他人收款。", False),
        ("县政府声明水库不会泄洪。", False),
        ("版权交易中心揭牌", False),
        ("审核通过", False),
        ("图书馆今天开馆。", False),
        ("记者探访林场现场", False),
        ("编辑部收到来信", False),
        ("作者用三年时间走遍林区。", False),
        ("", False),
    ],
)
def test_lines(line: str, *, expected: bool) -> None:
    assert is_boilerplate_line(line) is expected


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("【案情】村民承包了林地。", "村民承包了林地。"),
        ("【本报讯】（记者 林知遥）造林开始。", "造林开始。"),
        ("【】（记者林知遥）造林开始。", "造林开始。"),
        ("（上接第一版）造林开始。", "造林开始。"),
        ("新华社特稿 造林开始。", "造林开始。"),
        ("【他来了。】造林开始。", "【他来了。】造林开始。"),
        ("记者从林业局获悉，造林开始。", "记者从林业局获悉，造林开始。"),
        ("（新华社青塘3月2日电）", "（新华社青塘3月2日电）"),
    ],
)
def test_leads(text: str, body: str) -> None:
    assert text[end_of_lead(text, 0, len(text)) :] == body


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("造林完工。（林知遥）", "造林完工。"),
        ("造林完工。（石泉发布）", "造林完工。"),
        ("造林完工。（来源：石泉日报）", "造林完工。"),
        ("造林完工。责编：林知遥", "造林完工。"),
        ("造林完工。责任编辑 林知遥", "造林完工。"),
        ("造林完工。[责任编辑：林知遥]", "造林完工。"),
        ("造林完工（含封山育林）", "造林完工（含封山育林）"),
        ("安装“智能大脑”（新时代·新气象）", "安装“智能大脑”（新时代·新气象）"),
    ],
)
def test_tails(text: str, kept: str) -> None:
    assert text[: start_of_tail(text, 0, len(text))] == kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("感谢收看，再见。", True),
        ("接下来请看详细报道。", True),
        ("以上就是今天的全部内容。", True),
        ("现场观众达三万人。", False),
        ("记者来看看造林现场的情况。", False),
    ],
)
def test_programme_talk(text: str, *, expected: bool) -> None:
    assert is_programme_talk(text, 0, len(text)) is expected
    assert not expected or find_boilerplate_words(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("扫码关注", True),
        ("扫码关注石泉发布微信公众号", True),
        ("扫描二维码，关注石泉林业", True),
        ("长按识别二维码关注我们。", True),
        ("更多精彩内容，请关注石泉日报客户端。", True),
        ("欢迎扫码下载石泉日报客户端！", True),
        ("点击阅读原文", True),
        ("未经授权，不得转载。", True),
        ("转载请注明出处。", True),
        ("如有侵权，请联系删除。", True),
        ("本文仅代表作者观点，不代表本站立场。", True),
        ("版权归石泉日报社所有。", True),
        ("居民扫码关注公众号后可以预约。", False),
        ("石泉图书馆上线公众号，读者扫一扫二维码即可借书。", False),
        ("法院认定这家网站侵权，判令赔偿三万元。", False),
        ("去年登记作品版权四千件。", False),
        ("这篇报道被多家媒体转载。", False),
    ],
)
def test_notices(text: str, *, expected: bool) -> None:
    assert is_notice(text, 0, len(text)) is expected
    assert not expected or find_boilerplate_words(text)


@given(news)
def test_bounds_stay_inside_the_text(text: str) -> None:
    assert 0 <= end_of_lead(text, 0, len(text)) <= len(text)
    assert 0 <= start_of_tail(text, 0, len(text)) <= len(text)
    assert not text or is_boilerplate_sentence(text, 0, len(text)) in (True, False)
