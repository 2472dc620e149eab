"""The terms that a vectoriser knows: where they occur in a text, and which columns they have.

`NgramVocabulary` is the one path from code points to counts; the public vectoriser and the classifier use it
alike. A trie holds all n-grams and their prefixes. Each position of a text is looked up for the longest n-gram
that begins there; shorter ones are counted from it. In marked text (``analyzer="news"``) it is looked up for two
more kinds of terms:

* words: the longest known one that begins at the position, unless it lies inside another. No segmenter is
  needed, and finding words costs a few table lookups. Development headlines showed no loss against a segmenter.
* edges of two: the first and the last two characters of a text with the mark beside them. (Edges of one
  character are pairs with a mark.)

A key is the term found: the node of the trie for an n-gram, the node plus the number of nodes for a word or an
edge of two. `NgramVocabulary.column` turns keys into columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classify.sections.counting import SparseRows, count_keys, count_prefixes, select
from classify.sections.folding import BEGIN, BORDER, END
from classify.sections.trie import NgramTrie

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from classify.sections.folding import TextBlock

__all__ = ["NgramVocabulary", "all_ngrams", "news_terms"]


class NgramVocabulary:
    """Terms and their columns.

    Parameters
    ----------
    trie : NgramTrie
        All terms and their prefixes.
    is_ngram : ndarray of bool, (n_nodes,)
        Which nodes have a column as an n-gram or an edge. These columns come first, in the order of the nodes.
    is_word : ndarray of bool, (n_nodes,), or None
        Which nodes have a column as a word. These columns follow. None: there are no words and no marks.
    ngram_range : tuple (min_n, max_n)
        Lengths that are looked up as n-grams, in characters; (1, 2) where there are words.

    Attributes
    ----------
    column : ndarray of int32, (n_keys + 1,)
        Column of each key; −1 where it has none. The last entry is for the key that means "nothing known".
    absent : int
        That key: ``n_keys``.

    Examples
    --------
    >>> from classify.sections.folding import raw_blocks
    >>> trie = NgramTrie.of_terms(["林", "林场"])
    >>> vocabulary = NgramVocabulary(trie, np.ones(len(trie), bool), None, (1, 2))
    >>> [text for kind, text in vocabulary.terms()]
    ['场', '林', '林场']
    >>> vocabulary.count(raw_blocks(["林场林", "水"])).to_csr(3).toarray()
    array([[1, 2, 1],
           [0, 0, 0]], dtype=int32)
    """

    def __init__(
        self,
        trie: NgramTrie,
        is_ngram: NDArray[np.bool_],
        is_word: NDArray[np.bool_] | None,
        ngram_range: tuple[int, int],
    ) -> None:
        self.trie = trie
        self.is_ngram = is_ngram
        self.is_word = is_word
        self.ngram_range = ngram_range
        n = len(trie)
        both = is_ngram if is_word is None else np.concatenate([is_ngram, is_word])
        self.column = np.append(np.where(both, np.cumsum(both) - 1, -1), -1).astype(np.int32)
        self.n_columns = int(both.sum())
        self.absent = len(self.column) - 1
        # _prefixes[k]: the n-gram of length low + k that each key begins with, or the key itself.
        low, high = ngram_range
        rest = np.arange(n, len(self.column), dtype=np.int32)
        self._prefixes = [np.concatenate([trie.ancestors(length), rest]) for length in range(low, high)]
        self._depth = None if high <= 2 else np.append(trie.depth, np.uint8(0))
        if is_word is not None:
            is_edge = is_ngram & (trie.depth > high)
            deep = is_edge.nonzero()[0]  # looked up at the marks, as words are, so their keys are words' keys
            self.column[n + deep], self.column[deep] = self.column[deep], -1
            self._is_edge = np.append(is_edge, False)
            self._words = _WordTables(trie, is_word)

    def __len__(self) -> int:
        return self.n_columns

    def pruned(self, keep: NDArray[np.bool_]) -> NgramVocabulary:
        """Return the vocabulary of some of the columns.

        Parameters
        ----------
        keep : ndarray of bool, (n_columns,)
        """
        columns = keep.nonzero()[0]
        ngrams = self.is_ngram.nonzero()[0]
        kept = np.zeros((2, len(self.trie)), bool)
        kept[0, ngrams[columns[columns < len(ngrams)]]] = True
        if self.is_word is not None:
            kept[1, self.is_word.nonzero()[0][columns[columns >= len(ngrams)] - len(ngrams)]] = True
        trie, old = self.trie.pruned(kept[0] | kept[1])
        is_word = None if self.is_word is None else kept[1, old]
        return NgramVocabulary(trie, kept[0, old], is_word, self.ngram_range)

    def terms(self, columns: NDArray[np.integer] | None = None) -> list[tuple[str, str]]:
        """Return the kinds and the characters of the terms of `columns`, in their order.

        Parameters
        ----------
        columns : ndarray of int or None, default=None
            None for all.

        Returns
        -------
        list of (kind, text)
            A kind is ``character``, ``pair``, ``n-gram``, ``word`` or ``edge``. In an edge, `BEGIN` or `END` marks
            the border of the text.
        """
        n = len(self.trie)
        keys = (self.column >= 0).nonzero()[0]
        keys = keys[np.argsort(self.column[keys])]
        if columns is not None:
            keys = keys[columns]
        named = []
        for key, text in zip(keys.tolist(), self.trie.terms(keys % max(n, 1)), strict=True):
            if self.is_word is None:
                kind = {1: "character", 2: "pair"}.get(len(text), "n-gram")
            elif BEGIN in text or END in text:
                kind = "edge"
            else:
                kind = "word" if key >= n else "character" if len(text) == 1 else "pair"
            named.append((kind, text))
        return named

    # -- counting ------------------------------------------------------------------------------

    def count(self, blocks: Iterable[TextBlock], n_characters: int | None = None) -> SparseRows:
        """Return how often each term occurs in each text.

        Parameters
        ----------
        blocks : iterable of TextBlock
            From `folded_blocks` where there are words, else from `raw_blocks`.
        n_characters : int or None, default=None
            Characters of all blocks at most; None keeps all blocks in memory to know it.

        Returns
        -------
        SparseRows, (n_texts, n_columns)
            ``data`` are counts. The entries of a row are in the order of their keys, in which columns ascend but
            for the edges of two.
        """
        if n_characters is None:
            blocks = list(blocks)
            n_characters = sum(len(block.codes) for block in blocks)
        low, high = self.ngram_range
        most = n_characters * (high - low + (1 if self.is_word is None else 2))
        # Allocated once: memory pages that stay empty are never touched, and cost nothing. Parts that are
        # concatenated take twice the memory.
        counts, columns = np.empty(most, np.int32), np.empty(most, np.int32)
        sizes = [np.zeros(1, np.intp)]
        n = 0
        for block in blocks:
            its_counts, its_columns, per_text = self._count_block(block)
            counts[n : n + len(its_counts)], columns[n : n + len(its_counts)] = its_counts, its_columns
            sizes.append(per_text)
            n += len(its_counts)
        counts.resize(n, refcheck=False)
        columns.resize(n, refcheck=False)
        return SparseRows(counts, columns, np.cumsum(np.concatenate(sizes), dtype=np.int64))

    def _count_block(self, block: TextBlock) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
        longest, at, others = self.keys(block)
        parts = [(longest, block.ends), (others, np.searchsorted(at, block.ends))]
        counted = count_keys(parts, self.absent + 1)
        low, high = self.ngram_range
        for length in range(high - 1, low - 1, -1):
            counted = count_prefixes(counted, self._prefixes[length - low], length, self._depth)
        counts, found, per_text = counted
        columns = self.column.take(found)
        counts, columns, per_text = select(columns >= 0, (counts, columns, per_text))
        return counts, columns, per_text

    def keys(self, block: TextBlock) -> tuple[NDArray[np.uint32], NDArray[np.intp], NDArray[np.uint32]]:
        """Return what begins at each position.

        Parameters
        ----------
        block : TextBlock

        Returns
        -------
        longest : ndarray of uint32, (n,)
            Key of the longest n-gram at each position; `absent` where none is known.
        at, others : ndarray, ndarray of uint32, (n_others,)
            The positions, ascending, at which a word begins, or which are a mark with a known edge of two beside it;
            and the keys of those. Empty where the vocabulary has no words.
        """
        ids = self.trie.char_ids(block.codes)
        longest = np.full(len(ids), -1, np.int32)
        nodes = longest
        low, high = self.ngram_range
        for length, nodes in enumerate(self.trie.levels(ids, high), start=1):
            if length >= low:
                np.maximum(longest, nodes, out=longest)  # an n-gram has a higher number than its prefixes
        keys = np.minimum(longest.view(np.uint32), np.uint32(self.absent))  # −1 is the largest uint32
        if self.is_word is None:
            return keys, np.empty(0, np.intp), np.empty(0, np.uint32)
        pairs = nodes
        words, found = self._words.find(ids, pairs)
        marks, edges = self._edges(block, ids, pairs)
        words[marks], found[marks] = edges, True
        at = found.nonzero()[0]
        others = words.take(at) + np.int32(len(self.trie))
        return keys, at, others.view(np.uint32)

    def _edges(
        self, block: TextBlock, ids: NDArray[np.integer], pairs: NDArray[np.int32]
    ) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return the positions of marks at which there is a known edge of two, and its node."""
        begins, ends = _edge_positions(block)
        at = np.concatenate([begins, ends])
        first = np.concatenate([begins, ends - 2])
        heads = pairs.take(first)
        edges = self.trie.find(heads, ids.take(first + 2))
        known = (heads >= 0) & self._is_edge.take(edges, mode="wrap")
        return at[known], edges[known]

    def end_columns(self) -> NDArray[np.int32]:
        """Return the columns of the edges at the end of a text, of one character and of two."""
        at_end = (self.trie.alphabet[self.trie.char] == ord(END)).nonzero()[0]
        columns: NDArray[np.int32] = self.column[np.concatenate([at_end, at_end + len(self.trie)])]
        return columns[columns >= 0]


def _edge_positions(block: TextBlock) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the positions of both marks of the texts that have two characters or more."""
    ends = block.ends - 1
    begins = np.concatenate([np.zeros(1, np.intp), block.ends[:-1]])[: len(ends)]
    long = ends - begins > 2
    return begins[long], ends[long]


class _WordTables:
    """Which nodes are words, and which may begin one.

    Parameters
    ----------
    trie : NgramTrie
    is_word : ndarray of bool, (n_nodes,)
    """

    WORD, LONGER = np.uint8(1), np.uint8(2)  # flags of a pair: it is a word; a longer word may begin with it

    def __init__(self, trie: NgramTrie, is_word: NDArray[np.bool_]) -> None:
        begins_word = is_word.copy()
        for depth in range(int(trie.depth.max(initial=0)), 1, -1):
            begins_word[trie.parent[begins_word & (trie.depth == depth)]] = True
        third = (begins_word & (trie.depth == 3)).nonzero()[0]
        self.trie = trie
        # One entry of padding each, so that index −1 means "not found".
        self.is_word = np.append(is_word, False)
        self.flags = self.is_word.astype(np.uint8) * self.WORD
        self.flags[trie.parent[third]] |= self.LONGER
        self.longest = int(trie.depth[is_word].max(initial=2))

    def find(
        self, ids: NDArray[np.integer], pairs: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Return the node of the word that begins at each position, and at which positions one does.

        Of the known words that begin at a position the longest is taken, unless it lies inside one that begins
        before it.

        Parameters
        ----------
        ids : ndarray, (n,)
            Character ids; see `NgramTrie.char_ids`.
        pairs : ndarray of int32, (n,)
            The pair at each position; −1 where it is unknown.

        Returns
        -------
        words : ndarray of int32, (n,)
            Of no meaning where no word begins.
        is_word : ndarray of bool, (n,)
        """
        n = len(ids)
        flags = self.flags.take(pairs, mode="wrap")
        words = pairs.copy()
        stop = np.arange(2, n + 2, dtype=np.int32)
        stop *= flags & self.WORD
        at = (flags >= self.LONGER)[: max(0, n - 2)].nonzero()[0]
        prefixes = pairs.take(at)
        for length in range(3, self.longest + 1):
            if length > 3:
                inside = (at <= n - length).nonzero()[0]
                at, prefixes = at[inside], prefixes[inside]
            prefixes = self.trie.find(prefixes, ids.take(at + (length - 1)))
            known = (prefixes >= 0).nonzero()[0]
            at, prefixes = at[known], prefixes[known]
            here = self.is_word.take(prefixes).nonzero()[0]
            begins = at.take(here)
            words[begins] = prefixes.take(here)
            stop[begins] = begins + length
        # A word is not inside another where it ends behind every word that begins before it. Only the
        # `longest` - 2 positions before it matter: a word that begins earlier can't reach its end.
        reached = np.zeros(n, np.int32)
        for before in range(1, self.longest - 1):
            np.maximum(reached[before:], stop[:-before], out=reached[before:])
        return words, stop > reached


# -- learning --------------------------------------------------------------------------------------


def all_ngrams(blocks: Callable[[], Iterable[TextBlock]], ngram_range: tuple[int, int]) -> NgramVocabulary:
    """Return the vocabulary of all n-grams of some raw texts.

    Parameters
    ----------
    blocks : callable that returns an iterable of TextBlock
        Called once for each length: blocks of many texts are made again rather than kept.
    ngram_range : tuple (min_n, max_n)
    """
    low, high = ngram_range
    trie = NgramTrie.of_characters(_characters(blocks()))
    for length in range(2, high + 1):
        trie = trie.extended(_last_characters(trie, blocks(), length))
    return NgramVocabulary(trie, trie.depth >= low, None, ngram_range)


def news_terms(blocks: Callable[[], Iterable[TextBlock]], words: Sequence[str]) -> NgramVocabulary:
    """Return the vocabulary of the characters, pairs, words and edges of some folded texts.

    Parameters
    ----------
    blocks : callable that returns an iterable of TextBlock
    words : sequence of str
        Words to know, of two characters or more. Those that occur nowhere are for the caller to prune.
    """
    trie = NgramTrie.of_characters(_characters(blocks()))
    trie = trie.extended(_last_characters(trie, blocks(), 2))
    edges = _common_edges(blocks())
    trie = NgramTrie.of_terms(sorted({*trie.terms(), *edges, *words}))
    is_edge = np.zeros(len(trie), bool)
    is_edge[trie.nodes_of(edges)] = True
    is_word = np.zeros(len(trie), bool)
    is_word[trie.nodes_of(words)] = True
    mark = np.isin(trie.alphabet[trie.char], [ord(BEGIN), ord(END)])
    empty_text = mark & (trie.depth == 2) & mark[trie.parent]
    is_ngram = is_edge | ((trie.depth == 2) & ~empty_text) | ((trie.depth == 1) & ~mark)
    return NgramVocabulary(trie, is_ngram, is_word, (1, 2))


EDGE_TEXTS = 2
"""Texts that must share an edge of two characters for it to be a term; chosen."""


def _common_edges(blocks: Iterable[TextBlock]) -> list[str]:
    """Return the edges of two, with their mark, that `EDGE_TEXTS` texts share; sorted."""
    texts_with: dict[str, int] = {}
    for block in blocks:
        begins, ends = _edge_positions(block)
        for at in (begins, ends - 2):
            edges = block.codes[at[:, None] + np.arange(3)].tobytes().decode("utf-32-le")
            for i in range(0, len(edges), 3):
                texts_with[edges[i : i + 3]] = texts_with.get(edges[i : i + 3], 0) + 1
    return sorted(edge for edge, n in texts_with.items() if n >= EDGE_TEXTS)


def _characters(blocks: Iterable[TextBlock]) -> NDArray[np.intp]:
    """Return the code points that occur, ascending, `BORDER` left out."""
    seen = np.zeros(BORDER + 1, bool)
    for block in blocks:
        seen[block.codes] = True
    return np.flatnonzero(seen[:BORDER])


def _last_characters(
    trie: NgramTrie, blocks: Iterable[TextBlock], length: int
) -> Iterator[tuple[NDArray[np.integer], NDArray[np.int32]]]:
    """Yield the last character and the prefix of the n-grams of `length` in each block; see `extended`."""
    for codes, ends in blocks:
        ids = trie.char_ids(codes)
        *_, prefixes = trie.levels(ids, length - 1)
        inside = prefixes >= 0
        inside[ends - 1] = False  # no n-gram crosses into the next text
        at = inside[: max(0, len(ids) - length + 1)].nonzero()[0]
        last = ids.take(at + (length - 1))
        known = (last < len(trie.alphabet)).nonzero()[0]  # a border is no character
        yield last.take(known), prefixes.take(at.take(known))
