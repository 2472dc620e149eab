"""The words of a text that may be its keywords, and their rank among their neighbours (Mihalcea and Tarau, 2004).

Candidates are nouns, names, verbs, qualities and set phrases of two characters or more, in the units that `structure`
finds. Two candidates within `WINDOW` words in one sentence are connected, as often as that happens. The prior
of a word is the sum over its occurrences of 1 / (1 + characters before / HALF_WEIGHT_CHARS): it is large for
what comes often and early.

Flow: `reading.Words` -> `rank_candidates` -> `keyword_scoring` and `keywords`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from classify.summarizer.graph import power_iteration, segment_sums
from classify.text.frequency import rarities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from classify.summarizer.reading import Words

    _Times = Callable[[NDArray[np.float64]], NDArray[np.float64]]

__all__ = ["PARTS", "CandidateSettings", "Candidates", "part_table", "rank_candidates"]

PARTS = (
    "", "n", "ns", "nt", "nz", "nr", "nrfg", "nrt", "vn", "an", "j", "eng",
    "v", "l", "i", "a", "ad", "b", "s", "t", "ng",
)  # fmt: skip
"""Parts of speech (ICTCLAS tags, as jieba has them) of candidates: nouns, names, short forms, Latin words, and verbs,
set phrases, idioms, qualities, places and times. A part of speech is its number here; 0 is none of them."""
REPORTING = frozenset(
    {"表示", "指出", "强调", "认为", "介绍", "获悉", "获知", "得知", "了解", "了解到", "透露", "显示"}
    | {"表明", "报道", "宣布", "告诉", "说道", "提到", "提及", "谈到", "坦言", "直言"}
    | {"进行", "没有", "可以", "成为", "已经"}
    | {"记者", "通讯员", "近日", "日前", "有关", "方面", "情况"}
    | {
        "今年",
        "去年",
        "明年",
        "前年",
        "上年",
        "当年",
        "近年",
        "近年来",
        "年内",
        "年底",
        "年初",
        "全年",
        "同期",
    }
    | {
        "今天",
        "昨天",
        "明天",
        "今日",
        "昨日",
        "当天",
        "当日",
        "当时",
        "目前",
        "当前",
        "现在",
        "如今",
        "现今",
        "此前",
    }
)
"""Words of every report, whatever it is about: no keywords. Chosen: verbs of saying, and frequent keywords that
no headline has, from five dev sets, which were in sight; and times that are told from the day of the report."""

_CLOSED_CLASSES = {
    "articles, pronouns, determiners": (
        "an the this that these those he him his she her hers it its we us our ours you your yours they "
        "them their theirs me my mine who whom whose which what himself herself itself themselves "
        "ourselves yourself myself one some any all both each every either neither no none other others "
        "another such much many more most few less several own same "
    ),
    "prepositions": (
        "about above across after against along among around as at before behind below between beyond by "
        "despite down during except for from in inside into like near of off on onto out over per since "
        "than through throughout till to toward towards under until up upon via with within without "
    ),
    "conjunctions, auxiliaries": (
        "and but or nor so yet if because although though while whereas unless whether when where why "
        "how am is are was were be been being have has had having do does did doing will would shall "
        "should can could may might must "
    ),
    "adverbs of no matter of their own": (
        "not also just only very too then there here now again ever never once still already however "
        "therefore thus "
    ),
}
FUNCTION_WORDS = frozenset(word for words in _CLOSED_CLASSES.values() for word in words.split())
"""English words of the closed classes of grammar: no keywords, unless in capitals (IT, US, WHO), which are names.
The segmenter gives all Latin words one part of speech, so these have to be named."""


class CandidateSettings:
    """How candidates are ranked.

    WINDOW, HALF_WEIGHT_CHARS and DAMPING are the best of 15 settings of the rank alone on three dev sets with
    headlines, which were in sight. The others were chosen.

    >>> CandidateSettings.WINDOW
    10
    """

    WINDOW = 10
    """Words within which two candidates are connected."""
    HALF_WEIGHT_CHARS = 50
    """Characters from the beginning of the text where an occurrence counts half."""
    DAMPING = 0.5
    """Share of a rank that comes from neighbours."""
    SINGLE_VERB = 0.5
    """Weight of the prior of a plain verb that occurs once. Such a verb (move in, return) belongs to the
    narration. Of five keywords on five dev sets 13 in 100 are plain verbs then, instead of 18; of short posts
    1.8 points more are in the headline, of the other sets 0.3 fewer at most. Without verbs it would be 1 to 3
    points fewer, because headlines have verbs, too."""
    TOLERANCE = 1e-4
    """Of `power_iteration`. The 1e-6 of sentences takes half as many steps more, and changes the five keywords
    or their order for two of 2,375 texts."""
    KNOWN_MAX = 1 << 16
    """Words whose part of speech is remembered; about 10 MB."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of some texts: each text has its own, in the order in which they first occur.

    Attributes
    ----------
    places : (n_occurrences,), ascending
        Index in `Words.ids` of each occurrence.
    which : (n_occurrences,)
        The candidate that occurs there.
    by_candidate : (n_occurrences,)
        The occurrences, as indices of `places`, candidate by candidate; those of one in the order of the text.
    begins : (n_candidates + 1,)
        Where in `by_candidate` the occurrences of each candidate begin; the last one is its length.
    ids, documents : (n_candidates,)
        Number in the vocabulary, and number of the text.
    parts : (n_candidates,)
        Part of speech, as a number of `PARTS`, above 0.
    rarities : (n_candidates,)
        See `text.frequency`.
    ranks : (n_candidates,)
        Rank in the text; those of one text sum to 1.
    """

    places: NDArray[np.intp]
    which: NDArray[np.intp]
    by_candidate: NDArray[np.intp]
    begins: NDArray[np.intp]
    ids: NDArray[np.intp]
    documents: NDArray[np.intp]
    parts: NDArray[np.intp]
    rarities: NDArray[np.float64]
    ranks: NDArray[np.float64]


def part_table(groups: Iterable[str]) -> NDArray[np.intp]:
    """Return the number of the group of each of `PARTS`, -1 for none; a group is some of them, parted by blanks.

    >>> part_table(["ns nt", "v"])[[PARTS.index("nt"), PARTS.index("v"), PARTS.index("a")]].tolist()
    [0, 1, -1]
    """
    found = np.full(len(PARTS), -1)
    for i, group in enumerate(groups):
        found[[PARTS.index(part) for part in group.split()]] = i
    return found


def rank_candidates(words: Words) -> Candidates:
    """Return the ranked candidates of each text. No window reaches from one unit to the next.

    >>> from classify.summarizer.reading import read
    >>> (reading,) = read(["柳湾造林。造林很忙。"])
    >>> found = rank_candidates(reading.words)
    >>> [reading.words.vocabulary[i] for i in found.ids], found.places.tolist(), found.which.tolist()
    (['柳湾', '造林'], [0, 1, 4], [0, 1, 1])
    """
    parts, rarity = _know_words(words)
    places = (parts > 0)[words.ids].nonzero()[0]
    ids, units = words.ids[places], words.units[places]

    # A candidate is a word of a text. The occurrences are sorted by it; then candidates are numbered as they first
    # occur, and so text by text.
    size = max(1, len(words.vocabulary))
    keys = words.documents[units] * size + ids
    by_key = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[by_key], prepend=-1))
    counts = np.diff(starts, append=len(keys))
    order = np.argsort(by_key[starts])
    starts, counts = starts[order], counts[order]
    begins = np.concatenate([[0], np.cumsum(counts)])
    by_candidate = by_key[np.repeat(starts - begins[:-1], counts) + np.arange(len(keys))]
    which = np.empty(len(keys), np.intp)
    which[by_candidate] = np.repeat(np.arange(len(counts)), counts)
    documents, ids = np.divmod(keys[by_key[starts]], size)
    parts = parts[ids]

    weights = 1 / (1 + _characters_before(words, places) / CandidateSettings.HALF_WEIGHT_CHARS)
    prior = segment_sums(which, weights, len(ids))
    prior[(parts == PARTS.index("v")) & (counts == 1)] *= CandidateSettings.SINGLE_VERB

    ranks = power_iteration(
        # A gap of one window after each unit keeps its words apart from those of the next.
        _cooccurrence(places + CandidateSettings.WINDOW * units, which, len(ids)),
        prior,
        documents,
        damping=CandidateSettings.DAMPING,
        tolerance=CandidateSettings.TOLERANCE,
    )
    return Candidates(places, which, by_candidate, begins, ids, documents, parts, rarity[ids], ranks)


def _cooccurrence(places: NDArray[np.intp], which: NDArray[np.intp], n: int) -> _Times:
    """Return the function x -> S x, where Sᵢⱼ is how often candidates i and j occur within a window.

    S is kept as which occurrences are near the k-th after them, for each k below the window.
    """
    near: list[NDArray[np.float64]] = []
    for k in range(1, CandidateSettings.WINDOW):
        is_near = places[k:] - places[:-k] < CandidateSettings.WINDOW
        if not is_near.any():
            break
        near.append((is_near & (which[k:] != which[:-k])).astype(np.float64))

    def times(x: NDArray[np.float64]) -> NDArray[np.float64]:
        values = x[which]
        sums = np.zeros(len(values))
        for k, is_near in enumerate(near, 1):
            sums[:-k] += values[k:] * is_near
            sums[k:] += values[:-k] * is_near
        return segment_sums(which, sums, n)

    return times


def _characters_before(words: Words, places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how many characters of the units of its text are before each word at `places`."""
    n_texts = int(words.documents[-1]) + 1 if len(words.documents) else 0
    first_units = np.searchsorted(words.documents, np.arange(n_texts))
    first_words = np.searchsorted(words.units, first_units)
    lengths = words.lengths[words.ids]
    before: NDArray[np.intp] = np.cumsum(lengths) - lengths
    documents = words.documents[words.units[places]]
    n_newlines = words.units[places] - first_units[documents]
    found: NDArray[np.intp] = before[places] - before[first_words][documents] - n_newlines
    return found


def _know_words(words: Words) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the part of speech, as a number of `PARTS`, and the rarity of each word of the vocabulary.

    Both are 0 of a word that is no candidate.
    """
    terms = words.is_term.nonzero()[0]
    names = [words.vocabulary[i] for i in terms.tolist()]
    known = _known_words(words.lists.cutter().name)
    found = np.fromiter(map(known.get, names, repeat(-1)), np.intp, len(names))
    if (found < 0).any():
        new = _tag_words(words, terms[found < 0].tolist())
        if len(known) > CandidateSettings.KNOWN_MAX:
            known.clear()
        known.update(new)
        found[found < 0] = list(new.values())
    steps, parts = np.zeros((2, len(words.vocabulary)), np.intp)
    steps[terms], parts[terms] = np.divmod(found, len(PARTS))
    return parts, steps / 2


@lru_cache(maxsize=4)
def _known_words(segmenter_name: str) -> dict[str, int]:
    """Return what is known of the words met so far: rarity in steps of a half × number of parts + part of speech.

    It is filled in place, and depends on nothing but the words. Without it, every page tags its words again.
    """
    return {}


def _tag_words(words: Words, ids: list[int]) -> dict[str, int]:
    """Return what is known of some words of the vocabulary, in their order; see `_known_words`."""
    tag, vocabulary = words.lists.cutter().tag, words.vocabulary
    names = [vocabulary[i] for i in ids]
    found = dict(tag("\n".join(names)))
    # One word in 200 is cut apart where it is alone: these are tagged in their sentences.
    missing = [i for i in ids if vocabulary[i] not in found]
    if missing:
        is_missing = np.zeros(len(vocabulary), np.bool_)
        is_missing[missing] = True
        in_unit = np.zeros(len(words.documents), np.bool_)
        in_unit[words.units[is_missing[words.ids]]] = True
        found |= tag("".join([vocabulary[i] for i in words.ids[in_unit[words.units]].tolist()]))
    known = {}
    for word, rarity in zip(names, rarities(names), strict=True):
        part = found.get(word, "")
        is_empty = word in REPORTING or (not word.isupper() and word.lower() in FUNCTION_WORDS)
        is_candidate = part in PARTS[1:] and not is_empty
        known[word] = round(2 * rarity) * len(PARTS) + PARTS.index(part) if is_candidate else 0
    return known
