"""Which lines over a body are its label, kicker, headline and deck: one decision over all of them together.

The model of lines sees one line at a time, and takes 一线调研 over a headline for the headline as often as not. Here
whole parts are compared: how many of its words the body's opening has, how long one part is beside the headline,
whether two lines are one sentence that was broken or two. A *reading* of a stack cuts its lines into parts, each of
which has a role; the model is log-linear over all readings of a stack, and the most probable one is taken. What the
model of lines says of each line is one of the features. `benchmarks/learn_stacks.py` learns the weights from stacks
as they are read on generated pages.

Lines that stand together, right over the text of their article, are a stack. Where an extractor has torn heads from
their bodies, the words of the text below say nothing of them; then they are read when `matching` knows their body.

First and last characters are no features: with them the model learned the words of the generated kickers (rubrics of
the development pages were read no better), where it should learn what a kicker looks like beside its headline.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations, pairwise
from math import exp
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.pages.line_model.line_signs import Whole
from classify.pages.line_model.states import STATE_ROLE, STATES, LineRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.line_model.features import PageLines

__all__ = [
    "MOST_LINES",
    "N_ROWS",
    "ROLES",
    "Parts",
    "Stack",
    "StackReading",
    "best_reading",
    "find_stack",
    "possible_readings",
    "read_far_stack",
    "read_stack",
    "stack_rows",
]

ROLES = (LineRole.LABEL, LineRole.KICKER, LineRole.HEADLINE, LineRole.DECK)
"""What a part of a stack can be."""
_LABEL, _KICKER, _HEADLINE, _DECK = range(4)
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
    (_HEADLINE, _KICKER, _DECK),
    (_HEADLINE, _DECK, _KICKER),
    (_LABEL, _HEADLINE, _KICKER),
)
"""The orders of parts that are considered."""

MOST_LINES = 6
"""Lines of the longest stack that is read here; longer ones stay as they are. Chosen: few heads have more."""
_OPENING, _BODY = 250, 1500
"""Characters of the body with which the words of a part are compared. Chosen."""
_LEAST = 1e-4
"""The least probability that the model of lines is taken to give. Chosen."""
_BYLINES = (Whole.BYLINE, Whole.AUTHOR, Whole.NAME, Whole.NAMES)
_STATE_ROLES = np.array([[role == r for r in ROLES] for role in STATE_ROLE], dtype=np.float64)

Parts = tuple[tuple[int, int, int], ...]
"""The parts of a stack in order: (first line, line after the last one, role), counted in the stack."""

# -- features: each is a row of one of four tables of weights -----------------------------------------

_LENGTHS = (3, 5, 7, 9, 12, 16, 21, 29, 41)
_SHARES = (0.02, 0.12, 0.25, 0.4, 0.6, 0.8)
_RATIOS = (0.4, 0.6, 0.8, 0.95, 1.06, 1.3, 1.8, 2.5)
_DIFFERENCES = (-0.5, -0.3, -0.12, 0.12, 0.3, 0.5)
_SHORTER = (1.0, 2.5, 5.0)
"""Where lengths (characters), shares, their ratios and differences, and widths (cells) are cut into classes. Chosen."""
_L, _S, _R, _D = len(_LENGTHS) + 1, len(_SHARES) + 2, len(_RATIOS) + 1, len(_DIFFERENCES) + 1

_PART, _BORDER, _RELATION, _ORDER = range(4)
_TABLES = (
    # The number of values of each feature, and the number of columns.
    # Of a part: length, shares of opening and rest, start, end, whole, lead, function words, inside, repeated, lines.
    ((_L, _S * _S, _L * _S, 14, 14, 17, 11, 3, 8, 2 * _L, 3), len(ROLES)),
    # Of the border before a line: full, step, gap, torn, end, start, shares, couplet.
    ((4, 9, 15, 3, 14, 14, _S * _S, 2), len(ROLES) + len(ROLES) ** 2),
    # Of a part and the headline: their lengths and shares.
    ((_R * _D, _D), 2 * len(ROLES)),
    # Of an order of parts: number of lines, what follows.
    ((MOST_LINES + 1, 4), len(_ORDERS)),
)
_OFFSETS = [tuple(accumulate(sizes, initial=0)) for sizes, _ in _TABLES]
_STARTS = tuple(accumulate([o[-1] * c for o, (_, c) in zip(_OFFSETS, _TABLES, strict=True)], initial=0))
N_ROWS = _STARTS[-1]
"""Weights of features; one more is of the log-probability that the model of lines gives."""


@dataclass(frozen=True, slots=True)
class StackReading:
    """One way to read a stack.

    Attributes
    ----------
    parts : Parts
    printed : Parts
        The same with kickers for labels.
    terms : tuple of (int, tuple of int, int)
        What its score consists of: a table, what is looked up (lines of the stack), and the column.
    """

    parts: Parts
    printed: Parts
    terms: tuple[tuple[int, tuple[int, ...], int], ...]

    @classmethod
    def of(cls, parts: Parts, order: int) -> StackReading:
        """Return the reading with some parts in one of the orders."""
        n = len(ROLES)
        headline = next((start, end) for start, end, role in parts if role == _HEADLINE)
        terms: list[tuple[int, tuple[int, ...], int]] = [(_ORDER, (), order)]
        for start, end, role in parts:
            terms.append((_PART, (start, end), role))
            terms += [(_BORDER, (k,), role) for k in range(start + 1, end)]
            if role != _HEADLINE:
                terms.append((_RELATION, (start, end, *headline), 2 * role + (start > headline[0])))
        terms += [(_BORDER, (b[0],), n + n * a[2] + b[2]) for a, b in pairwise(parts)]
        printed = tuple([(start, end, _KICKER if role == _LABEL else role) for start, end, role in parts])
        return cls(parts, printed, tuple(terms))


@lru_cache(maxsize=MOST_LINES)
def possible_readings(n: int) -> tuple[StackReading, ...]:
    """Return all readings of a stack of `n` lines.

    >>> [reading.parts for reading in possible_readings(2)][:3]
    [((0, 2, 2),), ((0, 1, 1), (1, 2, 2)), ((0, 1, 0), (1, 2, 2))]
    """
    return tuple(
        StackReading.of(tuple(zip((0, *cuts), (*cuts, n), order, strict=True)), number)
        for number, order in enumerate(_ORDERS)
        for cuts in combinations(range(1, n), len(order) - 1)
    )


class Stack:
    """Display lines over the text of their article, and what is known of them.

    Attributes
    ----------
    lines : list of list of int
        Indices of the lines of the page, in order; those of a vertical line, one character each, together.
    chances : array, shape (n_lines, n_roles)
        The log of the probability of each role of each line, as the model of lines has it.
    """

    def __init__(
        self, page: PageLines, lines: list[list[int]], body: list[int], marginals: Any, following: int
    ) -> None:
        self.lines = lines
        a = page.attributes
        first = [line[0] for line in lines]
        nodes = np.maximum(0, page.nodes.searchsorted(first, side="right") - 1)
        self.chances = np.log(np.maximum(_LEAST, marginals[nodes] @ _STATE_ROLES))
        self._lengths = [sum([len("".join(page.texts[i].split())) for i in line]) for line in lines]
        self._widths = [sum([page.widths[i] for i in line]) for line in lines]
        self._signs = {name: a[name][first].tolist() for name in (
            "start", "whole", "opening", "function_words", "inside", "repeated", "step", "gap", "gap_habit", "torn",
        )}  # fmt: skip
        self._signs["end"] = a["end"][[line[-1] for line in lines]].tolist()
        self._pairs = [frozenset(page.pairs.of_lines(line).tolist()) for line in lines]
        body = body[: _BODY + 1]  # no line is empty; a body may be as long as the page, and have many heads
        sizes = list(accumulate([len(page.texts[i]) for i in body]))
        cut, end = max(1, bisect_right(sizes, _OPENING)), bisect_right(sizes, _BODY) + 1
        self._opening = frozenset(page.pairs.of_lines(body[:cut]).tolist())
        self._rest = frozenset(page.pairs.of_lines(body[cut:end]).tolist())
        self._following = 2 if a["opening"][following] else 3 if a["whole"][following] in _BYLINES else 1
        self._words: dict[tuple[int, int], tuple[int, float, float]] = {}

    def rows(self, table: int, key: tuple[int, ...]) -> list[int]:
        """Return the rows of a table that the features of some lines have."""
        if table == _PART:
            values = self._part(*key)
        elif table == _BORDER:
            values = self._border(*key)
        elif table == _RELATION:
            values = self._relation(*key)
        else:
            values = (len(self.lines), self._following)
        return [offset + value for offset, value in zip(_OFFSETS[table], values, strict=False)]

    def _words_of(self, start: int, end: int) -> tuple[int, float, float]:
        """Return the length of a part and the shares of its pairs that the opening and the rest of the body have.

        A share is −1 where there are too few pairs.
        """
        if (start, end) not in self._words:
            pairs = self._pairs[start] if end - start == 1 else frozenset().union(*self._pairs[start:end])
            n = len(pairs)
            shares = (len(pairs & self._opening) / n, len(pairs & self._rest) / n) if n > 1 else (-1.0, -1.0)
            self._words[start, end] = (sum(self._lengths[start:end]), *shares)
        return self._words[start, end]

    def _part(self, start: int, end: int) -> tuple[int, ...]:
        s = self._signs
        size, opening, rest = self._words_of(start, end)
        length, share = bisect_right(_LENGTHS, size), _share_class(opening)
        return (
            length, share * _S + _share_class(rest), length * _S + share, s["start"][start], s["end"][end - 1],
            s["whole"][start] if end - start == 1 else 0, s["opening"][start],
            min(2, sum(s["function_words"][start:end])), s["inside"][start],
            max(s["repeated"][start:end]) * _L + length, min(end - start, 3) - 1,
        )  # fmt: skip

    def _border(self, k: int) -> tuple[int, ...]:
        s = self._signs
        shares = [_share_class(self._words_of(line, line + 1)[1]) for line in (k - 1, k)]
        return (
            bisect_right(_SHORTER, max(self._widths) - self._widths[k - 1]), s["step"][k],
            s["gap"][k] * 5 + s["gap_habit"][k], s["torn"][k], s["end"][k - 1], s["start"][k],
            shares[0] * _S + shares[1], int(self._lengths[k] == self._lengths[k - 1]),
        )  # fmt: skip

    def _relation(self, *key: int) -> tuple[int, ...]:
        size, opening, rest = self._words_of(*key[:2])
        headline_size, headline_opening, headline_rest = self._words_of(*key[2:])
        ratio = bisect_right(_RATIOS, size / headline_size)
        return (
            ratio * _D + bisect_right(_DIFFERENCES, opening - headline_opening),
            bisect_right(_DIFFERENCES, rest - headline_rest),
        )


def _share_class(share: float) -> int:
    return bisect_right(_SHARES, share) if share >= 0 else _S - 1


def stack_rows(stack: Stack, reading: StackReading) -> tuple[list[int], float]:
    """Return which of the weights a reading has, and the log-probability that the model of lines gives it."""
    rows = [
        _STARTS[table] + row * _TABLES[table][1] + column
        for table, key, column in reading.terms
        for row in stack.rows(table, key)
    ]
    return rows, sum([float(stack.chances[start:end, role].sum()) for start, end, role in reading.parts])


def best_reading(stack: Stack, weights: Any) -> StackReading:
    """Return the most probable reading of a stack.

    A label and a kicker are often alike, and what is printed of both is the same. So readings that differ in this
    only count together, lest a headline and a deck win because two other readings share the rest.

    Parameters
    ----------
    stack : Stack
    weights : array, shape (N_ROWS + 1,)
        Of the features, then of the log-probability that the model of lines gives.
    """
    tables = [
        weights[start : start + offsets[-1] * columns].reshape(-1, columns)
        for start, offsets, (_, columns) in zip(_STARTS, _OFFSETS, _TABLES, strict=False)
    ]
    known: dict[tuple[int, tuple[int, ...]], list[float]] = {}
    scores = []
    readings = possible_readings(len(stack.lines))
    for reading in readings:
        score = 0.0
        for table, key, column in reading.terms:
            values = known.get((table, key))
            if values is None:
                found = tables[table].take(stack.rows(table, key), axis=0).sum(axis=0)
                if table == _PART:
                    found = found + weights[-1] * stack.chances[key[0] : key[1]].sum(axis=0)
                values = known[table, key] = found.tolist()
            score += values[column]
        scores.append(score)
    top = max(scores)
    alike: dict[Parts, float] = {}
    for score, reading in zip(scores, readings, strict=True):
        alike[reading.printed] = alike.get(reading.printed, 0.0) + exp(score - top)
    best = max(alike, key=alike.__getitem__)
    return max(zip(scores, readings, strict=True), key=lambda pair: (pair[1].printed == best, pair[0]))[1]


def find_stack(page: PageLines, lines: Sequence[int], states: Sequence[int], marginals: Any) -> Stack | None:
    """Return the display lines over the body of a piece, or None where there is nothing to decide.

    Parameters
    ----------
    page : PageLines
    lines, states : sequence of int
        Of the piece.
    marginals : array, shape (n_nodes, n_states)
        The probability of each state, as the model of lines has it.
    """
    roles = [STATE_ROLE[state] for state in states]
    display = [i for i, role in zip(lines, roles, strict=True) if role in ROLES]
    if len(display) < 2 or LineRole.BODY not in roles:
        return None
    if display[-1] - display[0] >= len(display) or display[-1] + 1 not in lines:
        return None
    units = _join_vertical(page, display)
    if not 2 <= len(units) <= MOST_LINES:
        return None
    body = [i for i, role in zip(lines, roles, strict=True) if role in (LineRole.BODY, LineRole.SUBHEAD)]
    return Stack(page, units, body, marginals, display[-1] + 1)


def _join_vertical(page: PageLines, display: Sequence[int]) -> list[list[int]]:
    """Return display lines, those of a vertical line, one character each, together."""
    units: list[list[int]] = []
    for i in display:
        if units and i == units[-1][-1] + 1 and len(page.texts[i - 1]) == len(page.texts[i]) == 1:
            units[-1].append(i)
        else:
            units.append([i])
    return units


def read_stack(
    page: PageLines, lines: Sequence[int], states: list[int], marginals: Any, weights: Any
) -> list[int]:
    """Return the states of the lines of a piece, those of its stack as they are most probable together.

    The first arguments are those of `find_stack`; `weights` has the shape (N_ROWS + 1,).
    """
    stack = find_stack(page, lines, states, marginals)
    if stack is None:
        return states
    decided = _decide(stack, weights)
    return [decided.get(i, state) for i, state in zip(lines, states, strict=True)]


def read_far_stack(
    page: PageLines, head: tuple[Sequence[int], Sequence[int]], body: list[int], marginals: Any, weights: Any
) -> list[int]:
    """Return the states of the lines of a head that stands apart from its body, read as if it stood over it.

    Parameters
    ----------
    page : PageLines
    head : tuple of two sequences of int
        Its lines and their states.
    body : list of int
        The lines of the body.
    marginals, weights : array
        As for `read_stack`.
    """
    lines, states = head
    roles = [STATE_ROLE[state] for state in states]
    display = [i for i, role in zip(lines, roles, strict=True) if role in ROLES]
    units = _join_vertical(page, display)
    if (
        not body
        or not 1 <= len(units) <= MOST_LINES
        or len(units) == len(display) == roles.count(LineRole.LABEL)
    ):
        return list(states)
    decided = _decide(Stack(page, units, body, marginals, body[0]), weights)
    return [decided.get(i, state) for i, state in zip(lines, states, strict=True)]


def _decide(stack: Stack, weights: Any) -> dict[int, int]:
    """Return the state of each line of a stack, as they are most probable together."""
    return {
        i: STATES.index(ROLES[role])
        for start, end, role in best_reading(stack, weights).parts
        for line in stack.lines[start:end]
        for i in line
    }
