"""Words and phrases that a text is about: TextRank over words near one another.

Candidates are nouns, names, verbs and set phrases of two characters or more, by rjieba's parts of speech, in
what `structure` leaves of the text. Two that stand within `WINDOW` words in one sentence are joined, as often
as they do. The prior of a word is the sum over its occurrences of 1 / (1 + characters before / HALF): what
comes often and early. A phrase is nouns among the keywords as they follow one another, ranked by the sum of
its words; those that come twice go before the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classify.records import Keyword
from classify.summarizer.graph import sums
from classify.summarizer.rank import pagerank
from classify.summarizer.structure import segmentable, units
from classify.summarizer.wrapping import running
from classify.text.words import segmenter

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TAGS", "key_phrases", "keywords"]

TAGS = frozenset({"n", "ns", "nt", "nz", "nr", "nrfg", "nrt", "vn", "v", "an", "j", "l", "i", "eng"})
"""Parts of speech (ICTCLAS tags, as jieba has them): nouns, names, verbs, short forms, idioms, Latin."""
NOMINAL = TAGS - {"v", "i", "l"}
"""Those that a phrase is made of."""
REPORTING = frozenset(
    {"表示", "指出", "强调", "认为", "介绍", "进行", "没有", "可以", "成为", "已经"}
    | {"记者", "通讯员", "近日", "日前", "有关", "方面", "情况"}
)
"""What every report says, whatever it is about."""
WINDOW = 10
"""Words apart, less one, that two words may stand to be joined."""
HALF = 50
"""Characters from the beginning where an occurrence counts half."""
DAMPING = 0.5
"""Share of a rank that comes from neighbours.

WINDOW, HALF and DAMPING are the best of 15 settings on three dev sets with headlines. Of five keywords, so
many stand in the headline: 48 % (TV items), 36 % (newspaper), 45 % (finance); of jieba.analyse.textrank's 36,
28 and 37 %, of its TF-IDF's 41, 33 and 45 %."""
PHRASE_WORDS = 4
"""Words of a phrase at most."""
PHRASE_CHARS = 12
"""Characters of a phrase at most."""
PHRASE_SHARE = 3
"""A phrase is made of the best 1 / PHRASE_SHARE of all candidates, and of `PHRASE_LEAST` at least."""
PHRASE_LEAST = 20


@dataclass(frozen=True, slots=True)
class _Words:
    """The candidates of a text in the order they first come, and where they stand."""

    vocabulary: list[str]
    slots: NDArray[np.intp]
    """Candidate at each word of the text, -1 for others; sentences are set apart by -1s."""
    nominal: NDArray[np.bool_]
    """Whether that word can be part of a phrase."""
    ranks: NDArray[np.float64]


class _Neighbours:
    """The graph of candidates: how often two stand near each other."""

    def __init__(self, slots: NDArray[np.intp], n: int) -> None:
        pairs = []
        for apart in range(1, WINDOW):
            a, b = slots[:-apart], slots[apart:]
            both = (a >= 0) & (b >= 0) & (a != b)
            pairs.append(np.minimum(a, b)[both] * n + np.maximum(a, b)[both])
        keys, counts = np.unique(np.concatenate(pairs), return_counts=True)
        one, other = keys // n, keys % n
        self._from, self._to = np.concatenate([one, other]), np.concatenate([other, one])
        self._weights = np.concatenate([counts, counts]).astype(np.float64)
        self._n = n

    def similarity_times(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return S x, ``(n,)``."""
        return sums(self._to, self._weights * x[self._from], self._n)


def keywords(text: str, k: int = 10) -> list[Keyword]:
    """Return the `k` best words of `text`, best first; fewer where it has fewer.

    Scores are ranks: at least 0, those of all candidates sum to 1.

    Examples
    --------
    >>> [w.text for w in keywords("林业局部署森林防火。森林防火不能松懈，林业局派出巡护员。", 2)]
    ['森林', '林业局']
    """
    words = _ranked_words(text)
    order = np.argsort(-words.ranks.round(12), kind="stable")[: max(0, k)].tolist()
    return [Keyword(words.vocabulary[i], float(words.ranks[i])) for i in order]


def key_phrases(text: str, k: int = 10) -> list[Keyword]:
    """Return the `k` best phrases of `text`, two to four keywords as they follow one another, best first.

    Of phrases within one another only the best is given. The score is the sum of the ranks of the words.
    """
    words = _ranked_words(text)
    n = len(words.vocabulary)
    best = np.argsort(-words.ranks.round(12), kind="stable")[: max(PHRASE_LEAST, n // PHRASE_SHARE)]
    is_best = np.zeros(n + 1, bool)  # the last one answers for -1
    is_best[best] = True
    found: dict[tuple[int, ...], int] = {}
    slots = np.where(words.nominal, words.slots, -1).tolist()
    run: list[int] = []
    for slot in [*slots, -1]:
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
        phrase = "".join(words.vocabulary[i] for i in part)
        if len(phrase) <= PHRASE_CHARS and len(set(part)) == len(part):
            scores.setdefault(phrase, float(words.ranks[list(part)].sum()))
            often[phrase] = times
    out: list[Keyword] = []
    for phrase in sorted(scores, key=lambda p: (-min(often[p], 2), -round(scores[p], 12), p)):
        if len(out) >= k:
            break
        if not any(phrase in other.text or other.text in phrase for other in out):
            out.append(Keyword(phrase, scores[phrase]))
    return out


def _ranked_words(text: str) -> _Words:
    index: dict[str, int] = {}
    prior: list[float] = []
    slots: list[int] = []
    nominal: list[bool] = []
    before = 0
    tag = segmenter().tag
    gap, apart = [-1] * WINDOW, [False] * WINDOW
    text = running(text).text
    for u in units(text):
        for word, part in tag(segmentable(text[u.start : u.end])):
            if part in TAGS and len(word) > 1 and word not in REPORTING:
                i = index.setdefault(word, len(index))
                if i == len(prior):
                    prior.append(0.0)
                prior[i] += 1 / (1 + before / HALF)
                slots.append(i)
            else:
                slots.append(-1)
            nominal.append(part in NOMINAL)
            before += len(word)
        slots += gap
        nominal += apart
    at = np.array(slots, np.intp)
    n = len(index)
    if not n:
        return _Words([], at, np.array(nominal, bool), np.zeros(0))
    ranks = pagerank(_Neighbours(at, n), np.array(prior), np.zeros(n, np.intp), damping=DAMPING)
    return _Words(list(index), at, np.array(nominal), ranks)
