"""Lines to blocks: which lines are running text of one column, display lines set together, bylines, or captions."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from classify.pages.layout.blocks import Blocks, DisplayGroup, NamedLines, Segment
from classify.pages.layout.captions import is_caption
from classify.pages.layout.reading import Area, PageView, PlacedLine, is_jump, joined_areas
from classify.text.bylines import (
    LEAD_OPENERS,
    parse_author,
    parse_byline,
    parse_credit,
    parse_lead,
)
from classify.text.characters import BULLETS, TERMINATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.records import Byline

__all__ = ["DISPLAY", "disputed_blocks", "find_blocks", "read_byline_line"]

DISPLAY = 1.12
"""Type larger than the body by this factor is display type. Chosen: kickers are 1.1 to 1.5, headlines 1.5 to 4."""


_CAPTION_LINES = 8
"""Lines of a caption, at most. Chosen: one beside a picture is narrow."""


_SECOND_LINE = 16
"""Characters of the second line of a byline, at most. Chosen."""


def find_blocks(view: PageView) -> Blocks:
    """Return the blocks of a page."""
    faces = _body_faces(view)
    display = _display_lines(view)
    large = set(map(id, display))
    jumps = [line for line in view.lines if is_jump(line.text)]
    plain = [line for line in view.lines if id(line) not in large and line not in jumps]
    bylines, text = _find_bylines(plain)
    segments = _to_segments(view, text, faces)
    disputed = [s for s in segments if _is_disputed(view, s, faces)]
    beside = [s for s in disputed if is_caption(view, s, segments, display)]
    segments, small = _headlines_of_body_size([s for s in segments if s not in beside], faces)
    if not any(faces):
        segments, more = _headlines_by_words(segments, bylines)
        small += more
    groups = _join_halves(view, _to_groups(view, display + small), segments)
    segments = _take_small_displays(view, segments, groups)
    captions, segments = _find_captions(view, [*segments, *beside], faces)
    bylines = _join_credits(captions, bylines)
    segments, groups = _take_subheads(view, segments, groups)
    _measure_columns(segments)
    for group in groups:
        _widen_reach(group, segments)
    for line in jumps:
        _attach_jump(line, segments)
    return Blocks(segments, groups, bylines, captions)


def disputed_blocks(view: PageView) -> tuple[list[Segment], list[Segment], list[PlacedLine]]:
    """Return the blocks of a page that may be captions as well as headlines, all its segments, and its display lines.

    From these `benchmarks.learn_captions` learns.
    """
    faces, display = _body_faces(view), _display_lines(view)
    large = set(map(id, display))
    plain = [line for line in view.lines if id(line) not in large and not is_jump(line.text)]
    segments = _to_segments(view, _find_bylines(plain)[1], faces)
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


def read_byline_line(text: str) -> Byline | None:
    """Return the byline that is all of a line, or None.

    >>> read_byline_line("□本报记者 岑雨桐").reporters
    ('岑雨桐',)
    """
    if text.rstrip()[-1:] in TERMINATORS:
        return None
    if text.rstrip().endswith(("摄", "攝", "摄影报道", "攝影報道")) or parse_lead(text) is not None:
        return None
    byline = parse_byline(text) or (parse_author(text) if text[:1] in BULLETS else None)
    # Somebody who only took a picture stands under it: that is a credit.
    return byline if byline and (byline.reporters or byline.correspondents) else None


def _body_faces(view: PageView) -> set[str]:
    """Return the typefaces of running text: those of a tenth of the text of the body size."""
    letters: dict[str, int] = {}
    for line in view.lines:
        if line.upright and abs(line.size - view.size_in(line.frame)) <= 0.03 * line.size:
            letters[line.line.face] = letters.get(line.line.face, 0) + len(line.text)
    total = sum(letters.values())
    return {face for face, n in letters.items() if n >= 0.1 * total}


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
    return all(abs(line.size - size) > 0.02 * size or not _is_plain(line, faces) for line in segment.lines)


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


def _to_segments(view: PageView, text: Sequence[PlacedLine], faces: set[str]) -> list[Segment]:
    """Return the segments that lines of running text make."""
    segments: list[Segment] = []
    growing: list[Segment] = []
    for line in sorted(text, key=lambda line: (line.area.y0, line.area.x0)):
        growing = [s for s in growing if s.lines[-1].area.gap_below(line.area) <= 2.0 * line.size]
        fitting = [s for s in growing if _continues(view, s, line) and _has_face_of(s, line, faces)]
        if fitting:
            best = max(fitting, key=lambda s: s.column.shared_width(line.area))
            best.lines.append(line)
            best.changed()
            best.column = best.column.joined(line.area)
        else:
            segment = Segment([line], line.area)
            segments.append(segment)
            growing.append(segment)
    return segments


def _continues(view: PageView, segment: Segment, line: PlacedLine) -> bool:
    """Whether `line` is the next line of `segment`."""
    last, size, area, column = segment.lines[-1], line.size, line.area, segment.column
    if column.shared_width(area) < 0.6 * min(column.width, area.width):
        return False
    gap = last.area.gap_below(area)
    if (
        last.frame != line.frame
        or abs(last.size - size) > 0.04 * size
        or not -0.3 * size <= gap <= 1.1 * size
    ):
        return False
    pitch = segment.pitch
    if pitch and gap + last.area.height > 1.45 * pitch:
        return False
    # A column is known once a full line has been seen; until then its first line may be indented or short.
    first = len(segment.lines) == 1
    if area.x0 < column.x0 - 0.7 * size:
        # So may be its first few lines, each a paragraph.
        flush = all(abs(other.area.x0 - column.x0) <= 0.3 * size for other in segment.lines)
        if not flush or area.x0 < column.x0 - 2.6 * size:
            return False
    if not first and area.x1 > column.x1 + 1.3 * size:
        return False
    closed = last.text[-1:] in TERMINATORS
    if first and area.x0 > column.x0 + (2.6 if closed else 0.7) * size:
        return False
    return not view.has_rule_between(last.area, area)


def _is_plain(line: PlacedLine, faces: set[str]) -> bool:
    """Whether a line is in a typeface of the body; one without Chinese characters is in another anyway."""
    return line.line.face in faces or not any(char >= "\u3400" for char in line.text)


def _has_face_of(segment: Segment, line: PlacedLine, faces: set[str]) -> bool:
    """Whether `line` may follow in its typeface: that of subheads and captions differs from that of the body.

    Leads are often set in a face of their own.
    """
    before, own = _is_plain(segment.lines[-1], faces), _is_plain(line, faces)
    if before == own:
        return True
    first = segment.lines[0].text
    opens = LEAD_OPENERS.match(first) is not None and read_byline_line(first) is None
    return own and (opens or segment.opens_article)


def _headlines_of_body_size(
    segments: list[Segment], faces: set[str]
) -> tuple[list[Segment], list[PlacedLine]]:
    """Take short segments in another face off the segments: small headlines, kickers and decks."""
    rest, lines = [], []
    for segment in segments:
        plain = any(_is_plain(line, faces) for line in segment.lines)
        sentence = any(mark in segment.text for mark in "。；") or segment.text[-1:] in "！？，…"
        named = segment.opens_article or parse_credit(segment.text) is not None
        if plain or len(segment.lines) > 3 or sentence or named:
            rest.append(segment)
        else:
            lines += segment.lines
    return rest, lines


def _headlines_by_words(
    segments: Sequence[Segment], bylines: Sequence[NamedLines]
) -> tuple[list[Segment], list[PlacedLine]]:
    """Take headlines of body size off the segments of a page whose typefaces are not known, as of OCR.

    No paragraph ends without a mark. Lines that do, and after which a paragraph begins, are a headline or a subhead:
    the headline of a brief where they begin with a bullet, and of an article where a byline or a lead is under them.
    """
    rest: list[Segment] = []
    headlines: list[PlacedLine] = []
    for segment in segments:
        taken = _unended_lines(segment)
        if len(taken) == len(segment.lines) and not _is_over_text(segment, segments, bylines):
            taken = set()
        if not taken:
            rest.append(segment)
            continue
        headlines += [segment.lines[k] for k in sorted(taken)]
        bounds = [-1, *sorted(taken), len(segment.lines)]
        for before, after in pairwise(bounds):
            if after - before > 1:
                rest.append(Segment(segment.lines[before + 1 : after], segment.column))
    return rest, headlines


_HEADLINE_LINES = 2
"""Lines of a headline of body size in a column, at most. Chosen."""


def _unended_lines(segment: Segment) -> set[int]:
    """Return the lines of a segment that are paragraphs without an end mark; of other ones, all that it has."""
    n = len(segment.lines)
    begins = [k == 0 or segment.is_indented(k) or segment.lines[k].text[:1] in BULLETS for k in range(n)]
    found: set[int] = set()
    for first in range(n):
        marked = segment.lines[first].text[:1] in BULLETS
        opened = first == 0 or segment.lines[first - 1].text[-1:] in _ENDS
        if not opened or not (marked or n <= _HEADLINE_LINES):
            continue
        end = next((k for k in range(first + 1, n) if begins[k] or k - first > _HEADLINE_LINES), n)
        text = "".join(line.text for line in segment.lines[first:end])
        whole = end - first == n
        follows = whole or (end < n and begins[end])
        if (
            follows and end - first <= _HEADLINE_LINES
            and not any(mark in text for mark in "。；") and text[-1:] not in _ENDS_OR_GOES_ON
            and len(text) >= 4 and parse_lead(text) is None and parse_credit(text) is None
        ):  # fmt: skip
            found |= set(range(first, end))
    return found


_ENDS = TERMINATORS + "）)”』」"
_ENDS_OR_GOES_ON = TERMINATORS + "，、：；…—"


def _is_over_text(segment: Segment, segments: Sequence[Segment], bylines: Sequence[NamedLines]) -> bool:
    """Whether text begins, or a byline stands, close under a segment, and none that is open is close above it."""
    area, size = segment.area, segment.size
    near = [
        s
        for s in segments
        if s is not segment and s.frame == segment.frame and s.column.shared_width(area) > 0
    ]
    if any(-size <= s.area.gap_below(area) <= 1.5 * size and s.ends_open for s in near):
        return False
    under = [s for s in near if -0.5 * size <= area.gap_below(s.area) <= 2.5 * size]
    named = any(
        -0.5 * size <= area.gap_below(b.area) <= 1.5 * size and area.shared_width(b.area) > 0 for b in bylines
    )
    return named or any(s.opens_article for s in under)


def _take_small_displays(
    view: PageView, segments: Sequence[Segment], groups: Sequence[DisplayGroup]
) -> list[Segment]:
    """Move kickers and decks of the size and face of the body to their headlines; return the other segments.

    They are one or two lines close over or under a headline, centred on it or flush with it, and no sentence.
    """
    rest = []
    for segment in segments:
        area, size = segment.area, segment.size
        home = None
        sentence = any(mark in segment.text for mark in "。；") or segment.text[-1:] in "！？…，：、"
        named = segment.opens_article or parse_credit(segment.text) is not None
        if len(segment.lines) <= 2 and not sentence and not named:
            for group in groups:
                head = group.area
                gap = max(head.gap_below(area), area.gap_below(head))
                centred = abs((area.x0 + area.x1) - (head.x0 + head.x1)) <= 2 * size
                flush = abs(area.x0 - head.x0) <= size
                if (
                    group.upright
                    and group.frame == segment.frame
                    and group.size > 1.04 * size
                    and -0.5 * size <= gap <= max(1.2 * size, 0.7 * group.size)
                    and (centred or flush)
                    and not view.has_rule_between(*sorted((head, area), key=lambda a: a.y0))
                ):
                    home = group
        if home is None:
            rest.append(segment)
        else:
            home.add(segment.lines)
    return rest


def _to_groups(view: PageView, display: Sequence[PlacedLine]) -> list[DisplayGroup]:
    """Return display lines set together."""
    groups: list[DisplayGroup] = []
    for line in sorted(display, key=lambda line: (not line.upright, line.own.y0, line.own.x0)):
        for group in groups:
            if any(_set_together(view, other, line) for other in group.lines):
                group.add([line])
                break
        else:
            groups.append(DisplayGroup([line]))
    return groups


def _set_together(view: PageView, above: PlacedLine, line: PlacedLine) -> bool:
    """Whether two display lines are set as one group, one under the other."""
    if above.upright != line.upright or above.frame != line.frame:
        return False
    size = max(above.size, line.size)
    gap = above.own.gap_below(line.own)
    if not -0.5 * size <= gap <= 0.95 * size:
        return False
    if above.own.shared_width(line.own) < 0.5 * min(above.own.width, line.own.width):
        return False
    if not line.upright:
        return not view.has_wall_between(*sorted((above.area, line.area), key=lambda area: area.x0))
    return not view.has_rule_between(above.area, line.area)


def _join_halves(
    view: PageView, groups: list[DisplayGroup], segments: Sequence[Segment]
) -> list[DisplayGroup]:
    """Join the halves of headlines that are set side by side with a wide blank between.

    Headlines of neighbours may stand like that too, but over a gutter. Of halves, a column, kicker or deck goes across
    below or above the blank, or both together are centred in a frame.
    """
    for group in list(groups):
        for other in list(groups):
            if other is group or group not in groups or other not in groups or not _are_halves(group, other):
                continue
            left, right = group.area, other.area
            if view.has_wall_between(left, right):
                continue
            across = [
                g for g in groups
                if g is not group and g is not other and g.upright and g.frame == group.frame
                and g.area.x0 < left.x1 and g.area.x1 > right.x0
                and max(g.area.gap_below(left), left.gap_below(g.area)) <= group.size
            ]  # fmt: skip
            column = any(
                s.column.x0 < left.x1 - s.size and s.column.x1 > right.x0 + s.size
                and -s.size <= left.gap_below(s.column) <= 6 * s.size
                for s in segments
            )  # fmt: skip
            frame = view.frames[group.frame] if group.frame >= 0 else None
            centred = frame is not None and abs(left.x0 - frame.x0 - frame.x1 + right.x1) <= group.size
            if across or column or centred:
                group.add([line for g in [other, *across] for line in g.lines])
                groups = [g for g in groups if g is not other and g not in across]
                break
    return groups


def _are_halves(group: DisplayGroup, other: DisplayGroup) -> bool:
    """Whether two groups are one line each, on one baseline, of one type, at most 2.5 characters apart."""
    if len(group.lines) > 1 or len(other.lines) > 1:
        return False
    a, b = group.lines[0], other.lines[0]
    return (
        a.upright and b.upright and a.frame == b.frame
        and abs(a.size - b.size) <= 0.01 * a.size
        and abs(a.area.y0 - b.area.y0) <= 0.1 * a.size
        and 0 < b.area.x0 - a.area.x1 <= 2.5 * a.size
    )  # fmt: skip


def _widen_reach(group: DisplayGroup, segments: Sequence[Segment]) -> None:
    """Let a short headline that stands over a gutter reach over the columns left and right of it."""
    head = group.area
    if not group.upright:
        return
    under = [
        s for s in segments
        if s.frame == group.frame and -0.5 * s.size <= head.gap_below(s.area) <= 4.5 * s.size
        and head.x0 - s.area.x1 <= 3 * s.size and s.area.x0 - head.x1 <= 3 * s.size
    ]  # fmt: skip
    if any(head.shared_width(s.area) > 0 for s in under) or len(under) < 2:
        return
    group.reach = joined_areas([head, *(Area(s.area.x0, head.y0, s.area.x1, head.y1) for s in under)])


def _take_subheads(
    view: PageView, segments: list[Segment], groups: list[DisplayGroup]
) -> tuple[list[Segment], list[DisplayGroup]]:
    """Bring subheads into their columns: one or two small display lines with text of the column close below.

    Text of the column is close above too, or the subhead is the first line of its column. The heads of briefs look the
    same; `assembly` tells them from subheads.
    """
    rest = []
    for group in groups:
        upper, lower = _subhead_place(view, segments, group)
        if lower is None:
            rest.append(group)
            continue
        if upper is None:
            more = len(group.lines)
            lower.subheads = set(range(more)) | {more + k for k in lower.subheads}
            lower.lines = [*group.lines, *lower.lines]
            lower.column = lower.column.joined(group.area)
            lower.changed()
            continue
        at, more = len(upper.lines), len(group.lines)
        upper.subheads |= {at + k for k in range(more)} | {at + more + k for k in lower.subheads}
        upper.lines += [*group.lines, *lower.lines]
        upper.changed()
        upper.column = upper.column.joined(lower.column)
        segments.remove(lower)
    return segments, rest


def _subhead_place(
    view: PageView, segments: Sequence[Segment], group: DisplayGroup
) -> tuple[Segment | None, Segment | None]:
    """Return the segments above and below a subhead; (None, None) if it is none, (None, segment) at a column's head."""
    nowhere = None, None
    line, body = group.lines[0], view.size_in(group.frame)
    of_body_size = group.size <= 1.08 * body
    small = group.upright and (
        (len(group.lines) == 1 and line.size <= 1.3 * body) or (len(group.lines) == 2 and of_body_size)
    )
    if not small or line.text[-1:] in "。；，" or line.text[0] in BULLETS:
        return nowhere
    near = [s for s in segments if s.frame == group.frame]
    below = [s for s in near if _is_column_neighbour(s, group, below=True)]
    if not below:
        return nowhere
    lower = below[0]
    above = [s for s in near if s is not lower and _is_column_neighbour(s, group, below=False)]
    if above:
        upper = above[-1]
        runs_on = upper.ends_open and (upper.is_full() or not of_body_size)
        if runs_on or not lower.is_indented() or view.has_rule_between(upper.area, lower.area):
            return nowhere
        return upper, lower
    if of_body_size and lower.is_indented() and _is_column_head(view, segments, group, lower):
        return None, lower
    return nowhere


def _is_column_head(view: PageView, segments: Sequence[Segment], group: DisplayGroup, lower: Segment) -> bool:
    """Whether a line of body size is the first of a column whose text may come from the column left of it."""
    size, area = lower.size, group.area
    for s in segments:
        gutter = lower.column.x0 - s.column.x1
        if (
            s.frame == lower.frame
            and abs(s.size - size) <= 0.04 * size
            and 0.5 * size <= gutter <= 4 * size
            and abs(s.column.width - lower.column.width) <= 0.06 * lower.column.width + size
            and s.area.y0 - 2 * size <= area.y0 <= s.area.y1
            and not s.ends_open
            and not s.is_signed
            and not view.has_wall_between(s.area, area)
        ):
            return True
    return False


def _is_column_neighbour(segment: Segment, group: DisplayGroup, *, below: bool) -> bool:
    """Whether a segment is right over or under a display group, in its column; small type as close as lines are."""
    size, area, column = group.lines[0].size, group.area, segment.column
    gap = area.gap_below(column) if below else column.gap_below(area)
    widest = 1.6 * size
    if size <= 1.08 * segment.size and segment.pitch:
        widest = max(0.7 * size, segment.pitch - 0.6 * size)
    return -0.5 * size <= gap <= widest and column.x0 - size <= area.x0 and area.x1 <= column.x1 + size


def _measure_columns(segments: Sequence[Segment]) -> None:
    """Give short segments the left and right edge of the column they stand in.

    The first line of a segment may be indented and its lines short; other segments show the column.
    """
    wide = [s for s in segments if len(s.lines) >= 3]
    for segment in segments:
        if len(segment.lines) >= 3:
            continue
        area, size = segment.area, segment.size
        columns = [
            other.column
            for other in wide
            if other.column.x0 <= area.x0 + 0.5 * size
            and area.x0 - other.column.x0 <= 2.6 * size
            and area.x1 <= other.column.x1 + 0.7 * size
            and abs(other.size - size) <= 0.05 * size
        ]
        if columns:
            near = min(columns, key=lambda c: min(abs(c.y1 - area.y0), abs(c.y0 - area.y1)))
            segment.column = Area(near.x0, area.y0, max(near.x1, area.x1), area.y1)
