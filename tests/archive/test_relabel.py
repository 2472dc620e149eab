"""Another model or threshold: labels are given anew, all else stays, and nothing is split or summarised again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from classify.archive import Totals, run_archive
from classify.archive.commit import UPDATE
from classify.errors import InputError
from classify.options import ArchiveOptions, UpdateOptions
from classify.sections.model import save_model
from tests.archive.support import contents, texts
from tests.archive.test_update import Stop, check_folder, stop_after, stopped
from tests.safety.tried import small_model

if TYPE_CHECKING:
    from pathlib import Path

UNIT = ArchiveOptions(unit_bytes=3000)
RELABEL = replace(UNIT, relabel=True)
STRICT = replace(RELABEL, threshold=1.0)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    for i, text in enumerate(texts(12)):
        (folder / f"{i:02}.txt").write_text(text, "utf-8")
    (folder / "坏.txt").write_bytes(b"\0\1")
    records = [{"text": text, "section": "A1"} for text in texts(3, 5)]
    (folder / "r.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
    return folder


@pytest.fixture
def out(source: Path, tmp_path: Path) -> Path:
    run_archive([source], tmp_path / "out", UNIT)
    return tmp_path / "out"


@pytest.mark.parametrize("format", ["jsonl", "jsonl.gz"])
def test_it_is_what_a_run_from_nothing_gives(
    format: Any, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run_archive([source], out, replace(UNIT, format=format))
    run_archive([source], tmp_path / "new", replace(UNIT, format=format, threshold=1.0))
    monkeypatch.setattr("classify.archive.shard_builder.split_page", None)
    totals = run_archive([source], out, replace(STRICT, format=format))
    assert totals.abstained > 0
    assert contents(out) == contents(tmp_path / "new")
    assert run_archive([source], out, replace(STRICT, format=format)) == totals


def test_another_model(source: Path, out: Path, tmp_path: Path) -> None:
    model = tmp_path / "m.joblib"
    save_model(small_model(), model, {})
    with pytest.raises(InputError, match=r"begun with model_sha256 .*; add --relabel"):
        run_archive([source], out, UNIT, model=model)
    before = contents(out)
    run_archive([source], out, RELABEL, model=model)
    run_archive([source], tmp_path / "new", UNIT, model=model)
    assert before != contents(out) == contents(tmp_path / "new")
    with pytest.raises(InputError, match="begun with n_sentences"):
        run_archive([source], out, replace(RELABEL, summary=replace(RELABEL.summary, n_sentences=1)))


def test_a_stopped_one_goes_on_and_one_of_another_model_is_dropped(
    source: Path, out: Path, tmp_path: Path
) -> None:
    before = contents(out)
    stopped(lambda: run_archive([source], out, STRICT, progress=stop_after(3)))
    assert {name: (out / name).read_bytes() for name in before} == before
    seen: list[int] = []

    def progress(totals: Totals) -> None:
        seen.append(totals.shards)
        if len(seen) == 2:
            raise Stop

    stopped(lambda: run_archive([source], out, STRICT, progress=progress))
    assert seen == [4, 5]
    other = replace(STRICT, threshold=0.9)
    run_archive([source], out, other)
    run_archive([source], tmp_path / "new", replace(UNIT, threshold=0.9))
    assert contents(out) == contents(tmp_path / "new")


def test_relabelled_and_updated(source: Path, out: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.txt"
    more.write_text(texts(1, 9)[0], "utf-8")
    stopped(lambda: run_archive([source], out, STRICT, progress=stop_after(3)))
    totals = run_archive([source, more], out, replace(STRICT, update=UpdateOptions()))
    assert str(totals.changes) == "1 new, 0 changed, 14 unchanged"
    new = run_archive([source, more], tmp_path / "new", replace(UNIT, threshold=1.0))
    assert (new.sections, new.abstained) == (totals.sections, totals.abstained)


def test_an_update_drops_a_stopped_relabelling(source: Path, out: Path, tmp_path: Path) -> None:
    stopped(lambda: run_archive([source], out, STRICT, progress=stop_after(3)))
    (tmp_path / "more.txt").write_text(texts(1, 9)[0], "utf-8")
    run_archive([source, tmp_path / "more.txt"], out, replace(UNIT, update=UpdateOptions()))
    check_folder(out)
    assert not (out / UPDATE).exists()


def test_what_cannot_be_labelled_loses_no_article(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from classify.archive import run, shards

    before = contents(out)

    def failing(job: Any, options: Any, units: Any) -> Any:
        for unit in units:
            yield unit, shards.failed_shard(unit.parts[0], "a worker died of it")

    monkeypatch.setattr(run, "_work", failing)
    with pytest.raises(
        InputError, match=r"articles-00000000\.jsonl: can't be labelled \(a worker died of it\)"
    ):
        run_archive([source], out, STRICT)
    assert {name: (out / name).read_bytes() for name in before} == before


def test_a_run_that_is_not_finished_goes_on_with_the_new_labels(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped(lambda: run_archive([source], out, UNIT, progress=stop_after(4)))
    run_archive([source], out, STRICT)
    assert not (out / "summary.json").exists()
    run_archive([source], out, replace(STRICT, relabel=False))
    run_archive([source], tmp_path / "new", replace(UNIT, threshold=1.0))
    assert contents(out) == contents(tmp_path / "new")
