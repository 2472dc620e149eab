"""Pages as OCR programs write them, of our own words."""

from __future__ import annotations

ALTO_NAMESPACES = {
    2: "http://www.loc.gov/standards/alto/ns-v2#",
    3: "http://www.loc.gov/standards/alto/ns-v3#",
    4: "http://www.loc.gov/standards/alto/ns-v4#",
}

ROWS = [
    ("林场造林忙", 40.0, 60.0, 100.0, 20.0),
    ("本报讯（记者岑雨桐）云港市", 60.0, 100.0, 130.0, 10.0),
    ("林场近日造林两千亩。", 40.0, 115.0, 100.0, 10.0),
]
"""Text, x, y, width and height of the lines of a page, in points."""


def alto(
    lines: str,
    *,
    version: int = 4,
    unit: str = "pixel",
    head: str = "",
    size: tuple[float, float] = (400, 600),
    more: str = "",
) -> bytes:
    """Return an ALTO file of one page with a text block."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><alto xmlns="{ALTO_NAMESPACES[version]}">'
        f"<Description><MeasurementUnit>{unit}</MeasurementUnit>{head}</Description>{more}<Layout>"
        f'<Page ID="P1" PHYSICAL_IMG_NR="1" WIDTH="{size[0]:g}" HEIGHT="{size[1]:g}"><PrintSpace><TextBlock ID="B1">'
        f"{lines}</TextBlock></PrintSpace></Page></Layout></alto>"
    ).encode()


def place(x: float, y: float, width: float, height: float) -> str:
    """Return a box as attributes of ALTO."""
    return f'HPOS="{x:g}" VPOS="{y:g}" WIDTH="{width:g}" HEIGHT="{height:g}"'


def alto_line(text: str, *box: float, more: str = "") -> str:
    """Return a TextLine of one String."""
    return f'<TextLine {place(*box)}><String CONTENT="{text}" {place(*box)}{more}/></TextLine>'


def alto_page(scale: float = 1.0, **options: object) -> bytes:
    """Return `ROWS` as ALTO, lengths multiplied by `scale`."""
    lines = "".join(alto_line(text, *(scale * v for v in box)) for text, *box in ROWS)
    return alto(lines, size=(400 * scale, 600 * scale), **options)  # type: ignore[arg-type]


def points(x: float, y: float, width: float, height: float) -> str:
    """Return a box as points of PAGE XML."""
    return f"{x:g},{y:g} {x + width:g},{y:g} {x + width:g},{y + height:g} {x:g},{y + height:g}"


def page_line(text: str, *box: float, more: str = "", conf: str = "") -> str:
    """Return a TextLine of PAGE XML."""
    return (
        f'<TextLine id="l"><Coords points="{points(*box)}"/>{more}'
        f"<TextEquiv{conf}><Unicode>{text}</Unicode></TextEquiv></TextLine>"
    )


def page_xml(lines: str = "", *, version: str = "2019-07-15", more: str = "", attributes: str = "") -> bytes:
    """Return a PAGE XML file."""
    lines = lines or "".join(page_line(text, *box) for text, *box in ROWS)
    namespace = f"http://schema.primaresearch.org/PAGE/gts/pagecontent/{version}"
    return (
        f'<?xml version="1.0"?><PcGts xmlns="{namespace}"><Metadata/><Page imageFilename="p.png" imageWidth="400" '
        f'imageHeight="600"{attributes}><TextRegion id="r"><Coords points="0,0 400,0 400,600"/>{lines}</TextRegion>'
        f"{more}</Page></PcGts>"
    ).encode()


def bbox(x: float, y: float, width: float, height: float) -> str:
    """Return a box as a property of hOCR."""
    return f"bbox {x:.0f} {y:.0f} {x + width:.0f} {y + height:.0f}"


def hocr(lines: str = "", *, page: str = "", head: str = "", pages: int = 1) -> bytes:
    """Return an hOCR file."""
    lines = lines or "".join(
        f"<span class='ocr_line' title='{bbox(*box)}'><span class='ocrx_word' title='{bbox(*box)}; x_wconf 91'>{text}"
        "</span></span>"
        for text, *box in ROWS
    )
    title = f'image "a;b.png"; bbox 0 0 400 600{page}'
    body = f"<div class='ocr_page' title='{title}'><p class='ocr_par'>{lines}</p></div>"
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><meta name='ocr-system' content='own'>{head}</head>"
        f"<body>{body * pages}</body></html>"
    ).encode()
