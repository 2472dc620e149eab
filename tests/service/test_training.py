"""Training over HTTP: started, followed, accepted, taken back; thirty corrections of a kind lift that kind."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from classify.corrections import Correction, CorrectionStore
from classify.errors import CorpusError
from classify.model_file import shipped_model
from classify.read.labelled import Corpus, Document, load_corpus
from classify.sections.retraining import retrain
from classify.sections.training import train
from classify.service.models import ServingModels
from classify.service.training import Status, TrainingJob, train_on_corrections
from classify.service.work import ModelFile
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi.testclient import TestClient

OWN = ROOT / "examples" / "own-labels.csv"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    """Return a model that is trained in a moment."""
    path = tmp_path_factory.mktemp("small") / "small.joblib"
    return ModelFile(str(path), train(str(OWN)).save(path))


@pytest.fixture
def corrected(tmp_path: Path) -> Iterator[CorrectionStore]:
    """Return corrections for that model's labels."""
    label = load_corpus(OWN).labels[0]
    with CorrectionStore(tmp_path / "c.sqlite") as store:
        for k in range(3):
            store.add(Correction.of_section(f"合唱{k}", f"文化馆第{k}支合唱队登台演唱。", label), version=0)
        yield store


def test_a_training_has_figures_and_writes_a_model(corrected: CorrectionStore, small: ModelFile) -> None:
    steps: list[str] = []
    job = TrainingJob(corrected.path, (str(OWN),), small)
    model, result = train_on_corrections(job, lambda step, share: steps.append(step))
    assert model.sha256 == result["model"] != small.sha256
    assert {"reading", "held-out figures", "training", "done"} <= set(steps)
    assert result["corrections"] == 3
    assert result["documents"] == len(load_corpus(OWN))
    for part in ("held_out", "held_out_corrections"):
        for side in ("before", "after"):
            assert 0 <= result[part][side]["accuracy"] <= 1
    assert [row["id"] for row in result["list"]] == [1, 2, 3]
    assert all(row["right"] == (row["after"] == row["section"]) for row in result["list"])
    again, same = train_on_corrections(job, lambda step, share: None)
    assert again == model
    assert {k: v for k, v in same.items() if k != "seconds"} == {
        k: v for k, v in result.items() if k != "seconds"
    }


def test_data_of_other_labels_are_refused(corrected: CorrectionStore, small: ModelFile) -> None:
    with pytest.raises(CorpusError, match="give --data"):
        train_on_corrections(TrainingJob(corrected.path, ("seeds",), small), lambda step, share: None)


def test_a_model_is_accepted_taken_back_and_served_again_after_a_restart(
    corrected: CorrectionStore, small: ModelFile
) -> None:
    models = ServingModels(small.path, corrected)
    assert models.previous is None
    made, _ = train_on_corrections(TrainingJob(corrected.path, (str(OWN),), models.current), lambda *_: None)
    models.accept(made)
    assert (models.current, models.previous) == (made, small)
    assert models.describe()["retrained"] is True
    assert models.card["corrections"]["until"] == max(c.time for c in corrected.stream())
    assert ServingModels(small.path, corrected).current == made
    assert ServingModels(None, corrected).current.path == str(shipped_model())
    models.roll_back()
    assert (models.current, models.previous) == (small, made)
    models.roll_back()
    assert models.current == made


def test_a_second_training_is_compared_with_the_first(corrected: CorrectionStore, small: ModelFile) -> None:
    made, first = train_on_corrections(TrainingJob(corrected.path, (str(OWN),), small), lambda *_: None)
    job = TrainingJob(corrected.path, (str(OWN),), made, until="9", weight=first["weight"])
    _, second = train_on_corrections(job, lambda *_: None)
    assert second["held_out"]["before"] == first["held_out"]["after"]
    assert [row["before"] for row in second["list"]] == [row["after"] for row in first["list"]]


KINDS = ("排练新曲目", "登台合唱", "举办合唱比赛", "招募合唱队员", "送演下乡")
PLACES = ("云港市文化馆", "柳湾社区", "石泉镇", "青塘区工会", "城南小学", "海岬街道")


def choirs(first: int) -> list[Document]:
    """Return thirty articles of a kind that the shipped model takes for background."""
    found = []
    for k in range(30):
        place, kind = PLACES[(k + first) % len(PLACES)], KINDS[(k * 7 + first) % len(KINDS)]
        text = (
            f"周末，{place}{kind}，{k + 12 + first}名队员分四个声部演唱。"
            f"指挥逐句讲解气息与咬字，{place}为合唱团添置了乐谱架和钢琴。"
        )
        found.append(Document(text, "governance", f"{place}合唱团{kind}"))
    return found


@pytest.mark.slow
def test_thirty_corrections_of_a_kind_lift_held_out_articles_of_that_kind() -> None:
    """Trained on thirty written articles, the model labels thirty others right; other documents do not get worse."""
    from classify import load_model

    fresh = choirs(3)
    shipped = load_model()

    def accuracy(model: Any) -> float:
        found = model.predict([d.content for d in fresh])
        return sum(p.likeliest == d.label for p, d in zip(found, fresh, strict=True)) / len(fresh)

    assert accuracy(shipped) <= 0.2
    found = retrain(load_corpus(ROOT / "seeds"), Corpus(tuple(choirs(0)), "choirs"))
    assert accuracy(found.trained.model) >= 0.9
    before, after = found.documents
    assert after.accuracy >= before.accuracy - 0.01
    assert found.corrections[1].right > found.corrections[0].right + 20


# -- over HTTP -------------------------------------------------------------------------------------


def test_there_is_nothing_to_train_accept_or_take_back(client: TestClient) -> None:
    assert client.get("/v1/training").json()["state"] == "idle"
    assert client.post("/v1/training").json()["error"] == "bad_input"
    for method, path in (
        ("POST", "/v1/training/accept"),
        ("POST", "/v1/training/discard"),
        ("DELETE", "/v1/training"),
    ):
        answer = client.request(method, path)
        assert (answer.status_code, answer.json()["error"]) == (409, "no_training")
    assert client.post("/v1/model/rollback").json()["error"] == "no_model"


def test_a_training_in_the_background_and_its_decisions(
    client: TestClient, corrected: CorrectionStore, small: ModelFile
) -> None:
    """The process of a real training, on the model with few documents."""
    service = client.app.state.service  # type: ignore[attr-defined]
    service.models = ServingModels(small.path, service.store)
    service.data = (str(OWN),)
    assert client.post("/v1/training").status_code == 202
    assert client.post("/v1/training").json()["error"] == "busy"
    assert client.delete("/v1/training").json()["state"] == "cancelled"
    client.post("/v1/training")
    with client.stream("GET", "/v1/training/events") as events:
        lines = [line for line in events.iter_lines() if line.startswith("data: ")]
    states = [json.loads(line[6:]) for line in lines]
    assert states[-1]["state"] == "ready", states[-1]
    assert "result" not in states[-1]
    assert [s["share"] for s in states] == sorted(s["share"] for s in states)
    result = client.get("/v1/training").json()["result"]
    model = client.post("/v1/training/accept").json()
    assert (model["sha256"], model["previous"], model["retrained"]) == (result["model"], small.sha256, True)
    assert model["corrections"] == {"total": 3, "since": 0}
    assert client.get("/v1/training").json()["state"] == "accepted"
    assert client.post("/v1/sections", json={"text": "a"}).json()["model"] == result["model"]
    back = client.post("/v1/model/rollback").json()
    assert (back["sha256"], back["previous"]) == (small.sha256, result["model"])
    assert client.post("/v1/sections", json={"text": "a"}).json()["model"] == small.sha256


def test_a_training_that_fails_says_why_and_a_result_can_be_dropped(
    client: TestClient, corrected: CorrectionStore, small: ModelFile
) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    service.data = (str(OWN),)  # not those of the shipped model
    client.post("/v1/training")
    for _ in range(600):
        status = client.get("/v1/training").json()
        if status["state"] != "running":
            break
        time.sleep(0.1)
    assert status["state"] == "failed"
    assert "give --data" in status["message"]
    service.training.status = Status("ready")
    service.training.model = small
    assert client.post("/v1/training/discard").json()["state"] == "discarded"
