"""Which display lines are label, kicker, headline and deck."""

from __future__ import annotations

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
    find_stacks,
    possible_readings,
    stack_rows,
)
from classify.pages.line_model.matching import Matched, match_pieces
from classify.pages.line_model.reading import Piece, read_page
from classify.pages.line_model.states import STATES
from classify.text.lines import text_lines
from tests.pages.line_model.test_matching import DAMS, DAMS_TEXT, PEARS, PEARS_TEXT, SCHOOL, SCHOOL_TEXT, wrap


def headlines(*lines: str | list[str]) -> list[tuple[str, str, str]]:
    text = "\n".join([text for line in lines for text in ([line] if isinstance(line, str) else line)])
    return [(a.kicker, a.headline, a.deck) for a in read_lines(text_lines(text))]


@pytest.mark.xfail(
    strict=False, reason="the weights were learned before generated subjects were named in bodies"
)
@pytest.mark.parametrize("kicker", ["民生面对面", "聚焦乡村振兴", "石泉县水利局", "“清水行动”系列报道之二"])
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


@given(st.integers(1, MOST_LINES), st.integers(0, 1))
def test_each_reading_covers_the_lines_and_has_one_headline(n: int, doubtful: int) -> None:
    for parts, _ in possible_readings(n, min(doubtful, n - 1)):
        assert parts[0][0] == 0
        assert parts[-1][1] == n
        assert all(end == start for (_, end, _), (start, _, _) in pairwise(parts))
        assert [ROLES[role] for _, _, role in parts].count("headline") == 1
        assert all(ROLES[role] != "furniture" or end <= doubtful for _, end, role in parts)


LINES = (DAMS, "民生面对面", "石泉县", "——大坝加固侧记", "工程赶在汛前完工")


def stack_of(*lines: str) -> Stack:
    reading = read_page([*lines, *wrap(DAMS_TEXT)])
    body = list(range(len(lines), len(reading.page.texts)))
    return Stack.of(reading, [[i] for i in range(len(lines))], 0, body)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=2, max_size=4))
def test_the_best_reading_has_the_highest_score(lines: list[str]) -> None:
    stack, weights = stack_of(*lines), load_weights().stack

    def score(parts: object, order: int) -> float:
        rows, chance = stack_rows(stack, parts, order)  # type: ignore[arg-type]
        assert 0 <= min(rows) <= max(rows) < N_ROWS
        return sum(weights[row] for row in rows) + weights[N_ROWS] * chance

    scores = {parts: score(parts, order) for parts, order in possible_readings(len(lines), 0)}
    assert scores[best_reading(stack, weights)] == pytest.approx(max(scores.values()))


def test_one_line_alone_and_a_head_without_a_body_are_left_as_they_are() -> None:
    reading = read_page([DAMS, *wrap(DAMS_TEXT)])
    assert find_stacks(reading, match_pieces(reading)) == [None]
    head = Piece([0], [STATES.index("headline-1")])
    assert find_stacks(reading, [Matched([head])]) == [None]


def test_lines_that_go_to_another_article_are_removed() -> None:
    piece = Piece([0, 1, 2], [STATES.index(s) for s in ("headline-1", "body", "kicker-after")])
    article = Matched(
        [piece, Piece([5], [STATES.index("caption-1")])], displays={"headline": [[0]], "kicker": [[2]]}
    )
    article.remove_lines({2, 5})
    assert [p.lines for p in article.pieces] == [[0, 1]]
    assert article.displays == {"headline": [[0]], "kicker": []}
