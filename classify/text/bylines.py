"""The grammar of bylines, datelines, signatures and photo credits.

A *lead* opens an article: a source with 讯 or 电, names in brackets, both, or one who reports (记者 张三
报道：). A *byline* has a line of its own, a *signature* stands in brackets at the end, a *credit* ends in 摄.
Setting puts blanks and line ends anywhere (本 报 讯 （记 者 张 三）), so the grammar is matched on the text
without them, traditional characters folded; offsets lead back. 记者 inside a sentence (记者从…获悉,
对本报记者说) is none of these: what has no sign but 记者 has nothing but roles and names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from classify.records import Byline, Dateline
from classify.text.characters import BLANK, BULLETS, HAN
from classify.text.names import DOTS, is_name, is_no_word, people

__all__ = [
    "LEAD_OPENERS",
    "Credit",
    "Lead",
    "opens_in_latin",
    "parse_author",
    "parse_byline",
    "parse_credit",
    "parse_lead",
    "parse_signature",
]

LONGEST, TAIL = 200, 60
"""Characters looked at from the start and from the end; the longest lead seen, letter-spaced, has 130."""

APART = 30
"""Characters that roles and names take, at most, where nothing but a blank ends them."""

_FOLD = str.maketrans(
    "記訊電報員實習攝華導綜專臺網據圖駐評論視時聞與參寫採編輯譯執筆學廣發資匯約聯來際農經濟間見號體",
    "记讯电报员实习摄华导综专台网据图驻评论视时闻与参写采编辑译执笔学广发资汇约联来际农经济间见号体",
)
_OPEN, _SHUT, _B = "（(〔【\\[", "）)〕】\\]", f"[{BLANK}]{{0,4}}"
_PRESS = "本[报台网刊社]|新华[社网]|中新[社网]|中[央通]社|人民网|央[视广]网|国际在线|光明网|南都(?=讯)"
_NO_PRESS = f"(?!.{{0,4}}(?:{_PRESS}))"
_PAPER = (
    rf"{_NO_PRESS}[{HAN}]{{0,8}}?(?:[日晚时商早晨快新导午周京明]报|都市报|特区报|法[治制]报|经济报|农民报"
    rf"|青年报|工人报|文汇报|大公报|电视台|通讯社)(?:·[{HAN}]{{2,8}}?(?=[讯电》\d]|消息|记者))?"
)
_OTHER = rf"{_NO_PRESS}[{HAN}]{{1,6}}(?:[报网台社]|新闻|在线|客户端)"
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_YEAR = r"(?:\d\d|\d{4}|[〇○零一二三四五六七八九]{4})年"
_DATE = rf"(?:{_YEAR})?(?:{_NUMBER}月)?{_NUMBER}日(?:凌晨|[上下]午|[晚夜])?"
_CLOSE = "综合外?电?(?:消息|报[道导])|综合电|[专特快]讯|专电|特稿|消息|电讯|[电讯]"
_ROLE = re.compile(
    rf"(?P<press>{_PRESS})?(?:[全融]媒体?|新媒体|首席|特[约派]|[见实]习|高级|资深|参与|执笔|摄影|图片|视[觉频]|文字"
    rf"|驻[{HAN}]{{1,6}}?)*(?:记者(?![站们节证会席协手])|通讯员(?![们培队会])|实习生|评论员|作者(?![系单为])"
    r"|摄影(?![报师机展家作协大])|(?:撰[文稿]|采写|整理|编译|[文图])(?=[:：/／](?![图文]))|(?:文[/／]?图|图[/／]?文)(?=.))[:：/／]?"
)
_PAPER_ROLE = re.compile(rf"(?P<press>{_PAPER}|{_OTHER}|本报[{HAN}]{{2,6}}?)(?:全媒体|首席|见习|特派)?记者")
_EDITORIAL = re.compile(rf"(?P<press>{_PRESS}|{_PAPER})(?:特约)?评论员")
_LEAD = re.compile(
    rf"(?P<open>[{_OPEN}])?(?:据|(?:本报)?综合)?(?:(?P<press>{_PRESS})|(?P<paper>{_PAPER})|(?P<other>{_OTHER}))"
    rf"(?:[、和](?:{_PRESS}))*(?P<place>[{HAN}、]{{0,12}}?)(?P<date>{_DATE})?(?P<close>{_CLOSE})(?P<shut>[{_SHUT}])?"
)
_AGENCY = re.compile(  # （中央社記者王大同台北3日電）, 〔記者王大同／台北報導〕
    rf"[{_OPEN}](?P<press>{_PRESS}|{_PAPER})?记者(?P<name>[{HAN}]{{3}}|[{HAN}]{{2,4}})(?:(?P<place>[{HAN}]{{2,4}})"
    rf"(?P<date>{_DATE})(?:综合|专|外)*[电讯]|[／/](?P<at>[{HAN}]{{2,4}}?)(?:综合)?报[道导])[{_SHUT}]"
)
_BRACKET = re.compile(rf"[{_OPEN}](?P<who>[^{_OPEN}{_SHUT}]{{1,70}})[{_SHUT}]")
_REPORTS = re.compile(r"[^。！？!?“”（()）:：]{4,40}?(?:摄影)?报[道导]")
_COMPOUND = re.compile(  # 讯, 电 and the like that are only the first half of a word
    "(?:电[话视力脑影厦厂网信线缆量台梯池动商机器站子费价源流压磁路工波频杆塔炉饭灯扇报表竞玩气荷极阻容镀]"
    "|讯[息问号员]|消息[灵人来称说显传源，]|报[道导][的了过此该组这后中时称出员])$"
)
_NOT_PLACE = re.compile("[的了在对称说]|记者|通讯员|获悉|今[年天日晨]|昨|日前|近日|[讯社报]$|热线|来电|综合")
_QUOTED = re.compile(
    rf"(?:本文|均)?(?:据|综合|来源[:：]|[摘转]自|原载)?《?(?P<press>{_PRESS}|{_PAPER})》?(?:[、和]《?(?:{_PRESS}|{_PAPER})》?)*"
    rf"(?:[{HAN}]{{0,6}}?{_DATE})?(?:综合|[电讯]|报[道导]|消息|客户端|微信公众号|官网|[微专]?特稿|供稿)*"
)
_SIGNATURE = re.compile(r"[（(](?P<who>[^（()）]{2,50})[）)]\s*$")
_TOOK = re.compile(r"[/／]?(?:摄影报[道导]|摄影|(?<!拍)摄|(?<=[/／])图|供图)[）)]?。?$")
_STOCK = re.compile(
    rf"(?:(?:{_PRESS}|{_PAPER})?(?:资料(?:图片?|照片)|(?<=社)发)|网络图片?|视频截图|[{HAN}]{{2,12}}供图"
    rf"|(?:图片|照片)由[{HAN}]{{2,14}}提供|(?:摄影|图片|[图摄])[:：/／](?P<who>[{HAN}{DOTS}、]{{2,16}}))[）)]?。?$"
)
_LATIN_DATELINE = re.compile(
    "[A-Z]{3,}(?:[ ,][A-Za-z.]+){0,5}(?: [0-9]{1,2})?(?: [(][A-Za-z]+[)])? ?(?:-|–|—{1,2}) "
)
_AUTHOR = re.compile(
    rf"[{BLANK}]*(?P<mark>[{BULLETS}]|作{_B}者[:：]?|[撰文]{_B}[/／:：])?[{BLANK}]*(?P<name>(?:[{HAN}]{_B}){{2,4}})"
)
_JUMP = re.compile(rf"[{BLANK}]*[（(]{_B}[上紧]接[^（()）。，]{{0,12}}?版[^（()）。，]{{0,16}}[）)]{_B}")
_Who = tuple[Byline, str]  # and the place they report from
LEAD_OPENERS = re.compile(
    rf"(?=(?P<indent>[{BLANK}]*))(?P=indent)[^{BLANK}]?{_B}[{_OPEN}]?{_B}(?:[上紧]接|[据據][{HAN}{BLANK}]|本{_B}[报報台臺网網刊社综綜]|新{_B}[华華]|中{_B}[新央通]"
    rf"|人民[网網]|央[视視广廣]|国际在线|光明网|南都|[综綜]合|[记記]{_B}(?:者|$)|通{_B}[讯訊]|[实實][习習]生"
    rf"|[首特见見全融][^。]{{1,6}}[记記]|[{HAN}{BLANK}·]{{0,16}}?[报報网網台臺社闻聞线線端](?:{_B}$|[^。，！？]{{0,12}}[讯訊电電消]))"
)
"""Cheap test of a first line: where it fails, no lead begins there. A stray character may stand before it."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A parsed lead. ``end`` is the offset in the text where the body begins."""

    byline: Byline
    dateline: Dateline
    end: int

    @property
    def named(self) -> bool:
        """Whether it names a reporter or a correspondent."""
        return bool(self.byline.reporters or self.byline.correspondents)


@dataclass(frozen=True, slots=True)
class Credit:
    """A photo credit: the caption before it, which may be empty, and the persons named as having taken it."""

    caption: str
    photographers: tuple[str, ...]


@lru_cache(maxsize=256)  # the same lines are looked at when they are cut and when they are read
def parse_lead(text: str) -> Lead | None:
    """Return the lead that `text` (set lines joined by newlines) begins with, or None.

    （上接第1版） is one, which names nobody.
    """
    if jump := _JUMP.match(text):
        return Lead(Byline(), Dateline(), jump.end())
    s = _Setting(text)
    if (m := _LEAD.match(s.chars)) and (lead := _with_source(s, m)):
        return lead
    if (m := _AGENCY.match(s.chars)) and is_name(name := s.printed(m, "name")):
        dateline = Dateline(s.printed(m, "place") or s.printed(m, "at"), s.printed(m, "date"))
        return Lead(Byline(s.printed(m, "press"), (name,)), dateline, s.offset(m.end()))
    m = _BRACKET.match(s.chars)
    who, end = (_who(s, *m.span("who")), m.end()) if m else _reports(s, 0)
    return Lead(who[0], Dateline(who[1]), s.offset(end)) if who else None


def opens_in_latin(text: str) -> bool:
    """Whether `text` begins with the dateline of an English article, a place in capitals and a dash."""
    return text[0] < "[" and _LATIN_DATELINE.match(text) is not None


@lru_cache(maxsize=256)  # as above
def parse_byline(text: str) -> Byline | None:
    """Return the byline that is all of `text` (``本报记者 张三 通讯员 李四``), or None."""
    if len(text) > LONGEST or not re.search("[者员員译譯写寫理文图圖]", text):
        return None
    s = _Setting(text)
    if m := _EDITORIAL.fullmatch(s.chars):
        return Byline(s.printed(m, "press"))
    who = _who(s, 0, len(s.chars), sure=True)
    return who[0] if who else None


def parse_author(text: str) -> Byline | None:
    """Return the byline of a line that has an author's name and nothing else (``□ 张三``, ``李 四``), or None."""
    m = _AUTHOR.fullmatch(text)
    name = "".join(m["name"].split()) if m else ""
    marked = m is not None and m["mark"] is not None
    if not name or not is_name(name, sure=not marked) or not (marked or is_no_word(name)):
        return None
    return Byline(reporters=(name,))


def parse_signature(text: str) -> tuple[Byline, int] | None:
    """Return the byline that closes `text` in parentheses and the offset where it begins, or None."""
    m = _SIGNATURE.search(text, max(0, len(text) - TAIL))
    if not m or not text[: m.start()].rstrip().endswith(tuple("。！？”…；!?")):
        return None
    s = _Setting(text, *m.span("who"))
    if source := _QUOTED.fullmatch(s.chars):
        return Byline(s.printed(source, "press")), m.start()
    who = _who(s, 0, len(s.chars)) or _of_names(m["who"])
    return (who[0], m.start()) if who and (who[0].reporters or who[0].correspondents) else None


@lru_cache(maxsize=256)  # as above
def parse_credit(text: str) -> Credit | None:
    """Return the photo credit that `text` ends with, or None."""
    text = text.rstrip()
    s = _Setting(text, max(0, len(text) - TAIL), len(text))
    m = _TOOK.search(s.chars)
    start, who = _took(s, m.start(), m[0]) if m else (0, None)
    if who is None and (m := _STOCK.search(s.chars)):
        start, who = m.start(), _of_names(s.span(*m.span("who"))) if m["who"] else (Byline(), "")
    if who is None:
        return None
    caption = text[: s.offset(start)].strip().rstrip("（(").rstrip()
    caption = re.sub("(?:新华|中新)社[发發]$", "", caption).rstrip()
    names = who[0].reporters + who[0].correspondents + who[0].photographers
    return Credit(caption, tuple(dict.fromkeys(names)))


class _Setting:
    """A text without blanks and bullet, traditional characters folded, and the way back to it as set."""

    __slots__ = ("_start", "_stop", "at", "chars", "text")
    at: list[int]
    """Where each character stands in the text; found only when it is asked for."""

    def __init__(self, text: str, start: int = 0, stop: int = LONGEST) -> None:
        self.text, self._start, self._stop = text, start, stop
        chars = "".join(text[start:stop].split()).translate(_FOLD)
        self.chars = chars[1:] if chars and chars[0] in BULLETS else chars

    def __getattr__(self, name: str) -> list[int]:
        if name != "at":
            raise AttributeError(name)
        part = self.text[self._start : self._stop]
        at = [i for i, c in enumerate(part, self._start) if not c.isspace()]
        self.at = at[len(at) - len(self.chars) :]
        return self.at

    def span(self, a: int, b: int) -> str:
        """Characters `a` to `b` as they were set."""
        return self.text[self.at[a] : self.at[b - 1] + 1] if b > a else ""

    def printed(self, m: re.Match[str], group: str) -> str:
        """What `group` matched as it was printed, without blanks."""
        return "".join(self.span(*m.span(group)).split()) if m[group] else ""

    def offset(self, i: int) -> int:
        """Where character `i` stands in the text; behind the last one, where the text ends."""
        return self.at[i] if i < len(self.at) else len(self.text)

    def gap(self, i: int) -> bool:
        """Whether a blank, or the end, stands before character `i`; a line end may be a wrap and is none."""
        return i >= len(self.at) or any(c in BLANK for c in self.text[self.at[i - 1] + 1 : self.at[i]])


def _with_source(s: _Setting, m: re.Match[str]) -> Lead | None:
    """Read on from a source with 讯 or 电, unless these are part of a sentence (本报电话, 新华社区电影)."""
    place, date, end, following = m["place"], m["date"], m.end(), s.chars[m.end() : m.end() + 1]
    if _NOT_PLACE.search(place) or (not date and len(place) > 5) or (m["shut"] and not m["open"]):
        return None
    if re.search(_PRESS, (m["paper"] or m["other"] or "") + place):  # 合作社 / 本报北京3月2日电
        return None
    spaced = s.gap(m.start("close")) and s.gap(m.end("close") - 1)
    if not date and (spaced or not s.gap(end)) and _COMPOUND.search(m["close"] + following):
        return None
    if names := _BRACKET.match(s.chars, end):
        a, b = names.span("who")
        who = _who(s, a, b, check=False) or _of_names(s.span(a, b))
        end = names.end() if who else end
    else:
        who, end = _reports(s, end)
        if not who and _ROLE.match(s.chars, end):
            who, end = _apart(s, end)
    if m["open"] and not m["shut"]:  # （本报讯 记者张三）
        shut = re.compile(f"[{_SHUT}]").search(s.chars, end)
        who, end = (_who(s, end, shut.start()), shut.end()) if shut else (None, end)
        if not who:
            return None
    colon = s.chars[end : end + 1] in (":", "：", "，")
    loose = m["paper"] or place or re.search("^本.*电$|消息$|报[道导]$", (m["press"] or "") + m["close"])
    if (m["other"] and not who) or (loose and not (date or who or m["shut"] or colon or s.gap(end))):
        return None
    by, at = who or (Byline(), "")
    by = replace(by, source=s.printed(m, "press") or s.printed(m, "paper") or s.printed(m, "other"))
    return Lead(by, Dateline(s.printed(m, "place") or at, s.printed(m, "date")), s.offset(end + colon))


def _reports(s: _Setting, i: int) -> tuple[_Who | None, int]:
    """Read ``记者甲 北京报道：`` at character `i`; return who, and where it ends."""
    m = _REPORTS.match(s.chars, i)
    if m and not _COMPOUND.search("报道" + s.chars[m.end() : m.end() + 1]) and (who := _who(s, i, m.end())):
        colon = s.chars[m.end() : m.end() + 1] in (":", "：")
        if i or colon or who[0].source or s.gap(m.end()):
            return who, m.end() + colon
    return None, i


def _apart(s: _Setting, i: int) -> tuple[_Who | None, int]:
    """Read ``记者甲、乙 通讯员 丙`` at character `i`, where a blank alone parts them from the body."""
    for end in range(i + 1, min(i + APART, len(s.chars) - 1)):
        if not s.gap(end) or _ROLE.match(s.chars, end) or not (who := _who(s, i, end)):
            continue
        roles = list(_ROLE.finditer(s.chars, i, end))
        names = [*who[0].reporters, *who[0].correspondents, *who[0].photographers]
        listed = s.chars[i:end].count("、")
        if len(names) == len(roles) + listed and all(len(n) > 2 or is_no_word(n) for n in names):
            return who, end
        return None, i
    return None, i


def _took(s: _Setting, end: int, verb: str) -> tuple[int, _Who | None]:
    """Find who took the picture before the verb at `end`; return where the credit begins, and who."""
    for role in _ROLE.finditer(s.chars, max(0, end - 40), end):
        if who := _who(s, role.start(), end):
            return role.start(), who
    best: tuple[int, _Who | None] = 0, None
    words = 0 if verb.startswith("摄影") and not s.gap(end) else 17  # not 风光摄影
    for i in range(end - 2, max(-1, end - words), -1):
        if s.at[i] == 0 or s.text[s.at[i] - 1].isspace() or s.chars[i - 1] in "。！？；：，”）)（(】》、:,":
            best = (i, who) if (who := _of_names(s.span(i, end))) else best
    return best


def _of_names(text: str) -> _Who | None:
    """Read `text` as names and nothing else."""
    found, _ = people(text)
    if not found or not all(is_name(n) and tag not in ("摄", "攝") for n, tag in found):
        return None
    pictures = tuple(n for n, tag in found if tag not in ("", "文"))
    return Byline("", tuple(dict.fromkeys(n for n, _ in found)), (), pictures), ""


def _who(s: _Setting, a: int, b: int, *, check: bool = True, sure: bool = False) -> _Who | None:
    """Read ``记者甲 乙 通讯员丙`` in characters `a` to `b`.

    None where they are anything else; with `check`, where one is no name; with `sure`, where one is no usual
    name and nothing but 记者 says that it is one.
    """
    first = _ROLE.match(s.chars, a, b) or _PAPER_ROLE.match(s.chars, a, b)
    if not first:
        return None
    marks = [first, *_ROLE.finditer(s.chars, first.end(), b)]
    lists: tuple[list[str], list[str], list[str]] = [], [], []  # reporters, correspondents, photographers
    source = place = role = ""
    for m, end in zip(marks, [*(m.start() for m in marks[1:]), b], strict=True):
        role += m[0]
        if m.end() == end < b and m[0].rstrip(":：/／")[-1] in "文图影写译稿理":  # 图/本报记者 张三
            continue
        found, at = people(s.span(m.end(), end))
        sure = sure and len(marks) == 1 and not m["press"] and not s.gap(m.end()) and m[0][-1] not in ":：/／"
        if not found or {"摄", "攝"} & {tag for _, tag in found}:
            return None
        if check and not all(is_name(n, sure=sure) for n, _ in found):
            return None
        pictures = re.search("摄影|视觉|图", role)
        if not pictures or "文" in role:
            lists["通讯员" in role].extend(n for n, tag in found if tag not in ("图", "圖"))
        lists[2].extend(n for n, tag in found if pictures or tag not in ("", "文"))
        source, place, role = source or s.printed(m, "press"), at or place, ""
    return Byline(source, *(tuple(dict.fromkeys(names)) for names in lists)), place
