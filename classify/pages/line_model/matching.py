"""Which pieces of a page are one article.

Extractors give the columns of a page in any order, and many give all display lines before all bodies. So a body may go
on elsewhere, and a head may stand far from its body. Both are found over the whole page: by the words that two pieces
share, weighted by how rare they are on the page, by sentences that stop at the end of one and go on at the beginning
of another, and by where the pieces stand. Two logistic models weigh this; `benchmarks/learn_splitter.py` learns
them from generated pages, with the weights of the page model.

The display lines of a page on which heads stand apart are given to bodies one by one, in the best order of all, because
heads that follow one another are not always told apart. Lines that were read as furniture but that no grammar knows are
asked too, since a headline far from its body looks like one. Heads that come to another body are read anew over it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.pages.line_model.crf import load_weights
from classify.pages.line_model.display_stack import read_far_stack
from classify.pages.line_model.line_signs import End
from classify.pages.line_model.reading import AFTER_STATES, Piece
from classify.pages.line_model.states import STATE_ROLE, STATES, LineRole
from classify.pages.printed import ends_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.line_model.crf import LineWeights
    from classify.pages.line_model.reading import PageReading

__all__ = [
    "HEAD_FEATURES",
    "JOIN_FEATURES",
    "N_HEAD_CELLS",
    "N_JOIN_CELLS",
    "Display",
    "Matched",
    "Part",
    "describe",
    "head_features",
    "join_features",
    "match_pieces",
    "shares",
    "split_head",
    "take_apart",
]

_WINDOW = 160
"""Pieces that are compared with one another, block by block: more than most pages have. Chosen."""

SHARES = (0.02, 0.06, 0.12, 0.2, 0.35, 0.6)
MARGINS = (-0.2, -0.05, 0.0, 0.05, 0.2)
"""Where shares of words, and what they exceed the greatest other share by, are cut into classes. Chosen."""

JOIN_FEATURES = ("distance", "next", "lead", "signed", "width", "share_back", "inside")
N_JOIN_CELLS = 4 * (len(SHARES) + 1) * (len(MARGINS) + 1)
"""Cells of the table of bodies that go on: by whether the first stops and the second begins inside a sentence, by the
share of words and by its margin."""
HEAD_FEATURES = ("order", "margin_of_body", "same_head", "other_head")
N_HEAD_CELLS = 6 * (len(SHARES) + 1) * (len(MARGINS) + 1)
"""Cells of the table of displays and bodies: by whether they stand together and by the number of pairs of the display,
by the share of words and by its margin."""

_DISPLAYS = (LineRole.LABEL, LineRole.KICKER, LineRole.HEADLINE, LineRole.DECK)


@dataclass(slots=True)
class Matched:
    """The pieces of one article, the first one where it begins, and the probability that they belong together."""

    pieces: list[Piece]
    probability: float = 1.0

    @property
    def has_text(self) -> bool:
        """Whether there is more than display lines and bylines."""
        return any(piece.has_body or LineRole.CAPTION in piece.roles for piece in self.pieces)


@dataclass(slots=True)
class Part:
    """What is compared of a piece.

    Attributes
    ----------
    piece : Piece
    position : int
        Its number among the pieces of the page.
    body, opening, closing : array of int
        The character pairs of its body, and of the first and last 300 characters of the body.
    is_open, is_inside : bool
        The body stops inside a sentence; it begins with a closing mark.
    has_lead, signed : bool
    width : float
        Of the column of its body, in cells.
    """

    piece: Piece
    position: int
    body: Any
    opening: Any
    closing: Any
    is_open: bool
    is_inside: bool
    has_lead: bool
    signed: bool
    width: float


_EDGE = 300
"""Characters at each end of a body that are compared with other bodies. Chosen."""


def describe(reading: PageReading, piece: Piece, position: int) -> Part:
    """Return what is compared of a piece."""
    page = reading.page
    body = piece.roles.get(LineRole.BODY, [])
    start, end = (page.texts[body[0]], page.texts[body[-1]]) if body else ("", "")
    return Part(
        piece, position, page.pairs.of_lines(piece.running_lines),
        page.pairs.of_lines(_first(body, page.texts)), page.pairs.of_lines(_first(body[::-1], page.texts)[::-1]),
        bool(end) and ends_open(end), start[:1] in tuple("，。、；：？！”）》"), bool(body) and body[0] in page.leads,
        end.endswith(("）", ")")), float(page.attributes["_after"][body[0]]) if body else 0.0,
    )  # fmt: skip


def _first(lines: Sequence[int], texts: Sequence[str]) -> list[int]:
    """Return the first of `lines` that have `_EDGE` characters together."""
    found: list[int] = []
    size = 0
    for i in lines:
        found.append(i)
        size += len(texts[i])
        if size >= _EDGE:
            break
    return found


def shares(words: Sequence[Any], bodies: Sequence[Any]) -> Any:
    """Return which share of each of `words` each of `bodies` has, shape (n_words, n_bodies); rare pairs weigh more."""
    every = np.concatenate([*words, *bodies])
    low = int(every.min()) if len(every) else 0
    size = int(every.max()) - low + 1 if len(every) else 0
    if size > 4 * len(every):  # part of a long file: number the pairs anew
        different = np.unique(every)
        words = [np.searchsorted(different, some) for some in words]
        bodies = [np.searchsorted(different, body) for body in bodies]
        low, size = 0, len(different)
    held = np.zeros((len(bodies), size), dtype=np.float32)
    for row, body in zip(held, bodies, strict=True):
        row[body - low] = 1.0
    rarity = np.log2(1.0 + len(bodies) / np.maximum(held.sum(axis=0), 1.0))
    # Few bodies, but perhaps thousands of displays: a table of displays by pairs would be the square of the page.
    found = np.zeros((len(words), len(bodies)), dtype=np.float32)
    for row, some in zip(found, words, strict=True):
        asked = np.unique(some) - low
        rare = rarity[asked]
        row[:] = held[:, asked] @ rare / max(float(rare.sum()), 1e-9)
    return found


def _margins(shares: Any, axis: int) -> Any:
    """Return how much each share exceeds the greatest other one along an axis (0 where it is the only one)."""
    if shares.shape[axis] < 2:
        return shares.copy()
    ordered = np.sort(shares, axis=axis)
    top, second = np.take(ordered, [-1], axis=axis), np.take(ordered, [-2], axis=axis)
    return shares - np.where(shares == top, second, top)


def _cells(kind: Any, share: Any, margin: Any) -> Any:
    """Return the number of the cell of each pair: its kind, the class of its share, and that of its margin."""
    classes = np.searchsorted(SHARES, share, side="right") * (len(MARGINS) + 1)
    return (
        kind * ((len(SHARES) + 1) * (len(MARGINS) + 1))
        + classes
        + np.searchsorted(MARGINS, margin, side="right")
    )


def join_features(part: Part, earlier: Sequence[Part], opening: Any, closing: Any) -> tuple[Any, Any]:
    """Return how each body before `part` goes on in it: its cell, shape (n_earlier,), and `JOIN_FEATURES` of each.

    Parameters
    ----------
    part : Part
    earlier : sequence of Part
    opening, closing : array, shape (n_earlier,)
        The share of the opening of `part` that each body has, and of the closing of each that the body of `part` has.
    """
    kind = np.array([2 * e.is_open + part.piece.resumes for e in earlier], dtype=np.int64)
    rows = [
        (
            log(part.position - e.position), part.position - e.position == 1, part.has_lead, e.signed,
            abs(e.width - part.width) <= 1.0, 10 * closing[k], part.is_inside,
        )
        for k, e in enumerate(earlier)
    ]  # fmt: skip
    return _cells(kind, opening, _margins(opening[None, :], 1)[0]), np.array(rows, dtype=np.float64)


@dataclass(slots=True)
class Display:
    """A display line, or the lines of a vertical headline, apart from its article.

    Attributes
    ----------
    lines, states : list of int
    piece : int
        Number of the piece that it was read in; −1 for a line that was read as furniture.
    beside : int
        Index of the body that was read with it, -1 for none.
    """

    lines: list[int]
    states: list[int]
    piece: int
    beside: int


def take_apart(reading: PageReading, pieces: Sequence[Piece]) -> tuple[list[Display], list[Piece]]:
    """Return the display lines of pieces, and their bodies, each without the other."""
    texts = reading.page.texts
    displays: list[Display] = []
    bodies: list[Piece] = []
    for k, piece in enumerate(pieces):
        *heads, body = split_head(piece) if piece.has_body else (piece, None)
        for head in heads:
            previous = ""
            for line, state in zip(head.lines, head.states, strict=True):
                together = len(previous) == len(texts[line]) == 1 or STATE_ROLE[state] not in _DISPLAYS
                if displays and displays[-1].piece == k and together:
                    displays[-1].lines.append(line)
                    displays[-1].states.append(state)
                else:
                    displays.append(Display([line], [state], k, len(bodies) if body else -1))
                previous = texts[line]
        if body is not None:
            bodies.append(body)
    return displays, bodies


def head_features(
    reading: PageReading, displays: Sequence[Display], bodies: Sequence[Piece]
) -> tuple[Any, Any]:
    """Return whether displays and bodies are of one article.

    Returns
    -------
    cells : array of int, shape (n_displays, n_bodies)
    features : array, shape (n_displays, n_bodies, n_features)
        As in `HEAD_FEATURES`, but the last two, which are of two displays that follow one another.
    """
    pairs = reading.page.pairs
    asked = [
        pairs.of_lines([i for i, s in zip(d.lines, d.states, strict=True) if STATE_ROLE[s] in _DISPLAYS])
        for d in displays
    ]
    found = shares(asked, [pairs.of_lines(body.running_lines) for body in bodies])
    kind = np.zeros(found.shape, dtype=np.int64)
    for i, display in enumerate(displays):
        if display.beside >= 0:
            kind[i, display.beside] = 3
    kind += np.array([(len(words) > 3) + (len(words) > 8) for words in asked], dtype=np.int64)[:, None]
    at_head, at_body = (np.arange(n) / n + 0.5 / n for n in found.shape)
    features = np.zeros((*found.shape, len(HEAD_FEATURES)))
    margins = _margins(found, 1)
    # The order counts where words do not decide.
    features[..., 0] = np.where(margins < MARGINS[-1], 10 * np.abs(at_head[:, None] - at_body[None, :]), 0.0)
    features[..., 1] = 10 * _margins(found, 0)
    return _cells(kind, found, margins), features


def match_pieces(reading: PageReading) -> list[Matched]:
    """Return the articles of a page in reading order, each as the pieces that it consists of."""
    pieces = reading.pieces
    if not any(p.resumes or not (p.has_head and p.has_body) for p in pieces):
        return [Matched([p], p.probability) for p in pieces]
    weights = load_weights()
    articles: list[Matched] = []
    for low in range(0, len(pieces), _WINDOW):
        some = pieces[low : low + _WINDOW]
        found = [Matched([p], p.probability) for p in some]
        # A head may stand alone, or before another head's body.
        heads = sum(len(p.roles.get(role, ())) for p in some for role in _DISPLAYS)
        if any(p.has_body and not p.has_head for p in some) and heads > sum(
            p.has_body and p.has_head for p in some
        ):
            found = _pair_heads(reading, some, weights)
        articles += _join_bodies(reading, found, weights.join)
    return articles


def split_head(piece: Piece) -> list[Piece]:
    """Return the head and the body of a piece as two pieces, or the piece alone where it has not both."""
    if not (piece.has_head and piece.has_body):
        return [piece]
    first = next(k for k, s in enumerate(piece.states) if STATE_ROLE[s] == LineRole.BODY)
    is_head = [k < first or s in AFTER_STATES for k, s in enumerate(piece.states)]
    parts = []
    for wanted in (True, False):
        at = [k for k, flag in enumerate(is_head) if flag == wanted]
        parts.append(Piece([piece.lines[k] for k in at], [piece.states[k] for k in at], piece.probability))
    return parts


def _pair_heads(reading: PageReading, pieces: Sequence[Piece], weights: LineWeights) -> list[Matched]:
    """Give display lines to the bodies whose words they have, on a page where some heads and bodies stand apart.

    Each display line is of one body or of none. The best of all readings of the lines in order is found (Viterbi):
    lines that were read as one head mostly belong together, and those that were not mostly do not.
    """
    displays, bodies = take_apart(reading, pieces)
    if not displays or not bodies:
        return [Matched([piece], piece.probability) for piece in pieces]
    displays = sorted([*displays, *_find_unread(reading, pieces)], key=lambda display: display.lines[0])
    value = _head_values(reading, displays, bodies, weights.head)
    parts = _cut_bodies(reading, displays, bodies, value)
    if len(parts) > len(bodies):  # few pages; on the others the values stay
        bodies, value = parts, _head_values(reading, displays, parts, weights.head)
    owners = _find_owners(displays, np.maximum(value, -8.0), *map(float, weights.head[-2:]))
    taken = {display.lines[0] for display, owner in zip(displays, owners, strict=True) if owner >= 0}
    bodies = [_without(body, taken) for body in bodies]
    heads: dict[int, list[list[int]]] = {}  # the displays of each head, by the body that it is over
    alone: list[list[int]] = []
    for d, (display, owner) in enumerate(zip(displays, owners, strict=True)):
        groups = heads.setdefault(owner, []) if owner >= 0 else alone
        follows = d > 0 and owners[d - 1] == owner and (owner >= 0 or displays[d - 1].piece == display.piece)
        if not follows:
            groups.append([])
        groups[-1].append(d)
    alone = [group for group in alone if displays[group[0]].piece >= 0]  # what nobody takes stays furniture
    running = [body.running_lines for body in bodies]  # sorted once, though a body may have many heads

    def head_of(group: list[int], owner: int = -1) -> Piece:
        lines = [line for d in group for line in displays[d].lines]
        states = [state for d in group for state in displays[d].states]
        if owner >= 0 and weights.stack is not None and any(displays[d].beside != owner for d in group):
            states = read_far_stack(
                reading.page, (lines, states), running[owner], reading.marginals, weights.stack
            )
        return Piece(lines, states)

    matched = []
    for b, body in enumerate(bodies):
        groups = heads.get(b, [])
        p = min([_logistic(value[d, b]) for group in groups for d in group], default=0.9)
        pieces_over = [head_of(group, b) for group in groups]
        is_named = [LineRole.HEADLINE in piece.roles for piece in pieces_over]
        if sum(is_named) > 1:  # one headline an article: the one with most of its words
            named = [k for k, flag in enumerate(is_named) if flag]
            best = max(named, key=lambda k: sum([value[d, b] for d in groups[k]]))
            alone += [groups[k] for k in named if k != best]
            pieces_over = [over for k, over in enumerate(pieces_over) if k == best or not is_named[k]]
        matched.append(Matched([*pieces_over, body], min(body.probability, p)))
    matched += [Matched([head], min(head.probability, 0.5)) for head in map(head_of, alone)]
    return sorted(matched, key=lambda article: min(piece.lines[0] for piece in article.pieces))


def _find_unread(reading: PageReading, pieces: Sequence[Piece]) -> list[Display]:
    """Return the lines that were read as furniture but may be a headline far from its body: no grammar knows them.

    Their piece is −1.
    """
    first, last = pieces[0].lines[0], pieces[-1].lines[-1]
    inside = [
        i for p in pieces for i, s in zip(p.lines, p.states, strict=True) if STATES[s] == "furniture-in-body"
    ]
    # Lines outside of all pieces are in order; a long page has many windows of pieces, so each looks at its own only.
    low = 0 if first == reading.pieces[0].lines[0] else bisect_left(reading.outside, first)
    high = None if last == reading.pieces[-1].lines[-1] else bisect_right(reading.outside, last)
    outside = reading.outside[low:high]
    a, pairs = reading.page.attributes, reading.page.pairs
    return [
        Display([i], [STATES.index("headline")], -1, -1)
        for i in [*inside, *outside]
        if not (a["whole"][i] or a["opening"][i] or a["repeated"][i] or a["end"][i] == End.STOP)
        and len(pairs.of_lines([i])) > 3
    ]


def _without(piece: Piece, taken: set[int]) -> Piece:
    """Return a piece without the lines that were taken from it."""
    if taken.isdisjoint(piece.lines):
        return piece
    kept = [k for k, i in enumerate(piece.lines) if i not in taken]
    return Piece([piece.lines[k] for k in kept], [piece.states[k] for k in kept], piece.probability)


def _find_owners(displays: Sequence[Display], value: Any, same: float, other: float) -> list[int]:
    """Return the body of each display, -1 for none, so that the sum of all log-odds is greatest."""
    n, m = value.shape
    scores = np.concatenate([value, np.zeros((n, 1))], axis=1)  # the last column is "none"
    back = np.zeros((n, m + 1), dtype=np.int64)
    best = scores[0]
    for d in range(1, n):
        together = displays[d].piece == displays[d - 1].piece >= 0
        stay = best + (same if together else other)
        stay[m] = best[m]  # lines of no article say nothing of one another
        change = int(best.argmax())
        back[d] = np.where(stay >= best[change], np.arange(m + 1), change)
        best = np.maximum(stay, best[change]) + scores[d]
    owner = int(best.argmax())
    owners = [owner]
    for d in range(n - 1, 0, -1):
        owner = int(back[d, owner])
        owners.append(owner)
    return [-1 if owner == m else owner for owner in owners[::-1]]


_LEAST_CHANCE = 0.02
"""The probability that an article begins at a line, from which on a body may be cut there for a headline. Chosen."""
_CLEAR = 0.1
"""By how much a headline has more of its words in its part of a body than in any other. Chosen."""


def _head_values(
    reading: PageReading, displays: Sequence[Display], bodies: Sequence[Piece], weights: Any
) -> Any:
    """Return the log-odds of each display line being of each body, ``(n_displays, n_bodies)``."""
    cells, features = head_features(reading, displays, bodies)
    return weights[cells] + features @ weights[N_HEAD_CELLS:]


def _cut_bodies(
    reading: PageReading, displays: Sequence[Display], bodies: Sequence[Piece], value: Any
) -> list[Piece]:
    """Return bodies, cut where several headlines have their words in different parts of one.

    Bodies that follow one another without a headline between them are easily taken for one. `beside` of the displays
    becomes the number of the part that they stand over. `value` is from `_head_values`.
    """
    claims: dict[int, list[list[int]]] = {}  # the lines of each head that wants a body
    for d, display in enumerate(displays):
        b = int(value[d].argmax())
        if value[d, b] > 0 and any(STATE_ROLE[s] == LineRole.HEADLINE for s in display.states):
            heads = claims.setdefault(b, [])
            if (
                heads
                and d
                and displays[d - 1].lines[-1] == heads[-1][-1]
                and displays[d - 1].piece == display.piece
            ):
                heads[-1] += display.lines
            else:
                heads.append(list(display.lines))
    parts: list[Piece] = []
    first_parts = []
    for b, body in enumerate(bodies):
        first_parts.append(len(parts))
        parts += _cut_between(reading, body, claims[b]) if len(claims.get(b, ())) > 1 else [body]
    for display in displays:
        display.beside = first_parts[display.beside] if display.beside >= 0 else -1
    return parts


def _cut_between(reading: PageReading, body: Piece, heads: Sequence[Sequence[int]]) -> list[Piece]:
    """Return the parts of a body that each have the words of a head, cut where an article begins most probably."""
    page = reading.page
    chance = dict(zip(body.lines, reading.chances_of_beginning(body.lines), strict=True))
    borders = [
        k for k in range(1, len(body.lines))
        if chance[body.lines[k]] >= _LEAST_CHANCE and not ends_open(page.texts[body.lines[k] - 1])
    ]  # fmt: skip
    segments = [body.lines[a:b] for a, b in pairwise([0, *borders, len(body.lines)])]
    words = [page.pairs.of_lines(head) for head in heads]
    found = shares(words, [page.pairs.of_lines(s) for s in segments])
    places = sorted({int(row.argmax()) for row in found if row.max() > 0})
    cuts = [max(borders[first:last], key=lambda k: chance[body.lines[k]]) for first, last in pairwise(places)]
    parts = [
        Piece(body.lines[a:b], body.states[a:b], min(body.probability, chance[body.lines[a]] if a else 1.0))
        for a, b in pairwise([0, *cuts, len(body.lines)])
    ]
    held = np.sort(shares(words, [page.pairs.of_lines(part.lines) for part in parts]), axis=1)
    return parts if len(parts) > 1 and (held[:, -1] - held[:, -2]).min() >= _CLEAR else [body]


def _join_bodies(reading: PageReading, articles: Sequence[Matched], weights: Any) -> list[Matched]:
    """Join bodies without a head to the body before them that they continue."""
    parts = [describe(reading, _whole(article), k) for k, article in enumerate(articles)]
    bodies = [k for k, part in enumerate(parts) if part.piece.has_body]
    if all(parts[k].piece.has_head for k in bodies[1:]):
        return list(articles)
    opening = shares([parts[k].opening for k in bodies], [parts[k].body for k in bodies])
    closing = shares([parts[k].closing for k in bodies], [parts[k].body for k in bodies])
    groups: list[list[int]] = []  # the bodies of each article, as indices of `bodies`
    joined: set[int] = set()
    for b, k in enumerate(bodies):
        part = parts[k]
        if groups and not part.piece.has_head:
            shared = np.array([opening[b, group].max() for group in groups])
            back = np.array([closing[group[-1], b] for group in groups])
            cells, features = join_features(
                part, [parts[bodies[group[-1]]] for group in groups], shared, back
            )
            values = weights[cells] + features @ weights[N_JOIN_CELLS:]
            best = int(values.argmax())
            if values[best] > 0:
                target = articles[bodies[groups[best][0]]]
                target.pieces += articles[k].pieces
                target.probability = min(target.probability, articles[k].probability, _logistic(values[best]))
                groups[best].append(b)
                joined.add(k)
                continue
            articles[k].probability = min(articles[k].probability, 1.0 - _logistic(values[best]))
        groups.append([b])
    return [article for k, article in enumerate(articles) if k not in joined]


def _whole(article: Matched) -> Piece:
    """Return the pieces of an article as one."""
    if len(article.pieces) == 1:
        return article.pieces[0]
    lines = [line for piece in article.pieces for line in piece.lines]
    return Piece(lines, [state for piece in article.pieces for state in piece.states])


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + exp(-max(-500.0, min(500.0, float(x)))))
