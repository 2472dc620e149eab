"""Where the lines of a page are cut before they are read: at blank lines, and where a run of lines changes its look.

A *run* is the lines between two blank lines. Extractors drop blank lines as often as they add them, so a run is
cut further into *pieces*: before a lead or a bullet; around a byline, a credit, a folio line, a notice's headline
or a vertical headline; around paragraphs that were never wrapped; and before display lines that follow the
last line of an article. A blank line inside a lead is a column break and cuts nothing.

Only lines with a flag that may be the sign of a cut (`line_flags`) are read with the grammar.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from classify.pages.furniture import is_date, is_folio, is_newspaper_name, is_notice
from classify.pages.headlines import is_rubric
from classify.pages.line_flags import COLUMN_SLACK, Flag
from classify.pages.printed import STOPS, ends_open
from classify.text.bylines import (
    LEAD_LINES,
    parse_author,
    parse_byline,
    parse_credit,
    parse_lead,
    parse_signature,
)
from classify.text.characters import BLANK, BULLETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["AUTHOR_CELLS", "Runs", "begins_with_bullet", "is_single"]

AUTHOR_CELLS = 6
"""Width of a line with an author's name at most; the mark before it counts, blanks do not. Chosen."""


class Runs:
    """The lines of a page and where they are cut; lines are given as indices, from 0.

    Parameters
    ----------
    texts : sequence of str
    widths : sequence of float
        In cells.
    flags : sequence of int
        Both from `line_flags.flag_lines`.

    >>> from classify.pages.line_flags import flag_lines
    >>> texts = ["林场造林忙", "", "本报讯（记者岑雨桐）云港市林场", "近日造林两千亩。", "柳知远 摄"]
    >>> [(gap, list(piece)) for gap, piece in Runs(texts, *flag_lines(texts)).pieces()]
    [(0, [0]), (1, [2, 3]), (0, [4])]
    """

    # A lead may begin the line, or the line may have to be cut off.
    _CUTS = (
        Flag.BULLET | Flag.DATED | Flag.FOLIO | Flag.LONG | Flag.NOTICE
        | Flag.OPENER | Flag.SINGLE | Flag.TOOK | Flag.WHO
    )  # fmt: skip
    # 3月9日， and 昨天 and 日前; not 今年
    _DAYS = re.compile(rf"[{BLANK}]*(?:\d{{1,2}}月\d{{1,2}}日|[昨今][日天]|近日|日前|连日来)[，,]?")

    def __init__(self, texts: Sequence[str], widths: Sequence[float], flags: Sequence[int]) -> None:
        self.texts = texts
        self.widths = widths
        self.flags = flags
        cuts, lead, empty = self._CUTS, Flag.LEAD, Flag.EMPTY
        self._leads = [i for i, f in enumerate(flags) if f & lead]
        self._cutting = [i for i, f in enumerate(flags) if f & cuts]
        self._measured: tuple[Sequence[int], float] = ((), 0.0)
        self._last = len(flags) - 1  # the last line of the page that is not blank
        while self._last >= 0 and flags[self._last] & empty:
            self._last -= 1

    def pieces(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield the pieces of the page in order, each with the number of blank lines before it.

        A piece is a `range`, or a list where blank lines inside a lead are left out.
        """
        for gap, run in self._runs():
            over = self._lines_over_text(run)
            pieces = [run[i : i + 1] for i in range(over)] + self._cut(run[over:])
            for piece in pieces:
                yield gap, piece
                gap = 0

    def _runs(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield the runs of lines between blank lines, each with the number of blank lines before it."""
        run: Sequence[int] = ()
        start = gap = 0
        n, empty = len(self.flags), Flag.EMPTY
        for i in [*[i for i, f in enumerate(self.flags) if f & empty], n]:
            if start < i:
                run = [*run, *range(start, i)] if run else range(start, i)
            start = i + 1
            if run and i < n and self._may_end_in_lead(run) and self._lead_continues(run, i):
                continue  # a column broke inside a lead
            if run:
                yield gap, run
                run, gap = (), 0
            gap += 1

    def _may_end_in_lead(self, run: Sequence[int]) -> bool:
        """Return whether a lead may begin one of the last lines of `run`."""
        k = bisect_right(self._leads, run[-1])
        return k > 0 and self._leads[k - 1] >= run[-LEAD_LINES if len(run) > LEAD_LINES else 0]

    def _lead_continues(self, run: Sequence[int], blank: int) -> bool:
        """Return whether `run` ends with a lead that is finished only after the blank line."""
        for k, j in enumerate(run[: -LEAD_LINES - 1 : -1], 1):
            if not self.flags[j] & Flag.LEAD:
                continue
            here = "\n".join([self.texts[j] for j in run[-k:]]).strip(BLANK)
            if "。" in here:
                return False  # the body has begun
            following = range(blank + 1, min(blank + 1 + LEAD_LINES, len(self.texts)))
            rest = [self.texts[j] for j in following if not self.flags[j] & Flag.EMPTY]
            # The last character of a vertical headline may be before the lead.
            for cut in (0, 1) if k < len(run) and is_single(self.texts[run[-k - 1]]) else (0,):
                alone = parse_lead(here[cut:])
                if alone and alone.named:
                    return False
                whole = parse_lead("\n".join([here[cut:], *rest]))
                if whole and whole.end > len(here) - cut + 1 and whole != alone:
                    return whole.named
            return False
        return False

    def _lines_over_text(self, run: Sequence[int]) -> int:
        """Return how many lines at the start of a run are display lines of an article without a lead, 0–2.

        A headline counts when the next line begins with a day; it and an author's line, when one follows it.
        """
        if len(run) < 2:
            return 0
        second = self.texts[run[1]]
        dated = self._DAYS.match(second) is not None
        signed = len(run) > 2 and self.widths[run[1]] <= AUTHOR_CELLS and parse_author(second) is not None
        if not (dated or signed) or not self._may_be_headline(run[0]):
            return 0
        k = run[0] - 1
        while k >= 0 and self.flags[k] & Flag.EMPTY:
            k -= 1
        goes_on = k >= 0 and ends_open(self.texts[k]) and not is_folio(self.texts[k])
        return 0 if goes_on else 1 + signed

    def _may_be_headline(self, j: int) -> bool:
        text = self.texts[j]
        if self.flags[j] & (Flag.BULLET | Flag.LONG | Flag.SINGLE) or any(c in text for c in "，,、；;：:。"):
            return False
        return ends_open(text)

    def _cut(self, run: Sequence[int]) -> list[Sequence[int]]:
        """Cut a run of lines where its look changes."""
        first, last = bisect_left(self._cutting, run[0]), bisect_right(self._cutting, run[-1])
        if first == last:
            return self._cut_tail(run)
        cuts, leads = {0}, set[int]()
        n, flags, texts = len(run), self.flags, self.texts
        resume = 0  # index after a lead or a vertical headline
        for j in self._cutting[first:last]:
            i = j - run[0] if isinstance(run, range) else bisect_left(run, j)
            if i < resume:
                continue
            flag, text = flags[j], texts[j]
            if flag & Flag.LONG:
                cuts.update((i, i + 1))
            elif flag & Flag.SINGLE and is_single(text):
                end = i
                while end < n and flags[run[end]] & Flag.SINGLE and is_single(texts[run[end]]):
                    end += 1
                if end - i >= 3:
                    cuts.update((i, end))
                    resume = end
                    continue
            elif i and flag & Flag.BULLET and begins_with_bullet(text):
                cuts.add(i)
            elif flag & Flag.LEAD and (size := self._lead_lines(run, i)):
                cuts.add(i)
                leads.add(i)
                resume = i + size
                continue
            elif flag & Flag.NOTICE and is_notice(text) and not (i and ends_open(texts[run[i - 1]])):
                cuts.update((i, i + 1))
            elif i >= 2 and flag & Flag.DATED and self._is_dated(run, i):
                cuts.update((i - 1, i))
            if flag & Flag.TOOK and text.rstrip().endswith(("摄", "攝")) and parse_credit(text.strip()):
                cuts.add(i + 1)
                if len(text.strip()) < 16:  # a credit alone, not a caption with its credit
                    cuts.add(i)
            elif (flag & Flag.WHO and len(text) < 40 and parse_byline(text)) or (
                flag & Flag.FOLIO and is_folio(text) and not self._is_in_sentence(run, i)
            ):
                cuts.update((i, i + 1))
        if len(cuts) == 1:  # most runs
            return self._cut_tail(run, ends=run[-1] == self._last)
        order = sorted(c for c in cuts if c < n)
        return [
            piece
            for a, b in zip(order, [*order[1:], n], strict=True)
            for piece in self._cut_tail(run[a:b], ends=b in leads or (b == n and run[-1] == self._last))
        ]

    def _is_dated(self, run: Sequence[int], i: int) -> bool:
        """Return whether line `i` of a run begins an article with its day.

        The line over it is a headline then, and follows the end of another article.
        """
        over, before = run[i - 1], self.texts[run[i - 2]]
        if not self._DAYS.match(self.texts[run[i]]) or not self._may_be_headline(over):
            return False
        width = self._width(run)
        return abs(self.widths[over] - width) > COLUMN_SLACK and (not ends_open(before) or is_rubric(before))

    def _lead_lines(self, run: Sequence[int], i: int) -> int:
        """Return how many lines the lead takes that begins at line `i` of a run; 0 where none begins."""
        window = "\n".join([self.texts[j] for j in run[i : i + LEAD_LINES]])
        lead = parse_lead(window)
        if lead is None and i >= 3 and is_single(self.texts[run[i - 1]]):
            # The last character of a vertical headline may be before the lead.
            window = window.lstrip(BLANK)[1:]
            lead = parse_lead(window)
        if lead is None:
            return 0
        named = lead.named or lead.dateline.date
        set_off = window[: lead.end].endswith((*BLANK, ")", "）"))  # 本报讯 昨日，… or （上接第1版）
        if i and not (named or set_off) and ends_open(self.texts[run[i - 1]]):
            return 0
        return window.count("\n", 0, lead.end) + 1

    def _width(self, run: Sequence[int]) -> float:
        """Return the width of the widest line of a run, which is asked for once for each day and date in it."""
        if self._measured[0] is not run:
            self._measured = run, max([self.widths[j] for j in run])
        return self._measured[1]

    def _is_in_sentence(self, run: Sequence[int], i: int) -> bool:
        """Return whether line `i` is a date or a paper's name that a sentence runs through, not the head of a page.

        Before a name the line stops inside a sentence. At a date, the next line also begins with punctuation, or
        the line before leads to it or is a full one of its column.
        """
        if i and is_newspaper_name(self.texts[run[i]]):
            before = self.texts[run[i - 1]]
            return ends_open(before) and not is_folio(before)
        if not 0 < i < len(run) - 1 or not is_date(self.texts[run[i]]):
            return False
        before, after = self.texts[run[i - 1]].rstrip(), self.texts[run[i + 1]].lstrip(BLANK)
        if not ends_open(before):
            return False
        if after[0] in "，。、；）" or before[-1] in "于從从至到自在，、（":
            return True
        width = self._width(run)
        return len(run) >= 5 and self.widths[run[i - 1]] >= width - COLUMN_SLACK

    def _cut_tail(self, piece: Sequence[int], *, ends: bool = False) -> list[Sequence[int]]:
        """Cut off display lines at the end of a piece, which belong to this article or to the next one.

        With `ends` no sentence goes on after the piece: a lead is next, or the page is over.
        """
        n = len(piece)
        if (n < 5 and not ends) or not ends_open(self.texts[piece[-1]]):
            return [piece]
        if n < 5:  # too few lines for the width of their column: cut after the last whole sentence
            for k in range(1, n):
                if self.texts[piece[-k - 1]].rstrip().endswith(STOPS):
                    return [piece[:-k], piece[-k:]]
            return [piece]
        width = 0.0
        for k in (1, 2):
            before, tail = piece[-k - 1], piece[-k:]
            if ends_open(self.texts[before]):
                continue
            width = width or max([self.widths[j] for j in piece[:-2]])
            short_end = self.widths[before] < width - COLUMN_SLACK or self._is_signed(piece[:-k])
            if short_end and self._is_display_tail(tail, width):
                return [piece[:-k], tail]
        return [piece]

    def _is_signed(self, piece: Sequence[int]) -> bool:
        last = [self.texts[j] for j in piece[-3:]]
        return last[-1].rstrip().endswith("）") and parse_signature("\n".join(last)) is not None

    def _is_display_tail(self, tail: Sequence[int], width: float) -> bool:
        """Return whether the last lines of a piece are display lines: none is indented, one is not of the column."""
        texts, widths = [self.texts[j] for j in tail], [self.widths[j] for j in tail]
        return (
            all(
                w > width + COLUMN_SLACK or not t.rstrip().endswith(STOPS)
                for w, t in zip(widths, texts, strict=True)
            )
            and all(t[0] not in BLANK for t in texts)
            and any(abs(w - width) > COLUMN_SLACK for w in widths)
        )


def is_single(text: str) -> bool:
    """Return whether a line has one character, as in a vertical headline; two digits or letters count as one.

    >>> is_single(" 春 "), is_single("25"), is_single("春天")
    (True, True, False)
    """
    t = text.strip(BLANK)
    return len(t) == 1 or (len(t) == 2 and t.isascii() and t.isalnum())


def begins_with_bullet(text: str) -> bool:
    """Return whether the first printed character of a line is a bullet.

    >>> begins_with_bullet("　●出门前关好门窗"), begins_with_bullet("青●河")
    (True, False)
    """
    return text.lstrip(BLANK).startswith(tuple(BULLETS))
