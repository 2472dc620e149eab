"""Rows to weights: linear SVMs, one section against the rest, with naive Bayes odds as further features.

For each section one value is added to the terms of a text: its naive Bayes log-odds, the sum of the text's term
weights times the log-odds of the terms. The odds of a training text are taken with that text *left out* of the
counts, which is exact and costs one subtraction a term. So the SVM learns how reliable naive Bayes is on unseen
texts, for this section and its neighbours, and corrects it term by term; with odds taken in sample it would rely
on them too much. A term's odds are smoothed towards zero, that is towards the section's share of all terms, so a
rare term and a small section weigh little. The odds are linear in the terms, so the result is again one weight per
term. (Wang and Manning 2012 scale each term by its odds instead, and give an SVM only the odds of its own section.)

The SVM has L2 loss. Up to `FEW` entries times sections it is liblinear's, section by section; beyond, where its copies
and the interpreter's lock cost more than they are worth, that of `descent`, all sections at once. Both end
near the same weights: five-fold on the training halves of fudan20 and thucnews_title10, accuracy is the same within a
tenth of a point.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.sections.descent import Problem, TextBatches

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LinearOptions", "OneAgainstRest"]

TOLERANCE = 0.05
"""liblinear's stopping tolerance. 0.01 changes accuracy on both sets of headlines by 0.02 points at most."""

MAX_ITERATIONS = 200
"""Passes over the texts at most. Separable data reaches the tolerance in 10 to 60."""

FEW = 20_000_000
"""Entries times sections up to which liblinear trains: a few seconds. Chosen."""

TERMS_TOGETHER = 1 << 14
"""Terms whose logarithms are taken together, so that they stay in the second-level cache; chosen."""


@dataclass(frozen=True)
class LinearOptions:
    """How `OneAgainstRest` trains; the defaults are those of `SectionClassifier`.

    Attributes
    ----------
    C : float, more than 0
        Weight of an error against the size of the weights.
    smoothing : float, more than 0
        Texts made up for each term before odds are taken, shared out to the sections as all terms are.
    odds_weight : float, at least 0
        Spread of the odds' values over the training texts; a row of terms has length 1 or a little more. The less
        it is, the more texts it takes before odds are relied on.
    balance : float in [0, 1]
        0 weighs every text alike, 1 every section alike, 1/2 lies between (geometrically).
    random_state : int
        Seed of the order in which texts are visited.
    shuffled : bool
        Whether the rows come in random order, so that the descent need not copy them into another.
    """

    C: float = 0.5
    smoothing: float = 2.0
    odds_weight: float = 0.04
    balance: float = 0.25
    random_state: int = 0
    shuffled: bool = False


class OneAgainstRest:
    """Linear SVMs of one section against the rest, for each section, on rows that several trainings share.

    Parameters
    ----------
    X : csr_matrix, (n_texts, n_columns)
        The weighted terms of the training texts. It is not needed afterwards.
    y : ndarray, (n_texts,), in [0, n_classes)
    n_classes : int, at least 2
    options : LinearOptions

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> X, y = csr_matrix([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]]), np.array([0, 0, 1, 1])
    >>> svms = OneAgainstRest(X, y, 2, LinearOptions())
    >>> svms.scores(*svms.fit(np.arange(4)), np.arange(4)).argmax(axis=1).tolist()
    [0, 0, 1, 1]
    """

    def __init__(self, X: Any, y: NDArray[np.intp], n_classes: int, options: LinearOptions) -> None:
        self.options = options
        self.n_classes = n_classes
        # Values of four bytes are those of much data, or a part of it; liblinear would copy them to eight.
        descent = X.dtype == np.float32 or self.is_much(X.nnz, n_classes)
        self._batches = TextBatches(X, options.random_state, shuffled=options.shuffled) if descent else None
        self._rows = X if self._batches is None else self._batches.rows
        self._y = y if self._batches is None else y[self._batches.order]
        self._duals: NDArray[np.float32] | None = None

    @staticmethod
    def is_much(n_entries: int, n_classes: int) -> bool:
        """Return whether rows with so many entries are trained on by the descent, not by liblinear."""
        return n_entries * n_classes > FEW

    def fit(
        self, texts: NDArray[np.intp], sample_weight: NDArray[np.float64] | None = None
    ) -> tuple[NDArray[np.floating], NDArray[np.float64]]:
        """Train on some of the texts.

        Parameters
        ----------
        texts : ndarray of int
            Indices of the training texts, ascending. A section that none of them has, as happens in a fold, gets
            weights of 0 and an intercept of −1.
        sample_weight : ndarray, (n_texts,), or None, default=None
            Weight of the error of each text that there is. The naive Bayes odds count every text once.

        Returns
        -------
        weights : ndarray, (n_columns, n_classes)
        intercepts : ndarray, (n_classes,)
        """
        if self._batches is not None and 2 * len(texts) < len(self._y):
            few = OneAgainstRest(
                self._rows[self._places(texts)], self._y[self._places(texts)], self.n_classes, self.options
            )
            return few.fit(np.arange(len(texts)), None if sample_weight is None else sample_weight[texts])
        # Two sections need one weight vector and one value of odds; the other's are their opposites.
        first = 0 if self.n_classes > 2 else 1
        solve = self._by_liblinear if self._batches is None else self._by_batches
        weights, intercepts = solve(texts, sample_weight, first)
        if self.n_classes == 2:
            weights, intercepts = np.hstack([-weights, weights]), np.concatenate([-intercepts, intercepts])
        return weights, intercepts

    @property
    def in_threads(self) -> bool:
        """Whether several threads may call `fit` at once, after a first call has ended; liblinear allows one."""
        return self._batches is not None

    def scores(
        self, weights: NDArray[np.floating], intercepts: NDArray[np.float64], texts: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Return the scores of some of the texts, ``(len(texts), n_classes)``.

        Parameters
        ----------
        weights, intercepts : ndarray
            From `fit`.
        texts : ndarray of int
        """
        return np.asarray(self._rows[self._places(texts)] @ weights + intercepts, np.float64)

    def _places(self, texts: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return which of ``_rows`` these texts are."""
        return texts if self._batches is None else np.argsort(self._batches.order)[texts]

    def _by_liblinear(
        self, texts: NDArray[np.intp], sample_weight: NDArray[np.float64] | None, first: int
    ) -> tuple[NDArray[np.floating], NDArray[np.float64]]:
        every = len(texts) == len(self._y)
        X, y = (self._rows, self._y) if every else (self._rows[texts], self._y[texts])
        weight = None if sample_weight is None else sample_weight[texts]
        odds, seen = self._odds(X, y, _texts_with(X, y, self.n_classes), first)
        wide = _with_more(X, seen)
        fitted = [_one_against_rest(wide, y == k, self.options, weight) for k in range(first, self.n_classes)]
        own = np.stack([w for w, _ in fitted], axis=1)
        # Odds are linear in the terms, so their weights fold into those of the terms; a model stores no odds.
        weights = own[: X.shape[1]] + odds @ own[X.shape[1] :]
        return weights, np.array([b for _, b in fitted])

    def _by_batches(
        self, texts: NDArray[np.intp], sample_weight: NDArray[np.float64] | None, first: int
    ) -> tuple[NDArray[np.floating], NDArray[np.float64]]:
        assert self._batches is not None
        used = np.zeros(len(self._y), bool)
        used[texts] = True
        used = used[self._batches.order]
        y = np.where(used, self._y, -1)
        odds, seen = self._odds(self._rows, y, self._batches.texts_with(y, self.n_classes), first)
        # A last column of ones gives the intercept, as in liblinear.
        more = np.hstack([seen, np.ones((len(seen), 1))]).astype(np.float32)
        positive = self._y[:, None] == np.arange(first, self.n_classes)
        share = positive[used].mean(axis=0)
        inside, outside = (
            self.options.C * (0.5 / np.maximum(part, 1e-12)) ** self.options.balance
            for part in (share, 1 - share)
        )
        cost = np.where(positive, inside, outside) * used[:, None]
        if sample_weight is not None:
            cost *= sample_weight[self._batches.order, None]
        problem = Problem(more, positive, cost.astype(np.float32), self._duals)
        weights, of_more, duals = self._batches.solve(problem)
        if self._duals is None:
            self._duals = duals
        for start in range(0, len(odds), TERMS_TOGETHER):
            terms = slice(start, start + TERMS_TOGETHER)
            weights[terms] += odds[terms] @ of_more[:-1]
        intercepts = of_more[-1].astype(np.float64)
        missing = (share == 0) | (share == 1)
        weights[:, missing], intercepts[missing] = 0, 2 * share[missing] - 1
        return weights, intercepts

    def _odds(
        self, X: Any, y: NDArray[np.intp], within: NDArray[np.floating], first: int
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Return `_log_odds` of the sections from `first` on, scaled."""
        odds, seen = (of_all[:, first:] for of_all in _log_odds(X, y, within, self.options.smoothing))
        # The odds features get a standard deviation of `odds_weight`, whatever the number and length of the texts.
        scale = (self.options.odds_weight / np.maximum(seen[y >= 0].std(axis=0), 1e-12)).astype(odds.dtype)
        odds *= scale
        return odds, seen * scale


def _with_more(X: Any, more: NDArray[np.floating]) -> Any:
    """Return `X` with the columns of `more` after its own."""
    from scipy.sparse import csr_matrix

    n, width = X.shape
    extra = more.shape[1]
    starts = X.indptr.astype(np.int64) + np.arange(n + 1) * extra
    at = (starts[1:, None] - extra + np.arange(extra)).ravel()
    data, columns = np.empty(int(starts[-1])), np.empty(int(starts[-1]), np.int32)
    old = np.ones(len(data), bool)
    old[at] = False
    data[old], columns[old] = X.data, X.indices
    data[at], columns[at] = more.ravel(), np.tile(np.arange(width, width + extra, dtype=np.int32), n)
    return csr_matrix((data, columns, starts.astype(np.int32)), shape=(n, width + extra), copy=False)


def _one_against_rest(
    X: Any,
    positive: NDArray[np.bool_],
    options: LinearOptions,
    sample_weight: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], float]:
    from sklearn.svm import LinearSVC

    share = float(positive.mean())
    if share in (0.0, 1.0):  # a fold may leave a section without texts
        return np.zeros(X.shape[1]), 2 * share - 1
    weight = {True: (0.5 / share) ** options.balance, False: (0.5 / (1 - share)) ** options.balance}
    svm = LinearSVC(
        C=options.C,
        dual=True,
        class_weight=weight if options.balance else None,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
        random_state=options.random_state,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="sklearn", message="Liblinear failed to converge")
        svm.fit(X, positive, sample_weight=sample_weight)
    return svm.coef_[0], float(svm.intercept_[0])


def _texts_with(X: Any, y: NDArray[np.intp], n_classes: int) -> NDArray[np.float64]:
    """Return in how many texts of each section each term is, ``(n_columns, n_classes)``."""
    from scipy.sparse import csr_matrix

    n = X.shape[0]
    present = csr_matrix((np.ones(X.nnz, np.float32), X.indices, X.indptr), shape=X.shape, copy=False)
    membership = csr_matrix((np.ones(n, np.float32), y, np.arange(n + 1)), shape=(n, n_classes))
    return np.asarray((present.T @ membership).toarray(), np.float64)


def _log_odds(
    X: Any, y: NDArray[np.intp], within: NDArray[np.floating], smoothing: float
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the log-odds of each term, and their sums over each text's terms with that text left out.

    Parameters
    ----------
    X : csr_matrix, (n_texts, n_columns)
    y : ndarray, (n_texts,)
        −1 for texts that are in no section, and not among those of `within`; their sums leave nothing out.
    within : ndarray of floats, (n_columns, n_classes)
        See `_texts_with`. Overwritten with the odds; the sums have its type.
    smoothing : float

    Returns
    -------
    odds : ndarray, (n_columns, n_classes)
    seen : ndarray, (n_texts, n_classes)
    """
    df = within.sum(axis=1, keepdims=True)
    share = (within.sum(axis=0, dtype=np.float64) + 1) / (df.sum(dtype=np.float64) + within.shape[1])
    q = share.astype(within.dtype)
    blocks = [slice(first, first + TERMS_TOGETHER) for first in range(0, len(within), TERMS_TOGETHER)]

    # Texts with the term, inside the section and outside, as if both had the same number of terms.
    def logarithms(terms: slice, *, out_of: bool = False) -> tuple[NDArray[Any], NDArray[Any]]:
        inside, outside = within[terms] / q, (df[terms] - within[terms]) / (1 - q)
        if out_of:
            outside = np.maximum(outside - 1 / (1 - q), 0)
        return np.log(inside + smoothing), np.log(outside + smoothing)

    # Leaving a text out takes 1 off the count of each of its terms, on the side that it is on.
    left_out = np.empty_like(within)
    for terms in blocks:
        log_in, log_out = logarithms(terms, out_of=True)
        left_out[terms] = log_in - log_out
    seen = np.asarray(X @ left_out)
    del left_out
    for k in range(within.shape[1]):
        members = np.flatnonzero(y == k)
        inside, outside = within[:, k] / q[k], (df[:, 0] - within[:, k]) / (1 - q[k])
        own = np.log(np.maximum(inside - 1 / q[k], 0) + smoothing) - np.log(outside + smoothing)
        seen[members, k] = X[members] @ own
    for terms in blocks:
        log_in, log_out = logarithms(terms)
        within[terms] = log_in - log_out
    return within, seen
