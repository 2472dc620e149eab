"""Pages to articles: ours beside the rule “a new article at every lead”, and how the time grows with the
page.

Pages: the first nine articles of a real page, set by hand; the development pages with exact gold; and pages
typeset here by `benchmarks.typeset` from newspaper articles, with harder noise. The scores are those of the
shared scorer: article F1 (lines, at 90 % overlap), headlines exact, bylines, and body errors in characters.

And the texts that extractors make of newspaper PDFs, scored by text alone against the gold of the PDFs, with a table of
how far `split_confidence` can be believed; and pages of three papers.
"""

from __future__ import annotations

import importlib.util
import json
import random
import re
import statistics
import time
from collections import Counter
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Section, load, shared, table
from benchmarks.typeset import suited, typeset
from classify.pages import split_page
from classify.read import read_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from classify.records import Article

Found = list[dict[str, Any]]
Pages = list[tuple[str, dict[str, Any]]]

PAGES, QUICK_PAGES = 50, 15
EXTRACTED = {
    "ideal": "parts in ideal order, a blank line between parts",
    "ideal-noblank": "the same without blank lines",
    "raw": "`pdftotext -raw`",
    "pdfium": "pypdfium2",
    "default": "`pdftotext`",
}
QUICK_EVERY = 4
"""A quick run reads one of so many extracted pages."""
BINS = (0.0, 0.5, 0.7, 0.9, 1.01)
SEED = 2023
"""Not one of the seeds that the splitter's weights were improved on."""
MEGABYTE = 1_000_000

_LEAD = re.compile(
    r"\s*[●■]?\s*(?:本报讯|本报记者|据?新华社[^。，]{0,16}电|本报[^。，]{2,16}电|[（(](?:本报)?记者)(?:\s*[（(](?P<who>[^）)]{2,40})[）)])?"
)
_NAMES = re.compile(r"(?:记者|通讯员)\s*([\u4e00-\u9fff]{2,4})")


def plain_rule(text: str) -> Found:
    """Split where a line begins with a lead; the short line before it is the headline."""
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if _LEAD.match(line)]
    heads = []
    for start in starts:
        near = next((i for i in range(start - 1, max(-1, start - 4), -1) if lines[i].strip()), -1)
        head = lines[near].strip() if near >= 0 else ""
        short = 0 < len(head) <= 30 and not head.endswith(("。", "”", "）"))
        heads.append(near if short else -1)
    begins = [head if head >= 0 else start for start, head in zip(starts, heads, strict=True)]
    begins = [0, *begins[1:]]
    found: Found = []
    for k, begin in enumerate(begins):
        end = begins[k + 1] if k + 1 < len(begins) else len(lines)
        head = heads[k] if heads else -1
        body = "".join(line.strip() for line in lines[begin if head < 0 else head + 1 : end])
        lead = _LEAD.match(body)
        names = _NAMES.findall(lead["who"] or lead[0]) if lead else []
        if lead and not names:
            names = _NAMES.findall(body[: lead.end() + 8])
        found.append(
            {
                "headline": lines[head].strip() if head >= 0 else "",
                "body": body[lead.end() :] if lead else body,
                "lines": [[begin + 1, end]],
                "byline": {"reporters": names},
            }
        )
    return found


def ours(text: str) -> Found:
    """Return what the library finds, in the terms of the scorer."""
    return [_as_found(article) for article in split_page(text)]


def _as_found(article: Article) -> dict[str, Any]:
    who = article.byline
    return {
        "headline": article.headline,
        "body": article.body,
        "lines": [list(r) for r in article.lines],
        "byline": {"reporters": [*who.reporters, *who.correspondents, *who.photographers]},
    }


def measure(*, quick: bool, runs: int) -> Section:
    """Score both on all pages, and time ours on 1 MB and 10 MB of them."""
    root = shared()
    score = _scorer(root / "tools" / "score_pages.py")
    real = root / "pages" / "jiaozuo-2023-02-21.txt"
    first_nine = [(read_text(real), _gold(real.with_suffix(".first-nine.json")))]
    files = sorted((root / "pages" / "typeset").glob("*.txt"))
    development = [(read_text(file), _gold(file.with_suffix(".json"))) for file in files]
    harder = _typeset(QUICK_PAGES if quick else PAGES)
    rows: list[list[object]] = []
    means: dict[tuple[str, str], dict[str, float]] = {}
    for kind, name, pages in (
        ("real", "real page, first nine", first_nine),
        ("development", f"{len(development)} development pages", development),
        ("harder", f"{len(harder)} harder pages", harder),
    ):
        for who, split in (("at every lead", plain_rule), ("ours", ours)):
            mean = means[kind, who] = _mean(pages, split, score)
            shares = [f"{mean[figure]:.3f}" for figure in ("article_f1", "headlines", "bylines")]
            rows.append([name, who, *shares, f"{100 * mean['body_error']:.2f} %"])
    text = table(["pages", "rule", "article F1", "headlines", "bylines", "body error"], rows)
    speed, linearity = _speed([page for page, _ in [*development, *first_nine]], runs)
    text += (
        f"\n\n{speed:.1f} MB/s of processor time on 1 MB of pages, one core; 10 MB take {linearity:.1f} times"
        f" as long as 1 MB (medians of {runs} runs)."
    )
    figures = {f"splitting.{name}": value for name, value in means["development", "ours"].items()}
    figures |= {
        "splitting.harder_article_f1": means["harder", "ours"]["article_f1"],
        "splitting.linearity": linearity,
        "splitting.mb_per_second": speed,
        "splitting.plain_rule_f1": means["development", "at every lead"]["article_f1"],
        "splitting.real_page_f1": means["real", "ours"]["article_f1"],
    }
    more, extracted = _measure_extracted(root, every=QUICK_EVERY if quick else 1)
    return Section("Pages to articles", text + more, figures | extracted)


def _measure_extracted(root: Path, *, every: int) -> tuple[str, dict[str, float]]:
    """Score the text of newspaper PDFs, and pages of three papers; return the tables and the figures."""
    score = _module(root / "tools" / "score_pdf.py")
    golds = [(file.stem, _gold(file)) for file in sorted((root / "pages" / "pdf").glob("*.json"))]
    golds = [(name, gold) for name, gold in golds if gold["expect"] == "articles"][::every]
    rows: list[list[object]] = []
    figures: dict[str, float] = {}
    judged: list[tuple[float, bool]] = []
    for kind, what in EXTRACTED.items():
        total: Counter[str] = Counter()
        for name, gold in golds:
            page = split_page(read_text(root / "pages" / "extracted" / kind / f"{name}.txt"))
            total += score.score(gold, [_as_parts(article) for article in page])[0]
            if kind != "ideal":
                judged += [(a.split_confidence, _is_whole(score, a, gold)) for a in page if a.body]
        found = score.figures(total)
        rows.append(
            [what, f"{found['article_f1']:.3f}", found["headline_exact"], found["kicker"], found["deck"],
             found["byline"], found["captions"], f"{100 * found['body_cer']:.1f} %", found["furniture_in_articles"]]
        )  # fmt: skip
        figures[f"splitting.{kind}_article_f1"] = found["article_f1"]
        figures[f"splitting.{kind}_headlines"] = _share(found["headline_exact"])
    text = f"\n\nText that extractors make of {len(golds)} newspaper PDFs, against the gold of the PDFs:\n\n"
    heads = [
        "text",
        "article F1",
        "headlines",
        "kickers",
        "decks",
        "bylines",
        "captions",
        "body error",
        "furniture in articles",
    ]
    text += table(heads, rows)
    text += "\n\nOf the articles of the four texts that are not ideal, by `split_confidence`:\n\n"
    bins = []
    for low, high in pairwise(BINS):
        inside = [whole for confidence, whole in judged if low <= confidence < high]
        share = sum(inside) / len(inside) if inside else 0.0
        bins.append([f"{low:.1f} to {min(high, 1):.1f}", len(inside), f"{share:.2f}" if inside else "–"])
    text += table(["confidence", "articles", "whole (90 % of the text)"], bins)
    papers = _module(root / "tools" / "score_pages.py")
    names = sorted((root / "pages" / "real").glob("*.json"))
    paper_rows = []
    for file in names:
        found = papers.score(_gold(file), ours(read_text(file.with_suffix(".txt"))))[0]
        paper_rows.append([file.stem, f"{found['article_f1']:.3f}", found["headline_exact"], found["byline"]])
        figures.setdefault("splitting.papers_article_f1", 0.0)
        figures["splitting.papers_article_f1"] += found["article_f1"] / len(names)
    text += "\n\nPages of three papers:\n\n" + table(
        ["page", "article F1", "headlines", "bylines"], paper_rows
    )
    return text, figures


def _as_parts(article: Article) -> dict[str, Any]:
    """Return an article in the terms of the scorer of PDF pages."""
    return {
        "headline": article.headline,
        "kicker": article.kicker,
        "deck": article.deck,
        "body": article.body,
        "captions": list(article.captions),
        "byline": asdict(article.byline),
        "dateline": asdict(article.dateline),
    }


def _is_whole(score: Any, article: Article, gold: dict[str, Any]) -> bool:
    """Return whether an article has nine tenths of the text of one of the page, and no more than that."""
    bodies = [score.canon(article.body, g) for g in gold["articles"]]
    return any(
        score.sim(body, score.canon(g["body"], g)) >= 0.9
        for body, g in zip(bodies, gold["articles"], strict=True)
    )


def _share(counts: str) -> float:
    right, of = map(int, counts.split("/"))
    return right / of if of else 1.0


def _mean(pages: Pages, split: Callable[[str], Found], score: Callable[..., Any]) -> dict[str, float]:
    """Return the means over `pages`; a page without headlines or bylines counts for the others only."""
    values: dict[str, list[float]] = {}
    for text, gold in pages:
        of_gold = {n for article in gold["articles"] for n in article["lines"]}
        found = [f for f in split(text) if any(a <= n <= b for a, b in f["lines"] for n in of_gold)]
        scores, _ = score(gold, found)
        values.setdefault("article_f1", []).append(scores["article_f1"])
        values.setdefault("body_error", []).append(scores["body_cer"])
        for name, key in (("headlines", "headline_exact"), ("bylines", "byline")):
            right, of = map(int, scores[key].split("/"))
            if of:
                values.setdefault(name, []).append(right / of)
    return {name: statistics.mean(numbers) for name, numbers in values.items()}


def _speed(pages: list[str], runs: int) -> tuple[float, float]:
    """Return MB/s on 1 MB of `pages` and how many times as long 10 MB of them take."""
    text = "\n".join(pages)
    one = text * round(MEGABYTE / len(text.encode()))
    ten = one * 10
    split_page(one)
    times = [(_cpu_seconds(one), _cpu_seconds(ten)) for _ in range(runs)]
    size = len(one.encode()) / MEGABYTE
    return size / statistics.median(a for a, _ in times), statistics.median(b / a for a, b in times)


def _cpu_seconds(text: str) -> float:
    """Return the processor time of splitting `text`: one thread that waits for nothing."""
    start = time.process_time()
    split_page(text)
    return time.process_time() - start


def _typeset(n: int) -> Pages:
    rng = random.Random(SEED)
    rows = suited(load("raw/newspaper_articles"))
    return [typeset(rng.sample(rows, rng.randint(4, 11)), rng) for _ in range(n)]


def _gold(path: Path) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return gold


def _scorer(path: Path) -> Callable[..., Any]:
    scorer: Callable[..., Any] = _module(path).score
    return scorer


def _module(path: Path) -> Any:
    """Return a script of the shared data as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path}: no Python file; the shared data hold tools/{path.name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
