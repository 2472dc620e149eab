"""TextRank as textrank4zh 0.3 computes it: the same sentences, order and weights.

For people who come from textrank4zh and compare. Sentences are what stands between question and exclamation
marks, semicolons, Chinese full stops, ellipses and line ends, without them. Words are jieba.posseg's,
stopwords and what is tagged x left out. Two sentences are as similar as they have different words in common,
divided by ln(words of the one) + ln(words of the other). The rank is networkx's ``pagerank(alpha=0.85)``: its
start, its order of steps and its tolerance, so that it stops after as many steps.

Many sentences have the same weight but for rounding, and textrank4zh orders them by it: up to `MATRIX_MAX`
sentences the matrix is made and all sums are taken in scipy's order, so that the weights are the same to the
last bit. Longer texts go without the matrix: the divisor depends on two lengths only, and there are few
lengths, so S x is a sum over lengths of products with the words, and costs (words × different lengths).
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from classify.records import Sentence
from classify.summarizer.graph import sums
from classify.text.words import segmenter

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    _Flags = NDArray[np.bool_]
    _Step = Callable[[NDArray[np.float64]], NDArray[np.float64]]

__all__ = ["SHORTEST", "rank_as_textrank4zh"]

SHORTEST = 6
"""Characters of the shortest sentence textrank4zh takes into a summary (``sentence_min_len``)."""
MATRIX_MAX = 500
"""Sentences of a text whose matrix is made, of 2 MB then."""
_DELIMITERS = re.compile(r"[?!;？！。；…\n]")
_NO_WORD = "x"
# networkx.pagerank's defaults
_ALPHA = 0.85
_TOLERANCE = 1e-6
_STEPS_MAX = 100
_TINY = 1e-12
_DIGITS = 14  # the rest is rounding, and would order what is equal


def rank_as_textrank4zh(text: str) -> list[Sentence]:
    """Return the sentences of `text` in order, with textrank4zh's weights, which sum to 1.

    Sorted by weight, the first of equals first, they are its ``key_sentences``.
    """
    spans = _split(text)
    tag = segmenter("jieba").tag
    stopwords = _stopwords()
    sentences: list[list[int]] = []
    index: dict[str, int] = {}
    for start, end in spans:
        words = (w.strip() for w, flag in tag(text[start:end]) if flag != _NO_WORD)
        sentences.append([index.setdefault(w, len(index)) for w in words if w and w not in stopwords])
    weights = _pagerank(sentences, len(index)) if spans else []
    return [Sentence(text[a:b], a, b, w) for (a, b), w in zip(spans, weights, strict=True)]


def _split(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*(m.start() for m in _DELIMITERS.finditer(text)), len(text)]:
        part = text[start:end]
        left = len(part) - len(part.lstrip())
        stripped = len(part.strip())
        if stripped:
            spans.append((start + left, start + left + stripped))
        start = end + 1
    return spans


@lru_cache(maxsize=1)
def _stopwords() -> frozenset[str]:
    text = resources.files("classify.summarizer").joinpath("textrank4zh_stopwords.txt").read_text("utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def _pagerank(sentences: list[list[int]], n_words: int) -> list[float]:
    n = len(sentences)
    step, joined = (_by_matrix if n <= MATRIX_MAX else _by_length)(sentences, n_words)
    p = np.full(n, 1 / n)
    x = p
    for _ in range(_STEPS_MAX):
        last = x
        x = _ALPHA * (step(last) + sum(last[~joined].tolist()) * p) + (1 - _ALPHA) * p
        if np.abs(x - last).sum() < n * _TOLERANCE:
            break
    ranks: list[float] = (x if n <= MATRIX_MAX else x.round(_DIGITS)).tolist()
    return ranks


def _by_matrix(sentences: list[list[int]], n_words: int) -> tuple[_Step, _Flags]:
    """Return the step of the ranking, and which sentences have neighbours. Sums are taken as scipy does."""
    n = len(sentences)
    has = np.zeros((n, n_words), np.float32)
    for row, words in zip(has, sentences, strict=True):
        row[words] = 1
    shared = (has @ has.T).astype(np.float64)
    logs = np.array([math.log(len(s)) if s else 0.0 for s in sentences])
    divisor = logs[:, None] + logs[None, :]
    near = (shared > 0) & (divisor >= _TINY)
    similar = np.divide(shared, divisor, out=np.zeros((n, n)), where=near)
    per_row = near.sum(axis=1)
    joined = per_row > 0
    firsts = (np.cumsum(per_row) - per_row)[joined]
    share = np.zeros(n)
    share[joined] = 1 / np.add.reduceat(similar[near], firsts) if len(firsts) else 0.0
    links = share[:, None] * similar
    return lambda x: np.add.reduce(links * x[:, None], axis=0), joined


def _by_length(sentences: list[list[int]], n_words: int) -> tuple[_Step, _Flags]:
    """Return the same as `_by_matrix`, to the last digits, in (words × different lengths) steps."""
    n = len(sentences)
    distinct = [sorted(set(s)) for s in sentences]
    rows = np.repeat(np.arange(n), [len(s) for s in distinct])
    cols = np.array([w for s in distinct for w in s], np.intp)
    lengths, kind = np.unique([len(s) for s in sentences], return_inverse=True)
    with np.errstate(divide="ignore"):
        logs = np.log(lengths.astype(np.float64))
    divisor = logs[kind][:, None] + logs[None, :]
    by_length = np.where(divisor > _TINY, 1 / np.where(divisor > _TINY, divisor, 1.0), 0.0)  # (n, n_lengths)

    def similarity_times(x: NDArray[np.float64]) -> NDArray[np.float64]:
        shared = np.zeros(n)
        for k in range(len(lengths)):
            of_words = sums(cols, np.where(kind == k, x, 0.0)[rows], n_words)
            shared += by_length[:, k] * sums(rows, of_words[cols], n)
        return shared

    degree = similarity_times(np.ones(n))
    joined = degree > 0
    share = np.where(joined, 1 / np.where(joined, degree, 1.0), 0.0)
    return lambda x: similarity_times(x * share), joined
