"""Data to model: the same bytes always, figures of texts not seen, a card that says what it was."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from classify.errors import CorpusError
from classify.model_file import load_card
from classify.read.labelled import Corpus, Document
from classify.sections.classifier import SectionClassifier
from classify.sections.evaluation import evaluate
from classify.sections.model import load_model
from classify.sections.training import train
from tests.sections.texts import some_seeds

ONE_JOB = SectionClassifier(n_jobs=1)

PROGRAM = """
import sys
sys.path.insert(0, "tests")
from tests.sections.texts import some_seeds
from classify.sections.training import train
print(train(some_seeds(8)).save(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def trained():
    return train(some_seeds(12), classifier=ONE_JOB)


def test_the_same_data_give_the_same_bytes(trained, tmp_path):
    again = train(some_seeds(12), classifier=ONE_JOB)
    digests = [t.save(tmp_path / f"{i}.joblib") for i, t in enumerate((trained, again))]
    assert digests[0] == digests[1]
    first, second = (tmp_path / f"{i}.joblib" for i in (0, 1))
    assert first.read_bytes() == second.read_bytes()
    assert hashlib.sha256(first.read_bytes()).hexdigest() == digests[0]
    assert (tmp_path / "0.json").read_bytes() == (tmp_path / "1.json").read_bytes()


def test_the_same_bytes_in_other_processes_with_other_hashes(tmp_path, fresh_process):
    digests = {
        fresh_process(PROGRAM, str(tmp_path / f"{seed}.joblib"), PYTHONHASHSEED=seed).strip()
        for seed in ("0", "4242")
    }
    assert digests == {train(some_seeds(8)).save(tmp_path / "here.joblib")}


def test_other_data_give_other_bytes(trained, tmp_path):
    other = train(some_seeds(11), classifier=ONE_JOB)
    assert other.save(tmp_path / "a.joblib") != trained.save(tmp_path / "b.joblib")


def test_a_loaded_model_predicts_the_same(trained, tmp_path):
    trained.save(tmp_path / "model.joblib")
    loaded = load_model(tmp_path / "model.joblib")
    texts = [*some_seeds(20).texts, "", "林", "\n", "𠮷野家"]
    np.testing.assert_allclose(
        loaded.probabilities(texts), trained.model.probabilities(texts), rtol=0, atol=1e-12
    )
    assert loaded.predict(texts) == trained.model.predict(texts)
    assert loaded.threshold == trained.model.threshold


def test_figures_are_of_texts_that_were_not_seen():
    """Labels drawn at random can be learnt by heart, and can't be guessed."""
    texts = some_seeds(30).texts
    labels = np.random.default_rng(5).choice(["a", "b"], len(texts)).tolist()
    documents = tuple(Document(text, label) for text, label in zip(texts, labels, strict=True))
    trained = train(Corpus(documents, "drawn"), classifier=ONE_JOB)
    # Scores, not probabilities: calibration has found that scores say nothing of texts not seen.
    seen = [trained.model.classes[k] for k in trained.model.scores(texts).argmax(axis=1)]
    assert np.mean([s == label for s, label in zip(seen, labels, strict=True)]) > 0.95
    assert trained.report.accuracy < 0.65
    assert trained.report.n == len(texts)


def test_figures_are_those_of_the_held_out_probabilities(trained):
    corpus = some_seeds(12)
    estimator = SectionClassifier(n_jobs=1).fit(corpus.texts, corpus.labels)
    report = evaluate(
        estimator.held_out_,
        [d.right for d in corpus],
        estimator.model_.classes,
        threshold=estimator.model_.threshold,
    )
    assert report == trained.report
    assert 0.4 < report.accuracy <= 1


def test_the_card_says_what_it_was(trained, tmp_path):
    trained.save(tmp_path / "model.joblib", date="2026-02-03")
    card = load_card(tmp_path / "model.joblib")
    corpus = some_seeds(12)
    assert card["labels"] == dict.fromkeys(sorted(set(corpus.labels)), 12)
    assert card["data"] == {"documents": 60, "sha256": corpus.digest}
    assert card["figures"] == json.loads(json.dumps(trained.report.to_dict()))
    assert card["date"] == "2026-02-03"
    assert card["sha256"] == hashlib.sha256((tmp_path / "model.joblib").read_bytes()).hexdigest()
    assert card["segmenter"] == trained.model.segmenter
    assert "n_jobs" not in card["parameters"], "it makes no difference"
    assert "date" not in trained.card


def test_progress_rises_to_one():
    told: list[tuple[str, float]] = []
    train(some_seeds(6), classifier=ONE_JOB, progress=lambda what, share: told.append((what, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert len({what for what, _ in told}) > 2


def test_the_classifier_given_stays_unfitted(trained):
    assert not hasattr(ONE_JOB, "model_")


def test_sections_of_two_texts_can_be_trained():
    report = train(some_seeds(2), classifier=ONE_JOB).report
    assert report.n == 10


@pytest.mark.parametrize(
    ("labels", "message"),
    [(["a", "a"], "one label only"), (["a", "a", "b"], "'b' has 1 document"), ([], "one label only")],
)
def test_data_that_cannot_be_trained_on_are_refused(labels, message):
    documents = tuple(Document("林场造林", label, source="x") for label in labels)
    with pytest.raises(CorpusError, match=message):
        train(Corpus(documents, "x"))


def test_a_classifier_without_folds_is_refused():
    with pytest.raises(ValueError, match="folds=0, but the figures of train need held-out texts"):
        train(some_seeds(4), classifier=SectionClassifier(folds=0))
