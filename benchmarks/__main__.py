"""Measure everything users would compare, and write RESULTS.md.

python -m benchmarks                 # all of it, about an hour on two cores
python -m benchmarks --quick         # little data, few runs
python -m benchmarks splitting       # one benchmark, printed only
python -m benchmarks --quick --check # and compare with floors.json; exit code 1 below a floor
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from importlib import metadata
from pathlib import Path

from benchmarks.harness import RUNS, NoData, one_thread

one_thread()

HERE = Path(__file__).parent
TOPICS = ("splitting", "ngrams", "sections", "summarization", "pages", "archives")
"""Modules with a function ``measure(*, quick: bool, runs: int) -> Section``, in the order of the report."""
PEERS = (
    "numpy",
    "scipy",
    "scikit-learn",
    "jieba",
    "rjieba",
    "fasttext-community",
    "textrank4zh",
    "sumy",
    "networkx",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("topics", nargs="*", choices=[*TOPICS, []], help="; ".join(TOPICS))
    parser.add_argument("--quick", action="store_true", help="little data, few runs")
    parser.add_argument("--check", action="store_true", help="compare the figures with floors.json")
    parser.add_argument(
        "--runs", type=int, default=None, help=f"runs of each timing ({RUNS}; 3 with --quick)"
    )
    args = parser.parse_args()
    runs = args.runs or (3 if args.quick else RUNS)
    report = [f"# Results\n\n`python -m benchmarks{' --quick' if args.quick else ''}`, {machine()}.\n"]
    figures: dict[str, float] = {}
    for topic in args.topics or TOPICS:
        print(f"== {topic}", file=sys.stderr, flush=True)
        try:
            section = importlib.import_module(f"benchmarks.{topic}").measure(quick=args.quick, runs=runs)
        except NoData as e:
            print(f"{topic}: skipped, {e}", file=sys.stderr)
            continue
        figures |= section.figures
        report.append(f"## {section.title}\n\n{section.text}\n")
        print(report[-1], flush=True)
    if not args.topics and not args.quick and figures:
        (HERE / "RESULTS.md").write_text("\n".join(report), encoding="utf-8")
    if args.check:
        sys.exit(check(figures))


def check(figures: dict[str, float]) -> int:
    """Compare with the floors and ceilings; return 1 where one is missed."""
    limits = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))
    missed = 0
    for kind, holds in (("at_least", float.__ge__), ("at_most", float.__le__)):
        for name, limit in limits[kind].items():
            if name not in figures:
                continue
            value = float(figures[name])
            good = holds(value, float(limit))
            missed += not good
            print(f"{'holds ' if good else 'MISSED'} {name}: {value:.4g} ({kind.replace('_', ' ')} {limit})")
    return int(missed > 0)


def machine() -> str:
    versions = []
    for name in PEERS:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, " + ", ".join(
        versions
    )


if __name__ == "__main__":
    main()
