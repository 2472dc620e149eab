"""Which printed lines an article has, and which part of it each line is.

An article says where its blocks are and what its parts say. Formats that give each line its place (ALTO, annotations)
need both together: a line belongs to the smallest block around it, and to the part whose characters it has.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from classify.records import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classify.records import Line, PrintedPage

__all__ = ["ArticleBlock", "article_blocks", "part_of", "place_of"]

_SLACK = 0.02
"""Boxes are rounded to hundredths of a point."""

_PARTS = ("headline", "kicker", "deck", "captions", "byline", "dateline", "body")
"""Parts in the order in which they are preferred where a line fits several."""


class ArticleBlock(NamedTuple):
    """Lines of one part of an article that are set together."""

    article: int
    """Index of the article."""
    part: str
    """``headline``, ``kicker``, ``deck``, ``byline``, ``caption`` or ``body``."""
    lines: tuple[Line, ...]


def place_of(lines: Sequence[Line]) -> tuple[float, float, float, float]:
    """Return the smallest box (x0, y0, x1, y1) around lines that have boxes.

    >>> from classify.records import Box, Line
    >>> place_of([Line("水库", 1, Box(1, 10, 20, 30, 30)), Line("蓄水", 2, Box(1, 10, 35, 32, 45))])
    (10, 20, 32, 45)
    """
    box = reduce(Box.joined, [line.box for line in lines if line.box is not None])
    return box.x0, box.y0, box.x1, box.y1


def article_blocks(
    page: PrintedPage, articles: Sequence[Mapping[str, Any]]
) -> tuple[list[ArticleBlock], list[Line]]:
    """Return the blocks of the articles on a page in the order of the articles, and the lines that are in none.

    Parameters
    ----------
    page : PrintedPage
    articles : sequence of mapping
        Objects of `article_object` or `labelled_object`.

    Examples
    --------
    >>> from classify.records import Box, Line, PrintedPage
    >>> lines = (Line("林场造林忙", 1, Box(1, 40, 20, 160, 44)), Line("林场近日造林。", 2, Box(1, 40, 50, 110, 60)))
    >>> boxes = [[1, 40, 20, 160, 44], [1, 40, 50, 110, 60]]
    >>> article = {"headline": "林场造林忙", "body": "林场近日造林。", "boxes": boxes}
    >>> [(block.part, block.lines[0].number) for block in article_blocks(PrintedPage(1, 200, 300, lines), [article])[0]]
    [('headline', 1), ('body', 2)]
    """
    boxes = [
        (k, n, box) for k, article in enumerate(articles)
        for n, box in enumerate(article["boxes"]) if box[0] == page.number
    ]  # fmt: skip
    boxes.sort(key=lambda item: (item[2][3] - item[2][1]) * (item[2][4] - item[2][2]))
    own: dict[tuple[int, int], list[Line]] = {}
    rest: list[Line] = []
    for line in page.lines:
        home = next(((k, n) for k, n, box in boxes if _holds(box, line)), None)
        if home is None:
            rest.append(line)
        else:
            own.setdefault(home, []).append(line)
    blocks: list[ArticleBlock] = []
    for k, n in sorted(own):
        for line in own[k, n]:
            part = part_of(line.text, articles[k])
            last = blocks[-1] if blocks else None
            if last is not None and (last.article, last.part) == (k, part) and last.lines[-1] in own[k, n]:
                blocks[-1] = last._replace(lines=(*last.lines, line))
            else:
                blocks.append(ArticleBlock(k, part, (line,)))
    return blocks, rest


def _holds(box: Sequence[float], line: Line) -> bool:
    b = line.box
    return b is not None and (
        box[1] - _SLACK <= b.x0 and box[2] - _SLACK <= b.y0
        and b.x1 <= box[3] + _SLACK and b.y1 <= box[4] + _SLACK
    )  # fmt: skip


def part_of(text: str, article: Mapping[str, Any]) -> str:
    """Return the part of an article that a line is: the one that has most of its pairs of characters.

    >>> byline = {"source": "本报", "reporters": ["岑雨桐"]}
    >>> part_of("本报记者 岑雨桐", {"headline": "林场造林忙", "body": "林场。", "byline": byline})
    'byline'
    """
    printed = "".join(text.split())
    pairs = {printed[k : k + 2] for k in range(max(1, len(printed) - 1))}
    best, most = "body", 0.0
    for part in _PARTS:
        value = article.get(part) or ""
        if isinstance(value, dict):
            names = [v for item in value.values() for v in (item if isinstance(item, list) else [item])]
            value = "记者".join(names) if any(names) else ""
        words = "".join((value if isinstance(value, str) else "\n".join(value)).split())
        share = sum(pair in words for pair in pairs) / len(pairs)
        if share > most + 1e-9:
            best, most = part, share
    return {"captions": "caption", "dateline": "body"}.get(best, best)
