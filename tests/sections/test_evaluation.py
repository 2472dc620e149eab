"""Figures: against scikit-learn's on drawn data, and worked by hand where it has none."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

from classify.errors import CorpusError
from classify.read.labelled import Corpus, Document
from classify.sections.classifier import SectionClassifier
from classify.sections.evaluation import SHARES, calibration_error, evaluate, evaluate_model, risk_coverage
from tests.sections.texts import some_seeds

CLASSES = ["business", "forestry", "other", "policing"]


def drawn(seed: int, n: int = 300) -> tuple[np.ndarray, list[str]]:
    """Return probabilities, and labels that agree with two thirds of them."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(len(CLASSES), 0.5), n)
    labels = [CLASSES[k] if rng.random() < 0.66 else str(rng.choice(CLASSES)) for k in p.argmax(axis=1)]
    return p, labels


@pytest.mark.parametrize("seed", range(5))
def test_figures_are_those_of_scikit_learn(seed):
    p, labels = drawn(seed)
    said = [CLASSES[k] for k in p.argmax(axis=1)]
    report = evaluate(p, [(label,) for label in labels], CLASSES)
    assert report.accuracy == pytest.approx(accuracy_score(labels, said))
    assert report.macro_f1 == pytest.approx(f1_score(labels, said, average="macro"))
    assert report.confusion == tuple(map(tuple, confusion_matrix(labels, said, labels=CLASSES)))
    theirs = precision_recall_fscore_support(labels, said, labels=CLASSES)
    for i, name in enumerate(CLASSES):
        s = report.sections[name]
        assert (s.precision, s.recall, s.f1, s.support) == pytest.approx([figure[i] for figure in theirs])


def test_any_accepted_label_is_right():
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    report = evaluate(p, [("b", "a"), ("b",), ("b",)], ["a", "b"])
    assert report.accuracy == pytest.approx(2 / 3)
    assert report.confusion == ((1, 0), (1, 1))  # a right prediction stands for its text's label


def test_abstaining_counts_as_the_background_class():
    p = np.array([[0.9, 0.1], [0.55, 0.45], [0.52, 0.48], [0.3, 0.7]])
    report = evaluate(p, [("a",), ("other",), ("a",), ("other",)], ["a", "other"], threshold=0.6)
    assert report.accuracy == 0.75  # the second is wrong
    assert report.hits == 0.75  # the second is right now, and the third no more
    assert report.abstained == 0.5
    assert report.risk == 0.0


def test_a_label_the_model_does_not_know_is_an_error_with_a_row():
    report = evaluate(np.array([[0.9, 0.1], [0.2, 0.8]]), [("sport",), ("b",)], ["a", "b"])
    assert report.classes == ("a", "b", "sport")
    assert report.sections["sport"].recall == 0
    assert report.sections["a"].support == 0
    assert report.macro_f1 == pytest.approx((0 + 1) / 2)  # of b and sport; a doesn't occur


@pytest.mark.parametrize(
    ("confidence", "right", "error"),
    [
        pytest.param([0.95, 0.95, 0.65, 0.65], [1, 1, 1, 0], 0.1, id="(2·0.05 + 2·0.15) / 4"),
        pytest.param([1.0, 1.0], [1, 1], 0.0, id="sure and right"),
        pytest.param([1.0, 1.0], [0, 0], 1.0, id="sure and wrong"),
        pytest.param([0.51, 0.59], [1, 0], 0.05, id="one bin: |0.55 − 0.5|"),
        pytest.param([0.59, 0.61], [1, 0], 0.51, id="two bins: (0.41 + 0.61) / 2"),
    ],
)
def test_calibration_error_worked_by_hand(confidence, right, error):
    found, bins = calibration_error(np.array(confidence), np.array(right, bool))
    assert found == pytest.approx(error)
    assert sum(n for _, _, n in bins) == len(confidence)


def test_calibration_error_of_calibrated_confidences_is_small():
    rng = np.random.default_rng(3)
    confidence = rng.uniform(0.3, 1, 50_000)
    assert calibration_error(confidence, rng.random(50_000) < confidence)[0] < 0.01


def test_risk_coverage_worked_by_hand():
    risk = risk_coverage(np.array([0.5, 0.9, 0.7, 0.6]), np.array([True, True, False, True]))
    assert risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 4])


def test_the_curve_is_told_at_its_shares():
    p, labels = drawn(7, 200)
    report = evaluate(p, [(label,) for label in labels], CLASSES)
    confidence = np.sort(p.max(axis=1))[::-1]
    assert [c for c, _, _ in report.risk_coverage] == list(SHARES)
    assert report.risk_coverage[-1][1] == pytest.approx(1 - report.accuracy)
    assert [sure for _, _, sure in report.risk_coverage] == [confidence[round(s * 200) - 1] for s in SHARES]
    assert report.coverage_accuracy[0.8] == pytest.approx(1 - {c: r for c, r, _ in report.risk_coverage}[0.8])


def test_a_report_is_plain_data():
    p, labels = drawn(1, 30)
    told = evaluate(p, [(label,) for label in labels], CLASSES, threshold=0.4).to_dict()
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(("p", "accepted"), [(np.empty((0, 2)), []), (np.ones((1, 2)), [("a",), ("b",)])])
def test_predictions_and_labels_must_match(p, accepted):
    with pytest.raises(ValueError, match="one label per text"):
        evaluate(p, accepted, ["a", "b"])


@pytest.fixture(scope="module")
def model():
    corpus = some_seeds(10)
    return SectionClassifier(folds=2, n_jobs=1).fit(corpus.texts, corpus.labels).model_


def test_mistakes_are_the_most_confident_ones_explained(model):
    corpus = some_seeds(25)
    evaluation = evaluate_model(model, corpus, mistakes=1000)
    p = model.probabilities(corpus.texts)
    wrong = [i for i, d in enumerate(corpus) if model.classes[p[i].argmax()] != d.label]
    assert wrong, "a model of ten seeds a section makes mistakes"
    assert sorted(m.number - 1 for m in evaluation.mistakes) == wrong
    assert [m.confidence for m in evaluation.mistakes] == sorted(
        (m.confidence for m in evaluation.mistakes), reverse=True
    )
    for m in evaluation.mistakes:
        document = corpus.documents[m.number - 1]
        assert m.explanation.text == document.content
        assert m.predicted not in m.accepted
        assert (m.source, m.accepted) == (document.source, document.right)
    assert evaluate_model(model, corpus, mistakes=2).mistakes == evaluation.mistakes[:2]
    assert evaluation.right.mean() == pytest.approx(evaluation.report.accuracy)


def test_nothing_to_evaluate_on_is_said(model):
    with pytest.raises(CorpusError, match=r"empty\.jsonl: no documents"):
        evaluate_model(model, Corpus((), "empty.jsonl"))


def test_one_text_is_enough(model):
    report = evaluate_model(model, Corpus((Document("林场造林", "sport"),), "x")).report
    assert (report.n, report.accuracy) == (1, 0.0)


def test_the_texts_that_the_classifier_reads_can_be_given(model):
    corpus = some_seeds(12)
    read = [text[: len(text) // 3] for text in corpus.texts]
    evaluation = evaluate_model(model, corpus, texts=read)
    np.testing.assert_array_equal(evaluation.probabilities, model.probabilities(read))
    assert all(m.explanation.text == read[m.number - 1] for m in evaluation.mistakes)
    with pytest.raises(ValueError, match="59 texts but 60 documents"):
        evaluate_model(model, corpus, texts=read[1:])


def test_shown_in_a_notebook_a_report_escapes_its_labels():
    report = evaluate(np.array([[0.9, 0.1]]), [("<i>",)], ["<i>", "b"])
    assert repr(report) == (
        "<Report of 1 texts, 2 classes: accuracy 1.0000, macro-F1 1.0000, 0.0% below threshold 0.000>"
    )
    page = report._repr_html_()
    assert "<td>&lt;i&gt;</td>" in page
    assert "<i>" not in page
