"""Texts to scores in one pass: the product of `Features.values` and the weights, without the matrix.

The scores are those of the counts and the weights (`Model.scores_of`) to rounding; what is spared is the
sorting. Three facts do it:

* Sums don't care for order. To know how often a term occurs in its text, terms are sent to slots of a
  table; all that meet in a slot see who is there, and those that find a stranger go to another table.
* A pair can only be repeated in a text where both of its characters are, and a word where its first pair
  is. In a headline that leaves one pair in thirty to be looked at.
* A term's weights and its inverse document frequency stand in one row, so one visit to memory, which is
  what the time goes to, fetches all. Pairs are rows by their node in the trie: no column is looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classify.sections.features import headline_codes
from classify.text.folding import folded_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.sections.features import Channel, Features

__all__ = ["Scorer", "distinct"]

BLOCK = 1 << 16
"""Characters at a time: twice what is best for sorting. Here the fixed cost of some 150 calls tells more."""

WORTH_SCIPY = 100_000
"""Terms in a block from which scipy's product is used: below, loading it (0.1 s) costs more than it spares."""

CHUNK = 1 << 13
"""Terms whose rows are fetched together: with 20 classes 1.4 MB, which the second-level cache holds. With all
rows of a block at once, long articles take twice as long."""

SMALLEST = 1e-300
"""Stands for the length of a row without terms, whose sum is 0 too."""

FEWEST_BITS, MOST_BITS = 8, 18
"""Size of the table of slots: 2 to 4 for each key, but no more than the second-level cache holds (1 MiB)."""

# Odd: 2**64 / golden ratio, and primes of xxHash.
_MULTIPLIERS = (
    0x9E3779B97F4A7C15,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
)  # odd: 2**64 / golden ratio; xxHash's primes


class Scorer:
    """The linear part of a model, laid out for speed.

    Parameters
    ----------
    features : Features
        Their idf are those of a model file: of float32 precision.
    weights : ndarray of float32, (n_columns, n_classes)
    """

    def __init__(self, features: Features, weights: NDArray[np.float32]) -> None:
        n_whole = len(features.whole)
        self.n_classes = weights.shape[1]
        self.headline_weight = features.headline_weight
        self.whole = _Rows(features.whole, weights[:n_whole])
        self.headline = _Rows(features.headline, weights[n_whole:])

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the scores of `texts` without intercepts, ``(n_texts, n_classes)``."""
        parts = [np.empty((0, self.n_classes))]
        for codes, _ in folded_blocks(texts, BLOCK):
            part = self.whole.scores(codes)
            heads = headline_codes(codes)
            if len(heads) > 2 * len(part):  # more than marks: some text has a headline
                part += self.headline_weight * self.headline.scores(heads)
            parts.append(part)
        return np.concatenate(parts)


class _Rows:
    """A channel's weights by node: first all nodes, then a row of zeros, then the words."""

    def __init__(self, channel: Channel, weights: NDArray[np.float32]) -> None:
        n = len(channel.trie)
        terms = np.flatnonzero(channel.column[:n] >= 0)
        words = np.flatnonzero(channel.column[n : 2 * n] >= 0)
        self.channel = channel
        self.word_row = np.full(n, n, np.int32)
        self.word_row[words] = np.arange(n + 1, n + 1 + len(words), dtype=np.int32)
        self.rows = np.zeros((n + 1 + len(words), weights.shape[1] + 1), np.float32)
        for rows, columns in (
            (terms, channel.column[terms]),
            (self.word_row[words], channel.column[n + words]),
        ):
            self.rows[rows, :-1] = weights[columns]
            self.rows[rows, -1] = channel.idf[columns]
        self._tf = np.log(np.maximum(np.arange(1 << 12), 1)) + 1.0

    def scores(self, codes: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Return the sums of a block of texts, each divided by its length, ``(n_texts, n_classes)``."""
        found = self.channel.find(codes)
        begins, n_texts = found.begins, len(found.begins)
        text = np.repeat(np.arange(n_texts, dtype=np.uint32), found.ends - begins + 1)

        alphabet = np.uint64(len(self.channel.trie.alphabet) + 1)
        same, chars = distinct(text * alphabet + found.ids)
        repeated = chars.take(same) > 1
        known = found.pairs >= 0
        repeated[:-1] &= repeated[1:]
        repeated &= known
        twice = np.flatnonzero(repeated)
        twice = twice[twice < len(codes) - 1]
        pairs = known.astype(np.intp)
        # The first character's representative tells the text, too.
        among, pairs[twice] = distinct(same[twice].astype(np.uint64) * alphabet + found.ids[twice + 1])
        repeated[twice] = pairs[twice].take(among) > 1

        words = np.ones(len(found.words), np.intp)
        twice = np.flatnonzero(repeated.take(found.words_at))
        rows = self.word_row.take(found.words)
        at = text[found.words_at[twice]]
        words[twice] = distinct(at * np.uint64(len(self.rows)) + rows[twice].astype(np.uint64))[1]

        chars[found.singles < 0] = 0
        chars_at, pairs_at, words_kept = np.flatnonzero(chars), np.flatnonzero(pairs), np.flatnonzero(words)
        entries = (
            (chars_at, found.singles.take(chars_at), chars.take(chars_at)),
            (pairs_at, found.pairs.take(pairs_at), pairs.take(pairs_at)),
            (found.words_at.take(words_kept), rows.take(words_kept), words.take(words_kept)),
            (found.edges_at, found.edges, np.ones(len(found.edges), np.intp)),
        )
        starts, first = [], 0
        for places, _, _ in entries:
            starts.append(np.searchsorted(places, begins) + first)
            first += len(places)
        sums, squares = self._sums(
            np.concatenate([e[1] for e in entries]),
            np.concatenate([e[2] for e in entries]),
            np.concatenate([*starts, [first]]).astype(np.int32),
        )
        sums = sums.reshape(len(entries), n_texts, -1).sum(axis=0)
        squares = squares.reshape(len(entries), n_texts).sum(axis=0)
        return np.asarray(sums / np.sqrt(np.maximum(squares, SMALLEST))[:, None])

    def _sums(
        self, rows: NDArray[np.int32], counts: NDArray[np.intp], starts: NDArray[np.int32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return each segment's sum of weights, and of squares, of its terms' values."""
        few = int(counts.max(initial=0)) < len(self._tf)
        values = self._tf.take(counts, mode="clip") if few else np.log(counts) + 1.0
        product = _product if len(rows) >= WORTH_SCIPY else _small_product
        sums = np.empty((len(starts) - 1, self.rows.shape[1]))
        first = 0
        while first < len(sums):
            last = int(np.searchsorted(starts, starts[first] + CHUNK, side="right")) - 1
            last = max(last, first + 1)
            here = slice(int(starts[first]), int(starts[last]))
            weights = self.rows.take(rows[here], axis=0, mode="clip").astype(np.float64)
            values[here] *= weights[:, -1]
            sums[first:last] = product(values[here], weights, starts[first : last + 1] - starts[first])
            first = last
        values *= values
        return sums[:, :-1], _segment_sums(values, starts)


def _product(
    values: NDArray[np.float64], weights: NDArray[np.float64], starts: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return each segment's sum of `weights` times `values`."""
    from scipy.sparse import csr_matrix

    inner = np.arange(len(values), dtype=np.int32)
    shape = (len(starts) - 1, len(values))
    return np.asarray(csr_matrix((values, inner, starts), shape=shape, copy=False) @ weights)


def _small_product(
    values: NDArray[np.float64], weights: NDArray[np.float64], starts: NDArray[np.int32]
) -> NDArray[np.float64]:
    return _segment_sums(weights * values[:, None], starts)


def _segment_sums(values: NDArray[np.float64], starts: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the sums of ``values[starts[i]:starts[i + 1]]``."""
    sums = np.add.reduceat(
        np.concatenate([values, np.zeros_like(values, shape=(1, *values.shape[1:]))]), starts[:-1]
    )
    sums[starts[1:] == starts[:-1]] = 0
    return sums


def distinct(keys: NDArray[np.uint64], _turn: int = 0) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return for each key the place of one equal to it, the same for all equals, and how many there are.

    The number stands at that place only; at the others is 0.

    Examples
    --------
    >>> places, counts = distinct(np.array([7, 9, 7], np.uint64))
    >>> places[0] == places[2], counts[places].tolist(), int(counts.sum())
    (True, [2, 1, 2], 3)
    """
    n = len(keys)
    bits = min(max(n.bit_length() + 1, FEWEST_BITS), MOST_BITS)
    # The multiplier changes from turn to turn, and by a rotation when all were tried: equal slots don't stay.
    multiplier = np.uint64((_MULTIPLIERS[_turn % 3] + 2 * (_turn // 3) * 0x632BE5AB) % (1 << 64))
    slots = keys * multiplier
    slots >>= np.uint64(64 - bits)
    table = np.empty(1 << bits, np.int32)  # read only where written
    table[slots.view(np.intp)] = np.arange(n, dtype=np.int32)
    places = table.take(slots.view(np.intp), mode="clip").astype(np.intp)
    counts = np.bincount(places, minlength=n)
    strange = np.flatnonzero(keys.take(places, mode="clip") != keys)
    if len(strange):
        counts -= np.bincount(places[strange], minlength=n)
        among, counts[strange] = distinct(keys[strange], _turn + 1)
        places[strange] = strange[among]
    return places, counts
