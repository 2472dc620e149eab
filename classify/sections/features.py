"""What the classifier sees of a text: n-grams, words and edges, in the headline and in the whole.

* Every character and every pair of characters (`fold`ed first: widths and blanks don't count).
* Words. The segmenter is asked once, on the training texts, and says which words there are. In a text to
  classify, a word is the longest known one that begins at a place and isn't inside another: no segmenter
  is needed there, and finding words costs a few table lookups. Development headlines showed no loss.
* Edges: the first and last one or two characters, which headlines are written to.

A term counts 1 + ln(occurrences) times its inverse document frequency, and the terms of a text form a
vector of length one. Where a newline follows the first line, that line is the headline: it is also seen as
a text of its own, with its own terms, at `headline_weight`. A text without one has no such part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.text.folding import BEGIN, END, folded_blocks
from classify.text.trie import NgramTrie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from classify.text.words import Segmenter

__all__ = ["Channel", "Counts", "Features", "Found", "headline_codes", "row_sums"]

LONGEST_WORD = 5
"""Characters. Longer words are names of institutions, whose parts are words too."""

EDGE_TEXTS = 2
"""Texts of the training data that must share an edge of two characters for it to count."""

BLOCK = 1 << 15
"""Characters at a time; see `classify.text.ngrams.BLOCK`."""

_NEWLINE = 10

_WORD, _LONGER = np.uint8(1), np.uint8(2)  # flags of a pair: it is a word; a longer word may begin with it

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
    """

    def __init__(self, trie: NgramTrie, column: NDArray[np.int32], idf: NDArray[np.floating]) -> None:
        self.trie = trie
        self.column = column
        self.idf = idf
        n = len(trie)
        self._is_word = np.append(column[n : 2 * n] >= 0, False)  # the last answers for −1
        self._edge = np.append((column[:n] >= 0) & (trie.depth == 3), False)
        leads = self._leads_to_word()
        third = np.flatnonzero(leads & (trie.depth == 3))
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
    def learn(cls, blocks: Sequence[NDArray[np.uint32]], words: Sequence[str]) -> tuple[Channel, Counts]:
        """Return the channel of some texts, and their counts.

        Parameters
        ----------
        blocks : sequence of code points
            The texts, folded and marked.
        words : sequence of str
            Words to know. Those that occur nowhere get no column.
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
        column[np.flatnonzero(both)] = np.arange(int(both.sum()), dtype=np.int32)
        draft = cls(trie, column, np.ones(int(both.sum())))
        found = draft.count(blocks)
        df = np.bincount(found.columns, minlength=len(draft))
        used = df > 0
        new = np.where(used, np.cumsum(used) - 1, -1).astype(np.int32)
        column = np.where(column >= 0, new[column], np.int32(-1)).astype(np.int32)
        n_texts = len(found.starts) - 1
        idf = np.log((n_texts + 1) / (df[used] + 1)) + 1
        return cls(trie, column, idf), Counts(found.counts, new[found.columns], found.starts)

    # -- counting ------------------------------------------------------------------------------

    def find(self, codes: NDArray[np.uint32]) -> Found:
        """Look a block of texts up: folded and marked code points, whole texts, ``(n,)``."""
        trie, n = self.trie, len(codes)
        ids = trie.char_ids(codes)
        singles = trie.singles(ids)
        pairs = trie.pairs(ids, singles)

        flags = self._flags.take(pairs, mode="wrap")
        word, stop = np.zeros(n, np.int32), np.zeros(n, np.int32)
        at = np.flatnonzero(flags & _WORD)
        word[at] = pairs.take(at)
        stop[at] = at + 2
        at = np.flatnonzero(flags[: max(0, n - 2)] & _LONGER)
        prefixes = pairs.take(at)
        # Of the pairs that may go on, nine in ten don't: one byte tells, and spares the lookup.
        stay = np.flatnonzero(self._thirds.take(_third_slot(prefixes, ids.take(at + 2))))
        at, prefixes = at[stay], prefixes[stay]
        for length in range(3, self._longest + 1):
            if length > 3:
                stay = np.flatnonzero(at < n - length + 1)
                at, prefixes = at[stay], prefixes[stay]
            prefixes = trie.find(prefixes, ids.take(at + (length - 1)))
            stay = np.flatnonzero(prefixes >= 0)
            at, prefixes = at[stay], prefixes[stay]
            here = self._is_word.take(prefixes)
            word[at[here]] = prefixes[here]
            stop[at[here]] = at[here] + length
        # Not inside another: it ends behind all words that begin before it. A text begins with its mark.
        words_at = np.flatnonzero(stop[1:] > np.maximum.accumulate(stop[:-1])) + 1

        begins, ends = np.flatnonzero(codes == ord(BEGIN)), np.flatnonzero(codes == ord(END))
        long = ends - begins > 2  # an edge of two needs two characters
        marks = np.concatenate([begins[long], ends[long]])
        first = np.concatenate([begins[long], ends[long] - 2])
        edges = trie.find(pairs[first], ids[first + 2])
        stay = np.flatnonzero(self._edge.take(edges, mode="wrap") & (pairs[first] >= 0))
        stay = stay[np.argsort(marks[stay])]
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
        from classify.text.ngrams import counted_keys

        parts = []
        for codes in blocks:
            stops = (np.flatnonzero(codes == ord(END)) + 1) * 3
            parts.append(counted_keys(self.keys(codes).ravel(), stops, 2 * len(self.trie), self.column))
        sizes = np.concatenate([np.zeros(1, np.intp), *(p[2] for p in parts)])
        empty_counts, empty_columns = np.empty(0, np.intp), np.empty(0, np.int32)
        return Counts(
            np.concatenate([empty_counts, *(p[0] for p in parts)]),
            np.concatenate([empty_columns, *(p[1] for p in parts)]),
            np.cumsum(sizes, dtype=np.int64),
        )

    def names(self, columns: NDArray[np.integer]) -> list[tuple[str, str]]:
        """Return ``(kind, term)`` of `columns`; kind is ``character``, ``pair``, ``word`` or ``edge``."""
        n = len(self.trie)
        keys = np.flatnonzero(self.column[:-1] >= 0)[columns]
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


class Features:
    """Texts to rows: the whole text's columns, then the headline's.

    Parameters
    ----------
    whole, headline : Channel
    headline_weight : float
        Length of the headline's part of a row, where the whole's is 1.
    """

    def __init__(self, whole: Channel, headline: Channel, headline_weight: float) -> None:
        self.whole = whole
        self.headline = headline
        self.headline_weight = headline_weight

    def __len__(self) -> int:
        return len(self.whole) + len(self.headline)

    @classmethod
    def learn(cls, texts: Sequence[str], segmenter: Segmenter, headline_weight: float) -> tuple[Features, Counts]:
        """Return the features of training `texts`, and the counts of those."""
        blocks = [codes for codes, _ in folded_blocks(texts, BLOCK)]
        words = known_words(texts, segmenter)
        whole, in_whole = Channel.learn(blocks, words)
        heads = [headline_codes(codes) for codes in blocks]
        headline, in_heads = Channel.learn(heads, words)
        return cls(whole, headline, headline_weight), _beside(in_whole, in_heads, len(whole))

    def count(self, texts: Sequence[str]) -> Counts:
        """Return the counts of `texts`."""
        blocks = [codes for codes, _ in folded_blocks(texts, BLOCK)]
        heads = self.headline.count(headline_codes(codes) for codes in blocks)
        return _beside(self.whole.count(blocks), heads, len(self.whole))

    def values(self, found: Counts) -> NDArray[np.float64]:
        """Return the weight of each entry of `found`."""
        in_head = found.columns >= len(self.whole)
        top = int(found.counts.max(initial=0))
        data = (np.log(np.arange(1, top + 1)) + 1.0).take(found.counts - 1) if top else np.empty(0)
        data = data * np.concatenate([self.whole.idf, self.headline.idf]).take(found.columns)
        square = data * data
        size = row_sums(square, found.starts)
        head = row_sums(np.where(in_head, square, 0), found.starts)
        lengths = np.diff(found.starts)
        whole_scale = np.repeat(1 / np.sqrt(np.maximum(size - head, 1e-300)), lengths)
        head_scale = np.repeat(self.headline_weight / np.sqrt(np.maximum(head, 1e-300)), lengths)
        data *= np.where(in_head, head_scale, whole_scale)
        return data

    def names(self, columns: NDArray[np.integer]) -> list[tuple[str, str, str]]:
        """Return ``(part, kind, term)`` of `columns`; part is ``whole`` or ``headline``."""
        in_head = columns >= len(self.whole)
        named: list[tuple[str, str, str]] = [("", "", "")] * len(columns)
        for part, channel, mask in (("whole", self.whole, ~in_head), ("headline", self.headline, in_head)):
            at = np.flatnonzero(mask)
            local = columns[at] - (0 if part == "whole" else len(self.whole))
            for i, (kind, term) in zip(at.tolist(), channel.names(local), strict=True):
                named[i] = (part, kind, term)
        return named


def _third_slot(pairs: NDArray[np.int32], ids: NDArray[np.integer]) -> NDArray[np.uint32]:
    """Return a place in a table of ``2 ** _THIRDS_BITS`` for each pair and the character after it."""
    slot = pairs.astype(np.uint32) * np.uint32(0x9E3779B1)  # 2**32 / golden ratio, as in `classify.text.trie`
    slot += ids.astype(np.uint32)
    slot *= np.uint32(0x85EBCA77)  # MurmurHash3's and xxHash's second prime
    slot >>= np.uint32(32 - _THIRDS_BITS)
    return slot


def known_words(texts: Sequence[str], segmenter: Segmenter) -> list[str]:
    """Return the words of 2 to `LONGEST_WORD` characters that `segmenter` finds in `texts`, sorted."""
    from classify.text.normalize import fold

    words: set[str] = set()
    for text in texts:
        words.update(segmenter.cut(fold(text)))
    return sorted(w for w in words if 2 <= len(w) <= LONGEST_WORD and not any(map(str.isspace, w)))


def row_sums(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    """Return the sum of each row's values, 0 for an empty row; ``(n_rows, ...)``."""
    sums = np.zeros((len(starts) - 1, *values.shape[1:]), values.dtype)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        sums[filled] = np.add.reduceat(values, starts[filled], axis=0)
    return sums


def headline_codes(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the first line of each text that has another, marked; nothing between the marks for others."""
    begins, ends = np.flatnonzero(codes == ord(BEGIN)), np.flatnonzero(codes == ord(END))
    lines = np.flatnonzero(codes == _NEWLINE)
    if not len(lines):
        return np.tile(np.array([ord(BEGIN), ord(END)], np.uint32), len(begins))
    first = np.append(lines, len(codes))[np.searchsorted(lines, begins)]
    stop = np.where(first < ends, first, begins + 1)
    lengths = stop - begins + 1
    at = np.arange(int(lengths.sum())) + np.repeat(begins - (np.cumsum(lengths) - lengths), lengths)
    heads = codes[at]
    heads[np.cumsum(lengths) - 1] = ord(END)
    return heads


def _vocabulary(
    blocks: Sequence[NDArray[np.uint32]], words: Sequence[str]
) -> tuple[NgramTrie, NDArray[np.bool_]]:
    """Return the trie of all characters, pairs, edges and words, and which of its nodes are edges of two."""
    seen = np.zeros(0x110000, bool)
    for codes in blocks:
        seen[codes] = True
    trie = NgramTrie.of_characters(np.flatnonzero(seen)).extended(_pairs(blocks, np.flatnonzero(seen)))
    edges: dict[str, int] = {}
    for codes in blocks:
        begins, ends = np.flatnonzero(codes == ord(BEGIN)), np.flatnonzero(codes == ord(END))
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


def _beside(a: Counts, b: Counts, width: int) -> Counts:
    """Put two matrices of counts side by side."""
    if not len(b.counts):
        return a
    size_a, size_b = np.diff(a.starts), np.diff(b.starts)
    starts = a.starts + b.starts
    at_a = np.arange(len(a.counts)) + np.repeat(b.starts[:-1], size_a)
    at_b = np.arange(len(b.counts)) + np.repeat(a.starts[1:], size_b)
    counts, columns = np.empty(int(starts[-1]), np.intp), np.empty(int(starts[-1]), np.int32)
    counts[at_a], counts[at_b] = a.counts, b.counts
    columns[at_a], columns[at_b] = a.columns, b.columns + np.int32(width)
    return Counts(counts, columns, starts)
