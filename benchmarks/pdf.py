"""PDF pages: reading, splitting, labelling and summarising, beside what others take to extract the text alone.

pdfplumber and pypdfium2 extract the text of the same files, which is in no reading order, in this process; ours does
all of its work in it too, without the child process in which the command reads. Pages differ in length, so rates are
given for pages of 8,000 characters, a full broadsheet page.
"""

from __future__ import annotations

import io
import logging
import statistics
import time
from importlib import import_module
from typing import TYPE_CHECKING

from benchmarks.harness import NoData, Section, Timing, shared, spread, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classify.records import PrintedPage

__all__ = ["measure"]

CHARACTERS = 8_000
"""Of a page, for the rates."""

FILES, FEW_FILES = 12, 3
"""Files of a full and of a quick run: those with the most characters."""


def measure(*, quick: bool, runs: int) -> Section:
    """Compare whole PDF pages a second."""
    from classify.pages.layout import split_printed_pages
    from classify.pipeline import Pipeline

    paths = sorted((shared() / "pages" / "pdf").glob("*.pdf"))
    if not paths:
        raise NoData("no pages/pdf in the development data")
    found = sorted(((_size(data), data) for data in (path.read_bytes() for path in paths)), reverse=True)
    chosen = found[: FEW_FILES if quick else FILES]
    characters, files = sum(size for size, _ in chosen), [data for _, data in chosen]
    pipeline = Pipeline()

    def ours() -> None:
        for data in files:
            pages = split_printed_pages(iter(read(data)))
            pipeline.label([article for page in pages for article in page.articles])

    ours()
    peers, mine = [], []
    for _ in range(runs):
        before = _processor_seconds(ours)
        peers.append(_processor_seconds(lambda: _pdfplumber(files)))
        mine.append((before + _processor_seconds(ours)) / 2)
    whole = Timing(tuple(peers), tuple(mine))
    fast = [_processor_seconds(lambda: _pypdfium2(files)) for _ in range(runs)]
    rows = [
        [name, spread([characters / CHARACTERS / t for t in times])]
        for name, times in (
            ("pypdfium2, text alone", fast),
            ("pdfplumber, text alone", whole.peer),
            (
                "ours, text alone",
                [_processor_seconds(lambda: [read(data) for data in files]) for _ in range(runs)],
            ),
            ("ours, all of it", whole.ours),
        )
    ]
    rate = characters / CHARACTERS / statistics.median(whole.ours)
    text = (
        f"{len(files)} files with {characters:,} characters, processor time of one process: ours is "
        f"{spread(whole.ratios)} times as fast as pdfplumber extracts their text.\n\n"
        + table(["", "pages of 8,000 characters a second"], rows)
    )
    return Section("PDF pages", text, {"pdf.pdfplumber_ratio": whole.ratio, "pdf.pages_per_second": rate})


def read(data: bytes) -> list[PrintedPage]:
    """Return the pages of a file that have text."""
    from classify.read.pdf.document import PageWithoutTextError, PdfDocument

    pages = []
    with PdfDocument(data, "page.pdf") as document:
        for number in range(1, document.n_pages + 1):
            try:
                pages.append(document.page(number))
            except PageWithoutTextError:
                continue
    return pages


def _processor_seconds(run: Callable[[], object]) -> float:
    """Return the processor time that `run` takes: all of it is in this process and on one core, shared or not."""
    start = time.process_time()
    run()
    return time.process_time() - start


def _size(data: bytes) -> int:
    return sum(len(line.text) for page in read(data) for line in page.lines)


def _pdfplumber(files: Sequence[bytes]) -> None:
    pdfplumber = import_module("pdfplumber")
    logging.getLogger("pdfminer").setLevel(
        logging.ERROR
    )  # it warns of fonts that are not embedded, which takes time
    for data in files:
        with pdfplumber.open(io.BytesIO(data)) as document:
            for page in document.pages:
                page.extract_text()


def _pypdfium2(files: Sequence[bytes]) -> None:
    pypdfium2 = import_module("pypdfium2")
    for data in files:
        document = pypdfium2.PdfDocument(data)
        for page in document:
            page.get_textpage().get_text_bounded()
        document.close()
