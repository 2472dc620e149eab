"""The folder that a run writes, and what makes it safe to stop at any moment.

    inputs.jsonl               the files, one a line: path, size, mtime_ns; written completely before anything else
    manifest.jsonl             first line: model, options, inputs; then a line for each shard that is written
    articles-00000000.jsonl    shards (.jsonl.gz if asked for), numbered in the order of the input
    failures.jsonl             what failed, in the same order
    summary.json               the totals; it is there when the run is done

An update (`classify.archive.update`) changes such a folder; while it works, its own files are in the folder .update.

A shard is written to a temporary file, flushed to the disk and renamed; its failures are appended; then its line, with
its digest and with the end of its failures, is appended to the manifest. When a run is resumed, a manifest line that is
not complete does not count, nor do failures after the last end that the manifest has, nor shards without a line: those
are done again, and are the same. No time, host or number of workers is written, so the folder depends on inputs, model
and options alone.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from classify.archive.commit import roll_forward
from classify.archive.state import (
    FAILURES,
    FORMAT,
    INPUTS,
    MANIFEST,
    SUMMARY,
    check_shard_file,
    complete_lines,
    input_line,
    json_line,
    read_header,
    read_input,
    read_shard_lines,
    shard_line,
)
from classify.archive.totals import Totals, summary_of
from classify.archive.units import Place
from classify.atomic import flush, replace_file
from classify.errors import InputError
from classify.files import open_regular, written_name
from classify.read.listing import InputFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from classify.archive.shards import Shard

__all__ = [
    "Folder",
    "check_header",
    "locked_folder",
    "open_folder",
    "read_manifest",
    "same_run",
    "write_errors_named",
]


class Folder:
    """The open folder of a run, as `open_folder` gives it.

    Attributes
    ----------
    path : Path
    totals : Totals
        What is done, including by earlier runs.
    after : Place
        Where to go on.
    """

    def __init__(self, path: Path, manifest: _AppendedFile, failures: _AppendedFile) -> None:
        """Read the manifest, and cut off what was being written when the run was stopped."""
        self.path = path
        self._manifest, self._failures = manifest, failures
        self.after = Place()
        failures_end = 0
        with open_regular(path / MANIFEST, follow=False) as lines:
            header = read_header(lines.readline(), path / MANIFEST)
            end = lines.tell()
            self._header = header
            self.totals = Totals(files=header["inputs"]["files"], size=header["inputs"]["bytes"])
            for written in read_shard_lines(lines, path / MANIFEST, header):
                check_shard_file(path / written["shard"], written)
                self.totals.add(written)
                self.after, failures_end = Place(*written["next"]), written["failures_end"]
                end = lines.tell()
            if "updates" in header:  # an update is put in place when it is done
                self.after = Place(header["inputs"]["files"], 0, header["inputs"]["bytes"])
        _check_failures(path / FAILURES, failures_end, self.totals.failed)
        manifest.cut(end)
        failures.cut(failures_end)
        for unfinished in path.glob(".*.tmp"):
            unfinished.unlink()

    @property
    def finished(self) -> bool:
        """Whether the run is done: the summary is there, and is what the manifest adds up to."""
        try:
            with open_regular(self.path / SUMMARY, follow=False) as file:
                return file.read() == self._summary()
        except OSError:
            return False

    def inputs(self) -> Iterator[InputFile]:
        """Yield the files, as they were listed when the run began."""
        with open_regular(self.path / INPUTS, follow=False) as lines:
            for number, line in enumerate(lines, 1):
                yield read_input(line, number, self.path / INPUTS)

    def write(self, shard: Shard, after: Place, digests: Mapping[str, str] | None = None) -> None:
        """Write the next shard; when this returns, it is on the disk and in the manifest.

        Parameters
        ----------
        shard : Shard
        after : Place
            Where the next unit begins.
        digests : mapping of str to str or None, default=None
            SHA-256 of the files of the shard, as far as they are known.

        Raises
        ------
        InputError
            The folder cannot be written to.
        """
        with write_errors_named(self.path):
            name = f"articles-{self.totals.shards:08}.{self._header['format']}"
            replace_file(self.path / name, shard.data)
            if shard.failures:
                self._failures.append(b"".join(map(json_line, shard.failures)))
            line = {
                "shard": name,
                "sha256": shard.sha256,
                "bytes": len(shard.data),
                "articles": shard.articles,
                "sections": shard.sections,
                "abstained": shard.abstained,
                "failed": len(shard.failures),
                "failures_end": self._failures.end,
                "next": [after.input, after.parts, after.read],
            }
            if self._header["manifest"] > 1:
                known = digests or {}
                line["files"] = [[written_name(path), n, known.get(path, "")] for path, n in shard.files]
            self._manifest.append(shard_line(line))
        self.totals.add(line)
        self.after = after

    def finish(self) -> None:
        """Write the summary, which marks the run as done.

        Raises
        ------
        InputError
            The folder cannot be written to.
        """
        self.totals.done, self.totals.read = self.totals.files, self.totals.size
        with write_errors_named(self.path):
            replace_file(self.path / SUMMARY, self._summary())

    def _summary(self) -> bytes:
        return summary_of(self.totals)


class _AppendedFile:
    """A file that is written at its end, without a buffer: what fails, fails where it is written, and nothing later."""

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        self._file = os.fdopen(os.open(path, flags | getattr(os, "O_NOFOLLOW", 0)), "wb", buffering=0)
        self.end = 0

    def __enter__(self) -> _AppendedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def cut(self, end: int) -> None:
        """Let the file end at `end`."""
        self._file.truncate(end)
        self.end = self._file.seek(end)

    def append(self, data: bytes) -> None:
        """Write `data` through to the disk."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        flush(self._file)
        self.end += len(data)


@contextmanager
def open_folder(
    out: Path, inputs: Iterable[InputFile], header: Mapping[str, Any], *, resume: bool = True
) -> Iterator[Folder]:
    """Open a new folder for a run, or one with a run to resume, and lock it until the run ends.

    Parameters
    ----------
    out : Path
    inputs : iterable of InputFile
        All files of the archive.
    header : mapping
        What the output depends on: version, model, segmenter, options.
    resume : bool, default=True
        Whether a folder that holds this run may be opened.

    Raises
    ------
    InputError
        The folder holds anything else, or a run with other inputs or another header, or one that is going on; it cannot
        be written to; or, without `resume`, it holds a run.
    """
    with ExitStack() as files:
        files.enter_context(locked_folder(out))
        with write_errors_named(out):
            _begin(out, inputs, header, resume=resume)
            manifest = files.enter_context(_AppendedFile(out / MANIFEST))
            failures = files.enter_context(_AppendedFile(out / FAILURES))
            folder = Folder(out, manifest, failures)
        yield folder


@contextmanager
def locked_folder(out: Path) -> Iterator[None]:
    """Hold the lock of a folder, which is made where there is none; an update that was being put in place is put there.

    Raises
    ------
    InputError
        Another run is writing to the folder, or it cannot be written to.
    """
    with ExitStack() as stack:
        with write_errors_named(out):
            out.mkdir(parents=True, exist_ok=True)
            # Before anything is written: listing the files of a large archive takes minutes, and a second run may be
            # started in that time.
            stack.enter_context(_locked(out))
            roll_forward(out)
        yield


def read_manifest(out: Path) -> Iterator[dict[str, Any]]:
    """Yield the complete lines of a folder's manifest.

    Parameters
    ----------
    out : Path
        The folder of a run, which may be going on.

    Yields
    ------
    dict
        First the header: version, model, options, inputs. Then, for each shard: its name, ``sha256``, ``bytes``, the
        counts of ``articles``, ``sections``, ``abstained`` and ``failed``, where its failures end, and where the
        ``next`` one begins.

    Raises
    ------
    InputError
        There is no manifest, or a line of it is damaged.
    """
    path = out / MANIFEST
    try:
        with open_regular(path) as manifest:
            header = read_header(manifest.readline(), path)
            yield header
            yield from read_shard_lines(manifest, path, header)
    except OSError as e:
        raise InputError(f"{path}: can't be read ({e.strerror or e}); give the folder of a run") from None


def _begin(out: Path, inputs: Iterable[InputFile], header: Mapping[str, Any], *, resume: bool) -> None:
    """Write list, empty failures and the manifest's header, in this order; or compare with what is there."""
    names = {p.name for p in out.iterdir()}
    if MANIFEST in names:
        if not resume:
            raise InputError(f"{out}: holds a run already; go on with it, or give a new folder")
        _compare(out, inputs, header)
        return
    # A run that was stopped before its manifest was written has left only these.
    own = (INPUTS, FAILURES, SUMMARY)
    if any(name not in own and not name.endswith(".tmp") for name in names):
        raise InputError(f"{out}: is not empty and holds no run of ours; give a new folder")
    files = size = 0
    temporary = out / f".{INPUTS}.tmp"
    temporary.unlink(missing_ok=True)  # it may be a link to elsewhere
    with temporary.open("xb") as f:
        for file in inputs:
            f.write(input_line(file))
            files, size = files + 1, size + file.size
        flush(f)
    temporary.replace(out / INPUTS)
    replace_file(out / FAILURES, b"")
    first_line = {"manifest": FORMAT, **header, "inputs": {"files": files, "bytes": size}}
    replace_file(out / MANIFEST, json_line(first_line))


def _compare(out: Path, inputs: Iterable[InputFile], header: Mapping[str, Any]) -> None:
    """Raise `InputError` where the run in a folder was begun with another header or other inputs."""
    with open_regular(out / MANIFEST, follow=False) as manifest:
        found = read_header(next(complete_lines(manifest), b""), out / MANIFEST)
    check_header(out, found, header)
    files = size = 0
    with open_regular(out / INPUTS, follow=False) as lines:
        for number, (line, now) in enumerate(zip_longest(lines, inputs), 1):
            was = read_input(line, number, out / INPUTS) if line else None
            if was is not None:
                files, size = files + 1, size + was.size
            if was != now:
                what = "is no longer there" if now is None else "is new" if was is None else "has changed"
                if was is not None and now is not None and was.path != now.path:
                    what = f"is listed in place of {was.path}"
                path = (now or was or InputFile("", 0, 0)).path
                raise InputError(
                    f"{out}: was begun with other inputs: {path} {what}; add --update, or give a new folder"
                )
    if found["inputs"] != {"files": files, "bytes": size}:
        raise InputError(f"{out / MANIFEST}, line 1: has other counts than {INPUTS}; give a new folder")


def same_run(out: Path, inputs: Iterable[InputFile], header: Mapping[str, Any]) -> bool:
    """Whether a folder holds a run with these inputs and this header."""
    try:
        _compare(out, inputs, header)
    except (InputError, OSError):
        return False
    return True


def check_header(out: Path, found: Mapping[str, Any], header: Mapping[str, Any]) -> None:
    """Raise `InputError` where the run in a folder was begun with another header.

    Parameters
    ----------
    out : Path
    found : mapping
        From `read_header`.
    header : mapping
        What the output of this run depends on.
    """
    expected = {"manifest": found["manifest"], **header}
    if [name for name in found if name != "updates"] != [*expected, "inputs"]:
        raise InputError(
            f"{out / MANIFEST}, line 1: has other fields than this version writes; give a new folder"
        )
    for name, value in expected.items():
        if json_line({name: found[name]}) != json_line({name: value}):
            way = (
                "add --relabel, run it as before,"
                if name in ("model_sha256", "threshold")
                else "run it as before,"
            )
            raise InputError(
                f"{out}: was begun with {name} {found[name]}, not {value}; {way} or give a new folder"
            )


def _check_failures(path: Path, end: int, lines: int) -> None:
    """Raise `InputError` unless the first `end` bytes of the failures are as many whole lines as failed."""
    found, left, last = 0, end, b"\n"
    with open_regular(path, follow=False) as file:
        while left and (block := file.read(min(left, 2**20))):
            found, left, last = found + block.count(b"\n"), left - len(block), block[-1:]
    if left or found != lines or last != b"\n":
        raise InputError(f"{path}: is not what the manifest says; give a new folder")


@contextmanager
def write_errors_named(out: Path) -> Iterator[None]:
    """Turn errors of the system in what is done here into an `InputError` that names the file."""
    try:
        yield
    except OSError as e:
        raise InputError(
            f"{e.filename or out}: can't be written ({e.strerror or e}); give another folder"
        ) from None


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Hold an exclusive lock on the folder; the system releases it when the process ends, also when it is killed.

    Windows and some network file systems have no such lock: two runs on one folder are not detected there.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"{out}: another run is writing there; wait for it, or give another folder"
            ) from None
        except OSError:  # this file system has no locks
            pass
        yield
    finally:
        os.close(handle)
