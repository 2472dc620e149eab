"""What the tests share: cases as data, the development data where they are, one Hypothesis profile.

A test marked ``@pytest.mark.cases("leads")`` is run for each case of cases/leads.json, under its label; a
case with ``xfail`` is a known fault of the library, told there, and must fail.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import ROOT, find_shared, read_cases

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Machines are shared and noisy: no example fails for having taken long.
# The same examples each time, so that what passes here passes there; `--hypothesis-profile explore` makes up others.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "cases(name, keep): run the test for each case of tests/cases/<name>.json"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker("cases")
    if marker is None:
        return
    keep: Callable[[dict[str, Any]], bool] = marker.kwargs.get("keep", lambda case: True)
    params = [
        pytest.param(
            case,
            id=case["label"],
            marks=[pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else [],
        )
        for case in read_cases(marker.args[0])
        if keep(case)
    ]
    metafunc.parametrize("case", params)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the development data; the test is skipped where there is none."""
    folder = find_shared()
    if folder is None:
        pytest.skip("no development data; set CLASSIFY_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def fresh_process() -> Callable[..., str]:
    """Run a program in a fresh interpreter and return what it printed."""

    def run(program: str, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
