"""Lines of OCR programs cut where they run over a gutter, and joined where they are torn.

Programs that look for lines only take two columns side by side for one line, where the lines are level; where a line
changes its typeface, or justified setting has a wide gap, others make two lines of one. Neighbours show what is true: a
gap that the lines over and under it have as well is a gutter; one that they cover is not.

All coordinates are along and across the line: the axes of vertical lines are exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from classify.read.ocr.found import FoundWord, Sides, joined_sides
from classify.text.characters import HAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Fragment", "cut_at_gutters", "join_torn", "line_text", "replace_axes", "stack_letters"]

_GUTTER = 0.8
"""A gap from this multiple of the line height on may be a gutter. Chosen: gutters are 1 to 2 characters wide."""

_WIDE = 2.5
"""A gap from this multiple on is none inside a line of text. Chosen."""

_TOUCHING, _TOUCHING_DISPLAY, _TORN, _SPACED = 0.6, 1.15, 1.6, 2.2
"""Widest gaps, in type sizes, inside: text; display type; a line whose neighbours cover the gap; single letters of
display type. Chosen, as in the reader of PDF files."""

_OVERLAP = 1.0
"""The boxes of parts of a line overlap by at most so many type sizes. Chosen: punctuation that is squeezed to half its
width keeps the box of a whole character."""

_OFF = 0.35
"""The middles of parts of a line differ by at most this share of the size. Chosen."""

_DISPLAY = 1.25
"""Display type is larger than text by this factor. Chosen."""

_STACK = 3
"""Letters under one another that are a vertical line, at least. Chosen."""


@dataclass(slots=True)
class Fragment:
    """A line in the making, with places along and across it.

    Attributes
    ----------
    words : list of FoundWord
        In the order of the line, with boxes of the axes of the line.
    place : Sides
    vertical : bool
    size : float
        Type size in the units of the boxes; the height of the box until it is estimated.
    given : float or None
        Type size in points that the file has.
    face : str
    """

    words: list[FoundWord]
    place: Sides
    vertical: bool
    size: float
    given: float | None = None
    face: str = ""

    @property
    def text(self) -> str:
        """Its words without blanks."""
        return "".join(word.text for word in self.words)

    @property
    def middle(self) -> float:
        """The middle across the line."""
        return (self.place.y0 + self.place.y1) / 2


def cut_at_gutters(fragments: Sequence[Fragment], walls: Sequence[Sides]) -> list[Fragment]:
    """Return lines, those cut that run over a gutter; only where words have boxes.

    Examples
    --------
    >>> def row(y: float) -> Fragment:
    ...     left, right = Sides(0, y, 60, y + 10), Sides(72, y, 132, y + 10)
    ...     words = [FoundWord("水库开始蓄水", left), FoundWord("林场开始造林", right)]
    ...     return Fragment(words, Sides(0, y, 132, y + 10), False, 10.0)
    >>> [part.text for part in cut_at_gutters([row(0), row(15)], [])]
    ['水库开始蓄水', '林场开始造林', '水库开始蓄水', '林场开始造林']
    """
    order = sorted(fragments, key=lambda f: f.middle)
    cut: list[Fragment] = []
    for at, fragment in enumerate(order):
        gaps = [
            (k, a.sides.x1, b.sides.x0)
            for k, (a, b) in enumerate(pairwise(fragment.words), 1)
            if a.sides and b.sides and b.sides.x0 - a.sides.x1 >= _GUTTER * fragment.size
        ]
        if not gaps:
            cut.append(fragment)
            continue
        widths = sorted(b.sides.x0 - a.sides.x1 for a, b in pairwise(fragment.words) if a.sides and b.sides)
        usual = widths[len(widths) // 2] if len(widths) >= 3 else 0.0
        near = _near(order, at, 3.2 * fragment.size)
        cuts = [k for k, x0, x1 in gaps if _is_gutter(fragment, x0, x1, usual, near, walls)]
        cut += _parts(fragment, cuts)
    return cut


def _near(order: Sequence[Fragment], at: int, reach: float) -> list[Fragment]:
    """Return the lines of a sorted list whose middle is at most `reach` from that of line `at`."""
    middle, first, end = order[at].middle, at, at + 1
    while first and middle - order[first - 1].middle <= reach:
        first -= 1
    while end < len(order) and order[end].middle - middle <= reach:
        end += 1
    return [order[k] for k in range(first, end) if k != at]


def _is_gutter(
    fragment: Fragment, x0: float, x1: float, usual: float, near: Sequence[Fragment], walls: Sequence[Sides]
) -> bool:
    """Whether the gap of a line from `x0` to `x1` is between two columns."""
    if _parted(walls, fragment.middle, x0, x1):
        return True
    gap = x1 - x0 - usual
    if gap >= _WIDE * fragment.size:
        return True
    if gap < _GUTTER * fragment.size:
        return False
    middle = (x0 + x1) / 2
    beside = [
        other for other in near
        if abs(other.middle - fragment.middle) > 0.5 * fragment.size
        and other.place.x0 < x1 + 3 * fragment.size and other.place.x1 > x0 - 3 * fragment.size
    ]  # fmt: skip
    covering = sum(_covers(other, middle) for other in beside)
    return covering <= 0.25 * len(beside) if beside else gap > 1.3 * fragment.size


def _covers(fragment: Fragment, x: float) -> bool:
    """Whether ink of a line is at `x`, or may be: the line has no boxes of words."""
    if not fragment.place.x0 < x < fragment.place.x1:
        return False
    if any(word.sides is None for word in fragment.words):
        return True
    gaps = [(a.sides.x1, b.sides.x0) for a, b in pairwise(fragment.words) if a.sides and b.sides]
    return not any(x0 < x < x1 and x1 - x0 >= _GUTTER * fragment.size for x0, x1 in gaps)


def _parted(walls: Iterable[Sides], y: float, x0: float, x1: float) -> bool:
    """Whether a wall stands between x0 and x1 at height y."""
    return any(w.y0 <= y <= w.y1 and x0 - 1 <= (w.x0 + w.x1) / 2 <= x1 + 1 for w in walls)


def _parts(fragment: Fragment, cuts: Sequence[int]) -> list[Fragment]:
    """Return a line cut before the words with the indices `cuts`."""
    if not cuts:
        return [fragment]
    parts = []
    for first, end in pairwise([0, *cuts, len(fragment.words)]):
        words = fragment.words[first:end]
        place = joined_sides(word.sides for word in words) or fragment.place
        parts.append(replace(fragment, words=words, place=place, size=place.height))
    return parts


def join_torn(fragments: Sequence[Fragment], walls: Sequence[Sides], body: float) -> list[Fragment]:
    """Return lines, those joined that are parts of one.

    Parameters
    ----------
    fragments : sequence of Fragment
        Their sizes must be estimated.
    walls : sequence of Sides
        Nothing is joined across one.
    body : float
        Type size of the text of the page.

    Examples
    --------
    >>> left = Fragment([FoundWord("本报讯（记者岑雨桐）")], Sides(20, 0, 120, 10), False, 10.0)
    >>> right = Fragment([FoundWord("近日")], Sides(121, 0, 141, 10), False, 10.0)
    >>> [line.text for line in join_torn([right, left], [], 10.0)]
    ['本报讯（记者岑雨桐）近日']
    """
    order = sorted(fragments, key=lambda f: f.middle)
    joined: dict[int, Fragment] = {}
    gone: set[int] = set()
    position = {id(f): k for k, f in enumerate(order)}
    for first in sorted(order, key=lambda f: f.place.x0):
        if id(first) in gone:
            continue
        line = first
        at = position[id(first)]
        near = _near(order, at, 2.6 * first.size)
        while True:
            following = [
                f for f in near
                if id(f) not in gone and f is not first and _may_follow(line, f, body)
                and not _parted(walls, line.middle, line.place.x1, f.place.x0)
            ]  # fmt: skip
            right = min(following, key=lambda f: f.place.x0, default=None)
            if right is None or not _is_one_line(line, right, near, body):
                break
            gone.add(id(right))
            place = joined_sides([line.place, right.place])
            assert place is not None
            words = [
                *(w if w.sides else w._replace(sides=line.place) for w in line.words),
                *(w if w.sides else w._replace(sides=right.place) for w in right.words),
            ]
            face = max((line, right), key=lambda f: len(f.text)).face
            line = replace(line, words=words, place=place, face=face)
        joined[id(first)] = line
    return [joined[id(f)] for f in order if id(f) not in gone]


def _may_follow(left: Fragment, right: Fragment, body: float) -> bool:
    """Whether `right` is on the line of `left`, near its end, in its size."""
    size = left.size
    gap = right.place.x0 - left.place.x1
    return (
        left.vertical == right.vertical
        and abs(left.middle - right.middle) <= _OFF * size
        and abs(right.size - size) <= 0.12 * size
        and -_OVERLAP * size <= gap <= max(_TORN, _SPACED if size >= _DISPLAY * body else 0.0) * size
        and right.place.x0 > left.place.x0
        and right.place.x1 > left.place.x1
    )


def _is_one_line(left: Fragment, right: Fragment, near: Sequence[Fragment], body: float) -> bool:
    """Whether two parts that stand side by side are of one line."""
    size, x0, x1 = left.size, left.place.x1, right.place.x0
    gap = (x1 - x0) / size
    rows = [f for f in near if abs(f.middle - left.middle) > 0.5 * size and abs(f.size - size) <= 0.12 * size]
    begins = any(abs(f.place.x0 - x1) <= 0.3 * size for f in rows)
    ends = any(-1.5 * size <= f.place.x1 - x0 <= 0.3 * size for f in rows)
    if gap > 0.4 and begins and ends:
        return False  # a gutter
    display = size >= _DISPLAY * body
    if gap <= (_TOUCHING_DISPLAY if display else _TOUCHING):
        return True
    if len(left.text) == 1 and len(right.text) == 1:
        return gap <= (_SPACED if display else _TORN)
    return gap <= _TORN and any(
        f.place.x0 < x0 - size and f.place.x1 > x1 and abs(f.place.x1 - right.place.x1) <= size
        and -0.5 * size <= left.place.x0 - f.place.x0 <= 2.6 * size
        for f in rows
    )  # fmt: skip


def stack_letters(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Return lines, letters that stand under one another joined to vertical lines.

    Programs that know horizontal lines only make a line of each letter of a vertical headline.

    >>> places = [Sides(0, 22 * k, 20, 22 * k + 20) for k in range(4)]
    >>> letters = [Fragment([FoundWord(c)], place, False, 20.0) for c, place in zip("乡道蹲守", places)]
    >>> [(line.text, line.vertical) for line in stack_letters(letters)]
    [('乡道蹲守', True)]
    """
    single = sorted(
        (f for f in fragments if not f.vertical and len(f.text) == 1 and f.text > HAN[1]),
        key=lambda f: f.place.y0,
    )
    stacks: list[list[Fragment]] = []
    for letter in single:
        for stack in stacks:
            last = stack[-1]
            gap = letter.place.y0 - last.place.y1
            aligned = (
                abs(letter.place.x0 + letter.place.x1 - last.place.x0 - last.place.x1) <= 0.4 * last.size
            )
            if aligned and abs(letter.size - last.size) <= 0.12 * last.size and -0.3 < gap / last.size <= 1.0:
                stack.append(letter)
                break
        else:
            stacks.append([letter])
    taken = {id(f) for stack in stacks if len(stack) >= _STACK for f in stack}
    rest = [f for f in fragments if id(f) not in taken]
    for stack in stacks:
        if len(stack) >= _STACK:
            words = [replace_axes(f.words[0]._replace(sides=f.words[0].sides or f.place)) for f in stack]
            place = joined_sides(word.sides for word in words)
            assert place is not None
            rest.append(Fragment(words, place, True, place.height, stack[0].given, stack[0].face))
    return rest


def replace_axes(word: FoundWord) -> FoundWord:
    """Return a word with the axes of its box exchanged."""
    s = word.sides
    return word._replace(sides=Sides(s.y0, s.x0, s.y1, s.x1)) if s else word


def line_text(fragment: Fragment) -> str:
    """Return the text of a line with blanks where it is printed with wide gaps, or between Latin words.

    Programs that find words put a blank between any two, which says nothing in Chinese text.

    >>> words = [FoundWord("水库"), FoundWord("蓄水", None, None, True), FoundWord("AI", None, None, True)]
    >>> line_text(Fragment(words, Sides(0, 0, 50, 10), False, 10.0))
    '水库蓄水AI'
    """
    words, size = fragment.words, fragment.size
    gaps = [(b.sides.x0 - a.sides.x1) / size if a.sides and b.sides else None for a, b in pairwise(words)]
    known = sorted(gap for gap in gaps if gap is not None)
    usual = max(0.0, known[len(known) // 2]) if len(known) >= 4 else 0.0
    pieces = [words[0].text] if words else []
    for (before, after), gap in zip(pairwise(words), gaps, strict=True):
        latin = before.text[-1:].isascii() and after.text[:1].isascii()
        if latin and (after.blank_before or (gap is not None and gap > 0.2)):
            pieces.append(" ")
        elif not latin and gap is not None and gap > usual + 0.85:
            pieces.append("\u3000")
        pieces.append(after.text)
    return "".join(pieces)
