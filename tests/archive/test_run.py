"""Archives on one machine: what is read, in which order, what is written, what fails."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from classify.archive import Totals, read_manifest, run_archive, summary_line
from classify.errors import ClassifyError, InputError
from classify.files import name_of_written
from classify.options import ArchiveOptions, ReadOptions, SummaryOptions
from classify.output.json import labelled_object
from classify.pipeline import predict_page, predict_records
from classify.read.listing import list_inputs
from tests.archive.support import SMALL, articles, contents, failures, fill, inputs_of, texts


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    fill(folder)
    return folder


@pytest.fixture(scope="session")
def done(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Totals]:
    out = tmp_path_factory.mktemp("done") / "out"
    return out, run_archive([archive], out, SMALL)


# -- what comes out -------------------------------------------------------------------------------


def test_every_article_of_every_source_comes_out_in_order(archive: Path, done: tuple[Path, Totals]) -> None:
    got = articles(done[0])
    want = []
    for one in list_inputs([archive]):
        path = Path(one.path)
        if path.suffix == ".txt" and "坏" not in path.name:
            data = path.read_bytes()
            text = data.decode("gb18030" if path.name == "国标.txt" else "utf-8")
            items = predict_page(text)
            want += [labelled_object(a, file=one.path, number=i) for i, a in enumerate(items, 1)]
    of_pages = [a for a in got if a["file"].endswith(".txt") and ".zip" not in a["file"]]
    assert of_pages == want
    record = json.loads((archive / "记录.jsonl").read_text("utf-8").splitlines()[0])
    want_record = labelled_object(predict_records([record])[0], file=str(archive / "记录.jsonl"), number=1)
    first = next(a for a in got if a["file"] == str(archive / "记录.jsonl"))
    assert first == want_record | {"lines": [[1, 1]], "input_id": 0}
    files = [a["file"].split(".zip")[0] for a in got]
    order = [one.path.removesuffix(".zip") for one in list_inputs([archive])]
    assert files == sorted(files, key=order.index)


def test_records_keep_their_numbers_and_fields(done: tuple[Path, Totals]) -> None:
    got = [a for a in articles(done[0]) if a["file"].endswith("/记录.jsonl") and ".zip" not in a["file"]]
    assert [a["input_id"] for a in got] == list(range(20))
    lines = [a["lines"][0][0] for a in got]
    assert lines == [n for n in range(1, 23) if n not in (6, 10)]
    assert [a["article"] for a in got] == lines  # no blank lines, and a broken record counts
    assert [a["编号"] for a in articles(done[0]) if a["file"].endswith("表.csv")] == ["1", "2"]


def test_members_of_a_zip_file(archive: Path, done: tuple[Path, Totals]) -> None:
    got = list(dict.fromkeys(a["file"] for a in articles(done[0]) if ".zip/" in a["file"]))
    names = [*(f"版面/第{i}版.txt" for i in range(6)), "记录.jsonl"]
    assert got == [f"{archive}/包.zip/{name}" for name in names]


def test_failures_are_told_with_place_and_reason(archive: Path, done: tuple[Path, Totals]) -> None:
    told = [
        (f["file"].removeprefix(f"{archive}/"), f["member"], f["line"], f["error"]) for f in failures(done[0])
    ]
    assert [t[:3] for t in told] == [
        ("包.zip", "坏.txt", None),
        ("包.zip", "内.zip", None),
        ("坏.jsonl.gz", "", None),
        ("坏.zip", "", None),
        ("甲/坏.txt", "", None),
        ("表.csv", "", 4),
        ("记录.jsonl", "", 6),
        ("记录.jsonl", "", 10),
    ]
    errors = [t[3] for t in told]
    assert all(error and "\n" not in error and str(archive) not in error for error in errors)
    assert "0x00" in errors[0]
    assert "damaged gzip" in errors[2]


def test_totals_manifest_and_summary_agree(archive: Path, done: tuple[Path, Totals]) -> None:
    out, totals = done
    got = articles(out)
    assert totals.articles == len(got)
    assert totals.abstained == sum(a["section"] is None for a in got)
    for name, n in totals.sections.items():
        assert n == sum(a["section"] == name for a in got)
    assert totals.abstained + sum(totals.sections.values()) == totals.articles
    assert totals.failed == len(failures(out))
    assert totals.files == totals.done == len(list(list_inputs([archive])))
    assert totals.read == totals.size == sum(p.stat().st_size for p in map(Path, inputs_of(out)))
    header, *shards = read_manifest(out)
    assert header["kind"] == "auto"
    assert len(shards) == totals.shards == len(list(out.glob("articles-*"))) > 10
    for shard in shards:
        data = (out / shard["shard"]).read_bytes()
        assert shard["bytes"] == len(data)
        assert shard["sha256"] == hashlib.sha256(data).hexdigest()
    summary = json.loads((out / "summary.json").read_text())
    assert summary["articles"] == totals.articles
    assert f"{totals.articles:,} articles" in summary_line(totals)


def test_neither_workers_nor_a_second_call_change_a_byte(
    archive: Path, done: tuple[Path, Totals], tmp_path: Path
) -> None:
    before = contents(done[0])
    seen: list[int] = []
    totals = run_archive(
        [archive], tmp_path / "two", replace(SMALL, workers=2), progress=lambda t: seen.append(t.read)
    )
    assert contents(tmp_path / "two") == before
    assert seen == sorted(seen)
    assert seen[-1] == totals.size
    assert run_archive([archive], done[0], SMALL) == done[1] == totals
    assert contents(done[0]) == before


def test_compressed_shards_hold_the_same(archive: Path, done: tuple[Path, Totals], tmp_path: Path) -> None:
    run_archive([archive], tmp_path / "gz", replace(SMALL, format="jsonl.gz"))
    assert articles(tmp_path / "gz") == articles(done[0])
    assert all(p.name.endswith(".jsonl.gz") for p in (tmp_path / "gz").glob("articles-*"))


def test_larger_units_hold_the_same(archive: Path, done: tuple[Path, Totals], tmp_path: Path) -> None:
    totals = run_archive([archive], tmp_path / "one")
    assert totals.shards < done[1].shards
    assert articles(tmp_path / "one") == articles(done[0])


def test_parquet_and_zstandard(archive: Path, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    zstandard = pytest.importorskip("zstandard")
    import pyarrow.parquet as parquet

    records = [{"text": t, "id": i} for i, t in enumerate(texts(30, 5))]
    parquet.write_table(pyarrow.Table.from_pylist(records), tmp_path / "a.parquet")
    data = "".join(json.dumps(r) + "\n" for r in records).encode()
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(data))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as z:
        z.write(tmp_path / "a.parquet", "a.parquet")
    run_archive([tmp_path], tmp_path / "out", SMALL)
    got = articles(tmp_path / "out")
    assert failures(tmp_path / "out") == []
    for name in ("a.parquet", "a.jsonl.zst", "a.zip/a.parquet"):
        of_file = [a for a in got if a["file"] == str(tmp_path / name)]
        assert [a["input_id"] for a in of_file] == list(range(30))
        assert [a["body"] for a in of_file] == [a["body"] for a in got[:30]]


def test_options_are_the_pipeline_s(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n\n".join(texts(3, 7)), "utf-8")
    options = ArchiveOptions(read=ReadOptions("article"), summary=SummaryOptions(1, 0))
    run_archive([tmp_path / "a.txt"], tmp_path / "one", options)
    (one,) = articles(tmp_path / "one")
    assert len(one["summary"]) == 1
    assert one["keywords"] == []
    run_archive([tmp_path / "a.txt"], tmp_path / "none", ArchiveOptions(summary=SummaryOptions(0)))
    assert all(a["summary"] == [] for a in articles(tmp_path / "none"))


# -- what is read ---------------------------------------------------------------------------------


def test_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    totals = run_archive([tmp_path / "in"], tmp_path / "out")
    assert totals == Totals()
    assert run_archive([tmp_path / "in"], tmp_path / "out") == totals
    assert (tmp_path / "out" / "failures.jsonl").read_bytes() == b""
    (tmp_path / "in" / "空.jsonl").write_bytes(b"\n\n")
    assert run_archive([tmp_path / "in"], tmp_path / "out2").articles == 0


def test_the_folder_written_to_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(texts(1)[0], "utf-8")
    for _ in range(2):
        assert run_archive([tmp_path], tmp_path / "out").files == 1


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_file_name_that_is_no_utf8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/" + "版面.txt".encode("gb18030")
    try:
        with open(name, "wb") as f:
            f.write(texts(1)[0].encode())
    except OSError:
        pytest.skip("this disk takes UTF-8 names only")
    for _ in range(2):
        totals = run_archive([os.fsdecode(name)], tmp_path / "out")
        assert (totals.articles, totals.failed) == (1, 0)
    for written in (articles(tmp_path / "out")[0]["file"], inputs_of(tmp_path / "out")[0]):
        assert written.endswith(r"/\xb0\xe6\xc3\xe6.txt")
        assert os.fsencode(name_of_written(written)) == name
    assert b"\\ud" not in b"".join(contents(tmp_path / "out").values())


# -- what is refused ------------------------------------------------------------------------------


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(texts(1)[0], "utf-8")
    for name in ("notes.txt", "articles-2023.jsonl"):
        out = tmp_path / name.split(".")[0]
        out.mkdir()
        (out / name).write_text("mine")
        with pytest.raises(InputError, match="holds no run"):
            run_archive([tmp_path / "a.txt"], out)
        assert contents(out) == {name: b"mine"}
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="can't be written"):
        run_archive([tmp_path / "a.txt"], tmp_path / "file")


def test_another_run_is_refused(tmp_path: Path) -> None:
    import shutil

    from classify.model_file import card_path, shipped_model

    page = tmp_path / "a.txt"
    page.write_text(texts(1)[0], "utf-8")
    out = tmp_path / "out"
    run_archive([page], out)
    before = contents(out)

    def refused(match: str, *paths: Path, model: Path | None = None, **options: Any) -> None:
        with pytest.raises(ClassifyError, match=match) as told:
            run_archive(paths or [page], out, ArchiveOptions(**options), model=model)
        assert "\n" not in str(told.value)
        assert contents(out) == before

    refused("n_sentences 3, not 2", summary=SummaryOptions(2))
    refused("kind auto, not article", read=ReadOptions("article"))
    refused("format jsonl, not jsonl.gz", format="jsonl.gz")
    refused("holds a run already", resume=False)
    model = tmp_path / "m.joblib"
    shutil.copy(shipped_model(), model)
    shutil.copy(card_path(shipped_model()), card_path(model))
    run_archive([page], out, model=model)  # the same model elsewhere is the same model
    assert contents(out) == before
    from classify.sections.model import load_model, save_model

    changed = replace(load_model(model), threshold=0.123)
    save_model(changed, model, {})
    refused("model_sha256", model=model)
    other = tmp_path / "b.txt"
    other.write_text("另一页。")
    refused("b.txt is new", page, other)
    refused("in place of", other)
    page.write_text(texts(1, 9)[0], "utf-8")
    refused("a.txt has changed")
    page.unlink()
    refused("a.txt has changed")


def test_two_runs_on_one_folder_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    pages = [tmp_path / f"{i}.txt" for i in range(3)]
    for page, text in zip(pages, texts(3), strict=True):
        page.write_text(text, "utf-8")
    refused = []

    def again(_: Totals) -> None:
        with pytest.raises(InputError, match="another run") as told:
            run_archive(pages, tmp_path / "out", ArchiveOptions(unit_bytes=1))
        refused.append(told)

    assert run_archive(pages, tmp_path / "out", ArchiveOptions(unit_bytes=1), progress=again).articles == 3
    assert len(refused) > 1
