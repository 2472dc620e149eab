"""One story in its columns: display, pictures and text, as deep as the text needs.

`solve` finds the least depth at which all of the text has room round the display and the pictures; `emit` puts the
result on the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.printed_pages.displays import Display, set_over, set_stacked
from benchmarks.printed_pages.manuscripts import Manuscript, Paragraph, add_caption
from benchmarks.printed_pages.setting import Item, SetLine, Strip, fill, line_marks, slots_of
from benchmarks.printed_pages.sheet import Mark, text_width

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from benchmarks.printed_pages.design import Design
    from benchmarks.printed_pages.sheet import Rect, Sheet

__all__ = ["Layout", "Recorder", "emit", "head_forms", "items_of", "solve"]

_SHORTEST = 70
"""Characters of the body of a story, at least."""


class Picture(NamedTuple):
    """A picture and its caption, from the top of the story."""

    rect: Rect
    around: Rect
    """What no text enters."""
    caption: list[tuple[float, float, str]]
    """(x, y, text) of the lines of the caption."""
    owner: Manuscript


@dataclass(slots=True)
class Layout:
    """A story that is set, its top at 0."""

    height: float
    lines: list[SetLine]
    display: Display | None = None
    place: tuple[float, float] = (0.0, 0.0)
    """Where the display stands."""
    pictures: list[Picture] = field(default_factory=list)
    strips: list[Strip] = field(default_factory=list)


@dataclass(slots=True)
class Recorder:
    """The truth of a page as it grows: of each article, its blocks."""

    sheet: Sheet
    page: int
    blocks: list[tuple[Manuscript, int, int]] = field(default_factory=list)
    """(article, page, block)."""

    def new_block(self, owner: Manuscript | None) -> int:
        """Return the number of a new block of an article, or of none."""
        block = self.sheet.new_block()
        if owner is not None:
            self.blocks.append((owner, self.page, block))
        return block


def head_forms(n: int, *, tall: bool) -> tuple[str, ...]:
    """Return where the display of a story of `n` columns may stand; over comes often."""
    forms: tuple[str, ...] = ("over",) * 8
    if n >= 2 and tall:
        forms += ("part", "part", "right", "stack_left", "stack_left", "stack_right")
    if n >= 3 and tall:
        forms += ("island", "island", "island_low")
    return forms


def items_of(article: Manuscript, width: float) -> list[Item]:
    """Return the running text of an article, with a byline that stands in its columns of `width` characters."""
    items = [(article, paragraph) for paragraph in article.running()]
    if article.byline and article.byline_place != "under":
        lines = [(article, Paragraph("byline", part)) for part in _name_lines(article.byline, width)]
        at = 0 if article.byline_place == "top" else len(items)
        items[at:at] = lines
    return items


def _name_lines(byline: str, width: float) -> list[str]:
    """Return a byline in lines of at most `width` characters; they end between names."""
    at = byline.find("通讯员")
    if text_width(byline) <= width or at < 1:
        return [byline]
    return [byline[:at].strip(), byline[at:]]


def solve(
    rng: random.Random, design: Design, articles: Sequence[Manuscript], strips: Sequence[Strip], room: float, form: str,
    picture: str = "", over: int = 0,
) -> Layout | None:  # fmt: skip
    """Return a story set in columns at most `room` deep, or None.

    Parameters
    ----------
    articles : sequence of Manuscript
        One, or several briefs that follow one another.
    strips : sequence of Strip
        The columns; of a dovetailed story some begin lower or end higher.
    form : str
        Where the display stands: over, part, right, island, island_low, stack_left, stack_right, none.
    picture : str, default=""
        Where a picture is: top, bottom, middle, wrap, wide or nowhere.
    over : int, default=0
        The display stands over so many columns, if not 0.
    """
    lead = articles[0]
    size, n = design.size, len(strips)
    step = design.leading * size
    display, place, columns = None, (0.0, 0.0), list(strips)
    walls: list[Rect] = []
    if form.startswith("stack"):
        stacked = _stack(rng, design, lead, columns, room, form)
        if stacked is None:
            form = "over"
        else:
            display, place, columns = stacked
            n = len(columns)
    if display is None and form != "none":
        first, last = (0, over - 1) if over else _span(rng, n, form)
        width = columns[last].x1 - columns[first].x0
        display = set_over(rng, design, lead, width, last - first + 1)
        low = rng.choice((3, 5, 8)) * step if form == "island_low" else 0.0
        place = columns[first].x0, max(strip.top for strip in columns[first : last + 1]) + low
        pad = 0.5 * size if form == "island_low" else 0.0
        walls.append((columns[first].x0 - 1, place[1] - pad, columns[last].x1 + 1, place[1] + display.height))
    pictures = _pictures(rng, design, lead, columns, walls, room, picture)
    for _ in range(60):
        items = [
            item for article in articles for item in items_of(article, (columns[0].x1 - columns[0].x0) / size)
        ]
        found = _least_depth(design, items, columns, walls, pictures, room, step)
        if found is not None:
            if lead.kind == "story" and len(lead.body()) < _SHORTEST:
                return None
            height, lines, placed = found
            bottoms = [height] + ([place[1] + display.height] if display else [])
            if form.startswith("stack") and bottoms[1] > 1.5 * height + 2 * step:
                return None
            return Layout(max(bottoms), lines, display, place, placed, columns)
        if not articles[-1].cut():
            return None
    return None


def _span(rng: random.Random, n: int, form: str) -> tuple[int, int]:
    """Return the first and last column that a display is over."""
    if form == "part" and n >= 2:
        return 0, rng.randint(0, n - 2)
    if form == "right" and n >= 2:
        return rng.randint(1, n - 1), n - 1
    if form.startswith("island") and n >= 3:
        first = rng.randint(1, n - 2)
        return first, rng.randint(first, n - 2)
    return 0, n - 1


def _stack(
    rng: random.Random, design: Design, article: Manuscript, columns: list[Strip], room: float, form: str
) -> tuple[Display, tuple[float, float], list[Strip]] | None:
    """Return a stacked display, its place, and the columns that are left beside it."""
    display = set_stacked(rng, design, article, 0.8 * room)
    if display is None:
        return None
    x0, x1, n = columns[0].x0, columns[-1].x1, len(columns)
    taken = display.width + design.size
    wide = (x1 - x0 - taken - (n - 1) * design.gutter) / n
    if wide < 9 * design.size:
        n -= 1
        wide = (x1 - x0 - taken - (n - 1) * design.gutter) / max(1, n)
    if n < 1 or wide < 9 * design.size:
        return None
    if article.byline_place == "under":
        article.byline_place = "top"
    article.column = ""
    left = x0 + taken if form == "stack_left" else x0
    top = max(strip.top for strip in columns)
    strips = [
        Strip(left + k * (wide + design.gutter), left + k * (wide + design.gutter) + wide, top)
        for k in range(n)
    ]
    return display, (x0 if form == "stack_left" else x1 - display.width, top), strips


class _Plan(NamedTuple):
    """A picture whose height is known but not its place."""

    x0: float
    x1: float
    height: float
    where: str
    first: int
    last: int
    caption: list[tuple[float, float, str]]
    shown: Rect
    owner: Manuscript


def _pictures(
    rng: random.Random, design: Design, article: Manuscript, columns: Sequence[Strip], walls: Sequence[Rect],
    room: float,    where: str,
) -> list[_Plan]:  # fmt: skip
    """Return the pictures of a story, with their captions."""
    if not where:
        return []
    n, size = len(columns), design.size
    first = rng.randint(0, n - 1) if where in ("middle", "wrap") else n - 1
    last = first
    if n >= 3 and rng.random() < 0.4:
        first = max(0, last - 1)
    if where == "wide":
        first, last, where = 0, n - 1, "top"
    x0, x1 = columns[first].x0, columns[last].x1
    if where == "wrap":
        x0, x1 = _wrapped_edges(rng, columns, first, size)
    height = min(0.4 * room, 230.0, (x1 - x0) * rng.uniform(0.5, 0.8))
    if height < 5 * size:
        return []
    shown: Rect = (x0, 0.0, x1, height)
    lines: list[tuple[float, float, str]] = []
    total = height
    if rng.random() < 0.8:
        text, small = add_caption(rng, article, wide=design.vertical), design.caption_size * size
        style = rng.choice(("under", "under", "under", "beside", "over")) if where != "wrap" else "under"
        if style == "beside" and x1 - x0 > 22 * size:
            narrow = 9 * small
            side = rng.random() < 0.5
            shown = (x0, 0.0, x1 - narrow - size, height) if side else (x0 + narrow + size, 0.0, x1, height)
            rows = _wrap(text, 9)
            at = x1 - narrow if side else x0
            lines = [(at, height - (len(rows) - k) * 1.3 * small, row) for k, row in enumerate(rows)]
        else:
            rows = _wrap(text, (x1 - x0) / small)
            deep = len(rows) * 1.25 * small + 0.4 * small
            over = style == "over"
            centred = len(rows) == 1 and rng.random() < 0.5
            for k, row in enumerate(rows):
                at = x0 + ((x1 - x0 - text_width(row) * small) / 2 if centred else 0.0)
                lines.append((at, (0.0 if over else height + 0.4 * small) + 1.25 * small * k, row))
            if over:
                shown = (x0, deep, x1, height + deep)
            total = height + deep
    return [_Plan(x0, x1, total, where, first, last, lines, shown, article)]


def _wrapped_edges(
    rng: random.Random, columns: Sequence[Strip], first: int, size: float
) -> tuple[float, float]:
    """Return the edges of a picture that text is wrapped round: inside a column, or over a gutter."""
    strip = columns[first]
    wide = strip.x1 - strip.x0
    if first + 1 < len(columns) and rng.random() < 0.6:
        middle = (strip.x1 + columns[first + 1].x0) / 2
        half = min(0.42 * wide, max(5.5 * size, rng.uniform(0.25, 0.42) * wide))
        return middle - half, middle + half
    share = max(5.5 * size, rng.uniform(0.3, 0.5) * wide)
    if wide - share < 6 * size:
        return strip.x0, strip.x1
    return (strip.x0, strip.x0 + share) if rng.random() < 0.5 else (strip.x1 - share, strip.x1)


def _wrap(text: str, width: float) -> list[str]:
    rows, row = [], ""
    for char in text:
        if text_width(row + char) > width + 1e-6 and not (char in "，。）" and len(row) > 3):
            rows.append(row)
            row = ""
        row += char
    return [part for part in [*rows, row] if part.strip()]


def _least_depth(
    design: Design, items: Sequence[Item], columns: Sequence[Strip], walls: Sequence[Rect], plans: Sequence[_Plan],
    room: float, step: float,
) -> tuple[float, list[SetLine], list[Picture]] | None:  # fmt: skip
    """Return the least depth at which the text has room, its lines, and the pictures in their places."""
    low, high = 1, int(room / step)

    def attempt(lines: int) -> tuple[list[SetLine], list[Picture]] | None:
        depth = lines * step
        placed = [_place(design, plan, walls, columns, depth) for plan in plans]
        if any(p.around[3] > depth + step for p in placed):
            return None
        obstacles = [*walls, *(p.around for p in placed)]
        found, whole = fill(items, slots_of(columns, depth, obstacles, design.size, step), design)
        return (found, placed) if whole else None

    if high < 2 or attempt(high) is None:
        return None
    while low < high:
        middle = (low + high) // 2
        if attempt(middle) is None:
            low = middle + 1
        else:
            high = middle
    best = attempt(high)
    if best is None:
        return None
    ends = [line.slot.y + design.size for line in best[0]] + [p.around[3] for p in best[1]]
    return max([high * step - (step - design.size) if any(s.bottom for s in columns) else 0.0, *ends]), *best


def _place(
    design: Design, plan: _Plan, walls: Sequence[Rect], columns: Sequence[Strip], depth: float
) -> Picture:
    """Return a picture at its place in a story of a depth."""
    top = max(
        [columns[k].top for k in range(plan.first, plan.last + 1)]
        + [wall[3] for wall in walls if wall[0] < plan.x1 and wall[2] > plan.x0]
    )
    bottom = depth - max(columns[k].bottom for k in range(plan.first, plan.last + 1))
    y = {"top": top, "bottom": bottom - plan.height}.get(plan.where, (top + bottom - plan.height) / 2)
    y = max(y, top)
    pad = 0.6 * design.size
    around = (
        plan.x0 - pad if plan.where == "wrap" else plan.x0 - 1,
        y - (pad if y > top else 0.0),
        plan.x1 + pad if plan.where == "wrap" else plan.x1 + 1,
        y + plan.height + pad,
    )
    x0, y0, x1, y1 = plan.shown
    caption = [(x, y + dy, text) for x, dy, text in plan.caption]
    return Picture((x0, y + y0, x1, y + y1), around, caption, plan.owner)


def emit(recorder: Recorder, design: Design, layout: Layout, y: float) -> None:
    """Put a story on the page, its top at `y`."""
    sheet, size = recorder.sheet, design.size
    owner = layout.lines[0].item[0]
    if layout.display is not None:
        _emit_display(recorder, layout.display, layout.place[0], layout.place[1] + y, owner)
    for block_lines in _blocks(layout.lines, design.leading * size):
        block = recorder.new_block(block_lines[0].item[0])
        for k, line in enumerate(block_lines):
            sheet.marks += line_marks(line, design, y, block, k)
    for picture in layout.pictures:
        x0, y0, x1, y1 = picture.rect
        sheet.marks.append(Mark("picture", x0, y0 + y, x1 - x0, y1 - y0))
        if picture.caption:
            block = recorder.new_block(picture.owner)
            for k, (x, dy, text) in enumerate(picture.caption):
                sheet.marks.append(
                    Mark(
                        "text", x, dy + y, text=text, size=design.caption_size * size, face=design.caption_face,
                        block=block,                        line=k, role="caption",
                    )
                )  # fmt: skip
    if design.column_rules:
        _emit_column_rules(sheet, layout, y)


def _blocks(lines: Sequence[SetLine], step: float) -> list[list[SetLine]]:
    """Return lines in blocks: those of one article in one column that follow one another."""
    blocks: list[list[SetLine]] = []
    for line in lines:
        before = blocks[-1][-1] if blocks else None
        if (
            before is not None
            and before.item[0] is line.item[0]
            and before.slot.strip == line.slot.strip
            and (before.item[1].role == "byline") == (line.item[1].role == "byline")
            and line.slot.y - before.slot.y < 1.5 * step
        ):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _emit_display(recorder: Recorder, display: Display, x: float, y: float, owner: Manuscript) -> None:
    if owner.art:
        rects = [mark.rect() for mark in display.marks if mark.role == "headline"]
        display.marks = [mark for mark in display.marks if mark.role != "headline"]
        x0, y0 = min(r[0] for r in rects), min(r[1] for r in rects)
        display.marks.append(
            Mark("picture", x0, y0, max(r[2] for r in rects) - x0, max(r[3] for r in rects) - y0)
        )
    for role, group in groupby(display.marks, key=lambda mark: mark.role):
        block = recorder.new_block(owner if role not in ("", "label") else None)
        for k, mark in enumerate(group):
            mark.x, mark.y = mark.x + x, mark.y + y
            mark.block, mark.line = block, k
            recorder.sheet.marks.append(mark)


def _emit_column_rules(sheet: Sheet, layout: Layout, y: float) -> None:
    """Draw hairlines between the columns of a story, where nothing is in their way."""
    tops: dict[int, float] = {}
    for line in layout.lines:
        tops.setdefault(line.slot.strip, line.slot.y)
    for k in range(len(layout.strips) - 1):
        if k in tops and k + 1 in tops and not layout.pictures:
            x = (layout.strips[k].x1 + layout.strips[k + 1].x0) / 2
            top = max(tops[k], tops[k + 1])
            end = layout.height - max(layout.strips[k].bottom, layout.strips[k + 1].bottom)
            if end > top:
                sheet.marks.append(Mark("rule", x, y + top, 0.0, end - top))
