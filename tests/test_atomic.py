"""Atomic writes: the old files or the new ones, and no temporary file left behind."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from classify import atomic
from classify.atomic import flush, new_file, replace_file, replace_files, writable_target

if TYPE_CHECKING:
    from collections.abc import Callable

no_windows = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks and permissions")


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two files that belong together, written once."""
    paths = tmp_path / "m.joblib", tmp_path / "m.json"
    replace_files(dict.fromkeys(paths, b"old"))
    return paths


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def disk_full(*arguments: object) -> None:
    raise OSError(28, "No space left on device")


def test_files_are_replaced(pair: tuple[Path, Path]) -> None:
    replace_files({pair[0]: b"new", pair[1]: b""})
    assert contents(pair[0].parent) == {"m.joblib": b"new", "m.json": b""}
    replace_file(pair[0], b"newer")
    assert contents(pair[0].parent) == {"m.joblib": b"newer", "m.json": b""}


def test_all_files_are_on_the_disk_before_the_first_rename(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of the steps is what a power cut depends on: write and fsync all, rename all, fsync the folder."""
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, type(pair[0]).replace

    def fsync(handle: int) -> None:
        steps.append("fsync")
        real_fsync(handle)

    def replace(self: Path, target: Path) -> Any:
        steps.append(f"rename {target.name}")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(type(pair[0]), "replace", replace)
    replace_files(dict.fromkeys(pair, b"new"))
    folder = ["fsync"] if hasattr(os, "O_DIRECTORY") else []
    assert steps == ["fsync", "fsync", "rename m.joblib", "rename m.json", *folder]
    steps.clear()
    replace_file(pair[0], b"new")
    assert steps == ["fsync", "rename m.joblib", *folder]


def test_flush_writes_the_buffer(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.write(b"data")
        flush(file)
        assert (tmp_path / "x").read_bytes() == b"data"


def test_a_full_disk_leaves_the_old_files(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(pair[0].parent)
    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space left"):
        replace_files(dict.fromkeys(pair, b"new"))
    assert contents(pair[0].parent) == before


def test_a_full_disk_leaves_the_old_file_of_an_archive(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(pair[0], b"new")
    monkeypatch.undo()
    assert pair[0].read_bytes() == b"old"
    replace_file(pair[0], b"new")  # the temporary file that was left is overwritten
    assert contents(pair[0].parent) == {"m.joblib": b"new", "m.json": b"old"}


def test_leftovers_of_killed_runs_are_removed(pair: tuple[Path, Path]) -> None:
    left = pair[0].with_name(".m.joblib.0123abcd.unfinished")
    others = [pair[0].with_name(name) for name in (".other.joblib.0123abcd.unfinished", "m.joblib.bak")]
    for path in (left, *others):
        path.write_bytes(b"half")
    replace_files({pair[0]: b"new"})
    assert not left.exists()
    assert all(path.exists() for path in others)


def test_a_name_with_wildcards_removes_its_own_leftovers_only(tmp_path: Path) -> None:
    other = tmp_path / ".model.0123abcd.unfinished"
    other.write_bytes(b"half")
    replace_files({tmp_path / "[lm]odel": b"x", tmp_path / "m*": b"x"})
    assert other.exists()


# -- the lock on the folder ------------------------------------------------------------------------


def test_without_a_lock_only_stale_leftovers_are_removed(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)  # as on Windows
    fresh, stale = (pair[0].with_name(f".m.joblib.{n}.unfinished") for n in ("aaaa", "bbbb"))
    for path in (fresh, stale):
        path.write_bytes(b"half")
    os.utime(stale, (0, time.time() - atomic.STALE_SECONDS - 60))
    replace_files({pair[0]: b"new"})
    assert fresh.exists()
    assert not stale.exists()
    assert pair[0].read_bytes() == b"new"


def test_a_folder_that_cannot_be_flushed_is_written_to(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_DIRECTORY", raising=False)  # as on Windows
    replace_file(pair[0], b"new")
    assert pair[0].read_bytes() == b"new"


@no_windows
def test_two_runs_write_one_after_the_other(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """While the lock is taken, nothing is written; as soon as it is released, the files are."""
    import fcntl

    handle = os.open(pair[0].parent, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        assert pair[0].read_bytes() == b"old"
        pauses.append(seconds)
        if len(pauses) == 3:
            os.close(handle)  # the other run ends

    monkeypatch.setattr(atomic.time, "sleep", sleep)
    replace_files({pair[0]: b"new"})
    assert len(pauses) == 3
    assert pair[0].read_bytes() == b"new"


@no_windows
def test_a_lock_that_is_never_released_is_not_waited_for(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(atomic, "LOCK_SECONDS", 0.05)
    handle = os.open(pair[0].parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        replace_files({pair[0]: b"new"})
    finally:
        os.close(handle)
    assert pair[0].read_bytes() == b"new"


@no_windows
def test_a_file_system_without_locks(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def unsupported(handle: int, operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    replace_files({pair[0]: b"new"})
    assert pair[0].read_bytes() == b"new"


@no_windows
def test_permissions(pair: tuple[Path, Path]) -> None:
    umask = os.umask(0o027)
    try:
        fresh = pair[0].with_name("fresh")
        replace_files({fresh: b"x"})
        assert fresh.stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(umask)
    pair[0].chmod(0o600)
    replace_files({pair[0]: b"new"})
    assert pair[0].stat().st_mode & 0o777 == 0o600


# -- what a name leads to --------------------------------------------------------------------------


@no_windows
@pytest.mark.parametrize("write", [lambda p: replace_files({p: b"new"}), lambda p: _write_new(p)])
def test_a_link_is_written_through(tmp_path: Path, write: Callable[[Path], None]) -> None:
    """The link stays; what it leads to is replaced, or made, with the permissions that it had."""
    there, link = tmp_path / "store" / "m.joblib", tmp_path / "m.joblib"
    there.parent.mkdir()
    link.symlink_to(there)
    write(link)
    there.chmod(0o640)
    write(link)
    assert link.is_symlink()
    assert there.read_bytes() == b"new"
    assert there.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in there.parent.iterdir()] == ["m.joblib"]


def _write_new(path: Path) -> None:
    with new_file(path) as file:
        file.write(b"new")


@no_windows
def test_devices_pipes_and_folders_are_refused(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "null"
    os.mkfifo(pipe)
    link.symlink_to("/dev/null")
    for path in (pipe, link, tmp_path, Path("/dev/null"), Path("/dev/stdout"), Path("/dev/fd/1")):
        for write in (_write_new, lambda p: replace_files({p: b"new"}), writable_target):
            with pytest.raises(OSError, match=r"it is a (device or a pipe, not a file|folder)"):
                write(path)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
