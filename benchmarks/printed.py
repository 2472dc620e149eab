"""PDF pages to articles: the layout reader, and the text that other libraries give read by the text splitter.

Pages: the development PDF files, where they are, and files of the test bed (`printed_pages`) with seeds and articles
that nothing was learned or chosen on. Each library gives the text of all pages of a file; `split_page` makes articles
of it. Libraries that are not installed are named and left out. Times are those of reading alone, for a page.
"""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.article_scores import figures, score_file
from benchmarks.harness import NoData, Section, shared, table
from benchmarks.printed_pages import NoBackEndError, make_file
from benchmarks.printed_pages.extracted import extract_text
from classify.pages import split_page
from classify.pages.layout import split_printed_pages
from classify.read.pdf import PdfReader
from classify.records import PrintedPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classify.records import Article

__all__ = ["measure"]

FIRST_SEED = 1000
"""Files of the test bed from this seed on are only for this."""
FILES, QUICK_FILES, QUICK_SHARED = 40, 6, 4


class _File(NamedTuple):
    """A PDF file and its truth."""

    name: str
    data: bytes
    truth: dict[str, Any]


class _Absent(Exception):  # noqa: N818
    """A library is not installed."""


def measure(*, quick: bool, runs: int) -> Section:
    """Compare ways to read PDF pages; `runs` is not used, since reading every page once is long enough."""
    beds = {"test bed": _own(QUICK_FILES if quick else FILES)}
    try:
        beds["development pages"] = _shared(QUICK_SHARED if quick else 99)
    except NoData as error:
        print(f"printed: the development pages are left out, {error}", file=sys.stderr)
    ways: dict[str, Callable[[_File], str]] = {
        "`pdftotext -raw`": _poppler("-raw"),
        "`pdftotext`": _poppler(),
        "`pdftotext -layout`": _poppler("-layout"),
        "pdfplumber": _pdfplumber,
        "pypdfium2": _pypdfium2,
    }
    rows, found = [], {}
    for bed, files in beds.items():
        prefix = "printed.own_" if bed == "test bed" else "printed.shared_"
        pages = sum(len(file.truth["pages"]) for file in files)
        scores, seconds, whole = _layout(files)
        rows.append([bed, "classify", *_cells(scores), f"{1000 * seconds / pages:.0f}"])
        found |= {prefix + name: scores[name] for name in ("f1", "headlines", "errors", "overlap")}
        found[prefix + "pages_per_second"] = pages / whole
        for way, read in ways.items():
            try:
                scores, seconds = _through_text(files, read)
            except _Absent as absent:
                print(f"printed: {way} is left out, {absent}", file=sys.stderr)
                continue
            rows.append([bed, way, *_cells(scores), f"{1000 * seconds / pages:.0f}"])
    head = [
        "pages",
        "read by",
        "article F1",
        "headlines",
        "kickers",
        "decks",
        "bylines",
        "body errors",
        "ms a page",
    ]
    names = "; ".join(
        f"{bed}: {len(files)} files, {sum(len(file.truth['articles']) for file in files)} articles"
        for bed, files in beds.items()
    )
    text = (
        f"{names}. All but classify give text, which our text splitter reads; ms a page is the time of the library "
        "alone, for classify that of the child process.\n\n" + table(head, rows)
    )
    return Section("PDF pages to articles", text, found)


def _own(number: int) -> list[_File]:
    """Return files of the test bed.

    Raises
    ------
    NoData
        What writes them is not installed.
    """
    try:
        files = [make_file(seed) for seed in range(FIRST_SEED, FIRST_SEED + number)]
    except NoBackEndError as error:
        raise NoData(str(error)) from error
    return [_File(f"seed {FIRST_SEED + k}", file.pdf, file.truth) for k, file in enumerate(files)]


def _shared(most: int) -> list[_File]:
    """Return the development files."""
    paths = sorted((shared() / "pages" / "pdf").glob("page*.json"))[:most]
    if not paths:
        raise NoData("there are no PDF pages in the development data")
    return [
        _File(path.stem, path.with_suffix(".pdf").read_bytes(), json.loads(path.read_text("utf-8")))
        for path in paths
    ]


def _layout(files: Sequence[_File]) -> tuple[dict[str, float], float, float]:
    """Return the figures of our reader, its seconds of reading, and of reading and splitting."""
    counts: Counter[str] = Counter()
    reading = splitting = 0.0
    with PdfReader() as reader:
        for file in files:
            start = time.perf_counter()
            pages = [page for page in reader.pages(file.data, file.name) if isinstance(page, PrintedPage)]
            middle = time.perf_counter()
            articles = [article for page in split_printed_pages(pages) for article in page]
            splitting += time.perf_counter() - middle
            reading += middle - start
            counts += score_file(file.truth, [_as_found(article) for article in articles])
    return figures(counts), reading, reading + splitting


def _through_text(files: Sequence[_File], read: Callable[[_File], str]) -> tuple[dict[str, float], float]:
    """Return the figures of a library's text read by the text splitter, and the library's seconds."""
    counts: Counter[str] = Counter()
    seconds = 0.0
    for file in files:
        start = time.perf_counter()
        text = read(file)
        seconds += time.perf_counter() - start
        counts += score_file(file.truth, [_as_found(article) for article in split_page(text)])
    return figures(counts), seconds


def _as_found(article: Article) -> dict[str, Any]:
    return {
        "headline": article.headline,
        "kicker": article.kicker,
        "deck": article.deck,
        "body": article.body,
        "byline": asdict(article.byline),
        "captions": list(article.captions),
        "boxes": [list(box) for box in article.boxes],
    }


def _cells(scores: dict[str, float]) -> list[str]:
    names = ("f1", "headlines", "kickers", "decks", "bylines", "errors")
    return [f"{scores[name]:.3f}" if name in scores else "–" for name in names]


def _poppler(*options: str) -> Callable[[_File], str]:
    """Return what reads a file with pdftotext."""

    def read(file: _File) -> str:
        if shutil.which("pdftotext") is None:
            raise _Absent("pdftotext is not installed (poppler-utils)")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.pdf"
            path.write_bytes(file.data)
            command = ["pdftotext", *options, "-enc", "UTF-8", str(path), "-"]
            done = subprocess.run(command, capture_output=True, check=True)
        return done.stdout.decode("utf-8", "replace").replace("\f", "\n")

    return read


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise _Absent(f"{name} is not installed (pip install {name})") from error


def _pdfplumber(file: _File) -> str:
    import io
    import logging

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of fonts that are not embedded
    with _import("pdfplumber").open(io.BytesIO(file.data)) as document:
        return "\n".join(page.extract_text() or "" for page in document.pages)


def _pypdfium2(file: _File) -> str:
    return extract_text(file.data)
