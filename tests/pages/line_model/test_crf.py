"""The page model against sums and maxima over all sequences of states, and on long pages."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from classify.pages.line_model.crf import best_states, load_weights, marginals, score
from classify.pages.line_model.features import read_features
from classify.pages.line_model.states import GROUP_OF, GROUPS, START_GROUP, STATES


def random_scores(seed: int, n: int, spread: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    own = rng.normal(0, spread, (n, len(STATES))).astype(np.float32)
    border = rng.normal(0, spread, (n, len(GROUPS) + 1)).astype(np.float32)
    border[:, -1] = -1e4
    return own, border


def all_paths(own: np.ndarray, border: np.ndarray) -> tuple[list[tuple[int, ...]], np.ndarray]:
    """Return all sequences of states of up to three nodes, and the score of each."""
    paths = list(itertools.product(range(len(STATES)), repeat=len(own)))
    states = np.array(paths)
    total = border[0, START_GROUP[states[:, 0]]] + own[0, states[:, 0]]
    for t in range(1, len(own)):
        total = total + border[t, GROUP_OF[states[:, t - 1], states[:, t]]] + own[t, states[:, t]]
    return paths, total.astype(np.float64)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_the_best_states_are_the_best_of_all(seed: int, n: int) -> None:
    own, border = random_scores(seed, n)
    paths, totals = all_paths(own, border)
    assert totals[paths.index(tuple(best_states(own, border).tolist()))] == pytest.approx(
        totals.max(), abs=1e-3
    )


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_probabilities_are_shares_of_all_sequences(seed: int, n: int) -> None:
    own, border = random_scores(seed, n)
    paths, totals = all_paths(own, border)
    weights = np.exp(totals - totals.max())
    exact = np.zeros((n, len(STATES)))
    for t in range(n):
        np.add.at(exact[t], [path[t] for path in paths], weights)
    assert marginals(own, border) == pytest.approx(exact / weights.sum(), abs=1e-4)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    own, border = random_scores(3, 60)
    whole = best_states(own, border), marginals(own, border)
    monkeypatch.setattr("classify.pages.line_model.crf._BLOCK", 7)
    assert best_states(own, border).tolist() == whole[0].tolist()
    assert marginals(own, border) == pytest.approx(whole[1], abs=1e-6)


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


@pytest.mark.parametrize("spread", [1.0, 15.0])
def test_probabilities_of_a_long_page_are_finite(spread: float) -> None:
    """Without scaling, the sums of 4,000 lines leave the range of a float."""
    found = marginals(*random_scores(1, 4000, spread))
    assert np.isfinite(found).all()
    assert found.sum(axis=1) == pytest.approx(np.ones(4000))
