"""The best whole reading of a page: which units make which article.

A page is read as a path through ten states (a headline is being read, a byline, a body with or without lead and
headline, what follows a body). Every step has a score in log-odds, made of all the evidence there is: leads,
bullets and bylines; whether the text before stops inside a sentence; column widths; whether a display line shares
its characters with the body before it or after it; the page's own habit of setting headlines before or after. The
path with the highest sum wins (Viterbi 1967), so one odd line does not upset the rest, and the same scores summed
over all paths (forward-backward, Baum 1970) give the probability that an article begins at a unit.

The weights were set on pages typeset by a script from newspaper articles and on one real page, and are round
numbers on purpose: the evidence is strong, its exact weight matters little.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from classify.pages.lines import Unit
from classify.text.characters import HAN, cells
from classify.text.words import segmenter

__all__ = ["Role", "Step", "segment"]

# States. A body is numbered by whether it has a lead or byline (2) and a headline before it (1).
PRE, PRE_BYLINE, PRE_HEAD_BYLINE = 0, 1, 2
BODY = 3  # … BODY + 3
POST = 7  # + 1 where the article has a lead
PHOTO = 9  # a photo story with its credit
N_STATES = 10
_BODIES = range(BODY, BODY + 4)
_CLOSED = range(BODY, N_STATES)


class Role:
    """What a unit is to its article."""

    BODY, HEAD, BYLINE, CAPTION, STRAY, SUBHEAD = "body", "head", "byline", "caption", "stray", "subhead"


@dataclass(frozen=True, slots=True)
class Step:
    """The reading of one unit: its role, whether an article begins here, and how probable that is."""

    role: str
    begins: bool
    p_begins: float


_TERMS = re.compile(rf"[{HAN}A-Za-z0-9]")
_ORGANISATION = re.compile(
    r"(?:局|街道|社区|管委会|委员会|办公室|中心|学校|大学|学院|公司|集团|医院|银行|法院|检察院|大队|支队|派出所|乡|镇|县|区|市|村|省|委|办|会|站|所|园)$"
)
_SPEECH = re.compile(r"(?:要求|强调|指出|提出|表示|认为|——|—|：|:)$")
_NUMBERED = re.compile(rf"^(?:[一二三四五六七八九十]{{1,2}}[、.．]|[（(][一二三四五六七八九十\d]{{1,2}}[）)]|\d{{1,2}}[、.．])")
RUBRICS = re.compile(r"^(?:简明信息|简讯|简明新闻|一句话新闻|要闻速览|快讯|短新闻|新闻速递|新闻简报|资讯|动态)$")

_NEVER_LAST = "的在和是与及将把被对为以等也并让从向"
_PAIRS = ("“”", "《》", "（）", "‘’")

WINDOW = 3000
"""Characters of body on either side that a display line is compared with; most articles are shorter."""
_FAR = -30.0


def is_kicker(text: str) -> bool:
    """Whether a display line reads like a kicker: an organisation, or 会议要求 and the like."""
    return bool((_ORGANISATION.search(text) and cells(text) <= 14) or _SPEECH.search(text) or RUBRICS.match(text))


def segment(units: list[Unit]) -> list[Step]:
    """Return the reading of each unit. Time and memory are linear in their number."""
    if not units:
        return []
    arcs = _Arcs(units).all()
    best = [[-math.inf] * N_STATES for _ in units]
    back: list[list[tuple[int, int] | None]] = [[None] * N_STATES for _ in units]
    for t, unit_arcs in enumerate(arcs):
        row, previous = best[t], best[t - 1] if t else None
        for k, (source, target, score, _, _) in enumerate(unit_arcs):
            total = score + (previous[source] if previous else 0.0)
            if total > row[target]:
                row[target] = total
                back[t][target] = (source, k)
    last = max(range(N_STATES), key=lambda s: best[-1][s] + _end(s))
    chosen: list[int] = [0] * len(units)
    state = last
    for t in range(len(units) - 1, -1, -1):
        step = back[t][state]
        assert step is not None
        state, chosen[t] = step
    begins = _posterior(arcs)
    return [
        Step(arcs[t][k][3], arcs[t][k][4], begins[t]) for t, k in enumerate(chosen)
    ]


def _end(state: int) -> float:
    """What it costs that an article ends in `state`."""
    return {PRE: -6.0, PRE_BYLINE: -9.0, PRE_HEAD_BYLINE: -9.0, BODY: -4.0, BODY + 2: -1.2}.get(state, 0.0)


def _spans_word(left: str, right: str) -> bool:
    """Whether a dictionary word runs over the end of `left` into `right`."""
    a, b = left[-4:], right[:4]
    at = 0
    for word in segmenter().cut(a + b):
        if at < len(a) < at + len(word):
            return True
        at += len(word)
    return False


Arc = tuple[int, int, float, str, bool]


def _posterior(arcs: list[list[Arc]]) -> list[float]:
    """Probability that an article begins at each unit, over all readings of the page."""
    n = len(arcs)
    forward = [[-math.inf] * N_STATES for _ in range(n + 1)]
    forward[0] = [0.0] * N_STATES
    for t in range(n):
        incoming: list[list[float]] = [[] for _ in range(N_STATES)]
        for source, target, score, _, _ in arcs[t]:
            if forward[t][source] > -math.inf:
                incoming[target].append(forward[t][source] + score)
        forward[t + 1] = [_logsum(v) for v in incoming]
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
        whole = _logsum(everything)
        out[t] = math.exp(_logsum(yes) - whole) if yes else 0.0
        backward = [_logsum(v) for v in previous]
    return out


def _logsum(values: list[float]) -> float:
    if not values:
        return -math.inf
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values)) if top > -math.inf else top


class _Arcs:
    """Scores every step of every unit."""

    def __init__(self, units: list[Unit]) -> None:
        self.units = units
        self.text_before = self._neighbours(range(len(units)))
        self.text_after = self._neighbours(range(len(units) - 1, -1, -1))
        self.width_before = self._widths(range(len(units)))
        self.width_after = self._widths(range(len(units) - 1, -1, -1))
        self.leans = self._leans()
        self.habit = self._habit()

    def all(self) -> list[list[Arc]]:
        out = []
        for t, unit in enumerate(self.units):
            arcs = self._of(t, unit)
            if t == 0:  # whatever comes first begins an article, at no cost of ending another
                arcs = [(PRE, b, s, role, True) for a, b, s, role, begins in arcs if begins and a == POST] or [
                    (PRE, BODY, 0.0, role, True) for _, _, _, role, _ in arcs[:1]
                ]
                if unit.kind in ("folio", "credit", "caption"):
                    arcs = [(POST, POST, 0.0, Role.STRAY if unit.kind == "folio" else Role.CAPTION, unit.kind != "folio")]
            out.append(arcs)
        return out

    def _neighbours(self, order: range) -> list[int | None]:
        """Index of the nearest text unit on one side of each unit."""
        found: list[int | None] = [None] * len(self.units)
        near: int | None = None
        for t in order:
            found[t] = near
            if self.units[t].kind == "text":
                near = t
        return found

    def _widths(self, order: range) -> list[float]:
        """Column width in force on one side of each unit; 0 where unknown."""
        found: list[float] = [0.0] * len(self.units)
        near = 0.0
        for t in order:
            found[t] = near
            unit = self.units[t]
            if unit.kind == "byline" or (unit.lead and not unit.width):
                near = 0.0
            near = unit.width or near
        return found

    def _torn(self, t: int) -> bool:
        """Whether a word is torn between the unit before `t` and this one."""
        if t == 0 or t >= len(self.units):
            return False
        left, right = self.units[t - 1], self.units[t]
        if left.kind not in ("text", "short") or right.kind not in ("text", "short"):
            return False
        return left.open_end and not (right.lead or right.bullet) and _spans_word(left.text, right.text)

    def _of(self, t: int, unit: Unit) -> list[Arc]:
        if unit.kind == "text":
            return self._text(t, unit)
        if unit.kind in ("short", "tall"):
            return self._display(t, unit)
        if unit.kind == "byline":
            return self._byline(t)
        if unit.kind == "folio":
            return [(s, s, 0.0, Role.STRAY, False) for s in range(N_STATES)]
        arcs: list[Arc] = [(s, s, 0.0 if s >= BODY else -2.0, Role.CAPTION, False) for s in range(N_STATES)]
        if unit.kind == "credit":  # a photo story: text, then only who took the picture
            arcs = [(s, s, -2.0 if s < BODY or s in (BODY + 2, BODY + 3) else 0.0, Role.CAPTION, False) for s in range(N_STATES)]
            arcs += [(BODY, PHOTO, 4.0, Role.CAPTION, False), (BODY + 1, PHOTO, 1.0, Role.CAPTION, False)]
        else:
            arcs += [(s, POST, _end(s) - 7.0, Role.CAPTION, True) for s in _CLOSED]
        return arcs

    def _text(self, t: int, unit: Unit) -> list[Arc]:
        before = self.text_before[t]
        previous = self.units[before] if before is not None else None
        closing = self._closing(previous)
        strong = 7.0 if unit.lead else 4.0 if unit.bullet else 0.0
        go_on = -strong - (4.0 if previous is not None and previous.signed else 0.0)
        if previous is not None:
            width = self.width_before[t]
            if previous.open_end:
                go_on += 4.0
            elif width and unit.width:
                apart = abs(width - unit.width)
                go_on += 0.7 if apart <= 1.0 else -1.0 if apart <= 2.5 else -2.5
        torn = 4.0 if self._torn(t) else 0.0
        lead = 2 if unit.lead else 0
        bare = strong or (-2.0 if previous is None else -5.0)
        bare_after_head = -1.5 if len(unit.lines) > 2 or len(unit.text) > 60 else -3.0
        arcs: list[Arc] = [(s, s, go_on + torn, Role.BODY, False) for s in _BODIES]
        for s in _CLOSED:
            arcs.append((s, BODY + lead, _end(s) + closing + bare - torn, Role.BODY, True))
        arcs.append((PRE, BODY + lead + 1, strong or bare_after_head - torn, Role.BODY, False))
        arcs.append((PRE_BYLINE, BODY + 2, -strong, Role.BODY, False))
        arcs.append((PRE_HEAD_BYLINE, BODY + 3, -strong, Role.BODY, False))
        if unit.bullet:  # a brief is whole without a headline
            arcs.extend((s, BODY + 1, _end(s) + closing + strong, Role.BODY, True) for s in _CLOSED)
        return arcs

    def _closing(self, previous: Unit | None) -> float:
        """What it costs to end an article after `previous`."""
        if previous is None:
            return 0.0
        return (-4.0 if previous.open_end else 0.0) + (1.0 if previous.signed else 0.0)

    def _display(self, t: int, unit: Unit) -> list[Arc]:
        before, after = self.text_before[t], self.text_after[t]
        previous = self.units[before] if before is not None else None
        following = self.units[after] if after is not None else None
        near = self.units[t - 1] if t else None
        closing = self._closing(previous)
        lean = self.leans[t]
        post = 0.5 + lean + self.habit + closing
        pre = 0.5 - lean - self.habit
        kicker = is_kicker(unit.text)
        after_display = near is not None and near.kind in ("short", "tall")
        paired = after_display and is_kicker(near.text) if near is not None else False
        # Where nothing but a lead can follow, a headline before it is at home.
        arcs: list[Arc] = []
        for s in _BODIES:
            lead = 1 if s >= BODY + 2 else 0
            arcs.append((s, POST + lead, post - (2.0 if (s - BODY) % 2 else 0.0), Role.HEAD, False))
        arcs.append((PHOTO, POST, post, Role.HEAD, False))
        for s in (POST, POST + 1):
            arcs.append((s, s, (1.0 + 0.3 * lean if after_display else -2.5) - (1.0 if kicker else 0.0), Role.HEAD, False))
        for s in _CLOSED:
            torn = 3.0 if s in (POST, POST + 1) and paired else 0.0
            arcs.append((s, PRE, _end(s) + closing + pre - torn, Role.HEAD, True))
        arcs.append((PRE, PRE, 0.5 - (0.3 * lean), Role.HEAD, False))
        arcs.append((PRE_BYLINE, PRE_HEAD_BYLINE, -3.0, Role.HEAD, False))
        if unit.kind == "short":
            piece = self._piece(t, unit, following)
            arcs.extend((s, s, piece + 0.75 * max(0.0, lean), Role.SUBHEAD, False) for s in _BODIES)
            arcs.append((PRE, BODY + 1, piece - 1.5, Role.BODY, False))
            arcs.append((PRE_BYLINE, BODY + 2, piece, Role.BODY, False))
            arcs.append((PRE_HEAD_BYLINE, BODY + 3, piece, Role.BODY, False))
        arcs.extend((s, s, -4.0, Role.STRAY, False) for s in range(BODY, N_STATES))
        return arcs

    def _piece(self, t: int, unit: Unit, following: Unit | None) -> float:
        """How much a short unit looks like a piece of the body, or a subhead in it."""
        score = -1.0
        near = self.units[t - 1] if t else None
        if near is not None and near.kind in ("text", "short") and near.open_end:
            score += 4.0 if near.kind == "text" else 2.0
        score += 3.0 * (self._torn(t) + self._torn(t + 1))
        if following is None or following.lead or following.bullet:
            score -= 2.0
        width = self.width_before[t] or self.width_after[t]
        if width:
            sizes = [cells(line.text) for line in unit.lines]
            if max(sizes) > width + 1.5:
                score -= 4.0
            elif all(abs(size - width) <= 1.6 for size in sizes):
                score += 2.0 + len(sizes)
            elif len(sizes) > 1 and all(abs(size - width) <= 1.6 for size in sizes[:-1]):
                score += float(len(sizes))
        if _NUMBERED.match(unit.text):
            score += 3.0
        if not unit.open_end:
            return score
        after = self.units[t + 1] if t + 1 < len(self.units) else None
        if after is not None and after.kind in ("text", "short") and after.text[0] in "“‘《（":
            score += 2.5  # extraction puts a blank line where a line begins with a hanging quotation mark
        score += 0.5 * unit.text.count("，")
        score += 1.5 if unit.text[-1] in _NEVER_LAST else 0.0
        score += 3.0 if any(unit.text.count(a) != unit.text.count(b) for a, b in _PAIRS) else 0.0
        return score

    def _byline(self, t: int) -> list[Arc]:
        before, after = self.text_before[t], self.text_after[t]
        previous = self.units[before] if before is not None else None
        following = self.units[after] if after is not None else None
        opens = 5.0 if after == self._next(t) else 3.0
        if following is None or following.lead or following.bullet:
            opens = 0.0
        closing = self._closing(previous)
        arcs: list[Arc] = [(s, PRE_BYLINE, _end(s) + closing + opens, Role.BYLINE, True) for s in _CLOSED]
        arcs.append((PRE, PRE_HEAD_BYLINE, opens + 1.5, Role.BYLINE, False))
        arcs.extend((s, s, 1.5 - opens, Role.BYLINE, False) for s in _CLOSED)
        return arcs

    def _next(self, t: int) -> int | None:
        for k in range(t + 1, min(t + 4, len(self.units))):
            if self.units[k].kind not in ("caption", "credit", "folio"):
                return k
        return None

    def _leans(self) -> list[float]:
        """For each display: > 0 where it is about the body before it, < 0 about the one after."""
        leans = [0.0] * len(self.units)
        for t, unit in enumerate(self.units):
            if unit.kind not in ("short", "tall"):
                continue
            terms = "".join(_TERMS.findall(unit.text))
            pairs = {terms[i : i + 2] for i in range(len(terms) - 1)}
            if not pairs:
                continue
            before, after = self._side(t, -1), self._side(t, 1)
            score = sum((p in before) - (p in after) for p in pairs) / len(pairs)
            leans[t] = max(-4.0, min(4.0, 7.0 * score))
        return leans

    def _side(self, t: int, step: int) -> str:
        """Body text on one side of unit `t`, up to where an article surely begins."""
        parts: list[str] = []
        size, k = 0, t + step
        while 0 <= k < len(self.units) and size < WINDOW:
            unit = self.units[k]
            strong = bool(unit.lead or unit.bullet or unit.kind == "byline")
            if step > 0 and strong and parts:
                break
            if unit.kind == "text":
                parts.append(unit.text[:WINDOW] if step > 0 else unit.text[-WINDOW:])
                size += len(parts[-1])
            if step < 0 and strong:
                break
            k += step
        return "\n".join(parts)

    def _habit(self) -> float:
        """> 0 where this page sets headlines after their articles."""
        total = 0.0
        shown = [t for t, u in enumerate(self.units) if u.kind != "folio"]
        for t in shown:
            if self.units[t].kind in ("short", "tall") and not self.units[t].open_end or abs(self.leans[t]) >= 1:
                total += max(-1.0, min(1.0, self.leans[t]))
        if shown and self.units[shown[0]].kind == "short":
            total -= 1.0
        if shown and self.units[shown[-1]].kind in ("short", "tall"):
            total += 1.0
        return max(-1.5, min(1.5, 0.5 * total))
