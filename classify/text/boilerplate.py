"""Boilerplate: leads, credits, captions, notes, notices, programme talk and tails of web pages.

A summary must contain none of it. It occurs as a line of its own (`is_boilerplate_line`), as a sentence among
others (`is_boilerplate_sentence`, `is_programme_talk`, `is_notice`), and at the beginning or end of a paragraph
or sentence, where the bounds are moved (`end_of_lead`, `start_of_tail`). Leads, bylines, signatures and photo
credits are those of `classify.text.bylines`; the patterns here follow the articles, television items and web
pages of the development data. A short text is not dropped for its length alone; one longer than
`Boilerplate.LONGEST` is prose, whatever it begins with. The patterns are in simplified characters, as the
summariser's texts are (`classify.text.script`); only a lead is also found in traditional ones over a simplified
text.

The summariser calls these functions for every paragraph and sentence, so each begins with a test of one character
or one search for a fixed word.
"""

from __future__ import annotations

import re

from classify.text.bylines import LEAD_OPENERS, parse_byline, parse_lead, parse_signature
from classify.text.characters import HAN

__all__ = [
    "Boilerplate",
    "end_of_lead",
    "find_boilerplate_words",
    "is_boilerplate_line",
    "is_boilerplate_sentence",
    "is_notice",
    "is_programme_talk",
    "start_of_tail",
]


class Boilerplate:
    """Lengths and patterns of boilerplate; the patterns match text as printed."""

    LONGEST = 80
    """Characters of a credit, caption or note at most. Chosen."""
    LONGEST_ATTRIBUTION = 20
    """Characters of a sentence that names only the speaker, at most. Chosen."""
    LEAD_WORD_WITHIN = 50
    """Characters of a paragraph, within which a lead has one of `LEAD_WORD`. Chosen."""
    LEAD_MAX = 200
    """Characters of a paragraph that are read for a lead; as many as `parse_lead` reads."""

    OPEN, SHUT, INSIDE = "[（(]", "[）)]", "[^（）()\n]"
    ROLE = "(?:记者|通讯员|实习生|特约撰稿人?|评论员|主持人|作者|编辑)"
    # Every lead has one of these words. An alternation without groups is searched fastest. Matches in 本报讯; not in
    # 昨日，水库蓄水。
    LEAD_WORD = re.compile(
        "电|電|讯|訊|】|消息|上接|紧接|记者|記者|通讯员|通訊員|实习生|评论员|报道|報導|特稿"
    )
    # Matches 【案情】; not 【本报讯】, which the grammar of leads reads first, nor 【他来了。】.
    TAG = re.compile(r"【[^【】\n。！？，]{0,20}】\s*")
    # Matches 责任编辑：林知遥, ——编者, 本版编辑 林知遥, 更新时间：2030-01-02, 林知遥摄 and ---; not 编辑部来信.
    LINE = re.compile(
        r"[—\-–]{0,3}\s*(?:编\s+者|(?:编者?|编辑|记者|作者|来源|责编|责任编辑|审核|校对|监制|主编|统筹|策划|制图|版式设计|摄影"
        r"|供图|视频|图片|数据来源|供稿)\s*(?:[：:/／|丨].{0,60})?)$"
        r"|更新时间[：:].*$|分享到?[：:].*$|本版(?:责编|编辑|统筹|制图).{0,40}$"
        r"|.{0,24}[^拍]摄(?:影报道|影)?$|资料图片?$|图片来自.{0,12}$|[a-z]+://\S+$|[\W_]+$"
    )
    # Without a colon, and in other brackets. Matches 责任编辑 林知遥, [责任编辑：林知遥] and 校对 卫苒 审核 林知遥; not
    # 审核通过.
    EDITOR_LINE = re.compile(
        rf"[\[【〔]?\s*(?:(?:责任编辑|责编)\s*|(?:校对|审核|监制|编审|编辑)\s+)[：:]?\s*[{HAN}]{{2,4}}"
        rf"(?:[\s、，|丨/]+[{HAN}：:]{{2,12}})*\s*[\]】〕]?$"
    )
    # A notice of the publisher, by its title. Matches 版权声明, 免责声明：本文… and 特别声明：本网稿件…; not
    # 特别声明：公司从未委托他人收款。, which is news.
    NOTICE_LINE = re.compile(
        r"\W{0,6}(?:(?:版权|免责|转载|原创)(?:声明|说明|须知|信息)\W*(?=$|[：:\s])"
        r"|(?:特别|郑重|重要)?(?:声明|说明)\s*[：:].*?(?:转载|版权|侵权|本文|本网|本站|本平台|本公众号|作者|稿件|原创|图文|网友))"
    )
    NOTICE_FIRST = frozenset("版免转原特郑重声说责校审监编")
    # Every notice has one of these words. In 转载请注明出处; not in 水库蓄水。
    NOTICE_WORDS = (
        "转载|侵权|版权|不代表|仅代表|二维码|扫码|扫一扫|公众号|视频号|客户端|阅读原文|注明来源|注明出处"
    )
    # A notice about the use of the text. Matches 未经授权，不得转载。, 如有侵权，请联系删除。 and
    # 本文仅代表作者观点。; not 法院认定这家网站侵权。
    RIGHTS = re.compile(
        r"未经[^。！？]{0,16}(?:不得|禁止|谢绝|严禁|请勿)[^。！？]{0,12}(?:转载|摘编|复制|使用)"
        r"|(?:如需|欢迎|谢绝|禁止|严禁|请勿)转载|转载[^。！？]{0,8}(?:请|须|务必)[^。！？]{0,8}(?:注明|联系|标明|授权)"
        r"|(?:如|若|涉及)[^。！？，]{0,10}侵权[^。！？]{0,6}[，,]?[^。！？]{0,6}(?:请|联系|告知|删除)"
        r"|(?:仅代表|不代表)[^。！？]{0,12}(?:作者|本人|个人|本[网站报刊台号]|平台)[^。！？]{0,6}(?:观点|立场|意见|看法)"
        r"|版权均?(?:归|属于?)[^。！？]{0,20}所有"
    )
    # A call to the reader: the verb comes first, and names no one who does it. Matches 扫码关注石泉发布 and
    # 长按二维码，下载石泉客户端; not 居民扫码关注公众号后可以预约。
    CALL = re.compile(
        r"\W{0,4}(?:(?:欢迎|敬请|请|快来|立即|马上|更多[^。！？，]{0,12}[，,]?请?)\s*)?"
        r"(?:扫码|扫一扫|扫描|长按|识别|点击|关注|下载|搜索)[^。！？]{0,24}"
        r"(?:关注|二维码|公众号|视频号|客户端|阅读原文|下载|订阅)|扫码(?:关注|阅读|观看|下载)"
    )
    CALL_MAX = 40
    """Characters of a call at most. Chosen."""
    # Papers and roles that the grammar of leads does not have. Matches 总台记者 林知遥 and 主持人：林知遥; not
    # 记者探访林场现场.
    ROLE_LINE = re.compile(
        rf"(?:本报|本网|新华社|总台|央视)?(?:全媒体)?{ROLE}(?:[：:\s]+[{HAN}·、，,\s]{{2,40}}|(?<=者|人)[{HAN}]{{2,3}})$"
        rf"|(?:本报|本网|新华社|总台|央视)(?:全媒体)?{ROLE}[{HAN}]{{2,12}}$"
    )
    # Matches 图为清淤现场, 左图：, 图① and 资料图。; not 图书馆今天开馆.
    CAPTION = re.compile(
        "(?:图|图片|[左右上下题]图|图中|图[①②③])(?:为|：|:|片说明|说明)|图[①②③]|▲|(?:资料图|庭审现场|新闻资料)[。：]"
    )
    CAPTION_FIRST = frozenset("图左右上下题资庭新")
    # Matches （下转第四版）, （来源：石泉日报）, （完） and （石泉新闻）; not （含封山育林）.
    NOTE = re.compile(
        rf"{OPEN}下转{INSIDE}{{1,12}}版{INSIDE}{{0,12}}{SHUT}|"
        rf"{OPEN}(?={INSIDE}*(?:{ROLE}|本报|新华社|参与采写|亦有贡献|摄|综合|报道|来源|完{SHUT})){INSIDE}{{1,80}}{SHUT}"
        rf"|{OPEN}[^（）()\n，。]{{0,14}}(?:网|社|报|新闻|央视|财经|界面|观察|APP|直通车){SHUT}"
    )
    # Matches （石泉发布） and （林知遥 卫苒） after a full stop or ”; not （含封山育林）.
    SHORT_SOURCE = re.compile(rf"(?<=[。！？”]){OPEN}[{HAN}]{{2,4}}(?:[\s、]+[{HAN}]{{2,4}}){{0,3}}{SHUT}")
    # Matches 村民何某说。 after a quotation; not 林技员表示，明年补植。
    ATTRIBUTION = re.compile(
        r"[^“”‘’「」，。！？；：、,\s]{2,14}(?:说|表示|介绍|坦言|感叹|感慨|回忆|告诉记者|告诉笔者)道?。"
    )
    # Every sentence that PROGRAMME matches has one of these words. In 感谢收看; not in 水库蓄水。
    PROGRAMME_WORDS = "收看|收听|观看|请看|请听|来看|来听|观众|听众|各位|亲爱的|以上就是|以下是|导语"
    # Matches 感谢收看，再见。, 接下来请看详细报道。, 以上就是今天的全部内容。; not 记者来看看造林现场的情况。
    PROGRAMME = re.compile(
        r"(?:.{0,30}[，。！、\s])?(?:欢迎|感谢|谢谢)(?:您|你|大家|各位)?的?(?:继续)?(?:收看|收听|观看).{0,30}$"
        r"|(?:各位|观众|听众|亲爱的).{0,8}(?:[早上中下午晚]{0,2}好|再见)[。！，]?.{0,4}$"
        r"|(?:接下来|下面|首先|现在|今天)?，?(?:我们)?(?:一起|先)?(?:请看|请听|来看|来听|请收看|请收听)"
        r".{0,16}(?:报道|内容|节目|消息)[。：:！]?$"
        r"|以上就是.{0,16}(?:全部|主要|所有)内容.{0,20}$|以下是.{0,10}(?:内容|报道|原文|全文)[：:。]?$|导语[：:]?$"
    )
    # Every text that TAIL matches has one of these words. In 责编：林知遥; not in 水库蓄水。
    TAIL_WORDS = (
        "责任编辑|通讯员|来源|责编|编辑|编审|审核|校对|监制|作者|记者|大家都在看|查看公告原文|相关新闻|版权所有"
        "|更多精彩|举报"
    )
    TAIL_WORD = re.compile(TAIL_WORDS)
    # An alternation of words without groups is searched fastest, and one search takes less time than three.
    ANY_WORD = re.compile(f"{NOTICE_WORDS}|{PROGRAMME_WORDS}|{TAIL_WORDS}")
    # Text of web pages after the last terminator. Matches 责编：林知遥相关新闻 and 举报我也说两句;
    # not 据记者了解.
    TAIL = re.compile(
        rf"(?:{OPEN}(?:本报|总台|央视|新华社)?(?:记者|编辑|来源|原标题|责编){INSIDE}{{0,60}}{SHUT}\s*)?"
        r"[\[【〔]?(?:(?:责任编辑|通讯员|来源|责编|编辑|编审|审核|校对|监制|作者|记者)\s*[：:/／|丨][^。！？\n]{0,60}$"
        r"|(?:责任编辑|责编)\s+[^。！？，\n]{2,20}$"
        "|举报.{0,4}我也说两句|大家都在看|查看公告原文|相关新闻|版权所有|更多精彩)"
    )
    # Matches 水 and 3; not ”。.
    WORD = re.compile(r"\w")


def is_boilerplate_line(line: str) -> bool:
    """Whether a line, without blanks around it, is a byline, a credit, a caption, a note or a publisher's notice.

    >>> is_boilerplate_line("本报记者 岑雨桐摄"), is_boilerplate_line("责任编辑：卫苒")
    (True, True)
    >>> is_boilerplate_line("版权声明：本网稿件的版权归石泉日报社所有。凡转载的，请注明出处。")
    True
    >>> is_boilerplate_line("图书馆今天开馆。")
    False
    """
    first = line[:1]
    may_be_notice = first in Boilerplate.NOTICE_FIRST or not first.isalnum()  # few lines begin so
    if may_be_notice and Boilerplate.NOTICE_LINE.match(line):
        return True
    return len(line) <= Boilerplate.LONGEST and bool(
        Boilerplate.LINE.match(line)
        or (may_be_notice and Boilerplate.EDITOR_LINE.match(line))
        or Boilerplate.ROLE_LINE.match(line)
        or Boilerplate.CAPTION.match(line)
        or (line[:1] in "（(" and Boilerplate.NOTE.fullmatch(line))
        or (line[-1:] not in "。？！…”" and parse_byline(line))
    )


def is_boilerplate_sentence(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is a caption or a note, names only the speaker, or has marks only.

    >>> is_boilerplate_sentence("（来源：石泉日报）", 0, 9)
    True
    """
    if end - start <= Boilerplate.LONGEST_ATTRIBUTION and Boilerplate.ATTRIBUTION.fullmatch(text, start, end):
        return True
    # Nearly every sentence begins with a character that begins no caption, and ends here.
    first = text[start]
    if first.isalnum():
        return (
            first in Boilerplate.CAPTION_FIRST
            and end - start <= Boilerplate.LONGEST
            and Boilerplate.CAPTION.match(text, start, end) is not None
        )
    if not Boilerplate.WORD.search(text, start, end):
        return True
    return end - start <= Boilerplate.LONGEST and bool(
        Boilerplate.CAPTION.match(text, start, end) or Boilerplate.NOTE.fullmatch(text, start, end)
    )


def find_boilerplate_words(text: str) -> list[int]:
    """Return the offsets of words of boilerplate in `text`, found in one search.

    Every sentence of which `is_programme_talk` or `is_notice` is true has one, and every web tail.

    >>> find_boilerplate_words("感谢收看，再见。"), find_boilerplate_words("正在调查。责编：卫苒")
    ([2], [5])
    """
    return [m.start() for m in Boilerplate.ANY_WORD.finditer(text)]


def is_programme_talk(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` greets the audience, announces a report or says goodbye.

    >>> is_programme_talk("接下来请看详细报道。", 0, 10), is_programme_talk("观众达三万人。", 0, 7)
    (True, False)
    """
    return end - start <= Boilerplate.LONGEST and Boilerplate.PROGRAMME.match(text[start:end]) is not None


def is_notice(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` says how the text may be used, or calls on the reader to follow the publisher.

    >>> is_notice("未经授权，不得转载。", 0, 10), is_notice("扫码关注石泉发布", 0, 8)
    (True, True)
    >>> is_notice("居民扫码后可以预约。", 0, 10)
    False
    """
    if end - start <= Boilerplate.CALL_MAX and Boilerplate.CALL.match(text, start, end):
        return True
    return end - start <= Boilerplate.LONGEST and Boilerplate.RIGHTS.search(text, start, end) is not None


def end_of_lead(text: str, start: int, end: int) -> int:
    """Return where the body of the paragraph ``text[start:end]`` begins, after its lead and 【tag】.

    A lead that fills the paragraph is kept.

    >>> text = "本报讯（记者 岑雨桐）昨日，水库蓄水。"
    >>> text[end_of_lead(text, 0, len(text)) :]
    '昨日，水库蓄水。'
    """
    while start < end and text[start].isspace():
        start += 1
    if not Boilerplate.LEAD_WORD.search(text, start, min(end, start + Boilerplate.LEAD_WORD_WITHIN)):
        return start
    at = start
    for _ in range(2):  # a lead, its tag, and a lead after the tag
        # A lead has no full stop, and a short text is parsed faster.
        stop = text.find("。", at, min(end, at + Boilerplate.LEAD_MAX)) + 1 or min(
            end, at + Boilerplate.LEAD_MAX
        )
        if LEAD_OPENERS.match(text, at, end) and (lead := parse_lead(text[at:stop])):
            if at + lead.end >= end:
                break
            at += lead.end
        tag = Boilerplate.TAG.match(text, at, end)
        if tag is None or tag.end() == end:
            break
        at = tag.end()
    return at


def start_of_tail(text: str, start: int, end: int) -> int:
    """Return where the sentence ``text[start:end]`` ends before a signature, a note or the tail of a web page.

    >>> text = "清淤下月完工。（岑雨桐 卫苒）"
    >>> text[: start_of_tail(text, 0, len(text))]
    '清淤下月完工。'
    """
    if end > start and text[end - 1] in "）)":
        opening = max(text.rfind("（", start, end), text.rfind("(", start, end))
        # After ” alone a bracket may be part of a headline: “云港通”（新时代·新气象）.
        after_sentence = text[opening - 1 : opening] != "”" or text[opening - 2 : opening - 1] in tuple(
            "。！？"
        )
        if opening >= start and (
            Boilerplate.NOTE.fullmatch(text, opening, end)
            or Boilerplate.SHORT_SOURCE.fullmatch(text, opening, end)
            or (after_sentence and parse_signature(text[max(0, opening - 2) : end]))
        ):
            end = opening
    # The search for a word is fast; TAIL is tried only where it succeeds.
    if Boilerplate.TAIL_WORD.search(text, start, end) and (m := Boilerplate.TAIL.search(text, start, end)):
        end = m.start()
    while end > start and text[end - 1].isspace():
        end -= 1
    return end
