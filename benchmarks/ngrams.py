"""The vectoriser beside scikit-learn's: the same matrix, how much faster, and in how much memory."""

from __future__ import annotations

import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.harness import Section, against, load, shared, spread, table

SETS = (("fudan20", "fudan20, long articles"), ("thucnews_title10", "THUCNews titles"))
RANGES = ((1, 2), (1, 3))
PEER, OURS = "scikit-learn", "ours"

MEMORY = """
import pickle, sys
from benchmarks.ngrams import high_water, vectorizer
texts = pickle.load(sys.stdin.buffer)
v = vectorizer(sys.argv[1], (1, 2))
v.fit_transform([texts[0]])  # loads what it needs
start = high_water()
v.fit_transform(texts)
print(high_water() - start)
"""


def high_water() -> float:
    """Return the most memory this process has used so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux getrusage gives a child the peak of the process that started it
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def vectorizer(who: str, ngram_range: tuple[int, int]) -> Any:
    if who == PEER:
        from sklearn.feature_extraction.text import TfidfVectorizer

        return TfidfVectorizer(analyzer="char", lowercase=False, ngram_range=ngram_range)
    from classify.sections.vectorizer import NgramVectorizer

    return NgramVectorizer(ngram_range=ngram_range)


def measure(*, quick: bool, runs: int) -> Section:
    shared()
    rows, figures = [], {}
    memory = []
    for name, title in SETS:
        step = 10 if quick else 1
        texts = [r["text"] for r in load(f"classification/{name}/train")][::step]
        megabytes = sum(len(t.encode()) for t in texts) / 1e6
        for ngram_range in RANGES[: 1 if quick else None]:
            peer, ours = vectorizer(PEER, ngram_range), vectorizer(OURS, ngram_range)
            off = abs(peer.fit_transform(texts) - ours.fit_transform(texts)).max()
            suffix = ("" if name == "fudan20" else "_titles") + ("" if ngram_range == (1, 2) else "_1_3")
            for what in ("transform", "fit_transform"):
                timing = against(
                    partial(getattr(peer, what), texts), partial(getattr(ours, what), texts), runs, repeat=1
                )
                rows.append(
                    [
                        f"{title}, {ngram_range[0]}–{ngram_range[1]}",
                        what,
                        spread([megabytes / s for s in timing.peer]),
                        spread([megabytes / s for s in timing.ours]),
                        spread(timing.ratios),
                        f"{off:.0e}",
                    ]
                )
                figures[f"ngrams.{what}_ratio{suffix}"] = timing.ratio
        used = [peak(who, texts) for who in (PEER, OURS)]
        memory.append([title, *(f"{m:,.0f}" for m in used)])
        figures["ngrams.memory_ratio" + ("" if name == "fudan20" else "_titles")] = used[0] / used[1]
    text = (
        '`NgramVectorizer` and `TfidfVectorizer(analyzer="char", lowercase=False)` on the training halves, '
        "one core, in turns in one process. MB/s of UTF-8, and how many times ours is faster: median "
        f"(least–most) of {runs} runs; the largest difference between the matrices.\n\n"
        + table(["texts, n", "", "scikit-learn MB/s", "ours MB/s", "times faster", "difference"], rows)
        + "\n\nPeak memory of `fit_transform`, n = 1–2, in MiB above the texts, each in its own process:\n\n"
        + table(["texts", "scikit-learn", "ours"], memory)
    )
    return Section("Character n-grams", text, figures)


def peak(who: str, texts: list[str]) -> float:
    """Return the MiB that `fit_transform` adds to a process of its own at its peak."""
    run = subprocess.run(
        [sys.executable, "-c", MEMORY, who],
        check=True,
        capture_output=True,
        input=pickle.dumps(texts),
        cwd=Path(__file__).parents[1],
    )
    return max(float(run.stdout), 1.0)
