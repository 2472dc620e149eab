"""Updates: the folder holds the articles that a run from nothing would give, whatever came before, kills included."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from classify.archive import Totals, read_manifest, run_archive
from classify.archive.commit import COMMIT, UPDATE
from classify.archive.plan import failed_file
from classify.archive.state import check_of, json_line
from classify.errors import InputError
from classify.options import ArchiveOptions, SummaryOptions, UpdateOptions
from tests.archive.support import articles, contents, failures, inputs_of, texts
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

UNIT = ArchiveOptions(unit_bytes=3000, summary=SummaryOptions(0), update=UpdateOptions())
PRUNE = replace(UNIT, update=UpdateOptions(prune=True))
RETRY = replace(UNIT, update=UpdateOptions(retry_failed=True))


class Stop(BaseException):
    """Raised in place of a power cut."""


def ids(out: Path) -> Counter[str]:
    return Counter(article["id"] for article in articles(out))


def from_nothing(source: Path, out: Path) -> Counter[str]:
    shutil.rmtree(out, ignore_errors=True)
    run_archive([source], out, replace(UNIT, update=None))
    return ids(out)


def check_folder(out: Path) -> None:
    """Check that manifest, shards, failures, inputs and summary agree, and that nothing else is there."""
    import hashlib

    header, *lines = read_manifest(out)
    shards = {line["shard"]: line for line in lines}
    assert {p.name for p in out.glob("articles-*")} == set(shards)
    for name, line in shards.items():
        data = (out / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == line["sha256"]
        found = [json.loads(text) for text in data.splitlines()]
        assert len(found) == line["articles"]
        want = [path for path, n, _ in line["files"] for _ in range(n)]
        assert [article["file"] for article in found] == want
    assert len(failures(out)) == sum(line["failed"] for line in lines)
    assert header["inputs"]["files"] == len(inputs_of(out))
    summary = json.loads((out / "summary.json").read_text())
    assert summary["articles"] == len(articles(out))
    assert not [p.name for p in out.iterdir() if p.name.startswith(".")]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for i, text in enumerate(texts(14)):
        (folder / f"{i:02}.txt").write_text(text, "utf-8")
    (folder / "坏.txt").write_bytes(b"\0\1")
    (folder / "r.jsonl").write_text(
        "".join(json.dumps({"text": t}) + "\n" for t in texts(5, 3)) + "{\n", "utf-8"
    )
    return folder


@pytest.fixture
def out(source: Path, tmp_path: Path) -> Path:
    run_archive([source], tmp_path / "out", UNIT)
    return tmp_path / "out"


def changes(source: Path, out: Path, options: ArchiveOptions = UNIT) -> str:
    return str(run_archive([source], out, options).changes)


def test_nothing_has_changed(source: Path, out: Path) -> None:
    before = contents(out)
    assert changes(source, out) == "0 new, 0 changed, 16 unchanged"
    assert contents(out) == before


def test_new_and_changed_files_are_done_and_the_others_are_not(
    source: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    from classify.archive import units

    real = units.read_parts
    monkeypatch.setattr(
        units, "read_parts", lambda file, *a, **k: (read.append(file.path), real(file, *a, **k))[1]
    )
    (source / "03.txt").write_text(texts(1, 9)[0], "utf-8")
    (source / "新.txt").write_text(texts(1, 8)[0], "utf-8")
    assert changes(source, out) == "1 new, 1 changed, 15 unchanged"
    assert [Path(path).name for path in read] == ["03.txt", "新.txt"]
    check_folder(out)
    assert ids(out) == from_nothing(source, tmp_path / "new")
    assert run_archive([source], out, replace(UNIT, update=None)).articles == sum(ids(out).values())


def test_a_touched_file_is_not_done_again(source: Path, out: Path) -> None:
    os.utime(source / "03.txt", (1, 1))
    had = ids(out)
    assert changes(source, out) == "0 new, 0 changed, 15 unchanged, 1 touched"
    assert ids(out) == had
    assert changes(source, out) == "0 new, 0 changed, 16 unchanged"
    check_folder(out)


def test_vanished_files_are_kept_or_dropped(source: Path, out: Path, tmp_path: Path) -> None:
    had = ids(out)
    for name in ("03.txt", "r.jsonl"):
        (source / name).unlink()
    assert changes(source, out) == "0 new, 0 changed, 14 unchanged, 2 vanished and kept"
    assert ids(out) == had
    (source / "新.txt").write_text(texts(1, 8)[0], "utf-8")
    assert changes(source, out) == "1 new, 0 changed, 14 unchanged, 2 vanished and kept"
    assert sum(ids(out).values()) == sum(had.values()) + 1
    assert [Path(path).name for path in inputs_of(out)[-2:]] == ["03.txt", "r.jsonl"]
    assert changes(source, out, PRUNE) == "0 new, 0 changed, 15 unchanged, 2 vanished and dropped"
    assert ids(out) == from_nothing(source, tmp_path / "new")
    check_folder(out)


def test_a_file_that_is_named_and_vanishes(source: Path, out: Path) -> None:
    paths = [source, source.parent / "one.txt"]
    paths[1].write_text(texts(1, 8)[0], "utf-8")
    run_archive(paths, out, UNIT)
    had = ids(out)
    paths[1].unlink()
    assert str(run_archive(paths, out, UNIT).changes) == "0 new, 0 changed, 16 unchanged, 1 vanished and kept"
    (source / "新.txt").write_text(texts(1, 7)[0], "utf-8")
    assert run_archive(paths, out, UNIT).articles == sum(had.values()) + 1
    assert inputs_of(out)[-1] == str(paths[1])
    assert str(run_archive(paths, out, PRUNE).changes) == "0 new, 1 changed, 17 unchanged"
    assert failures(out)[-1]["file"] == str(paths[1])


def test_failures_are_tried_again_when_asked(source: Path, out: Path) -> None:
    assert changes(source, out, RETRY) == "0 new, 0 changed, 14 unchanged, 2 tried again"
    assert len(failures(out)) == 2
    check_folder(out)
    (source / "坏.txt").write_text(texts(1, 8)[0], "utf-8")
    assert changes(source, out) == "0 new, 1 changed, 15 unchanged"
    assert len(failures(out)) == 1
    check_folder(out)


def test_a_folder_that_grows_every_day_stays_in_few_shards(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    options = replace(UNIT, unit_bytes=40_000)
    for day, text in enumerate(texts(12, 4)):
        (source / f"{day:02}.txt").write_text(text, "utf-8")
        run_archive([source], tmp_path / "out", options)
        check_folder(tmp_path / "out")
    assert len(list((tmp_path / "out").glob("articles-*"))) <= 3
    assert ids(tmp_path / "out") == from_nothing(source, tmp_path / "new")


def test_compressed_shards(source: Path, tmp_path: Path) -> None:
    options = replace(UNIT, format="jsonl.gz")
    run_archive([source], tmp_path / "gz", options)
    (source / "03.txt").write_text(texts(1, 9)[0], "utf-8")
    run_archive([source], tmp_path / "gz", options)
    assert ids(tmp_path / "gz") == from_nothing(source, tmp_path / "new")


def test_a_run_that_was_stopped_goes_on_with_other_inputs(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped(lambda: run_archive([source], out, UNIT, progress=stop_after(3)))
    (source / "0.txt").write_text(texts(1, 9)[0], "utf-8")
    with pytest.raises(InputError, match=r"0\.txt .*; add --update"):
        run_archive([source], out, replace(UNIT, update=None))
    (source / "01.txt").write_text(texts(1, 8)[0], "utf-8")
    (source / "13.txt").unlink()
    run_archive([source], out, UNIT)
    check_folder(out)
    assert ids(out) == from_nothing(source, tmp_path / "new")


def stop_after(shards: int) -> Callable[[Totals], None]:
    def progress(totals: Totals) -> None:
        if totals.shards >= shards:
            raise Stop

    return progress


def stopped(work: Callable[[], Any]) -> None:
    with pytest.raises(Stop):
        work()


def grow(source: Path) -> None:
    for i, text in enumerate(texts(6, 8)):
        (source / f"新{i}.txt").write_text(text, "utf-8")
    (source / "03.txt").write_text(texts(1, 9)[0], "utf-8")


def test_a_stopped_update_goes_on(source: Path, out: Path, tmp_path: Path) -> None:
    before = contents(out)
    grow(source)
    stopped(lambda: run_archive([source], out, UNIT, progress=stop_after(2)))
    assert visible(out) == before
    seen: list[int] = []
    run_archive([source], out, UNIT, progress=lambda totals: seen.append(totals.shards))
    assert seen[0] == 3
    check_folder(out)
    assert ids(out) == from_nothing(source, tmp_path / "new")


def visible(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(out.iterdir()) if not p.name.startswith(".")}


def test_what_a_stopped_update_has_done_is_not_done_again_for_other_inputs(
    source: Path, out: Path, tmp_path: Path
) -> None:
    grow(source)
    stopped(lambda: run_archive([source], out, UNIT, progress=stop_after(3)))
    (source / "更新.txt").write_text(texts(1, 7)[0], "utf-8")
    assert changes(source, out) != "8 new, 1 changed, 15 unchanged"
    check_folder(out)
    assert ids(out) == from_nothing(source, tmp_path / "new")


def test_a_stopped_update_of_another_state_is_dropped(source: Path, out: Path, tmp_path: Path) -> None:
    grow(source)
    stopped(lambda: run_archive([source], out, UNIT, progress=stop_after(3)))
    manifest = out / UPDATE / "manifest.jsonl"
    manifest.write_bytes(b"{\n" + manifest.read_bytes())
    run_archive([source], out, UNIT)
    check_folder(out)
    assert ids(out) == from_nothing(source, tmp_path / "new")


def test_links_in_place_of_the_folders_of_an_update_are_refused(
    source: Path, out: Path, tmp_path: Path
) -> None:
    grow(source)
    (tmp_path / "mine").mkdir()
    for name in (UPDATE, ".prepared", COMMIT):
        (out / name).symlink_to(tmp_path / "mine")
        with pytest.raises(InputError, match="link"):
            run_archive([source], out, UNIT)
        (out / name).unlink()
    assert not list((tmp_path / "mine").iterdir())
    (out / COMMIT).mkdir()
    (out / COMMIT / "x.txt").write_text("mine")
    with pytest.raises(InputError, match="is not from an update"):
        run_archive([source], out, UNIT)


def test_power_lost_at_every_step_of_an_update(
    source: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(source)
    (source / "05.txt").unlink()
    want = from_nothing(source, tmp_path / "new")
    kept = tmp_path / "kept"
    shutil.copytree(out, kept)
    had = ids(kept)
    steps = stop_at = 0

    def counted(real: Any) -> Any:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == stop_at:
                raise Stop
            return real(*args, **kwargs)

        return step

    with monkeypatch.context() as m:
        for owner, names in (
            (os, ("fsync", "link", "mkdir", "rename", "unlink", "rmdir")),
            (Path, ("replace", "unlink", "rename", "rmdir")),
        ):
            for name in names:
                m.setattr(owner, name, counted(getattr(owner, name)))
        run_archive([source], out, PRUNE)
        n = steps
        assert n > 40
        for at in range(1, n + 1, 7):
            shutil.rmtree(out)
            shutil.copytree(kept, out)
            steps, stop_at = 0, at
            with pytest.raises(Stop):
                run_archive([source], out, PRUNE)
            stop_at = 0
            if not (out / COMMIT).exists():
                found = ids(out)
                assert found in (had, want)
            run_archive([source], out, PRUNE)
            check_folder(out)
            assert ids(out) == want, at


def test_a_folder_of_the_first_format_is_refused(source: Path, out: Path) -> None:
    manifest = out / "manifest.jsonl"
    header, rest = manifest.read_text("utf-8").split("\n", 1)
    lines = []
    for line in rest.splitlines():
        found = json.loads(line)
        del found["files"], found["check"]
        lines.append(json.dumps(found, ensure_ascii=False))
    manifest.write_text("\n".join([header.replace('"manifest": 2', '"manifest": 1'), *lines, ""]), "utf-8")
    with pytest.raises(InputError, match=r"begun by version 0\.1\.0, .*; give a new folder"):
        run_archive([source], out, UNIT)
    assert run_archive([source], out, replace(UNIT, update=None)).files == 16


def test_files_of_shards_that_are_gone_or_damaged_are_done_again(
    source: Path, out: Path, tmp_path: Path
) -> None:
    (out / "articles-00000001.jsonl").unlink()
    (out / "articles-00000004.jsonl").write_bytes(b"")
    assert changes(source, out) == "2 new, 0 changed, 14 unchanged"
    check_folder(out)
    assert ids(out) == from_nothing(source, tmp_path / "new")


def test_articles_that_cannot_be_made_again_are_told(source: Path, out: Path) -> None:
    (out / "articles-00000001.jsonl").unlink()
    (source / "01.txt").unlink()
    assert changes(source, out) == "0 new, 0 changed, 15 unchanged, 1 vanished and lost with a damaged shard"
    check_folder(out)
    assert changes(source, out) == "0 new, 0 changed, 15 unchanged"


def test_a_shard_that_is_damaged_is_not_written_on(source: Path, out: Path) -> None:
    shard = out / "articles-00000006.jsonl"
    (source / "08.txt").write_text(texts(1, 9)[0], "utf-8")
    shard.write_bytes(shard.read_bytes().replace(b"0", b"1"))
    with pytest.raises(InputError, match="is not what the manifest says; delete it, and add --update"):
        run_archive([source], out, UNIT)
    shard.unlink()
    assert changes(source, out) == "2 new, 0 changed, 14 unchanged"  # 08 was done, and is put in place first
    check_folder(out)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
@pytest.mark.parametrize("seed", range(3))
def test_updates_killed_at_random_moments_while_files_change(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    found = texts(60, seed)
    for i, text in enumerate(found[:40]):
        (source / f"{i:02}.txt").write_text(text, "utf-8")
    command = [sys.executable, "-c", KILLED, str(source), str(out)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    codes = []
    for _ in range(6):
        with subprocess.Popen(
            command,
            start_new_session=True,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout is not None
            for _ in range(rng.randint(1, 6)):
                process.stdout.readline()
            time.sleep(rng.random() * 0.1)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            codes.append(process.wait())
        for i in rng.sample(range(50), 3):
            (source / f"{i:02}.txt").write_text(rng.choice(found), "utf-8")
    assert -signal.SIGKILL in codes
    run_archive([source], out, PRUNE)
    check_folder(out)
    assert ids(out) == from_nothing(source, tmp_path / "new")


KILLED = """
import sys
from classify import ArchiveOptions
from classify.archive import run_archive
from classify.options import SummaryOptions, UpdateOptions
if __name__ == "__main__":
    options = ArchiveOptions(SummaryOptions(0), workers=2, update=UpdateOptions(prune=True), unit_bytes=3000)
    run_archive([sys.argv[1]], sys.argv[2], options, progress=lambda _: print(flush=True))
"""


def test_what_is_left_of_a_stopped_writing_is_removed(source: Path, out: Path) -> None:
    (out / ".articles-00000009.jsonl.tmp").write_bytes(b"half")
    grow(source)
    run_archive([source], out, UNIT)
    check_folder(out)


def test_a_file_system_without_hard_links_writes_the_same(
    source: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", unsupported)
    grow(source)
    run_archive([source], out, UNIT)
    check_folder(out)
    assert ids(out) == from_nothing(source, tmp_path / "new")


def test_failures_that_are_cut_are_an_error(source: Path, out: Path) -> None:
    grow(source)
    (out / "failures.jsonl").write_bytes(b"")
    with pytest.raises(InputError, match=r"failures\.jsonl: is not what the manifest says"):
        run_archive([source], out, UNIT)
    assert failed_file(b"{") == ""


def test_a_manifest_of_a_later_version_is_refused(source: Path, out: Path) -> None:
    manifest = out / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes().replace(b'"manifest": 2', b'"manifest": 3'))
    for options in (UNIT, replace(UNIT, update=None)):
        with pytest.raises(InputError, match="was written by a later version"):
            run_archive([source], out, options)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"files": None}, "its files do not add up"),
        ({"files": [["a.txt", 1]]}, "its files do not add up"),
        ({"files": [["a.txt", -1, ""], ["b.txt", 2, ""]]}, "its files do not add up"),
        ({"files": [["a.txt", 1, "x"]]}, "its files do not add up"),
        ({"shard": "../articles-00000000.jsonl"}, "not the line of a shard"),
        ({"shard": "articles-00000000.parquet"}, "not the line of a shard"),
        ({"shard": 1}, "not the line of a shard"),
        ({"next": [1, 0, 1]}, "it does not follow the line before it"),
    ],
)
def test_lines_of_an_updated_manifest_are_checked(
    change: dict[str, Any], told: str, source: Path, out: Path
) -> None:
    (source / "03.txt").unlink()
    run_archive([source], out, PRUNE)
    header, first, *rest = (out / "manifest.jsonl").read_text("utf-8").splitlines(keepends=True)
    line = json.loads(first) | change
    del line["check"]
    line["check"] = check_of(line)
    (out / "manifest.jsonl").write_bytes(
        b"".join([header.encode(), json_line(line), *(r.encode() for r in rest)])
    )
    with pytest.raises(InputError, match=rf"manifest\.jsonl, line 2: {told}; give a new folder"):
        run_archive([source], out, UNIT)
