"""Killed trainings leave a whole model. See tests/safety/kill.py."""

from __future__ import annotations

import hashlib
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from classify.sections.model import save_model
from tests.safety import kill
from tests.safety.tried import small_model

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


@pytest.mark.slow
def test_trainings_killed_at_random(tmp_path: Path) -> None:
    tried = kill.run_kills(tmp_path, 3)
    assert tried.tried == 3
    assert not tried.failures


@pytest.mark.slow
def test_many_trainings_killed_at_random(tmp_path: Path) -> None:
    tried = kill.run_kills(tmp_path, 50, seed=1)
    assert tried.tried == 50
    assert not tried.failures


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_writing_killed_line_by_line(step: int, tmp_path: Path) -> None:
    tried = kill.run_lines(tmp_path, step)
    assert tried.tried > 200 / step
    assert not tried.failures


def test_the_suite_sees_half_a_model_and_a_mixture(tmp_path: Path) -> None:
    digests = {}
    for number, name in enumerate(("old", "new")):
        digests[name] = save_model(small_model(number), tmp_path / f"{name}.joblib", {})
    path = tmp_path / "x.joblib"
    data = (tmp_path / "new.joblib").read_bytes()
    path.write_bytes(data[:-1])
    assert "neither" in kill.look(path, digests)
    shutil.copy(tmp_path / "old.joblib", path)
    shutil.copy(tmp_path / "new.json", path.with_suffix(".json"))
    assert "has no card" in kill.look(path, digests)  # a card that came before its model
    path.write_bytes(data)
    assert hashlib.sha256(data).hexdigest() == digests["new"]
    assert kill.look(path, digests) == ""
