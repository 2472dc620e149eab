"""A folder that holds a run takes in what has changed since: new files, changed ones, vanished ones.

Only new and changed files are done, as a run of their own in the folder .update, which may be stopped and goes on as
any run. Then the two are joined: shards without articles of files that were done again stay as they are; from others
those articles are taken out; and the new shards are added, small ones together, so that a folder that grows every day
does not end as a million small files. All of it is prepared aside and put in place at once, by
`classify.archive.commit`: the folder holds at any moment what it held before the update, or what it holds after it.

What a stopped update has done is not lost when the inputs have changed again since: it is put in place first.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from classify.archive.commit import (
    UPDATE,
    check_no_link,
    commit,
    new_prepared,
    remove_folder,
    remove_leftovers,
)
from classify.archive.folder import (
    check_header,
    open_folder,
    same_run,
    write_errors_named,
)
from classify.archive.plan import Plan, WrittenRun, failed_file
from classify.archive.shards import pack_lines, unpack_lines
from classify.archive.state import (
    FAILURES,
    INPUTS,
    MANIFEST,
    SHARD_NAME,
    SUMMARY,
    check_shard_file,
    input_line,
    json_line,
    shard_line,
    suffix_of,
)
from classify.archive.totals import Totals, summary_of
from classify.archive.units import cut_units
from classify.atomic import flush, replace_file
from classify.errors import InputError
from classify.files import open_regular, written_name
from classify.options import UpdateOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from classify.archive.shards import Shard
    from classify.archive.units import WorkUnit
    from classify.options import ArchiveOptions
    from classify.read.listing import InputFile

    Work = Callable[[Iterator[WorkUnit]], Iterable[tuple[WorkUnit, Shard]]]

__all__ = ["base_of", "link_or_copy", "update_folder"]

SMALL = 8
"""A shard of less than one part in so many of `unit_bytes` is small, and is joined with others (chosen): there are at
most so many times as many shards as in a run from nothing, and an update writes few articles that it has not made."""


def update_folder(
    out: Path,
    inputs: Iterable[InputFile],
    header: Mapping[str, Any],
    options: ArchiveOptions,
    work: Work,
    progress: Callable[[Totals], None] | None,
) -> Totals:
    """Do the new and changed files of a folder that holds a run, and put their articles in place.

    Parameters
    ----------
    out : Path
        A folder with a manifest; this process holds its lock.
    inputs : iterable of InputFile
        All files of the archive as they are now.
    header : mapping
        What the output depends on; see `open_folder`.
    options : ArchiveOptions
    work : callable
        Takes units, and yields each with its shard.
    progress : callable or None
        Called with the totals of the new and changed files after each shard.

    Returns
    -------
    Totals
        Of the folder after the update.

    Raises
    ------
    InputError
        The folder is damaged, was begun with another header, or by a version that did not write what an update needs.
    """
    check_no_link(out / UPDATE)
    run = _updatable(out, header)
    for unfinished in out.glob(".*.tmp"):
        unfinished.unlink()
    wanted = options.update or UpdateOptions()
    with closing(Plan(inputs)) as plan:
        changes = plan.compare(run, wanted)
        begun = {**header, "base": base_of(out)}
        if (out / UPDATE / MANIFEST).exists() and not same_run(out / UPDATE, plan.todo(), begun):
            _take_in_stopped(out, run, begun, options.unit_bytes)
            run = _updatable(out, header)
            changes = plan.compare(run, wanted)
            begun = {**header, "base": base_of(out)}
        to_do = changes.new + changes.changed + changes.retried
        if run.finished and not (to_do or changes.touched or changes.pruned or changes.lost):
            remove_leftovers(out)
            run.totals.changes = changes
            return run.totals
        if to_do:
            with open_folder(out / UPDATE, plan.todo(), begun) as folder:
                units = cut_units(folder.inputs(), options, number=folder.totals.shards, start=folder.after)
                for unit, shard in () if folder.finished else work(units):
                    folder.write(shard, unit.after, unit.digests)
                    if progress is not None:
                        progress(folder.totals)
                folder.finish()
            done = WrittenRun(out / UPDATE)
        else:
            done = None
        totals = _join(out, plan, run, done, options.unit_bytes)
    totals.done, totals.read, totals.changes = totals.files, totals.size, changes
    return totals


def base_of(out: Path) -> str:
    """Return what an update in work depends on of a folder: the SHA-256 of its manifest."""
    digest = hashlib.sha256()
    with open_regular(out / MANIFEST, follow=False) as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def link_or_copy(path: Path, target: Path) -> None:
    """Let a file of a run that has been stopped before, and may be again, be at another path, too.

    It is not moved: until the update counts, that run must be whole. Some file systems have no hard links.
    """
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
        with target.open("rb+") as file:
            flush(file)


def _updatable(out: Path, header: Mapping[str, Any]) -> WrittenRun:
    """Return the run of a folder, which must be one that can be updated."""
    run = WrittenRun(out)
    check_header(out, run.header, header)
    if run.header["manifest"] == 1:
        raise InputError(
            f"{out}: was begun by version 0.1.0, which did not note which articles are of which file; give a new folder"
        )
    return run


def _take_in_stopped(out: Path, run: WrittenRun, begun: Mapping[str, Any], unit_bytes: int) -> None:
    """Put in place what an update has done that was stopped, and that other inputs are asked of now."""
    try:
        done = WrittenRun(out / UPDATE)
        check_header(out / UPDATE, done.header, begun)
    except (InputError, OSError):  # it is of another state of the folder, or is damaged: it is made again
        remove_folder(out / UPDATE)
        return
    partial = done.partial()
    files = (file for file, complete in done.inputs() if complete and written_name(file.path) != partial)
    with closing(Plan(files)) as plan:
        plan.compare(run, UpdateOptions(), again=True)
        _join(out, plan, run, done, unit_bytes)


@dataclass(slots=True)
class _Piece:
    """Articles that go into a shard, with what its line says of them."""

    lines: list[bytes] = field(default_factory=list)
    files: list[list[Any]] = field(default_factory=list)
    failures: list[bytes] = field(default_factory=list)
    sections: Counter[str] = field(default_factory=Counter)
    abstained: int = 0

    def add(self, other: _Piece) -> None:
        """Add the articles of another piece behind those of this one."""
        self.lines += other.lines
        self.files += other.files
        self.failures += other.failures
        self.sections.update(other.sections)
        self.abstained += other.abstained

    @property
    def size(self) -> int:
        return sum(map(len, self.lines))


def _join(out: Path, plan: Plan, run: WrittenRun, done: WrittenRun | None, unit_bytes: int) -> Totals:
    """Prepare the folder as it is after an update, put it in place, and return its totals.

    Parameters
    ----------
    out : Path
    plan : Plan
        Says which files are dropped from `run`, and which ones the folder is made of then.
    run, done : WrittenRun
        What is in the folder, and what the update has made.
    unit_bytes : int
    """
    with write_errors_named(out):
        prepared = new_prepared(out)
        files = size = 0
        with (prepared / INPUTS).open("xb") as list_of_inputs:
            for file in plan.listed():
                list_of_inputs.write(input_line(file))
                files, size = files + 1, size + file.size
            flush(list_of_inputs)
        header = {**run.header, "inputs": {"files": files, "bytes": size}}
        header["updates"] = run.header.get("updates", 0) + 1
        with _Writer(prepared, header, _number(run.last) + 1) as writer:
            small = unit_bytes // SMALL
            for line, failures in run.lines():
                match _fate(line, plan.is_dropped, small):
                    case "whole":
                        writer.keep(line, failures)
                    case "less":
                        writer.add(_piece(out, line, failures, plan.is_dropped), line["shard"])
            # Small ones come behind the others, since they get new names.
            waiting = _Piece()
            sources: list[tuple[WrittenRun, Callable[[str], bool]]] = [(run, plan.is_dropped)]
            if done is not None:
                partial = done.partial()
                sources.append((done, lambda path: path == partial))
            for source, is_dropped in sources:
                for line, failures in source.lines():
                    fate = _fate(line, is_dropped, small)
                    if fate == "nothing" or (source is run and fate != "small"):
                        continue
                    if fate == "whole":
                        writer.link(source.path / line["shard"], line, failures)
                        continue
                    waiting.add(_piece(source.path, line, failures, is_dropped))
                    if waiting.size >= unit_bytes:
                        writer.add(waiting)
                        waiting = _Piece()
            if waiting.files:
                writer.add(waiting)
            replace_file(prepared / SUMMARY, summary_of(writer.totals))
        commit(out)
    return writer.totals


def _number(shard: str) -> int:
    """Return the number of a shard; −1 where there is none."""
    named = SHARD_NAME.fullmatch(shard)
    return int(named[1]) if named else -1


def _fate(line: Mapping[str, Any], is_dropped: Callable[[str], bool], small: int) -> str:
    """Return what is left of a shard: ``nothing``, a ``small`` rest, ``less`` of it, or the ``whole``."""
    dropped = [is_dropped(path) for path, *_ in line["files"]]
    if all(dropped):
        return "nothing"
    kept = sum(n for (_, n, _), drop in zip(line["files"], dropped, strict=True) if not drop)
    if line["bytes"] * kept < small * max(1, line["articles"]):
        return "small"
    return "less" if any(dropped) else "whole"


def _piece(
    folder: Path, line: Mapping[str, Any], failures: list[bytes], is_dropped: Callable[[str], bool]
) -> _Piece:
    """Return what is left of a shard without the articles and failures of files that are dropped."""
    path = folder / line["shard"]
    check_shard_file(path, line)
    with open_regular(path, follow=False) as file:
        articles = unpack_lines(file.read(), suffix_of(line["shard"]))
    if len(articles) != line["articles"]:
        raise InputError(f"{path}: has {len(articles)} articles, not {line['articles']}; give a new folder")
    piece = _Piece(sections=Counter(line["sections"]), abstained=line["abstained"])
    start = 0
    for name, n, sha256 in line["files"]:
        some, start = articles[start : start + n], start + n
        if not is_dropped(name):
            piece.lines += some
            piece.files.append([name, n, sha256])
            continue
        for article in some:
            section = json.loads(article)["section"]
            if section is None:
                piece.abstained -= 1
            else:
                piece.sections[section] -= 1
    piece.sections = +piece.sections
    piece.failures = [failure for failure in failures if not is_dropped(failed_file(failure))]
    return piece


class _Writer:
    """Manifest, failures and changed shards of a folder, as they will be after an update.

    Parameters
    ----------
    prepared : Path
    header : mapping
        First line of the manifest.
    number : int
        The number of the next new shard.
    """

    def __init__(self, prepared: Path, header: Mapping[str, Any], number: int) -> None:
        self._prepared, self._number, self._format = prepared, number, header["format"]
        self._files, self._bytes = header["inputs"]["files"], header["inputs"]["bytes"]
        self.totals = Totals(files=self._files, size=self._bytes)
        self._failures: IO[bytes] = (prepared / FAILURES).open("xb")
        self._manifest: IO[bytes] = (prepared / MANIFEST).open("xb")
        self._manifest.write(json_line(header))

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with self._failures, self._manifest:
            if kind is None:
                flush(self._failures)
                flush(self._manifest)

    def keep(self, line: Mapping[str, Any], failures: Iterable[bytes]) -> None:
        """Add a shard that stays as it is, and where it is."""
        for failure in failures:
            self._failures.write(failure)
        end, place = self._failures.tell(), [self._files, 0, self._bytes]
        line = {**line, "failures_end": end, "next": place}
        self._manifest.write(shard_line(line))
        self.totals.add(line)

    def link(self, path: Path, line: Mapping[str, Any], failures: Iterable[bytes]) -> None:
        """Add the shard of another run as it is, under the next number."""
        name = self._next_name()
        link_or_copy(path, self._prepared / name)
        self.keep({**line, "shard": name}, failures)

    def add(self, piece: _Piece, name: str = "") -> None:
        """Add a shard of other articles, under its old name or the next number."""
        name = name or self._next_name()
        data = pack_lines(piece.lines, self._format)
        replace_file(self._prepared / name, data)
        line = {
            "shard": name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "articles": len(piece.lines),
            "sections": dict(sorted(piece.sections.items())),
            "abstained": piece.abstained,
            "failed": len(piece.failures),
            "failures_end": 0,
            "next": [],
            "files": piece.files,
        }
        self.keep(line, piece.failures)

    def _next_name(self) -> str:
        self._number += 1
        return f"articles-{self._number - 1:08}.{self._format}"
