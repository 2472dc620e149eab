"""Why a text got its scores: each term's part in each section's score, and where the term is in the text.

The model is linear, so the parts are exact: a term's value times its weight, summed over the terms, plus the
intercept, is the score. Offsets are those of the text as given, not of its folded form. `explain` is a function of
features, weights and classes; `classify.sections.model.Model.explain` calls it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.sections.folding import BEGIN, END, folded_blocks, stands_alone
from classify.sections.news import headline_block
from classify.text.normalize import clean_places, fold_widths, printable

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

    Attributes
    ----------
    text : str
        The term, folded; without marks where it is an edge.
    kind : str
        ``character``, ``pair``, ``word`` or ``edge`` (the text's first or last one or two characters).
    part : str
        ``whole`` or ``headline``.
    spans : tuple of (start, end)
        Offsets in the text, in order; one for each time that the term was counted.
    by_section : dict of str to float
        What the term adds to the score of each class.
    """

    text: str
    kind: str
    part: str
    spans: tuple[tuple[int, int], ...]
    by_section: dict[str, float]


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """The scores of a text as sums: ``intercepts[s]`` plus every term's ``by_section[s]`` is ``scores[s]``.

    Attributes
    ----------
    text : str
    prediction : Prediction
    scores, intercepts : dict of str to float
        By class.
    terms : tuple of Term
    """

    text: str
    prediction: Prediction
    scores: dict[str, float]
    intercepts: dict[str, float]
    terms: tuple[Term, ...]

    def __repr__(self) -> str:
        given = self.prediction.section or f"none (likeliest {self.prediction.likeliest})"
        return (
            f"<Explanation of a text of {len(self.text)} characters: section {printable(given)}, confidence "
            f"{self.prediction.confidence:.3f}, {len(self.terms)} terms>"
        )

    def _repr_html_(self) -> str:
        likeliest = self.prediction.likeliest
        strongest = (*self.towards(likeliest, 8), *reversed(self.away(likeliest, 8)))
        cells = "".join(
            f"<tr><td>{escape(printable(term.text))}</td><td>{term.kind}</td><td>{term.part}</td>"
            f"<td>{pull:+.4f}</td></tr>"
            for term, pull in strongest
        )
        head = "<tr><th>term</th><th>kind</th><th>part</th>"
        head += f"<th>{escape(printable(likeliest))}</th></tr>"
        return f"<table><caption>{escape(repr(self)[1:-1])}</caption>{head}{cells}</table>"

    def towards(self, section: str, n: int | None = 10) -> list[tuple[Term, float]]:
        """Return the terms that raise the score of `section` most, the strongest first.

        Parameters
        ----------
        section : str
        n : int or None, default=10
            How many at most; None for all.

        Returns
        -------
        list of (Term, float)
            A term and what it adds.
        """
        pulls = ((t, t.by_section[section]) for t in self.terms)
        return sorted((p for p in pulls if p[1] > 0), key=lambda p: -p[1])[:n]

    def away(self, section: str, n: int | None = 10) -> list[tuple[Term, float]]:
        """Return the terms that lower the score of `section` most, the strongest first; see `towards`.

        Parameters
        ----------
        section : str
        n : int or None, default=10
        """
        pulls = ((t, t.by_section[section]) for t in self.terms)
        return sorted((p for p in pulls if p[1] < 0), key=lambda p: p[1])[:n]

    def heat(self, section: str) -> list[float]:
        """Return each character's part in the score of `section`; the characters of a term share its part.

        Parameters
        ----------
        section : str

        Returns
        -------
        list of float, as long as the text
            Their sum is the score without the intercept.
        """
        heat = [0.0] * len(self.text)
        for term in self.terms:
            places = [i for start, end in term.spans for i in range(start, end)]
            for i in places:
                heat[i] += term.by_section[section] / len(places)
        return heat

    def to_dict(self, top: int = 10) -> dict[str, Any]:
        """Return the explanation as plain data for JSON.

        Parameters
        ----------
        top : int, default=10
            Terms to list for each class in each direction.

        Returns
        -------
        dict
            For each class its score, its intercept, the `top` terms towards it and away from it, and the sum of the
            terms that are not listed: intercept, listed terms and rest add up to the score. ``spans`` are offsets
            in ``text``.
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
        listed = sum(pull for _, pull in (*towards, *away))
        return {
            "towards": [_plain(term, pull) for term, pull in towards],
            "away": [_plain(term, pull) for term, pull in away],
            "rest": self.scores[section] - self.intercepts[section] - listed,
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
    # The columns of the headline follow those of the whole text; `first` is a part's first column.
    parts = [("whole", vectorizer.whole_, block, 1.0)]
    # A block of two code points holds only the marks of an empty headline.
    if len((head := headline_block(block)).codes) > 2:
        parts.append(("headline", vectorizer.headline_, head, vectorizer.headline_weight))
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
    """Return the spans of each column's term, as offsets in the text as given, in order."""
    trie, mark = ngrams.trie, len(block.codes) - 1
    longest, others_at, others = ngrams.keys(block)
    found: list[tuple[int, int, int]] = []  # start, length, key; starts count the mark at the beginning
    for at in (longest < ngrams.absent).nonzero()[0].tolist():
        node = int(longest[at])
        while node >= 0:  # the n-gram and those it begins with
            found.append((at, int(trie.depth[node]), node))
            node = int(trie.parent[node])
    for at, key in zip(others_at.tolist(), others.tolist(), strict=True):
        length = int(trie.depth[key - len(trie)])
        found.append((at if at < mark else mark + 1 - length, length, key))
    spans: dict[int, list[tuple[int, int]]] = {}
    for start, length, key in sorted(found):
        # From positions in the block to positions in the folded text, which has no marks.
        first, stop = max(start, 1) - 1, min(start + length, mark) - 1
        if ngrams.column[key] >= 0 and first < stop:
            spans.setdefault(int(ngrams.column[key]), []).append((places[first][0], places[stop - 1][1]))
    return spans


def folded_places(text: str) -> list[tuple[int, int]]:
    r"""Return, for each character of ``fold(text)``, the offsets in `text` of what it was made from.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of (start, end), as long as ``fold(text)``

    Examples
    --------
    >>> folded_places("\u3000林\u3000 \u3000场")  # folded: 林 场
    [(1, 2), (2, 5), (5, 6)]
    """
    # Simplifying changes no offset, so the text is folded without it.
    folded = fold_widths(text)
    if len(folded) == len(text):
        return [(i, i + 1) for i in range(len(text))]
    # Fold piece by piece. A piece is a character and those after it that may compose with it.
    pieces: list[list[tuple[str, int, int]]] = []
    for place in clean_places(text):
        if pieces and not stands_alone(place[0]):
            pieces[-1].append(place)
        else:
            pieces.append([place])
    made: list[tuple[str, int, int]] = []
    for piece in pieces:
        for char, first, stop in _folded_piece(piece):
            if char == " " and made and made[-1][0] == " ":
                made[-1] = (" ", made[-1][1], stop)
            else:
                made.append((char, first, stop))
    begin, end = 0, len(made)  # a text has no blanks at its ends
    while begin < end and made[begin][0].isspace():
        begin += 1
    while begin < end and made[end - 1][0].isspace():
        end -= 1
    return [(first, stop) for _, first, stop in made[begin:end]]


def _folded_piece(piece: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Return the characters of a piece, folded, each with the offsets of what it was made from."""
    before = "".join([char for char, _, _ in piece])
    # The characters around a piece keep the blanks at its ends, which fold strips from a text.
    after = fold_widths(f"一{before}一")[1:-1]
    if len(before) == len(after) == 1:
        return [(after, *piece[0][1:])]
    # Marks that compose with nothing stay as they are, at the end of the piece.
    same = 0
    while same < min(len(before), len(after)) and before[-1 - same] == after[-1 - same]:
        same += 1
    whole = piece[0][1], piece[len(piece) - same - 1][2]
    return [(char, *whole) for char in after[: len(after) - same]] + piece[len(piece) - same :]
