"""Whole pages: raw text to sections, summaries and keywords, beside the pipeline users would assemble.

The assembled pipeline splits at leads (本报讯, 新华社…电, …) that begin a line and takes the line before for
a headline; TF-IDF over jieba's words and a linear SVM, trained on seeds/; textrank4zh for three sentences;
jieba.analyse.textrank for five keywords. It finds fewer articles than ours, and so has less to do. Both
work on one core in the same process, in turns. The start of the command is timed in processes of their own.

Part of the difference is the segmenter: ours uses rjieba, the same dictionary and model as jieba's, in Rust. So
the pipeline is assembled a second time with rjieba wherever jieba segments or tags. What this version gains is
owed to rjieba; what remains is owed to the rest.
"""

from __future__ import annotations

import logging
import re
import statistics
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from benchmarks.harness import Section, Timing, against, seconds, shared, spread, table

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["measure"]

ROOT = Path(__file__).parents[1]
SENTENCES = 3
KEYWORDS = 5
LEAD = re.compile(
    r"^[ \t　]*(?:●|本报讯|本报记者|据?新华社[^\n]{0,24}?电|[^\n，。]{1,10}讯[（(]|[（(](?:本报)?记者)",
    re.MULTILINE,
)


def measure(*, quick: bool, runs: int) -> Section:
    """Compare whole pages a second, and the start of the command."""
    folder = shared() / "pages"
    files = sorted((folder / "typeset").glob("*.txt"))[: 4 if quick else 12]
    pages = [
        p.read_text("utf-8") for p in [*files, folder / "jiaozuo-2023-02-21.txt"][-(4 if quick else 13) :]
    ]
    size = sum(len(p.encode()) for p in pages) / 1e6
    from classify.options import SummaryOptions
    from classify.pages import split_page
    from classify.pipeline import Pipeline, predict_page, predict_pages
    from classify.sections.model import load_model
    from classify.summarizer import keywords_many

    model = load_model()
    peer, with_rjieba = Assembled(), Assembled("rjieba")
    found = [split_page(p) for p in pages]
    n_ours = sum(map(len, found))
    n_peer = sum(len(peer.split(p)) for p in pages)
    predict_pages(pages[:1], model=model)
    peer(pages[0][:500])
    with_rjieba(pages[0][:500])

    whole = against(
        lambda: [peer(p) for p in pages], lambda: predict_pages(pages, model=model), runs, repeat=2
    )
    single = [p / seconds(lambda: [predict_page(x, model=model) for x in pages]) for p in whole.peer]
    rust = against(
        lambda: [with_rjieba(p) for p in pages], lambda: predict_pages(pages, model=model), runs, repeat=1
    )
    segmenter_ratio = statistics.median(whole.peer) / statistics.median(rust.peer)
    articles = [a for page in found for a in page]
    parts: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
        ("split", lambda: [peer.split(p) for p in pages], lambda: [split_page(p) for p in pages]),
        (
            "label",
            lambda: peer.label(pages),
            lambda: Pipeline(model, SummaryOptions(n_sentences=0)).label(articles),
        ),
        (
            "summarise",
            lambda: peer.summarise(pages),
            lambda: Pipeline(model, SummaryOptions(SENTENCES, 0)).label(articles),
        ),
        (
            "keywords",
            lambda: peer.keywords(pages),
            lambda: keywords_many([a.body for a in articles], KEYWORDS),
        ),
        ("all of it", lambda: [peer(p) for p in pages], lambda: predict_pages(pages, model=model)),
    ]
    rows = [
        [name, f"{1000 * seconds(a) / size:,.0f}", f"{1000 * seconds(b) / size:,.0f}"] for name, a, b in parts
    ]
    cold = cold_start(runs)
    text = (
        f"{len(pages)} raw pages ({size:.2f} MB, {n_ours} articles by ours, {n_peer} by the peer's): "
        f"{spread(whole.ratios)} times the assembled pipeline with all pages at once, {spread(single)} times "
        f"page by page; {n_ours / statistics.median(whole.ours):,.0f} articles/s, "
        f"{size / statistics.median(whole.ours):.2f} MB/s.\n\n"
        f"How much of it is rjieba: assembled with rjieba in place of jieba (for words, for parts of speech in "
        f"textrank4zh and in the keywords), the pipeline is {segmenter_ratio:.2f} times as fast; ours is "
        f"{spread(rust.ratios)} times as fast as that.\n\n"
        + table(["ms for 1 MB, one run", "assembled pipeline", "ours"], rows)
        + "\n\nSummarise includes label on our side; all of it reads each article once for summary and keywords.\n\n"
        f"`classify predict examples/page.txt` takes {spread(cold.ours, '.2f')} s, "
        f"`import sklearn.linear_model, jieba; jieba.initialize()` {spread(cold.peer, '.2f')} s: "
        f"{spread([1 / r for r in cold.ratios], '.2f')} of it."
    )
    figures = {
        "pages.pipeline_ratio": whole.ratio,
        "pages.rjieba_pipeline_ratio": rust.ratio,
        "pages.page_by_page_ratio": statistics.median(single),
        "pages.cold_start_ratio": 1 / cold.ratio,
    }
    return Section("Whole pages and cold start", text, figures)


class Word(NamedTuple):
    """A word and its part of speech, as jieba.posseg gives it."""

    word: str
    flag: str


class Tagger:
    """rjieba's tagger behind the face of jieba.posseg, whose tag set it has."""

    def cut(self, text: str) -> list[Word]:
        return [Word(*pair) for pair in import_module("rjieba").tag(text)]


class Assembled:
    """The peer: what a user puts together in an afternoon, with the packages that everybody names.

    With ``segmenter="rjieba"`` each of them is given rjieba's words and tags in place of jieba's.
    """

    def __init__(self, segmenter: str = "jieba") -> None:
        import jieba
        import jieba.analyse
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline
        from sklearn.svm import LinearSVC

        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()
        tokenizer = jieba.lcut if segmenter == "jieba" else import_module("rjieba").cut
        files = sorted((ROOT / "seeds").glob("*/*.txt"))
        self._model = make_pipeline(TfidfVectorizer(tokenizer=tokenizer, token_pattern=None), LinearSVC())
        self._model.fit([p.read_text("utf-8") for p in files], [p.parent.name for p in files])
        ranker = jieba.analyse.TextRank()
        self._tagger = None if segmenter == "jieba" else Tagger()
        if self._tagger:
            ranker.tokenizer = self._tagger
        self._keywords = ranker.textrank

    def __call__(self, page: str) -> list[tuple[str, str, str, list[str], list[str]]]:
        found = self.split(page)
        if not found:
            return []
        labels = self._model.predict([f"{head}\n{body}" for head, body in found])
        return [
            (head, body, str(section), self._summary(body), self._keywords(body, topK=KEYWORDS))
            for (head, body), section in zip(found, labels, strict=True)
        ]

    def split(self, page: str) -> list[tuple[str, str]]:
        """Return ``(headline, body)`` of each article: lines joined from one lead to the next."""
        starts = [m.start() for m in LEAD.finditer(page)] or [0]
        out = []
        for start, end in zip(starts, [*starts[1:], len(page)], strict=True):
            before = page[:start].rstrip().rsplit("\n", 1)[-1] if start else ""
            out.append((before.strip(), re.sub(r"[ \t　]*\n[ \t　]*", "", page[start:end])))
        return out

    def label(self, pages: list[str]) -> None:
        """Label the articles of pages, as often as whole pages are."""
        for page in pages:
            self._model.predict([f"{head}\n{body}" for head, body in self.split(page)])

    def summarise(self, pages: list[str]) -> None:
        """Summarise the articles of pages."""
        for page in pages:
            for _, body in self.split(page):
                self._summary(body)

    def keywords(self, pages: list[str]) -> None:
        """Find the keywords of the articles of pages."""
        for page in pages:
            for _, body in self.split(page):
                self._keywords(body, topK=KEYWORDS)

    def _summary(self, body: str) -> list[str]:
        from benchmarks.peers_summarization import textrank4zh

        if self._tagger:
            with patch.object(import_module("textrank4zh.Segmentation"), "pseg", self._tagger):
                ranked = textrank4zh(body)
        else:
            ranked = textrank4zh(body)
        return [s.text for s in sorted(ranked[:SENTENCES], key=lambda s: s.number)]


def cold_start(runs: int) -> Timing:
    """Time the command on a page against the imports and the dictionary that a peer begins with."""
    command = [sys.executable, "-c", "from classify.cli import main; main()", "predict", "examples/page.txt"]
    imports = [sys.executable, "-c", "import sklearn.linear_model, jieba; jieba.initialize()"]

    def run(arguments: list[str]) -> Callable[[], object]:
        return lambda: subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True)

    run(command)()  # the first one of all reads everything from the disk
    run(imports)()
    return against(run(imports), run(command), runs, repeat=1)
