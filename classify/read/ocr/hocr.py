"""hOCR: HTML with boxes in ``title``, written by Tesseract, OCRopus, ABBYY FineReader and PDF tools.

``ocr_page > … > ocr_line > ocrx_word (> ocrx_cinfo)``. Headers, captions and floating lines have classes of their own,
which hold a line or are one. Properties are separated by semicolons: ``bbox 10 20 110 32; x_wconf 91``. ``x_fsize``
is a type size in points, ``x_size`` one in pixels. Paragraphs and areas without lines have words or a text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from classify.read.ocr.found import FoundLine, FoundPage, FoundWord, Sides, block_lines, number, numbers
from classify.read.ocr.markup import has_class, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_hocr"]


class _Classes:
    """Classes of elements."""

    LINES = ("ocr_line", "ocrx_line")
    MAYBE_LINES = ("ocr_header", "ocr_footer", "ocr_caption", "ocr_textfloat", "ocr_title", "ocr_pageno")
    WORDS = ("ocrx_word", "ocr_word")
    BLOCKS = ("ocr_par", "ocr_carea", "ocrx_block")
    PICTURES = ("ocr_photo", "ocr_image", "ocr_linedrawing", "ocr_float_image")
    RULES = ("ocr_separator",)


# writing-mode: vertical-rl in a style; not horizontal-tb.
_VERTICAL = re.compile(r"writing-mode\s*:\s*(?:vertical|tb|sideways)")


def read_hocr(root: Any) -> Iterator[FoundPage]:
    """Yield the pages of an hOCR file.

    Parameters
    ----------
    root : lxml element
        From `parse_markup`.
    """
    for element in root.iter():
        if has_class(element, "ocr_page"):
            yield _read_page(element)


def _read_page(element: Any) -> FoundPage:
    given = _properties(element)
    sides = _bbox(given)
    dpi = (numbers(given.get("scan_res")) or [0.0])[0]
    page = FoundPage(points_per_unit=72 / dpi if 50 <= dpi <= 2400 else None)
    if sides is not None:
        page.width, page.height = sides.x1, sides.y1
    for part in element.iter():
        if has_class(part, *_Classes.LINES) or (
            has_class(part, *_Classes.MAYBE_LINES) and not _has_inside(part, _Classes.LINES)
        ):
            page.lines.append(_read_line(part, page.points_per_unit))
        elif has_class(part, *_Classes.BLOCKS) and not _has_inside(
            part, (*_Classes.LINES, *_Classes.MAYBE_LINES, *_Classes.BLOCKS)
        ):
            page.lines += _read_block(part, page.points_per_unit)
        elif has_class(part, *_Classes.PICTURES, *_Classes.RULES) and (box := _bbox(_properties(part))):
            (page.rules if has_class(part, *_Classes.RULES) else page.pictures).append(box)
    return page


def _properties(element: Any) -> dict[str, str]:
    """Return the properties in the title of an element.

    >>> class Fake(dict): pass
    >>> _properties(Fake(title='image "a;b.png"; bbox 0 0 9 9'))["bbox"]
    '0 0 9 9'
    """
    title = (element.get("title") or "")[:10_000]
    # A semicolon may stand in the quoted name of an image.
    parts = re.findall(r"""(?:"[^"]*"|'[^']*'|[^;"'])+""", title)
    found: dict[str, str] = {}
    for part in parts:
        name, _, value = part.strip().partition(" ")
        found.setdefault(name.lower(), value.strip())
    return found


def _bbox(properties: dict[str, str]) -> Sides | None:
    values = numbers(properties.get("bbox"))
    if len(values) != 4:
        return None
    x0, y0, x1, y1 = values
    return Sides(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _has_inside(element: Any, names: tuple[str, ...]) -> bool:
    return any(part is not element and has_class(part, *names) for part in element.iter())


def _read_block(element: Any, points: float | None) -> list[FoundLine]:
    """Return the lines of a block that has none: each word as a line in pieces, or the text in the box of the block."""
    words = [_read_line(part, points) for part in element.iter() if has_class(part, *_Classes.WORDS)]
    if words:
        return words
    given = _properties(element)
    pieces = []
    for part in element.iter():
        if local_name(part):
            pieces.append("\n" if local_name(part) == "br" else "")
            pieces.append(" ".join((part.text or "").split()))
        if part is not element:
            pieces.append(" ".join((part.tail or "").split()))
    return block_lines("".join(pieces), _bbox(given), _direction(element), _confidence(given))


def _read_line(element: Any, points: float | None) -> FoundLine:
    given = _properties(element)
    words: list[FoundWord] = []
    for part in element.iter():
        if has_class(part, *_Classes.WORDS):
            words += _read_word(part, blank_before=bool(words))
    if not words:
        text = " ".join("".join(element.itertext()).split())
        words = [FoundWord(text, None, _confidence(given))] if text else []
    baseline = numbers(given.get("baseline"))
    turn = round(-(number(given.get("textangle", "").split(" ")[0]) or 0.0) / 90) % 4
    return FoundLine(
        words,
        _bbox(given),
        baseline[0] if baseline and abs(baseline[0]) < 1 else None,
        _direction(element),
        turn,
        _size(element, given, points),
        given.get("x_font", "").strip("\"'"),
    )


def _direction(element: Any) -> str:
    """Return "vertical" where a style of an element or of the one around it says so, else nothing."""
    styles = [e.get("style") or "" for e in (element, element.getparent()) if e is not None]
    return "vertical" if any(map(_VERTICAL.search, styles)) else ""


def _size(element: Any, given: dict[str, str], points: float | None) -> float | None:
    """Return the type size of a line in points: what it says, or its words, or its size in pixels."""
    told = [
        given.get("x_fsize"),
        *(_properties(e).get("x_fsize") for e in element.iter() if has_class(e, *_Classes.WORDS)),
    ]
    sizes = sorted(size for text in told if (size := number(text)))
    if sizes:
        return sizes[len(sizes) // 2]
    pixels = number(given.get("x_size"))
    return pixels * points if pixels and points else None


def _read_word(element: Any, *, blank_before: bool) -> list[FoundWord]:
    given = _properties(element)
    text = " ".join("".join(element.itertext()).split())
    confidence = _confidence(given)
    characters = []
    for part in element.iter():
        if has_class(part, "ocrx_cinfo"):
            own = _properties(part)
            box = numbers(own.get("x_bboxes"))
            sides = Sides(*box) if len(box) == 4 else None
            characters.append(FoundWord("".join(part.itertext()).strip(), sides, confidence))
    if characters and "".join(c.text for c in characters) == text and all(c.sides for c in characters):
        return [characters[0]._replace(blank_before=blank_before), *characters[1:]]
    return [FoundWord(text, _bbox(given), confidence, blank_before)] if text else []


def _confidence(properties: dict[str, str]) -> float | None:
    """Return the confidence in per cent of a word as a share."""
    values = numbers(properties.get("x_wconf") or properties.get("x_confs"))
    if not values:
        return None
    mean = sum(values) / len(values)
    return mean / 100 if 0 <= mean <= 100 else None
