"""What extractors do to a page as a whole, undone before its lines are read.

A shadowed headline is two layers of text, so some extractors print every line twice, one under the other or one beside
the other. Some begin a new line where punctuation was set closer than usual, in the middle of a printed line.
Vertically set text comes with one character on each line (`vertical`). Raster order gives the lines of two columns
alternately: then a word goes on two lines further down, not on the next one. Where words go on neither there nor here,
the columns are mixed in a way that nothing in the text undoes, and the page says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from classify.pages.line_model.vertical import join_vertical
from classify.text.characters import BLANK, HAN, cells
from classify.text.words import find_torn_words

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Repaired", "repair"]


class _Limits:
    """From where on a page counts as damaged; all of them were chosen."""

    TWICE = 0.3
    """A page is printed twice when this share of its lines repeats the line before, or itself. Chosen: other pages have
    less than 0.03, such pages more than 0.45, since notices and headlines may repeat by themselves."""
    SHADOW = 6
    """Characters from which on a line that is printed twice is one with its shadow. Chosen: rows of a table that
    repeat are shorter."""
    WORDS = 80
    """Line ends at most that are looked at to see in which order lines go on: an even sample of the page. Chosen."""
    FEWEST = 8
    """Line ends without which nothing can be said of the order. Chosen."""
    MIXED = 0.22
    """On a page in order a word runs over at least this share of the ends of full lines. Chosen: 0.29 to 0.69 on the
    development pages whose columns are whole, 0.08 to 0.20 where their lines are mixed."""
    IN_ORDER = 0.3
    """From this share on a page is in order, whatever else. Chosen: see above."""
    ROWS_AROUND = 10
    """Lines before and after a piece of a line from which the width of its column is taken. Chosen."""
    NARROWEST = 5
    """A column is wider than so many characters. Chosen."""


_ENDS_OPEN = re.compile(f"[{HAN}]$")
_CLOSING = tuple("，。、；：？！”’」）》】")


@dataclass(slots=True)
class Repaired:
    """A page that can be read line by line.

    Attributes
    ----------
    texts : list of str
        The lines in reading order, blank ones included.
    groups : list of list of int
        Which lines of the page each of them is, by index.
    vertical : bool
        The page has one character on each line.
    mixed : bool
        The lines of its columns are mixed, and could not be taken apart.
    """

    texts: Sequence[str]
    groups: list[list[int]]
    vertical: bool = False
    mixed: bool = False


def repair(texts: Sequence[str]) -> Repaired:
    """Return the lines of a page, each once and in an order that can be read.

    Parameters
    ----------
    texts : sequence of str
        The lines of a page, blank ones included.

    >>> page = repair(["水库蓄水", "水库蓄水", "昨日，水库", "昨日，水库"])
    >>> page.texts, page.groups
    (['水库蓄水', '昨日，水库'], [[0, 1], [2, 3]])
    """
    groups = _join_repeated(texts)
    once: Sequence[str] = (
        [_print_once(texts[g[0]]) if len(texts[g[0]]) < _LONGEST else texts[g[0]] for g in groups]
        if _has_pieces_twice(texts)
        else [texts[g[0]] for g in groups]
    )
    once, groups = _join_rows(once, groups)
    vertical = join_vertical(once)
    if vertical is not None:
        joined = ["".join([once[k].strip() for k in group]) for group in vertical]
        return Repaired(joined, [[i for k in group for i in groups[k]] for group in vertical], vertical=True)
    follow = _share_of_words(once, 1)
    if follow is None or follow >= _Limits.IN_ORDER:
        return Repaired(once, groups)
    skip = _share_of_words(once, 2)
    if skip is not None and skip >= 2 * follow + _Limits.MIXED / 2:
        order = _take_apart(once)
        return Repaired([once[k] for k in order], [groups[k] for k in order])
    return Repaired(once, groups, mixed=follow < _Limits.MIXED)


def _join_repeated(texts: Sequence[str]) -> list[list[int]]:
    """Return the lines of a page, those together that are the same line printed twice."""
    stripped = [text.strip(BLANK) for text in texts]
    printed = sum(map(bool, stripped))
    same = [i > 0 and bool(text) and text == stripped[i - 1] for i, text in enumerate(stripped)]
    told = sum([again and len(text) > 1 for again, text in zip(same, stripped, strict=True)])
    if told <= _Limits.TWICE * printed or (told < 4 and printed > 4):
        if not told:
            return [[i] for i in range(len(texts))]
        # On other pages a headline may have a shadow.
        same = [again and len(stripped[i]) >= _Limits.SHADOW for i, again in enumerate(same)]
    groups: list[list[int]] = []
    for i, repeats in enumerate(same):
        if repeats and len(groups[-1]) == 1:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


_OPENING = tuple("“‘（《「『【")
_DOUBLED = tuple("，。、；：”’）》」』】")


def _join_rows(texts: Sequence[str], groups: list[list[int]]) -> tuple[Sequence[str], list[list[int]]]:
    """Return a page with the pieces of each printed line together.

    Where two marks follow one another (《条例》），) typesetters move them closer, and some extractors begin a new line
    there. A piece goes on in the same printed line where both together are hardly wider than the column around them.

    >>> lines = ["实施《城市无障碍建设条例》", "（简称《条例》", "）", "，启动无障碍", "城市建设。残疾人的出行更便"]
    >>> _join_rows(lines, [[k] for k in range(5)])[0]
    ['实施《城市无障碍建设条例》', '（简称《条例》），启动无障碍', '城市建设。残疾人的出行更便']
    """
    pieces = [
        i for i in range(1, len(texts))
        if (
            texts[i].startswith(_DOUBLED)
            or (texts[i].startswith(_OPENING) and texts[i - 1].endswith(_DOUBLED))
        )
        and texts[i - 1].strip(BLANK)
    ]  # fmt: skip
    if not pieces:
        return texts, groups
    joined = list(texts)
    out = [list(group) for group in groups]
    width = lru_cache(maxsize=4 * _Limits.ROWS_AROUND)(lambda k: round(cells(texts[k])))
    for i in pieces:
        k = i - 1
        while not out[k]:
            k -= 1
        near = range(max(0, i - _Limits.ROWS_AROUND), min(len(texts), i + _Limits.ROWS_AROUND))
        around = [width(j) for j in near if texts[j]]
        column = max(set(around), key=lambda width: (around.count(width), width))
        if column > _Limits.NARROWEST and cells(joined[k]) + cells(texts[i]) <= column + 1:
            joined[k] += texts[i]
            out[k] += out[i]
            joined[i], out[i] = "", []
    kept = [i for i, group in enumerate(out) if group]
    return [joined[i] for i in kept], [out[i] for i in kept]


def _print_once(text: str) -> str:
    """Return a line of a page printed twice with its pieces once each.

    Where figures have a font of their own, each piece of a line is printed twice, not the line.

    >>> _print_once("水库蓄水 水库蓄水"), _print_once("自公告起 自公告起30日内申报 日内申报")
    ('水库蓄水', '自公告起30日内申报')
    >>> _print_once("水库蓄水 水 库 蓄 水"), _print_once("水库 蓄水")
    ('水库蓄水', '水库 蓄水')
    """
    pieces = text.split()
    if len(pieces) < 2:
        return text
    squeezed = "".join(pieces)
    half = len(squeezed) // 2
    if squeezed[:half] == squeezed[half:]:
        letters = [k for k, c in enumerate(text) if not c.isspace()]
        return text[letters[0] : letters[half]].rstrip()
    once = pieces[0]
    for piece in pieces[1:]:
        longest = min(len(once), len(piece))
        shared = next((k for k in range(longest, 1, -1) if once.endswith(piece[:k])), 0)
        once += piece[shared:] if shared else f" {piece}"
    return once if len(once) < len(" ".join(pieces)) else text


def _has_pieces_twice(texts: Sequence[str]) -> bool:
    """Return whether the lines of a page, or their pieces, are printed twice side by side."""
    printed = [text for text in texts if 4 < len(text) < _LONGEST]
    sample = printed[:: max(1, len(printed) // _Limits.WORDS)]
    return sum(_print_once(text) is not text for text in sample) > _Limits.TWICE * max(4, len(sample))


_LONGEST = 400
"""Characters of a line that is looked at; a printed line has fewer. Chosen."""


def _share_of_words(texts: Sequence[str], step: int) -> float | None:
    """Return at which share of the ends of lines a word or a sentence goes on `step` lines further down."""
    lines = [stripped for text in texts if (stripped := text.strip(BLANK))]
    every = max(1, len(lines) // (4 * _Limits.WORDS))
    ends = [
        i for i in range(0, len(lines) - 2, every)
        if len(lines[i]) > 5 and _ENDS_OPEN.search(lines[i]) and len(lines[i + 1]) > 3 and len(lines[i + 2]) > 3
    ]  # fmt: skip
    if len(ends) < _Limits.FEWEST:
        return None
    ends = ends[:: max(1, len(ends) // _Limits.WORDS)]
    return sum(_go_on([(lines[i], lines[i + step]) for i in ends])) / len(ends)


def _go_on(pairs: Sequence[tuple[str, str]]) -> list[bool]:
    """Return for each two lines whether a word, or a sentence with its punctuation, runs over from one to the other.

    >>> _go_on([("云港市的水", "库开始蓄水"), ("云港市的水库", "开始蓄水")])
    [True, False]
    """
    torn = find_torn_words(pairs)
    return [is_torn or after.startswith(_CLOSING) for is_torn, (_, after) in zip(torn, pairs, strict=True)]


def _take_apart(texts: Sequence[str]) -> list[int]:
    """Return the lines of two columns that stand alternately, the one column after the other.

    Each line goes on in the column where a word or an open sentence does; where neither does, the columns take turns.
    """
    columns: tuple[list[int], list[int]] = ([], [])
    turn = 0
    for i, text in enumerate(texts):
        line = text.strip(BLANK)
        if not line:
            continue
        scores = []
        for k, column in enumerate(columns):
            last = texts[column[-1]].strip(BLANK) if column else ""
            score = 1.0 if k == turn else 0.0
            if last and _ENDS_OPEN.search(last) and len(line) > 1:
                score += 2.0 * _go_on([(last, line)])[0]
            elif line.startswith(_CLOSING):
                score -= 2.0  # a mark cannot follow a finished sentence
            scores.append(score)
        chosen = int(scores[1] > scores[0])
        columns[chosen].append(i)
        turn = 1 - chosen
    return [*columns[0], *columns[1]]
