"""What all benchmarks share: where the data lie, how two programs are timed fairly, what a benchmark returns.

Timings in seconds vary between machines and runs. So a peer and our code take turns in the same process, and
each run gives a ratio; the report has the median of the ratios with their extremes.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "NoData",
    "Section",
    "Timing",
    "against",
    "family",
    "load",
    "memory",
    "one_thread",
    "seconds",
    "shared",
    "spread",
    "table",
    "watched",
]

RUNS = 5
"""Runs of each timing, unless asked otherwise."""
PAUSE = 0.1
"""Seconds between two looks at memory."""


class NoData(Exception):  # noqa: N818
    """The development data are not here: nothing can be measured on them."""


@dataclass(frozen=True)
class Section:
    """What one benchmark found.

    ``figures`` are compared with the floors: plain numbers under names like ``splitting.article_f1``.
    """

    title: str
    text: str
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Timing:
    """Seconds of the peer and of ours in each run, and their ratios (how many times ours is faster)."""

    peer: tuple[float, ...]
    ours: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        return tuple(p / o for p, o in zip(self.peer, self.ours, strict=True))

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


def shared() -> Path:
    """Return the folder of the development data; raise `NoData` where there is none."""
    root = Path(os.environ.get("CLASSIFY_DATA") or Path(__file__).parents[2] / "shared")
    if not (root / "data").is_dir():
        raise NoData("no data: set CLASSIFY_DATA to the folder that holds data/ and pages/")
    return root


def load(name: str) -> list[dict[str, Any]]:
    """Return the records of ``data/<name>.jsonl.gz``, such as ``classification/fudan20/train``."""
    with gzip.open(shared() / "data" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def one_thread() -> None:
    """Keep numerical libraries to one thread. To be called before they are imported."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def seconds(run: Callable[[], object]) -> float:
    """Return how long `run` takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def against(
    peer: Callable[[], object], ours: Callable[[], object], runs: int = RUNS, *, repeat: int = 3
) -> Timing:
    """Time a peer and ours in turns: in each run the peer once, ours `repeat` times before it and after it."""
    peers, mine = [], []
    for _ in range(runs):
        here = [seconds(ours) for _ in range(repeat)]
        peers.append(seconds(peer))
        here += [seconds(ours) for _ in range(repeat)]
        mine.append(statistics.median(here))
    return Timing(tuple(peers), tuple(mine))


def watched(command: Sequence[str], folder: Path) -> tuple[bytes, float]:
    """Run a command in `folder`; return what it printed, and the peak of its processes' PSS together, in MB.

    PSS counts a page that n processes share as 1/n in each, and so counts it once.
    """
    peak = 0.0
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE) as process:
        while process.poll() is None:
            peak = max(peak, sum(found[0] for pid in family(process.pid) if (found := memory(pid))))
            time.sleep(PAUSE)
        assert process.stdout is not None
        printed = process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed with {process.returncode}")
    return printed, peak


def family(pid: int) -> list[int]:
    """Return `pid` and all processes below it."""
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    except OSError:  # it ended while we looked, or there is no /proc
        pass
    return found


def memory(pid: int) -> tuple[float, float] | None:
    """Return a process's PSS and RSS in MB; None where it has ended."""
    try:
        sizes = dict(re.findall(r"(\w+): +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text()))
        return int(sizes["Pss"]) * 1024 / 1e6, int(sizes["Rss"]) * 1024 / 1e6
    except (OSError, KeyError):
        return None


def spread(values: Sequence[float], form: str = ".1f") -> str:
    """Return the median of `values` and their extremes: ``12.3 (11.0–14.1)``."""
    return f"{statistics.median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table; all columns but the first are set to the right."""
    out = ["| " + " | ".join(header) + " |", "| " + " | ".join([":--"] + ["--:"] * (len(header) - 1)) + " |"]
    out += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(out)
