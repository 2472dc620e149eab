"""Which printed lines an article has, and which part of it each line is.

An article says where its blocks are and what its parts say. Formats that give each line its place (ALTO, annotations)
need both together: a line belongs to the smallest block around it, and to the part whose characters it has.
"""

from __future__ import annotations

from functools import reduce
from itertools import groupby
from operator import add, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from classify.records import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from classify.records import Line, PrintedPage

__all__ = ["ArticleBlock", "article_blocks", "articles_by_page", "part_finder", "place_of"]

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


def articles_by_page(articles: Sequence[Mapping[str, Any]]) -> dict[int, dict[int, Mapping[str, Any]]]:
    """Return the articles that have a box on each page, by the number of the page and their index.

    >>> articles_by_page([{"boxes": [[1, 0, 0, 9, 9], [2, 0, 0, 9, 9]]}, {"boxes": []}])[2]
    {0: {'boxes': [[1, 0, 0, 9, 9], [2, 0, 0, 9, 9]]}}
    """
    found: dict[int, dict[int, Mapping[str, Any]]] = {}
    for k, article in enumerate(articles):
        for box in article["boxes"]:
            found.setdefault(box[0], {})[k] = article
    return found


def article_blocks(
    page: PrintedPage, articles: Mapping[int, Mapping[str, Any]]
) -> tuple[list[ArticleBlock], list[Line]]:
    """Return the blocks of the articles on a page in the order of the articles, and the lines that are in none.

    Parameters
    ----------
    page : PrintedPage
    articles : mapping of int to mapping
        Those on the page, by index, as `articles_by_page` gives them: a file may have thousands on other pages.

    Examples
    --------
    >>> from classify.records import Box, Line, PrintedPage
    >>> lines = (Line("林场造林忙", 1, Box(1, 40, 20, 160, 44)), Line("林场近日造林。", 2, Box(1, 40, 50, 110, 60)))
    >>> boxes = [[1, 40, 20, 160, 44], [1, 40, 50, 110, 60]]
    >>> article = {"headline": "林场造林忙", "body": "林场近日造林。", "boxes": boxes}
    >>> blocks, _ = article_blocks(PrintedPage(1, 200, 300, lines), {0: article})
    >>> [(block.part, block.lines[0].number) for block in blocks]
    [('headline', 1), ('body', 2)]
    """
    boxes = [
        (k, n, box) for k, article in articles.items()
        for n, box in enumerate(article["boxes"]) if box[0] == page.number
    ]  # fmt: skip
    boxes.sort(key=lambda item: (item[2][3] - item[2][1]) * (item[2][4] - item[2][2]))
    own: dict[tuple[int, int], list[Line]] = {}
    rest: list[Line] = []
    for line, home in zip(page.lines, _find_homes(page.lines, [box for _, _, box in boxes]), strict=True):
        if home < 0:
            rest.append(line)
        else:
            own.setdefault(boxes[home][:2], []).append(line)
    finders = {k: part_finder(articles[k]) for k in {k for k, _ in own}}
    blocks = []
    for k, n in sorted(own):
        parted = [(finders[k](line.text), line) for line in own[k, n]]
        for part, found in groupby(parted, key=itemgetter(0)):
            blocks.append(ArticleBlock(k, part, tuple([line for _, line in found])))
    return blocks, rest


def _find_homes(lines: Sequence[Line], boxes: Sequence[Sequence[float]], at_once: int = 1 << 20) -> list[int]:
    """Return the index of the first box that each line is in, −1 where there is none.

    Parameters
    ----------
    lines : sequence of Line
    boxes : sequence of (page, x0, y0, x1, y1)
    at_once : int, default=2**20
        Pairs of a line and a box that are compared at once, a few megabytes. Chosen.
    """
    if not boxes:
        return [-1] * len(lines)
    x0, y0, x1, y1 = np.array([box[1:5] for box in boxes]).T
    places = np.array([line.box[1:5] if line.box else (np.nan,) * 4 for line in lines]).reshape(-1, 4, 1)
    homes: list[int] = []
    size = max(1, at_once // len(boxes))
    for start in range(0, len(lines), size):
        a, b, c, d = np.moveaxis(places[start : start + size], 1, 0)
        held = (x0 - _SLACK <= a) & (y0 - _SLACK <= b) & (c <= x1 + _SLACK) & (d <= y1 + _SLACK)
        homes += np.where(held.any(axis=1), held.argmax(axis=1), -1).tolist()
    return homes


def part_finder(article: Mapping[str, Any]) -> Callable[[str], str]:
    """Return a function that says which part of an article a line is: the one with most of its pairs of characters.

    The pairs of each part are looked up in a table, which is made once: a page may be one article of a million lines.

    >>> byline = {"source": "本报", "reporters": ["岑雨桐"]}
    >>> find_part = part_finder({"headline": "林场造林忙", "body": "林场。", "byline": byline})
    >>> find_part("本报记者 岑雨桐"), find_part("造林忙")
    ('byline', 'headline')
    """
    held: dict[str, frozenset[str]] = {}
    for part in _PARTS:
        value = article.get(part) or ""
        if isinstance(value, dict):
            names = [v for item in value.values() for v in (item if isinstance(item, list) else [item])]
            value = "记者".join(names) if any(names) else ""
        words = "".join((value if isinstance(value, str) else "\n".join(value)).split())
        held[part] = frozenset(["", *words, *map(add, words, words[1:])])

    def find_part(text: str) -> str:
        printed = "".join(text.split())
        pairs = {printed[k : k + 2] for k in range(max(1, len(printed) - 1))}
        best, most = "body", 0.0
        for part, of_part in held.items():
            share = len(pairs & of_part) / len(pairs)
            if share > most + 1e-9:
                best, most = part, share
        return {"captions": "caption", "dateline": "body"}.get(best, best)

    return find_part
