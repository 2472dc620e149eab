"""train, evaluate, model show."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

from rich.console import Console
from typer.testing import CliRunner

from classify.cli import app
from classify.errors import CorpusError
from classify.model_file import load_card
from classify.output.terminal import print_card
from classify.pipeline import Pipeline
from classify.read.labelled import Corpus, load_corpus
from classify.sections.model import load_model
from tests.cli.commands import objects, program, run
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
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
    card = json.loads(run("model", "show", model, "--json").stdout)
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

    def fake(data: list[Corpus], **_: object) -> None:
        taken.extend(corpus.source for corpus in data)
        raise CorpusError("enough")

    monkeypatch.setattr("classify.sections.training.train", fake)
    result = CliRunner().invoke(app, ["train", "-o", str(tmp_path / "m.joblib")])
    assert isinstance(result.exception, CorpusError)
    assert taken == [str(ROOT / "seeds")]


def test_training_data_that_cannot_be_trained_on(tmp_path: Path) -> None:
    result = program("train", tmp_path / "none", "-o", tmp_path / "m.joblib")
    assert result.returncode == 1
    assert result.stderr.decode().count("\n") == 1
    assert not (tmp_path / "m.joblib").exists()


# -- several sources, what was read, and models that would label hardly anything or everything -------


def put_records(path: Path, documents: Iterable[tuple[str, str]]) -> Path:
    """Write texts and their labels as JSON Lines."""
    lines = (json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in documents)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def seeds_of(n: int, *labels: str) -> list[tuple[str, str]]:
    """Return the first `n` seeds of each label."""
    corpus = load_corpus(ROOT / "seeds")
    return [(d.content, label) for label in labels for d in [d for d in corpus if d.label == label][:n]]


def test_several_sources_are_joined_and_told(tmp_path: Path) -> None:
    first = put_records(tmp_path / "first.jsonl", seeds_of(6, "policing", "forestry"))
    changed = [(first_text, "森林") for first_text, _ in seeds_of(6, "forestry")]
    second = put_records(tmp_path / "second.jsonl", changed)
    trained = run("train", first, second, "-o", tmp_path / "m.joblib")
    assert trained.exit_code == 0, trained.stderr
    assert f"{first}: 12 documents (forestry 6, policing 6)" in trained.stderr
    assert f"{second}: 6 documents (森林 6)" in trained.stderr
    assert load_card(tmp_path / "m.joblib")["labels"] == {"policing": 6, "森林": 6}


def test_eight_documents_a_label_make_a_model_that_labels_and_a_warning(tmp_path: Path) -> None:
    """No threshold keeps the risk of so few: it must not become 1, and -q must not hide it."""
    seeds = seeds_of(8, "policing", "forestry", "governance", "business")
    drawn = [(text, seeds[(7 * i) % len(seeds)][1]) for i, (text, _) in enumerate(seeds)]
    data = put_records(tmp_path / "few.jsonl", drawn)
    trained = run("train", data, "-o", tmp_path / "m.joblib", "-q")
    assert trained.stdout == ""
    few, often_wrong = trained.stderr.splitlines()
    assert "warning: few documents of business 8, forestry 8" in few
    assert "no threshold that labels half of them keeps the risk of 6%" in often_wrong
    assert load_model(tmp_path / "m.joblib").threshold < 1
    predicted = objects(run("predict", data, "-m", tmp_path / "m.joblib", "-f", "jsonl", "--no-summary"))
    assert any(o["section"] for o in predicted)


def test_a_model_of_a_clean_set_does_not_label_everything(tmp_path: Path) -> None:
    data = put_records(tmp_path / "clean.jsonl", seeds_of(40, "policing", "forestry"))
    assert run("train", data, "-o", tmp_path / "m.joblib", "-q").stderr == ""
    model = load_model(tmp_path / "m.joblib")
    assert 0.5 < model.threshold < 0.95
    others = [text for text, _ in seeds_of(40, "governance", "business", "other")]
    unsure = [prediction.decision for prediction in model.predict(others)].count("unsure")
    assert unsure > len(others) / 3


def test_risk_and_threshold_are_the_user_s(tmp_path: Path) -> None:
    seeds = seeds_of(30, "policing", "governance", "business")
    noisy = [(text, seeds[i - 30][1] if i % 4 == 0 else label) for i, (text, label) in enumerate(seeds)]
    data = put_records(tmp_path / "d.jsonl", noisy)
    for option, value in (("--threshold", "0.75"), ("--risk", "0.01"), ("--risk", "0.4")):
        run("train", data, "-o", tmp_path / f"{value}.joblib", option, value)
    thresholds = [load_model(tmp_path / f"{value}.joblib").threshold for value in ("0.75", "0.01", "0.4")]
    assert thresholds[0] == 0.75
    assert thresholds[1] > thresholds[2]
    assert program("train", data, "--threshold", "2", "-o", tmp_path / "m.joblib").returncode == 2


def test_a_threshold_that_gives_few_labels_is_told(tmp_path: Path) -> None:
    data = put_records(tmp_path / "d.jsonl", seeds_of(30, "policing", "governance"))
    trained = run("train", data, "-o", tmp_path / "m.joblib", "-q", "--threshold", "1")
    assert "the threshold 1.000 labels 0% of texts like these" in trained.stderr


def test_a_model_is_not_written_over_a_device_or_a_link(tmp_path: Path) -> None:
    """Run as root, a rename would put a regular file in the place of /dev/null."""
    data = put_records(tmp_path / "d.jsonl", seeds_of(4, "policing", "governance"))
    (tmp_path / "link.joblib").symlink_to(tmp_path / "store.joblib")
    (tmp_path / "null.joblib").symlink_to("/dev/null")
    done = program("train", data, "-q", "-o", tmp_path / "null.joblib")
    assert done.returncode == 1
    assert "can't be written (it is a device or a pipe, not a file)" in done.stderr.decode()
    assert program("train", data, "-q", "-o", tmp_path / "link.joblib").returncode == 0
    assert (tmp_path / "link.joblib").is_symlink()
    assert load_model(tmp_path / "store.joblib").classes == load_model(tmp_path / "link.joblib").classes
    assert load_card(tmp_path / "link.joblib")["names"] == {"zh": {"governance": "政务", "policing": "公安"}}


def test_a_card_is_for_people_and_json_for_programs() -> None:
    shown = run("model", "show").stdout
    card = json.loads(run("model", "show", "--json").stdout)
    assert len(shown.splitlines()) < 40
    for fact in (card["sha256"], "1,438", "names (zh)", "经济", "rjieba", "precision"):
        assert fact in shown
    for label, figures in card["figures"]["sections"].items():
        assert re.search(rf"{label} +{figures['precision']} +{figures['recall']} +{figures['f1']}", shown)


def test_a_card_that_lacks_everything_is_shown() -> None:
    file = io.StringIO()
    print_card({"labels": ["a"], "figures": None, "x": 1}, "m.joblib", Console(file=file, width=80))
    assert file.getvalue().split() == ["model", "m.joblib"]


def test_held_out_data_are_measured_in_the_same_run(tmp_path: Path) -> None:
    corpus = load_corpus(ROOT / "seeds")
    some = [d for label in ("policing", "governance") for d in [d for d in corpus if d.label == label][:24]]
    data = put_records(tmp_path / "d.jsonl", [(d.content, d.label) for d in some[::2]])
    test = put_records(tmp_path / "test.jsonl", [(d.content, d.label) for d in some[1::2]])
    trained = run("train", data, "-o", tmp_path / "m.joblib", "--test", test)
    evaluated = run("evaluate", test, "-m", tmp_path / "m.joblib")
    assert trained.stdout.split(f"held out: {test}\n")[1] == evaluated.stdout
    quiet = run("train", data, "-o", tmp_path / "m.joblib", "--test", test, "-q")
    assert quiet.stdout.startswith(f"\nheld out: {test}\n")


def test_a_learning_curve_says_whether_more_documents_help(tmp_path: Path) -> None:
    data = put_records(tmp_path / "d.jsonl", seeds_of(20, "policing", "forestry", "business"))
    rows = [line.split() for line in run("evaluate", data, "--curve").stdout.splitlines()]
    assert rows[0] == ["documents", "accuracy", "macro-F1"]
    assert [int(row[0]) for row in rows[1:]] == [6, 9, 18, 30, 48]
    assert 0.5 < float(rows[-1][1]) <= 1
    few = put_records(tmp_path / "few.jsonl", seeds_of(4, "policing", "forestry"))
    refused = program("evaluate", few, "--curve")
    assert refused.returncode == 1
    assert b"a learning curve needs 2 labels or more with 5 documents each" in refused.stderr
