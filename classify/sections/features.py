"""What the classifier sees of a text: n-grams, words and edges, in the headline and in the whole.

* Every character and every pair of characters (`fold`ed first: widths and blanks don't count).
* Words. The segmenter is asked once, on the training texts, and says which words there are. In a text to
  classify, a word is the longest known one that begins at a place and isn't inside another: no segmenter
  is needed there, and finding words costs a few table lookups. Development headlines showed no loss.
* Edges: the first and last one or two characters, which headlines are written to. Articles end with their
  source's signature, so the last ones count more the longer texts are.

Of articles, only terms count that two training texts have; of headlines, all.

A term counts 1 + ln(occurrences) times its inverse document frequency, and the terms of a text form a
vector of length one. Where a newline follows the first line, that line is the headline: it is also seen as
a text of its own, with its own terms, at `headline_weight`. A text without one has no such part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classify.sections.folding import BEGIN, END, folded_blocks
from classify.sections.vocabulary import Channel, Counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.text.words import Segmenter

__all__ = ["Channel", "Counts", "Features", "headline_codes", "known_words", "row_sums"]

LONGEST_WORD = 5
"""Characters. Longer words are names of institutions, whose parts are words too."""

BLOCK = 1 << 15
"""Characters at a time; see `classify.sections.counting.BLOCK`."""

_NEWLINE = 10


class Features:
    """Texts to rows: the whole text's columns, then the headline's.

    Parameters
    ----------
    whole, headline : Channel
    headline_weight : float
        Length of the headline's part of a row, where the whole's is 1.
    """

    def __init__(self, whole: Channel, headline: Channel, headline_weight: float) -> None:
        self.whole = whole
        self.headline = headline
        self.headline_weight = headline_weight

    def __len__(self) -> int:
        return len(self.whole) + len(self.headline)

    @classmethod
    def learn(
        cls, texts: Sequence[str], segmenter: Segmenter, headline_weight: float, min_df: int | None = None
    ) -> tuple[Features, Counts]:
        """Return the features of training `texts`, and the counts of those; for `min_df` see `Channel.learn`."""
        blocks = [codes for codes, _ in folded_blocks(texts, BLOCK)]
        words = known_words(blocks, segmenter)
        whole, in_whole = Channel.learn(blocks, words, min_df)
        heads = [headline_codes(codes) for codes in blocks]
        headline, in_heads = Channel.learn(heads, words, min_df)
        return cls(whole, headline, headline_weight), _beside(in_whole, in_heads, len(whole))

    def count(self, texts: Sequence[str]) -> Counts:
        """Return the counts of `texts`."""
        blocks = [codes for codes, _ in folded_blocks(texts, BLOCK)]
        heads = self.headline.count(headline_codes(codes) for codes in blocks)
        return _beside(self.whole.count(blocks), heads, len(self.whole))

    def values(self, found: Counts) -> NDArray[np.float64]:
        """Return the weight of each entry of `found`."""
        in_head = found.columns >= len(self.whole)
        top = int(found.counts.max(initial=0))
        data = (np.log(np.arange(1, top + 1)) + 1.0).take(found.counts - 1) if top else np.empty(0)
        data = data * np.concatenate([self.whole.idf, self.headline.idf]).take(found.columns)
        square = data * data
        size = row_sums(square, found.starts)
        head = row_sums(np.where(in_head, square, 0), found.starts)
        lengths = np.diff(found.starts)
        whole_scale = np.repeat(1 / np.sqrt(np.maximum(size - head, 1e-300)), lengths)
        head_scale = np.repeat(self.headline_weight / np.sqrt(np.maximum(head, 1e-300)), lengths)
        return np.asarray(data * np.where(in_head, head_scale, whole_scale))

    def names(self, columns: NDArray[np.integer]) -> list[tuple[str, str, str]]:
        """Return ``(part, kind, term)`` of `columns`; part is ``whole`` or ``headline``."""
        in_head = columns >= len(self.whole)
        named: list[tuple[str, str, str]] = [("", "", "")] * len(columns)
        for part, channel, mask in (("whole", self.whole, ~in_head), ("headline", self.headline, in_head)):
            at = np.flatnonzero(mask)
            local = columns[at] - (0 if part == "whole" else len(self.whole))
            for i, (kind, term) in zip(at.tolist(), channel.names(local), strict=True):
                named[i] = (part, kind, term)
        return named


def known_words(blocks: Sequence[NDArray[np.uint32]], segmenter: Segmenter) -> list[str]:
    """Return the words of 2 to `LONGEST_WORD` characters that `segmenter` finds in texts, sorted.

    No word goes over a line end, so the texts of a block (a call for each headline costs as much as its
    words) are cut as lines.
    """
    words: set[str] = set()
    for codes in blocks:
        text = codes.tobytes().decode("utf-32-le")
        words.update(segmenter.cut(text[1:-1].replace(END + BEGIN, "\n")))
    return sorted(w for w in words if 2 <= len(w) <= LONGEST_WORD and not any(map(str.isspace, w)))


def row_sums(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    """Return the sum of each row's values, 0 for an empty row; ``(n_rows, ...)``."""
    sums = np.zeros((len(starts) - 1, *values.shape[1:]), values.dtype)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        sums[filled] = np.add.reduceat(values, starts[filled], axis=0)
    return sums


def headline_codes(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the first line of each text that has another, marked; nothing between the marks for others."""
    begins, ends = np.flatnonzero(codes == ord(BEGIN)), np.flatnonzero(codes == ord(END))
    lines = np.flatnonzero(codes == _NEWLINE)
    if not len(lines):
        return np.tile(np.array([ord(BEGIN), ord(END)], np.uint32), len(begins))
    first = np.append(lines, len(codes))[np.searchsorted(lines, begins)]
    stop = np.where(first < ends, first, begins + 1)
    lengths = stop - begins + 1
    at = np.arange(int(lengths.sum())) + np.repeat(begins - (np.cumsum(lengths) - lengths), lengths)
    heads: NDArray[np.uint32] = codes.take(at)
    heads[np.cumsum(lengths) - 1] = ord(END)
    return heads


def _beside(a: Counts, b: Counts, width: int) -> Counts:
    """Put two matrices of counts side by side."""
    if not len(b.counts):
        return a
    size_a, size_b = np.diff(a.starts), np.diff(b.starts)
    starts = a.starts + b.starts
    at_a = np.arange(len(a.counts)) + np.repeat(b.starts[:-1], size_a)
    at_b = np.arange(len(b.counts)) + np.repeat(a.starts[1:], size_b)
    counts, columns = np.empty(int(starts[-1]), np.intp), np.empty(int(starts[-1]), np.int32)
    counts[at_a], counts[at_b] = a.counts, b.counts
    columns[at_a], columns[at_b] = a.columns, b.columns + np.int32(width)
    return Counts(counts, columns, starts)
