"""Measure everything users would compare, and write RESULTS.md.

python -m benchmarks                  all of it, about an hour on two cores
python -m benchmarks splitting pages  some of it; the rest of RESULTS.md stays
python -m benchmarks --quick          little data, few runs, printed only
python -m benchmarks --quick --check  and compared with floors.json; exit code 1 below a floor
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import re
import sys
from importlib import metadata
from pathlib import Path

from benchmarks.harness import RUNS, NoData, Section, one_thread

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
    figures: dict[str, float] = {}
    for topic in args.topics or TOPICS:
        print(f"== {topic}", file=sys.stderr, flush=True)
        try:
            section = importlib.import_module(f"benchmarks.{topic}").measure(quick=args.quick, runs=runs)
        except NoData as e:
            print(f"{topic}: skipped, {e}", file=sys.stderr)
            continue
        figures |= section.figures
        print(f"## {section.title}\n\n{section.text}\n", flush=True)
        if not args.quick:
            record(topic, section, runs)
    if args.check:
        sys.exit(check(figures))


def record(topic: str, section: Section, runs: int) -> None:
    """Put a topic's section into RESULTS.md, in the place of an older one."""
    path = HERE / "RESULTS.md"
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    sections = dict(re.findall(r"^<!-- (\w+) -->\n(.*?)(?=^<!-- |\Z)", old, re.DOTALL | re.MULTILINE))
    sections[topic] = (
        f"## {section.title}\n\n`python -m benchmarks {topic} --runs {runs}`, {machine()}\n\n{section.text}\n\n"
    )
    head = "# Results\n\nWritten by `python -m benchmarks`. Machines are noisy: believe the ratios.\n\n"
    body = "".join(f"<!-- {name} -->\n{sections[name]}" for name in TOPICS if name in sections)
    path.write_text(head + body.rstrip() + "\n", encoding="utf-8")


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
