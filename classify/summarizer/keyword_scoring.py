"""How likely each word of a text is one that an editor puts into the headline: a weighted sum of a few features.

The rank of a word among its neighbours (TextRank) says how much of the text it holds together. It does not see that a
word is in every text (发展, 工作), comes late, or names a place. So the rank is one feature among others.

Flow: `keywords.rank_candidates` -> `keyword_scores` -> `keywords.find_keywords`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classify.summarizer.graph import segment_sums
from classify.text.frequency import rarities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from classify.summarizer.reading import Words

__all__ = ["IN_TITLE", "WEIGHTS", "keyword_features", "keyword_scores"]

WEIGHTS: dict[str, float] = {
    "occurrences": 0.28,
    "density": 0.10,
    "weighted density": 0.14,
    "closeness": -0.48,
    "position": -0.06,
    "share before": -0.48,
    "rank": 0.56,
    "rarity": 0.07,
    "spread": 0.41,
    "once in the opening": 0.56,
    "in the second sentence": 0.29,
    "words before": -0.14,
    "three characters": -0.02,
    "more characters": -0.12,
    "location": 0.46,
    "person": 0.19,
    "organisation": 0.48,
    "name": 0.21,
    "short form": 0.09,
    "quality": -0.13,
}
"""Weights of the features of a word, in the order of the columns of `keyword_features`.

Learned by `benchmarks/learn_keywords.py` from the headlines of 1,500 newspaper articles. Digest of the data:
2b31318e67c79f5c.
"""

IN_TITLE = 1.5
"""Weight of a word that is in the title, where there is one. Chosen: what is learned from titles cannot say it."""

_PARTS: dict[str, frozenset[str]] = {
    "location": frozenset({"ns"}),
    "person": frozenset({"nr", "nrt", "nrfg"}),
    "organisation": frozenset({"nt"}),
    "name": frozenset({"nz"}),
    "short form": frozenset({"j"}),
    "quality": frozenset({"a", "ad", "b"}),
}
"""Parts of speech (ICTCLAS tags, as jieba has them) of each feature; nouns and verbs have none of them."""
_NEAR = 50
"""Characters within which it does not matter how far from the beginning a word is. Chosen."""
_PER_WORDS = 500
"""Words to which occurrences are related. Chosen: about as many as an article has."""
_LOWEST_RANK = 5e-4
"""Added to a rank before its logarithm is taken. Chosen: below the rank of a word in a long article."""


def keyword_features(
    words: Words,
    places: NDArray[np.intp],
    which: NDArray[np.intp],
    ranks: NDArray[np.float64],
    parts: Mapping[int, str],
) -> NDArray[np.float64]:
    """Return the features of each candidate, as `WEIGHTS` names them.

    Parameters
    ----------
    words : Words
    places : (n_occurrences,), ascending
        Index in `Words.ids` of each occurrence of a candidate.
    which : (n_occurrences,)
        The candidate that occurs there; candidates are numbered as they first occur.
    ranks : (n_candidates,)
    parts : mapping of int to str
        The part of speech of each word of the vocabulary that is a candidate.

    Returns
    -------
    features : (n_candidates, n_features)
    """
    n, n_words = len(ranks), len(words.ids)
    firsts, lasts = np.full(n, n_words), np.zeros(n, np.intp)
    np.minimum.at(firsts, which, places)
    np.maximum.at(lasts, which, places)
    units, ids = words.units[places], words.ids[firsts]
    documents = words.documents[words.units[firsts]]
    # Units and words of the text of each candidate.
    first_units = np.searchsorted(words.documents, documents)
    starts = np.searchsorted(words.units, first_units)
    ends = np.searchsorted(words.units, np.searchsorted(words.documents, documents, side="right"))
    # Words and characters before each word. Between units there is a line end, which is none.
    is_word = words.ids != words.index.get("\n", -1)
    words_before = np.concatenate([[0], np.cumsum(is_word)])
    before = np.concatenate([[0], np.cumsum(words.lengths[words.ids] * is_word)])
    text_words = words_before[ends] - words_before[starts]
    at, size = before[firsts] - before[starts], before[ends] - before[starts]
    counts = np.bincount(which, minlength=n)
    rarity = np.array(rarities([words.vocabulary[i] for i in ids.tolist()]))
    word_before = np.concatenate([[-1], np.where(is_word, words.ids, -1)])
    in_second = np.bincount(which, units - first_units[which] == 1, n) > 0
    tags = [parts[i] for i in ids.tolist()]
    columns = [
        np.log(counts),
        np.log(counts * _PER_WORDS / text_words),
        10 * counts * rarity / text_words,
        counts / (1 + (before[lasts] - before[firsts]) / (2 * _NEAR)),
        np.log1p(at / _NEAR),
        at / size,
        np.log(ranks + _LOWEST_RANK),
        rarity,
        np.log(_count_distinct(which, units, n)),
        (words.units[firsts] == first_units) & (counts == 1),
        in_second,
        _count_distinct(which, word_before[places], n) / counts,
        words.lengths[ids] == 3,
        words.lengths[ids] > 3,
        *([tag in kind for tag in tags] for kind in _PARTS.values()),
    ]
    return np.column_stack([np.asarray(column, np.float64) for column in columns])


def _count_distinct(which: NDArray[np.intp], values: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    """Return how many different `values` each of `n` candidates has."""
    width = int(values.max(initial=0)) + 2
    return np.bincount(np.unique(which * width + values + 1) // width, minlength=n)


def keyword_scores(
    features: NDArray[np.float64], documents: NDArray[np.intp], in_title: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Return the score of each candidate: the softmax of its weighted features among those of its text.

    Parameters
    ----------
    features : (n_candidates, n_features)
    documents : (n_candidates,)
        Number of the text of each candidate; those of one text stand together.
    in_title : (n_candidates,) or None, default=None
        Whether it is in the title of its text.

    Returns
    -------
    scores : (n_candidates,)
        Above 0; those of one text sum to 1.

    >>> keyword_scores(np.zeros((3, len(WEIGHTS))), np.array([0, 0, 1])).tolist()
    [0.5, 0.5, 1.0]
    """
    if not len(documents):
        return np.zeros(0)
    sums = (features * np.array([*WEIGHTS.values()])).sum(
        axis=1
    )  # row by row, so that other texts change nothing
    if in_title is not None:
        sums += IN_TITLE * in_title
    starts = np.unique(documents, return_index=True)[1]
    of_text = np.repeat(np.arange(len(starts)), np.diff([*starts, len(documents)]))
    powers = np.exp(sums - np.maximum.reduceat(sums, starts)[of_text])
    scores: NDArray[np.float64] = powers / segment_sums(of_text, powers, len(starts))[of_text]
    return scores
