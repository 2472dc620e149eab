"""The plan of a page: which story stands where.

A region of columns is filled from the top. It is divided between two groups of columns, or a story, a row of briefs, a
photograph, notices or an advertisement is set in it and the rest goes on below; a story may leave a corner to another
one, and may stand in a frame or in a measure of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.printed_pages.manuscripts import (
    Manuscript,
    Paragraph,
    draw_brief,
    draw_manuscript,
    draw_notice,
    draw_photo,
    widen,
)
from benchmarks.printed_pages.placing import Layout, Recorder, emit, head_forms, solve
from benchmarks.printed_pages.setting import Strip
from benchmarks.printed_pages.sheet import Mark, text_width
from benchmarks.typography import vocabulary as words

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from benchmarks.printed_pages.design import Design

__all__ = ["Continued", "Page", "fill_page"]


class Continued(NamedTuple):
    """The rest of an article that goes on on the next page."""

    owner: Manuscript
    rest: list[Paragraph]
    headline: str


@dataclass(slots=True)
class Page:
    """A page while it is filled."""

    rng: random.Random
    design: Design
    pool: str
    recorder: Recorder
    furniture: list[str] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)
    features: set[str] = field(default_factory=set)
    waiting: list[Continued] = field(default_factory=list)
    """Articles of the page before that go on on this one."""
    leaving: list[Continued] = field(default_factory=list)
    """Articles of this page that go on on the next one."""
    may_jump: bool = False

    @property
    def step(self) -> float:
        """Distance of lines, in points."""
        return self.design.leading * self.design.size

    def words(self, text: str) -> str:
        """Return a text with the letters and figures of the page."""
        return widen(text) if self.design.vertical else text

    def own(self, article: Manuscript) -> Manuscript:
        """Return an article with the letters and figures of the page."""
        return article.widened() if self.design.vertical else article

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a line."""
        self.recorder.sheet.marks.append(Mark("rule", x0, y0, x1 - x0, y1 - y0))


Columns = list[tuple[float, float]]


def fill_page(page: Page, number: int, of: int) -> None:
    """Fill a page with everything that is on it."""
    design, sheet = page.design, page.recorder.sheet
    top, bottom = _furniture(page, number, of)
    wide = (sheet.width - 2 * design.margin - (design.columns - 1) * design.gutter) / design.columns
    columns = [
        (design.margin + k * (wide + design.gutter), design.margin + k * (wide + design.gutter) + wide)
        for k in range(design.columns)
    ]
    _fill(page, columns, top, bottom, 0)


def _furniture(page: Page, number: int, of: int) -> tuple[float, float]:
    """Set masthead or folio line and imprint; return where the text may begin and must end."""
    design, sheet, rng = page.design, page.recorder.sheet, page.rng
    paper = words.make_paper(rng)
    date = f"{rng.randint(2008, 2026)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日 星期{rng.choice('一二三四五六日')}"
    names = f"责任编辑 {words.make_name(rng)} 版式 {words.make_name(rng)}"
    left, right, y = design.margin, sheet.width - design.margin, 20.0

    def text(x: float, y: float, words_: str, size: float, face: int = 0, *, end: bool = False) -> None:
        words_ = page.words(words_)
        x = x - text_width(words_) * size if end else x
        block = page.recorder.new_block(None)
        sheet.marks.append(
            Mark("text", x, y, text=words_, size=size, face=face, block=block, role="furniture")
        )
        page.furniture.append(words_)

    if design.masthead and number == 1:
        page.features.add("masthead")
        size = rng.choice((38.0, 48.0, 58.0))
        text(left, y, paper, size, design.head_face)
        x = left + (text_width(paper) + 1) * size
        text(x, y + 2, date, 9.0)
        text(x, y + 15, f"第{rng.randint(1000, 9999)}期 今日{rng.choice((4, 8, 12))}版", 9.0)
        text(x, y + 28, f"国内统一连续出版物号 CN {rng.randint(10, 60)}-00{rng.randint(10, 99)}", 9.0)
        y += size + 8
    else:
        text(left, y, f"{number:02} {rng.choice(words.SECTIONS)}", 12.0, 1)
        text(right, y + 2, f"{paper} {date}", 9.0, end=True)
        if rng.random() < 0.5:
            text((left + right) / 2 - 80, y + 2, names, 8.5)
        y += 18
    if rng.random() < 0.8:
        page.rule(left, y, right, y)
    bottom = sheet.height - rng.choice((28.0, 36.0))
    if rng.random() < 0.5:
        phone = f"0{rng.randint(300, 999)}-{rng.randint(2000000, 8999999)}"
        page.rule(left, bottom + 6, right, bottom + 6)
        text(
            left,
            bottom + 10,
            f"新闻热线：{phone} 本报地址：{words.make_region(rng)}路{number}号",
            8.0,
        )
    return y + rng.choice((8.0, 12.0)), bottom


# -- regions --------------------------------------------------------------------------------


def _fill(page: Page, columns: Columns, y0: float, y1: float, depth: int) -> None:
    """Fill a region."""
    rng, n = page.rng, len(columns)
    tries = 0
    while y1 - y0 > 7 * page.step and tries < 8:
        room = y1 - y0
        if (
            n >= 2
            and depth < 5
            and rng.random() < (0.75 if n > 4 else 0.35 if n > 2 else 0.25 if room < 500 else 0.4)
        ):
            middle = rng.randint(1, n - 1)
            if page.design.walls:
                x = (columns[middle - 1][1] + columns[middle][0]) / 2
                page.rule(x, y0, x, y1 - 4)
            part = min(room, rng.uniform(0.3, 1.0) * room if room > 400 else room)
            if room - part < 120:
                part = room
            for half in (columns[:middle], columns[middle:]):
                _fill(page, half, y0, y0 + part, depth + 1)
            used = part
        else:
            found = _place(page, columns, y0, y1)
            if found is None:
                tries += 1
                continue
            used = found
        gap = page.design.gap * page.design.size
        y0 += used + gap
        if page.design.rules and y1 - y0 > 7 * page.step:
            page.rule(columns[0][0], y0 - gap / 2, columns[-1][1], y0 - gap / 2)
    if y1 - y0 > 5 * page.step:
        _advert(page, columns, y0, y1)


def _place(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set something in the columns of a region from `y0` on; return its depth, or None."""
    rng, design, n = page.rng, page.design, len(columns)
    if page.waiting and n <= 3 and rng.random() < 0.6:
        return _continue(page, columns, y0, y1)
    spread = design.spread
    ways = {
        _story: 10.0,
        _framed: 1.6 * spread,
        _other_measure: 2.0 * spread * (n >= 2),
        _dovetailed: 5.0 * spread * (n >= 2),
        _briefs: 0.9,
        _photo: 0.9,
        _notices: 0.3,
        _advert: 0.5,
        _jump_out: 3.0 * page.may_jump,
    }
    way = rng.choices(list(ways), list(ways.values()))[0]
    return way(page, columns, y0, y1)


def _strips(columns: Sequence[tuple[float, float]]) -> list[Strip]:
    return [Strip(*edges) for edges in columns]


def _draw(page: Page, columns: Columns, room: float) -> Manuscript:
    """Return an article that may fill columns of some depth."""
    rng, design = page.rng, page.design
    capacity = len(columns) * (columns[0][1] - columns[0][0]) / design.size * room / page.step
    size = min(0.8 * capacity, rng.choice((160, 260, 400, 600, 900, 1500)) * (0.6 + 0.2 * len(columns)))
    article = page.own(draw_manuscript(rng, page.pool, design.bylines, int(size)))
    if rng.random() < 0.02:
        article.art = True
        page.features.add("headline_art")
    return article


def _set(page: Page, columns: Columns, room: float, *, plain: bool = False) -> Layout | None:
    """Set an article that is drawn for the room."""
    rng = page.rng
    article = _draw(page, columns, room)
    form = "over" if plain else rng.choice(head_forms(len(columns), tall=room > 16 * page.step))
    picture = ""
    if not plain and room > 18 * page.step and rng.random() < 0.3:
        picture = rng.choice(("top", "top", "bottom", "middle", "wrap", "wrap", "wide"))
    layout = solve(rng, page.design, [article], _strips(columns), room, form, picture)
    if layout is not None:
        page.features |= {f"head_{form}"} | ({f"picture_{picture}"} if picture else set())
    return layout


def _emit(page: Page, layout: Layout, y: float) -> float:
    emit(page.recorder, page.design, layout, y)
    return layout.height


def _story(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set one story."""
    layout = _set(page, columns, y1 - y0)
    return None if layout is None else _emit(page, layout, y0)


def _remeasured(page: Page, x0: float, x1: float, n: int) -> Columns | None:
    """Return `n` columns between two edges, or None if they would be too narrow."""
    gutter = page.design.gutter
    wide = (x1 - x0 - (n - 1) * gutter) / n
    if wide < 9 * page.design.size:
        return None
    return [(x0 + k * (wide + gutter), x0 + k * (wide + gutter) + wide) for k in range(n)]


def _framed(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set a story in a frame or on a tint."""
    rng, pad = page.rng, page.rng.choice((6.0, 9.0))
    n = rng.choice((1, len(columns), max(1, len(columns) - 1)))
    inner = _remeasured(page, columns[0][0] + pad, columns[-1][1] - pad, n)
    if inner is None:
        return None
    layout = _set(page, inner, y1 - y0 - 2 * pad)
    if layout is None:
        return None
    kind = rng.choice(("frame", "frame", "tint"))
    page.features.add("tint" if kind == "tint" else "box")
    height = layout.height + 2 * pad
    page.recorder.sheet.marks.append(
        Mark(kind, columns[0][0], y0, columns[-1][1] - columns[0][0], height, grey=rng.choice((0.85, 0.92)))
    )
    _emit(page, layout, y0 + pad)
    return height


def _other_measure(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set a story in columns of another measure than those of the page."""
    n = len(columns) + page.rng.choice((-1, -1, 1))
    inner = _remeasured(page, columns[0][0], columns[-1][1], max(1, n))
    if inner is None:
        return None
    layout = _set(page, inner, y1 - y0)
    if layout is None:
        return None
    page.features.add("other_measure")
    return _emit(page, layout, y0)


def _dovetailed(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set a story that leaves a corner to another one."""
    rng, design, n = page.rng, page.design, len(columns)
    room = y1 - y0
    if room < 22 * page.step:
        return None
    middle = rng.randint(1, n - 1)
    corner = rng.choice(("below_right", "below_right", "below_left", "above_right"))
    theirs = columns[:middle] if corner == "below_left" else columns[middle:]
    gap = design.gap * design.size
    small = _set(page, theirs, 0.5 * room, plain=True)
    if small is None:
        return None
    notch = small.height + gap
    strips = [
        Strip(x0, x1, notch, 0.0) if corner == "above_right" and (x0, x1) in theirs
        else Strip(x0, x1, 0.0, notch) if (x0, x1) in theirs
        else Strip(x0, x1)
        for x0, x1 in columns
    ]  # fmt: skip
    article = _draw(page, columns, room - notch / 2)
    if len(article.body()) < 250:
        return None
    over = middle if corner == "above_right" else 0
    layout = solve(rng, design, [article], strips, room, "over", over=over)
    if layout is None or layout.height < notch + 5 * page.step:
        return None
    page.features.add(f"dovetail_{corner}")
    _emit(page, layout, y0)
    at = y0 if corner == "above_right" else y0 + layout.height - small.height
    _emit(page, small, at)
    x0, x1 = theirs[0][0], theirs[-1][1]
    if design.rules:
        y = at + small.height + gap / 2 if corner == "above_right" else at - gap / 2
        page.rule(x0, y, x1, y)
        if rng.random() < 0.5:
            x = (columns[middle - 1][1] + columns[middle][0]) / 2
            page.rule(x, at, x, at + small.height)
    return max(layout.height, at + small.height - y0)


def _briefs(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set a column of briefs under its label."""
    rng, design = page.rng, page.design
    some = columns[: rng.choice((1, len(columns)))]
    label = words.make_column_label(rng)
    mark = design.brief_mark
    headed = design.brief_heads or not mark
    briefs = [page.own(draw_brief(rng, page.pool, label, mark, headed)) for _ in range(rng.randint(2, 6))]
    x0, x1 = some[0][0], some[-1][1]
    size = design.size * rng.choice((1.3, 1.6))
    layout = solve(rng, design, briefs, _strips(some), y1 - y0 - 2.2 * size, "none")
    if layout is None:
        return None
    page.features.add("briefs")
    marks = page.recorder.sheet.marks
    if rng.random() < 0.4:
        marks.append(Mark("tint", x0, y0, x1 - x0, 1.6 * size, grey=0.8))
    at = rng.choice((x0, (x0 + x1 - text_width(label) * size) / 2))
    block = page.recorder.new_block(None)
    marks.append(Mark("text", at, y0 + 0.3 * size, text=label, size=size, face=1, block=block, role="label"))
    height = _emit(page, layout, y0 + 2.2 * size) + 2.2 * size
    if some != columns:
        _fill(page, columns[1:], y0, y0 + max(height, 0.0), 5)
    return height


def _photo(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set a photograph with a text of its own."""
    rng, design, n = page.rng, page.design, len(columns)
    x0, x1 = columns[0][0], columns[-1][1]
    height = min(0.6 * (y1 - y0), 330.0, (x1 - x0) * rng.uniform(0.45, 0.7))
    inner = _remeasured(page, x0, x1, max(1, rng.choice((1, n, n - 1))))
    if height < 60 or inner is None or (inner[0][1] - inner[0][0]) > 45 * design.size:
        return None
    article = page.own(draw_photo(rng, page.pool))
    article_layout = solve(
        rng, design, [article], _strips(inner), y1 - y0 - height - 8, "over" if article.headline else "none"
    )
    if article_layout is None:
        return None
    page.features.add("photo_story")
    page.recorder.sheet.marks.append(Mark("picture", x0, y0, x1 - x0, height))
    return height + 8 + _emit(page, article_layout, y0 + height + 8)


def _notices(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set small notices; readers may take them as articles or leave them."""
    notices = [page.own(draw_notice(page.rng)) for _ in range(page.rng.randint(2, 5))]
    layout = solve(page.rng, page.design, notices, _strips(columns), y1 - y0, "none")
    if layout is None:
        return None
    page.features.add("notice")
    page.optional += ["　　".join(p.text for p in notice.paragraphs) for notice in notices]
    return _emit(page, layout, y0)


def _advert(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set an advertisement: a name, slogans and a number in a frame."""
    rng, design, sheet = page.rng, page.design, page.recorder.sheet
    x0, x1 = columns[0][0], columns[-1][1]
    height = min(y1 - y0, rng.uniform(0.3, 0.9) * (x1 - x0), 220.0)
    if height < 40:
        return None
    page.features.add("advert")
    if rng.random() < 0.8:
        sheet.marks.append(Mark("frame", x0, y0, x1 - x0, height))
    rows = [
        words.make_region(rng) + rng.choice(words.TRADES),
        " ".join(rng.sample(words.SLOGANS, 2)),
        f"0{rng.randint(300, 999)}-{rng.randint(2000000, 8999999)}",
    ]
    y = y0 + 6
    for text, factor in zip(map(page.words, rows), (2.6, 1.4, 1.6), strict=True):
        size = min(factor * design.size, 0.9 * (x1 - x0) / text_width(text), (height - 12) / 5)
        if y + size > y0 + height:
            break
        x = (x0 + x1 - text_width(text) * size) / 2
        block = page.recorder.new_block(None)
        sheet.marks.append(Mark("text", x, y, text=text, size=size, face=1, block=block, role="advert"))
        page.furniture.append(text)
        y += 1.5 * size
    return height


# -- articles on two pages -----------------------------------------------------------------------


def _jump_out(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set the first part of an article that goes on on the next page."""
    rng = page.rng
    article = page.own(draw_manuscript(rng, page.pool, ("lead", "line", "none"), 900))
    whole = [p for p in article.paragraphs if p.role == "body"]
    if len(article.body()) < 400 or len(whole) < 3:
        return None
    article.paragraphs = whole
    at = rng.randint(1, len(whole) - 1)
    first, rest = whole[:at], whole[at:]
    if rng.random() < 0.6 and len(rest[0].text) > 60:  # inside a paragraph
        cut = rng.randint(20, len(rest[0].text) - 20)
        first = [*first, Paragraph("body", rest[0].text[:cut])]
        rest = [Paragraph("rest", rest[0].text[cut:]), *rest[1:]]
    head = Manuscript(**{name: getattr(article, name) for name in article.__slots__})
    head.paragraphs = [*first, Paragraph("jump", page.words("（下转第2版）"))]
    layout = solve(rng, page.design, [head], _strips(columns), y1 - y0, "over")
    if layout is None or head.paragraphs[-1].role != "jump":
        return None
    page.features.add("jump")
    emit(page.recorder, page.design, layout, y0)
    page.recorder.blocks = [(article if who is head else who, p, b) for who, p, b in page.recorder.blocks]
    article.kicker, article.headline = head.kicker, head.headline
    page.leaving.append(Continued(article, rest, article.headline if rng.random() < 0.6 else ""))
    page.may_jump = False
    return layout.height


def _continue(page: Page, columns: Columns, y0: float, y1: float) -> float | None:
    """Set the rest of an article of the page before."""
    owner, rest, headline = page.waiting[0]
    opening = page.words("（上接第1版）")
    part = Manuscript("story", headline, source=owner.source)
    inline = page.rng.random() < 0.5
    first = Paragraph("body", opening + rest[0].text) if inline else rest[0]
    part.paragraphs = [first, *rest[1:]] if inline else [Paragraph("rest", opening), first, *rest[1:]]
    n = len(part.paragraphs)
    layout = solve(page.rng, page.design, [part], _strips(columns), y1 - y0, "over" if headline else "none")
    if layout is None:
        return None
    if len(part.paragraphs) < n or part.paragraphs[-1].text != (rest[-1].text if n > 1 else first.text):
        return None
    page.waiting.pop(0)
    emit(page.recorder, page.design, layout, y0)
    page.recorder.blocks = [(owner if who is part else who, p, b) for who, p, b in page.recorder.blocks]
    return layout.height
