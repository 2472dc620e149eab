"""The suites of tests/safety for the service, in short; `python -m tests.safety` runs them in whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.safety.service import (
    run_hostile_requests,
    run_service_full_disk,
    run_service_kills,
    run_service_writers,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.safety.tried import Tried


def test_a_full_database_keeps_whole_corrections(tmp_path: Path) -> None:
    assert run_service_full_disk(tmp_path, 2).failures == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "suite",
    [
        lambda folder: run_service_kills(folder, 2),
        lambda folder: run_service_writers(folder, 5),
        lambda folder: run_hostile_requests(folder, 20),
    ],
)
def test_the_service_holds(suite: Callable[[Path], Tried], tmp_path: Path) -> None:
    assert suite(tmp_path).failures == []
