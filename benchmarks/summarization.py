"""Summaries beside those of the peers: ROUGE on six sets of news with reference summaries, then speed.

Every summariser gets the reference's length in characters. The peers and Lead take whole sentences in their
order, filled in two ways, of which the one that is better for the peer on that set counts: until the length
is reached, or the first and then what still fits. Ours is ``summarize(text, max_chars=length)`` as it comes;
a second row has ``summarize(text, n)`` with as many sentences as Lead takes until the length is reached. The
oracle adds whole sentences as long as ROUGE-2 grows, knowing the reference. ROUGE is F1 on characters with
clipped counts (`benchmarks.rouge`).

Bulletins are summarised in several layouts (`layouts`): a rundown must not depend on blank lines or numbers.

Speeds are of one process and one thread; a peer and ours take turns.
"""

from __future__ import annotations

import logging
import statistics
import subprocess
import sys
import warnings
from collections import Counter
from functools import partial
from multiprocessing import Pool
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Section, against, load, seconds, spread, table
from benchmarks.peers_summarization import PEERS, Ranked
from benchmarks.rouge import rouge_l, rouge_n, tokens
from classify.summarizer import keywords, summarize, summarize_many
from classify.text.sentences import sentence_spans, split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SETS = {
    "legal_news_abstract": "legal news",
    "tv_item_headline": "TV items",
    "tv_bulletin_digest": "TV bulletins",
    "newspaper_headline": "newspaper",
    "finance_flash": "finance",
    "headline_lcsts": "posts",
}
QUICK_TEXTS = 40
"""Texts of each set that a quick run reads."""
BULLETINS = "tv_bulletin_digest"
OURS, BY_NUMBER, ORACLE = "classify", "classify, n sentences", "greedy oracle"
METRICS = ("ROUGE-1", "ROUGE-2", "ROUGE-L")
ROUGE_2 = 1
SIZES = (30, 300, 1000, 3000, 10_000)
"""Sentences of the texts that are timed."""
ALONE_RUNS = 15
"""Runs of ours alone; they are short."""
NOTES = """The figures are of the dev halves. These were in sight when the following was chosen: the damping of
short and long texts, the ridge of the clause weights, the window, prior and damping of keywords and their list of
words of every report, and the settings of PacSum. Chosen on train halves: the clause weights and the limits of
clauses. sumy runs as its README sets it up, with its Chinese tokenizer (jieba), stemmer and stop words;
textrank4zh as it comes. Ours cuts words with rjieba, the others with jieba."""
Scores = tuple[float, float, float]


def measure(*, quick: bool, runs: int) -> Section:
    """Return the tables of quality and speed."""
    load(f"summarization/{next(iter(SETS))}/dev")  # raises NoData before anything is timed
    speeds, speed_figures = speed(quick, runs)
    qualities, quality_figures = quality(QUICK_TEXTS if quick else None)
    bulletins, layout_figures = layout_quality(QUICK_TEXTS if quick else None)
    figures = quality_figures | layout_figures | speed_figures
    return Section("Summaries", f"{NOTES}\n\n{qualities}\n\n{bulletins}\n\n{speeds}", figures)


# -- quality -----------------------------------------------------------------------------------


def quality(n_texts: int | None) -> tuple[str, dict[str, float]]:
    """Return a table for each metric, and the figures of ROUGE-2, on the first `n_texts` of each set."""
    names = [*PEERS, OURS, BY_NUMBER, ORACLE]
    means: dict[str, list[Scores]] = {name: [] for name in names}
    sizes = []
    with Pool(2) as pool:
        for name in SETS:
            texts = load(f"summarization/{name}/dev")[:n_texts]
            results = pool.map(of_one, texts, chunksize=4)
            for system in names:
                ways = [key for key in results[0] if key[0] == system]
                means[system].append(max((_mean([r[way] for r in results]) for way in ways), key=_second))
            sizes.append(len(texts))
            print(f"{name}: {len(texts)} texts", file=sys.stderr, flush=True)
    header = [f"{title} ({n})" for title, n in zip(SETS.values(), sizes, strict=True)]
    tables = []
    for k, metric in enumerate(METRICS):
        rows = [(name, [m[k] for m in means[name]]) for name in names]
        if k == ROUGE_2:
            best = [max(means[p][i][k] for p in PEERS) for i in range(len(SETS))]
            rows.append(("best of the peers", best))
            ahead = [m[k] - b for m, b in zip(means[OURS], best, strict=True)]
            rows.append(("classify ahead of it by", ahead))
        cells = [[name, *(f"{v:.1f}" for v in row), f"{statistics.fmean(row):.2f}"] for name, row in rows]
        tables.append(table([f"{metric} F1", *header, "average"], cells))
    average = {name: statistics.fmean(m[ROUGE_2] for m in means[name]) for name in names}
    figures = {f"ahead_of_{_slug(p)}": average[OURS] - average[p] for p in PEERS}
    figures["rouge2_average"] = average[OURS]
    figures |= {f"rouge2_{name}": m[ROUGE_2] for name, m in zip(SETS, means[OURS], strict=True)}
    figures["worst_set_gap"] = min(ahead)
    figures["bulletin_lead"] = ahead[list(SETS).index(BULLETINS)]
    figures["sentences_ahead_of_lead"] = average[BY_NUMBER] - average["Lead"]
    return "\n\n".join(tables), {f"summarization.{name}": value for name, value in figures.items()}


def of_one(row: dict[str, str]) -> dict[tuple[str, str], Scores]:
    """Return the scores of every summariser, and way of filling, on one text."""
    text, reference = row["text"], row["summary"]
    budget = len(reference)
    n_lead = len(until_reached(PEERS["Lead"](text), budget))
    out = {
        (OURS, ""): scores(str(summarize(text, max_chars=budget)), reference),
        (BY_NUMBER, ""): scores(str(summarize(text, n_lead)), reference),
        (ORACLE, ""): scores(oracle(text, reference), reference),
    }
    for name, peer in PEERS.items():
        ranked = peer(text)
        for fill in (until_reached, what_fits):
            chosen = sorted(fill(ranked, budget))
            out[name, fill.__name__] = scores("".join(s.text for s in chosen), reference)
    return out


def until_reached(ranked: Sequence[Ranked], budget: int) -> list[Ranked]:
    """Return sentences as they come until they have `budget` characters."""
    chosen: list[Ranked] = []
    length = 0
    for s in ranked:
        if length >= budget:
            break
        chosen.append(s)
        length += len(s.text)
    return chosen


def what_fits(ranked: Sequence[Ranked], budget: int) -> list[Ranked]:
    """Return the first sentence, and in order each further sentence that still fits into `budget`."""
    chosen: list[Ranked] = []
    length = 0
    for s in ranked:
        if not chosen or length + len(s.text) <= budget:
            chosen.append(s)
            length += len(s.text)
    return chosen


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


def scores(summary: str, reference: str) -> Scores:
    """Return the F1 of each of `METRICS`, in per cent."""
    a, b = tokens(summary), tokens(reference)
    return 100 * rouge_n(a, b, 1).f1, 100 * rouge_n(a, b, 2).f1, 100 * rouge_l(a, b).f1


def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


def _mean(values: Sequence[Scores]) -> Scores:
    one, two, longest = (statistics.fmean(v[k] for v in values) for k in range(3))
    return one, two, longest


def _second(means: Scores) -> float:
    return means[ROUGE_2]


def _slug(name: str) -> str:
    return name.lower().replace(" ", "_")


# -- layouts -----------------------------------------------------------------------------------


def layouts(text: str) -> dict[str, str]:
    r"""Return a bulletin, whose items are separated by blank lines, in other layouts too.

    A heading is a line of 45 characters or fewer without a mark at its end, and where blank lines are taken out
    of numbered and ruled text, the first line of an item as well: its number or rule is all that sets it off.

    >>> found = layouts("柳湾造林\n柳湾开始造林。\n\n石泉有雨。\n雨下了一天。")
    >>> found["numbered 1."]
    '1. 柳湾造林\n柳湾开始造林。\n\n石泉有雨。\n雨下了一天。'
    >>> found["ruled, no blank lines"]
    '--------\n柳湾造林\n柳湾开始造林。\n--------\n石泉有雨。\n雨下了一天。'
    """
    lines = [line.strip() for line in text.split("\n")]
    headings = {i for i, line in enumerate(lines) if 0 < len(line) <= 45 and line[-1].isalnum()}
    firsts = {i for i, line in enumerate(lines) if line and not (i and lines[i - 1])}

    def marked(numbers: set[int], mark: Callable[[str, int], str]) -> list[str]:
        order = {i: n for n, i in enumerate(sorted(numbers), 1)}
        return [mark(line, order[i]) if i in order else line for i, line in enumerate(lines)]

    def joined(some: Sequence[str], between: str = "\n") -> str:
        return between.join(filter(None, some))

    marks: dict[str, Callable[[str, int], str]] = {
        "numbered 1.": lambda line, n: f"{n}. {line}",
        "numbered 一、": lambda line, n: f"{chinese_number(n)}、{line}",
        "ruled": lambda line, n: f"--------\n{line}",
        "double ruled": lambda line, n: f"========\n{line}",
        "with ■": lambda line, n: f"■{line}",
    }
    found = {
        "as it is": text,
        "no blank lines": joined(lines),
        "blank line after every line": joined(lines, "\n\n"),
    }
    for name, mark in marks.items():
        found[name] = "\n".join(marked(headings, mark))
        found[f"{name}, no blank lines"] = joined(marked(headings | firsts, mark))
    stopped = marked(headings, lambda line, n: f"{line}。")
    return found | {"with 。": "\n".join(stopped), "with 。, no blank lines": joined(stopped)}


def chinese_number(n: int) -> str:
    """Return a number from 1 to 99 in Chinese.

    >>> chinese_number(7), chinese_number(12), chinese_number(30)
    ('七', '十二', '三十')
    """
    tens, ones = divmod(n, 10)
    digits = "〇一二三四五六七八九"
    return (
        ("" if tens < 2 else digits[tens]) + "十" * (tens > 0) + ("" if tens and not ones else digits[ones])
    )


def layout_quality(n_texts: int | None) -> tuple[str, dict[str, float]]:
    """Return a table of ROUGE-2 of bulletins in each layout, and the figures of the least and of the spread."""
    found: dict[str, list[float]] = {}
    for row in load(f"summarization/{BULLETINS}/dev")[:n_texts]:
        for name, text in layouts(row["text"]).items():
            summary = str(summarize(text, max_chars=len(row["summary"])))
            found.setdefault(name, []).append(scores(summary, row["summary"])[ROUGE_2])
    means = {name: statistics.fmean(values) for name, values in found.items()}
    rows = [[name, f"{value:.1f}"] for name, value in means.items()]
    least, most = min(means.values()), max(means.values())
    figures = {"summarization.layouts_least": least, "summarization.layouts_spread": most - least}
    return table(["TV bulletins, headings", "ROUGE-2 F1"], rows), figures


# -- speed -------------------------------------------------------------------------------------


def speed(quick: bool, runs: int) -> tuple[str, dict[str, float]]:
    """Return what takes how long beside the peers and alone, and the figures of it."""
    import jieba
    import jieba.analyse

    jieba.setLogLevel(logging.WARNING)
    warnings.filterwarnings("ignore", category=UserWarning, module="jieba")
    articles = [row["text"] for row in load("summarization/newspaper_headline/train")]
    text = "\n".join(articles)
    ends = [end for _, end in sentence_spans(text)]
    beginnings = {n: text[: ends[n - 1]] for n in SIZES}
    for warm in (*PEERS.values(), jieba.analyse.textrank, keywords, summarize):
        warm(beginnings[30])

    figures: dict[str, float] = {}
    rows: list[list[str]] = []
    for n in (300,) if quick else (300, 1000):
        for name, peer in PEERS.items():
            if name == "Lead":
                continue
            ratio = _against(f"summary: {name}", n, peer, summarize, beginnings[n], runs, rows)
            if name == "textrank4zh":
                figures[f"summarization.speed_{n}"] = ratio
    figures["summarization.keywords_ratio"] = min(
        _against("ten keywords: jieba.analyse.textrank", n, jieba.analyse.textrank, keywords, t, runs, rows)
        for n, t in beginnings.items()
        if n in (30, 300, 3000)
    )
    beside = table(["peer", "sentences", "peer, s", "ours, ms", "times faster"], rows)

    times: dict[int, list[float]] = {n: [] for n in beginnings}
    for _ in range(ALONE_RUNS):  # in turns, so that a busy machine is as busy for all
        for n, some in beginnings.items():
            times[n].append(seconds(partial(summarize, some)))
    alone = table(
        ["ours alone, sentences", "characters", "ms"],
        [[f"{n:,}", f"{len(beginnings[n]):,}", spread([1e3 * v for v in t])] for n, t in times.items()],
    )
    growth = statistics.median(b / a for a, b in zip(times[300], times[3000], strict=True))
    figures["summarization.linearity_3000_300"] = growth
    figures["summarization.ms_10000"] = 1e3 * statistics.median(times[10_000])
    figures["summarization.mb_10000"] = peak_memory(beginnings[10_000])

    items = [row["text"] for row in load("summarization/tv_item_headline/train")[: 1000 if quick else None]]
    many = [len(items) / seconds(lambda: summarize_many(items)) for _ in range(runs)]
    one = [1000 / seconds(lambda: [summarize(t) for t in items[:1000]]) for _ in range(runs)]
    figures["summarization.items_per_second"] = statistics.median(many)
    figures["summarization.items_per_second_one_by_one"] = statistics.median(one)
    notes = (
        f"3,000 sentences take {growth:.1f} times as long as 300. A fresh process that "
        f"summarises 10,000 sentences has {figures['summarization.mb_10000']:.0f} MB at most. News items a "
        f"second: {spread(many, '.0f')} with `summarize_many`, {spread(one, '.0f')} one by one."
    )
    return f"{beside}\n\n{alone}\n\n{notes}", figures


def _against(title: str, n: int, peer: Any, ours: Any, text: str, runs: int, rows: list[list[str]]) -> float:
    """Add a row for a peer and ours on `text`; return how many times ours is faster."""
    t = against(lambda: peer(text), lambda: ours(text), runs)
    mine = spread([1e3 * v for v in t.ours])
    rows.append([title, f"{n:,}", spread(t.peer, ".3f"), mine, spread(t.ratios, ".0f")])
    return t.ratio


MEMORY = """
import sys
from classify.summarizer import summarize
summarize(sys.stdin.buffer.read().decode())
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def peak_memory(text: str) -> float:
    """Return the largest resident size, in MB, of a fresh process that summarises `text`."""
    # Not getrusage's: on Linux a child starts with its parent's.
    run = subprocess.run([sys.executable, "-c", MEMORY], input=text.encode(), capture_output=True, check=True)
    return int(run.stdout) / 1024
