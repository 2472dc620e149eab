"""Any sequence of new, mended, touched and vanished files, updates and kills: the folder holds what it should.

Pages are labelled by a stand-in, which makes an article of each line, so that thousands of runs take seconds. Power is
lost at any call of the system that changes the disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from classify.archive import run, run_archive
from classify.archive.commit import COMMIT
from classify.archive.shards import Shard, pack_lines
from classify.options import ArchiveOptions, UpdateOptions
from tests.archive.support import articles, failures, inputs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classify.archive.units import WorkUnit

NAMES = ("a.txt", "b.txt", "c.txt", "d.txt", "e.jsonl", "f.jsonl")
OPTIONS = ArchiveOptions(unit_bytes=700)
"""Units of two or three of the parts here: every one counts for 256 bytes at least."""
CHANGES = {os: ("link", "mkdir", "rename", "unlink", "rmdir"), Path: ("replace", "unlink", "rename", "rmdir")}


class PowerCut(BaseException):
    pass


def made(job: Any, options: ArchiveOptions, units: Iterator[WorkUnit]) -> Iterator[tuple[WorkUnit, Shard]]:
    """Stand in for the workers: an article for each line, a failure for a line with !."""
    for unit in units:
        lines, failed, files = [], [], []
        for part in unit.parts:
            if part.holds_records:
                found = [r.fields["text"] if not r.problem else "!" for _, r in part.records()]
            else:
                found = part.content.decode().splitlines() if isinstance(part.content, bytes) else ["!"]
            name = Path(part.path).name
            good = [text for text in found if text != "!"]
            lines += [json.dumps({"id": f"{name} {t}", "section": None}).encode() + b"\n" for t in good]
            failed += [{"file": part.path, "error": "x"} for text in found if text == "!"]
            files.append((part.path, len(good)))
        data = pack_lines(lines, options.format)
        yield unit, Shard(data, hashlib.sha256(data).hexdigest(), len(lines), {}, len(lines), failed, files)


@contextmanager
def power_cut(after: int | None) -> Iterator[None]:
    """Let the call `after` of those that change the disk fail; None: none of them."""
    steps = 0

    def counted(real: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == after:
            raise PowerCut
        return real(*args, **kwargs)

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(os, "fsync", partial(counted, lambda _: None)))
        for owner, names in CHANGES.items():
            for name in names:
                real = getattr(owner, name)

                def call(*args: Any, real: Any = real, **kwargs: Any) -> Any:
                    return counted(real, *args, **kwargs)

                stack.enter_context(mock.patch.object(owner, name, call))
        yield


class Archive(RuleBasedStateMachine):
    @initialize(format=st.sampled_from(["jsonl", "jsonl.gz"]))
    def begin(self, format: Any) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.source, self.out = self.folder / "in", self.folder / "out"
        self.source.mkdir()
        self.pages: dict[str, str] = {}
        self.versions: dict[str, set[str]] = {name: {""} for name in NAMES}
        self.time = 10**18
        self.options = replace(OPTIONS, format=format)
        self.patches = ExitStack()
        self.patches.enter_context(mock.patch.object(run, "_work", made))
        self.patches.enter_context(mock.patch.object(run, "prepare_joblib", lambda job, _: job))

    def teardown(self) -> None:
        self.patches.close()
        shutil.rmtree(self.folder)

    def tick(self, name: str) -> None:
        self.time += 10**9
        os.utime(self.source / name, ns=(self.time, self.time))

    @rule(name=st.sampled_from(NAMES), lines=st.lists(st.sampled_from("123!"), max_size=9))
    def write(self, name: str, lines: list[str]) -> None:
        self.pages[name] = "\n".join(lines)
        self.versions[name].add(self.pages[name])
        records = [json.dumps({"text": text, "more": "x" * 20}) if text != "!" else "{" for text in lines]
        text = "\n".join(records if name.endswith("jsonl") else lines)
        (self.source / name).write_text(text, "utf-8")
        self.tick(name)

    @rule(name=st.sampled_from(NAMES))
    def touch(self, name: str) -> None:
        if name in self.pages:
            self.tick(name)

    @rule(name=st.sampled_from(NAMES))
    def vanish(self, name: str) -> None:
        if self.pages.pop(name, None) is not None:
            (self.source / name).unlink()

    @rule(cut=st.integers(1, 60), prune=st.booleans(), retry=st.booleans())
    def update_and_lose_power(self, cut: int, prune: bool, retry: bool) -> None:
        with suppress(PowerCut), power_cut(cut):
            self.run(prune, retry)

    @rule(prune=st.booleans(), retry=st.booleans())
    def update(self, prune: bool, retry: bool) -> None:
        with power_cut(None):
            self.run(prune, retry)
        self.check(pruned=prune)

    @precondition(lambda self: hasattr(self, "out") and (self.out / "summary.json").exists())
    @rule(at=st.integers(0, 9), data=st.sampled_from([None, b"", b"{}\n"]))
    def damage(self, at: int, data: bytes | None) -> None:
        shards = sorted(self.out.glob("articles-*"))
        if not shards or (self.out / COMMIT).exists():
            return
        shard = shards[at % len(shards)]
        if data is None or len(data) == shard.stat().st_size:
            shard.unlink()
        else:
            shard.write_bytes(data)
        # What vanished from there is lost; the rest is done again.
        with power_cut(None):
            self.run(prune=True, retry=False)
        self.check(pruned=True)

    def run(self, prune: bool, retry: bool) -> None:
        options = replace(self.options, update=UpdateOptions(prune, retry))
        run_archive([self.source], self.out, options)

    def check(self, *, pruned: bool) -> None:
        found = Counter(article["id"] for article in articles(self.out))
        want = Counter(f"{n} {t}" for n, text in self.pages.items() for t in text.splitlines() if t != "!")
        failed = Counter(Path(failure["file"]).name for failure in failures(self.out))
        want_failed = Counter({n: text.split("\n").count("!") for n, text in self.pages.items()})
        for name in set(NAMES) - set(self.pages):
            of_name = Counter({key: n for key, n in found.items() if key.startswith(name)})
            kept = [Counter(f"{name} {t}" for t in v.splitlines() if t != "!") for v in self.versions[name]]
            assert of_name in ([Counter()] if pruned else kept)
            want.update(of_name)
            want_failed[name] = failed[name] if not pruned else 0
        assert found == want
        assert +failed == +want_failed
        listed = [Path(path).name for path in inputs_of(self.out)]
        assert set(self.pages) <= set(listed)
        assert not pruned or len(listed) == len(self.pages)
        assert json.loads((self.out / "summary.json").read_text())["articles"] == found.total()
        assert not [path for path in self.out.iterdir() if path.name.startswith(".")]

    @invariant()
    def what_can_be_seen_is_whole(self) -> None:
        """Outside of the moment in which an update is put in place, `cat` shows no article twice."""
        if hasattr(self, "out") and not (self.out / COMMIT).exists() and (self.out / "summary.json").exists():
            of_name = [article["id"] for article in articles(self.out)]
            for name in NAMES:
                seen = Counter(key.split()[1] for key in of_name if key.startswith(name))
                assert seen in [Counter(t for t in v.splitlines() if t != "!") for v in self.versions[name]]


TestArchive = Archive.TestCase
TestArchive.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
