"""Texts to scores in one pass: the product of `Features.values` and the weights, without the matrix.

The scores are those of the counts and the weights (`Model.scores_of`) to rounding; what is spared is the
sorting. Four facts do it:

* Sums don't care for order. To know how often a term occurs in its text, terms are sent to slots of a
  table; all that meet in a slot see who is there, and those that find a stranger go to another table.
* A pair can only be repeated in a text where both of its characters are, and a word where its first pair
  is. In a headline that leaves one pair in thirty to be looked at.
* A term's weights and its inverse document frequency stand in one row, so one visit to memory, which is
  what the time goes to, fetches all. Pairs are rows by their node in the trie: no column is looked up.
* A character that comes once in a text begins nothing that comes again. What begins there, a word, a pair and
  the character, is one row of sums made beforehand. Nine characters in ten of a headline are such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classify.sections.features import headline_codes
from classify.sections.folding import BEGIN, folded_blocks
from classify.sections.products import fastest_product, segment_sums, sums_of_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.sections.features import Channel, Features
    from classify.sections.vocabulary import Found

__all__ = ["Scorer", "distinct"]

BLOCK = 1 << 18
"""Characters at a time: eight times what is best for sorting. Here the fixed cost of some 150 calls tells more."""

CHUNK = 1 << 12
"""Terms whose rows are fetched together: with 20 classes 0.7 MB, which the second-level cache holds. With all
rows of a block at once, long articles take twice as long."""

PLACES_AT_MOST = 1 << 23
"""Numbers in the table of sums by place at most, of 64 MiB then. Headlines are labelled a third faster with it;
in a long text nearly all characters come again, so large models lose little."""

SMALLEST = 1e-300
"""Stands for the length of a row without terms, whose sum is 0 too."""

FEWEST_BITS, MOST_BITS = 8, 19
"""Size of the table of slots: 2 to 4 for each key, but no more than the second-level cache holds (1 MiB)."""

# Odd: 2**64 / golden ratio, and primes of xxHash.
_MULTIPLIERS = (
    0x9E3779B97F4A7C15,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
)


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
    """A channel's weights by node: first all nodes, then a row of zeros, then the words.

    ``rows`` have a term's weights and its inverse document frequency; ``sums``, of the same length where it
    isn't too large, what is to be added at a place: the weighted sum of all terms that begin there (a word,
    its first pair and its first character), and last the sum of their squares.
    """

    def __init__(self, channel: Channel, weights: NDArray[np.float32]) -> None:
        n = len(channel.trie)
        terms = (channel.column[:n] >= 0).nonzero()[0]
        words = (channel.column[n : 2 * n] >= 0).nonzero()[0]
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
        self.sums = self._sums_by_place(words) if self.rows.size <= PLACES_AT_MOST else None

    def _sums_by_place(self, words: NDArray[np.intp]) -> NDArray[np.float64]:
        trie = self.channel.trie
        sums = self.rows.astype(np.float64)
        sums[:, :-1] *= sums[:, -1:]
        sums[:, -1] *= sums[:, -1]
        twos = (trie.depth == 2).nonzero()[0]
        sums[twos] += sums[trie.parent[twos]]
        first = words.copy()
        while len(longer := (trie.depth[first] > 2).nonzero()[0]):
            first[longer] = trie.parent[first[longer]]
        sums[self.word_row[words]] += sums[first]
        edges = ((trie.depth == 3) & (self.channel.column[: len(trie)] >= 0)).nonzero()[0]
        at_begin = trie.alphabet[trie.char[trie.parent[trie.parent[edges]]]] == ord(BEGIN)
        edges = edges[at_begin]  # those at the end stand at the mark behind them, where nothing else is
        sums[edges] += sums[trie.parent[edges]]
        return sums

    def scores(self, codes: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Return the sums of a block of texts, each divided by its length, ``(n_texts, n_classes)``."""
        found = self.channel.find(codes)
        firsts = np.arange(len(found.begins), dtype=np.uint64) * self._alphabet
        keys = np.repeat(firsts, found.ends - found.begins + 1)
        keys += found.ids
        same, chars = distinct(keys, len(firsts) * int(self._alphabet))
        if self.sums is None:
            sums, squares = self._sums_of_terms(found, same, chars, chars.take(same), 1)
        else:
            sums, squares = self._sums_of_places(found, (chars == 1).nonzero()[0], self.sums)
            more = self._sums_of_terms(found, same, chars, chars.take(same), 2)
            sums, squares = sums + more[0], squares + more[1]
        return np.asarray(sums / np.sqrt(np.maximum(squares, SMALLEST))[:, None])

    @property
    def _alphabet(self) -> np.uint64:
        return np.uint64(len(self.channel.trie.alphabet) + 1)

    def _sums_of_places(
        self, found: Found, at: NDArray[np.intp], table: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return each text's sums over the places `at`, whose characters, and so their terms, come once."""
        rows = np.maximum(found.singles, found.pairs)  # a pair has a higher number than its character
        rows[found.words_at] = self.word_row.take(found.words)
        rows[found.edges_at] = found.edges
        rows = rows.take(at)
        rows[rows < 0] = len(self.word_row)  # the row of zeros
        starts = np.append(np.searchsorted(at, found.begins), len(at)).astype(np.int32)
        sums = sums_of_rows(table, rows, starts)
        return sums[:, :-1], sums[:, -1]

    def _sums_of_terms(
        self,
        found: Found,
        same: NDArray[np.intp],
        chars: NDArray[np.intp],
        times: NDArray[np.intp],
        least: int,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return each text's sums over the terms that begin with a character it has `least` times or more.

        `times` says how often the character at each place comes, `chars` so at its first place only, which
        `same` is.
        """
        chars_at = ((chars >= least) & (found.singles >= 0)).nonzero()[0]

        known = found.pairs >= 0
        if least > 1:
            known &= times >= least
        repeated = times > 1
        repeated[:-1] &= repeated[1:]
        repeated &= known
        at = repeated.nonzero()[0]
        # Where a character comes first tells the text, too.
        among, often = distinct(same[at].astype(np.uint64) * self._alphabet + found.ids[at + 1])
        pairs = np.ones(len(times), np.int32)
        pairs[at] = often
        repeated[at] = often.take(among) > 1
        known &= pairs > 0
        pairs_at = known.nonzero()[0]

        some = (times.take(found.words_at) >= least).nonzero()[0]
        words_at, rows = found.words_at[some], self.word_row.take(found.words[some])
        words = np.ones(len(words_at), np.intp)
        twice = repeated.take(words_at).nonzero()[0]
        inside = same[words_at[twice]].astype(np.uint64)
        words[twice] = distinct(inside * np.uint64(len(self.rows)) + rows[twice].astype(np.uint64))[1]
        kept = words.nonzero()[0]

        entries = [
            (chars_at, found.singles.take(chars_at), chars.take(chars_at)),
            (pairs_at, found.pairs.take(pairs_at), pairs.take(pairs_at)),
            (words_at[kept], rows[kept], words[kept]),
        ]
        if least == 1:  # an edge begins at a mark, of which each text has one
            entries.append((found.edges_at, found.edges, np.ones(len(found.edges), np.intp)))
        starts, first = [], 0
        for places, _, _ in entries:
            starts.append(np.searchsorted(places, found.begins) + first)
            first += len(places)
        sums, squares = self._sums(
            np.concatenate([e[1] for e in entries]),
            np.concatenate([e[2] for e in entries]),
            np.concatenate([*starts, [first]]).astype(np.int32),
        )
        n_texts = len(found.begins)
        return (
            sums.reshape(len(entries), n_texts, -1).sum(axis=0),
            squares.reshape(len(entries), n_texts).sum(axis=0),
        )

    def _sums(
        self, rows: NDArray[np.int32], counts: NDArray[np.intp], starts: NDArray[np.int32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return each segment's sum of weights, and of squares, of its terms' values."""
        few = int(counts.max(initial=0)) < len(self._tf)
        values = self._tf.take(counts, mode="clip") if few else np.log(counts) + 1.0
        product = fastest_product(len(rows), len(starts))
        sums = np.empty((len(starts) - 1, self.rows.shape[1]))
        first = 0
        while first < len(sums):
            last = int(np.searchsorted(starts, starts[first] + CHUNK, side="right")) - 1
            last = max(last, first + 1)
            here = slice(int(starts[first]), int(starts[last]))
            weights = self.rows.take(rows[here], axis=0, mode="clip").astype(np.float64)
            values[here] *= weights[:, -1]
            product(values[here], weights, starts[first : last + 1] - starts[first], sums[first:last])
            first = last
        values *= values
        return sums[:, :-1], segment_sums(values, starts)


def distinct(
    keys: NDArray[np.uint64], below: int = 1 << 63, _turn: int = 0
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return for each key the place of one equal to it, the same for all equals, and how many there are.

    The number stands at that place only; at the others is 0. All keys are less than `below`.

    Examples
    --------
    >>> places, counts = distinct(np.array([7, 9, 7], np.uint64))
    >>> places[0] == places[2], counts[places].tolist(), int(counts.sum())
    (True, [2, 1, 2], 3)
    """
    if below <= 4 << MOST_BITS:
        places = _meeting(keys.view(np.intp), below)
        return places, np.bincount(places, minlength=len(keys))
    n = len(keys)
    bits = min(max(n.bit_length() + 1, FEWEST_BITS), MOST_BITS)
    # The multiplier changes from turn to turn, and by a rotation when all were tried: equal slots don't stay.
    multiplier = np.uint64((_MULTIPLIERS[_turn % 3] + 2 * (_turn // 3) * 0x632BE5AB) % (1 << 64))
    slots = keys * multiplier
    slots >>= np.uint64(64 - bits)
    places = _meeting(slots.view(np.intp), 1 << bits)
    counts = np.bincount(places, minlength=n)
    strange = (keys.take(places, mode="clip") != keys).nonzero()[0]
    if len(strange):
        counts -= np.bincount(places[strange], minlength=n)
        among, counts[strange] = distinct(keys[strange], _turn=_turn + 1)
        places[strange] = strange[among]
    return places, counts


def _meeting(slots: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Return for each of `slots` a place with the same slot, the same place for all that have it."""
    table = np.empty(size, np.int32)  # read only where written
    table[slots] = np.arange(len(slots), dtype=np.int32)
    return table.take(slots, mode="clip").astype(np.intp)
