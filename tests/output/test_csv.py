"""CSV: columns in the order of the JSON object, nothing lost, readable back."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from classify.output.csv import csv_text
from classify.output.json import article_object, with_fields
from tests.output.examples import FULL, both_objects

COLUMNS = [
    "id", "file", "page", "article", "headline", "kicker", "deck", "source", "reporters", "correspondents",
    "photographers", "place", "date", "captions", "body", "lines", "boxes", "split_confidence", "section",
    "decision", "likeliest", "confidence", "p_forestry", "p_other", "summary", "keywords",
]  # fmt: skip


def rows_of(results: list[dict]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_text(results), newline="")))


def test_csv_reads_back() -> None:
    full, empty = rows_of(both_objects())
    assert list(full) == COLUMNS
    assert full["body"] == FULL.article.body
    assert full["lines"] == "1-3 5-9"
    assert full["boxes"] == "2 10.0 20.5 110.0 220.0"
    assert full["reporters"] == "岑雨桐、李某"
    assert full["p_forestry"] == "0.8765"
    assert (empty["section"], empty["decision"]) == ("", "unsure")


def test_split_articles_have_no_labels() -> None:
    (row,) = rows_of([dict(article_object(FULL.article, file="a.txt", number=1))])
    assert list(row) == COLUMNS[: COLUMNS.index("section")]


def test_without_results_there_is_the_header() -> None:
    assert csv_text([]).strip().split(",") == [c for c in COLUMNS if not c.startswith("p_")]


def test_every_row_has_the_columns_of_all() -> None:
    full, empty = both_objects()
    assert [row["编号"] for row in rows_of([full, with_fields(empty, {"编号": 7})])] == ["", "7"]


def test_own_fields_that_are_called_like_a_column_are_kept() -> None:
    """``source``, ``date`` and ``p_business`` are columns, but no keys of the JSON object."""
    full, _ = both_objects()
    fields = {
        "source": "甲报",
        "p_forestry": "高",
        "input_source": "乙",
        "file": "f",
        "input_file": "g",
        "作者": ["甲", "乙"],
    }
    (row,) = rows_of([with_fields(full, fields)])
    assert list(row)[: len(COLUMNS)] == COLUMNS
    assert (row["source"], row["input_source"], row["input_source_"]) == ("本报", "乙", "甲报")
    assert (row["p_forestry"], row["input_p_forestry"]) == ("0.8765", "高")
    assert (row["input_file"], row["input_file_"]) == ("g", "f")
    assert row["作者"] == "甲、乙"


names = st.one_of(
    st.sampled_from([*COLUMNS, "input_source", "input_input_source", "input_file"]), st.text("ab", max_size=2)
)


@given(st.dictionaries(names, st.integers(100, 10**6).map(str), max_size=10))
def test_no_field_is_lost(fields: dict[str, str]) -> None:
    full, _ = both_objects()
    plain = rows_of([full])[0]
    (row,) = rows_of([with_fields(full, fields)])
    assert {column: row[column] for column in COLUMNS} == plain
    own = {k: v for k, v in fields.items() if k not in ("text", "title")}
    assert sorted(v for column, v in row.items() if column not in COLUMNS) == sorted(own.values())


@given(
    st.text("'=+-@\t12＝林", max_size=5)
    | st.sampled_from(["=1+1", "'=1", "-5", "+3.25", "-", "@import", "'tis", "１"])
)
def test_no_cell_is_a_formula_and_the_text_comes_back(text: str) -> None:
    """An apostrophe in front of what a spreadsheet would run; taking one away from such a cell gives the text."""
    full, _ = both_objects()
    (row,) = rows_of([with_fields(full, {"own": text})])
    cell = row["own"]
    number = (
        text.lstrip("+-").replace(".", "", 1).isascii() and text.lstrip("+-").replace(".", "", 1).isdigit()
    )
    assert number or cell[:1] not in tuple("=+-@\t＝")
    assert cell in (text, f"'{text}")
