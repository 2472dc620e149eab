"""Prints the tables of the page "How it works": intermediate results that the library does not return.

The page calls these functions in its examples, and a test runs the examples, so the page cannot go stale. When
names inside the package change, this is the file to change with them.
"""

from __future__ import annotations

from itertools import count, pairwise
from typing import TYPE_CHECKING

import numpy as np

from classify.pages.line_model import crf
from classify.pages.line_model.features import read_features
from classify.pages.line_model.states import STATES as LINE_STATES
from classify.pages.neighbours import read_neighbours
from classify.pages.segmentation import _sum_over_paths, segment
from classify.pages.transitions import score_transitions
from classify.pages.units import to_units
from classify.summarizer.graph import WordGraph
from classify.summarizer.reading import read
from classify.text.lines import text_lines

if TYPE_CHECKING:
    from classify.pages.printed import Unit

STATES = (
    "headline",
    "byline",
    "headline and byline",
    "body, bare",
    "body under a headline",
    "body with a lead",
    "body with headline and lead",
    "after a body",
    "after a body with a lead",
    "after a photo story",
)
"""What the states of `classify.pages.transitions` mean, by number."""


def units_of(page: str) -> list[Unit]:
    """Return the units of a page of plain text."""
    units = to_units(text_lines(page))
    read_neighbours(units)
    return units


def show_units(page: str) -> None:
    """Print each unit: its lines, its kind, the width of its column in characters, and how it opens."""
    for unit in units_of(page):
        lines = f"{unit.lines[0].number}-{unit.lines[-1].number}"
        width = f"{unit.width:.0f}" if unit.width else "-"
        print(f"{lines:>6}  {unit.kind:8}{width:>3}  {unit.text[:14]}")


def show_steps(page: str, number: int, state: int) -> None:
    """Print every step that unit `number` (from 0) allows from `state`, with its score."""
    (sets, scores), _ = score_transitions(units_of(page))
    for step, score in zip(sets[number].transitions, scores[number], strict=True):
        if step.source == state:
            print(
                f"{score:+6.2f}  {step.role:8}{'begins' if step.begins else '      '}  -> {STATES[step.target]}"
            )


def show_path(page: str) -> None:
    """Print the best reading: the role of each unit, and the probability that an article begins at it.

    `segment` computes the probability only where an article begins in the best reading; here it is of all units.
    """
    units = units_of(page)
    scored, _ = score_transitions(units)
    probabilities = _sum_over_paths(scored, range(len(units)))
    for unit, step, p in zip(units, segment(units), probabilities, strict=True):
        print(f"{step.role:8}{'begins' if step.begins else '      '}  {p:.3f}  {unit.text[:14]}")


def show_states(page: str) -> None:
    """Print what the model of lines makes of each line: its state, and the probability of it."""
    features = read_features(page.split("\n"))
    own, border = crf.score(features, crf.load_weights())
    probabilities = crf.marginals(own, border)
    for node, state, line in zip(count(), crf.best_states(own, border), features.nodes, strict=False):
        print(f"{LINE_STATES[state]:16}{probabilities[node, state]:.2f}  {features.texts[line][:14]}")


def score_of(page: str, first: int, *states: int) -> float:
    """Return the score of the path through `states`, which begins before unit `first` (from 0)."""
    (sets, scores), _ = score_transitions(units_of(page))
    total = 0.0
    for number, (source, target) in enumerate(pairwise(states), first):
        steps = zip(sets[number].transitions, scores[number], strict=True)
        total += max(score for step, score in steps if (step.source, step.target) == (source, target))
    return total


def similarities(text: str) -> np.ndarray:
    """Return the similarities of the sentences of `text`, ``(n_sentences, n_sentences)``."""
    (reading,) = read([text])
    graph = WordGraph.from_words(reading.words)
    return np.array([graph.similarity_times(row) for row in np.eye(graph.n_units)])
