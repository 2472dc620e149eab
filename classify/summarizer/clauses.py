"""Headline-length summaries: the run of clauses that says most in few characters.

A sentence is cut at ，and ；into clauses. A candidate is one clause, or a few that follow one another in one
sentence, with complete brackets and quotation marks. A weighted sum of features scores it: where it is in the
text, how its length fits the budget, how much of what the text repeats it contains, and how it is built. The
best candidate is taken, with two exceptions: one within the budget is preferred where it is nearly as good,
and one that is three times as long as the budget is refused where there is a shorter one.

Deleting words inside a clause was not tried: every summary is a piece of the text, so it cannot say what the
text does not say.

Flow: `ranking.RankedText` -> `best_run` or `best_beginning` -> `Span`; called by `choosing`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from operator import add
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classify.summarizer.ranking import Span
from classify.summarizer.structure import find_opening_quotations
from classify.text.words import segmenter, without_surrogates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from classify.summarizer.ranking import RankedText

__all__ = [
    "WEIGHTS",
    "Candidate",
    "ClauseLimits",
    "best_beginning",
    "best_run",
    "character_pairs",
    "find_candidates",
]


class ClauseLimits:
    """What is looked at, and how long a candidate may be. All were chosen.

    >>> ClauseLimits.OVER_MAX
    3.0
    """

    UNITS_MAX = 40
    """Units looked at, from the beginning of the text."""
    CLAUSES_MAX = 4
    """Clauses in a candidate, unless it is the whole sentence."""
    CLAUSES_BEFORE_MAX = 4
    """Clauses before a candidate, from which on it does not matter how many."""
    OVER_MAX = 3.0
    """Length of what is chosen at most, in budgets, where anything is as short. Chosen on the train halves of
    tv_item_headline and newspaper_headline: 2 has 2 points less ROUGE-2 than 3, no bound half a point less."""
    NEARLY = 1.0
    """Score that a candidate within the budget may lack. Anything from 0 to 1.5 gives the same ROUGE-2 (28.4)
    on the same halves."""


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
"""Weights of the features of a candidate.

Learned by `benchmarks/summarizer_weights.py` from the train halves of two headline sets (4,000 TV items and
1,500 newspaper articles): they maximise the ROUGE-2 F1 with the headline that is expected when candidates are
drawn with probability ∝ exp(score). Of 30 features tried, those that cost less than 0.1 points were left out;
the ridge was chosen on dev halves, so these were in sight."""

# Matches the commas of 造林了，下雨了 and of "rain, snow", and not that of 20,000.
_CLAUSE_END = re.compile(r"[，；;]|,(?!\d)|(?<!\d),")
# Matches in 记者获悉 and 局长介绍, and not in 柳湾开始造林.
_ATTRIBUTION = re.compile("记者|获悉|了解到|表示|介绍|显示|指出|报道|消息")
_OPENER_OF = dict(zip("”》）」)】’』", "“《（「(【‘『", strict=True))
# Matches “ and ）, and not ， or 。
_BRACKET = re.compile(f"[{re.escape(''.join([*_OPENER_OF, *_OPENER_OF.values()]))}]")


class Candidate(NamedTuple):
    """A run of clauses, ``text[start:end]``, and the number of its unit."""

    start: int
    end: int
    unit: int


def best_run(ranked: RankedText, budget: int, *, strict: bool = False) -> Span | None:
    """Return the best run of clauses of a ranked text.

    Parameters
    ----------
    ranked : RankedText
    budget : int
        Characters the run should have.
    strict : bool, default=False
        Only runs of at most `budget` characters.

    Returns
    -------
    Span or None
        None where the text has no unit; with `strict`, also where no run fits.

    Examples
    --------
    >>> from classify.summarizer.reading import read
    >>> from classify.summarizer.ranking import rank_units
    >>> text = "记者获悉，柳湾开始造林，面积二十万亩，苗木来自石泉。"
    >>> (reading,) = read([text])
    >>> run = best_run(rank_units([text], reading.units, reading.words)[0], 8)
    >>> text[run.start : run.end]
    '柳湾开始造林'
    """
    found, features = find_candidates(ranked, budget)
    if not found:
        return None
    scores = (features @ np.array(list(WEIGHTS.values()))).round(9).tolist()
    length_max = max(ClauseLimits.OVER_MAX * budget, min(c.end - c.start for c in found))
    order = sorted(
        (i for i, c in enumerate(found) if c.end - c.start <= length_max),
        key=lambda i: (-scores[i], found[i]),
    )
    best = order[0]
    fitting = next((i for i in order if found[i].end - found[i].start <= budget), None)
    if fitting is not None and (strict or scores[fitting] >= scores[best] - ClauseLimits.NEARLY):
        best = fitting
    elif strict:
        return None
    chosen = found[best]
    return Span(chosen.start, chosen.end, float(ranked.ranks[chosen.unit]))


def best_beginning(ranked: RankedText, budget: int, *, strict: bool = False) -> Span | None:
    """Return the beginning of the best unit, up to the clause end nearest to `budget` characters.

    With `strict`, up to the last clause end within `budget`; where there is none, what `best_run` returns.
    """
    best = min(range(len(ranked.units)), key=lambda i: (-round(float(ranked.ranks[i]), 12), i))
    unit = ranked.units[best]
    text, start = ranked.text, unit.start
    ends = [end for _, end in _split_clauses(text, start, unit.end) if _is_balanced(text, start, end)]
    ends = ends or [unit.end]
    if strict:
        ends = [end for end in ends if end - start <= budget]
    if not ends:
        return best_run(ranked, budget, strict=strict)
    end = min(ends, key=lambda end: (abs(end - start - budget), end))
    return Span(start, end, float(ranked.ranks[best]))


def find_candidates(ranked: RankedText, budget: int) -> tuple[list[Candidate], NDArray[np.float64]]:
    """Return the candidates of a ranked text and their features.

    Parameters
    ----------
    ranked : RankedText
    budget : int
        Characters a candidate should have; lengths are features relative to it.

    Returns
    -------
    candidates : list of Candidate
    features : (n_candidates, len(WEIGHTS))
    """
    text, units = ranked.text, ranked.units[: ClauseLimits.UNITS_MAX]
    times = Counter(pair for u in units for pair in character_pairs(text[u.start : u.end]))
    log_times = {pair: math.log(n) for pair, n in times.items()}
    word_ranks = ranked.word_ranks()
    quotations = set(find_opening_quotations(text, units))
    first_sentence = next((i for i, u in enumerate(units) if not u.is_heading and i not in quotations), -1)
    found: list[Candidate] = []
    rows: list[list[float]] = []
    for number, unit in enumerate(units):
        clauses = _split_clauses(text, unit.start, unit.end)
        words = _UnitWords(text, unit.start, clauses[-1][1], word_ranks)
        for i, j in _clause_runs(clauses, budget):
            start, end = clauses[i][0], clauses[j][1]
            if not _is_balanced(text, start, end):
                continue
            pairs = character_pairs(text[start:end])
            length = math.log((end - start) / max(1, budget))
            found.append(Candidate(start, end, number))
            rows.append(
                [
                    float(number <= first_sentence and number not in quotations),
                    float(unit.is_heading),
                    float(min(i, ClauseLimits.CLAUSES_BEFORE_MAX)),
                    float(j - i),
                    max(0.0, length),
                    max(0.0, -length),
                    length * length,
                    sum(log_times[pair] for pair in pairs) / max(1, len(pairs)),
                    *words.features(start, end),
                    float(_ATTRIBUTION.search(text, start, end) is not None),
                ]
            )
    return found, np.array(rows, np.float64).reshape(len(rows), len(WEIGHTS))


def character_pairs(text: str) -> list[str]:
    """Return the pairs of neighbouring characters of `text`, in order.

    >>> character_pairs("造林了")
    ['造林', '林了']
    """
    return list(map(add, text, text[1:]))


def _split_clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the clauses of a sentence, at least one, without the marks at their ends."""
    while end > start + 1 and text[end - 1] in "。…":
        end -= 1
    clauses: list[tuple[int, int]] = []
    clause_start = start
    for m in _CLAUSE_END.finditer(text, start, end):
        if m.start() > clause_start:
            clauses.append((clause_start, m.start()))
        clause_start = m.end()
    if end > clause_start:
        clauses.append((clause_start, end))
    return clauses or [(start, end)]  # a sentence of commas


def _clause_runs(clauses: Sequence[tuple[int, int]], budget: int) -> list[tuple[int, int]]:
    """Return the numbers of the first and last clause of each run: short runs, and the whole sentence."""
    last = len(clauses) - 1
    if not last:
        return [(0, 0)]
    length_max = ClauseLimits.OVER_MAX * budget
    runs = []
    if last >= ClauseLimits.CLAUSES_MAX or clauses[last][1] - clauses[0][0] > length_max:
        runs.append((0, last))  # the loop below does not reach it
    for i in range(last + 1):
        for j in range(i, min(i + ClauseLimits.CLAUSES_MAX, last + 1)):
            if j > i and clauses[j][1] - clauses[i][0] > length_max:
                break
            runs.append((i, j))
    return runs


def _is_balanced(text: str, start: int, end: int) -> bool:
    """Whether every bracket and quotation mark of ``text[start:end]`` has its partner there."""
    openers: list[str] = []
    for mark in _BRACKET.findall(text, start, end):
        opener = _OPENER_OF.get(mark)
        if opener is None:
            openers.append(mark)
        elif not openers or openers.pop() != opener:
            return False
    return not openers


class _UnitWords:
    """The words of a unit, with parts of speech (ICTCLAS tags, as jieba has them) and ranks."""

    def __init__(self, text: str, start: int, end: int, ranks: Mapping[str, float]) -> None:
        tagged = segmenter().tag(without_surrogates(text[start:end]))
        self._words = [word for word, _ in tagged]
        self._tags = [tag for _, tag in tagged]
        self._ranks = [ranks.get(word, 0.0) for word in self._words]
        self._starts: list[int] = []
        for word in self._words:
            self._starts.append(start)
            start += len(word)
        self._highest = max(ranks.values(), default=1.0)
        self._total = sum(ranks.values()) or 1.0

    def features(self, start: int, end: int) -> list[float]:
        """Return the features of ``text[start:end]`` from “word rank” to “ends with place”, in order."""
        i, j = bisect_left(self._starts, start), bisect_left(self._starts, end)
        tags = self._tags[i:j] or ["x"]
        n = len(tags)
        rank_of = dict(zip(self._words[i:j], self._ranks[i:j], strict=True))
        return [
            sum(self._ranks[i:j]) / self._highest / n,
            sum(rank_of.values()) / self._total,  # each word once
            sum(tag[0] in "nj" or tag == "eng" for tag in tags) / n,
            sum(tag[0] in "tm" for tag in tags) / n,
            float(tags[0] == "p"),
            float(tags[0] in ("d", "c")),
            float(tags[0] == "v"),
            float(tags[-1] == "f"),
        ]
