"""Learn the weights of `classify.summarizer.outline` from bulletins made of the seeds, and print them.

    python -m benchmarks.learn_outline

A bulletin is 14 articles of the seeds, one after another. In a third of the bulletins no article keeps its headline,
in a third some do, in a third all; the headlines end with a full stop in half of the bulletins. There are no blank
lines and no numbers: their weights are chosen. A line begins an item where an article begins. The line after a
headline is left out, because `structure` begins no item between a heading and its first sentence. The weights maximise
the likelihood, less a ridge. Takes half a minute.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from classify.summarizer.outline import WEIGHTS, find_evidence, line_features, repeated_shares
from classify.summarizer.structure import read_lines
from classify.text.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

BULLETINS = 600
ARTICLES = 14
CHOSEN = ("marked", "gap")
RIDGE = 1e-3
"""Chosen."""


def seeds() -> list[list[str]]:
    """Return the lines of each article: headline, paragraphs."""
    paths = sorted(Path(__file__).parents[1].glob("seeds/*/*.txt"))
    return [[line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()] for path in paths]


def make_bulletin(articles: Sequence[Sequence[str]], rng: random.Random) -> tuple[list[str], list[int]]:
    """Return the lines of a bulletin, and for each 1 where an item begins, 0 where none does, -1 after a headline."""
    lines: list[str] = []
    begins: list[int] = []
    share, stop = rng.choice((0.0, 0.5, 1.0)), rng.choice(("", "。"))
    for headline, *paragraphs in rng.sample(articles, ARTICLES):
        has_headline = rng.random() < share
        if has_headline:
            lines.append(headline if headline[-1] in "？！" else headline + stop)
            begins.append(1)
        lines += paragraphs
        begins += [-1 if has_headline else 1] + [0] * (len(paragraphs) - 1)
    return lines, begins


def main() -> None:
    rng = random.Random(0)
    articles = seeds()
    found, wanted = [], []
    for _ in range(BULLETINS):
        lines, begins = make_bulletin(articles, rng)
        text = "\n".join(lines)
        read, _ = read_lines(text, sentence_spans(text), keep_boilerplate=True)
        found.append(line_features(repeated_shares(text, read), find_evidence(text, read)))
        begins[0] = -1  # always an item
        wanted += begins
    y = np.array(wanted)
    learned = [k for k, name in enumerate(WEIGHTS) if name not in CHOSEN]
    x, y = np.concatenate(found)[y >= 0][:, learned], y[y >= 0]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        gradient = x.T @ (expit(z) - y) / len(y) + 2 * RIDGE * w / len(y)
        return float(np.mean(np.logaddexp(0, z) - y * z) + RIDGE * (w @ w) / len(y)), gradient

    best = minimize(loss, np.zeros(len(learned)), jac=True, method="L-BFGS-B").x
    right = np.mean((x @ best > 0) == y)
    print(f"{len(y)} lines, {y.mean():.3f} of them begin an item; {right:.3f} read right")
    for k, w in zip(learned, best, strict=True):
        print(f'    "{list(WEIGHTS)[k]}": {w:.1f},')


if __name__ == "__main__":
    main()
