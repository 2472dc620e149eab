"""Words and phrases that a text is about: TextRank on words near one another (Mihalcea and Tarau, EMNLP 2004).

Candidates are nouns, names, verbs, qualities and set phrases of two characters or more, in the units that `structure`
finds. Two candidates within `WINDOW` words in one sentence are connected, as often as that happens. The prior
of a word is the sum over its occurrences of 1 / (1 + characters before / HALF_WEIGHT_CHARS): it is large for
what comes often and early. The rank is one feature of a word among others (`keyword_scoring`), and the best words are
taken, each with the words that it never stands without: 三江 with 源. A word within a chosen one is not taken. A phrase
is a sequence of nouns among the candidates of greatest rank, ranked by the sum of its words; phrases that occur twice
come before the others.

Of five keywords of 500 newspaper articles that nothing was learned from, 33 % stand in the headline and cover 24 % of
its characters; 32 and 22 % by the rank alone, 31 and 21 % of jieba's TF-IDF (`benchmarks/learn_keywords.py`).

Flow: `reading.Reading` -> `find_keywords` and `find_phrases` -> `Keyword` records.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from sys import intern
from typing import TYPE_CHECKING

import numpy as np

from classify.records import Keyword
from classify.summarizer.graph import power_iteration, segment_sums
from classify.summarizer.keyword_scoring import keyword_features, keyword_scores
from classify.text.words import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from classify.summarizer.reading import Reading, Words

    _Times = Callable[[NDArray[np.float64]], NDArray[np.float64]]

__all__ = ["KeywordSettings", "find_keywords", "find_phrases", "rank_candidates"]

PHRASE_TAGS = frozenset({"n", "ns", "nt", "nz", "nr", "nrfg", "nrt", "vn", "an", "j", "eng"})
"""Parts of speech (ICTCLAS tags, as jieba has them) of words in phrases: nouns, names, short forms, Latin."""
CANDIDATE_TAGS = PHRASE_TAGS | {"v", "l", "i", "a", "ad", "b", "s", "t", "ng"}
"""Parts of speech of keywords: also verbs, set phrases, idioms, qualities, places and times."""
PART_TAGS = "nvajbkgsli"
"""First letters of the parts of speech that words in the middle of a term may have; longer ones may also be adverbs and
numbers, as 一带 and 一路 are."""
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

    WINDOW, HALF_WEIGHT_CHARS and DAMPING are the best of 15 settings of the rank alone on three dev sets with
    headlines, which were in sight. The others were chosen.

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
    BOUND = 0.95
    """Share of the occurrences of each of two words beside the other from which on they are one term. Chosen."""
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
    parts : dict of int to str
        The part of speech of each word of the vocabulary that is a candidate.
    """

    places: NDArray[np.intp]
    which: NDArray[np.intp]
    ids: NDArray[np.intp]
    documents: NDArray[np.intp]
    ranks: NDArray[np.float64]
    parts: dict[int, str]


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
    features = keyword_features(
        words, candidates.places, candidates.which, candidates.ranks, candidates.parts
    )
    in_title = _is_in_titles(words, candidates, titles) if titles and any(titles) else None
    scores = keyword_scores(features, candidates.documents, in_title)
    # Stable: of equal scores, what occurs first comes first.
    order = np.lexsort((-scores.round(12), candidates.documents))
    begins = np.searchsorted(candidates.documents[order], np.arange(len(reading.texts) + 1)).tolist()
    by_candidate = np.argsort(candidates.which, kind="stable")
    of_candidate = np.searchsorted(candidates.which[by_candidate], np.arange(len(scores) + 1))
    word_starts = _word_starts(reading)
    found: list[list[Keyword]] = []
    for document, (begin, end) in enumerate(pairwise(begins)):
        chosen: list[str] = []
        found.append([])
        for candidate in order[begin:end].tolist():
            if len(chosen) == k:
                break
            places = candidates.places[by_candidate[of_candidate[candidate] : of_candidate[candidate + 1]]]
            first, n_words = _find_term(words, places)
            text = "".join([words.vocabulary[i] for i in words.ids[first[0] : first[0] + n_words].tolist()])
            if any(text in other or other in text for other in chosen):
                continue
            chosen.append(text)
            starts = word_starts[first].tolist()
            running = reading.texts[document]
            spans = tuple(running.span(start, start + len(text)) for start in starts)
            found[-1].append(Keyword(running.as_printed(text), float(scores[candidate]), spans))
    return found


def _find_term(words: Words, places: NDArray[np.intp]) -> tuple[NDArray[np.intp], int]:
    """Return where the term that a word is part of begins, and of how many words it is.

    The segmenter cuts names that are not in its dictionary. Two words are one term where they nearly always stand
    together, each of them, and more than once: 三江 and 源 of 三江源.

    Parameters
    ----------
    words : Words
    places : (n_occurrences,), ascending
        Index in `Words.ids` of each occurrence of the word.

    Returns
    -------
    first : (n,), ascending
        Index of the first word of the term, wherever the whole term stands.
    n_words : int
    """
    first, n_words = places, 1
    while len(first) > 1 and n_words < KeywordSettings.PHRASE_WORDS_MAX:
        for shift in (n_words, -1):
            beside = first + shift
            inside = (beside >= 0) & (beside < len(words.ids))
            inside[inside] = words.units[beside[inside]] == words.units[first[inside]]
            if not inside.any():
                continue
            neighbours, times = np.unique(words.ids[beside[inside]], return_counts=True)
            neighbour, n_times = int(neighbours[times.argmax()]), int(times.max())
            if n_times < max(2, KeywordSettings.BOUND * len(first)) or not _is_part(words, neighbour):
                continue
            n_others = int((words.ids[_words_of_text(words, first[0])] == neighbour).sum())
            if n_times >= KeywordSettings.BOUND * n_others:
                first = first[inside][words.ids[beside[inside]] == neighbour] + min(shift, 0)
                n_words += 1
                break
        else:
            break
    return first, n_words


def _words_of_text(words: Words, place: int) -> slice:
    """Return where in `Words.ids` the text of the word at `place` is."""
    document = words.documents[words.units[place]]
    units = np.searchsorted(words.documents, [document, document + 1])
    return slice(*np.searchsorted(words.units, units).tolist())


def _is_part(words: Words, word: int) -> bool:
    """Whether a word of the vocabulary can be part of a term: no mark, number, particle, pronoun or preposition."""
    text = words.vocabulary[word]
    if not text[0].isalpha() or words.lists.is_stop_word(text):
        return False
    tags = words.lists.cutter().tag(text)
    return len(tags) == 1 and tags[0][1][0] in (PART_TAGS if len(text) == 1 else PART_TAGS + "dm")


def _word_starts(reading: Reading) -> NDArray[np.intp]:
    """Return the offset of each word in the running text of its own text."""
    words = reading.words
    lengths = words.lengths[words.ids]
    before: NDArray[np.intp] = np.cumsum(lengths) - lengths
    unit_starts = np.array([unit.start for of_text in reading.units for unit in of_text], np.intp)
    starts: NDArray[np.intp] = (
        unit_starts[words.units] + before - before[np.searchsorted(words.units, words.units)]
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
    candidates = rank_candidates(words)
    n = len(candidates.ids)
    n_best = max(KeywordSettings.PHRASE_CANDIDATES_MIN, n // KeywordSettings.PHRASE_SHARE)
    parts = candidates.parts
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
    starts = _word_starts(reading)
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


def rank_candidates(words: Words) -> _Candidates:
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
    return _Candidates(places, which, ids, documents, ranks, parts)


def _is_in_titles(words: Words, candidates: _Candidates, titles: Sequence[str | None]) -> NDArray[np.bool_]:
    """Return whether each candidate is a word of the title of its text."""
    cut = words.lists.cutter().cut
    in_titles = [frozenset(cut(without_surrogates(title))) if title else frozenset() for title in titles]
    pairs = zip(candidates.documents.tolist(), candidates.ids.tolist(), strict=True)
    return np.array([words.vocabulary[i] in in_titles[document] for document, i in pairs], np.bool_)


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
