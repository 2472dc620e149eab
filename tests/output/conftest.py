"""A small model and its evaluation, and one whose labels and texts are hostile."""

from __future__ import annotations

import pytest

from classify.read.labelled import Corpus, Document
from classify.sections.classifier import SectionClassifier
from classify.sections.evaluation import evaluate_model
from tests.output.examples import HOSTILE
from tests.sections.texts import some_seeds


@pytest.fixture(scope="module")
def model():
    corpus = some_seeds(10)
    return SectionClassifier(folds=2, n_jobs=1).fit(corpus.texts, corpus.labels).model_


@pytest.fixture(scope="module")
def evaluation(model):
    return evaluate_model(model, some_seeds(20))


@pytest.fixture(scope="module")
def hostile():
    """An evaluation whose labels, texts and sources are all hostile."""
    texts = [f"{h}\n林场{h}造林" for h in HOSTILE for _ in range(2)]
    labels = [h for h in HOSTILE for _ in range(2)]
    with_hostile_labels = SectionClassifier(folds=0, n_jobs=1).fit(texts, labels).model_
    wrong = [*labels[1:], labels[0]]
    return evaluate_model(
        with_hostile_labels,
        Corpus(tuple(Document(t, w, source=w) for t, w in zip(texts, wrong, strict=True)), HOSTILE[0]),
    )
