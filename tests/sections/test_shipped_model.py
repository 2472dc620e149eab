"""The shipped model is the one the seeds give, and is as good as its card says."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest

from classify import load_model, train
from classify.model_file import load_card
from classify.pipeline import predict_records
from classify.sections.evaluation import evaluate

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"


@pytest.fixture(scope="module")
def trained():
    return train(SEEDS)


def test_the_seeds_give_the_same_bytes_each_time(trained, tmp_path: Path) -> None:
    once, again = tmp_path / "once.joblib", tmp_path / "again.joblib"
    trained.save(once)
    train(SEEDS).save(again)
    assert once.read_bytes() == again.read_bytes()


def test_the_shipped_model_is_of_these_seeds(trained) -> None:
    for key in ("format", "labels", "data", "parameters", "segmenter"):
        assert load_card()[key] == trained.card[key], "run `classify train` and commit models/"


def test_the_shipped_model_says_what_the_trained_one_says(trained) -> None:
    # Other versions of the libraries, and other processors, may round otherwise.
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*/*.txt"))[::7]]
    shipped = load_model()
    assert (
        shipped.classes
        == trained.model.classes
        == ("business", "forestry", "governance", "other", "policing")
    )
    np.testing.assert_allclose(shipped.probabilities(texts), trained.model.probabilities(texts), atol=1e-3)
    assert shipped.threshold == pytest.approx(trained.model.threshold, abs=1e-3)


def test_the_card_is_the_models() -> None:
    card = load_card()
    assert sum(card["labels"].values()) == card["data"]["documents"] == len(list(SEEDS.glob("*/*.txt")))
    load_model(sha256=card["sha256"])


def test_development_items_are_filed_where_people_file_them() -> None:
    path = (
        Path(os.environ.get("CLASSIFY_DATA") or ROOT.parent / "shared") / "data" / "sections" / "dev.jsonl.gz"
    )
    if not path.is_file():
        pytest.skip(f"no development data at {path}; set CLASSIFY_DATA")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    items = predict_records(rows, n_sentences=0)
    hits = np.mean(
        [(item.section or "other") in row["sections"] for item, row in zip(items, rows, strict=True)]
    )
    probabilities = np.array([list(item.prediction.scores.values()) for item in items])
    report = evaluate(probabilities, [row["sections"] for row in rows], load_model().classes)
    assert hits >= 0.92
    assert report.coverage_accuracy[0.8] >= 0.97
    assert report.ece <= 0.06
