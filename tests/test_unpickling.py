"""Hostile model files are refused in one line and do nothing. See tests/safety/hostile.py."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from classify.errors import ModelError
from classify.sections.model import load_model
from tests.safety import hostile
from tests.safety.assembler import PROTO, STOP
from tests.safety.attacks import running_code
from tests.safety.tried import signed

if TYPE_CHECKING:
    from pathlib import Path


def test_every_hostile_file_is_refused_and_does_nothing(tmp_path: Path) -> None:
    tried = hostile.run_hostile(tmp_path, bitten=False)
    assert tried.tried >= 500
    assert not tried.failures


def test_the_attacks_are_attacks(tmp_path: Path) -> None:
    """What runs no code even when joblib reads it would prove nothing about our reader."""
    assert len(running_code(tmp_path / "canary")) >= 20
    assert hostile.toothless(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc how much memory the process has")
def test_bombs_take_neither_memory_nor_time(tmp_path: Path) -> None:
    tried = hostile.run_bombs(tmp_path)
    assert tried.tried >= 25
    assert not tried.failures


def test_the_suite_sees_code_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that looks names up, as joblib's does, must make the suite fail."""
    import joblib

    def careless(path: Path) -> object:
        joblib.load(path)
        raise ModelError("train a model with `classify train`")

    monkeypatch.setattr(hostile, "load_model", careless)
    canary = tmp_path / "canary"
    attack = running_code(canary)["os.system"]
    fault = hostile.fault_of(signed(PROTO + attack + STOP), tmp_path / "x.joblib", canary)
    assert fault == "it ran code"


@pytest.mark.parametrize("name", ["os.system", "an array of objects", "a module that runs on import"])
def test_the_message_names_what_was_asked_for(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.joblib"
    attack = running_code(tmp_path / "canary")[name]
    path.write_bytes(signed(PROTO + attack + STOP))
    with pytest.raises(
        ModelError, match=r"x\.joblib: refused, since it .*; take models from people you trust, or"
    ):
        load_model(path)
