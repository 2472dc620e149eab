"""How the time of every public function grows with the length of a text, whatever is repeated in it.

Each function of `functions` is called with each of `PATTERNS`, in one warm process, in two rounds:

1. *Screening*, of every pair of a function and a pattern. The length is raised until a call takes `SCREEN` seconds of
   the processor, or the text has `LONGEST` characters. The time there and at a quarter of that length give an exponent:
   1 is linear, 2 the square.
2. *Climbing*, of the pairs whose exponent is above `SUSPECT`, and of the `ANYWAY` highest of each function, whatever
   they are. The length is raised until a call takes `LONG` seconds, or the text has `FARTHEST` characters.

Asserted is that no pair that climbed has an exponent above `EXPONENT` between a quarter of its last length and that
length; that no pair takes more than `SLOW` seconds in either round; and that every call ends with a result or an error
of ours. What a function takes for a text of one character is taken off first.

Screening misses what is hidden in a short text: a part of the work that grows with the square, and has less than a
quarter of the time where a call takes `SCREEN` seconds. A text 16 times as long then takes up to five times what it
should. `ANYWAY` and tests/safety/slow_input.py are there for that; so is a limit of length where a page is read by its
boxes, whose pairs have a limit of seconds in place of an exponent (`bounded_fault_of`).

Measured is the time of the processor in the program itself, not that of the clock, nor what the system takes: it clears
memory anew for each array of more than 32 MiB, which only texts of some million characters have, and that looks like
a power. The least of several short calls counts, and a pair that is over the limit is measured again, since other
programs disturb the caches.
"""

from __future__ import annotations

import gc
import io
import json
import math
import resource
import signal
from contextlib import contextmanager, suppress
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from classify.errors import ClassifyError
from classify.pages.layout.assembly import MOST_LINES
from tests.safety.patterns import PATTERNS
from tests.safety.tried import Tried, few_seeds, small_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = [
    "KINDS",
    "Pair",
    "bounded_fault_of",
    "fault_of",
    "functions",
    "limited",
    "refusals_allowed",
    "run_growth",
]

EXPONENT, SUSPECT = 1.3, 1.15
"""Most that an exponent may be, and from where a pair climbs: n log n has 1.1, and caches that no longer hold the text
add to it."""
SCREEN, LONG = 0.03, 1.0
"""Processor seconds of a call at which a pair is screened, and to which it climbs."""
FIRST, LONGEST, FARTHEST = 8_000, 128_000, 1_024_000
"""Characters of the first text, of the longest that is screened, and of the longest of all."""
BRIEF = 0.01
"""Processor seconds of a call that is made three times, since its time is uncertain."""
ANYWAY = 2
"""Pairs of each function that climb whatever their exponents are: those with the highest."""
AGAIN = 3
"""Times that a pair climbs before it counts as a failure, each time to texts twice as long where it is quick: what a
text takes that no longer fits a cache is a step, not a power."""
MOST = 20.0
"""Processor seconds for a page with boxes, whatever is on it: its limits are reached within three."""
SLOW = 60.0
"""Processor seconds of a round of a pair, after which it is stopped and is a failure."""


def run_growth(folder: Path, kind: str = "", *, longest: int = LONGEST, every: int = 1) -> Tried:
    """Try every function of a kind with every pattern; with `every` n, one of n for each function, others each time."""
    tried = Tried(f"growth of time, {kind or 'all'}")
    climbed = 0
    for i, (name, function) in enumerate(functions(folder, kind).items()):
        chosen = {p: make for j, (p, make) in enumerate(PATTERNS.items()) if (i + j) % every == 0}
        if name.endswith("boxes"):
            for pattern, make in chosen.items():
                tried.note(f"{name}, {pattern}", bounded_fault_of(function, make, longest))
            continue
        fixed = min(_seconds(function, "林") for _ in range(3))
        pairs = {pattern: Pair(function, make, fixed) for pattern, make in chosen.items()}
        screened = {pattern: pair.screened(longest) for pattern, pair in pairs.items()}
        ranks = sorted(pairs, key=lambda pattern: screened[pattern][0])
        for pattern, (exponent, fault) in screened.items():
            if not fault and (exponent > SUSPECT or (pattern in ranks[-ANYWAY:] and exponent > 0)):
                fault = pairs[pattern].climb(longest * FARTHEST // LONGEST)
                climbed += 1
            tried.note(f"{name}, {pattern}", fault)
    tried.suite += f" ({climbed} of them up to {LONG:.0f} s)"
    return tried


class Pair:
    """A function and a pattern, and how long the function takes for texts of it.

    Parameters
    ----------
    function : callable
        Of a text.
    make : callable
        Of a number of characters; returns a text of about so many.
    fixed : float, default=0
        Processor seconds that the function takes whatever the text, which are taken off.
    """

    def __init__(
        self, function: Callable[[str], Any], make: Callable[[int], str], fixed: float = 0.0
    ) -> None:
        self.function, self.make, self.fixed = function, make, fixed
        self.n = FIRST
        self._seconds: dict[int, float] = {}

    def screened(self, longest: int = LONGEST) -> tuple[float, str]:
        """Return the exponent at the length whose call takes `SCREEN` seconds, and a fault or nothing."""
        self.n = min(self.n, longest)
        return self._guarded(SCREEN, longest)

    def climb(self, farthest: int = FARTHEST) -> str:
        """Return how the time grows up to the length whose call takes `LONG` seconds, if too fast; else nothing."""
        for attempt in range(AGAIN):
            exponent, fault = self._guarded(LONG, farthest << attempt)
            if fault or exponent <= EXPONENT:
                return fault
            fault = f"the time grows with n ** {exponent:.2f} at {self.n} characters"
            self._seconds.clear()
        return fault

    def _guarded(self, seconds: float, longest: int) -> tuple[float, str]:
        try:
            with limited(SLOW):
                return self._exponent(seconds, longest), ""
        except TimeoutError:
            return 0.0, f"more than {SLOW:.0f} s for {self.n} characters and fewer"
        except Exception as e:
            return 0.0, f"{type(e).__name__}: {e}"

    def _exponent(self, seconds: float, longest: int) -> float:
        """Return the exponent from n / 4 to the length n whose call takes so long; 0 where it is too quick."""
        while (taken := self._measure(self.n)) < seconds and self.n < longest:
            factor = 2 ** math.ceil(math.log2(seconds / max(taken, 1e-6)))
            self.n = min(longest, self.n * min(factor, 16))
        if taken < BRIEF:
            return 0.0
        return math.log(taken / max(self._measure(self.n // 4), 1e-6), 4)

    def _measure(self, n: int) -> float:
        """Return the processor seconds for `n` characters: the least of three calls where they are brief."""
        if n not in self._seconds:
            text = self.make(n)
            taken = _seconds(self.function, text)
            for _ in range(2):
                if taken < self.fixed + BRIEF:
                    taken = min(taken, _seconds(self.function, text))
            self._seconds[n] = max(0.0, taken - self.fixed)
        return self._seconds[n]


def fault_of(function: Callable[[str], Any], make: Callable[[int], str]) -> str:
    """Return how the time of `function` grows with the texts of `make`, where that is too fast; else nothing."""
    pair = Pair(function, make)
    exponent, fault = pair.screened()
    return pair.climb() if exponent > SUSPECT else fault


def bounded_fault_of(
    function: Callable[[str], Any], make: Callable[[int], str], longest: int = LONGEST
) -> str:
    """Return for which length `function` takes more than `MOST` seconds, or nothing.

    Pages with boxes are read by comparing every two blocks, and have limits in place of linear time. They are tried
    short, as long as the limit of lines allows, and twice as long.
    """
    text = make(FIRST)
    lines = sum(1 for line in text.replace("\r", "\n").split("\n") if line.strip())
    edge = min(longest, MOST_LINES * len(text) // max(1, lines))
    for n in sorted({min(FIRST, longest), edge, min(longest, 2 * edge)}):
        try:
            with limited(SLOW):
                seconds = _seconds(function, make(n))
        except TimeoutError:
            seconds = SLOW
        if seconds > MOST:
            return f"{seconds:.0f} s for {n} characters"
    return ""


def _seconds(function: Callable[[str], Any], text: str) -> float:
    gc.disable()  # its passes come when they like
    try:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        with refusals_allowed():
            function(text)
        return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    finally:
        gc.enable()


def refusals_allowed() -> suppress:
    """Let errors pass that are ours, or Python's for wrong arguments: a text with too few words to rank, say."""
    return suppress(ClassifyError, ValueError)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the main thread after so many seconds of the processor."""

    def stop(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


KINDS = ("texts", "pages", "summaries", "sections", "files", "results")
"""Kinds of functions: each is a suite of its own for the runner, so that they run side by side."""


def functions(folder: Path, kind: str = "") -> dict[str, Callable[[str], Any]]:
    """Return every public function that takes a text, a line or the bytes of a file, each as one of a text.

    Parameters
    ----------
    folder : Path
        Where files are written.
    kind : str, default=""
        One of `KINDS`; empty for all.
    """
    made = (_of_texts, _of_pages, _of_summaries, _of_sections, partial(_of_files, folder), _of_results)
    return {
        name: function
        for one, of_kind in zip(KINDS, made, strict=True)
        if kind in ("", one)
        for name, function in of_kind().items()
    }


def _of_texts() -> dict[str, Callable[[str], Any]]:
    from classify.text import boilerplate, bylines, characters, normalize, script, sentences
    from classify.text.encoding import decode
    from classify.text.words import segmenter, without_surrogates

    gb = "gb18030"
    return {
        "clean": normalize.clean,
        "fold": normalize.fold,
        "printable": normalize.printable,
        "share_without_meaning": normalize.share_without_meaning,
        "to_simplified": script.to_simplified,
        "decode UTF-8": lambda t: decode(t.encode("utf-8", "replace")),
        "decode GB18030": lambda t: decode(t.encode(gb, "replace")),
        "split_sentences": sentences.split_sentences,
        "heal_blanks": characters.heal_blanks,
        "is_letter_spaced": characters.is_letter_spaced,
        "cells": characters.cells,
        "parse_lead": bylines.parse_lead,
        "parse_byline": bylines.parse_byline,
        "parse_author": bylines.parse_author,
        "parse_names": bylines.parse_names,
        "parse_signature": bylines.parse_signature,
        "parse_credit": bylines.parse_credit,
        "LEAD_OPENERS": bylines.LEAD_OPENERS.match,
        "is_boilerplate_line": boilerplate.is_boilerplate_line,
        "find_boilerplate_words": boilerplate.find_boilerplate_words,
        "end_of_lead": lambda t: boilerplate.end_of_lead(t, 0, len(t)),
        "start_of_tail": lambda t: boilerplate.start_of_tail(t, 0, len(t)),
        "is_boilerplate_sentence": lambda t: boilerplate.is_boilerplate_sentence(t, 0, len(t)),
        "words": lambda t: segmenter().cut(without_surrogates(t)),
    }


def _of_pages() -> dict[str, Callable[[str], Any]]:
    from classify.pages import split_page
    from classify.pages.furniture import is_folio
    from classify.pages.line_model import read_lines
    from classify.pages.printed import ends_open, heal_line
    from classify.text.lines import text_lines

    return {
        "split_page": split_page,
        "split_page, single": partial(split_page, single=True),
        "split_page, titled": lambda t: split_page(t, single=True, title=t[: len(t) // 2]),
        "split_page, old reader": _read_with_units,
        "split_page, model of lines": lambda t: read_lines(text_lines(t)),
        "split_page, boxes": lambda t: split_page(_printed_page(t)),
        "split_page, vertical boxes": lambda t: split_page(_printed_page(t, "vertical")),
        "heal_line": heal_line,
        "ends_open": ends_open,
        "is_folio": is_folio,
    }


def _read_with_units(text: str) -> Any:
    """Split a page with the reader of units, whatever reader its blank lines call for."""
    from classify.pages import articles

    kept = articles._has_torn_columns
    articles._has_torn_columns = lambda _: True
    try:
        return articles.split_page(text)
    finally:
        articles._has_torn_columns = kept


def _printed_page(text: str, direction: str = "horizontal") -> Any:
    """Return a page of five columns whose lines have boxes; its height is what the lines take."""
    from classify.records import Box, Line, PrintedPage
    from classify.text.characters import cells

    texts = [t for t in text.replace("\r", "\n").split("\n") if t.strip()]
    rows = len(texts) // 5 + 1
    lines = []
    for i, line in enumerate(texts):
        column, row = divmod(i, rows)
        size = 20.0 if i % 17 == 0 else 10.0
        x, y = 40 + 120 * column, 40 + 15 * row
        long = min(110.0, cells(line) * size)
        box = Box(1, x, y, x + long, y + size)
        if direction == "vertical":
            box = Box(1, y, x, y + size, x + long)
        lines.append(Line(line, i + 1, box, size, "Song", direction))
    wide, high = 680.0, 100.0 + 15 * rows
    if direction == "vertical":
        wide, high = high, wide
    return PrintedPage(1, wide, high, tuple(lines))


def _of_summaries() -> dict[str, Callable[[str], Any]]:
    from classify import summarizer as s
    from classify.summarizer.compat import rank_as_textrank4zh

    return {
        "summarize": s.summarize,
        "summarize, 50 characters": partial(s.summarize, max_chars=50),
        "summarize, all": lambda t: s.summarize(t, len(t) + 1),
        "summarize, titled": lambda t: s.summarize(t, title=t[: len(t) // 2]),
        "summarize_with_keywords": lambda t: s.summarize_with_keywords([t]),
        "mark": lambda t: s.mark(t, s.summarize(t, len(t) + 1)),
        "keywords": s.keywords,
        "key_phrases": s.key_phrases,
        "TextRank": lambda t: s.TextRank().summarize(t),
        "repr": lambda t: s.summarize(t, len(t) + 1)._repr_html_(),
        "rank_as_textrank4zh": rank_as_textrank4zh,
    }


def _of_sections() -> dict[str, Callable[[str], Any]]:
    from classify.sections import NgramVectorizer, SectionClassifier
    from classify.sections.explanation import folded_places

    texts, labels = few_seeds(0)

    def explained(text: str) -> None:
        explanation = small_model().explain(text)
        explanation.to_dict()
        explanation.heat(explanation.prediction.likeliest)
        explanation._repr_html_()

    return {
        "probabilities": lambda t: small_model().probabilities([t]),
        "predict, a text a line": lambda t: small_model().predict(t.split("\n")),
        "explain": explained,
        "folded_places": folded_places,
        "NgramVectorizer": lambda t: NgramVectorizer(min_df=1).fit_transform([t, *texts]),
        "SectionClassifier.fit": lambda t: SectionClassifier(folds=0, n_jobs=1).fit(
            [t, *texts], ["x", *labels]
        ),
    }


def _of_files(folder: Path) -> dict[str, Callable[[str], Any]]:
    from classify.read import read_pages, read_records
    from classify.read.labelled import load_corpus

    def through(name: str, read: Callable[[Any], Any], write: Callable[[str], str]) -> Callable[[str], Any]:
        path = folder / name

        def call(text: str) -> Any:
            path.write_bytes(write(text).encode("utf-8", "replace"))
            return read(path)

        return call

    def records(path: Path) -> Any:
        return list(read_records(str(path)))

    def as_it_is(text: str) -> str:
        return text

    def hocr(text: str) -> str:
        """A page with a line for each line of the text."""
        lines = "".join(
            f"<span class='ocr_line' title='bbox 40 {20 * i} 400 {20 * i + 12}'>{escape(line)}</span>"
            for i, line in enumerate(text.splitlines(), 1)
        )
        return f"<html><body><div class='ocr_page' title='bbox 0 0 500 9000'>{lines}</div></body></html>"

    def html(text: str) -> str:
        return f"<html><body><article><p>{escape(text)}</p></article></body></html>"

    def record(text: str) -> str:
        return json.dumps({"text": text, "label": "x"})

    def table(text: str) -> str:
        return "label,text\nx," + text

    return {
        "read_pages": through("a.txt", lambda p: list(read_pages(p)), as_it_is),
        "JSON Lines": through("a.jsonl", records, as_it_is),
        "a JSON Lines record": through("b.jsonl", records, record),
        "CSV": through("a.csv", records, table),
        "TSV": through("a.tsv", records, table),
        "HTML": through("a.html", lambda p: list(read_pages(p)), html),
        "hOCR, boxes": through("a.hocr", lambda p: list(read_pages(p)), hocr),
        "load_corpus": through("c.jsonl", load_corpus, record),
        "load_corpus, CSV": through("c.csv", load_corpus, table),
    }


def _of_results() -> dict[str, Callable[[str], Any]]:
    from rich.console import Console

    from classify import predict_page
    from classify.output.alto import alto_text
    from classify.output.csv import csv_text
    from classify.output.iiif import annotation_pages
    from classify.output.json import article_object, labelled_object, to_json
    from classify.output.markup import safe
    from classify.output.ninjs import ninjs_object
    from classify.output.terminal import print_articles, print_explanation, print_table
    from classify.output.wrapping import wrap_chinese
    from classify.output.xlsx import xlsx_bytes
    from classify.pages import split_page
    from classify.pipeline import predict_records
    from classify.records import Article, LabelledArticle, Prediction

    def result(text: str) -> Any:
        """An article whose every part is `text`."""
        article = Article(headline=text, kicker=text, deck=text, body=text, captions=(text,), lines=((1, 1),))
        prediction = Prediction("x", 1.0, {"x": 1.0}, "x", "labelled")
        return labelled_object(LabelledArticle(article, prediction), file="x", number=1)

    def objects(page: Any) -> list[Any]:
        return [article_object(article, file="x", number=i) for i, article in enumerate(split_page(page), 1)]

    def shown(show: Callable[..., Any]) -> Callable[[str], Any]:
        return lambda t: show([result(t)], Console(file=io.StringIO(), width=100))

    def explained(text: str) -> None:
        print_explanation(small_model().explain(text), text, 1, Console(file=io.StringIO(), width=100))

    return {
        "predict_page": lambda t: predict_page(t, model=small_model()),
        "predict_records": lambda t: predict_records([{"text": t, "title": t}], model=small_model()),
        "to_json": lambda t: to_json(result(t)),
        "csv_text": lambda t: csv_text([result(t)]),
        "ninjs_object": lambda t: to_json(ninjs_object(result(t))),
        "print_table": shown(print_table),
        "print_articles": shown(print_articles),
        "print_explanation": explained,
        "safe": safe,
        "wrap_chinese": lambda t: wrap_chinese(t, 80),
        "xlsx_bytes": lambda t: xlsx_bytes([result(t)]),
        "alto_text, boxes": lambda t: alto_text([page := _printed_page(t)], objects(page)),
        "annotation_pages, boxes": lambda t: list(
            annotation_pages([page := _printed_page(t)], objects(page), file="x")
        ),
    }
