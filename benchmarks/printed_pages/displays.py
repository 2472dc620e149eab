"""Kicker, headline, deck, label and byline set together: over columns, or stacked at their side."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.printed_pages.sheet import Mark, text_width

if TYPE_CHECKING:
    import random

    from benchmarks.printed_pages.design import Design
    from benchmarks.printed_pages.manuscripts import Manuscript

__all__ = ["Display", "set_over", "set_stacked"]


@dataclass(slots=True)
class Display:
    """Marks of a display from (0, 0), each with its role; `width` and `height` with the blank after it."""

    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)


def _scaled(design: Design, factor: float) -> float:
    size = design.size * factor
    return round(size * 2) / 2 if design.font_size_steps else round(size, 2)


def set_over(rng: random.Random, design: Design, article: Manuscript, width: float, span: int) -> Display:
    """Return the display of an article that stands over `span` columns."""
    align = design.align if design.align != "mixed" else rng.choice(("left", "centre"))
    display = Display(width, 0.0)
    tight = rng.choice((1.15, 1.25, 1.4))
    y = 0.0

    def row(role: str, text: str, size: float, face: int, *, spread: float = 0.0) -> None:
        nonlocal y
        natural = text_width(text) * size + spread * (len(text) - 1)
        x = 0.0 if align == "left" else max(0.0, (width - natural) / 2)
        display.marks.append(Mark("text", x, y, text=text, size=size, face=face, step=spread, role=role))
        y += size * tight

    if article.column and article.kind != "brief":
        size = _scaled(design, rng.choice((1.0, 1.15)))
        _add_label(rng, display, article.column, size)
        y += size * 1.9
    head_size, parts = _headline_lines(rng, design, article.headline, width, span)
    if article.kicker:
        most = min(_fitting(article.kicker, width), head_size / 1.2)
        size = min(_scaled(design, rng.choice((1.15, 1.3, 1.5))), most)
        if size >= design.size:
            row("kicker", article.kicker, size, rng.choice((2, 0, 1)))
        else:
            article.kicker = ""
    if article.headline:
        natural = text_width(parts[0]) * head_size
        loose = len(parts) == 1 and len(parts[0]) < 9 and natural < 0.6 * width and rng.random() < 0.3
        for part in parts:
            row("headline", part, head_size, design.head_face, spread=0.4 * head_size if loose else 0.0)
    if article.deck:
        size = min(_scaled(design, rng.choice((1.1, 1.2, 1.4))), head_size / 1.15)
        y += 0.15 * size
        for text in _even_parts(article.deck, width, size, 2):
            row("deck", text, size, rng.choice((2, 0, 3)) if size > 1.15 * design.size else 2)
    if article.byline and article.byline_place == "under":
        y += 0.3 * design.size
        row("byline", article.byline, min(design.size, _fitting(article.byline, width)), design.caption_face)
    display.height = y + design.size * rng.choice((0.3, 0.6, 0.9))
    return display


def _add_label(rng: random.Random, display: Display, text: str, size: float) -> None:
    """Set the name of a series in a box."""
    wide = text_width(text) * size
    if rng.random() < 0.6:
        tint = rng.random() < 0.5
        display.marks.append(Mark("tint" if tint else "frame", 0.0, 0.0, wide + size, 1.5 * size, grey=0.8))
    display.marks.append(Mark("text", 0.5 * size, 0.25 * size, text=text, size=size, face=1, role="label"))


def _fitting(text: str, width: float) -> float:
    return width / max(1.0, text_width(text))


def _headline_lines(
    rng: random.Random, design: Design, text: str, width: float, span: int
) -> tuple[float, list[str]]:
    """Return the size of a headline and its lines."""
    size = _scaled(design, design.head_scale * rng.uniform(1.5, 2.1) * (1 + 0.22 * (span - 1)))
    most = 3 if span == 1 else 2
    while len(_even_parts(text, width, size, 9)) > most and size > 1.3 * design.size:
        size *= 0.94
    parts = _even_parts(text, width, size, 9)
    if len(parts) == 1 and " " in text:
        halves = text.split(" ")
        if rng.random() < 0.4:
            parts = halves
        elif text_width(text) * size + 2 * size < width:
            parts = [rng.choice(("　", " ")).join(halves)]
    return size, parts


def _even_parts(text: str, width: float, size: float, most: int) -> list[str]:
    """Return a text in as few lines as it needs, of about the same length; they part at a blank where they can."""
    halves = text.split(" ")
    if text_width(text) * size > width and len(halves) == 2 and max(map(text_width, halves)) * size <= width:
        return halves
    n = max(1, -int(-text_width(text) * size // width))
    if n == 1:
        return [text]
    n = min(n, most)
    parts, rest = [], text
    for left in range(n, 1, -1):
        at = -int(-len(rest) // left)
        near = [m.end() for m in re.finditer("[，：　 ”]", rest) if abs(m.end() - at) <= 2]
        at = min(near, key=lambda k: abs(k - at), default=at)
        if text_width(rest[:at]) * size > width:
            at = int(width / size)
        parts.append(rest[:at].strip())
        rest = rest[at:]
    parts.append(rest.strip())
    while text_width(parts[-1]) * size > width:  # characters of half width were reckoned wrongly
        at = int(width / size)
        parts[-1:] = [parts[-1][:at], parts[-1][at:]]
    return [part for part in parts if part]


def set_stacked(rng: random.Random, design: Design, article: Manuscript, height: float) -> Display | None:
    """Return a display of characters one below the other, or None if `height` is too little.

    Its columns go from right to left; on a page of vertical text it is turned, and they are rows from top to bottom.
    """
    display = Display(0.0, 0.0)
    rows: list[tuple[str, str, float, int]] = []
    size = _scaled(design, design.head_scale * rng.uniform(1.6, 2.6))
    blank = rng.choice((0.0, 0.05, 0.15))
    text = article.headline.replace(" ", "")
    per = int(height / size / (1 + blank))
    if len(text) > 2 * per or per < 4:
        return None
    if article.kicker:
        rows.append(("kicker", article.kicker, _scaled(design, 1.2), 2))
    half = -int(-len(text) // 2) if len(text) > per else len(text)
    rows += [("headline", part, size, design.head_face) for part in (text[:half], text[half:]) if part]
    if article.deck:
        rows.append(("deck", article.deck, _scaled(design, 1.15), 2))
    if any(len(part) * s * (1 + blank) > height for _, part, s, _ in rows):
        return None
    x = 0.0
    turned = rows if design.vertical else rows[::-1]
    for role, part, s, face in turned:
        top = (
            0.0
            if role == "headline" or rng.random() < 0.5
            else max(0.0, (len(text[:half]) * size - len(part) * s) / 2)
        )
        top = min(top, height - len(part) * s * (1 + blank))
        display.marks.append(Mark("stack", x, top, text=part, size=s, face=face, step=blank * s, role=role))
        x += s * 1.3
        display.height = max(display.height, top + len(part) * s * (1 + blank))
    display.width = x
    return display
