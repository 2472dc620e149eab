"""The lines of a page with boxes, as a reader turns the page: along its main direction, without furniture.

On a page of vertical text the coordinates are turned so that its lines run from left to right, one under the other;
rows of text then stand side by side as columns do. Everything after this step is written for horizontal pages and
reads vertical ones too.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from classify.pages.furniture import is_folio, is_newspaper_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.records import Box, Line, PrintedPage

__all__ = ["Area", "PageView", "PlacedLine", "is_jump", "joined_areas", "view_page"]

# （下转第2版）, ▶▶下转A3版; not 下转移支付
_JUMP = re.compile(
    r"[^\w（(]{0,3}[（(]?\s{0,8}(?:下[转轉]|[转轉])(?:至)?\s{0,8}第?\s{0,8}(?P<page>[A-Z]?\d{1,3})\s{0,8}版"
    r"[^。]{0,12}[）)]?\s*"
)

_HEAD_BAND, _FOOT_BAND = 0.15, 0.93
"""Above and below these shares of the height of a page a rule across it parts the furniture. Chosen."""

_ACROSS = 0.75
"""A rule is across the page if it is as long as this share of its width. Chosen."""

# What a name follows: 本报记者, 通訊員; not 记者节
_ROLE = re.compile(r"(?:记者|記者|通讯员|通訊員)$")

_ROW_GAP = 1.3
"""Widest gap between the pieces of a line with a full-width blank, in type sizes. Chosen: justifying widens it."""

_ROW_OFF = 0.15
"""The tops of such pieces differ by at most so many type sizes. Chosen: boxes are rounded."""

_ROW_PIECE = 12
"""Characters of such a piece, at most, where no other line shows that the gap is none of columns. Chosen: names, the
parts of a byline, of a label or of a small headline."""

_WHOLE_PAGE = 0.7
"""A frame or picture of more than this share of the page is the page itself: its ground, or its scan. Chosen."""


class Area(NamedTuple):
    """A rectangle in the coordinates of a `PageView`.

    >>> Area(0, 0, 10, 4).gap_below(Area(2, 6, 8, 9)), Area(0, 0, 10, 4).shared_width(Area(8, 6, 12, 9))
    (2, 2)
    """

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Extent along the lines."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Extent across the lines."""
        return self.y1 - self.y0

    def shared_width(self, other: Area) -> float:
        """Return the length along the lines that both have; negative where they are apart."""
        return min(self.x1, other.x1) - max(self.x0, other.x0)

    def shared_height(self, other: Area) -> float:
        """Return the length across the lines that both have; negative where they are apart."""
        return min(self.y1, other.y1) - max(self.y0, other.y0)

    def gap_below(self, other: Area) -> float:
        """Return how far `other` begins below the end of this area."""
        return other.y0 - self.y1

    def holds(self, other: Area, slack: float = 2.0) -> bool:
        """Whether `other` is inside."""
        return (
            other.x0 >= self.x0 - slack
            and other.x1 <= self.x1 + slack
            and other.y0 >= self.y0 - slack
            and other.y1 <= self.y1 + slack
        )

    def joined(self, other: Area) -> Area:
        """Return the smallest area that holds both."""
        return Area(
            min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1)
        )

    def turned(self, extent: float) -> Area:
        """Return the area with its axes exchanged, as vertical text is read; `extent` is the width of the page.

        >>> Area(80, 10, 90, 60).turned(100)
        Area(x0=10, y0=10, x1=60, y1=20)
        """
        return Area(self.y0, extent - self.x1, self.y1, extent - self.x0)


def is_jump(text: str) -> bool:
    """Return whether a line says that its article goes on on another page.

    >>> is_jump("（下转第2版）"), is_jump("（上接第1版）")
    (True, False)
    """
    return _JUMP.fullmatch(text) is not None


def joined_areas(areas: Sequence[Area]) -> Area:
    """Return the smallest area that holds all of `areas`, of which there is one at least."""
    return Area(
        min([a.x0 for a in areas]),
        min([a.y0 for a in areas]),
        max([a.x1 for a in areas]),
        max([a.y1 for a in areas]),
    )


@dataclass(eq=False, slots=True)
class PlacedLine:
    """A line of a page as it is read.

    Attributes
    ----------
    line : Line
    area : Area
        In the coordinates of the page view.
    own : Area
        In coordinates in which the line itself runs from left to right.
    size : float
    upright : bool
        It runs as most text of the page does.
    frame : int
        Index of the innermost frame around it; −1 outside of all.
    taken : bool
        It belongs to an article.
    """

    line: Line
    area: Area
    own: Area
    size: float
    upright: bool
    frame: int = -1
    taken: bool = False

    @property
    def text(self) -> str:
        """The line as printed."""
        return self.line.text


@dataclass(slots=True)
class PageView:
    """A page as it is read; see `view_page`."""

    page: PrintedPage
    width: float
    height: float
    lines: list[PlacedLine]
    furniture: list[PlacedLine]
    rules: list[Area]
    frames: list[Area]
    pictures: list[Area]
    body_size: float
    frame_sizes: dict[int, float] = field(default_factory=dict)
    """Size of most type inside a frame."""
    _rules_across: list[tuple[float, Area]] = field(init=False)
    """The horizontal rules with their heights."""
    _rules_upright: list[tuple[float, Area]] = field(init=False)

    def __post_init__(self) -> None:
        self._rules_across = [((r.y0 + r.y1) / 2, r) for r in self.rules if r.height <= r.width]
        self._rules_upright = [((r.x0 + r.x1) / 2, r) for r in self.rules if r.height > r.width]

    def size_in(self, frame: int) -> float:
        """Return the body size inside a frame, or of the page."""
        return self.frame_sizes.get(frame, self.body_size)

    def has_rule_between(self, above: Area, below: Area) -> bool:
        """Whether a rule lies between two areas one above the other, across a third of what they share."""
        first, last = above.y1 - 2, below.y0 + 2
        if first > last:
            return False
        between = [rule for middle, rule in self._rules_across if first <= middle <= last]
        least = 0.3 * min(above.width, below.width)
        return any(
            rule.shared_width(above) >= least and rule.shared_width(below) >= least for rule in between
        )

    def text_gap(self, above: Area, below: Area) -> float:
        """Return the gap between two areas one above the other, less the pictures between them and their captions."""
        gap = above.gap_below(below)
        for picture in self.pictures:
            between = above.y1 - 4 <= picture.y0 and picture.y1 <= below.y0 + 4
            if between and picture.shared_width(below) > 0.2 * below.width:
                gap -= picture.height + 2.5 * self.body_size
        return gap

    def has_wall_between(self, left: Area, right: Area) -> bool:
        """Whether a vertical rule stands between two areas side by side, beside both."""
        first, last = left.x1 - 2, right.x0 + 2
        if first > last:
            return False
        between = [rule for middle, rule in self._rules_upright if first <= middle <= last]
        return any(rule.shared_height(left) > 0 and rule.shared_height(right) > 0 for rule in between)


def view_page(page: PrintedPage) -> PageView:
    """Return a page as it is read.

    >>> from classify.records import Box, Line, PrintedPage
    >>> box = Box(1, 80.0, 10.0, 90.0, 60.0)
    >>> view = view_page(PrintedPage(1, 100.0, 200.0, (Line("水库开始蓄水", 1, box, 10.0, "", "vertical"),)))
    >>> view.width, view.height, view.lines[0].area
    (200.0, 100.0, Area(x0=10.0, y0=10.0, x1=60.0, y1=20.0))
    """
    letters = Counter[str]()
    for line in page.lines:
        letters[line.direction] += len(line.text)
    main = "vertical" if letters["vertical"] > letters["horizontal"] else "horizontal"
    turn = main == "vertical"
    width, height = (page.height, page.width) if turn else (page.width, page.height)

    def area_of(box: Box, *, turned: bool) -> Area:
        plain = Area(box.x0, box.y0, box.x1, box.y1)
        return plain.turned(page.width) if turned else plain

    lines = [
        PlacedLine(
            line,
            area_of(line.box, turned=turn),
            area_of(line.box, turned=line.direction == "vertical"),
            line.size or min(line.box.width, line.box.height),
            line.direction == main,
        )
        for line in page.lines
        if line.box is not None and line.text.strip()
    ]
    rules = [area_of(box, turned=turn) for box in page.rules]
    lines = _join_rows(lines, rules)
    frames = [area_of(box, turned=turn) for box in page.frames]
    frames = [f for f in frames if f.width * f.height <= _WHOLE_PAGE * width * height]
    pictures = [area_of(box, turned=turn) for box in page.pictures]
    view = PageView(
        page, width, height, lines, [], rules, frames,
        [p for p in pictures if p.width * p.height <= _WHOLE_PAGE * width * height], _main_size(lines),
    )  # fmt: skip
    _set_furniture_apart(view)
    _find_frames(view)
    return view


def _join_rows(lines: list[PlacedLine], rules: Sequence[Area]) -> list[PlacedLine]:
    """Join pieces of one line with about a full-width blank between, as 本报记者　岑雨桐 is often set.

    A gap that others above or below have too is a gutter: there the pieces are lines of two columns. A gap that the
    line above or below goes across is none.
    """
    by_height = sorted(lines, key=lambda line: line.own.y0)
    heights = [line.own.y0 for line in by_height]
    joined: list[PlacedLine] = []
    gone: set[int] = set()
    for first in sorted(lines, key=lambda line: (line.own.x0, line.own.y0)):
        if id(first) in gone:
            continue
        row = first
        while True:
            off = _ROW_OFF * row.size
            near = by_height[bisect_left(heights, row.own.y0 - off) : bisect_right(heights, row.own.y0 + off)]
            following = [line for line in near if id(line) not in gone and _are_one_row(row, line)]
            piece = min(following, key=lambda line: line.own.x0, default=None)
            if piece is None or _is_gutter(row, piece, lines, rules):
                break
            gone.add(id(piece))
            row = _joined_line(row, piece)
        joined.append(row)
    return sorted(joined, key=lambda line: (line.line.direction, line.own.y0, line.own.x0))


def _joined_line(before: PlacedLine, line: PlacedLine) -> PlacedLine:
    """Return two pieces of a line as one; its face is that of the longer piece."""
    box, other = before.line.box, line.line.box
    if box is not None and other is not None:
        box = box.joined(other)
    face = max((before.line, line.line), key=lambda piece: len(piece.text)).face
    whole = before.line._replace(text=f"{before.text}\u3000{line.text}", box=box, face=face)
    return PlacedLine(
        whole, before.area.joined(line.area), before.own.joined(line.own), before.size, before.upright
    )


def _are_one_row(before: PlacedLine, line: PlacedLine) -> bool:
    """Whether two lines of one type are on one baseline, a blank apart."""
    size = before.size
    return (
        before.line.direction == line.line.direction
        and abs(before.size - line.size) <= 0.02 * size
        and abs(before.own.y0 - line.own.y0) <= _ROW_OFF * size
        and 0.3 * size < line.own.x0 - before.own.x1 <= _ROW_GAP * size
    )


def _is_gutter(
    before: PlacedLine, line: PlacedLine, lines: Sequence[PlacedLine], rules: Sequence[Area]
) -> bool:
    """Whether the gap between two pieces is the gutter of two columns, as the lines above and below show it."""
    size, left, right = before.size, before.own.x1, line.own.x0
    if any(
        rule.height > rule.width
        and before.area.x1 - 2 <= rule.x0 <= line.area.x0 + 2
        and rule.shared_height(before.area) > 0
        for rule in rules
    ):
        return True
    if _ROLE.search(before.text):
        return False
    near = [
        other for other in lines
        if other.line.direction == line.line.direction
        and abs(other.size - size) <= 0.3 * size
        and 0.5 * size < abs(other.own.y0 - line.own.y0) <= 3 * size
    ]  # fmt: skip
    across = sum(
        other.own.x0 < left - size and other.own.x1 > right + size and abs(other.size - size) <= 0.04 * size
        for other in near
    )
    edges = sum(
        abs(other.own.x0 - right) <= 0.4 * size or -1.2 * size <= other.own.x1 - left <= 0.4 * size
        for other in near
    )
    if across > edges:
        return False
    short = len(line.text) <= _ROW_PIECE and len(before.text) <= 3 * _ROW_PIECE
    return bool(edges) or not short or before.line.face != line.line.face


def _main_size(lines: Sequence[PlacedLine]) -> float:
    """Return the type size of most text; 10 where there is none."""
    letters = Counter[float]()
    for line in lines:
        if line.upright:
            letters[round(line.size * 4) / 4] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 10.0


def _set_furniture_apart(view: PageView) -> None:
    """Move masthead, folio lines, imprint and the like from the lines to the furniture."""
    top, bottom = 0.0, view.height
    for rule in view.rules:
        if rule.width >= _ACROSS * view.width:
            if rule.y1 <= _HEAD_BAND * view.height:
                top = max(top, rule.y1)
            elif rule.y0 >= _FOOT_BAND * view.height:
                bottom = min(bottom, rule.y0)
    kept = []
    for line in view.lines:
        text = line.text.strip()
        beyond = line.area.y1 <= top + 1 or line.area.y0 >= bottom - 1
        at_edge = line.area.y1 <= _HEAD_BAND * view.height or line.area.y0 >= _FOOT_BAND * view.height
        if (not is_jump(text) and (beyond or is_folio(text))) or (at_edge and is_newspaper_name(text)):
            view.furniture.append(line)
        else:
            kept.append(line)
    # Lines of an imprint are set together; one of them often shows what the others are.
    imprint = [line for line in view.furniture if line.area.y1 <= _HEAD_BAND * view.height]
    view.lines = [line for line in kept if not any(_is_set_under(other, line) for other in imprint)]
    kept_lines = set(map(id, view.lines))
    view.furniture += [line for line in kept if id(line) not in kept_lines]


def _is_set_under(other: PlacedLine, line: PlacedLine) -> bool:
    """Whether a line is of the size of another and close over or under it."""
    gap = max(other.area.gap_below(line.area), line.area.gap_below(other.area))
    return (
        abs(other.size - line.size) <= 0.02 * line.size
        and -line.size < gap <= 0.6 * line.size
        and other.area.shared_width(line.area) > 0
    )


def _find_frames(view: PageView) -> None:
    """Give each line the innermost frame around it, and each frame the size of its type."""
    by_area = sorted(range(len(view.frames)), key=lambda k: view.frames[k].width * view.frames[k].height)
    inside: dict[int, list[PlacedLine]] = {}
    for line in view.lines:
        for k in by_area:
            if view.frames[k].holds(line.area):
                line.frame = k
                inside.setdefault(k, []).append(line)
                break
    view.frame_sizes = {k: _main_size(lines) for k, lines in inside.items() if len(lines) >= 3}
