"""The best reading of a whole page, and how probable it is.

A reading is a path through the states of `transitions`, one transition for each unit. Its score is the sum of the
evidence for its transitions, in log-odds. Two algorithms look at all paths:

* Viterbi (1967) finds the path with the highest score. Because whole paths are compared, one odd line
  does not upset the rest of the page.
* The forward-backward pass (Baum et al., 1970) sums exp(score) over all paths, and over those in which an article
  begins at a unit. The quotient is the probability that an article begins there, which becomes `split_confidence`.

Rules that cut at every lead were tried first: they give article F1 0.80 on the typeset development pages, this 0.99
(`benchmarks/splitting.py` measures both). Time and memory grow with the number of units.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classify.pages.transitions import Role, State, end_weight, score_transitions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classify.pages.transitions import Scored
    from classify.pages.units import Unit

__all__ = ["Step", "segment"]


class Step(NamedTuple):
    """The reading of one unit."""

    role: str
    """What the unit is to its article, one of `transitions.Role`."""
    begins: bool
    """Whether an article begins here."""
    p_begins: float
    """Probability of that over all readings of the page, 0–1."""


def segment(units: list[Unit], *, single: bool = False) -> list[Step]:
    """Return the best reading of a page.

    Parameters
    ----------
    units : list of Unit
        In page order.
    single : bool, default=False
        All units are one article.

    Returns
    -------
    list of Step, one for each unit

    >>> from classify.pages.units import to_units
    >>> from classify.records import Line
    >>> texts = ["林场造林忙", "", "本报讯 云港市林场近日造林。", "", "水库蓄水", "", "本报讯 石泉水库昨日蓄水。"]
    >>> [(step.role, step.begins) for step in segment(to_units([Line(text) for text in texts]))]
    [('head', True), ('body', False), ('head', True), ('body', False)]
    """
    if not units:
        return []
    scored, subheads = score_transitions(units, single=single)
    read: list[Step] = []
    path, probabilities = _find_best_path(scored), _sum_over_paths(scored)
    for t, (steps, k, p) in enumerate(zip(scored[0], path, probabilities, strict=True)):
        _, _, role, begins = steps.transitions[k]
        if role == Role.SUBHEAD and t not in subheads:
            role = Role.BODY
        read.append(Step(role, begins, p))
    return read


def _find_best_path(scored: Scored) -> list[int]:
    """Return the index of each unit's transition on the path with the highest score (Viterbi)."""
    nothing = [-math.inf] * State.COUNT
    best = nothing.copy()
    best[State.PRE] = 0.0
    back: list[bytearray] = []  # for each unit and state after it, the transition by which it is best reached
    for steps, scores in zip(*scored, strict=True):
        row, came_by = nothing.copy(), bytearray(State.COUNT)
        for (k, source, target), score in zip(steps.numbered, scores, strict=True):
            total = best[source] + score
            if total > row[target]:
                row[target] = total
                came_by[target] = k
        best = row
        back.append(came_by)
    state = max(State.ALL, key=lambda s: best[s] + end_weight(s))
    path = [0] * len(back)
    for t in range(len(back) - 1, -1, -1):
        path[t] = k = back[t][state]
        state = scored[0][t].transitions[k].source
    return path


_CHUNK = 512
"""Units whose matrices are in memory together, 0.8 MB. Chosen: it fits in the cache of a processor core."""


def _sum_over_paths(scored: Scored) -> list[float]:
    """Return the probability that an article begins at each unit (forward-backward).

    ``forward[t, s]`` is the weight of all paths up to unit `t` that end in state `s`, ``backward[t, s]`` that of all
    paths from there to the end of the page. Weights are exp(score). Both grow or shrink by up to e**60 a unit and a
    float64 holds e**±700, so every eighth row is divided by its largest entry: only quotients of entries in one row
    matter. No entry falls below 1e-200 of the largest then, so that a state which is ruled out for
    many units does not become 0 and leave the page without any path.
    """
    n = len(scored[0])
    forward, backward = np.zeros((n + 1, State.COUNT)), np.zeros((n + 1, State.COUNT))
    starts = range(0, n, _CHUNK)
    row = forward[0]
    row[State.PRE] = 1.0
    weights = matrices = np.empty(0)
    for start in starts:
        weights, matrices = _transition_matrices(scored, start)
        for t, matrix in enumerate(matrices, start + 1):
            row = np.dot(row, matrix, out=forward[t])
            if t % 8 == 0:
                np.maximum(row / row.max(), 1e-200, out=row)
    row = backward[n]
    row[:] = [math.exp(end_weight(s)) for s in State.ALL]
    probabilities: list[float] = []
    for start in reversed(starts):
        if start != starts[-1]:  # the matrices of the last chunk are still there
            weights, matrices = _transition_matrices(scored, start)
        stop = start + len(matrices)
        for t in range(stop - 1, start - 1, -1):
            row = np.dot(matrices[t - start], row, out=backward[t])
            if t % 8 == 0:
                np.maximum(row / row.max(), 1e-200, out=row)
        before, after = forward[start:stop], backward[start + 1 : stop + 1]
        all_paths = np.einsum("ti,tij,tj->t", before, matrices, after)
        begins = np.einsum("ti,tij,tj->t", before, weights[:, 1], after)
        probabilities[:0] = (begins / all_paths).tolist()
    return probabilities


def _transition_matrices(scored: Scored, start: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weights exp(score) of the transitions of up to `_CHUNK` units.

    Returns
    -------
    weights : ndarray of shape (n_units, 2, n_states, n_states)
        Of the transitions at which no article begins (0) and of those at which one begins (1), by source and target.
    matrices : ndarray of shape (n_units, n_states, n_states)
        The sum of both.
    """
    sets, scores = scored[0][start : start + _CHUNK], scored[1][start : start + _CHUNK]
    n, size = len(sets), 2 * State.COUNT**2
    cells = np.concatenate([steps.cells for steps in sets])
    cells += np.repeat(np.arange(n) * size, [len(row) for row in scores])
    flat = np.exp(np.array([score for row in scores for score in row]))
    weights = np.bincount(cells, flat, n * size).reshape(n, 2, State.COUNT, State.COUNT)
    return weights, weights.sum(axis=1)
