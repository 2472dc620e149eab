"""Rows of CSV text, with fields of any length and without a setting for the whole process.

Python's csv module refuses fields of more than 131,072 characters, which long reports and whole pages have. That limit
can only be raised for all threads and libraries of a process at once. So rows go through csv, and a row that it refuses
is read again here, by the rules of csv's default dialect: commas, double quotes, doubled quotes inside quotes, newlines
inside quotes; quotes inside a field that does not begin with one are characters like others. A test compares the two
readers on generated rows. A reader without csv was tried: it had two thirds of csv's speed on plain fields, a fifth to
two fifths on quoted ones, and a twentieth where the text has many quotes.
"""

from __future__ import annotations

import codecs
import csv
import io
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from classify.text.encoding import PrefixedStream

__all__ = ["CsvError", "CsvRow", "csv_lines", "csv_rows"]


class CsvError(Exception):
    """A row that cannot be read, after which the next rows cannot be found either.

    >>> try:
    ...     list(csv_rows(['text\\n', '"水库蓄水\\n'], longest=100))
    ... except CsvError as e:
    ...     print(e.line, e)
    2 a quote is never closed
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class CsvRow(NamedTuple):
    """A row: its fields, and the number of the line on which it begins, from 1. A blank line has no fields."""

    line: int
    fields: list[str]


def csv_rows(lines: Iterable[str], longest: int, delimiter: str = ",") -> Iterator[CsvRow]:
    r"""Yield the rows of CSV text.

    Parameters
    ----------
    lines : iterable of str
        Physical lines with their ends, as `csv_lines` gives them.
    longest : int, at least 1
        Characters of a row. A longer one is most often a quote that was never closed.
    delimiter : str, default=","
        The character between two fields.

    Raises
    ------
    CsvError
        A row is longer than `longest`, or its last quote is never closed.

    Examples
    --------
    >>> for row in csv_rows(["id,text\n", '1,"他说：""好""\n', '下一行"\n', "2,柳湾\n"], longest=100):
    ...     print(row.line, row.fields)
    1 ['id', 'text']
    2 ['1', '他说："好"\n下一行']
    4 ['2', '柳湾']
    """
    source = _RowLines(lines, longest)
    reader = csv.reader(source.read(), delimiter=delimiter)
    while True:
        source.row, source.size = [], 0
        first = source.number + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a field is longer than csv takes
            fields = _long_row(chain(tuple(source.row), source.read()), delimiter)
        if source.ended:  # only a row that is not whole reads on to the end
            raise CsvError(first, "a quote is never closed")
        yield CsvRow(first, fields)


class _RowLines:
    """Lines that are counted, and kept until their row is read."""

    def __init__(self, lines: Iterable[str], longest: int) -> None:
        self._lines, self._longest = iter(lines), longest
        self.row: list[str] = []
        self.size = self.number = 0
        self.ended = False

    def read(self) -> Iterator[str]:
        for line in self._lines:
            self.row.append(line)
            self.number += 1
            self.size += len(line)
            if self.size > self._longest:
                first = self.number - len(self.row) + 1
                raise CsvError(first, f"it is longer than {self._longest >> 20} Mi characters")
            yield line
        self.ended = True


def _long_row(lines: Iterator[str], delimiter: str = ",") -> list[str]:
    """Return the fields of the first row of `lines`; what there is of it where its last quote is never closed."""
    line = next(lines)
    fields: list[str] = []
    start = 0
    while True:
        parts: list[str] = []
        if line.startswith('"', start):
            start += 1
            while True:
                end = line.find('"', start)
                if end < 0:  # the field goes on in the next line
                    parts.append(line[start:])
                    line, start = next(lines, ""), 0
                    if not line:
                        return fields
                    continue
                doubled = line.startswith('"', end + 1)
                parts.append(line[start : end + doubled])
                start = end + 1 + doubled
                if not doubled:
                    break
        # Characters between a closing quote and the delimiter belong to the field, as in csv.
        end = line.find(delimiter, start)
        if end < 0:
            parts.append(line[start:].rstrip("\r\n"))
            return [*fields, "".join(parts)]
        parts.append(line[start:end])
        fields.append("".join(parts))
        start = end + 1


def csv_lines(source: PrefixedStream, encoding: str, block: int, longest: int) -> Iterator[str]:
    r"""Yield the decoded lines of a stream with their ends, which are ``\n``, ``\r`` or ``\r\n``.

    Parameters
    ----------
    source : PrefixedStream
    encoding : str
    block : int, at least 1
        Bytes read at a time.
    longest : int, at least 1
        About how many characters a line may have before it is given up, so that memory stays bounded. The line is
        then yielded as far as it was read: `csv_rows` reports it.

    Raises
    ------
    UnicodeDecodeError
        The stream is not in `encoding`.

    Examples
    --------
    >>> from classify.text.encoding import PrefixedStream
    >>> list(csv_lines(PrefixedStream(b"a\r\nb\rc", io.BytesIO()), "utf-8", block=2, longest=100))
    ['a\r\n', 'b\r', 'c']
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    parts: list[str] = []  # of a line that is not whole yet
    held = 0
    while data := source.read(block):
        text = decoder.decode(data)
        parts.append(text)
        held += len(text)
        if held > longest or "\n" in text or "\r" in text:
            lines = io.StringIO("".join(parts), newline="").readlines()
            rest = lines.pop() if lines else ""  # perhaps not whole, or a \r whose \n is still to come
            yield from lines
            if len(rest) > longest:
                yield rest
                return
            parts, held = [rest], len(rest)
    yield from io.StringIO("".join([*parts, decoder.decode(b"", True)]), newline="")
