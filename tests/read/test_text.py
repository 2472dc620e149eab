"""Text files to text and to pages of Lines."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from classify import read_pages
from classify.errors import InputError
from classify.read import read_text
from classify.records import Line

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "本报讯（记者 林知遥）河道清淤，占3.5%。\n𠮷镇：“水清了！”"


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "页 1.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    assert read_text(path) == read_text(str(path)) == TEXT


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    assert read_text(tmp_path / "empty.txt") == ""


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode())))
    assert read_text("-") == TEXT


def test_a_text_file_is_one_page_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "第1版.txt"
    path.write_bytes("河道清淤\r\n\r\n水清了".encode("gb18030"))
    assert list(read_pages(path)) == [[Line("河道清淤", 1), Line("", 2), Line("水清了", 3)]]


def test_a_page_that_cannot_be_read_is_found_when_it_is_asked_for(tmp_path: Path) -> None:
    pages = read_pages(tmp_path / "no.txt")
    with pytest.raises(InputError, match="no such file"):
        next(pages)
