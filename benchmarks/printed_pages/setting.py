"""Lines of running text: where lines may stand, where they break, how they are justified."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.printed_pages.sheet import Mark, char_width, text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.printed_pages.design import Design
    from benchmarks.printed_pages.manuscripts import Manuscript, Paragraph
    from benchmarks.printed_pages.sheet import Rect

__all__ = ["Item", "SetLine", "Slot", "Strip", "fill", "line_marks", "slots_of"]

NO_START = "，。、；：？！”）》’」』〉】…—·％%"
NO_END = "“（《‘「『〈【"
_NARROWEST = 5.0
"""No line is narrower, in characters."""

Item = tuple["Manuscript", "Paragraph"]


class Strip(NamedTuple):
    """A column of a story: its edges, and how far it begins below and ends above those of the story."""

    x0: float
    x1: float
    top: float = 0.0
    bottom: float = 0.0


class Slot(NamedTuple):
    """A place for one line."""

    x0: float
    x1: float
    y: float
    strip: int


class SetLine(NamedTuple):
    """A line that is set."""

    item: Item
    text: str
    slot: Slot
    indent: float
    start: int
    """Where it begins in its paragraph."""
    last: bool


def slots_of(
    strips: Sequence[Strip], depth: float, obstacles: Iterable[Rect], size: float, leading: float
) -> list[Slot]:
    """Return the places of lines in strips from 0 down to `depth`, round the obstacles."""
    slots = []
    walls = list(obstacles)
    for k, strip in enumerate(strips):
        y = strip.top
        while y + size <= depth - strip.bottom + 0.01:
            free = [(strip.x0, strip.x1)]
            for x0, y0, x1, y1 in walls:
                if y0 < y + size and y < y1:
                    free = [
                        part
                        for a, b in free
                        for part in ((a, min(b, x0)), (max(a, x1), b))
                        if part[1] - part[0] > 0.1
                    ]
            best = max(free, key=lambda part: part[1] - part[0], default=(0.0, 0.0))
            if best[1] - best[0] >= _NARROWEST * size:
                slots.append(Slot(*best, y, k))
            y += leading
    return slots


def fill(items: Sequence[Item], slots: Sequence[Slot], design: Design) -> tuple[list[SetLine], bool]:
    """Break paragraphs into lines; return them, and whether all of the text found room."""
    lines: list[SetLine] = []
    places = iter(slots)
    lasts = {slot.strip: slot for slot in slots}.values()
    for item in items:
        text, position = item[1].text, 0
        indent = design.indent if item[1].role == "body" else 0
        while position < len(text):
            slot = next(places, None)
            if slot is not None and item[1].role in ("subhead", "headline") and slot in lasts:
                slot = next(places, None)  # no head is the last line of its column
            if slot is None:
                return lines, False
            first = position == 0
            room = (slot.x1 - slot.x0) / design.size - (indent if first else 0)
            end = _line_end(text, position, room, design.kinsoku)
            lines.append(
                SetLine(item, text[position:end], slot, indent if first else 0, position, end == len(text))
            )
            position = end
    return lines, True


def _line_end(text: str, start: int, room: float, kinsoku: str) -> int:
    """Return where the line that begins at `start` ends."""
    width, end = 0.0, start
    while end < len(text) and width + char_width(text[end]) <= room + 1e-6:
        width += char_width(text[end])
        end += 1
    if end < len(text) and text[end] in NO_START:
        if kinsoku in ("squeeze", "hang"):
            end += 1
        elif kinsoku == "carry":
            while end > start + 2 and text[end] in NO_START:
                end -= 1
    if kinsoku != "none":
        while end < len(text) and end > start + 2 and text[end - 1] in NO_END:
            end -= 1
    return max(end, start + 1)


def line_marks(line: SetLine, design: Design, dy: float, block: int, number: int) -> list[Mark]:
    """Return the runs of a line, shifted down by `dy`."""
    size, slot = design.size, line.slot
    role, text = line.item[1].role, line.text.rstrip("　 ") if line.last else line.text
    natural = text_width(text) * size
    x, room = slot.x0 + line.indent * size, slot.x1 - slot.x0 - line.indent * size
    step = 0.0
    if role in ("byline", "jump"):
        x = slot.x1 - natural
    elif role == "subhead" and design.subhead_align != "left":
        x += (room - natural) / 2 if design.subhead_align == "centre" else 2 * size
    elif len(text) > 1:
        hanging = design.kinsoku == "hang" and text[-1] in NO_START and natural > room
        step = (room - natural + (char_width(text[-1]) * size if hanging else 0)) / (len(text) - 1)
        if line.last or not design.justify:
            step = min(0.0, step)
    marks = []
    for (face, _), group in groupby(
        enumerate(text, line.start),
        key=lambda pair: (_face(line, pair[0], design), design.mixed_widths and pair[1] <= "~"),
    ):
        run = "".join(char for _, char in group)
        marks.append(
            Mark(
                "text",
                x,
                slot.y + dy,
                text=run,
                size=size,
                face=face,
                step=step,
                block=block,
                line=number,
                role=role,
            )
        )
        x += text_width(run) * size + step * len(run)
    return marks


def _face(line: SetLine, position: int, design: Design) -> int:
    """Return the typeface of a character of a line."""
    paragraph = line.item[1]
    if paragraph.role in ("subhead", "headline"):
        return 1
    if paragraph.role == "byline":
        return design.caption_face
    return design.lead_face if position < paragraph.lead else 0
