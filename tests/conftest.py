"""What all tests share: cases as data, the development data where there is any, one profile of Hypothesis.

A test marked ``@pytest.mark.cases("leads")`` runs once for each case of cases/leads.json, and once for each
case of cases/known-failures/leads.json, which must fail. With ``keep``, a function of a case, it runs for the
cases only that the function accepts, and for no known failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.support import ROOT, find_shared, read_cases, read_known_failures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# No deadline: on a shared machine any example may take long. `repeatable` tries the same examples in every run,
# so that a commit does not fail for another one's fault; `--hypothesis-profile explore` tries new ones.
settings.register_profile(
    "repeatable", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "cases(name, keep): run the test for each case of tests/cases/<name>.json"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker("cases")
    if marker is None:
        return
    name, keep = marker.args[0], marker.kwargs.get("keep")
    cases = [pytest.param(case, id=case["label"]) for case in read_cases(name) if keep is None or keep(case)]
    for case in read_known_failures(name) if keep is None else ():
        must_fail = pytest.mark.xfail(reason=case["reason"], strict=True)
        cases.append(pytest.param(case, id=f"known failure: {case['label']}", marks=must_fail))
    metafunc.parametrize("case", cases)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Shorten the part of a test's name that a long text would make; pytest numbers parts that are equal."""
    if isinstance(val, (str, bytes)) and len(ascii(val)) > 60:
        return f"{ascii(val)[:50]}, {len(val)} long"
    return None


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of the development data; skip the test where there is none."""
    folder = find_shared()
    if folder is None:
        pytest.skip("no development data; set CLASSIFY_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def fresh_process() -> Callable[..., str]:
    """Return a function that runs a program in a fresh interpreter and returns what it printed."""

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
