"""Which display lines are label, kicker, headline and deck."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.pages.line_model import read_lines
from classify.pages.line_model.crf import load_weights
from classify.pages.line_model.display_stack import (
    MOST_LINES,
    N_ROWS,
    ROLES,
    Stack,
    best_reading,
    find_stack,
    possible_readings,
    read_stack,
    stack_rows,
)
from classify.pages.line_model.reading import PageReading, read_page
from classify.pages.line_model.states import STATE_ROLE, STATES
from classify.text.lines import text_lines
from tests.pages.line_model.test_matching import DAMS, DAMS_TEXT, PEARS, PEARS_TEXT, SCHOOL, SCHOOL_TEXT, wrap


def headlines(*lines: str | list[str]) -> list[tuple[str, str, str]]:
    text = "\n".join([text for line in lines for text in ([line] if isinstance(line, str) else line)])
    return [(a.kicker, a.headline, a.deck) for a in read_lines(text_lines(text))]


@pytest.mark.parametrize("kicker", ["民生面对面", "聚焦乡村振兴", "“清水行动”系列报道之二"])
def test_a_rubric_that_shares_no_words_with_the_body_is_a_kicker(kicker: str) -> None:
    found = headlines(PEARS, wrap(PEARS_TEXT), kicker, DAMS, wrap(DAMS_TEXT), SCHOOL, wrap(SCHOOL_TEXT))
    assert found == [("", PEARS, ""), (kicker, DAMS, ""), ("", SCHOOL, "")]


def test_a_line_with_a_dash_is_a_deck() -> None:
    found = headlines(
        PEARS, "——柳湾镇的三年", wrap(PEARS_TEXT), DAMS, wrap(DAMS_TEXT), SCHOOL, wrap(SCHOOL_TEXT)
    )
    assert found[0] == ("", PEARS, "柳湾镇的三年")


def test_a_headline_on_two_lines_stays_one() -> None:
    long = "云港市柳湾镇把低产梨园改成设施蔬菜大棚"
    found = headlines(
        DAMS, wrap(DAMS_TEXT), long[:16], long[16:], wrap(PEARS_TEXT), SCHOOL, wrap(SCHOOL_TEXT)
    )
    assert found[1] == ("", long, "")


@given(st.integers(1, MOST_LINES))
def test_each_reading_covers_the_lines_and_has_one_headline(n: int) -> None:
    for reading in possible_readings(n):
        parts = reading.parts
        assert parts[0][0] == 0
        assert parts[-1][1] == n
        assert all(end == start for (_, end, _), (start, _, _) in pairwise(parts))
        assert [ROLES[role] for _, _, role in parts].count("headline") == 1
        assert "label" not in [ROLES[role] for _, _, role in reading.printed]


LINES = (DAMS, "民生面对面", "石泉县", "——大坝加固侧记", "工程赶在汛前完工")


def read(*lines: str) -> PageReading:
    return read_page([*lines, *wrap(DAMS_TEXT)])


def piece_of(page: PageReading, *states: str) -> tuple[list[int], list[int]]:
    """Return the lines of a page as one piece and their states, the first as given, the others body."""
    lines = list(range(len(page.page.texts)))
    return lines, [STATES.index(s) for s in (*states, *["body"] * (len(lines) - len(states)))]


def stack_of(*lines: str) -> Stack:
    page = read(*lines)
    stack = find_stack(page.page, *piece_of(page, *["headline"] * len(lines)), page.marginals)
    assert stack is not None
    return stack


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=2, max_size=4))
def test_the_best_reading_has_the_highest_score_of_those_that_print_the_same(lines: list[str]) -> None:
    stack, weights = stack_of(*lines), load_weights().stack
    scores: dict[object, list[float]] = {}
    values = {}
    for reading in possible_readings(len(lines)):
        rows, chance = stack_rows(stack, reading)
        assert 0 <= min(rows) <= max(rows) < N_ROWS
        values[reading.parts] = sum(weights[row] for row in rows) + weights[N_ROWS] * chance
        scores.setdefault(reading.printed, []).append(values[reading.parts])
    best = best_reading(stack, weights)
    together = {printed: sum(math.exp(v) for v in some) for printed, some in scores.items()}
    assert together[best.printed] == pytest.approx(max(together.values()))
    assert values[best.parts] == pytest.approx(max(scores[best.printed]))


@pytest.mark.parametrize(
    "states",
    [
        ("headline-1",),
        ("headline-1", *["byline"] * 2, "deck"),
        ("kicker-1", *["headline"] * MOST_LINES),
    ],
    ids=["one line", "not together", "too many"],
)
def test_what_is_no_stack_is_left_as_it_is(states: tuple[str, ...]) -> None:
    page = read(*(LINES * 2)[: len(states)])
    lines, own = piece_of(page, *states)
    assert find_stack(page.page, lines, own, page.marginals) is None
    assert read_stack(page.page, lines, own, page.marginals, load_weights().stack) is own


def test_display_lines_without_a_body_and_after_it_are_no_stack() -> None:
    page = read(*LINES)
    for states in (("kicker-1", "headline"), ("body-1", "headline-after", "kicker-after")):
        own = [STATES.index(state) for state in states]
        assert find_stack(page.page, list(range(len(own))), own, page.marginals) is None


def test_the_characters_of_a_vertical_headline_are_one_line() -> None:
    assert stack_of("民生面对面", *DAMS[:4]).lines == [[0], [1, 2, 3, 4]]


def test_weights_without_those_of_stacks_leave_the_states_of_lines() -> None:
    lines = [DAMS, "——大坝加固侧记", *wrap(DAMS_TEXT)]
    plain = read_page(lines, weights=replace(load_weights(), stack=None))
    assert [piece.lines for piece in plain.pieces] == [piece.lines for piece in read_page(lines).pieces]
    assert {STATE_ROLE[s] for s in plain.pieces[0].states} >= {"headline", "body"}
