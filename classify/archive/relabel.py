"""The articles of a folder with the labels of another model or threshold; they are not split and summarised again.

Every shard is read, its articles are labelled, and the shard is written again under its name, with all other keys as
they are. As with an update, that is a run of its own in the folder .update, which may be stopped and goes on, and all
of it is put in place at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classify.archive.commit import UPDATE, check_no_link, commit, new_prepared, remove_folder
from classify.archive.folder import (
    check_header,
    open_folder,
    same_run,
    write_errors_named,
)
from classify.archive.plan import WrittenRun
from classify.archive.state import MANIFEST, SUMMARY, check_shard_file, json_line, shard_line
from classify.archive.totals import Totals, summary_of
from classify.archive.units import Place, WorkUnit
from classify.archive.update import base_of, link_or_copy
from classify.atomic import flush, replace_file
from classify.errors import InputError
from classify.files import open_regular
from classify.read.listing import InputFile
from classify.read.parts import FilePart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from classify.archive.update import Work

__all__ = ["LABELS", "relabel_folder"]

LABELS = ("model_sha256", "threshold")
"""What of the header may be another one."""


def relabel_folder(
    out: Path, header: Mapping[str, Any], work: Work, progress: Callable[[Totals], None] | None
) -> Totals:
    """Label the articles of a folder again; nothing where its labels are of this model and threshold.

    Parameters
    ----------
    out : Path
        A folder with a manifest; this process holds its lock.
    header : mapping
        What the output depends on; see `open_folder`.
    work : callable
        Takes units, of one shard each, and yields each with its new shard.
    progress : callable or None
        Called with the `Totals` so far after each shard.

    Raises
    ------
    InputError
        The folder is damaged, was begun with another header, or an article of it cannot be labelled.
    """
    check_no_link(out / UPDATE)
    run = WrittenRun(out)
    check_header(out, run.header, {**header, **{name: run.header.get(name) for name in LABELS}})
    if all(run.header[name] == header[name] for name in LABELS):
        return run.totals
    begun = {**header, "base": base_of(out), "relabel": True}
    if (out / UPDATE).exists() and not same_run(out / UPDATE, _shards(run), begun):
        remove_folder(out / UPDATE)
    with open_folder(out / UPDATE, _shards(run), begun) as folder:
        for unit, shard in work(_units(run, folder.totals.shards)):
            if shard.failures:
                raise InputError(
                    f"{out / unit.parts[0].path}: can't be labelled ({shard.failures[0]['error']})"
                )
            folder.write(shard, unit.after)
            if progress is not None:
                progress(folder.totals)
    with write_errors_named(out):
        _put_in_place(out, run, WrittenRun(out / UPDATE), header)
    return WrittenRun(out).totals


def _shards(run: WrittenRun) -> Iterator[InputFile]:
    """Yield the shards of a run as the inputs of another one."""
    for line, _ in run.lines():
        yield InputFile(line["shard"], line["bytes"], 0)


def _units(run: WrittenRun, done: int) -> Iterator[WorkUnit]:
    """Yield a unit for each shard, without the first ones, which are done."""
    read = 0
    for number, (line, _) in enumerate(run.lines()):
        read += line["bytes"]
        if number < done:
            continue
        path = run.path / line["shard"]
        check_shard_file(path, line)
        with open_regular(path, follow=False) as file:
            part = FilePart(line["shard"], "", file.read(), line["bytes"], "shard")
        yield WorkUnit(number, (part,), Place(number + 1, 0, read))


def _put_in_place(out: Path, run: WrittenRun, done: WrittenRun, header: Mapping[str, Any]) -> None:
    """Prepare the manifest with the lines of the new shards, and put all of it in place."""
    prepared = new_prepared(out)
    totals = Totals(files=run.totals.files, size=run.totals.size)
    with (prepared / MANIFEST).open("xb") as manifest:
        manifest.write(json_line({**run.header, **{name: header[name] for name in LABELS}}))
        for (line, _), (new, _) in zip(run.lines(), done.lines(), strict=True):
            link_or_copy(done.path / new["shard"], prepared / line["shard"])
            labels = {name: new[name] for name in ("sha256", "bytes", "sections", "abstained")}
            manifest.write(shard_line({**line, **labels}))
            totals.add(line | labels)
        flush(manifest)
    if run.finished:
        replace_file(prepared / SUMMARY, summary_of(totals))
    commit(out)
