"""Results as CSV: the keys of the JSON object as columns, nested ones flattened, one row an article.

The columns come in the order of the JSON object. Byline and dateline are spread out (``source``, ``reporters``,
…, ``place``, ``date``), and each class has a column of its own (``p_business``). The other fields of input
records come last; one with the name of a column is kept as ``input_<name>``, as in JSON. `classify.output.xlsx` has the
same rows.

A spreadsheet takes a cell that begins with = + - or @ for a formula, which may fetch or run something. Texts come from
strangers, so such a cell gets an apostrophe in front, which spreadsheets do not show, and so does one that begins with
apostrophes and such a sign: then taking one apostrophe away always gives the text. Numbers stay as they are.
`classify.read.results` does that when results are read again.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from classify.output.json import labelled_object, to_json, with_fields
from classify.output.schema import LabelledObject
from classify.records import Article, LabelledArticle, Prediction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["csv_text", "flat_rows"]

# Matches =SUM(A1), ＝ in fullwidth, -- and '@; not 2-1 or 'tis.
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def csv_text(results: Sequence[Mapping[str, Any]]) -> str:
    """Return a header and one row for each result.

    Parameters
    ----------
    results : sequence of dict
        JSON objects of articles, perhaps with the fields of their records; see `classify.output.json`.

    Returns
    -------
    str
        Rows end in CR LF, as RFC 4180 has it. Sentences and captions are separated by line breaks, names and
        keywords by 、, ranges of lines (``1-3``) by blanks, boxes by semicolons. Cells that a spreadsheet would take
        for formulas have an apostrophe in front. Without results, the header of labelled articles.

    Examples
    --------
    >>> from classify.output.json import article_object
    >>> from classify.records import Byline
    >>> article = Article(headline="林场造林忙", byline=Byline("本报", ("岑雨桐", "温砚秋")), lines=((1, 3), (5, 9)))
    >>> header, row = csv_text([article_object(article, file="page.txt", number=1)]).splitlines()
    >>> cells = dict(zip(header.split(","), row.split(",")))
    >>> cells["reporters"], cells["lines"]
    ('岑雨桐、温砚秋', '1-3 5-9')
    """
    columns, rows = flat_rows(results)
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, restval="")
    writer.writeheader()
    writer.writerows({name: _safe(value) for name, value in row.items()} for row in rows)
    return buffer.getvalue()


def flat_rows(results: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the columns of a table of results, and its rows: cells by column, absent where there is nothing.

    Parameters
    ----------
    results : sequence of dict
        As for `csv_text`.

    Examples
    --------
    >>> from classify.output.json import article_object
    >>> columns, (row,) = flat_rows([{**article_object(Article(page=2), file="page.txt", number=1), "issue": 7}])
    >>> columns[:3], columns[-1], row["page"], row["issue"]
    (['id', 'file', 'page'], 'issue', 2, 7)
    """
    rows = []
    columns: dict[str, None] = {}
    own_columns: dict[str, None] = {}
    for result in results:
        output = {key: value for key, value in result.items() if key in LabelledObject.__annotations__}
        own = {key: _cell(value) for key, value in result.items() if key not in output}
        flat = _flat(output)
        row = with_fields(flat, own)
        rows.append(row)
        columns |= dict.fromkeys(flat)
        own_columns |= dict.fromkeys(row)
    if not rows:
        nothing = LabelledArticle(Article(), Prediction(None, 0.0))
        columns = dict.fromkeys(_flat(labelled_object(nothing, file="", number=1)))
    return list(columns | own_columns), rows


def _safe(value: Any) -> Any:
    """Return the value of a cell that no spreadsheet takes for a formula.

    >>> [_safe(value) for value in ("=1+1", "'=1", "-5", -5, "林场")]
    ["'=1+1", "''=1", '-5', -5, '林场']
    """
    formula = isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value)
    return f"'{value}" if formula else value


def _flat(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of an output object as columns, in the same order."""
    flat: dict[str, Any] = {}
    for key, value in result.items():
        if key in ("byline", "dateline"):
            flat |= {part: _cell(names) for part, names in value.items()}
        elif key == "scores":
            flat |= {f"p_{section}": p for section, p in value.items()}
        elif key == "lines":
            flat[key] = " ".join(f"{first}-{last}" for first, last in value)
        elif key == "boxes":
            flat[key] = "; ".join(" ".join(map(str, box)) for box in value)
        elif key in ("summary", "captions"):
            flat[key] = "\n".join(value)
        else:
            flat[key] = _cell(value)
    return flat


def _cell(value: Any) -> Any:
    """Return a value for one cell: lists of strings joined with 、, everything else that is nested as JSON."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "、".join(value)
    return to_json(value) if isinstance(value, (list, dict)) else value
