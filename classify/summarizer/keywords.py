"""Words and phrases that a text is about: TextRank on words near one another (Mihalcea and Tarau, EMNLP 2004).

Candidates are nouns, names, verbs and set phrases of two characters or more, in the units that `structure`
finds. Two candidates within `WINDOW` words in one sentence are connected, as often as that happens. The prior
of a word is the sum over its occurrences of 1 / (1 + characters before / HALF_WEIGHT_CHARS): it is large for
what comes often and early. A phrase is a sequence of nouns among the keywords, ranked by the sum of its words;
phrases that occur twice come before the others.

Measured on the dev halves of three sets with headlines, which were in sight: of five keywords 48 % (TV items),
36 % (newspaper) and 46 % (finance) are in the headline; of jieba.analyse.textrank's 36, 28 and 37 %, of its
TF-IDF's 41, 33 and 45 %.

Flow: `reading.Reading` -> `find_keywords` and `find_phrases` -> `Keyword` records.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING

import numpy as np

from classify.records import Keyword
from classify.summarizer.graph import power_iteration, segment_sums
from classify.text.words import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from classify.summarizer.reading import Reading, Words

    _Times = Callable[[NDArray[np.float64]], NDArray[np.float64]]

__all__ = ["KeywordSettings", "find_keywords", "find_phrases"]

PHRASE_TAGS = frozenset({"n", "ns", "nt", "nz", "nr", "nrfg", "nrt", "vn", "an", "j", "eng"})
"""Parts of speech (ICTCLAS tags, as jieba has them) of words in phrases: nouns, names, short forms, Latin."""
CANDIDATE_TAGS = PHRASE_TAGS | {"v", "l", "i"}
"""Parts of speech of keywords: also verbs, set phrases and idioms."""
REPORTING = frozenset(
    {"表示", "指出", "强调", "认为", "介绍", "获悉", "获知", "得知", "了解", "了解到", "透露", "显示"}
    | {"表明", "报道", "宣布", "告诉", "说道", "提到", "提及", "谈到", "坦言", "直言"}
    | {"进行", "没有", "可以", "成为", "已经"}
    | {"记者", "通讯员", "近日", "日前", "有关", "方面", "情况"}
)
"""Words of every report, whatever it is about: no keywords. Chosen: verbs of saying, and frequent keywords that
no headline has, from five dev sets, which were in sight."""

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


class KeywordSettings:
    """How keywords and phrases are ranked.

    WINDOW, HALF_WEIGHT_CHARS and DAMPING are the best of 15 settings on three dev sets with headlines, which
    were in sight. The others were chosen.

    >>> KeywordSettings.WINDOW
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
    PHRASE_WORDS_MAX = 4
    """Words of a phrase."""
    PHRASE_CHARS_MAX = 12
    """Characters of a phrase."""
    PHRASE_SHARE = 3
    """Phrases are made of the best third of all candidates…"""
    PHRASE_CANDIDATES_MIN = 20
    """…and of so many at least."""
    KNOWN_MAX = 1 << 16
    """Words whose part of speech is remembered; about 7 MB."""


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The candidates of some texts: each text has its own, in the order in which they first occur.

    Attributes
    ----------
    places : (n_occurrences,)
        Index in `Words.ids` of each occurrence.
    which : (n_occurrences,)
        The candidate that occurs there.
    ids, documents, ranks : (n_candidates,)
        Number in the vocabulary, number of the text, and rank in it.
    """

    places: NDArray[np.intp]
    which: NDArray[np.intp]
    ids: NDArray[np.intp]
    documents: NDArray[np.intp]
    ranks: NDArray[np.float64]


def find_keywords(
    reading: Reading, k: int, titles: Sequence[str | None] | None = None
) -> list[list[Keyword]]:
    """Return the `k` best words of each text, best first.

    What is in the title of a text counts as if it stood before the text.

    >>> from classify.summarizer.reading import read
    >>> (reading,) = read(["林业局部署森林防火。森林防火不能松懈。", "石泉修水库。"])
    >>> [[word.text for word in of_text] for of_text in find_keywords(reading, 1)]
    [['森林'], ['石泉']]
    """
    candidates = _rank_candidates(reading.words, titles)
    found: list[list[Keyword]] = [[] for _ in reading.texts]
    # Stable: of equal ranks, what occurs first comes first.
    order = np.lexsort((-candidates.ranks.round(12), candidates.documents))
    place_in_text = np.arange(len(order)) - np.searchsorted(candidates.documents, candidates.documents)
    best = order[place_in_text < k]
    vocabulary = reading.words.vocabulary
    spans = _find_spans(reading, candidates, best)
    for candidate, document, word, rank in zip(
        best.tolist(),
        candidates.documents[best].tolist(),
        candidates.ids[best].tolist(),
        candidates.ranks[best].tolist(),
        strict=True,
    ):
        printed = reading.texts[document].as_printed(vocabulary[word])
        found[document].append(Keyword(printed, rank, tuple(spans[candidate])))
    return found


def _find_spans(
    reading: Reading, candidates: _Candidates, wanted: NDArray[np.intp]
) -> dict[int, list[tuple[int, int]]]:
    """Return where each of the `wanted` candidates occurs in the source of its text."""
    is_wanted = np.zeros(len(candidates.ids), np.bool_)
    is_wanted[wanted] = True
    kept = is_wanted[candidates.which]
    places, which = candidates.places[kept], candidates.which[kept]
    starts = _word_starts(reading, places)
    ends = starts + reading.words.lengths[reading.words.ids[places]]
    spans: dict[int, list[tuple[int, int]]] = {candidate: [] for candidate in wanted.tolist()}
    for candidate, document, start, end in zip(
        which.tolist(), candidates.documents[which].tolist(), starts.tolist(), ends.tolist(), strict=True
    ):
        spans[candidate].append(reading.texts[document].span(start, end))
    return spans


def _word_starts(reading: Reading, places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the offset in its running text of the word at each of `places`."""
    words = reading.words
    lengths = words.lengths[words.ids]
    before: NDArray[np.intp] = np.cumsum(lengths) - lengths
    unit_starts = np.array([unit.start for of_text in reading.units for unit in of_text], np.intp)
    units = words.units[places]
    starts: NDArray[np.intp] = (
        unit_starts[units] + before[places] - before[np.searchsorted(words.units, units)]
    )
    return starts


def find_phrases(reading: Reading, k: int) -> list[Keyword]:
    """Return the `k` best phrases of the one text of `reading`, best first.

    >>> from classify.summarizer.reading import read
    >>> (reading,) = read(["林业局准备樟子松苗木。樟子松苗木来自石泉。"])
    >>> find_phrases(reading, 1)[0].text
    '樟子松苗木'
    """
    words = reading.words
    candidates = _rank_candidates(words)
    n = len(candidates.ids)
    n_best = max(KeywordSettings.PHRASE_CANDIDATES_MIN, n // KeywordSettings.PHRASE_SHARE)
    parts = _candidate_parts(words)
    in_phrases = np.zeros(n, np.bool_)
    in_phrases[np.argsort(-candidates.ranks.round(12), kind="stable")[:n_best]] = True
    in_phrases &= np.array([parts[i] in PHRASE_TAGS for i in candidates.ids.tolist()], np.bool_)
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
            for j in range(i + 2, min(i + KeywordSettings.PHRASE_WORDS_MAX, len(run)) + 1):
                firsts[tuple(run[i:j])].append(place - len(run) + i)
        run = []

    vocabulary = [words.vocabulary[i] for i in candidates.ids.tolist()]
    scores: dict[str, float] = {}
    is_repeated: dict[str, bool] = {}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for part, begins in firsts.items():
        phrase = "".join(vocabulary[i] for i in part)
        if len(phrase) > KeywordSettings.PHRASE_CHARS_MAX or len(set(part)) < len(part):
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
    starts = _word_starts(reading, np.arange(len(words.ids)))
    return [
        Keyword(
            running.as_printed(phrase.text),
            phrase.score,
            tuple(
                running.span(a, a + len(phrase.text)) for a in sorted(starts[places[phrase.text]].tolist())
            ),
        )
        for phrase in found
    ]


def _rank_candidates(words: Words, titles: Sequence[str | None] | None = None) -> _Candidates:
    """Return the ranked candidates of each text. No window reaches from one unit to the next."""
    parts = _candidate_parts(words)
    is_candidate = np.zeros(len(words.vocabulary), np.bool_)
    is_candidate[list(parts)] = True
    places = is_candidate[words.ids].nonzero()[0]
    ids, units = words.ids[places], words.units[places]

    # A candidate is a word of a text; they are numbered as they first occur, and so text by text.
    size = max(1, len(words.vocabulary))
    keys, firsts, which = np.unique(
        words.documents[units] * size + ids, return_index=True, return_inverse=True
    )
    order = np.argsort(firsts)
    number = np.empty(len(order), np.intp)
    number[order] = np.arange(len(order))
    which = number[which]
    documents, ids = np.divmod(keys[order], size)

    weights = 1 / (1 + _characters_before(words, places) / KeywordSettings.HALF_WEIGHT_CHARS)
    prior = segment_sums(which, weights, len(ids))
    if titles and any(titles):
        prior += _times_in_titles(words, ids, documents, titles)
    is_verb = np.zeros(len(words.vocabulary), np.bool_)
    is_verb[[i for i, part in parts.items() if part == "v"]] = True
    is_single = np.bincount(which, minlength=len(ids)) == 1
    prior[is_verb[ids] & is_single] *= KeywordSettings.SINGLE_VERB

    ranks = power_iteration(
        # A gap of one window after each unit keeps its words apart from those of the next.
        _cooccurrence(places + KeywordSettings.WINDOW * units, which, len(ids)),
        prior,
        documents,
        damping=KeywordSettings.DAMPING,
        tolerance=KeywordSettings.TOLERANCE,
    )
    return _Candidates(places, which, ids, documents, ranks)


def _times_in_titles(
    words: Words, ids: NDArray[np.intp], documents: NDArray[np.intp], titles: Sequence[str | None]
) -> NDArray[np.float64]:
    """Return how often each candidate, a word and its text, is in the title of the text."""
    cut = words.lists.cutter().cut
    times = [Counter(cut(without_surrogates(title)) if title else ()) for title in titles]
    pairs = zip(documents.tolist(), ids.tolist(), strict=True)
    return np.array([times[document][words.vocabulary[i]] for document, i in pairs], np.float64)


def _cooccurrence(places: NDArray[np.intp], which: NDArray[np.intp], n: int) -> _Times:
    """Return the function x -> S x, where Sᵢⱼ is how often candidates i and j occur within a window.

    S is kept as pairs of occurrences, a pair as often as it comes: fewer than ten for each occurrence.
    """
    ones, others = [], []
    for k in range(1, KeywordSettings.WINDOW):  # each occurrence with the k-th after it
        near = (places[k:] - places[:-k] < KeywordSettings.WINDOW).nonzero()[0]
        if not len(near):
            break
        one, other = which[near], which[near + k]
        is_pair = one != other
        ones.append(one[is_pair])
        others.append(other[is_pair])
    none = np.zeros(0, np.intp)
    sources = np.concatenate([*ones, *others, none])
    targets = np.concatenate([*others, *ones, none])
    return lambda x: segment_sums(targets, x[sources], n)


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


def _candidate_parts(words: Words) -> dict[int, str]:
    """Return the part of speech of each word of the vocabulary that is a candidate."""
    terms = words.is_term.nonzero()[0].tolist()
    names = [words.vocabulary[i] for i in terms]
    known = _known_parts(words.lists.cutter().name)
    parts = list(map(known.get, names))
    if None in parts:
        found = _tag_words(words, [i for i, part in zip(terms, parts, strict=True) if part is None])
        if len(known) > KeywordSettings.KNOWN_MAX:
            known.clear()
        known.update(found)
        parts = [found[name] if part is None else part for name, part in zip(names, parts, strict=True)]
    return {i: part for i, part in zip(terms, parts, strict=True) if part}


@lru_cache(maxsize=4)
def _known_parts(segmenter_name: str) -> dict[str, str]:
    """Return the parts of speech of the words met so far; "" for a word that is no candidate.

    It is filled in place, and depends on nothing but the words. Without it, every page tags its words again.
    """
    return {}


def _tag_words(words: Words, ids: list[int]) -> dict[str, str]:
    """Return the part of speech of each of these words; "" where it is no candidate."""
    tag, vocabulary = words.lists.cutter().tag, words.vocabulary
    found = dict(tag("\n".join([vocabulary[i] for i in ids])))
    # One word in 200 is cut apart where it is alone: these are tagged in their sentences.
    missing = [i for i in ids if vocabulary[i] not in found]
    if missing:
        is_missing = np.zeros(len(vocabulary), np.bool_)
        is_missing[missing] = True
        in_unit = np.zeros(len(words.documents), np.bool_)
        in_unit[words.units[is_missing[words.ids]]] = True
        found |= tag("".join([vocabulary[i] for i in words.ids[in_unit[words.units]].tolist()]))
    parts = {}
    for word in [vocabulary[i] for i in ids]:
        part = found.get(word, "x")
        is_name = word.isupper()
        is_empty = word in REPORTING or (not is_name and word.lower() in FUNCTION_WORDS)
        parts[word] = intern(part) if part in CANDIDATE_TAGS and not is_empty else ""
    return parts
