"""The page model: a linear-chain conditional random field over the lines of a page.

The probability of the states y of the lines x of a page is proportional to exp(Σ state weights + Σ transition weights)
(Lafferty, McCallum and Pereira 2001). Each line adds the weights of its features for its state, and each border those
of its features for the group of its transition (`states.GROUPS`). `benchmarks/learn_splitter.py` learns the weights;
here the most probable states are found (Viterbi), and the probability of each state of each line (forward-backward).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.pages.line_model.features import count_rows
from classify.pages.line_model.states import GROUP_OF, GROUPS, START_GROUP, STATES

if TYPE_CHECKING:
    from classify.pages.line_model.features import PageLines

__all__ = ["TABLES", "LineWeights", "best_states", "load_weights", "marginals", "score"]

_NEVER = -1e4
"""Score of a transition that is not allowed, in log-odds."""


@dataclass(frozen=True, slots=True)
class LineWeights:
    """The learned weights, in log-odds.

    Attributes
    ----------
    state : array, shape (n_state_features, n_states)
    border : array, shape (n_border_features, n_groups)
    bias : array, shape (n_groups,)
        Of each group of transitions.
    join, head : array, shape (n_features,)
        Of the two logistic models of `matching`.
    stack : array or None
        Of `display_stack`; without them each line stays what it is by itself.
    """

    state: Any
    border: Any
    bias: Any
    join: Any
    head: Any
    stack: Any = None


TABLES = {"state": STATES, "border": GROUPS}
"""The tables of weights, and what their columns are."""


@lru_cache(maxsize=1)
def load_weights() -> LineWeights:
    """Return the weights of the package's data file."""
    with (
        resources.files("classify.pages.line_model").joinpath("weights.npz").open("rb") as file,
        np.load(file) as data,
    ):
        tables = {}
        for name, columns in TABLES.items():
            table = np.zeros((count_rows(name), len(columns)), dtype=np.float32)
            table.reshape(-1)[data[f"{name}_at"]] = data[name] * data[f"{name}_scale"]
            tables[name] = table
        return LineWeights(
            **tables,
            bias=data["bias"].astype(np.float32),
            join=data["join"],
            head=data["head"],
            stack=data["stack"].astype(np.float64) if "stack" in data else None,
        )


def score(page: PageLines, weights: LineWeights) -> tuple[Any, Any]:
    """Return the scores of the nodes of a page, in log-odds.

    Returns
    -------
    own : array, shape (n_nodes, n_states)
        Of each state of each node.
    border : array, shape (n_nodes, n_groups + 1)
        Of each group of transitions into each node; the last column is for transitions that are not allowed.
    """
    own = _sum_rows(weights.state, page.state_features)
    border = np.full((len(own), len(GROUPS) + 1), _NEVER, dtype=np.float32)
    border[:, :-1] = _sum_rows(weights.border, page.border_features) + weights.bias
    return own, border


def _sum_rows(table: Any, rows: Any) -> Any:
    """Return the sum of some rows of a table for each node, shape (n_nodes, n_columns).

    The rows are taken for some nodes at a time, a few megabytes, and summed by a product with ones, which is as fast as
    a product of sparse matrices and needs numpy only.
    """
    n, k = rows.shape
    sums = np.empty((n, table.shape[1]), dtype=table.dtype)
    ones = np.ones((1, k), dtype=table.dtype)
    for at in range(0, n, _ROWS):
        sums[at : at + _ROWS] = (ones @ table.take(rows[at : at + _ROWS], axis=0))[:, 0]
    return sums


_ROWS = 256
"""Nodes whose rows are summed at once. Chosen."""
_BLOCK = 2000
"""Nodes whose matrices are in memory at once, some 15 MB. Chosen."""


def _blocks(n: int) -> list[tuple[int, int]]:
    """Return the transitions of `n` nodes in blocks, each from the node that it goes into to the last, exclusive."""
    return [(a, min(n, a + _BLOCK)) for a in range(1, n, _BLOCK)]


def _transitions(own: Any, border: Any, start: int, stop: int) -> Any:
    """Return the scores of the transitions into the nodes `start` to `stop`, shape (n, n_states, n_states)."""
    return border[start:stop, GROUP_OF] + own[start:stop, None, :]


def best_states(own: Any, border: Any) -> Any:
    """Return the most probable sequence of states, shape (n_nodes,); the arguments are those that `score` returns."""
    n, k = own.shape
    values = np.empty((n, k), dtype=np.float32)
    values[0] = border[0, START_GROUP] + own[0]
    both = np.empty((k, k), dtype=np.float32)
    blocks = _blocks(n)
    into = values[:0]
    for start, stop in blocks:
        # The states before are in the last axis, which is the fast one.
        into = np.ascontiguousarray(_transitions(own, border, start, stop).transpose(0, 2, 1))
        for t in range(start, stop):
            np.add(into[t - start], values[t - 1], out=both)
            both.max(axis=1, out=values[t])
    path = [int(values[-1].argmax())]
    for start, stop in reversed(blocks):
        if stop < n:
            into = _transitions(own, border, start, stop).transpose(0, 2, 1)
        for t in range(stop - 1, start - 1, -1):
            path.append(int((values[t - 1] + into[t - start, path[-1]]).argmax()))
    return np.array(path[::-1])


def marginals(own: Any, border: Any) -> Any:
    """Return the probability of each state of each node, shape (n_nodes, n_states); rows sum to 1.

    The forward and the backward sums are scaled at every fourth node: four steps lose less than a float can hold.
    """
    n, k = own.shape
    forward, backward = np.empty((n, k)), np.empty((n, k))
    first = border[0, START_GROUP] + own[0]
    forward[0] = a = np.exp(first - first.max()).astype(np.float64)
    blocks = _blocks(n)
    matrices: list[Any] = []
    for start, stop in blocks:
        matrices = _exponentials(own, border, start, stop)
        for t, matrix in enumerate(matrices, start):
            a = a @ matrix
            if t % 4 == 0:
                a /= a.sum()
            forward[t] = a
    backward[n - 1] = b = np.ones(k)
    for start, stop in reversed(blocks):
        if stop < n:
            matrices = _exponentials(own, border, start, stop)
        for t in range(stop - 1, start - 1, -1):
            b = matrices[t - start] @ b
            if t % 4 == 0:
                b /= b.sum()
            backward[t - 1] = b
    both = forward * backward
    return both / both.sum(axis=1, keepdims=True)


def _exponentials(own: Any, border: Any, start: int, stop: int) -> list[Any]:
    """Return the exponentials of the scores of transitions; the greatest of each matrix is 1."""
    scores = _transitions(own, border, start, stop)
    return list(np.exp(scores - scores.max(axis=(1, 2), keepdims=True)).astype(np.float64))
