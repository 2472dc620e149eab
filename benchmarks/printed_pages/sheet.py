"""What is on a page: runs of text, rules, frames, tints and pictures, each with the block that it belongs to.

Coordinates are those of reading: x along the lines, y from line to line, in points from the corner where reading
begins. On a page of vertical text the back end turns them (`Sheet.turned`), so nothing else knows of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Mark", "Rect", "Sheet", "char_width", "text_width"]

Rect = tuple[float, float, float, float]


def char_width(char: str) -> float:
    """Return the width of a character in parts of its size: a half for ASCII, else 1."""
    return 0.5 if " " <= char <= "~" else 1.0


def text_width(text: str) -> float:
    """Return the width of a text in parts of its size.

    >>> text_width("3月5日")
    3.0
    """
    return sum(map(char_width, text))


@dataclass(slots=True)
class Mark:
    """A run of text of one face and size, or a figure.

    Kinds: text; stack (characters one below the other, across the direction of reading); rule; frame; tint; picture.
    """

    kind: str
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    text: str = ""
    size: float = 0.0
    face: int = 0
    step: float = 0.0
    """Blank between characters, in points."""
    block: int = -1
    """The block it belongs to; a story's blocks have numbers that follow one another."""
    line: int = 0
    """Number of the line in its block."""
    role: str = ""
    grey: float = 0.0
    """0 for black to 1 for white."""

    def rect(self) -> Rect:
        """Return what it covers."""
        if self.kind == "text":
            width = text_width(self.text) * self.size + self.step * max(0, len(self.text) - 1)
            return self.x, self.y, self.x + width, self.y + self.size
        if self.kind == "stack":
            height = len(self.text) * self.size + self.step * max(0, len(self.text) - 1)
            return self.x, self.y, self.x + self.size, self.y + height
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass(slots=True)
class Sheet:
    """One page: its size in the coordinates of reading, and what is on it."""

    width: float
    height: float
    vertical: bool = False
    marks: list[Mark] = field(default_factory=list)
    n_blocks: int = 0

    def new_block(self) -> int:
        """Return the number of a new block."""
        self.n_blocks += 1
        return self.n_blocks - 1

    def page_size(self) -> tuple[float, float]:
        """Return width and height as the page is shown."""
        return (self.height, self.width) if self.vertical else (self.width, self.height)

    def turned(self, rect: Rect) -> Rect:
        """Return a rectangle in points from the top left of the page as shown."""
        if not self.vertical:
            return rect
        x0, y0, x1, y1 = rect
        return self.height - y1, x0, self.height - y0, x1

    def box_of(self, block: int) -> Rect:
        """Return what the text of a block covers, on the page as shown."""
        rects = [m.rect() for m in self.marks if m.block == block and m.kind in ("text", "stack")]
        return self.turned(
            (
                min(r[0] for r in rects),
                min(r[1] for r in rects),
                max(r[2] for r in rects),
                max(r[3] for r in rects),
            )
        )
