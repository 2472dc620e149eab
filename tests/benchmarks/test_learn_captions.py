"""Weights of captions are learned from blocks that are in a caption of the truth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("reportlab")

from benchmarks import learn_captions
from classify.pages.layout.captions import SIGNS
from tests.pages.layout.pages import FOREST, Sheet

if TYPE_CHECKING:
    from pathlib import Path


def test_blocks_are_found_in_the_truth() -> None:
    sheet = Sheet().text(40, 100, FOREST).picture(40, 180, 150, 240).line(40, 244, "林场职工栽树", 9.0, "Kai")
    articles = [{"captions": ["林场职工栽树"]}]
    rows, true = learn_captions.examples([([sheet.page()], {"articles": articles})])
    assert rows.shape == (1, len(SIGNS))
    assert true.tolist() == [1.0]
    assert learn_captions.examples([([sheet.page()], {"articles": [{"captions": ["水库"]}]})])[
        1
    ].tolist() == [0.0]


def test_what_shows_a_caption_gets_weight() -> None:
    rng = np.random.default_rng(3)
    rows = rng.integers(0, 2, (200, len(SIGNS))).astype(float)
    true = rows[:, SIGNS.index("smaller")]
    weights = learn_captions.learn(rows, true)
    assert np.argmax(weights) == SIGNS.index("smaller")


def test_the_script_writes_weights_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(learn_captions.layout, "__file__", str(tmp_path / "__init__.py"))
        assert learn_captions.main(["--files", "2"]) == 0
    data = json.loads((tmp_path / "caption_weights.json").read_text("utf-8"))
    assert tuple(data["signs"]) == SIGNS
    assert data["learned"] == capsys.readouterr().out.strip()
    path = learn_captions.Path(learn_captions.layout.__file__).with_name("caption_weights.json")
    assert "learn_captions" in json.loads(path.read_text("utf-8"))["learned"]
