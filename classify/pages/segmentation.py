"""The best reading of a whole page, and how probable it is.

A reading is a path through the states of `transitions`, one transition for each unit. Its score is the sum of the
evidence for its transitions, in log-odds. Two algorithms look at all paths:

* Viterbi (1967) finds the path with the highest score. Because whole paths are compared, one odd line
  does not upset the rest of the page.
* The forward-backward pass (Baum et al., 1970) sums exp(score) over all paths, and over those in which an article
  begins at a unit. The quotient is the probability that an article begins there, which becomes `split_confidence`.

A rule that cuts at every lead gives article F1 0.67 on the typeset development pages, this 1.00, and 0.55 against
0.99 on harder ones (`benchmarks/splitting.py`). Time and memory grow with the number of units.
"""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from classify.pages.transitions import Role, State, end_weight, score_transitions

if TYPE_CHECKING:
    from collections.abc import Collection

    from classify.pages.printed import Unit
    from classify.pages.transitions import Scored

__all__ = ["Step", "segment"]


class Step(NamedTuple):
    """The reading of one unit."""

    role: str
    """What the unit is to its article, one of `transitions.Role`."""
    begins: bool
    """Whether an article begins here."""
    p_begins: float
    """Probability of that over all readings of the page, 0–1; 0 where none begins in the best one."""


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
    path = [steps.transitions[k] for steps, k in zip(scored[0], _find_best_path(scored), strict=True)]
    probabilities = _sum_over_paths(scored, {t for t, step in enumerate(path) if step.begins})
    for t, ((_, _, role, begins), p) in enumerate(zip(path, probabilities, strict=True)):
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


def _sum_over_paths(scored: Scored, wanted: Collection[int]) -> list[float]:
    """Return the probability that an article begins at each of the units `wanted`, 0 for others (forward-backward).

    ``forward[t][s]`` is the weight of all paths up to unit `t` that end in state `s`; ``backward[s]`` that of all paths
    from a unit to the end of the page. The weight of a path is the exp of its score.

    Ten states are too few for numpy: matrix products for each unit take half as long again as these loops.
    """
    every = (
        8  # units after which weights are rescaled; they change by up to e**±60 a unit, a float holds e**±700
    )
    weights = [tuple(map(math.exp, scores)) for scores in scored[1]]
    forward: list[list[float]] = []
    row = [0.0] * State.COUNT
    row[State.PRE] = 1.0
    for t, (steps, step_weights) in enumerate(zip(scored[0], weights, strict=True), 1):
        forward.append(row)
        following = [0.0] * State.COUNT
        for source, target, weight in zip(steps.sources, steps.targets, step_weights, strict=True):
            following[target] += row[source] * weight
        row = _rescale(following) if t % every == 0 else following

    backward = [math.exp(end_weight(state)) for state in State.ALL]
    probabilities = [0.0] * len(forward)
    for t in range(len(forward) - 1, -1, -1):
        steps, step_weights = scored[0][t], weights[t]
        before = [0.0] * State.COUNT
        for source, target, weight in zip(steps.sources, steps.targets, step_weights, strict=True):
            before[source] += weight * backward[target]
        if t in wanted:
            row = forward[t]
            begins = sum(
                row[step.source] * weight * backward[step.target]
                for step, weight in zip(steps.transitions, step_weights, strict=True)
                if step.begins
            )
            probabilities[t] = begins / sum(map(mul, row, before))
        backward = _rescale(before) if t % every == 0 else before
    return probabilities


def _rescale(row: list[float]) -> list[float]:
    """Divide the weights of all states by the largest; only the quotients of weights of one row matter.

    None falls below 1e-200, so that a state which is ruled out for many units does not become 0 and leave the page
    without any path.
    """
    largest = max(row)
    return [max(weight / largest, 1e-200) for weight in row]
