"""What stands inside a body and begins no article, though it looks as if: subheads, the points of a list.

A subhead parts paragraphs of one width, of which the second has no lead. It leans to what follows, as a
headline does; but it is shorter than the page's headlines and seldom alone: the others of its article are
numbered too, or of its length. Points follow a colon (作出三点提醒：) and have one bullet.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from classify.pages.weights import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.units import Unit

__all__ = ["INDENT_ALONE", "NUMBERED", "find_points", "is_short_line", "weigh_subheads"]

NUMBERED = re.compile(
    r"^(?:问|答|记者|主持人|[甲乙丙QA])[:：]|^(?:第[一二三四五六七八九十]+[把个是步，：:])|^(?:[一二三四五六七八九十]{1,2}[、.．]|[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[、.．])"
)
"""What a numbered subhead, or a question of an interview, begins with."""
INDENT_ALONE = 2.6
"""A line this many cells short of its column may be the first of a paragraph, whose indent is lost."""
SUBHEAD_CELLS = 15.0
"""A subhead is no wider than this; the widest seen has 15."""
SHORTER = 0.8
"""At this share of the usual headline a subhead is a short one."""


def find_points(units: Sequence[Unit]) -> list[bool]:
    """Return for each unit whether its bullet sets off a point of a list announced by a colon."""
    points = [False] * len(units)
    mark = ""  # the bullet of the list that goes on; after a colon, any
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
    """Whether a unit is one line, too short for the first of a paragraph in a column of `width` (0: unknown)."""
    if len(unit) != 1 or "，" in unit.text:
        return False
    size = unit.sizes[0]
    return size <= SUBHEAD_CELLS and (not width or size < width - INDENT_ALONE)


def weigh_subheads(units: Sequence[Unit], widths: Sequence[float], lean: Sequence[float]) -> list[float]:
    """Return the weight for each unit being a subhead; 0 where it can be none.

    `widths` are the columns before the units, `lean` is > 0 for what is about the body before it. Only an article
    that surely has begun, with a lead or a byline, has subheads by their looks.
    """
    weights = [0.0] * len(units)
    articles: dict[int, list[int]] = {}
    heads: list[float] = []
    begun = 0
    for t, unit in enumerate(units):
        begun += unit.lead is not None or unit.bullet or unit.kind == "byline"
        if unit.kind == "short" and len(unit) == 1:
            if not _parts_a_body(units, t, widths[t]):
                heads.append(unit.sizes[0])
            elif begun:
                articles.setdefault(begun, []).append(t)
    usual = sorted(heads)[len(heads) // 2] if heads else 0.0
    for together in articles.values():
        numbered = {t for t in together if NUMBERED.match(units[t].text)}
        lengths = Counter(round(units[t].sizes[0]) for t in together)
        for t in together:
            size = units[t].sizes[0]
            weights[t] = WEIGHTS["subhead"]
            if size <= SHORTER * usual:
                weights[t] += WEIGHTS["subhead_shorter"]
            if t in numbered:
                peers = len(numbered) - 1
                weights[t] += WEIGHTS["subhead_numbered"]
            else:
                peers = sum(lengths[round(size) + d] for d in (-1, 0, 1)) - 1
            if peers or t in numbered:
                weights[t] += WEIGHTS["subhead_peers"] * min(2, peers)
                weights[t] -= WEIGHTS["subhead_leans"] * min(0.0, lean[t])
    return weights


def _parts_a_body(units: Sequence[Unit], t: int, width: float) -> bool:
    """Whether unit `t` is a short line between paragraphs of one width, of which the second has no lead."""
    if not 0 < t < len(units) - 1 or not is_short_line(units[t], width):
        return False
    before, after = units[t - 1], units[t + 1]
    if before.kind != "text" or after.kind != "text" or after.lead or after.bullet:
        return False
    if before.open_end or before.signed:
        return False
    return not width or not after.width or abs(width - after.width) <= 1.0
