"""Which ranked units make the summary: by number of sentences, or by length.

By number, sentences are chosen one by one by their score (`scoring`), less a little beside a chosen one, so that a
summary spreads over its text. One that repeats chosen ones is skipped, and one that begins with 这 or 其中 is taken
only after the sentence before it. Of a bulletin the leads of items are candidates. One or two sentences, and those
of a text that has few more than are asked for, are chosen by rank: short news says what matters first. When three
sentences were chosen by rank alone, readers preferred textrank4zh's in 22 of 52 articles.

By length, the budget is a mark to end near, not a limit: units are never cut, so each is taken that brings the
length nearer to the mark. With `strict` the budget is a limit, and only what fits is taken.

Three cases of a summary by length:

1. The text has items, and the budget is too short for the leads of all: a rundown of the headings there are,
   and a run of clauses for each item without a heading.
2. The budget is shorter than the best sentence: the run of clauses that makes the best headline, or above
   headline length, the beginning of the sentence up to the clause end nearest to the mark (`clauses`).
3. Otherwise whole sentences, by rank.

Flow: `ranking.RankedText` -> `choose_by_number` or `choose_by_length` -> spans in document order -> `Summary`.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import groupby
from operator import add, attrgetter
from typing import TYPE_CHECKING

import numpy as np

from classify.records import ends_in_latin
from classify.summarizer.clauses import best_beginning, best_run
from classify.summarizer.outline import ITEMS_MIN
from classify.summarizer.ranking import Span, rank_units
from classify.summarizer.reading import read_words
from classify.summarizer.scoring import BESIDE, WEIGHTS, find_dependents, sentence_features, sentence_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from classify.summarizer.ranking import RankedText

__all__ = ["choose_by_length", "choose_by_number"]

RUNDOWN_LINE_MIN = 20
"""Characters a line of a rundown needs at least. Chosen: half of 4,000 TV headlines have 19 or fewer."""
SCORED_MIN = 3
"""Sentences of a summary from which on they are chosen by score. One or two stand for what news begins with. Chosen
with the development halves in sight: by score, one or two have 1 to 5 points less ROUGE-2."""


def choose_by_number(ranked: RankedText, n: int) -> list[Span]:
    """Return the `n` best sentences in document order, without repetitions; of equals, the first.

    >>> from classify.summarizer.reading import read
    >>> (reading,) = read(["柳湾造林。柳湾造林。明天有雨。"])
    >>> (ranked,) = rank_units([t.text for t in reading.texts], reading.units, reading.words)
    >>> [(s.start, s.end) for s in choose_by_number(ranked, 2)]
    [(0, 5), (10, 15)]
    """
    units = ranked.units
    numbers = sentence_numbers(ranked.text, units) or list(range(len(units)))  # a text of headings
    leads = [i for i in numbers if not units[i].position]
    is_bulletin = len(leads) >= max(n, ITEMS_MIN)
    if is_bulletin:
        numbers = leads
    if not numbers:
        return []
    depends = find_dependents(ranked.text, units, numbers)
    if is_bulletin or n < SCORED_MIN or len(numbers) <= 2 * n:
        scores, beside = ranked.ranks[numbers], 0.0
    else:
        scores, beside = sentence_features(ranked, numbers) @ np.array(list(WEIGHTS.values())), BESIDE
    spans = [Span(units[i].start, units[i].end, float(ranked.ranks[i])) for i in numbers]
    return [spans[k] for k in _choose_spread(ranked.text, spans, scores, depends, n, beside)]


def _choose_spread(
    text: str,
    spans: Sequence[Span],
    scores: NDArray[np.float64],
    depends: Sequence[bool],
    n: int,
    beside: float,
) -> list[int]:
    """Return the numbers of the `n` sentences of greatest score, ascending, that do not repeat each other.

    A sentence gets `beside`, 0 or less, where a neighbour is chosen on which it does not depend. So what it adds
    only falls while others are chosen (the sum of a summary is submodular), and only the sentence of the greatest
    last known gain need be looked at again (Minoux, 1978).
    """
    gains = np.round(scores, 9).tolist()
    heap = [
        (-gain, k) for k, (gain, dependent) in enumerate(zip(gains, depends, strict=True)) if not dependent
    ]
    heapify(heap)
    chosen: set[int] = set()
    summary = _Chosen()
    while heap and len(chosen) < n:
        known, k = heappop(heap)
        is_beside = not depends[k] and (k - 1 in chosen or k + 1 in chosen)
        gain = gains[k] + beside * is_beside
        if -known > gain:
            heappush(heap, (-gain, k))
        elif summary.add_if_new(text[spans[k].start : spans[k].end]):
            chosen.add(k)
            if k + 1 < len(depends) and depends[k + 1]:
                heappush(heap, (-gains[k + 1], k + 1))
    return sorted(chosen)


def choose_by_length(ranked: RankedText, budget: int, *, strict: bool = False) -> list[Span]:
    """Return spans of about `budget` characters together, in document order; with `strict`, of no more.

    >>> from classify.summarizer.reading import read
    >>> (reading,) = read(["柳湾开始造林，面积二十万亩。明天有雨。"])
    >>> (ranked,) = rank_units([t.text for t in reading.texts], reading.units, reading.words)
    >>> [[(s.start, s.end) for s in choose_by_length(ranked, budget)] for budget in (6, 14, 20)]
    [[(0, 6)], [(0, 14)], [(0, 14), (14, 19)]]
    """
    spans = _sorted_by_rank(ranked.spans())
    if not spans or budget <= 0:
        return []
    n_items = ranked.units[-1].item + 1
    if n_items >= ITEMS_MIN and budget >= 2 * RUNDOWN_LINE_MIN:
        leads = [u.end - u.start for u in ranked.units if not (u.position or u.is_heading)]
        if sum(leads) > budget:
            return _choose_rundown(ranked, budget, strict)
    if spans[0].end - spans[0].start > budget:
        # Of 5,500 headlines 99 in 100 have fewer than 50 characters.
        run = (best_beginning if budget > 50 else best_run)(ranked, budget, strict=strict)
        return [run] if run else []
    return _fill(ranked.text, spans, budget, strict)


def _choose_rundown(ranked: RankedText, budget: int, strict: bool) -> list[Span]:
    """Return headings, and runs of clauses of the items without them: of the best items, if not of all."""
    units, spans = ranked.units, ranked.spans()
    headings = [span for span, u in zip(spans, units, strict=True) if u.is_heading]
    left = budget - sum(s.end - s.start for s in headings)
    if left < RUNDOWN_LINE_MIN:
        return _fill(ranked.text, headings, budget, strict)
    with_heading = {u.item for u in units if u.is_heading}
    leads = [i for i, u in enumerate(units) if not u.position and u.item not in with_heading]
    leads = sorted(leads, key=lambda i: -round(spans[i].score, 12))[: left // RUNDOWN_LINE_MIN]
    best_items = {units[i].item for i in leads}
    # The items are ranked anew, each as if it were a text.
    of_items = [
        list(found)
        for _, found in groupby((u for u in units if u.item in best_items), key=attrgetter("item"))
    ]
    texts = [ranked.text] * len(of_items)
    items = rank_units(texts, of_items, read_words(texts, of_items, ranked.lists))
    runs = [best_run(item, left // len(items), strict=strict) for item in items]
    return _fill(ranked.text, [*headings, *(run for run in runs if run)], budget, strict)


def _fill(text: str, spans: Iterable[Span], budget: int, strict: bool) -> list[Span]:
    """Return those of `spans`, tried in their order, that bring the length nearest to `budget`.

    They are returned in document order, without repetitions.
    """
    chosen: list[Span] = []
    summary = _Chosen()
    length = 0
    has_latin = False
    for span in spans:
        # The summary has a blank after each sentence in Latin letters but the last.
        is_latin = has_latin or ends_in_latin(text[span.start : span.end])
        longer = length + span.end - span.start + (is_latin and bool(chosen))
        if longer > budget and (strict or longer - budget >= budget - length):
            continue
        if summary.add_if_new(text[span.start : span.end]):
            chosen.append(span)
            length, has_latin = longer, is_latin
        if length >= budget:
            break
    return sorted(chosen)


def _sorted_by_rank(spans: Sequence[Span]) -> list[Span]:
    return [spans[i] for i in _order_by_rank(np.array([s.score for s in spans]))]


def _order_by_rank(ranks: NDArray[np.float64]) -> list[int]:
    # Ranks that differ by rounding only are equal, and then the first in the text comes first.
    order: list[int] = np.argsort(-ranks.round(12), kind="stable").tolist()
    return order


class _Chosen:
    """What the chosen sentences of a summary say, so that it is not said twice."""

    def __init__(self) -> None:
        self._characters: set[str] = set()
        self._pairs: set[str] = set()
        self._unpaired: list[str] = []  # sentences whose pairs are not in `_pairs` yet

    def add_if_new(self, sentence: str) -> bool:
        """Add a sentence, and return True, unless the others have 80 % of its character pairs (chosen)."""
        characters = set(sentence)
        # A character that none has begins a pair that none has, unless it is the last one. Where a fifth of the pairs
        # are such, which is usual, they need not be compared.
        if 5 * (len(characters - self._characters) - 1) < len(sentence) - 1:
            self._pairs.update(*map(_character_pairs, self._unpaired))
            self._unpaired.clear()
            pairs = _character_pairs(sentence)
            if pairs and len(pairs & self._pairs) > 0.8 * len(pairs):
                return False
        self._characters |= characters
        self._unpaired.append(sentence)
        return True


def _character_pairs(text: str) -> set[str]:
    return set(map(add, text, text[1:]))
