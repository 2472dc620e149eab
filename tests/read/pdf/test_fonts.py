"""Fonts of the system: pages are read without them, and drawn with them."""

from __future__ import annotations

import pytest

from classify.read.pdf.document import PdfDocument
from classify.read.pdf.fonts import SystemFonts
from tests.pdf_writer import PdfPage, pdf


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the functions of pdfium's own table that are called."""
    calls: list[str] = []
    ask = SystemFonts._ask

    def noted(self: SystemFonts, name: str, *rest: object) -> object:
        calls.append(name)
        return ask(self, name, *rest)

    monkeypatch.setattr(SystemFonts, "_ask", noted)
    return calls


def test_a_page_is_read_without_fonts_of_the_system_and_drawn_with_them(asked: list[str]) -> None:
    page = PdfPage(200, 100)
    page.text(40, 30, 10, "水库蓄水3米。")
    with PdfDocument(pdf([page]), "page.pdf") as document:
        assert [line.text for line in document.page(1).lines] == ["水库蓄水3米。"]
        assert not asked
        document.picture(1, 100)
        assert "MapFont" in asked
        assert [line.text for line in document.page(1).lines] == ["水库蓄水3米。"]


def test_others_in_the_process_get_fonts_of_the_system(asked: list[str]) -> None:
    import pypdfium2

    assert SystemFonts.of(pypdfium2.raw) is SystemFonts.of(pypdfium2.raw)
    page = PdfPage(200, 100)
    page.text(40, 30, 10, "水库蓄水。")
    document = pypdfium2.PdfDocument(pdf([page]))
    document[0].get_textpage().get_text_bounded()
    document.close()
    assert "MapFont" in asked


def test_fonts_are_found_again_after_an_error() -> None:
    import pypdfium2.raw

    fonts = SystemFonts.of(pypdfium2.raw)
    with pytest.raises(ZeroDivisionError), fonts.hidden():
        1 / 0
    assert not fonts.are_hidden
