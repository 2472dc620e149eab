"""The recipes for Ray and Spark in examples/, run on this machine, give what this package gives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from classify.pipeline import predict_page, predict_records
from tests.archive.support import texts
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    import pandas

PAGE = ROOT / "examples" / "page.txt"


def needs(name: str) -> None:
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed: `pip install {'ray[data]' if name == 'ray' else name}`")
    if name == "pyspark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java: `apt-get install default-jre-headless`")


def made(engine: str, source: Path, target: Path) -> pandas.DataFrame:
    """Run the recipe of an engine, and return what it has written."""
    pandas = pytest.importorskip("pandas")
    script = ROOT / "examples" / f"with_{'spark' if engine == 'pyspark' else engine}.py"
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, str(script), str(source), str(target)],
        env=environment, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return pandas.concat(pandas.read_parquet(path) for path in sorted(target.glob("*.parquet")))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["ray", "pyspark"])
def test_pages(engine: str, tmp_path: Path) -> None:
    needs(engine)
    (tmp_path / "in").mkdir()
    for i in range(4):
        shutil.copy(PAGE, tmp_path / "in" / f"{i}.txt")
    frame = made(engine, tmp_path / "in", tmp_path / "out")
    want = predict_page(PAGE.read_text("utf-8"))
    assert len(frame) == 4 * len(want)
    for _, rows in frame.groupby("file"):
        found = rows.sort_values("article")
        assert list(found["headline"]) == [item.headline for item in want]
        sections = [None if section != section else section for section in found["section"]]
        assert sections == [item.section for item in want]
        assert list(found["summary"]) == [str(item.summary) for item in want]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["ray", "pyspark"])
def test_records(engine: str, tmp_path: Path) -> None:
    needs(engine)
    records = [{"text": text, "number": i} for i, text in enumerate(texts(30))]
    source = tmp_path / "records.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    found = made(engine, source, tmp_path / "out").sort_values("number")
    want = predict_records(records)
    assert list(found["number"]) == list(range(30))
    assert list(found["decision"]) == [item.prediction.decision for item in want]
    assert list(found["confidence"]) == pytest.approx([item.confidence for item in want])
