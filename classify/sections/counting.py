"""Keys at the positions of texts to how often each occurs in each text, without a loop over characters.

The keys of a text are sorted, and runs of equal keys are counted. The keys sorted at a time (of one long text or
several short ones) fit the first-level cache; the speed depends on that more than on anything else.

Of the n-grams that begin at a position only the longest is a key. The shorter ones are counted afterwards, from
the sorted keys: nodes of a trie are numbered in the order of their strings, so all that begin alike are
adjacent. A worked example, n = 1–2, the text 林场林业, whose keys are the pairs 林场, 场林, 林业 and the last
character 业:

    sorted and counted   业 1, 场林 1, 林业 1, 林场 1
    first characters     业 (is there), 场 1, 林 1 + 1
    put before them      业 1, 场 1, 场林 1, 林 2, 林业 1, 林场 1

Sorting every n-gram instead takes twice the time of all the rest.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    _Keys: TypeAlias = tuple[NDArray[np.uint32], NDArray[np.intp]]
    _Counted: TypeAlias = tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]

__all__ = ["SparseRows", "count_keys", "count_prefixes", "row_sums", "select"]

SORTED_TOGETHER = 1 << 12
"""Keys sorted at a time, at least: 16 KiB. Measured on fudan20: 11 ns per n-gram at 4 Ki, 24 at 64 Ki."""

WORTH_SCIPY = 100_000
"""Entries from which `SparseRows.times` loads SciPy. Loading takes 0.1 s, a quarter of labelling one page."""


@dataclass(frozen=True)
class SparseRows:
    """A sparse matrix in the three arrays of SciPy's CSR format: counts of terms, or their weights.

    It is used where SciPy need not be loaded. A row is a text, an entry a term that occurs in it.

    Attributes
    ----------
    data : ndarray, (n_entries,)
        Counts or weights.
    columns : ndarray of int32, (n_entries,)
    starts : ndarray of int64, (n_rows + 1,)
        Where the entries of each row begin.

    Examples
    --------
    >>> rows = SparseRows(np.array([1.0, 2.0]), np.array([0, 2], np.int32), np.array([0, 2, 2]))
    >>> rows.to_csr(3).toarray()
    array([[1., 0., 2.],
           [0., 0., 0.]])
    >>> rows.times(np.eye(3))
    array([[1., 0., 2.],
           [0., 0., 0.]])
    """

    data: NDArray[Any]
    columns: NDArray[np.int32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def to_csr(self, n_columns: int) -> Any:
        """Return SciPy's matrix of the same arrays, ``(n_rows, n_columns)``.

        Parameters
        ----------
        n_columns : int
            More than every number in ``columns``.
        """
        from scipy.sparse import csr_matrix

        index = np.int32 if len(self.data) <= np.iinfo(np.int32).max else np.int64
        return csr_matrix(
            (self.data, self.columns.astype(index, copy=False), self.starts.astype(index)),
            shape=(len(self), n_columns),
            copy=False,
        )

    def times(self, weights: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the matrix product with `weights`.

        Parameters
        ----------
        weights : ndarray, (n_columns, n_classes)

        Returns
        -------
        ndarray, (n_rows, n_classes)
        """
        if len(self.data) >= WORTH_SCIPY or "scipy.sparse" in sys.modules:
            return np.asarray(self.to_csr(len(weights)) @ weights)
        return row_sums(weights.take(self.columns, axis=0) * self.data[:, None], self.starts)

    def part(self, first: int, last: int) -> SparseRows:
        """Return the rows from `first` to `last`, which is left out; no copy of their entries."""
        here = slice(int(self.starts[first]), int(self.starts[last]))
        return SparseRows(self.data[here], self.columns[here], self.starts[first : last + 1] - here.start)

    def document_frequencies(self, n_columns: int) -> NDArray[np.intp]:
        """Return how many rows have an entry in each column.

        Parameters
        ----------
        n_columns : int
        """
        df = np.zeros(n_columns, np.intp)
        step = max(1 << 20, n_columns)
        for first in range(0, len(self.columns), step):  # `bincount` copies its argument to 64 bits
            df += np.bincount(self.columns[first : first + step], minlength=n_columns)
        return df

    def kept(self, keep: NDArray[np.bool_]) -> SparseRows:
        """Return the rows with only the columns that `keep` has, renumbered.

        Parameters
        ----------
        keep : ndarray of bool, (n_columns,)
        """
        stay = keep[self.columns]
        renumbered = np.cumsum(keep, dtype=np.int32) - np.int32(1)
        starts = np.concatenate([[0], np.cumsum(stay)])[self.starts]
        return SparseRows(self.data[stay], renumbered[self.columns[stay]], starts)


def row_sums(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    """Return the sum of each row's values, 0 for an empty row.

    Parameters
    ----------
    values : ndarray, (n_entries, ...)
    starts : ndarray of int, (n_rows + 1,)

    Returns
    -------
    ndarray, (n_rows, ...)

    Examples
    --------
    >>> row_sums(np.array([1.0, 2.0, 4.0]), np.array([0, 2, 2, 3])).tolist()
    [3.0, 0.0, 4.0]
    """
    sums = np.zeros((len(starts) - 1, *values.shape[1:]), values.dtype)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):  # `reduceat` gives an empty row the value at its start
        sums[filled] = np.add.reduceat(values, starts[filled], axis=0)
    return sums


def count_keys(parts: Sequence[_Keys], n_keys: int) -> _Counted:
    """Count equal keys text by text.

    Parameters
    ----------
    parts : sequence of (keys, stops)
        Keys of the same texts, each of the parts with some for every text: ``keys`` is an ndarray of uint32, all
        below `n_keys`, and overwritten; ``stops``, ``(n_texts,)``, says where those of each text end.
    n_keys : int

    Returns
    -------
    counts, keys : ndarrays, (n_entries,)
        Keys ascend in each text.
    n_entries : ndarray, (n_texts,)
        How many entries each text has.

    Examples
    --------
    >>> keys, others = np.array([5, 2, 5, 9, 2], np.uint32), np.array([7, 7], np.uint32)
    >>> parts = [(keys, np.array([3, 5])), (others, np.array([0, 2]))]
    >>> [found.tolist() for found in count_keys(parts, 10)]
    [[1, 2, 1, 2, 1], [2, 5, 2, 7, 9], [2, 3]]
    """
    stops = np.sum([stops for _, stops in parts], axis=0)
    sizes = np.diff(stops, prepend=0)
    keys, base = _sorted_texts(parts, stops, n_keys)
    # The first key of each run of equal keys; a run ends where its text does.
    first = np.empty(len(keys), bool)
    first[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    first[(stops - sizes)[sizes > 0]] = True
    at = np.flatnonzero(first)
    per_text = np.diff(np.searchsorted(at, stops), prepend=0)
    counts = np.diff(at, append=len(keys))
    found = keys[at]
    if base.any():  # back to the keys as they were before sorting
        found -= np.repeat(base, per_text).astype(np.uint32)
    return counts, found.view(np.int32), per_text


def count_prefixes(
    counted: _Counted, prefix: NDArray[np.int32], length: int, depth: NDArray[np.uint8] | None
) -> _Counted:
    """Count the n-grams of one length that longer n-grams begin with, and put them before those.

    Parameters
    ----------
    counted : counts, keys, n_entries
        See `count_keys`. N-grams longer by one have been counted completely.
    prefix : ndarray of int32, (n_keys,)
        The n-gram of `length` that each key begins with; a key without one, itself.
    length : int, in characters
    depth : ndarray of uint8, (n_keys,), or None
        Length of each n-gram; None where no n-gram is longer than `length` + 1.

    Returns
    -------
    counts, keys, n_entries
    """
    counts, keys, per_text = counted
    if not len(keys):
        return counted
    stops = np.cumsum(per_text)
    above = prefix.take(keys)
    # Runs of keys that begin alike; a run ends where its text does.
    new = np.empty(len(keys), bool)
    new[0] = True
    np.not_equal(above[1:], above[:-1], out=new[1:])
    new[(stops - per_text)[per_text > 0]] = True
    runs = np.flatnonzero(new)
    heads = above.take(runs)
    missing = keys.take(runs) != heads  # the prefix is not an entry of its own yet
    if depth is None:
        totals = np.add.reduceat(counts, runs)
    else:  # those longer by one include the longer ones; shorter and equal ones stay what they are
        totals = np.add.reduceat(counts * (depth.take(keys) == length + 1), runs)
        totals[~missing] += counts[runs[~missing]]
        missing &= depth.take(heads) == length
    # Insert the missing prefixes before their runs.
    added = np.cumsum(missing)
    at = runs + added - missing
    old = np.ones(len(keys) + int(added[-1]), bool)
    old[at[missing]] = False
    here = np.flatnonzero(old)
    all_keys, all_counts = np.empty(len(old), keys.dtype), np.empty(len(old), counts.dtype)
    all_keys[here], all_counts[here] = keys, counts
    all_keys[at], all_counts[at] = heads, totals
    before = np.concatenate([[0], added])[np.searchsorted(runs, stops)]
    return all_counts, all_keys, per_text + np.diff(before, prepend=0)


def select(stay: NDArray[np.bool_], counted: _Counted) -> _Counted:
    """Return the entries of `counted` (see `count_keys`) at which `stay` is true, ``(n_entries,)``."""
    if stay.all():
        return counted
    counts, keys, per_text = counted
    here = np.flatnonzero(stay)
    kept = np.diff(np.searchsorted(here, np.cumsum(per_text)), prepend=0)
    return counts[here], keys[here], kept


def _sorted_texts(
    parts: Sequence[_Keys], stops: NDArray[np.intp], size: int
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the keys of all parts, those of each text together and sorted, and what was added to them.

    Short texts are sorted several together: `size` is added to the keys of the second of them, twice that to
    those of the third. Keys are below `size`. `stops` are those of all parts together.
    """
    base = np.zeros(len(stops), np.int64)
    most = (1 << 32) // size  # texts together before a key overflows
    bounds = [0]  # texts between two bounds are sorted together
    start = 0
    while bounds[-1] < len(stops):
        first = bounds[-1]
        last = min(int(np.searchsorted(stops, start + SORTED_TOGETHER)) + 1, first + most, len(stops))
        base[first:last] = np.arange(last - first) * size
        bounds.append(last)
        start = int(stops[last - 1])
    if base.any():
        for keys, its_stops in parts:
            keys += np.repeat(base, np.diff(its_stops, prepend=0)).astype(np.uint32)
    merged = np.empty(start, np.uint32)
    cuts = [np.append(0, its_stops)[bounds].tolist() for _, its_stops in parts]
    done = 0
    for k in range(len(bounds) - 1):
        pieces = [keys[cut[k] : cut[k + 1]] for (keys, _), cut in zip(parts, cuts, strict=True)]
        together = merged[done : done + sum(map(len, pieces))]
        np.concatenate(pieces, out=together)
        together.sort()
        done += len(together)
    return merged, base
