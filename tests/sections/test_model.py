"""Models as plain data, and how they show themselves. Files are in tests/test_model_file.py."""

from __future__ import annotations

import numpy as np
import pytest

from classify.errors import ModelError
from classify.sections import SectionClassifier
from classify.sections.model import BACKGROUND, FORMAT, Model, load_model
from tests.sections.texts import AWKWARD, some_seeds


@pytest.fixture(scope="module")
def model():
    corpus = some_seeds(8)
    return SectionClassifier(folds=0, n_jobs=1).fit(corpus.texts, corpus.labels).model_


def test_plain_data_and_back(model):
    again = Model.from_state(model.state)
    np.testing.assert_array_equal(again.probabilities(AWKWARD), model.probabilities(AWKWARD))
    for key, value in model.state.items():
        np.testing.assert_equal(again.state[key], value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "other"}, "this is no section model"),
        ({"format": FORMAT + 1}, f"model format {FORMAT + 1} is none of"),
        ({"weights": None}, "damaged"),
        ({"threshold": "high"}, "damaged"),
        ({"intercepts": np.full(5, np.nan)}, "not finite"),
    ],
)
def test_data_that_are_no_model_are_refused(model, change, message):
    with pytest.raises(ModelError, match=message):
        Model.from_state({**model.state, **change})


def test_decisions(model):
    texts = [d.content for d in some_seeds(2)]
    for threshold in (0.0, 1.0):
        strict = Model.from_state({**model.state, "threshold": threshold})
        for p in strict.predict(texts):
            assert p.confidence == max(p.scores.values())
            assert p.likeliest == max(p.scores, key=p.scores.get)
            if threshold and p.confidence < 1:
                assert (p.section, p.decision) == (None, "unsure")
            elif not threshold:
                assert p.decision == ("other" if p.likeliest == BACKGROUND else "labelled")
                assert p.section == (None if p.likeliest == BACKGROUND else p.likeliest)


def test_how_it_shows_itself(model):
    shown = repr(load_model())
    assert shown.startswith("<Model of 5 classes (business, forestry, governance, other, policing), ")
    assert "\n" not in shown
    hostile = Model.from_state({**model.state, "classes": ["<b>", "a\x1b[31m", "c", "d", "e"]})
    assert "\x1b" not in repr(hostile)
    assert "&lt;b&gt;" in hostile._repr_html_()
    assert "<b>" not in hostile._repr_html_()


def test_weights_are_kept_in_half_precision_where_that_loses_nothing(model):
    assert model.state["weights"].dtype == np.float16
    finer = Model.from_state({**model.state, "weights": model.weights + np.float32(1e-6)})
    assert finer.state["weights"].dtype == np.float32
    np.testing.assert_array_equal(Model.from_state(finer.state).weights, finer.weights)
