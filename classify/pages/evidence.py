"""What speaks for and against each reading of a unit.

Every piece of evidence is a number for one unit, found from it and its neighbours in constant time: does a word run
over its edge, is it as wide as its column, does it share its words with the body before it or after it. How much each
weighs is `WEIGHTS`, in log-odds; `segmentation` adds them up.

The weights were set by hand on the development pages and then improved one at a time on 300 pages typeset by
``benchmarks/typeset.py`` (the script is ``benchmarks/tune_splitter.py``); they are round numbers because the evidence is
strong and its exact weight matters little.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from classify.pages.lines import UNWRAPPED_CELLS, Unit
from classify.text.characters import HAN, cells
from classify.text.words import segmenter

__all__ = ["RUBRICS", "WEIGHTS", "Evidence", "is_kicker"]

WEIGHTS: dict[str, float] = {
    # an article begins at a text unit
    "lead": 8.5,
    "bullet": 4.0,
    "square": 2.0,  # ■ ▲ …: often marks paragraphs, not briefs
    "bare": -5.0,  # neither lead nor headline before it
    "bare_after_signature": -2.0,
    "bare_after_photo": -3.0,
    "bare_after_headline": -1.75,
    "bare_and_small": -1.5,
    "no_gap": -3.0,  # without a blank line, where no lead says so
    "unwrapped": -2.0,  # running text that was never set in columns is mostly one article
    # the body goes on
    "open": 4.0,  # the text before stops inside a sentence
    "torn": 4.0,  # a word runs over the gap
    "same_width": 0.7,
    "near_width": -1.0,
    "other_width": -3.0,
    "signed": -4.0,  # the text before closed with a signature
    "kin": 1.0,  # times `Evidence.kinship`
    "not_kin": 0.5,  # the same for a beginning
    "after_caption": -1.0,
    # an article ends
    "end_bare": -4.0,  # neither lead nor headline
    "end_no_headline": -1.2,
    "end_open": -4.0,
    "end_signed": 1.0,
    "end_headline_only": -6.0,
    # a display line
    "display": 0.5,
    "lean": 1.0,
    "habit": 1.0,
    "second_headline": -3.0,  # after the body of an article that had one before it
    "next_display": 0.5,
    "next_display_lean": 0.45,
    "apart_display": -2.5,
    "kicker_last": -1.0,
    "kicker_torn": -3.5,  # between a kicker and the headline it stands over
    "headline_after_signature": -3.0,
    "display_prose": -0.7,  # times `prose`
    "stray": -4.0,
    # a short unit that is a piece of the body or a subhead in it
    "piece": -1.0,
    "piece_after_open": 4.0,
    "piece_after_piece": 2.0,
    "piece_torn": 2.0,
    "piece_before_lead": -3.5,
    "piece_too_wide": -4.0,
    "piece_full": 2.0,
    "piece_line": 1.0,
    "piece_numbered": 3.0,
    "piece_kicker": -2.0,
    "piece_lean": 0.75,
    "full_lean": 0.4,
    "subhead_lean": -0.25,
    "prose_start": 1.0,
    "comma": 0.5,
    "enumeration": 0.7,
    "never_last": 1.5,
    "unbalanced": 3.0,
    "before_quote": 1.75,
    "piece_opens": -5.0,
    # bylines, captions, credits
    "byline_opens": 5.0,
    "byline_opens_far": 3.0,
    "byline_after_headline": 1.5,
    "byline_closes": 1.5,
    "headline_after_byline": -3.0,
    "caption_before": -2.0,
    "caption_alone": -7.0,
    "photo_story": 6.0,
    "photo_story_with_headline": 1.0,
    "credit_in_article": -2.0,
}

WINDOW = 3000
"""Characters of body on either side that a display line is compared with; most articles are shorter."""
KIN_OPENING = 160
"""Characters of a unit that are compared with the body before it."""

_TERMS = re.compile(rf"[{HAN}A-Za-z0-9]")
_ORGANISATION = re.compile(
    r"(?:局|街道|社区|管委会|委员会|办公室|中心|学校|大学|学院|公司|集团|医院|银行|法院|检察院|大队|支队|派出所"
    r"|乡|镇|县|区|市|村|省|委|办|会|站|所|园)$"
)
_SPEECH = re.compile(r"(?:要求|强调|指出|提出|表示|认为|——|—|：|:)$")
_NUMBERED = re.compile(r"^(?:问|答|记者|主持人|[甲乙丙QA])[:：]|^(?:第[一二三四五六七八九十]+[把个是步，：:])|^(?:[一二三四五六七八九十]{1,2}[、.．]|[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[、.．])")
RUBRICS = re.compile(r"^(?:简明信息|简讯|简明新闻|一句话新闻|要闻速览|快讯|短新闻|新闻速递|新闻简报|资讯|动态)$")
_PROSE_START = re.compile(r"(?:据|近日|日前|目前|截至|此外|同时|记者|其中|近年来|当前|随着|如今|对此|其间|期间|.{2,6}期间，|.{2,4}说，)")
_NEVER_LAST = "的在和是与及将把被对为以等也并让从向"
_NEVER_FIRST = "，。、；：！？”’）》】"
_PAIRED = ("“”", "《》", "（）", "‘’")
FULL = 1.6
"""A line is as wide as its column when it is at most this many cells off: punctuation hangs, digits are half wide."""
INDENT, INDENT_ALONE = 3.2, 2.6
"""…and the first line of a paragraph, whose indent is lost, this many; less where no second line bears it out."""


def is_kicker(text: str) -> bool:
    """Whether a display line reads like a kicker: an organisation, or 会议要求 and the like."""
    return bool((_ORGANISATION.search(text) and cells(text) <= 14) or _SPEECH.search(text) or RUBRICS.match(text))


@dataclass(frozen=True, slots=True)
class Piece:
    """How much a short unit looks like running text: by itself, and as a piece of the body before it."""

    prose: float
    piece: float
    torn_off: bool


class Evidence:
    """The evidence for each of `units`; one pass over them finds what needs looking further than a neighbour."""

    def __init__(self, units: list[Unit]) -> None:
        self.units = units
        n = len(units)
        self.text_before, self.width_before = self._nearest(range(n))
        self.text_after, self.width_after = self._nearest(range(n - 1, -1, -1))
        self.lean = [self._lean(t) if u.kind in ("short", "tall") else 0.0 for t, u in enumerate(units)]
        self.habit = self._habit()

    def _nearest(self, order: range) -> tuple[list[int | None], list[float]]:
        """Index of the nearest text unit on one side of each unit, and the column width in force there (0: unknown)."""
        indices: list[int | None] = [None] * len(self.units)
        widths = [0.0] * len(self.units)
        near: int | None = None
        width = 0.0
        for t in order:
            indices[t], widths[t] = near, width
            unit = self.units[t]
            if unit.kind == "text":
                near = t
            if unit.kind == "byline" or (unit.lead and not unit.width):
                width = 0.0
            width = unit.width or width
        return indices, widths

    def before(self, t: int) -> Unit | None:
        """The text unit before `t`, whatever stands between."""
        k = self.text_before[t]
        return None if k is None else self.units[k]

    def after(self, t: int) -> Unit | None:
        """The text unit after `t`, whatever stands between."""
        k = self.text_after[t]
        return None if k is None else self.units[k]

    def text_is_next(self, t: int) -> bool:
        """Whether the next unit that is no caption or folio is text."""
        k = t + 1
        while k < len(self.units) and k < t + 4 and self.units[k].kind in ("caption", "credit", "folio"):
            k += 1
        return k == self.text_after[t]

    def torn(self, t: int) -> bool:
        """Whether a word, or a sentence with its punctuation, runs over from unit ``t - 1`` into unit `t`."""
        if not 0 < t < len(self.units):
            return False
        left, right = self.units[t - 1], self.units[t]
        if left.kind not in ("text", "short") or right.kind not in ("text", "short"):
            return False
        if not left.open_end or right.lead or right.bullet:
            return False
        return right.text[0] in _NEVER_FIRST or _spans_word(left.text, right.text)

    def loose(self, t: int) -> float:
        """Weight against an article beginning at unit `t` without a lead: no blank line, or never set in columns."""
        unit, previous = self.units[t], self.before(t)
        following = self.after(t)
        score = 0.0
        if t and not unit.gap and self.units[t - 1].kind in ("text", "short") and not (following and following.lead):
            score += WEIGHTS["no_gap"]
        if previous is not None and len(previous.lines) == 1 and len(previous.text) > UNWRAPPED_CELLS:
            score += WEIGHTS["unwrapped"]
        return score

    def goes_on(self, t: int) -> float:
        """Weight of widths and ends for text unit `t` going on with the text before it."""
        previous, unit, w = self.before(t), self.units[t], WEIGHTS
        score = w["torn"] if self.torn(t) else 0.0
        if previous is None:
            return score
        if previous.signed:
            score += w["signed"]
        if self.units[t - 1].kind == "caption":
            score += w["after_caption"]
        width = self.width_before[t]
        if previous.open_end:
            score += w["open"]
        elif width and unit.width:
            apart = abs(width - unit.width)
            score += w["same_width"] if apart <= 1.0 else w["near_width"] if apart <= 2.5 else w["other_width"]
        return score

    def kinship(self, t: int) -> float:
        """How much text unit `t` goes on about the matter of the body before it: −3 to 3.

        Of the character pairs in 160 characters, the 400 before hold 18 % (s.d. 8) in the same article and 5 %
        (s.d. 3) in another; the 200 before 14 and 4 %. Measured on 330 newspaper articles.
        """
        previous = self.before(t)
        if previous is None or previous.open_end:
            return 0.0
        opening = _TERMS.findall(self.units[t].text[:KIN_OPENING])
        pairs = {a + b for a, b in zip(opening, opening[1:], strict=False)}
        body = self._side(t, -1)
        if len(pairs) < 12 or len(body) < 60:
            return 0.0
        shared = sum(p in body for p in pairs) / len(pairs)
        return max(-3.0, min(3.0, 40.0 * (shared - 0.06 - 0.075 * min(1.0, len(body) / 1000))))

    def piece(self, t: int) -> Piece:
        """Read short unit `t` as running text."""
        unit, w = self.units[t], WEIGHTS
        prose = self._prose(t)
        near = self.units[t - 1] if t else None
        width = self.width_before[t] or self.width_after[t]
        follows_open = near is not None and near.kind == "text" and near.open_end
        follows_piece = (
            near is not None and near.kind == "short" and near.open_end
            and width > 0 and abs(cells(near.lines[-1].text) - width) <= FULL
        )  # fmt: skip
        torn = self.torn(t)
        score = w["piece"] + prose + w["piece_torn"] * torn
        score += w["piece_after_open"] if follows_open else w["piece_after_piece"] if follows_piece else 0.0
        following = self.after(t)
        if following is None or following.lead or following.bullet:
            score += w["piece_before_lead"]
        if width:
            sizes = [cells(line.text) for line in unit.lines]
            if not follows_open and FULL < width - sizes[0] <= (INDENT if len(sizes) > 1 else INDENT_ALONE):
                sizes[0] = width
            full = [abs(size - width) <= FULL for size in sizes]
            if max(sizes) > width + FULL:
                score += w["piece_too_wide"]
            elif all(full):
                score += w["piece_full"] + w["piece_line"] * len(sizes)
            elif len(sizes) > 1 and all(full[:-1]):
                score += w["piece_line"] * len(sizes)
        if _NUMBERED.match(unit.text):
            score += w["piece_numbered"]
        torn_off = prose >= 2.0 or torn or follows_open or follows_piece
        # A piece of the body shares its words with what is before it; a subhead does with what follows.
        lean = self.lean[t]
        if torn_off:
            score += w["piece_lean"] * max(0.0, lean)
        elif width and all(full):
            score += w["full_lean"] * abs(lean)
        else:
            score += w["subhead_lean"] * max(0.0, lean)
        if not torn_off and is_kicker(unit.text):
            score += w["piece_kicker"]
        return Piece(prose, score, torn_off)

    def _prose(self, t: int) -> float:
        """How much a short unit reads like running text that a blank line has torn; 0 where it doesn't."""
        unit, w = self.units[t], WEIGHTS
        score = w["piece_torn"] * self.torn(t + 1)
        if not unit.open_end:
            return score
        after = self.units[t + 1] if t + 1 < len(self.units) else None
        if after is not None and after.kind in ("text", "short") and after.text[0] in "“‘《（":
            score += w["before_quote"]  # extraction puts a blank line where a line begins with a hanging mark
        score += w["comma"] * unit.text.count("，") + w["enumeration"] * max(0, unit.text.count("、") - 1)
        score += w["prose_start"] if "，" in unit.text and _PROSE_START.match(unit.text) else 0.0
        score += w["never_last"] if unit.text[-1] in _NEVER_LAST else 0.0
        score += w["unbalanced"] if any(unit.text.count(a) != unit.text.count(b) for a, b in _PAIRED) else 0.0
        return score

    def _lean(self, t: int) -> float:
        """> 0 where a display is about the body before it, < 0 about the one after; −4 to 4."""
        terms = "".join(_TERMS.findall(self.units[t].text))
        pairs = {terms[i : i + 2] for i in range(len(terms) - 1)}
        if not pairs:
            return 0.0
        before, after = self._side(t, -1), self._side(t, 1)
        return max(-4.0, min(4.0, 7.0 * sum((p in before) - (p in after) for p in pairs) / len(pairs)))

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
        """> 0 where this page sets headlines after their articles, < 0 before; −1.5 to 1.5."""
        shown = [u for u in self.units if u.kind != "folio"]
        total = sum(max(-1.0, min(1.0, lean)) for lean in self.lean)
        if shown and shown[0].kind == "short":
            total -= 1.0
        if shown and shown[-1].kind in ("short", "tall"):
            total += 1.0
        return max(-1.5, min(1.5, 0.5 * total))


def _spans_word(left: str, right: str) -> bool:
    """Whether a dictionary word runs over the end of `left` into `right`."""
    a, b = left[-4:], right[:4]
    at = 0
    for word in segmenter().cut(a + b):
        if at < len(a) < at + len(word):
            return True
        at += len(word)
    return False
