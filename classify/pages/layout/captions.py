"""Whether a short block beside a picture is its caption, or a small headline, kicker or deck of a story near it.

Both are a line or two without an end mark, in another typeface than the text. What is seen of a block is added up with
weights that were learned from generated pages (`caption_weights.json`, which says from which).
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.layout.blocks import Segment
    from classify.pages.layout.reading import Area, PageView, PlacedLine

__all__ = ["SIGNS", "caption_signs", "is_caption"]

SIGNS = (
    "bias", "size", "smaller", "under", "over", "side", "flush", "centred", "inside", "marked", "lines", "text_under",
    "text_over", "display_near",
)  # fmt: skip
"""What is seen of a block beside a picture; see `caption_signs`."""

_MARKS = ("▲", "△", "▼", "◀", "▶", "↑", "↓", "←", "→", "图为", "圖為", "图①", "上图", "下图", "左图", "右图")
"""What captions begin with."""


def caption_signs(
    view: PageView, block: Segment, segments: Sequence[Segment], display: Sequence[PlacedLine]
) -> list[float]:
    """Return what is seen of a block, in the order of `SIGNS`; lengths are in its type sizes.

    Parameters
    ----------
    view : PageView
        It has at least one picture.
    block : Segment
    segments : sequence of Segment
        Those of the page, the block among them or not.
    display : sequence of PlacedLine
        The lines of larger type.
    """
    size, area = block.size, block.area
    picture = min(view.pictures, key=lambda p: _apart(p, area))
    ratio = size / view.size_in(block.frame)
    under, over = picture.gap_below(area) / size, area.gap_below(picture) / size
    near = [
        s
        for s in segments
        if s is not block and s.column.shared_width(area) > 0.5 * min(s.column.width, area.width)
    ]
    return [
        1.0,
        max(-3.0, min(3.0, 10 * math.log(ratio))),
        float(ratio < 0.98),
        float(-0.5 <= under <= 2.5 and picture.shared_width(area) > 0),
        float(-0.5 <= over <= 2.5 and picture.shared_width(area) > 0),
        float(picture.shared_width(area) <= 0),
        float(abs(area.x0 - picture.x0) <= 0.6 * size),
        float(abs(area.x0 + area.x1 - picture.x0 - picture.x1) <= size),
        float(area.x0 >= picture.x0 - size and area.x1 <= picture.x1 + size),
        float(block.text.startswith(_MARKS)),
        float(len(block.lines)),
        float(any(-0.5 <= area.gap_below(s.area) / size <= 2.0 for s in near)),
        float(any(-0.5 <= s.area.gap_below(area) / size <= 2.0 for s in near)),
        float(any(_close(line.area, area, line.size) for line in display if line.upright)),
    ]


def is_caption(
    view: PageView, block: Segment, segments: Sequence[Segment], display: Sequence[PlacedLine]
) -> bool:
    """Return whether a block beside a picture is rather its caption than a headline; for the parameters see
    `caption_signs`."""
    signs = caption_signs(view, block, segments, display)
    return sum(weight * sign for weight, sign in zip(_weights(), signs, strict=True)) > 0


@lru_cache(maxsize=1)
def _weights() -> tuple[float, ...]:
    """Return the weights of the package, as log-odds, in the order of `SIGNS`.

    >>> _weights()[SIGNS.index("smaller")] > 0
    True
    """
    data = json.loads(resources.files(__package__).joinpath("caption_weights.json").read_text("utf-8"))
    return tuple(data["signs"][name] for name in SIGNS)


def _apart(a: Area, b: Area) -> float:
    """Return the distance of two areas, 0 where they touch."""
    return max(0.0, -a.shared_width(b)) + max(0.0, -a.shared_height(b))


def _close(head: Area, area: Area, size: float) -> bool:
    """Whether a display line is right over or under an area."""
    gap = max(head.gap_below(area), area.gap_below(head))
    return head.shared_width(area) > 0 and -0.5 * size <= gap <= size
