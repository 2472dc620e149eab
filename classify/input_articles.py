"""The records and pages of an input to articles, each with what the output calls it.

The command line and archives read through these functions, so that they find and report the same. What they do with
an article, and where they report a failure, is their own.

Flow: `read` -> `articles_of_records`, `articles_of_pages` -> `pipeline.Pipeline.label`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from classify.errors import ClassifyError
from classify.pipeline import record_article
from classify.read import PageFailure, failure_messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from classify.read import Record
    from classify.records import Article, Line, PrintedPage

    Fail = Callable[[str, int | None], object]
    """Takes what failed and why, and the line of its record, where it has one."""

__all__ = ["FoundArticle", "articles_of_pages", "articles_of_records", "reason_of"]


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article, and how the output calls it.

    Attributes
    ----------
    file : str
        Name of its input; of a result that is read again, the input then.
    number : int
        Its number there, from 1.
    article : Article
    line : int or None
        The line on which its record begins; None where it is no record.
    fields : mapping
        The further fields of its record.
    """

    file: str
    number: int
    article: Article
    line: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


def articles_of_records(
    name: str, records: Iterable[tuple[int, Record]], fail: Fail
) -> Iterator[FoundArticle]:
    """Yield the article of each record with its place among the records, broken ones counted.

    The lines of the article are the line on which its record begins. A result that is read again keeps its own.

    Parameters
    ----------
    name : str
        Of the input.
    records : iterable of (int, Record)
        Each with its number.
    fail : callable
        Called with the problem and the line of each broken record.

    Examples
    --------
    >>> from classify.read import Record
    >>> records = [(1, Record(1, {"text": "柳湾造林。"})), (2, Record(2, {}, "line 2 is no object"))]
    >>> for found in articles_of_records("x.jsonl", records, lambda problem, line: print(problem)):
    ...     print(found.file, found.number, found.article.body)
    x.jsonl 1 柳湾造林。
    line 2 is no object
    """
    for number, record in records:
        if record.problem:
            fail(record.problem, record.line)
        elif past := record.result:
            yield FoundArticle(past.file, past.number, past.article, record.line, past.fields)
        else:
            try:
                article = record_article(record.fields)
            except Exception as e:
                fail(f"line {record.line}: {reason_of(e)}", record.line)
                continue
            article = replace(article, lines=((record.line, record.line),))
            yield FoundArticle(name, number, article, record.line, record.fields)


def articles_of_pages(
    name: str,
    pages: Iterable[PrintedPage | PageFailure],
    fail: Fail,
    *,
    tell: Callable[[str], object] | None = None,
    leftover: list[Line] | None = None,
) -> Iterator[FoundArticle]:
    """Yield the articles of pages whose lines have boxes, then report the pages that were not read.

    Parameters
    ----------
    name : str
        Of the input.
    pages : iterable of PrintedPage or PageFailure
        In order; read one by one.
    fail : callable
        Called with each problem that is a fault.
    tell : callable or None, default=None
        Called with each other message, such as of pages without text among others.
    leftover : list of Line or None, default=None
        The lines that belong to no article are added to it.
    """
    # Text pages do without scipy.optimize, which takes time to load.
    from classify.pages.layout import split_printed_pages

    failures: list[PageFailure] = []
    n_read = 0

    def readable_pages() -> Iterator[PrintedPage]:
        nonlocal n_read
        for page in pages:
            if isinstance(page, PageFailure):
                failures.append(page)
            else:
                n_read += 1
                yield page

    number = 0
    for split in split_printed_pages(readable_pages()):
        if leftover is not None:
            leftover.extend(split.leftover)
        for article in split.articles:
            number += 1
            yield FoundArticle(name, number, article)
    for message, is_fault in failure_messages(failures, some_read=n_read > 0):
        if is_fault:
            fail(message, None)
        elif tell is not None:
            tell(message)


def reason_of(error: Exception) -> str:
    """Return what to tell of an error: our own message, or the type and message of another one.

    >>> reason_of(KeyError("text"))
    "KeyError: 'text'"
    """
    return str(error) if isinstance(error, ClassifyError) else f"{type(error).__name__}: {error}"
