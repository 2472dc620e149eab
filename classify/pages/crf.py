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
from scipy.sparse import csr_matrix

from classify.pages.features import BORDER_TEMPLATES, STATE_TEMPLATES, count_values
from classify.pages.states import BEGINS, GROUP_OF, GROUPS, START_GROUP, STATES

if TYPE_CHECKING:
    from classify.pages.features import PageLines

__all__ = ["Weights", "best_states", "load_weights", "marginals", "score"]

_NEVER = -1e4
"""Score of a transition that is not allowed, in log-odds."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The learned weights, in log-odds.

    Attributes
    ----------
    state : array, shape (n_state_features, n_states)
    border : array, shape (n_border_features, n_groups)
    bias : array, shape (n_groups,)
        Of each group of transitions.
    join, head : array, shape (n_features,)
        Of the two logistic models of `matching`.
    """

    state: Any
    border: Any
    bias: Any
    join: Any = None
    head: Any = None


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Return the weights of the package's data file."""
    with resources.files("classify.pages").joinpath("weights.npz").open("rb") as file, np.load(file) as data:
        state = np.zeros((sum(count_values(STATE_TEMPLATES)), len(STATES)), dtype=np.float32)
        border = np.zeros((sum(count_values(BORDER_TEMPLATES)), len(GROUPS)), dtype=np.float32)
        state.reshape(-1)[data["state_at"]] = data["state"] * data["scale"][0]
        border.reshape(-1)[data["border_at"]] = data["border"] * data["scale"][1]
        return Weights(state, border, data["bias"].astype(np.float32), data["join"], data["head"])


def score(page: PageLines, weights: Weights) -> tuple[Any, Any]:
    """Return the scores of the nodes of a page.

    Returns
    -------
    first : array, shape (n_states,)
        Score of each state of the first node.
    arcs : array, shape (n_nodes - 1, n_states, n_states)
        Score of each transition into each other node, the state's own score added.
    """
    own = _sum_rows(weights.state, page.state_features)
    border = _sum_rows(weights.border, page.border_features) + weights.bias
    padded = np.concatenate([border, np.full((len(border), 1), _NEVER, dtype=border.dtype)], axis=1)
    first = padded[0, START_GROUP] + own[0]
    arcs = padded[1:, GROUP_OF] + own[1:, None, :]
    return first, arcs


def _sum_rows(table: Any, rows: Any) -> Any:
    """Return the sum of some rows of a table for each node, shape (n_nodes, n_columns)."""
    n, k = rows.shape
    ones = np.ones(n * k, dtype=table.dtype)
    chosen = csr_matrix((ones, rows.reshape(-1), np.arange(0, n * k + 1, k)), shape=(n, len(table)))
    return chosen @ table


def best_states(first: Any, arcs: Any) -> Any:
    """Return the most probable sequence of states, shape (n_nodes,)."""
    n = len(arcs) + 1
    values = np.empty((n, len(first)), dtype=np.float32)
    values[0] = first
    into = np.ascontiguousarray(arcs.transpose(0, 2, 1))  # the states before in the last axis, which is the fast one
    both = np.empty((len(first), len(first)), dtype=np.float32)
    for t in range(1, n):
        np.add(into[t - 1], values[t - 1], out=both)
        both.max(axis=1, out=values[t])
    path = [int(values[-1].argmax())]
    for t in range(n - 1, 0, -1):
        path.append(int((values[t - 1] + into[t - 1, path[-1]]).argmax()))
    return np.array(path[::-1])


def marginals(first: Any, arcs: Any) -> Any:
    """Return the probability of each state of each node, shape (n_nodes, n_states)."""
    m = list(np.exp(arcs - arcs.max(axis=(1, 2), keepdims=True)).astype(np.float64))
    a = np.exp(first - first.max()).astype(np.float64)
    alpha, beta = [a], [np.ones_like(a)]
    # Four steps lose less than a float can hold, so every fourth value is scaled.
    for t, matrix in enumerate(m):
        a = a @ matrix
        if t % 4 == 3:
            a /= a.sum()
        alpha.append(a)
    b = beta[0]
    for t, matrix in enumerate(reversed(m)):
        b = matrix @ b
        if t % 4 == 3:
            b /= b.sum()
        beta.append(b)
    both = np.array(alpha) * np.array(beta[::-1])
    return both / both.sum(axis=1, keepdims=True)
