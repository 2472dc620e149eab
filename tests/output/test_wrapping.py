"""Lines of a terminal: no closing punctuation at their beginning, no number broken, nothing lost."""

from __future__ import annotations

import io
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import Color
from rich.console import Console

from classify.output.terminal import BLUE, COLOURS, ORANGE, OTHER_COLOUR, print_articles, print_table
from classify.output.wrapping import wrap_chinese
from tests.output.examples import both_objects

CLOSING = "，。、；：？！）》】」”％%‰"


@given(st.text("林场年12.，。（）“”a \n", max_size=60), st.integers(8, 30))
def test_lines_are_short_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrap_chinese(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


BODY = (
    "会议通报，去年全市四级林长巡林3.1万人次，完成人工造林2460公顷、退化林修复1380公顷，"
    "火灾受害率0.2‰以下（“十五五”初期）。"
)


@pytest.mark.parametrize("width", range(12, 80))
def test_typesetting_rules(width: int) -> None:
    for line in (lines := wrap_chinese(BODY, width)):
        assert line[0] not in CLOSING
        assert line[-1] not in "（“《"
    joined = "|".join(lines)
    for number in ("3.1", "2460", "1380", "0.2‰"):
        assert number in joined


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_the_table_keeps_the_rules_at_usual_widths(columns: int) -> None:
    full, _ = both_objects()
    file = io.StringIO()
    rows = [
        full | {"article": n, "summary": ["县" * n + BODY], "headline": BODY[: 30 + n]} for n in range(1, 30)
    ]
    print_table(rows, Console(file=file, width=columns))
    lines = file.getvalue().splitlines()
    assert all(cell_len(line) <= columns for line in lines)
    text = [line[24:].strip() for line in lines]
    assert not [line for line in text if line and line[0] in CLOSING]
    broken = [a for a, b in pairwise(text) if a[-1:].isdigit() and b[:1].isdigit()]
    assert broken == []


@pytest.mark.parametrize("columns", range(80, 121, 8))
def test_the_table_of_articles_keeps_the_rules(columns: int) -> None:
    """Headline, byline and opening are beside each other, so the rows of each are found by their colours."""
    full, _ = both_objects()
    file = io.StringIO()
    rows = [full | {"body": "县" * n + BODY, "headline": "", "kicker": "", "deck": ""} for n in range(1, 30)]
    print_articles(rows, Console(file=file, width=columns, force_terminal=True, color_system="standard"))
    dim = re.findall(r"\x1b\[2m([^\x1b]+)", file.getvalue())
    assert len(dim) > 60
    assert not [line for line in dim if line.strip() and line[0] in CLOSING]


def test_colours_are_read_on_black_and_on_white_and_can_be_switched_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def luminance(name: str) -> float:
        parts = [c / 255 for c in Color.parse(name).get_truecolor()]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for colour in (BLUE, ORANGE, OTHER_COLOUR, *COLOURS.values()):
        assert (luminance(colour) + 0.05) / 0.05 >= 3
        assert 1.05 / (luminance(colour) + 0.05) >= 3
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    print_table(both_objects(), Console(file=file, force_terminal=True, width=80))
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", file.getvalue())


def test_tabs_have_no_width_and_take_no_time() -> None:
    """A line may be all tabs; joined one by one they took time with the square of their number: minutes for these."""
    began = time.process_time()
    assert wrap_chinese("林" + "\t" * 1_500_000 + "场", 80) == ["林" + "\t" * 1_500_000 + "场"]
    assert time.process_time() - began < 20
