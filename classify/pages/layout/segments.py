"""Lines of running text to segments: pieces of one column, each in one size and face of type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.pages.layout.blocks import Segment
from classify.pages.layout.reading import Area, PageView, PlacedLine
from classify.text.bylines import (
    LEAD_OPENERS,
    parse_author,
    parse_byline,
    parse_lead,
)
from classify.text.characters import BULLETS, TERMINATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.records import Byline

__all__ = ["body_faces", "is_plain", "measure_columns", "read_byline_line", "to_segments"]


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


def body_faces(view: PageView) -> set[str]:
    """Return the typefaces of running text: those of a tenth of the text of the body size."""
    letters: dict[str, int] = {}
    for line in view.lines:
        if line.upright and abs(line.size - view.size_in(line.frame)) <= 0.03 * line.size:
            letters[line.line.face] = letters.get(line.line.face, 0) + len(line.text)
    total = sum(letters.values())
    return {face for face, n in letters.items() if n >= 0.1 * total}


def to_segments(view: PageView, text: Sequence[PlacedLine], faces: set[str]) -> list[Segment]:
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


def is_plain(line: PlacedLine, faces: set[str]) -> bool:
    """Whether a line is in a typeface of the body; one without Chinese characters is in another anyway."""
    return line.line.face in faces or not any(char >= "\u3400" for char in line.text)


def _has_face_of(segment: Segment, line: PlacedLine, faces: set[str]) -> bool:
    """Whether `line` may follow in its typeface: that of subheads and captions differs from that of the body.

    Leads are often set in a face of their own.
    """
    before, own = is_plain(segment.lines[-1], faces), is_plain(line, faces)
    if before == own:
        return True
    first = segment.lines[0].text
    opens = LEAD_OPENERS.match(first) is not None and read_byline_line(first) is None
    return own and (opens or segment.opens_article)


def measure_columns(segments: Sequence[Segment]) -> None:
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
