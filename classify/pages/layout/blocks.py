"""The blocks of a page: column segments of running text, groups of display lines, bylines, and captions.

A *segment* is a run of lines of one size in one column, each a line's distance under the one before; a rule, a
headline, a picture or another measure ends it. A *display group* is a kicker, headline and deck set together.
`block_finding` makes them of lines.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from classify.pages.layout.reading import Area, PlacedLine, joined_areas
from classify.pages.printed import ends_open
from classify.text.bylines import parse_lead, parse_signature
from classify.text.characters import BULLETS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classify.records import Byline

__all__ = ["Blocks", "DisplayGroup", "NamedLines", "Segment"]

_INDENT = 0.85
"""A line that begins so many characters right of its column begins a paragraph. Chosen: indents are two characters,
rarely one."""


_DEEPEST = 2.9
"""No indent is deeper, in characters. Chosen."""


@dataclass(eq=False)
class Segment:
    """Lines of running text of one column that follow one another.

    What is known of it is worked out once; `changed` makes it forget that.
    """

    lines: list[PlacedLine]
    column: Area
    """As wide as the column, even where all lines are short."""
    subheads: set[int] = field(default_factory=set)
    """Indices of lines that are subheads."""
    jump: PlacedLine | None = None
    """The line under it that says that the article goes on on another page."""
    margin: float = math.inf
    """By how much the choice of what it follows and of what follows it beats the next best; see `flow`."""

    def changed(self) -> None:
        """Forget what was worked out: lines have been added or taken."""
        for name in ("area", "text", "pitch", "ends_open", "is_signed", "opens_article", "is_continued"):
            self.__dict__.pop(name, None)

    @cached_property
    def area(self) -> Area:
        """What its lines cover."""
        return joined_areas([line.area for line in self.lines])

    @property
    def size(self) -> float:
        """Type size."""
        return self.lines[0].size

    @property
    def frame(self) -> int:
        """The frame around it, −1 outside of all."""
        return self.lines[0].frame

    @cached_property
    def text(self) -> str:
        """Its lines, joined."""
        return "".join(line.text for line in self.lines)

    @cached_property
    def pitch(self) -> float:
        """Distance from line to line, in points; 0 where there is one line only."""
        steps = sorted(b.area.y0 - a.area.y0 for a, b in pairwise(self.lines))
        return steps[len(steps) // 2] if steps else 0.0

    def is_indented(self, k: int = 0) -> bool:
        """Whether line `k` begins a paragraph: some two characters right of its column or of a line beside it.

        Text that is wrapped round a picture begins further right, and so do the lines above and below.
        """
        if k in self.subheads:
            return True
        own = self.lines[k].area.x0
        edges = [line.area.x0 for line in self.lines[max(0, k - 1) : k + 2]] + [self.column.x0]
        return any(_INDENT * self.size <= own - edge <= _DEEPEST * self.size for edge in edges)

    def is_full(self, k: int = -1) -> bool:
        """Whether line `k` reaches the end of the column."""
        return self.lines[k].area.x1 >= self.column.x1 - 1.2 * self.size

    @cached_property
    def ends_open(self) -> bool:
        """Whether it stops inside a sentence."""
        return self.jump is None and not self.is_signed and ends_open(self._ending())

    @cached_property
    def is_signed(self) -> bool:
        """Whether it ends with a signature."""
        text = self._ending()
        return text.endswith(("）", ")")) and parse_signature(text) is not None

    def _ending(self) -> str:
        return "".join(line.text for line in self.lines[-3:])

    @cached_property
    def opens_article(self) -> bool:
        """Whether it begins with a lead."""
        return parse_lead("\n".join(line.text for line in self.lines[:7])) is not None

    @cached_property
    def is_continued(self) -> bool:
        """Whether it begins with 上接第1版 or the like."""
        opening = "\n".join(line.text for line in self.lines[:2])
        lead = parse_lead(opening)
        return lead is not None and "接" in opening[: lead.end]

    @property
    def has_bullet(self) -> bool:
        """Whether it begins with the mark of a brief."""
        return self.lines[0].text[:1] in BULLETS


@dataclass(eq=False)
class DisplayGroup:
    """Display lines set together: kicker, headline and deck of one article, or an advertisement."""

    lines: list[PlacedLine]
    reach: Area | None = None
    """What it stands over, where that is wider than itself: a short headline in the middle of two columns."""

    def add(self, lines: Iterable[PlacedLine]) -> None:
        """Add lines."""
        self.lines += lines
        self.__dict__.pop("area", None)

    @cached_property
    def area(self) -> Area:
        """What its lines cover."""
        return joined_areas([line.area for line in self.lines])

    @property
    def size(self) -> float:
        """Its largest type size."""
        return max(line.size for line in self.lines)

    @property
    def upright(self) -> bool:
        """Whether it runs as the text of the page does."""
        return self.lines[0].upright

    @property
    def frame(self) -> int:
        """The frame around it, −1 outside of all."""
        return self.lines[0].frame

    @property
    def text(self) -> str:
        """Its lines, joined."""
        return "".join(line.text for line in self.lines)


@dataclass(eq=False, slots=True)
class NamedLines:
    """Lines that are a byline or a credit, or a caption."""

    lines: list[PlacedLine]
    byline: Byline | None = None

    @property
    def area(self) -> Area:
        """What its lines cover."""
        return joined_areas([line.area for line in self.lines])

    @property
    def text(self) -> str:
        """Its lines, joined."""
        return "".join(line.text for line in self.lines)


@dataclass(slots=True)
class Blocks:
    """All blocks of a page."""

    segments: list[Segment]
    displays: list[DisplayGroup]
    bylines: list[NamedLines]
    captions: list[NamedLines]
