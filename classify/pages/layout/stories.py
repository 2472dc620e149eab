"""The record of a story: the blocks of one article, perhaps on several pages."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from classify.pages.layout.reading import Area, joined_areas

if TYPE_CHECKING:
    from classify.pages.layout.blocks import DisplayGroup, NamedLines, Segment
    from classify.pages.layout.reading import PlacedLine

__all__ = ["Story"]


@dataclass(eq=False, slots=True)
class Story:
    """The blocks of one article."""

    segments: list[Segment]
    group: DisplayGroup | None = None
    bylines: list[NamedLines] = field(default_factory=list)
    captions: list[NamedLines] = field(default_factory=list)
    jump_lines: list[PlacedLine] = field(default_factory=list)
    """What joins it to its part on another page: 上接第1版, and the headline again."""

    @property
    def area(self) -> Area:
        """What its text and headline cover."""
        areas = [segment.area for segment in self.segments]
        return joined_areas([*areas, self.group.area] if self.group else areas)

    @property
    def extent(self) -> Area:
        """What it covers with the columns that its headline is centred over, even where they have only a picture."""
        area, group = self.area, self.group
        if group is None or not group.upright:
            return area
        centre = (group.area.x0 + group.area.x1) / 2
        left, right = self.segments[0].column.x0, max(s.column.x1 for s in self.segments)
        if 2 * centre - left > right + self.segments[0].size:
            return area.joined(Area(left, area.y0, 2 * centre - left, area.y1))
        return area

    @property
    def confidence(self) -> float:
        """Probability that it begins and ends where it does, 0–1, from the least margin of its segments.

        Scores of segments are log-odds (`flow`).
        """
        margin = min(segment.margin for segment in self.segments)
        return round(1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, margin)))), 4)

    def lines(self) -> list[PlacedLine]:
        """Return all its lines."""
        found = [line for segment in self.segments for line in segment.lines]
        found += self.group.lines if self.group else []
        found += [line for block in [*self.bylines, *self.captions] for line in block.lines]
        found += [segment.jump for segment in self.segments if segment.jump is not None]
        return found + self.jump_lines
