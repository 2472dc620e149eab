"""Write files of the test bed.

python -m benchmarks.printed_pages FOLDER [--first N] [--files N] [--pool POOL] [--fonts FILE ...]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.printed_pages import make_file
from benchmarks.printed_pages.manuscripts import POOLS


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.printed_pages", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--files", type=int, default=60, help="how many files (60)")
    parser.add_argument(
        "--pool", choices=POOLS, default="measure", help="which half of the articles (measure)"
    )
    parser.add_argument(
        "--fonts",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="fonts to embed: of text, of headlines, …",
    )
    args = parser.parse_args(arguments)
    args.folder.mkdir(parents=True, exist_ok=True)
    for seed in range(args.first, args.first + args.files):
        file = make_file(seed, args.pool, args.fonts)
        name = f"page{seed:03}"
        (args.folder / f"{name}.pdf").write_bytes(file.pdf)
        truth = json.dumps({"file": f"{name}.pdf", **file.truth}, ensure_ascii=False, indent=1)
        (args.folder / f"{name}.json").write_text(truth + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
