"""Where the lines of a page may be parted: at blank lines, and inside a run of lines where its look changes.

A run is cut before a lead or a bullet, around a byline, a credit, a folio line or a vertical headline,
around paragraphs that were never wrapped, and before display lines that follow the last line of an article.
A blank line inside a lead parts nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from classify.pages.furniture import is_date, is_folio, is_notice, is_paper
from classify.pages.healing import STOPS, ends_open
from classify.pages.kickers import is_rubric
from classify.pages.line_flags import BULLET, DATED, EMPTY, FOLIO, LONG, NOTICE, OPENER, SINGLE, TOOK, WHO
from classify.text.bylines import (
    LEAD_OPENERS,
    parse_author,
    parse_byline,
    parse_credit,
    parse_lead,
    parse_signature,
)
from classify.text.characters import BLANK, BULLETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["AUTHOR_CELLS", "BULLET_LINE", "LEAD_LINES", "Blocks", "is_single"]

LEAD_LINES = 7
"""A lead in the narrowest column measured (6 characters) takes five lines."""
_BEFORE_DATE = "于從从至到自在，、（"
AUTHOR_CELLS = 6
"""Width of a line with an author's name at most, the mark before it counted and blanks not."""
FULL = 1.6
"""A line is full when it ends at most this many cells before its column."""
BULLET_LINE = re.compile(f"[{BLANK}]*[{BULLETS}]")
_TELLING = BULLET | DATED | FOLIO | LONG | NOTICE | OPENER | SINGLE | TOOK | WHO
_DATES = re.compile(rf"[{BLANK}]*(?:\d{{1,2}}月\d{{1,2}}日|[昨今][日天]|近日|日前|连日来)[，,]?")
_DATES_BEGIN = frozenset(BLANK + "0123456789昨今近日连")
_COMMAS = re.compile("[，,、；;：:。]")


class Blocks:
    """The lines of a page with their looks, and how they are parted; lines are told by index, from 0."""

    def __init__(self, texts: Sequence[str], cells: Sequence[float], flags: Sequence[int]) -> None:
        self.texts = texts
        self.cells = cells
        self.flags = flags
        self._last = len(flags) - 1
        while self._last >= 0 and flags[self._last] & EMPTY:
            self._last -= 1
        self._openers = [i for i, f in enumerate(flags) if f & OPENER]
        self._telling = [i for i, f in enumerate(flags) if f & _TELLING]

    def runs(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield the runs of lines between blank lines, each with the number of blank lines before it."""
        run: Sequence[int] = ()
        start = gap = 0
        n = len(self.flags)
        blank = [i for i, flags in enumerate(self.flags) if flags & EMPTY]
        for i in [*blank, n]:
            if start < i:
                run = [*run, *range(start, i)] if run else range(start, i)
            start = i + 1
            if run and i < n and self._may_be_in_lead(run) and self._lead_goes_on(run, i):
                continue  # a column broke inside a lead
            if run:
                yield gap, run
                run, gap = (), 0
            gap += 1

    def _may_be_in_lead(self, run: Sequence[int]) -> bool:
        """Whether one of the last lines of `run` could open a lead."""
        k = bisect_right(self._openers, run[-1])
        return k > 0 and self._openers[k - 1] >= run[-LEAD_LINES if len(run) > LEAD_LINES else 0]

    def _lead_goes_on(self, run: Sequence[int], i: int) -> bool:
        """Whether the lead that `run` ends with is finished only after the blank line `i`."""
        for k, j in enumerate(run[: -LEAD_LINES - 1 : -1], 1):
            if not (self.flags[j] & OPENER and LEAD_OPENERS.match(self.texts[j])):
                continue
            here = "\n".join([self.texts[j] for j in run[-k:]]).strip(BLANK)
            if "。" in here:
                return False  # the body has begun
            follow = range(i + 1, min(i + 1 + LEAD_LINES, len(self.texts)))
            rest = [self.texts[j] for j in follow if not self.flags[j] & EMPTY]
            for cut in (0, 1) if k < len(run) and is_single(self.texts[run[-k - 1]]) else (0,):
                alone = parse_lead(here[cut:])
                if alone and alone.named:
                    return False
                whole = parse_lead("\n".join([here[cut:], *rest]))
                if whole and whole.end > len(here) - cut + 1 and whole != alone:
                    return whole.named
            return False
        return False

    def pieces(self, run: Sequence[int]) -> list[Sequence[int]]:
        """Cut a run of lines where its look changes."""
        over = self._lines_over_text(run)
        return [run[i : i + 1] for i in range(over)] + self._pieces(run[over:])

    def _pieces(self, run: Sequence[int]) -> list[Sequence[int]]:
        first, last = bisect_left(self._telling, run[0]), bisect_right(self._telling, run[-1])
        if first == last:
            return self._cut_tail(run)
        cuts, leads = {0}, set[int]()
        n, flags, texts = len(run), self.flags, self.texts
        inside = 0
        for i in [bisect_left(run, j) for j in self._telling[first:last]]:
            if i < inside:  # still in a lead or a vertical headline
                continue
            look, text = flags[run[i]], texts[run[i]]
            if look & LONG:
                cuts.update((i, i + 1))
            elif look & SINGLE and is_single(text):
                j = i
                while j < n and flags[run[j]] & SINGLE and is_single(texts[run[j]]):
                    j += 1
                if j - i >= 3:
                    cuts.update((i, j))
                    inside = j
                    continue
            elif i and look & BULLET and BULLET_LINE.match(text):
                cuts.add(i)
            elif look & OPENER and LEAD_OPENERS.match(text) and (span := self._lead_lines(run, i)):
                cuts.add(i)
                leads.add(i)
                inside = i + span
                continue
            elif look & NOTICE and is_notice(text) and not (i and ends_open(texts[run[i - 1]])):
                cuts.update((i, i + 1))
            elif i >= 2 and look & DATED and self._is_dated(run, i):
                cuts.update((i - 1, i))
            if look & TOOK and text.rstrip().endswith(("摄", "攝")) and parse_credit(text.strip()):
                cuts.add(i + 1)
                if len(text.strip()) < 16:
                    cuts.add(i)
            elif (look & WHO and len(text) < 40 and parse_byline(text)) or (
                look & FOLIO and is_folio(text) and not self._is_in_sentence(run, i)
            ):
                cuts.update((i, i + 1))
        order = sorted(c for c in cuts if c < n)
        return [
            p
            for a, b in zip(order, [*order[1:], n], strict=True)
            for p in self._cut_tail(run[a:b], ends=b in leads or (b == n and run[-1] == self._last))
        ]

    def _lines_over_text(self, run: Sequence[int]) -> int:
        """How many lines at the start of a run stand over an article without a lead, 0–2.

        A headline, where the next line dates what it tells; with a line for the author, where one follows it.
        """
        if len(run) < 2:
            return 0
        second = self.texts[run[1]]
        dated = second[0] in _DATES_BEGIN and _DATES.match(second) is not None
        signed = len(run) > 2 and self.cells[run[1]] <= AUTHOR_CELLS and parse_author(second) is not None
        if not (dated or signed) or not self._may_be_headline(run[0]):
            return 0
        k = run[0] - 1
        while k >= 0 and self.flags[k] & EMPTY:
            k -= 1
        goes_on = k >= 0 and ends_open(self.texts[k]) and not is_folio(self.texts[k])
        return 0 if goes_on else 1 + signed

    def _may_be_headline(self, j: int) -> bool:
        text = self.texts[j]
        return ends_open(text) and not _COMMAS.search(text) and not self.flags[j] & (BULLET | LONG | SINGLE)

    def _is_dated(self, run: Sequence[int], i: int) -> bool:
        """Whether line `i` of a run begins an article with its day: a headline stands between it and another's end."""
        over, before = run[i - 1], self.texts[run[i - 2]]
        if not _DATES.match(self.texts[run[i]]) or not self._may_be_headline(over):
            return False
        width = max([self.cells[j] for j in run])
        return abs(self.cells[over] - width) > FULL and (not ends_open(before) or is_rubric(before))

    def _lead_lines(self, run: Sequence[int], i: int) -> int:
        """How many lines the lead takes that begins at line `i` of a run; 0 where none begins."""
        window = "\n".join([self.texts[j] for j in run[i : i + LEAD_LINES]])
        lead = parse_lead(window)
        if (
            lead is None and i >= 3 and is_single(self.texts[run[i - 1]])
        ):  # a vertical headline's last character before it
            window = window.lstrip(BLANK)[1:]
            lead = parse_lead(window)
        if lead is None:
            return 0
        named = lead.named or lead.dateline.date
        set_off = window[: lead.end].endswith((*BLANK, ")", "）"))  # 本报讯 昨日，… or （上接第1版）
        if i and not (named or set_off) and ends_open(self.texts[run[i - 1]]):
            return 0
        return window.count("\n", 0, lead.end) + 1

    def _is_in_sentence(self, run: Sequence[int], i: int) -> bool:
        """Whether line `i` is a date or a paper's name alone that a sentence runs through, not the head of a page.

        With a name, the line before stops inside a sentence. With a date, the next line begins with punctuation,
        too, or the one before leads to it or is a full one of its column.
        """
        if i and is_paper(self.texts[run[i]]):
            before = self.texts[run[i - 1]]
            return ends_open(before) and not is_folio(before)
        if not 0 < i < len(run) - 1 or not is_date(self.texts[run[i]]):
            return False
        before, after = self.texts[run[i - 1]].rstrip(), self.texts[run[i + 1]].lstrip(BLANK)
        if not ends_open(before):
            return False
        if after[0] in "，。、；）" or before[-1] in _BEFORE_DATE:
            return True
        width = max([self.cells[j] for j in run])
        return len(run) >= 5 and self.cells[run[i - 1]] >= width - FULL

    def _is_signed(self, piece: Sequence[int]) -> bool:
        last = [self.texts[j] for j in piece[-3:]]
        return last[-1].rstrip().endswith("）") and parse_signature("\n".join(last)) is not None

    def _cut_tail(self, piece: Sequence[int], *, ends: bool = False) -> list[Sequence[int]]:
        """A headline may follow its article's last line, or stand before the next one's lead, without a blank line.

        With `ends` no sentence goes on after the piece: a lead is next, or the page is over.
        """
        few = len(piece) < 5  # too few to tell the width of their column
        if (few and not ends) or not ends_open(self.texts[piece[-1]]):
            return [piece]
        if few:
            return self._cut_headline(piece)
        width = 0.0
        for k in (1, 2):
            before, tail = piece[-k - 1], piece[-k:]
            if ends_open(self.texts[before]):
                continue
            width = width or max([self.cells[j] for j in piece[:-2]])
            texts, sizes = [self.texts[j] for j in tail], [self.cells[j] for j in tail]
            if (
                (self.cells[before] < width - 1.5 or self._is_signed(piece[:-k]))
                and all(
                    s > width + 1.5 or not t.rstrip().endswith(STOPS)
                    for s, t in zip(sizes, texts, strict=True)
                )
                and all(t[0] not in BLANK for t in texts)
                and any(abs(s - width) > 1.5 for s in sizes)
            ):
                return [piece[:-k], tail]
        return [piece]

    def _cut_headline(self, piece: Sequence[int]) -> list[Sequence[int]]:
        """Cut what follows the last sentence that is whole, in a piece after which no sentence goes on."""
        for k in range(1, len(piece)):
            line = self.texts[piece[-k - 1]]
            if line.rstrip().endswith(STOPS):
                return [piece[:-k], piece[-k:]]
        return [piece]


def is_single(text: str) -> bool:
    """Whether a line has one character, as in a vertical headline; two digits or letters count as one."""
    t = text.strip(BLANK)
    return len(t) == 1 or (len(t) == 2 and t.isascii() and t.isalnum())
