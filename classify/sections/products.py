"""Sums over segments of rows: texts of one block stand one after the other, and each is a segment.

Which way is fastest depends on how long segments are: BLAS for articles, scipy for headlines, numpy where
scipy isn't loaded and isn't worth loading. All add the same doubles, in another order.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    _Floats = NDArray[np.float64]
    _Product = Callable[[_Floats, _Floats, NDArray[np.int32], _Floats], None]

__all__ = ["fastest_product", "segment_sums", "sums_of_rows"]

LONG = 64
"""Terms in a segment, on average, from which each has a product of its own."""

WORTH_SCIPY = 100_000
"""Rows from which scipy is loaded: below, that costs more (0.1 s) than it spares."""


def fastest_product(n_rows: int, n_segments: int) -> _Product:
    """Return the function ``(values, rows, starts, out)`` that puts weighted sums of rows into ``out``.

    ``out[i]`` becomes the sum of ``values[k] * rows[k]`` for k from ``starts[i]`` to ``starts[i + 1]``.
    """
    if n_rows >= LONG * n_segments:
        return _by_blas
    return _by_scipy if _scipy_pays(n_rows) else _by_numpy


def sums_of_rows(table: _Floats, rows: NDArray[np.int32], starts: NDArray[np.int32]) -> _Floats:
    """Return the sums of ``table[rows[k]]`` for k from ``starts[i]`` to ``starts[i + 1]``, ``(n_segments, …)``."""
    if _scipy_pays(len(rows)):
        return np.asarray(_csr(np.ones(len(rows)), rows, starts, len(table)) @ table)
    return segment_sums(table.take(rows, axis=0), starts)


def segment_sums(values: _Floats, starts: NDArray[np.int32]) -> _Floats:
    """Return the sums of ``values[starts[i]:starts[i + 1]]``."""
    sums = np.add.reduceat(
        np.concatenate([values, np.zeros_like(values, shape=(1, *values.shape[1:]))]), starts[:-1]
    )
    sums[starts[1:] == starts[:-1]] = 0
    return sums


def _by_blas(values: _Floats, rows: _Floats, starts: NDArray[np.int32], out: _Floats) -> None:
    for i, (a, b) in enumerate(pairwise(starts.tolist())):
        np.dot(values[a:b], rows[a:b], out=out[i])


def _by_scipy(values: _Floats, rows: _Floats, starts: NDArray[np.int32], out: _Floats) -> None:
    out[:] = _csr(values, np.arange(len(values), dtype=np.int32), starts, len(values)) @ rows


def _by_numpy(values: _Floats, rows: _Floats, starts: NDArray[np.int32], out: _Floats) -> None:
    out[:] = segment_sums(rows * values[:, None], starts)


def _scipy_pays(n_rows: int) -> bool:
    return n_rows >= WORTH_SCIPY or "scipy.sparse" in sys.modules


def _csr(values: _Floats, columns: NDArray[np.int32], starts: NDArray[np.int32], width: int) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix((values, columns, starts), shape=(len(starts) - 1, width), copy=False)
