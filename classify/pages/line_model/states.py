"""What a line can be to its article: the states of the page model, and which may follow which.

An article is a head (kicker, headline, deck, byline, note), a body (with subheads, captions, credits) and sometimes
display lines after the body. A state says both the role of a line and where in its article it stands, so that the
model can tell a headline that opens an article from one that closes it. States with a 1 begin an article, or a
further piece of one; ``resume`` begins a piece that goes on inside a sentence.
"""

from __future__ import annotations

import numpy as np

__all__ = [
    "AFTER",
    "BEGINS",
    "BODY",
    "GROUPS",
    "GROUP_OF",
    "HEAD",
    "START_GROUP",
    "STATES",
    "STATE_ROLE",
    "LineRole",
]


class LineRole:
    """The roles of lines; the states are made of them."""

    LABEL, KICKER, HEADLINE, DECK = "label", "kicker", "headline", "deck"
    BYLINE, NOTE, BODY, SUBHEAD = "byline", "note", "body", "subhead"
    CAPTION, FURNITURE, TAIL = "caption", "furniture", "tail"


HEAD = ("label", "kicker", "headline", "deck", "byline", "note", "caption-in-head", "furniture-in-head")
BODY = ("body", "subhead", "caption", "furniture-in-body", "tail")
AFTER = ("headline-after", "kicker-after", "deck-after")
BEGINS = (
    "label-1",
    "kicker-1",
    "headline-1",
    "deck-1",
    "byline-1",
    "note-1",
    "body-1",
    "caption-1",
    "resume",
)
STATES = (*HEAD, *BODY, *AFTER, "furniture", *BEGINS)
"""All states, in the order of the columns of the weights."""

_ROLES = {
    "caption-in-head": LineRole.CAPTION,
    "furniture-in-head": LineRole.FURNITURE,
    "furniture-in-body": LineRole.FURNITURE,
    "headline-after": LineRole.HEADLINE,
    "kicker-after": LineRole.KICKER,
    "deck-after": LineRole.DECK,
    "resume": LineRole.BODY,
}
STATE_ROLE = tuple(_ROLES.get(state, state.removesuffix("-1")) for state in STATES)
"""The role of each state."""

_DISPLAY_BEGINS = ("label-1", "kicker-1", "headline-1", "deck-1")


def _before(state: str, following: str) -> str:
    """Return what a state is to the line after it; where another article begins, the parts of a head count alike."""
    name = {"resume": "body"}.get(state, state.removesuffix("-1"))
    if name in HEAD and (following in BEGINS or following == "furniture"):
        return "head"
    if name in ("label", "kicker"):
        return "kicker"
    if name in ("caption-in-head", "furniture-in-head"):
        return "aside"
    return "after" if name in AFTER else name


def _after(state: str) -> str:
    """Return what a state is to the line before it."""
    if state in _DISPLAY_BEGINS:
        return "display-1"
    if state in ("label", "kicker"):
        return "kicker"
    if state in ("caption-in-head", "furniture-in-head"):
        return "aside"
    return "after" if state in AFTER else state


def _may_follow(before: str, state: str) -> bool:
    """Return whether `state` may be the state of the line after one of `before`."""
    if state in BEGINS or state == "furniture":
        return True
    if before == "furniture":
        return False
    in_head = before in HEAD or before in (*_DISPLAY_BEGINS, "byline-1", "note-1")
    if in_head:
        return state in HEAD or state == "body"
    if before == "caption-1":
        return state in BODY or state in AFTER or state in HEAD
    if before in AFTER:
        return state in AFTER or state in ("tail", "caption")
    return state in BODY or state in AFTER


def _make_groups() -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    names: dict[str, int] = {}
    n = len(STATES)
    group_of = np.full((n, n), -1, dtype=np.int16)
    start = np.full(n, -1, dtype=np.int16)
    for i, before in enumerate(STATES):
        for j, state in enumerate(STATES):
            if _may_follow(before, state):
                group_of[i, j] = names.setdefault(f"{_before(before, state)} > {_after(state)}", len(names))
    for j, state in enumerate(STATES):
        if state in BEGINS or state == "furniture":
            start[j] = names.setdefault(f"start > {_after(state)}", len(names))
    return tuple(names), group_of, start


GROUPS, GROUP_OF, START_GROUP = _make_groups()
"""Names of the groups of transitions that share their weights; the group of each pair of states, shape
(n_states, n_states), −1 where the second may not follow the first; and of each state at the start of a page."""
