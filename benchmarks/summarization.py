"""Summaries beside those of the peers: ROUGE on six sets, then speed; one run prints both.

    python benchmarks/summarization.py [--texts 60] [--runs 5]

Every summariser gets the reference's length in characters. The peers and Lead take whole sentences in their
order, filled in two ways, of which the one that suits the peer better on that set is printed: until the length
is reached, or the first and then what still fits. Ours is `summarize(text, max_chars=length)` as it comes. The
oracle adds whole sentences as long as ROUGE-2 grows, knowing the reference. ROUGE is F1 on characters with
clipped counts (`rouge.py`).

Speeds are of one process and one thread. Each run times a peer once and ours just before and after it, and
gives a ratio; the table has the median of the runs and their extremes.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections import Counter
from multiprocessing import Pool
from typing import TYPE_CHECKING

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")
warnings.filterwarnings("ignore", category=UserWarning, module="jieba")

from peers_summarization import PEERS, Ranked  # noqa: E402
from rouge import rouge_l, rouge_n, tokens  # noqa: E402
from summarization_data import SETS, load  # noqa: E402

from classify.summarizer import keywords, summarize, summarize_many  # noqa: E402
from classify.text.sentences import sentence_spans, split_sentences  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OURS = "classify"
ORACLE = "greedy oracle"
Scores = tuple[float, float, float]


# -- quality -----------------------------------------------------------------------------------


def until_reached(ranked: Sequence[Ranked], budget: int) -> str:
    chosen: list[Ranked] = []
    length = 0
    for s in ranked:
        if length >= budget:
            break
        chosen.append(s)
        length += len(s.text)
    return "".join(s.text for s in sorted(chosen))


def what_fits(ranked: Sequence[Ranked], budget: int) -> str:
    chosen: list[Ranked] = []
    length = 0
    for s in ranked:
        if not chosen or length + len(s.text) <= budget:
            chosen.append(s)
            length += len(s.text)
    return "".join(s.text for s in sorted(chosen))


def scores(summary: str, reference: str) -> Scores:
    a, b = tokens(summary), tokens(reference)
    return rouge_n(a, b, 1).f1, rouge_n(a, b, 2).f1, rouge_l(a, b).f1


def oracle(text: str, reference: str) -> str:
    """Return whole sentences added one by one, each the best for ROUGE-2 F1, while it grows."""
    left = {i: s.text for i, s in enumerate(split_sentences(text))}
    wanted = _pairs(tokens(reference))
    grams = {i: _pairs(tokens(s)) for i, s in left.items()}
    chosen: list[int] = []
    have: Counter[str] = Counter()
    best = 0.0
    while grams:
        f1 = {}
        for i, g in grams.items():
            more = have + g
            hits = (more & wanted).total()
            f1[i] = 2 * hits / (more.total() + wanted.total()) if hits else 0.0
        i = max(f1, key=lambda i: (f1[i], -i))
        if f1[i] <= best:
            break
        best = f1[i]
        chosen.append(i)
        have += grams.pop(i)
    return "".join(left[i] for i in sorted(chosen))


def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


def of_one(row: dict[str, str]) -> dict[tuple[str, str], Scores]:
    """Return the scores of every summariser, and way of filling, on one text."""
    text, reference = row["text"], row["summary"]
    budget = len(reference)
    out = {
        (OURS, ""): scores(str(summarize(text, max_chars=budget)), reference),
        (ORACLE, ""): scores(oracle(text, reference), reference),
    }
    for name, peer in PEERS.items():
        ranked = peer(text)
        out[name, "until"] = scores(until_reached(ranked, budget), reference)
        out[name, "fits"] = scores(what_fits(ranked, budget), reference)
    return out


def quality(pool: Pool, n_texts: int | None) -> None:
    names = [*PEERS, OURS, ORACLE]
    table: dict[str, list[Scores]] = {name: [] for name in names}
    for name in SETS:
        rows = load(name)[:n_texts]
        results = pool.map(of_one, rows, chunksize=4)
        for system in names:
            ways = [key for key in results[0] if key[0] == system]
            means = [
                tuple(100 * statistics.fmean(r[way][k] for r in results) for k in range(3)) for way in ways
            ]
            table[system].append(max(means, key=lambda m: m[1]))
        print(f"{name}: {len(rows)} texts", file=sys.stderr)
    for k, metric in enumerate(("ROUGE-1", "ROUGE-2", "ROUGE-L")):
        print(f"\n{metric} F1, characters".ljust(31), *(f"{s.split('_')[0]:>10}" for s in SETS), "   average")
        for system in names:
            row = [m[k] for m in table[system]]
            print(f"{system:<30}", *(f"{v:10.1f}" for v in row), f"{statistics.fmean(row):10.2f}")
        if metric == "ROUGE-2":
            best = [max(table[p][i][k] for p in PEERS) for i in range(len(SETS))]
            ahead = [table[OURS][i][k] - b for i, b in enumerate(best)]
            print(f"{'best peer':<30}", *(f"{v:10.1f}" for v in best), f"{statistics.fmean(best):10.2f}")
            print(f"{'ours ahead of it by':<30}", *(f"{v:+10.1f}" for v in ahead))


# -- speed -------------------------------------------------------------------------------------


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def spread(values: Sequence[float], form: str) -> str:
    low, high = min(values), max(values)
    return f"{statistics.median(values):{form}} ({low:{form}}–{high:{form}})"


def against(name: str, peer: Callable[[], object], ours: Callable[[], object], runs: int) -> None:
    """Print the times of a peer and ours, and the ratio, of so many runs."""
    peers, mine, ratios = [], [], []
    for _ in range(runs):
        before = [seconds(ours) for _ in range(3)]
        peers.append(seconds(peer))
        here = statistics.median(before + [seconds(ours) for _ in range(3)])
        mine.append(here)
        ratios.append(peers[-1] / here)
    milli = [1e3 * v for v in mine]
    print(
        f"{name:<38} {spread(peers, '.3f'):>28} s {spread(milli, '.1f'):>24} ms {spread(ratios, '.0f'):>22} times"
    )


def speed(runs: int) -> None:
    import jieba
    import jieba.analyse

    jieba.setLogLevel(logging.WARNING)
    text = "\n".join(row["text"] for row in load("newspaper_headline", "train"))
    ends = [end for _, end in sentence_spans(text)]
    beginnings = {n: text[: ends[n - 1]] for n in (30, 300, 1000, 3000, 10_000)}
    for warm in (*PEERS.values(), jieba.analyse.textrank, keywords, summarize):
        warm(beginnings[30])

    print("\nsummary of three sentences".ljust(39), f"{'peer':>30} {'ours':>27} {'ratio':>28}")
    for n in (300, 1000):
        some = beginnings[n]
        for name in ("textrank4zh", "sumy TextRank", "sumy LexRank", "PacSum"):
            peer = PEERS[name]
            against(f"{name}, {n} sentences", lambda p=peer, t=some: p(t), lambda t=some: summarize(t), runs)
    print("\nten keywords")
    for n in (30, 300, 3000):
        some = beginnings[n]
        against(
            f"jieba.analyse.textrank, {n} sentences",
            lambda t=some: jieba.analyse.textrank(t, topK=10),
            lambda t=some: keywords(t),
            runs,
        )
    print("\nours alone")
    times = {
        n: [seconds(lambda t=t: summarize(t)) for _ in range(max(9, runs))] for n, t in beginnings.items()
    }
    for n, values in times.items():
        print(
            f"{n:>7,} sentences, {len(beginnings[n]):>7,} characters {spread([1e3 * v for v in values], '.1f')} ms"
        )
    print(f"time(3000) / time(300) = {statistics.median(times[3000]) / statistics.median(times[300]):.1f}")
    items = [row["text"] for row in load("tv_item_headline", "train")]
    many = [len(items) / seconds(lambda: summarize_many(items)) for _ in range(runs)]
    one = [1000 / seconds(lambda: [summarize(t) for t in items[:1000]]) for _ in range(runs)]
    print(f"news items a second: summarize_many {spread(many, '.0f')}, one by one {spread(one, '.0f')}")
    print(f"peak memory of a process that summarises 10,000 sentences: {peak_memory(beginnings[10_000])} MB")


def peak_memory(text: str) -> int:
    """Return the largest resident size of a fresh process, in MB."""
    program = "import sys; from classify.summarizer import summarize; summarize(sys.stdin.read())"
    subprocess.run([sys.executable, "-c", program], input=text.encode(), check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, help="texts of each set at most (all)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each timing (5)")
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--no-quality", action="store_true")
    given = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} processors")
    if not given.no_speed:  # before the pool is there: its processes would count as children
        speed(given.runs)
    if not given.no_quality:
        with Pool(2) as pool:
            quality(pool, given.texts)


if __name__ == "__main__":
    main()
