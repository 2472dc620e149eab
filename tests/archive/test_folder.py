"""A run that is stopped and resumed writes the same folder as one that is not stopped; locks and damaged folders."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from classify.archive import folder, run_archive
from classify.archive.folder import read_manifest
from classify.errors import InputError
from classify.options import ArchiveOptions
from classify.read.listing import InputFile
from tests.archive.support import SMALL, contents, fill, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
RUN = """
import sys
from classify import ArchiveOptions
from classify.archive import run_archive
if __name__ == "__main__":
    options = ArchiveOptions(workers=int(sys.argv[3]), unit_bytes=int(sys.argv[4]))
    run_archive([sys.argv[1]], sys.argv[2], options)
"""

UNIT = ArchiveOptions(unit_bytes=8000)
"""About four shards of the pages here."""


class Stop(BaseException):
    """Raised in place of a power cut."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("pages")
    for i, text in enumerate(texts(4, 2)):
        (source / f"{i}.txt").write_text(text, "utf-8")
    (source / "坏.txt").write_bytes(b"\0")
    (source / "r.jsonl").write_text(json.dumps({"text": texts(1, 3)[0]}) + "\n{\n" * 3, "utf-8")
    return source


@pytest.fixture(scope="module")
def whole(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "out"
    run_archive([pages], out, UNIT)
    return contents(out)


def test_power_lost_at_every_step_of_writing(
    pages: Path, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    stop_at = 0

    def counted(real: Any, *, after: bool) -> Any:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == stop_at and not after:
                raise Stop
            result = real(*args, **kwargs)
            if steps == stop_at:
                raise Stop
            return result

        return step

    for after in (False, True):
        with monkeypatch.context() as m:
            m.setattr(os, "fsync", counted(os.fsync, after=after))
            m.setattr(Path, "replace", counted(Path.replace, after=after))
            steps = stop_at = 0
            run_archive([pages], tmp_path / f"counting {after}", UNIT)
            n = steps
            assert n > 15
            for at in range(1, n + 1):
                out = tmp_path / f"{after} {at}"
                steps, stop_at = 0, at
                with pytest.raises(Stop):
                    run_archive([pages], out, UNIT)
                stop_at = 0
                run_archive([pages], out, UNIT)
                assert contents(out) == whole, at


def test_a_manifest_cut_anywhere(pages: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    manifest = whole[folder.MANIFEST]
    header = manifest.index(b"\n") + 1
    for at in random.Random(0).sample(range(header, len(manifest)), 25):
        out = tmp_path / str(at)
        out.mkdir()
        for name, data in whole.items():
            if name != folder.SUMMARY:
                (out / name).write_bytes(data)
        (out / folder.MANIFEST).write_bytes(manifest[:at])
        (out / folder.FAILURES).write_bytes(whole[folder.FAILURES] + b'{"file": "half')
        (out / ".articles-00000001.jsonl.tmp").write_bytes(b"half")
        run_archive([pages], out, UNIT)
        assert contents(out) == whole


def test_a_manifest_that_is_no_json_is_an_error(pages: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_archive([pages], out, UNIT)
    manifest = out / "manifest.jsonl"
    manifest.write_bytes(b"{\n" + manifest.read_bytes().split(b"\n", 1)[1])
    with pytest.raises(InputError, match=r"manifest\.jsonl, line 1: damaged; give a new folder"):
        run_archive([pages], out, UNIT)


def test_a_system_without_file_locks_writes_the_same(
    pages: Path, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)  # import fcntl: ImportError, as on Windows
    run_archive([pages], tmp_path / "out", UNIT)
    assert contents(tmp_path / "out") == whole


def test_a_file_system_without_locks_writes_the_same(
    pages: Path, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def unsupported(*_: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    run_archive([pages], tmp_path / "out", UNIT)
    assert contents(tmp_path / "out") == whole


def test_a_run_begun_while_another_lists_its_files_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    out = tmp_path / "out"

    def listed() -> Iterator[InputFile]:
        yield InputFile("a.txt", 1, 0)
        with pytest.raises(InputError, match="another run"), folder.open_folder(out, [], {"format": "jsonl"}):
            pass
        yield InputFile("b.txt", 2, 0)

    with folder.open_folder(out, listed(), {"format": "jsonl"}) as opened:
        assert [file.path for file in opened.inputs()] == ["a.txt", "b.txt"]
        assert opened.totals.size == 3


def test_a_missing_or_changed_shard_is_an_error(pages: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name, data in whole.items():
        if name != folder.SUMMARY:
            (out / name).write_bytes(data)
    (out / "articles-00000001.jsonl").unlink()
    with pytest.raises(InputError, match="00000001"):
        run_archive([pages], out, UNIT)
    (out / "articles-00000001.jsonl").write_bytes(b"short")
    with pytest.raises(InputError, match="00000001"):
        run_archive([pages], out, UNIT)


def killed(source: Path, out: Path, workers: int, rng: random.Random, shards_more: int) -> int:
    """Start a run in a process group of its own, kill it after some more shards, return its exit code."""
    manifest = out / folder.MANIFEST

    def lines() -> int:
        return manifest.read_bytes().count(b"\n") if manifest.exists() else 0

    enough = lines() + shards_more
    command = [sys.executable, "-c", RUN, str(source), str(out), str(workers), str(SMALL.unit_bytes)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen(command, start_new_session=True, env=environment, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and lines() < enough:
            time.sleep(0.002)
        time.sleep(rng.random() * 0.05)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def check_kills(tmp_path: Path, workers: int, kills: int, seed: int) -> None:
    source = tmp_path / "in"
    source.mkdir()
    fill(source)
    run_archive([source], tmp_path / "whole", SMALL)
    rng = random.Random(seed)
    out = tmp_path / "out"
    codes = [killed(source, out, workers, rng, rng.randint(1, 5)) for _ in range(kills)]
    assert -signal.SIGKILL in codes
    totals = run_archive([source], out, replace(SMALL, workers=2))
    assert contents(out) == contents(tmp_path / "whole")
    assert totals.failed == 8


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
@pytest.mark.slow
def test_killed_twice_at_random_moments(tmp_path: Path) -> None:
    check_kills(tmp_path, workers=1, kills=2, seed=1)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
@pytest.mark.parametrize("seed", range(4))
def test_killed_often_with_two_workers(tmp_path: Path, seed: int) -> None:
    check_kills(tmp_path, workers=2, kills=5, seed=seed)


def test_a_manifest_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"manifest\.jsonl: can't be read \(.*\); give the folder of a run"):
        next(read_manifest(tmp_path))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda header: header["inputs"].update(files=999), "has other counts than"),
        (lambda header: header.update(colour="red"), "has other fields than this version writes"),
    ],
)
def test_a_header_that_says_something_else_is_told(
    whole: dict[str, bytes], pages: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], told: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name, data in whole.items():
        (out / name).write_bytes(data)
    first, _, rest = whole[folder.MANIFEST].partition(b"\n")
    header = json.loads(first)
    change(header)
    (out / folder.MANIFEST).write_bytes(json.dumps(header, ensure_ascii=False).encode() + b"\n" + rest)
    with pytest.raises(InputError, match=told):
        run_archive([pages], out, UNIT)


def test_failures_that_are_cut_short_are_told(whole: dict[str, bytes], pages: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name, data in whole.items():
        if name != folder.SUMMARY:
            (out / name).write_bytes(data)
    (out / folder.FAILURES).write_bytes(whole[folder.FAILURES][:-1])
    with pytest.raises(InputError, match="is not what the manifest says; give a new folder"):
        run_archive([pages], out, UNIT)
