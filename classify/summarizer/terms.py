"""Names that the segmenter has cut apart: words that never stand without one another are one term.

The segmenter cuts names that are not in its dictionary: 三江源 into 三江 and 源. Two words are one term where they
nearly always stand together, each of them, and more than once. Most words have no such neighbour: all pairs of a text
are counted at once, and only the words that have one are looked at one by one.

Flow: `reading.Words` -> `TermFinder` -> `keywords.find_keywords`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classify.summarizer.reading import Reading, Words

__all__ = ["TermFinder", "TermLimits", "word_starts"]


class TermLimits:
    """What counts as one term. All were chosen.

    >>> TermLimits.WORDS_MAX
    4
    """

    BOUND = 0.95
    """Share of the occurrences of each of two words beside the other from which on they are one term."""
    OCCURRENCES_MIN = 2
    """How often two words stand together at least."""
    WORDS_MAX = 4
    """Words of a term."""
    TAGS = "nvajbkgsli"
    """First letters of the parts of speech (ICTCLAS tags) of the words of a term; those of two characters and more may
    also be adverbs and numbers (d, m), as 一带 and 一路 are."""


class TermFinder:
    """The terms of some texts.

    Parameters
    ----------
    words : Words

    Examples
    --------
    >>> from classify.summarizer.reading import read
    >>> (reading,) = read(["三江源变绿了。三江源下雪了。"])
    >>> words = reading.words
    >>> finder = TermFinder(words)
    >>> finder.has_neighbour(np.zeros(2, np.intp), np.array([words.index["三江"], words.index["变绿"]])).tolist()
    [True, False]
    >>> first, term = finder.find(np.flatnonzero(words.ids == words.index["源"]))
    >>> first.tolist(), term
    ([0, 6], '三江源')
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        # One entry of padding, so that the word before the first and the one after the last are in no unit.
        self._ids, self._units = np.append(words.ids, -1), np.append(words.units, -1)
        self._of_text = words.documents[words.units] * len(words.vocabulary) + words.ids
        """A number for each word of each text."""
        self._known, self._counts = np.unique(self._of_text, return_counts=True)

    def has_neighbour(self, documents: NDArray[np.intp], ids: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which words have a neighbour in their text without which they hardly ever stand.

        Parameters
        ----------
        documents, ids : (n,)
            Number of its text, and number in the vocabulary, of each word that is asked about.

        Returns
        -------
        has_neighbour : (n,)
        """
        size, units = len(self._words.vocabulary), self._words.units
        together = units[1:] == units[:-1]
        pairs = np.sort(self._of_text[:-1][together] * size + self._words.ids[1:][together])
        ends = np.flatnonzero(np.diff(pairs, append=-1))
        times = np.diff(ends, prepend=-1)
        is_repeated = times >= TermLimits.OCCURRENCES_MIN
        firsts, seconds = np.divmod(pairs[ends[is_repeated]], max(1, size))
        seconds += firsts // max(1, size) * size  # a number of a word of a text, as `firsts` are
        most = np.maximum(self._count(firsts), self._count(seconds))
        is_bound = times[is_repeated] >= TermLimits.BOUND * most
        return np.isin(documents * size + ids, np.concatenate([firsts[is_bound], seconds[is_bound]]))

    def find(self, places: NDArray[np.intp]) -> tuple[NDArray[np.intp], str]:
        """Return where the term that a word is part of begins, and the term.

        Parameters
        ----------
        places : (n_occurrences,), ascending
            Index in `Words.ids` of each occurrence of the word in its text.

        Returns
        -------
        first : (n,), ascending
            Index of the first word of the term, wherever the whole term stands.
        term : str
        """
        ids, units = self._ids, self._units
        base = self._of_text[places[0]] - ids[places[0]]  # of the numbers of the words of this text
        first, n_words = places, 1
        while len(first) >= TermLimits.OCCURRENCES_MIN and n_words < TermLimits.WORDS_MAX:
            least = max(TermLimits.OCCURRENCES_MIN, TermLimits.BOUND * len(first))
            for shift in (n_words, -1):
                beside = first + shift
                inside = units[beside] == units[first]
                near = Counter(ids[beside[inside]].tolist()).most_common(1)
                if not near or near[0][1] < least or not _may_be_part(self._words, near[0][0]):
                    continue
                neighbour, times = near[0]
                if times >= TermLimits.BOUND * self._count(base + neighbour):
                    first = first[inside & (ids[beside] == neighbour)] + min(shift, 0)
                    n_words += 1
                    break
            else:
                break
        term = ids[first[0] : first[0] + n_words].tolist()
        return first, "".join([self._words.vocabulary[i] for i in term])

    def _count(self, of_text: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return how often words of a text occur in it."""
        found: NDArray[np.intp] = self._counts[np.searchsorted(self._known, of_text)]
        return found


def _may_be_part(words: Words, word: int) -> bool:
    """Whether a word of the vocabulary can be part of a term: no mark, number, particle, pronoun or preposition."""
    text = words.vocabulary[word]
    if not text[0].isalpha() or words.lists.is_stop_word(text):
        return False
    tags = words.lists.cutter().tag(text)
    return len(tags) == 1 and tags[0][1][0] in (TermLimits.TAGS if len(text) == 1 else TermLimits.TAGS + "dm")


def word_starts(reading: Reading) -> NDArray[np.intp]:
    """Return the offset of each word, as `Words.ids` has them, in the running text of its own text.

    Examples
    --------
    >>> from classify.summarizer.reading import read
    >>> (reading,) = read(["柳湾造林。"])
    >>> word_starts(reading).tolist()
    [0, 2, 4]
    """
    words = reading.words
    lengths = words.lengths[words.ids]
    before: NDArray[np.intp] = np.cumsum(lengths) - lengths
    unit_starts = np.array([unit.start for of_text in reading.units for unit in of_text], np.intp)
    first_words = np.searchsorted(words.units, np.arange(len(unit_starts)))
    return before + (unit_starts - before[np.minimum(first_words, len(before) - 1)])[words.units]
