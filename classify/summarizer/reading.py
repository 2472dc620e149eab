"""Texts read once: wraps removed, units found, words cut. Summaries and keywords use the same reading.

All units of many texts are cut into words in one call, joined by newlines: no segmenter joins words across a
newline, so each unit is cut as if it were alone. From there on words are numbers. What must be known about a
word is computed once for each word of the vocabulary, and the rest is arithmetic on arrays.

Flow: texts -> `read` -> `Reading` -> `ranking.rank_units` (summaries) and `keywords.find_keywords`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from classify.summarizer.structure import TextUnit, text_units
from classify.summarizer.word_lists import WordLists
from classify.summarizer.wrapping import RunningText, unwrap
from classify.text.words import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["USUAL", "Reading", "Words", "read", "read_words", "title_words"]

BLOCK_CHARS = 1 << 20
"""Characters of texts read at a time. Chosen: bounds memory to about 100 MB."""

USUAL = WordLists()
"""No words of the user's."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of units, in order.

    Attributes
    ----------
    ids : (n_words,)
        Number in the vocabulary of each word.
    units : (n_words,), ascending
        Number of the unit of each word. The newline between two units is a word of the first.
    vocabulary : list of str
    index : dict of str to int
        Number in the vocabulary of each word.
    lengths : (n_vocabulary,)
        Characters of each word.
    is_term : (n_vocabulary,)
        Whether a word counts for ranking: two characters or more, the first a letter or digit, and no stop word
        of the user's.
    documents : (n_units,), ascending
        Number of the text of each unit.
    lists : WordLists
        What cut the words, and the user's stop words.
    """

    ids: NDArray[np.intp]
    units: NDArray[np.intp]
    vocabulary: list[str]
    index: dict[str, int]
    lengths: NDArray[np.intp]
    is_term: NDArray[np.bool_]
    documents: NDArray[np.intp]
    lists: WordLists


@dataclass(frozen=True, slots=True)
class Reading:
    """Some texts, the units of each, and the words of all units.

    Attributes
    ----------
    texts : list of RunningText
    units : list of list of TextUnit, as long as `texts`
    words : Words
    """

    texts: list[RunningText]
    units: list[list[TextUnit]]
    words: Words


def read(texts: Sequence[str], lists: WordLists = USUAL) -> Iterator[Reading]:
    """Yield readings of `texts`, in order, of about `BLOCK_CHARS` characters each.

    >>> (reading,) = read(["柳湾开始造林。苗木来自石泉。", "明天有雨。"])
    >>> [len(units) for units in reading.units], reading.words.documents.tolist()
    ([2, 1], [0, 0, 1])
    """
    first = 0
    while first < len(texts):
        last, size = first, 0
        while last < len(texts) and (last == first or size + len(texts[last]) <= BLOCK_CHARS):
            size += len(texts[last])
            last += 1
        running = [unwrap(text) for text in texts[first:last]]
        units = [text_units(t.text) for t in running]
        yield Reading(running, units, read_words([t.text for t in running], units, lists))
        first = last


def read_words(texts: Sequence[str], units: Sequence[Sequence[TextUnit]], lists: WordLists = USUAL) -> Words:
    """Return the words of the units of each of `texts`.

    >>> text = "柳湾造林。石泉有雨。"
    >>> words = read_words([text], [text_units(text)])
    >>> [words.vocabulary[i] for i in words.ids], words.units.tolist()
    (['柳湾', '造林', '。', '\\n', '石泉', '有雨', '。'], [0, 0, 0, 0, 1, 1, 1])
    """
    parts = [text[u.start : u.end] for text, of_text in zip(texts, units, strict=True) for u in of_text]
    tokens = lists.cutter().cut(without_surrogates("\n".join(parts)))
    # A word that is looked up for the first time gets the next number.
    index: defaultdict[str, int] = defaultdict(count().__next__)
    ids = np.fromiter(map(index.__getitem__, tokens), np.intp, len(tokens))
    index.default_factory = None
    vocabulary = list(index)
    n = len(vocabulary)
    lengths = np.fromiter(map(len, vocabulary), np.intp, n)
    # A word of letters and digits alone begins with one. Only the few others need a look at the first character.
    is_alnum = np.fromiter(map(str.isalnum, vocabulary), np.bool_, n)
    for i in np.flatnonzero(~is_alnum).tolist():
        is_alnum[i] = vocabulary[i][0].isalnum()
    if lists.stop_words:
        is_alnum &= ~np.fromiter(map(lists.is_stop_word, vocabulary), np.bool_, n)
    is_newline = ids == index.get("\n", -1)
    documents = np.repeat(np.arange(len(units)), np.fromiter(map(len, units), np.intp, len(units)))
    return Words(
        ids=ids,
        units=np.cumsum(is_newline) - is_newline,
        vocabulary=vocabulary,
        index=index,
        lengths=lengths,
        is_term=is_alnum & (lengths > 1),
        documents=documents,
        lists=lists,
    )


def title_words(words: Words, titles: Sequence[str | None]) -> NDArray[np.intp]:
    """Return the words of titles that their texts may have, each as ``text * len(vocabulary) + word``, ascending.

    Parameters
    ----------
    words : Words
    titles : sequence of str or None, one for each text

    Examples
    --------
    >>> (reading,) = read(["柳湾造林。", "石泉有雨。"])
    >>> title_words(reading.words, ["柳湾造林忙", None]).tolist()
    [0, 1]
    """
    joined = "\n".join([" ".join((title or "").split("\n")) for title in titles])
    size, index = len(words.vocabulary), words.index
    found: set[int] = set()
    text = 0
    for word in words.lists.cutter().cut(without_surrogates(joined)):
        if word == "\n":
            text += 1
        elif word in index:
            found.add(text * size + index[word])
    return np.array(sorted(found), np.intp)
