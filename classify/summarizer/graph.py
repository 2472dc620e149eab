"""The bipartite graph of units and words, and PageRank on the similarities it implies.

Two sentences are as similar as the cosine of their TF-IDF vectors: S = A Aᵀ, where A is the sparse
``(n_units, n_columns)`` matrix of weights, its rows of length 1. The n × n matrix S is never made: S x is
computed as A(Aᵀx), which costs as much as there are words. All documents of a batch are in one
block-diagonal matrix: each has columns of its own, so words of one are never compared with another's.

Stop words are not listed: a word of all sentences has the least idf anyway, and words of one character, which
in Chinese are grammar more often than content, are no terms (`reading.Words.is_term`).

Flow: `reading.Words` -> `WordGraph` -> `power_iteration` -> ranks; used by `ranking` and `keywords`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from classify.summarizer.reading import Words

    _Ints = NDArray[np.intp]
    _Floats = NDArray[np.float64]

__all__ = ["WordGraph", "power_iteration", "segment_sums"]


@dataclass(frozen=True)
class WordGraph:
    """Which unit contains which word, and with what weight: a sparse matrix A as triplets.

    Attributes
    ----------
    rows, columns : (n_weights,)
        Unit and column of each weight, ascending by row, then by column; no pair comes twice.
    values : (n_weights,)
        TF-IDF weights; the rows of A have Euclidean length 1, or are empty.
    n_units : int
    keys : (n_columns,), ascending
        ``document * len(vocabulary) + word`` of each column.
    vocabulary : list of str
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    values: NDArray[np.float64]
    n_units: int
    keys: NDArray[np.intp]
    vocabulary: list[str]

    @classmethod
    def from_words(cls, words: Words) -> WordGraph:
        """Return the graph of the units and terms of `words`.

        The weight of a word that occurs tf times in a unit, and in df of the n units of the document, is
        (1 + ln tf) (1 + ln((n + 1) / (df + 1))): sublinear tf and smooth idf as in scikit-learn's
        TfidfVectorizer. The words of a document of one sentence, and words in all sentences, keep a weight.

        >>> from classify.summarizer.reading import read
        >>> (reading,) = read(["柳湾造林。柳湾有雨。"])
        >>> WordGraph.from_words(reading.words).values.round(2)
        array([0.58, 0.81, 0.58, 0.81])
        """
        n = len(words.documents)
        size = max(1, len(words.vocabulary))
        is_term = words.is_term[words.ids]
        pairs, counts = np.unique(words.units[is_term] * size + words.ids[is_term], return_counts=True)
        rows, ids = np.divmod(pairs, size)
        keys, columns = np.unique(words.documents[rows] * size + ids, return_inverse=True)
        n_units = np.bincount(words.documents, minlength=1)[keys // size]
        df = np.bincount(columns, minlength=len(keys))
        values = (1 + np.log(counts)) * (1 + np.log((n_units + 1) / (df + 1)))[columns]
        length = np.sqrt(segment_sums(rows, values * values, n))
        return cls(rows, columns, values / length[rows], n, keys, words.vocabulary)

    def similarity_times(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return S x, ``(n_units,)``, where S is A Aᵀ without its diagonal.

        >>> from classify.summarizer.reading import read
        >>> (reading,) = read(["柳湾造林。柳湾有雨。"])
        >>> WordGraph.from_words(reading.words).similarity_times(np.array([1.0, 0.0])).round(2)
        array([0.  , 0.34])
        """
        rows, columns, values, diagonal, n_columns = self._shared_words
        column_sums = segment_sums(columns, values * x[rows], n_columns)
        return segment_sums(rows, values * column_sums[columns], self.n_units) - diagonal * x

    def column_ranks(self, ranks: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Aᵀ r, ``(n_columns,)``: the rank that each word gets from the units it is in."""
        return segment_sums(self.columns, self.values * ranks[self.rows], len(self.keys))

    def by_word(self, x: NDArray[np.float64], document: int) -> dict[str, float]:
        """Return the values of `x`, ``(n_columns,)``, by the words of one document."""
        base = document * len(self.vocabulary)
        first, last = np.searchsorted(self.keys, [base, base + len(self.vocabulary)])
        words = (self.keys[first:last] - base).tolist()
        return {self.vocabulary[w]: value for w, value in zip(words, x[first:last].tolist(), strict=True)}

    @cached_property
    def _shared_words(self) -> tuple[_Ints, _Ints, _Floats, _Floats, int]:
        """The triplets of words that two units or more share, and the diagonal of A Aᵀ over these words.

        The other words connect nothing. They are two words of three, and a fifth of the triplets.
        """
        is_shared = np.bincount(self.columns, minlength=len(self.keys)) > 1
        kept = is_shared[self.columns]
        rows, values = self.rows[kept], self.values[kept]
        columns = (np.cumsum(is_shared) - 1)[self.columns[kept]]
        diagonal = segment_sums(rows, values * values, self.n_units)
        return rows, columns, values, diagonal, int(is_shared.sum())


def segment_sums(where: NDArray[np.intp], values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return ``out``, ``(n,)``, with ``out[where[i]] += values[i]`` for all i.

    >>> segment_sums(np.array([0, 2, 0]), np.array([1.0, 2.0, 3.0]), 3)
    array([4., 0., 2.])
    """
    # bincount gives integers for no values at all.
    return np.bincount(where, values, n).astype(np.float64, copy=False)


def power_iteration(
    similarity_times: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    prior: NDArray[np.float64],
    documents: NDArray[np.intp],
    *,
    damping: float | NDArray[np.float64],
    tolerance: float = 1e-6,
) -> NDArray[np.float64]:
    """Return the PageRank of each node of a similarity graph, with a prior.

    r = (1 - d) p + d Σⱼ Sᵢⱼ rⱼ / Σₖ Sₖⱼ, scaled to sum to 1: TextRank (Mihalcea and Tarau, EMNLP 2004) with
    random jumps to p instead of anywhere (Haveliwala, WWW 2002).

    Parameters
    ----------
    similarity_times : callable
        Returns S x for x of shape ``(n,)``. S is symmetric, nowhere negative, and has no entries between
        documents.
    prior : (n,), positive
        Scaled here to sum to 1 in each document.
    documents : (n,), ascending from 0
        The document of each node.
    damping : float in [0, 1), or (n,) of them, equal within a document
        Share of a rank that comes from neighbours.
    tolerance : float, positive, default=1e-6
        Largest change of a rank in the last step, as a share of the document's mean rank.

    Returns
    -------
    ranks : (n,)
        At least 0; they sum to 1 in each document.

    Notes
    -----
    PageRank usually gives the rank of nodes without neighbours back to p. That only multiplies all ranks of a
    document by one factor, (1 - d + d × that rank) / (1 - d), which the final scaling removes; so it is left
    out here.

    A document that has converged is left alone while others go on: its ranks do not depend on the batch.

    Examples
    --------
    Nodes 0 and 1 are neighbours, node 2 has none:

    >>> similarity = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    >>> power_iteration(lambda x: similarity @ x, np.ones(3), np.zeros(3, int), damping=0.5).round(3)
    array([0.4, 0.4, 0.2])
    """
    if not len(prior):
        return prior
    firsts = np.flatnonzero(np.diff(documents, prepend=-1))
    block = np.cumsum(np.diff(documents, prepend=documents[0]) != 0)  # as `documents`, without gaps
    p = prior / np.add.reduceat(prior, firsts)[block]
    degrees = similarity_times(np.ones(len(p)))
    # Subtracting the diagonal leaves 1e-16 of rounding to nodes without neighbours.
    is_joined = degrees > 1e-12
    share = np.where(is_joined, damping / np.where(is_joined, degrees, 1.0), 0.0)

    jumps = (1 - damping) * p
    limits = tolerance / np.diff(firsts, append=len(p))
    is_moving = np.ones(len(firsts), bool)
    ranks = p
    for _ in range(200):  # the error shrinks by the damping in each step, and 0.85 ** 200 < 1e-14
        change = similarity_times(ranks * share) + jumps - ranks
        if not is_moving.all():
            change *= is_moving[block]
        ranks = ranks + change
        is_moving &= np.maximum.reduceat(np.abs(change), firsts) > limits
        if not is_moving.any():
            break
    ranks = np.maximum(ranks, 0.0)
    scaled: NDArray[np.float64] = ranks / np.add.reduceat(ranks, firsts)[block]
    return scaled
