"""Captions without an end mark, beside small headlines in another typeface."""

from __future__ import annotations

import pytest

from classify import split_page
from classify.pages.layout.blocks import disputed_blocks, find_blocks
from classify.pages.layout.captions import SIGNS, caption_signs, is_caption
from classify.pages.layout.reading import view_page
from tests.pages.layout.pages import FOREST, POND, Sheet


def story() -> Sheet:
    return Sheet().headline(40, 60, "林场造林").text(40, 100, FOREST).picture(40, 180, 150, 240)


@pytest.mark.parametrize("text", ["林场职工正在栽树", "▲林场职工正在栽树", "图为林场职工"])
def test_a_caption_without_an_end_mark_is_no_headline(text: str) -> None:
    (article,) = split_page(story().line(40, 244, text, 9.0, "Kai").page())
    assert (article.headline, article.captions) == ("林场造林", (text,))


def test_a_small_headline_over_its_text_is_no_caption() -> None:
    """It is under the picture of another story, and larger than the text."""
    sheet = story().line(40, 258, "水库蓄水", 11.0, "Hei").text(40, 272, POND)
    found = split_page(sheet.page())
    assert {article.headline for article in found} == {"林场造林", "水库蓄水"}
    assert all(article.captions == () for article in found)


def test_what_is_seen_of_a_block() -> None:
    view = view_page(story().line(40, 244, "林场职工正在栽树", 9.0, "Kai").page())
    (block,), segments, display = disputed_blocks(view)
    signs = dict(zip(SIGNS, caption_signs(view, block, segments, display), strict=True))
    assert {name for name, value in signs.items() if value == 1.0} == {
        "bias", "smaller", "under", "flush", "inside", "lines"
    }  # fmt: skip
    assert signs["size"] == pytest.approx(-1.05, abs=0.01)
    assert is_caption(view, block, segments, display)
    assert find_blocks(view).captions[0].text == block.text


@pytest.mark.parametrize(
    ("x", "y", "text", "size"),
    [(40, 300, "林场职工", 9.0), (40, 244, "林场职工栽树。", 9.0), (40, 244, "林场职工栽树", 10.0)],
)
def test_what_is_plain_is_not_disputed(x: float, y: float, text: str, size: float) -> None:
    """Far from the picture; a sentence; in the type of the text."""
    view = view_page(story().line(x, y, text, size, "Song").page())
    assert disputed_blocks(view)[0] == []
