"""The odds that the SVM gets, against their definition, and what happens to sections without texts."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from classify.sections.linear import LinearOptions, OneAgainstRest, _log_odds, _texts_with


def drawn() -> tuple[csr_matrix, np.ndarray]:
    rng = np.random.default_rng(3)
    dense = rng.random((12, 7)) * (rng.random((12, 7)) < 0.5)
    return csr_matrix(dense), np.arange(12) % 3


def plain_odds(X: np.ndarray, y: np.ndarray, k: int, share: float, smoothing: float) -> np.ndarray:
    """Return the log-odds of each term for section `k`, term by term."""
    inside = (X[y == k] > 0).sum(axis=0) / share
    outside = (X[y != k] > 0).sum(axis=0) / (1 - share)
    return np.log(inside + smoothing) - np.log(outside + smoothing)


def test_the_odds_of_a_training_text_leave_it_out() -> None:
    X, y = drawn()
    odds, seen = _log_odds(X, y, _texts_with(X, y, 3), smoothing=2.0)
    dense = X.toarray()
    within = np.array([(dense[y == k] > 0).sum() for k in range(3)])
    share = (within + 1) / (within.sum() + 3)
    for k in range(3):
        np.testing.assert_allclose(odds[:, k], plain_odds(dense, y, k, share[k], 2.0), rtol=1e-6)
        for i in range(len(y)):
            others = np.arange(len(y)) != i
            left_out = plain_odds(dense[others], y[others], k, share[k], 2.0)
            np.testing.assert_allclose(seen[i, k], dense[i] @ left_out, rtol=1e-5, atol=1e-6)


def test_a_section_without_texts_gets_no_weights() -> None:
    X, y = drawn()
    weights, intercepts = OneAgainstRest(X, np.where(y == 2, 0, y), 3, LinearOptions()).fit(np.arange(12))
    assert intercepts[2] == -1
    assert np.isfinite(weights).all()


def test_two_sections_have_opposite_weights() -> None:
    X, y = drawn()
    weights, intercepts = OneAgainstRest(X, y % 2, 2, LinearOptions()).fit(np.arange(12))
    np.testing.assert_array_equal(weights[:, 0], -weights[:, 1])
    assert intercepts[0] == -intercepts[1]
