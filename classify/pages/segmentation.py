"""The best whole reading of a page: which units make which article.

A page is read as a path through ten states (see `arcs`). Every step has a score, the sum of the evidence
for it. The path with the highest sum wins (Viterbi, 1967), so one odd line does not upset the rest; and the
same scores summed over all paths (forward-backward; Baum et al., 1970) give the probability that an article
begins at a unit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from classify.pages.transitions import N_STATES, PRE, Role, Steps, ending

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classify.pages.transitions import Scored, Shape
    from classify.pages.units import Unit

__all__ = ["Role", "Step", "segment"]

RESCALE = 8
"""Units after which the sums over all paths are scaled; one step weighs at most e**±60, a double e**±700."""
CHUNK = 512
"""Units whose matrices are in memory together: 0.4 MB, which stays in the processor's cache."""
TINY = 1e-200
"""Least share of a state among all readings: one that is ruled out for long does not sink to nothing."""


Step = tuple[str, bool, float]
"""The reading of one unit: its role, whether an article begins here, and how probable that is."""


def segment(units: list[Unit], *, single: bool = False) -> list[Step]:
    """Return the reading of each unit, all in one article if `single`; linear in time and memory."""
    if not units:
        return []
    evidence = Steps(units)
    steps = shapes, _ = evidence.all(single=single)
    chosen = _best_path(steps)
    begins = _posterior(steps)
    read: list[Step] = []
    for t, (shape, k, p) in enumerate(zip(shapes, chosen, begins, strict=True)):
        role = shape.roles[k]
        if role == Role.SUBHEAD and t not in evidence.subheads:
            role = Role.BODY
        read.append((role, shape.begins[k], p))
    return read


def _best_path(steps: Scored) -> list[int]:
    """Return which arc of each unit is on the path with the highest sum."""
    score = [-math.inf] * N_STATES
    score[PRE] = 0.0
    nothing = [-math.inf] * N_STATES
    back: list[bytearray] = []  # which the garbage collector need not look into
    shapes = steps[0]
    for shape, gains in zip(*steps, strict=True):
        row, came = nothing.copy(), bytearray(N_STATES)
        for (k, source, target), gain in zip(shape.numbered, gains, strict=True):
            total = score[source] + gain
            if total > row[target]:
                row[target] = total
                came[target] = k
        score = row
        back.append(came)
    state = max(range(N_STATES), key=lambda s: score[s] + ending(s))
    chosen = [0] * len(shapes)
    for t in range(len(shapes) - 1, -1, -1):
        chosen[t] = k = back[t][state]
        state = shapes[t].sources[k]
    return chosen


def _posterior(steps: Scored) -> list[float]:
    """Probability that an article begins at each unit, over all readings of the page."""
    shapes, scores = steps
    n = len(shapes)
    chunks = [_Chunk((shapes[a : a + CHUNK], scores[a : a + CHUNK])) for a in range(0, n, CHUNK)]
    forward, backward = np.zeros((n + 1, N_STATES)), np.zeros((n + 1, N_STATES))
    forward[0, PRE] = 1.0
    f, t = forward[0], 0
    for chunk in chunks:
        for matrix in chunk.matrices():
            t += 1
            f = np.dot(f, matrix, out=forward[t])
            if t % RESCALE == 0:
                np.maximum(f / f.max(), TINY, out=f)
    backward[n] = [math.exp(ending(s)) for s in range(N_STATES)]
    b = backward[n]
    for chunk in reversed(chunks):
        for matrix in chunk.matrices()[::-1]:
            t -= 1
            b = np.dot(matrix, b, out=backward[t])
            if t % RESCALE == 0:
                np.maximum(b / b.max(), TINY, out=b)
    out: list[float] = []
    for k, chunk in enumerate(chunks):
        a = k * CHUNK
        out += chunk.begins(forward[a : a + CHUNK], backward[a + 1 : a + 1 + CHUNK]).tolist()
    return out


class _Chunk:
    """The weights, exp(score), of the steps of some neighbouring units, those of one shape together."""

    def __init__(self, steps: Scored) -> None:
        self.size = len(steps[0])
        groups: dict[Shape, tuple[list[int], list[tuple[float, ...]]]] = {}
        for t, (shape, gains) in enumerate(zip(*steps, strict=True)):
            at, rows = groups.setdefault(shape, ([], []))
            at.append(t)
            rows.append(gains)
        self.groups = [
            (shape, np.array(at)[:, None], np.exp(np.array(rows))) for shape, (at, rows) in groups.items()
        ]

    def matrices(self) -> NDArray[np.float64]:
        """Return for each unit the weight of all its steps from each state (row) to each state (column)."""
        square = N_STATES * N_STATES
        cells = [(at * square + shape.cells).ravel() for shape, at, _ in self.groups]
        weights = [weight.ravel() for _, _, weight in self.groups]
        flat = np.bincount(np.concatenate(cells), np.concatenate(weights), self.size * square)
        return flat.astype(np.float64, copy=False).reshape(self.size, N_STATES, N_STATES)

    def begins(self, forward: NDArray[np.float64], backward: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each unit the share of the readings in which an article begins at it.

        `forward` is the weight of all readings up to each unit, by state, `backward` that of those after it.
        """
        out = np.zeros(self.size)
        for shape, at, weight in self.groups:
            here = forward[at, shape.sources] * weight * backward[at, shape.targets]
            out[at[:, 0]] = here[:, shape.begins].sum(axis=1) / here.sum(axis=1)
        return out
