"""What must hold of any input, however bad: a result that keeps its promises, or one of our errors.

Hypothesis (test_hostile_input.py) and atheris (tests/fuzz) call the same functions with what they make up.
"""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

from classify.errors import ClassifyError, EncodingError, InputError
from classify.output.json import article_object, to_json
from classify.output.view import Sheet, view_file
from classify.pages import split_page
from classify.pages.layout import split_printed_pages
from classify.read.pdf.document import PdfDocument
from classify.text.encoding import decode
from classify.text.normalize import clean

if TYPE_CHECKING:
    from classify.records import Page, PrintedPage

__all__ = [
    "check_decode",
    "check_pdf",
    "check_printed_page",
    "check_records",
    "check_split",
    "is_shown_safely",
    "refused_or",
]

CONTROLS = {"Cc", "Cf", "Cs"}
"""Unicode categories that may not reach a terminal: controls, bidi and zero-width characters, surrogates."""


def is_shown_safely(shown: str) -> bool:
    """Say whether nothing in `shown` moves a cursor, hides text or turns its direction."""
    return all(c in "\n\t\r" or unicodedata.category(c) not in CONTROLS for c in shown)


def check_split(text: str, *, single: bool = False) -> Page:
    """Split `text`; every line that isn't blank is in one article or left over, and none twice."""
    page = split_page(text, single=single)
    lines = list(enumerate(clean(text).split("\n"), 1))
    taken = [n for a in page.articles for first, last in a.lines for n in range(first, last + 1)]
    taken += [n for first, last in page.leftover_ranges for n in range(first, last + 1)]
    assert len(taken) == len(set(taken)), "a line is in two places"
    assert set(taken) <= {number for number, _ in lines}, "a line that isn't there"
    missing = {number for number, line in lines if line.strip()} - set(taken)
    assert not missing, f"lines in no place: {sorted(missing)[:5]}"
    assert all(0 <= a.split_confidence <= 1 for a in page.articles)
    return page


def check_printed_page(page: PrintedPage) -> None:
    """Split a page of a PDF: what is left over is of the page, and articles can be written as JSON and as HTML."""
    (found,) = split_printed_pages([page])
    printed = "".join(line.text for line in page.lines)
    assert {line.number for line in found.leftover} <= {line.number for line in page.lines}
    # Pieces of one row are joined, with a blank between them.
    assert all(set(line.text) <= {*printed, "\u3000", " "} for line in found.leftover)
    articles = [article_object(a, file="x.pdf", number=k) for k, a in enumerate(found.articles, 1)]
    assert [json.loads(to_json(article)) for article in articles] == articles
    sheet = Sheet(page.number, page.width, page.height, None, page.lines)
    assert all(article["body"] or article["headline"] for article in articles)
    assert "".join(view_file("x.pdf", [sheet], articles)).count("<article") == len(articles)


def check_pdf(data: bytes) -> None:
    """Read a PDF in this process, or have it and its pages refused in one line each."""
    told = []
    try:
        with PdfDocument(data, "x.pdf") as document:
            for number in range(1, min(document.n_pages, 3) + 1):
                try:
                    check_printed_page(document.page(number))
                except InputError as e:
                    told.append(str(e))
    except InputError as e:
        told.append(str(e))
    assert not any("\n" in message for message in told)


def check_decode(data: bytes) -> str | None:
    """Decode `data`, or have it refused in one line that names a byte, or Big5."""
    try:
        text = decode(data, "x")
    except EncodingError as e:
        told = str(e)
    else:
        assert isinstance(text, str)
        return text
    assert "\n" not in told
    assert "byte" in told or "Big5" in told
    return None


def check_records(data: bytes, name: str) -> list[Any] | None:
    """Read records from the file `name` that holds `data`; broken ones are told by number."""
    from pathlib import Path

    from classify.read import read_records

    Path(name).write_bytes(data)
    try:
        records = list(read_records(name))
    except InputError as e:
        told = str(e)
    else:
        assert all(r.problem or isinstance(r.fields["text"], str) for r in records)
        return records
    assert "\n" not in told
    return None


def refused_or(function: Any, *arguments: Any, **options: Any) -> Any:
    """Return the result, or None for an error that is ours or Python's own for wrong arguments."""
    try:
        return function(*arguments, **options)
    except (ClassifyError, ValueError, TypeError):
        return None
