"""The states of the page model, and every transition of every unit with its score.

A page is read unit by unit, and after each unit the reader is in one of ten states: display lines of the next
article are being read, or its byline, or a body with or without a lead and a headline before it, or what
follows a body, or a photo story. The kind of a unit gives the transitions it allows (a `TransitionSet`), and
what the unit then is to its article (its role). The evidence gives the score of each.

An example: a ``short`` unit after a body may be a headline after it (state POST), a headline before the next
article (PRE), a subhead or a torn piece of the body (the same state), or a stray line. Which one it is, is known only
from the whole page; see `segmentation`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from classify.pages.evidence import Evidence
from classify.pages.furniture import is_notice
from classify.pages.headlines import is_kicker
from classify.pages.weights import WEIGHTS
from classify.text.bylines import opens_in_latin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classify.pages.printed import Unit

__all__ = ["Role", "Scored", "State", "Transition", "TransitionSet", "end_weight", "score_transitions"]


class Role:
    """What a unit is to its article."""

    BODY, HEAD, BYLINE, CAPTION, STRAY, SUBHEAD = "body", "head", "byline", "caption", "stray", "subhead"


class State:
    """States of the reader. A body is numbered by whether a lead or byline (2) and a headline (1) are before it.

    Attributes
    ----------
    PRE, PRE_BYLINE, PRE_HEAD_BYLINE : int
        Before a body: display lines, a byline, or both have been read.
    BODY : int
        The first of four states in a body.
    POST : int
        After a body with a headline after it; POST + 1 where the article has a lead or a byline.
    PHOTO : int
        After a photo story: a paragraph and who took the picture.
    COUNT : int
        Number of states.
    """

    PRE, PRE_BYLINE, PRE_HEAD_BYLINE, BODY, POST, PHOTO, COUNT = 0, 1, 2, 3, 7, 9, 10

    ALL = range(COUNT)
    BODIES = range(BODY, POST)
    CLOSED = range(BODY, COUNT)  # an article may end in these
    LED = (BODY + 2, BODY + 3, POST + 1)  # the article has a lead or a byline


class Transition(NamedTuple):
    """One step of the reader over a unit."""

    source: int
    """State before the unit."""
    target: int
    """State after it."""
    role: str
    """What the unit is."""
    begins: bool = False
    """Whether an article begins at the unit."""


class TransitionSet:
    """The transitions that one kind of unit allows. Of two that are worth the same, the earlier one wins.

    Attributes
    ----------
    transitions : tuple of Transition
    numbered : tuple of (int, int, int)
        Index, source and target of each transition.
    sources, targets : tuple of int
        State before and after the unit, of each transition.
    reached : frozenset of int
        States after a unit with this set.
    """

    def __init__(self, transitions: Iterable[Transition]) -> None:
        self.transitions = tuple(transitions)
        self.numbered = tuple((k, step.source, step.target) for k, step in enumerate(self.transitions))
        self.sources = tuple(step.source for step in self.transitions)
        self.targets = tuple(step.target for step in self.transitions)
        self.reached = frozenset(self.targets)
        self._parts: dict[frozenset[int], tuple[TransitionSet, tuple[int, ...]]] = {}

    def part(self, states: frozenset[int]) -> tuple[TransitionSet, tuple[int, ...]]:
        """Return the transitions from some states as a set, and their indices in this one.

        There are few combinations, and each is made once.
        """
        if states not in self._parts:
            stay = tuple(k for k, step in enumerate(self.transitions) if step.source in states)
            self._parts[states] = TransitionSet(self.transitions[k] for k in stay), stay
        return self._parts[states]

    @cached_property
    def inside(self) -> tuple[TransitionSet, tuple[int, ...]]:
        """The same set where no article may begin, and the indices of the transitions that stay.

        After them come ten more that keep the state: the unit as body, where nothing else fits.
        """
        stay = tuple(k for k, step in enumerate(self.transitions) if not step.begins)
        return TransitionSet([self.transitions[k] for k in stay] + _keep(State.ALL, Role.BODY)), stay

    @cached_property
    def first(self) -> tuple[TransitionSet, tuple[int, ...]]:
        """The same set where an article must begin, and the indices of the transitions that stay."""
        stay = tuple(
            k for k, step in enumerate(self.transitions) if step.begins and step.source == State.POST
        )
        return TransitionSet(self.transitions[k]._replace(source=State.PRE) for k in stay), stay


Scored = tuple[list[TransitionSet], list[tuple[float, ...]]]
"""The transition set of each unit of a page, and the score of each of its transitions, in log-odds."""


def _keep(states: Iterable[int], role: str) -> list[Transition]:
    """Return transitions that leave each of `states` as it is."""
    return [Transition(s, s, role) for s in states]


def _text_set(lead: int, *, bullet: bool) -> TransitionSet:
    """Return the transitions of a text unit. `lead` is 2 for one with a lead, else 0."""
    s = State
    steps = _keep(s.BODIES, Role.BODY)
    for source in s.CLOSED:
        steps.append(Transition(source, s.BODY + lead, Role.BODY, begins=True))
        if bullet:  # a brief is whole without a headline
            steps.append(Transition(source, s.BODY + 1, Role.BODY, begins=True))
    steps.append(Transition(s.PRE, s.BODY + lead + 1, Role.BODY))
    steps.append(Transition(s.PRE_BYLINE, s.BODY + 2, Role.BODY))
    steps.append(Transition(s.PRE_HEAD_BYLINE, s.BODY + 3, Role.BODY))
    return TransitionSet(steps)


def _display_set(*, piece: bool) -> TransitionSet:
    """Return the transitions of a display; with `piece` it may also be part of a body."""
    s = State
    steps = [Transition(body, s.POST + (body >= s.BODY + 2), Role.HEAD) for body in s.BODIES]
    steps.append(Transition(s.PHOTO, s.POST, Role.HEAD))
    steps += _keep((s.POST, s.POST + 1), Role.HEAD)
    steps += [Transition(source, s.PRE, Role.HEAD, begins=True) for source in s.CLOSED]
    steps.append(Transition(s.PRE, s.PRE, Role.HEAD))
    steps.append(Transition(s.PRE_BYLINE, s.PRE_HEAD_BYLINE, Role.HEAD))
    steps.append(Transition(s.PRE_HEAD_BYLINE, s.PRE_HEAD_BYLINE, Role.HEAD))
    if piece:
        steps += _keep(s.BODIES, Role.SUBHEAD)
        steps.append(Transition(s.PRE, s.BODY + 1, Role.BODY))
        steps.append(Transition(s.PRE_BYLINE, s.BODY + 2, Role.BODY))
        steps.append(Transition(s.PRE_HEAD_BYLINE, s.BODY + 3, Role.BODY))
        steps += [Transition(source, s.BODY, Role.BODY, begins=True) for source in s.CLOSED]
    steps += _keep(s.CLOSED, Role.STRAY)
    return TransitionSet(steps)


class _Sets:
    """The transition set of each kind of unit."""

    # By whether the text has a lead (2), and whether it has a bullet.
    TEXT: ClassVar = {
        (lead, bullet): _text_set(lead, bullet=bullet) for lead in (0, 2) for bullet in (False, True)
    }
    DISPLAY = _display_set(piece=False)
    DISPLAY_OR_PIECE = _display_set(piece=True)
    BYLINE = TransitionSet(
        [
            *[Transition(s, State.PRE_BYLINE, Role.BYLINE, begins=True) for s in State.CLOSED],
            Transition(State.PRE, State.PRE_HEAD_BYLINE, Role.BYLINE),
            *_keep((State.PRE_BYLINE, State.PRE_HEAD_BYLINE), Role.BYLINE),
            *_keep(State.CLOSED, Role.BYLINE),
        ]
    )
    FOLIO = TransitionSet(_keep(State.ALL, Role.STRAY))
    CAPTION = TransitionSet(
        _keep(State.ALL, Role.CAPTION)
        + [Transition(s, State.POST, Role.CAPTION, begins=True) for s in State.CLOSED]
    )
    CREDIT = TransitionSet(
        _keep(State.ALL, Role.CAPTION)
        + [Transition(body, State.PHOTO, Role.CAPTION) for body in (State.BODY, State.BODY + 1)]
    )
    # At the top of a page, and of a record whose title is known.
    FIRST_FOLIO = TransitionSet([Transition(State.PRE, State.PRE, Role.STRAY)])
    FIRST_CAPTION = TransitionSet(
        [
            Transition(State.PRE, State.PRE, Role.CAPTION, begins=True),
            Transition(State.PRE, State.POST, Role.CAPTION, begins=True),
        ]
    )
    TITLE = TransitionSet([Transition(State.PRE, State.PRE, Role.HEAD, begins=True)])


def end_weight(state: int) -> float:
    """Return the weight of an article ending in `state`, in log-odds, 0 or less.

    >>> end_weight(State.POST), end_weight(State.BODY) < 0
    (0.0, True)
    """
    if state >= State.POST or state in (State.BODY + 1, State.BODY + 3):
        return 0.0
    if state == State.BODY + 2:
        return WEIGHTS["end_no_headline"]
    return WEIGHTS["end_bare" if state == State.BODY else "end_headline_only"]


def score_transitions(units: list[Unit], *, single: bool = False) -> tuple[Scored, set[int]]:
    """Score every transition of every unit of a page.

    Parameters
    ----------
    units : list of Unit, not empty
    single : bool, default=False
        The page is one article: none may begin after its first unit.

    Returns
    -------
    scored : (list of TransitionSet, list of tuple of float)
        Without the transitions from states that cannot have been reached.
    subheads : set of int
        Indices of the short units that are subheads if they are in a body; others there are running text.

    >>> from classify.pages.units import to_units
    >>> from classify.records import Line
    >>> units = to_units([Line(text) for text in ("林场造林忙", "", "本报讯 云港市林场近日造林两千亩。")])
    >>> (sets, scores), _ = score_transitions(units)
    >>> sets[0].transitions[0]
    Transition(source=0, target=0, role='head', begins=True)
    >>> [(step.source, step.target) for step in sets[1].transitions]  # after a body (3) or a headline (0)
    [(3, 3), (3, 5), (0, 6)]
    """
    scorer = _Scorer(units)
    sets, scores = map(list, zip(*(scorer.score(t, unit) for t, unit in enumerate(units)), strict=True))
    first = 0
    while first < len(units) - 1 and units[first].kind == "folio":
        sets[first], scores[first] = _Sets.FIRST_FOLIO, (0.0,)
        first += 1
    if units[first].is_title:
        sets[first], scores[first] = _Sets.TITLE, (0.0,)
    elif units[first].kind in ("credit", "caption"):
        sets[first], scores[first] = _Sets.FIRST_CAPTION, (0.0, WEIGHTS["caption_alone"])
    elif units[first].kind != "folio":
        sets[first], stay = sets[first].first
        scores[first] = tuple([scores[first][k] for k in stay])
    if single:
        # A unit as body where no transition fits costs 20 (chosen): more than all other evidence together.
        out_of_place = (-20.0,) * State.COUNT
        for t in range(first + 1, len(units)):
            sets[t], stay = sets[t].inside
            scores[t] = tuple([scores[t][k] for k in stay]) + out_of_place
    # After a text unit the reader is in a body, in no other state. Without transitions from states that cannot have
    # been reached, half of them are left, and `segmentation` takes half the time.
    for t in range(first + 1, len(units)):
        sets[t], stay = sets[t].part(sets[t - 1].reached)
        scores[t] = tuple([scores[t][k] for k in stay])
    return (sets, scores), scorer.subheads


class _Scorer:
    """Adds up the evidence for the transitions of each unit."""

    def __init__(self, units: list[Unit]) -> None:
        self.units = units
        self.evidence = Evidence(units)
        self.ends = [end_weight(state) for state in State.CLOSED]
        self.subheads: set[int] = set()

    def score(self, t: int, unit: Unit) -> tuple[TransitionSet, tuple[float, ...]]:
        """Return the transition set of unit `t` and the score of each transition in it."""
        if unit.kind == "text":
            steps, scores = self._score_text(t, unit)
        elif unit.kind in ("short", "tall"):
            steps, scores = self._score_display(t, unit)
        elif unit.kind == "byline":
            steps, scores = _Sets.BYLINE, self._score_byline(t)
        elif unit.kind == "folio":
            steps, scores = _Sets.FOLIO, [0.0] * State.COUNT
        elif unit.kind == "caption":
            alone = WEIGHTS["caption_alone"]
            steps, scores = _Sets.CAPTION, self._score_caption() + [end + alone for end in self.ends]
        else:
            steps, scores = _Sets.CREDIT, self._score_credit()
        return steps, tuple(scores)

    # The scores are listed in the order of the transitions in the set.

    def _score_text(self, t: int, unit: Unit) -> tuple[TransitionSet, list[float]]:
        w, evidence = WEIGHTS, self.evidence
        previous = evidence.text_before[t]
        closing = _closing_weight(previous)
        bullet = unit.bullet and not evidence.points[t]
        # Signs that are enough for an article to begin here: a lead, a bullet, an English dateline.
        if unit.lead:
            strong = w["lead"]
        elif bullet:
            strong = w["bullet"] if unit.text[0] == "●" else w["square"]
        else:
            strong = w["dateline"] if opens_in_latin(unit.text) else 0.0
        go_on = evidence.weigh_continuation(t) - strong
        kinship = 0.0
        # Between two lines of one run, kinship counts only where the column widths are against it.
        if not strong and previous is not None and (self.units[t - 1] is not previous or go_on < 0):
            kinship = evidence.find_kinship(t)
            go_on += w["kin"] * kinship
        stranger = -w["not_kin"] * kinship - (w["torn"] if evidence.torn[t] else 0.0)
        begins = after_photo = strong
        if not strong:
            bare = w["bare_after_signature" if previous is not None and previous.signed else "bare"]
            begins = stranger + evidence.weigh_loose_start(t) + bare
            after_photo = stranger + w["bare_after_photo"]
        scores = [go_on] * 4
        begins += closing
        if bullet:
            for end in self.ends:
                scores += (end + begins, end + closing + strong)
        else:
            scores += [end + begins for end in self.ends]
        scores[-1 - bullet] = self.ends[-1] + closing + after_photo
        small = w["bare_and_small"] if len(unit) <= 2 and len(unit.text) <= 60 else 0.0
        after_byline = strong if self._is_under_byline(t, unit) else -strong
        scores += (strong or w["bare_after_headline"] + small + stranger, after_byline, after_byline)
        return _Sets.TEXT[2 if unit.lead else 0, bullet], scores

    def _is_under_byline(self, t: int, unit: Unit) -> bool:
        """Return whether a lead that names no reporter is right under a byline; any other lead begins an article."""
        if not unit.lead or unit.lead.named or unit.gap:
            return False
        return t > 0 and self.units[t - 1].kind == "byline"

    def _score_display(self, t: int, unit: Unit) -> tuple[TransitionSet, list[float]]:
        w, evidence = WEIGHTS, self.evidence
        previous = evidence.text_before[t]
        before = self.units[t - 1] if t else None
        closing = _closing_weight(previous)
        notice = is_notice(unit.text)
        piece = evidence.read_as_piece(t) if unit.kind == "short" and not notice else None
        lean = evidence.lean[t]
        loose = evidence.weigh_loose_start(t)
        towards_before = w["lean"] * lean + w["habit"] * evidence.habit
        base = w["display"] + (w["display_prose"] * piece.prose if piece else 0.0)
        post, pre = base + closing + towards_before, base - towards_before
        if notice:
            pre += w["notice"]
        if previous is not None and previous.signed:
            post += w["headline_after_signature"]
        second = post + w["second_headline"]
        after_kicker = 0.0
        if before is not None and before.kind in ("short", "tall"):
            again = w["next_display"] + w["next_display_lean"] * lean
            if is_kicker(before.text):
                after_kicker = w["kicker_torn"]
        else:
            again = w["apart_display"]
        if is_kicker(unit.text):
            again += w["kicker_last"]
        scores = [post, second, post, second, post, again, again]
        scores += [end + closing + pre + loose + after_kicker for end in self.ends]
        scores[-1] -= after_kicker  # a photo story takes no kicker
        scores += (
            w["display"] - w["next_display_lean"] * lean,
            w["headline_after_byline"],
            w["headline_after_both"],
        )
        if piece:
            if piece.is_subhead:
                self.subheads.add(t)
            text = w["piece"] + piece.prose
            # Only a piece that reads like running text can begin an article; kinship is not needed for others.
            kinship = evidence.find_kinship(t) if piece.prose else 0.0
            begins = text + loose - w["not_kin"] * kinship + w["piece_opens"]
            scores += [piece.score] * 4
            scores += (text + w["bare_after_headline"], text + 1.0, text + 1.0)
            scores += [end + closing + begins for end in self.ends]
        scores += [w["stray"]] * len(self.ends)
        return _Sets.DISPLAY_OR_PIECE if piece else _Sets.DISPLAY, scores

    def _score_byline(self, t: int) -> list[float]:
        w = WEIGHTS
        following = self.evidence.text_after[t]
        begins = 0.0
        if following is not None and not following.lead and not following.bullet:
            begins = w["byline_opens" if self.evidence.text_is_next(t) else "byline_opens_far"]
        closing = _closing_weight(self.evidence.text_before[t])
        scores = [end + closing + begins for end in self.ends]
        scores += (begins + w["byline_after_headline"], w["byline_again"], w["byline_again"])
        closes = w["byline_closes"] - begins
        return scores + [closes + w["byline_second"] * (state in State.LED) for state in State.CLOSED]

    def _score_caption(self) -> list[float]:
        """Return the scores of the transitions that leave the state as it is."""
        return [WEIGHTS["caption_before"]] * State.BODY + [0.0] * len(self.ends)

    def _score_credit(self) -> list[float]:
        scores = self._score_caption()
        # A photo story is one text and then only who took the picture.
        for state in (State.BODY + 2, State.BODY + 3):
            scores[state] = WEIGHTS["credit_in_article"]
        return [*scores, WEIGHTS["photo_story"], WEIGHTS["photo_story_with_headline"]]


def _closing_weight(previous: Unit | None) -> float:
    """Return the weight of an article ending after the text unit `previous`."""
    if previous is None:
        return 0.0
    return WEIGHTS["end_open"] * previous.open_end + WEIGHTS["end_signed"] * previous.signed
