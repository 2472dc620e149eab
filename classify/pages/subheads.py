"""Short lines and bullets inside a body that begin no article: subheads and the points of a list.

A subhead parts paragraphs of one column width, of which the second has no lead. Its words are those of the text
after it, as a headline's are. But it is shorter than the headlines of the page and seldom alone: the others
of its article are numbered too, or of the same length. List points follow a colon (作出三点提醒：) and have one
bullet.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from classify.pages.weights import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.printed import Unit

__all__ = ["INDENT", "NUMBERED", "find_points", "is_short_line", "weigh_subheads"]

# 一、分段围堰 and 问：水清了吗？; not 一万人上山
NUMBERED = re.compile(
    r"^(?:问|答|记者|主持人|[甲乙丙QA])[:：]|^(?:第[一二三四五六七八九十]+[把个是步，：:])|^(?:[一二三四五六七八九十]{1,2}[、.．]|[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[、.．])"
)
"""Beginning of a numbered subhead, or of a question or answer in an interview."""

INDENT = 2.6
"""A line this many cells short of its column may be the first of a paragraph, its indent of two cells lost. Chosen."""


def find_points(units: Sequence[Unit]) -> list[bool]:
    """Return for each unit whether its bullet sets off a point of a list announced by a colon.

    >>> from classify.pages.units import to_units
    >>> from classify.records import Line
    >>> lines = ["民警提醒市民作出三点准备：", "", "●出门前关好门窗。", "", "●不要轻信来电。"]
    >>> find_points(to_units([Line(text) for text in lines]))
    [False, True, True]
    """
    points = [False] * len(units)
    mark = ""  # bullet of the list that goes on; after a colon, any
    for t, unit in enumerate(units):
        if unit.kind != "text" or unit.lead:
            mark = ""
        elif unit.bullet:
            points[t] = mark in (":", unit.text[0])
            mark = unit.text[0] if points[t] else ""
        if unit.kind == "text":
            mark = ":" if unit.text.endswith(("：", ":")) else "" if unit.signed else mark
    return points


def is_short_line(unit: Unit, width: float) -> bool:
    """Return whether a unit is one line of at most 15 cells, and too short to be the first line of a paragraph.

    15 cells is the widest subhead seen. `width` is that of the column in cells, 0 where it is not known.
    """
    if len(unit) != 1 or "，" in unit.text:
        return False
    own = unit.widths[0]
    return own <= 15.0 and (not width or own < width - INDENT)


def weigh_subheads(
    units: Sequence[Unit], column_widths: Sequence[float], leans: Sequence[float]
) -> list[float]:
    """Return the weight of each unit being a subhead, in log-odds; 0 where it cannot be one.

    Parameters
    ----------
    units : sequence of Unit
    column_widths : sequence of float
        Width of the column before each unit in cells, 0 where it is not known.
    leans : sequence of float
        For each unit, > 0 where its words are those of the text before it, < 0 those of the text after it.

    Notes
    -----
    Only an article that has surely begun, with a lead, a bullet or a byline, can have subheads by their looks.
    """
    weights = [0.0] * len(units)
    articles: dict[int, list[int]] = {}
    head_widths: list[float] = []
    begun = 0
    for t, unit in enumerate(units):
        begun += unit.lead is not None or unit.bullet or unit.kind == "byline"
        if unit.kind == "short" and len(unit) == 1:
            if not _parts_a_body(units, t, column_widths[t]):
                head_widths.append(unit.widths[0])
            elif begun:
                articles.setdefault(begun, []).append(t)
    usual = sorted(head_widths)[len(head_widths) // 2] if head_widths else 0.0
    for together in articles.values():
        numbered = {t for t in together if NUMBERED.match(units[t].text)}
        lengths = Counter(round(units[t].widths[0]) for t in together)
        for t in together:
            width = units[t].widths[0]
            weights[t] = WEIGHTS["subhead"]
            if width <= 0.8 * usual:  # shorter than the page's headlines
                weights[t] += WEIGHTS["subhead_shorter"]
            if t in numbered:
                peers = len(numbered) - 1
                weights[t] += WEIGHTS["subhead_numbered"]
            else:
                peers = sum(lengths[round(width) + d] for d in (-1, 0, 1)) - 1
            if peers or t in numbered:
                weights[t] += WEIGHTS["subhead_peers"] * min(2, peers)
                weights[t] -= WEIGHTS["subhead_leans"] * min(0.0, leans[t])
    return weights


def _parts_a_body(units: Sequence[Unit], t: int, width: float) -> bool:
    """Return whether unit `t` is a short line between paragraphs of one width, of which the second has no lead."""
    if not 0 < t < len(units) - 1 or not is_short_line(units[t], width):
        return False
    before, after = units[t - 1], units[t + 1]
    if before.kind != "text" or after.kind != "text" or after.lead or after.bullet:
        return False
    if before.open_end or before.signed:
        return False
    return not width or not after.width or abs(width - after.width) <= 1.0
