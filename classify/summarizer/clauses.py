"""Headline-length summaries: the run of clauses that says most in few characters.

A sentence is cut at ，and ；into clauses; a candidate is a clause or a few that follow one another in one
sentence, brackets and quotation marks complete. It is scored by a weighted sum of what `WEIGHTS` names: where
it stands, how its length suits the budget, how much it has of what the text repeats, and how it is built. The
best is taken; one within the budget is preferred where it is nearly as good, and none that is `OVER_MAX`
times as long is taken where there is a shorter one.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classify.summarizer.select import Span
from classify.summarizer.structure import segmentable
from classify.text.words import segmenter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from classify.summarizer.ranking import Ranked

__all__ = ["WEIGHTS", "Candidate", "beginning", "best_run", "candidates"]

UNITS_MAX = 40
"""Units looked at, from the beginning of the text."""
CLAUSES_MAX = 4
"""Clauses in a candidate, unless it is the whole sentence."""
OVER_MAX = 3.0
"""Length of what is chosen at most, in budgets, where there is anything as short.

A bound of 2 has 2 points less ROUGE-2 on two train halves with headlines, 3 half a point less than none."""
NEARLY = 1.0
"""Score that a candidate within the budget may lack. Anything from 0 to 1.5 gives the same ROUGE-2 (28.4)."""

WEIGHTS: dict[str, float] = {
    "first": 5.95,
    "heading": -9.33,
    "clauses before": -1.32,
    "clauses more": -3.09,
    "too long": 0.65,
    "too short": -7.46,
    "off length": -2.10,
    "repeated pairs": 7.49,
    "word rank": 12.15,
    "share of rank": 11.59,
    "nouns": 2.46,
    "times": 2.51,
    "begins with preposition": -2.73,
    "begins with adverb": -2.24,
    "begins with verb": -2.22,
    "ends with place": -2.83,
    "attribution": -6.46,
}
"""Weights of the features.

Learned by `benchmarks/summarizer_weights.py` from the train halves of two headline sets (4,000 TV items and
1,500 newspaper articles): they maximise the ROUGE-2 F1 with the headline that is expected when candidates are
drawn with probability ∝ exp(score). Of 30 features tried, those that cost less than 0.1 points were left out.
"""

_CUT = re.compile(r"[，；;]|,(?!\d)|(?<!\d),")
_CLOSERS = {"”": "“", "》": "《", "）": "（", "」": "「", ")": "(", "】": "【", "’": "‘", "』": "『"}
_OPENERS = frozenset(_CLOSERS.values())
_ATTRIBUTION = re.compile("记者|获悉|了解到|表示|介绍|显示|指出|报道|消息")
_END_MARKS = "。…"
_FAR = 4
"""Clauses before, from which on it doesn't matter how many."""


class Candidate(NamedTuple):
    """``text[start:end]``, and the number of its unit."""

    start: int
    end: int
    unit: int


def best_run(r: Ranked, budget: int, *, strict: bool = False) -> Span | None:
    """Return the best run of clauses of a ranked text for a budget in characters.

    None where there is no unit; with `strict`, also where no run fits.
    """
    found, x = candidates(r, budget)
    scores = (x @ np.array(list(WEIGHTS.values()))).round(9).tolist()
    order = sorted(range(len(found)), key=lambda i: (-scores[i], found[i]))
    longest = max(OVER_MAX * budget, min((c.end - c.start for c in found), default=0))
    order = [i for i in order if found[i].end - found[i].start <= longest]
    fit = next((i for i in order if found[i].end - found[i].start <= budget), None)
    if fit is None and (strict or not order):
        return None
    chosen = fit if fit is not None and (strict or scores[fit] >= scores[order[0]] - NEARLY) else order[0]
    c = found[chosen]
    return Span(c.start, c.end, float(r.ranks[c.unit]))


def beginning(r: Ranked, budget: int, *, strict: bool = False) -> Span | None:
    """Return the best unit as far as the clause that ends nearest to `budget`; with `strict`, within it."""
    unit = min(range(len(r.units)), key=lambda i: (-round(float(r.ranks[i]), 12), i))
    u = r.units[unit]
    ends = [e for _, e in _clauses(r.text, u.start, u.end) if _is_balanced(r.text, u.start, e)] or [u.end]
    if strict:
        ends = [e for e in ends if e - u.start <= budget]
    if not ends:
        return best_run(r, budget, strict=strict)
    end = min(ends, key=lambda e: (abs(e - u.start - budget), e))
    return Span(u.start, end, float(r.ranks[unit]))


def candidates(r: Ranked, budget: int) -> tuple[list[Candidate], NDArray[np.float64]]:
    """Return the candidates of a ranked text, and their features, ``(n_candidates, len(WEIGHTS))``."""
    text, units = r.text, r.units[:UNITS_MAX]
    repeated = Counter(pair for u in units for pair in _pairs(text, u.start, u.end))
    log_repeated = {pair: math.log(n) for pair, n in repeated.items()}
    word_ranks = r.word_ranks()
    found: list[Candidate] = []
    rows: list[list[float]] = []
    first = next((i for i, u in enumerate(units) if not u.heading), -1)
    for number, u in enumerate(units):
        clauses = _clauses(text, u.start, u.end)
        words = _Words(text, u.start, clauses[-1][1], word_ranks)
        for i, j in _runs(clauses, budget):
            a, b = clauses[i][0], clauses[j][1]
            if not _is_balanced(text, a, b):
                continue
            pairs = _pairs(text, a, b)
            length = math.log((b - a) / max(1, budget))
            found.append(Candidate(a, b, number))
            rows.append(
                [
                    float(number <= first),
                    float(u.heading),
                    float(min(i, _FAR)),
                    float(j - i),
                    max(0.0, length),
                    max(0.0, -length),
                    length * length,
                    sum(log_repeated[p] for p in pairs) / max(1, len(pairs)),
                    *words.features(a, b),
                    float(_ATTRIBUTION.search(text, a, b) is not None),
                ]
            )
    return found, np.array(rows, np.float64).reshape(len(rows), len(WEIGHTS))


def _clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the clauses of a sentence, one at least, without the marks they end with."""
    while end > start + 1 and text[end - 1] in _END_MARKS:
        end -= 1
    out: list[tuple[int, int]] = []
    at = start
    for m in _CUT.finditer(text, start, end):
        if m.start() > at:
            out.append((at, m.start()))
        at = m.end()
    if end > at or not out:
        out.append((at, end) if end > at else (start, end))
    return out


def _runs(clauses: Sequence[tuple[int, int]], budget: int) -> list[tuple[int, int]]:
    """Return the first and last clause of each run."""
    last = len(clauses) - 1
    out = [(0, last)] if last >= CLAUSES_MAX or clauses[last][1] - clauses[0][0] > OVER_MAX * budget else []
    for i in range(last + 1):
        for j in range(i, min(i + CLAUSES_MAX, last + 1)):
            if j > i and clauses[j][1] - clauses[i][0] > OVER_MAX * budget:
                break
            out.append((i, j))
    return out if last else [(0, 0)]


def _is_balanced(text: str, start: int, end: int) -> bool:
    open_: list[str] = []
    for char in text[start:end]:
        if char in _OPENERS:
            open_.append(char)
        elif char in _CLOSERS and (not open_ or open_.pop() != _CLOSERS[char]):
            return False
    return not open_


def _pairs(text: str, start: int, end: int) -> list[str]:
    return [text[i : i + 2] for i in range(start, end - 1)]


class _Words:
    """The words of a unit, with parts of speech (ICTCLAS tags, as jieba has them) and ranks."""

    def __init__(self, text: str, start: int, end: int, ranks: Mapping[str, float]) -> None:
        tagged = segmenter().tag(segmentable(text[start:end]))
        self._tags = [tag for _, tag in tagged]
        self._ranks = [ranks.get(word, 0.0) for word, _ in tagged]
        self._words = [word for word, _ in tagged]
        self._starts: list[int] = []
        for word in self._words:
            self._starts.append(start)
            start += len(word)
        self._highest = max(ranks.values(), default=1.0)
        self._total = sum(ranks.values()) or 1.0

    def features(self, start: int, end: int) -> list[float]:
        """Return the features of ``text[start:end]`` from “word rank” to “ends with place”."""
        i, j = bisect_left(self._starts, start), bisect_left(self._starts, end)
        tags = self._tags[i:j] or ["x"]
        n = len(tags)
        return [
            sum(self._ranks[i:j]) / self._highest / n,
            sum(dict(zip(self._words[i:j], self._ranks[i:j], strict=True)).values()) / self._total,
            sum(tag[0] in "nj" or tag == "eng" for tag in tags) / n,
            sum(tag[0] in "tm" for tag in tags) / n,
            float(tags[0] == "p"),
            float(tags[0] in ("d", "c")),
            float(tags[0] == "v"),
            float(tags[-1] == "f"),
        ]
