"""What each format says: places, units, confidence, hyphens, directions, drawings."""

from __future__ import annotations

import pytest

from classify.read.ocr import mean_confidence, ocr_pages
from classify.records import Box, PrintedPage
from tests.read.ocr.samples import (
    ROWS,
    alto,
    alto_line,
    alto_page,
    bbox,
    hocr,
    page_line,
    page_xml,
    place,
    points,
)


def page_of(data: bytes) -> PrintedPage:
    (page,) = ocr_pages(data, "page")
    assert isinstance(page, PrintedPage), page
    return page


def texts(data: bytes) -> list[str]:
    return [line.text for line in page_of(data).lines]


@pytest.mark.parametrize(
    "data",
    [
        *(alto_page(version=version) for version in (2, 3, 4)),
        *(page_xml(version=version) for version in ("2013-07-15", "2019-07-15")),
        hocr(),
    ],
)
def test_lines_and_boxes(data: bytes) -> None:
    page = page_of(data)
    assert (page.width, page.height) == (400.0, 600.0)
    assert [line.text for line in page.lines] == [row[0] for row in ROWS]
    assert [line.box for line in page.lines] == [Box(1, x, y, x + w, y + h) for _, x, y, w, h in ROWS]
    assert [line.size for line in page.lines] == [20.0, 10.0, 10.0]
    assert [line.number for line in page.lines] == [1, 2, 3]


@pytest.mark.parametrize(
    ("scale", "options", "pixels"),
    [
        (254 / 72, {"unit": "mm10"}, None),
        (1200 / 72, {"unit": "inch1200"}, None),
        (300 / 72, {"unit": "pixel"}, 300 / 72),
        (400 / 72, {"unit": "pixel", "head": "<Processing ID='p'><x>dpi: 400</x></Processing>"}, 400 / 72),
        (1.0, {"unit": "pixel"}, 1.0),
    ],
)
def test_units_become_points(scale: float, options: dict[str, str], pixels: float | None) -> None:
    page = page_of(alto_page(scale, **options))
    assert page.pixels_per_point == (pytest.approx(pixels) if pixels else None)
    assert page.width == pytest.approx(400, abs=0.1)
    boxes = [side for line in page.lines if line.box for side in line.box[1:]]
    assert boxes == pytest.approx([s for _, x, y, w, h in ROWS for s in (x, y, x + w, y + h)], abs=0.02)


def test_resolutions_of_page_xml_and_hocr() -> None:
    ppcm = page_xml(attributes=' imageXResolution="118.11" imageResolutionUnit="PPCM"')
    assert page_of(ppcm).pixels_per_point == pytest.approx(300 / 72, abs=0.001)
    assert (
        page_of(page_xml(attributes=' imageXResolution="1" imageResolutionUnit="other"')).pixels_per_point
        == 1
    )
    assert page_of(hocr(page="; scan_res 300 300")).pixels_per_point == pytest.approx(300 / 72)


def test_confidence_is_carried() -> None:
    page = page_of(alto(alto_line("水库蓄水", 10, 10, 40, 10, more=' WC="0.5"')))
    assert page.lines[0].confidence == 0.5
    assert mean_confidence([page]) == 0.5
    page = page_of(alto(alto_line("水库", 10, 10, 20, 10, more=' CC="0 9"')))
    assert page.lines[0].confidence == 0.5
    assert page_of(alto(alto_line("水库", 10, 10, 20, 10, more=' WC="87"'))).lines[0].confidence == 0.87
    assert page_of(hocr()).lines[0].confidence == 0.91
    assert page_of(page_xml(page_line("水库", 10, 10, 20, 10, conf=' conf="0.7"'))).lines[0].confidence == 0.7
    zero = page_of(alto(alto_line("水库", 10, 10, 20, 10, more=' WC="0"')))
    assert mean_confidence([zero]) is None  # programs that know none write 0
    assert mean_confidence([page_of(page_xml())]) is None


def test_a_divided_word_is_whole() -> None:
    lines = (
        f'<TextLine {place(10, 10, 100, 10)}><String CONTENT="发布" {place(10, 10, 20, 10)}/>'
        f'<String CONTENT="infor" SUBS_TYPE="HypPart1" SUBS_CONTENT="information" {place(30, 10, 40, 10)}/>'
        f'<HYP CONTENT="-"/></TextLine><TextLine {place(10, 25, 100, 10)}>'
        f'<String CONTENT="mation" SUBS_TYPE="HypPart2" SUBS_CONTENT="information" {place(10, 25, 30, 10)}/>'
        f'<String CONTENT="平台" {place(42, 25, 20, 10)}/></TextLine>'
    )
    assert texts(alto(lines)) == ["发布information", "平台"]


def test_a_hyphen_without_the_whole_word_stays() -> None:
    line = f'<TextLine {place(10, 10, 60, 10)}><String CONTENT="infor" {place(10, 10, 40, 10)}/><HYP CONTENT="&#xAD;"/>'
    assert texts(alto(line + "</TextLine>")) == ["infor-"]
    lost = f'<TextLine {place(9, 9, 60, 9)}><String CONTENT="mation" SUBS_TYPE="HypPart2" SUBS_CONTENT="information"/>'
    assert texts(alto(lost + "</TextLine>")) == ["mation"]  # its first part is on another page
    assert texts(page_xml(page_line("infor¬", 10, 10, 40, 10))) == ["infor-"]


def test_a_soft_hyphen_after_a_chinese_character_is_none() -> None:
    line = (
        f'<TextLine {place(10, 10, 60, 10)}><String CONTENT="水库" {place(10, 10, 40, 10)}/><HYP/></TextLine>'
    )
    assert texts(alto(line)) == ["水库"]


def test_regions_without_lines() -> None:
    def region(text: str, x: float, y: float, w: float, h: float, more: str = "") -> str:
        text = f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv>"
        return f'<TextRegion id="q"{more}><Coords points="{points(x, y, w, h)}"/>{text}</TextRegion>'

    page = page_of(page_xml(more=region("水库蓄水\n林场造林", 10, 200, 40, 24)))
    assert [(line.text, line.box) for line in page.lines[3:]] == [
        ("水库蓄水", Box(1, 10, 200, 50, 212)),
        ("林场造林", Box(1, 10, 212, 50, 224)),
    ]
    page = page_of(page_xml(more=region("水库蓄水林场造林", 10, 200, 40, 28)))
    assert [line.text for line in page.lines[3:]] == ["水库蓄水", "林场造林"]
    upright = region("水库蓄水\n林场造林", 300, 200, 24, 40, ' readingDirection="top-to-bottom"')
    first = next(line for line in page_of(page_xml(more=upright)).lines if line.text == "水库蓄水")
    assert (first.box, first.direction) == (Box(1, 312, 200, 324, 240), "vertical")
    outer = region("水库蓄水", 10, 200, 40, 24).replace(
        "</TextRegion>", region("林场", 10, 200, 20, 9) + "</TextRegion>"
    )
    assert [line.text for line in page_of(page_xml(more=outer)).lines[3:]] == ["林场"]
    assert len(texts(page_xml(more='<TextRegion id="q"/>'))) == 3


def test_blocks_of_hocr_without_lines() -> None:
    text = f"<div class='ocr_carea' title='{bbox(10, 10, 40, 24)}'>水库<b>蓄</b>水<br/>林场造林</div>"
    assert texts(hocr(text)) == ["水库蓄水", "林场造林"]
    words = "".join(
        f"<span class='ocrx_word' title='{bbox(x, y, 20, 10)}'>{word}</span> "
        for word, x, y in (("水库", 10, 10), ("蓄水", 31, 10), ("林场", 10, 25))
    )
    assert texts(hocr(f"<p class='ocr_par' title='{bbox(10, 10, 80, 25)}'>{words}</p>")) == [
        "水库蓄水",
        "林场",
    ]


@pytest.mark.parametrize(
    ("line", "word", "page"),
    [("; x_fsize 9.5", "", ""), ("", "; x_fsize 9.5", ""), ("; x_size 39.6", "", "; scan_res 300 300")],
)
def test_sizes_of_hocr(line: str, word: str, page: str) -> None:
    scale = 300 / 72
    box = bbox(*(scale * v for v in (10, 10, 57, 10)))
    text = f"<span class='ocr_line' title='{box}{line}'><span class='ocrx_word' title='{box}{word}'>水库开始蓄水</span>"
    assert page_of(hocr(text + "</span>", page=page)).lines[0].size == pytest.approx(9.5, abs=0.01)


def test_glyphs_have_boxes() -> None:
    glyphs = "".join(
        f'<Glyph CONTENT="{c}" {place(x, 10, 10, 10)} GC="0.8"/>' for c, x in (("水", 10), ("库", 32))
    )
    line = f'<TextLine><String CONTENT="水库" {place(10, 10, 32, 10)}>{glyphs}</String></TextLine>'
    page = page_of(alto(line))
    assert page.lines[0].text == "水\u3000库"  # a blank as wide as a character
    assert page.lines[0].confidence == 0.8
    spans = "".join(
        f"<span class='ocrx_cinfo' title='x_bboxes {x} 10 {x + 10} 20; x_conf 90'>{c}</span>"
        for c, x in (("水", 10), ("库", 20))
    )
    words = (
        f"<span class='ocr_line' title='{bbox(10, 10, 20, 10)}'><span class='ocrx_word'>{spans}</span></span>"
    )
    assert texts(hocr(words)) == ["水库"]
    word = "".join(
        f'<Glyph id="g"><Coords points="{points(x, 10, 10, 10)}"/><TextEquiv><Unicode>{c}</Unicode></TextEquiv></Glyph>'
        for c, x in (("水", 10), ("库", 20))
    )
    line = (
        f'<TextLine id="l"><Coords points="{points(10, 10, 20, 10)}"/><Word id="w">{word}</Word></TextLine>'
    )
    assert texts(page_xml(line)) == ["水库"]


def test_styles_give_size_and_face() -> None:
    more = '<Styles><TextStyle ID="F" FONTFAMILY="SimSun" FONTSIZE="9.5" FONTSTYLE="bold"/></Styles>'
    line = alto_line("水库开始蓄水", 10, 10, 57, 9).replace("<TextLine", '<TextLine STYLEREFS="F"')
    found = page_of(alto(line, more=more)).lines[0]
    assert (found.size, found.face) == (9.5, "SimSun bold")
    line = alto_line("水库开始蓄水", 10, 10, 57, 9, more=' STYLEREFS="F"')
    assert page_of(alto(line, more=more)).lines[0].face == "SimSun bold"
    absurd = more.replace("9.5", "90")  # does not go with the boxes
    assert page_of(alto(line, more=absurd, head="<x>dpi=72</x>")).lines[0].size == 9.0


def test_drawings() -> None:
    block = (
        f'<Illustration ID="i" {place(10, 100, 80, 60)}/><GraphicalElement ID="g" {place(10, 90, 300, 1)}/>'
    )
    data = alto_page().replace(b"</PrintSpace>", block.encode() + b"</PrintSpace>")
    frame = f'<GraphicalElement ID="f" {place(5, 200, 200, 100)}/></PrintSpace>'.encode()
    page = page_of(data.replace(b"</PrintSpace>", frame))
    assert page.pictures == (Box(1, 10, 100, 90, 160),)
    assert page.rules == (Box(1, 10, 90, 310, 91),)
    assert page.frames == (Box(1, 5, 200, 205, 300),)
    regions = "".join(
        f'<{name} id="x"><Coords points="{points(10, 200, 80, high)}"/></{name}>'
        for name, high in (("ImageRegion", 60), ("SeparatorRegion", 1), ("AdvertRegion", 90))
    )
    page = page_of(page_xml(more=regions))
    assert (len(page.pictures), len(page.rules), len(page.frames)) == (1, 1, 1)
    more = f"<div class='ocr_photo' title='{bbox(1, 2, 50, 60)}'></div>"
    more += f"<div class='ocr_separator' title='{bbox(1, 2, 300, 1)}'></div>"
    page = page_of(hocr().replace(b"<p class", more.encode() + b"<p class"))
    assert (page.pictures, page.rules) == ((Box(1, 1, 2, 51, 62),), (Box(1, 1, 2, 301, 3),))


def test_vertical_lines() -> None:
    page = page_of(alto(alto_line("水库开始蓄水", 100, 10, 10, 60)))
    assert page.lines[0].direction == "vertical"
    line = alto_line("水", 100, 10, 10, 10).replace("<TextLine", '<TextLine BASEDIRECTION="ttb"')
    assert page_of(alto(line)).lines[0].direction == "vertical"
    data = page_xml(page_line("水库", 100, 10, 12, 14)).replace(
        b"<TextRegion", b'<TextRegion readingDirection="top-to-bottom"'
    )
    assert page_of(data).lines[0].direction == "vertical"
    style = hocr(
        "<span class='ocr_line' style='writing-mode: vertical-rl' title='bbox 10 10 22 24'>水库</span>"
    )
    assert page_of(style).lines[0].direction == "vertical"
    letter = alto(alto_line("水库开始蓄水", 100, 10, 10, 60) + alto_line("林", 80, 10, 10, 17))
    assert [line.direction for line in page_of(letter).lines] == ["vertical"] * 2  # as the others of the page


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_on_its_side_is_turned(rotation: int) -> None:
    """ROTATION is counterclockwise: of 90, lines run from the bottom to the top."""
    box = {90: (20, 300, 10, 60), 180: (300, 20, 60, 10), 270: (20, 300, 10, 60)}[rotation]
    line = alto_line("水库开始蓄水", *box)
    page = page_of(
        alto(line).replace(b'<TextBlock ID="B1"', f'<TextBlock ID="B1" ROTATION="{rotation}"'.encode())
    )
    assert (page.width, page.height) == ((400, 600) if rotation == 180 else (600, 400))
    found = page.lines[0]
    assert found.direction == "horizontal"
    assert found.box == {
        90: Box(1, 240, 20, 300, 30), 180: Box(1, 40, 570, 100, 580), 270: Box(1, 300, 370, 360, 380)
    }[rotation]  # fmt: skip


def test_texts_of_page_xml() -> None:
    second = "<TextEquiv index='0'><Unicode>水庫</Unicode></TextEquiv></TextLine>"
    line = page_line("水库", 10, 10, 20, 10, conf=' index="1"').replace("</TextLine>", second)
    assert texts(page_xml(line)) == ["水庫"]
    word = f'<Word id="w"><Coords points="{points(10, 10, 20, 10)}"/>'
    word += "<TextEquiv><Unicode>水车</Unicode></TextEquiv></Word>"
    assert texts(page_xml(page_line("水库", 10, 10, 20, 10, more=word))) == ["水库"]  # people correct lines
    old = (
        '<TextLine id="l"><Coords><Point x="10" y="10"/><Point x="30" y="20"/></Coords>'
        + word
        + "</TextLine>"
    )
    assert texts(page_xml(old, version="2010-03-19")) == ["水车"]


def test_words_of_hocr() -> None:
    words = "".join(
        f"<span class='ocrx_word' title='{bbox(x, 10, w, 10)}; x_wconf 90'>{t}</span> "
        for t, x, w in (("引进", 10, 20), ("AI", 31, 10), ("cloud", 45, 25), ("平台", 71, 20))
    )
    assert texts(hocr(f"<span class='ocr_line' title='{bbox(10, 10, 81, 10)}'>{words}</span>")) == [
        "引进AI cloud平台"
    ]
    caption = f"<span class='ocr_caption' title='{bbox(10, 10, 40, 10)}; baseline 0 -1'>图为蓄水</span>"
    holder = f"<div class='ocr_header' title='{bbox(1, 1, 9, 9)}'>{caption.replace('ocr_caption', 'ocr_line')}</div>"
    assert texts(hocr(caption)) == texts(hocr(holder)) == ["图为蓄水"]


def test_lines_without_text_or_place_are_skipped() -> None:
    lines = (
        alto_line(" ", 10, 10, 20, 10)
        + '<TextLine><String CONTENT="水"/></TextLine>'
        + alto_line("库", 9, 30, 9, 9)
    )
    assert texts(alto(lines)) == ["库"]
    polygon = (
        '<TextLine><Shape><Polygon POINTS="10,10 30,10 30,20"/></Shape><String CONTENT="水库"/></TextLine>'
    )
    assert page_of(alto(polygon)).lines[0].box == Box(1, 10, 10, 30, 20)
    nonsense = alto_line("水", 10, 10, 20, 10).replace('"10"', '"NaN"', 1)
    assert len(texts(alto(nonsense))) == 1  # the box of its word


def test_radicals_become_ordinary_characters() -> None:
    assert texts(alto(alto_line("⼭⽇", 10, 10, 20, 10))) == ["山日"]
