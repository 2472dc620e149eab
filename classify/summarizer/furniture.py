"""Furniture: what stands in a text without being of it: bylines, datelines, credits, captions, announcements.

Three shapes, and a predicate for each: a line of its own (`is_furniture_line`), a sentence among others
(`is_furniture_sentence`), and what a paragraph or sentence begins or ends with, to be cut off by moving its
bounds (`after_lead_in`, `before_tail`). Nothing is decided by length alone, but what is longer than
`FURNITURE_MAX` is prose, whatever it begins with.

The tables were read off the forms that 1,500 newspaper articles, 4,000 TV items and 250 web pages begin and
end with.
"""

from __future__ import annotations

import re

__all__ = [
    "FURNITURE_MAX",
    "after_lead_in",
    "before_tail",
    "is_furniture_line",
    "is_furniture_sentence",
    "is_programme_talk",
    "spoken_at",
    "tails_at",
]

FURNITURE_MAX = 80
"""Characters a credit, caption or note has at most."""
ATTRIBUTION_MAX = 20
"""Characters of a sentence that says no more than who said the one before (“……。”村民何某说。)."""
LEAD_IN_MAX = 120
"""Characters a dateline with the names of its reporters has at most."""
LEAD_IN_MARK_MAX = 50
"""Characters within which a lead-in shows what it is."""


def _any(words: str) -> str:
    """Return a pattern for any of `words`, which blanks set apart; longer ones first."""
    return "(?:" + "|".join(re.escape(w) for w in sorted(words.split(), key=len, reverse=True)) + ")"


def _marks(pattern: str) -> re.Pattern[str]:
    """Compile an alternation of words, its groups opened: only then does `re` skip to their first characters."""
    return re.compile(pattern.replace("(?:", "").replace(")", ""))


ROLES = _any("记者 通讯员 特约记者 特派记者 见习记者 实习生 特约撰稿 特约撰稿人 评论员 主持人")
AGENCIES = _any("本报 本网 新华社 新华网 中新社 中新网 人民网 央视网 央广网 法新社 路透社 中央社")
OUTLET_ENDS = _any("日报 晚报 晨报 都市报 早报 时报 法治报 网 社 财经 客户端 APP 在线 新闻")
CREDITS = _any(
    "编 编者 编辑 记者 作者 来源 责编 责任编辑 审核 校对 监制 主编 统筹 策划"
    " 制图 版式设计 摄影 供图 视频 图片 数据来源 供稿"
)
PICTURES = _any("图 图片 左图 右图 上图 下图 题图 图中 图① 图② 图③")
NOTES = _any("本报 新华社 作者 编辑 参与采写 亦有贡献 摄 综合 报道 来源")
SOURCE_ENDS = _any("网 社 报 新闻 央视 财经 界面 观察 APP 直通车")
WEB_ENDS = _any("大家都在看 查看公告原文 相关新闻 版权所有 更多精彩")
TAIL_CREDITS = _any("来源 责编 责任编辑 编辑 编审 审核 校对 监制 作者 记者 通讯员")

_OPEN, _CLOSE, _INSIDE = "[（(]", "[）)]", "[^（）()\n]"
_NAMES = r"[\u4e00-\u9fff·、，,\u3000\xa0 ]"
_HAN = r"[\u4e00-\u9fff]"
_GAP = r"[\s\u3000]"
_DATE = r"\d{1,2}月\d{1,2}日"
_OUTLET = rf"(?:{AGENCIES}|每经|新京报|[\u4e00-\u9fffA-Za-z]{{2,9}}{OUTLET_ENDS})"
_NAMED = rf"{_OPEN}{_INSIDE}{{0,60}}{_CLOSE}"

_DATELINE = re.compile(
    rf"(?:[●■▲◆★□◎•]{_GAP}*)?据?(?:"
    # 本报拉萨10月29日电  新华社北京电  本报讯
    rf"{AGENCIES}(?:[\u4e00-\u9fff·]{{1,12}}?)?(?:{_DATE})?[专综]?合?[电讯](?=[\s（(：:，])"
    # 济南5月23日电  某某网2月8日消息，
    rf"|(?:{_OUTLET}|{_HAN}{{2,6}})?[-—\s]*{_DATE}(?:[电讯]|消息(?:[，：]|(?={_OPEN})))"
    # 央视网消息（新闻联播）：  某某客户端讯  某某快讯
    rf"|{_OUTLET}(?:消息[，：:]|消息(?={_OPEN})|快?讯(?=[\s（(：:，据\d记近日今昨]))"
    rf"|（[^（）\n]{{2,10}}）[讯电](?=[（\s])"
    rf"){_GAP}*(?:{_NAMED})?{_GAP}*(?:{ROLES}{_NAMES}{{2,12}}(?={_GAP}))?[：:，,\s]*"
)
_REPORTERS = re.compile(
    rf"{_GAP}*(?:【[^【】\n]{{0,12}}】)?{_OPEN}{_INSIDE}{{0,12}}{ROLES}{_INSIDE}{{1,40}}{_CLOSE}[：:，,\s]*"
)
_REPORTED = re.compile(rf"{ROLES}{_GAP}*{_NAMES}{{2,20}}报道[：:，,]")
_TURNED = re.compile(rf"{_OPEN}上接{_INSIDE}{{1,12}}版{_INSIDE}{{0,12}}{_CLOSE}{_GAP}*")
_TAG = re.compile(rf"【[^【】\n。！？，]{{0,20}}】{_GAP}*")
_LEAD_IN_MARK = _marks(f"电|讯|】|消息|上接|{ROLES}")

_LINE = re.compile(
    rf"(?:本报|本网|新华社|总台|央视)?(?:全媒体)?{ROLES}[：:\s\u3000\xa0]+{_NAMES}{{2,40}}$"
    rf"|(?:本报|本网|新华社|总台|央视)(?:全媒体)?{ROLES}{_HAN}{{2,12}}$|{ROLES}{_HAN}{{2,3}}$"
    rf"|[—\-–]{{0,3}}{_GAP}*(?:{CREDITS}|编{_GAP}+者){_GAP}*(?:[：:/／|丨].{{0,60}})?$"
    r"|更新时间[：:].*$|分享到?[：:].*$|本版(?:责编|编辑|统筹|制图).{0,40}$"
    r"|.{0,24}[^拍]摄(?:影报道|影)?$|资料图片?$|图片来自.{0,12}$|[a-z]+://\S+$|[\W_]+$"
)
_CAPTION = re.compile(rf"{PICTURES}(?:为|：|:|片说明|说明)|图[①②③]|▲|(?:资料图|庭审现场|新闻资料)[。：]")
_CAPTION_FIRST = frozenset("图左右上下题资庭新")
_NOTE = re.compile(
    rf"{_OPEN}下转{_INSIDE}{{1,12}}版{_INSIDE}{{0,12}}{_CLOSE}|"
    rf"{_OPEN}(?={_INSIDE}*(?:{ROLES}|{NOTES}|完{_CLOSE})){_INSIDE}{{1,80}}{_CLOSE}"
    rf"|{_OPEN}[^（）()\n，。]{{0,14}}{SOURCE_ENDS}{_CLOSE}"
)
_ATTRIBUTION = re.compile(
    r"[^“”‘’「」，。！？；：、,\s]{2,14}(?:说|表示|介绍|坦言|感叹|感慨|回忆|告诉记者|告诉笔者)道?。"
)
# （names）after the last full stop: who wrote it.
_SIGNATURE = re.compile(
    rf"(?<=[。！？”]){_OPEN}{_HAN}{{2,4}}(?:[{_GAP[1:-1]}、]+{_HAN}{{2,4}}){{0,3}}{_CLOSE}"
)
_SPOKEN = _marks("收看|收听|观看|请看|请听|来看|来听|观众|听众|各位|亲爱的|以上就是|以下是|导语")
_PROGRAMME = re.compile(
    r"(?:.{0,30}[，。！、\s])?(?:欢迎|感谢|谢谢)(?:您|你|大家|各位)?的?(?:继续)?(?:收看|收听|观看).{0,30}$"
    r"|(?:各位|观众|听众|亲爱的).{0,8}(?:[早上中下午晚]{0,2}好|再见)[。！，]?.{0,4}$"
    r"|(?:接下来|下面|首先|现在|今天)?，?(?:我们)?(?:一起|先)?(?:请看|请听|来看|来听|请收看|请收听)"
    r".{0,16}(?:报道|内容|节目|消息)[。：:！]?$"
    r"|以上就是.{0,16}(?:全部|主要|所有)内容.{0,20}$|以下是.{0,10}(?:内容|报道|原文|全文)[：:。]?$|导语[：:]?$"
)
# What web pages run on with after the last terminator.
_TAIL = re.compile(
    rf"(?:{_OPEN}(?:本报|总台|央视|新华社)?(?:记者|编辑|来源|原标题|责编){_INSIDE}{{0,60}}{_CLOSE}{_GAP}*)?"
    rf"(?:{TAIL_CREDITS}{_GAP}*[：:/／|丨][^。！？\n]{{0,60}}$|举报.{{0,4}}我也说两句|{WEB_ENDS})"
)
_TAIL_MARK = _marks(f"{TAIL_CREDITS}|{WEB_ENDS}|举报")
_WORD = re.compile(r"\w")


def is_furniture_line(line: str) -> bool:
    """Whether a line, without blanks around it, is a credit, a caption or a note."""
    return len(line) <= FURNITURE_MAX and bool(
        _LINE.match(line) or _NOTE.fullmatch(line) or _CAPTION.match(line)
    )


def is_furniture_sentence(text: str, start: int, end: int) -> bool:
    """Whether the sentence ``text[start:end]`` is a caption, a note of its source, who spoke, or marks only."""
    if end - start <= ATTRIBUTION_MAX and _ATTRIBUTION.fullmatch(text, start, end):
        return True
    if text[start].isalnum():
        return (
            text[start] in _CAPTION_FIRST
            and end - start <= FURNITURE_MAX
            and _CAPTION.match(text, start, end) is not None
        )
    if not _WORD.search(text, start, end):
        return True
    return end - start <= FURNITURE_MAX and bool(
        _CAPTION.match(text, start, end) or _NOTE.fullmatch(text, start, end)
    )


def spoken_at(text: str) -> list[int]:
    """Return where `text` has a word of announcers: what `is_programme_talk` is true of has one."""
    return [m.start() for m in _SPOKEN.finditer(text)]


def tails_at(text: str) -> list[int]:
    """Return where `text` has a word of tails: what `before_tail` cuts off has one, or ends in a bracket."""
    return [m.start() for m in _TAIL_MARK.finditer(text)]


def is_programme_talk(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` greets the viewers, announces a report or takes leave."""
    return end - start <= FURNITURE_MAX and _PROGRAMME.match(text[start:end]) is not None


def after_lead_in(text: str, start: int, end: int) -> int:
    """Return where the paragraph ``text[start:end]`` begins after its dateline or programme lead-in."""
    while start < end and text[start].isspace():
        start += 1
    if not _LEAD_IN_MARK.search(text, start, min(end, start + LEAD_IN_MARK_MAX)):
        return start
    at = start
    for pattern in (_TURNED, _DATELINE, _REPORTERS, _DATELINE, _REPORTERS, _REPORTED, _TAG):
        m = pattern.match(text, at, min(end, at + LEAD_IN_MAX))
        if m and m.end() < end:
            at = m.end()
    return at


def before_tail(text: str, start: int, end: int) -> int:
    """Return where the sentence ``text[start:end]`` ends before a note of its source."""
    if _TAIL_MARK.search(text, start, end):
        m = _TAIL.search(text, start, end)
        if m:
            end = m.start()
    if end > start and text[end - 1] in "）)":
        opening = max(text.rfind("（", start, end), text.rfind("(", start, end))
        if opening >= start and (
            _NOTE.fullmatch(text, opening, end) or _SIGNATURE.fullmatch(text, opening, end)
        ):
            end = opening
    while end > start and text[end - 1].isspace():
        end -= 1
    return end
