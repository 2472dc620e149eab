"""The figures of sections/dev2 count what their names say."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from benchmarks.real_sections import error_by_chance, figures_of

if TYPE_CHECKING:
    from classify.sections.model import Model


class ByFirstCharacter:
    """A model that is sure of the section whose first character a text begins with."""

    classes = ("business", "other")

    def probabilities(self, texts: list[str]) -> np.ndarray:
        return np.array([[0.8, 0.2] if text.startswith("商") else [0.1, 0.9] for text in texts])


ITEMS = [
    {
        "title": "商店开业",
        "text": "一家商店。",
        "sections": ["business"],
        "agreed": True,
        "from": "newspaper",
    },
    {
        "title": "",
        "text": "商会开会。",
        "sections": ["other", "business"],
        "agreed": True,
        "from": "newspaper",
    },
    {"title": "下雨", "text": "商店关门。", "sections": ["other"], "agreed": True, "from": "tv"},
    {"title": "下雪", "text": "今天下雪。", "sections": ["business"], "agreed": False, "from": "tv"},
]


def test_right_hits_and_newspaper_items() -> None:
    found = figures_of(cast("Model", ByFirstCharacter()), ITEMS)
    assert found.right == pytest.approx(2 / 3)  # the second reader's section is a hit, but not right
    assert found.newspaper == pytest.approx(1 / 2)
    assert found.report.accuracy == pytest.approx(3 / 4)


def test_few_items_show_an_error_even_where_confidences_are_true() -> None:
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.5, 1, 2_000)
    few, many = error_by_chance(confidence[:100]), error_by_chance(confidence)
    assert 0 < many[0] < few[0] < few[1]
    assert many[0] < 0.05
