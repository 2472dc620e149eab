"""What users pass in: each mistake gets one clear error, from the vectoriser, the classifier and the model alike."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from classify.sections import NewsVectorizer, NgramVectorizer, SectionClassifier
from classify.sections.estimator import check_fitted, check_labels, check_texts, refuse_parameter
from tests.sections.texts import some_seeds


class Table:
    """What pandas' DataFrame does here: it has two dimensions and iterates over its column names."""

    shape = (2, 1)

    def __iter__(self) -> Any:
        return iter(["text"])


class Column:
    """What pandas' Series does: one dimension, and iteration over its values."""

    shape = (2,)

    def __iter__(self) -> Any:
        return iter(["林场造林", "民警破案"])


WRONG = [
    ("林场", TypeError, "one string was given"),
    (b"abc", TypeError, "one bytes object was given"),
    (None, TypeError, "texts are a NoneType"),
    (7, TypeError, "texts are a int"),
    (Table(), TypeError, "2 dimensions"),
    (np.array([["林"], ["场"]]), TypeError, "2 dimensions"),
    ({"林": 1}, TypeError, "texts are a dict"),
    (["林", None], ValueError, "text 1 is None, a NoneType"),
    (["林", b"x"], ValueError, "text 1 is b'x', a bytes"),
    (["林", float("nan")], ValueError, "text 1 is nan, a float"),
    ([["林"]], ValueError, "text 0 is"),
]


@pytest.fixture(scope="module")
def fitted() -> SectionClassifier:
    corpus = some_seeds(4)
    return SectionClassifier(folds=0, n_jobs=1).fit(corpus.texts, corpus.labels)


@pytest.mark.parametrize(("texts", "error", "message"), WRONG, ids=lambda v: type(v).__name__)
def test_texts_are_refused_alike_everywhere(
    fitted: SectionClassifier, texts: Any, error: type[Exception], message: str
) -> None:
    calls = [
        NgramVectorizer().fit,
        NgramVectorizer().fit_transform,
        NgramVectorizer().fit(["林"]).transform,
        NewsVectorizer().fit,
        fitted.vectorizer_.transform,
        fitted.predict,
        fitted.predict_proba,
        fitted.decision_function,
        fitted.transform,
        fitted.model_.predict,
        fitted.model_.probabilities,
        lambda texts: SectionClassifier().fit(texts, ["a", "b"]),
    ]
    for call in calls:
        with pytest.raises(error, match=message):
            call(texts)


def test_columns_of_texts_are_taken(fitted: SectionClassifier) -> None:
    texts = ["林场造林", "民警破案"]
    want = fitted.predict(texts).tolist()
    for same in (tuple(texts), np.array(texts), np.array(texts, object), Column(), (t for t in texts)):
        assert fitted.predict(same).tolist() == want


def test_pandas(fitted: SectionClassifier) -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"text": ["林场造林", "民警破案"], "label": ["林", None]})
    assert fitted.predict(table["text"]).tolist() == fitted.predict(["林场造林", "民警破案"]).tolist()
    with pytest.raises(TypeError, match=r'df\["text"\]'):
        fitted.predict(table[["text"]])
    with pytest.raises(ValueError, match="label 1 is"):
        SectionClassifier().fit(table["text"], table["label"])


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (["a", float("nan")], ValueError, "label 1 is nan"),
        (["a", None], ValueError, "label 1 is None"),
        (np.array([0.0, np.nan]), ValueError, "label 1 is"),
        (["a"], ValueError, "2 texts but 1 labels"),
        ("ab", TypeError, "labels are 'ab'"),
        (None, TypeError, "labels are None"),
    ],
)
def test_labels_are_checked(labels: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        check_labels(labels, 2)
    with pytest.raises(error, match=message):
        SectionClassifier(folds=0).fit(["林", "场"], labels)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("C", 0),
        ("C", -1),
        ("C", "1"),
        ("C", float("nan")),
        ("smoothing", 0),
        ("odds_weight", -0.1),
        ("headline_weight", -1),
        ("balance", 7),
        ("balance", None),
        ("risk", 2),
        ("folds", 1),
        ("folds", -2),
        ("folds", 2.5),
        ("folds", True),
        ("min_df", 0),
        ("min_df", 0.5),
        ("n_jobs", 0),
        ("n_jobs", 1.5),
        ("random_state", None),
    ],
)
def test_parameters_of_the_classifier_are_checked(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"The '{name}' parameter of SectionClassifier must be .*Got "):
        SectionClassifier(**{name: value}).fit(["林", "场"], ["a", "b"])


def test_without_scikit_learn_errors_are_built_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sklearn.exceptions", "sklearn.utils._param_validation"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(AttributeError, match="this NgramVectorizer is not fitted yet"):
        check_fitted(NgramVectorizer(), "ngrams_")
    with pytest.raises(ValueError, match=r"must be 3\. Got 'l2' instead"):
        refuse_parameter(NgramVectorizer(), "norm", "3")


def test_a_long_value_is_shortened() -> None:
    with pytest.raises(ValueError, match="text 0 is") as found:
        check_texts([["林"] * 1000])  # type: ignore[list-item]
    assert len(str(found.value)) < 120
