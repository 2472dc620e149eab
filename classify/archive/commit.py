"""What an update has prepared, put into the folder at once.

Until an update is done, nothing of the folder changes. The files that replace others, or are new, are collected in
.prepared, written through to the disk, and .prepared is renamed to .commit. That rename is the moment at which the
update counts. From then on its files are only moved to their places, and shards that the new manifest does not name are
removed. A run that is killed in between leaves .commit, and whoever opens the folder to write does the rest.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from classify.archive.state import (
    FAILURES,
    INPUTS,
    MANIFEST,
    SHARD_NAME,
    SUMMARY,
    read_header,
    read_shard_lines,
)
from classify.atomic import flush_folder
from classify.errors import InputError
from classify.files import open_regular

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "COMMIT",
    "UPDATE",
    "check_no_link",
    "commit",
    "new_prepared",
    "remove_folder",
    "remove_leftovers",
    "roll_forward",
]

UPDATE, PREPARED, COMMIT = ".update", ".prepared", ".commit"


def new_prepared(out: Path) -> Path:
    """Return an empty folder for the files of an update."""
    prepared = out / PREPARED
    remove_folder(prepared)
    prepared.mkdir()
    return prepared


def commit(out: Path) -> None:
    """Put the files of an update, all of which are on the disk, in place."""
    flush_folder(out / PREPARED)
    (out / PREPARED).rename(out / COMMIT)
    flush_folder(out)
    roll_forward(out)


def roll_forward(out: Path) -> None:
    """Do what is left of putting an update in place; nothing where none was being put there.

    Raises
    ------
    InputError
        The prepared folder is a link, or holds what no update has written.
    """
    ready = out / COMMIT
    if not ready.is_dir():
        return
    check_no_link(ready)
    # The manifest comes last: a reader who looks now finds no shard in it that is not there.
    for path in sorted(ready.iterdir(), key=lambda path: (path.name == MANIFEST, path.name)):
        if not SHARD_NAME.fullmatch(path.name) and path.name not in (MANIFEST, INPUTS, FAILURES, SUMMARY):
            raise InputError(f"{path}: is not from an update; remove {ready}, or give a new folder")
        path.replace(out / path.name)
    flush_folder(out)
    with open_regular(out / MANIFEST, follow=False) as manifest:
        header = read_header(manifest.readline(), out / MANIFEST)
        live = {line["shard"] for line in read_shard_lines(manifest, out / MANIFEST, header)}
    for path in out.glob("articles-*"):
        if SHARD_NAME.fullmatch(path.name) and path.name not in live:
            path.unlink()
    remove_folder(out / UPDATE)
    ready.rmdir()
    flush_folder(out)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all in it, if it is there; a link is refused."""
    check_no_link(folder)
    if folder.exists():
        shutil.rmtree(folder)


def remove_leftovers(out: Path) -> None:
    """Remove what an update has left that was stopped and is not asked of any more."""
    for name in (UPDATE, PREPARED):
        remove_folder(out / name)


def check_no_link(folder: Path) -> None:
    """Raise `InputError` where a folder of ours is a link: whoever may write there could make it one to elsewhere."""
    if folder.is_symlink():
        raise InputError(f"{folder}: is a link; remove it")
