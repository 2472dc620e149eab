"""Only regular files are opened; nothing is waited for. More in tests/safety/files.py."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from classify.files import open_regular

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_and_a_link_to_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")
    (tmp_path / "b.txt").symlink_to("a.txt")
    with open_regular(tmp_path / "b.txt") as file:
        assert (file.read(), file.name) == (b"a", str(tmp_path / "b.txt"))
    if hasattr(os, "O_NOFOLLOW"):
        with pytest.raises(OSError, match="symbolic links"):
            open_regular(tmp_path / "b.txt", follow=False)


def test_a_folder_and_nothing(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "none")
    with pytest.raises(ValueError, match="null"):
        open_regular("a\0b")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_that_nobody_writes_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="is a pipe or a device, not a file"):
        open_regular(tmp_path / "pipe")
