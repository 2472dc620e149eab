"""Plain data of a model, checked; whole files are in tests/safety/oddities.py and tests/safety/edges.py."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.errors import ModelError
from classify.sections.model import Model
from classify.sections.stored import LARGEST, MAX_CLASSES, array_of, class_names, n_terms, name_of, number
from tests.safety.tried import small_model

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.lists(st.integers())
)


@given(
    st.sampled_from(["threshold", "slope", "headline_weight", "segmenter", "format", "kind", "classes"]),
    scalars,
)
def test_any_scalar_gives_probabilities_or_is_refused(key: str, value: object) -> None:
    try:
        model = Model.from_state(small_model().state | {key: value})
    except ModelError:
        return
    p = model.probabilities(["民警破获盗窃案\n护林员上山巡林。", ""])
    assert np.isfinite(p).all()
    assert np.allclose(p.sum(axis=1), 1)


@pytest.mark.parametrize(
    "classes",
    [[], "ab", ("a", "b"), ["a", "a"], ["a", 1], ["\ud800"], None, ["c"] * (MAX_CLASSES + 1), np.arange(3)],
)
def test_names_of_classes(classes: object) -> None:
    with pytest.raises(ValueError, match=r"classes|name|surrogates"):
        class_names({"classes": classes})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, LARGEST * 2, True, "1", None, 2**70])
def test_numbers(value: object) -> None:
    with pytest.raises(ValueError, match="slope is no number from 0 to 1e"):
        number({"slope": value}, "slope", 0, LARGEST)


def test_arrays() -> None:
    for array, wrong in (
        (np.zeros(3, np.float32), "no array of float64"),
        (np.zeros((3, 1)), "has shape"),
        (np.full(3, np.inf), "not finite"),
        (np.full(3, -2 * LARGEST), "above"),
        ([0.0, 0.0, 0.0], "no array"),
    ):
        with pytest.raises(ValueError, match=wrong):
            array_of({"x": array}, "x", np.float64, (3,))
    assert name_of("林业") == "林业"


def test_weights_are_compared_with_the_terms_before_a_table_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a table was made")

    monkeypatch.setattr("classify.sections.model.part_of", never)
    state = small_model().state
    assert n_terms(state["whole"]) + n_terms(state["headline"]) == len(state["weights"])
    with pytest.raises(ModelError, match="weights has shape"):
        Model.from_state(state | {"weights": state["weights"][1:]})
