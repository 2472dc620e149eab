"""A set of character n-grams of several lengths: a trie in arrays, and its lookup.

A node is an n-gram; its parent is the n-gram without the last character. Nodes are numbered in the order of their
strings (by code points, a prefix before its extensions), as `sorted` puts them. That order is a depth-first walk of the
trie, so two small arrays describe it completely: the depth of each node and its last character. The trie
of 业, 林, 林业:

    node       0   1   2
    n-gram     业  林  林业
    depth      1   1   2
    character  0   1   0       places in the alphabet 业 林

No string and no hash of a string is kept, so two n-grams are never confused; a Python dictionary of the same n-grams
takes ten times the memory and looks them up one by one.

Texts come as code points, and all positions are looked up at once. One table turns a code point into a character id;
a pair of the commonest characters is found in a dense table (one array access); rarer pairs and longer n-grams, whose
key is (node of the prefix, last character), in an open-addressed hash table.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["NgramTrie"]

DENSE_CHARACTERS = 3071
"""Characters with a row in the dense table of pairs: 3,072² four-byte cells are 36 MiB, of which only the memory pages
in use are ever touched. The 3,000 commonest characters are 99.5 % of running Chinese text."""

SLOTS_PER_KEY = 4
"""Slots of the open-addressed table per key, at least. Measured on bigrams of fudan20: a lookup costs 39 ns
at 2, 19 ns at 4."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: Knuth, TAOCP 6.4, multiplicative hashing
_CODE_POINTS = 0x110000
_PENDING = 1 << 22  # keys gathered before they are sorted and thinned; 32 MiB
_RARE = -2  # in the dense table: look in the open-addressed one


class NgramTrie:
    """An immutable set of n-grams, closed under taking prefixes.

    Parameters
    ----------
    alphabet : ndarray of uint32, (n_characters,)
        Code points, ascending.
    depth : ndarray of uint8, (n_nodes,)
        Length of each n-gram, 1 to 255, nodes in the order of their strings.
    char : ndarray of integers, (n_nodes,)
        Last character of each n-gram: its place in `alphabet`.
    """

    def __init__(
        self, alphabet: NDArray[np.uint32], depth: NDArray[np.uint8], char: NDArray[np.integer]
    ) -> None:
        self.alphabet = alphabet
        self.depth = depth
        self.char = char

    @classmethod
    def of_characters(cls, alphabet: NDArray[np.integer]) -> NgramTrie:
        """Return the trie of single characters.

        Parameters
        ----------
        alphabet : ndarray of int, (n_characters,)
            Code points, ascending.
        """
        n = len(alphabet)
        kind = np.uint16 if n <= 1 << 16 else np.uint32
        return cls(alphabet.astype(np.uint32), np.ones(n, np.uint8), np.arange(n, dtype=kind))

    @classmethod
    def of_terms(cls, terms: Sequence[str]) -> NgramTrie:
        """Return the trie of `terms`, their prefixes and their characters.

        Parameters
        ----------
        terms : sequence of str
            Of any lengths, none empty.

        Examples
        --------
        >>> NgramTrie.of_terms(["林业局"]).terms()
        ['业', '局', '林', '林业', '林业局']
        """
        lengths = np.fromiter(map(len, terms), np.intp, len(terms))
        codes = np.frombuffer("".join(terms).encode("utf-32-le", "surrogatepass"), "<u4")
        trie = cls.of_characters(np.bincount(codes).nonzero()[0] if len(codes) else codes)
        ids = trie.char_ids(codes)
        start = np.cumsum(lengths) - lengths
        for n in range(2, int(lengths.max(initial=0)) + 1):
            at = start[lengths >= n]
            *_, nodes = trie.levels(ids, n - 1)
            trie = trie.extended([(ids[at + n - 1], nodes[at])])
        return trie

    def __len__(self) -> int:
        return len(self.depth)

    # -- shape ---------------------------------------------------------------------------------

    @cached_property
    def parent(self) -> NDArray[np.int32]:
        """Node of each n-gram's prefix, −1 for single characters.

        ``(n_nodes,)``.
        """
        parent = np.full(len(self), -1, np.int32)
        here = np.arange(len(self), dtype=np.int32)
        for d in range(2, int(self.depth.max(initial=0)) + 1):
            last = np.maximum.accumulate(np.where(self.depth == d - 1, here, np.int32(-1)))
            at = self.depth == d
            parent[at] = last[at]
        return parent

    def ancestors(self, depth: int) -> NDArray[np.int32]:
        """Return the node of each n-gram's first `depth` characters, or its own where it is shorter.

        Parameters
        ----------
        depth : int, in characters

        Returns
        -------
        ndarray of int32, (n_nodes,)
        """
        here = np.where(self.depth <= depth, np.arange(len(self), dtype=np.int32), np.int32(0))
        return np.maximum.accumulate(here)

    def terms(self, nodes: NDArray[np.integer] | None = None) -> list[str]:
        """Return the n-grams of `nodes` as strings.

        Parameters
        ----------
        nodes : ndarray of int or None, default=None
            None for all.
        """
        at = np.arange(len(self)) if nodes is None else np.asarray(nodes, np.intp)
        width = int(self.depth[at].max(initial=0))
        codes = np.zeros((len(at), width), np.uint32)
        lengths = self.depth[at].astype(np.intp)
        rows, up = np.arange(len(at)), at.copy()
        for k in range(width):
            alive = lengths - 1 - k >= 0
            rows, up, lengths = rows[alive], up[alive], lengths[alive]
            codes[rows, lengths - 1 - k] = self.alphabet[self.char[up]]
            up = self.parent[up].astype(np.intp)
        text = codes.tobytes().decode("utf-32-le", "surrogatepass")  # NumPy's strings lose a NUL at the end
        return [text[i * width : i * width + n] for i, n in enumerate(self.depth[at].tolist())]

    def pruned(self, keep: NDArray[np.bool_]) -> tuple[NgramTrie, NDArray[np.intp]]:
        """Return the trie of some n-grams and their prefixes, and the old node of each new one.

        Parameters
        ----------
        keep : ndarray of bool, (n_nodes,)
        """
        need = keep.copy()
        for d in range(int(self.depth.max(initial=0)), 1, -1):
            need[self.parent[need & (self.depth == d)]] = True
        old = need.nonzero()[0]
        used = np.bincount(self.char[old], minlength=len(self.alphabet)).nonzero()[0]
        new_id = np.zeros(len(self.alphabet), self.char.dtype)
        new_id[used] = np.arange(len(used))
        return NgramTrie(self.alphabet[used], self.depth[old], new_id[self.char[old]]), old

    def nodes_of(self, terms: Sequence[str]) -> NDArray[np.intp]:
        """Return the node of each of `terms`, −1 for one that is not in the trie.

        Parameters
        ----------
        terms : sequence of str
            Of any lengths, none empty.

        Examples
        --------
        >>> NgramTrie.of_terms(["林", "林场"]).nodes_of(["林场", "水"]).tolist()
        [2, -1]
        """
        lengths = np.fromiter(map(len, terms), np.intp, len(terms))
        codes = np.frombuffer("".join(terms).encode("utf-32-le", "surrogatepass"), "<u4")
        start = np.cumsum(lengths) - lengths
        found = np.empty(len(terms), np.intp)
        for n, nodes in enumerate(self.levels(self.char_ids(codes), int(lengths.max(initial=1))), start=1):
            found[lengths == n] = nodes[start[lengths == n]]
        return found

    def extended(self, ids: Iterable[tuple[NDArray[np.integer], NDArray[np.int32]]]) -> NgramTrie:
        """Return the trie with one length more.

        Parameters
        ----------
        ids : iterable of (chars, prefixes)
            For every n-gram of the new length (repeats are allowed): the id of its last character and the node of
            its prefix, which must be one of the longest here.
        """
        size = np.uint64(len(self.alphabet))
        top = int(self.depth.max(initial=0))
        keys = _distinct(prefixes.astype(np.uint64) * size + chars for chars, prefixes in ids)
        above = (keys // size).astype(np.int32)
        # A walk in string order: each node moves down by the children put before it.
        children = np.bincount(above, minlength=len(self))
        shift = np.concatenate([[0], np.cumsum(children)[:-1]])
        total = len(self) + len(keys)
        old_at = np.arange(len(self)) + shift
        new_at = above + np.arange(len(keys)) + 1  # older nodes and children before it
        depth = np.empty(total, np.uint8)
        char = np.empty(total, self.char.dtype)
        # The longest n-grams have no children but those given here, so a child follows its parent directly.
        depth[old_at], depth[new_at] = self.depth, top + 1
        char[old_at], char[new_at] = self.char, keys % size
        return NgramTrie(self.alphabet, depth, char)

    # -- lookup --------------------------------------------------------------------------------

    def char_ids(self, codes: NDArray[np.uint32]) -> NDArray[np.integer]:
        """Return the id of each code point.

        Parameters
        ----------
        codes : ndarray of uint32, (n,)

        Returns
        -------
        ndarray of int, (n,)
            Place in the alphabet; ``n_characters`` for one that is not in it.
        """
        return np.asarray(self._tables.ids.take(codes, mode="clip"))

    def levels(self, ids: NDArray[np.integer], longest: int) -> Iterator[NDArray[np.int32]]:
        """Yield, for n = 1, 2, … `longest`, the node of the n-gram that begins at each position.

        Parameters
        ----------
        ids : (n,) from `char_ids`
            Several texts may follow each other where no n-gram has the characters between them.

        Yields
        ------
        ndarray of int32, (n,)
            −1 where the n-gram is not in the trie or runs over the end.
        """
        nodes = self.singles(ids)
        yield nodes
        if longest < 2:
            return
        nodes = self.pairs(ids, nodes)
        yield nodes
        for n in range(3, longest + 1):
            before, nodes = nodes, np.full(len(ids), -1, np.int32)
            at = (before[: max(0, len(ids) - n + 1)] >= 0).nonzero()[0]
            nodes[at] = self.find(before[at], ids[at + (n - 1)])
            yield nodes

    def singles(self, ids: NDArray[np.integer]) -> NDArray[np.int32]:
        """Return the node of the character at each position, −1 where there is none.

        Parameters
        ----------
        ids : ndarray, (n,), from `char_ids`
        """
        nodes: NDArray[np.int32] = self._tables.single.take(ids, mode="clip")
        return nodes

    def pairs(self, ids: NDArray[np.integer], singles: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the node of the pair that begins at each position, −1 where there is none.

        Parameters
        ----------
        ids : ndarray, (n,), from `char_ids`
        singles : ndarray of int32, (n,), from `singles`
        """
        t = self._tables
        nodes = np.full(len(ids), -1, np.int32)
        if len(ids) > 1:
            rank = t.rank.take(ids, mode="clip")
            pair = rank[:-1] * t.row
            pair += rank[1:]
            np.subtract(t.pairs.take(pair, mode="clip"), np.int32(1), out=nodes[:-1])
            if t.has_rare:
                rare = (nodes == _RARE).nonzero()[0]
                nodes[rare] = self.find(singles[rare], ids[rare + 1])
        return nodes

    def find(self, prefixes: NDArray[np.int32], chars: NDArray[np.integer]) -> NDArray[np.int32]:
        """Return the node of each prefix with one more character, −1 where there is none.

        Only for n-grams of three or more characters, and for pairs that the dense table has no cell for.

        Parameters
        ----------
        prefixes : ndarray of int32, (n,)
        chars : ndarray of int, (n,), from `char_ids`
        """
        t = self._tables
        base = np.uint64(len(self.alphabet) + 1)  # one more: the id of an unknown character has its own keys
        keys = prefixes.astype(np.uint64) * base + chars
        at = ((keys * _MULTIPLIER) >> t.bits_off).astype(np.intp)
        found: NDArray[np.int32] = t.slots.take(at)
        # Most of those that are absent fall on an empty slot, and need no key.
        left = (found >= 0).nonzero()[0]
        left = left[t.keys.take(found.take(left)) != keys.take(left)]
        while len(left):
            at[left] += 1
            found[left] = t.slots[at[left]]
            left = left[found[left] >= 0]
            left = left[t.keys.take(found[left]) != keys[left]]
        return found

    @cached_property
    def _tables(self) -> _LookupTables:
        return _LookupTables(self)

    def __getstate__(self) -> dict[str, object]:
        return {"alphabet": self.alphabet, "depth": self.depth, "char": self.char}


class _LookupTables:
    """The tables of a lookup; made from a trie at the first one, and not pickled."""

    def __init__(self, trie: NgramTrie) -> None:
        size, nodes = len(trie.alphabet), len(trie)
        self.ids = np.full(_CODE_POINTS + 1, size, np.uint16 if size < 1 << 16 else np.uint32)
        self.ids[trie.alphabet] = np.arange(size)
        ones = (trie.depth == 1).nonzero()[0]
        self.single = np.full(size + 1, -1, np.int32)
        self.single[trie.char[ones]] = ones

        # The characters in most n-grams get the low ranks, so that frequent entries are close together.
        count = np.bincount(trie.char, minlength=size)
        first = np.argsort(-count, kind="stable")[:DENSE_CHARACTERS]
        self.has_rare = size > DENSE_CHARACTERS
        row = len(first) + (2 if self.has_rare else 1)
        self.row = np.int32(row)
        self.rank = np.full(size + 1, row - 1, np.int32)  # rare
        self.rank[first] = np.arange(len(first))
        self.rank[size] = len(first)  # unknown
        self.pairs = np.zeros(row * row, np.int32)  # node + 1: zeros are pages never touched
        twos = (trie.depth == 2).nonzero()[0]
        heads, tails = self.rank[trie.char[trie.parent[twos]]].astype(np.intp), self.rank[trie.char[twos]]
        dense = (heads < len(first)) & (tails < len(first))
        self.pairs[heads[dense] * row + tails[dense]] = twos[dense] + 1
        if self.has_rare:
            table = self.pairs.reshape(row, row)
            table[row - 1, : len(first)] = table[: len(first), row - 1] = table[row - 1, row - 1] = _RARE + 1

        self.keys = np.full(
            nodes + 1, np.iinfo(np.uint64).max, np.uint64
        )  # the last entry is padding, for −1
        hashed = np.concatenate([twos[~dense], (trie.depth > 2).nonzero()[0]])
        self.keys[hashed] = trie.parent[hashed].astype(np.uint64) * np.uint64(size + 1) + trie.char[hashed]
        bits = max(4, int(SLOTS_PER_KEY * len(hashed)).bit_length())
        self.bits_off = np.uint64(64 - bits)
        self.slots = _open_addressed(self.keys, hashed, self.bits_off, 1 << bits)


def _open_addressed(
    keys: NDArray[np.uint64], nodes: NDArray[np.intp], bits_off: np.uint64, size: int
) -> NDArray[np.int32]:
    """Put `nodes` into slots by their keys, all at once; those that find their slot taken go to the next one."""
    at = ((keys[nodes] * _MULTIPLIER) >> bits_off).astype(np.intp)
    slots = np.full(size + 64, -1, np.int32)
    while len(nodes):
        if int(at.max()) >= len(slots) - 1:  # a run over the end
            slots = np.concatenate([slots, np.full(64, -1, np.int32)])
        free = slots[at] < 0
        slots[at[free]] = nodes[free]
        lost = slots[at] != nodes
        nodes, at = nodes[lost], at[lost] + 1
    return slots


def _distinct(arrays: Iterable[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Return the distinct values of many arrays, ascending, without holding all arrays in memory."""
    done = np.empty(0, np.uint64)
    pending: list[NDArray[np.uint64]] = []
    waiting = 0
    for a in arrays:
        pending.append(_thinned(a))
        waiting += len(pending[-1])
        if waiting > max(_PENDING, len(done)):
            done = _thinned(np.concatenate([done, *pending]))
            pending, waiting = [], 0
    return _thinned(np.concatenate([done, *pending]))


def _thinned(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = np.sort(values)
    first = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return np.asarray(values[first], np.uint64)
