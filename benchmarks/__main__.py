"""Measure everything users would compare, and write RESULTS.md and results.json.

python -m benchmarks                    all of it, about an hour on two cores; recorded
python -m benchmarks splitting pages    some of it; the rest of RESULTS.md stays
python -m benchmarks --check            compared with floors.json; exit code 1 for a figure that is missed or missing
python -m benchmarks --quick            little data, few runs, printed only; with --check, compared
python -m benchmarks --quick --record   put into results.json, for the floors of quick runs
python -m benchmarks --write-floors     measure nothing; write floors.json from results.json, with a tenth of slack

Where the development data are absent, --check fails; with --without-data it skips what needs them, and counts it.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import floors
from benchmarks.harness import RUNS, NoData, Section, one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping

one_thread()

HERE = Path(__file__).parent
ATTEMPTS = 3
"""How often `--check` measures a topic whose timings miss their floors: shared machines slow down for minutes. A figure
that is really worse misses each time."""

TOPICS = (
    "splitting",
    "ngrams",
    "sections",
    "real_sections",
    "summarization",
    "pages",
    "archives",
    "pdf",
    "printed",
    "service",
)
"""Modules with a function ``measure(*, quick: bool, runs: int) -> Section``, in the order of the report."""

PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "jieba",
    "rjieba",
    "fasttext-community",
    "textrank4zh",
    "sumy",
    "pypdfium2",
    "pdfplumber",
)
"""Packages whose versions the report lists."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("topics", nargs="*", choices=[*TOPICS, []], help="; ".join(TOPICS))
    parser.add_argument("--quick", action="store_true", help="little data, few runs")
    parser.add_argument("--record", action="store_true", help="record a quick run (others always are)")
    parser.add_argument("--check", action="store_true", help="compare the figures with floors.json")
    parser.add_argument("--without-data", action="store_true", help="with --check: the data may be absent")
    parser.add_argument("--write-floors", action="store_true", help="write floors.json from results.json")
    parser.add_argument("--runs", type=int, help=f"runs of each timing ({RUNS}; 3 with --quick)")
    args = parser.parse_args(arguments)
    if args.write_floors:
        return write_floors()
    runs = args.runs or (3 if args.quick else RUNS)
    part = floors.mode(quick=args.quick)
    topics = args.topics or list(TOPICS)
    figures: dict[str, float] = {}
    without_data = []
    for topic in topics:
        print(f"== {topic}", file=sys.stderr, flush=True)
        try:
            measure = importlib.import_module(f"benchmarks.{topic}").measure
            section = measure(quick=args.quick, runs=runs)
            for _ in range(ATTEMPTS - 1 if args.check else 0):
                if not missed_timings(section.figures, part):
                    break
                print(
                    f"{topic}: a timing missed its floor and is measured again", file=sys.stderr, flush=True
                )
                again = measure(quick=args.quick, runs=runs).figures
                section.figures.update(
                    {
                        n: floors.better(n, v, again[n])
                        for n, v in section.figures.items()
                        if floors.is_timed(n)
                    }
                )
        except NoData as e:
            print(f"{topic}: NOT MEASURED, {e}", file=sys.stderr)
            without_data.append(topic)
            continue
        figures |= section.figures
        print(f"## {section.title}\n\n{section.text}\n", flush=True)
        how = f"`python -m benchmarks {topic}{' --quick' * args.quick} --runs {runs}`, {machine()}"
        if args.record or not args.quick:
            floors.record(part, topic, section.figures, how)
        if not args.quick:
            write_results(topic, section, how)
    return check(figures, part, topics, without_data, allowed=args.without_data) if args.check else 0


def missed_timings(figures: Mapping[str, float], part: str) -> list[str]:
    """Return the lines of timed figures that miss their floors."""
    limits = floors.read(floors.FLOORS, part)
    timed = {name: value for name, value in figures.items() if floors.is_timed(name) and name in limits}
    lines, failed, _ = floors.compare(
        timed, {name: limits[name] for name in timed}, {n.split(".")[0] for n in timed}
    )
    return lines[:failed]


def write_results(topic: str, section: Section, how: str) -> None:
    """Put a topic's section into RESULTS.md, in the place of an older one."""
    path = HERE / "RESULTS.md"
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    sections = dict(re.findall(r"^<!-- (\w+) -->\n(.*?)(?=^<!-- |\Z)", old, re.DOTALL | re.MULTILINE))
    sections[topic] = f"## {section.title}\n\n{how}\n\n{section.text}\n\n"
    head = (HERE / "preface.md").read_text(encoding="utf-8")
    body = "".join(f"<!-- {name} -->\n{sections[name]}" for name in TOPICS if name in sections)
    path.write_text(f"{head}\n{body.rstrip()}\n", encoding="utf-8")


def write_floors() -> int:
    """Write floors.json from results.json and print what changed."""
    if os.environ.get("CI"):
        print("floors are written by people, not by CI", file=sys.stderr)
        return 2
    for line in floors.rewrite():
        print(line)
    return 0


def check(
    figures: dict[str, float], part: str, topics: list[str], without_data: list[str], *, allowed: bool
) -> int:
    """Compare with the floors; return 1 for a figure that is missed or missing, or a floor that does not bind."""
    limits = floors.read(floors.FLOORS, part)
    lines, failed, unchecked = floors.compare(figures, limits, topics, without_data)
    loose = floors.loose(part)
    if not limits:
        loose.append(f"there are no floors of {part} runs: record one, then --write-floors")
    for line in [*lines, *(f"LOOSE   {line}" for line in loose)]:
        print(line)
    absent = (
        f"; NO DATA for {', '.join(without_data)}: {unchecked} floors NOT CHECKED" if without_data else ""
    )
    print(f"{len(lines) - failed} figures hold, {failed} fail, {len(loose)} floors do not bind{absent}")
    return int(failed > 0 or bool(loose) or (bool(without_data) and not allowed))


def machine() -> str:
    """Return the machine and the versions that a run was measured with."""
    versions = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, " + ", ".join(
        versions
    )


if __name__ == "__main__":
    sys.exit(main())
