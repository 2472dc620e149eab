"""SECURITY.md tells the limits that the code has."""

from __future__ import annotations

import re
from pkgutil import resolve_name

import pytest

from tests.safety.tried import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| ([\d.]+)(?: (\w+))? \| `([\w.]+)\.(\w+)` \|$", TEXT, re.MULTILINE)
UNITS = {"": 1, "bytes": 1, "seconds": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def test_there_are_limits() -> None:
    told = TEXT[TEXT.index("## Limits") : TEXT.index("## What is not promised")]
    rows = [line for line in told.splitlines() if line.startswith("| ")]
    assert len(ROWS) == len(rows) - 2 >= 8  # the head and the rule


@pytest.mark.parametrize(("what", "number", "unit", "module", "name"), ROWS, ids=lambda v: v)
def test_a_limit_is_the_code_s(what: str, number: str, unit: str, module: str, name: str) -> None:
    assert float(number) * UNITS[unit] == resolve_name(f"{module}.{name}"), what


def test_the_suites_named_are_those_that_run() -> None:
    from tests.fuzz.__main__ import TARGETS

    named = re.findall(r"^\| ([^|]+) \| [\d,]+ \|$", TEXT, re.MULTILINE)
    assert [f"atheris, {t}" for t in TARGETS] == [n for n in named if n.startswith("atheris")]
    assert len(named) == 7 + len(TARGETS)


@pytest.mark.parametrize(("fault", "code"), [("", 0), ("it ran code", 1)])
def test_the_runner_s_exit_code(
    fault: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.safety import __main__ as runner
    from tests.safety.tried import Tried

    def suite(folder: object) -> Tried:
        tried = Tried("a suite")
        tried.note("a case", fault)
        return tried

    monkeypatch.setattr(runner, "suites", lambda *, quick: [suite])
    monkeypatch.setattr(runner, "run_atheris", lambda seconds: [])
    assert runner.main(["--quick"]) == code
    assert capsys.readouterr().out.startswith(f"a suite: 1 tried, {code} failures\n")
