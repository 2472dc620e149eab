"""Files that are whole whenever somebody looks, though the writer be killed.

Every file is written under another name in the same folder, flushed to the disk, and moved into place.
`replace_files` does all of it while the folder is locked, so that of two runs that write the same files the
later one's remain, and none of the other's. What a killed run leaves, ``.<name>.<random>.unfinished``, is in
nobody's way, and the next run that writes the same file removes it.
"""

from __future__ import annotations

import glob
import os
import secrets
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["flush", "replace_file", "replace_files"]

LOCK_SECONDS = 10.0
"""Longest wait for another run that writes to the same folder, which takes milliseconds; then without."""

STALE_SECONDS = 86_400.0
"""Age at which an unfinished file is nobody's, where the folder can't be locked."""

_PAUSE = 0.01  # seconds between two tries of the lock


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Write files of one folder, and when all lie on the disk move them into place, in their order.

    Parameters
    ----------
    contents : mapping of path to bytes
        A file that is there keeps its permissions.

    Raises
    ------
    OSError
    """
    folder = next(iter(contents)).parent
    staged: dict[Path, Path] = {}
    with _alone(folder) as alone:
        try:
            for path, data in contents.items():
                _sweep(path, all_of_them=alone)
                staged[path] = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")
                _write(staged[path], data, like=path)
            for path, temporary in staged.items():
                temporary.replace(path)
        except BaseException:
            for temporary in staged.values():
                temporary.unlink(missing_ok=True)
            raise
        _flush_folder(folder)


def replace_file(path: Path, data: bytes) -> None:
    """Write one file of a folder that nobody else writes to.

    Nothing is locked, and nothing looked for, which in a folder of many thousand files takes long. A killed run
    leaves ``.<name>.tmp``, which the next one writes over.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        flush(file)
    temporary.replace(path)
    _flush_folder(path.parent)


def flush(file: IO[bytes]) -> None:
    """Bring what was written to `file` to the disk."""
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make moves in `folder` last."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, data: bytes, *, like: Path) -> None:
    with open(path, "xb") as file:
        file.write(data)
        flush(file)
    if like.exists():
        path.chmod(like.stat().st_mode & 0o777)


def _sweep(path: Path, *, all_of_them: bool) -> None:
    """Remove what killed runs left of `path`; only what is old, where another run may be writing."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.unfinished"):
        if all_of_them or time.time() - left.stat().st_mtime > STALE_SECONDS:
            left.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Lock the folder, so that runs write one after the other; say whether it could be.

    The system lets go of it when a run ends, however it ends. There is no such lock on Windows and on some
    network folders: there two runs at once may leave the one's file beside the other's.
    """
    try:
        import fcntl
    except ImportError:
        yield False
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield _locked(handle, fcntl)
    finally:
        os.close(handle)


def _locked(handle: int, fcntl: Any) -> bool:
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(_PAUSE)
        except OSError:
            return False
        else:
            return True
