"""Pages as an OCR program gives them: lines of words with boxes in the units of the file.

What a format says is kept here as it is; nothing is estimated, and a box that is not there is None.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "FoundLine",
    "FoundPage",
    "FoundWord",
    "Sides",
    "block_lines",
    "box_of_points",
    "joined_sides",
    "number",
    "numbers",
    "slope_of_points",
]

_FARTHEST = 1e6
"""No coordinate is larger, in whatever unit. Chosen: a page of 1 m at 1/1200 inch has 47,000."""

_LEADING = 1.4
"""Distance of lines, in type sizes, where a file has the box of a block only. Chosen: papers have 1.2 to 1.65."""

# 12, -3.5, .5, 1e3; not the letters of "nan".
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?")


class Sides(NamedTuple):
    """A rectangle in the units of a file, from the top left of its page.

    >>> Sides(10, 20, 110, 32).height
    12
    """

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Extent from left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Extent from top to bottom."""
        return self.y1 - self.y0


class FoundWord(NamedTuple):
    """A word, or a character where a file has a box for each."""

    text: str
    sides: Sides | None = None
    confidence: float | None = None
    """0–1."""
    blank_before: bool = False
    """The file has a blank before it."""


@dataclass(slots=True)
class FoundLine:
    """A line of a page.

    Attributes
    ----------
    words : list of FoundWord
    sides : Sides or None
        None: that of its words.
    slope : float or None
        Of its baseline: how far it sinks for each unit to the right; None where the file has no baseline.
    direction : {"", "horizontal", "vertical"}
        Empty where the file does not say.
    turn : int
        Quarters of a turn, clockwise, by which its text is turned from upright.
    size : float or None
        Type size in points, where the file has one.
    face : str
    """

    words: list[FoundWord]
    sides: Sides | None = None
    slope: float | None = None
    direction: str = ""
    turn: int = 0
    size: float | None = None
    face: str = ""

    @property
    def text(self) -> str:
        """Its words without blanks."""
        return "".join(word.text for word in self.words)


@dataclass(slots=True)
class FoundPage:
    """A page.

    Attributes
    ----------
    width, height : float
        In units; 0 where the file does not say.
    points_per_unit : float or None
        None: the units are pixels, and the file does not say how many of them an inch has.
    pixels : bool
        The units are pixels.
    """

    width: float = 0.0
    height: float = 0.0
    points_per_unit: float | None = None
    pixels: bool = True
    lines: list[FoundLine] = field(default_factory=list)
    rules: list[Sides] = field(default_factory=list)
    frames: list[Sides] = field(default_factory=list)
    pictures: list[Sides] = field(default_factory=list)


def number(text: str | None) -> float | None:
    """Return a finite number of reasonable size, or None.

    >>> number("12.5"), number("NaN"), number(None), number("1e300")
    (12.5, None, None, None)
    """
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= _FARTHEST else None


def numbers(text: str | None) -> list[float]:
    """Return the numbers in a text; none if one of them is too large.

    >>> numbers("10,20 110,20")
    [10.0, 20.0, 110.0, 20.0]
    """
    found = [number(part) for part in _NUMBER.findall((text or "")[:100_000])]
    return [value for value in found if value is not None] if None not in found else []


def box_of_points(text: str | None) -> Sides | None:
    """Return the box around points ``x,y x,y …`` (or ``x y x y …``); None where there are fewer than two.

    >>> box_of_points("10,20 110,22 110,34 10,32")
    Sides(x0=10.0, y0=20.0, x1=110.0, y1=34.0)
    """
    values = numbers(text)
    xs, ys = values[0::2], values[1::2]
    if len(ys) < 2 or len(xs) != len(ys):
        return None
    return Sides(min(xs), min(ys), max(xs), max(ys))


def slope_of_points(text: str | None) -> float | None:
    """Return how far a baseline sinks for each unit to the right; None where it is no line from left to right.

    >>> slope_of_points("10,20 110,22")
    0.02
    """
    values = numbers(text)
    if len(values) < 4 or len(values) % 2:
        return None
    wide, deep = values[-2] - values[0], values[-1] - values[1]
    return deep / wide if wide > 0 and abs(deep) < wide else None


def joined_sides(sides: Iterable[Sides | None]) -> Sides | None:
    """Return the smallest box around boxes; those that are None do not count.

    >>> joined_sides([Sides(0, 0, 5, 5), None, Sides(7, 1, 9, 6)])
    Sides(x0=0, y0=0, x1=9, y1=6)
    """
    found = [s for s in sides if s is not None]
    if not found:
        return None
    return Sides(
        min(s.x0 for s in found), min(s.y0 for s in found), max(s.x1 for s in found), max(s.y1 for s in found)
    )


def block_lines(
    text: str, sides: Sides | None, direction: str = "", confidence: float | None = None
) -> list[FoundLine]:
    """Return the lines of a block of which a file has only the text and one box, each in its share of the box.

    Some ground truth, and PAGE XML and hOCR that people corrected by paragraphs, have no lines. Where the text has
    line ends they are taken, else the text is broken where its box makes it likely.

    >>> [(line.text, line.sides) for line in block_lines("水库蓄水\\n林场造林", Sides(0, 0, 40, 24))]
    [('水库蓄水', Sides(x0=0, y0=0.0, x1=40, y1=12.0)), ('林场造林', Sides(x0=0, y0=12.0, x1=40, y1=24.0))]
    >>> [line.text for line in block_lines("水库蓄水林场造林", Sides(0, 0, 40, 28))]
    ['水库蓄水', '林场造林']
    """
    rows = [row.strip() for row in text.split("\n") if row.strip()]
    if sides is None or not rows:
        return []
    vertical = direction == "vertical"
    along, across = (sides.height, sides.width) if vertical else (sides.width, sides.height)
    if len(rows) == 1:
        size = math.sqrt(along * across / (_LEADING * len(rows[0])))
        per = max(1, round(along / size)) if size > 0 else len(rows[0])
        rows = [rows[0][k : k + per] for k in range(0, len(rows[0]), per)]
    step = across / len(rows)
    return [
        FoundLine(
            [FoundWord(row, None, confidence)],
            Sides(sides.x1 - step * (k + 1), sides.y0, sides.x1 - step * k, sides.y1)
            if vertical
            else Sides(sides.x0, sides.y0 + step * k, sides.x1, sides.y0 + step * (k + 1)),
            direction=direction,
        )
        for k, row in enumerate(rows)
    ]
