"""Learning the model of lines: gold states, gradient, the same weights each time, and the file of weights."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("opencc_pyo3", reason="generated pages need `pip install '.[bench]'`")
pytest.importorskip("reportlab", reason="PDF files need `pip install '.[bench]'`")

from benchmarks.learn_splitter import (
    Likelihood,
    gold_states,
    learn_model,
    make_example,
    make_training_page,
    mean_of,
    put_bodies_together,
    save,
)
from benchmarks.typography import GeneratedPage, PageLine, make_page
from classify.pages.line_model.crf import TABLES, load_weights
from classify.pages.line_model.states import STATES

if TYPE_CHECKING:
    from pathlib import Path


def states(*lines: tuple[str, int]) -> list[str]:
    page = GeneratedPage([PageLine("水", role, story) for role, story in lines], [], make_page(1).style)
    return [STATES[k] for k in gold_states(page)]


def test_gold_states_of_two_articles() -> None:
    assert states(
        ("furniture", -1), ("kicker", 0), ("headline", 0), ("byline", 0), ("body", 0), ("subhead", 0), ("body", 0),
        ("headline", 1), ("caption", 1), ("body", 1), ("furniture", -1), ("body", 1), ("credit", 1),
    ) == [
        "furniture", "kicker-1", "headline", "byline", "body", "subhead", "body",
        "headline-1", "caption-in-head", "body", "furniture-in-body", "body", "caption",
    ]  # fmt: skip


def test_gold_states_of_headlines_after_and_of_bodies_that_go_on() -> None:
    assert states(
        ("body", 0), ("headline", 0), ("deck", 0), ("body", 1), ("body", 0), ("byline", 0),
        ("headline", 2), ("headline", 3),
    ) == ["body-1", "headline-after", "deck-after", "body-1", "resume", "tail", "headline-1", "headline-1"]  # fmt: skip


def test_a_body_that_goes_on_is_told_by_its_place_not_by_the_order_of_the_page() -> None:
    lines = [PageLine("水", "body", 0, 5), PageLine("水", "body", 1, 2), PageLine("水", "body", 0, 1)]
    found = gold_states(GeneratedPage(lines, [], make_page(1).style))
    assert [STATES[k] for k in found] == ["resume", "body-1", "body-1"]


def test_bodies_are_put_together_in_their_order() -> None:
    lines = [
        PageLine("头", "headline", 0, 0), PageLine("乙", "body", 1, 9), PageLine("后", "body", 0, 2),
        PageLine("甲", "furniture", -1), PageLine("前", "body", 0, 1),
    ]  # fmt: skip
    assert "".join(line.text for line in put_bodies_together(lines)) == "头乙前后甲"


def test_the_text_of_a_pdf_file_is_a_page_with_its_articles() -> None:
    page = make_training_page(3)
    assert page.style is None
    assert {"headline", "body"} <= {line.role for line in page.lines if line.story >= 0}


def test_the_gradient_is_that_of_the_likelihood() -> None:
    examples = [e for e in map(make_example, range(6)) if e is not None]
    likelihood = Likelihood(examples)
    size = likelihood.n_state * likelihood.S + likelihood.n_border * likelihood.G + likelihood.G
    rng = np.random.default_rng(0)
    weights, step = rng.normal(0, 0.05, size), rng.normal(0, 1, size)
    _, gradient = likelihood(weights)
    ahead, behind = likelihood(weights + 1e-3 * step)[0], likelihood(weights - 1e-3 * step)[0]
    assert (ahead - behind) / 2e-3 == pytest.approx(float(gradient @ step), rel=2e-3)


def test_the_mean_of_two_models() -> None:
    weights = load_weights()
    other = replace(weights, bias=weights.bias + 2, join=weights.join - 1)
    found = mean_of([weights, other])
    assert found.bias == pytest.approx(weights.bias + 1)
    assert found.join == pytest.approx(weights.join - 0.5)
    assert found.head == pytest.approx(weights.head)
    assert mean_of([replace(weights, stack=None)] * 2).stack is None


@pytest.mark.slow
def test_the_same_pages_give_the_same_weights(tmp_path: Path) -> None:
    files = []
    for name in ("first.npz", "second.npz"):
        weights = learn_model(range(8), 3)
        saved: Any = type(weights)(weights.state, weights.border, weights.bias, np.zeros(2), np.zeros(2))
        save(saved, tmp_path / name, "8 pages")
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]
    with np.load(tmp_path / "first.npz") as data:
        for name in TABLES:
            table = getattr(weights, name).ravel()
            kept = np.zeros_like(table)
            kept[data[f"{name}_at"]] = data[name] * data[f"{name}_scale"]
            assert kept == pytest.approx(table, abs=0.021)
