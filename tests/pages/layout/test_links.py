"""What is seen of segments that may follow one another."""

from __future__ import annotations

import numpy as np

from classify.pages.layout.block_finding import find_blocks
from classify.pages.layout.links import ENDS, LINKS, STARTS, find_evidence, text_likeness
from classify.pages.layout.reading import view_page
from tests.pages.layout.pages import FOREST, OPEN, POND, REST, Sheet


def seen(sheet: Sheet) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Return what is seen of the second segment after the first, and as a beginning, and of the first as an end."""
    view = view_page(sheet.page())
    blocks = find_blocks(view)
    evidence = find_evidence(view, blocks.segments, blocks.displays)
    order = sorted(
        range(len(blocks.segments)), key=lambda k: blocks.segments[k].area.x0 + blocks.segments[k].area.y0
    )
    first, second = order[:2]
    return (
        {name: value for name, value in zip(LINKS, evidence.links[first, second], strict=True) if value},
        {name: value for name, value in zip(STARTS, evidence.starts[second], strict=True) if value},
        {name: value for name, value in zip(ENDS, evidence.ends[first], strict=True) if value},
    )


def test_an_open_sentence_goes_on_in_the_next_column() -> None:
    link, start, end = seen(Sheet().text(40, 100, OPEN).text(180, 100, REST))
    assert {"right", "right_near", "right_same_top", "open_flush"} <= set(link)
    assert {"bias", "flush"} <= set(start)
    assert "open" in end


def test_walls_and_rules_between_columns_are_seen() -> None:
    link, _, _ = seen(Sheet().text(40, 100, FOREST).text(180, 100, POND).rule(165, 40, 165.5, 300))
    assert link["right_wall"] == 1.0
    link, _, _ = seen(Sheet().text(40, 100, FOREST * 3).text(180, 200, POND).rule(180, 180, 290, 180.5))
    assert "right_rule" not in link
    assert "right_top_off" in link


def test_a_rule_and_a_headline_between_two_segments_of_a_column_are_seen() -> None:
    sheet = (
        Sheet()
        .text(40, 100, FOREST)
        .rule(40, 175, 150, 175.5)
        .headline(40, 190, "水库蓄水")
        .text(40, 230, POND)
    )
    link, start, _ = seen(sheet)
    assert (link["below"], link["below_rule"], link["below_head"]) == (1.0, 1.0, 1.0)
    assert start["head_over"] == 1.0


def test_a_page_without_segments_has_no_evidence() -> None:
    evidence = find_evidence(view_page(Sheet().page()), [], [])
    assert evidence.links.shape == (0, 0, len(LINKS))
    assert evidence.starts_without_heads().shape == (0, len(STARTS))


def test_headlines_are_left_out_of_plain_beginnings() -> None:
    view = view_page(Sheet().headline(40, 60, "林场造林").text(40, 100, FOREST).page())
    blocks = find_blocks(view)
    evidence = find_evidence(view, blocks.segments, blocks.displays)
    at = STARTS.index("head_over")
    assert evidence.starts[0, at] == 1.0
    assert evidence.starts_without_heads()[0, at] == 0.0


def test_shared_words_decide_between_columns() -> None:
    likeness = text_likeness(["造林两千亩经济林", "经济林造林", "水库蓄水"])
    assert likeness[0, 1] > likeness[0, 2]
    assert np.allclose(likeness, likeness.T)
