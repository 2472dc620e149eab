"""Many pages in a folder: rate with one worker and two, and the memory of all processes together.

Pages are typeset (see `typeset`) from articles of the development data, some 13 KB each, and lie 100 to a
folder. One worker is the process itself; two are processes beside it. Each run is a process of its own, timed
as a whole, starting included. Memory is the largest sum of resident sets of it and its children, looked up 20
times a second; pages they share are counted in each.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.harness import Section, load, spread, table
from benchmarks.typeset import typeset

__all__ = ["measure"]

ROOT = Path(__file__).parents[1]
ITEMS_PER_PAGE = 8
MB_QUICK, MB_FULL = (2, 4), (16, 32)
"""MB of pages: for rates, and twice as many to see whether memory grows."""
PAUSE = 0.05
RUN = """
import sys, json
from classify.archive import run_archive
if __name__ == "__main__":
    totals = run_archive([sys.argv[1]], sys.argv[2], workers=int(sys.argv[3]))
    print(json.dumps([totals.articles, totals.size, totals.failed]))
"""


class Run(NamedTuple):
    """What one run took."""

    seconds: float
    articles: int
    mb: float
    peak_mb: float


def measure(*, quick: bool, runs: int) -> Section:
    """Measure rates and memory."""
    small, large = MB_QUICK if quick else MB_FULL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_pages(folder / "small", small)
        make_pages(folder / "large", large)
        ones, twos = [], []
        for i in range(max(1, min(runs, 3))):
            ones.append(run(folder / "small", folder / f"one{i}", 1))
            twos.append(run(folder / "small", folder / f"two{i}", 2))
        big = run(folder / "large", folder / "big", 2)
    ratios = [a.seconds / b.seconds for a, b in zip(ones, twos, strict=True)]
    rows = [
        [
            name,
            f"{statistics.median(r.mb for r in found):.0f}",
            f"{statistics.median(r.articles / r.seconds for r in found):,.0f}",
            spread([r.mb / r.seconds for r in found], ".2f"),
            f"{max(r.peak_mb for r in found):,.0f}",
        ]
        for name, found in (("one", ones), ("two", twos), ("two", [big]))
    ]
    peak = max(r.peak_mb for r in [*twos, big])
    growth = big.peak_mb / max(r.peak_mb for r in twos)
    text = (
        f"Two workers are {spread(ratios, '.2f')} times as fast as one. With twice the input, memory is "
        f"{growth:.2f} times what it was.\n\n"
        + table(["workers", "MB of pages", "articles/s", "MB/s", "peak memory, MB"], rows)
    )
    rate = statistics.median(r.articles / r.seconds for r in twos)
    figures = {
        "archives.two_workers_ratio": statistics.median(ratios),
        "archives.peak_mb": peak,
        "archives.memory_growth": growth,
        "archives.articles_per_second": rate,
    }
    return Section("Archives", text, figures)


def make_pages(folder: Path, mb: float) -> None:
    """Write about `mb` MB of typeset pages, the same ones each time."""
    rng = random.Random(2023)
    articles = [a for a in load("raw/newspaper_articles") if len(a["text"]) > 80]
    size = n = 0
    while size < mb * 1e6:
        text, _ = typeset(rng.sample(articles, ITEMS_PER_PAGE), rng)
        path = folder / f"{n // 100:04}" / f"第{n % 100:02}版.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        size += path.stat().st_size
        n += 1


def run(source: Path, out: Path, workers: int) -> Run:
    """Run an archive in a process of its own, and watch its memory."""
    command = [sys.executable, "-c", RUN, str(source), str(out), str(workers)]
    peak = 0
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            time.sleep(PAUSE)
        took = time.perf_counter() - start
        assert process.stdout is not None
        told = process.stdout.read()
    articles, size, failed = json.loads(told)
    if process.returncode or failed:
        raise RuntimeError(f"the run failed: {process.returncode}, {failed} failures")
    return Run(took, articles, size / 1e6, peak / 1e6)


def resident(pid: int) -> int:
    """Return the bytes that a process and all below it have in memory; 0 where there is no /proc."""
    total = 0
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total = 1024 * int(line.split()[1])
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                total += resident(int(child))
    except (OSError, ValueError):  # it ended while we looked
        return total
    return total
