"""Results of ``predict`` and ``split``, read again: JSON Lines or CSV that this package has written.

Somebody changes a section in a result and trains on it, or labels old results with a new model. So a record that has
the keys of a result is no new text whose headline and byline must be found: its article is taken as it is, with its
file and number, hence with its id. `classify.output.json` has the keys and `classify.output.csv` spreads them out; what
either adds to a record (section, scores, summary, keywords) is dropped, since it is made again.

Spreadsheets change what they save: a range of lines (``1-3``) becomes a date, a number a string. What cannot be read
any longer of lines, boxes and numbers is left out; texts are read as they are.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classify.files import name_of_written
from classify.records import Article, Box, Byline, Dateline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["PastResult", "is_result", "past_result"]

_ARTICLE = frozenset(("id", "file", "article", "headline", "kicker", "deck", "body", "split_confidence"))
"""Keys by which a result is recognised, in JSON and in CSV."""

_KEYS = _ARTICLE | {
    "page", "byline", "dateline", "captions", "lines", "boxes",
    "section", "decision", "likeliest", "confidence", "scores", "summary", "keywords",
}  # fmt: skip
_BYLINE = ("source", "reporters", "correspondents", "photographers")
_COLUMNS = (_KEYS - {"byline", "dateline", "scores"}) | {*_BYLINE, "place", "date"}

# Matches '=1+1 and ''@x: what `classify.output.csv` has made of =1+1 and '@x; not 'tis.
_ESCAPED = re.compile("'+[=+\\-@\\t\\r＝＋－＠]")


@dataclass(frozen=True, slots=True)
class PastResult:
    """An article that was a result.

    Attributes
    ----------
    article : Article
    file : str
        The input that it was read from then.
    number : int
        Its number there, from 1.
    section : str or None
        The section that it had, or that somebody gave it since.
    decision : str
        ``labelled``, ``other`` or ``unsure``; empty for results of ``split``.
    fields : dict
        The further fields of the record.
    """

    article: Article
    file: str
    number: int
    section: str | None
    decision: str
    fields: dict[str, Any]


def is_result(record: Mapping[str, Any]) -> bool:
    """Return whether a record, or a row of CSV, is a result of this package.

    >>> is_result({"headline": "水库蓄水", "body": "石泉水库开始蓄水。"})
    False
    """
    return record.keys() >= _ARTICLE


def past_result(record: Mapping[str, Any]) -> PastResult:
    """Return what a result says.

    Parameters
    ----------
    record : mapping
        One of which `is_result` is true.

    Examples
    --------
    >>> from classify.output.csv import csv_text
    >>> from classify.output.json import article_object
    >>> import csv, io
    >>> article = Article(headline="=1+1", body="石泉水库开始蓄水。", lines=((1, 3),))
    >>> found = article_object(article, file="page.txt", number=2)
    >>> (row,) = csv.DictReader(io.StringIO(csv_text([{**found, "issue": 7}])))
    >>> past = past_result(row)
    >>> past.article == past_result(found).article == article, past.file, past.number, past.fields
    (True, 'page.txt', 2, {'issue': '7'})
    """
    is_row = "byline" not in record
    if is_row:
        record = {key: _unescaped(value) for key, value in record.items()}
    byline = record if is_row else _mapping(record["byline"])
    dateline = record if is_row else _mapping(record.get("dateline"))
    known = _COLUMNS if is_row else _KEYS
    article = Article(
        headline=_text(record["headline"]),
        kicker=_text(record["kicker"]),
        deck=_text(record["deck"]),
        byline=Byline(_text(byline.get("source")), *(_names(byline.get(role), "、") for role in _BYLINE[1:])),
        dateline=Dateline(_text(dateline.get("place")), _text(dateline.get("date"))),
        captions=_names(record.get("captions"), "\n"),
        body=_text(record["body"]),
        lines=_spans(record.get("lines")),
        boxes=_boxes(record.get("boxes")),
        page=max(1, int(_number(record.get("page"), 1))),
        split_confidence=min(1.0, max(0.0, _number(record["split_confidence"], 1.0))),
    )
    return PastResult(
        article,
        name_of_written(_text(record["file"])),
        max(1, int(_number(record["article"], 1))),
        _text(record.get("section")).strip() or None,
        _text(record.get("decision")),
        {k: v for k, v in record.items() if k not in known and not (is_row and k.startswith("p_"))},
    )


def _unescaped(value: Any) -> Any:
    return value[1:] if isinstance(value, str) and _ESCAPED.match(value) else value


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n")


def _names(value: Any, separator: str) -> tuple[str, ...]:
    """Return a list of strings, or those of a cell."""
    parts: Iterable[Any] = value if isinstance(value, list) else _text(value).split(separator)
    return tuple(str(part) for part in parts if part)


def _number(value: Any, otherwise: float) -> float:
    with suppress(TypeError, ValueError):
        number = float(value)
        return number if abs(number) < 2**31 else otherwise
    return otherwise


def _spans(value: Any) -> tuple[tuple[int, int], ...]:
    """Return ranges of lines: of JSON lists of two numbers, of a cell ``1-3 5-9``."""
    with suppress(TypeError, ValueError):
        spans = value if isinstance(value, list) else [part.split("-") for part in _text(value).split()]
        return tuple((int(first), int(last)) for first, last in spans)
    return ()


def _boxes(value: Any) -> tuple[Box, ...]:
    """Return boxes: of JSON lists of five numbers, of a cell ``2 10.0 20.5 110.0 220.0; …``."""
    with suppress(TypeError, ValueError):
        found = value if isinstance(value, list) else [part.split() for part in _text(value).split(";")]
        return tuple(
            Box(int(page), float(x0), float(y0), float(x1), float(y1))
            for page, x0, y0, x1, y1 in filter(None, found)
        )
    return ()
