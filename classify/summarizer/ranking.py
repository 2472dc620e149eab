"""Texts to ranked units: structure, words, graph and PageRank, any number of texts at once.

The prior says what news is like: what matters stands first. p ∝ 1 / (1 + number of the sentence in its item),
so a text starts where its lead is, and a bulletin at the lead of every item. A heading gets next to nothing:
it isn't a sentence. What other sentences repeat counts the more, the more of them there are: the damping is
n / (n + HALFWAY). On short news the prior alone can't be beaten; of long articles, three sentences chosen
with the graph have 2 points more of the headline's character pairs than the first three.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classify.summarizer.graph import WordGraph, sums, word_graph
from classify.summarizer.rank import pagerank
from classify.summarizer.reading import Reading, Words, read, words_of
from classify.summarizer.select import Span
from classify.summarizer.structure import Unit, segmentable
from classify.text.words import segmenter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Ranked", "ranked", "ranked_items", "ranked_reading"]

HALFWAY = 30
"""Sentences of a text that is ranked half by its graph.

Of 10, 20, 30, 45 and 60, the least that costs short texts nothing (ROUGE-2 on legal_news_abstract and TV
items, dev): the less, the more three sentences of a newspaper article have of its headline (train half)."""
DAMPING_MAX = 0.7
"""Damping of long texts. 0.85, every TextRank's, has 0.7 points more of the headline, but 0.4 less F1."""
HEADING_PRIOR = 0.01
"""Prior of a heading beside 1 of a lead."""
TITLE_WEIGHT = 1.0
"""A sentence with all its words in the title has its prior times 1 + this. A guess: no set has titles."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The units of a text, their ranks ``(n_units,)``, and what each of its words weighs."""

    text: str
    units: list[Unit]
    ranks: NDArray[np.float64]
    graph: WordGraph
    column_ranks: NDArray[np.float64]
    document: int

    def spans(self) -> list[Span]:
        """Return the units with their ranks."""
        return [Span(u.start, u.end, rank) for u, rank in zip(self.units, self.ranks.tolist(), strict=True)]

    def sentences(self) -> list[Span]:
        """Return those that aren't headings; of a text of headings only, all."""
        spans = self.spans()
        return [s for s, u in zip(spans, self.units, strict=True) if not u.heading] or spans

    def word_ranks(self) -> dict[str, float]:
        """Return Aᵀr by word: the rank that each word gets from the sentences it is in."""
        return self.graph.by_word(self.column_ranks, self.document)


def ranked(texts: Sequence[str], titles: Sequence[str | None] | None = None) -> list[Ranked]:
    """Return the ranked units of each text, its wraps healed; ranks of a text sum to 1."""
    out: list[Ranked] = []
    for reading in read(texts):
        out += ranked_reading(reading, titles[len(out) : len(out) + len(reading.texts)] if titles else None)
    return out


def ranked_reading(reading: Reading, titles: Sequence[str | None] | None = None) -> list[Ranked]:
    """Return the ranked units of each text read."""
    texts = [t.text for t in reading.texts]
    return _rank(texts, reading.units, reading.words, titles or [None] * len(texts))


def ranked_items(text: str, found: Sequence[Unit]) -> list[Ranked]:
    """Return the units `found` in `text` ranked within each item, as if the items were texts."""
    groups: list[list[Unit]] = []
    for u in found:
        if not groups or groups[-1][0].item != u.item:
            groups.append([])
        groups[-1].append(u)
    texts = [text] * len(groups)
    return _rank(texts, groups, words_of(texts, groups), [None] * len(groups))


def _rank(
    texts: Sequence[str], groups: Sequence[list[Unit]], words: Words, titles: Sequence[str | None]
) -> list[Ranked]:
    sizes = np.array([len(g) for g in groups], np.intp)
    documents = words.documents
    graph = word_graph(words)
    prior = np.array([HEADING_PRIOR if u.heading else 1 / (1 + u.in_item) for g in groups for u in g])
    if any(titles):
        prior *= 1 + TITLE_WEIGHT * _likeness(graph, words, titles)
    damping = np.minimum(sizes / (sizes + HALFWAY), DAMPING_MAX)[documents]
    ranks = pagerank(graph, prior, documents, damping=damping)
    column_ranks = graph.transposed_times(ranks)
    edges = [0, *np.cumsum(sizes).tolist()]
    return [
        Ranked(text, group, ranks[edges[i] : edges[i + 1]], graph, column_ranks, i)
        for i, (text, group) in enumerate(zip(texts, groups, strict=True))
    ]


def _likeness(graph: WordGraph, words: Words, titles: Sequence[str | None]) -> NDArray[np.float64]:
    """Return how much of each row is words of its document's title: cosines, ``(n_rows,)``."""
    size, index = len(words.vocabulary), words.index
    keys = {
        d * size + index[w]
        for d, title in enumerate(titles)
        if title
        for w in segmenter().cut(segmentable(title))
        if w in index
    }
    x = np.isin(graph.keys, np.fromiter(keys, np.intp, len(keys))).astype(np.float64)
    # The share of a unit row's length that lies in those columns.
    return np.sqrt(sums(graph.rows, graph.values**2 * x[graph.cols], graph.n_rows))
