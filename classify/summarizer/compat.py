"""TextRank as textrank4zh 0.3 computes it: the same sentences, order and weights.

For users who come from textrank4zh and compare. Its formulas (Mihalcea and Tarau, EMNLP 2004):

- Sentences are what is between question and exclamation marks, semicolons, Chinese full stops, ellipses and
  line ends, without these.
- Words are those of jieba.posseg, without stop words and without what is tagged x.
- The similarity of two sentences is the number of different words they share, divided by
  ln(words of the one) + ln(words of the other).
- The rank is networkx's ``pagerank(alpha=0.85)``: its start, its order of steps and its tolerance, so that
  it stops after as many steps.

The weights of many sentences differ only by rounding, and textrank4zh sorts by them. So up to `MATRIX_MAX`
sentences the matrix is made and all sums are taken in scipy's order: the weights are the same to the last bit.
For longer texts no matrix is made. The divisor depends on the two lengths only, and there are few different
lengths, so S x is a sum over lengths of products with the words; that costs words × different lengths.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from classify.records import Sentence
from classify.summarizer.graph import segment_sums
from classify.text.words import segmenter

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    _Flags = NDArray[np.bool_]
    _Step = Callable[[NDArray[np.float64]], NDArray[np.float64]]

__all__ = ["SHORTEST", "rank_as_textrank4zh"]

SHORTEST = 6
"""Characters of the shortest sentence that textrank4zh takes into a summary (its ``sentence_min_len``)."""
MATRIX_MAX = 500
"""Sentences of a text whose matrix is made; it has 2 MB then. Chosen."""

# A sentence without the blanks around it.
# Matches 防火 and 造林3.5万亩 in "防火； 造林3.5万亩！", and not ； or a blank.
_SENTENCE = re.compile(r"[^\s?!;？！。；…](?:[^?!;？！。；…\n]*[^\s?!;？！。；…])?")


def rank_as_textrank4zh(text: str) -> list[Sentence]:
    """Return the sentences of `text` in order, with textrank4zh's weights, which sum to 1.

    Sorted by weight, the first of equals first, they are its ``key_sentences``.

    >>> [(s.text, round(s.score, 2)) for s in rank_as_textrank4zh("柳湾造林。造林用石泉的苗木。")]
    [('柳湾造林', 0.51), ('造林用石泉的苗木', 0.49)]
    """
    spans = [m.span() for m in _SENTENCE.finditer(text)]
    tag = segmenter("jieba").tag
    stopwords = _stopwords()
    sentences: list[list[int]] = []
    index: dict[str, int] = {}
    for start, end in spans:
        words = (word.strip() for word, flag in tag(text[start:end]) if flag != "x")
        sentences.append([index.setdefault(w, len(index)) for w in words if w and w not in stopwords])
    weights = _pagerank(sentences, len(index)) if spans else []
    return [Sentence(text[a:b], a, b, w) for (a, b), w in zip(spans, weights, strict=True)]


@lru_cache(maxsize=1)
def _stopwords() -> frozenset[str]:
    text = resources.files("classify.summarizer").joinpath("textrank4zh_stopwords.txt").read_text("utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def _pagerank(sentences: list[list[int]], n_words: int) -> list[float]:
    """Return the PageRank of each sentence. Damping, tolerance and number of steps are networkx's defaults."""
    n = len(sentences)
    alpha, tolerance, steps_max = 0.85, 1e-6, 100
    step, is_joined = (_step_by_matrix if n <= MATRIX_MAX else _step_by_length)(sentences, n_words)
    p = np.full(n, 1 / n)
    x = p
    for _ in range(steps_max):
        last = x
        # The rank of sentences without neighbours is spread over all, in Python's order of summation.
        x = alpha * (step(last) + sum(last[~is_joined].tolist()) * p) + (1 - alpha) * p
        if np.abs(x - last).sum() < n * tolerance:
            break
    # Without the matrix the last digits are rounding, and would order sentences of equal weight.
    ranks: list[float] = (x if n <= MATRIX_MAX else x.round(14)).tolist()
    return ranks


def _step_by_matrix(sentences: list[list[int]], n_words: int) -> tuple[_Step, _Flags]:
    """Return the function that takes one step, and which sentences have neighbours; sums in scipy's order."""
    n = len(sentences)
    has_word = np.zeros((n, n_words), np.float32)
    for row, words in zip(has_word, sentences, strict=True):
        row[words] = 1
    shared = (has_word @ has_word.T).astype(np.float64)
    logs = np.array([math.log(len(s)) if s else 0.0 for s in sentences])
    divisor = logs[:, None] + logs[None, :]
    is_near = (shared > 0) & (divisor >= 1e-12)  # the divisor is 0 for two sentences of one word
    similarity = np.divide(shared, divisor, out=np.zeros((n, n)), where=is_near)
    per_row = is_near.sum(axis=1)
    is_joined = per_row > 0
    firsts = (np.cumsum(per_row) - per_row)[is_joined]
    share = np.zeros(n)
    share[is_joined] = 1 / np.add.reduceat(similarity[is_near], firsts) if len(firsts) else 0.0
    links = share[:, None] * similarity
    return lambda x: np.add.reduce(links * x[:, None], axis=0), is_joined


def _step_by_length(sentences: list[list[int]], n_words: int) -> tuple[_Step, _Flags]:
    """Return the same as `_step_by_matrix`, but for the last digits, without a matrix."""
    n = len(sentences)
    distinct = [sorted(set(s)) for s in sentences]
    rows = np.repeat(np.arange(n), [len(s) for s in distinct])
    columns = np.array([w for s in distinct for w in s], np.intp)
    lengths, kind = np.unique([len(s) for s in sentences], return_inverse=True)
    with np.errstate(divide="ignore"):
        logs = np.log(lengths.astype(np.float64))
    divisor = logs[kind][:, None] + logs[None, :]
    # (n, n_lengths): what a word shared with a sentence of a length adds to the similarity.
    by_length = np.where(divisor > 1e-12, 1 / np.where(divisor > 1e-12, divisor, 1.0), 0.0)

    def similarity_times(x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return S x, ``(n,)``."""
        shared = np.zeros(n)
        for k in range(len(lengths)):
            word_sums = segment_sums(columns, np.where(kind == k, x, 0.0)[rows], n_words)
            shared += by_length[:, k] * segment_sums(rows, word_sums[columns], n)
        return shared

    degrees = similarity_times(np.ones(n))
    is_joined = degrees > 0
    share = np.where(is_joined, 1 / np.where(is_joined, degrees, 1.0), 0.0)
    return lambda x: similarity_times(x * share), is_joined
