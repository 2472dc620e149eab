"""Sentences and their words as a sparse matrix, and the similarity graph of which it is a factor.

Two sentences are as similar as the words they share weigh: the cosine of their TF-IDF vectors, S = A Aᵀ with
unit rows. The n × n matrix is never made: x ← A(Aᵀx) costs what the words cost. Documents of a batch, or
items of a bulletin, stand in one block-diagonal matrix: each has columns of its own, so no word of one is
compared with another's.

A word is a token of two characters or more that begins with a letter or digit: it leaves out punctuation and
most of what Chinese says in one character, which is grammar more often than matter. Stopwords aren't listed:
a word of all sentences has the least idf anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classify.summarizer.reading import Words

    _Ints = NDArray[np.intp]
    _Floats = NDArray[np.float64]

__all__ = ["WordGraph", "sums", "word_graph"]

FLAGS_MAX = 1 << 20
"""Largest key told apart by flags (8 MiB of them) instead of sorting, which takes ten times as long…"""
FLAGS_PER_KEY = 16
"""…where there are no more flags than this for each key."""


@dataclass(frozen=True)
class WordGraph:
    """Which row (sentence) has which word, how much: the triplets of a sparse ``(n_rows, n_columns)`` matrix.

    Attributes
    ----------
    rows, cols : (nnz,)
        Ascending by row, then by column; no pair comes twice.
    values : (nnz,)
        TF-IDF weights; rows have Euclidean length 1, or are empty.
    n_rows : int
    keys : (n_columns,), ascending
        ``document * len(vocabulary) + word`` of each column.
    vocabulary : list of str
    """

    rows: NDArray[np.intp]
    cols: NDArray[np.intp]
    values: NDArray[np.float64]
    n_rows: int
    keys: NDArray[np.intp]
    vocabulary: list[str]

    def transposed_times(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Aᵀ x, ``(n_columns,)``."""
        return sums(self.cols, self.values * x[self.rows], len(self.keys))

    def similarity_times(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return S x, ``(n_rows,)``, where S is A Aᵀ without its diagonal."""
        rows, cols, values, own, n_cols = self._shared
        of_words = sums(cols, values * x[rows], n_cols)
        return sums(rows, values * of_words[cols], self.n_rows) - own * x

    @cached_property
    def _shared(self) -> tuple[_Ints, _Ints, _Floats, _Floats, int]:
        """The triplets of the words that two sentences have or more, and the squared length of rows in them.

        The others join nothing. They are two words of three, and a fifth of the triplets.
        """
        often = np.bincount(self.cols, minlength=len(self.keys)) > 1
        number = np.cumsum(often) - 1
        kept = often[self.cols]
        rows, cols, values = self.rows[kept], number[self.cols[kept]], self.values[kept]
        return rows, cols, values, sums(rows, values * values, self.n_rows), int(often.sum())

    def by_word(self, x: NDArray[np.float64], document: int = 0) -> dict[str, float]:
        """Return the values of `x`, ``(n_columns,)``, by the words of `document`."""
        base = document * len(self.vocabulary)
        a, b = np.searchsorted(self.keys, [base, base + len(self.vocabulary)])
        words = (self.keys[a:b] - base).tolist()
        return {self.vocabulary[w]: value for w, value in zip(words, x[a:b].tolist(), strict=True)}


def sums(where: _Ints, values: _Floats, n: int) -> _Floats:
    """Return ``out`` of length `n` with ``out[where[i]] += values[i]`` for all i."""
    return np.bincount(where, values, n).astype(np.float64, copy=False)


def word_graph(words: Words) -> WordGraph:
    """Return the matrix of units (rows) and their words.

    Notes
    -----
    The weight of a word that comes tf times in a sentence, and in df of the document's n sentences, is
    (1 + ln tf) (1 + ln((n + 1) / (df + 1))). That is scikit-learn's smooth idf: the words of a text of one
    sentence, and words in all sentences, keep a weight.
    """
    documents = words.documents
    n = len(documents)
    size = max(1, len(words.vocabulary))
    told = words.told[words.ids]
    pairs, counts = np.unique(words.rows[told] * size + words.ids[told], return_counts=True)
    rows, ids = np.divmod(pairs, size)
    keys, cols = _distinct(documents[rows] * size + ids)
    in_document = np.bincount(documents, minlength=1)[keys // size]
    df = np.bincount(cols, minlength=len(keys))
    values = (1 + np.log(counts)) * (1 + np.log((in_document + 1) / (df + 1)))[cols]
    length = np.sqrt(sums(rows, values * values, n))
    return WordGraph(rows, cols, values / length[rows], n, keys, words.vocabulary)


def _distinct(keys: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the distinct keys, ascending, and where among them each key is."""
    top = int(keys.max(initial=-1)) + 1
    if top > min(FLAGS_MAX, FLAGS_PER_KEY * len(keys)):
        distinct, where = np.unique(keys, return_inverse=True)
        return distinct, where.reshape(-1)
    seen = np.zeros(top, np.intp)
    seen[keys] = 1
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[keys]
