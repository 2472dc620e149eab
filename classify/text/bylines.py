"""The grammar of leads, bylines, datelines, signatures and photo credits.

A *lead* opens an article: a source with 讯 or 电, a dateline, names in brackets, or a reporter with 报道 (记者 张三
报道：). A *byline* has a line of its own, a *signature* is in brackets at the end, a *credit* ends in 摄.
Pages are split where a lead begins and summaries leave leads out, so both use this one grammar.

Typesetting puts blanks and line ends anywhere (本 报 讯 （记 者 张 三）). The grammar therefore matches the text
without blanks, with traditional characters folded to simplified ones, and maps offsets back. Regular expressions
describe the form. Code decides doubtful cases: whether a text is a name (`classify.text.names`), and whether 讯
or 电 is only the first half of a word (本报电话, 新华社区电影). 记者 in a sentence (记者从…获悉, 对本报记者说) is
no lead: in a lead only names follow a role.

Captions, notes and programme talk, which name neither persons nor sources, are in `classify.text.boilerplate`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from classify.records import Byline, Dateline
from classify.text.characters import BLANK, BULLETS, HAN
from classify.text.names import DOTS, find_people, is_name, is_word
from classify.text.script import fold_traditional

__all__ = [
    "LEAD_LINES",
    "LEAD_OPENERS",
    "Credit",
    "Lead",
    "PressTerms",
    "opens_in_latin",
    "parse_author",
    "parse_byline",
    "parse_credit",
    "parse_lead",
    "parse_names",
    "parse_signature",
]

LEAD_LINES = 7
"""Lines of a lead at most. In the narrowest column measured (6 characters) a lead takes five."""

_B = f"[{BLANK}]{{0,4}}"  # blanks inside a word

LEAD_OPENERS = re.compile(
    rf"(?=(?P<indent>[{BLANK}]*))(?P=indent)[^{BLANK}]?{_B}[（(〔【［\[]?{_B}(?:[上紧]接|[据據][{HAN}{BLANK}]"
    rf"|本{_B}[报報台臺网網刊社综綜]|新{_B}[华華]|中{_B}[新央通]|人民[网網]|央[视視广廣]|国际在线|光明网|南都"
    rf"|[法路美共][新透联聯同]|[综綜]合|[记記]{_B}(?:者|$)|通{_B}[讯訊]|[实實][习習]生"
    rf"|[首特见見实實全融][^。]{{1,6}}[记記]|[{HAN}{BLANK}·-]{{0,16}}?(?:[报報网網台臺社闻聞线線端]|APP)"
    rf"(?:{_B}$|[^。，！？]{{0,12}}[讯訊电電消])"
    rf"|[{HAN}{BLANK}]{{0,10}}?[0-9０-９一二三四五六七八九十廿卅][^。，！？]{{0,10}}日(?:{_B}$|{_B}[专專讯訊电電消]))"
)
"""Cheap test of a first line: where it fails, no lead begins. One other character may precede the lead.

It matches 本 报 讯, （记者 林知遥） and 济南5月23日电; not 昨日，水库蓄水。
"""


class PressTerms:
    """Names of papers and agencies, and dates: fragments of regular expressions.

    Simplified characters only; the grammars fold a text before they match it.
    """

    OPEN, SHUT = "（(〔【［\\[", "）)〕】］\\]"
    AGENCY = (
        "本[报台网刊社]|新华[社网]|中新[社网]|中[央通]社|法新社|路透社|美联社|共同社|人民网|央[视广]网|国际在线"
        "|光明网|央视新闻|南都(?=讯)"
    )
    # The name before 日报 or 晚报 contains no agency. Matches before 东岭晚报; not before 到本报晚报.
    NO_AGENCY = f"(?!.{{0,4}}(?:{AGENCY}))"
    # Matches 东岭晚报, 晚报 and 东岭晚报·岭上新闻 before 讯; not 手工合作社.
    PAPER = (
        rf"{NO_AGENCY}[{HAN}]{{0,8}}?(?:[日晚时商早晨快新导午周京明]报|都市报|特区报|法[治制]报|经济报|农民报"
        rf"|青年报|工人报|文汇报|大公报|电视台|通讯社)(?:·[{HAN}]{{2,8}}?(?=[讯电》\d]|消息|记者)|[{HAN}]{{0,4}}客户端)?"
    )
    # Matches 岭南在线 and 石泉APP; weak evidence, since 合作社 ends alike.
    SITE = rf"{NO_AGENCY}[{HAN}]{{1,6}}(?:[报网台社]|新闻|在线|客户端|APP)"
    NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
    # Matches 3月2日, 2024年3月2日, 三月十二日, 廿二日 and 3日晚.
    DATE = rf"(?:(?:\d\d|\d{{4}}|[〇○零一二三四五六七八九]{{4}})年)?(?:{NUMBER}月)?{NUMBER}日(?:凌晨|[上下]午|[晚夜])?"


class _Patterns:
    """The forms of leads, bylines, signatures and credits; most match text without blanks."""

    _T = PressTerms
    # Matches 记者, 本报首席记者, 通讯员, 文/图; not the 记者 of 记者站, nor the 摄影 of 摄影展.
    ROLE = re.compile(
        rf"(?P<press>{_T.AGENCY})?(?:[全融]媒体?|新媒体|首席|特[约派]|[见实]习|高级|资深|参与|执笔|摄影|图片"
        rf"|视[觉频]|文字|驻[{HAN}]{{1,6}}?)*(?:记者(?![站们节证会席协手])|通讯员(?![们培队会])|实习生|评论员"
        r"|作者(?![系单为])|摄影(?![报师机展家作协大])|(?:撰[文稿]|采写|整理|编译|[文图])(?=[:：/／](?![图文]))"
        r"|(?:文[/／]?图|图[/／]?文)(?=.))[:：/／]?"
    )
    # Matches 东岭日报记者 and 本报青塘记者; not 东岭记者.
    PAPER_ROLE = re.compile(
        rf"(?P<press>{_T.PAPER}|{_T.SITE}|本报[{HAN}]{{2,6}}?)(?:全媒体|首席|见习|特派)?记者"
    )
    # Matches 本报评论员; not 评论员.
    EDITORIAL = re.compile(rf"(?P<press>{_T.AGENCY}|{_T.PAPER})(?:特约)?评论员")
    # Matches 本报讯, 新华社北京3月2日电, （路透社伦敦廿二日电）; not 本报记者. The code decides about 本报电话.
    SOURCE = re.compile(
        rf"(?P<open>[{_T.OPEN}])?(?:据|(?:本报)?综合)?"
        rf"(?:(?P<agency>{_T.AGENCY})|(?P<paper>{_T.PAPER})|(?P<site>{_T.SITE}))(?:[、和](?:{_T.AGENCY}))*"
        rf"-?(?P<place>[{HAN}、]{{0,12}}?)(?P<date>{_T.DATE})?"
        "(?P<close>综合外?电?(?:消息|报[道导])|综合电|[专特快]讯|专电|特稿|消息|电讯|[电讯])"
        rf"(?P<shut>[{_T.SHUT}])?"
    )
    # Matches 济南5月23日电, 5月23日消息, （海门廿二日远讯社电）; not 济南电. The code decides about 5月23日电力检修.
    DATELINE = re.compile(
        rf"(?P<open>[{_T.OPEN}])?(?P<place>[{HAN}]{{2,6}}?)??(?P<date>{_T.DATE})"
        rf"(?P<press>[{HAN}]{{1,4}}社)?(?P<close>专电|[电讯]|消息)(?P<shut>[{_T.SHUT}])?"
    )
    # Matches （中央社记者林知遥、卫苒台北3日电）, 〔记者林知遥／台北报导〕; not （记者林知遥）.
    AGENCY_REPORTER = re.compile(
        rf"[{_T.OPEN}](?P<press>{_T.AGENCY}|{_T.PAPER})?(?:特派)?记者"
        rf"(?P<names>(?:[{HAN}]{{2,4}}[、，])*(?:[{HAN}]{{3}}|[{HAN}]{{2,4}}))"
        rf"(?:(?P<place>[{HAN}]{{2,4}})(?P<date>{_T.DATE})(?:综合|专|外)*[电讯]"
        rf"|[／/](?P<at>(?!综合)[{HAN}]{{2,4}}?)?(?P<on>{_T.DATE})?(?:综合)?报[道导])[{_T.SHUT}]"
    )
    # Matches （记者林知遥）; not （记者林知遥, which is not closed.
    BRACKET = re.compile(rf"[{_T.OPEN}](?P<who>[^{_T.OPEN}{_T.SHUT}]{{1,70}})[{_T.SHUT}]")
    # Matches （新闻联播）： after 央视网消息; not （新闻联播）播出.
    PROGRAMME = re.compile(r"[（(][^（()）。，：:！？]{2,14}[）)](?=[:：])")
    # Matches 林知遥、卫苒报道; not 林知遥。报道.
    REPORTS = re.compile(r"[^。！？!?“”（()）:：]{4,40}?(?:摄影)?报[道导]")
    # Words that begin with 电, 讯, 消息 or 报道. Matches 电话, 讯息, 消息人 and 报道了; not 电据 nor 讯昨.
    COMPOUND = re.compile(
        "(?:电[话视力脑影厦厂网信线缆量台梯池动商机器站子费价源流压磁路工波频杆塔炉饭灯扇报表竞玩气荷极阻容镀"
        "告贺召击焊能令传邀唁闪教瓶暖解化负热石联采白]|讯[息问号员飞]|消息[灵人来称说显传源，]"
        "|报[道导][的了过此该组这后中时称出员])$"
    )
    # A place of a dateline contains none of these. Matches the place of 本报今年2日电 and 本报记者2日电; not 济南, nor
    # the 的 of 亚的斯亚贝巴 and 的黎波里.
    NOT_PLACE = re.compile(
        "(?<!亚)的(?!黎波里)|[了在对称说]|记者|通讯员|获悉|今[年天日晨]|昨|日前|近日|[讯社报]$|热线|来电|综合"
    )
    # A place without a source before it contains none of these either. Matches the place of 截至5月23日 and
    # 会议将于5月23日; not 济南 nor 上海至.
    NOT_BARE_PLACE = re.compile(
        "[据于从到自截将为是有和与及年月第起即定过会]|[^海]至|每|上午|下午|时间|公告|通知"
    )
    # Beginnings of bodies: before them 讯 or 电 is a whole word. Matches after the 讯 of 讯记者从…获悉 and the 电 of
    # 电5月22日; not after that of 电力检修.
    BODY_OPENING = re.compile(r"[据昨]|记者|通讯员|近日|日前|今[天日年晨]|连日|\d{1,4}[年月日]")
    # Matches 据新华社北京3月2日电, 《东岭日报》 and 本报综合; not 林知遥.
    QUOTED = re.compile(
        rf"(?:本文|均)?(?:据|综合|来源[:：]|[摘转]自|原载)?《?(?P<press>{_T.AGENCY}|{_T.PAPER})》?"
        rf"(?:[、和]《?(?:{_T.AGENCY}|{_T.PAPER})》?)*(?:[{HAN}]{{0,6}}?{_T.DATE})?"
        r"(?:综合|[电讯]|报[道导]|消息|客户端|微信公众号|官网|[微专]?特稿|供稿)*"
    )
    # The patterns from here on match text as printed. Matches （林知遥） at the end; not （林知遥）随后.
    SIGNATURE = re.compile(r"[（(](?P<who>[^（()）]{2,50})[）)]\s*$")
    # Matches 林知遥 摄, （林知遥 摄影报道） at the end; not 拍摄.
    TOOK = re.compile(r"[/／]?(?:摄影报[道导]|摄影|(?<!拍)摄|(?<=[/／])图|供图)[）)]?。?$")
    # Matches 资料图, 市水务局供图, 图/林知遥 at the end; not 河道分布图.
    STOCK = re.compile(
        rf"(?:(?:{_T.AGENCY}|{_T.PAPER})?(?:资料(?:图片?|照片)|(?<=社)发)|网络图片?|视频截图|[{HAN}]{{2,12}}供图"
        rf"|(?:图片|照片)由[{HAN}]{{2,14}}提供|(?:摄影|图片|[图摄])[:：/／](?P<who>[{HAN}{DOTS}、]{{2,16}}))[）)]?。?$"
    )
    # Matches "SHIQUAN March 2 (Xinhua) — "; not "NASA said".
    LATIN_DATELINE = re.compile(
        "[A-Z]{3,}(?:[ ,][A-Za-z.]+){0,5}(?: [0-9]{1,2})?(?: [(][A-Za-z]+[)])? ?(?:-|–|—{1,2}) "
    )
    # Matches □ 林知遥, 文/林知遥 and 林 知 遥; not 记者林知遥.
    AUTHOR = re.compile(
        rf"(?P<mark>[{BULLETS}]|作{_B}者[:：]?|[撰文]{_B}[/／:：])?[{BLANK}]*(?P<name>(?:[{HAN}]{_B}){{2,4}})"
    )
    # Matches （上接第1版）; not （上接不暇）.
    JUMP = re.compile(rf"[{BLANK}]*[（(]{_B}[上紧]接[^（()）。，]{{0,12}}?版[^（()）。，]{{0,16}}[）)]{_B}")


@dataclass(frozen=True, slots=True)
class Lead:
    """Source, names and dateline before the first sentence of an article.

    Attributes
    ----------
    byline : Byline
        Source and names; empty for （上接第1版）.
    dateline : Dateline
    end : int
        Offset in the text at which the body begins.

    Examples
    --------
    >>> lead = parse_lead("本报柳湾3月2日电 （记者 岑雨桐）昨日，水库蓄水。")
    >>> lead.byline.source, lead.byline.reporters, lead.dateline.place, lead.end
    ('本报', ('岑雨桐',), '柳湾', 18)
    """

    byline: Byline
    dateline: Dateline
    end: int

    @property
    def named(self) -> bool:
        """Whether it names a reporter or a correspondent.

        >>> parse_lead("本报讯 昨日，水库蓄水。").named
        False
        """
        return bool(self.byline.reporters or self.byline.correspondents)


@dataclass(frozen=True, slots=True)
class Credit:
    """Who took a picture.

    Attributes
    ----------
    caption : str
        The text before the credit; empty where there is none.
    photographers : tuple of str
        Empty for 资料图 and the like.

    Examples
    --------
    >>> parse_credit("图为蓄水现场。 岑雨桐 摄")
    Credit(caption='图为蓄水现场。', photographers=('岑雨桐',))
    """

    caption: str
    photographers: tuple[str, ...]


@lru_cache(maxsize=256)  # a page reader parses the same lines when it cuts them and when it reads them
def parse_lead(text: str) -> Lead | None:
    """Return the lead that `text` begins with, or None.

    Parameters
    ----------
    text : str
        Lines as printed, joined by newlines; the first 200 characters are read. Blanks and newlines may be
        anywhere, also inside words.

    Examples
    --------
    >>> parse_lead("济南5月23日电  昨日，河道清淤。").dateline
    Dateline(place='济南', date='5月23日')
    >>> parse_lead("〔記者岑雨桐／台北報導〕昨日").byline.reporters
    ('岑雨桐',)
    >>> parse_lead("本报电话：0000-1234567") is None
    True
    """
    if jump := _Patterns.JUMP.match(text):
        return Lead(Byline(), Dateline(), jump.end())
    return _Parser(text).lead()


def opens_in_latin(text: str) -> bool:
    """Whether `text`, which is not empty, begins with the dateline of an English article.

    >>> opens_in_latin("SHIQUAN March 2 (Xinhua) — A bridge opened."), opens_in_latin("NASA said so.")
    (True, False)
    """
    return text[0] < "[" and _Patterns.LATIN_DATELINE.match(text) is not None


@lru_cache(maxsize=256)  # as parse_lead
def parse_byline(text: str) -> Byline | None:
    """Return the byline that is all of `text`, or None.

    >>> parse_byline("本报记者 岑雨桐 通讯员 卫苒").correspondents
    ('卫苒',)
    >>> parse_byline("记者调查") is None
    True
    """
    # Most lines have none of these characters. A line with 实习生 or 摄影 as its only role is not accepted.
    if len(text) > _Parser.LONGEST or not re.search("[者員员译譯写寫理文图圖]", text):
        return None
    return _Parser(text).byline()


def parse_author(text: str) -> Byline | None:
    """Return the byline of a line that has an author's name and nothing else, or None.

    A mark may precede the name. Without a mark, the name must have a frequent surname and be no word.

    >>> parse_author("□ 岑雨桐").reporters
    ('岑雨桐',)
    >>> parse_author("马上") is None
    True
    """
    m = _Patterns.AUTHOR.fullmatch(text.lstrip(BLANK))
    if m is None:
        return None
    name = "".join(m["name"].split())
    if not is_name(name, usual=not m["mark"]) or (not m["mark"] and is_word(name)):
        return None
    return Byline(reporters=(name,))


def parse_names(text: str) -> Byline | None:
    """Return the byline of a line that has one to six persons' names, set apart by blanks or commas, and nothing else.

    The line is known to be a byline: words with a surname's character in front pass too.

    >>> parse_names("岑雨桐  温砚秋 柳知远").reporters
    ('岑雨桐', '温砚秋', '柳知远')
    >>> parse_names("今天 完工") is None
    True
    """
    if len(text) > 60 or not re.fullmatch(
        rf"[{HAN}{DOTS}]+(?:[{BLANK}、，\n]+[{HAN}{DOTS}]+){{0,11}}", text.strip()
    ):
        return None
    found, _ = find_people(text)
    names = tuple(name for name, _ in found)
    if not 1 <= len(names) <= 6 or not all(map(is_name, names)) or (len(names) == 1 and is_word(names[0])):
        return None
    return Byline(reporters=names)


def parse_signature(text: str) -> tuple[Byline, int] | None:
    """Return the byline in brackets that closes `text`, and the offset of its bracket; None without one.

    >>> parse_signature("清淤下月完工。（岑雨桐 卫苒）")
    (Byline(source='', reporters=('岑雨桐', '卫苒'), correspondents=(), photographers=()), 7)
    >>> parse_signature("主讲人（岑雨桐）") is None
    True
    """
    m = _Patterns.SIGNATURE.search(text, max(0, len(text) - _Parser.TAIL))
    if not m or not text[: m.start()].rstrip().endswith(tuple("。！？”…；!?")):
        return None
    parser = _Parser(text, *m.span("who"))
    if source := _Patterns.QUOTED.fullmatch(parser.chars):
        return Byline(parser.group(source, "press")), m.start()
    who = parser.people(0, len(parser.chars)) or _Parser.names_only(m["who"])
    if who is None or not (who.byline.reporters or who.byline.correspondents):
        return None
    return who.byline, m.start()


@lru_cache(maxsize=256)  # as parse_lead
def parse_credit(text: str) -> Credit | None:
    """Return the photo credit that `text` ends with, or None.

    >>> parse_credit("本报记者 岑雨桐 通讯员 卫苒 摄").photographers
    ('岑雨桐', '卫苒')
    >>> parse_credit("布设相机拍摄") is None
    True
    """
    text = text.rstrip()
    parser = _Parser(text, max(0, len(text) - _Parser.TAIL), len(text))
    m = _Patterns.TOOK.search(parser.chars)
    start, who = parser.photographer(m.start(), m[0]) if m else (0, None)
    if who is None and (m := _Patterns.STOCK.search(parser.chars)):
        start = m.start()
        who = _Parser.names_only(parser.original(*m.span("who"))) if m["who"] else _People(Byline(), "")
    if who is None:
        return None
    caption = text[: parser.offset(start)].strip().rstrip("（(").rstrip()
    caption = re.sub("(?:新华|中新)社[发發]$", "", caption).rstrip()
    names = who.byline.reporters + who.byline.correspondents + who.byline.photographers
    return Credit(caption, tuple(dict.fromkeys(names)))


class _People(NamedTuple):
    """Names of writers and photographers, and the place that they report from."""

    byline: Byline
    place: str


class _CompactText:
    """A text without blanks and leading bullet, traditional characters folded, with offsets of the original.

    Attributes
    ----------
    chars : str
        The text that the grammar matches.
    at : list of int
        Offset in the text of each of `chars`; computed on first use, since most texts match nothing.
    """

    __slots__ = ("_start", "_stop", "at", "chars", "text")
    at: list[int]

    LONGEST = 200
    """Characters of a lead that are read: the longest seen, letter-spaced, has 130."""

    def __init__(self, text: str, start: int = 0, stop: int = LONGEST) -> None:
        self.text, self._start, self._stop = text, start, stop
        chars = fold_traditional("".join(text[start:stop].split()))
        self.chars = chars[1:] if chars and chars[0] in BULLETS else chars

    def __getattr__(self, name: str) -> list[int]:
        if name != "at":
            raise AttributeError(name)
        part = self.text[self._start : self._stop]
        at = [i for i, c in enumerate(part, self._start) if not c.isspace()]
        self.at = at[len(at) - len(self.chars) :]
        return self.at

    def original(self, a: int, b: int) -> str:
        """Return characters `a` to `b` as printed, blanks included."""
        return self.text[self.at[a] : self.at[b - 1] + 1] if b > a else ""

    def group(self, m: re.Match[str], name: str) -> str:
        """Return the printed text of a group, without blanks; empty where the group matched nothing."""
        return "".join(self.original(*m.span(name)).split()) if m[name] else ""

    def offset(self, i: int) -> int:
        """Return the offset of character `i`; behind the last one, the end of the text."""
        return self.at[i] if i < len(self.at) else len(self.text)

    def blank_before(self, i: int) -> bool:
        """Whether a blank precedes character `i`, or `i` is the end. A line end may be a wrap and does not count."""
        return i >= len(self.at) or any(c in BLANK for c in self.text[self.at[i - 1] + 1 : self.at[i]])


class _Parser(_CompactText):
    """The grammar on one text. Offsets of its methods are those of `chars`."""

    __slots__ = ()

    TAIL = 60
    """Characters at the end of a text that a signature or credit may take. Chosen."""
    PEOPLE_MAX = 30
    """Characters of roles and names that nothing but a blank ends. Chosen."""

    def lead(self) -> Lead | None:
        """Return the lead that the text begins with, or None."""
        if (m := _Patterns.SOURCE.match(self.chars)) and (lead := self._after_source(m)):
            return lead
        if m := _Patterns.AGENCY_REPORTER.match(self.chars):
            names = tuple(re.split("[、，]", self.group(m, "names")))
            if all(map(is_name, names)):
                place = self.group(m, "place") or self.group(m, "at")
                dateline = Dateline(place, self.group(m, "date") or self.group(m, "on"))
                return Lead(Byline(self.group(m, "press"), names), dateline, self.offset(m.end()))
        if (m := _Patterns.DATELINE.match(self.chars)) and (lead := self._after_dateline(m)):
            return lead
        m = _Patterns.BRACKET.match(self.chars)
        who, end = (self.people(*m.span("who")), m.end()) if m else self._who_reports(0)
        return Lead(who.byline, Dateline(who.place), self.offset(end)) if who else None

    def byline(self) -> Byline | None:
        """Return the byline that is all of the text, or None."""
        if m := _Patterns.EDITORIAL.fullmatch(self.chars):
            return Byline(self.group(m, "press"))
        who = self.people(0, len(self.chars), usual=True)
        return who.byline if who else None

    def people(self, a: int, b: int, *, check: bool = True, usual: bool = False) -> _People | None:
        """Read characters `a` to `b` as roles with names: ``记者甲 乙 通讯员丙``.

        Returns None for any other text; with `check`, also where one of the names is no name; with `usual`, also
        where the name has no frequent surname and its role is neither set off by a blank nor named with a paper.
        """
        first = _Patterns.ROLE.match(self.chars, a, b) or _Patterns.PAPER_ROLE.match(self.chars, a, b)
        if not first:
            return None
        marks = [first, *_Patterns.ROLE.finditer(self.chars, first.end(), b)]
        reporters: list[str] = []
        correspondents: list[str] = []
        photographers: list[str] = []
        source = place = role = ""
        for m, end in zip(marks, [*(m.start() for m in marks[1:]), b], strict=True):
            role += m[0]
            # 图/本报记者 张三: two roles of one name, so the first waits for the second.
            if m.end() == end < b and m[0].rstrip(":：/／")[-1] in "文图影写译稿理":
                continue
            found, at = find_people(self.original(m.end(), end))
            set_off = self.blank_before(m.end()) or m[0][-1] in ":：/／"
            # A paper, a blank or a second role is evidence enough for a rare surname.
            usual = usual and len(marks) == 1 and not m["press"] and not set_off
            if not found or {"摄", "攝"} & {tag for _, tag in found}:
                return None
            if check and not all(is_name(n, usual=usual) for n, _ in found):
                return None
            pictures = re.search("摄影|视觉|图", role)
            if not pictures or "文" in role:
                writers = correspondents if "通讯员" in role else reporters
                writers += [n for n, tag in found if tag not in ("图", "圖")]
            photographers += [n for n, tag in found if pictures or tag not in ("", "文")]
            source, place, role = source or self.group(m, "press"), at or place, ""
        lists = (reporters, correspondents, photographers)
        return _People(Byline(source, *(tuple(dict.fromkeys(names)) for names in lists)), place)

    @staticmethod
    def names_only(text: str) -> _People | None:
        """Read `text` as a list of names without roles; None where one of them is no name."""
        found, _ = find_people(text)
        if not found or not all(is_name(n) and tag not in ("摄", "攝") for n, tag in found):
            return None
        pictures = tuple(n for n, tag in found if tag not in ("", "文"))
        return _People(Byline("", tuple(dict.fromkeys(n for n, _ in found)), (), pictures), "")

    def photographer(self, end: int, verb: str) -> tuple[int, _People | None]:
        """Find the photographers before the verb at `end`; return where the credit begins, and their names."""
        for role in _Patterns.ROLE.finditer(self.chars, max(0, end - 40), end):
            if who := self.people(role.start(), end):
                return role.start(), who
        # Without a role the names begin after a blank or a mark; of several beginnings the earliest is taken.
        best: tuple[int, _People | None] = 0, None
        longest = 0 if verb.startswith("摄影") and not self.blank_before(end) else 17  # 风光摄影 is no credit
        for i in range(end - 2, max(-1, end - longest), -1):
            begins = self.at[i] == 0 or self.text[self.at[i] - 1].isspace()
            if begins or self.chars[i - 1] in "。！？；：，”）)（(】》、:,":
                best = (i, who) if (who := _Parser.names_only(self.original(i, end))) else best
        return best

    def _after_source(self, m: re.Match[str]) -> Lead | None:
        """Read the rest of a lead after a source with 讯 or 电; None where it is part of a sentence (新华社区电影)."""
        place, date, end = m["place"], m["date"], m.end()
        if (
            _Patterns.NOT_PLACE.search(place)
            or (not date and len(place) > 5)
            or (m["shut"] and not m["open"])
        ):
            return None
        if re.search(PressTerms.AGENCY, (m["paper"] or m["site"] or "") + place):  # 合作社 / 本报北京3月2日电
            return None
        set_off = self.blank_before(m.start("close")) and self.blank_before(m.end("close") - 1)
        if not date and (set_off or not self.blank_before(end)) and self._is_compound(m["close"], end):
            return None
        who, end = self._who_follows(end)
        if m["open"] and not m["shut"]:  # （本报讯 记者张三）
            shut = re.compile(f"[{PressTerms.SHUT}]").search(self.chars, end)
            who, end = (self.people(end, shut.start()), shut.end()) if shut else (None, end)
            if not who:
                return None
        programme = None if who else _Patterns.PROGRAMME.match(self.chars, end)
        end = programme.end() if programme else end
        colon = self.chars[end : end + 1] in (":", "：", "，")
        # These sources occur in sentences too, so a date, names, a blank or a colon must follow.
        loose = m["paper"] or place or re.search("^本.*电$|消息$|报[道导]$", (m["agency"] or "") + m["close"])
        whole = m["shut"] or colon or self.blank_before(end)
        # 据石泉网3月2日消息， opens paragraphs inside articles as well.
        quoted = self.chars[0] == "据" and m["close"] == "消息"
        dispatch = whole and not quoted and (date or m["close"][-1] == "讯")
        if m["site"] and not (who or programme or dispatch):
            return None
        if loose and not (
            date or who or whole or (m["paper"] and _Patterns.BODY_OPENING.match(self.chars, end))
        ):
            return None
        by, at = who or _People(Byline(), "")
        by = replace(by, source=self.group(m, "agency") or self.group(m, "paper") or self.group(m, "site"))
        return Lead(
            by, Dateline(self.group(m, "place") or at, self.group(m, "date")), self.offset(end + colon)
        )

    def _after_dateline(self, m: re.Match[str]) -> Lead | None:
        """Read the rest of a lead after a date with 电, 讯 or 消息 and no known source; None in a sentence.

        In brackets 电 closes the lead. Without brackets a place must precede the date, and a blank, names in
        brackets, a colon or the beginning of a body must follow 电 or 讯, so that it is no first half of a word.
        """
        place, date, close, end = m["place"] or "", m["date"], m["close"], m.end()
        if _Patterns.NOT_PLACE.search(place) or bool(m["open"]) != bool(m["shut"]):
            return None
        if re.search(PressTerms.AGENCY, place):  # 机新华社青塘: a character of another line before the source
            return None
        who, colon = None, False
        if m["open"]:  # （海门廿二日远讯社电）
            if close == "消息" or not (place or "月" in date):
                return None
        else:  # 济南5月23日电
            if m["press"] or _Patterns.NOT_BARE_PLACE.search(place) or not re.search(r"\d", date):
                return None
            set_off = end < len(self.at) and self.blank_before(end)
            is_word = not self._is_compound(close, end) or (set_off and not self.blank_before(end - 1))
            begins = _Patterns.BODY_OPENING.match(self.chars, end) or (close == "讯" and "月" in date)
            who, end = self._who_follows(end)
            colon = self.chars[end : end + 1] in (":", "：", "，")
            if close == "消息":
                proof = "月" in date and bool(who or colon)
            else:
                proof = bool(place) and is_word and bool(who or colon or set_off or begins)
            if not proof:
                return None
        by, at = who or _People(Byline(), "")
        by = replace(by, source=self.group(m, "press") or by.source)
        dateline = Dateline(self.group(m, "place") or at, self.group(m, "date"))
        return Lead(by, dateline, self.offset(end + colon))

    def _is_compound(self, close: str, end: int) -> bool:
        """Whether `close`, which ends before character `end`, is the first half of a word such as 电话."""
        return _Patterns.COMPOUND.search(close + self.chars[end : end + 1]) is not None

    def _who_follows(self, i: int) -> tuple[_People | None, int]:
        """Read the names after a source, in brackets or not; return them and where they end."""
        if names := _Patterns.BRACKET.match(self.chars, i):
            a, b = names.span("who")
            who = self.people(a, b, check=False) or _Parser.names_only(self.original(a, b))
            return who, names.end() if who else i
        who, end = self._who_reports(i)
        if not who and _Patterns.ROLE.match(self.chars, i):
            return self._who_before_blank(i)
        return who, end

    def _who_reports(self, i: int) -> tuple[_People | None, int]:
        """Read ``记者甲 北京报道：`` at character `i`; return the names and where they end."""
        m = _Patterns.REPORTS.match(self.chars, i)
        if m and not self._is_compound("报道", m.end()) and (who := self.people(i, m.end())):
            colon = self.chars[m.end() : m.end() + 1] in (":", "：")
            if i or colon or who.byline.source or self.blank_before(m.end()):
                return who, m.end() + colon
        return None, i

    def _who_before_blank(self, i: int) -> tuple[_People | None, int]:
        """Read ``记者甲、乙 通讯员 丙`` at character `i`, separated from the body by a blank only."""
        for end in range(i + 1, min(i + self.PEOPLE_MAX, len(self.chars) - 1)):
            if not self.blank_before(end) or _Patterns.ROLE.match(self.chars, end):
                continue
            if not (who := self.people(i, end)):
                continue
            # One name for each role and one for each 、: more names would be words of the body.
            roles = list(_Patterns.ROLE.finditer(self.chars, i, end))
            names = [*who.byline.reporters, *who.byline.correspondents, *who.byline.photographers]
            listed = self.chars[i:end].count("、")
            if len(names) == len(roles) + listed and not any(len(n) <= 2 and is_word(n) for n in names):
                return who, end
            return None, i
        return None, i
