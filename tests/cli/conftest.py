"""The example page in a file whose name has a blank and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import TEXT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "二月 版面.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path
