"""Text with the line ends of a narrow column, to running text with an offset for each character.

A line end is a *wrap* where the line stops inside a sentence and is as wide as the lines around it. A text
counts as wrapped when at least half of its lines end in wraps (a quarter, where none is wider) and enough of
them contain a full stop, which lists of headlines do not. Paragraphs as typed are neither narrow nor alike in
width, so they stay untouched.
A wrap continues across a blank line (the column ended there), but not into an indented line, a bullet or a
dateline.

Measured: 25 newspaper pages have 73–87 % of their line ends as wraps; of 6,500 articles and bulletins with
whole paragraphs, one in a thousand has more than 30 %, and none 45 %.

This is the first step of the summariser. It knows no headlines, articles or parallel columns: those are the
work of `classify.pages`.
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
from classify.text.script import to_simplified

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["RunningText", "WrapLimits", "unwrap"]


class WrapLimits:
    """What counts as a wrap, and as a wrapped text. All were chosen; widths are in Chinese characters.

    >>> WrapLimits.WIDTH_MIN
    4.0
    """

    LINES_MIN = 6
    """Lines of a wrapped text; fewer show no column."""
    WIDTH_MIN = 4.0
    """Columns of newspapers have lines of 6 characters or more."""
    WIDTH_MAX = 50.0
    """Mail and plain text files have lines of 36 to 40 characters."""
    SLACK = 2.0
    """Difference in width of justified lines of one column: punctuation and figures do not fit exactly."""
    WRAPPED_SHARE = 0.5
    """Least share of lines that end in a wrap; see the module for figures."""
    NARROW_SHARE = 0.25
    """The same where no line is wider than those that end in wraps, as in a bulletin of short paragraphs."""
    STOPPED_SHARE = 0.1
    """Least share of lines with a full stop in them; newspaper pages have 0.18 to 0.32."""
    LEAD_IN_LINES = 4
    """Lines that a dateline with the names of its reporters takes in a narrow column."""


# Matches 树种好了。” and 苗木；, and not 苗木从邻县 or 好了。他
_TERMINATED = re.compile(f"[{TERMINATORS}；;][{CLOSERS}]*$")
# Matches 树种好了。他 and the end of met., and not 增长3.5％，
_FULL_STOP = re.compile(r"[。！？!?]|[a-z]\.")
# Matches "　　柳湾昨天" (indented) and "●柳湾昨天", and not 柳湾昨天
_PARAGRAPH_START = re.compile(f"[{BLANK}]{{2}}|[{BLANK}]*[{BULLETS}]")


@dataclass(frozen=True, slots=True)
class RunningText:
    """Running text made from `source`, with the offset of each character.

    Attributes
    ----------
    text : str
        The text without wraps, in simplified characters.
    source : str
        The text as given.
    offsets : sequence of int, as long as `text`
        ``text[i]`` is ``source[offsets[i]]``, or a blank that replaces a line end.
    """

    text: str
    source: str
    offsets: Sequence[int]

    def sentence(self, start: int, end: int, score: float) -> Sentence:
        """Return ``text[start:end]`` with its offsets in the source.

        >>> unwrap("柳湾开始造林。").sentence(0, 4, 0.5)
        Sentence(text='柳湾开始', start=0, end=4, score=0.5, running='柳湾开始')
        """
        source_start, source_end = self.span(start, end)
        text = self.source[source_start:source_end]
        running = heal_blanks(text.replace("\n", " ")) if "\n" in text else text
        return Sentence(text, source_start, source_end, score, running)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]`` is in the source.

        >>> unwrap("柳湾开始造林。").span(2, 4)
        (2, 4)
        """
        return self.offsets[start], self.offsets[end - 1] + 1

    def spans(self, starts: Sequence[int], length: int) -> tuple[tuple[int, int], ...]:
        """Return where the parts of `length` characters that begin at `starts` are in the source.

        >>> unwrap("柳湾造林，柳湾").spans([0, 5], 2)
        ((0, 2), (5, 7))
        """
        if isinstance(self.offsets, range):  # nothing was left out
            return tuple([(start, start + length) for start in starts])
        last = length - 1
        return tuple([(self.offsets[start], self.offsets[start + last] + 1) for start in starts])

    def as_printed(self, word: str) -> str:
        """Return a word of the text in the characters that the source has where it comes first.

        >>> unwrap("水庫開始蓄水。").as_printed("水库")
        '水庫'
        """
        if self.text is self.source or (start := self.text.find(word)) < 0:
            return word  # not found is a word with a surrogate, which no segmenter accepts
        return "".join([self.source[i] for i in self.offsets[start : start + len(word)]])


def unwrap(text: str) -> RunningText:
    """Return `text` with its wraps removed, and the blanks that justified setting put between characters.

    Text that is not wrapped keeps its line ends and blanks. Latin words on both sides of a wrap get a blank between
    them. Traditional text becomes simplified: so the words of the dictionary are found in it, and boilerplate.

    >>> column = "柳湾镇开始\\n造林，面积\\n二十万亩，\\n苗木来自石\\n泉县的三家\\n苗圃。"
    >>> running = unwrap(column)
    >>> running.text, running.offsets[4:7]
    ('柳湾镇开始造林，面积二十万亩，苗木来自石泉县的三家苗圃。', [4, 6, 7])
    """
    source, text = text, to_simplified(text)
    lines = _split_lines(text)
    wraps = _find_wraps([line for _, line in lines])
    if not any(wraps):
        return RunningText(text, source, range(len(text)))
    out: list[str] = []
    offsets: list[int] = []
    for k, (start, line) in enumerate(lines):
        _append_line(out, offsets, line, start)
        if k == len(wraps):
            break
        line_end, next_start = start + len(line), lines[k + 1][0]
        if not wraps[k]:
            newlines = [i for i in range(line_end, next_start) if text[i] == "\n"]
            out += "\n" * len(newlines)
            offsets += newlines
            continue
        around = line[-1] + text[next_start]
        if around.isascii() and around.isalpha():
            out.append(" ")
            offsets.append(line_end)
    return RunningText("".join(out), source, offsets)


def _split_lines(text: str) -> list[tuple[int, str]]:
    """Return ``(offset, line)`` of the lines that are not blank, without blanks at their ends."""
    lines: list[tuple[int, str]] = []
    start = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            lines.append((start, line.rstrip()))
        start += len(line) + 1
    return lines


def _find_wraps(lines: list[str]) -> list[bool]:
    """Return for each line but the last whether it ends in a wrap; empty for a text that is not wrapped."""
    n = len(lines)
    # Three cheap tests settle nearly every text; the rest takes ten times as long. Latin letters are half as
    # wide as Chinese characters, hence the factor 2. A terminator has at most a few brackets behind it.
    if n < WrapLimits.LINES_MIN or sum(map(len, lines)) > 2 * WrapLimits.WIDTH_MAX * n:
        return []
    is_open = [_TERMINATED.search(line, max(0, len(line) - 4)) is None for line in lines]
    is_narrow = max(map(len, lines)) <= 2 * WrapLimits.WIDTH_MAX
    if sum(is_open) < (WrapLimits.NARROW_SHARE if is_narrow else WrapLimits.WRAPPED_SHARE) * n:
        return []
    if sum(_FULL_STOP.search(line) is not None for line in lines) < WrapLimits.STOPPED_SHARE * n:
        return []

    may_wrap = [
        is_open[k] and not _starts_paragraph(lines[k + 1 : k + 1 + WrapLimits.LEAD_IN_LINES])
        for k in range(n - 1)
    ]
    # A printed column is as wide in each line, figures and Latin letters being narrow. Programs that break lines
    # count characters.
    measures = ([cells(line) for line in lines], [float(len(line)) for line in lines])
    found = [(_as_wide_as_around(may_wrap, widths), widths) for widths in measures]
    wraps, widths = max(found, key=lambda measured: sum(measured[0]))
    column = max((width for width, is_wrap in zip(widths, wraps, strict=False) if is_wrap), default=0.0)
    is_narrow = max(widths) <= column + WrapLimits.SLACK
    return (
        wraps
        if sum(wraps) >= (WrapLimits.NARROW_SHARE if is_narrow else WrapLimits.WRAPPED_SHARE) * n
        else []
    )


def _as_wide_as_around(may_wrap: list[bool], widths: list[float]) -> list[bool]:
    """Return which lines that may end in a wrap are as wide as the lines around them."""
    wraps: list[bool] = []
    for k, is_candidate in enumerate(may_wrap):
        width = widths[k]
        if not is_candidate or not WrapLimits.WIDTH_MIN <= width <= WrapLimits.WIDTH_MAX:
            wraps.append(False)
            continue
        around = widths[max(0, k - 2) : k] + widths[k + 1 : k + 3]
        n_alike = sum(abs(other - width) <= WrapLimits.SLACK for other in around)
        # A short paragraph has only one other full line beside this one, and its last line is shorter.
        if width >= max(around) - WrapLimits.SLACK:
            n_alike += 1
        wraps.append(n_alike >= 2)
    return wraps


def _starts_paragraph(lines: list[str]) -> bool:
    """Whether these lines begin a paragraph: indented, with a bullet or with a dateline."""
    if _PARAGRAPH_START.match(lines[0]):
        return True
    joined = "".join("".join(line.split()) for line in lines)
    return end_of_lead(joined, 0, len(joined)) >= LEAD_IN_MIN


def _append_line(out: list[str], offsets: list[int], line: str, start: int) -> None:
    """Append the characters of a line and their offsets, without the blanks of justified setting."""
    kept = "".join(line.split()) if is_letter_spaced(line) else heal_blanks(line)
    i = 0
    for char in kept:
        while line[i] != char:
            i += 1
        out.append(char)
        offsets.append(start + i)
        i += 1
