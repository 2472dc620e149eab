"""Rows to weights: a linear SVM that knows naive Bayes, one section against the rest.

To the terms of a text one more value is added: the naive Bayes log-odds of the section, which is the sum
of the text's term weights times the log-odds of the terms. On the training texts each text's own odds are
taken *leaving that text out* of the counts, which is exact and costs one subtraction a term. So the SVM
learns how far naive Bayes can be trusted on texts it has not seen, and corrects it term by term; taken in
sample, it would trust it blindly. Since the odds are linear in the terms, what comes out is one weight per
term again. (Wang and Manning 2012 scale each term by its odds instead; their NB-SVM gains nothing on the
18 classes of NLPCC headlines, where this gains 1.5 points, and equals it elsewhere.)

The SVM is liblinear's, L2 loss, dual. Sections are trained in separate processes when that pays: liblinear
holds the interpreter's lock and shares one random generator between threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from classify.sections.features import Counts

__all__ = ["fit_weights"]

TOLERANCE = 1e-2
"""liblinear's stopping tolerance. 1e-4, scikit-learn's default, takes three times as long for the same figures."""

MAX_ITERATIONS = 200
"""Passes over the texts at most. Separable data reaches the tolerance in 10 to 60."""

WORTH_PROCESSES = 20_000_000
"""Entries times sections from which separate processes pay for their start, about a second."""


def fit_weights(
    found: Counts,
    values: NDArray[np.float64],
    n_columns: int,
    y: NDArray[np.intp],
    n_classes: int,
    *,
    C: float,
    smoothing: float,
    odds_weight: float,
    balance: float,
    n_jobs: int | None,
    random_state: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weights ``(n_columns, n_classes)`` and intercepts ``(n_classes,)``.

    Parameters
    ----------
    found, values
        The training rows.
    y : (n_texts,), in [0, n_classes)
    C : float
        Weight of an error against the size of the weights.
    smoothing : float
        Added to each term's number of texts before the odds are taken.
    odds_weight : float
        Spread of the odds' value over the training texts; a row of terms has length 1 or a little more. The
        less it is, the more texts it takes before odds are relied on.
    balance : float in [0, 1]
        0 weighs every text alike, 1 every section alike, 1/2 lies between (geometrically).
    n_jobs : int or None
        Processes; −1 for all cores.
    random_state : int
        Seed of liblinear's order of visits.
    """
    from joblib import Parallel, delayed, effective_n_jobs
    from scipy.sparse import csr_matrix

    n = len(y)
    X = csr_matrix((values, found.columns, found.starts), shape=(n, n_columns), copy=False)
    B = csr_matrix((np.ones(len(values)), found.columns, found.starts), shape=(n, n_columns), copy=False)
    Y = np.zeros((n, n_classes))
    Y[np.arange(n), y] = 1
    in_class = np.asarray(B.T @ Y)
    df = in_class.sum(axis=1)
    del B
    wide, last = _with_one_more(X)
    # Two sections need one weight vector; the other's is its opposite.
    targets = range(n_classes) if n_classes > 2 else range(1, 2)
    jobs = effective_n_jobs(n_jobs) if len(values) * n_classes >= WORTH_PROCESSES else 1
    fitted = Parallel(n_jobs=min(jobs, len(targets)))(
        delayed(_one_against_rest)(
            X, wide, last, y == k, in_class[:, k], df, C, smoothing, odds_weight, balance, random_state
        )
        for k in targets
    )
    weights = np.stack([w for w, _ in fitted], axis=1)
    intercepts = np.array([b for _, b in fitted])
    if n_classes == 2:
        weights, intercepts = np.hstack([-weights, weights]), np.concatenate([-intercepts, intercepts])
    return weights, intercepts


def _with_one_more(X: Any) -> tuple[Any, NDArray[np.intp]]:
    """Return `X` with a column more, full of zeros kept in place, and where in ``data`` they are."""
    from scipy.sparse import csr_matrix

    n, width = X.shape
    starts = X.indptr.astype(np.int64) + np.arange(n + 1)
    last = starts[1:] - 1
    data, columns = np.zeros(len(X.data) + n), np.full(len(X.data) + n, width, np.int32)
    old = np.ones(len(data), bool)
    old[last] = False
    data[old], columns[old] = X.data, X.indices
    return csr_matrix((data, columns, starts.astype(np.int32)), shape=(n, width + 1), copy=False), last


def _one_against_rest(
    X: Any,
    wide: Any,
    last: NDArray[np.intp],
    positive: NDArray[np.bool_],
    inside: NDArray[np.float64],
    df: NDArray[np.float64],
    C: float,
    smoothing: float,
    odds_weight: float,
    balance: float,
    random_state: int,
) -> tuple[NDArray[np.float64], float]:
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    odds, seen = _log_odds(X, positive, inside, df, smoothing)
    scale = odds_weight / max(float(seen.std()), 1e-12)
    data = wide.data.copy()
    data[last] = seen * scale
    wide = csr_matrix((data, wide.indices, wide.indptr), shape=wide.shape, copy=False)
    share = positive.mean()
    weight = {True: (0.5 / share) ** balance, False: (0.5 / (1 - share)) ** balance}
    svm = LinearSVC(
        C=C,
        class_weight=weight if balance else None,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
        random_state=random_state,
    )
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="sklearn", message="Liblinear failed to converge")
        svm.fit(wide, positive)
    w = svm.coef_[0]
    return w[:-1] + w[-1] * scale * odds, float(svm.intercept_[0])


def _log_odds(
    X: Any, positive: NDArray[np.bool_], inside: NDArray[np.float64], df: NDArray[np.float64], smoothing: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the log-odds of each term, and the sum over each text's terms with that text left out."""
    outside = df - inside
    level = np.log((inside + smoothing).sum()) - np.log((outside + smoothing).sum())
    log_in, log_out = np.log(inside + smoothing), np.log(outside + smoothing)
    without_in = np.log(np.maximum(inside - 1, 0) + smoothing)
    without_out = np.log(np.maximum(outside - 1, 0) + smoothing)
    seen = np.where(positive, X @ (without_in - log_out - level), X @ (log_in - without_out - level))
    return log_in - log_out - level, seen
