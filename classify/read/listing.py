"""Paths, folders and patterns to a list of files, the same on every machine.

An archive run may be stopped and resumed, on another machine or after months, and must find the same files in the same
order. So names are sorted by code point, folder by folder, whatever order the file system gives; hidden files are left
out, and links to folders are not followed, since they may form circles. A path that does not exist stays in the list:
it is reported when its turn comes, and the others are done.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classify.errors import InputError
from classify.read.formats import known_format

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

__all__ = ["InputFile", "is_pattern", "list_inputs"]


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file as it was when it was listed; an archive run is resumed only while it stays so.

    Attributes
    ----------
    path : str
    size : int
        Bytes; 0 where the file is not there.
    mtime_ns : int
        Time of the last change in ns since 1970; −1 where the file is not there.

    Examples
    --------
    >>> InputFile.of("no-such-page.txt")
    InputFile(path='no-such-page.txt', size=0, mtime_ns=-1)
    """

    path: str
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: str) -> InputFile:
        """Return the file at `path`, as the system describes it now.

        >>> InputFile.of("examples/page.txt").size > 1_000
        True
        """
        try:
            found = os.stat(path)
        except OSError:
            return cls(path, 0, -1)
        return cls(path, found.st_size, found.st_mtime_ns)


def list_inputs(
    paths: Iterable[str | os.PathLike[str]],
    *,
    without: Path | None = None,
    skipped: Counter[str] | None = None,
) -> Iterator[InputFile]:
    """Yield the files of paths, folders and patterns, path by path.

    Parameters
    ----------
    paths : iterable of str or path
        Files; folders, of which the files in them and below with a `known_format` are taken; and patterns
        (``pages/**/*.txt``), unless a file has that very name.
    without : Path or None, default=None
        A resolved folder that is left out: the one that is written to.
    skipped : Counter of str or None, default=None
        Counts what is left out of folders, by reason: an ending (``.docx``), ``dangling link``. Hidden files are not
        counted.

    Raises
    ------
    InputError
        A pattern matches nothing, or a path is ``-``, which cannot be read twice.

    Examples
    --------
    >>> [file.path for file in list_inputs(["examples/*.txt", "no-such-page.txt"])]
    ['examples/page.txt', 'no-such-page.txt']
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
                if without is not None and Path(one).resolve().is_relative_to(without):
                    continue  # the pattern meets what this run has written
                # With **, the files of a folder are matched one by one as well.
                if not os.path.isdir(one):
                    yield InputFile.of(one)
                elif "**" not in path:
                    yield from _list_folder(one, without, skipped)
        elif os.path.isdir(path):
            yield from _list_folder(path, without, skipped)
        else:
            yield InputFile.of(path)


def is_pattern(path: str) -> bool:
    """Return whether a path is a pattern; the path of an existing file is none.

    >>> is_pattern("examples/*.txt"), is_pattern("examples/page.txt")
    (True, False)
    """
    return glob.has_magic(path) and not os.path.lexists(path)


def _list_folder(folder: str, without: Path | None, skipped: Counter[str] | None) -> Iterator[InputFile]:
    if without is not None and Path(folder).resolve() == without:
        return
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, _kind_of_entry(entry)) for entry in entries)
    except OSError:
        yield InputFile.of(folder)  # it cannot be read, which is reported in its turn
        return
    for name, kind in found:
        path = os.path.join(folder, name)
        if name.startswith("."):
            continue
        if kind == "folder":
            yield from _list_folder(path, without, skipped)
        elif kind == "file" and known_format(name):
            yield InputFile.of(path)
        elif skipped is not None:
            skipped[(os.path.splitext(name)[1].lower() or "without ending") if kind == "file" else kind] += 1


def _kind_of_entry(entry: os.DirEntry[str]) -> str:
    """Return ``folder``, ``file``, or what it is that is not read; no entry is an error of all."""
    try:
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        if entry.is_file():
            return "file"
        if entry.is_symlink():
            return "link to a folder" if entry.is_dir() else "dangling link"
        return "device or pipe"
    except OSError:  # a link to itself
        return "dangling link"
