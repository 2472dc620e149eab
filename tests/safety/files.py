"""Files that are no files, workers without a parent, disks that are full.

- *Special files*: a pipe, a socket, a device, a link that leads nowhere or in a circle, a folder with the name of a
  page, as input, labelled data, model, member of a folder, or in place of a temporary file. Every reader ends with an
  error of ours, soon.
- *Early kills*: a process that starts workers is killed after so many milliseconds. No worker outlives it by long.
- *Full disks*: each write, flush, rename and fsync of a run fails once, in turn. The run ends with one line that names
  the folder, and the same command then finishes the folder, byte for byte.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classify.archive import list_inputs
from classify.errors import ClassifyError, ModelError
from classify.model_file import load_card, load_state, save_state
from classify.read import read_pages, read_records
from classify.read.labelled import load_corpus
from classify.read.listing import InputFile
from classify.read.parts import read_parts
from tests.safety.damage import contents, write
from tests.safety.tried import ROOT, Tried

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# -- special files ------------------------------------------------------------------------------------


def special_files(folder: Path, ending: str) -> dict[str, Path]:
    """Make one of each kind of special file with a name that ends in `ending`."""
    made = {
        kind: folder / f"{kind}{ending}"
        for kind in ("pipe", "socket", "folder", "lost link", "circle", "device", "link to a pipe")
    }
    os.mkfifo(made["pipe"])
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(made["socket"]))
    made["folder"].mkdir()
    made["lost link"].symlink_to(folder / "nothing")
    made["circle"].symlink_to(made["circle"])
    made["device"].symlink_to("/dev/zero")
    made["link to a pipe"].symlink_to(made["pipe"])
    return made


def readers() -> dict[str, tuple[str, Callable[[Path], Any]]]:
    """Return what reads files: the ending of their names, and the call."""
    return {
        "read_pages": (".txt", lambda p: list(read_pages(p))),
        "read_pages, PDF": (".pdf", lambda p: list(read_pages(p))),
        "read_pages, packed": (".txt.gz", lambda p: list(read_pages(p))),
        "read_records": (".jsonl", lambda p: list(read_records(p))),
        "read_records, CSV": (".csv", lambda p: list(read_records(p))),
        "read_records, Parquet": (".parquet", lambda p: list(read_records(p))),
        "load_corpus": (".jsonl", load_corpus),
        "load_corpus, zip": (".zip", load_corpus),
        "load_corpus, in a folder": (".txt", lambda p: load_corpus(_as_label(p))),
        "load_state": (".joblib", load_state),
        "load_card": (".joblib", load_card),
        **{
            f"read_parts, {ending}": (ending, _only_failures)
            for ending in (".txt", ".jsonl", ".csv", ".parquet", ".zip", ".pdf", "")
        },
    }


def _as_label(path: Path) -> Path:
    """Return the parent of a folder that holds nothing but a link to `path`."""
    root = path.with_name(f"{path.name} labelled")
    (root / "x").mkdir(parents=True)
    (root / "x" / "1.txt").symlink_to(path)
    return root


def _only_failures(path: Path) -> None:
    for part, _ in read_parts(InputFile.of(str(path))):
        if isinstance(part.content, str):
            raise ClassifyError(part.content)


def run_special(folder: Path) -> Tried:
    """Give each special file to each reader."""
    tried = Tried("special files")
    if not hasattr(os, "mkfifo"):  # Windows
        return tried
    for name, (ending, read) in readers().items():
        here = folder / name
        here.mkdir()
        for kind, path in special_files(here, ending).items():
            tried.note(f"{name}, {kind}", _refusal(read, path))
        # A file that is swapped for a pipe after it was looked at.
        path = here / f"swapped{ending}"
        path.write_bytes(b"")
        found = InputFile.of(str(path))
        path.unlink()
        os.mkfifo(path)
        tried.note(f"{name}, swapped {found.size}", _refusal(read, path))
    for name, fault in _links_in_output(folder):
        tried.note(name, fault)
    return tried


def _refusal(read: Callable[[Path], Any], path: Path) -> str:
    """Return what is wrong with how `read` refuses `path`; it may take ten seconds of the clock."""
    with alarm(10):
        try:
            read(path)
        except ClassifyError as e:
            return "" if "\n" not in str(e) else "told in several lines"
        except TimeoutError:
            return "it hangs"
        except BaseException as e:
            return f"{type(e).__name__}: {e}"
    return "it is read"


def _links_in_output(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield faults of links in an output folder that lead to a file of somebody else."""
    other = folder / "other"
    write(whole := folder / "linked")
    for name in [f".{path.name}.tmp" for path in whole.iterdir()]:
        other.write_bytes(b"theirs")
        out = folder / f"out {name}"
        out.mkdir()
        (out / name).symlink_to(other)
        write(out)
        kept = other.read_bytes() == b"theirs" and not (out / name).is_symlink()
        yield f"a link {name}", "" if kept and contents(out) == contents(whole) else "it is followed"
    for path in sorted(whole.iterdir()):
        other.write_bytes(path.read_bytes())
        out = folder / f"half {path.name}"
        write(out, 2)
        (out / path.name).unlink(missing_ok=True)
        (out / path.name).symlink_to(other)
        before = other.read_bytes()
        with suppress(ClassifyError):
            write(out)
        yield f"a link in place of {path.name}", "" if other.read_bytes() == before else "it is followed"
    found = [file.path for file in list_inputs([f"{folder}/link*/*.jsonl"], without=whole.resolve())]
    yield "a pattern that meets the output", "its own output is read" if found else ""


@contextmanager
def alarm(seconds: int) -> Iterator[None]:
    """Raise TimeoutError after so many seconds of the clock."""

    def stop(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# -- early kills --------------------------------------------------------------------------------------

_PARENT = """
import sys
from classify import ArchiveOptions
from classify.archive import run_archive
if __name__ == "__main__":
    run_archive([sys.argv[1]], sys.argv[2], ArchiveOptions(workers=2, unit_bytes=2000))
"""
LEFT_SECONDS = 60
"""Seconds after which workers must be gone. A worker that is being started first loads Python and NumPy."""


def run_early_kills(folder: Path, kills: int) -> Tried:
    """Kill a run with workers after 0.2 s, 0.4 s, … of its life; find what it leaves behind, by its session."""
    tried = Tried("parents killed early")
    if not Path("/proc/self/stat").exists():
        return tried
    source = folder / "in"
    source.mkdir()
    for i in range(40):
        (source / f"{i}.txt").write_text("本报讯（记者岑雨桐）云港市林场近日造林两千亩。\n" * 60, "utf-8")
    for number in range(kills):
        command = [sys.executable, "-c", _PARENT, str(source), str(folder / f"out{number}")]
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
        time.sleep(0.2 + 4.8 * number / max(1, kills - 1))
        process.kill()
        process.wait()
        end = time.monotonic() + LEFT_SECONDS
        while (left := _session(process.pid)) and time.monotonic() < end:
            time.sleep(0.2)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        tried.note(f"kill {number}", f"{len(left)} processes are left" if left else "")
    return tried


def _session(leader: int) -> list[int]:
    """Return the processes of a session that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


# -- full disks ---------------------------------------------------------------------------------------


class Failing:
    """The system calls that write, of which the n-th fails, with the disk full or with an input/output error."""

    def __init__(self, at: int, code: int) -> None:
        self.at, self.code, self.calls = at, code, 0

    def step(self, *, path: str | None = None) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise OSError(self.code, os.strerror(self.code), *([path] if path else []))

    def wrapped(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.step()
            return real(*args, **kwargs)

        return call

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Put the failing calls in place: fsync, rename, opening to write, and the writes of opened files."""
        failing = self

        class File:
            def __init__(self, file: Any) -> None:
                self._file = file

            def write(self, data: Any) -> Any:
                if len(data) > 1 and failing.calls + 1 == failing.at:  # a full disk takes a part
                    self._file.write(data[: len(data) // 2])
                failing.step()
                return self._file.write(data)

            def __getattr__(self, name: str) -> Any:
                return getattr(self._file, name)

            def __enter__(self) -> Any:
                return self

            def __exit__(self, *_: object) -> None:
                self._file.close()

        def opened(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            file = real_open(path, mode, *args, **kwargs)
            return File(file) if "b" in mode and mode[0] in "wx" else file

        def fdopened(handle: int, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            file = real_fdopen(handle, mode, *args, **kwargs)
            return File(file) if mode == "wb" else file

        real_open, real_fdopen, real_fsync, real_replace = Path.open, os.fdopen, os.fsync, Path.replace
        Path.open, os.fdopen = opened, fdopened  # type: ignore[method-assign, assignment]
        os.fsync, Path.replace = self.wrapped(real_fsync), self.wrapped(real_replace)  # type: ignore[method-assign]
        try:
            yield
        finally:
            Path.open, os.fdopen = real_open, real_fdopen  # type: ignore[method-assign]
            os.fsync, Path.replace = real_fsync, real_replace  # type: ignore[method-assign]


def run_full_disk(folder: Path) -> Tried:
    """Let each writing call of an archive's folder and of a model fail once."""
    tried = Tried("disk full or failing, at every write")
    write(whole := folder / "whole")
    good = contents(whole)
    codes = {"full": errno.ENOSPC, "failing": errno.EIO}
    for name, code in codes.items():
        at, calls = 1, 1
        while at <= calls:
            out = folder / f"{name} {at}"
            failing = Failing(at, code)
            tried.note(f"archive, disk {name} at call {at}", _archive_fault(out, failing, good))
            calls = failing.calls if at == 1 else max(calls, failing.calls)
            if at == 1:  # how many calls a run makes that nothing stops
                counting = Failing(0, code)
                with counting.installed():
                    write(folder / f"counted {name}")
                calls = counting.calls
            at += 1
        tried.note(f"archive, disk {name}: calls", "" if calls > 20 else f"only {calls} calls")
        for at in range(1, 12):
            tried.note(f"model, disk {name} at call {at}", _model_fault(folder / f"m {name} {at}", at, code))
    return tried


def _archive_fault(out: Path, failing: Failing, good: dict[str, bytes]) -> str:
    try:
        with failing.installed():
            write(out)
    except ClassifyError as e:
        told = str(e)
        if str(out) not in told or os.strerror(failing.code) not in told or "\n" in told:
            return f"told as {told}"
    except BaseException as e:
        return f"{type(e).__name__}: {e}"
    write(out)
    return "" if contents(out) == good else "the folder is another one"


def _model_fault(folder: Path, at: int, code: int) -> str:
    folder.mkdir()
    path = folder / "m.joblib"
    save_state({"version": 1}, path, {})
    failing = Failing(at, code)
    try:
        with failing.installed():
            save_state({"version": 2}, path, {})
    except ModelError as e:
        if str(path) not in str(e):
            return f"told as {e}"
    except BaseException as e:
        return f"{type(e).__name__}: {e}"
    if load_state(path)["version"] not in (1, 2):
        return "another model"
    left = [p.name for p in folder.iterdir() if p.name not in ("m.joblib", "m.json")]
    save_state({"version": 3}, path, {})
    return f"left over: {left}" if left else ""
