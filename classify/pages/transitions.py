"""Every possible step of every unit, with its score.

The states: a headline is being read, a byline, a body with or without lead and headline, what follows a
body, a photo story. What kind of unit it is says which steps there are (a `Shape`); the evidence says what
each is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from classify.pages.evidence import Evidence
from classify.pages.furniture import is_notice
from classify.pages.kickers import is_kicker
from classify.pages.weights import WEIGHTS
from classify.text.bylines import opens_in_latin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.units import Unit

__all__ = ["N_STATES", "PRE", "Role", "Scored", "Shape", "Steps", "ending"]

# States. A body is numbered by whether it has a lead or byline (2) and a headline before it (1).
PRE, PRE_BYLINE, PRE_HEAD_BYLINE = 0, 1, 2
BODY = 3  # … BODY + 3
POST = 7  # + 1 where the article has a lead
PHOTO = 9  # a photo story with its credit
N_STATES = 10
LED = (BODY + 2, BODY + 3, POST + 1)
"""States of an article that has a lead or a byline."""
STATES = range(N_STATES)
BODIES = range(BODY, BODY + 4)
CLOSED = range(BODY, N_STATES)
"""States in which an article may end."""
OUT_OF_PLACE = -20.0
"""What it costs to take a unit as body where no step fits and the page is known to be one article."""


class Role:
    """What a unit is to its article."""

    BODY, HEAD, BYLINE, CAPTION, STRAY, SUBHEAD = "body", "head", "byline", "caption", "stray", "subhead"


Arc = tuple[int, int, str, bool]
"""From state, to state, role of the unit, whether an article begins at it."""


@dataclass(frozen=True, eq=False)
class Shape:
    """The steps that one kind of unit allows. Where two are worth the same, the earlier one wins."""

    all: tuple[Arc, ...]

    @cached_property
    def numbered(self) -> tuple[tuple[int, int, int], ...]:
        """Number, from state and to state of each arc."""
        return tuple((k, source, target) for k, (source, target, _, _) in enumerate(self.all))

    @cached_property
    def sources(self) -> tuple[int, ...]:
        """From state of each arc."""
        return tuple(arc[0] for arc in self.all)

    @cached_property
    def targets(self) -> tuple[int, ...]:
        """To state of each arc."""
        return tuple(arc[1] for arc in self.all)

    @cached_property
    def cells(self) -> tuple[int, ...]:
        """Place of each arc in a square of states, row by row."""
        return tuple(source * N_STATES + target for source, target, _, _ in self.all)

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Role of the unit on each arc."""
        return tuple(arc[2] for arc in self.all)

    @cached_property
    def begins(self) -> tuple[bool, ...]:
        """Whether an article begins, of each arc."""
        return tuple(arc[3] for arc in self.all)

    @cached_property
    def inside(self) -> tuple[Shape, tuple[int, ...]]:
        """The same where no article may begin, and the numbers of the arcs that stay."""
        stay = tuple(k for k, begins in enumerate(self.begins) if not begins)
        return Shape(tuple(self.all[k] for k in stay) + _same(STATES, Role.BODY)), stay

    @cached_property
    def first(self) -> tuple[Shape, tuple[int, ...]]:
        """The same where an article must begin, and the numbers of the arcs that stay."""
        stay = tuple(k for k, (source, _, _, begins) in enumerate(self.all) if begins and source == POST)
        return Shape(tuple((PRE, *self.all[k][1:]) for k in stay)), stay


Scored = tuple[list[Shape], list[tuple[float, ...]]]
"""The shape of each unit's steps, and the scores of each unit's steps."""


def _same(states: Sequence[int], role: str) -> tuple[Arc, ...]:
    return tuple((s, s, role, False) for s in states)


def _text_shape(lead: int, *, bullet: bool) -> Shape:
    arcs = list(_same(BODIES, Role.BODY))
    for s in CLOSED:
        arcs.append((s, BODY + lead, Role.BODY, True))
        if bullet:  # a brief is whole without a headline
            arcs.append((s, BODY + 1, Role.BODY, True))
    arcs.append((PRE, BODY + lead + 1, Role.BODY, False))
    arcs.append((PRE_BYLINE, BODY + 2, Role.BODY, False))
    arcs.append((PRE_HEAD_BYLINE, BODY + 3, Role.BODY, False))
    return Shape(tuple(arcs))


def _display_shape(*, piece: bool) -> Shape:
    arcs: list[Arc] = [(s, POST + (s >= BODY + 2), Role.HEAD, False) for s in BODIES]
    arcs.append((PHOTO, POST, Role.HEAD, False))
    arcs.extend(_same((POST, POST + 1), Role.HEAD))
    arcs.extend((s, PRE, Role.HEAD, True) for s in CLOSED)
    arcs.append((PRE, PRE, Role.HEAD, False))
    arcs.append((PRE_BYLINE, PRE_HEAD_BYLINE, Role.HEAD, False))
    arcs.append((PRE_HEAD_BYLINE, PRE_HEAD_BYLINE, Role.HEAD, False))
    if piece:
        arcs.extend(_same(BODIES, Role.SUBHEAD))
        arcs.append((PRE, BODY + 1, Role.BODY, False))
        arcs.append((PRE_BYLINE, BODY + 2, Role.BODY, False))
        arcs.append((PRE_HEAD_BYLINE, BODY + 3, Role.BODY, False))
        arcs.extend((s, BODY, Role.BODY, True) for s in CLOSED)
    arcs.extend(_same(CLOSED, Role.STRAY))
    return Shape(tuple(arcs))


TEXT = {(lead, bullet): _text_shape(lead, bullet=bullet) for lead in (0, 2) for bullet in (False, True)}
DISPLAY = {piece: _display_shape(piece=piece) for piece in (False, True)}
BYLINE = Shape(
    (
        *((s, PRE_BYLINE, Role.BYLINE, True) for s in CLOSED),
        (PRE, PRE_HEAD_BYLINE, Role.BYLINE, False),
        *_same((PRE_BYLINE, PRE_HEAD_BYLINE), Role.BYLINE),
        *_same(CLOSED, Role.BYLINE),
    )
)
FOLIO = Shape(_same(STATES, Role.STRAY))
CAPTION = Shape((*_same(STATES, Role.CAPTION), *((s, POST, Role.CAPTION, True) for s in CLOSED)))
CREDIT = Shape(
    (*_same(STATES, Role.CAPTION), (BODY, PHOTO, Role.CAPTION, False), (BODY + 1, PHOTO, Role.CAPTION, False))
)
FIRST_FOLIO = Shape(((PRE, PRE, Role.STRAY, False),))
FIRST_CAPTION = Shape(((PRE, PRE, Role.CAPTION, True), (PRE, POST, Role.CAPTION, True)))


def ending(state: int) -> float:
    """What it costs that an article ends in `state`."""
    if state >= POST or state in (BODY + 1, BODY + 3):
        return 0.0
    if state == BODY + 2:
        return WEIGHTS["end_no_headline"]
    return WEIGHTS["end_bare"] if state == BODY else WEIGHTS["end_headline_only"]


class Steps:
    """Scores the steps of each of `units`."""

    def __init__(self, units: list[Unit]) -> None:
        self.units = units
        self.evidence = Evidence(units)
        self.endings = [ending(s) for s in CLOSED]
        self.subheads: set[int] = set()
        """The units that are subheads, if they stand in a body; other short ones there are running text."""

    def all(self, *, single: bool) -> Scored:
        """Return the steps of each unit; those of the first that is no folio line begin an article."""
        shapes: list[Shape] = []
        scores: list[tuple[float, ...]] = []
        for t, unit in enumerate(self.units):
            shape, gains = self._of(t, unit)
            shapes.append(shape)
            scores.append(tuple(gains))
        first = 0
        while first < len(shapes) - 1 and self.units[first].kind == "folio":
            shapes[first], scores[first] = FIRST_FOLIO, (0.0,)
            first += 1
        if self.units[first].kind in ("credit", "caption"):
            shapes[first], scores[first] = FIRST_CAPTION, (0.0, WEIGHTS["caption_alone"])
        elif self.units[first].kind != "folio":
            shapes[first], stay = shapes[first].first
            scores[first] = tuple(scores[first][k] for k in stay)
        if single:
            for t in range(first + 1, len(shapes)):
                shapes[t], stay = shapes[t].inside
                scores[t] = tuple(scores[t][k] for k in stay) + (OUT_OF_PLACE,) * N_STATES
        return shapes, scores

    def _of(self, t: int, unit: Unit) -> tuple[Shape, list[float]]:
        if unit.kind == "text":
            return self._text(t, unit)
        if unit.kind in ("short", "tall"):
            return self._display(t, unit)
        if unit.kind == "byline":
            return self._byline(t)
        return self._caption(unit) if unit.kind != "folio" else (FOLIO, [0.0] * N_STATES)

    def _text(self, t: int, unit: Unit) -> tuple[Shape, list[float]]:
        w, evidence = WEIGHTS, self.evidence
        previous = evidence.before(t)
        closing = _closing(previous)
        strong = w["lead"] if unit.lead else w["dateline"] if opens_in_latin(unit.text) else 0.0
        bullet = unit.bullet and not evidence.points[t]
        if bullet and not unit.lead:
            strong = w["bullet"] if unit.text[0] == "●" else w["square"]
        go_on = evidence.goes_on(t) - strong
        kin = 0.0
        if not strong and previous is not None and (self.units[t - 1] is not previous or go_on < 0):
            kin = evidence.kinship(t)
            go_on += w["kin"] * kin
        stranger = -w["not_kin"] * kin - (w["torn"] if evidence.torn[t] else 0.0)
        begins = after_photo = strong
        if not strong:
            bare = w["bare_after_signature" if previous and previous.signed else "bare"]
            begins = stranger + evidence.loose(t) + bare
            after_photo = stranger + w["bare_after_photo"]
        gains = [go_on] * 4
        if bullet:
            for end in self.endings:
                gains += (end + closing + begins, end + closing + strong)
        else:
            gains += [end + closing + begins for end in self.endings]
        gains[-1 - bullet] = self.endings[-1] + closing + after_photo
        small = w["bare_and_small"] if len(unit) <= 2 and len(unit.text) <= 60 else 0.0
        after_byline = strong if self._is_under_byline(t, unit) else -strong
        gains += (strong or w["bare_after_headline"] + small + stranger, after_byline, after_byline)
        return TEXT[2 if unit.lead else 0, bullet], gains

    def _is_under_byline(self, t: int, unit: Unit) -> bool:
        """Whether a lead that names nobody stands right under a byline; any other lead begins an article."""
        if not unit.lead or unit.lead.named or unit.gap:
            return False
        return t > 0 and self.units[t - 1].kind == "byline"

    def _display(self, t: int, unit: Unit) -> tuple[Shape, list[float]]:
        w, evidence = WEIGHTS, self.evidence
        previous = evidence.before(t)
        near = self.units[t - 1] if t else None
        closing = _closing(previous)
        notice = is_notice(unit.text)
        piece = evidence.piece(t) if unit.kind == "short" and not notice else None
        after_display = near is not None and near.kind in ("short", "tall")
        torn_kicker = w["kicker_torn"] if near is not None and after_display and is_kicker(near.text) else 0.0
        lean = evidence.lean[t]
        loose = evidence.loose(t)
        towards = w["lean"] * lean + w["habit"] * evidence.habit
        base = w["display"] + (w["display_prose"] * piece.prose if piece else 0.0)
        post, pre = base + closing + towards, base - towards
        if notice:
            pre += w["notice"]
        if previous is not None and previous.signed:
            post += w["headline_after_signature"]
        second = post + w["second_headline"]
        again = w["next_display"] + w["next_display_lean"] * lean if after_display else w["apart_display"]
        again += w["kicker_last"] if is_kicker(unit.text) else 0.0
        gains = [post, second, post, second, post, again, again]
        gains += [end + closing + pre + loose + torn_kicker for end in self.endings]
        gains[-1] -= torn_kicker  # a photo story takes no kicker
        gains += (
            w["display"] - w["next_display_lean"] * lean,
            w["headline_after_byline"],
            w["headline_after_both"],
        )
        if piece:
            if piece.subhead:
                self.subheads.add(t)
            text = w["piece"] + piece.prose
            # Only a piece that reads like running text can open an article; the others need no closer look.
            kin = evidence.kinship(t) if piece.prose else 0.0
            opens = text + loose - w["not_kin"] * kin + w["piece_opens"]
            gains += [piece.piece] * 4
            gains += (text + w["bare_after_headline"], text + 1.0, text + 1.0)
            gains += [end + closing + opens for end in self.endings]
        gains += [w["stray"]] * len(CLOSED)
        return DISPLAY[piece is not None], gains

    def _byline(self, t: int) -> tuple[Shape, list[float]]:
        w = WEIGHTS
        following = self.evidence.after(t)
        opens = 0.0
        if following is not None and not following.lead and not following.bullet:
            opens = w["byline_opens" if self.evidence.text_is_next(t) else "byline_opens_far"]
        closing = _closing(self.evidence.before(t))
        gains = [end + closing + opens for end in self.endings]
        gains += (opens + w["byline_after_headline"], w["byline_again"], w["byline_again"])
        closes = w["byline_closes"] - opens
        return BYLINE, gains + [closes + w["byline_second"] * (s in LED) for s in CLOSED]

    def _caption(self, unit: Unit) -> tuple[Shape, list[float]]:
        w = WEIGHTS
        gains = [w["caption_before"]] * BODY + [0.0] * len(CLOSED)
        if unit.kind == "caption":
            return CAPTION, gains + [end + w["caption_alone"] for end in self.endings]
        # A photo story is text and then only who took the picture.
        gains[BODY + 2] = gains[BODY + 3] = w["credit_in_article"]
        return CREDIT, [*gains, w["photo_story"], w["photo_story_with_headline"]]


def _closing(previous: Unit | None) -> float:
    """What the text before says about an article ending after it."""
    if previous is None:
        return 0.0
    return WEIGHTS["end_open"] * previous.open_end + WEIGHTS["end_signed"] * previous.signed
