"""What there is to read: paths, folders and globs to a list of files, the same on every machine.

A folder stands for the files in it and below whose endings say that they are pages or records; hidden ones
are left out, links to folders aren't followed. Names are sorted by code point, folder by folder. A path that
isn't there is in the list as well: that it can't be read is found out, and reported, when its turn comes.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classify.errors import InputError
from classify.read import plain_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["ENDINGS", "Input", "is_pattern", "list_inputs"]

ENDINGS = (".txt", ".jsonl", ".ndjson", ".csv", ".parquet", ".zip")
"""Endings of the files a folder stands for; .gz and .zst may follow."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file, its bytes, and when it was last written, in ns; 0 and -1 where it is not there."""

    path: str
    size: int
    mtime_ns: int


def list_inputs(paths: Iterable[str | os.PathLike[str]], *, without: Path | None = None) -> Iterator[Input]:
    """Yield the files that `paths` stand for: paths in their order, each one's files sorted.

    `without` is a folder that is never listed: the one written to.

    Raises
    ------
    InputError
        For ``-``, which can't be read twice, and for a pattern that nothing matches.
    """
    for given in paths:
        path = os.fspath(given)
        if path == "-":
            raise InputError("-: standard input can't be resumed; write it to a file and give that")
        if is_pattern(path):
            found = sorted(glob.glob(path, recursive=True))
            if not found:
                raise InputError(f"{path}: matches no file; check the pattern")
            for one in found:
                # With **, a folder's files are matched one by one as well.
                if not os.path.isdir(one):
                    yield _stat(one)
                elif "**" not in path:
                    yield from _folder(one, without)
        elif os.path.isdir(path):
            yield from _folder(path, without)
        else:
            yield _stat(path)


def is_pattern(path: str) -> bool:
    """Say whether `path` stands for the files that match it; a file of that very name goes before."""
    return glob.has_magic(path) and not os.path.lexists(path)


def _folder(folder: str, without: Path | None) -> Iterator[Input]:
    if without is not None and Path(folder).resolve() == without:
        return
    try:
        with os.scandir(folder) as entries:
            found = sorted((e.name, e.is_dir(follow_symlinks=False), e.is_file()) for e in entries)
    except OSError:
        yield _stat(folder)  # can't be read, and is reported
        return
    for name, is_folder, is_file in found:
        path = os.path.join(folder, name)
        if name.startswith("."):
            continue
        if is_folder:
            yield from _folder(path, without)
        elif is_file and plain_name(name).endswith(ENDINGS):
            yield _stat(path)


def _stat(path: str) -> Input:
    try:
        about = os.stat(path)
    except OSError:
        return Input(path, 0, -1)
    return Input(path, about.st_size, about.st_mtime_ns)
