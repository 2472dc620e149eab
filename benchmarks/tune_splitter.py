"""Improve the splitter's weights one at a time on typeset pages: the script behind
`classify.pages.weights.WEIGHTS`.

Coordinate search: each weight is tried a quarter and a half up and down, and a change is kept when the mean
of article F1 and headline accuracy over all pages rises by more than `GAIN`. Pages: any folders of
pageNNN.txt with gold beside them (`benchmarks/typeset.py` makes them).

    python benchmarks/tune_splitter.py FOLDER... [--passes 1]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classify.pages import articles
from classify.pages.neighbours import read_neighbours
from classify.pages.units import to_units
from classify.pages.weights import WEIGHTS
from classify.text.lines import text_lines

if TYPE_CHECKING:
    from classify.pages.printed import Unit

GAIN = 0.0004
Gold = list[dict[str, Any]]


def load(folder: Path) -> list[tuple[list[Unit], Gold]]:
    pages = []
    for path in sorted(folder.glob("*.txt")):
        units = to_units(text_lines(path.read_text(encoding="utf-8")))
        read_neighbours(units)
        pages.append((units, json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["articles"]))
    return pages


def score(pages: list[tuple[list[Unit], Gold]]) -> float:
    total = 0.0
    for units, gold in pages:
        drafts, _ = articles._draft_articles(units)
        found = {frozenset(line.number for u in d.units() for line in u.lines): d for d in drafts}
        hits = heads = 0
        for article in gold:
            want = set(article["lines"])
            best = max(found, key=lambda f: len(f & want) / len(f | want))
            if len(best & want) / len(best | want) >= 0.9:
                hits += 1
                heads += bool(article["headline"]) == bool(found[best].before or found[best].after)
        total += (2 * hits / (len(gold) + len(drafts)) + heads / len(gold)) / 2
    return total / len(pages)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--passes", type=int, default=1)
    args = parser.parse_args()
    pages = [page for folder in args.folders for page in load(folder)]
    best = score(pages)
    print(f"{len(pages)} pages, start {best:.4f}")
    for _ in range(args.passes):
        for name, start in list(WEIGHTS.items()):
            kept = start
            for factor in (0.5, 0.75, 1.25, 1.5, 2.0):
                WEIGHTS[name] = round(start * factor * 20) / 20
                now = score(pages)
                if now > best + GAIN:
                    best, kept = now, WEIGHTS[name]
            WEIGHTS[name] = kept
            if kept != start:
                print(f"{name}: {start} -> {kept}  {best:.4f}", flush=True)
    print(json.dumps(WEIGHTS, indent=2))


if __name__ == "__main__":
    main()
