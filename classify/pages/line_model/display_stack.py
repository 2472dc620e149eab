"""Which lines over an article are its label, kicker, headline and deck: one decision over all of them together.

The model of lines sees one line at a time, and takes 一线调研 over a headline for the headline as often as not. Here
whole parts are compared: how many of its words the body's opening has, how long one part is beside the headline,
whether two lines are one sentence that was broken or two. A *reading* of a stack cuts its lines into parts, each of
which has a role; the model is log-linear over all readings of a stack, and the most probable one is taken. What the
model of lines says of each line is one of the features. `benchmarks/learn_stacks.py` learns the weights from stacks
as they are read on generated pages.

First and last characters are no features: with them the model learned the words of the generated kickers (rubrics of
the development pages were read no better), where it should learn what a kicker looks like beside its headline.

Lines just before a stack may belong to it, too: a rubric that was taken for the end of the article before, or for a
folio line. They are *doubtful*, and a reading may leave them where they were.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import exp
from typing import TYPE_CHECKING

from classify.pages.line_model.line_signs import End, Start, Whole
from classify.pages.line_model.states import LineRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.line_model.matching import Matched
    from classify.pages.line_model.reading import PageReading

__all__ = [
    "N_ROWS", "ROLES", "Reading", "Stack", "StackParts", "best_reading", "find_stacks", "possible_readings",
    "read_stacks", "stack_rows",
]  # fmt: skip

ROLES = (LineRole.LABEL, LineRole.KICKER, LineRole.HEADLINE, LineRole.DECK, LineRole.FURNITURE)
"""What a part of a stack can be; the last stands for lines that do not belong to the stack."""
_LABEL, _KICKER, _HEADLINE, _DECK, _OUTSIDE = range(5)

_ORDERS = (
    (_HEADLINE,),
    (_KICKER, _HEADLINE),
    (_LABEL, _HEADLINE),
    (_HEADLINE, _DECK),
    (_LABEL, _KICKER, _HEADLINE),
    (_KICKER, _HEADLINE, _DECK),
    (_LABEL, _HEADLINE, _DECK),
    (_LABEL, _KICKER, _HEADLINE, _DECK),
    # As an extractor gives them that has lost the order.
    (_DECK, _HEADLINE),
    (_HEADLINE, _KICKER),
    (_KICKER, _DECK, _HEADLINE),
    (_DECK, _KICKER, _HEADLINE),
    (_HEADLINE, _DECK, _KICKER),
    (_HEADLINE, _KICKER, _DECK),
    (_DECK, _HEADLINE, _KICKER),
)
"""The orders of parts that are considered."""

MOST_LINES = 6
"""Lines of the longest stack that is read here; longer ones stay as they are. Chosen: few heads have more."""
_BYLINES = (Whole.BYLINE, Whole.AUTHOR, Whole.NAME, Whole.NAMES)
_OPENING, _BODY = 250, 1500
"""Characters of the body with which the words of a part are compared. Chosen."""

Reading = tuple[tuple[int, int, int], ...]
"""The parts of a stack in order: (first line, line after the last one, role), counted in the stack."""


@dataclass(slots=True)
class Stack:
    """Display lines of one article, and what is known of them.

    Attributes
    ----------
    lines : list of list of int
        Indices of the lines of the page, in order; those of a vertical line, one character each, together.
    doubtful : int
        How many of the first lines were not read as parts of this article.
    """

    lines: list[list[int]]
    doubtful: int
    page: PageReading
    opening: frozenset[int]
    """Character pairs of the opening of the body, and of the rest of it."""
    rest: frozenset[int]
    following: int
    """What the line after the stack is: 0 unknown, 1 plain text, 2 a lead, 3 a byline."""

    @classmethod
    def of(cls, page: PageReading, lines: list[list[int]], doubtful: int, body: Sequence[int]) -> Stack:
        """Return the stack of some lines over the running text `body`."""
        size = 0
        ends = [0, 0]
        texts = page.page.texts
        for k, i in enumerate(body):
            size += len(texts[i])
            if size <= _OPENING or not k:
                ends[0] = k + 1
            ends[1] = k + 1
            if size > _BODY:
                break
        pairs = page.page.pairs
        opening = frozenset(pairs.of_lines(body[: ends[0]]).tolist())
        rest = frozenset(pairs.of_lines(body[ends[0] : ends[1]]).tolist())
        after = lines[-1][-1] + 1
        following = 0
        if after < len(texts):
            a = page.page.attributes
            following = 2 if a["opening"][after] else 3 if a["whole"][after] in _BYLINES else 1
        return cls(lines, doubtful, page, opening, rest, following)


@lru_cache(maxsize=256)
def possible_readings(n: int, doubtful: int) -> tuple[tuple[Reading, int], ...]:
    """Return all readings of a stack of `n` lines of which the first `doubtful` may not belong to it, with their order.

    >>> [reading for reading, _ in possible_readings(2, 0)][:3]
    [((0, 2, 2),), ((0, 1, 1), (1, 2, 2)), ((0, 1, 0), (1, 2, 2))]
    """
    found = []
    for outside in range(doubtful + 1):
        before = ((0, outside, _OUTSIDE),) if outside else ()
        for number, order in enumerate(_ORDERS):
            for cuts in combinations(range(outside + 1, n), len(order) - 1):
                edges = (outside, *cuts, n)
                parts = tuple(zip(edges, edges[1:], order, strict=False))
                # A doubtful line is a kicker or a label; a part of it is no headline.
                if all(
                    start >= doubtful or (role in (_LABEL, _KICKER) and end <= doubtful)
                    for start, end, role in parts
                ):
                    found.append(((*before, *parts), number))
    return tuple(found)


# -- features: rows of the table of weights -----------------------------------------------------------

_LENGTHS = (3, 5, 7, 9, 12, 16, 21, 29, 41)
_SHARES = (0.02, 0.12, 0.25, 0.4, 0.6, 0.8)
_RATIOS = (0.4, 0.6, 0.8, 0.95, 1.06, 1.3, 1.8, 2.5)
_DIFFERENCES = (-0.5, -0.3, -0.12, 0.12, 0.3, 0.5)
_KINDS = 5 + 25
"""A border lies inside a part of one of the roles, or between two of them."""

_N_LENGTH, _N_SHARE = len(_LENGTHS) + 1, len(_SHARES) + 2
_N_RATIO, _N_DIFFERENCE = len(_RATIOS) + 1, len(_DIFFERENCES) + 1

_SIZES = {
    # of a part, for each role
    "length": _N_LENGTH, "opening": _N_SHARE, "rest": _N_SHARE, "opening rest": _N_SHARE * _N_SHARE,
    "length opening": _N_LENGTH * _N_SHARE, "start": 14, "end": 14, "start end": 14 * 14, "whole": 17, "lead": 11,
    "function": 3, "inside": 8, "repeated": 2, "width": 11, "lines": 3,
    "repeated length": 2 * _N_LENGTH,
}  # fmt: skip
_BORDER_SIZES = {
    "full": 4, "step": 9, "gap": 15, "torn": 3, "end": 14, "start": 14, "column": 11, "shares": _N_SHARE * _N_SHARE,
    "couplet": 2, "overlap": 3, "adjacent": 2, "full end": 4 * 14,
}  # fmt: skip
_RELATION_SIZES = {
    "ratio": _N_RATIO, "opening": _N_DIFFERENCE, "rest": _N_DIFFERENCE, "ratio opening": _N_RATIO * _N_DIFFERENCE,
    "overlap": 3,
}  # fmt: skip
_ORDER_SIZES = {"": 1, "lines": MOST_LINES + 1, "gaps": 5, "following": 4}


def _place() -> tuple[dict[tuple[str, str], int], int]:
    """Return the first row of each feature, and the number of rows."""
    first: dict[tuple[str, str], int] = {}
    n = 0
    for kind, sizes, times in (
        ("part", _SIZES, len(ROLES)),
        ("border", _BORDER_SIZES, _KINDS),
        ("relation", _RELATION_SIZES, 2 * len(ROLES)),
        ("order", _ORDER_SIZES, len(_ORDERS)),
    ):
        for name, size in sizes.items():
            first[kind, name] = n
            n += size * times
    return first, n


_FIRST, N_ROWS = _place()


def _rows(kind: str, values: dict[str, int], case: int, times: int) -> list[int]:
    return [_FIRST[kind, name] + value * times + case for name, value in values.items()]


class StackParts:
    """The features of all parts and borders of one stack, each found when it is first asked for."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        page = stack.page.page
        a = page.attributes
        self.texts = ["".join("".join([page.texts[i] for i in line]).split()) for line in stack.lines]
        first = [line[0] for line in stack.lines]
        self.signs = {name: a[name][first].tolist() for name in (
            "start", "whole", "opening", "function_words", "inside", "repeated", "beside_after", "step", "gap",
            "gap_habit", "torn",
        )}  # fmt: skip
        self.signs["end"] = a["end"][[line[-1] for line in stack.lines]].tolist()
        self.widths = [sum([page.widths[i] for i in line]) for line in stack.lines]
        self.widest = max(self.widths)
        self.pairs = [frozenset(page.pairs.of_lines(line).tolist()) for line in stack.lines]
        self.chances = [stack.page.chances_of(i) for i in first]
        self._parts: dict[tuple[int, int], tuple[dict[str, int], int, float, float, frozenset[int]]] = {}
        self._borders: dict[int, dict[str, int]] = {}

    def shares(self, pairs: frozenset[int]) -> tuple[float, float]:
        """Return the shares of some pairs that the opening of the body and the rest of it have, −1 for too few."""
        if len(pairs) < 2:
            return -1.0, -1.0
        return len(pairs & self.stack.opening) / len(pairs), len(pairs & self.stack.rest) / len(pairs)

    def part(self, start: int, end: int) -> tuple[dict[str, int], int, float, float, frozenset[int]]:
        """Return the features of a part, its length, its two shares and its pairs."""
        if (start, end) not in self._parts:
            self._parts[start, end] = self._read_part(start, end)
        return self._parts[start, end]

    def _read_part(self, start: int, end: int) -> tuple[dict[str, int], int, float, float, frozenset[int]]:
        s = self.signs
        pairs = frozenset().union(*self.pairs[start:end])
        opening, rest = self.shares(pairs)
        text = "".join(self.texts[start:end])
        length = bisect_right(_LENGTHS, len(text))
        in_opening = bisect_right(_SHARES, opening) if opening >= 0 else _N_SHARE - 1
        in_rest = bisect_right(_SHARES, rest) if rest >= 0 else _N_SHARE - 1
        repeated = max(s["repeated"][start:end])
        features = {
            "length": length, "opening": in_opening, "rest": in_rest, "opening rest": in_opening * _N_SHARE + in_rest,
            "length opening": length * _N_SHARE + in_opening, "start": s["start"][start], "end": s["end"][end - 1],
            "start end": s["start"][start] * 14 + s["end"][end - 1],
            "whole": s["whole"][start] if end - start == 1 else 0, "lead": s["opening"][start],
            "function": min(2, sum(s["function_words"][start:end])), "inside": s["inside"][start],
            "repeated": repeated, "width": max(s["beside_after"][start:end]), "lines": min(end - start, 3) - 1,
            "repeated length": repeated * _N_LENGTH + length,
        }  # fmt: skip
        return features, len(text), opening, rest, pairs

    def border(self, k: int) -> dict[str, int]:
        """Return the features of the border before line `k`."""
        if k not in self._borders:
            self._borders[k] = self._read_border(k)
        return self._borders[k]

    def _read_border(self, k: int) -> dict[str, int]:
        s = self.signs
        shorter = self.widest - self.widths[k - 1]
        full = bisect_right((1.0, 2.5, 5.0), shorter)
        shares = []
        for line in (k - 1, k):
            opening = self.part(line, line + 1)[2]
            shares.append(bisect_right(_SHARES, opening) if opening >= 0 else _N_SHARE - 1)
        adjacent = self.stack.lines[k][0] == self.stack.lines[k - 1][-1] + 1
        return {
            "full": full, "step": s["step"][k], "gap": s["gap"][k] * 5 + s["gap_habit"][k], "torn": s["torn"][k],
            "end": s["end"][k - 1], "start": s["start"][k], "column": s["beside_after"][k - 1],
            "shares": shares[0] * _N_SHARE + shares[1], "couplet": int(len(self.texts[k]) == len(self.texts[k - 1])),
            "overlap": _overlap(self.pairs[k], self.pairs[k - 1]), "adjacent": int(adjacent),
            "full end": full * 14 + s["end"][k - 1],
        }  # fmt: skip

    def relation(self, part: tuple[int, int], headline: tuple[int, int]) -> dict[str, int]:
        """Return how a part compares with the headline."""
        _, length, opening, rest, pairs = self.part(*part)
        _, length_of_headline, opening_of_headline, rest_of_headline, pairs_of_headline = self.part(*headline)
        ratio = bisect_right(_RATIOS, length / length_of_headline)
        in_opening = bisect_right(_DIFFERENCES, opening - opening_of_headline)
        return {
            "ratio": ratio, "opening": in_opening, "rest": bisect_right(_DIFFERENCES, rest - rest_of_headline),
            "ratio opening": ratio * _N_DIFFERENCE + in_opening, "overlap": _overlap(pairs, pairs_of_headline),
        }  # fmt: skip

    def rows_of_part(self, start: int, end: int, role: int) -> list[int]:
        """Return the rows of a part in a role, its inner borders among them."""
        rows = _rows("part", self.part(start, end)[0], role, len(ROLES))
        for k in range(start + 1, end):
            rows += _rows("border", self.border(k), role, _KINDS)
        return rows

    def chance(self, start: int, end: int, role: int) -> float:
        """Return the log of the probability that the model of lines gives the lines of a part for a role."""
        return sum([self.chances[k][role] for k in range(start, end)])

    def rows_of_order(self, order: int) -> list[int]:
        """Return the rows of an order of parts."""
        values = {
            "": 0, "lines": len(self.texts), "gaps": self.signs["gap_habit"][-1], "following": self.stack.following,
        }  # fmt: skip
        return _rows("order", values, order, len(_ORDERS))


def _overlap(first: frozenset[int], second: frozenset[int]) -> int:
    """Return how much of the shorter of two parts the other has: 0 nothing, 1 something, 2 a fifth or more."""
    shared, least = len(first & second), min(len(first), len(second))
    return 0 if not shared else 1 if shared < 0.2 * least else 2


def stack_rows(
    stack: Stack, reading: Reading, order: int, parts: StackParts | None = None
) -> tuple[list[int], float]:
    """Return the rows of the features of one reading, and the log-probability that the model of lines gives it."""
    parts = parts or StackParts(stack)
    headline = next((start, end) for start, end, role in reading if role == _HEADLINE)
    rows = parts.rows_of_order(order)
    chance = 0.0
    for k, (start, end, role) in enumerate(reading):
        rows += parts.rows_of_part(start, end, role)
        chance += parts.chance(start, end, role)
        if k:
            rows += _rows("border", parts.border(start), 5 + 5 * reading[k - 1][2] + role, _KINDS)
        if role != _HEADLINE:
            case = 2 * role + (start > headline[0])
            rows += _rows("relation", parts.relation((start, end), headline), case, 2 * len(ROLES))
    return rows, chance


def best_reading(stack: Stack, weights: Sequence[float]) -> Reading:
    """Return the most probable reading of a stack.

    A label and a kicker are often alike, and what is printed of both is the same. So readings that differ in this
    only count together, lest a headline and a deck win because two other readings share the rest.

    Parameters
    ----------
    stack : Stack
    weights : sequence of float, length N_ROWS + 1
        Of the rows, then of the log-probability that the model of lines gives.
    """
    parts = StackParts(stack)
    known: dict[tuple[int, ...], float] = {}

    def total(rows: list[int]) -> float:
        return sum([weights[row] for row in rows])

    scores: list[tuple[float, Reading]] = []
    for reading, order in possible_readings(len(stack.lines), stack.doubtful):
        headline = next((start, end) for start, end, role in reading if role == _HEADLINE)
        if (order,) not in known:
            known[order,] = total(parts.rows_of_order(order))
        score = known[order,]
        before = -1
        for start, end, role in reading:
            if (start, end, role) not in known:
                chance = weights[N_ROWS] * parts.chance(start, end, role)
                known[start, end, role] = total(parts.rows_of_part(start, end, role)) + chance
            score += known[start, end, role]
            if start:
                kind = 5 + 5 * before + role
                if (start, kind) not in known:
                    known[start, kind] = total(_rows("border", parts.border(start), kind, _KINDS))
                score += known[start, kind]
            if role != _HEADLINE:
                key = (start, end, role, *headline)
                if key not in known:
                    case = 2 * role + (start > headline[0])
                    relation = parts.relation((start, end), headline)
                    known[key] = total(_rows("relation", relation, case, 2 * len(ROLES)))
                score += known[key]
            before = role
        scores.append((score, reading))
    top = max(scores)[0]
    alike: dict[Reading, float] = {}
    for score, reading in scores:
        parts = _without_labels(reading)
        alike[parts] = alike.get(parts, 0.0) + exp(score - top)
    best = max(alike, key=alike.__getitem__)
    return max([(score, reading) for score, reading in scores if _without_labels(reading) == best])[1]


@lru_cache(maxsize=4096)
def _without_labels(reading: Reading) -> Reading:
    """Return a reading with kickers for labels."""
    return tuple([(start, end, _KICKER if role == _LABEL else role) for start, end, role in reading])


# -- the stacks of a page -----------------------------------------------------------------------------

_DISPLAYS = ROLES[:_OUTSIDE]
_WIDEST_DOUBTFUL = 40
"""Cells of the widest line that may be added to a stack. Chosen."""


def find_stacks(reading: PageReading, articles: Sequence[Matched]) -> list[Stack | None]:
    """Return the display lines of each article as a stack, or None where there is nothing to decide."""
    return [_find_stack(reading, article) for article in articles]


def _find_stack(reading: PageReading, article: Matched) -> Stack | None:
    lines = sorted([i for piece in article.pieces for role in _DISPLAYS for i in piece.roles.get(role, ())])
    body = [i for piece in article.pieces for i in piece.running_lines]
    if not lines or not body:
        return None
    before = lines[0] - 1
    doubtful = int(before >= 0 and _is_doubtful(reading, before))
    units = [[before]] * doubtful
    texts = reading.page.texts
    for i in lines:
        if units and units[-1][-1] == i - 1 and len(texts[i - 1]) == len(texts[i]) == 1:
            units[-1].append(i)
        else:
            units.append([i])
    if not 2 <= len(units) <= MOST_LINES:
        return None
    return Stack.of(reading, units, doubtful, body)


def _is_doubtful(reading: PageReading, line: int) -> bool:
    """Return whether a line before a stack may be part of it: a short one that is no running text nor its end."""
    a = reading.page.attributes
    return (
        reading.role_of(line) not in (LineRole.BODY, LineRole.BYLINE)
        and reading.page.widths[line] <= _WIDEST_DOUBTFUL
        and len(reading.page.texts[line]) > 2
        and a["whole"][line] in (Whole.NONE, Whole.RUBRIC, Whole.ORGANISATION)
        and a["end"][line] not in (End.STOP, End.STOP_CLOSED, End.COMMA)
        and a["start"][line] not in (Start.CLOSING, Start.BULLET)
    )


def read_stacks(reading: PageReading, articles: Sequence[Matched], weights: Sequence[float]) -> None:
    """Set which display lines of each article are its label, kicker, headline and deck.

    Lines that were taken for the end of the article before, or for furniture, go to the article that they belong to.
    """
    owners: dict[int, Matched] = {}
    for article, stack in zip(articles, find_stacks(reading, articles), strict=True):
        if stack is None:
            continue
        parts = best_reading(stack, weights)
        article.displays = {}
        for start, end, role in parts:
            if role != _OUTSIDE:
                lines = [i for line in stack.lines[start:end] for i in line]
                article.displays.setdefault(ROLES[role], []).append(lines)
        if stack.doubtful and parts[0][2] != _OUTSIDE:
            owners[stack.lines[0][0]] = article
    if owners:
        reading.outside = [i for i in reading.outside if i not in owners]
        for article in articles:
            article.remove_lines({i for i, owner in owners.items() if owner is not article})
