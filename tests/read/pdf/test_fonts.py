"""Fonts of the system: pages are read without them, and drawn with them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from classify.read.pdf.fonts import SystemFonts
from tests.support import ROOT

NOTED = """
from classify.read.pdf.document import PdfDocument
from classify.read.pdf.fonts import SystemFonts
from tests.pdf_writer import PdfPage, pdf

asked, ask = [], SystemFonts._ask
def noted(self, name, *rest):
    asked.append(name)
    return ask(self, name, *rest)
SystemFonts._ask = noted
page = PdfPage(200, 100)
page.text(40, 30, 10, "水库蓄水3米。")
data = pdf([page])
"""
"""Notes which functions of pdfium's own table are called. In a process of its own: pdfium keeps the fonts that it has
found, and asks no more."""


def run_noted(code: str) -> None:
    """Run code behind `NOTED`."""
    done = subprocess.run(
        [sys.executable, "-c", NOTED + code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_page_is_read_without_fonts_of_the_system_and_drawn_with_them() -> None:
    run_noted(
        """
with PdfDocument(data, "page.pdf") as document:
    assert [line.text for line in document.page(1).lines] == ["水库蓄水3米。"]
    assert not asked
    document.picture(1, 100)
    assert "MapFont" in asked
    assert [line.text for line in document.page(1).lines] == ["水库蓄水3米。"]
"""
    )


def test_others_in_the_process_get_fonts_of_the_system() -> None:
    run_noted(
        """
import pypdfium2, pypdfium2.raw
assert SystemFonts.of(pypdfium2.raw) is SystemFonts.of(pypdfium2.raw)
document = pypdfium2.PdfDocument(data)
document[0].get_textpage().get_text_bounded()
document.close()
assert "MapFont" in asked
"""
    )


def test_fonts_are_found_again_after_an_error() -> None:
    import pypdfium2.raw

    fonts = SystemFonts.of(pypdfium2.raw)
    with pytest.raises(ZeroDivisionError), fonts.hidden():
        1 / 0
    assert not fonts.are_hidden
