"""The six sets with reference summaries, where they lie beside the repository or CLASSIFY_DATA says."""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path

__all__ = ["SETS", "folder", "load"]

SETS = (
    "legal_news_abstract",
    "tv_item_headline",
    "tv_bulletin_digest",
    "newspaper_headline",
    "finance_flash",
    "headline_lcsts",
)


def folder() -> Path | None:
    """Return the folder of the sets, or None."""
    root = Path(os.environ.get("CLASSIFY_DATA") or Path(__file__).parents[2] / "shared")
    for candidate in (root / "data" / "summarization", root / "summarization"):
        if candidate.is_dir():
            return candidate
    return None


def load(name: str, part: str = "dev") -> list[dict[str, str]]:
    """Return the records of a set: ``text`` and ``summary``."""
    where = folder()
    if where is None:
        sys.exit("no data: set CLASSIFY_DATA to the folder that holds data/summarization")
    with gzip.open(where / name / f"{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
