"""The probability that an article begins at a unit, against a sum over all paths in log-odds."""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING

import pytest

from classify.pages.segmentation import segment
from classify.pages.transitions import State, end_weight, score_transitions
from classify.pages.units import to_units
from classify.text.lines import text_lines

if TYPE_CHECKING:
    from classify.pages.transitions import Scored

ARTICLE = """河道清淤开始

本报讯（记者林知遥）河道清淤昨日
开始，沿岸居民说，水已经清了。

全长十一公里

清出的淤泥将运往城北，固化后用
于制砖。（卫苒）

"""


def exact(scored: Scored, wanted: int) -> float:
    """Return the probability that an article begins at unit `wanted`: two sums in log space, without rescaling."""

    def add(a: float, b: float) -> float:
        high, low = max(a, b), min(a, b)
        return high if low == -math.inf else high + math.log1p(math.exp(low - high))

    def total(*, only_begins: bool) -> float:
        row = [-math.inf] * State.COUNT
        row[State.PRE] = 0.0
        for t, (steps, scores) in enumerate(zip(*scored, strict=True)):
            after = [-math.inf] * State.COUNT
            for step, score in zip(steps.transitions, scores, strict=True):
                if step.begins or not only_begins or t != wanted:
                    after[step.target] = add(after[step.target], row[step.source] + score)
            row = after
        return reduce(add, (x + end_weight(s) for s, x in enumerate(row)))

    return math.exp(total(only_begins=True) - total(only_begins=False))


@pytest.mark.parametrize("times", [1, 3, 12])
def test_probabilities_are_those_of_all_paths(times: int) -> None:
    units = to_units(text_lines(ARTICLE * times))
    scored, _ = score_transitions(units)
    steps = segment(units)
    assert sum(step.begins for step in steps) == times
    for t, step in enumerate(steps):
        assert step.p_begins == pytest.approx(exact(scored, t) if step.begins else 0.0, abs=1e-9)


def test_a_long_page_has_finite_probabilities() -> None:
    """Without rescaling in both directions the weights of 2,000 units leave the range of a float."""
    begins = [step.p_begins for step in segment(to_units(text_lines(ARTICLE * 500))) if step.begins]
    assert len(begins) == 500
    assert all(0.5 < p <= 1 for p in begins)


def test_an_out_of_place_unit_in_a_long_single_article() -> None:
    steps = segment(to_units(text_lines(ARTICLE * 200)), single=True)
    assert [step.begins for step in steps].count(True) == 1
    assert all(math.isfinite(step.p_begins) for step in steps)


def test_a_page_without_units_has_no_reading() -> None:
    assert segment([]) == []
