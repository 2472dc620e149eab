"""Lines to headings and items: which lines head what follows, and where a bulletin begins another report.

Layout differs between sources. The same bulletin has blank lines between its reports, or none, or one after every
line; its headings are numbered, or ruled, or end with a full stop. So no single mark decides. A line begins an item
where the weighted sum of the evidence (`WEIGHTS`) is above 0: its words come again in the text below and not in the
text above, it is set as a heading, it is numbered or ruled as other lines are, it names a day, and more blank lines
stand before it than between the other lines. When only blank lines separated items, the ROUGE-2 of rundowns of 120
television bulletins was 59 with them and 12 without them; now it is 60 and 58.

A heading is a short line without a mark at its end. A short sentence with a full stop is one where it begins an item,
the text below says it again, and three lines or more are set so. A line that a column has broken is none.

Words are pairs of neighbouring characters. One sort of all pairs, by 16 bits, finds where each comes before and after;
so the time is linear in the length of the text. Most articles have too few lines that could begin items, and are not
searched.

Flow: `structure` -> `find_outline` -> `structure`.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from operator import add
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classify.text.characters import BLANK, BULLETS, cells
from classify.text.words import find_torn_words, without_surrogates

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "ITEMS_MIN",
    "RULE",
    "WEIGHTS",
    "Outline",
    "OutlineLimits",
    "OutlineLine",
    "RepeatedShares",
    "find_evidence",
    "find_outline",
    "line_features",
    "read_marks",
    "repeated_shares",
]

ITEMS_MIN = 3
"""Reports of a bulletin at least, and lines that are set alike. Chosen."""

RULE = "rule"
"""Mark of a line after a line without a letter or digit (----, ■)."""


class OutlineLimits:
    """What is looked at. All were chosen; lengths are in characters.

    >>> OutlineLimits.HEADING_MAX
    45
    """

    HEADING_MAX = 45
    """Length of a heading. Of 5,500 headlines 99 in 100 have at most so many characters."""
    STOPPED_RATIO = 1.5
    """Length of the line after a heading that ends with a full stop, in lengths of the heading."""
    REPEATED_MIN = 0.35
    """Share of the words of a heading with a full stop that come again below it, at least."""
    HEAD = 60
    """Characters at the beginning of a line whose words are looked for above and below."""
    WINDOW = 200
    """Characters above the line, and below these beginnings, that are searched: two or three paragraphs."""
    GROUP_SHARE = 3
    """One of so many groups of paragraphs has two or more, where the blank lines between groups separate items."""
    LINES_MAX = 6
    """Lines of an item on average, at most."""
    OPENING_MAX = 0.12
    """Share of the words at the beginning of a line that the opening of the text has, at most: the median of the lines
    that could begin items. Of bulletins made of the seeds none has more than 0.06, of 120 television bulletins one in
    a hundred; of newspaper articles with such lines, 70 in a hundred."""
    LOOKED_AT = 8
    """Lines, from all parts of the text, whose words are looked for in the opening: about so many at most."""
    COLUMN_SLACK = 2.0
    """Difference in width of lines of one column, in Chinese characters."""


WEIGHTS: dict[str, float] = {
    "always": -2.2,
    "words above": -11.0,
    "words below": 8.9,
    "heading": 3.4,
    "heading with full stop": 1.4,
    "day": 2.9,
    "marked": 4.0,
    "gap": 8.0,
}
"""Weights of the evidence that a line begins an item: differences of the logarithm of the odds.

Learned by `benchmarks/learn_outline.py` from bulletins made of the seeds, but for two. "marked" is chosen to outweigh
a quarter of the words coming from the text above; "gap" is chosen to decide alone in nearly all cases, because blank
lines that separate groups of paragraphs are seldom put by accident.
"""

# A line that ends like this is no heading, unless its full stop is the only mark.
# Matches 县里备好了苗木。” and 记者获悉：, and not 苗木从哪里来 or 苗木够用（图）.
_SENTENCE_END = re.compile("[。！？!?…；;，,、：:][”’」』）)》】]*\\Z|——\\Z")
# Matches 1. 苗木, 1.2025年, 一、苗木, （二）苗木, ③苗木, ■苗木 and # 苗木; not 3.5万亩 nor 二十万亩.
_MARK = re.compile(
    "(?:"
    r"[（(](?:[一二三四五六七八九十]{1,3}|\d{1,3})[）)]"
    r"|(?:[一二三四五六七八九十]{1,3}|\d{1,3})(?:[、．）)]|\.(?!\d)|\.(?=\d{4}年))"
    rf"|[\u2460-\u2473]|#{{1,4}}(?!\w)|[{BULLETS}])[{BLANK}]*"
)
# Matches the number in 1. and （二）; not ■.
_NUMBER = re.compile(r"[一二三四五六七八九十\d]+|[\u2460-\u2473]")
# Matches 1月28日, 记者今天（1月28日）and 近日 within the first clause; not 二十万亩 nor 苗木来自石泉，近日.
_DAY = re.compile(r"[^，。]{0,12}?(?:\d[日月]|今[天日]|昨[天日]|近日|日前)")


class OutlineLine(NamedTuple):
    """A line that is not blank, ``text[start:end]``, and how it is set."""

    start: int
    """Offset of its first character that is not blank."""
    end: int
    """Offset behind its last character that is not blank."""
    blanks: int
    """Blank lines before it."""
    is_single: bool
    """It has one sentence."""
    mark: str = ""
    """How it is marked: 、 for 一、 and 二、, `RULE` after a line of marks only (----, ■); "" for most lines."""


class RepeatedShares(NamedTuple):
    """Shares, 0 to 1, of the words at the beginning of each line that come in a part of the text: ``(n_lines,)``.

    Words are pairs of neighbouring characters.
    """

    above: NDArray[np.float64]
    """In the `WINDOW` characters before the line."""
    below: NDArray[np.float64]
    """In the `WINDOW` characters after its beginning."""


class Outline(NamedTuple):
    """Numbers of the lines that are headings, and of those that begin items."""

    headings: frozenset[int]
    item_starts: frozenset[int]


def read_marks(text: str, lines: Sequence[OutlineLine]) -> list[OutlineLine]:
    """Return `lines` without the numbers and bullets before them, which `mark` then has.

    A mark of which there are fewer than `ITEMS_MIN` is text: 一、二年级.
    """
    marks: dict[int, int] = {}  # offset behind the mark of each line that has one
    kinds: dict[int, str] = {i: line.mark for i, line in enumerate(lines) if line.mark}
    for i, line in enumerate(lines):
        mark = _MARK.match(text, line.start, line.end)
        if mark and mark.end() < line.end:
            marks[i] = mark.end()
            kinds[i] = _NUMBER.sub("1", mark[0]).strip()
    times = Counter(kinds.values())
    read = list(lines)
    for i, kind in kinds.items():
        if times[kind] < ITEMS_MIN:
            read[i] = lines[i]._replace(mark="")
        else:
            read[i] = lines[i]._replace(mark=kind, start=marks.get(i, lines[i].start))
    return read


def find_outline(text: str, lines: Sequence[OutlineLine]) -> Outline:
    """Return the headings and the beginnings of items among the lines of a text.

    Parameters
    ----------
    text : str
    lines : sequence of OutlineLine
        In order, without lines of boilerplate.

    Returns
    -------
    Outline
        Of a text that is no bulletin, `item_starts` is empty.
    """
    if len(lines) < 2 * ITEMS_MIN:
        return Outline(_display_lines(text, lines), frozenset())
    evidence = find_evidence(text, lines)
    # A text with few lines that anything but their words sets off is no bulletin. Nor is one in which such lines return
    # to what it began with: these are the sections of an article.
    set_off = set().union(*evidence.values()) - {0}
    if len(set_off) + 1 < max(ITEMS_MIN, len(lines) / OutlineLimits.LINES_MAX) or (
        not evidence["gap"] and _share_in_opening(text, lines, set_off) > OutlineLimits.OPENING_MAX
    ):
        return Outline(evidence["heading"], frozenset())
    shares = repeated_shares(text, lines)
    scores = line_features(shares, evidence) @ np.array(list(WEIGHTS.values()))
    starts = {0, *np.flatnonzero(scores > 0).tolist()}
    if len(starts & (set_off | {0})) < ITEMS_MIN:
        return Outline(evidence["heading"], frozenset())
    # The text after a heading says it again, and what happened when. The first sentence of a report is not said again.
    stopped = starts & evidence["heading with full stop"] - evidence["day"]
    stopped = {i for i in stopped if shares.below[i] >= OutlineLimits.REPEATED_MIN}
    headings = evidence["heading"] | (stopped if len(stopped) >= ITEMS_MIN else set())
    return Outline(headings, frozenset(starts))


def find_evidence(text: str, lines: Sequence[OutlineLine]) -> dict[str, frozenset[int]]:
    """Return the numbers of the lines that show each kind of evidence that a line shows or not."""
    return {
        "heading": _display_lines(text, lines),
        "heading with full stop": _stopped_lines(text, lines),
        "day": frozenset(i for i, line in enumerate(lines) if _names_day(text, line)),
        "marked": frozenset(i for i, line in enumerate(lines) if line.mark),
        "gap": _group_starts(lines),
    }


def _names_day(text: str, line: OutlineLine) -> bool:
    beginning = text[line.start : min(line.end, line.start + 16)]
    if "日" not in beginning and "月" not in beginning and "天" not in beginning:  # most lines
        return False
    return _DAY.match(beginning) is not None


def line_features(shares: RepeatedShares, evidence: Mapping[str, Collection[int]]) -> NDArray[np.float64]:
    """Return the evidence for each line in the order of `WEIGHTS`: ``(n_lines, len(WEIGHTS))``.

    Parameters
    ----------
    shares : RepeatedShares
        Of the lines.
    evidence : mapping of str to collection of int
        For names in `WEIGHTS`, the numbers of the lines that show it.
    """
    features = np.zeros((len(shares.above), len(WEIGHTS)))
    columns = {name: k for k, name in enumerate(WEIGHTS)}
    features[:, columns["always"]] = 1.0
    # The square root: the first words that come again say more than the last ones.
    features[:, columns["words above"]] = np.sqrt(shares.above)
    features[:, columns["words below"]] = np.sqrt(shares.below)
    for name, numbers in evidence.items():
        features[list(numbers), columns[name]] = 1.0
    return features


def repeated_shares(text: str, lines: Sequence[OutlineLine]) -> RepeatedShares:
    """Return which shares of the words at the beginning of each line come again, and where."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    # Two pairs in 65,536 have the same key by accident, which does not matter. numpy sorts 16 bits in linear time.
    keys = (codes[:-1] * np.uint32(40503) + codes[1:] * np.uint32(1013)).astype(np.uint16)
    order = np.argsort(keys, kind="stable")
    in_order = keys[order]
    is_same = in_order[1:] == in_order[:-1]
    earlier, later = order[:-1][is_same], order[1:][is_same]
    window = OutlineLimits.WINDOW
    before = np.full(len(keys), -window - 1)  # where the same pair comes before, and after
    after = np.full(len(keys), len(text) + window)
    before[later] = earlier
    after[earlier] = later

    n = len(lines)
    starts = np.array([line.start for line in lines])
    ends = np.minimum(starts + OutlineLimits.HEAD, np.array([line.end for line in lines]))
    sizes = ends - starts - 1  # pairs of each beginning
    line_of = np.repeat(np.arange(n), sizes)
    start, end = np.repeat(starts, sizes), np.repeat(ends, sizes)
    places = np.arange(len(line_of)) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
    before, after = before[places], after[places]
    is_word = _is_word(codes)
    # A pair that the line has twice counts where it comes first.
    counts = (is_word[:-1] & is_word[1:])[places] & (before < start)
    is_above = counts & (before >= start - window)
    is_below = counts & (after >= end) & (after < end + window)
    totals = np.maximum(np.bincount(line_of[counts], minlength=n), 1)
    above = np.bincount(line_of[is_above], minlength=n) / totals
    below = np.bincount(line_of[is_below], minlength=n) / totals
    return RepeatedShares(above, below)


def _is_word(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Whether characters are Chinese, ASCII letters or digits. Differences of unsigned numbers are never below 0."""
    is_han = codes - np.uint32(0x3400) < 0xC700
    is_digit = codes - np.uint32(0x30) < 10
    is_letter = (codes | np.uint32(0x20)) - np.uint32(0x61) < 26
    found: NDArray[np.bool_] = is_han | is_digit | is_letter
    return found


def _share_in_opening(text: str, lines: Sequence[OutlineLine], numbers: Collection[int]) -> float:
    """Return which share of the words at the beginning of lines comes in the opening of the text.

    It is the median of some of the lines `numbers` after the opening, which is a third of a short text.
    """
    start, end = lines[0].start, lines[-1].end
    opening_end = start + min(OutlineLimits.WINDOW, (end - start) // 3)
    opening = set(_pairs(text[start:opening_end]))
    after = [lines[i] for i in sorted(numbers) if lines[i].start >= opening_end]
    shares: list[float] = []
    for line in after[:: 1 + len(after) // OutlineLimits.LOOKED_AT]:
        words = set(_pairs(text[line.start : min(line.end, line.start + OutlineLimits.HEAD)]))
        shares.append(len(words & opening) / max(1, len(words)))
    return median(shares) if shares else 0.0


def _pairs(text: str) -> Iterable[str]:
    return map(add, text, text[1:])


def _display_lines(text: str, lines: Sequence[OutlineLine]) -> frozenset[int]:
    """Return the numbers of the lines that are set as headings: short, one sentence, without a mark at its end."""
    found = [
        i
        for i, line in enumerate(lines)
        if line.is_single
        and line.end - line.start <= OutlineLimits.HEADING_MAX
        and not _SENTENCE_END.search(text, max(line.start, line.end - 6), line.end)
    ]
    return frozenset(found).difference(_wrapped_lines(text, lines, found)) if found else frozenset()


def _wrapped_lines(text: str, lines: Sequence[OutlineLine], numbers: Sequence[int]) -> set[int]:
    """Return those of the lines `numbers`, which have no mark at their ends, that stop inside a sentence.

    The lines of a column are alike in width, and the last of a paragraph is no wider. So of neighbouring lines none
    of which is narrower than the next, all are wrapped if a word runs over from one to the next; or if they are two
    or more, and the line after them ends a sentence.
    """
    runs: list[list[int]] = []
    for i in numbers:
        if i + 1 < len(lines) and _is_widest(text, lines, i):
            if runs and runs[-1][-1] == i - 1:
                runs[-1].append(i)
            else:
                runs.append([i])
    if not runs:
        return set()
    pairs = [tuple(text[line.start : line.end] for line in lines[i : i + 2]) for run in runs for i in run]
    is_torn = iter(find_torn_words([(without_surrogates(a), without_surrogates(b)) for a, b in pairs]))
    wrapped: set[int] = set()
    for run in runs:
        n_torn = sum([next(is_torn) for _ in run])
        following = lines[run[-1] + 1]
        if n_torn or (len(run) > 1 and _SENTENCE_END.search(text, following.start, following.end)):
            wrapped.update(run)
    return wrapped


def _is_widest(text: str, lines: Sequence[OutlineLine], i: int) -> bool:
    """Whether line `i` is as wide as the line before it and the two after it, or wider."""
    around = [*lines[max(0, i - 1) : i], *lines[i + 1 : i + 3]]
    size = lines[i].end - lines[i].start + OutlineLimits.COLUMN_SLACK
    if any(line.end - line.start > 2 * size for line in around):  # most headings: one look at the lengths
        return False
    width = cells(text[lines[i].start : lines[i].end]) + OutlineLimits.COLUMN_SLACK
    return all(cells(text[line.start : line.end]) <= width for line in around)


def _stopped_lines(text: str, lines: Sequence[OutlineLine]) -> frozenset[int]:
    """Return the numbers of the lines of one short sentence with a full stop, before a longer line."""
    return frozenset(
        i
        for i, line in enumerate(lines[:-1])
        if line.is_single
        and text[line.end - 1] == "。"
        and (size := line.end - line.start) <= OutlineLimits.HEADING_MAX
        and lines[i + 1].end - lines[i + 1].start >= OutlineLimits.STOPPED_RATIO * size
    )


def _group_starts(lines: Sequence[OutlineLine]) -> frozenset[int]:
    """Return the numbers of the lines that begin groups of paragraphs; empty where blank lines make no groups.

    Groups are apart by more blank lines than the paragraphs of a group are. Where every paragraph has as many blank
    lines around it, there are no groups.
    """
    usual = min((line.blanks for line in lines[1:]), default=0)
    starts = [0, *(i for i in range(1, len(lines)) if lines[i].blanks > usual)]
    sizes = [end - start for start, end in pairwise([*starts, len(lines)])]
    n_larger = sum(size > 1 for size in sizes)
    if len(starts) < ITEMS_MIN or n_larger * OutlineLimits.GROUP_SHARE < len(starts):
        return frozenset()
    return frozenset(starts)
