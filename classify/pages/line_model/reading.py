"""The lines of a page to pieces: lines that follow one another and belong to one article, each line with its role.

`features` describes the lines, `crf` finds the most probable states; here the states are brought back to all lines, cut
where an article (or a further piece of one) begins, and each piece gets the probability that it begins and ends
where it does. `matching` then finds which pieces are one article.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.pages.line_model.crf import best_states, load_weights, marginals, score
from classify.pages.line_model.display_stack import read_stack
from classify.pages.line_model.features import read_features
from classify.pages.line_model.states import BEGINS, STATE_ROLE, STATES, LineRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.line_model.crf import LineWeights
    from classify.pages.line_model.features import PageLines

__all__ = ["AFTER_STATES", "PageReading", "Piece", "read_page"]

_BEGINS = np.array([state in BEGINS for state in STATES])
_OUTSIDE = np.array([state == "furniture" for state in STATES])
_PLAIN = [
    STATES.index({"resume": "body", "caption-1": "caption"}.get(s, s.removesuffix("-1"))) for s in STATES
]
AFTER_STATES = frozenset(i for i, state in enumerate(STATES) if state.endswith("-after"))
"""States of display lines that stand after the body of their article."""
_RESUME = STATES.index("resume")


@dataclass(slots=True)
class Piece:
    """Lines of one article that follow one another.

    Attributes
    ----------
    lines : list of int
        Indices of the lines, blank ones not counted.
    states : list of int
    probability : float
        That a piece begins and ends just here, 0–1.
    """

    lines: list[int]
    states: list[int]
    probability: float = 1.0
    roles: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line, state in zip(self.lines, self.states, strict=True):
            self.roles.setdefault(STATE_ROLE[state], []).append(line)

    @property
    def resumes(self) -> bool:
        """Whether the piece begins inside the body of an article."""
        return self.states[0] == _RESUME

    @property
    def has_head(self) -> bool:
        """Whether a display line is in it."""
        return (
            LineRole.HEADLINE in self.roles or LineRole.KICKER in self.roles or LineRole.LABEL in self.roles
        )

    @property
    def has_body(self) -> bool:
        """Whether running text is in it."""
        return LineRole.BODY in self.roles

    @property
    def running_lines(self) -> list[int]:
        """The lines of its body, subheads among them."""
        return sorted([*self.roles.get(LineRole.BODY, []), *self.roles.get(LineRole.SUBHEAD, [])])


@dataclass(slots=True)
class PageReading:
    """A page that was read: its lines, the pieces in order, and the lines that belong to none."""

    page: PageLines
    pieces: list[Piece]
    outside: list[int]
    marginals: Any = None
    """The probability of each state of each node, shape (n_nodes, n_states)."""

    def chances_of_beginning(self, lines: Sequence[int]) -> list[float]:
        """Return for each line the probability that an article, or a further piece of one, begins there."""
        begins = np.zeros(len(self.page.texts))
        begins[self.page.nodes] = self.marginals[:, _BEGINS].sum(axis=1)
        return [float(p) for p in begins[lines]]


def read_page(texts: Sequence[str], *, weights: LineWeights | None = None) -> PageReading:
    """Read the lines of a page.

    Parameters
    ----------
    texts : sequence of str
        The lines, blank ones included.
    weights : LineWeights or None, default=None
        None for those of the package.
    """
    weights = weights or load_weights()
    page = read_features(texts)
    if not len(page.nodes):
        return PageReading(page, [], [])
    own, border = score(page, weights)
    nodes = best_states(own, border)
    states = _all_states(nodes, page.nodes, len(page.texts))
    outside = [i for i, state in enumerate(states) if STATES[state] == "furniture"]
    pieces: list[Piece] = []
    begins = [i for i, state in enumerate(states) if _BEGINS[state]]
    if not begins:
        return PageReading(page, [], outside)
    gamma = marginals(own, border)
    probabilities = _probabilities(gamma, nodes)
    node_at = {int(line): t for t, line in enumerate(page.nodes)}
    for start, end in zip(begins, [*begins[1:], len(states)], strict=True):
        lines = [i for i in range(start, end) if not _OUTSIDE[states[i]]]
        own_states = [states[i] for i in lines]
        if weights.stack is not None:
            own_states = read_stack(page, lines, own_states, gamma, weights.stack)
        pieces.append(Piece(lines, own_states, probabilities[node_at[start]]))
    return PageReading(page, pieces, outside, gamma)


def _all_states(nodes: Any, at: Any, n: int) -> list[int]:
    """Return the state of every line: a line inside a column has that of the line before, and begins nothing."""
    index = np.searchsorted(at, np.arange(n), side="right") - 1
    states = nodes[np.maximum(index, 0)]
    own = np.zeros(n, dtype=bool)
    own[at] = True
    plain = np.array(_PLAIN)
    return [int(s) for s in np.where(own, states, plain[states])]


def _probabilities(gamma: Any, nodes: Any) -> dict[int, float]:
    """Return for each node with which a piece begins the probability that just its lines are one piece.

    It is estimated from the marginal probabilities that a piece begins at each node, as if nodes were independent: one
    begins at the first node and one right after the last (the less probable of the two counts), and none between.
    """
    n = len(nodes)
    starts = [t for t in range(n) if _BEGINS[nodes[t]]]
    found: dict[int, float] = {}
    begins = gamma[:, _BEGINS].sum(axis=1)
    for t, following in zip(starts, [*starts[1:], n], strict=True):
        p_end = float(begins[following]) if following < n else 1.0
        p_inside = float(np.prod(1.0 - begins[t + 1 : following]))
        found[t] = max(0.0, min(1.0, min(float(begins[t]), p_end) * p_inside))
    return found
