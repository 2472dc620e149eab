"""The rank of sentences: PageRank on the similarity graph, with a prior.

r = (1 - d) p + d Σⱼ Sᵢⱼ rⱼ / Σₖ Sₖⱼ: TextRank (Mihalcea and Tarau, EMNLP 2004) with the reader starting anew
not anywhere but where p says (Haveliwala, WWW 2002). A sentence without neighbours hands its rank to p. Ranks
sum to 1 in each document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Graph", "pagerank"]

TOLERANCE = 1e-6
"""Largest change of a rank in the last step, as a share of the document's mean rank."""
STEPS_MAX = 200
"""Steps at most; the error falls by `damping` a step, and 0.85 ** 200 < 1e-14."""
ALONE = 1e-12
"""A sentence whose similarities sum to less has no neighbours: rounding leaves 1e-16 of its own."""


class Graph(Protocol):
    """Symmetric similarities of n nodes, none negative."""

    def similarity_times(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return S x, ``(n,)``."""


def pagerank(
    graph: Graph,
    prior: NDArray[np.float64],
    documents: NDArray[np.intp],
    *,
    damping: float | NDArray[np.float64],
    tolerance: float = TOLERANCE,
) -> NDArray[np.float64]:
    """Return the rank of each node, ``(n,)``, at least 0 and summing to 1 in each document.

    Parameters
    ----------
    graph : Graph of n nodes
        Without edges between documents.
    prior : (n,), positive
        Scaled here to sum to 1 in each document.
    documents : (n,), ascending from 0
        The document of each node.
    damping : float in [0, 1), or (n,) of them, the same in all of a document
        Share of a rank that comes from neighbours.
    tolerance : float, positive
        Largest change of a rank in the last step, as a share of the document's mean rank.

    Notes
    -----
    A document that has converged is left as it is while others go on: its ranks don't depend on its company.
    """
    if not len(prior):
        return prior
    firsts = np.flatnonzero(np.diff(documents, prepend=-1))
    block = np.cumsum(np.diff(documents, prepend=documents[0]) != 0)  # as `documents`, without gaps
    p = prior / np.add.reduceat(prior, firsts)[block]
    degree = graph.similarity_times(np.ones(len(p)))
    joined = degree > ALONE
    share = np.where(joined, 1 / np.where(joined, degree, 1.0), 0.0)
    enough = tolerance / np.diff(firsts, append=len(p))
    going = np.ones(len(firsts), bool)
    n_going = len(firsts)
    rank = p
    start = (1 - damping) * p
    all_joined = joined.all()
    for _ in range(STEPS_MAX):
        flow = graph.similarity_times(rank * share)
        if not all_joined:
            flow = flow + np.add.reduceat(np.where(joined, 0.0, rank), firsts)[block] * p
        flow *= damping
        flow += start
        change = flow - rank
        if n_going < len(firsts):
            change *= going[block]
            rank = rank + change
        else:
            rank = flow
        going &= np.maximum.reduceat(np.abs(change, out=change), firsts) > enough
        n_going = int(np.count_nonzero(going))
        if not n_going:
            break
    rank = np.maximum(rank, 0.0)
    total: NDArray[np.float64] = rank / np.add.reduceat(rank, firsts)[block]
    return total
