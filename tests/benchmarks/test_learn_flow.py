"""Weights of the flow are learned from what truly follows what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("reportlab")

from benchmarks import learn_flow
from classify.pages.layout.block_finding import find_blocks
from classify.pages.layout.flow import FlowWeights
from classify.pages.layout.links import ENDS, LINKS, STARTS
from classify.pages.layout.reading import view_page
from tests.pages.layout.pages import OPEN, POND, REST, Sheet

if TYPE_CHECKING:
    from pathlib import Path


def test_what_follows_is_found_in_the_truth() -> None:
    view = view_page(Sheet().text(40, 100, OPEN).text(180, 100, REST).text(40, 300, POND).page())
    segments = find_blocks(view).segments
    articles = [
        {"body": "".join([*OPEN, *REST]), "boxes": [[1, 40, 90, 400, 280]]},
        {"body": "".join(POND), "boxes": [[1, 40, 290, 400, 500]]},
    ]
    texts = [s.lines[0].text for s in segments]
    first, second, third = (texts.index(lines[0].strip("\u3000")) for lines in (OPEN, REST, POND))
    following = learn_flow.following_segments(segments, articles)
    assert (following[first], following[second], following[third]) == (second, -1, -1)
    assert learn_flow.following_segments(segments, articles[:1])[third] == -2


def test_learned_weights_find_what_follows() -> None:
    """On three pages one segment is a hundredth, so learned weights may find a few less than those set by hand."""
    pages = learn_flow.examples(learn_flow.read_files(0, 3, "learn"), learn_flow.hand_set())
    weights = learn_flow.learn(pages, learn_flow.hand_set())
    by_hand = learn_flow.share_right(pages, learn_flow.hand_set())
    assert learn_flow.share_right(pages, weights) > max(0.8, by_hand - 0.05)
    assert np.isfinite(np.concatenate([weights.links, weights.starts, weights.ends])).all()


def test_weights_are_written_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    learn_flow.write(learn_flow.hand_set(), path, "by hand")
    data = json.loads(path.read_text("utf-8"))
    assert data["learned"] == "by hand"
    assert (list(data["links"]), list(data["starts"]), list(data["ends"])) == (
        list(LINKS),
        list(STARTS),
        list(ENDS),
    )


def test_the_package_says_from_what_its_weights_were_learned() -> None:
    assert FlowWeights.learned().links.shape == (len(LINKS),)
    path = learn_flow.Path(learn_flow.layout.__file__).with_name("flow_weights.json")
    assert "learn_flow" in json.loads(path.read_text("utf-8"))["learned"]
