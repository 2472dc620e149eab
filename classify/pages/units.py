"""The lines of a page to units: lines that move together.

A unit is a piece of a run (see `runs`) with a *kind*, what its lines look like by themselves:

=========== ========================================================================================
``text``    body lines
``short``   up to three short lines without a full stop: headline, kicker, deck, subhead, or a torn piece
``tall``    a vertical headline: three or more lines of one character each; its last character may be
            on the first line of the next article
``byline``  本报记者 岑雨桐 on a line of its own
``credit``  岑雨桐 摄 and nothing else
``caption`` a caption with its credit, or 图为…
``folio``   page number, section, date, editors: belongs to no article
=========== ========================================================================================

What a unit is to its article is decided later, for the whole page at once (`segmentation`). That is why the
kinds are few and a doubtful line is ``short``: as a piece of the body or as a headline it is scored both ways.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from classify.pages.furniture import is_folio
from classify.pages.line_flags import Flag, flag_lines
from classify.pages.printed import Unit, ends_latin, ends_open, heal_line, join
from classify.pages.runs import Runs, begins_with_bullet, is_single
from classify.text.bylines import (
    LEAD_LINES,
    parse_byline,
    parse_credit,
    parse_lead,
    parse_signature,
)
from classify.text.lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.records import Line

__all__ = ["CAPTION_CELLS", "SHORT_CELLS", "SHORT_LINES", "is_display", "to_units"]

SHORT_LINES, SHORT_CELLS = 3, 64
"""Lines and cells of a headline at most; the widest on the pages measured has 47 cells."""

CAPTION_CELLS = 120
"""Cells of a caption without a credit, at most. Chosen."""

# …两千亩。岑雨桐 摄 and （资料图片）; not 风光摄影展
_CREDIT_END = re.compile(r"(?:[摄攝图圖]影?|[照图圖]片|照|[发發]|截[图圖]|提供)[）)]?。?$")
# （上图） and 图为 and ▲; not 上图书馆
_PICTURE = re.compile(r"(?:[（(](?:上|下|左|右)图|[上下左右]图(?:为|：|:)|[▲▼↑↓←→])")


def to_units(lines: Sequence[Line]) -> list[Unit]:
    """Return the units of a page in order; together they hold every non-blank line once.

    Parameters
    ----------
    lines : sequence of Line
        None holds a line end.

    >>> from classify.records import Line
    >>> texts = ["第3版", "", "林场造林忙", "", "本报讯（记者岑雨桐）云港市林场近日造林。", "柳知远 摄"]
    >>> [(unit.kind, unit.text) for unit in to_units([Line(text) for text in texts])][1:]
    [('short', '林场造林忙'), ('text', '本报讯（记者岑雨桐）云港市林场近日造林。'), ('credit', '柳知远摄')]
    """
    if isinstance(lines, TextLines):
        printed = lines.texts
    else:
        lines = tuple(lines)
        printed = tuple([line.text for line in lines])
    widths, flags = flag_lines(printed)
    blanks = Flag.BLANKS
    healed = tuple([heal_line(text) if f & blanks else text for text, f in zip(printed, flags, strict=True)])
    units: list[Unit] = []
    for gap, piece in Runs(printed, widths, flags).pieces():
        if isinstance(piece, range):
            part = slice(piece.start, piece.stop)
            content = printed[part], healed[part], widths[part], lines[part]
            units.append(_read_unit(content, flags[part], gap))
        else:  # blank lines inside a lead are left out
            content = (
                tuple([printed[i] for i in piece]),
                tuple([healed[i] for i in piece]),
                tuple([widths[i] for i in piece]),
                tuple([lines[i] for i in piece]),
            )
            units.append(_read_unit(content, [flags[i] for i in piece], gap))
    return units


_Content = tuple[tuple[str, ...], tuple[str, ...], tuple[float, ...], "Sequence[Line]"]
"""The first four fields of a unit: printed, healed, widths, lines."""


def _read_unit(content: _Content, flags: Sequence[int], gap: int) -> Unit:
    """Return the unit that some lines are, with its kind."""
    printed, healed, widths, _ = content
    n, first = len(printed), printed[0]
    opening = flags[0]
    if (
        n >= 3
        and opening & Flag.SINGLE
        and all(f & Flag.SINGLE for f in flags)
        and all(map(is_single, printed))
    ):
        return Unit(*content, "tall", "".join(["".join(t.split()) for t in printed]), gap)
    if n == 1 and opening & Flag.FOLIO and is_folio(first):
        return Unit(*content, "folio", first.strip(), gap)
    if n <= 2:
        both = "\n".join(printed)
        byline = parse_byline(both) if both[-1] != "。" else None
        if byline:
            return Unit(*content, "byline", " ".join(both.split()), gap, byline=byline)
    lead = None
    if opening & Flag.LEAD:
        lead = parse_lead("\n".join(printed[:LEAD_LINES]))
    text = join(healed) if reduce(or_, flags) & Flag.LATIN else "".join(healed)
    last = printed[-1].rstrip()
    if lead is None and n <= 12 and _CREDIT_END.search(last, max(0, len(last) - 6)):
        credit = parse_credit("\n".join(printed).strip())
        if credit:
            kind = "caption" if credit.caption else "credit"
            return Unit(*content, kind, text, gap, photographers=credit.photographers)
    bullet = bool(opening & Flag.BULLET) and begins_with_bullet(first)
    plain = lead is None and not bullet
    total = sum(widths) if n <= 4 else 0.0
    if plain and n <= 4 and total < CAPTION_CELLS and _PICTURE.match(text):
        return Unit(*content, "caption", text, gap)
    if n <= 2 and _is_signature(text):
        return Unit(*content, "text", text, gap, signed=True)
    if plain and n <= SHORT_LINES and total <= SHORT_CELLS and is_display(text):
        return Unit(*content, "short", text, gap, open_end=ends_open(text))
    width = max(widths) if n >= 3 else 0.0
    signed = text.endswith(("）", ")")) and parse_signature("\n".join(printed[-3:]).rstrip()) is not None
    open_end = not signed and ends_open(text)
    return Unit(*content, "text", text, gap, lead, None, bullet, open_end, signed, width)


def _is_signature(text: str) -> bool:
    """Return whether a unit is a signature on a line of its own: （岑雨桐）."""
    found = parse_signature("。" + text) if text[0] in "（(" else None
    return found is not None and found[1] == 1


def is_display(text: str) -> bool:
    """Return whether a text can be a display line: no full stop inside or at its end.

    Headlines may contain and end with ！ and ？.

    >>> is_display("水清了吗？"), is_display("水清了。"), is_display("记者从林场获悉，")
    (True, False, False)
    """
    return (
        not text.endswith(("。", "；", "，", "、", ";", ",", "。”", "："))
        and "。" not in text
        and not ends_latin(text)
    )
