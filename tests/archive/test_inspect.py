"""Whether a folder is whole, and what is in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from classify.archive import read_contents, read_manifest, run_archive, verify_folder
from classify.archive.commit import COMMIT
from classify.archive.state import check_of
from classify.errors import InputError
from tests.archive.support import articles, texts
from tests.archive.test_update import UNIT, stop_after, stopped
from tests.cli.commands import run
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    (folder / "2023-02-21").mkdir()
    for i, text in enumerate(texts(6)):
        (folder / "2023-02-21" / f"{i:02}.txt").write_text(text, "utf-8")
    (folder / "坏.txt").write_bytes(b"\0\1")
    records = [{"text": text, "date": f"2024年1月{i + 1}日"} for i, text in enumerate(texts(2, 5))]
    lines = [json.dumps(record) for record in records]
    (folder / "r.jsonl").write_text("\n".join([*lines, "{", "{"]), "utf-8")
    return folder


@pytest.fixture
def out(source: Path, tmp_path: Path) -> Path:
    run_archive([source], tmp_path / "out", UNIT)
    return tmp_path / "out"


def faults(out: Path) -> list[str]:
    return [fault.replace(f"{out}/", "").replace(str(out), "out") for fault in verify_folder(out)]


def test_a_whole_folder_has_no_faults(source: Path, out: Path) -> None:
    assert faults(out) == []
    result = run("archive", "verify", out)
    assert (result.exit_code, result.stdout.strip()) == (0, f"{out}: whole; 8 shards, 8 articles")


def rewritten(out: Path, change: dict[str, Any]) -> None:
    """Change the line of the first shard in the manifest, with a check that is right."""
    header, first, *rest = (out / "manifest.jsonl").read_text("utf-8").splitlines(keepends=True)
    line = json.loads(first) | change
    del line["check"]
    line["check"] = check_of(line)
    (out / "manifest.jsonl").write_text(
        "".join([header, json.dumps(line, ensure_ascii=False) + "\n", *rest]), "utf-8"
    )


def test_each_kind_of_damage_is_told_with_what_to_do(source: Path, out: Path) -> None:
    shard = out / "articles-00000002.jsonl"
    data = shard.read_bytes()
    shard.write_bytes(data.replace(b'"page": 1', b'"page": 2'))
    assert faults(out) == [
        "articles-00000002.jsonl: is not what the manifest says; delete it, and add --update"
    ]
    shard.unlink()
    (told,) = faults(out)
    assert told.startswith("articles-00000002.jsonl: can't be read")
    result = run("archive", "verify", out)
    assert result.exit_code == 1
    assert "add --update" in result.stderr
    run_archive([source], out, UNIT)
    assert faults(out) == []
    (out / "articles-00000099.jsonl").write_bytes(b"")
    assert faults(out) == [
        "articles-00000099.jsonl: is not in the manifest; run the same again, or delete it"
    ]


def test_counts_are_looked_at(out: Path) -> None:
    first = articles(out)[0]["section"]
    (_, line, *_) = read_manifest(out)
    other = {"sections": {"x": 1}, "abstained": 0} if first is None else {"sections": {}, "abstained": 1}
    rewritten(out, other)
    assert (
        "articles-00000000.jsonl: has other sections than the manifest says; delete it, and add --update"
        in faults(out)
    )
    file = line["files"][0]
    rewritten(out, {"articles": 2, "abstained": 2, "sections": {}, "files": [[file[0], 2, file[2]]]})
    assert "articles-00000000.jsonl: has 1 articles, not 2; delete it, and add --update" in faults(out)


def test_inputs_and_manifest(source: Path, out: Path) -> None:
    inputs = out / "inputs.jsonl"
    inputs.write_text(inputs.read_text("utf-8").split("\n", 1)[1], "utf-8")
    assert faults(out)[0] == "inputs.jsonl: has 7 files, not 8; give a new folder"
    (out / "manifest.jsonl").write_bytes(b"{}\n")
    assert faults(out) == ["manifest.jsonl, line 1: damaged; give a new folder"]
    (told,) = verify_folder(out / "none")
    assert told.endswith("give the folder of a run")


def test_runs_that_were_stopped(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped(lambda: run_archive([source], out, UNIT, progress=stop_after(2)))
    assert faults(out) == ["out: the run was stopped; run the same again"]
    assert not read_contents(out).finished
    assert "not finished" in run("archive", "info", out).stdout
    stopped(lambda: run_archive([source], out, UNIT, progress=stop_after(2)))
    (told,) = faults(out)
    assert told.startswith("out: an update was stopped; run the same again, or delete")
    (out / COMMIT).mkdir()
    assert faults(out) == ["out: an update was stopped while it was put in place; run the same again"]


def test_what_is_in_it(source: Path, out: Path) -> None:
    found = read_contents(out)
    assert found.days == {"2023-02-21": 6, "2024-01-01": 1, "2024-01-02": 1}
    assert found.files[f"{source}/r.jsonl"] == 2
    assert found.files[f"{source}/坏.txt"] == 0
    assert sum(found.sections.values()) == found.articles == len(articles(out)) == 8
    assert list(found.failures.values()) == [2, 1]
    assert json.loads(run("archive", "info", out, "--json").stdout)["days"] == found.days
    told = run("archive", "info", out).stdout
    assert told.startswith("8 files, 8 articles, 3 failed, 8 shards\n")
    assert "         6  2023-02-21\n" in told


def test_long_tables_are_cut(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for i in range(25):
        (source / f"{i}.txt").write_text("云港市林场造林两千亩。", "utf-8")
    run_archive([source], tmp_path / "out")
    assert "and 5 more; --json gives all" in run("archive", "info", tmp_path / "out").stdout


def test_folders_of_released_versions_are_looked_at() -> None:
    found = read_contents(ROOT / "tests" / "released" / "0.1.0" / "archive")
    assert (found.articles, found.shards, found.finished) == (4, 2, False)


def test_a_shard_that_is_no_json_is_an_error(out: Path) -> None:
    (out / "articles-00000000.jsonl").write_bytes(b"{\n")
    with pytest.raises(InputError, match="can't be read"):
        read_contents(out)


def test_updates_count_too(source: Path, out: Path, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text(texts(1, 9)[0], "utf-8")
    run_archive([source, tmp_path / "more.txt"], out, UNIT)
    assert faults(out) == []
    assert read_contents(out).articles == 9
