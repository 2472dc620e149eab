"""The written articles that wait to become seeds can be read, and none is there twice."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECTIONS = {path.name for path in (ROOT / "seeds").iterdir() if path.is_dir()}


def test_they_are_articles_with_a_section() -> None:
    with gzip.open(ROOT / "benchmarks" / "more_seeds.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    assert len({row["name"] for row in rows}) == len({row["text"] for row in rows}) == len(rows)
    for row in rows:
        assert row["section"] in SECTIONS
        assert row["second"] in SECTIONS
        assert 2 <= len(row["title"]) <= 60
        assert len("".join((row["title"] + row["text"]).split())) >= 120
    assert len(rows) == 4462
    assert sum(row["second"] == row["section"] for row in rows) == 4442
