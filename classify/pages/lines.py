"""What the lines of a page look like: the text of a page to `Unit`\\s, the smallest pieces that move as one.

A *unit* is a run of lines between blank lines, cut further where an article may begin or a display line may stand:
before a lead or a bullet, around a byline or credit line, around a vertical headline (three or more lines of one
character each, the last of which may be glued to the next article's first line), and at paragraphs that were never
wrapped. The kind says only what the lines look like:

=========  ===========================================================================================
``text``   body lines
``short``  up to three short lines without a full stop: a headline, kicker, deck, subhead or stray piece
``tall``   a vertical headline
``byline`` 本报记者 张三 on a line of its own
``credit`` 张三 摄 and nothing else
``caption``a caption with its credit, or 图为…
``folio``  page number, section, date, editors: belongs to no article
=========  ===========================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from classify.pages.bylines import LEAD_OPENERS, Lead, parse_byline, parse_credit, parse_lead, parse_signature
from classify.records import Byline, Line
from classify.text.characters import BLANK, BULLETS, CLOSERS, HAN, TERMINATORS, cells, heal_blanks, is_letter_spaced

__all__ = ["Unit", "ends_open", "heal", "to_units"]

SHORT_LINES = 3
"""A headline has at most this many lines."""
SHORT_CELLS = 64
"""…and at most this many characters in all; the longest on the pages measured has 47."""
UNWRAPPED_CELLS = 48
"""A line wider than this was never in a newspaper column: it is a paragraph of its own."""
LEAD_LINES = 7
"""A lead in the narrowest column measured (6 characters) takes five lines."""

_LEAD_START = re.compile(
    rf"[{BLANK}]*.?[{BLANK}]*(?:[据【\[（(]?[{BLANK}]*(?:本[{BLANK}]*[报台网刊]|新[{BLANK}]*华[{BLANK}]*[社网]|中[{BLANK}]*新|人民网|央视|南都|记[{BLANK}]*者|通[{BLANK}]*讯|【】))"
    rf"|[{BLANK}]*[{HAN}]{{2,6}}(?:报|网|台|社)[讯訊][（( ]"
)
_FOLIO_SIGNS = re.compile(
    r"(?:^|[\sA-Z])(?:第?\d{1,3}版|[A-Z]?\d{2}版|版次)|\d{4}年\d{1,2}月\d{1,2}日|星期[一二三四五六日]|责编|责任编辑|校对|美编|版式|值班|组版|编辑[:： ]|电子信箱|本版"
)
_FOLIO_ONLY = re.compile(rf"[{BLANK}]*(?:[A-Z]?\d{{1,3}}|第?\d{{1,3}}版|[A-Z]\d{{1,2}}版?|[-—·]{BLANK}?\d{{1,3}}{BLANK}?[-—·])[{BLANK}]*")
_DATE_ONLY = re.compile(rf"[{BLANK}]*\d{{4}}[{BLANK}]*年[{BLANK}]*\d{{1,2}}[{BLANK}]*月[{BLANK}]*\d{{1,2}}[{BLANK}]*日(?:[{BLANK}]*星期[一二三四五六日])?[{BLANK}]*")
_PICTURE = re.compile(r"^(?:[（(](?:上|下|左|右)图|[上下左右]图(?:为|：|:)|[▲↑↓←→])")
_BULLET = re.compile(f"[{BLANK}]*[{BULLETS}]")
_STOP = tuple(TERMINATORS + "；;")


@dataclass(slots=True)
class Unit:
    """Lines that move as one. ``lines`` are as set; ``text`` is healed and joined."""

    kind: str
    lines: list[Line]
    text: str
    gap: int
    """Blank lines before it."""
    lead: Lead | None = None
    byline: Byline | None = None
    bullet: bool = False
    open_end: bool = False
    """Ends inside a sentence."""
    signed: bool = False
    width: float = 0.0
    """Column width in cells; 0 where it can't be told."""
    glued: str = ""
    """The last character of a vertical headline, set before this unit's own first line."""
    photographers: tuple[str, ...] = field(default=())


def heal(lines: list[str]) -> str:
    """Join wrapped lines to running text: no blanks from justification, Latin words kept apart."""
    out = ""
    for line in lines:
        piece = line.strip(BLANK)
        if not piece:
            continue
        if is_letter_spaced(piece):
            piece = "".join(piece.split())
        if out and out[-1].isascii() and out[-1].isalpha() and piece[0].isascii() and piece[0].isalpha():
            out += " "
        out += piece
    return heal_blanks(out)


def ends_open(text: str) -> bool:
    """Whether `text` stops inside a sentence."""
    t = text.rstrip()
    while t and t[-1] in CLOSERS:
        t = t[:-1]
        if t and t[-1] in TERMINATORS:
            return False
    return not t.endswith(_STOP) if t else False


def to_units(lines: list[Line]) -> list[Unit]:
    """Return the units of a page in order; together they hold every non-blank line once."""
    units: list[Unit] = []
    for gap, block in _blocks(lines):
        for first, piece in enumerate(_cut(block)):
            units.append(_unit(piece, gap if first == 0 else 0))
    _glue(units)
    for before, unit in zip(units, units[1:], strict=False):
        if unit.kind == "short" and unit.text.endswith("）") and "（" not in unit.text and before.kind == "text":
            if parse_signature(before.text + unit.text):  # （张 / 三）
                unit.kind, unit.signed, unit.open_end = "text", True, False
    return units


def _blocks(lines: list[Line]) -> list[tuple[int, list[Line]]]:
    blocks: list[tuple[int, list[Line]]] = []
    run: list[Line] = []
    gap = before = 0
    for i, line in enumerate(lines):
        if not line.text or line.text.isspace():
            if run and _lead_goes_on(run, lines, i):
                continue  # a column broke inside a lead
            if run:
                blocks.append((before, run))
                run, gap = [], 0
            gap += 1
        else:
            if not run:
                before = gap
            run.append(line)
    if run:
        blocks.append((before, run))
    return blocks


def _lead_goes_on(run: list[Line], lines: list[Line], i: int) -> bool:
    """Whether the lead that `run` ends with is finished only after the blank line ``lines[i]``."""
    for k in range(1, min(LEAD_LINES, len(run)) + 1):
        if not LEAD_OPENERS.match(run[-k].text):
            continue
        here = "\n".join(line.text for line in run[-k:]).rstrip()
        rest = [line.text for line in lines[i + 1 : i + 1 + LEAD_LINES] if line.text.strip()]
        for cut in (0, 1) if k < len(run) and _is_single(run[-k - 1].text) else (0,):
            whole = parse_lead("\n".join([here.lstrip(BLANK)[cut:], *rest]))
            alone = parse_lead(here.lstrip(BLANK)[cut:])
            if whole and whole.end > len(here.lstrip(BLANK)) - cut + 1 and whole != alone:
                named = whole.byline.reporters or whole.byline.correspondents
                return bool(named) and (alone is None or not (alone.byline.reporters or alone.byline.correspondents))
        return False
    return False


def _cut(block: list[Line]) -> list[list[Line]]:
    """Cut a run of lines where its look changes."""
    cuts = {0}
    n = len(block)
    texts = [line.text for line in block]
    i = lead_until = 0
    while i < n:
        text = texts[i]
        if i < lead_until:  # still inside a lead that is wrapped over several lines
            i += 1
            continue
        if len(text) > UNWRAPPED_CELLS and cells(text) > UNWRAPPED_CELLS:
            cuts.update((i, i + 1))
        elif _is_single(text):
            j = i
            while j < n and _is_single(texts[j]):
                j += 1
            if j - i >= 3:
                cuts.update((i, j))
                i = j
                continue
        elif i and _BULLET.match(text):
            cuts.add(i)
        elif LEAD_OPENERS.match(text) and (span := _lead_lines(texts, i)):
            cuts.add(i)
            i = lead_until = i + span
            continue
        if text.rstrip().endswith(("摄", "攝")) and parse_credit(text.strip()):
            cuts.add(i + 1)
            if len(text.strip()) < 16:
                cuts.add(i)
        elif "记" in text and len(text) < 40 and parse_byline(text):
            cuts.update((i, i + 1))
        elif _is_folio(text):
            cuts.update((i, i + 1))
        i += 1
    order = sorted(c for c in cuts if c < n)
    pieces = [block[a:b] for a, b in zip(order, [*order[1:], n], strict=True)]
    return [p for piece in pieces for p in _cut_tail(piece)]


def _lead_lines(texts: list[str], i: int) -> int:
    """How many lines the lead takes that begins at line `i`; 0 where none begins."""
    window = "\n".join(texts[i : i + LEAD_LINES])
    lead = parse_lead(window)
    if lead is None and i >= 3 and _is_single(texts[i - 1]):  # a vertical headline's last character before it
        window = window.lstrip(BLANK)[1:]
        lead = parse_lead(window)
    if lead is None:
        return 0
    if i and ends_open(texts[i - 1]) and not (lead.byline.reporters or lead.byline.correspondents or lead.dateline.date):
        return 0
    return window.count("\n", 0, lead.end) + 1


def _cut_tail(piece: list[Line]) -> list[list[Line]]:
    """A headline may follow its article's last line without a blank line between."""
    n = len(piece)
    if n < 5:
        return [piece]
    width = max(cells(line.text) for line in piece[:-2])
    for k in (1, 2):
        before, tail = piece[-k - 1].text, [line.text for line in piece[-k:]]
        if (
            not ends_open(before)
            and cells(before) < width - 1.5
            and all(cells(t) > width + 1.5 or not t.rstrip().endswith(_STOP) for t in tail)
            and all(t[0] not in BLANK for t in tail)
            and any(abs(cells(t) - width) > 1.5 for t in tail)
            and ends_open(tail[-1])
        ):
            return [piece[:-k], piece[-k:]]
    return [piece]


def _is_single(text: str) -> bool:
    t = text.strip(BLANK)
    return len(t) == 1 or (len(t) == 2 and t.isascii() and t.isalnum())


def _is_folio(text: str) -> bool:
    if len(text) > 80:
        return False
    if _FOLIO_ONLY.fullmatch(text) or _DATE_ONLY.fullmatch(text):
        return True
    signs = len(_FOLIO_SIGNS.findall(text))
    return signs >= 2 and not text.rstrip().endswith(_STOP)


def _unit(lines: list[Line], gap: int) -> Unit:
    texts = [line.text for line in lines]
    n = len(texts)
    if n >= 3 and all(_is_single(t) for t in texts):
        return Unit("tall", lines, "".join("".join(t.split()) for t in texts), gap)
    if n == 1 and _is_folio(texts[0]):
        return Unit("folio", lines, texts[0].strip(), gap)
    head = "\n".join(texts[:LEAD_LINES])
    if n <= 2:
        byline = parse_byline(head)
        if byline:
            return Unit("byline", lines, " ".join(head.split()), gap, byline=byline)
    lead = parse_lead(head) if LEAD_OPENERS.match(texts[0]) else None
    if lead is None and n <= 12 and texts[-1].rstrip().endswith(("摄", "攝", "摄）")):
        credit = parse_credit("\n".join(texts).strip())
        if credit:
            text = heal(texts)
            kind = "caption" if credit.caption else "credit"
            return Unit(kind, lines, text, gap, photographers=credit.photographers)
    text = heal(texts)
    bullet = _BULLET.match(texts[0]) is not None
    open_end = ends_open(text)
    total = cells(text)
    if lead is None and not bullet and n <= 4 and _PICTURE.match(text) and total < 120:
        return Unit("caption", lines, text, gap)
    if n <= 2 and text[0] in "（(" and (signature := parse_signature("。" + text)) and signature[1] == 1:
        return Unit("text", lines, text, gap, signed=True)
    if lead is None and not bullet and n <= SHORT_LINES and total <= SHORT_CELLS and _is_display(text):
        return Unit("short", lines, text, gap, open_end=open_end)
    width = max(cells(t) for t in texts) if n >= 3 else 0.0
    signed = text.endswith(("）", ")")) and parse_signature("\n".join(texts[-3:]).rstrip()) is not None
    open_end = open_end and not signed
    return Unit("text", lines, text, gap, lead=lead, bullet=bullet, open_end=open_end, signed=signed, width=width)


def _is_display(text: str) -> bool:
    """No full stop at its end and no sentence end inside; ！ and ？ are at home in headlines."""
    return not text.endswith(("。", "；", "，", "、", ";", ",", "。”", "：")) and "。" not in text


def _glue(units: list[Unit]) -> None:
    """Give back to a vertical headline the last character that runs into the next article's first line."""
    for tall, after in zip(units, units[1:], strict=False):
        if tall.kind != "tall" or after.kind not in ("text", "short") or after.gap or after.lead or after.bullet:
            continue
        first = after.lines[0].text.lstrip(BLANK)
        lead = parse_lead("\n".join([first[1:], *[line.text for line in after.lines[1:LEAD_LINES]]]))
        if lead:
            after.kind, after.glued, after.lead = "text", first[0], lead
            after.text = heal([first[1:], *[line.text for line in after.lines[1:]]])
