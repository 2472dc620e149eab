"""What the lines of a page look like: the lines of a page to `Unit`\\s, the smallest pieces that move as one.

A *unit* is a run of lines between blank lines, cut further where an article may begin or a display line may
stand (see `blocks`). The kind says only what the lines look like:

=========== =========================================================================================
``text``    body lines
``short``   up to three short lines without a full stop: a headline, kicker, deck, subhead or stray piece
``tall``    a vertical headline: three or more lines of one character each, the last of which may be
            glued to the next article's first line
``byline``  本报记者 张三 on a line of its own
``credit``  张三 摄 and nothing else
``caption`` a caption with its credit, or 图为…
``folio``   page number, section, date, editors: belongs to no article
=========== =========================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classify.pages.furniture import is_folio
from classify.pages.healing import ends_latin, ends_open, heal_line, join
from classify.pages.line_flags import BLANKS, BULLET, FOLIO, LATIN, OPENER, SINGLE, look
from classify.pages.runs import BULLET_LINE, LEAD_LINES, Blocks, is_single
from classify.text.bylines import LEAD_OPENERS, parse_byline, parse_credit, parse_lead, parse_signature
from classify.text.characters import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.records import Byline
    from classify.text.bylines import Lead

__all__ = ["CAPTION_CELLS", "SHORT_CELLS", "SHORT_LINES", "Setting", "Unit", "is_display", "to_units"]

SHORT_LINES = 3
"""A headline has at most this many lines."""
SHORT_CELLS = 64
"""…and at most this many characters in all; the longest on the pages measured has 47."""
CAPTION_CELLS = 120
"""Characters of a caption that has no credit, at most."""

_CREDIT_END = re.compile(r"(?:[摄攝图圖]影?|[照图圖]片|照|[发發]|截[图圖]|提供)[）)]?。?\s*$")
_PICTURE = re.compile(r"^(?:[（(](?:上|下|左|右)图|[上下左右]图(?:为|：|:)|[▲▼↑↓←→])")


_Lines = tuple[tuple[str, ...], tuple[str, ...], tuple[float, ...]]


@dataclass(slots=True)
class Setting:
    """Lines as they were set, each with its text healed and its width in cells.

    Tuples of plain things, here and for the page, are left alone by the garbage collector; lists would be
    looked through again and again, which is felt in files of many pages.
    """

    set: tuple[str, ...]
    healed: tuple[str, ...]
    sizes: tuple[float, ...]

    @classmethod
    def of(cls, lines: Sequence[str]) -> Setting:
        """Read `lines`; blank ones are left out."""
        printed = tuple([line for line in lines if line.strip()])
        return cls(printed, tuple(map(heal_line, printed)), tuple(map(cells, printed)))


@dataclass(slots=True)
class Unit(Setting):
    """Lines that move as one; ``numbers`` are theirs in the input, from 1; ``text`` is healed and joined."""

    kind: str
    numbers: Sequence[int]
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
    photographers: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.numbers)


def to_units(lines: Sequence[str]) -> list[Unit]:
    """Return the units of a page in order; together they hold every non-blank line once."""
    lines = tuple(lines)
    sizes, marks = look(lines)
    blocks = Blocks(lines, sizes, marks)
    healed = tuple([heal_line(t) if m & BLANKS else t for t, m in zip(lines, marks, strict=True)])
    units: list[Unit] = []
    for gap, run in blocks.runs():
        for piece in blocks.pieces(run):
            a, b = piece[0], piece[-1] + 1
            numbers: Sequence[int] = range(a + 1, b + 1)
            if b - a == len(piece):
                setting, flags = (lines[a:b], healed[a:b], sizes[a:b]), marks[a:b]
            else:  # blank lines inside a lead are left out
                numbers = tuple([i + 1 for i in piece])
                setting = (
                    tuple([lines[i] for i in piece]),
                    tuple([healed[i] for i in piece]),
                    tuple([sizes[i] for i in piece]),
                )
                flags = tuple([marks[i] for i in piece])
            units.append(_unit(numbers, setting, flags, gap))
            gap = 0
    return units


def _unit(numbers: Sequence[int], setting: _Lines, flags: Sequence[int], gap: int) -> Unit:
    texts, healed, sizes = setting
    n = len(texts)
    first = flags[0]
    if n >= 3 and first & SINGLE and all(f & SINGLE for f in flags) and all(is_single(t) for t in texts):
        return Unit(*setting, "tall", numbers, "".join(["".join(t.split()) for t in texts]), gap)
    if n == 1 and first & FOLIO and is_folio(texts[0]):
        return Unit(*setting, "folio", numbers, texts[0].strip(), gap)
    if n <= 2:
        head = "\n".join(texts)
        byline = parse_byline(head) if head[-1] != "。" else None
        if byline:
            return Unit(*setting, "byline", numbers, " ".join(head.split()), gap, byline=byline)
    lead = (
        parse_lead("\n".join(texts[:LEAD_LINES])) if first & OPENER and LEAD_OPENERS.match(texts[0]) else None
    )
    text = join(healed) if any(f & LATIN for f in flags) else "".join(healed)
    if lead is None and n <= 12 and _CREDIT_END.search(texts[-1]):
        credit = parse_credit("\n".join(texts).strip())
        if credit:
            kind = "caption" if credit.caption else "credit"
            return Unit(*setting, kind, numbers, text, gap, photographers=credit.photographers)
    bullet = first & BULLET != 0 and BULLET_LINE.match(texts[0]) is not None
    total = sum(sizes) if n <= 4 else 0.0
    if lead is None and not bullet and n <= 4 and total < CAPTION_CELLS and _PICTURE.match(text):
        return Unit(*setting, "caption", numbers, text, gap)
    if n <= 2 and text[0] in "（(" and (signature := parse_signature("。" + text)) and signature[1] == 1:
        return Unit(*setting, "text", numbers, text, gap, signed=True)
    if lead is None and not bullet and n <= SHORT_LINES and total <= SHORT_CELLS and is_display(text):
        return Unit(*setting, "short", numbers, text, gap, open_end=ends_open(text))
    width = max(sizes) if n >= 3 else 0.0
    signed = text.endswith(("）", ")")) and parse_signature("\n".join(texts[-3:]).rstrip()) is not None
    open_end = not signed and ends_open(text)
    return Unit(*setting, "text", numbers, text, gap, lead, None, bullet, open_end, signed, width)


def is_display(text: str) -> bool:
    """No full stop at its end and no sentence end inside; ！ and ？ are at home in headlines."""
    return (
        not text.endswith(("。", "；", "，", "、", ";", ",", "。”", "："))
        and "。" not in text
        and not ends_latin(text)
    )
