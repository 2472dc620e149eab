"""Floors: what `python -m benchmarks --check` compares figures with.

    results.json   the figures of the last recorded runs, beside RESULTS.md and written by the same runs
    floors.json    for each figure the least ("at_least") or the most ("at_most") that passes

Both have two parts, "full" and "quick": a quick run measures less data, so its figures are others. A floor
binds: it lies within `slack_of` the recorded figure, a tenth for ratios, else `loose` names it.
`python -m benchmarks --write-floors` rewrites the floors from results.json.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = [
    "FLOORS", "RESULTS", "better", "compare", "floor_of", "is_timed", "loose", "mode", "read", "record", "rewrite",
    "slack_of",
]  # fmt: skip

FLOORS = Path(__file__).with_name("floors.json")
RESULTS = Path(__file__).with_name("results.json")

SLACK = 0.1
"""Share of a figure by which its floor may lie away from it."""

SLACK_SCORE = 0.01
"""The same for what neither time nor memory changes: an accuracy of 0.97 must not become 0.88 unnoticed."""

SLACK_RATE = 0.5
"""The same for what depends on the machine (MB/s), and for all that is timed in a quick run, which has few runs: shared
machines change their speed by a factor of two within minutes, so such a floor only catches a collapse."""

SLACK_FEW = 0.05
"""Of scores of few articles, read by sums in single precision: one article of a quick run is two hundredths, and
another processor may read one differently."""
SLACK_ONE = 0.02
"""At least so much for them: one of fifty."""
SLACK_LEAST = 0.002
"""Least distance of a floor from its figure: a difference of two accuracies may be zero."""

# Matches splitting.raw_article_f1; not splitting.article_f1.
_FEW = re.compile(r"^splitting\.(?:ideal|ideal-noblank|raw|pdfium|default|papers)_")
# Matches splitting.body_error, summarization.layouts_spread, summarization.mb_10000; not splitting.mb_per_second.
_SMALLER_IS_BETTER = re.compile(
    r"error|spread|\.ece$|linearity|growth|peak|parent_share|update_share|cold_start_ratio|\bmb_\d|\bms_\d"
)
# Matches pages.pipeline_ratio, summarization.speed_300; not sections.fudan20.accuracy.
_MEASURED_BY_CLOCK = re.compile(
    r"ratio|speed|per_second|linearity|growth|peak|parent_share|update_share|\bm[bs]_\d"
)
# Matches splitting.mb_per_second, summarization.ms_10000, service.page_echo_ratio (server, workers and clients compete
# for the cores, also with what else runs); not pages.pipeline_ratio.
_RATE = re.compile(r"per_second|\bms_\d|^service\.\w+_ratio$")

Floors = dict[str, dict[str, float]]


def mode(*, quick: bool) -> str:
    """Return the part of both files that a run belongs to."""
    return "quick" if quick else "full"


def read(path: Path, part: str) -> dict[str, Any]:
    """Return one part of a file: floors by figure, or recorded runs by topic; empty where there is none."""
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")).get(part, {})
    return found


def write(path: Path, part: str, value: Mapping[str, Any]) -> None:
    """Replace one part of a file."""
    whole = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    whole[part] = dict(sorted(value.items()))
    text = json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True)
    text = re.sub(r'\{\s+("at_\w+": [-\d.e]+)\s+\}', r"{\1}", text)  # a floor on one line
    path.write_text(text + "\n", encoding="utf-8")


def record(part: str, topic: str, figures: Mapping[str, float], how: str) -> None:
    """Put the figures of a run of one topic into results.json, and how they were measured."""
    rounded = {name: float(f"{value:.4g}") for name, value in sorted(figures.items())}
    write(RESULTS, part, read(RESULTS, part) | {topic: {"how": how, "figures": rounded}})


def recorded(part: str) -> dict[str, float]:
    """Return the recorded figures of all topics."""
    return {name: value for run in read(RESULTS, part).values() for name, value in run["figures"].items()}


def is_timed(name: str) -> bool:
    """Return whether a figure depends on time or memory, and so on what else the machine does.

    >>> is_timed("pages.pipeline_ratio"), is_timed("splitting.article_f1")
    (True, False)
    """
    return _MEASURED_BY_CLOCK.search(name) is not None


def better(name: str, a: float, b: float) -> float:
    """Return the better one of two values of a figure.

    >>> better("pages.pipeline_ratio", 39.0, 41.0), better("pages.cold_start_ratio", 0.4, 0.5)
    (41.0, 0.4)
    """
    return min(a, b) if _SMALLER_IS_BETTER.search(name) else max(a, b)


def slack_of(name: str, value: float, part: str) -> float:
    """Return how far the floor of a figure may lie from it, in the unit of the figure.

    >>> slack_of("pages.pipeline_ratio", 40.0, "full"), slack_of("pages.pipeline_ratio", 40.0, "quick")
    (4.0, 20.0)
    >>> slack_of("splitting.raw_headlines", 0.4, "quick")
    0.02
    """
    if _FEW.search(name):
        return max(SLACK_FEW * abs(value), SLACK_ONE)
    share = SLACK_SCORE
    if is_timed(name):
        share = SLACK_RATE if part == "quick" or _RATE.search(name) else SLACK
    return max(share * abs(value), SLACK_LEAST)


def floor_of(name: str, value: float, part: str = "full") -> dict[str, float]:
    """Return the floor of a figure.

    >>> floor_of("pages.pipeline_ratio", 40.0)
    {'at_least': 36.0}
    >>> floor_of("splitting.article_f1", 0.99)
    {'at_least': 0.9801}
    >>> floor_of("splitting.linearity", 10.0)
    {'at_most': 11.0}
    """
    slack = slack_of(name, value, part)
    if _SMALLER_IS_BETTER.search(name):
        return {"at_most": float(f"{value + slack:.4g}")}
    return {"at_least": float(f"{value - slack:.4g}")}


def rewrite() -> list[str]:
    """Write floors.json from results.json; return a line for each floor that changed."""
    lines = []
    for part in ("full", "quick"):
        old = read(FLOORS, part)
        new = {name: floor_of(name, value, part) for name, value in recorded(part).items()}
        write(FLOORS, part, new)
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                lines.append(f"{part}: {name}: {old.get(name, 'none')} -> {new.get(name, 'none')}")
    return lines


def loose(part: str) -> list[str]:
    """Return a line for each recorded figure without a floor that binds, and each floor without a figure."""
    floors, figures = read(FLOORS, part), recorded(part)
    lines = [f"{part}: {name} has a floor, but no recorded figure" for name in floors.keys() - figures.keys()]
    for name, value in figures.items():
        floor = floors.get(name)
        if floor is None:
            lines.append(f"{part}: {name} is recorded as {value:.4g}, but has no floor")
            continue
        ((kind, limit),) = floor.items()
        distance = value - limit if kind == "at_least" else limit - value
        if not 0 <= distance <= slack_of(name, value, part) * 1.05:  # floors are rounded to four digits
            lines.append(f"{part}: {name} is recorded as {value:.4g}, but its floor is {kind} {limit:.4g}")
    return sorted(lines)


def compare(
    figures: Mapping[str, float],
    floors: Mapping[str, Mapping[str, float]],
    topics: Collection[str],
    without_data: Collection[str] = (),
) -> tuple[list[str], int, int]:
    """Compare the figures of a run with their floors.

    Parameters
    ----------
    figures : mapping of name to value
        What was measured.
    floors : mapping of name to floor
    topics : collection of str
        What was asked for; floors of other topics are ignored. The topic is a name's part before the point.
    without_data : collection of str
        Topics that could not be measured, because the data are not here.

    Returns
    -------
    lines : list of str
        One line for each figure, the failures first.
    failed : int
        Figures below their floor, not measured, or without a floor.
    unchecked : int
        Floors of `without_data`.
    """
    failures, held, unchecked = [], [], 0
    wanted = {name: floor for name, floor in floors.items() if name.split(".")[0] in topics}
    for name in sorted(wanted.keys() | figures.keys()):
        if name.split(".")[0] in without_data:
            unchecked += 1
        elif name not in figures:
            failures.append(f"MISSING {name}: not measured, though it has a floor")
        elif name not in wanted:
            failures.append(
                f"UNBOUND {name}: {figures[name]:.4g} has no floor; record it, then --write-floors"
            )
        else:
            ((kind, limit),) = wanted[name].items()
            value = float(figures[name])
            good = value >= limit if kind == "at_least" else value <= limit
            line = f"{name}: {value:.4g} ({kind.replace('_', ' ')} {limit:.4g})"
            (held if good else failures).append(f"{'holds ' if good else 'MISSED'} {line}")
    return failures + held, len(failures), unchecked
