"""train, evaluate, model show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from classify.cli import app
from classify.errors import CorpusError
from classify.pipeline import Pipeline
from classify.read.labelled import load_corpus
from tests.cli.commands import objects, program, run
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_train_evaluate_explain_and_show(tmp_path: Path) -> None:
    rows = [
        {"text": f"{what}第{n}次{where}。", "label": label}
        for n in range(12)
        for what, where, label in (("球队训练", "在体育馆比赛", "体育"), ("股票上涨", "在交易所成交", "财经"))
    ]
    data, model = tmp_path / "data.jsonl", tmp_path / "新模型.joblib"
    data.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    trained = run("train", data, "-o", model, "--date", "2026-01-01")
    assert trained.exit_code == 0, trained.stderr
    assert "体育" in trained.stdout
    card = json.loads(run("model", "show", model).stdout)
    assert card["date"] == "2026-01-01"
    assert card["sha256"] in trained.stdout
    page = tmp_path / "page.txt"
    page.write_text("球队昨天在体育馆训练比赛。", encoding="utf-8")
    (found,) = objects(run("predict", page, "-m", model, "-f", "jsonl", "--sha256", card["sha256"]))
    assert max(found["scores"], key=found["scores"].get) == "体育"
    explained = run("explain", page, "-m", model)
    assert "体育" in explained.stdout
    assert objects(run("explain", page, "-m", model, "-f", "jsonl"))[0]["scores"].keys() == {"体育", "财经"}
    report = tmp_path / "report.html"
    evaluated = run("evaluate", data, "-m", model, "--report", report)
    assert evaluated.exit_code == 0, evaluated.stderr
    assert "<html" in report.read_text(encoding="utf-8")


def test_evaluate_measures_what_predict_says(tmp_path: Path) -> None:
    """The byline of a raw text is no part of the article, in evaluation as in prediction."""
    seeds = load_corpus(ROOT / "seeds").documents[::60]
    rows = [
        {"title": d.title, "text": f"本报讯（记者岑雨桐 通讯员温砚秋）{d.text}", "label": d.label}
        for d in seeds
    ]
    data = tmp_path / "data.jsonl"
    data.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    evaluation = Pipeline().evaluate(load_corpus(data))
    predicted = objects(run("predict", data, "-f", "jsonl"))
    assert [round(float(p), 4) for p in evaluation.probabilities.max(axis=1)] == [
        o["confidence"] for o in predicted
    ]
    assert f"{len(rows)} texts: accuracy {evaluation.report.accuracy:.4f}" in run("evaluate", data).stdout


def test_training_without_data_takes_the_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    def fake(data: Path, **_: object) -> None:
        taken.append(data)
        raise CorpusError("enough")

    monkeypatch.setattr("classify.sections.training.train", fake)
    result = CliRunner().invoke(app, ["train", "-o", str(tmp_path / "m.joblib")])
    assert isinstance(result.exception, CorpusError)
    assert taken == [ROOT / "seeds"]


def test_training_data_that_cannot_be_trained_on(tmp_path: Path) -> None:
    result = program("train", tmp_path / "none", "-o", tmp_path / "m.joblib")
    assert result.returncode == 1
    assert result.stderr.decode().count("\n") == 1
    assert not (tmp_path / "m.joblib").exists()
