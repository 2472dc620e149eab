"""Results as an Excel workbook: the rows of `classify.output.csv` as a sheet, and the leftover lines as another.

XlsxWriter makes the file. Every text is written as text, so that no cell becomes a formula or a link, whatever it
begins with. Excel holds 32,767 characters in a cell and 1,048,576 rows in a sheet: longer cells are cut, with … at
their end, and more rows are refused.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.output.csv import flat_rows
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["LONGEST_CELL", "xlsx_bytes"]

LONGEST_CELL = 32_767
"""Characters of a cell at most: Excel's limit."""

MOST_ROWS = 1_048_575
"""Rows of a sheet under its header: Excel's limit."""

WIDTHS = {"headline": 30, "body": 60, "summary": 60, "text": 60, "file": 20, "keywords": 24, "id": 22}
"""Widths of columns in characters of Latin type; chosen. The others have Excel's own."""


def xlsx_bytes(results: Sequence[Mapping[str, Any]], leftover: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Return a workbook with the sheet ``articles``, and ``leftover`` where there are leftover lines.

    Parameters
    ----------
    results : sequence of dict
        JSON objects of articles, perhaps with the fields of their records; see `classify.output.json`.
    leftover : sequence of dict, default=()
        From `leftover_objects`.

    Returns
    -------
    bytes
        The same for the same results.

    Raises
    ------
    InputError
        XlsxWriter is not installed, or there are more than `MOST_ROWS` articles.

    Examples
    --------
    >>> xlsx_bytes([])[:2]
    b'PK'
    """
    try:
        import xlsxwriter
    except ImportError:
        raise InputError("xlsx needs XlsxWriter; run `pip install xlsxwriter`, or write CSV") from None
    if max(len(results), len(leftover)) > MOST_ROWS:
        raise InputError(f"a sheet has {MOST_ROWS:,} rows at most; write CSV or JSON Lines instead")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # no time: same results, same bytes
        columns, rows = flat_rows(results)
        _write_sheet(book, "articles", columns, rows)
        if leftover:
            _write_sheet(book, "leftover", list(leftover[0]), leftover)
    return buffer.getvalue()


def _write_sheet(book: Any, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add a sheet with a frozen header that can be filtered."""
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top"})
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), max(0, len(columns) - 1))
    for at, column in enumerate(columns):
        sheet.write_string(0, at, _cell_text(column), bold)
        sheet.set_column(at, at, WIDTHS.get(column))
        for i, row in enumerate(rows, 1):
            value = row.get(column)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(i, at, value, wrapped)
            elif value is not None and value != "":
                sheet.write_string(i, at, _cell_text(str(value)), wrapped)


def _cell_text(text: str) -> str:
    """Return what a cell holds of `text`: control characters, which XML has not, as escapes, and not too much.

    >>> _cell_text("水库\\x07"), len(_cell_text("长" * 40_000))
    ('水库\\\\x07', 32767)
    """
    text = printable(text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
