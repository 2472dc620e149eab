"""The descent reaches the optimum, by both sides of duality; batches count and multiply as the matrix does."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse import random as random_matrix

from classify.sections.descent import Problem, TextBatches

SECTIONS = 3


@pytest.fixture(scope="module")
def drawn() -> tuple[csr_matrix, np.ndarray, TextBatches]:
    rng = np.random.default_rng(4)
    X = csr_matrix(random_matrix(203, 50, 0.2, random_state=4))
    y = (X @ rng.normal(size=(50, SECTIONS)) + rng.normal(size=(203, SECTIONS)) / 5).argmax(axis=1)
    return X, y, TextBatches(X, 0)


@pytest.fixture(autouse=True)
def close_to_the_optimum(monkeypatch) -> None:
    monkeypatch.setattr(TextBatches, "TOLERANCE", 1e-8)
    monkeypatch.setattr(TextBatches, "MOST_PASSES", 500)


def problem_of(
    batches: TextBatches, y: np.ndarray, cost: np.ndarray, start: np.ndarray | None = None
) -> Problem:
    positive = y[batches.order, None] == np.arange(SECTIONS)
    return Problem(np.ones((len(y), 1), np.float32), positive, cost[batches.order].astype(np.float32), start)


def gaps(batches: TextBatches, problem: Problem) -> np.ndarray:
    """Return how far each section's primal value is above its dual value, as a share of it."""
    weights, more, duals = batches.solve(problem)
    sign = np.where(problem.positive, 1, -1)
    size = ((weights**2).sum(axis=0) + (more**2).sum(axis=0)) / 2
    errors = np.maximum(1 - sign * (batches.rows @ weights + problem.more @ more), 0)
    primal = size + (problem.cost * errors**2).sum(axis=0)
    ridge = np.divide(duals**2, 4 * problem.cost, out=np.zeros_like(duals), where=problem.cost > 0)
    assert (duals >= 0).all()
    assert not duals[problem.cost == 0].any()
    signed = duals * sign
    np.testing.assert_allclose(batches.rows.T @ signed, weights, atol=1e-3)
    return (primal - (duals.sum(axis=0) - size - ridge.sum(axis=0))) / primal


def test_primal_and_dual_meet(drawn) -> None:
    _, y, batches = drawn
    assert (gaps(batches, problem_of(batches, y, np.ones((203, SECTIONS)))) < 0.002).all()


def test_texts_without_cost_teach_nothing(drawn) -> None:
    _, y, batches = drawn
    cost = np.ones((203, SECTIONS))
    cost[:60] = 0
    problem = problem_of(batches, y, cost)
    assert (gaps(batches, problem) < 0.002).all()
    other = y.copy()
    other[:60] = 0
    weights = [batches.solve(problem_of(batches, labels, cost))[0] for labels in (y, other)]
    np.testing.assert_array_equal(*weights)


def test_it_begins_where_it_is_told_to(drawn, monkeypatch) -> None:
    _, y, batches = drawn
    problem = problem_of(batches, y, np.ones((203, SECTIONS)))
    weights, _, duals = batches.solve(problem)
    monkeypatch.setattr(TextBatches, "MOST_PASSES", 1)
    again = problem_of(batches, y, np.ones((203, SECTIONS)), duals)
    np.testing.assert_allclose(batches.solve(again)[0], weights, atol=0.05)
    assert (gaps(batches, again) < 0.002).all()
    assert (gaps(batches, problem) > 0.002).any(), "one pass from nothing is not enough"


def test_sections_in_groups_get_the_same_weights(drawn, monkeypatch) -> None:
    _, y, batches = drawn
    problem = problem_of(batches, y, np.ones((203, SECTIONS)))
    together = batches.solve(problem)
    monkeypatch.setattr(TextBatches, "SECTIONS", 2)
    for one, other in zip(together, batches.solve(problem), strict=True):
        np.testing.assert_allclose(one, other, atol=0.02)


def test_a_text_longer_than_a_batch_is_one(drawn, monkeypatch) -> None:
    X, y, _ = drawn
    monkeypatch.setattr(TextBatches, "MOST_ENTRIES", 1)
    batches = TextBatches(X, 0)
    assert batches.parts == [(i, i + 1) for i in range(203)]
    assert (gaps(batches, problem_of(batches, y, np.ones((203, SECTIONS)))) < 0.002).all()


def test_rows_are_those_of_the_matrix(drawn) -> None:
    X, y, batches = drawn
    np.testing.assert_allclose(batches.rows.toarray(), X.toarray()[batches.order], rtol=1e-6)
    np.testing.assert_allclose(
        batches.squares(), np.asarray(X.multiply(X).sum(axis=1)).ravel()[batches.order], rtol=1e-5
    )
    labels = np.where(y == 2, -1, y)
    counted = batches.texts_with(labels[batches.order], SECTIONS)
    for k in range(SECTIONS):
        np.testing.assert_array_equal(counted[:, k], (X.toarray()[labels == k] != 0).sum(axis=0))
