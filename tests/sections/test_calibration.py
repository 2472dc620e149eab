"""Probabilities from scores, and the threshold that keeps a stated risk."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classify.sections.calibration import (
    FEWEST_ABOVE,
    Calibration,
    fit_calibration,
    softmax,
    threshold_for_risk,
    threshold_within_bounds,
)

scores = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(2, 5)), elements=st.floats(-800, 800))


@given(scores, st.floats(0.01, 50), st.floats(-5, 5))
def test_rows_sum_to_one(z, slope, offset):
    p = Calibration(slope, np.full(z.shape[1], offset))(z)
    assert np.isfinite(p).all()
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)


@given(scores, st.floats(0.1, 5), st.floats(1, 5))
def test_steeper_is_surer(z, slope, times):
    flat = np.zeros(z.shape[1])
    shallow, steep = Calibration(slope, flat)(z), Calibration(slope * times, flat)(z)
    assert (steep.max(axis=1) >= shallow.max(axis=1) - 1e-12).all()
    assert (steep.min(axis=1) <= shallow.min(axis=1) + 1e-12).all()


@given(scores)
def test_an_equal_shift_changes_nothing(z):
    np.testing.assert_allclose(softmax(z), softmax(z + 3), atol=1e-9)


def test_offset_moves_its_own_class():
    z = np.zeros((1, 3))
    p = Calibration(1.0, np.log([2.0, 1.0, 1.0]))(z)
    np.testing.assert_allclose(p, [[0.5, 0.25, 0.25]])


def drawn(slope: float, offsets: np.ndarray, n: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and labels drawn with the probabilities that a calibration gives them."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=(n, len(offsets)))
    p = softmax(slope * z + offsets)
    return z, (p.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)


@pytest.mark.parametrize("slope", [0.3, 1.0, 4.0])
def test_fit_finds_what_the_labels_were_drawn_with(slope):
    offsets = np.array([0.5, 0.0, -0.5])
    found = fit_calibration(*drawn(slope, offsets))
    assert found.slope == pytest.approx(slope, rel=0.05)
    np.testing.assert_allclose(found.offsets - found.offsets.mean(), offsets, atol=0.08)


def test_fit_calls_separated_scores_sure_and_stays_finite():
    y = np.arange(60) % 3
    found = fit_calibration(np.eye(3)[y] * 2 - 1, y)
    assert np.isfinite(found.slope)
    assert (found(np.eye(3) * 2 - 1).max(axis=1) > 0.9).all()


def test_fit_of_useless_scores_is_unsure():
    rng = np.random.default_rng(1)
    found = fit_calibration(rng.normal(size=(4000, 2)), rng.integers(0, 2, 4000))
    assert found(np.array([[1.0, 0.0]])).max() < 0.56


@pytest.mark.parametrize(
    ("confidence", "right", "risk", "threshold"),
    [
        pytest.param([0.9] * 20, [True] * 20, 0.05, 0.0, id="all right: none needed"),
        pytest.param([0.9] * 20, [False] * 20, 0.05, 1.0, id="all wrong: none helps"),
        pytest.param([0.9] * 10 + [0.1] * 10, [True] * 10 + [False] * 10, 0.05, 0.5, id="halfway"),
        pytest.param([0.1] * 10 + [0.9] * 10, [False] * 10 + [True] * 10, 0.05, 0.5, id="in any order"),
        pytest.param([0.9] * 9 + [0.1] * 10, [True] * 9 + [False] * 10, 0.05, 1.0, id="too few above"),
        pytest.param([0.9] * 10 + [0.1] * 10, [True] * 10 + [False] * 10, 0.5, 0.0, id="half may be wrong"),
        pytest.param(
            [0.9] * 10 + [0.6] * 10 + [0.2] * 5,
            [True] * 10 + [True] * 9 + [False] * 6,
            0.05, 0.4, id="1 of 20 is 5 %",
        ),
        pytest.param(
            [0.9] * 10 + [0.6] * 10, [True] * 19 + [False], 0.04, 0.75, id="equals stay together",
        ),
        pytest.param(
            [0.9] * 10 + [0.7] * 2 + [0.5] * 20,
            [True] * 10 + [False] * 2 + [True] * 20,
            0.1, 0.0, id="errors that later texts make up for",
        ),
    ],
)  # fmt: skip
def test_threshold_worked_by_hand(confidence, right, risk, threshold):
    assert threshold_for_risk(np.array(confidence), np.array(right), risk) == pytest.approx(threshold)


@given(
    st.lists(st.tuples(st.sampled_from([0.2, 0.35, 0.5, 0.7, 0.9]), st.booleans()), min_size=1, max_size=80),
    st.sampled_from([0.02, 0.1, 0.3]),
)
def test_threshold_keeps_the_risk_and_no_lower_one_does(texts, risk):
    confidence = np.array([c for c, _ in texts])
    right = np.array([r for _, r in texts])
    threshold = threshold_for_risk(confidence, right, risk)

    def holds(t: float) -> bool:
        above = confidence >= t
        return above.sum() >= FEWEST_ABOVE and (~right[above]).mean() <= risk

    lower = [c for c in {0.0, *confidence.tolist()} if c < threshold]
    assert threshold == 1.0 or holds(threshold)
    assert not any(holds(c) for c in lower)


@given(
    st.lists(st.tuples(st.floats(0.2, 1.0), st.booleans()), min_size=1, max_size=80),
    st.sampled_from([0.0, 0.06, 0.5, 1.0]),
)
def test_a_threshold_within_bounds_labels_at_least_half_and_never_anything(texts, risk):
    confidence = np.array([c for c, _ in texts])
    right = np.array([r for _, r in texts])
    threshold = threshold_within_bounds(confidence, right, risk)
    assert (confidence >= threshold).mean() >= 0.5
    assert threshold >= confidence.min()
    free = threshold_for_risk(confidence, right, risk)
    if 0 < free < 1 and (confidence >= free).mean() >= 0.5:
        assert threshold >= free
