"""Pages with more than a newspaper has: they are read by their text, and every line is in one place."""

from __future__ import annotations

import pytest

from classify.pages.layout import assembly, split_printed_page
from tests.pages.layout.pages import FOREST, POND, Sheet


def page() -> Sheet:
    sheet = Sheet().headline(40, 40, "林场造林忙").text(40, 80, FOREST)
    return sheet.headline(40, 200, "水库蓄水").text(40, 240, POND).rule(40, 190, 160, 191)


@pytest.mark.parametrize("limit", ["MOST_LINES", "MOST_DRAWN", "MOST_BLOCKS"])
def test_over_a_limit_a_page_is_read_by_its_text(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = page()
    by_geometry = split_printed_page(sheet.page())
    assert [article.headline for article in by_geometry] == ["林场造林忙", "水库蓄水"]
    monkeypatch.setattr(assembly, limit, 0)
    monkeypatch.setattr(assembly, "_find_stories", None)
    found = split_printed_page(sheet.page())
    taken = [n for article in found for first, last in article.lines for n in range(first, last + 1)]
    taken += [line.number for line in found.leftover]
    assert sorted(taken) == [line.number for line in sheet.lines]
    assert all(article.boxes for article in found)


def test_a_page_of_thousands_of_lines() -> None:
    sheet = Sheet(height=60_000)
    for k in range(assembly.MOST_LINES + 1):
        sheet.line(40 + 110 * (k % 3), 40 + 15 * (k // 3), "林场造林两千亩。")
    assert len(split_printed_page(sheet.page())) >= 1
