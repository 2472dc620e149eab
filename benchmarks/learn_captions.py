"""Learn what shows that a short block beside a picture is a caption: ``python -m benchmarks.learn_captions``.

Pages of `printed_pages`, from its pool of articles to learn from, are read as any PDF is. A block that may be either is
a caption where its text is in one of the captions of the truth. The weights are those of a logistic regression; the
figure is that of the other pool.

Writes ``classify/pages/layout/caption_weights.json``. Some two minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize

import classify.pages.layout as layout
from benchmarks.learn_flow import read_files
from classify.pages.layout import blocks
from classify.pages.layout.captions import SIGNS, caption_signs
from classify.pages.layout.reading import view_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from classify.records import PrintedPage

__all__ = ["examples", "learn"]

FILES = 56
PRIOR = 0.1
"""Inverse variance of the weights round 0. Chosen: there are some twenty examples, nearly all of them clear."""


def examples(
    files: Iterable[tuple[list[PrintedPage], dict[str, Any]]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what is seen of the blocks of some files that may be captions, and 1 for each that is one."""
    rows, true = [], []
    for pages, truth in files:
        captions = [_plain(text) for article in truth["articles"] for text in article["captions"]]
        for page in pages:
            view = view_page(page)
            disputed, segments, display = blocks.disputed_blocks(view)
            for block in disputed:
                rows.append(caption_signs(view, block, segments, display))
                true.append(any(_plain(block.text) in caption for caption in captions))
    return np.array(rows).reshape(-1, len(SIGNS)), np.array(true, dtype=float)


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def learn(rows: NDArray[np.float64], true: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights under which what is true is likeliest, drawn towards 0."""

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ w
        value = float(np.logaddexp(0.0, scores).sum() - true @ scores + 0.5 * PRIOR * (w @ w))
        return value, rows.T @ (1 / (1 + np.exp(-scores)) - true) + PRIOR * w

    found: NDArray[np.float64] = minimize(loss, np.zeros(len(SIGNS)), jac=True, method="L-BFGS-B").x
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.learn_captions", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--files", type=int, default=FILES)
    args = parser.parse_args(arguments)
    rows, true = examples(read_files(0, args.files, "learn"))
    weights = learn(rows, true)
    held_rows, held_true = examples(read_files(0, max(1, args.files // 4), "measure"))
    right = float(np.mean((held_rows @ weights > 0) == held_true)) if len(held_true) else 0.0
    figure = f"{len(true)} blocks, {right:.3f} of {len(held_true)} right on held-out pages"
    write(weights, f"python -m benchmarks.learn_captions --files {args.files}; {figure}")
    return 0


def write(weights: NDArray[np.float64], how: str) -> None:
    """Write weights as the package reads them."""
    data = {"learned": how, "signs": {n: round(float(w), 3) for n, w in zip(SIGNS, weights, strict=True)}}
    path = Path(layout.__file__).with_name("caption_weights.json")
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(how)


if __name__ == "__main__":
    raise SystemExit(main())
