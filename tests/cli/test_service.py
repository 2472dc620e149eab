"""serve, and train with corrections."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from classify.corrections import Correction, CorrectionStore
from classify.model_file import load_card
from classify.options import ServiceOptions
from classify.read.labelled import load_corpus
from tests.cli.commands import program, run
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

OWN = ROOT / "examples" / "own-labels.csv"


def error(*arguments: object) -> str:
    """Return the message of a command that fails, one line."""
    done = program(*arguments)
    told = done.stderr.decode()
    assert done.returncode == 1
    assert "Traceback" not in told
    return told


def test_serve_runs_a_service_with_its_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service_run = pytest.importorskip("classify.service.run", reason="the extra `serve` is not installed")
    called: list[Any] = []

    def noted(options: ServiceOptions, **named: Any) -> None:
        called.append((options, named))
        named["told"]("http://127.0.0.1:1/")

    monkeypatch.setattr(service_run, "run_service", noted)
    done = run(
        "serve",
        "--port",
        1,
        "--workers",
        3,
        "--corrections",
        tmp_path / "c",
        "--data",
        OWN,
        "--token",
        "wood",
    )
    assert done.exit_code == 0, done.stderr
    ((options, named),) = called
    assert options == ServiceOptions(port=1, workers=3, token="wood")
    assert named["data"] == (str(OWN),)
    assert "serving at http://127.0.0.1:1/" in done.stderr
    run("serve")
    assert called[1][1]["data"] == (str(ROOT / "seeds"),)


def test_serve_tells_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_to_all = run("serve", "--host", "0.0.0.0")
    assert open_to_all.exit_code == 2
    assert "token" in open_to_all.stderr
    pytest.importorskip("classify.service.run", reason="the extra `serve` is not installed")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = error("serve", "--port", taken.getsockname()[1], "--corrections", tmp_path / "c.sqlite")
    assert "give another --port" in told
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database" * 99)
    assert "is damaged" in error("serve", "--port", 0, "--corrections", broken)
    monkeypatch.setitem(sys.modules, "classify.service.run", None)
    assert "classify-zh[serve]" in error("serve")


def test_training_with_corrections(tmp_path: Path) -> None:
    database, model = tmp_path / "c.sqlite", tmp_path / "m.joblib"
    label = load_corpus(OWN).labels[0]
    with CorrectionStore(database) as store:
        store.add(Correction.of_section("合唱", "文化馆合唱队登台演唱。", label), version=0)
        (kept,) = store.stream()
    done = run("train", OWN, "--with-corrections", database, "-o", model)
    assert done.exit_code == 0, done.stderr
    assert "held-out corrections: " in done.stderr
    assert "1 of 1 corrections as corrected (weight " in done.stderr
    card = load_card(model)["corrections"]
    assert (card["documents"], card["until"]) == (1, kept.time)
    first = model.read_bytes()
    run("train", OWN, "--with-corrections", database, "-o", model, "--quiet")
    assert model.read_bytes() == first
    missing = error("train", OWN, "--with-corrections", tmp_path / "none", "-o", model)
    assert "no such database of corrections" in missing
    with CorrectionStore(tmp_path / "empty.sqlite"):
        pass
    empty = error("train", OWN, "--with-corrections", tmp_path / "empty.sqlite", "-o", model)
    assert "no corrections of sections" in empty
