"""The folder a run writes, and what makes it safe to stop at any moment.

    inputs.jsonl               the files, one a line: path, size, mtime_ns; written whole before anything else
    manifest.jsonl             first line: model, options, inputs; then a line for each shard that is there
    articles-00000000.jsonl    shards (.gz if asked for), numbered as the input goes
    failures.jsonl             what failed, in the same order
    summary.json               the totals; it is there when the run is done

A shard is written to a temporary file, flushed to the disk and moved; its failures are appended; then its
line, with its digest and where its failures end, is appended to the manifest. A line of the manifest that
isn't whole does not count, nor do failures after the last end it tells, nor shards it has no line for: those
are done again, and are the same. No time, host or number of workers is written, so the folder depends on
inputs, model and options alone.
"""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import IO, TYPE_CHECKING, Any

from classify.archive.units import Place
from classify.atomic import flush, replace_file
from classify.errors import InputError
from classify.read.listing import Input

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from classify.archive.worker import Result

__all__ = ["FORMAT", "Folder", "Totals", "open_folder", "read_manifest"]

FORMAT = 1
"""Number of the manifest's format."""
MANIFEST, INPUTS, FAILURES, SUMMARY = "manifest.jsonl", "inputs.jsonl", "failures.jsonl", "summary.json"
DIGITS = 8
_OWN = (MANIFEST, INPUTS, FAILURES, SUMMARY)


@dataclass(slots=True)
class Totals:
    """What a run has done so far. Of ``files`` files ``done`` are finished; of ``size`` bytes ``read``."""

    files: int = 0
    done: int = 0
    size: int = 0
    read: int = 0
    shards: int = 0
    articles: int = 0
    sections: dict[str, int] = field(default_factory=dict)
    abstained: int = 0
    failed: int = 0

    def add(self, line: Mapping[str, Any]) -> None:
        """Add a shard by its line in the manifest."""
        self.done, _, self.read = line["next"]
        self.shards += 1
        self.articles += line["articles"]
        self.abstained += line["abstained"]
        self.failed += line["failed"]
        for name, n in line["sections"].items():
            self.sections[name] = self.sections.get(name, 0) + n
        self.sections = dict(sorted(self.sections.items()))


class Folder:
    """An open folder of a run. To be had from `open_folder`."""

    def __init__(
        self, path: Path, manifest: IO[bytes], failures: IO[bytes], totals: Totals, after: Place, ending: str
    ):
        self.path = path
        self.totals = totals
        self.after = after
        self._manifest, self._failures, self._ending = manifest, failures, ending

    @property
    def finished(self) -> bool:
        """Whether the run is done."""
        return (self.path / SUMMARY).exists()

    def inputs(self) -> Iterator[Input]:
        """Yield the files, as they were listed when the run began."""
        with (self.path / INPUTS).open("rb") as lines:
            for line in lines:
                yield Input(**json.loads(line))

    def write(self, result: Result, after: Place) -> None:
        """Write the next shard; when this returns, it is on the disk and recorded."""
        with _writing(self.path):
            self._write(result, after)

    def _write(self, result: Result, after: Place) -> None:
        name = f"articles-{self.totals.shards:0{DIGITS}}.{self._ending}"
        replace_file(self.path / name, result.data)
        for failure in result.failures:
            self._failures.write(_line(failure))
        if result.failures:
            flush(self._failures)
        line = {
            "shard": name,
            "sha256": result.sha256,
            "bytes": len(result.data),
            "articles": result.articles,
            "sections": result.sections,
            "abstained": result.abstained,
            "failed": len(result.failures),
            "failures_end": self._failures.tell(),
            "next": [after.input, after.pieces, after.read],
        }
        self._manifest.write(_line(line))
        flush(self._manifest)
        self.totals.add(line)
        self.after = after

    def finish(self) -> None:
        """Write the summary."""
        self.totals.done, self.totals.read = self.totals.files, self.totals.size
        told = {k: v for k, v in asdict(self.totals).items() if k not in ("done", "read")}
        with _writing(self.path):
            replace_file(
                self.path / SUMMARY, (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
            )


@contextmanager
def open_folder(
    out: Path, inputs: Iterable[Input], options: dict[str, Any], *, resume: bool = True
) -> Iterator[Folder]:
    """Open `out` for a run of `options`, which name the model as well; a new one, or one to go on with.

    Raises
    ------
    InputError
        Where the folder holds anything else, a run of other inputs, options or model, or one that is going
        on; where it can't be written to; and, without `resume`, where it holds a run.
    """
    with ExitStack() as files:
        with _writing(out):
            out.mkdir(parents=True, exist_ok=True)
            _begin(out, inputs, options, resume=resume)
            manifest = files.enter_context((out / MANIFEST).open("r+b"))
            failures = files.enter_context((out / FAILURES).open("r+b"))
            _lock(manifest, out)
            folder = _go_on(out, manifest, failures)
        yield folder


def _go_on(out: Path, manifest: IO[bytes], failures: IO[bytes]) -> Folder:
    """Read the manifest, and cut off what was being written when the run was stopped."""
    header_line = manifest.readline()
    header = json.loads(header_line)
    totals = Totals(files=header["inputs"]["files"], size=header["inputs"]["bytes"])
    after, failures_end = Place(), 0
    end = len(header_line)
    for line in _whole_lines(manifest):
        told = json.loads(line)
        shard = out / told["shard"]
        if not shard.exists() or shard.stat().st_size != told["bytes"]:
            raise InputError(f"{shard}: is not what the manifest says; give a new folder")
        totals.add(told)
        after, failures_end = Place(*told["next"]), told["failures_end"]
        end += len(line)
    for file, at in ((manifest, end), (failures, failures_end)):
        file.truncate(at)
        file.seek(at)
    for stale in out.glob(".*.tmp"):
        stale.unlink()
    return Folder(out, manifest, failures, totals, after, header["format"])


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        raise InputError(
            f"{e.filename or out}: can't be written ({e.strerror or e}); give another folder"
        ) from None


def read_manifest(out: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a folder's manifest: the header, then the shards."""
    with (out / MANIFEST).open("rb") as manifest:
        for line in _whole_lines(manifest):
            yield json.loads(line)


def _begin(out: Path, inputs: Iterable[Input], options: dict[str, Any], *, resume: bool) -> None:
    """Write list, empty failures and the manifest's header, in this order; or compare with what is there."""
    names = {p.name for p in out.iterdir()}
    strange = sorted(
        n for n in names if n not in _OWN and not n.endswith(".tmp") and not n.startswith("articles-")
    )
    if MANIFEST not in names and (strange or any(n.startswith("articles-") for n in names)):
        raise InputError(f"{out}: is not empty and holds no run of ours; give a new folder")
    if MANIFEST in names and not resume:
        raise InputError(f"{out}: holds a run already; go on with it, or give a new folder")
    if MANIFEST in names:
        _compare(out, inputs, options)
        return
    files = size = 0
    temporary = out / f".{INPUTS}.tmp"
    with temporary.open("wb") as f:
        for one in inputs:
            f.write(_line(asdict(one)))
            files, size = files + 1, size + one.size
        flush(f)
    temporary.replace(out / INPUTS)
    replace_file(out / FAILURES, b"")
    header = {"manifest": FORMAT, **options, "inputs": {"files": files, "bytes": size}}
    replace_file(out / MANIFEST, _line(header))


def _compare(out: Path, inputs: Iterable[Input], options: dict[str, Any]) -> None:
    with (out / MANIFEST).open("rb") as manifest:
        try:
            header = json.loads(next(_whole_lines(manifest), b""))
        except ValueError:
            raise InputError(f"{out / MANIFEST}: damaged; give a new folder") from None
    for name, value in {"manifest": FORMAT, **options}.items():
        if header.get(name) != value:
            was = header.get(name)
            raise InputError(
                f"{out}: was begun with {name} {was}, not {value}; run it as before, or give a new folder"
            )
    with (out / INPUTS).open("rb") as lines:
        for line, one in zip_longest(lines, inputs):
            was = Input(**json.loads(line)) if line else None
            if was != one:
                what = "is no longer there" if one is None else "is new" if was is None else "has changed"
                if was is not None and one is not None and was.path != one.path:
                    what = f"stands where {was.path} stood"
                path = (one or was or Input("", 0, 0)).path
                raise InputError(f"{out}: was begun with other inputs: {path} {what}; give a new folder")


def _whole_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield lines up to the first that isn't whole: the one that was being written."""
    for line in file:
        if not line.endswith(b"\n"):
            return
        yield line


def _line(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False)
    try:
        return (text + "\n").encode()
    except UnicodeEncodeError:  # a file name that isn't UTF-8
        return (json.dumps(value) + "\n").encode()


def _lock(file: IO[bytes], out: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: no lock, two runs on one folder are the user's to avoid
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InputError(
            f"{out}: another run is writing there; wait for it, or give another folder"
        ) from None
