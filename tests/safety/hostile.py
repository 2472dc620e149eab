"""The suite of hostile model files: made here from pickle instructions, never kept.

Each is meant to run code, to take memory or time, or to pass for a model. All end with the right digest, so
that it is the reader that has to stop them. Those that run code are tried on joblib's own reader as well:
an attack that doesn't work there proves nothing here.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from classify.errors import ModelError
from classify.sections.model import load_model
from tests.safety.assembler import PROTO, STOP, keyed
from tests.safety.attacks import bombs, running_code
from tests.safety.oddities import good_file, in_a_model, odd, other_files, wrong_states
from tests.safety.tried import ROOT, Tried, signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FORBIDDEN = (
    "exec",
    "compile",
    "import",
    "os.",
    "subprocess.",
    "socket.",
    "pickle.",
    "ctypes.",
    "marshal.",
    "shutil.",
)
_seen: list[str] | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is not None and event.startswith(_FORBIDDEN):
        _seen.append(event)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note what Python's audit events say is imported, compiled, started or looked up by a pickle."""
    global _seen
    if not getattr(sys, "_classify_hook", False):
        sys.addaudithook(_hook)
        sys._classify_hook = True  # type: ignore[attr-defined]
    _seen = []
    try:
        yield _seen
    finally:
        _seen = None


def fault_of(data: bytes, path: Path, canary: Path) -> str:
    """Load `data` as a model; return what is wrong with how it was refused, or nothing."""
    path.write_bytes(data)
    with watched() as events:
        try:
            load_model(path)
        except ModelError as e:
            told = str(e)
        except BaseException as e:
            return f"{type(e).__name__}: {e}"
        else:
            return "it was loaded"
    if canary.exists():
        canary.unlink()
        return "it ran code"
    if events:
        return f"it did {', '.join(sorted(set(events)))}"
    if "\n" in told or not told.isprintable() or len(told) > 500:
        return f"told not in one plain line: {told!r}"
    if "`classify train`" not in told and "unpack it" not in told:
        return f"no mend: {told}"
    return ""


def run_hostile(folder: Path, *, bitten: bool = True) -> Tried:
    """Try every hostile file; `bitten` tries on joblib, too, that attacks are attacks."""
    tried = Tried("hostile models")
    canary, path = folder / "canary", folder / "hostile.joblib"
    path.write_bytes(good_file())
    load_model(path)  # imports what loading imports
    files: dict[str, bytes] = {}
    for name, attack in (running_code(canary) | odd()).items():
        files[name] = signed(PROTO + attack + STOP)
        files[f"{name}, in a dictionary"] = signed(PROTO + keyed(kind=attack) + STOP)
        files[f"{name}, in a model"] = signed(in_a_model(attack))
    files |= other_files() | wrong_states()
    if (
        bitten
    ):  # `run_bombs` loads them too, in a process of its own, where a tracer of lines does not slow them
        files |= bombs()
    for name, data in files.items():
        tried.note(name, fault_of(data, path, canary))
    if bitten:
        for name in toothless(folder):
            tried.note(f"{name}, on joblib", "it doesn't run there: it proves nothing")
    return tried


def toothless(folder: Path) -> list[str]:
    """Return the attacks of `running_code` that don't run code when joblib reads them, in another process."""
    cases: dict[str, tuple[Path, Path]] = {}
    for i, name in enumerate(running_code(folder / "x")):
        canary = folder / f"bite{i}"
        path = folder / f"bite{i}.joblib"
        path.write_bytes(PROTO + running_code(canary)[name] + STOP)
        cases[name] = (canary, path)
    program = (
        "import sys, joblib\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "for path in sys.argv[2:]:\n"
        "    try: joblib.load(path)\n"
        "    except Exception as e: pass\n"
    )
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, str(folder), *(str(p) for _, p in cases.values())],
        cwd=ROOT,
        check=False,
        capture_output=True,
        timeout=300,
    )
    return [name for name, (canary, _) in cases.items() if not canary.exists()]


# -- limits -------------------------------------------------------------------------------------------

MORE_MEMORY = 192 << 20
"""Bytes that reading a small hostile file may take beyond what the process has: `MAX_PLAIN` says 100 MiB."""
SECONDS = 120
"""Processor seconds for all of `bombs` together, which take 3: what is exponential outlasts any limit."""

_LIMITED = """
import resource, sys
from pathlib import Path
from classify.sections.model import load_model
from classify.errors import ModelError
from tests.safety.tried import small_model
import classify.sections.model
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]), int(sys.argv[2])))
for path in sys.argv[3:]:
    try:
        load_model(path)
        print("loaded", flush=True)
    except ModelError as e:
        print("memory" if "MemoryError" in str(e) else "refused", flush=True)
    except BaseException as e:
        print(type(e).__name__, flush=True)
"""


def run_bombs(folder: Path) -> Tried:
    """Load the bombs in a process that may take little memory and time (Linux: it asks /proc what it has)."""
    tried = Tried("bombs under limits")
    paths = {}
    for i, (name, data) in enumerate(bombs().items()):
        paths[name] = folder / f"bomb{i}.joblib"
        paths[name].write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(MORE_MEMORY), str(SECONDS), *map(str, paths.values())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=10 * SECONDS,
    )
    answers = done.stdout.split()
    answers += [f"the process ended ({done.returncode}) {done.stderr[-200:]}"] * (len(paths) - len(answers))
    for name, answer in zip(paths, answers, strict=True):
        tried.note(name, "" if answer == "refused" else answer)
    return tried
