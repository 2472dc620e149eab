"""Growth, slow inputs, edges, damage, special files, early kills, full disks; and that these suites can fail."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from classify.errors import InputError
from tests.safety import damage, edges, files, growth, slow_input
from tests.safety.patterns import PATTERNS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.safety.tried import Tried

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and signals of POSIX")


def passed(tried: Tried, least: int) -> None:
    assert tried.tried >= least
    assert not tried.failures


# -- time ---------------------------------------------------------------------------------------------


def test_patterns_have_about_the_length_that_is_asked_for() -> None:
    assert len(PATTERNS) >= 60
    for name, make in PATTERNS.items():
        assert 750 <= len(make(1000)) <= 1250, name
        assert make(2000) != make(1000), name


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let functions say themselves how many seconds they take."""
    monkeypatch.setattr(growth, "_seconds", lambda function, text: function(text))


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("power", "grows"), [(1.0, False), (1.1, False), (1.2, False), (1.5, True), (2.0, True)]
)
def test_the_exponent_is_that_of_the_work(power: float, grows: bool) -> None:
    fault = growth.fault_of(lambda text: 1e-6 * len(text) ** power, PATTERNS["full stops, then a colon"])
    assert ("the time grows" in fault) == grows


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("share", [0.3, 0.5, 1.0])
def test_a_square_that_a_short_text_nearly_hides_is_found(share: float) -> None:
    """`share` of the time of 8,000 characters, which is what screening looks at, grows with the square."""

    def seconds(text: str) -> float:
        return growth.SCREEN * ((1 - share) * len(text) / 8000 + share * (len(text) / 8000) ** 2)

    assert "the time grows" in growth.fault_of(seconds, PATTERNS["newlines"])


@pytest.mark.usefixtures("counted")
def test_a_step_is_no_power() -> None:
    """What is three times as slow from half a million characters on is still linear."""

    def seconds(text: str) -> float:
        return 2e-7 * len(text) * (3 if len(text) > 500_000 else 1)

    pair = growth.Pair(seconds, PATTERNS["newlines"])
    assert pair.climb() == ""
    assert pair.n == 2 * growth.FARTHEST


@pytest.mark.usefixtures("counted")
def test_screening_stops_where_a_call_is_long_enough() -> None:
    lengths: list[int] = []

    def seconds(text: str) -> float:
        lengths.append(len(text))
        return 1e-6 * len(text)

    assert growth.Pair(seconds, PATTERNS["newlines"]).screened() == (pytest.approx(1.0), "")
    assert sorted(set(lengths)) == [8_000, 32_000]


@pytest.mark.usefixtures("counted")
def test_what_a_function_takes_for_any_text_hides_nothing() -> None:
    def seconds(text: str) -> float:
        return 0.3 + 1e-9 * len(text) ** 2

    fixed = growth.Pair(seconds, PATTERNS["newlines"], 0.3)
    assert fixed.screened()[0] == pytest.approx(2.0)
    assert growth.Pair(seconds, PATTERNS["newlines"]).screened()[0] < growth.SUSPECT


def test_the_highest_of_each_function_climb_whatever_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(text: str) -> float:
        """A square of which screening sees a tenth."""
        return growth.SCREEN * (0.9 * len(text) / 8000 + 0.1 * (len(text) / 8000) ** 2)

    monkeypatch.setattr(growth, "_seconds", lambda function, text: function(text))
    monkeypatch.setattr(
        growth, "functions", lambda folder, kind: {"a": late, "b": lambda text: 1e-5 * len(text)}
    )
    tried = growth.run_growth(tmp_path)
    assert tried.tried == 2 * len(PATTERNS)
    assert {failure.split(",")[0] for failure in tried.failures} == {"a"}
    assert len(tried.failures) == growth.ANYWAY


@pytest.mark.usefixtures("counted")
def test_a_page_with_boxes_may_take_some_seconds_and_no_more() -> None:
    make = PATTERNS["lines of two digits"]  # three characters a line: 3,000 lines are the limit
    assert growth.bounded_fault_of(lambda text: len(text) ** 2 / 1e6, make) == "64 s for 8000 characters"
    assert (
        growth.bounded_fault_of(lambda text: 30.0 * (len(text) > 8_500), make) == "30 s for 9000 characters"
    )
    assert growth.bounded_fault_of(lambda text: min(3.0, len(text) ** 2 / 1e6), make) == ""


@posix
def test_a_call_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "SLOW", 0.05)
    monkeypatch.setattr(slow_input, "SECONDS", 0.05)

    def forever(_: str) -> None:
        while True:
            pass

    assert "more than" in growth.fault_of(forever, PATTERNS["newlines"])
    monkeypatch.setattr(growth, "MOST", 0.01)
    assert growth.bounded_fault_of(forever, PATTERNS["newlines"]) == "0 s for 8000 characters"
    assert "more than" in slow_input._time(forever, "")[1]


def test_an_error_that_is_not_ours_is_a_failure() -> None:
    def wrong(_: str) -> None:
        raise KeyError("x")

    assert growth.fault_of(wrong, PATTERNS["newlines"]).startswith("KeyError")


def test_every_function_takes_every_pattern(tmp_path: Path) -> None:
    """Short texts, one pattern in twelve for each function: results or our errors. The time is not looked at."""
    for i, (name, function) in enumerate(growth.functions(tmp_path).items()):
        for j, (pattern, make) in enumerate(PATTERNS.items()):
            if (i + j) % 12 == 0:
                with growth.refusals_allowed():
                    assert function(make(300)) is not NotImplemented, (name, pattern)


@pytest.mark.slow
@posix
def test_the_time_is_linear_whatever_is_repeated(tmp_path: Path) -> None:
    passed(growth.run_growth(tmp_path, every=8), 800)


@pytest.mark.slow
@posix
def test_no_slow_input_is_found(tmp_path: Path) -> None:
    passed(slow_input.run_slow_input(tmp_path, 3, seed=1), 150)


# -- files --------------------------------------------------------------------------------------------


def test_a_damaged_folder_is_told_or_finished(tmp_path: Path) -> None:
    passed(damage.run_damage(tmp_path, every=24), 300)


def test_the_suite_sees_what_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classify.archive.folder.check_shard_file", lambda *_: None)
    failures = damage.run_damage(tmp_path, every=1000).failures
    assert any(f.startswith("articles-") and f.endswith("it is accepted") for f in failures)


def test_a_pattern_does_not_read_its_own_output(tmp_path: Path) -> None:
    from classify.archive import list_inputs

    (tmp_path / "out").mkdir()
    (tmp_path / "a.jsonl").write_bytes(b"{}")
    (tmp_path / "out" / "articles-00000000.jsonl").write_bytes(b"{}")
    out = (tmp_path / "out").resolve()
    for pattern in ("**/*.jsonl", "*", "**"):
        found = [file.path for file in list_inputs([f"{tmp_path}/{pattern}"], without=out)]
        assert found == [f"{tmp_path}/a.jsonl"], pattern


@posix
def test_special_files_are_refused_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    passed(files.run_special(tmp_path), 150)


def test_a_disk_that_is_full_at_every_write(tmp_path: Path) -> None:
    passed(files.run_full_disk(tmp_path), 60)


def test_the_suite_sees_a_wrong_blame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: Any, **__: Any) -> None:
        raise InputError("standard output: full")

    monkeypatch.setattr(files, "write", wrong)
    assert "told as" in files._archive_fault(tmp_path, files.Failing(1, errno.ENOSPC), {})
    assert os.strerror(errno.ENOSPC)


@pytest.mark.slow
@posix
def test_no_worker_outlives_a_parent_that_is_killed_early(tmp_path: Path) -> None:
    passed(files.run_early_kills(tmp_path, 10), 10)


@pytest.mark.slow
def test_models_at_the_edge_of_the_promise(tmp_path: Path) -> None:
    passed(edges.run_edges(tmp_path), 25)
