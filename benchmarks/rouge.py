"""ROUGE on characters, with clipped counts.

Chinese has no blanks, so a token is a character: every character of the two texts but blanks, punctuation
included. (rouge-score's own tokenizer keeps only ASCII letters and digits: two identical Chinese texts get
0 from it.) An n-gram counts as often as it comes in both, at most: Lin, ROUGE, 2004, without stemming,
stopwords or jackknifing. `tests/benchmarks/test_rouge.py` checks the figures against rouge-score on the
same tokens.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

__all__ = ["Score", "rouge_l", "rouge_n", "tokens"]


class Score(NamedTuple):
    """Shares, 0 to 1, of the reference found (recall), of the summary found (precision), their F1."""

    recall: float
    precision: float
    f1: float


def tokens(text: str) -> str:
    """Return the characters of `text` that count, as a string."""
    return "".join(text.split())


def rouge_n(summary: str, reference: str, n: int) -> Score:
    """Return ROUGE-n of two token strings."""
    a, b = _grams(summary, n), _grams(reference, n)
    return _score(sum((a & b).values()), a.total(), b.total())


def rouge_l(summary: str, reference: str) -> Score:
    """Return ROUGE-L of two token strings: the longest common subsequence of the whole texts."""
    return _score(_lcs(summary, reference), len(summary), len(reference))


def _grams(text: str, n: int) -> Counter[str]:
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))


def _score(hits: int, of_summary: int, of_reference: int) -> Score:
    if not hits:
        return Score(0.0, 0.0, 0.0)
    r, p = hits / of_reference, hits / of_summary
    return Score(r, p, 2 * p * r / (p + r))


def _lcs(a: str, b: str) -> int:
    """Length of the longest common subsequence, one bit a character of `a` (Hyyrö, 2004)."""
    where: dict[str, int] = {}
    for i, char in enumerate(a):
        where[char] = where.get(char, 0) | 1 << i
    full = (1 << len(a)) - 1
    v = full
    for char in b:
        u = v & where.get(char, 0)
        v = ((v + u) | (v - u)) & full
    return len(a) - v.bit_count()
