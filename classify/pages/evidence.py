"""Evidence for and against each reading of a unit.

Each piece of evidence is a number for one unit, worked out from it and the units near it: whether a word runs over
its edge, whether it is as wide as its column, whether it shares its words with the body before it or after it.
`weights.WEIGHTS` has the weight of each, in log-odds; `transitions` adds them up.

All are found in constant time for a unit, so that a file of a hundred pages is read as fast as a hundred files.
Where evidence needs the nearest text before or after a unit, one pass over the page finds it for all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING

from classify.pages.headlines import is_kicker
from classify.pages.line_flags import COLUMN_SLACK, UNWRAPPED_CELLS
from classify.pages.subheads import INDENT, NUMBERED, find_points, is_short_line, weigh_subheads
from classify.pages.weights import WEIGHTS
from classify.text.characters import HAN
from classify.text.words import find_torn_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classify.pages.printed import Unit

__all__ = ["Evidence", "TornPiece"]

# The comma of 造林，两千亩; not its characters
_NO_TERMS = re.compile(rf"[^{HAN}A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class TornPiece:
    """A short unit read as part of a body.

    Attributes
    ----------
    prose : float
        How much it reads like running text by itself, in log-odds; 0 where it does not.
    score : float
        Weight of it being part of the body before it, in log-odds.
    is_subhead : bool
        In a body it is a subhead, a paragraph of its own, and not a piece of running text.
    """

    prose: float
    score: float
    is_subhead: bool


class Evidence:
    """Evidence for each of the units of a page.

    Parameters
    ----------
    units : list of Unit
        In page order, their kinds final.

    Attributes
    ----------
    text_before, text_after : list of Unit or None
        The nearest unit of kind ``text`` on each side of each unit, whatever is between.
    torn : list of bool, one longer than `units`
        Whether a word, or a sentence with its punctuation, runs over from unit ``t - 1`` into unit `t`.
    points : list of bool
        Whether a bullet sets off a point of a list (`subheads.find_points`).
    lean : list of float
        For a display, > 0 where it is about the body before it, < 0 about the one after it; −4 to 4.
    subhead : list of float
        Weight of each unit being a subhead inside a body.
    habit : float
        > 0 where this page has its headlines after their articles, < 0 before; −1.5 to 1.5.
    """

    # Characters of body on either side that a display line is compared with. Chosen: most articles are shorter.
    _WINDOW = 3000
    _MOST_UNITS = 256
    # A short unit with this much evidence of running text is taken for it. Chosen.
    _PROSE = 2.0
    # The first line of a paragraph of several lines, its indent lost, is at most this many cells short. Chosen.
    _INDENT_OF_SEVERAL = 3.2
    # 记者 and 近日 at the start of 近日，城区下了一场雨; not 近日点
    _PROSE_START = re.compile(
        r"(?:据|近日|日前|目前|截至|此外|同时|记者|其中|近年来|当前|随着|如今|对此|其间|期间|.{2,6}期间，|.{2,4}说，)"
    )

    def __init__(self, units: list[Unit]) -> None:
        self.units = units
        n = len(units)
        self._index_before, self._width_before = self._find_nearest(range(n))
        self._index_after, self._width_after = self._find_nearest(range(n - 1, -1, -1))
        self.text_before = [None if k is None else units[k] for k in self._index_before]
        self.text_after = [None if k is None else units[k] for k in self._index_after]
        self._byline_before = [-1]  # index of the nearest byline before each unit
        for t, unit in enumerate(units):
            self._byline_before.append(t if unit.kind == "byline" else self._byline_before[-1])
        self.torn = [False, *_find_torn(units), False]
        self.points = find_points(units)
        # The units that hold a body's text or begin an article, and how many of them are before each unit.
        self._stations = [
            t for t, unit in enumerate(units)
            if unit.kind in ("text", "byline") or unit.lead or unit.bullet
        ]  # fmt: skip
        # The body text last looked at on each side: neighbouring units need the same.
        self._side_before = self._side_after = (-1, "")
        self.lean = [self._find_lean(t) if u.kind in ("short", "tall") else 0.0 for t, u in enumerate(units)]
        self.subhead = weigh_subheads(units, self._width_before, self.lean)
        self.habit = self._find_habit()

    def _find_nearest(self, order: Iterable[int]) -> tuple[list[int | None], list[float]]:
        """Return the index of the nearest text unit on one side of each unit, and the column width there (or 0)."""
        indices: list[int | None] = [None] * len(self.units)
        widths = [0.0] * len(self.units)
        nearest: int | None = None
        width = 0.0
        for t in order:
            indices[t], widths[t] = nearest, width
            unit = self.units[t]
            if unit.kind == "text":
                nearest = t
            if unit.kind == "byline" or (unit.lead and not unit.width):
                width = 0.0  # another article has begun, its column not known yet
            width = unit.width or width
        return indices, widths

    def text_is_next(self, t: int) -> bool:
        """Return whether the next unit that is no caption or folio line is text, or a piece that reads like it."""
        k = t + 1
        while k < len(self.units) and k < t + 4 and self.units[k].kind in ("caption", "credit", "folio"):
            k += 1
        if k < len(self.units) and self.units[k].kind == "short" and self._weigh_prose(k) >= self._PROSE:
            return True
        return k == self._index_after[t]

    def weigh_loose_start(self, t: int) -> float:
        """Return the weight against an article beginning at `t` without a lead.

        There is no blank line before it, or the text before it was never set in columns and is mostly one article.
        """
        unit, previous, following = self.units[t], self.text_before[t], self.text_after[t]
        score = 0.0
        if (
            t
            and not unit.gap
            and self.units[t - 1].kind in ("text", "short")
            and not (following is not None and following.lead)
        ):
            score += WEIGHTS["no_gap"]
        if previous is not None and len(previous) == 1 and len(previous.text) > UNWRAPPED_CELLS:
            score += WEIGHTS["unwrapped"]
        return score

    def weigh_continuation(self, t: int) -> float:
        """Return the weight of text unit `t` going on with the text before it, from ends and column widths."""
        previous, unit, w = self.text_before[t], self.units[t], WEIGHTS
        score = w["torn"] if self.torn[t] else 0.0
        if previous is None:
            return score
        if previous.signed:
            score += w["signed"]
        if self.units[t - 1].kind == "caption":
            score += w["after_caption"]
        width = self._width_before[t]
        if previous.open_end:
            score += w["open"]
        elif width and unit.width:
            apart = abs(width - unit.width)
            score += w["same_width" if apart <= 1.0 else "near_width" if apart <= 2.5 else "other_width"]
        return score

    def find_kinship(self, t: int) -> float:
        """Return how much text unit `t` is about the matter of the body before it, −3 to 3.

        Of the character pairs in 160 characters, the 400 before hold 18 % (s.d. 8) in the same article and
        5 % (s.d. 3) in another; the 200 before 14 and 4 %. Measured on 330 newspaper articles.
        """
        previous = self.text_before[t]
        if previous is None or previous.open_end:
            return 0.0
        pairs = _character_pairs(self.units[t].text[:160])
        body = self._body_before(t)
        if len(pairs) < 12 or len(body) < 60:
            return 0.0
        share = sum(map(body.__contains__, pairs)) / len(pairs)
        return max(-3.0, min(3.0, 40.0 * (share - 0.06 - 0.075 * min(1.0, len(body) / 1000))))

    def read_as_piece(self, t: int) -> TornPiece:
        """Read short unit `t` as part of the body before it: a piece of running text, or a subhead."""
        unit, w = self.units[t], WEIGHTS
        prose = self._weigh_prose(t)
        before = self.units[t - 1] if t else None
        width = self._width_before[t] or self._width_after[t]
        follows_open = follows_piece = False
        if before is not None and before.open_end:
            follows_open = before.kind == "text"
            follows_piece = (
                before.kind == "short" and width > 0 and abs(before.widths[-1] - width) <= COLUMN_SLACK
            )
        torn = self.torn[t]
        score = w["piece"] + prose + w["piece_torn"] * torn
        score += w["piece_after_open"] if follows_open else w["piece_after_piece"] if follows_piece else 0.0
        following = self.text_after[t]
        if following is None or following.lead or following.bullet:
            score += w["piece_before_lead"]
        full = False
        if width:
            widths, full, nearly_full = self._compare_widths(unit, width, indented=not follows_open)
            if max(widths) > width + COLUMN_SLACK:
                score += w["piece_too_wide"]
            elif full:
                score += w["piece_full"] + w["piece_line"] * len(widths)
            elif nearly_full:
                score += w["piece_line"] * len(widths)
        score += self.subhead[t]
        if NUMBERED.match(unit.text):
            score += w["piece_numbered"]
        # A piece of the body shares its words with the text before it; a subhead with the text after it.
        torn_off = prose >= self._PROSE or torn or follows_open or follows_piece
        lean = self.lean[t]
        if torn_off:
            score += w["piece_lean"] * max(0.0, lean)
        elif full:
            score += w["full_lean"] * abs(lean)
        else:
            score += w["subhead_lean"] * max(0.0, lean)
        if not torn_off and is_kicker(unit.text):
            score += w["piece_kicker"]
        return TornPiece(prose, score, not torn_off and is_short_line(unit, width))

    def _compare_widths(
        self, unit: Unit, width: float, *, indented: bool
    ) -> tuple[Sequence[float], bool, bool]:
        """Return the widths of a unit's lines, whether all fill a column of `width`, and whether all but the last do.

        With `indented` the first line may be the first of a paragraph whose indent is lost; it counts as full.
        """
        widths: Sequence[float] = unit.widths
        indent = self._INDENT_OF_SEVERAL if len(widths) > 1 else INDENT
        if indented and COLUMN_SLACK < width - widths[0] <= indent:
            widths = [width, *widths[1:]]
        full = [abs(w - width) <= COLUMN_SLACK for w in widths]
        return widths, all(full), len(full) > 1 and all(full[:-1])

    def _weigh_prose(self, t: int) -> float:
        """Return how much a short unit reads like running text that a blank line has torn; 0 where it does not."""
        unit, w = self.units[t], WEIGHTS
        score = w["piece_torn"] * self.torn[t + 1]
        if not unit.open_end:
            return score
        text = unit.text
        after = self.units[t + 1] if t + 1 < len(self.units) else None
        if after is not None and after.kind in ("text", "short") and after.text[0] in "“‘《（":
            score += w["before_quote"]  # extractors put a blank line where a line begins with a hanging mark
        commas = text.count("，")
        score += w["comma"] * commas + w["enumeration"] * max(0, text.count("、") - 1)
        score += w["prose_start"] if commas and self._PROSE_START.match(text) else 0.0
        score += w["never_last"] if text[-1] in "的在和是与及将把被对为以等也并让从向" else 0.0
        unbalanced = any(text.count(a) != text.count(b) for a, b in ("“”", "《》", "（）", "‘’"))
        return score + (w["unbalanced"] if unbalanced else 0.0)

    def _find_lean(self, t: int) -> float:
        pairs = _character_pairs(self.units[t].text)
        if not pairs:
            return 0.0
        before, after = self._body_before(t), self._body_after(t)
        shared = sum(map(before.__contains__, pairs)) - sum(map(after.__contains__, pairs))
        return max(-4.0, min(4.0, 7.0 * shared / len(pairs)))

    def _body_before(self, t: int) -> str:
        """Return the body text before unit `t`, back to where its article surely begins."""
        k = self._index_before[t]
        if k is None or k < self._byline_before[t]:
            return ""
        if k != self._side_before[0]:
            parts: list[str] = []
            size = 0
            end = bisect_left(self._stations, k) + 1
            for i in reversed(self._stations[max(0, end - self._MOST_UNITS) : end]):
                unit = self.units[i]
                if unit.kind == "text":
                    parts.append(unit.text[-self._WINDOW :])
                    size += len(parts[-1])
                if unit.lead or unit.bullet or unit.kind == "byline" or size >= self._WINDOW:
                    break
            self._side_before = k, "\n".join(parts)
        return self._side_before[1]

    def _body_after(self, t: int) -> str:
        """Return the body text after unit `t`, up to where another article surely begins."""
        k = self._index_after[t]
        if k is None:
            return ""
        if k != self._side_after[0]:
            parts: list[str] = []
            size = 0
            first = bisect_left(self._stations, k)
            for i in self._stations[first : first + self._MOST_UNITS]:
                unit = self.units[i]
                if size >= self._WINDOW:
                    break
                if parts and (unit.lead or unit.bullet or unit.kind == "byline"):
                    break
                if unit.kind == "text":
                    parts.append(unit.text[: self._WINDOW])
                    size += len(parts[-1])
            self._side_after = k, "\n".join(parts)
        return self._side_after[1]

    def _find_habit(self) -> float:
        shown = [unit for unit in self.units if unit.kind != "folio"]
        # A display that is a subhead (weight 4 or more, chosen) is no sign of where headlines are.
        total = sum(
            max(-1.0, min(1.0, lean))
            for lean, subhead in zip(self.lean, self.subhead, strict=True)
            if subhead < 4.0
        )
        if shown and shown[0].kind == "short":
            total -= 1.0
        if shown and shown[-1].kind in ("short", "tall"):
            total += 1.0
        return max(-1.5, min(1.5, 0.5 * total))


def _character_pairs(text: str) -> set[str]:
    """Return the pairs of neighbours among the Chinese characters, letters and digits of a text.

    造林，11亩 has 造林, 林1, 11 and 1亩.
    """
    terms = _NO_TERMS.sub("", text)
    return set(map(add, terms, terms[1:]))


def _find_torn(units: list[Unit]) -> list[bool]:
    """Return for each two neighbours whether a word, or a sentence with its punctuation, runs over to the second."""
    kinds = ("text", "short")
    torn = [False] * (len(units) - 1)
    unclear: list[int] = []
    for t, (left, right) in enumerate(pairwise(units)):
        may_go_on = left.open_end and not (right.lead or right.bullet)
        if may_go_on and left.kind in kinds and right.kind in kinds:
            if right.text[0] in "，。、；：！？”’）》】":
                torn[t] = True
            else:
                unclear.append(t)
    pairs = [(units[t].text, units[t + 1].text) for t in unclear]
    for t, is_torn in zip(unclear, find_torn_words(pairs), strict=True):
        torn[t] = is_torn
    return torn
