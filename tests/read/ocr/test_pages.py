"""Lines cut, joined, straightened and measured; failures; issues of several files."""

from __future__ import annotations

import math
import random
import zipfile
from typing import TYPE_CHECKING

import pytest

from classify import read_pages
from classify.errors import InputError
from classify.read import PageFailure
from classify.read.ocr import ocr_pages, pages, read_ocr
from classify.records import PrintedPage
from tests.read.ocr.samples import ROWS, alto, alto_line, alto_page, hocr, page_xml, place

if TYPE_CHECKING:
    from pathlib import Path

SENTENCE = "水库今日开始蓄水灌溉农田"


def page_of(data: bytes) -> PrintedPage:
    (page,) = ocr_pages(data, "page")
    assert isinstance(page, PrintedPage), page
    return page


def column(x: float, y: float, n: int, height: float = 10.0) -> list[tuple[str, float, float, float, float]]:
    return [(SENTENCE, x, y + 16 * k, 120.0, height) for k in range(n)]


def as_alto(rows: list[tuple[str, float, float, float, float]]) -> bytes:
    return alto("".join(alto_line(text, *box) for text, *box in rows))


def test_two_columns_in_one_line_are_cut() -> None:
    lines = "".join(
        f'<TextLine {place(20, y, 252, 10)}><String CONTENT="{SENTENCE}" {place(20, y, 120, 10)}/><SP/>'
        f'<String CONTENT="{SENTENCE}" {place(152, y, 120, 10)}/></TextLine>'
        for y in range(20, 180, 16)
    )
    page = page_of(alto(lines))
    assert len(page.lines) == 20
    assert {line.box.x0 for line in page.lines if line.box} == {20.0, 152.0}


def test_a_blank_inside_a_column_is_no_gutter() -> None:
    rows = "".join(alto_line(SENTENCE, 20, y, 120, 10) for y in (20, 52))
    blank = (
        f'<TextLine {place(20, 36, 120, 10)}><String CONTENT="水库今日开" {place(20, 36, 50, 10)}/>'
        f'<String CONTENT="灌溉农田了" {place(82, 36, 58, 10)}/></TextLine>'
    )
    assert [line.text for line in page_of(alto(rows + blank)).lines][1] == "水库今日开\u3000灌溉农田了"


def test_torn_lines_are_joined() -> None:
    rows = [
        ("本报讯（记者岑雨桐）", 20.0, 20.0, 100.0, 10.0),
        ("近日", 121.0, 20.5, 20.0, 10.0),
        *column(20, 36, 3),
    ]
    assert page_of(as_alto(rows)).lines[0].text == "本报讯（记者岑雨桐）近日"
    rows = [("水库今", 20.0, 20.0, 30.0, 10.0), ("蓄水灌溉农田", 62.0, 20.0, 78.0, 10.0), *column(20, 36, 3)]
    assert page_of(as_alto(rows)).lines[0].text == "水库今\u3000蓄水灌溉农田"  # the next line covers the gap


def test_squeezed_punctuation_is_on_its_line() -> None:
    rows = [("林场“奖”", 20.0, 20.0, 50.0, 10.0), ("。", 64.8, 20.0, 10.0, 10.0), *column(20, 36, 3)]
    assert page_of(as_alto(rows)).lines[0].text == "林场“奖”。"
    rows[1] = ("。", 58.0, 20.0, 10.0, 10.0)  # printed over the line
    assert len(page_of(as_alto(rows)).lines) == 5


def test_columns_and_rules_part_lines() -> None:
    assert len(page_of(as_alto(column(20, 20, 5) + column(146, 20, 5))).lines) == 10
    rows = [("水库", 20.0, 20.0, 20.0, 10.0), ("林场", 44.0, 20.0, 20.0, 10.0)]
    assert len(page_of(as_alto(rows)).lines) == 1
    rule = f'<GraphicalElement ID="g" {place(42, 0, 0.5, 90)}/></PrintSpace>'.encode()
    assert len(page_of(as_alto(rows).replace(b"</PrintSpace>", rule)).lines) == 2


def test_letters_under_one_another_are_a_vertical_line() -> None:
    letters = [(c, 200.0, 20.0 + 24 * k, 20.0, 20.0) for k, c in enumerate("乡道蹲守四夜")]
    page = page_of(as_alto(column(20, 20, 8) + letters))
    (vertical,) = [line for line in page.lines if line.direction == "vertical"]
    assert (vertical.text, vertical.size) == ("乡道蹲守四夜", 20.0)


def test_noisy_boxes_have_one_size() -> None:
    noise = random.Random(1)
    rows = [
        (text, x, y + noise.gauss(0, 0.2), w, h * noise.uniform(0.95, 1.05))
        for text, x, y, w, h in column(20, 60, 25)
    ]
    rows.append(("水库蓄水", 20.0, 20.0, 100.0, 25.0))
    sizes = [line.size for line in page_of(as_alto(rows)).lines]
    assert sizes[0] == 25.0
    assert len(set(sizes[1:])) == 1
    assert sizes[1] == pytest.approx(10, rel=0.03)


@pytest.mark.parametrize("degrees", [-1.0, 0.5, 1.0])
@pytest.mark.parametrize("how", ["edges", "baselines", "words"])
def test_a_page_askew_is_straightened(degrees: float, how: str) -> None:
    slope = math.tan(math.radians(degrees))

    def askew(x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
        corners = [(px - slope * py, py + slope * px) for px in (x, x + w) for py in (y, y + h)]
        left, top = min(c[0] for c in corners), min(c[1] for c in corners)
        return left, top, max(c[0] for c in corners) - left, max(c[1] for c in corners) - top

    lines = ""
    for text, *box in column(40, 20, 20) + column(180, 20, 20):
        whole = askew(*box)
        if how == "words":
            x, y, w, h = box
            words = "".join(
                f'<String CONTENT="{text[k : k + 3]}" {place(*askew(x + 10 * k, y, 30, h))}/>'
                for k in range(0, 12, 3)
            )
            lines += f"<TextLine {place(*whole)}>{words}</TextLine>"
        else:
            x, y, w, h = box
            baseline = (
                f' BASELINE="{x},{y + slope * x} {x + w},{y + slope * (x + w)}"' if how == "baselines" else ""
            )
            lines += alto_line(text, *whole).replace("<TextLine", f"<TextLine{baseline}", 1)
    page = page_of(alto(lines))
    assert len(page.lines) == 40
    heights = [line.box.height for line in page.lines if line.box]
    assert max(heights) < 10.8
    edges = sorted(line.box.x0 for line in page.lines if line.box)
    assert edges[19] - edges[0] < 1.5


def test_white_with_a_caption_is_a_picture() -> None:
    rows = column(20, 20, 10) + column(20, 320, 10) + column(160, 20, 30)
    rows.append(("图为水库。 岑雨桐 摄", 20.0, 300.0, 80.0, 8.0))
    (picture,) = page_of(as_alto(rows)).pictures
    assert picture.x0 < 30
    assert 150 < picture.y0 < 200
    assert 260 < picture.y1 < 305
    assert page_of(as_alto(rows[:-1])).pictures == ()  # white only


def test_white_under_a_headline_is_a_picture() -> None:
    rows = column(20, 20, 10) + column(20, 320, 10) + column(160, 20, 30)
    rows.append(("水库蓄水", 20.0, 176.0, 80.0, 20.0))
    (picture,) = page_of(as_alto(rows)).pictures
    assert 196 < picture.y0 < picture.y1 < 320
    rows[-1] = ("水库蓄水", 20.0, 300.0, 80.0, 16.0)  # under the white
    assert page_of(as_alto(rows)).pictures == ()


@pytest.mark.parametrize("data", [alto(""), page_xml("<TextLine/>"), hocr("<span class='ocr_line'> </span>")])
def test_a_page_without_text_is_a_failure(data: bytes) -> None:
    (page,) = ocr_pages(data, "page")
    assert isinstance(page, PageFailure)
    assert page.has_no_text
    assert "Tesseract" in page.reason


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_LINES", 2)
    (page,) = ocr_pages(alto_page(), "page")
    assert isinstance(page, PageFailure)
    assert "3 lines, more than 2" in page.reason
    monkeypatch.setattr(pages, "MAX_LINES", 9)
    monkeypatch.setattr(pages, "MAX_LINE_CHARACTERS", 9)
    (page,) = ocr_pages(alto_page(), "page")
    assert isinstance(page, PageFailure)
    assert "more than 9 characters" in page.reason
    monkeypatch.setattr(pages, "MAX_PAGES", 1)
    with pytest.raises(InputError, match="more than 1 pages"):
        list(ocr_pages(hocr(pages=2), "page"))
    with pytest.raises(InputError, match="has no pages"):
        list(ocr_pages(b"<alto><Layout/></alto>", "page"))


def test_pages_are_chosen_and_numbered() -> None:
    found = list(ocr_pages(hocr(pages=3), "page", [range(2, 3)]))
    assert [page.number for page in found] == [2]
    assert [page.number for page in ocr_pages(hocr(pages=2), "page", first=5)] == [5, 6]


def test_another_format_than_asked_for_is_refused() -> None:
    with pytest.raises(InputError, match="is hOCR, not ALTO; leave -i out, or give -i hocr"):
        list(ocr_pages(hocr(), "page", format="alto"))


@pytest.fixture
def issue(tmp_path: Path) -> Path:
    folder = tmp_path / "issue"
    folder.mkdir()
    (folder / "page10.xml").write_bytes(page_xml())
    (folder / "page9.xml").write_bytes(alto_page())
    (folder / "page11.hocr").write_bytes(hocr())
    (folder / "bad.xml").write_bytes(b"<alto>")
    (folder / "mets.xml").write_bytes(b"<mets/>")
    (folder / "notes.txt").write_text("x")
    return folder


def check_issue(found: list[PrintedPage | PageFailure]) -> None:
    assert [page.number for page in found] == [1, 2, 3, 4]
    bad, *good = found
    assert isinstance(bad, PageFailure)
    assert "bad.xml: is no well-formed XML" in bad.reason
    for page in good:
        assert isinstance(page, PrintedPage)
        assert page.lines[0].text == ROWS[0][0]
        assert {line.box.page for line in page.lines if line.box} == {page.number}


def test_a_folder_is_an_issue(issue: Path) -> None:
    check_issue(list(read_ocr(str(issue))))
    assert [page.number for page in read_ocr(str(issue), [range(3, 9)])] == [1, 3, 4]


def test_a_zip_file_is_an_issue(issue: Path, tmp_path: Path) -> None:
    path = tmp_path / "issue.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in issue.iterdir():
            archive.write(file, f"1/{file.name}")
        archive.mkdir("2.xml") if hasattr(archive, "mkdir") else None
    check_issue(list(read_ocr(str(path))))
    (issue / "bad.xml").unlink()
    found = list(read_pages(issue))
    assert len(found) == 3


def test_issues_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; name its files"):
        list(read_ocr(str(tmp_path)))
    broken = tmp_path / "a.zip"
    broken.write_bytes(b"PK")
    with pytest.raises(InputError, match="damaged or no zip file"):
        list(read_ocr(str(broken)))
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(InputError, match=r"has no \.xml or \.hocr"):
        list(read_ocr(str(broken)))


def test_damaged_files_of_an_issue(tmp_path: Path) -> None:
    (tmp_path / "a.xml.gz").write_bytes(b"\x1f\x8bno")
    (tmp_path / "b.xml").write_bytes(alto_page())
    first, second = read_ocr(str(tmp_path))
    assert isinstance(first, PageFailure)
    assert "damaged gzip" in first.reason
    assert isinstance(second, PrintedPage)
    packed = tmp_path / "issue.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", b"x" * 1000)
        archive.writestr("b.xml", alto_page())
        archive.writestr("c.xml.gz", b"\x1f\x8bno")
    data = packed.read_bytes()
    packed.write_bytes(data.replace(b"x" * 1000, b"y" * 1000))
    found = list(read_ocr(str(packed)))
    assert [isinstance(page, PageFailure) for page in found] == [True, False, True]


def test_read_pages_reports_bad_pages(tmp_path: Path) -> None:
    path = tmp_path / "page.xml"
    path.write_bytes(alto(""))
    with pytest.raises(InputError, match="has no text in it"):
        list(read_pages(path))
    path.write_bytes(alto_page())
    (page,) = read_pages(path)
    assert isinstance(page, PrintedPage)
