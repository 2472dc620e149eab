"""Linear SVMs of several sections at once, by dual coordinate descent on batches of texts.

liblinear trains one section at a time, on a copy of all rows of 16 bytes an entry, and in Python it holds the
interpreter's lock; several processes need several copies. Here the rows are in memory once, as 4-byte columns and
4-byte values, and each entry that is read serves all sections: on the 8,831 articles of fudan20 a pass over them for
20 sections takes 0.4 s, where liblinear's full training takes 14 s of the processor and this some ten passes.

The problem is that of liblinear's L2-loss SVM, by its dual (Hsieh et al., A dual coordinate descent method for
large-scale linear SVM, ICML 2008): a value of 0 or more for each text and section. A batch of texts is done together:
each value moves towards its own optimum with all others fixed, and a line search along these moves, exact for each
section, takes account of what the texts of the batch have in common. So the dual never falls. Batches are small, as
texts that share many terms hinder each other. They are drawn at random, since files are often in the order of their
labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

# Sparse times dense that adds to an array in place; SciPy's public product makes a new array of all columns each time.
from scipy.sparse import _sparsetools, csr_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Problem", "TextBatches"]


@dataclass(frozen=True)
class Problem:
    """What to train on the rows of a `TextBatches`, whose texts are in the order of its ``rows``.

    Attributes
    ----------
    more : ndarray of float32, (n_texts, n_more)
        Further columns, dense ones.
    positive : ndarray of bool, (n_texts, n_sections)
        Which texts are of the section.
    cost : ndarray of float32, (n_texts, n_sections)
        Weight of the error of each text; 0 leaves it out.
    start : ndarray of float32, (n_texts, n_sections), or None, default=None
        Dual values to begin with, of a similar problem; None: zeros.
    """

    more: NDArray[np.float32]
    positive: NDArray[np.bool_]
    cost: NDArray[np.float32]
    start: NDArray[np.float32] | None = None

    def of(self, sections: slice) -> Problem:
        """Return the problem of some of the sections."""
        start = None if self.start is None else self.start[:, sections]
        return Problem(self.more, self.positive[:, sections], self.cost[:, sections], start)


class TextBatches:
    """The rows of texts in random order, cut into batches of a few.

    Parameters
    ----------
    X : csr_matrix, (n_texts, n_columns)
    random_state : int
        Seed of the order.
    shuffled : bool, default=False
        Whether the rows of `X` are in random order already; then they are not copied.

    Attributes
    ----------
    order : ndarray of int, (n_texts,)
        The row of `X` that each row of ``rows`` is.
    rows : csr_matrix of float32, (n_texts, n_columns)

    Examples
    --------
    >>> X = csr_matrix([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]])
    >>> batches = TextBatches(X, 0)
    >>> positive = (batches.order < 2)[:, None]
    >>> problem = Problem(np.ones((4, 1), np.float32), positive, np.ones((4, 1), np.float32))
    >>> weights, more, _ = batches.solve(problem)
    >>> (X @ weights + more > 0).ravel().tolist()
    [True, True, False, False]
    """

    MOST_TEXTS, MOST_ENTRIES = 16, 8192
    """Texts and entries of a batch. On thucnews_title10 batches of 32 titles take a quarter less time a pass, and need
    two passes more; of 64 they converge badly. On fudan20 batches of 32,768 entries (some 18 articles) save nothing."""

    SECTIONS = 20
    """Sections solved together at most, which bounds memory. Two groups of 10 take twice as long as one of 20: the time
    goes into reading the rows."""

    TOLERANCE, WARM_TOLERANCE = 0.0005, 0.005
    """Share of the dual's value that a pass must gain for another to follow, without and with dual values to begin
    with. Five-fold on the training half of nlpcc2017_headline18, 0.002 labels 0.07 points less rightly than 0.0005,
    which labels as rightly as liblinear. The second is chosen."""

    MOST_PASSES = 60

    def __init__(self, X: Any, random_state: int, *, shuffled: bool = False) -> None:
        self.order = np.arange(X.shape[0])
        single = csr_matrix((X.data.astype(np.float32, copy=False), X.indices, X.indptr), X.shape, copy=False)
        self.rows = single
        if not shuffled:
            self.order = np.random.default_rng(random_state).permutation(X.shape[0])
            self.rows = single[self.order]
        self.random_state = random_state
        ends = self.rows.indptr
        bounds = [0]
        while bounds[-1] < len(self.order):
            first = bounds[-1]
            last = int(np.searchsorted(ends, ends[first] + self.MOST_ENTRIES, side="right")) - 1
            bounds.append(min(max(last, first + 1), first + self.MOST_TEXTS, len(self.order)))
        self._parts = list(pairwise(bounds))
        self._products = self._products_within()

    def add_transposed(self, part: tuple[int, int], of_texts: NDArray[Any], to: NDArray[Any]) -> None:
        """Add ``rows[part].T @ of_texts`` to `to`, in place."""
        first, last = part
        n, width = last - first, to.shape[1]
        _sparsetools.csc_matvecs(
            len(to), n, width, self.rows.indptr[first : last + 1], self.rows.indices, self.rows.data,
            of_texts.ravel(), to.ravel(),
        )  # fmt: skip

    def add_product(self, part: tuple[int, int], of_columns: NDArray[Any], to: NDArray[Any]) -> None:
        """Add ``rows[part] @ of_columns`` to `to`, in place."""
        first, last = part
        n, width = to.shape
        _sparsetools.csr_matvecs(
            n, len(of_columns), width, self.rows.indptr[first : last + 1], self.rows.indices, self.rows.data,
            of_columns.ravel(), to.ravel(),
        )  # fmt: skip

    def texts_with(self, y: NDArray[np.intp], n_sections: int) -> NDArray[np.float32]:
        """Return in how many texts of each section each column has a value, ``(n_columns, n_sections)``.

        Parameters
        ----------
        y : ndarray of int, (n_texts,)
            The section of each of ``rows``; −1 for texts that do not count.
        n_sections : int
        """
        found = np.zeros((self.rows.shape[1], n_sections), np.float32)
        member = (y[:, None] == np.arange(n_sections)).astype(np.float32)
        ends = self.rows.indptr
        ones = np.ones(max((int(ends[b] - ends[a]) for a, b in self._parts), default=0), np.float32)
        for first, last in self._parts:
            _sparsetools.csc_matvecs(
                len(found), last - first, n_sections, ends[first : last + 1] - ends[first],
                self.rows.indices[ends[first] : ends[last]], ones, member[first:last].ravel(), found.ravel(),
            )  # fmt: skip
        return found

    def _products_within(self) -> list[NDArray[np.float32]]:
        """Return the products of the rows of each batch with each other, ``(n, n)``."""
        found = []
        dense = np.zeros(self.rows.shape[1] * self.MOST_TEXTS, np.float32)
        for part in self._parts:
            one = np.eye(part[1] - part[0], dtype=np.float32)
            transposed = dense[: self.rows.shape[1] * len(one)].reshape(-1, len(one))
            products = np.zeros_like(one)
            self.add_transposed(part, one, transposed)
            self.add_product(part, transposed, products)
            self.add_transposed(part, -one, transposed)  # zeros again
            found.append(products)
        return found

    def solve(self, problem: Problem) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Train each section of a problem against the rest.

        Parameters
        ----------
        problem : Problem

        Returns
        -------
        weights : ndarray, (n_columns, n_sections)
        more : ndarray, (n_more, n_sections)
            Weights of the further columns.
        duals : ndarray, (n_texts, n_sections)
            For ``Problem.start``.
        """
        n_sections = problem.positive.shape[1]
        bounds = np.linspace(0, n_sections, -(-n_sections // self.SECTIONS) + 1).astype(int).tolist()
        if len(bounds) == 2:
            return self._solve_group(problem)
        solved = [self._solve_group(problem.of(slice(a, b))) for a, b in pairwise(bounds)]
        weights, more, duals = (np.concatenate(parts, axis=1) for parts in zip(*solved, strict=True))
        return weights, more, duals

    def _solve_group(
        self, problem: Problem
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        descent = _Descent(self, problem)
        rng = np.random.default_rng(self.random_state)
        tolerance = self.TOLERANCE if problem.start is None else self.WARM_TOLERANCE
        for _ in range(self.MOST_PASSES):
            gained = sum(
                descent.improve(self._parts[i], self._products[i])
                for i in rng.permutation(len(self._parts)).tolist()
            )
            descent.dual += gained
            if gained <= tolerance * descent.dual:
                break
        return descent.weights, descent.more_weights, descent.duals

    @property
    def parts(self) -> list[tuple[int, int]]:
        """The first row of each batch, and the one after its last."""
        return self._parts

    def squares(self) -> NDArray[np.float32]:
        """Return the squared length of each row, ``(n_texts,)``."""
        return np.concatenate([products.diagonal() for products in self._products])


class _Descent:
    """The state of a descent: dual values of the texts, and the weights that they give."""

    def __init__(self, batches: TextBatches, problem: Problem) -> None:
        self.batches = batches
        n_sections = problem.positive.shape[1]
        used = problem.cost > 0
        self.more = problem.more
        self.sign = np.where(problem.positive, np.float32(1), np.float32(-1))
        self.ridge = np.where(used, 0.5 / np.where(used, problem.cost, 1), 0).astype(np.float32)
        squares = batches.squares() + np.einsum("ij,ij->i", self.more, self.more)
        self.curvature = np.where(used, squares[:, None] + self.ridge, np.inf).astype(np.float32)
        self.weights = np.zeros((batches.rows.shape[1], n_sections), np.float32)
        self.more_weights = np.zeros((self.more.shape[1], n_sections), np.float32)
        self.duals = np.zeros(used.shape, np.float32)
        self.dual = 0.0
        if problem.start is not None:
            self.duals += np.where(used, problem.start, 0)
            signed = self.duals * self.sign
            for first, last in batches.parts:
                batches.add_transposed((first, last), signed[first:last], self.weights)
            self.more_weights += self.more.T @ signed
            size = sum(
                np.einsum("ij,ij->", w, w, dtype=np.float64) for w in (self.weights, self.more_weights)
            )
            ridge = np.einsum("ij,ij,ij->", self.ridge, self.duals, self.duals, dtype=np.float64)
            self.dual = float(self.duals.sum(dtype=np.float64) - (size + ridge) / 2)

    def improve(self, part: tuple[int, int], products: NDArray[np.float32]) -> float:
        """Move the dual values of a batch, and return what the dual gains."""
        texts = slice(*part)
        more, sign, duals = self.more[texts], self.sign[texts], self.duals[texts]
        ridge = self.ridge[texts]
        slope = more @ self.more_weights
        self.batches.add_product(part, self.weights, slope)
        slope *= sign
        slope -= 1
        slope += ridge * duals
        # Each value to its own optimum, 0 at least, as if the others stayed.
        move = duals - slope / self.curvature[texts]
        np.maximum(move, 0, out=move)
        move -= duals
        signed = move * sign
        of_more = more.T @ signed
        # Along these moves the dual is a parabola: as far as its top, but no dual value below 0.
        rise = -np.einsum("ij,ij->j", slope, move)
        bend = np.einsum("ij,ij->j", products @ signed, signed)
        bend += np.einsum("ij,ij->j", of_more, of_more)
        bend += np.einsum("ij,ij,ij->j", ridge, move, move)
        step = np.minimum(rise / np.maximum(bend, np.float32(1e-30)), 1)
        move *= step
        signed *= step
        duals += move
        self.batches.add_transposed(part, signed, self.weights)
        self.more_weights += of_more * step
        return float((step * (rise - step * bend / 2)).sum())
