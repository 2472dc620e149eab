"""Widths and flags of lines: a flag may be set too often, never too seldom."""

from __future__ import annotations

import pytest

from classify.pages.furniture import is_folio, is_notice
from classify.pages.line_flags import UNWRAPPED_CELLS, Flag, flag_lines
from classify.pages.runs import begins_with_bullet, is_single
from classify.text.bylines import LEAD_OPENERS
from classify.text.characters import BLANK, cells
from classify.text.normalize import clean
from tests.support import read_cases

NEEDED = {
    Flag.OPENER: lambda text: LEAD_OPENERS.match(text) is not None,
    Flag.FOLIO: is_folio,
    Flag.NOTICE: is_notice,
    Flag.SINGLE: is_single,
    Flag.BULLET: begins_with_bullet,
    Flag.BLANKS: lambda text: any(c in BLANK for c in text),
    Flag.LONG: lambda text: cells(text) > UNWRAPPED_CELLS,
}


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """The lines of all cases of the library that are not blank."""
    lines = [line for case in read_cases("pages") for line in case["lines"]]
    lines += [
        line
        for name in ("leads", "bylines", "credits")
        for case in read_cases(name)
        for line in [case["text"]]
    ]
    return [line for text in lines for line in clean(text).split("\n") if line.strip()]


@pytest.mark.parametrize("flag", NEEDED)
def test_a_line_that_the_grammar_reads_has_its_flag(texts: list[str], flag: int) -> None:
    _, flags = flag_lines(texts)
    assert [t for t, f in zip(texts, flags, strict=True) if NEEDED[flag](t) and not f & flag] == []


def test_widths_are_cells(texts: list[str]) -> None:
    assert list(flag_lines(texts)[0]) == [cells(text) for text in texts]


def test_lines_do_not_depend_on_their_number(texts: list[str]) -> None:
    """Lines are flagged 20,000 at a time."""
    many = texts * (40_001 // len(texts) + 1)
    widths, flags = flag_lines(many)
    again = [flag_lines([text])[0][0] for text in texts]
    assert list(widths[-len(texts) :]) == again
    assert len(widths) == len(flags) == len(many)


@pytest.mark.parametrize("text", ["", " ", "\t\u3000", "\x1f"], ids=ascii)
def test_a_blank_line_is_empty(text: str) -> None:
    assert flag_lines(["青", text, "塘"])[1][1] == Flag.EMPTY


def test_no_lines() -> None:
    assert flag_lines([]) == ((), ())
