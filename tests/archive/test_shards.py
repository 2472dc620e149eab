"""Shards of each format: what is packed comes out again, whatever the articles hold."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from classify.archive import run_archive
from classify.archive.engines import _retried
from classify.archive.shards import Shard, pack_lines, unpack_lines
from classify.archive.units import Place, WorkUnit
from classify.errors import InputError
from classify.options import ArchiveOptions
from classify.output.json import to_json
from classify.read.parts import FilePart
from tests.archive.support import SMALL, articles, fill, texts
from tests.archive.test_update import UNIT

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = ("jsonl", "jsonl.gz", "parquet")


@pytest.fixture(autouse=True)
def _needs_pyarrow() -> None:
    pytest.importorskip("pyarrow")


@pytest.mark.parametrize("format", FORMATS)
def test_a_run_of_each_format_holds_the_same(format: Any, tmp_path: Path) -> None:
    fill(tmp_path / "in")
    (tmp_path / "in" / "更多.jsonl").write_text(
        json.dumps({"text": texts(1)[0], "fields": 1, "id": [{"a": None}], "scores": "x"}) + "\n", "utf-8"
    )
    run_archive([tmp_path / "in"], tmp_path / "whole", SMALL)
    run_archive([tmp_path / "in"], tmp_path / "out", replace(SMALL, format=format))
    assert articles(tmp_path / "out") == articles(tmp_path / "whole")
    for whole, one in zip(
        sorted((tmp_path / "whole").glob("art*")), sorted((tmp_path / "out").glob("art*")), strict=True
    ):
        assert unpack_lines(one.read_bytes(), format) == whole.read_bytes().splitlines(keepends=True)


def test_parquet_shards_are_one_table(tmp_path: Path) -> None:
    import pyarrow.parquet as parquet

    fill(tmp_path / "in")
    options = replace(UNIT, format="parquet")
    run_archive([tmp_path / "in"], tmp_path / "out", options)
    (tmp_path / "in" / "新.txt").write_text(texts(1, 9)[0], "utf-8")
    run_archive([tmp_path / "in"], tmp_path / "out", options)
    table = parquet.read_table(sorted((tmp_path / "out").glob("articles-*.parquet")))
    assert table.num_rows == len(articles(tmp_path / "out"))
    assert table.column("fields").null_count < table.num_rows
    strict = replace(options, relabel=True, threshold=1.0, update=None)
    run_archive([tmp_path / "in"], tmp_path / "out", strict)
    run_archive([tmp_path / "in"], tmp_path / "new", replace(UNIT, threshold=1.0, update=None))
    key = lambda article: article["id"]  # noqa: E731
    assert sorted(articles(tmp_path / "out"), key=key) == sorted(articles(tmp_path / "new"), key=key)


@pytest.mark.parametrize("format", FORMATS[1:])
def test_damaged_shards_are_errors(format: str) -> None:
    with pytest.raises(InputError, match="damaged"):
        unpack_lines(b"PAR1x", format)


@pytest.mark.parametrize("format", FORMATS)
def test_parts_done_one_by_one_are_one_shard(format: str) -> None:
    class DiedError(Exception):
        pass

    from classify.output.json import labelled_object
    from classify.pipeline import predict_page

    def alone(unit: WorkUnit) -> Shard:
        if len(unit.parts) > 1 or unit.parts[0].path == "1.txt":
            raise DiedError
        (item,) = predict_page("林场造林忙\n\n林场造林两千亩。")
        line = to_json(labelled_object(item, file=unit.parts[0].path, number=1)).encode() + b"\n"
        return Shard(pack_lines([line], format), "", 1, {}, 1, [], [(unit.parts[0].path, 1)])

    parts = tuple(FilePart(f"{i}.txt", "", b"x", 9) for i in range(3))
    got = _retried(WorkUnit(0, parts, Place()), alone, DiedError, 1, format)
    assert [json.loads(line)["file"] for line in unpack_lines(got.data, format)] == ["0.txt", "2.txt"]
    assert got.files == [("0.txt", 1), ("1.txt", 0), ("2.txt", 1)]


def test_parquet_without_pyarrow_is_told_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"Parquet needs pyarrow; run `pip install"):
        run_archive(["examples/page.txt"], tmp_path / "out", ArchiveOptions(format="parquet"))
    assert not (tmp_path / "out").exists()
