"""Rows to weights: linear SVMs, one section against the rest, with naive Bayes odds as further features.

For each section one value is added to the terms of a text: its naive Bayes log-odds, the sum of the text's term
weights times the log-odds of the terms. The odds of a training text are taken with that text *left out* of the
counts, which is exact and costs one subtraction a term. So the SVM learns how reliable naive Bayes is on unseen
texts, for this section and its neighbours, and corrects it term by term; with odds taken in sample it would rely
on them too much. A term's odds are smoothed towards zero, that is towards the section's share of all terms, so a
rare term and a small section weigh little. The odds are linear in the terms, so the result is again one weight per
term. (Wang and Manning 2012 scale each term by its odds instead, and give an SVM only the odds of its own section.)

The SVM is liblinear's, L2 loss, dual. Sections are trained in separate processes when that pays: liblinear
holds the interpreter's lock and shares one random generator between threads.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

__all__ = ["LinearOptions", "fit_weights", "start_processes"]

TOLERANCE = 0.05
"""liblinear's stopping tolerance. 0.01 changes accuracy on both sets of headlines by 0.02 points at most."""

MAX_ITERATIONS = 200
"""Passes over the texts at most. Separable data reaches the tolerance in 10 to 60."""

WORTH_PROCESSES = 20_000_000
"""Entries times sections from which separate processes pay for their start, about a second."""


@dataclass(frozen=True)
class LinearOptions:
    """How `fit_weights` trains; the defaults are those of `SectionClassifier`.

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
    n_jobs : int or None
        Processes; −1 for all cores. The result doesn't depend on it.
    random_state : int
        Seed of liblinear's order of visits.
    """

    C: float = 0.5
    smoothing: float = 2.0
    odds_weight: float = 0.04
    balance: float = 0.25
    n_jobs: int | None = -1
    random_state: int = 0


def fit_weights(
    X: csr_matrix,
    y: NDArray[np.intp],
    n_classes: int,
    options: LinearOptions,
    sample_weight: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Train one section against the rest, for each section.

    Parameters
    ----------
    X : csr_matrix, (n_texts, n_columns)
        The weighted terms of the training texts.
    y : ndarray, (n_texts,), in [0, n_classes)
        A section that no text has, as happens in a fold, gets weights of 0 and an intercept of −1.
    n_classes : int, at least 2
    options : LinearOptions
    sample_weight : ndarray, (n_texts,), or None, default=None
        Weight of each text's error. The naive Bayes odds count every text once.

    Returns
    -------
    weights : ndarray, (n_columns, n_classes)
    intercepts : ndarray, (n_classes,)

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> X, y = csr_matrix([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]]), np.array([0, 0, 1, 1])
    >>> weights, intercepts = fit_weights(X, y, 2, LinearOptions(n_jobs=1))
    >>> (X @ weights + intercepts).argmax(axis=1).tolist()
    [0, 0, 1, 1]
    """
    from joblib import Parallel, delayed, effective_n_jobs

    # Two sections need one weight vector and one value of odds; the other's are their opposites.
    first = 0 if n_classes > 2 else 1
    odds, seen = (of_all[:, first:] for of_all in _log_odds(X, y, n_classes, options.smoothing))
    # The odds features get a standard deviation of `odds_weight`, whatever the number and length of the texts.
    scale = options.odds_weight / np.maximum(seen.std(axis=0), 1e-12)
    odds *= scale
    wide = _with_more(X, seen * scale)
    jobs = effective_n_jobs(options.n_jobs) if X.nnz * n_classes >= WORTH_PROCESSES else 1
    targets = range(first, n_classes)
    fitted = Parallel(n_jobs=min(jobs, len(targets)))(
        delayed(_one_against_rest)(wide, y == k, options, sample_weight) for k in targets
    )
    own = np.stack([w for w, _ in fitted], axis=1)
    # Odds are linear in the terms, so their weights fold into those of the terms; a model stores no odds.
    weights = own[: X.shape[1]] + odds @ own[X.shape[1] :]
    intercepts = np.array([b for _, b in fitted])
    if n_classes == 2:
        weights, intercepts = np.hstack([-weights, weights]), np.concatenate([-intercepts, intercepts])
    return weights, intercepts


def start_processes(n_entries: int, n_classes: int, n_jobs: int | None) -> Iterator[None]:
    """Start joblib's processes ahead of `fit_weights`, so that they load while the texts are counted.

    Parameters
    ----------
    n_entries : int
        Entries of the matrix that will be trained on, about.
    n_classes : int
    n_jobs : int or None
        As in `LinearOptions`.

    Returns
    -------
    iterator
        The caller must exhaust it before `fit_weights`, even after an error: otherwise joblib ends its processes,
        which other code may be using. It is empty where no processes pay, or none can be started ahead.
    """
    from joblib import Parallel, delayed, effective_n_jobs
    from joblib.parallel import get_active_backend

    if n_classes < 3 or n_entries * n_classes < WORTH_PROCESSES:
        return iter(())
    jobs = min(effective_n_jobs(n_jobs), n_classes)
    if jobs < 2 or not get_active_backend()[0].supports_return_generator:
        return iter(())
    ready = Parallel(n_jobs=jobs, batch_size=1, return_as="generator")(delayed(_load)() for _ in range(jobs))
    return cast("Iterator[None]", ready)


def _load() -> None:
    import sklearn.svm  # noqa: F401


def _with_more(X: Any, more: NDArray[np.float64]) -> Any:
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


def _log_odds(
    X: Any, y: NDArray[np.intp], n_classes: int, smoothing: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the log-odds of each term, and their sums over each text's terms with that text left out.

    ``(n_columns, n_classes)`` and ``(n_texts, n_classes)``.
    """
    from scipy.sparse import csr_matrix

    n, width = X.shape
    present = csr_matrix((np.ones(X.nnz, np.float32), X.indices, X.indptr), shape=X.shape, copy=False)
    membership = csr_matrix((np.ones(n, np.float32), y, np.arange(n + 1)), shape=(n, n_classes))
    within = np.asarray((present.T @ membership).toarray(), np.float64)
    df = within.sum(axis=1)
    share = (within.sum(axis=0) + 1) / (df.sum() + n_classes)
    odds, out_of_class = np.empty((width, n_classes)), np.empty((width, n_classes))
    own = np.empty(n)
    for k, q in enumerate(share.tolist()):
        # Texts with the term, inside the section and outside, as if both had the same number of terms.
        inside, outside = within[:, k] / q, (df - within[:, k]) / (1 - q)
        log_in, log_out = np.log(inside + smoothing), np.log(outside + smoothing)
        odds[:, k] = log_in - log_out
        out_of_class[:, k] = log_in - np.log(np.maximum(outside - 1 / (1 - q), 0) + smoothing)
        # Leaving a text out takes 1 off the count of each of its terms, on the side that it is on.
        members = y == k
        own[members] = X[members] @ (np.log(np.maximum(inside - 1 / q, 0) + smoothing) - log_out)
    seen = np.asarray(X @ out_of_class)
    seen[np.arange(n), y] = own
    return odds, seen
