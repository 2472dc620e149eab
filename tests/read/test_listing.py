"""Paths, folders and patterns to files, in the same order everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.errors import InputError
from classify.read.listing import InputFile, is_pattern, list_inputs


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for name in (
        "甲/乙/二.txt",
        "甲/一.txt",
        "甲/.隐.txt",
        "乙.jsonl.gz",
        "丙.zip",
        "读我.md",
        ".git/a.txt",
        "A.CSV",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def names(*paths: Path | str, root: Path, without: Path | None = None) -> list[str]:
    return [str(Path(file.path).relative_to(root)) for file in list_inputs(paths, without=without)]


def test_a_folder_is_its_files_sorted_by_code_point(archive: Path) -> None:
    assert names(archive, root=archive) == ["A.CSV", "丙.zip", "乙.jsonl.gz", "甲/一.txt", "甲/乙/二.txt"]
    assert names(archive, root=archive, without=archive / "甲") == ["A.CSV", "丙.zip", "乙.jsonl.gz"]


def test_paths_keep_their_order_and_may_be_of_any_name(archive: Path) -> None:
    assert names(archive / "读我.md", archive / "A.CSV", root=archive) == ["读我.md", "A.CSV"]


def test_patterns(archive: Path) -> None:
    assert names(f"{archive}/*.*", root=archive) == ["A.CSV", "丙.zip", "乙.jsonl.gz", "读我.md"]
    assert names(f"{archive}/**/*.txt", root=archive) == ["甲/一.txt", "甲/乙/二.txt"]
    assert names(f"{archive}/[甲]", root=archive) == ["甲/一.txt", "甲/乙/二.txt"]
    with pytest.raises(InputError, match="matches no file; check the pattern"):
        names(f"{archive}/*.doc", root=archive)


def test_a_file_whose_name_is_a_pattern(tmp_path: Path) -> None:
    path = tmp_path / "[1].txt"
    assert is_pattern(str(path))
    path.write_bytes(b"x")
    assert not is_pattern(str(path))
    assert names(path, root=tmp_path) == ["[1].txt"]


def test_what_is_not_there_is_listed_and_standard_input_refused(tmp_path: Path) -> None:
    assert list(list_inputs([tmp_path / "没有.txt"])) == [InputFile(f"{tmp_path}/没有.txt", 0, -1)]
    with pytest.raises(InputError, match="standard input can't be resumed"):
        list(list_inputs(["-"]))


def test_links_to_folders_are_not_followed(archive: Path) -> None:
    try:
        (archive / "环").symlink_to(archive, target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    assert len(names(archive, root=archive)) == 5


def test_size_and_time_are_of_the_file(archive: Path) -> None:
    (file,) = list_inputs([archive / "A.CSV"])
    about = (archive / "A.CSV").stat()
    assert (file.size, file.mtime_ns) == (about.st_size, about.st_mtime_ns)
