"""The furniture of a page: lines that are no article's, and what notices are headed with.

A *folio line* has the paper's name, the page's number and section, the date, the editors, the imprint, or
says where an article goes on (下转第3版). What heads a notice (遗失声明) is an article's headline, though
nothing else says so.
"""

from __future__ import annotations

import re

from classify.pages.healing import STOPS
from classify.text.characters import BLANK, HAN

__all__ = ["NOTICE_ENDS", "is_date", "is_day", "is_folio", "is_notice", "is_paper"]

LONGEST = 80
"""Characters of a folio line at most."""
NOTICE_LENGTH = 16
"""Characters of a notice's headline at most, blanks between them counted."""
NOTICE_ENDS = "明告事知报气正歉"
"""What it ends with."""

_B = f"[{BLANK}]"
_FOLIO_SIGNS = re.compile(
    r"(?:^|[\sA-Z])(?:第?\d{1,3}版|[A-Z]?\d{2}版|版次)|\d{4}年\d{1,2}月\d{1,2}日|星期[一二三四五六日]|责编|责任编辑|校对"
    r"|美编|版式|值班|组版|编辑[:： ]|电子信箱|本版"
)
_SECTION = (
    r"(?:要闻|综合(?:新闻)?|本地(?:新闻)?|时政|民生|社会|法[治制]|经济|[财产]经|教育|文[化体]|体育|健康|卫生|科[技教]|农业|三农|生态"
    r"|旅游|副刊|[评理]论|专[版题]|广告|公告|国[内际]|县[域区]|城事|视点|聚焦|时评)"
)
_PAGE = rf"(?:第?\d{{1,2}}版|[A-Z]\d{{1,2}}版?|(?<!\d)\d{{2}}|(?<!\d)\d(?!\d)(?=[:：·|]|{_B}|$))"
_FOLIO_ONLY = re.compile(
    rf"{_B}*(?:[A-Z]?\d{{1,3}}|第?\d{{1,3}}版|[A-Z]\d{{1,2}}版?|[-—·]{_B}?\d{{1,3}}{_B}?[-—·]){_B}*"
    rf"|{_B}*{_PAGE}{_B}*[:：·|]?{_B}*{_SECTION}{_B}*|{_B}*{_SECTION}{_B}*[:：·|]?{_B}*{_PAGE}{_B}*"
)
_PAPER = re.compile(rf"{_B}*(?:[{HAN}]{_B}*){{2,6}}(?:[日晚晨早时商周快]{_B}*|都{_B}*市{_B}*)报{_B}*")
_DATE_ONLY = re.compile(
    rf"{_B}*\d{{4}}{_B}*年{_B}*\d{{1,2}}{_B}*月{_B}*\d{{1,2}}{_B}*日(?:{_B}*星期[一二三四五六日])?{_B}*"
)
_JUMP = re.compile(
    rf"{_B}*[（(]?{_B}?(?:下转|(?:相关|详细|更多)?(?:报道|内容|新闻|全文)?详?见)"
    rf"[^（()）。，]{{0,12}}版[^（()）。，]{{0,16}}[）)]?{_B}*"
)
_IMPRINT = re.compile(r"国内统一(?:连续出版物|刊)号|邮发代号")
_FOLIO_ALONE = re.compile("|".join(p.pattern for p in (_FOLIO_ONLY, _DATE_ONLY, _PAPER, _JUMP)))
_NOTICE_LAST = frozenset(NOTICE_ENDS)
_NOTICE = re.compile(
    r"(?:遗失|作废|郑重|严正)?声明|(?:[招拍]标|拍卖|招聘|停[水电气]|注销|减资|债权转让|催告|送达)?(?:公告|通告|启事|通知)|寻[人物亲]启事"
    r"|天气预报|[一本今][周日]天气|更正|致歉"
)


def is_folio(text: str) -> bool:
    """Whether a line has the paper's name, a page's number, its section, date or editors, or 下转, and no sentence."""
    if len(text) > LONGEST:
        return False
    if _FOLIO_ALONE.fullmatch(text) or _IMPRINT.search(text):
        return True
    signs = {sign[:2] for sign in _FOLIO_SIGNS.findall(text)}  # two days of the week are one sign
    return len(signs) >= 2 and not text.rstrip().endswith(STOPS)


def is_paper(text: str) -> bool:
    """Whether a line is the name of a newspaper and nothing else."""
    return _PAPER.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Whether a line is a date, perhaps with the day of the week, and nothing else."""
    return "日" in text and _DATE_ONLY.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Whether a line is a date and nothing else, not even the day of the week, as the head of a page has."""
    return "期" not in text and is_date(text)


def is_notice(text: str) -> bool:
    """Whether a line is what notices are headed with, such as 遗失声明, and nothing else."""
    return (
        text[-1:] in _NOTICE_LAST
        and len(text) <= NOTICE_LENGTH
        and _NOTICE.fullmatch("".join(text.split())) is not None
    )
