"""What both readers do with the parts of an article: find the body that a caption is about, take the signature off a
body, and merge the boxes of lines to blocks.
"""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING

from classify.pages.printed import PrintedLines
from classify.text.bylines import parse_signature

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classify.records import Box, Byline, Line

__all__ = ["find_body", "merge_boxes", "pair_finder", "take_signature"]


LONG_BODY = 4_000
"""Characters of a body in which pairs are looked up in a table; a shorter one is searched. Chosen: a search through so
many takes some microseconds, and a page has few captions."""


def pair_finder(body: str) -> Callable[[str], bool]:
    """Return a function that says whether a pair of characters is in `body`.

    >>> holds = pair_finder("林场造林")
    >>> holds("场造"), holds("造场")
    (True, False)
    """
    return body.__contains__ if len(body) <= LONG_BODY else frozenset(map(add, body, body[1:])).__contains__


def find_body(text: str, bodies: Sequence[Callable[[str], bool]], home: int, *, at_home: bool) -> int | None:
    """Return the index of the body near `home` that holds most character pairs of `text`, or None.

    Bodies are given as `pair_finder` makes them. The body must hold 55 % of the pairs, and where the line is part of
    the article `home` already, 20 % more than that one. The 12 articles before and after are looked at, about a page.
    All three are chosen.
    """
    terms = "".join(text.split())
    pairs = list(set(map(add, terms, terms[1:])))
    if not pairs:
        return None
    enough = 0.55 * len(pairs)
    if at_home:
        enough = max(enough, sum(map(bodies[home], pairs)) + 0.2 * len(pairs))
    # Most bodies are out after five eighths of the pairs.
    sample, rest = pairs[: len(pairs) * 5 // 8], pairs[len(pairs) * 5 // 8 :]
    best: int | None = None
    for i in range(max(0, home - 12), min(len(bodies), home + 13)):
        if enough > len(pairs):
            break
        found = sum(map(bodies[i], sample))
        if found + len(rest) >= enough:
            found += sum(map(bodies[i], rest))
            if found >= enough:
                best, enough = i, found + 1
    return best


def take_signature(runs: list[PrintedLines]) -> Byline | None:
    """Take the closing signature （岑雨桐） off the last lines of a body, in place, and return it."""
    if not runs or not (runs[-1].printed and runs[-1].printed[-1].rstrip().endswith(("）", ")"))):
        return None
    tail: list[str] = []
    for run in reversed(runs[-2:]):
        tail = [*run.printed[-3:], *tail]
        found = parse_signature("\n".join(tail).rstrip())
        if not found:
            continue
        # Lines after the opening bracket go; it may be in the run before the last.
        for k in range(len(runs) - 1, max(-1, len(runs) - 3), -1):
            lines = list(runs[k].printed)
            while lines and "（" not in lines[-1] and "(" not in lines[-1]:
                lines.pop()
            if lines:
                at = max(lines[-1].rfind("（"), lines[-1].rfind("("))
                lines[-1] = lines[-1][:at].rstrip()
                runs[k] = PrintedLines.of(lines)
                return found[0]
            runs[k] = PrintedLines((), (), ())
    return None


def merge_boxes(lines: Sequence[Line]) -> tuple[Box, ...]:
    """Return the boxes of the blocks of an article: of neighbouring lines of one page, column and type size.

    A line joins the block before it when it shares half of its width with it, has its type size within a quarter, and
    is at most one and a half lines below or above it. All three are chosen. In vertical text, columns take
    the place of lines.
    """
    blocks: list[Box] = []
    previous: Line | None = None
    for line in lines:
        box = line.box
        if box is None:
            continue
        if blocks and previous is not None and _follows(previous, line, blocks[-1]):
            blocks[-1] = blocks[-1].joined(box)
        else:
            blocks.append(box)
        previous = line
    return tuple(blocks)


def _follows(previous: Line, line: Line, block: Box) -> bool:
    """Return whether `line` is the next one after `previous`, the last line of `block`."""
    box, other = line.box, previous.box
    if box is None or other is None or box.page != block.page or line.direction != previous.direction:
        return False
    along, across = (block.x0, block.x1, box.x0, box.x1), (block.y0, block.y1, box.y0, box.y1)
    heights = box.height, other.height
    if line.direction == "vertical":
        along, across = across, along
        heights = box.width, other.width
    sizes = (line.size or heights[0], previous.size or heights[1])
    shared = min(along[1], along[3]) - max(along[0], along[2])
    apart = max(across[2] - across[1], across[0] - across[3])
    return (
        max(sizes) <= 1.25 * min(sizes)
        and shared >= 0.5 * min(along[1] - along[0], along[3] - along[2])
        and apart <= 1.5 * max(heights)
    )
