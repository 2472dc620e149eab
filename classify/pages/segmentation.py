"""The best whole reading of a page: which units make which article.

A page is read as a path through ten states: a headline is being read, a byline, a body with or without lead and
headline, what follows a body. Every step has a score, the sum of the evidence for it. The path with the highest sum
wins (Viterbi, 1967), so one odd line does not upset the rest; and the same scores summed over all paths
(forward-backward; Baum et al., 1970) give the probability that an article begins at a unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from classify.pages.evidence import WEIGHTS, Evidence, is_kicker
from classify.pages.lines import Unit

__all__ = ["Role", "Step", "segment"]

# States. A body is numbered by whether it has a lead or byline (2) and a headline before it (1).
PRE, PRE_BYLINE, PRE_HEAD_BYLINE = 0, 1, 2
BODY = 3  # … BODY + 3
POST = 7  # + 1 where the article has a lead
PHOTO = 9  # a photo story with its credit
N_STATES = 10
BODIES = range(BODY, BODY + 4)
CLOSED = range(BODY, N_STATES)
"""States in which an article may end."""


class Role:
    """What a unit is to its article."""

    BODY, HEAD, BYLINE, CAPTION, STRAY, SUBHEAD = "body", "head", "byline", "caption", "stray", "subhead"


@dataclass(frozen=True, slots=True)
class Step:
    """The reading of one unit: its role, whether an article begins here, and how probable that is."""

    role: str
    begins: bool
    p_begins: float


Arc = tuple[int, int, float, str, bool]
"""From state, to state, score, role of the unit, whether an article begins at it."""


def segment(units: list[Unit], *, single: bool = False) -> list[Step]:
    """Return the reading of each unit, all in one article if `single`. Time and memory are linear in their number."""
    if not units:
        return []
    arcs = _Arcs(units).all(single=single)
    score = [-math.inf] * N_STATES
    score[PRE] = 0.0
    back: list[list[tuple[int, int]]] = []
    for unit_arcs in arcs:
        row = [-math.inf] * N_STATES
        came = [(-1, -1)] * N_STATES
        for k, (source, target, gain, _, _) in enumerate(unit_arcs):
            total = score[source] + gain
            if total > row[target]:
                row[target] = total
                came[target] = (source, k)
        score = row
        back.append(came)
    state = max(range(N_STATES), key=lambda s: score[s] + _end(s))
    chosen = [0] * len(units)
    for t in range(len(units) - 1, -1, -1):
        state, chosen[t] = back[t][state]
    begins = _posterior(arcs)
    return [Step(arcs[t][k][3], arcs[t][k][4], begins[t]) for t, k in enumerate(chosen)]


def _end(state: int) -> float:
    """What it costs that an article ends in `state`."""
    if state >= POST or state in (BODY + 1, BODY + 3):
        return 0.0
    if state == BODY + 2:
        return WEIGHTS["end_no_headline"]
    return WEIGHTS["end_bare"] if state == BODY else WEIGHTS["end_headline_only"]


def _posterior(arcs: list[list[Arc]]) -> list[float]:
    """Probability that an article begins at each unit, over all readings of the page."""
    n = len(arcs)
    forward = [[-math.inf] * N_STATES for _ in range(n + 1)]
    forward[0][PRE] = 0.0
    for t in range(n):
        incoming: list[list[float]] = [[] for _ in range(N_STATES)]
        for source, target, score, _, _ in arcs[t]:
            if forward[t][source] > -math.inf:
                incoming[target].append(forward[t][source] + score)
        forward[t + 1] = [_log_sum(v) for v in incoming]
    backward = [_end(s) for s in range(N_STATES)]
    out = [0.0] * n
    for t in range(n - 1, -1, -1):
        previous: list[list[float]] = [[] for _ in range(N_STATES)]
        yes: list[float] = []
        everything: list[float] = []
        for source, target, score, _, begins in arcs[t]:
            if backward[target] == -math.inf:
                continue
            previous[source].append(score + backward[target])
            if forward[t][source] > -math.inf:
                total = forward[t][source] + score + backward[target]
                everything.append(total)
                if begins:
                    yes.append(total)
        out[t] = math.exp(_log_sum(yes) - _log_sum(everything)) if yes else 0.0
        backward = [_log_sum(v) for v in previous]
    return out


def _log_sum(values: list[float]) -> float:
    if len(values) < 2:
        return values[0] if values else -math.inf
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values)) if top > -math.inf else top


class _Arcs:
    """Every possible step of every unit, with its score."""

    def __init__(self, units: list[Unit]) -> None:
        self.units = units
        self.evidence = Evidence(units)

    def all(self, *, single: bool) -> list[list[Arc]]:
        """Return the arcs of each unit; those of the first all begin an article, at no cost of ending another."""
        out = [self._of(t, unit) for t, unit in enumerate(self.units)]
        if single:
            goes_on = [[arc for arc in arcs if not arc[4]] for arcs in out[1:]]
            out[1:] = [arcs + [(s, s, -20.0, Role.BODY, False) for s in range(N_STATES)] for arcs in goes_on]
        first = self.units[0]
        if first.kind in ("folio", "credit", "caption"):
            role = Role.STRAY if first.kind == "folio" else Role.CAPTION
            out[0] = [(PRE, POST, 0.0, role, first.kind != "folio")]
        else:
            out[0] = [(PRE, b, s, role, True) for a, b, s, role, begins in out[0] if begins and a == POST]
        return out

    def _of(self, t: int, unit: Unit) -> list[Arc]:
        if unit.kind == "text":
            return self._text(t, unit)
        if unit.kind in ("short", "tall"):
            return self._display(t, unit)
        if unit.kind == "byline":
            return self._byline(t)
        if unit.kind == "folio":
            return [(s, s, 0.0, Role.STRAY, False) for s in range(N_STATES)]
        return self._caption(unit)

    def _text(self, t: int, unit: Unit) -> list[Arc]:
        w, evidence = WEIGHTS, self.evidence
        previous = evidence.before(t)
        closing = _closing(previous)
        strong = w["lead"] if unit.lead else 0.0
        if unit.bullet and not unit.lead:
            strong = w["bullet"] if unit.text[0] == "●" else w["square"]
        go_on = evidence.goes_on(t) - strong
        torn = w["torn"] if evidence.torn(t) else 0.0
        kin = 0.0
        if not strong and previous is not None and (self.units[t - 1] is not previous or go_on < 0):
            kin = evidence.kinship(t)
            go_on += w["kin"] * kin
        stranger = -w["not_kin"] * kin - torn
        loose = evidence.loose(t)
        lead = 2 if unit.lead else 0
        arcs: list[Arc] = [(s, s, go_on, Role.BODY, False) for s in BODIES]
        for s in CLOSED:
            begins = strong
            if not strong:
                begins = stranger + loose + w["bare_after_signature" if previous and previous.signed else "bare"]
                if s == PHOTO:
                    begins = stranger + w["bare_after_photo"]
            arcs.append((s, BODY + lead, _end(s) + closing + begins, Role.BODY, True))
            if unit.bullet:  # a brief is whole without a headline
                arcs.append((s, BODY + 1, _end(s) + closing + strong, Role.BODY, True))
        small = w["bare_and_small"] if len(unit.lines) <= 2 and len(unit.text) <= 60 else 0.0
        arcs.append((PRE, BODY + lead + 1, strong or w["bare_after_headline"] + small + stranger, Role.BODY, False))
        arcs.append((PRE_BYLINE, BODY + 2, -strong, Role.BODY, False))
        arcs.append((PRE_HEAD_BYLINE, BODY + 3, -strong, Role.BODY, False))
        return arcs

    def _display(self, t: int, unit: Unit) -> list[Arc]:
        w, evidence = WEIGHTS, self.evidence
        previous = evidence.before(t)
        near = self.units[t - 1] if t else None
        closing = _closing(previous)
        piece = evidence.piece(t) if unit.kind == "short" else None
        after_display = near is not None and near.kind in ("short", "tall")
        torn_kicker = w["kicker_torn"] if near is not None and after_display and is_kicker(near.text) else 0.0
        lean = evidence.lean[t]
        loose = evidence.loose(t)
        towards = w["lean"] * lean + w["habit"] * evidence.habit
        base = w["display"] + (w["display_prose"] * piece.prose if piece else 0.0)
        post, pre = base + closing + towards, base - towards
        if previous is not None and previous.signed:
            post += w["headline_after_signature"]
        arcs: list[Arc] = []
        for s in BODIES:
            second = w["second_headline"] if s in (BODY + 1, BODY + 3) else 0.0
            arcs.append((s, POST + (s >= BODY + 2), post + second, Role.HEAD, False))
        arcs.append((PHOTO, POST, post, Role.HEAD, False))
        again = w["next_display"] + w["next_display_lean"] * lean if after_display else w["apart_display"]
        again += w["kicker_last"] if is_kicker(unit.text) else 0.0
        arcs.extend((s, s, again, Role.HEAD, False) for s in (POST, POST + 1))
        for s in CLOSED:
            arcs.append((s, PRE, _end(s) + closing + pre + loose + (torn_kicker if s != PHOTO else 0.0), Role.HEAD, True))
        arcs.append((PRE, PRE, w["display"] - w["next_display_lean"] * lean, Role.HEAD, False))
        arcs.append((PRE_BYLINE, PRE_HEAD_BYLINE, w["headline_after_byline"], Role.HEAD, False))
        if piece:
            arcs.extend((s, s, piece.piece, Role.SUBHEAD, False) for s in BODIES)
            text = w["piece"] + piece.prose
            arcs.append((PRE, BODY + 1, text + w["bare_after_headline"], Role.BODY, False))
            arcs.append((PRE_BYLINE, BODY + 2, text + 1.0, Role.BODY, False))
            arcs.append((PRE_HEAD_BYLINE, BODY + 3, text + 1.0, Role.BODY, False))
            stranger = loose - w["not_kin"] * evidence.kinship(t)
            arcs.extend((s, BODY, _end(s) + closing + text + stranger + w["piece_opens"], Role.BODY, True) for s in CLOSED)
        arcs.extend((s, s, w["stray"], Role.STRAY, False) for s in CLOSED)
        return arcs

    def _byline(self, t: int) -> list[Arc]:
        w = WEIGHTS
        following = self.evidence.after(t)
        opens = 0.0
        if following is not None and not following.lead and not following.bullet:
            opens = w["byline_opens" if self.evidence.text_is_next(t) else "byline_opens_far"]
        closing = _closing(self.evidence.before(t))
        arcs: list[Arc] = [(s, PRE_BYLINE, _end(s) + closing + opens, Role.BYLINE, True) for s in CLOSED]
        arcs.append((PRE, PRE_HEAD_BYLINE, opens + w["byline_after_headline"], Role.BYLINE, False))
        arcs.extend((s, s, w["byline_closes"] - opens, Role.BYLINE, False) for s in CLOSED)
        return arcs

    def _caption(self, unit: Unit) -> list[Arc]:
        w = WEIGHTS
        arcs: list[Arc] = [(s, s, 0.0 if s >= BODY else w["caption_before"], Role.CAPTION, False) for s in range(N_STATES)]
        if unit.kind == "caption":
            arcs += [(s, POST, _end(s) + w["caption_alone"], Role.CAPTION, True) for s in CLOSED]
            return arcs
        # A photo story is text and then only who took the picture.
        arcs = [(a, b, s + (w["credit_in_article"] if a in (BODY + 2, BODY + 3) else 0.0), r, n) for a, b, s, r, n in arcs]
        arcs.append((BODY, PHOTO, w["photo_story"], Role.CAPTION, False))
        arcs.append((BODY + 1, PHOTO, w["photo_story_with_headline"], Role.CAPTION, False))
        return arcs


def _closing(previous: Unit | None) -> float:
    """What the text before says about an article ending after it."""
    if previous is None:
        return 0.0
    return WEIGHTS["end_open"] * previous.open_end + WEIGHTS["end_signed"] * previous.signed
