"""Write files atomically: temporary file, fsync, rename.

A reader finds the old file or the new one, never a part of one, also when the writing process is killed.
Renaming a file within one folder replaces the old one in a single step, which POSIX requires. The fsync before
it puts the bytes on the disk first, so that a power cut leaves no empty file.

A name that is a link is written through: the file that it leads to is replaced, and the link stays. Devices, pipes and
folders are refused; run as root, a rename would put a regular file in the place of ``/dev/stdout``.

There are three functions because there are three situations. `new_file` writes results as they appear. `replace_files`
writes a few files that belong together (a model and its card) into a folder where another run may do the same: it locks
the folder. `replace_file` writes one of many thousand files into a folder that a single run owns: it takes no lock.

Model files (`classify.model_file`), archives (`classify.archive`) and reports (`classify.output`) use it.
"""

from __future__ import annotations

import errno
import glob
import os
import secrets
import stat
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["flush", "flush_folder", "new_file", "replace_file", "replace_files", "writable_target"]

LOCK_SECONDS = 10.0
"""Longest wait for the lock on a folder, in seconds. Chosen: a run holds the lock for milliseconds only, so
after this time the lock is held by a run that hangs, and the files are written without it."""

STALE_SECONDS = 86_400.0
"""Age in seconds after which a temporary file is removed although the folder is not locked. Chosen: no run
takes a day to write a model."""


def writable_target(path: Path) -> Path:
    """Return the file that writing to `path` would create or replace: links are followed.

    Raises
    ------
    OSError
        It is a device, a pipe or a folder.

    Examples
    --------
    >>> writable_target(Path("/dev/stdout"))
    Traceback (most recent call last):
        ...
    OSError: [Errno 22] it is a device or a pipe, not a file: '/dev/stdout'
    """
    # /dev/stdout may be a link to a regular file, which the shell has opened and is writing to.
    special = os.path.abspath(path).startswith(("/dev/std", "/dev/fd/", "/proc/"))
    target = Path(os.path.realpath(path))
    mode = target.stat().st_mode if target.exists() else stat.S_IFREG
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if special or not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file", str(path))
    return target


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to write to, which takes the place of `path` when the block ends without an error.

    Parameters
    ----------
    path : Path
        Its folder exists. An existing file keeps its permissions.

    Raises
    ------
    OSError
        If the file cannot be written. The old file is unchanged, and no temporary file is left.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     with new_file(Path(name, "x.csv")) as file:
    ...         _ = file.write(b"text")
    ...     Path(name, "x.csv").read_bytes()
    b'text'
    """
    target = writable_target(path)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.unfinished")
    try:
        with temporary.open("xb") as file:
            yield file
            flush(file)
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(target.parent)


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Write files of one folder; rename them into place after all of them are on the disk.

    Of two runs that write the same files at the same time, the later one's files remain, all of them. Killed
    between two renames, a run leaves some new files and some old ones. Killed earlier, it leaves temporary
    files, ``.<name>.<random>.unfinished``, which the next run that writes the same name removes.

    Parameters
    ----------
    contents : mapping of path to bytes
        At least one file; all paths lie in one folder, which exists. The order is the order of the renames.
        An existing file keeps its permissions.

    Raises
    ------
    OSError
        If a file cannot be written. The old files are unchanged, and no temporary file is left.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as name:
    ...     model, card = pathlib.Path(name, "m.joblib"), pathlib.Path(name, "m.json")
    ...     replace_files({model: b"weights", card: b"{}"})
    ...     sorted(path.name for path in pathlib.Path(name).iterdir())
    ['m.joblib', 'm.json']
    """
    contents = {writable_target(path): data for path, data in contents.items()}
    folder = next(iter(contents)).parent
    temporary: dict[Path, Path] = {}
    with _locked(folder) as locked:
        try:
            for path, data in contents.items():
                _remove_leftovers(path, only_stale=not locked)
                temporary[path] = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")
                with temporary[path].open("xb") as file:
                    file.write(data)
                    flush(file)
                if path.exists():
                    temporary[path].chmod(path.stat().st_mode & 0o777)
            for path in contents:
                temporary[path].replace(path)
        except BaseException:
            for left in temporary.values():
                left.unlink(missing_ok=True)
            raise
        flush_folder(folder)


def replace_file(path: Path, data: bytes) -> None:
    """Write one file of a folder that no other run writes to.

    There is no lock and no search for leftovers, which would be slow in a folder of many thousand files. A
    killed run leaves ``.<name>.tmp``, which the next write of the same name overwrites.

    Parameters
    ----------
    path : Path
        The file to create or replace; its folder exists.
    data : bytes

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as name:
    ...     path = pathlib.Path(name, "articles-00000000.jsonl")
    ...     replace_file(path, b"{}\\n")
    ...     path.read_bytes()
    b'{}\\n'
    """
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)  # whoever may write to the folder can make it a link to elsewhere
    with temporary.open("xb") as file:
        file.write(data)
        flush(file)
    temporary.replace(path)
    flush_folder(path.parent)


def flush(file: IO[bytes]) -> None:
    """Write the buffer of an open `file` through to the disk; return when it is there.

    Raises
    ------
    OSError
        If the disk is full or fails.
    """
    file.flush()
    os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Write the folder's entries to the disk: without this, a power cut can undo a rename."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_leftovers(path: Path, *, only_stale: bool) -> None:
    """Remove temporary files that killed runs left of `path`.

    Without a lock another run may be writing one of them at this moment: then only stale ones are removed.
    """
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.unfinished"):
        if not only_stale or time.time() - left.stat().st_mtime > STALE_SECONDS:
            left.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold an exclusive lock on `folder`; yield False where there is none to be had.

    The system releases the lock when the process ends, also when it is killed. Windows and some network file
    systems have no such lock; there two runs at the same time can leave the model of one and the card of the
    other, which `classify.model_file.load_card` detects.
    """
    try:
        import fcntl
    except ImportError:
        yield False
        return
    handle = os.open(folder, os.O_RDONLY)
    end = time.monotonic() + LOCK_SECONDS
    locked = False
    try:
        # flock without LOCK_NB could wait for ever, so ask again until the time is over.
        while not locked and time.monotonic() < end:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                locked = True
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:
                break
        yield locked
    finally:
        os.close(handle)
