"""Learn the weights of `classify.summarizer.clauses` from the train halves and print them.

    python -m benchmarks.summarizer_weights

For each text, candidates are drawn with probability softmax(weights · features); the weights maximise the
mean expected ROUGE-2 F1 with the headline, less a ridge on weights in units of the features' deviations. Only
the figures printed here go into the package. Takes about a minute.
"""

from __future__ import annotations

from multiprocessing import Pool

import numpy as np
from scipy.optimize import minimize

from benchmarks.harness import load
from benchmarks.rouge import rouge_n, tokens
from classify.summarizer.clauses import WEIGHTS, find_candidates
from classify.summarizer.ranking import rank_units
from classify.summarizer.reading import read

SETS = ("tv_item_headline", "newspaper_headline")
RIDGE = 1e-4
"""The best of 1e-5 to 3e-3 on the dev halves of four headline sets, by 0.1 points: these halves were in sight."""


def of_one(row: dict[str, str]) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the features of a text's candidates and their ROUGE-2 F1 with its headline."""
    (reading,) = read([row["text"]])
    (r,) = rank_units([t.text for t in reading.texts], reading.units, reading.words)
    found, x = find_candidates(r, len(row["summary"]))
    reference = tokens(row["summary"])
    y = [rouge_n(tokens(r.text[c.start : c.end]), reference, 2).f1 for c in found]
    return (x, np.array(y)) if len(found) > 1 else None


def main() -> None:
    rows = [row for name in SETS for row in load(f"summarization/{name}/train")]
    with Pool(2) as pool:
        texts = [t for t in pool.imap(of_one, rows, chunksize=32) if t]
    x = np.concatenate([t[0] for t in texts])
    y = np.concatenate([t[1] for t in texts])
    scale = x.std(axis=0) + 1e-9
    x = (x - x.mean(axis=0)) / scale
    sizes = [len(t[1]) for t in texts]
    firsts = np.cumsum([0, *sizes[:-1]])
    text_of = np.repeat(np.arange(len(texts)), sizes)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        e = np.exp(z - np.maximum.reduceat(z, firsts)[text_of])
        p = e / np.add.reduceat(e, firsts)[text_of]
        expected = np.add.reduceat(p * y, firsts)
        gradient = x.T @ (p * (y - expected[text_of])) / len(texts)
        return -expected.mean() + RIDGE * (w @ w), -gradient + 2 * RIDGE * w

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    print(f"{len(texts)} texts, {len(y)} candidates, expected ROUGE-2 F1 {-found.fun:.4f}")
    for name, w in zip(WEIGHTS, found.x / scale, strict=True):
        print(f'    "{name}": {w:.2f},')


if __name__ == "__main__":
    main()
