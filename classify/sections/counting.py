"""Texts to counts of what stands in them, without a loop over characters.

Texts are joined by the block, encoded as UTF-32 and looked up in an `NgramTrie` all positions at once. Then
what was found in a document is sorted and runs are counted. Of n-grams only the longest known one at each
position is sorted; those it begins with are counted from the sorted ones. Blocks are small enough for the
second-level cache, and what is sorted at a time (one long document or several short ones) for the first: on
that, more than on anything else, the speed depends.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from classify.sections.trie import NgramTrie

__all__ = ["BLOCK", "code_blocks", "counted", "counted_keys"]

BLOCK = 1 << 15
"""Characters looked up at a time. 32 Ki of them, their ids and two lengths of nodes fill half a MiB."""

SORTED_TOGETHER = 1 << 12
"""N-grams sorted at a time, at least: 16 KiB. Measured on fudan20: 11 ns per n-gram at 4 Ki, 24 at 64 Ki."""

_LAST_BLANK = 0x3000
_BLANK = np.zeros(_LAST_BLANK + 2, bool)  # characters that `re` calls \s; the last cell is everything above
_BLANK[[c for c in range(_LAST_BLANK + 1) if chr(c).isspace()]] = True


def code_blocks(
    texts: Sequence[str], size: int = BLOCK
) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.intp]]]:
    """Yield `texts` block by block as ``(code points, end of each text in them)``, runs of blanks made one.

    A block has `size` characters or a few more, and whole texts. No texts give no block.
    """
    lengths = np.fromiter(map(len, texts), np.intp, len(texts))
    ends = np.cumsum(lengths)
    first = done = 0
    while first < len(texts):
        last = max(first, int(np.searchsorted(ends, done + size))) + 1
        last = min(last, len(texts))
        codes = np.frombuffer("".join(texts[first:last]).encode("utf-32-le", "surrogatepass"), "<u4")
        yield _one_blank(codes, ends[first:last] - done)
        first, done = last, int(ends[last - 1])


def _one_blank(
    codes: NDArray[np.uint32], ends: NDArray[np.intp]
) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Make one space of two or more blanks, as scikit-learn's character analyser does; one alone stays."""
    blank = _BLANK.take(codes, mode="clip")
    pair = blank[1:] & blank[:-1]
    inner = ends[(ends > 0) & (ends < len(codes))]
    pair[inner - 1] = False
    second = np.flatnonzero(pair) + 1
    if not len(second):
        return codes, ends
    codes = codes.copy()
    codes[second - 1] = codes[second] = 32
    return np.delete(codes, second), ends - np.searchsorted(second, ends)


def counted(
    trie: NgramTrie,
    codes: NDArray[np.uint32],
    ends: NDArray[np.intp],
    low: int,
    high: int,
    ancestors: Sequence[NDArray[np.int32]],
    column: NDArray[np.int32],
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    """Return counts and columns of one block, document by document and ascending, and how many each has.

    Only the longest n-gram known at each place is sorted and counted. What it begins with is counted
    afterwards: in the order of the nodes all that begin alike stand together.
    """
    deepest = np.full(len(codes), -1, np.int32)
    for k, nodes in enumerate(trie.levels(trie.char_ids(codes), high), start=1):
        for back in range(1, k):
            over = ends - back
            nodes[over[over >= 0]] = -1
        np.maximum(deepest, nodes, out=deepest)  # n-grams follow what they begin with
    absent = len(trie)  # sorts behind every node
    keys = np.minimum(deepest.view(np.uint32), np.uint32(absent))  # −1 is above all
    counts, nodes, per_document = _runs(keys, ends, absent + 1)
    counts, nodes, per_document = _only(nodes < absent, counts, nodes, per_document)
    for depth in range(high - 1, low - 1, -1):
        exact = trie.depth if high > 2 else None  # all that is longer than 1 has length 2
        counts, nodes, per_document = _with_ancestors(
            counts, nodes, per_document, ancestors[depth - low], depth, exact
        )
    columns = column.take(nodes)
    return _only(columns >= 0, counts, columns, per_document)


def _with_ancestors(
    counts: NDArray[np.intp],
    nodes: NDArray[np.int32],
    per_document: NDArray[np.intp],
    ancestor: NDArray[np.int32],
    depth: int,
    depths: NDArray[np.uint8] | None,
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    """Count the n-grams of length `depth` that begin longer ones, and put them before those."""
    if not len(nodes):
        return counts, nodes, per_document
    stops = np.cumsum(per_document)
    above = ancestor.take(nodes)
    new = np.empty(len(nodes), bool)
    new[0] = True
    np.not_equal(above[1:], above[:-1], out=new[1:])
    new[(stops - per_document)[per_document > 0]] = True
    runs = np.flatnonzero(new)
    heads = above.take(runs)
    missing = nodes.take(runs) != heads
    if depths is None:
        totals = np.add.reduceat(counts, runs)
    else:  # those longer by one have theirs already; shorter and equal ones stay what they are
        deeper = depths.take(nodes) == depth + 1
        totals = np.add.reduceat(counts * deeper, runs)
        totals[~missing] += counts[runs[~missing]]
        missing &= depths.take(heads) == depth
    added = np.cumsum(missing)
    at = runs + added - missing
    old = np.ones(len(nodes) + int(added[-1]), bool)
    old[at[missing]] = False
    here = np.flatnonzero(old)
    all_nodes, all_counts = np.empty(len(old), nodes.dtype), np.empty(len(old), counts.dtype)
    all_nodes[here], all_counts[here] = nodes, counts
    all_nodes[at], all_counts[at] = heads, totals
    before = np.concatenate([[0], added])[np.searchsorted(runs, stops)]
    return all_counts, all_nodes, per_document + np.diff(before, prepend=0)


def counted_keys(
    keys: NDArray[np.uint32], stops: NDArray[np.intp], absent: int, column: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    """Count equal keys document by document.

    Parameters
    ----------
    keys : (n,), overwritten
        All below or at `absent`.
    stops : (n_documents,)
        Where each document's keys end.
    absent : int
        The key that stands for nothing.
    column : (absent + 1,)
        The column of each key, ascending with it; −1 for keys that have none.

    Returns
    -------
    counts, columns : (n_entries,)
        Columns ascend in each document.
    per_document : (n_documents,)
        How many entries each has.
    """
    counts, nodes, per_document = _runs(keys, stops, absent + 1)
    columns = column.take(nodes)
    return _only(columns >= 0, counts, columns, per_document)


def _runs(
    keys: NDArray[np.uint32], stops: NDArray[np.intp], size: int
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    """Sort each document's keys; return how often each occurs, the key, and how many a document has."""
    sizes = np.diff(stops, prepend=0)
    base = _sort_documents(keys, stops, size)
    first = np.empty(len(keys), bool)
    first[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    first[(stops - sizes)[sizes > 0]] = True
    at = np.flatnonzero(first)
    per_document = np.diff(np.searchsorted(at, stops), prepend=0)
    counts = np.diff(at, append=len(keys))
    found = keys[at]
    if base.any():
        found -= np.repeat(base, per_document).astype(np.uint32)
    return counts, found.view(np.int32), per_document


def _only(
    stay: NDArray[np.bool_],
    counts: NDArray[np.intp],
    names: NDArray[np.int32],
    per_document: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
    if stay.all():
        return counts, names, per_document
    here = np.flatnonzero(stay)
    kept = np.diff(np.searchsorted(here, np.cumsum(per_document)), prepend=0)
    return counts[here], names[here], kept


def _sort_documents(keys: NDArray[np.uint32], stops: NDArray[np.intp], size: int) -> NDArray[np.int64]:
    """Sort the keys of each document in place, and return what was added to them.

    Short documents are sorted several together: the second of them has `size` added to its keys, the
    third twice that. Keys are below `size`.
    """
    base = np.zeros(len(stops), np.int64)
    most = (1 << 32) // size  # documents together before a key overflows
    bounds = [0]
    first = start = 0
    while first < len(stops):
        last = min(int(np.searchsorted(stops, start + SORTED_TOGETHER)) + 1, first + most, len(stops))
        base[first:last] = np.arange(last - first) * size
        first, start = last, int(stops[last - 1])
        bounds.append(start)
    if base.any():
        keys += np.repeat(base, np.diff(stops, prepend=0)).astype(np.uint32)
    for a, b in pairwise(bounds):
        keys[a:b].sort()
    return base
