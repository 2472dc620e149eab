"""The word graph against dense matrices, and the power iteration against a solved linear system."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.summarizer.graph import WordGraph, power_iteration
from classify.summarizer.reading import read
from tests.summarizer.texts import ARTICLE, news

sizes = st.integers(1, 7)


def dense(graph: WordGraph) -> np.ndarray:
    """Return A as a dense ``(n_units, n_columns)`` matrix."""
    matrix = np.zeros((graph.n_units, len(graph.keys)))
    matrix[graph.rows, graph.columns] = graph.values
    return matrix


@given(st.lists(news, min_size=1, max_size=3))
def test_similarities_are_those_of_the_dense_matrix(texts: list[str]) -> None:
    (reading,) = read(texts)
    graph = WordGraph.from_words(reading.words)
    a = dense(graph)
    similarity = a @ a.T
    lengths = np.sqrt(np.diag(similarity))
    assert np.all(np.isclose(lengths, 1) | (lengths == 0))
    np.fill_diagonal(similarity, 0)
    documents = reading.words.documents
    assert not similarity[documents[:, None] != documents[None, :]].any()
    x = np.arange(1.0, graph.n_units + 1)
    assert graph.similarity_times(x) == pytest.approx(similarity @ x, abs=1e-9)
    assert graph.column_ranks(x) == pytest.approx(a.T @ x, abs=1e-9)


def test_rare_words_weigh_more() -> None:
    (reading,) = read(["柳湾造林。柳湾有雨。"])
    graph = WordGraph.from_words(reading.words)
    weights = graph.by_word(np.bincount(graph.columns, graph.values) / np.bincount(graph.columns), 0)
    assert weights["造林"] > weights["柳湾"]


@given(sizes, st.integers(0, 2**32 - 1), st.floats(0, 0.9))
def test_ranks_solve_pagerank_with_the_rank_of_lone_nodes_given_back(
    n: int, seed: int, damping: float
) -> None:
    """r = (1 - d) p + d (S D⁻¹ r + p × rank of nodes without neighbours), solved exactly.

    The iteration leaves the last term out; the result must be the same.
    """
    rng = np.random.default_rng(seed)
    similarity = np.triu(rng.random((n, n)) * (rng.random((n, n)) < 0.3), 1)
    similarity += similarity.T
    prior = rng.random(n) + 0.01
    degrees = similarity.sum(axis=0)
    lone = degrees == 0
    p = prior / prior.sum()
    transition = similarity / np.where(lone, 1, degrees) + p[:, None] * lone[None, :]
    expected = np.linalg.solve(np.eye(n) - damping * transition, (1 - damping) * p)
    found = power_iteration(
        lambda x: similarity @ x, prior, np.zeros(n, np.intp), damping=damping, tolerance=1e-12
    )
    assert found.sum() == pytest.approx(1)
    assert found == pytest.approx(expected, abs=1e-9)


@given(st.lists(sizes, min_size=2, max_size=4), st.integers(0, 2**32 - 1))
def test_ranks_do_not_depend_on_the_batch(blocks: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = sum(blocks)
    documents = np.repeat(np.arange(len(blocks)), blocks)
    similarity = np.triu(rng.random((n, n)), 1) * (documents[:, None] == documents[None, :])
    similarity += similarity.T
    prior = rng.random(n) + 0.01
    together = power_iteration(lambda x: similarity @ x, prior, documents, damping=0.7)
    for block in range(len(blocks)):
        own = documents == block
        part = similarity[np.ix_(own, own)]
        alone = power_iteration(lambda x, s=part: s @ x, prior[own], documents[own] * 0, damping=0.7)  # type: ignore[misc]
        assert together[own] == pytest.approx(alone, abs=1e-12)


def test_no_nodes() -> None:
    none = np.zeros(0)
    assert len(power_iteration(lambda x: x, none, np.zeros(0, np.intp), damping=0.5)) == 0


def test_a_word_in_one_unit_connects_nothing() -> None:
    (reading,) = read([ARTICLE])
    graph = WordGraph.from_words(reading.words)
    assert len(graph._shared_words[0]) < len(graph.rows)
