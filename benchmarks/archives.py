"""Many pages in a folder: what a second worker brings, and the memory of all processes together.

Pages are typeset (see `typeset`) from articles of the development data, some 13 KB each, and lie 100 to a
folder. One worker is the process itself; two are processes beside it, fed by it. Each run is a process of its
own, timed as a whole, starting included; runs with one and two take turns.

Twice as fast is what two free cores can give, and others may be at work on ours. So the ratio is reported a second
time without the time in which workers, or their parent before they were there, were ready to run and had no
core: Linux counts it for each process. Waiting for work, for the disk and for one another stays in it. How many
cores others used is reported as well.

Memory is looked up ten times a second. PSS counts a page that n processes share as 1/n in each, and so counts
it once; RSS, reported as well, counts it n times. Growth is measured in two ways: the second half of a run beside
its first half; and the peaks of two runs, one with an input ten times as large, both stopped after the same
amount of input.

An update is timed after a run with one worker, with a hundredth of the files more; and a relabelling after that, with
another threshold. Both are compared with that run in processor time, starting included.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.harness import PAUSE, NoData, Section, family, load, memory, spread, table
from benchmarks.typeset import typeset

__all__ = ["measure"]

ROOT = Path(__file__).parents[1]
ITEMS_PER_PAGE = 8
MB_QUICK, MB_FULL = 16, 64
"""MB of pages of the runs that are timed: some 15 s and 60 s of one core."""
LARGE_QUICK, LARGE_FULL = (40, 400), (200, 2000)
"""MB of JSON Lines of the two inputs of which the first part is done: half of `MB_QUICK` or `MB_FULL`."""
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
RUN = """
import json, sys
from classify import ArchiveOptions
from classify.archive import run_archive
if __name__ == "__main__":
    class Enough(Exception):
        pass
    last = None
    def progress(totals):
        global last
        last = totals
        if totals.read > float(sys.argv[4]) * 1e6:
            raise Enough
    try:
        run_archive([sys.argv[1]], sys.argv[2], ArchiveOptions(workers=int(sys.argv[3])), progress=progress)
    except Enough:
        pass
    print(json.dumps([last.articles, last.read, last.failed]))
"""


class Run(NamedTuple):
    """What one run took: seconds, how many of them workers waited for a core; processor seconds; MB."""

    seconds: float
    waited: float
    articles: int
    mb: float
    cpu: dict[int, float]
    parent: int
    others: float
    peak: float
    growth: float
    rss: float

    @property
    def parent_share(self) -> float:
        """The share of the parent in all processor time."""
        return self.cpu[self.parent] / sum(self.cpu.values())


def measure(*, quick: bool, runs: int) -> Section:
    """Measure rates and memory."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise NoData("no /proc here to read the memory of processes from: run this on Linux")
    mb = MB_QUICK if quick else MB_FULL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_pages(folder / "pages", mb)
        ones, twos = [], []
        for i in range(max(1, min(runs, 2 if quick else 3))):
            ones.append(run(folder / "pages", folder / f"one{i}", 1))
            twos.append(run(folder / "pages", folder / f"two{i}", 2))
        parts = []
        for size in LARGE_QUICK if quick else LARGE_FULL:
            source = make_records(folder / "pages", folder / f"{size}.jsonl", size)
            parts.append(run(source, folder / f"part{size}", 2, mb / 2))
            source.unlink()
        files, update, relabelling = measure_changes(folder / "pages", folder / "changed")
    ratios = [a.seconds / b.seconds for a, b in zip(ones, twos, strict=True)]
    free = [(a.seconds - a.waited) / (b.seconds - b.waited) for a, b in zip(ones, twos, strict=True)]
    rows = [
        [
            name,
            f"{statistics.median(r.mb for r in found):.0f}",
            spread([r.articles / r.seconds for r in found], ",.0f"),
            f"{statistics.median(sum(r.cpu.values()) for r in found):.0f}",
            f"{max(r.peak for r in found):,.0f}",
            f"{max(r.rss for r in found):,.0f}",
            f"{max(r.others for r in found):.1f}",
        ]
        for name, found in (
            ("one, pages", ones),
            ("two, pages", twos),
            *(
                (f"two, of {p_mb:,} MB of records", [p])
                for p, p_mb in zip(parts, LARGE_QUICK if quick else LARGE_FULL, strict=True)
            ),
        )
    ]
    whole = [*twos, *parts]
    growth = max(r.growth for r in whole)
    by_size = parts[1].peak / parts[0].peak
    share = statistics.median(r.parent_share for r in twos)
    others = max(r.others for r in [*ones, *twos])
    text = (
        f"Two workers are {spread(ratios, '.2f')} times as fast as one; {spread(free, '.2f')} without waiting for "
        f"a core (others used up to {others:.1f} of the {os.cpu_count()} cores). The process that feeds them takes "
        f"{100 * share:.1f} % of the processor time.\n\n"
        f"The peak of memory in the second half of a run is at most {growth:.2f} times that in the first; where the "
        f"input is ten times as large, it is {by_size:.2f} times as high.\n\n"
        f"An update with 1 % new files takes {100 * update:.1f} % of the time of a run on {files:,} pages; a "
        f"relabelling is {relabelling:.1f} times as fast as the run.\n\n"
        + table(
            [
                "workers, input",
                "MB done",
                "articles/s",
                "processor s",
                "peak PSS, MB",
                "peak RSS, MB",
                "others' cores",
            ],
            rows,
        )
    )
    figures = {
        "archives.two_workers_ratio": statistics.median(ratios),
        "archives.two_workers_ratio_free": statistics.median(free),
        "archives.parent_share": share,
        "archives.update_share": update,
        "archives.relabel_ratio": relabelling,
        "archives.peak_mb": max(r.peak for r in whole),
        "archives.peak_rss_mb": max(r.rss for r in whole),
        "archives.memory_growth": growth,
        "archives.memory_growth_by_size": by_size,
        "archives.articles_per_second": statistics.median(r.articles / r.seconds for r in twos),
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


def measure_changes(pages: Path, out: Path) -> tuple[int, float, float]:
    """Return the number of pages, the share of a run that an update takes, and how much faster a relabelling is."""
    import resource

    def seconds(*options: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "classify.cli", "predict", str(pages), "-o", str(out), *options]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    files = sorted(pages.rglob("*.txt"))
    full = seconds()
    for path in files[::100]:
        path.with_name(f"新{path.name}").write_text(f"新\n\n{path.read_text('utf-8')}", "utf-8")
    return len(files), seconds("--update") / full, full / seconds("--relabel", "--threshold", "0.9")


def make_records(pages: Path, path: Path, mb: float) -> Path:
    """Write the pages as records, again and again, until `path` has `mb` MB."""
    texts = (p.read_text("utf-8") for p in sorted(pages.rglob("*.txt")))
    block = "".join(json.dumps({"text": t}, ensure_ascii=False) + "\n" for t in texts).encode()
    with path.open("wb") as file:
        while file.tell() < mb * 1e6:
            file.write(block)
    return path


def run(source: Path, out: Path, workers: int, mb: float = float("inf")) -> Run:
    """Run an archive in a process of its own, watch its memory, and stop it after `mb` MB."""
    command = [sys.executable, "-c", RUN, str(source), str(out), str(workers), str(mb)]
    seen: list[tuple[float, float]] = []
    cpu: dict[int, float] = {}
    waits: dict[int, float] = {}
    before: dict[int, float] = {}  # what the parent had waited when each process was first seen
    busy = machine_seconds()
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        while process.poll() is None:
            found = {pid: pair for pid in family(process.pid) if (pair := memory(pid))}
            seen.append((sum(pss for pss, _ in found.values()), sum(rss for _, rss in found.values())))
            cpu |= {pid: used for pid in found if (used := processor_seconds(pid))}
            waits |= {pid: waited for pid in found if (waited := seconds_without_core(pid))}
            for pid in found:
                before.setdefault(pid, waits.get(process.pid, 0.0) if pid != process.pid else 0.0)
            time.sleep(PAUSE)
        took = time.perf_counter() - start
        assert process.stdout is not None
        printed = process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"the run failed with {process.returncode}")
    articles, size, failed = json.loads(printed)
    if failed:
        raise RuntimeError(f"the run had {failed} failures")
    others = (machine_seconds() - busy - sum(cpu.values())) / took
    peak, rss = (max(values) for values in zip(*seen, strict=True))
    half = len(seen) // 2
    growth = max(pss for pss, _ in seen[half:]) / max(pss for pss, _ in seen[: half + 1])
    busiest = sorted(cpu, key=cpu.__getitem__)[-workers:]
    waited = statistics.mean(waits.get(pid, 0.0) + before[pid] for pid in busiest)
    return Run(took, waited, articles, size / 1e6, cpu, process.pid, others, peak, growth, rss)


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def seconds_without_core(pid: int) -> float:
    """Return how long a process's main thread was ready to run and had to wait; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def machine_seconds() -> float:
    """Return the processor time that all processes of the machine have used."""
    user, nice, system, _, _, irq, softirq = map(int, Path("/proc/stat").read_text().split(None, 8)[1:8])
    return (user + nice + system + irq + softirq) / TICKS
