"""The bar and the line of totals."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from classify.archive import Totals, progress_bar, run_archive, summary_line
from tests.archive.support import texts

if TYPE_CHECKING:
    from pathlib import Path


def test_the_bar(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text(texts(1)[0], "utf-8")
    file = io.StringIO()
    with progress_bar(Console(file=file, force_terminal=True, width=100)) as progress:
        run_archive([page], tmp_path / "out", progress=progress)
    assert "1 articles" in file.getvalue()


def test_the_line_of_totals() -> None:
    assert summary_line(Totals()) == "0 files, 0 articles, 0 without a section, 0 failed"
