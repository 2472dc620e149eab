"""Rows of CSV: the same as Python's csv module reads, without its limit and without changing it."""

from __future__ import annotations

import csv
import io
import time
from itertools import chain
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classify.read.csv_rows import CsvError, CsvRow, _long_row, csv_lines, csv_rows
from classify.text.encoding import PrefixedStream

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 2**24
LONG = "清淤，" * 50_000
"""Longer than the 131,072 characters that csv takes."""


def lines_of(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


def rows_of(text: str) -> list[list[str]]:
    return [row.fields for row in csv_rows(lines_of(text), LONGEST)]


def long_rows_of(text: str) -> Iterator[list[str]]:
    """Read with the reader for long rows alone."""
    lines = iter(lines_of(text))
    for line in lines:
        yield _long_row(chain([line], lines)) if line.strip("\r\n") else []


pieces = st.text(st.sampled_from('",\r\n a清'), max_size=16)


@given(pieces)
@example('a"b,"c"d,"e""f"\r\n')
@example('"",""",""\n"\r"\r')
def test_the_rows_are_those_of_csv(text: str) -> None:
    try:
        rows = rows_of(text)
    except CsvError:  # csv does not mind a quote that is never closed, unless it is strict
        with pytest.raises(csv.Error):
            list(csv.reader(lines_of(text), strict=True))
    else:
        assert rows == list(csv.reader(lines_of(text)))
        assert rows == list(long_rows_of(text))


@given(pieces)
def test_rows_longer_than_csv_takes_are_read_alike(text: str) -> None:
    try:
        want = rows_of(text)
    except CsvError:
        return
    first = want[0] if want and want[0] else [""]
    assert rows_of(f'"{LONG}""\n",x,{text}') == [[LONG + '"\n', "x", *first], *want[1:]]


def test_lines_are_counted() -> None:
    text = f'a,b\n\n"1\r\n2\r3",{LONG}\n"{LONG}\n",x\nend'
    assert [(row.line, len(row.fields)) for row in csv_rows(lines_of(text), LONGEST)] == [
        (1, 2), (2, 0), (3, 2), (6, 2), (8, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ['a\n"b\nc', f'a\n"{LONG}', f'a\n{LONG},"'])
def test_a_quote_that_is_never_closed(text: str) -> None:
    rows = csv_rows(lines_of(text), LONGEST)
    assert next(rows) == CsvRow(1, ["a"])
    with pytest.raises(CsvError, match="a quote is never closed") as e:
        next(rows)
    assert e.value.line == 2


@pytest.mark.parametrize("limit", [10, 131_072, 2**30])
def test_the_limit_of_csv_is_neither_used_nor_changed(limit: int) -> None:
    before = csv.field_size_limit(limit)
    try:
        assert rows_of(f'x,{LONG}\n"{LONG}",y\n') == [["x", LONG], [LONG, "y"]]
        with pytest.raises(CsvError, match="longer than 0 Mi characters"):
            list(csv_rows(lines_of(LONG), 100_000))
        assert csv.field_size_limit() == limit
    finally:
        csv.field_size_limit(before)


@given(
    st.text(st.sampled_from("\r\na清𠮷"), max_size=20),
    st.sampled_from(["utf-8", "gb18030"]),
    st.integers(1, 9),
)
def test_lines_in_blocks_of_any_size(text: str, encoding: str, block: int) -> None:
    stream = PrefixedStream(b"", io.BytesIO(text.encode(encoding)))
    assert list(csv_lines(stream, encoding, block, LONGEST)) == lines_of(text)


def test_a_line_without_end_is_given_up() -> None:
    class Endless(io.BytesIO):
        def read(self, n: int | None = -1) -> bytes:
            return b"x" * (n or 0)

    (line,) = csv_lines(PrefixedStream(b"", Endless()), "utf-8", 100, 1000)
    assert 1000 < len(line) < 1200


def test_time_grows_as_the_text() -> None:
    def seconds(n: int) -> float:
        lines = lines_of('"' + '他说""好""，\n' * n + '"\n')
        start = time.perf_counter()
        assert len(list(csv_rows(lines, LONGEST))) == 1
        return time.perf_counter() - start

    small = min(seconds(20_000) for _ in range(3))
    assert seconds(200_000) < 40 * small + 0.5
