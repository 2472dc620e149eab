"""Words and phrases that a text is about: TextRank over words near one another.

Candidates are nouns, names, verbs and set phrases of two characters or more, by rjieba's parts of speech, in
what `structure` leaves of the text. Two that stand within `WINDOW` words in one sentence are joined, as often
as they do. The prior of a word is the sum over its occurrences of 1 / (1 + characters before / HALF): what
comes often and early. A phrase is nouns among the keywords as they follow one another, ranked by the sum of
its words; those that come twice go before the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING

import numpy as np

from classify.records import Keyword
from classify.summarizer.graph import sums
from classify.summarizer.rank import pagerank
from classify.summarizer.reading import Reading, Words, read
from classify.text.words import segmenter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["TAGS", "key_phrases", "keywords", "keywords_many", "keywords_read"]

TAGS = frozenset({"n", "ns", "nt", "nz", "nr", "nrfg", "nrt", "vn", "v", "an", "j", "l", "i", "eng"})
"""Parts of speech (ICTCLAS tags, as jieba has them): nouns, names, verbs, short forms, idioms, Latin."""
NOMINAL = TAGS - {"v", "i", "l"}
"""Those that a phrase is made of."""
REPORTING = frozenset(
    {"表示", "指出", "强调", "认为", "介绍", "获悉", "获知", "得知", "了解", "了解到", "透露", "显示"}
    | {"表明", "报道", "宣布", "告诉", "说道", "提到", "提及", "谈到", "坦言", "直言"}
    | {"进行", "没有", "可以", "成为", "已经"}
    | {"记者", "通讯员", "近日", "日前", "有关", "方面", "情况"}
)
"""What every report says, whatever it is about: verbs of saying, and words read off keywords that no headline
has, of five dev sets."""
WINDOW = 10
"""Words apart, less one, that two words may stand to be joined."""
HALF = 50
"""Characters from the beginning where an occurrence counts half."""
ONCE = 0.5
"""What a plain verb that comes once counts beside a noun: such a verb (move in, return) is of the telling.

Of five keywords on five dev sets, 13 in 100 are plain verbs then, not 18; 1.8 points more stand in the headline
of short posts, 0.3 fewer at most in those of the others, for headlines have verbs, too. Without verbs altogether
it would be 1 to 3 points fewer."""
DAMPING = 0.5
"""Share of a rank that comes from neighbours.

WINDOW, HALF and DAMPING are the best of 15 settings on three dev sets with headlines. Of five keywords, so
many stand in the headline: 48 % (TV items), 36 % (newspaper), 46 % (finance); of jieba.analyse.textrank's 36,
28 and 37 %, of its TF-IDF's 41, 33 and 45 %."""
TOLERANCE = 1e-4
"""Largest change of a rank in the last step, as a share of the mean. 1e-6, as for sentences, takes half as many
steps more, and of 2,375 texts two have other keywords, or the same five in another order."""
PHRASE_WORDS = 4
"""Words of a phrase at most."""
PHRASE_CHARS = 12
"""Characters of a phrase at most."""
PHRASE_SHARE = 3
"""A phrase is made of the best 1 / PHRASE_SHARE of all candidates, and of `PHRASE_LEAST` at least."""
PHRASE_LEAST = 20
KNOWN_MAX = 1 << 16
"""Words whose part of speech is kept, of 7 MB then; forgotten, and learned anew, when there are more."""


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The candidates of some texts: each text has its own, in the order they first come.

    Attributes
    ----------
    at : (n_occurrences,)
        Where among the words an occurrence is.
    which : (n_occurrences,)
        The candidate that occurs there.
    ids, documents, ranks : (n_candidates,)
        Number in the vocabulary, number of the text, and rank in it.
    """

    at: NDArray[np.intp]
    which: NDArray[np.intp]
    ids: NDArray[np.intp]
    documents: NDArray[np.intp]
    ranks: NDArray[np.float64]


class _Neighbours:
    """The graph of candidates: how often two stand near each other."""

    def __init__(self, places: NDArray[np.intp], which: NDArray[np.intp], n: int) -> None:
        ones, others = [], []
        for k in range(1, WINDOW):  # the k-th occurrence after each
            near = (places[k:] - places[:-k] < WINDOW).nonzero()[0]
            if not len(near):
                break
            one, other = which[near], which[near + k]
            apart = one != other
            ones.append(one[apart])
            others.append(other[apart])
        self._from = np.concatenate([*ones, *others, np.zeros(0, np.intp)])
        self._to = np.concatenate([*others, *ones, np.zeros(0, np.intp)])
        self._n = n

    def similarity_times(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return S x, ``(n,)``."""
        return sums(self._to, x[self._from], self._n)


def keywords(text: str, k: int = 10) -> list[Keyword]:
    """Return the `k` best words of `text`, best first; fewer where it has fewer.

    Scores are ranks: at least 0, those of all candidates sum to 1.

    Examples
    --------
    >>> [w.text for w in keywords("林业局部署森林防火。森林防火不能松懈，林业局派出巡护员。", 2)]
    ['森林', '林业局']
    """
    return keywords_many([text], k)[0]


def keywords_many(texts: Iterable[str], k: int = 10) -> list[list[Keyword]]:
    """Return `keywords` of each of `texts`, in order; from one block-diagonal graph, so in less time."""
    return [found for reading in read(list(texts)) for found in keywords_read(reading, k)]


def keywords_read(reading: Reading, k: int = 10) -> list[list[Keyword]]:
    """Return `keywords` of each text read."""
    c = _candidates(reading.words)
    out: list[list[Keyword]] = [[] for _ in reading.texts]
    order = np.lexsort((-c.ranks.round(12), c.documents))  # stable: of equals, what comes first
    within = np.arange(len(order)) - np.searchsorted(c.documents, c.documents)
    best = order[within < k]
    vocabulary = reading.words.vocabulary
    for document, word, rank in zip(
        c.documents[best].tolist(), c.ids[best].tolist(), c.ranks[best].tolist(), strict=True
    ):
        out[document].append(Keyword(vocabulary[word], rank))
    return out


def key_phrases(text: str, k: int = 10) -> list[Keyword]:
    """Return the `k` best phrases of `text`, two to four keywords as they follow one another, best first.

    Of phrases within one another only the best is given. The score is the sum of the ranks of the words.
    """
    (reading,) = read([text])
    words = reading.words
    c = _candidates(words)
    n = len(c.ids)
    vocabulary = [words.vocabulary[i] for i in c.ids.tolist()]
    best = np.argsort(-c.ranks.round(12), kind="stable")[: max(PHRASE_LEAST, n // PHRASE_SHARE)]
    is_best = np.zeros(n + 1, bool)  # the last one answers for -1
    is_best[best] = True
    parts = _candidate_parts(words)
    nominal = np.array([parts[i] in NOMINAL for i in c.ids.tolist()], np.bool_)
    slots = np.full(len(words.ids), -1)
    slots[c.at] = np.where(nominal[c.which], c.which, -1)
    found: dict[tuple[int, ...], int] = {}
    run: list[int] = []
    for slot in [*slots.tolist(), -1]:
        if is_best[slot]:
            run.append(slot)
            continue
        for i in range(len(run)):
            for j in range(i + 2, min(i + PHRASE_WORDS, len(run)) + 1):
                part = tuple(run[i:j])
                found[part] = found.get(part, 0) + 1
        run = []
    scores: dict[str, float] = {}
    often: dict[str, int] = {}
    for part, times in found.items():
        phrase = "".join(vocabulary[i] for i in part)
        if len(phrase) <= PHRASE_CHARS and len(set(part)) == len(part):
            scores.setdefault(phrase, float(c.ranks[list(part)].sum()))
            often[phrase] = times
    out: list[Keyword] = []
    for phrase in sorted(scores, key=lambda p: (-min(often[p], 2), -round(scores[p], 12), p)):
        if len(out) >= k:
            break
        if not any(phrase in other.text or other.text in phrase for other in out):
            out.append(Keyword(phrase, scores[phrase]))
    return out


def _candidates(words: Words) -> _Candidates:
    """Return the ranked candidates of each text; no window reaches from one unit to the next."""
    parts = _candidate_parts(words)
    is_candidate = np.zeros(len(words.vocabulary), np.bool_)
    is_candidate[list(parts)] = True
    at = is_candidate[words.ids].nonzero()[0]
    ids, rows = words.ids[at], words.rows[at]
    size = max(1, len(words.vocabulary))
    keys, firsts, which = np.unique(
        words.documents[rows] * size + ids, return_index=True, return_inverse=True
    )
    order = np.argsort(firsts)  # as they first come, and so text by text
    number = np.empty(len(order), np.intp)
    number[order] = np.arange(len(order))
    which = number[which]
    documents, ids = np.divmod(keys[order], size)
    weights = 1 / (1 + _before(words, at) / HALF)
    prior = sums(which, weights, len(ids))
    is_verb = np.zeros(len(words.vocabulary), np.bool_)
    is_verb[[i for i, part in parts.items() if part == "v"]] = True
    prior[is_verb[ids] & (np.bincount(which, minlength=len(ids)) == 1)] *= ONCE
    graph = _Neighbours(at + WINDOW * rows, which, len(ids))
    ranks = pagerank(graph, prior, documents, damping=DAMPING, tolerance=TOLERANCE)
    return _Candidates(at, which, ids, documents, ranks)


def _before(words: Words, at: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how many characters of its text's units are before each word that is `at`."""
    n = int(words.documents[-1]) + 1 if len(words.documents) else 0
    row_of = np.searchsorted(words.documents, np.arange(n))  # the first unit of each text
    word_of = np.searchsorted(words.rows, row_of)
    lengths = words.lengths[words.ids]
    before: NDArray[np.intp] = np.cumsum(lengths) - lengths
    documents = words.documents[words.rows[at]]
    newlines = words.rows[at] - row_of[documents]
    out: NDArray[np.intp] = before[at] - before[word_of][documents] - newlines
    return out


def _candidate_parts(words: Words) -> dict[int, str]:
    """Return the part of speech of each word that can be a candidate; it is looked up once in a process."""
    told = words.told.nonzero()[0].tolist()
    names = [words.vocabulary[i] for i in told]
    known = _known(segmenter().name)
    parts = list(map(known.get, names))
    if None in parts:
        found = _tagged(words, [i for i, part in zip(told, parts, strict=True) if part is None])
        if len(known) > KNOWN_MAX:
            known.clear()
        known.update(found)
        parts = [found[name] if part is None else part for name, part in zip(names, parts, strict=True)]
    return {i: part for i, part in zip(told, parts, strict=True) if part}


@lru_cache(maxsize=2)
def _known(segmenter_name: str) -> dict[str, str]:
    """Return the parts of speech of words met so far, which depend on nothing but the word; "" of no candidate."""
    return {}


def _tagged(words: Words, ids: list[int]) -> dict[str, str]:
    """Return the part of speech of each of these words; "" where it can't be a candidate."""
    tag, vocabulary = segmenter().tag, words.vocabulary
    found = dict(tag("\n".join([vocabulary[i] for i in ids])))
    left = [i for i in ids if vocabulary[i] not in found]
    if left:  # one in 200 is cut apart where it stands alone: those are tagged in their sentences
        is_left = np.zeros(len(vocabulary), np.bool_)
        is_left[left] = True
        in_row = np.zeros(len(words.documents), np.bool_)
        in_row[words.rows[is_left[words.ids]]] = True
        found |= tag("".join([vocabulary[i] for i in words.ids[in_row[words.rows]].tolist()]))
    out = {}
    for word in [vocabulary[i] for i in ids]:
        part = found.get(word, "x")
        out[word] = intern(part) if part in TAGS and word not in REPORTING else ""
    return out
