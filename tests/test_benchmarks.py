"""The floors of the benchmarks: each binds its recorded figure, and --check fails for what is missed or missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import floors
from benchmarks.harness import NoData, Section

if TYPE_CHECKING:
    from pathlib import Path


def test_every_recorded_figure_has_a_floor_within_a_tenth_of_it() -> None:
    assert floors.loose("full") == []
    assert floors.loose("quick") == []


def test_results_and_figures_were_written_by_the_same_runs() -> None:
    """RESULTS.md gives the command, the machine and the versions of each run; so does results.json."""
    text = (benchmarks.HERE / "RESULTS.md").read_text(encoding="utf-8")
    runs = floors.read(floors.RESULTS, "full")
    assert list(runs) == sorted(benchmarks.TOPICS)
    for topic, run in runs.items():
        assert f"<!-- {topic} -->" in text
        assert run["how"] in text


@pytest.mark.parametrize(
    ("figures", "expected", "failed", "unchecked"),
    [
        (
            {"a.x": 2.0, "a.error": 0.1},
            ["holds  a.error: 0.1 (at most 0.1)", "holds  a.x: 2 (at least 1)"],
            0,
            0,
        ),
        ({"a.x": 0.5, "a.error": 0.1}, ["MISSED a.x: 0.5 (at least 1)"], 1, 0),
        ({"a.x": 1.0, "a.error": 0.2}, ["MISSED a.error: 0.2 (at most 0.1)"], 1, 0),
        ({"a.x": 1.0}, ["MISSING a.error: not measured"], 1, 0),
        ({"a.x": 1.0, "a.error": 0.0, "a.new": 1.0}, ["UNBOUND a.new: 1 has no floor"], 1, 0),
    ],
)
def test_a_check(figures: dict[str, float], expected: list[str], failed: int, unchecked: int) -> None:
    limits = {"a.x": {"at_least": 1.0}, "a.error": {"at_most": 0.1}, "b.x": {"at_least": 1.0}}
    lines, found, not_checked = floors.compare(figures, limits, ["a"])
    assert [line for line, start in zip(lines, expected, strict=False) if line.startswith(start)]
    assert (found, not_checked) == (failed, unchecked)


def test_floors_of_topics_without_data_are_counted() -> None:
    limits = {"a.x": {"at_least": 1.0}, "b.x": {"at_least": 1.0}, "b.y": {"at_least": 1.0}}
    assert floors.compare({"a.x": 1.0}, limits, ["a", "b"], ["b"])[1:] == (0, 2)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the written files into an empty folder, and measure nothing: pages gives two figures, others no data."""
    for name in ("RESULTS", "FLOORS"):
        monkeypatch.setattr(floors, name, tmp_path / f"{name.lower()}.json")
    (tmp_path / "preface.md").write_text("# Results\n", encoding="utf-8")
    monkeypatch.setattr(benchmarks, "HERE", tmp_path)
    monkeypatch.delenv("CI", raising=False)

    class Fake:
        def __init__(self, name: str) -> None:
            self.name = name

        def measure(self, *, quick: bool, runs: int) -> Section:
            if self.name != "benchmarks.pages":
                raise NoData("no data")
            return Section("Pages", "40 times", {"pages.pipeline_ratio": 40.0, "pages.body_error": 0.01})

    monkeypatch.setattr(benchmarks.importlib, "import_module", Fake)
    return tmp_path


def test_a_run_is_recorded_and_gives_floors(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks.main(["pages"]) == 0
    assert "40 times" in (files / "RESULTS.md").read_text(encoding="utf-8")
    assert benchmarks.main(["pages", "--check"]) == 1  # figures without floors
    assert benchmarks.main(["--write-floors"]) == 0
    found = json.loads((files / "floors.json").read_text(encoding="utf-8"))["full"]
    assert found == {"pages.body_error": {"at_most": 0.012}, "pages.pipeline_ratio": {"at_least": 36.0}}
    assert benchmarks.main(["pages", "--check"]) == 0
    assert "2 figures hold, 0 fail" in capsys.readouterr().out


def test_a_quick_run_has_floors_of_its_own(files: Path) -> None:
    benchmarks.main(["pages"])
    benchmarks.main(["--write-floors"])
    assert benchmarks.main(["pages", "--quick", "--check"]) == 1
    benchmarks.main(["pages", "--quick", "--record"])
    benchmarks.main(["--write-floors"])
    assert benchmarks.main(["pages", "--quick", "--check"]) == 0


def test_absent_data_fail_unless_they_may_be_absent(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    benchmarks.main(["pages"])
    benchmarks.main(["--write-floors"])
    assert benchmarks.main(["pages", "splitting", "--check"]) == 1
    assert benchmarks.main(["pages", "splitting", "--check", "--without-data"]) == 0
    assert "NO DATA for splitting: 0 floors NOT CHECKED" in capsys.readouterr().out


def test_a_floor_that_does_not_bind_fails(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    benchmarks.main(["pages"])
    benchmarks.main(["--write-floors"])
    floors.write(
        floors.FLOORS,
        "full",
        floors.read(floors.FLOORS, "full") | {"pages.pipeline_ratio": {"at_least": 20.0}},
    )
    assert benchmarks.main(["pages", "--check"]) == 1
    assert "LOOSE   full: pages.pipeline_ratio is recorded as 40" in capsys.readouterr().out


def test_ci_writes_no_floors(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert benchmarks.main(["--write-floors"]) == 2
    assert not (files / "floors.json").exists()
