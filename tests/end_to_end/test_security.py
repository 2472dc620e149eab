"""What SECURITY.md promises: the limits of the code, the suites that ran, and no use of jieba's shared cache."""

from __future__ import annotations

import re
from pkgutil import resolve_name
from typing import TYPE_CHECKING

import pytest

from tests.safety.tried import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


def test_each_row_of_the_threat_model_names_tests_that_exist() -> None:
    told = TEXT[TEXT.index("## Who brings what") : TEXT.index("## What is promised")]
    rows = [line for line in told.splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 10
    for row in rows:
        named = re.findall("`([^`]+)`", row.rsplit("|", 2)[1])
        assert named, row
        folder = ROOT
        for name in named:
            path = ROOT / name if "/" in name else folder / name
            assert path.exists(), name
            folder = path.parent


def test_every_lowest_version_was_compared_with_advisories() -> None:
    """Each dependency of users has a row of its own, with the version from which it is allowed."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r"^dependencies = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    assert found
    users = found[1] + "".join(re.findall(r"^(?:archive|html|serve|cluster) = (.*)$", project, re.MULTILINE))
    lowest = re.findall(r'"([\w-]+)(?:\[\w+\])?>=([\d.]+)"', users)
    told = TEXT[TEXT.index("## Lowest versions") : TEXT.index("## How it is tested")]
    assert re.findall(r"^\| ([\w-]+) \| ([\d.]+) \| .+ \|$", told, re.MULTILINE) == lowest
    assert len(lowest) >= 20


def test_the_suites_named_are_those_that_run() -> None:
    from tests.fuzz.__main__ import TARGETS
    from tests.safety.__main__ import suites

    named = re.findall(r"^\| ([^|]+) \| [\d,]+ \|$", TEXT, re.MULTILINE)
    assert [f"atheris, {t}" for t in TARGETS] == [n for n in named if n.startswith("atheris")]
    assert len(set(named)) == len(named) == len(suites(quick=False)) - 1 + len(TARGETS)


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

    monkeypatch.setattr(
        runner, "suites", lambda *, quick: {"a": suite, "b": lambda folder: [suite(folder)] * 2}
    )
    assert runner.main(["--quick"]) == code
    told = capsys.readouterr().out
    assert told.startswith(f"a suite: 1 tried, {code} failures (a, 0 s)\n")
    assert told.endswith(f"3 suites, 3 tried in all, {3 * code} failures\n")
    assert runner.main(["b"]) == code
    assert capsys.readouterr().out.endswith(f"2 suites, 2 tried in all, {2 * code} failures\n")


def test_the_runner_knows_its_suites() -> None:
    from tests.safety import __main__ as runner

    assert list(runner.suites(quick=True)) == list(runner.suites(quick=False))
    with pytest.raises(SystemExit, match="2"):
        runner.main(["nothing"])


def test_suites_side_by_side_give_the_same_counts(capsys: pytest.CaptureFixture[str]) -> None:
    from tests.safety import __main__ as runner

    assert runner.main(["--quick", "--jobs", "2", "cards", "full-disk"]) == 0
    told = capsys.readouterr().out
    assert "mutated cards: 50 tried, 0 failures" in told
    assert "2 suites," in told


def test_a_suite_that_dies_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.safety import __main__ as runner

    monkeypatch.setattr(runner.sys, "executable", "/bin/false")
    assert runner.main(["--quick", "--jobs", "2", "cards"]) == 1
    assert capsys.readouterr().out.startswith("cards: 0 tried, 1 failures")


# -- jieba's cache -----------------------------------------------------------------------------------------


def test_jieba_s_shared_cache_is_neither_read_nor_written(
    tmp_path: Path, fresh_process: Callable[..., str]
) -> None:
    """It lies in the temporary folder, where anybody may have put one, and jieba unmarshals it unchecked."""
    import marshal

    word = "护林员上山"
    cache = tmp_path / "jieba.cache"
    poisoned = marshal.dumps(({word[:n]: 0 for n in range(1, 5)} | {word: 10**9}, 10**9))
    cache.write_bytes(poisoned)
    program = (
        "import threading; from classify.text.words import segmenter\n"
        "found = []\n"
        "def cut():\n"
        "    jieba = segmenter('jieba')\n"
        "    found.append((jieba.cut('护林员上山巡林'), jieba.tag('护林员上山')))\n"
        "threads = [threading.Thread(target=cut) for _ in range(4)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
        "assert len(found) == 4 and all(f == found[0] for f in found), found\n"
        "import jieba\n"
        "assert not jieba.dt.initialized\n"
        "print('/'.join(found[0][0]))"
    )
    where = {"TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)}
    assert word not in fresh_process(program, **where).strip().split("/")
    assert list(tmp_path.iterdir()) == [cache]
    assert cache.read_bytes() == poisoned
    control = "import jieba; print('/'.join(jieba.lcut('护林员上山巡林')))"
    assert word in fresh_process(control, **where).strip().split("/")  # jieba itself believes the poison
