"""``python -m tests.safety [--quick] [--jobs N] [SUITE…]``: what each suite tried and what failed.

Without names all suites run. The exit code is 1 where one has a failure.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz.__main__ import TARGETS
from tests.fuzz.__main__ import run as fuzz
from tests.safety.concurrency import run_concurrency
from tests.safety.damage import run_damage
from tests.safety.edges import run_edges
from tests.safety.files import run_early_kills, run_full_disk, run_special
from tests.safety.fuzz import run_card_fuzz, run_fuzz
from tests.safety.growth import KINDS, LONGEST, run_growth
from tests.safety.hostile import run_bombs, run_hostile
from tests.safety.kill import run_kills, run_lines
from tests.safety.pdf import run_pdf_fuzz
from tests.safety.service import (
    run_hostile_requests,
    run_service_full_disk,
    run_service_kills,
    run_service_writers,
)
from tests.safety.slow_input import run_slow_input
from tests.safety.tried import ROOT, Tried

if TYPE_CHECKING:
    from collections.abc import Callable


def run_atheris(seconds: float) -> list[Tried]:
    """Fuzz each target of tests/fuzz for a while; nothing where atheris isn't installed."""
    if find_spec("atheris") is None:
        sys.stdout.write("atheris: not installed, not tried (`pip install atheris`)\n")
        return []
    done = []
    for name in TARGETS:
        tried = Tried(f"atheris, {name}")
        tried.tried, fault = fuzz(name, seconds / len(TARGETS))
        tried.failures += [fault] if fault else []
        done.append(tried)
    return done


def suites(*, quick: bool) -> dict[str, Callable[[Path], Tried | list[Tried]]]:
    """Return the suites by name, each to be called with an empty folder; those that take longest come first."""
    return {
        **{
            f"growth-of-{kind}": partial(
                run_growth, kind=kind, longest=8_000 if quick else LONGEST, every=30 if quick else 1
            )
            for kind in KINDS
        },
        "slow-input": lambda folder: run_slow_input(folder, 1 if quick else 40),
        "models": lambda folder: run_fuzz(folder, 500 if quick else 20_000),
        "requests": lambda folder: run_hostile_requests(folder, 20 if quick else 1_000),
        "service-kills": lambda folder: run_service_kills(folder, 2 if quick else 50),
        "kills": lambda folder: run_kills(folder, 5 if quick else 50),
        "early-kills": lambda folder: run_early_kills(folder, 3 if quick else 25),
        "atheris": lambda folder: run_atheris(20 if quick else 200),
        "pdf": lambda folder: run_pdf_fuzz(folder, 100 if quick else 5_000),
        "concurrency": lambda folder: run_concurrency(folder, 40 if quick else 400),
        "damage": lambda folder: run_damage(folder, every=8 if quick else 1),
        "hostile": run_hostile,
        "bombs": run_bombs,
        "cards": lambda folder: run_card_fuzz(folder, 50 if quick else 500),
        "lines": run_lines,
        "edges": run_edges,
        "special": run_special,
        "full-disk": run_full_disk,
        "service-writers": lambda folder: run_service_writers(folder, 10 if quick else 100),
        "service-full-disk": lambda folder: run_service_full_disk(folder, 4 if quick else 40),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.safety", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(suites(quick=True))}")
    parser.add_argument("--quick", action="store_true", help="fewer cases: minutes instead of an hour")
    parser.add_argument("--jobs", type=int, default=1, help="suites at a time, each in a process of its own")
    given = parser.parse_args(arguments)
    known = suites(quick=given.quick)
    if unknown := set(given.suites) - set(known):
        parser.error(f"no suite {', '.join(sorted(unknown))}")
    names = given.suites or list(known)
    if given.jobs > 1:
        with ThreadPoolExecutor(given.jobs) as pool:
            told = "".join(pool.map(lambda name: run_apart(name, quick=given.quick), names))
    else:
        told = "".join(run_here(name, known[name]) for name in names)
    counts = [tuple(map(int, found)) for found in re.findall(r": (\d+) tried, (\d+) failures", told)]
    tried, failed = (sum(column) for column in zip(*counts, strict=True))
    sys.stdout.write(f"{len(counts)} suites, {tried} tried in all, {failed} failures\n")
    return int(failed > 0)


def run_here(name: str, suite: Callable[[Path], Tried | list[Tried]]) -> str:
    """Run a suite, write its counts and its first failures, and return what was written."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = suite(Path(folder))
    took = time.monotonic() - begun
    told = "".join(
        f"{tried} ({name}, {took:.0f} s)\n" + "".join(f"    {fault}\n" for fault in tried.failures[:20])
        for tried in (done if isinstance(done, list) else [done])
    )
    return write(told)


def run_apart(name: str, *, quick: bool) -> str:
    """Run a suite in another process; a process that ends before its suite does counts as a failure."""
    command = [sys.executable, "-m", "tests.safety", name, *(["--quick"] if quick else [])]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, start_new_session=True
    )
    *lines, last = done.stdout.splitlines(keepends=True) or [""]
    if "in all" not in last:
        lines = [f"{name}: 0 tried, 1 failures\n    {done.stderr[-600:]}\n"]
    return write("".join(lines))


def write(told: str) -> str:
    sys.stdout.write(told)
    sys.stdout.flush()
    return told


if __name__ == "__main__":
    sys.exit(main())
