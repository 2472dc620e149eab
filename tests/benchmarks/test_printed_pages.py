"""Generated PDF pages: the same seed gives the same file, the truth is what is printed, no habit is missing."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("reportlab", reason="PDF files are written by reportlab: `pip install '.[bench]'`")

from benchmarks.printed_pages import GeneratedFile, lay_out, make_file
from benchmarks.printed_pages.__main__ import main
from benchmarks.printed_pages.design import draw_design
from benchmarks.printed_pages.manuscripts import POOLS, Manuscript, Paragraph, draw_manuscript
from benchmarks.printed_pages.setting import Strip, fill, slots_of
from benchmarks.printed_pages.sheet import Mark, Sheet
from benchmarks.printed_pages.writing import written
from classify.read.pdf.document import PdfDocument

SEEDS = range(12)
FONTS = [
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc"),
]
"""Where Debian and Arch have them."""


@pytest.fixture(scope="module")
def files() -> list[GeneratedFile]:
    return [make_file(seed) for seed in SEEDS]


def test_the_same_seed_gives_the_same_file(files: list[GeneratedFile]) -> None:
    again = make_file(SEEDS[3])
    assert again.pdf == files[3].pdf
    assert again.truth == files[3].truth


def test_what_is_true_is_printed_inside_its_boxes(files: list[GeneratedFile]) -> None:
    """The boxes of articles hold the characters of their bodies; a few lines reach over the edge of a box."""
    have = want = 0
    for file in files[:6]:
        with PdfDocument(file.pdf, "page.pdf") as document:
            pages = [document.page(number) for number in range(1, document.n_pages + 1)]
        assert [[page.width, page.height] for page in pages] == file.truth["pages"]
        for article in file.truth["articles"]:
            inside = Counter[str]()
            for page in pages:
                for line in page.lines:
                    x, y = (line.box.x0 + line.box.x1) / 2, (line.box.y0 + line.box.y1) / 2
                    if any(
                        b[0] == page.number and b[1] <= x <= b[3] and b[2] <= y <= b[4]
                        for b in article["boxes"]
                    ):
                        inside.update(line.text)
            body = Counter(char for char in article["body"] if char > "\u3400")
            have += (body & inside).total()
            want += body.total()
    assert have >= 0.95 * want


@pytest.mark.slow
def test_no_habit_is_missing() -> None:
    seen = Counter[str]()
    for seed in range(60):
        rng = random.Random(f"learn {seed}")
        design = draw_design(rng)
        seen.update([design.order, design.trap, f"columns {design.columns}", "vertical" * design.vertical])
        for page in lay_out(rng, design, "learn"):
            seen.update(page.features)
    wanted = {
        "advert", "box", "briefs", "head_island", "head_over", "head_part", "head_right", "head_stack_left", "jump",
        "masthead", "notice", "other_measure", "photo_story", "picture_top", "picture_wrap", "tint", "vertical",
        "dovetail_below_left", "dovetail_below_right", "rotated", "cropped", "columns 3", "columns 5", "columns 7",
    }  # fmt: skip
    assert wanted <= set(seen)


def test_pools_share_no_article() -> None:
    texts = []
    for pool in POOLS:
        rng = random.Random(1)
        drawn = [draw_manuscript(rng, pool, ("none",), 300) for _ in range(40)]
        texts.append({a.paragraphs[0].text for a in drawn})
    assert not texts[0] & texts[1]


def test_lines_go_round_obstacles_and_begin_with_no_mark() -> None:
    slots = slots_of([Strip(0, 100)], 60, [(40, 0, 100, 25)], 10, 15)
    assert [slot[:3] for slot in slots] == [(0, 100, 30), (0, 100, 45)]  # 40 points are too narrow for a line
    slots = slots_of([Strip(0, 120)], 60, [(60, 0, 120, 25)], 10, 15)
    assert [slot[:3] for slot in slots] == [(0, 60, 0), (0, 60, 15), (0, 120, 30), (0, 120, 45)]
    design = draw_design(random.Random(0))
    item = (Manuscript("story"), Paragraph("rest", "水库昨日开始蓄水，供水三万户。" * 3))
    lines, whole = fill([item], slots_of([Strip(0, 9 * design.size)], 400, [], design.size, 15), design)
    assert whole
    assert "".join(line.text for line in lines) == item[1].text
    if design.kinsoku != "none":
        assert not [line for line in lines if line.text[0] in "，。"]


def test_text_that_has_no_room_is_told() -> None:
    design = draw_design(random.Random(0))
    item = (Manuscript("story"), Paragraph("rest", "水库昨日开始蓄水。" * 9))
    assert not fill([item], slots_of([Strip(0, 90)], 20, [], design.size, 15), design)[1]


def test_an_article_is_cut_at_its_sentences() -> None:
    paragraphs = [Paragraph("body", "甲。乙。"), Paragraph("subhead", "丙"), Paragraph("body", "丁。")]
    article = Manuscript("story", paragraphs=paragraphs)
    assert article.cut()
    assert [p.text for p in article.paragraphs] == ["甲。乙。"]
    assert article.cut()
    assert not article.cut()


@pytest.mark.parametrize("order", ["story", "heads_first", "blocks", "lines", "rows", "faces", "columns"])
def test_every_order_has_all_marks(order: str) -> None:
    sheet = Sheet(100, 100)
    for k in range(5):
        role = "headline" if k == 3 else "body"
        sheet.marks.append(Mark("text", 10.0 * k, 80.0 - 9 * k, text="水", size=9, block=k, role=role))
    sheet.marks.append(Mark("tint", 0, 0, 9, 9))
    found = written(random.Random(0), sheet, order)
    assert sorted(map(id, found)) == sorted(map(id, sheet.marks))
    assert found[0].kind == "tint"
    if order == "heads_first":
        assert found[1].role == "headline"


def test_the_command_writes_files_with_their_truth(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--first", "2", "--files", "1"]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["page002.json", "page002.pdf"]


def test_fonts_that_are_embedded_leave_the_text_as_it_is() -> None:
    """Figures are half as wide as Chinese characters, as the setting of pages reckons."""
    pytest.importorskip("fontTools")
    font = next((path for path in FONTS if path.exists()), None)
    if font is None:
        pytest.skip("no Noto CJK font: apt-get install fonts-noto-cjk")
    plain, embedded = make_file(5), make_file(5, fonts=[font])
    assert embedded.truth == plain.truth
    texts = []
    for data in (plain.pdf, embedded.pdf):
        with PdfDocument(data, "page.pdf") as document:
            lines = document.page(1).lines
            texts.append([line.text for line in lines])
    assert {line.face for line in lines} == {"NotoSerifCJKsc-Regular"}  # those of the second file
    same = Counter(texts[0]) & Counter(texts[1])
    assert same.total() > 0.95 * len(texts[0])
