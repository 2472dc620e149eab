"""`SectionClassifier` as a scikit-learn estimator.

scikit-learn's checks feed arrays of numbers. For an estimator whose tags say that it takes strings it runs
the check of cloning only; so the others are run on `OfNumbers`, which writes each row of numbers as a text.
"""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.utils.fixes import parse_version

from classify.model_file import load_card
from classify.sections import SectionClassifier, linear
from classify.sections.descent import TextBatches
from classify.sections.model import load_model
from tests.sections.texts import some_seeds

if parse_version(sklearn.__version__) < parse_version("1.6"):
    pytest.skip("expected_failed_checks and validate_data are of scikit-learn 1.6", allow_module_level=True)

from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import check_is_fitted, validate_data

STEPS = 64
"""Values that a number is rounded to, halves from −16 to 16; each has a character."""


class OfNumbers(SectionClassifier):
    """The classifier of rows of numbers: a character for each number and column, the first as a headline."""

    def fit(self, X: Any, y: Any) -> OfNumbers:
        X, y = validate_data(self, X, y)
        super().fit(as_texts(X), y)
        return self

    def decision_function(self, X: Any) -> Any:
        check_is_fitted(self)
        return super().decision_function(as_texts(validate_data(self, X, reset=False)))

    def predict_proba(self, X: Any) -> Any:
        check_is_fitted(self)
        return super().predict_proba(as_texts(validate_data(self, X, reset=False)))

    def transform(self, X: Any) -> Any:
        check_is_fitted(self)
        return super().transform(as_texts(validate_data(self, X, reset=False)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = False, True
        return tags


def as_texts(X: Any) -> list[str]:
    steps = np.clip(np.round(np.asarray(X, float) * 2) + STEPS // 2, 0, STEPS - 1).astype(int)
    return ["\n".join([text[:1], text]) for text in map(_text, steps.tolist())]


def _text(row: list[int]) -> str:
    return "".join(chr(0x4E00 + STEPS * (column % 300) + step) for column, step in enumerate(row))


@parametrize_with_checks(
    [SectionClassifier(n_jobs=1), OfNumbers(n_jobs=1, folds=0), OfNumbers(n_jobs=1, folds=2)]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def seeds():
    corpus = some_seeds(12)
    return corpus.texts, corpus.labels


@pytest.fixture(scope="module")
def fitted(seeds):
    return SectionClassifier(n_jobs=1).fit(*seeds)


def test_its_tags_say_that_it_takes_strings():
    tags = SectionClassifier().__sklearn_tags__()
    assert (tags.input_tags.string, tags.input_tags.two_d_array) == (True, False)
    assert tags.estimator_type == "classifier"


def test_cloning_keeps_parameters_and_forgets_the_rest(fitted):
    copy = clone(fitted.set_params(risk=0.1))
    fitted.set_params(risk=0.05)
    assert copy.get_params() == {**fitted.get_params(), "risk": 0.1}
    assert not hasattr(copy, "model_")
    with pytest.raises(ValueError, match="Invalid parameter"):
        copy.set_params(depth=3)


def test_cross_validation_and_grid_search_take_texts(seeds):
    texts, labels = seeds
    fast = SectionClassifier(folds=0, n_jobs=1)
    scores = cross_val_score(fast, texts, labels, cv=3)
    assert scores.mean() > 0.5  # five sections
    assert cross_val_predict(fast, texts, labels, cv=3, method="predict_proba").shape == (60, 5)
    search = GridSearchCV(fast, {"C": [0.1, 1.0], "headline_weight": [0.0, 0.5]}, cv=2).fit(texts, labels)
    assert set(search.best_params_) == {"C", "headline_weight"}
    assert search.predict(["林场造林，护林员上山巡林"]).tolist() == ["forestry"]


def test_pickled_it_predicts_the_same(fitted, seeds):
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.predict_proba(seeds[0]), fitted.predict_proba(seeds[0]))


@pytest.mark.parametrize("sections", [2, 5])
def test_the_number_of_threads_changes_nothing(seeds, monkeypatch, sections):
    monkeypatch.setattr(linear, "FEW", 0)
    texts, labels = (part[: 12 * sections] for part in seeds)
    one, two = (SectionClassifier(n_jobs=n, folds=2).fit(texts, labels) for n in (1, 2))
    np.testing.assert_array_equal(one.model_.weights, two.model_.weights)
    np.testing.assert_array_equal(one.held_out_, two.held_out_)
    assert one.model_.threshold == two.model_.threshold


def test_labels_come_back_as_they_were_given():
    texts = ["民警破获盗窃案", "警方抓获嫌疑人", "林场造林两千亩", "护林员上山巡林"]
    numbers = SectionClassifier(folds=0, n_jobs=1).fit(texts, [7, 7, 3, 3])
    assert numbers.classes_.tolist() == [3, 7]
    assert numbers.predict(["林场护林"]).tolist() == [3]
    scores = numbers.decision_function(texts)
    assert scores.shape == (4,)
    assert (scores > 0).tolist() == [True, True, False, False]


def test_predict_is_the_likeliest_class_and_never_abstains(fitted):
    texts = ["", "某某某", "民警破获案件"]
    p = fitted.predict_proba(texts)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert fitted.predict(texts).tolist() == fitted.classes_[p.argmax(axis=1)].tolist()
    assert fitted.decision_function(texts).shape == p.shape


def test_no_texts_give_no_rows(fitted):
    assert fitted.predict_proba([]).shape == (0, 5)
    assert fitted.predict([]).tolist() == []


@pytest.mark.parametrize(
    "method",
    [
        "predict",
        "predict_proba",
        "decision_function",
        "transform",
        "explain",
        "save",
        "get_feature_names_out",
    ],
)
def test_unfitted_it_says_so(method):
    with pytest.raises(NotFittedError):
        getattr(SectionClassifier(), method)(["林场"])


def test_unfitted_it_has_no_coefficients():
    assert not hasattr(SectionClassifier(), "coef_")
    assert not hasattr(SectionClassifier(), "intercept_")
    assert not hasattr(SectionClassifier(), "vectorizer_")


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["林", "场"], ["a", "a"], "give texts of two or more"),
        ([], [], "give texts of two or more"),
        (["林", "场"], [0.5, 1.5], "Unknown label type"),
    ],
)
def test_labels_that_cannot_be_learnt_are_named(texts, labels, message):
    with pytest.raises(ValueError, match=message):
        SectionClassifier(folds=0, n_jobs=1).fit(texts, labels)


def test_texts_of_single_characters_without_headlines_can_be_learnt():
    fitted = SectionClassifier(folds=0, n_jobs=1).fit(["a", "b", "a", "b"], [0, 1, 0, 1])
    assert fitted.predict(["a", "b"]).tolist() == [0, 1]


@pytest.mark.parametrize("n_classes", [2, 5])
def test_its_vectoriser_and_coefficients_give_the_decision_function(seeds, n_classes):
    texts, labels = (part[: 12 * n_classes] for part in seeds)
    fitted = SectionClassifier(folds=0, n_jobs=1).fit(texts, labels)
    X = fitted.transform(texts)
    assert X.shape == (len(texts), len(fitted.get_feature_names_out()))
    assert fitted.coef_.shape == (1 if n_classes == 2 else n_classes, X.shape[1])
    assert fitted.intercept_.shape == fitted.coef_.shape[:1]
    decision = np.asarray(X @ fitted.coef_.T + fitted.intercept_)
    want = fitted.decision_function(texts)
    np.testing.assert_allclose(decision, want.reshape(decision.shape), rtol=0, atol=1e-10)
    assert (fitted.vectorizer_.transform(texts) != X).nnz == 0


def test_it_explains_and_saves(fitted, seeds, tmp_path):
    text = seeds[0][0]
    explanation = fitted.explain(text)
    assert list(explanation.scores.values()) == pytest.approx(fitted.decision_function([text])[0].tolist())
    digest = fitted.save(tmp_path / "own.joblib")
    loaded = load_model(tmp_path / "own.joblib", sha256=digest)
    np.testing.assert_array_equal(loaded.probabilities(seeds[0]), fitted.predict_proba(seeds[0]))
    assert load_card(tmp_path / "own.joblib")["labels"] == list(fitted.classes_)


def test_the_descent_of_much_data_trains_as_liblinear_does(seeds, fitted, monkeypatch):
    monkeypatch.setattr(linear, "FEW", 0)
    for name in ("TOLERANCE", "WARM_TOLERANCE"):
        monkeypatch.setattr(TextBatches, name, 1e-5)
    texts, labels = seeds
    much = SectionClassifier().fit(texts, labels)
    np.testing.assert_allclose(much.decision_function(texts), fitted.decision_function(texts), atol=0.1)
    agree = much.held_out_.argmax(axis=1) == fitted.held_out_.argmax(axis=1)
    assert agree.mean() >= 0.8  # the folds are others


def test_a_second_fit_without_folds_leaves_no_held_out_probabilities():
    texts, labels = ["民警破获盗窃案", "警方抓获嫌疑人", "林场造林两千亩", "护林员上山巡林"], list("aabb")
    classifier = SectionClassifier(folds=2, n_jobs=1).fit(texts, labels)
    assert hasattr(classifier, "held_out_")
    assert not hasattr(classifier.set_params(folds=0).fit(texts, labels), "held_out_")


# -- weights -------------------------------------------------------------------------------------------


TEXTS = ["民警破获盗窃案", "警方抓获嫌疑人", "林场造林两千亩", "护林员上山巡林", "民警上山巡林"]
LABELS = ["警", "警", "林", "林", "警"]


def test_a_text_of_weight_zero_teaches_nothing_of_its_label():
    weighted = SectionClassifier(folds=0, n_jobs=1).fit(TEXTS, LABELS, sample_weight=[1, 1, 1, 1, 0])
    plain = SectionClassifier(folds=0, n_jobs=1).fit(TEXTS, LABELS)
    text = ["民警上山巡林"]
    towards = list(plain.classes_).index("警")
    assert weighted.predict_proba(text)[0, towards] < plain.predict_proba(text)[0, towards]
    ones = SectionClassifier(folds=0, n_jobs=1).fit(TEXTS, LABELS, sample_weight=[1] * 5)
    np.testing.assert_array_equal(ones.coef_, plain.coef_)


def test_class_weights_are_sample_weights():
    by_class = SectionClassifier(folds=0, n_jobs=1, class_weight={"警": 3, "林": 1}).fit(TEXTS, LABELS)
    by_text = SectionClassifier(folds=0, n_jobs=1).fit(TEXTS, LABELS, sample_weight=[3, 3, 1, 1, 3])
    np.testing.assert_allclose(by_class.coef_, by_text.coef_)
    balanced = SectionClassifier(folds=2, n_jobs=1, class_weight="balanced").fit(TEXTS, LABELS)
    assert np.isfinite(balanced.held_out_).all()


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1, 1], r"sample_weight.shape == \(2,\), expected \(5,\)"),
        ([1, 1, 1, 1, -1], "negative"),
        ([1, 1, 1, 1, float("nan")], "missing"),
        ([0] * 5, "zeros only"),
    ],
)
def test_wrong_weights_are_refused(weight, message):
    with pytest.raises(ValueError, match=message):
        SectionClassifier(folds=0).fit(TEXTS, LABELS, sample_weight=weight)
    with pytest.raises(ValueError, match="class_weight"):
        SectionClassifier(folds=0, class_weight="even").fit(TEXTS, LABELS)


def test_several_labels_through_one_vs_rest():
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import MultiLabelBinarizer

    Y = MultiLabelBinarizer().fit_transform([["警"], ["警"], ["林"], ["林"], ["警", "林"]])
    found = OneVsRestClassifier(SectionClassifier(folds=0, n_jobs=1)).fit(TEXTS, Y).predict(TEXTS)
    np.testing.assert_array_equal(found, Y)
