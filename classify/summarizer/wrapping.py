"""Text as a narrow column set it, to running text, each character with the offset it had.

A line end is a wrap where the line stops inside a sentence and is as wide as the lines around it: two of its
four neighbours differ by `SLACK` at most, or one and none is wider. A text is taken for wrapped where half
its lines end so and enough of them have a full stop, which lists of headlines have not. Paragraphs as typed
are neither narrow nor alike, so nothing of theirs is touched. A wrap goes on over a blank line (a column
ended there), but not into an indented line, a bullet or a dateline.

What `classify.pages` does with a page (headlines, articles, columns that stand side by side) isn't done here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classify.records import Sentence
from classify.summarizer.structure import LEAD_IN_MIN
from classify.text.boilerplate import end_of_lead
from classify.text.characters import (
    BLANK,
    BULLETS,
    CLOSERS,
    TERMINATORS,
    cells,
    heal_blanks,
    is_letter_spaced,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Running", "running"]

LINES_MIN = 6
"""Lines of a text that can be called wrapped; fewer show no column."""
WIDTH_MIN = 4.0
"""Chinese characters in a wrapped line at least; columns of a newspaper have 6 or more."""
WIDTH_MAX = 50.0
"""Chinese characters in a wrapped line at most: mail and plain text files have 36 to 40."""
SLACK = 2.0
"""Chinese characters by which justified lines of a column differ: punctuation and figures don't fit."""
WRAPPED_SHARE = 0.5
"""Share of lines that end in a wrap, from which a text is wrapped.

25 pages of newspapers have 0.73 to 0.87; of 6,500 articles and bulletins with their paragraphs whole, one in
a thousand has more than 0.3, none 0.45."""
STOPPED_SHARE = 0.1
"""Share of lines with a full stop in them, from which a text is prose; those pages have 0.18 to 0.32."""
CLOSERS_MAX = 4
"""Characters from the end of a line where its terminator is looked for; quotes and brackets may follow it."""
LEAD_IN_LINES = 4
"""Lines that a dateline with its reporters takes in a narrow column."""

_TERMINATED = re.compile(f"[{TERMINATORS}；;][{CLOSERS}]*$")
_STOP = re.compile(r"[。！？!?]|[a-z]\.")
_NEW = re.compile(f"[{BLANK}]{{2}}|[{BLANK}]*[{BULLETS}]")


@dataclass(frozen=True, slots=True)
class Running:
    """Running text made from `source`: its character i is ``source[at[i]]``, or a blank for a line end."""

    text: str
    source: str
    at: Sequence[int]

    def sentence(self, start: int, end: int, score: float) -> Sentence:
        """Return ``text[start:end]`` as it stands in the source."""
        a, b = self.at[start], self.at[end - 1] + 1
        text = self.source[a:b]
        running = heal_blanks(text.replace("\n", " ")) if "\n" in text else text
        return Sentence(text, a, b, score, running)


def running(text: str) -> Running:
    """Return `text` with its wraps healed; where it isn't wrapped, as it is."""
    lines = _lines(text)
    wraps = _wraps([line for _, line in lines])
    if not any(wraps):
        return Running(text, text, range(len(text)))
    out: list[str] = []
    at: list[int] = []
    for k, (start, line) in enumerate(lines):
        _add(out, at, line, start)
        if k == len(wraps):
            break
        end, after = start + len(line), lines[k + 1][0]
        if not wraps[k]:
            ends = [i for i in range(end, after) if text[i] == "\n"]
            out += "\n" * len(ends)
            at += ends
        elif _is_latin(line[-1]) and _is_latin(text[after]):
            out.append(" ")
            at.append(end)
    return Running("".join(out), text, at)


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that aren't blank, without blanks at their ends, and where they start."""
    out: list[tuple[int, str]] = []
    start = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            out.append((start, line.rstrip()))
        start += len(line) + 1
    return out


def _wraps(lines: list[str]) -> list[bool]:
    """Return for each line but the last whether it goes on in the next; empty for a text not wrapped."""
    n = len(lines)
    if n < LINES_MIN or sum(map(len, lines)) > 2 * WIDTH_MAX * n:  # Latin letters are half as wide
        return []
    is_open = [_TERMINATED.search(line, max(0, len(line) - CLOSERS_MAX)) is None for line in lines]
    if sum(is_open) < WRAPPED_SHARE * n:  # nearly every text; the rest takes ten times as long
        return []
    if sum(_STOP.search(line) is not None for line in lines) < STOPPED_SHARE * n:
        return []
    widths = [cells(line) for line in lines]
    out: list[bool] = []
    for k in range(n - 1):
        w = widths[k]
        around = widths[max(0, k - 2) : k] + widths[k + 1 : k + 3]
        alike = sum(abs(other - w) <= SLACK for other in around)
        if w >= max(around) - SLACK:
            alike += 1  # a short paragraph has but one full line beside it, and shorter ones
        out.append(
            is_open[k]
            and WIDTH_MIN <= w <= WIDTH_MAX
            and alike >= 2
            and not _begins(lines[k + 1 : k + 1 + LEAD_IN_LINES])
        )
    return out if sum(out) >= WRAPPED_SHARE * n else []


def _begins(lines: list[str]) -> bool:
    """Whether a paragraph begins with these lines: indented, with a bullet or with a dateline."""
    if _NEW.match(lines[0]):
        return True
    joined = "".join("".join(line.split()) for line in lines)
    return end_of_lead(joined, 0, len(joined)) >= LEAD_IN_MIN


def _add(out: list[str], at: list[int], line: str, start: int) -> None:
    """Add a line without the blanks that justified setting put into it."""
    kept = "".join(line.split()) if is_letter_spaced(line) else heal_blanks(line)
    i = 0
    for char in kept:
        while line[i] != char:
            i += 1
        out.append(char)
        at.append(start + i)
        i += 1


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
