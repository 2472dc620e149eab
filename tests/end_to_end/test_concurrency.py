"""Trainings to one path at once, and readers: nobody finds a mixture. See tests/safety/concurrency.py."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.safety.concurrency import run_concurrency

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="folders can't be locked there: see classify/atomic.py"
)


@pytest.mark.slow
def test_reads_while_two_trainings_write(tmp_path: Path) -> None:
    tried = run_concurrency(tmp_path, 40)
    assert tried.tried > 10
    assert not tried.failures


@pytest.mark.slow
def test_many_reads_while_two_trainings_write(tmp_path: Path) -> None:
    assert not run_concurrency(tmp_path, 400).failures
