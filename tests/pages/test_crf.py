"""The page model against sums and maxima over all sequences of states, and on long pages."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.pages import split_page
from classify.pages.crf import best_states, load_weights, marginals, score
from classify.pages.features import read_features
from classify.pages.states import GROUP_OF, START_GROUP, STATES


def random_scores(seed: int, n: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    first = rng.normal(0, 3, k).astype(np.float32)
    arcs = rng.normal(0, 3, (n - 1, k, k)).astype(np.float32)
    arcs[rng.random(arcs.shape) < 0.2] = -1e4
    return first, arcs


def total(first: np.ndarray, arcs: np.ndarray, path: tuple[int, ...]) -> float:
    """Return the score of one sequence of states."""
    return float(first[path[0]]) + sum(float(arcs[t, a, b]) for t, (a, b) in enumerate(itertools.pairwise(path)))


@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(2, 4))
def test_the_best_states_are_the_best_of_all(seed: int, n: int, k: int) -> None:
    first, arcs = random_scores(seed, n, k)
    best = max(total(first, arcs, path) for path in itertools.product(range(k), repeat=n))
    found = total(first, arcs, tuple(best_states(first, arcs).tolist()))
    assert found == pytest.approx(best, abs=1e-3)


@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(2, 4))
def test_probabilities_are_shares_of_all_sequences(seed: int, n: int, k: int) -> None:
    first, arcs = random_scores(seed, n, k)
    exact = np.zeros((n, k))
    for path in itertools.product(range(k), repeat=n):
        weight = np.exp(total(first, arcs, path))
        for t, state in enumerate(path):
            exact[t, state] += weight
    exact /= exact.sum(axis=1, keepdims=True)
    assert marginals(first, arcs) == pytest.approx(exact, abs=1e-4)


ARTICLE = """河道清淤开始
本报讯（记者林知遥）河道清淤昨日
开始，沿岸居民说，水已经清了。
清出的淤泥将运往城北，固化后用
于制砖。（卫苒）
"""


def test_no_transition_that_is_not_allowed() -> None:
    page = read_features((ARTICLE * 3).split("\n"))
    states = best_states(*score(page, load_weights()))
    assert START_GROUP[states[0]] >= 0
    assert all(GROUP_OF[a, b] >= 0 for a, b in itertools.pairwise(states))


@pytest.mark.parametrize("scale", [1.0, 5.0])
def test_probabilities_of_a_long_page_are_finite(scale: float) -> None:
    """Without scaling, the sums of 4,000 lines leave the range of a float."""
    first, arcs = random_scores(1, 4000, len(STATES))
    found = marginals(first, arcs * scale)
    assert np.isfinite(found).all()
    assert found.sum(axis=1) == pytest.approx(np.ones(4000))


def test_a_long_page_has_finite_confidence() -> None:
    page = split_page(ARTICLE * 300)
    assert len(page) == 300
    assert all(0 < article.split_confidence <= 1 for article in page)
