"""Learning which display lines are label, kicker, headline and deck."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("opencc_pyo3", reason="generated pages need `pip install '.[bench]'`")
pytest.importorskip("scipy")

from benchmarks.learn_splitter import make_training_page, save
from benchmarks.learn_stacks import find_examples, fit, right_parts
from benchmarks.typography import PageLine
from classify.pages.line_model.crf import load_weights
from classify.pages.line_model.display_stack import N_ROWS

if TYPE_CHECKING:
    from pathlib import Path


def stack(*lines: tuple[str, int]) -> tuple[Any, list[PageLine]]:
    return (
        SimpleNamespace(lines=[[i] for i in range(len(lines))]),
        [PageLine(text="柳湾镇", role=role, story=story) for role, story in lines],
    )


def test_right_parts_are_runs_of_lines_of_one_role() -> None:
    assert right_parts(*stack(("kicker", 0), ("headline", 0), ("headline", 0))) == ((0, 1, 1), (1, 3, 2))


@pytest.mark.parametrize("first", [("headline", 1), ("byline", 0)])
def test_lines_of_two_articles_and_others_than_display_lines_are_no_example(first: tuple[str, int]) -> None:
    assert right_parts(*stack(first, ("headline", 0))) is None


def test_weights_are_learned_and_saved_from_stacks_as_they_are_read(tmp_path: Path) -> None:
    weights = load_weights()
    examples = [e for seed in range(12) for e in find_examples(weights, make_training_page, seed)]
    learned = fit(examples)
    right = 0
    for rows, chances, number in examples:
        scores = [learned[row].sum() + learned[-1] * c for row, c in zip(rows, chances, strict=True)]
        right += int(np.argmax(scores)) == number
    assert right > 0.8 * len(examples) > 0
    saved: Any = type(weights)(
        weights.state, weights.border, weights.bias, weights.join, weights.head, learned
    )
    save(saved, tmp_path / "weights.npz", "4 pages")
    with np.load(tmp_path / "weights.npz") as data:
        assert data["stack"].shape == (N_ROWS + 1,)
