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
from classify.text.normalize import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.records import Prediction
    from classify.sections.features import Channel
    from classify.sections.model import Model

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


def explain(model: Model, text: str) -> Explanation:
    """Take the scores of `text` apart."""
    features = model.features
    found = features.count([text])
    parts = features.values(found)[:, None] * model.weights[found.columns].astype(np.float64)
    places = folded_places(text)
    ((codes, _),) = folded_blocks([text], 1)
    spans = _spans(features.whole, codes, places)
    head = codes[: int(np.argmax(codes == ord("\n"))) + 1].copy() if (codes == ord("\n")).any() else codes[:0]
    if len(head):
        head[-1] = ord(END)
        width = len(features.whole)
        spans.update({c + width: s for c, s in _spans(features.headline, head, places).items()})
    named = features.names(found.columns)
    terms = tuple(
        Term(
            term.replace(BEGIN, "").replace(END, ""),
            kind,
            part,
            tuple(spans.get(column, ())),
            dict(zip(model.classes, row, strict=True)),
        )
        for (part, kind, term), column, row in zip(named, found.columns.tolist(), parts.tolist(), strict=True)
    )
    scores = parts.sum(axis=0) + model.intercepts
    return Explanation(
        text,
        model.predict([text])[0],
        dict(zip(model.classes, scores.tolist(), strict=True)),
        dict(zip(model.classes, model.intercepts.tolist(), strict=True)),
        terms,
    )


def _spans(
    channel: Channel, codes: np.ndarray, places: Sequence[tuple[int, int]]
) -> dict[int, list[tuple[int, int]]]:
    """Return where each column's term stands, in the text as given."""
    keys = channel.keys(codes)
    nodes = len(channel.trie)
    last = len(codes) - 1
    spans: dict[int, list[tuple[int, int]]] = {}
    for at, slot in np.argwhere(channel.column[keys] >= 0).tolist():
        key = int(keys[at, slot])
        start, length = at, int(channel.trie.depth[key % nodes])
        if at == last:  # the edge of two at the end stands at the mark
            start = last - 2
        first, stop = max(start, 1) - 1, min(start + length, last) - 1  # places in the folded text
        if first < stop:
            spans.setdefault(int(channel.column[key]), []).append((places[first][0], places[stop - 1][1]))
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
