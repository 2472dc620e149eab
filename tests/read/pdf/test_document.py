"""Files that are refused, and pages that can't be read beside others that can."""

from __future__ import annotations

import re

import pytest

from classify.errors import InputError
from classify.read.pdf.document import PageWithoutTextError, PdfDocument
from tests.pdf_writer import PdfPage, pdf


def written(text: str = "水库开始蓄水。") -> PdfPage:
    page = PdfPage(400, 300)
    page.text(40, 30, 10, text)
    return page


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n", "is no PDF"),
        (b"%PDF-1.7\n", "is damaged or cut short"),
        (pdf([]), "has no pages|is damaged"),
    ],
)
def test_a_file_that_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=rf"page\.pdf: ({message})") as caught:
        PdfDocument(data, "page.pdf")
    assert "\n" not in str(caught.value)


def test_a_scan_names_programs_that_make_text_of_it() -> None:
    page = PdfPage(400, 300)
    page.picture(0, 0, 400, 300)
    with pytest.raises(PageWithoutTextError, match="OCRmyPDF"):
        PdfDocument(pdf([page]), "page.pdf").page(1)


def test_text_without_usable_codes_is_refused() -> None:
    with pytest.raises(PageWithoutTextError, match="do not say which characters"):
        PdfDocument(pdf([written("äöüßñçåæøêîô")]), "page.pdf").page(1)


def test_a_page_without_text_loses_no_other() -> None:
    with PdfDocument(pdf([PdfPage(400, 300), written()]), "page.pdf") as document:
        with pytest.raises(PageWithoutTextError):
            document.page(1)
        assert [line.text for line in document.page(2).lines] == ["水库开始蓄水。"]


def test_bytes_before_the_header_are_accepted() -> None:
    assert PdfDocument(b"\r\n" + pdf([written()]), "page.pdf").n_pages == 1


def test_messages_say_what_to_do() -> None:
    with pytest.raises(InputError) as caught:
        PdfDocument(b"text", "page.pdf")
    assert re.search("; (get|give|unlock|split)", str(caught.value))


def test_a_long_file_is_opened_anew_and_read_on() -> None:
    pages = []
    for k in range(230):
        page = PdfPage(200, 100)
        page.text(20, 20, 10, f"第{k + 1}版")
        pages.append(page)
    with PdfDocument(pdf(pages), "page.pdf") as document:
        found = [document.page(k).lines[0].text for k in range(1, 231)]
    assert found == [f"第{k}版" for k in range(1, 231)]
