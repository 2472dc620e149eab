"""Lines that belong to no article, and the headlines of notices.

A *folio line* carries the name of the paper, the number and section of the page, the date, the editors, the
imprint, or a jump (下转第3版). It is recognised from its own text, because its place on the page is
no sign: extractors put it first, last or between two columns. Where a date or a paper's name may be part of
a sentence, `runs` looks at the lines beside it.

A *notice* (遗失声明, 招聘启事) is an article of its own. Nothing else than its headline shows that.
"""

from __future__ import annotations

import re

from classify.text.characters import BLANK, HAN, TERMINATORS

__all__ = ["NOTICE_ENDS", "is_date", "is_day", "is_folio", "is_newspaper_name", "is_notice"]

NOTICE_ENDS = "明告事知报气正歉"
"""Last characters of the headlines that `is_notice` accepts; `line_flags` looks for them."""

_B = f"[{BLANK}]*"
# 云 港 日 报, 云港都市报; not 每天都要读《云港日报》
_NEWSPAPER = re.compile(rf"{_B}(?:[{HAN}]{_B}){{2,6}}(?:[日晚晨早时商周快]{_B}|都{_B}市{_B})报{_B}")
# 2026年3月5日 星期四; not 2026年3月5日，城区下了一场雨。
_DATE = re.compile(
    rf"{_B}\d{{4}}{_B}年{_B}\d{{1,2}}{_B}月{_B}\d{{1,2}}{_B}日(?:{_B}星期[一二三四五六日])?{_B}"
)
# 遗失声明, 招聘启事; not 遗失声明发布
_NOTICE = re.compile(
    r"(?:遗失|作废|郑重|严正)?声明|(?:[招拍]标|拍卖|招聘|停[水电气]|注销|减资|债权转让|催告|送达)?(?:公告|通告|启事|通知)|寻[人物亲]启事"
    r"|天气预报|[一本今][周日]天气|更正|致歉"
)
# Two of these signs make a folio line: 2026年3月5日 and 责编; one alone does not: 本版 in a sentence.
_SIGNS = re.compile(
    r"(?:^|[\sA-Z])(?:第?\d{1,3}版|[A-Z]?\d{2}版|版次)|\d{4}年\d{1,2}月\d{1,2}日|星期[一二三四五六日]|责编|责任编辑|校对"
    r"|美编|版式|值班|组版|编辑[:： ]|电子信箱|本版"
)


def _whole_folio_lines() -> re.Pattern[str]:
    """Return the pattern of lines that are a folio line from end to end."""
    section = (
        r"(?:要闻|综合(?:新闻)?|本地(?:新闻)?|时政|民生|社会|法[治制]|经济|[财产]经|教育|文[化体]|体育|健康|卫生|科[技教]|农业|三农|生态"
        r"|旅游|副刊|[评理]论|专[版题]|广告|公告|国[内际]|县[域区]|城事|视点|聚焦|时评)"
    )
    page = rf"(?:第?\d{{1,2}}版|[A-Z]\d{{1,2}}版?|(?<!\d)\d{{2}}|(?<!\d)\d(?!\d)(?=[:：·|]|[{BLANK}]|$))"
    # A03, - 7 -; not 12件
    number = (
        rf"{_B}(?:[A-Z]?\d{{1,3}}|第?\d{{1,3}}版|第{_B}\d{{1,4}}{_B}页|[A-Z]\d{{1,2}}版?"
        rf"|[-—·][{BLANK}]?\d{{1,3}}[{BLANK}]?[-—·]){_B}"
    )
    # 02版：要闻, 民生 5; not 民生实事 12件
    named = rf"{_B}{page}{_B}[:：·|]?{_B}{section}{_B}|{_B}{section}{_B}[:：·|]?{_B}{page}{_B}"
    # （下转第3版）, 相关报道见3版; not 详见本版报道。
    jump = (
        rf"{_B}[（(]?[{BLANK}]?(?:下转|(?:相关|详细|更多)?(?:报道|内容|新闻|全文)?详?见)"
        rf"[^（()）。，]{{0,12}}版[^（()）。，]{{0,16}}[）)]?{_B}"
    )
    return re.compile("|".join([number, named, _DATE.pattern, _NEWSPAPER.pattern, jump]))


_WHOLE = _whole_folio_lines()


def is_folio(text: str) -> bool:
    """Return whether a line is a folio line: page number, section, date, editors, imprint or jump.

    A line of more than 80 characters is none (a chosen limit), nor is a line with two signs that ends a sentence.

    >>> [is_folio(text) for text in ("A03版 综合新闻", "责编 岑雨桐 校对 柳知远", "（下转第3版）")]
    [True, True, True]
    >>> [is_folio(text) for text in ("02版：要闻", "民生实事 12件", "2026年3月5日，城区下了一场雨。")]
    [True, False, False]
    """
    if len(text) > 80:
        return False
    if _WHOLE.fullmatch(text):
        return True
    if any(imprint in text for imprint in ("国内统一连续出版物号", "国内统一刊号", "邮发代号")):
        return True
    # Two characters name a sign, so that 星期四 and 星期五 count once.
    signs = {sign[:2] for sign in _SIGNS.findall(text)}
    return len(signs) >= 2 and text.rstrip()[-1:] not in TERMINATORS + "；;"


def is_newspaper_name(text: str) -> bool:
    """Return whether a line is the name of a newspaper and nothing else.

    >>> is_newspaper_name("云 港 日 报"), is_newspaper_name("云港日报社举行开放日")
    (True, False)
    """
    return _NEWSPAPER.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Return whether a line is a date, with or without the day of the week, and nothing else.

    >>> is_date("2026年3月5日 星期四"), is_date("3月5日")
    (True, False)
    """
    return "日" in text and _DATE.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Return whether a line is a date without the day of the week, as under a notice.

    The head of a page has the day of the week as well.

    >>> is_day("2026年3月5日"), is_day("2026年3月5日 星期四")
    (True, False)
    """
    return "期" not in text and is_date(text)


def is_notice(text: str) -> bool:
    """Return whether a line is the headline of a notice and nothing else.

    At most 16 characters, blanks counted (a chosen limit).

    >>> is_notice("公 告"), is_notice("遗失声明"), is_notice("遗失声明发布")
    (True, True, False)
    """
    return (
        text[-1:] in NOTICE_ENDS and len(text) <= 16 and _NOTICE.fullmatch("".join(text.split())) is not None
    )
