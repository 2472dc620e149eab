"""A file of an OCR program to printed pages, as the reader of PDF files gives them.

Boxes become points. Where a file has pixels and does not say how many an inch has, the text of a newspaper says it: it
is set in some 9 to 10.5 points, so its height shows which of the usual resolutions it was scanned at.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from classify.errors import InputError
from classify.read.ocr.alto import read_alto
from classify.read.ocr.blanks import find_blanks
from classify.read.ocr.found import FoundLine, FoundPage, Sides, joined_sides
from classify.read.ocr.hocr import read_hocr
from classify.read.ocr.lines import (
    Fragment,
    cut_at_gutters,
    join_torn,
    line_text,
    replace_axes,
    stack_letters,
)
from classify.read.ocr.markup import parse_markup, wrong_format
from classify.read.ocr.page_xml import read_page_xml
from classify.read.ocr.sizes import estimate_sizes, main_size
from classify.read.ocr.upright import straightened, turned_upright
from classify.read.pdf.child import PageFailure
from classify.records import Box, Line, PrintedPage
from classify.text.bylines import parse_credit
from classify.text.characters import HAN
from classify.text.normalize import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["MAX_LINES", "MAX_PAGES", "mean_confidence", "ocr_pages"]

MAX_PAGES = 2_000
"""Pages of a file, at most, as of a PDF file."""

MAX_LINES = 4_000
"""Lines of a page, at most. Chosen: a broadsheet page has 1,000; twice as many where a program tears them."""

MAX_LINE_CHARACTERS = 4_000
"""Characters of a line, at most. Chosen: the longest line of a broadsheet has 120."""

_USUAL_BODY = 9.5
"""Height in points of the text of a newspaper as OCR programs measure it. Chosen: type of 9 to 10.5 points."""

_RESOLUTIONS = (72, 150, 200, 300, 400, 600)
"""Pixels in an inch of scans, and of pages that are drawn at one pixel a point."""

_TALL = 1.6
"""A line without a direction is vertical if it is higher than wide by this factor. Chosen."""

_SMALL, _NEAR = 0.97, 2.5
"""Captions are set smaller than text by this factor, and are at most so many type sizes from their pictures. Chosen."""

_LARGE = 1.5
"""Headlines are larger than text by this factor. Chosen: kickers and subheads are smaller."""

_NO_TEXT = (
    "has no text in it; recognise the page again with an OCR program (Tesseract, PaddleOCR, ABBYY FineReader) "
    "and give what it writes as ALTO, PAGE XML or hOCR"
)

_READERS = {"alto": read_alto, "page-xml": read_page_xml, "hocr": read_hocr}


def ocr_pages(
    data: bytes, name: str, wanted: Iterable[range] | None = None, *, format: str = "", first: int = 1
) -> Iterator[PrintedPage | PageFailure]:
    """Yield the pages of a file, and a failure for each that can't be read.

    Parameters
    ----------
    data : bytes
        ALTO, PAGE XML or hOCR, unpacked.
    name : str
        What messages call it.
    wanted : iterable of range or None, default=None
        Numbers of pages, from 1; None: all.
    format : {"", "alto", "page-xml", "hocr"}, default=""
        What the file must be; empty: any of them.
    first : int, at least 1, default=1
        Number of the first page: an issue may have a file for each page.

    Raises
    ------
    InputError
        Nothing of the file can be read; the message says why.

    Examples
    --------
    >>> line = '<TextLine><String CONTENT="水库" HPOS="10" VPOS="20" WIDTH="20" HEIGHT="10"/></TextLine>'
    >>> data = f'<alto><Layout><Page WIDTH="200" HEIGHT="300">{line}</Page></Layout></alto>'.encode()
    >>> (page,) = ocr_pages(data, "page.xml")
    >>> page.lines[0].text, page.lines[0].box
    ('水库', Box(page=1, x0=10.0, y0=20.0, x1=30.0, y1=30.0))
    """
    found, root = parse_markup(data, name)
    if format and found != format:
        raise InputError(f"{name}: {wrong_format(found, format)}")
    ranges = None if wanted is None else list(wanted)
    number = first - 1
    for page in _READERS[found](root):
        number += 1
        if number - first >= MAX_PAGES:
            raise InputError(f"{name}: has more than {MAX_PAGES} pages; split it into several files")
        if ranges is None or any(number in part for part in ranges):
            yield _read_page(page, number)
    if number < first:
        raise InputError(f"{name}: has no pages; write the file again")


def mean_confidence(pages: Iterable[PrintedPage]) -> float | None:
    """Return how sure an OCR program is of the text of pages, 0–1, by characters; None where it does not say.

    >>> mean_confidence([PrintedPage(1, 9, 9, (Line("水", confidence=0.5), Line("蓄水了", confidence=0.9)))])
    0.8
    """
    told = [
        (line.confidence, len(line.text))
        for page in pages
        for line in page.lines
        if line.confidence is not None
    ]
    n = sum(length for _, length in told)
    mean = sum(value * length for value, length in told) / n if n else 0.0
    # Programs that know no confidence write 0 everywhere.
    return round(mean, 4) if mean > 0 else None


def _read_page(page: FoundPage, number: int) -> PrintedPage | PageFailure:
    """Return a page as it is shown."""
    page.lines = [line for line in page.lines if line.text.strip() and (line.sides or _has_boxes(line))]
    if not page.lines:
        return PageFailure(number, _NO_TEXT, has_no_text=True)
    if len(page.lines) > MAX_LINES:
        return PageFailure(number, f"has {len(page.lines)} lines, more than {MAX_LINES}; split it into pages")
    if any(len(line.text) > MAX_LINE_CHARACTERS for line in page.lines):
        return PageFailure(
            number, f"has a line of more than {MAX_LINE_CHARACTERS} characters; write it line by line"
        )
    for line in page.lines:
        line.sides = line.sides or joined_sides(word.sides for word in line.words)
    whole = joined_sides(line.sides for line in page.lines)
    assert whole is not None
    page.width, page.height = max(page.width, whole.x1), max(page.height, whole.y1)
    page = straightened(turned_upright(page))
    fragments = _to_fragments(page.lines)
    fragments = [
        part
        for vertical in (False, True)
        for part in cut_at_gutters([f for f in fragments if f.vertical == vertical], _walls(page, vertical))
    ]
    return _to_printed(page, stack_letters(fragments), number)


def _has_boxes(line: FoundLine) -> bool:
    return any(word.sides for word in line.words)


def _to_fragments(lines: Sequence[FoundLine]) -> list[Fragment]:
    """Return lines in the axes of their direction."""
    letters = [0, 0]
    directions = []
    for line in lines:
        assert line.sides is not None
        tall = line.sides.height > _TALL * line.sides.width
        full = sum(char > HAN[1] for char in line.text)
        vertical: bool | None = tall if full >= 2 else False if full == 0 or not tall else None
        if line.direction:
            vertical = line.direction == "vertical"
        if vertical is not None:
            letters[vertical] += len(line.text)
        directions.append(vertical)
    usual = letters[1] > letters[0]
    return [
        _to_fragment(line, usual if vertical is None else vertical)
        for line, vertical in zip(lines, directions, strict=True)
    ]


def _to_fragment(line: FoundLine, vertical: bool) -> Fragment:
    assert line.sides is not None
    words, s = line.words, line.sides
    if vertical:
        words, s = [replace_axes(word) for word in words], _exchanged(s)
    if len(words) == 1 and words[0].sides is None:
        words = [words[0]._replace(sides=s)]
    # Latin words and figures are lower than Chinese characters, and punctuation is lower still.
    heights = sorted(w.sides.height for w in words if w.sides and w.text[:1] > HAN[0])
    height = heights[len(heights) // 2] if len(heights) >= 2 else s.height
    return Fragment(words, s, vertical, max(height, 1e-3), line.size, line.face)


def _walls(page: FoundPage, vertical: bool) -> list[Sides]:
    """Return the rules that stand across the lines of a direction, in its axes."""
    if vertical:
        return [_exchanged(r) for r in page.rules if r.width > r.height]
    return [r for r in page.rules if r.height >= r.width]


def _to_printed(page: FoundPage, fragments: list[Fragment], number: int) -> PrintedPage:
    """Return a page with type sizes, whole lines, and everything in points."""
    sizes = estimate_sizes(
        [f.size for f in fragments], [f.text for f in fragments], [f.place for f in fragments]
    )
    body = main_size(sizes, [float(len(f.text)) for f in fragments])
    scale = page.points_per_unit or _points_per_pixel(body, fragments)
    given = _given_sizes(fragments, scale)
    for fragment, size, own in zip(fragments, sizes, given, strict=True):
        fragment.size = own / scale if own is not None else size
    body = main_size([f.size for f in fragments], [float(len(f.text)) for f in fragments])
    lines = []
    for vertical in (False, True):
        same = [f for f in fragments if f.vertical == vertical]
        lines += [_to_line(f, scale, number) for f in join_torn(same, _walls(page, vertical), body)]
    pictures = page.pictures
    if not pictures:
        printed = [_exchanged(f.place) if f.vertical else f.place for f in fragments]
        blanks = find_blanks([*printed, *page.rules], body)
        pictures = [blank for blank in blanks if _is_picture(blank, fragments, body)]
    lines = [line for line in lines if line.text.strip()]
    lines.sort(key=lambda line: (line.box.y0, line.box.x0) if line.box else (0.0, 0.0))

    def boxes(sides: Iterable[Sides]) -> tuple[Box, ...]:
        return tuple(_to_box(s, scale, number) for s in sides)

    return PrintedPage(
        number, round(page.width * scale, 2), round(page.height * scale, 2),
        tuple(line._replace(number=k) for k, line in enumerate(lines, 1)),
        boxes(page.rules), boxes(page.frames), boxes(pictures),
        1 / scale if page.pixels else None,
    )  # fmt: skip


def _points_per_pixel(body: float, fragments: Sequence[Fragment]) -> float:
    """Return the points in a pixel by the type sizes that the file has, or else by the height of its text."""
    ratios = sorted(f.given / f.size for f in fragments if f.given)
    is_given = len(ratios) > 0.5 * len(fragments)
    dpi = 72 / ratios[len(ratios) // 2] if is_given else 72 * body / _USUAL_BODY
    return 72 / min(_RESOLUTIONS, key=lambda usual: abs(math.log(max(dpi, 1e-6) / usual)))


def _given_sizes(fragments: Sequence[Fragment], scale: float) -> list[float | None]:
    """Return the type sizes that the file has, None for all where they do not go with the heights of the boxes.

    Some programs write a size that is the same for all lines, or guess it.
    """
    ratios = sorted(math.log(f.size * scale / f.given) for f in fragments if f.given and f.given > 0)
    none: list[float | None] = [None] * len(fragments)
    if len(ratios) < 0.9 * len(fragments):
        return none
    middle = ratios[len(ratios) // 2]
    off = sorted(abs(ratio - middle) for ratio in ratios)
    if abs(middle) > 0.5 or off[int(0.9 * len(off))] > 0.2:
        return none
    return [f.given or None for f in fragments]


def _is_picture(blank: Sides, fragments: Sequence[Fragment], body: float) -> bool:
    """Whether print shows that a blank is a picture: a caption beside it, or a headline right over half of it.

    A caption is in small type or names a photographer. Under a headline is its text, or the picture of its text; white
    is at the foot of a column.
    """
    near = _NEAR * body
    for f in fragments:
        s = _exchanged(f.place) if f.vertical else f.place
        across, down = min(s.x1, blank.x1) - max(s.x0, blank.x0), min(s.y1, blank.y1) - max(s.y0, blank.y0)
        if across <= -near or down <= -near:
            continue
        if f.size < _SMALL * body or parse_credit(f.text) is not None:
            return True
        if f.size > _LARGE * body and s.y1 <= blank.y0 + near and across >= 0.5 * blank.width:
            return True
    return False


def _exchanged(s: Sides) -> Sides:
    """Return a box with its axes exchanged."""
    return Sides(s.y0, s.x0, s.y1, s.x1)


def _to_box(s: Sides, scale: float, number: int) -> Box:
    return Box(number, *(round(side * scale, 2) for side in s))


def _to_line(fragment: Fragment, scale: float, number: int) -> Line:
    """Return a printed line."""
    s = fragment.place
    sides = _exchanged(s) if fragment.vertical else s
    told = [(w.confidence, len(w.text)) for w in fragment.words if w.confidence is not None]
    n = sum(length for _, length in told)
    confidence = round(sum(value * length for value, length in told) / n, 4) if n else None
    text = " ".join(clean(line_text(fragment)).split("\n"))
    return Line(
        text.strip(), 0, _to_box(sides, scale, number), round(fragment.size * scale, 2), fragment.face,
        "vertical" if fragment.vertical else "horizontal", confidence,
    )  # fmt: skip
