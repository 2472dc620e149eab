"""How likely each word of a text is one that an editor puts into the headline: a weighted sum of a few features.

The rank of a word among its neighbours (TextRank) says how much of the text it holds together. It does not see that a
word is in every text (发展, 工作), comes late, or names a place. So the rank is one feature among others.

Flow: `candidates.rank_candidates` -> `keyword_scores` -> `keywords.find_keywords`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classify.summarizer.candidates import part_table
from classify.summarizer.graph import segment_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classify.summarizer.candidates import Candidates
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

_KINDS = {
    "location": "ns",
    "person": "nr nrt nrfg",
    "organisation": "nt",
    "name": "nz",
    "short form": "j",
    "quality": "a ad b",
}
"""Parts of speech (ICTCLAS tags, as jieba has them) of each feature; nouns and verbs have none of them."""
_KIND_OF_PART = part_table(_KINDS.values())
_NEAR = 50
"""Characters within which it does not matter how far from the beginning a word is. Chosen."""
_PER_WORDS = 500
"""Words to which occurrences are related. Chosen: about as many as an article has."""
_LOWEST_RANK = 5e-4
"""Added to a rank before its logarithm is taken. Chosen: below the rank of a word in a long article."""


def keyword_features(words: Words, candidates: Candidates) -> NDArray[np.float64]:
    """Return the features of each candidate.

    Parameters
    ----------
    words : Words
    candidates : Candidates

    Returns
    -------
    features : (n_features, n_candidates)
        A row for each of `WEIGHTS`.
    """
    places, which, by_candidate = candidates.places, candidates.which, candidates.by_candidate
    counts = np.diff(candidates.begins)
    firsts = places[by_candidate[candidates.begins[:-1]]]
    lasts = places[by_candidate[candidates.begins[1:] - 1]]
    # Where each text begins and ends, in units and words.
    n_texts = int(words.documents[-1]) + 1 if len(words.documents) else 0
    unit_edges = np.searchsorted(words.documents, np.arange(n_texts + 1))
    word_edges = np.searchsorted(words.units, unit_edges)
    of_text = candidates.documents
    # Words and characters before each word. Between units there is a line end, which is none.
    is_word = words.ids != words.index.get("\n", -1)
    words_before = np.concatenate([[0], np.cumsum(is_word)])
    before = np.concatenate([[0], np.cumsum(words.lengths[words.ids] * is_word)])
    text_words, text_size = np.diff(words_before[word_edges])[of_text], np.diff(before[word_edges])[of_text]
    at = before[firsts] - before[word_edges][of_text]
    units = words.units[places]
    first_units = unit_edges[of_text]
    in_second = np.bincount(which, units - first_units[which] == 1, len(counts)) > 0
    word_before = np.concatenate([[-1], np.where(is_word, words.ids, -1)])[places]
    lengths = words.lengths[candidates.ids]
    kinds = _KIND_OF_PART[candidates.parts]
    return np.array(
        [
            np.log(counts),
            np.log(counts * _PER_WORDS / text_words),
            10 * counts * candidates.rarities / text_words,
            counts / (1 + (before[lasts] - before[firsts]) / (2 * _NEAR)),
            np.log1p(at / _NEAR),
            at / text_size,
            np.log(candidates.ranks + _LOWEST_RANK),
            candidates.rarities,
            np.log(_count_distinct(which, units, len(counts))),
            (words.units[firsts] == first_units) & (counts == 1),
            in_second,
            _count_distinct(which, word_before, len(counts)) / counts,
            lengths == 3,
            lengths > 3,
            *(kinds == i for i in range(len(_KINDS))),
        ]
    )


def _count_distinct(which: NDArray[np.intp], values: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    """Return how many different `values`, -1 or above, each of `n` candidates has."""
    width = int(values.max(initial=0)) + 2
    pairs = np.sort(which * width + values + 1)
    return np.bincount(pairs[np.diff(pairs, prepend=-1) > 0] // width, minlength=n)


def keyword_scores(
    features: NDArray[np.float64], documents: NDArray[np.intp], in_title: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Return the score of each candidate: the softmax of its weighted features among those of its text.

    Parameters
    ----------
    features : (n_features, n_candidates)
    documents : (n_candidates,)
        Number of the text of each candidate; those of one text stand together.
    in_title : (n_candidates,) or None, default=None
        Whether it is in the title of its text.

    Returns
    -------
    scores : (n_candidates,)
        Above 0; those of one text sum to 1.

    >>> keyword_scores(np.zeros((len(WEIGHTS), 3)), np.array([0, 0, 1])).tolist()
    [0.5, 0.5, 1.0]
    """
    if not len(documents):
        return np.zeros(0)
    sums = np.zeros(len(documents))  # a row at a time: each sum is the same whatever other texts there are
    for weight, row in zip(WEIGHTS.values(), features, strict=True):
        sums += weight * row
    if in_title is not None:
        sums += IN_TITLE * in_title
    starts = np.unique(documents, return_index=True)[1]
    of_text = np.repeat(np.arange(len(starts)), np.diff([*starts, len(documents)]))
    powers = np.exp(sums - np.maximum.reduceat(sums, starts)[of_text])
    scores: NDArray[np.float64] = powers / segment_sums(of_text, powers, len(starts))[of_text]
    return scores
