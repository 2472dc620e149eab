"""TextRank as textrank4zh 0.3 computes it: the same sentences, order and weights, without its n × n matrix.

For people who come from textrank4zh and compare. Sentences are what stands between question and exclamation
marks, semicolons, Chinese full stops, ellipses and line ends, without them. Words are jieba.posseg's,
stopwords and what is tagged x left out. Two sentences are as similar as they have different words in common,
divided by ln(words of the one) + ln(words of the other). The rank is networkx's ``pagerank(alpha=0.85)``: its
start, its order of steps and its tolerance, so that it stops after as many steps.

The divisor depends on two lengths only, and there are few lengths: S x is a sum over lengths of products with
the words, and costs (words × different lengths).
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from classify.records import Sentence
from classify.summarizer.graph import sums
from classify.text.words import segmenter

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SHORTEST", "rank_as_textrank4zh"]

SHORTEST = 6
"""Characters of the shortest sentence textrank4zh takes into a summary (``sentence_min_len``)."""
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
    p = np.full(n, 1 / n)
    x = p
    for _ in range(_STEPS_MAX):
        last = x
        x = _ALPHA * (similarity_times(last * share) + last[~joined].sum() * p) + (1 - _ALPHA) * p
        if np.abs(x - last).sum() < n * _TOLERANCE:
            break
    return x.round(_DIGITS).tolist()
