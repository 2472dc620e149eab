"""Characters of a page as it is shown."""

from __future__ import annotations

import pytest

from classify.read.pdf.document import PdfDocument
from classify.records import Box
from tests.pdf_writer import PdfPage, pdf


def texts(page: PdfPage) -> list[str]:
    return [line.text for line in PdfDocument(pdf([page]), "page.pdf").page(1).lines]


def test_unembedded_fonts_give_every_character_with_its_place() -> None:
    page = PdfPage(400, 300)
    page.text(40, 30, 10, "水库蓄水3米。")
    (line,) = PdfDocument(pdf([page]), "page.pdf").page(1).lines
    assert line.text == "水库蓄水3米。"
    assert (line.size, line.face, line.direction) == (10.0, "STSong-Light", "horizontal")
    assert line.box is not None
    assert line.box[:3] == (1, 40.0, 30.0)
    assert line.box.y1 == pytest.approx(40.0, abs=0.2)


def test_a_single_character_has_no_extent_for_pdfium_and_is_read_all_the_same() -> None:
    page = PdfPage(400, 300)
    page.text(40, 30, 10, "水")
    assert texts(page) == ["水"]


def test_vertical_fonts_give_every_character_with_its_place() -> None:
    """Not half a character beside it, where boxes are those of fonts that are not there; and also for marks."""
    page = PdfPage(400, 300)
    page.vertical(300, 20, 10, "●水库蓄水。")
    page.vertical(285, 20, 10, "林场造林忙。")
    first, second = sorted(PdfDocument(pdf([page]), "page.pdf").page(1).lines, key=lambda line: -line.box.x0)
    assert [(line.text, line.direction) for line in (first, second)] == [
        ("●水库蓄水。", "vertical"), ("林场造林忙。", "vertical")
    ]  # fmt: skip
    assert first.box == pytest.approx(Box(1, 300.0, 20.0, 310.0, 80.0), abs=0.2)
    assert second.box == pytest.approx(Box(1, 285.0, 20.0, 295.0, 80.0), abs=0.2)


def test_text_outside_the_crop_box_is_dropped() -> None:
    page = PdfPage(400, 300, "/CropBox [20 20 380 280]")
    page.text(40, 60, 10, "水库蓄水")
    page.text(40, 2, 10, "裁切线外")
    (line,) = PdfDocument(pdf([page]), "page.pdf").page(1).lines
    assert line.text == "水库蓄水"
    assert line.box == Box(1, 20.0, 40.0, 60.0, 50.0)


@pytest.mark.parametrize(("quarters", "corner"), [(90, (260, 40)), (180, (320, 260)), (270, (30, 320))])
def test_a_rotated_page_is_measured_as_it_is_shown(quarters: int, corner: tuple[int, int]) -> None:
    page = PdfPage(400, 300, f"/Rotate {quarters}")
    page.text(40, 30, 10, "水库蓄水")
    found = PdfDocument(pdf([page]), "page.pdf").page(1)
    assert (found.width, found.height) == ((300, 400) if quarters != 180 else (400, 300))
    box = found.lines[0].box
    assert box is not None
    assert (round(box.x0), round(box.y0)) == corner


@pytest.mark.parametrize("shift", [0.0, 1.5])
def test_shadows_and_second_layers_are_read_once(shift: float) -> None:
    page = PdfPage(400, 300)
    page.text(40, 30, 24, "林场造林忙")
    page.text(40 + shift, 30 + shift, 24, "林场造林忙")
    assert texts(page) == ["林场造林忙"]


def test_invisible_text_under_visible_text_is_dropped() -> None:
    page = PdfPage(400, 300)
    page.text(40, 30, 10, "水库蓄水", mode=3)
    page.text(40, 30, 10, "水库蓄水")
    page.text(40, 90, 10, "隐藏", mode=3)
    assert texts(page) == ["水库蓄水"]


def test_invisible_text_alone_is_what_an_ocr_program_read() -> None:
    page = PdfPage(400, 300)
    page.picture(0, 0, 400, 300)
    page.text(40, 30, 10, "水库蓄水", mode=3)
    assert texts(page) == ["水库蓄水"]


def test_rules_frames_and_pictures() -> None:
    page = PdfPage(400, 600)
    page.text(40, 30, 10, "水库蓄水")
    page.rule(20, 300, 380, 300)
    page.frame(200, 80, 380, 200, tint=True)
    page.frame(20, 80, 180, 200)
    page.picture(40, 320, 200, 400)
    found = PdfDocument(pdf([page]), "page.pdf").page(1)
    assert [(round(b.x0), round(b.y0), round(b.x1), round(b.y1)) for b in found.rules] == [
        (20, 300, 380, 300)
    ]
    assert [(round(b.x0), round(b.y1)) for b in found.frames] == [(200, 200), (20, 200)]
    assert found.pictures == (Box(1, 40.0, 320.0, 200.0, 400.0),)
