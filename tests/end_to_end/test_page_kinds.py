"""Kinds of PDF pages, from the bytes of the file to articles: what is unusual in a page changes no article."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from classify.pages.layout import split_printed_pages
from classify.read.pdf.document import PdfDocument
from tests.pdf_writer import PdfPage, pdf

if TYPE_CHECKING:
    from collections.abc import Callable

FOREST = ["　　云港市林场近日造林", "两千亩，今年以来全市已", "造林三万亩，其中经济林", "占四成。"]
POND = ["　　石泉水库昨日开始蓄", "水，水位每天上升一米，", "预计月底到达设计水位。"]
FOREST_BODY = "云港市林场近日造林两千亩，今年以来全市已造林三万亩，其中经济林占四成。"
POND_BODY = "石泉水库昨日开始蓄水，水位每天上升一米，预计月底到达设计水位。"


def articles(page: PdfPage) -> list[tuple[str, str]]:
    with PdfDocument(pdf([page]), "page.pdf") as document:
        (found,) = split_printed_pages([document.page(1)])
    return sorted((article.headline, article.body) for article in found)


LEAD = ["　　本报讯（记者岑雨桐）", *POND]


def two_stories(page: PdfPage, *, art: bool = False) -> PdfPage:
    """Set two stories side by side; with `art`, the headline of the second one is a picture."""
    page.text(40, 60, 20, "林场造林", "hei")
    page.lines(40, 100, 10, FOREST)
    if art:
        page.picture(180, 58, 280, 82)
    else:
        page.text(180, 60, 20, "水库蓄水", "hei")
    page.lines(180, 100, 10, LEAD if art else POND)
    return page


def shadowed(page: PdfPage) -> None:
    page.text(41.2, 61.2, 20, "林场造林", "hei")
    page.text(181.2, 61.2, 20, "水库蓄水", "hei")


def with_a_second_layer(page: PdfPage) -> None:
    for k, line in enumerate(FOREST):
        page.text(40 + 20 * (k == 0), 100 + 15 * k, 10, line.strip("　"), mode=3)


def with_text_outside(page: PdfPage) -> None:
    page.text(60, 4, 10, "成品尺寸　严禁外传")


def tinted(page: PdfPage) -> None:
    page.parts.insert(0, "0.9 g 172 420 128 130 re f 0 g")


@pytest.mark.parametrize("change", [shadowed, with_a_second_layer, with_text_outside, tinted])
def test_what_is_unusual_changes_no_article(change: Callable[[PdfPage], None]) -> None:
    page = PdfPage(400, 600, "/CropBox [10 10 390 580]" if change is with_text_outside else "")
    change(two_stories(page))
    assert articles(page) == [("林场造林", FOREST_BODY), ("水库蓄水", POND_BODY)]


@pytest.mark.parametrize("quarters", [90, 180, 270])
def test_a_page_that_is_shown_turned_has_its_lines_as_they_are_shown(quarters: int) -> None:
    """The text of such a file is set on its side, so that it is upright as shown."""
    page = two_stories(PdfPage(400, 600))
    a, b, c, d = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[quarters]
    e, f = {90: (600, 0), 180: (400, 600), 270: (0, 400)}[quarters]
    turned = PdfPage(*((400, 600) if quarters == 180 else (600, 400)), f"/Rotate {quarters}")
    turned.parts = [f"q {a} {b} {c} {d} {e} {f} cm", *page.parts, "Q"]
    assert articles(turned) == [("林场造林", FOREST_BODY), ("水库蓄水", POND_BODY)]


def test_a_headline_that_is_a_picture_is_none() -> None:
    page = two_stories(PdfPage(400, 600), art=True)
    assert articles(page) == [("", POND_BODY), ("林场造林", FOREST_BODY)]


def test_a_page_in_a_font_of_vertical_type() -> None:
    page = PdfPage(400, 600)
    page.vertical(340, 40, 20, "林场造林")
    for k, line in enumerate(FOREST):
        page.vertical(315 - 15 * k, 40 + 20 * (k == 0), 10, line.strip("　"))
    page.vertical(220, 40, 20, "水库蓄水")
    for k, line in enumerate(POND):
        page.vertical(195 - 15 * k, 40 + 20 * (k == 0), 10, line.strip("　"))
    assert articles(page) == [("林场造林", FOREST_BODY), ("水库蓄水", POND_BODY)]
