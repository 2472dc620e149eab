"""One vocabulary of the classifier: looking it up in texts, and counting.

A trie holds all n-grams and words. Each position of a text is looked up for its character, the pair that
begins there, and the longest word that does; a word inside another is none. What is found are nodes of the
trie; `Channel.column` turns them, by what they were found as, into columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classify.sections.counting import counted_keys
from classify.sections.folding import BEGIN, END
from classify.sections.trie import NgramTrie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["EDGE_TEXTS", "HEADLINE", "LONG_TEXT", "Channel", "Counts", "Found", "mean_length"]

EDGE_TEXTS = 2
"""Texts of the training data that must share an edge of two characters for it to count."""

LONG_TEXT = 100
"""Characters of a text, on average, from which a term must occur in two training texts to count. A headline says
what it says once: without terms of one text, dev accuracy on headlines is 0.2 to 0.6 points less. In articles
they are half of all terms and only lengthen the rows: without them it is 0 to 1 point more (five-fold on the
training halves of three sets)."""

HEADLINE = 20
"""Characters of a headline."""

END_GROWTH = 0.25
"""Power of the mean length, in headlines, by which the last one or two characters count more: two edges are lost among
a thousand terms, and articles end with their source's signature. Five-fold on the training halves, cnews10 gains
0.5 points and the others change by less than 0.1. With 0.4 it gains 0.8 there and loses two texts of 100 on its dev
half; with 0.5 small sets lose 0.1 to 0.2. What articles begin with gains nothing."""

_WORD, _LONGER = np.uint8(1), np.uint8(2)  # flags of a pair: it is a word; a longer word may begin with it
_LONGER_BIT = np.uint8(1)

_THIRDS_BITS = 20  # a table of 1 MiB: with 100,000 words one lookup in ten is not spared


@dataclass(frozen=True)
class Counts:
    """How often each term occurs in each text: a CSR matrix, columns ascending in each row.

    ``counts`` and ``columns`` have one entry per text and term that occurs; ``starts``, ``(n_texts + 1,)``,
    says where each text's entries begin.
    """

    counts: NDArray[np.intp]
    columns: NDArray[np.int32]
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """What stands where in a block of texts. All but `ids` are nodes of the trie, or positions in the block.

    ``begins`` and ``ends``, ``(n_texts,)``, are the positions of the marks. ``ids``, ``singles`` and
    ``pairs``, ``(n,)``, belong to the characters and the pairs that begin at each position, −1 where there
    is none known. ``words_at`` and ``edges_at`` say where the ``words`` and the ``edges`` of two stand.
    """

    begins: NDArray[np.intp]
    ends: NDArray[np.intp]
    ids: NDArray[np.integer]
    singles: NDArray[np.int32]
    pairs: NDArray[np.int32]
    words_at: NDArray[np.intp]
    words: NDArray[np.int32]
    edges_at: NDArray[np.intp]
    edges: NDArray[np.int32]


class Channel:
    """One vocabulary and how its terms are weighted: of whole texts, or of headlines.

    Parameters
    ----------
    trie : NgramTrie
        All n-grams, and the prefixes of words.
    column : ndarray of int32, (2 * n_nodes + 1,)
        Column of each node as an n-gram or edge, then as a word; −1 where it is none. The last is −1.
    idf : ndarray of float, (n_columns,)
        Inverse document frequencies; those of the edges at texts' ends times what `END_GROWTH` says.
    """

    def __init__(self, trie: NgramTrie, column: NDArray[np.int32], idf: NDArray[np.floating]) -> None:
        self.trie = trie
        self.column = column
        self.idf = idf
        n = len(trie)
        self._is_word = np.append(column[n : 2 * n] >= 0, False)  # the last answers for −1
        self._edge = np.append((column[:n] >= 0) & (trie.depth == 3), False)
        leads = self._leads_to_word()
        third = (leads & (trie.depth == 3)).nonzero()[0]
        self._flags = self._is_word.astype(np.uint8) * _WORD
        self._flags[np.unique(trie.parent[third])] |= _LONGER
        self._thirds = np.zeros(1 << _THIRDS_BITS, bool)
        self._thirds[_third_slot(trie.parent[third], trie.char[third])] = True
        self._longest = int(trie.depth[self._is_word[:-1]].max(initial=2))

    def _leads_to_word(self) -> NDArray[np.bool_]:
        trie = self.trie
        leads = self._is_word[:-1].copy()
        for d in range(int(trie.depth.max(initial=0)), 1, -1):
            leads[trie.parent[leads & (trie.depth == d)]] = True
        return leads

    def __len__(self) -> int:
        return len(self.idf)

    @classmethod
    def learn(
        cls, blocks: Sequence[NDArray[np.uint32]], words: Sequence[str], min_df: int | None = None
    ) -> tuple[Channel, Counts]:
        """Return the channel of some texts, and their counts.

        Parameters
        ----------
        blocks : sequence of code points
            The texts, folded and marked.
        words : sequence of str
            Words to know. Those that occur nowhere get no column.
        min_df : int, at least 1, or None
            Texts that a term must be in, those inside longer words that are dropped not counted; None: 2 where
            texts have `LONG_TEXT` characters or more, or 1.
        """
        trie, edges = _vocabulary(blocks, words)
        n = len(trie)
        column = np.full(2 * n + 1, -1, np.int32)
        marks = np.isin(trie.alphabet[trie.char], [ord(BEGIN), ord(END)])
        empty = marks & (trie.depth == 2) & marks[trie.parent]  # an empty text has no terms
        as_term = edges | ((trie.depth == 2) & ~empty) | ((trie.depth == 1) & ~marks)
        as_word = np.zeros(n, bool)
        as_word[_nodes_of(trie, words)] = True
        both = np.concatenate([as_term, as_word])
        column[both.nonzero()[0]] = np.arange(int(both.sum()), dtype=np.int32)
        draft = cls(trie, column, np.ones(int(both.sum())))
        found = draft.count(blocks)
        length = mean_length(blocks)
        if min_df is None:
            min_df = 2 if length >= LONG_TEXT else 1
        df = np.bincount(found.columns, minlength=len(draft))
        used = df >= min_df
        # The last one answers for −1.
        new = np.append(np.where(used, np.cumsum(used) - 1, -1), -1).astype(np.int32)
        columns = new[column[:-1]].reshape(2, n)
        trie, old = trie.pruned(np.maximum(*columns) >= 0)
        kept = cls(trie, np.append(columns[:, old].ravel(), np.int32(-1)), np.ones(int(used.sum())))
        # Inside a word that is none any longer, others show.
        again = min_df > 1
        found = kept.count(blocks) if again else Counts(found.counts, new[found.columns], found.starts)
        df = np.bincount(found.columns, minlength=len(kept))
        kept.idf = np.log(len(found.starts) / (df + 1)) + 1
        kept.idf[kept.ends()] *= max(1.0, length / HEADLINE) ** END_GROWTH
        return kept, found

    # -- counting ------------------------------------------------------------------------------

    def find(self, codes: NDArray[np.uint32]) -> Found:
        """Look a block of texts up: folded and marked code points, whole texts, ``(n,)``."""
        trie, n = self.trie, len(codes)
        ids = trie.char_ids(codes)
        singles = trie.singles(ids)
        pairs = trie.pairs(ids, singles)

        flags = self._flags.take(pairs, mode="wrap")
        is_word = flags & _WORD
        word = pairs.copy()
        stop = np.arange(2, n + 2, dtype=np.int32)
        stop *= is_word
        # nonzero is twice as fast on booleans
        at = (flags[: max(0, n - 2)] >> _LONGER_BIT).view(np.bool_).nonzero()[0]
        prefixes = pairs.take(at)
        # Of the pairs that may go on, nine in ten don't: one byte tells, and spares the lookup.
        stay = self._thirds.take(_third_slot(prefixes, ids.take(at + 2))).nonzero()[0]
        at, prefixes = at[stay], prefixes[stay]
        for length in range(3, self._longest + 1):
            if length > 3:
                stay = (at < n - length + 1).nonzero()[0]
                at, prefixes = at[stay], prefixes[stay]
            prefixes = trie.find(prefixes, ids.take(at + (length - 1)))
            stay = (prefixes >= 0).nonzero()[0]
            at, prefixes = at[stay], prefixes[stay]
            here = self._is_word.take(prefixes)
            word[at[here]] = prefixes[here]
            stop[at[here]] = at[here] + length
        # Not inside another: it ends behind all words that begin before it, near enough to reach it.
        inside = np.zeros(n, np.int32)
        for before in range(1, self._longest - 1):
            np.maximum(inside[before:], stop[:-before], out=inside[before:])
        words_at = (stop > inside).nonzero()[0]

        begins, ends = (codes == ord(BEGIN)).nonzero()[0], (codes == ord(END)).nonzero()[0]
        long = ends - begins > 2  # an edge of two needs two characters
        marks = np.stack([begins[long], ends[long]], axis=1).ravel()
        first = np.stack([begins[long], ends[long] - 2], axis=1).ravel()
        heads = pairs.take(first)
        edges = trie.find(heads, ids.take(first + 2))
        stay = (self._edge.take(edges, mode="wrap") & (heads >= 0)).nonzero()[0]
        words = word.take(words_at)
        return Found(begins, ends, ids, singles, pairs, words_at, words, marks[stay], edges[stay])

    def keys(self, codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return what stands at each position: ``(n, 3)`` keys of a character, a pair, and a word or edge.

        A key is a place in `column`; where there is nothing it is ``2 * n_nodes``. The edge of two
        characters at the beginning stands at its mark, and so does the one at the end.
        """
        nodes, absent = len(self.trie), np.uint32(2 * len(self.trie))
        found = self.find(codes)
        out = np.empty((len(codes), 3), np.uint32)
        np.minimum(found.singles.view(np.uint32), absent, out=out[:, 0])  # −1 is above all
        np.minimum(found.pairs.view(np.uint32), absent, out=out[:, 1])
        out[:, 2] = absent
        out[found.words_at, 2] = found.words + np.int32(nodes)
        out[found.edges_at, 2] = found.edges
        return out

    def count(self, blocks: Iterable[NDArray[np.uint32]]) -> Counts:
        """Return the counts of texts given as blocks of code points, folded and marked."""
        parts = []
        for codes in blocks:
            stops = ((codes == ord(END)).nonzero()[0] + 1) * 3
            parts.append(counted_keys(self.keys(codes).ravel(), stops, 2 * len(self.trie), self.column))
        sizes = np.concatenate([np.zeros(1, np.intp), *(p[2] for p in parts)])
        empty_counts, empty_columns = np.empty(0, np.intp), np.empty(0, np.int32)
        return Counts(
            np.concatenate([empty_counts, *(p[0] for p in parts)]),
            np.concatenate([empty_columns, *(p[1] for p in parts)]),
            np.cumsum(sizes, dtype=np.int64),
        )

    def ends(self) -> NDArray[np.int32]:
        """Return the columns of the edges at the end of a text."""
        last = self.trie.alphabet[self.trie.char] == ord(END)
        columns: NDArray[np.int32] = self.column[: len(self.trie)][last]
        return columns[columns >= 0]

    def names(self, columns: NDArray[np.integer]) -> list[tuple[str, str]]:
        """Return ``(kind, term)`` of `columns`; kind is ``character``, ``pair``, ``word`` or ``edge``."""
        n = len(self.trie)
        keys = (self.column[:-1] >= 0).nonzero()[0][columns]
        named = []
        for key, term in zip(keys.tolist(), self.trie.terms(keys % n), strict=True):
            if key >= n:
                kind = "word"
            elif BEGIN in term or END in term:
                kind = "edge"
            else:
                kind = "character" if len(term) == 1 else "pair"
            named.append((kind, term))
        return named


def mean_length(blocks: Sequence[NDArray[np.uint32]]) -> float:
    """Return how many characters texts have on average, empty ones left out."""
    characters = texts = 0
    for codes in blocks:
        ends = (codes == ord(END)).nonzero()[0]
        lengths = np.diff(ends, prepend=-1) - 2
        characters += int(lengths.sum())
        texts += int(np.count_nonzero(lengths))
    return characters / max(texts, 1)


def _third_slot(pairs: NDArray[np.int32], ids: NDArray[np.integer]) -> NDArray[np.uint32]:
    """Return a place in a table of ``2 ** _THIRDS_BITS`` for each pair and the character after it."""
    slot = pairs.astype(np.uint32) * np.uint32(
        0x9E3779B1
    )  # 2**32 / golden ratio, as in `classify.sections.trie`
    slot += ids.astype(np.uint32)
    slot *= np.uint32(0x85EBCA77)  # MurmurHash3's and xxHash's second prime
    slot >>= np.uint32(32 - _THIRDS_BITS)
    return slot


def _vocabulary(
    blocks: Sequence[NDArray[np.uint32]], words: Sequence[str]
) -> tuple[NgramTrie, NDArray[np.bool_]]:
    """Return the trie of all characters, pairs, edges and words, and which of its nodes are edges of two."""
    seen = np.zeros(0x110000, bool)
    for codes in blocks:
        seen[codes] = True
    trie = NgramTrie.of_characters(seen.nonzero()[0]).extended(_pairs(blocks, seen.nonzero()[0]))
    edges: dict[str, int] = {}
    for codes in blocks:
        begins, ends = (codes == ord(BEGIN)).nonzero()[0], (codes == ord(END)).nonzero()[0]
        long = ends - begins > 2
        for at in (begins[long], ends[long] - 2):
            grams = codes[at[:, None] + np.arange(3)]
            text = grams.tobytes().decode("utf-32-le")
            for i in range(0, len(text), 3):
                edges[text[i : i + 3]] = edges.get(text[i : i + 3], 0) + 1
    kept = sorted(e for e, n in edges.items() if n >= EDGE_TEXTS)
    strings = sorted({*trie.terms(), *kept, *words})
    trie = NgramTrie.of_terms(strings)
    is_edge = np.zeros(len(trie), bool)
    is_edge[_nodes_of(trie, kept)] = True
    return trie, is_edge


def _pairs(
    blocks: Sequence[NDArray[np.uint32]], alphabet: NDArray[np.intp]
) -> Iterator[tuple[NDArray[np.integer], NDArray[np.int32]]]:
    for codes in blocks:
        ids = np.searchsorted(alphabet, codes).astype(np.int32)
        inside = codes[:-1] != ord(END)
        yield ids[1:][inside], ids[:-1][inside]


def _nodes_of(trie: NgramTrie, terms: Sequence[str]) -> NDArray[np.intp]:
    """Return the node of each of `terms`, all of which are in the trie."""
    lengths = np.fromiter(map(len, terms), np.intp, len(terms))
    codes = np.frombuffer("".join(terms).encode("utf-32-le"), "<u4")
    start = np.cumsum(lengths) - lengths
    found = np.empty(len(terms), np.intp)
    for n, nodes in enumerate(trie.levels(trie.char_ids(codes), int(lengths.max(initial=1))), start=1):
        found[lengths == n] = nodes[start[lengths == n]]
    return found
