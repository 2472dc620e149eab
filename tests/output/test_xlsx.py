"""Excel workbooks: the rows of CSV as text, readable back, whatever the texts begin with."""

from __future__ import annotations

import io
from typing import Any

import pytest

from classify.errors import InputError
from classify.output import xlsx
from classify.output.csv import flat_rows
from classify.output.json import with_fields
from classify.output.xlsx import LONGEST_CELL, xlsx_bytes
from tests.output.examples import FULL, HOSTILE, both_objects

openpyxl = pytest.importorskip("openpyxl", reason="no openpyxl, with which workbooks are read back")


def sheets(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each sheet."""
    read = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        header, *rows = sheet.iter_rows(values_only=True)
        read[sheet.title] = [dict(zip(header, row, strict=True)) for row in rows]
    return read


def test_the_rows_are_those_of_csv() -> None:
    results = both_objects()
    columns, rows = flat_rows(results)
    (read,) = sheets(xlsx_bytes(results)).values()
    assert list(read[0]) == columns
    for row, found in zip(rows, read, strict=True):
        assert {k: v for k, v in found.items() if v is not None} == {
            k: v for k, v in row.items() if v not in (None, "")
        }
    assert read[0]["body"] == FULL.article.body


def test_leftover_lines_have_a_sheet() -> None:
    line = {"file": "page.txt", "page": 1, "line": 9, "text": "第3版"}
    assert sheets(xlsx_bytes(both_objects(), [line]))["leftover"] == [line]


@pytest.mark.parametrize("text", [*HOSTILE, "=1+1", "@SUM(A1)", "http://localhost/", "-2", "'=1"])
def test_a_text_is_never_a_formula_or_a_link(text: str) -> None:
    full, _ = both_objects()
    data = xlsx_bytes([with_fields(full, {"own": text, "flag": True})])
    (sheet,) = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    (cell,) = (row[-2] for row in sheet.iter_rows(min_row=2))
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.value[:1] == xlsx.printable(text)[:1]


def test_a_cell_too_long_for_excel_is_cut() -> None:
    full, _ = both_objects()
    (row,) = sheets(xlsx_bytes([full | {"body": "长" * 40_000}]))["articles"]
    assert len(row["body"]) == LONGEST_CELL
    assert row["body"].endswith("长…")


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 1)
    with pytest.raises(InputError, match="has 1 rows at most; write CSV"):
        xlsx_bytes(both_objects())


def test_without_the_library_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(InputError, match="pip install xlsxwriter"):
        xlsx_bytes([])


def test_the_same_results_give_the_same_bytes() -> None:
    assert xlsx_bytes(both_objects()) == xlsx_bytes(both_objects())
