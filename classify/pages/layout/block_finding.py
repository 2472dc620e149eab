"""Lines to blocks: which lines are running text of one column, display lines set together, bylines, or captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.pages.layout.blocks import Blocks, NamedLines, Segment
from classify.pages.layout.captions import is_caption
from classify.pages.layout.display_groups import (
    headlines_by_words,
    headlines_of_body_size,
    join_halves,
    take_small_displays,
    take_subheads,
    to_groups,
    widen_reach,
)
from classify.pages.layout.reading import Area, PageView, PlacedLine, is_jump
from classify.pages.layout.segments import (
    body_faces,
    is_plain,
    measure_columns,
    read_byline_line,
    to_segments,
)
from classify.text.bylines import (
    LEAD_OPENERS,
    parse_credit,
)
from classify.text.characters import BULLETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.records import Byline

__all__ = ["DISPLAY", "disputed_blocks", "find_blocks"]


DISPLAY = 1.12
"""Type larger than the body by this factor is display type. Chosen: kickers are 1.1 to 1.5, headlines 1.5 to 4."""


_CAPTION_LINES = 8
"""Lines of a caption, at most. Chosen: one beside a picture is narrow."""


_SECOND_LINE = 16
"""Characters of the second line of a byline, at most. Chosen."""


def find_blocks(view: PageView) -> Blocks:
    """Return the blocks of a page."""
    faces = body_faces(view)
    display = _display_lines(view)
    large = set(map(id, display))
    jumps = [line for line in view.lines if is_jump(line.text)]
    plain = [line for line in view.lines if id(line) not in large and line not in jumps]
    bylines, text = _find_bylines(plain)
    segments = to_segments(view, text, faces)
    disputed = [s for s in segments if _is_disputed(view, s, faces)]
    beside = [s for s in disputed if is_caption(view, s, segments, display)]
    segments, small = headlines_of_body_size([s for s in segments if s not in beside], faces)
    if not any(faces):
        segments, more = headlines_by_words(segments, bylines)
        small += more
    groups = join_halves(view, to_groups(view, display + small), segments)
    segments = take_small_displays(view, segments, groups)
    captions, segments = _find_captions(view, [*segments, *beside], faces)
    bylines = _join_credits(captions, bylines)
    segments, groups = take_subheads(view, segments, groups)
    measure_columns(segments)
    for group in groups:
        widen_reach(group, segments)
    for line in jumps:
        _attach_jump(line, segments)
    return Blocks(segments, groups, bylines, captions)


def disputed_blocks(view: PageView) -> tuple[list[Segment], list[Segment], list[PlacedLine]]:
    """Return the blocks of a page that may be captions as well as headlines, all its segments, and its display lines.

    From these `benchmarks.learn_captions` learns.
    """
    faces, display = body_faces(view), _display_lines(view)
    large = set(map(id, display))
    plain = [line for line in view.lines if id(line) not in large and not is_jump(line.text)]
    segments = to_segments(view, _find_bylines(plain)[1], faces)
    return [s for s in segments if _is_disputed(view, s, faces)], segments, display


def _display_lines(view: PageView) -> list[PlacedLine]:
    """Return the lines in larger type than the text, and those that run across it."""
    return [line for line in view.lines if not line.upright or line.size > DISPLAY * view.size_in(line.frame)]


def _attach_jump(line: PlacedLine, segments: Sequence[Segment]) -> None:
    """Give a jump line to the segment right over it."""
    over = [
        s for s in segments
        if s.frame == line.frame and s.column.shared_width(line.area) > 0
        and -line.size <= s.area.gap_below(line.area) <= 4 * line.size
    ]  # fmt: skip
    if over:
        segment = min(over, key=lambda s: s.area.gap_below(line.area))
        segment.jump = line
        segment.changed()


def _join_credits(captions: Sequence[NamedLines], bylines: Sequence[NamedLines]) -> list[NamedLines]:
    """Bring the names under captions that have none to their captions; return the other bylines."""
    rest = []
    for byline in bylines:
        open_ones = [c for c in captions if _is_next(c, byline) and parse_credit(_printed(c)) is None]
        if open_ones:
            open_ones[0].lines += byline.lines
        else:
            rest.append(byline)
    return rest


def _printed(block: NamedLines | Segment) -> str:
    """Return the lines of a block as printed."""
    return "\n".join(line.text for line in block.lines)


def _find_bylines(lines: Sequence[PlacedLine]) -> tuple[list[NamedLines], list[PlacedLine]]:
    """Return bylines of one or two lines, and the other lines."""
    bylines: list[NamedLines] = []
    taken: set[int] = set()
    in_order = sorted(lines, key=lambda line: (line.area.y0, line.area.x0))
    for k, line in enumerate(in_order):
        if id(line) in taken or not LEAD_OPENERS.match(line.text.lstrip(BULLETS)):
            continue
        found, parts = read_byline_line(line.text), [line]
        below = next((other for other in in_order[k + 1 :] if _is_close_below(line, other)), None)
        if below is not None and len(below.text) <= _SECOND_LINE and id(below) not in taken:
            printed = f"{line.text}\n{below.text}"
            if found is not None and parse_credit(printed) is not None and parse_credit(below.text) is None:
                continue  # the names of a credit are broken: 本报记者 岑 / 雨桐 摄
            both = read_byline_line(printed)
            if both is not None and (found is None or _count_names(both) > _count_names(found)):
                found, parts = both, [line, below]
        if found is not None:
            bylines.append(NamedLines(parts, found))
            taken |= set(map(id, parts))
    return bylines, [line for line in lines if id(line) not in taken]


def _count_names(byline: Byline) -> int:
    """Return how many characters the names of a byline have."""
    return sum(map(len, [*byline.reporters, *byline.correspondents, *byline.photographers]))


def _is_close_below(line: PlacedLine, other: PlacedLine) -> bool:
    """Whether a line is the next one under another, of its size and typeface."""
    return (
        abs(other.size - line.size) <= 0.02 * line.size
        and other.line.face == line.line.face
        and other.frame == line.frame
        and -0.2 * line.size <= line.area.gap_below(other.area) <= line.size
        and line.area.shared_width(other.area) > 0.5 * other.area.width
    )


def _is_disputed(view: PageView, segment: Segment, faces: set[str]) -> bool:
    """Return whether a segment may be a caption as well as a small headline: it is short, beside a picture, in another
    size or face than the body, and no sentence; `faces` are those of running text."""
    larger = segment.size > 1.02 * view.size_in(
        segment.frame
    )  # captions are as large as the text, or smaller
    if larger or len(segment.lines) > _DISPUTED_LINES or not _is_odd(view, segment, faces):
        return False
    sentence = any(mark in segment.text for mark in "。；") or segment.text[-1:] in "！？，…"
    if sentence or segment.opens_article or parse_credit(_printed(segment)) is not None:
        return False
    return any(_is_beside(picture, segment) for picture in view.pictures)


_DISPUTED_LINES = 3
"""Lines of a small headline, at most. Chosen."""


def _is_odd(view: PageView, segment: Segment, faces: set[str]) -> bool:
    """Whether a segment is set in another size or typeface than the text of the page."""
    size = view.size_in(segment.frame)
    return all(abs(line.size - size) > 0.02 * size or not is_plain(line, faces) for line in segment.lines)


def _find_captions(
    view: PageView, segments: Sequence[Segment], faces: set[str]
) -> tuple[list[NamedLines], list[Segment]]:
    """Return captions and credits, and the other segments.

    A caption is beside or under a picture or on it, in another size or face than the body.
    """
    captions: list[NamedLines] = []
    rest = []
    for segment in sorted(segments, key=lambda s: (s.area.y0, s.area.x0)):
        odd = _is_odd(view, segment, faces)
        credit = parse_credit(_printed(segment))
        beside = any(_is_beside(picture, segment) for picture in view.pictures)
        short = len(segment.lines) <= _CAPTION_LINES
        if (odd and short and (beside or credit)) or (credit is not None and not credit.caption):
            above = next((c for c in captions if _is_next(c, segment)), None)
            if above is not None and parse_credit(_printed(above)) is None:
                above.lines += segment.lines
            else:
                captions.append(NamedLines(segment.lines))
        else:
            rest.append(segment)
    return captions, _join_captions(view, captions, rest, faces)


def _join_captions(
    view: PageView, captions: Sequence[NamedLines], segments: Sequence[Segment], faces: set[str]
) -> list[Segment]:
    """Bring the text of captions to credits that stand alone under or behind it; return the other segments.

    Where the picture is not known, as often of OCR, the credit shows that the text over it is a caption.
    """
    rest = []
    for segment in segments:
        odd = _is_odd(view, segment, faces)
        text = NamedLines(segment.lines)
        home = None
        if odd and len(segment.lines) <= _CAPTION_LINES:
            home = next((c for c in captions if c.lines[0] not in segment.lines and _is_next(text, c)), None)
        credit = parse_credit(_printed(home)) if home is not None else None
        if home is None or credit is None or credit.caption:
            rest.append(segment)
        else:
            home.lines[:0] = segment.lines
    return rest


def _is_next(caption: NamedLines, block: Segment | NamedLines) -> bool:
    """Whether a block, a credit perhaps, is the next line of a caption, or the rest of its last line."""
    last, line = caption.lines[-1].area, block.lines[0]
    size, area = line.size, block.area
    if abs(caption.lines[0].size - size) > 0.03 * size or caption.lines[0].frame != line.frame:
        return False
    gap = caption.area.gap_below(area)
    under = -0.3 * size <= gap <= 1.2 * size and caption.area.shared_width(area) > 0.3 * area.width
    behind = abs(last.y0 - area.y0) <= 0.3 * size and 0 <= area.x0 - last.x1 <= 3 * size
    return under or behind


def _is_beside(picture: Area, segment: Segment) -> bool:
    """Whether a segment is under, over or beside a picture, or on it."""
    near = 2.5 * segment.size
    wide = Area(picture.x0 - near, picture.y0 - near, picture.x1 + near, picture.y1 + near)
    area = segment.area
    if wide.shared_width(area) <= 0 or wide.shared_height(area) <= 0:
        return False
    across = picture.shared_width(area) >= 0.5 * area.width
    beside = picture.shared_height(area) >= 0.5 * area.height
    return across or (beside and area.width <= 1.2 * picture.width)
