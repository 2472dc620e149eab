"""Texts read once: wraps healed, units found, words cut. Summaries and keywords are made from the same reading.

All units of many texts are cut into words at one go, a newline between one and the next: no segmenter joins
what a newline parts, so each is cut as if it stood alone. Words are numbers from there on: what has to be
known of a word is found out once for each of the vocabulary, and the rest is arithmetic on arrays.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from classify.summarizer.structure import Unit, segmentable, units
from classify.summarizer.wrapping import Running, running
from classify.text.words import segmenter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    _Ints = NDArray[np.intp]

__all__ = ["Reading", "Words", "read", "words_of"]

BLOCK_CHARS = 1 << 20
"""Characters of a batch read at a time: bounds memory to about 100 MB."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of units, in order.

    Attributes
    ----------
    ids, rows : (n_words,)
        Number in the vocabulary of each word, and of the unit that it is in; a newline between units is a word
        of the first.
    vocabulary : list of str
    index : dict of str to int
        Number in the vocabulary of each of its words.
    lengths : (n_vocabulary,)
        Characters of each.
    told : (n_vocabulary,)
        Whether it has two characters or more, the first a letter or digit.
    documents : (n_units,), ascending
        Number of the text that each unit is of.
    """

    ids: NDArray[np.intp]
    rows: NDArray[np.intp]
    vocabulary: list[str]
    index: dict[str, int]
    lengths: NDArray[np.intp]
    told: NDArray[np.bool_]
    documents: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Reading:
    """Some texts, their units, and the words of the units."""

    texts: list[Running]
    units: list[list[Unit]]
    words: Words


def read(texts: Sequence[str]) -> Iterator[Reading]:
    """Yield readings of `texts`, in order, of about `BLOCK_CHARS` characters each."""
    first = 0
    while first < len(texts):
        last, size = first, 0
        while last < len(texts) and (last == first or size + len(texts[last]) <= BLOCK_CHARS):
            size += len(texts[last])
            last += 1
        told = [running(text) for text in texts[first:last]]
        found = [units(t.text) for t in told]
        yield Reading(told, found, words_of([t.text for t in told], found))
        first = last


def words_of(texts: Sequence[str], groups: Sequence[Sequence[Unit]]) -> Words:
    """Return the words of the units of each of `texts`."""
    parts = [text[u.start : u.end] for text, group in zip(texts, groups, strict=True) for u in group]
    tokens = segmenter().cut(segmentable("\n".join(parts)))
    index: defaultdict[str, int] = defaultdict(count().__next__)
    ids = np.fromiter(map(index.__getitem__, tokens), np.intp, len(tokens))  # numbers words as they come
    is_end = ids == index.get("\n", -1)
    vocabulary = list(index)
    n = len(vocabulary)
    lengths = np.fromiter(map(len, vocabulary), np.intp, n)
    begins = np.fromiter(map(str.isalnum, vocabulary), np.bool_, n)  # nearly always enough
    for i in np.flatnonzero(~begins).tolist():
        begins[i] = vocabulary[i][0].isalnum()
    documents = np.repeat(np.arange(len(groups)), np.fromiter(map(len, groups), np.intp, len(groups)))
    index.default_factory = None
    told = begins & (lengths > 1)
    return Words(ids, np.cumsum(is_end) - is_end, vocabulary, index, lengths, told, documents)
