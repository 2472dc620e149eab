"""Learn which display lines of an article are its label, kicker, headline and deck.

`learn_splitter` calls this after the model of lines is learned, with pages that it was not learned from, so that the
stacks of lines are such as it reads them. The weights maximise the conditional likelihood of the right readings of the
stacks, less a quadratic penalty.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.pages.line_model.display_stack import (
    N_ROWS,
    ROLES,
    StackParts,
    find_stacks,
    possible_readings,
    stack_rows,
)
from classify.pages.line_model.matching import match_pieces
from classify.pages.line_model.reading import read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.typography import GeneratedPage, PageLine
    from classify.pages.line_model.crf import Weights
    from classify.pages.line_model.display_stack import Reading, Stack

__all__ = ["learn_stacks"]

PENALTY = 2.0
"""Half the inverse variance of each weight (a Gaussian prior). Chosen: of 1, 2, 4, 8 and 16 it left the least loss on
generated pages that were held out."""

Example = tuple[list[list[int]], list[float], int]
"""A stack: of each of its readings the rows and the log-probability, and the number of the right one."""


def learn_stacks(
    weights: Weights, seeds: Sequence[int], make_page: Callable[[int], GeneratedPage]
) -> Weights:
    """Return the weights with those of `display_stack`, learned from the stacks of pages as they are read.

    Parameters
    ----------
    weights : Weights
        Of the model of lines and of `matching`.
    seeds : sequence of int
        Of the pages.
    make_page : callable
    """
    with get_context("fork").Pool(2) as pool:
        found = pool.imap(partial(find_examples, weights, make_page), seeds, chunksize=16)
        examples = [e for some in found for e in some]
    print(f"{len(examples)} stacks", file=sys.stderr, flush=True)
    return replace(weights, stack=fit(examples).tolist())


def find_examples(weights: Weights, make_page: Callable[[int], GeneratedPage], seed: int) -> list[Example]:
    """Return the stacks of the page of a seed. Those whose right parts are not among the readings are left out."""
    page = make_page(seed)
    lines = [line for line in page.lines if line.text.strip()]
    reading = read_page([line.text for line in page.lines], weights=weights)
    found = []
    for stack in find_stacks(reading, match_pieces(reading, weights)):
        if stack is None:
            continue
        readings = possible_readings(len(stack.lines), stack.doubtful)
        right = right_reading(stack, lines)
        number = next((k for k, (parts, _) in enumerate(readings) if parts == right), -1)
        if number >= 0:
            known = StackParts(stack)
            rows = [stack_rows(stack, parts, order, known) for parts, order in readings]
            found.append(([r for r, _ in rows], [chance for _, chance in rows], number))
    return found


def right_reading(stack: Stack, lines: Sequence[PageLine]) -> Reading:
    """Return the parts of a stack by the gold of its page; lines of another article do not belong to it."""
    units = [lines[unit[0]] for unit in stack.lines]
    story = _most_usual([line.story for line in units[stack.doubtful :]])
    roles = [
        ROLES.index(line.role) if line.story == story and line.role in ROLES else len(ROLES) - 1
        for line in units
    ]
    edges = [k for k in range(len(roles)) if not k or roles[k] != roles[k - 1]]
    return tuple((a, b, roles[a]) for a, b in zip(edges, [*edges[1:], len(roles)], strict=True))


def fit(examples: Sequence[Example]) -> Any:
    """Return the weights under which the right readings are most probable (L-BFGS), less a quadratic penalty.

    The last weight, of the log-probability that the model of lines gives, has none."""
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    rows = [row for readings, _, _ in examples for row in readings]
    starts = np.cumsum([0, *[len(row) for row in rows]])
    X = csr_matrix(
        (np.ones(starts[-1]), np.concatenate(rows), starts), shape=(len(rows), N_ROWS), dtype=np.float64
    )
    X_T = X.T.tocsr()
    chance = np.concatenate([c for _, c, _ in examples])
    first = np.cumsum([0, *[len(c) for _, c, _ in examples[:-1]]])
    right = first + np.array([number for _, _, number in examples])
    counts = np.array([len(c) for _, c, _ in examples])

    def loss(w: Any) -> tuple[float, Any]:
        score = X @ w[:-1] + chance * w[-1]
        top = np.maximum.reduceat(score, first)
        p = np.exp(score - np.repeat(top, counts))
        total = np.add.reduceat(p, first)
        value = float((np.log(total) + top - score[right]).sum()) + 0.5 * PENALTY * float(w[:-1] @ w[:-1])
        p /= np.repeat(total, counts)
        p[right] -= 1.0
        return value, np.concatenate([X_T @ p + PENALTY * w[:-1], [chance @ p]])

    result = minimize(loss, np.zeros(N_ROWS + 1), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    score = X @ result.x[:-1] + chance * result.x[-1]
    best = np.array([s.argmax() for s in np.split(score, first[1:])]) + first
    print(f"{result.message}; {np.mean(best == right):.4f} of the stacks right", file=sys.stderr, flush=True)
    return result.x


def _most_usual(values: Sequence[int]) -> int:
    return max(set(values), key=values.count)
