"""Paths and cases that several test modules share."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from classify.text.script import fold_traditional, traditional_characters

TESTS = Path(__file__).parent
ROOT = TESTS.parent
SEEDS = ROOT / "seeds"
CASES = TESTS / "cases"


def read_cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of ``tests/cases/<name>.json``, each of which must pass. The fields: cases/README.md."""
    cases: list[dict[str, Any]] = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return cases


def read_known_failures(name: str) -> list[dict[str, Any]]:
    """Return the cases of ``tests/cases/known-failures/<name>.json``, each of which must fail."""
    return (
        read_cases(f"known-failures/{name}") if (CASES / "known-failures" / f"{name}.json").exists() else []
    )


def to_traditional(text: str) -> str:
    """Return `text` with a traditional character for each simplified one that has one, the first of the table.

    They are not always the right ones: 面粉 becomes 麪粉. A test that needs real text takes cases/traditional.json.
    """
    traditional = traditional_characters()
    first = dict(zip(reversed(fold_traditional(traditional)), reversed(traditional), strict=True))
    return text.translate(str.maketrans(first))


def find_shared() -> Path | None:
    """Return the folder of the development data (``CLASSIFY_DATA``, else ../shared), or None."""
    folder = Path(os.environ.get("CLASSIFY_DATA") or ROOT.parent / "shared")
    return folder if folder.is_dir() else None
