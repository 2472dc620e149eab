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
    find_stack,
    possible_readings,
    stack_rows,
)
from classify.pages.line_model.reading import read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.typography import GeneratedPage, PageLine
    from classify.pages.line_model.crf import LineWeights
    from classify.pages.line_model.display_stack import Parts, Stack

__all__ = ["learn_stacks"]

PENALTY = 2.0
"""The inverse variance of each weight (a Gaussian prior). Chosen."""

Example = tuple[list[list[int]], list[float], int]
"""A stack: of each of its readings the rows and the log-probability, and the number of the right one."""


def learn_stacks(
    weights: LineWeights, seeds: Sequence[int], make_page: Callable[[int], GeneratedPage]
) -> LineWeights:
    """Return the weights with those of `display_stack`, learned from the stacks of pages as they are read.

    Parameters
    ----------
    weights : LineWeights
        Of the model of lines and of `matching`.
    seeds : sequence of int
        Of the pages.
    make_page : callable
    """
    with get_context("fork").Pool(2) as pool:
        found = pool.imap(partial(find_examples, weights, make_page), seeds, chunksize=16)
        examples = [e for some in found for e in some]
    print(f"{len(examples)} stacks", file=sys.stderr, flush=True)
    return replace(weights, stack=fit(examples))


def find_examples(
    weights: LineWeights, make_page: Callable[[int], GeneratedPage], seed: int
) -> list[Example]:
    """Return the stacks of the page of a seed. Those whose right parts are not among the readings are left out."""
    page = make_page(seed)
    lines = [line for line in page.lines if line.text.strip()]
    reading = read_page([line.text for line in page.lines], weights=replace(weights, stack=None))
    found = []
    for piece in reading.pieces:
        stack = find_stack(reading.page, piece.lines, piece.states, reading.marginals)
        if stack is None:
            continue
        readings = possible_readings(len(stack.lines))
        right = right_parts(stack, lines)
        number = next((k for k, r in enumerate(readings) if r.parts == right), -1)
        if number >= 0:
            rows = [stack_rows(stack, r) for r in readings]
            found.append(([r for r, _ in rows], [chance for _, chance in rows], number))
    return found


def right_parts(stack: Stack, lines: Sequence[PageLine]) -> Parts | None:
    """Return the parts of a stack by the gold of its page, None where they are not of one article."""
    units = [lines[unit[0]] for unit in stack.lines]
    if any(line.story != units[0].story or line.role not in ROLES for line in units):
        return None
    roles = [ROLES.index(line.role) for line in units]
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
