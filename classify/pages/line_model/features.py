"""What the page model knows of each line: its attributes, and the features that are made of them.

An *attribute* is a small number for every line of a page: the class of its width beside the column's, what it begins
and ends with, what the grammar of leads and bylines makes of it, how many of its words stand before and after it. A
*feature* combines one to three attributes of a line and its neighbours (`STATE_TEMPLATES`), or of the two lines
at a border (`BORDER_TEMPLATES`). Each value of a feature has a learned weight for each state, or for each group of
transitions.

Attributes are computed for all lines at once where numpy can; the grammar is only applied to lines whose characters
allow it (`line_flags`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.pages.furniture import is_notice
from classify.pages.line_flags import COLUMN_SLACK, UNWRAPPED_CELLS, Flag, flag_lines
from classify.pages.line_model.line_signs import (
    Codes,
    End,
    Inside,
    Opening,
    Start,
    Whole,
    find_torn,
    read_characters,
    read_grammar,
)
from classify.pages.line_model.shared_words import Pairs, share_words, to_class
from classify.pages.printed import heal_line
from classify.text.bylines import LEAD_OPENERS
from classify.text.characters import BLANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.text.bylines import Lead

__all__ = [
    "BORDER_TEMPLATES",
    "STATE_TEMPLATES",
    "PageLines",
    "count_rows",
    "count_values",
    "read_features",
]

_AROUND = 9
"""Lines before and after a line from which the width of its column is taken. Chosen."""
_HABIT_LINES = 300
"""Lines on each side of a line from which the habits of its page are taken: about a page. Chosen."""


# -- the attributes and how many values each has ------------------------------------------------------

SIZES = {
    "beside_before": 11,  # width less that of the column before
    "beside_after": 11,
    "columns": 7,  # the column before less the column after
    "width": 10,
    "step": 9,  # width less that of the line before
    "end": 14,
    "start": 14,
    "opening": 11,
    "whole": 17,
    "inside": 8,  # full stop, comma, blank inside
    "function_words": 3,
    "gap": 3,
    "indent": 2,
    "share_before": 6,
    "share_after": 6,
    "wide_after": 6,
    "lean": 7,
    "wide_lean": 7,
    "far_share": 5,
    "kinship": 8,
    "kinship_back": 8,
    "torn": 3,
    "repeated": 2,
    "to_lead": 6,
    "from_lead": 6,
    "to_text": 5,
    "from_text": 5,
    "quote": 3,
    "gap_habit": 5,
    "lead_habit": 4,
    "indent_habit": 4,
    "mark_habit": 3,
    "head_habit": 6,
    "edges": 5,
    "end_habit": 3,
}
"""Number of values of each attribute. One more value stands for lines beyond the edges of the page."""


def _own(*names: str) -> list[tuple[tuple[str, int], ...]]:
    return [tuple((name, 0) for name in names)]


def _around(name: str, offsets: Sequence[int]) -> list[tuple[tuple[str, int], ...]]:
    return [((name, k),) for k in offsets]


STATE_TEMPLATES: list[tuple[tuple[str, int], ...]] = [
    *[t for name in ("beside_before", "beside_after", "width", "end", "opening", "whole", "inside")
      for t in _around(name, (-2, -1, 0, 1, 2))],
    *[t for name in ("start", "function_words", "indent", "gap") for t in _around(name, (-1, 0, 1))],
    *[t for name in ("columns", "share_before", "share_after", "lean", "wide_lean", "far_share", "repeated", "quote",
                     "to_lead", "from_lead", "to_text", "from_text") for t in _around(name, (0,))],
    *_around("lean", (-1, 1)),
    *_own("beside_before", "end"), *_own("beside_after", "end"), *_own("width", "end"),
    *_own("beside_before", "beside_after"), *_own("width", "inside"), *_own("start", "end"),
    *_own("opening", "width"), *_own("whole", "width"), *_own("to_text", "from_text"), *_own("to_lead", "from_text"),
    *_own("lean", "head_habit"), *_own("wide_lean", "head_habit"), *_own("lean", "wide_lean"),
    *_own("to_lead", "head_habit"),
    *_own("wide_lean", "edges"), *_own("share_before", "share_after"), *_own("to_lead", "lead_habit"),
    *_own("function_words", "end"), *_own("end", "end_habit"), *_own("inside", "end"), *_own("whole", "to_text"),
    *_own("width", "to_text", "from_text"),
    (("beside_before", -1), ("end", -1), ("beside_after", 0)),
    (("end", -1), ("end", 0)), (("end", 0), ("start", 1)), (("width", 0), ("width", 1)), (("width", -1), ("width", 0)),
    (("beside_after", 1), ("beside_after", 0)), (("whole", -1), ("whole", 0)), (("whole", 0), ("whole", 1)),
    (("opening", 1), ("width", 0)), (("opening", 1), ("from_text", 0)), (("gap", 0), ("gap", 1)),
    *_around("wide_after", (-1, 0, 1)), (("wide_after", -1), ("wide_after", 0)), (("wide_after", 0), ("wide_after", 1)),
    (("share_after", 0), ("share_after", 1)), (("wide_after", 0), ("width", 0)),
]  # fmt: skip
"""Features of a line: (attribute, offset of the line) combined."""

BORDER_TEMPLATES: list[tuple[tuple[str, int], ...]] = [
    *[t for name in ("beside_before", "end", "opening", "whole", "width") for t in _around(name, (-1, 0))],
    *[t for name in ("start", "step", "columns", "kinship", "torn", "gap", "indent", "inside", "quote", "lean",
                     "to_lead", "from_lead", "to_text", "from_text") for t in _around(name, (0,))],
    *_around("lean", (-1,)), *_around("opening", (1,)), *_around("beside_after", (0, 1)),
    *_own("gap", "gap_habit"), *_own("indent", "indent_habit"), *_own("opening", "lead_habit"),
    *_own("opening", "mark_habit"), *_own("lean", "head_habit"), *_own("wide_lean", "head_habit"),
    *_own("kinship", "columns"),
    *_own("kinship_back"), *_own("kinship", "kinship_back"), *_own("wide_lean", "edges"), *_own("wide_lean"),
    (("wide_lean", -1), ("wide_lean", 0)),
    (("beside_before", -1), ("end", -1)), (("beside_before", -1), ("beside_after", 0)),
    (("end", -1), ("start", 0)), (("end", -1), ("opening", 0)), (("end", -1), ("gap", 0)),
    (("end", -1), ("torn", 0)), (("end", -1), ("end_habit", 0)), (("end", -1), ("step", 0)),
    (("end", -1), ("whole", 0)),
    (("whole", -1), ("whole", 0)), (("whole", -1), ("opening", 0)), (("end", -1), ("kinship", 0)),
    (("width", -1), ("width", 0)), (("lean", -1), ("lean", 0)), (("end", -1), ("to_lead", 0)),
    (("end", -1), ("indent", 0), ("indent_habit", 0)), (("end", -1), ("beside_before", -1), ("to_text", 0)),
    (("wide_after", -1), ("wide_after", 0)), (("share_after", -1), ("share_after", 0)),
    (("wide_after", 0), ("end", -1)),
]  # fmt: skip
"""Features of the border before a line."""


_TEMPLATES = {"state": STATE_TEMPLATES, "border": BORDER_TEMPLATES}


def count_rows(kind: str) -> int:
    """Return how many rows the table of weights of a kind of features has: state or border."""
    return sum(count_values(_TEMPLATES[kind]))


def count_values(templates: Sequence[tuple[tuple[str, int], ...]]) -> list[int]:
    """Return how many values each template has.

    >>> count_values([(("gap", 0),), (("gap", 0), ("indent", -1))])
    [4, 12]
    """
    return [int(np.prod([SIZES[name] + 1 for name, _ in template])) for template in templates]


@dataclass(slots=True)
class PageLines:
    """The lines of a page that are not blank, and what is known of each.

    Attributes
    ----------
    texts : list of str
        Without blanks around them.
    printed : list of str
        With them.
    numbers : list of int
        Index of each line on the page, blank lines counted.
    leads : dict of int to Lead
        The leads, by the index of the line with which they begin.
    borrowed : set of int
        Lines with a lead before which the last character of a vertical headline is printed.
    nodes : array of int
        Indices of the lines that are read; each other line is inside a column and has the state of the line before it.
    state_features : array of int, shape (n_nodes, n_state_templates)
    border_features : array of int, shape (n_nodes, n_border_templates)
        Rows of the tables of weights.
    attributes : dict of str to array
    widths : list of float
    """

    texts: list[str]
    printed: list[str]
    numbers: list[int]
    leads: dict[int, Lead]
    borrowed: set[int]
    nodes: Any
    state_features: Any
    border_features: Any
    attributes: dict[str, Any]
    widths: Any
    pairs: Pairs

    def printed_lines(
        self, lines: Sequence[int]
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[float, ...]]:
        """Return some lines as printed, healed, and their widths in cells."""
        printed = tuple([self.printed[i] for i in lines])
        blanks = self.attributes["inside"]
        healed = tuple(
            [heal_line(self.texts[i]) if blanks[i] >= Inside.BLANK else self.texts[i] for i in lines]
        )
        return printed, healed, tuple([self.widths[i] for i in lines])


_WIDTH_STEPS = (-9.5, -5.5, -3.6, -2.6, -COLUMN_SLACK, COLUMN_SLACK + 0.05, 3.1, 6.1, 12.1)


def read_features(texts: Sequence[str]) -> PageLines:
    """Return the lines of a page that are not blank, with their features."""
    all_widths, all_flags = flag_lines(texts)
    numbers = [i for i, flag in enumerate(all_flags) if not flag & Flag.EMPTY]
    printed = [texts[i] for i in numbers]
    stripped = [text.strip(BLANK + "\r\f\v") or text for text in printed]
    width_list = [all_widths[i] for i in numbers]
    widths = np.array(width_list)
    flags = np.array([all_flags[i] for i in numbers], dtype=np.int64)
    n = len(numbers)
    if not n:
        none, no_rows = np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.int64)
        return PageLines([], [], [], {}, set(), none, no_rows, no_rows, {}, [], Pairs(none, none))
    a: dict[str, Any] = {}
    number_array = np.array(numbers)
    gaps = np.diff(number_array, prepend=-1) - 1
    gaps[0] = 0
    a["gap"] = np.minimum(gaps, 2)
    a["indent"] = np.array(
        [
            text[:1] in " \u3000\t" and len(t) + 2 <= len(text)
            for text, t in zip(printed, stripped, strict=True)
        ]
    ).astype(np.int64)

    _measure(a, widths)
    text = Codes(stripped)
    read_characters(a, text, stripped, flags)
    interior = _find_interior(a, widths, flags, stripped)
    nodes = np.flatnonzero(~interior)
    leads, borrowed = read_grammar(a, stripped, flags, widths, nodes)
    is_text = _is_text(a, widths)
    _count_distances(a, is_text)
    pairs = share_words(a, text)
    a["torn"] = find_torn(a, stripped, nodes)
    a["repeated"] = _find_repeated(stripped)
    _find_habits(a, widths, is_text)
    state_rows, border_rows = _combine(a, nodes)
    return PageLines(
        stripped, printed, numbers, leads, borrowed, nodes, state_rows, border_rows, a, width_list, pairs
    )


_OFFSETS = (-2, -1, 0, 1, 2)
_NAMES = tuple(SIZES)


@lru_cache(maxsize=len(_TEMPLATES))
def _positions(kind: str) -> tuple[Any, Any, Any]:
    """Return how the rows of all features of a line follow from its attributes and its neighbours'.

    Returns
    -------
    at : array of int, shape (n_parts, n_templates)
        Which attribute each part of a template is, among those of all lines around; 0 where it has fewer parts.
    factors : array of int32, shape (n_parts, n_templates)
        0 where a template has fewer parts.
    first : array of int32, shape (n_templates,)
        The row of each feature is the sum of its attributes times their factors, plus `first`.
    """
    templates = _TEMPLATES[kind]
    at = np.zeros((max(map(len, templates)), len(templates)), dtype=np.intp)
    factors = np.zeros(at.shape, dtype=np.int32)
    for column, template in enumerate(templates):
        size = 1
        for part, (name, k) in enumerate(reversed(template)):
            at[part, column] = _OFFSETS.index(k) * len(_NAMES) + _NAMES.index(name)
            factors[part, column] = size
            size *= SIZES[name] + 1
    sizes = count_values(templates)
    return at, factors, np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)


_BLOCK = 4096
"""Nodes whose features are combined at once, a few megabytes. Chosen."""


def _combine(a: dict[str, Any], nodes: Any) -> tuple[Any, ...]:
    """Return the rows of the features of each node, shape (n_nodes, n_templates): those of states, and of borders.

    Parameters
    ----------
    a : dict of str to array
        The attributes of all lines.
    nodes : array of int
        The lines that are read.
    """
    values = np.stack([a[name] for name in _NAMES], axis=1).astype(np.int32)
    beyond = np.array([[SIZES[name] for name in _NAMES]], dtype=np.int32)
    padded = np.concatenate([beyond, beyond, values, beyond, beyond])
    rows = [np.empty((len(nodes), len(templates)), dtype=np.int32) for templates in _TEMPLATES.values()]
    for start in range(0, len(nodes), _BLOCK):
        some = nodes[start : start + _BLOCK]
        around = np.concatenate([padded[some + 2 + k] for k in _OFFSETS], axis=1)
        for kind, out in zip(_TEMPLATES, rows, strict=True):
            out[start : start + _BLOCK] = _positions(kind)[-1]
            # Sums of two or three columns: a product of matrices would wake the threads of the BLAS library.
            for at, factors in zip(*_positions(kind)[:-1], strict=True):
                out[start : start + _BLOCK] += around.take(at, axis=1) * factors
    return tuple(rows)


def _most_usual(windows: Any) -> Any:
    """Return the most usual width of each row of `windows`, 0 where no two agree."""
    near = np.abs(windows[:, :, None] - windows[:, None, :]) <= 1.0
    # Of two equally usual widths the greater one counts; a width of three cells is none of a column.
    count = near.sum(axis=2, dtype=np.float32) + windows * np.float32(0.002)
    count[windows <= 3.0] = 0
    at = count.argmax(axis=1)[:, None]
    best = np.take_along_axis(windows, at, axis=1)[:, 0]
    return np.where(np.take_along_axis(count, at, axis=1)[:, 0] < 2, np.float32(0), best)


def _measure(a: dict[str, Any], widths: Any) -> None:
    n = len(widths)
    padded = np.zeros(n + 2 * _AROUND + 1, dtype=np.float32)
    padded[_AROUND : _AROUND + n] = widths
    windows = np.lib.stride_tricks.sliding_window_view(padded, _AROUND)
    usual = _most_usual(windows)
    before, after = usual[:n], usual[_AROUND + 1 : _AROUND + 1 + n]
    a["_before"], a["_after"] = before, after
    unknown = 10
    a["beside_before"] = np.where(before > 0, to_class(widths - before, _WIDTH_STEPS), unknown)
    a["beside_after"] = np.where(after > 0, to_class(widths - after, _WIDTH_STEPS), unknown)
    both = (before > 0) & (after > 0)
    a["columns"] = np.where(both, to_class(after - before, (-5, -1.1, 1.15, 5)), 5)
    a["columns"][(before == 0) & (after == 0)] = 6
    a["width"] = to_class(widths, (1.6, 3.1, 5.1, 7.1, 10.1, 14.1, 20.1, 30.1, 48.1))
    a["step"] = to_class(np.diff(widths, prepend=widths[:1]), (-9.5, -3.6, -1.6, -0.6, 0.6, 1.6, 3.6, 9.5))


def _is_text(a: dict[str, Any], widths: Any) -> Any:
    """Return for each line whether it is running text by itself: as wide as a column and open, or with a full stop."""
    full = (a["beside_before"] == 5) | (a["beside_after"] == 5)
    open_end = (a["end"] == 0) | (a["end"] == End.COMMA) | (a["end"] == End.DIGIT)
    return (full & open_end & (widths > 5)) | ((a["inside"] & 1) == 1) & (a["inside"] < 7) | (widths > 48)


def _count_distances(a: dict[str, Any], is_text: Any) -> None:
    n = len(is_text)
    index = np.arange(n)

    def to_next(mask: Any) -> Any:
        at = np.where(mask, index, 10**6)
        return np.minimum.accumulate(at[::-1])[::-1] - index

    def from_last(mask: Any) -> Any:
        at = np.where(mask, index, -(10**6))
        last = np.maximum.accumulate(at)
        return index - np.concatenate([[-(10**6)], last[:-1]])

    opens = (a["opening"] > 0) & (a["opening"] <= Opening.JUMP)
    a["to_lead"] = to_class(to_next(opens), (1, 2, 3, 5, 8))
    a["from_lead"] = to_class(from_last(opens), (2, 3, 6, 12, 30))
    a["to_text"] = to_class(to_next(is_text), (1, 2, 3, 5))
    a["from_text"] = to_class(from_last(is_text), (2, 3, 4, 6))


def _find_interior(a: dict[str, Any], widths: Any, flags: Any, texts: list[str]) -> Any:
    """Return which lines go on inside a sentence of running text, so that each is what the line before it is.

    The two lines before such a line are as wide as their column and stop inside a sentence; it is as wide itself, or
    ends the sentence. A headline may be as wide as the column by chance, but not twice after a full line.
    """
    column = np.where(a["_before"] > 0, a["_before"], a["_after"])
    apart = widths - column
    known = (column > 5) & (widths <= UNWRAPPED_CELLS)
    plain = known & (apart <= COLUMN_SLACK) & (a["inside"] != Inside.SPACED) & (a["indent"] == 0)
    plain &= (a["start"] != Start.BULLET) & (a["start"] != Start.ARROW) & (a["start"] != Start.TAG)
    open_end = (a["end"] == End.OTHER) | (a["end"] == End.COMMA)
    runs = plain & open_end & (apart >= -COLUMN_SLACK)
    first = known & open_end & (apart <= COLUMN_SLACK) & (apart >= -COLUMN_SLACK - 1)
    ends = (a["end"] == End.STOP) | (a["end"] == End.STOP_CLOSED) | (a["end"] == End.CLAUSE)
    no_gap = a["gap"] == 0
    inner = np.zeros(len(widths), dtype=bool)
    inner[2:] = (runs | (plain & ends))[2:] & runs[1:-1] & first[:-2] & no_gap[2:] & no_gap[1:-1]
    # What the grammar may know is read as a line of its own.
    grammar = Flag.OPENER | Flag.TOOK | Flag.NOTICE | Flag.WHO | Flag.BLANKS
    for i in np.flatnonzero(inner & ((flags & grammar) != 0)).tolist():
        text = texts[i]
        inner[i] = not (
            LEAD_OPENERS.match(text) or text[-1] in "摄攝影）)" or is_notice(text)
            or (flags[i] & Flag.WHO and flags[i] & Flag.BLANKS)
        )  # fmt: skip
    for i in np.flatnonzero(inner & ends & (apart < -COLUMN_SLACK)).tolist():
        inner[i] = not Opening.CAPTIONS.match(texts[i])
    return inner


def _find_repeated(texts: list[str]) -> Any:
    """Return for each line whether it stands on the page again, as rubrics and folio lines do: 0 or 1.

    A text that repeats whole articles says nothing by that; then no line counts.
    """
    counts = Counter(texts)
    repeated = np.array([counts[text] > 1 for text in texts], dtype=np.int64)
    long = [again for text, again in zip(texts, repeated.tolist(), strict=True) if len(text) > 5]
    return repeated if sum(long) <= 0.8 * len(long) else np.zeros_like(repeated)


def _find_habits(a: dict[str, Any], widths: Any, is_text: Any) -> None:
    """Find the habits of the page around each line: its blank lines, leads, indents, bullets, where headlines stand."""
    n = len(widths)
    index = np.arange(n)
    low, high = np.maximum(0, index - _HABIT_LINES), np.minimum(n, index + _HABIT_LINES)

    def mean(values: Any) -> Any:
        total = np.concatenate([[0.0], np.cumsum(values)])
        return (total[high] - total[low]) / (high - low)

    gapped = a["gap"] > 0
    a["gap_habit"] = to_class(mean(gapped), (0.001, 0.05, 0.25, 0.6))
    a["lead_habit"] = to_class(mean((a["opening"] > 0) & (a["opening"] <= Opening.BARE)), (0.001, 0.02, 0.06))
    a["indent_habit"] = to_class(mean(a["indent"]), (0.001, 0.05, 0.3))
    a["mark_habit"] = to_class(mean(a["opening"] == Opening.BULLET), (0.001, 0.02))
    a["end_habit"] = to_class(mean(a["start"] == Start.CLOSING), (0.001, 0.02))
    display = ~is_text & (a["end"] != End.STOP) & (a["whole"] == 0) & (a["opening"] == 0) & (widths > 3)
    strong = display & (np.abs(a["_lean"]) > 0.07)
    lean = mean(np.where(strong, np.clip(a["_lean"], -0.4, 0.4), 0.0)) / np.maximum(mean(strong), 1e-9)
    a["head_habit"] = np.where(
        mean(strong) * (high - low) >= 2, to_class(lean, (-0.15, -0.05, 0.05, 0.15)), 5
    )
    # Whether a display line is the first of the page, and the last. In a file of several pages this says nothing.
    inside = np.flatnonzero(
        (a["whole"] != Whole.FOLIO) & (a["whole"] != Whole.DATE) & (a["whole"] != Whole.PAPER)
    )
    edges = 4
    if len(inside) and n <= 3 * _HABIT_LINES:
        edges = 2 * int(display[inside[0]]) + int(display[inside[-1]])
    a["edges"] = np.full(n, edges)
