"""Pages to articles: ours beside the rule “a new article at every lead”, and how the time grows with the
page.

Pages: the first nine articles of a real page, set by hand; the development pages with exact gold; and pages
typeset here by `benchmarks.typeset` from newspaper articles, with harder noise. The scores are those of the
shared scorer: article F1 (lines, at 90 % overlap), headlines exact, bylines, and body errors in characters.
"""

from __future__ import annotations

import importlib.util
import json
import random
import re
import statistics
import time
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
    return Section("Pages to articles", text, figures)


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
    spec = importlib.util.spec_from_file_location("score_pages", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path}: no Python file; the shared data hold tools/score_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    scorer: Callable[..., Any] = module.score
    return scorer
