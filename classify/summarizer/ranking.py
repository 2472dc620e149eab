"""Units to ranks: the word graph, PageRank, and a prior that knows how news is written.

In news, what matters comes first. So the prior of a sentence is 1 / (1 + its position in its item): a text
starts at its lead, and a bulletin at the lead of every item. A heading is no sentence and gets nearly nothing.
The graph adds what sentences repeat, and counts more the more sentences there are: the damping is
n / (n + HALFWAY). On short news nothing beats the prior alone; of long articles, three sentences chosen with
the graph contain 2 points more of the headline's character pairs than the first three.

Flow: `reading.Reading` -> `rank_units` -> `RankedText` -> `choosing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classify.summarizer.graph import WordGraph, power_iteration, segment_sums
from classify.summarizer.reading import title_words
from classify.summarizer.structure import find_opening_quotations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.summarizer.reading import Words
    from classify.summarizer.structure import TextUnit
    from classify.summarizer.word_lists import WordLists

__all__ = ["RankedText", "Span", "rank_units"]

HALFWAY = 30
"""Sentences of a text that is ranked half by its graph.

Chosen from 10, 20, 30, 45 and 60 as the least that costs short texts nothing (ROUGE-2 on the dev halves of
legal_news_abstract and tv_item_headline, which were in sight); the smaller it is, the more of a newspaper
headline three sentences contain (newspaper_headline, train half)."""
DAMPING_MAX = 0.7
"""Damping of long texts. TextRank's usual 0.85 finds 0.7 points more of the headline, but has 0.4 less F1 (dev
halves, in sight)."""
HEADING_PRIOR = 0.01
"""Prior of a heading beside 1 of a lead. Chosen."""

QUOTATION_WEIGHT = 0.1
"""Weight of the prior of a quotation that opens an item: it sets a scene, and what happened follows. Chosen."""


class Span(NamedTuple):
    """``text[start:end]`` and its rank.

    >>> Span(0, 4, 0.5).score
    0.5
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class RankedText:
    """A text, its units and their ranks.

    Attributes
    ----------
    text : str
    units : list of TextUnit
    ranks : (n_units,)
        At least 0; they sum to 1.
    graph : WordGraph
        That of all texts ranked together.
    column_ranks : (n_columns,)
        Rank that each column of the graph gets from its units.
    document : int
        Number of this text in the graph.
    degrees : (n_units,)
        Sum of the similarities of each unit to the others: centrality without a prior.
    first_row : int
        Number of its first unit in the graph.
    lists : WordLists
        As in `Words`.
    """

    text: str
    units: list[TextUnit]
    ranks: NDArray[np.float64]
    graph: WordGraph
    column_ranks: NDArray[np.float64]
    document: int
    degrees: NDArray[np.float64]
    first_row: int
    lists: WordLists

    def spans(self) -> list[Span]:
        """Return all units with their ranks, in order."""
        return [Span(u.start, u.end, rank) for u, rank in zip(self.units, self.ranks.tolist(), strict=True)]

    def word_ranks(self) -> dict[str, float]:
        """Return the rank of each word of the text: the sum that its units contribute."""
        return self.graph.by_word(self.column_ranks, self.document)


def rank_units(
    texts: Sequence[str],
    units: Sequence[list[TextUnit]],
    words: Words,
    titles: Sequence[str | None] | None = None,
) -> list[RankedText]:
    """Return the ranked units of each text.

    Parameters
    ----------
    texts : sequence of str
    units : sequence of list of TextUnit, as long as `texts`
    words : Words
        The words of `units`, from `read_words`.
    titles : sequence of str or None, as long as `texts`, or None
        A title raises the prior of units that share its words.

    Examples
    --------
    >>> from classify.summarizer.reading import read
    >>> (reading,) = read(["柳湾开始造林。造林用石泉的苗木。明天有雨。"])
    >>> (ranked,) = rank_units([t.text for t in reading.texts], reading.units, reading.words)
    >>> ranked.ranks.round(2)
    array([0.53, 0.3 , 0.17])
    """
    sizes = np.array([len(of_text) for of_text in units], np.intp)
    graph = WordGraph.from_words(words)
    prior = np.array(
        [HEADING_PRIOR if u.is_heading else 1 / (1 + u.position) for of_text in units for u in of_text]
    )
    first = 0
    for text, of_text in zip(texts, units, strict=True):
        for i in find_opening_quotations(text, of_text):
            prior[first + i] *= QUOTATION_WEIGHT
        first += len(of_text)
    if titles and any(titles):
        # A sentence all of whose words are in the title counts twice. That is a guess: no set has titles.
        prior *= 1 + _title_similarities(graph, words, titles)
    damping = np.minimum(sizes / (sizes + HALFWAY), DAMPING_MAX)[words.documents]
    ranks = power_iteration(graph.similarity_times, prior, words.documents, damping=damping)
    column_ranks = graph.column_ranks(ranks)
    degrees = graph.similarity_times(np.ones(len(ranks)))
    edges = [0, *np.cumsum(sizes).tolist()]
    return [
        RankedText(text, of_text, ranks[a:b], graph, column_ranks, i, degrees[a:b], a, words.lists)
        for i, (text, of_text, a, b) in enumerate(zip(texts, units, edges, edges[1:], strict=False))
    ]


def _title_similarities(graph: WordGraph, words: Words, titles: Sequence[str | None]) -> NDArray[np.float64]:
    """Return how similar each unit is to the title of its text, 0 to 1: ``(n_units,)``.

    It is the length of the part of the unit's row (of length 1) that lies in the columns of the title's words.
    """
    in_title = np.isin(graph.keys, title_words(words, titles)).astype(np.float64)
    return np.sqrt(segment_sums(graph.rows, graph.values**2 * in_title[graph.columns], graph.n_units))
