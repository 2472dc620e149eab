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


def test_the_suites_named_are_those_that_run() -> None:
    from tests.fuzz.__main__ import TARGETS

    named = re.findall(r"^\| ([^|]+) \| [\d,]+ \|$", TEXT, re.MULTILINE)
    assert [f"atheris, {t}" for t in TARGETS] == [n for n in named if n.startswith("atheris")]
    assert len(named) == 18 + len(TARGETS)


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
