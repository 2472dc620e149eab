"""A unit to its shard: what workers check, and what one bad article costs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from classify.archive import run, run_archive, shard_builder, worker
from classify.archive.units import Place, WorkUnit
from classify.archive.worker import make_shard
from classify.errors import ModelError
from classify.options import ArchiveOptions
from classify.read.parts import FilePart
from classify.read.records import LineBlock
from tests.archive.support import failures, texts


def test_an_article_that_breaks_the_pipeline_is_lost_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Breaking(shard_builder.Pipeline):
        def label(self, articles: Any) -> Any:
            if any("毒" in a.body for a in articles):
                raise RuntimeError("no good")
            return super().label(articles)

    monkeypatch.setattr(shard_builder, "Pipeline", Breaking)
    bodies = [*texts(4, 3), "这一条有毒，别的没有。", *texts(4, 4)]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps({"text": t}) + "\n" for t in bodies))
    totals = run_archive([tmp_path / "r.jsonl"], tmp_path / "out")
    assert (totals.articles, totals.failed) == (8, 1)
    told = failures(tmp_path / "out")
    assert [(f["line"], f["error"]) for f in told] == [(5, "RuntimeError: no good")]


def test_a_worker_that_would_do_it_differently_refuses() -> None:
    job = run._new_job(None, ArchiveOptions())
    data = Path(job.model).read_bytes()
    worker._loaded.clear()
    with pytest.raises(ModelError, match=r"0\.0\.0"):
        worker._load_model(replace(job, version="0.0.0"), None)
    with pytest.raises(ModelError, match="SHA-256"):
        worker._load_model(replace(job, model_sha256="0" * 64), None)
    with pytest.raises(ModelError, match="SHA-256"):
        worker._load_model(job, data[:-1])
    assert worker._load_model(replace(job, model="/not/here"), data).classes


def shard_of(*records: str) -> Any:
    """Return the objects of a shard of records, and its failures."""
    part = FilePart("r.jsonl", "", LineBlock(1, 0, "\n".join(records).encode(), "utf-8"), 1)
    shard = make_shard(run._new_job(None, ArchiveOptions()), WorkUnit(0, (part,), Place()))

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return [json.loads(line, parse_constant=refuse) for line in shard.data.splitlines()], shard.failures


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_have_come_out_as_null(number: str) -> None:
    (result,), failed = shard_of(f'{{"text": "云港市水库蓄水。", "score": {number}, "label": {number}}}')
    assert (result["score"], result["label"], failed) == (None, None, [])


def test_a_title_that_is_a_number_or_none_costs_no_record() -> None:
    titles = [item["headline"] for item in shard_of(
        '{"text": "云港市水库蓄水。", "title": 2023}',
        '{"text": "云港市水库蓄水。", "title": NaN}',
    )[0]]  # fmt: skip
    assert titles == ["2023", ""]


def test_fields_of_a_record_neither_replace_results_nor_get_lost() -> None:
    record = {"text": "云港市水库蓄水。", "body": 1, "section": "x", "scores": [], "more": {"a": 1}}
    (result,), _ = shard_of(json.dumps(record))
    assert result["body"] == record["text"]
    assert result["more"] == {"a": 1}
    assert [result[f"input_{name}"] for name in ("body", "section", "scores")] == [1, "x", []]
