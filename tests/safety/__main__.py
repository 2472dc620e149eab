"""``python -m tests.safety [--quick] [SUITE…]``: what each suite tried and what failed; exit code 1 for a failure."""

from __future__ import annotations

import argparse
import sys
import tempfile
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
from tests.safety.growth import run_growth
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
from tests.safety.tried import Tried

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


def suites(*, quick: bool) -> list[Callable[[Path], Tried]]:
    """Return the suites, each to be called with an empty folder."""
    return [
        run_hostile,
        run_bombs,
        lambda folder: run_fuzz(folder, 500 if quick else 20_000),
        lambda folder: run_card_fuzz(folder, 50 if quick else 500),
        lambda folder: run_pdf_fuzz(folder, 100 if quick else 5_000),
        lambda folder: run_kills(folder, 5 if quick else 50),
        run_lines,
        lambda folder: run_concurrency(folder, 40 if quick else 400),
        run_edges,
        lambda folder: run_damage(folder, every=8 if quick else 1),
        run_special,
        lambda folder: run_early_kills(folder, 3 if quick else 25),
        run_full_disk,
        lambda folder: run_service_kills(folder, 2 if quick else 50),
        lambda folder: run_service_writers(folder, 10 if quick else 100),
        lambda folder: run_service_full_disk(folder, 4 if quick else 40),
        lambda folder: run_hostile_requests(folder, 20 if quick else 1_000),
        lambda folder: run_growth(
            folder,
            longest=2_000 if quick else 128_000,
            shortest=500 if quick else 2_000,
            every=30 if quick else 1,
        ),
        lambda folder: run_slow_input(folder, 1 if quick else 40),
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.safety", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases: two minutes instead of hours")
    quick = parser.parse_args(arguments).quick
    done: list[Tried] = []
    for suite in suites(quick=quick):
        with tempfile.TemporaryDirectory() as folder:
            done.append(suite(Path(folder)))
        tell(done[-1])
    for tried in run_atheris(20 if quick else 200):
        done.append(tried)
        tell(tried)
    return int(any(tried.failures for tried in done))


def tell(tried: Tried) -> None:
    sys.stdout.write(f"{tried}\n" + "".join(f"    {failure}\n" for failure in tried.failures[:20]))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
