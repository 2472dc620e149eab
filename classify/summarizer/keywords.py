"""Words and phrases that a text is about.

The rank of a word among its neighbours (`candidates`) is one feature among others (`keyword_scoring`). The best words
are taken, each with the words that it never stands without (`terms`): 三江 with 源. A word within a chosen one is not
taken. A phrase is a sequence of nouns among the candidates of greatest rank, ranked by the sum of its words; phrases
that occur twice come before the others.

Of five keywords of 500 newspaper articles that nothing was learned from, 33 % stand in the headline and cover 24 % of
its characters; 32 and 22 % by the rank alone, 31 and 21 % of jieba's TF-IDF (`benchmarks/learn_keywords.py`).

Flow: `reading.Reading` -> `find_keywords` and `find_phrases` -> `Keyword` records.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from classify.records import Keyword
from classify.summarizer.candidates import part_table, rank_candidates
from classify.summarizer.keyword_scoring import keyword_features, keyword_scores
from classify.summarizer.reading import title_words
from classify.summarizer.terms import TermFinder, word_starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.summarizer.reading import Reading

__all__ = ["PhraseLimits", "find_keywords", "find_phrases"]


class PhraseLimits:
    """What a phrase is made of. All were chosen.

    >>> PhraseLimits.WORDS_MAX
    4
    """

    WORDS_MAX = 4
    """Words of a phrase."""
    CHARS_MAX = 12
    """Characters of a phrase."""
    SHARE = 3
    """Phrases are made of the best third of all candidates…"""
    CANDIDATES_MIN = 20
    """…and of so many at least."""
    PARTS = part_table(["n ns nt nz nr nrfg nrt vn an j eng"]) == 0
    """Whether a phrase may have words of each part of speech: nouns, names, short forms, Latin words."""


def find_keywords(
    reading: Reading, k: int, titles: Sequence[str | None] | None = None
) -> list[list[Keyword]]:
    """Return the `k` best words of each text, best first.

    What is in the title of a text counts as if it stood before the text.

    >>> from classify.summarizer.reading import read
    >>> (reading,) = read(["林业局部署森林防火。森林防火不能松懈。", "石泉修水库。"])
    >>> [[word.text for word in of_text] for of_text in find_keywords(reading, 1)]
    [['森林防火'], ['石泉']]
    """
    words = reading.words
    candidates = rank_candidates(words)
    features = keyword_features(words, candidates)
    in_title = None
    if titles and any(titles):
        of_text = candidates.documents * len(words.vocabulary) + candidates.ids
        in_title = np.isin(of_text, title_words(words, titles))
    scores = keyword_scores(features, candidates.documents, in_title)
    rounded = -scores.round(12)
    edges = np.searchsorted(candidates.documents, np.arange(len(reading.texts) + 1)).tolist()
    places = candidates.places[candidates.by_candidate]
    terms = TermFinder(words)
    is_cut = terms.has_neighbour(candidates.documents, candidates.ids)
    starts_of_words = word_starts(reading)
    found: list[list[Keyword]] = []
    for document, (begin, end) in enumerate(pairwise(edges)):
        running = reading.texts[document]
        chosen: list[str] = []
        found.append([])
        # Stable: of equal scores, what occurs first comes first.
        for candidate in (begin + np.argsort(rounded[begin:end], kind="stable")).tolist():
            if len(chosen) == k:
                break
            first = places[candidates.begins[candidate] : candidates.begins[candidate + 1]]
            text = words.vocabulary[candidates.ids[candidate]]
            if is_cut[candidate]:
                first, text = terms.find(first)
            if any(text in other or other in text for other in chosen):
                continue
            chosen.append(text)
            spans = running.spans(starts_of_words[first].tolist(), len(text))
            found[-1].append(Keyword(running.as_printed(text), float(scores[candidate]), spans))
    return found


def find_phrases(reading: Reading, k: int) -> list[Keyword]:
    """Return the `k` best phrases of the one text of `reading`, best first.

    >>> from classify.summarizer.reading import read
    >>> (reading,) = read(["林业局准备樟子松苗木。樟子松苗木来自石泉。"])
    >>> find_phrases(reading, 1)[0].text
    '樟子松苗木'
    """
    words = reading.words
    candidates = rank_candidates(words)
    n = len(candidates.ids)
    n_best = max(PhraseLimits.CANDIDATES_MIN, n // PhraseLimits.SHARE)
    in_phrases = np.zeros(n, np.bool_)
    in_phrases[np.argsort(-candidates.ranks.round(12), kind="stable")[:n_best]] = True
    in_phrases &= PhraseLimits.PARTS[candidates.parts]
    # The candidate at each word of the text; -1 where there is none, or one that phrases do not contain.
    at_word = np.full(len(words.ids), -1)
    at_word[candidates.places] = np.where(in_phrases[candidates.which], candidates.which, -1)

    # Where each sequence of candidates begins, as a number of a word of the text.
    firsts: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    run: list[int] = []
    for place, candidate in enumerate([*at_word.tolist(), -1]):
        if candidate >= 0:
            run.append(candidate)
            continue
        for i in range(len(run)):
            for j in range(i + 2, min(i + PhraseLimits.WORDS_MAX, len(run)) + 1):
                firsts[tuple(run[i:j])].append(place - len(run) + i)
        run = []

    vocabulary = [words.vocabulary[i] for i in candidates.ids.tolist()]
    scores: dict[str, float] = {}
    is_repeated: dict[str, bool] = {}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for part, begins in firsts.items():
        phrase = "".join(vocabulary[i] for i in part)
        if len(phrase) > PhraseLimits.CHARS_MAX or len(set(part)) < len(part):
            continue
        if not words.lists.is_stop_word(phrase):
            # Two ways to cut a phrase into words give one phrase, with the score of the first.
            scores.setdefault(phrase, float(candidates.ranks[list(part)].sum()))
            is_repeated[phrase] = len(begins) > 1
            places[phrase] += begins

    found: list[Keyword] = []
    for phrase in sorted(scores, key=lambda p: (not is_repeated[p], -round(scores[p], 12), p)):
        if len(found) >= k:
            break
        if not any(phrase in other.text or other.text in phrase for other in found):
            found.append(Keyword(phrase, scores[phrase]))
    running = reading.texts[0]
    starts = word_starts(reading)
    return [
        Keyword(
            running.as_printed(phrase.text),
            phrase.score,
            running.spans(sorted(starts[places[phrase.text]].tolist()), len(phrase.text)),
        )
        for phrase in found
    ]
