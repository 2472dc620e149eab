"""The shipped model is the one the seeds give, and is as good as its card says."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from classify import load_model, train
from classify.model_file import load_card
from classify.pipeline import predict_records
from classify.sections.evaluation import evaluate
from tests.support import to_traditional

if TYPE_CHECKING:
    from classify.records import LabelledArticle

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


@pytest.fixture(scope="module")
def development_items() -> list[dict[str, Any]]:
    path = (
        Path(os.environ.get("CLASSIFY_DATA") or ROOT.parent / "shared") / "data" / "sections" / "dev.jsonl.gz"
    )
    if not path.is_file():
        pytest.skip(f"no development data at {path}; set CLASSIFY_DATA")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def share_of_hits(items: list[LabelledArticle], rows: list[dict[str, Any]]) -> float:
    hits = [(item.section or "other") in row["sections"] for item, row in zip(items, rows, strict=True)]
    return sum(hits) / len(hits)


@pytest.mark.parametrize(("scheme", "points"), [("s2t", 0.01), ("s2hk", 0.01), ("s2twp", 0.015)])
def test_development_items_in_traditional_characters_are_filed_alike(
    development_items: list[dict[str, Any]], scheme: str, points: float
) -> None:
    """OpenCC's schemes: its own standard, Hong Kong, and Taiwan with the words used there, which are other words."""
    reason = "no OpenCC; install the extra `bench`"
    convert = pytest.importorskip("opencc_pyo3", reason=reason).OpenCC(scheme).convert
    rows = [
        {name: convert(row[name]) if row[name] else row[name] for name in ("title", "text")}
        for row in development_items
    ]
    simplified = predict_records(development_items, n_sentences=0)
    traditional = predict_records(rows, n_sentences=0)
    hits = share_of_hits(simplified, development_items)
    assert share_of_hits(traditional, development_items) == pytest.approx(hits, abs=points)


@pytest.mark.cases("traditional")
def test_a_section_is_the_same_in_both_scripts(case: dict[str, Any]) -> None:
    rows = [{"title": title, "text": text} for title, text in (case["simplified"], case["traditional"])]
    simplified, traditional = predict_records(rows, n_sentences=0)
    assert simplified.section == traditional.section == case["section"]
    assert traditional.confidence == pytest.approx(simplified.confidence, abs=0.05)
    assert traditional.body != simplified.body  # it is printed as it came
    assert traditional.article.byline.reporters + traditional.article.byline.correspondents


def test_seeds_in_traditional_characters_have_the_same_probabilities() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*/*.txt"))[::7]]
    traditional = [to_traditional(text) for text in texts]
    assert all(a != b for a, b in zip(texts, traditional, strict=True))
    model = load_model()
    np.testing.assert_allclose(model.probabilities(traditional), model.probabilities(texts), atol=1e-12)


def test_development_items_are_filed_where_people_file_them(development_items: list[dict[str, Any]]) -> None:
    rows = development_items
    items = predict_records(rows, n_sentences=0)
    hits = share_of_hits(items, rows)
    probabilities = np.array([list(item.prediction.scores.values()) for item in items])
    report = evaluate(probabilities, [row["sections"] for row in rows], load_model().classes)
    assert hits >= 0.92
    assert report.coverage_accuracy[0.8] >= 0.97
    assert report.ece <= 0.06
