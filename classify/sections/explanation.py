"""Why a text got its scores: each term's part in each section's score, and where the term stands.

The model is linear, so the parts are exact: a term's value times its weight, summed over the terms, plus
the intercept, is the score. Offsets are those of the text as given, not of its folded form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.sections.folding import BEGIN, END, folded_blocks, stands_alone
from classify.sections.news import headline_block
from classify.text.normalize import fold, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.records import Prediction
    from classify.sections.folding import TextBlock
    from classify.sections.news import NewsVectorizer
    from classify.sections.vocabulary import NgramVocabulary

__all__ = ["Explanation", "Term", "explain", "folded_places"]


@dataclass(frozen=True, slots=True)
class Term:
    """One term's part in the scores.

    ``part`` is ``whole`` or ``headline``; ``kind`` is ``character``, ``pair``, ``word`` or ``edge`` (the
    text's first or last one or two characters). ``spans`` are ``(start, end)`` in the text, in order.
    """

    text: str
    kind: str
    part: str
    spans: tuple[tuple[int, int], ...]
    by_section: dict[str, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A text's scores taken apart: ``intercepts[s]`` and the terms' ``by_section[s]`` make ``scores[s]``."""

    text: str
    prediction: Prediction
    scores: dict[str, float]
    intercepts: dict[str, float]
    terms: tuple[Term, ...]

    def towards(self, section: str, n: int | None = 10) -> list[tuple[Term, float]]:
        """Return the terms that pull most towards `section`, and how much; the strongest first."""
        pulls = ((t, t.by_section[section]) for t in self.terms)
        return sorted((p for p in pulls if p[1] > 0), key=lambda p: -p[1])[:n]

    def away(self, section: str, n: int | None = 10) -> list[tuple[Term, float]]:
        """Return the terms that pull most away from `section`, and how much; the strongest first."""
        pulls = ((t, t.by_section[section]) for t in self.terms)
        return sorted((p for p in pulls if p[1] < 0), key=lambda p: p[1])[:n]

    def heat(self, section: str) -> list[float]:
        """Return each character's part in the score of `section`: characters share the part of their term."""
        heat = [0.0] * len(self.text)
        for term in self.terms:
            places = [i for start, end in term.spans for i in range(start, end)]
            for i in places:
                heat[i] += term.by_section[section] / len(places)
        return heat

    def to_dict(self, top: int = 10) -> dict[str, Any]:
        """Return the explanation as plain data, for JSON.

        For each section its score, its intercept, the `top` terms towards it and away from it, and the sum
        of the terms that are not listed: intercept, listed terms and the rest add up to the score.
        ``spans`` are places in ``text``.
        """
        return {
            "text": self.text,
            "section": self.prediction.section,
            "confidence": self.prediction.confidence,
            "probabilities": dict(self.prediction.scores),
            "scores": dict(self.scores),
            "intercepts": dict(self.intercepts),
            "terms": {name: self._listed(name, top) for name in self.scores},
        }

    def _listed(self, section: str, top: int) -> dict[str, Any]:
        towards, away = self.towards(section, top), self.away(section, top)
        told = sum(pull for _, pull in (*towards, *away))
        return {
            "towards": [_plain(term, pull) for term, pull in towards],
            "away": [_plain(term, pull) for term, pull in away],
            "rest": self.scores[section] - self.intercepts[section] - told,
        }


def _plain(term: Term, pull: float) -> dict[str, Any]:
    return {
        "text": term.text,
        "kind": term.kind,
        "part": term.part,
        "contribution": pull,
        "spans": [list(span) for span in term.spans],
    }


def explain(
    text: str,
    vectorizer: NewsVectorizer,
    weights: NDArray[np.floating],
    intercepts: NDArray[np.floating],
    classes: Sequence[str],
    prediction: Prediction,
) -> Explanation:
    """Return the part of each term in the scores of `text`; see `Model.explain`.

    Parameters
    ----------
    text : str
    vectorizer : NewsVectorizer
    weights : ndarray, (n_features, n_classes)
    intercepts : ndarray, (n_classes,)
    classes : sequence of str
        Names of the columns of `weights`.
    prediction : Prediction
        Of the same text.
    """
    places = folded_places(text)
    (block,) = folded_blocks([text])
    terms: list[Term] = []
    first = 0
    scores = np.array(intercepts, np.float64)
    parts = (("whole", vectorizer.whole_, block, 1.0),)
    if len((head := headline_block(block)).codes) > 2:
        parts += (("headline", vectorizer.headline_, head, vectorizer.headline_weight),)
    for name, part, its_block, weight in parts:
        rows = part.rows([its_block])
        by_class = (rows.data * weight)[:, None] * weights[first + rows.columns].astype(np.float64)
        scores += by_class.sum(axis=0)
        spans = _spans(part.ngrams_, its_block, places)
        named = part.ngrams_.terms(rows.columns)
        for column, (kind, term), row in zip(rows.columns.tolist(), named, by_class.tolist(), strict=True):
            shown = term.replace(BEGIN, "").replace(END, "")
            by_section = dict(zip(classes, row, strict=True))
            terms.append(Term(shown, kind, name, tuple(spans.get(column, ())), by_section))
        first += part.n_features_
    return Explanation(
        text,
        prediction,
        dict(zip(classes, scores.tolist(), strict=True)),
        dict(zip(classes, np.asarray(intercepts).tolist(), strict=True)),
        tuple(terms),
    )


def _spans(
    ngrams: NgramVocabulary, block: TextBlock, places: Sequence[tuple[int, int]]
) -> dict[int, list[tuple[int, int]]]:
    """Return where the term of each column stands, in the text as given, in order."""
    trie, mark = ngrams.trie, len(block.codes) - 1
    absent = len(ngrams.column) - 1
    found: list[tuple[int, int, int]] = []  # start, length, key; starts count the mark at the beginning
    for at, (longest, other) in enumerate(ngrams.keys(block).tolist()):
        node = longest if longest < absent else -1
        while node >= 0:  # the n-gram and those it begins with
            found.append((at, int(trie.depth[node]), node))
            node = int(trie.parent[node])
        if other < absent:
            length = int(trie.depth[other - len(trie)])
            found.append((at if at < mark else mark + 1 - length, length, other))
    spans: dict[int, list[tuple[int, int]]] = {}
    for start, length, key in sorted(found):
        # From positions in the block to positions in the folded text, which has no marks.
        first, stop = max(start, 1) - 1, min(start + length, mark) - 1
        if ngrams.column[key] >= 0 and first < stop:
            spans.setdefault(int(ngrams.column[key]), []).append((places[first][0], places[stop - 1][1]))
    return spans


_PIECE = re.compile(r"\r\n|.", re.DOTALL)


def folded_places(text: str) -> list[tuple[int, int]]:
    """Return, for each character of ``fold(text)``, the ``(start, end)`` in `text` that it stands for."""
    folded = fold(text)
    if len(folded) == len(text):
        return [(i, i + 1) for i in range(len(text))]
    pieces: list[list[int]] = []
    for m in _PIECE.finditer(text):
        if pieces and not stands_alone(m[0][0]):
            pieces[-1][1] = m.end()  # it may compose with what stands before it
        else:
            pieces.append([m.start(), m.end()])
    made: list[tuple[str, int, int]] = []
    for start, end in pieces:
        piece = fold("一" + text[start:end] + "一")[1:-1]
        alike = piece == text[start:end]  # marks that compose with nothing stand for themselves
        for i, char in enumerate(piece):
            first, stop = (start + i, start + i + 1) if alike else (start, end)
            if char == " " and made and made[-1][0] == " ":
                made[-1] = (" ", made[-1][1], stop)
            else:
                made.append((char, first, stop))
    while made and made[0][0].isspace():
        made.pop(0)
    while made and made[-1][0].isspace():
        made.pop()
    if "".join(char for char, _, _ in made) == folded:
        return [(start, end) for _, start, end in made]
    # Not met so far; an alignment that is right wherever the two agree.
    places = [(0, 0)] * len(folded)
    for a, b, n in SequenceMatcher(None, folded, text, autojunk=False).get_matching_blocks():
        places[a : a + n] = [(b + i, b + i + 1) for i in range(n)]
    return places
