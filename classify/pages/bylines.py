"""The grammar of bylines, datelines, signatures and photo credits.

A *lead* opens an article: a source with 讯 or 电 (本报讯, 新华社北京2月20日电, 据新华社电, 晚报讯, 本报综合消息), a
parenthesis of names (（记者…  通讯员…）), or both. A *byline* stands on a line of its own (本报记者 杨某). A
*signature* closes an article in parentheses. A *credit* ends in 摄. All are read from the text as it was set: names may
be letter-spaced, wrapped over two lines, or run together, so blanks separate names only where they don't
separate every character, and a surname list splits what is run together. 记者 inside a sentence (记者从…获悉,
对本报记者说) is none of these: a lead stands at the very start, and a byline has nothing but roles and names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from classify.records import Byline, Dateline
from classify.text.characters import BLANK, BULLETS, HAN, heal_blanks

__all__ = [
    "LEAD_OPENERS",
    "Credit",
    "Lead",
    "parse_byline",
    "parse_credit",
    "parse_lead",
    "parse_signature",
]

_b = f"[{BLANK}\n]*"


def _spaced(word: str) -> str:
    """`word` as a pattern that may be letter-spaced."""
    return _b.join(word)


_PAPER = rf"[{HAN}]{{2,6}}?(?:日报|晚报|时报|商报|早报|晨报|快报|新报|导报|都市报|法治报|法制报|网|电视台|通讯社)"
_AGENCY = "|".join(
    _spaced(s) for s in ("本报", "本台", "本网", "本刊", "新华社", "新华网", "中新社", "中新网", "人民网", "央视网", "南都")
)
_ROLE = (
    rf"(?:{_spaced('本报')}|{_spaced('新华社')}|{_spaced('本台')}|{_spaced('中新社')}|全媒体|融媒体|首席|特约|见习|实习|特派|驻[{HAN}]{{2,6}}?)*{_b}"
    rf"(?:{_spaced('记者')}|{_spaced('通讯员')}|{_spaced('通訊員')}|实习生|評論員|评论员|{_spaced('作者')}|{_spaced('记者站')})"
)
_NUMBER = rf"[\d一二三四五六七八九十](?:{_b}[\d一二三四五六七八九十]){{0,2}}"
_DATE = rf"(?:(?:\d{{2,4}}|[〇一二三四五六七八九十○]{{4}}){_b}年{_b})?{_NUMBER}{_b}月{_b}{_NUMBER}{_b}日"
_CLOSE = rf"{_spaced('综合消息')}|{_spaced('综合报道')}|{_spaced('专电')}|{_spaced('特讯')}|{_spaced('快讯')}|{_b}[电電讯訊](?![员号息话視视力脑影厂网信线缆量台梯池动商机器站子])|{_spaced('消息')}"
_NAMES_PAREN = rf"[（(]{_b}(?P<who>{_ROLE}[^（()）]{{0,60}}?)[）)]"
_LEAD = re.compile(
    rf"{_b}(?:[【\[]{_b}[】\]])?{_b}(?P<pre>据)?{_b}(?P<source>{_AGENCY}|{_PAPER})"
    rf"(?:(?P<place>[{HAN}{BLANK}\n、]{{0,16}}?){_b}(?P<date>{_DATE})?{_b})(?:{_CLOSE})"
    rf"(?P<paren>{_b}{_NAMES_PAREN})?(?:{_b}[:：，])?{_b}"
)
_PAREN_LEAD = re.compile(rf"{_b}(?:[【\[]{_b}[】\]])?{_b}{_NAMES_PAREN}{_b}")
_RUN_IN = re.compile(  # 本报记者 张三 报道：…  本报记者 张三 北京报道
    rf"{_b}(?P<who>(?:{_AGENCY})?{_b}{_spaced('记者')}[{BLANK}]*(?:[{HAN}]{{2,4}}[{BLANK}、]*){{1,3}}?)[{BLANK}]*(?:[{HAN}]{{2,6}}[{BLANK}]*)?报道[:：]?{_b}"
)
_ROLE_SPLIT = re.compile(_ROLE)
_BYLINE = re.compile(
    rf"{_b}[{BULLETS}]?{_b}(?:(?:文|图|文图|图文){_b}[/／]?{_b})?(?P<who>{_ROLE}{_b}(?:[{HAN}·、，,/／{BLANK}]|{_ROLE}){{2,40}}?)"
    rf"(?:{_b}(?:报道|文/图|文并摄|整理|/文|文))?{_b}"
)
_SIGNATURE = re.compile(rf"[（(](?P<who>[{HAN}·、，/{BLANK}\n]{{2,30}}?)[）)]{_b}$")
_CREDIT = re.compile(
    rf"(?P<caption>.*?)(?:^|(?<=[{BLANK}\n。）)（(！？”]))(?P<who>(?:{_ROLE}{_b})?[{HAN}·、{BLANK}\n]{{2,16}}?)"
    rf"{_b}[/／]?{_b}(?:{_spaced('摄影报道')}|{_spaced('摄影')}|{_spaced('摄')}|攝){_b}[）)]?{_b}$",
    re.S,
)
LEAD_OPENERS = re.compile(rf"[{BLANK}]*(?:[【\[（(据本新中人央南记])")
"""Cheap test: what the first line of a lead may begin with. Papers' own names are tried by `parse_lead`."""

_NOT_PLACE = re.compile(r"记者|通讯员|获悉|今[年天日]|昨|讯$|社$|报$")


@dataclass(frozen=True, slots=True)
class Lead:
    """A parsed lead. ``end`` is the offset in the text where the body begins."""

    byline: Byline
    dateline: Dateline
    end: int


@dataclass(frozen=True, slots=True)
class Credit:
    """A photo credit: the caption before it, which may be empty, and who took the picture."""

    caption: str
    photographers: tuple[str, ...]


def parse_lead(text: str) -> Lead | None:
    """Return the lead that `text` (set lines joined by newlines) begins with, or None."""
    m = _LEAD.match(text)
    if m:
        place = "".join(m["place"].split())
        if _NOT_PLACE.search(place) or (len(place) > 8 and not m["date"]):
            return None
        if place and not m["date"] and not m["paren"] and len(place) > 4:
            return None
        source = "".join(m["source"].split())
        who = _roles(m["who"] or "")
        date = heal_blanks("".join((m["date"] or "").split()))
        return Lead(Byline(source, who.reporters, who.correspondents), Dateline(place, date), m.end())
    m = _PAREN_LEAD.match(text)
    if m:
        who = _roles(m["who"])
        return Lead(who, Dateline(), m.end()) if who else None
    m = _RUN_IN.match(text)
    if m:
        who = _roles(m["who"])
        return Lead(who, Dateline(), m.end()) if who.reporters else None
    return None


def parse_byline(text: str) -> Byline | None:
    """Return the byline that is all of `text` (``本报记者 张三 通讯员 李四``), or None."""
    m = _BYLINE.fullmatch(text)
    if not m:
        return None
    who = _roles(m["who"])
    named = who.reporters + who.correspondents
    return who if named and all(_looks_like_name(n) for n in named) else None


def parse_signature(text: str) -> tuple[Byline, int] | None:
    """Return the byline that closes `text` in parentheses and the offset where it begins, or None."""
    m = _SIGNATURE.search(text, max(0, len(text) - 40))
    if not m or not text[: m.start()].rstrip().endswith(tuple("。！？”…；!?")):
        return None
    if _ROLE_SPLIT.search(m["who"]):
        who = _roles(m["who"])
        return (who, m.start()) if who.reporters or who.correspondents else None
    names = _names(m["who"])
    if names and all(_looks_like_name(n) for n in names):
        return Byline(reporters=names), m.start()
    return None


def parse_credit(text: str) -> Credit | None:
    """Return the photo credit that `text` ends with, or None."""
    m = _CREDIT.fullmatch(text)
    if not m:
        return None
    who = _roles(m["who"]) if _ROLE_SPLIT.search(m["who"]) else Byline(reporters=_names(m["who"]))
    names = who.reporters + who.correspondents
    if not names or not all(_looks_like_name(n) for n in names):
        return None
    return Credit(m["caption"].strip().rstrip("（("), names)


def _roles(text: str) -> Byline:
    """Read ``记者甲 乙 通讯员丙`` to a byline."""
    found = list(_ROLE_SPLIT.finditer(text))
    reporters: list[str] = []
    correspondents: list[str] = []
    source = ""
    ends = [m.start() for m in found[1:]] + [len(text)]
    for m, end in zip(found, ends, strict=False):
        role = "".join(m[0].split())
        names = _names(text[m.end() : end])
        (correspondents if "通讯员" in role or "通訊員" in role else reporters).extend(names)
        for agency in ("本报", "新华社", "本台", "中新社"):
            if agency in role:
                source = agency
    return Byline(source, tuple(reporters), tuple(correspondents))


def _names(text: str) -> tuple[str, ...]:
    text = re.sub(r"(摄影)?(报道|文/图|图/文|文并摄)$", "", text.strip())
    names: list[str] = []
    for part in re.split("[、，,/／；;和]", text.replace("\n", "")):
        tokens = part.split()
        run = ""
        for token in tokens:
            if len(token) == 1:  # letter-spaced: characters of one name, or of several
                run += token
                continue
            if run:
                # 张 三丰: a line broke inside a letter-spaced name
                names.extend(_cut_names(run) if len(run) > 1 else ())
                if len(run) == 1:
                    token = run + token
                run = ""
            names.extend(_cut_names(token))
        if len(run) > 1:
            names.extend(_cut_names(run))
        elif run and names and len(names[-1]) < 4 and len(tokens) > 1:
            names[-1] += run
        elif run:
            names.append(run)
    return tuple(n for n in names if n)


def _cut_names(run: str) -> list[str]:
    """Split names that are run together: 许可张骁 to 许可, 张骁."""
    if len(run) < 4 or not re.fullmatch(f"[{HAN}]+", run) or len(run) > 12:
        return [run]
    single, compound = _surnames()
    if len(run) == 4 and run[:2] in compound:
        return [run]

    def cut(rest: str) -> list[str] | None:
        if not rest:
            return []
        for size in (3, 2, 4) if rest[:2] not in compound else (4, 3):
            if len(rest) >= size and (rest[0] in single or rest[:2] in compound):
                if size == 4 and rest[:2] not in compound:
                    continue
                tail = cut(rest[size:])
                if tail is not None:
                    return [rest[:size], *tail]
        return None

    return cut(run) or [run]


def _looks_like_name(name: str) -> bool:
    single, compound = _surnames()
    if "·" in name:
        return True
    return 2 <= len(name) <= 4 and (name[0] in single or name[:2] in compound)


@lru_cache(maxsize=1)
def _surnames() -> tuple[frozenset[str], frozenset[str]]:
    text = resources.files("classify.text.lexicon").joinpath("surnames.txt").read_text("utf-8")
    single, compound = [line for line in text.splitlines() if not line.startswith("#")][:2]
    return frozenset(single), frozenset(compound[i : i + 2] for i in range(0, len(compound), 2))
