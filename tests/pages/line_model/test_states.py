"""What a line can be, and what may follow what."""

from __future__ import annotations

import pytest

from classify.pages.line_model.states import BEGINS, GROUP_OF, GROUPS, START_GROUP, STATE_ROLE, STATES


def allowed(before: str, after: str) -> bool:
    return bool(GROUP_OF[STATES.index(before), STATES.index(after)] >= 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("kicker-1", "headline"), ("headline-1", "body"), ("headline", "byline"), ("byline", "body"),
        ("body-1", "body"),
        ("body", "subhead"), ("subhead", "body"), ("body", "headline-after"), ("headline-after", "body-1"),
        ("body", "headline-1"), ("body", "resume"), ("headline-1", "headline-1"), ("furniture", "kicker-1"),
        ("caption-1", "body"), ("note", "body"), ("furniture", "furniture"),
    ],
)  # fmt: skip
def test_what_may_follow(before: str, after: str) -> None:
    assert allowed(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("body", "headline"), ("body", "byline"), ("furniture", "body"), ("headline-after", "body"),
        ("headline-1", "tail"),
        ("headline-1", "headline-after"), ("body", "note"), ("furniture", "caption"),
    ],
)  # fmt: skip
def test_what_may_not_follow(before: str, after: str) -> None:
    assert not allowed(before, after)


def test_a_page_begins_with_an_article_or_with_furniture() -> None:
    assert {state for state, group in zip(STATES, START_GROUP, strict=True) if group >= 0} == {
        *BEGINS,
        "furniture",
    }


def test_each_group_has_a_transition() -> None:
    assert {int(g) for g in [*GROUP_OF.ravel(), *START_GROUP] if g >= 0} == set(range(len(GROUPS)))
    assert len(STATE_ROLE) == len(STATES) == len(set(STATES))
