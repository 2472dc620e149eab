"""ALTO, the format of national libraries and of METS/ALTO issues: versions 1 to 4, with any namespace or none.

``Page > PrintSpace > (ComposedBlock >)* TextBlock > TextLine > String, SP, HYP``. Attributes of blocks hold for what is
in them. ROTATION is counterclockwise. A GraphicalElement is a rule, or, where it is not thin, a frame; an Illustration
is a picture.

A word that is divided at a line end has its whole form in SUBS_CONTENT of both parts: the whole word goes to the
first line, the second part is dropped, and so is the hyphen (HYP).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from classify.read.ocr.found import (
    FoundLine,
    FoundPage,
    FoundWord,
    Sides,
    box_of_points,
    joined_sides,
    number,
    numbers,
    slope_of_points,
)
from classify.read.ocr.markup import inherited, local_name, named
from classify.text.characters import HAN

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_alto"]

_UNITS = {"mm10": 72 / 254, "inch1200": 72 / 1200}
"""Points in a unit."""

_THIN = 0.02
"""A GraphicalElement is a rule where its shorter side is below this share of the longer one, or of the page. Chosen."""

# dpi=300, <resolution>300, XResolution: 400; not "resolution is unknown".
_RESOLUTION = re.compile(r"(?:\bdpi|resolution)\W{0,4}(\d{2,4})\b|\b(\d{2,4})\s?dpi\b", re.IGNORECASE)


def read_alto(root: Any) -> Iterator[FoundPage]:
    """Yield the pages of an ALTO file.

    Parameters
    ----------
    root : lxml element
        From `parse_markup`.
    """
    unit = "pixel"
    points: float | None = None
    styles: dict[str, Any] = {}
    for part in root:
        if local_name(part) == "Description":
            unit = "".join(e.text or "" for e in named(part, "MeasurementUnit")).strip().lower() or unit
            points = _UNITS.get(unit) or _points_per_pixel(part)
        elif local_name(part) == "Styles":
            styles = {e.get("ID", ""): e for e in named(part, "TextStyle")}
    for layout in named(root, "Layout"):
        for page in named(layout, "Page"):
            yield _read_page(page, styles, FoundPage(points_per_unit=points, pixels=unit not in _UNITS))


def _points_per_pixel(description: Any) -> float | None:
    """Return the points in a pixel where a processing step says the resolution, or None."""
    found = _RESOLUTION.search(" ".join(description.itertext())[:20_000])
    dpi = int(found.group(1) or found.group(2)) if found else 0
    return 72 / dpi if 50 <= dpi <= 2400 else None


def _read_page(element: Any, styles: dict[str, Any], page: FoundPage) -> FoundPage:
    space = next((e for e in element.iter() if local_name(e) == "PrintSpace"), element)
    page.width = number(element.get("WIDTH")) or number(space.get("WIDTH")) or 0.0
    page.height = number(element.get("HEIGHT")) or number(space.get("HEIGHT")) or 0.0
    divided = ""  # the rest of a divided word, which the next line begins with
    for part in element.iter():
        kind = local_name(part)
        if kind == "TextLine":
            line, divided = _read_line(part, styles, divided)
            page.lines.append(line)
        elif kind == "Illustration" and (sides := _sides(part)):
            page.pictures.append(sides)
        elif kind == "GraphicalElement" and (sides := _sides(part)):
            short, long = sorted((sides.width, sides.height))
            thin = short <= _THIN * max(long, page.width, page.height) and short <= 0.3 * long
            (page.rules if thin else page.frames).append(sides)
    return page


def _sides(element: Any) -> Sides | None:
    """Return the box of an element: its attributes, or that of its shape."""
    x, y, width, height = (number(element.get(key)) for key in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    if x is not None and y is not None and width is not None and height is not None:
        return Sides(x, y, x + max(0.0, width), y + max(0.0, height))
    for shape in named(element, "Shape"):
        for polygon in named(shape, "Polygon"):
            return box_of_points(polygon.get("POINTS"))
    return None


def _read_line(element: Any, styles: dict[str, Any], divided: str) -> tuple[FoundLine, str]:
    """Return a line, and the word whose rest the next line begins with."""
    words: list[FoundWord] = []
    blank, before, divided = False, divided, ""
    for part in element:
        kind = local_name(part)
        if kind == "SP":
            blank = True
        elif kind == "HYP" and words and not divided:
            words.append(_hyphen(part, words[-1].text))
        elif kind == "String":
            whole = (part.get("SUBS_CONTENT") or "").strip()
            role = part.get("SUBS_TYPE")
            if role == "HypPart2" and whole and whole == before:
                before = ""
                continue
            new = _read_words(part, blank_before=blank)
            if role == "HypPart1" and whole:
                divided = whole
                new = [new[0]._replace(text=whole, sides=_sides(part))] if new else []
            words += new
            blank = False
    sides = _sides(element) or joined_sides(word.sides for word in words)
    size, face = _style(element, styles)
    turn = round((number(inherited(element, "ROTATION")) or 0.0) / 90) % 4
    direction = {"ttb": "vertical", "btt": "vertical", "ltr": "horizontal"}.get(
        inherited(element, "BASEDIRECTION"), ""
    )
    line = FoundLine(words, sides, slope_of_points(element.get("BASELINE")), direction, -turn % 4, size, face)
    return line, divided


def _hyphen(element: Any, before: str) -> FoundWord:
    """Return the hyphen at the end of a line as it is printed; a soft one shows as a hyphen after a Latin letter."""
    text = (element.get("CONTENT") or "\xad").strip()
    if text in ("", "\xad", "¬"):
        text = "-" if before[-1:].isalpha() and before[-1:] < HAN[0] else ""
    return FoundWord(text, _sides(element))


def _read_words(element: Any, *, blank_before: bool) -> list[FoundWord]:
    """Return the word of a String, or its characters where it has a box for each."""
    text = element.get("CONTENT") or ""
    confidence = _confidence(element)
    glyphs = [
        FoundWord(e.get("CONTENT") or "", _sides(e), _share(number(e.get("GC")), 1.0) or confidence)
        for e in named(element, "Glyph")
    ]
    if glyphs and "".join(g.text for g in glyphs) == text and all(g.sides for g in glyphs):
        return [glyphs[0]._replace(blank_before=blank_before), *glyphs[1:]]
    return [FoundWord(text, _sides(element), confidence, blank_before)] if text.strip() else []


def _confidence(element: Any) -> float | None:
    """Return the confidence in a String: WC, or what CC says of its characters (0 is sure, 9 is not)."""
    found = _share(number(element.get("WC")), 1.0)
    if found is not None:
        return found
    text = (element.get("CC") or "").strip()
    marks = numbers(text) if not text.isdecimal() else [float(mark) for mark in text]
    return _share(9.0 - sum(marks) / len(marks), 9.0) if marks else None


def _share(value: float | None, most: float) -> float | None:
    """Return a value of 0 to `most` as a share; per cent, which some programs write, as well."""
    if value is None or value < 0:
        return None
    share = value / most if value <= most else value / 100
    return share if share <= 1 else None


def _style(element: Any, styles: dict[str, Any]) -> tuple[float | None, str]:
    """Return type size in points and typeface of a line; None and empty where the file does not say."""
    references = inherited(element, "STYLEREFS")
    strings = [e.get("STYLEREFS") for e in named(element, "String") if e.get("STYLEREFS")]
    if strings and element.get("STYLEREFS") is None:
        references = max(set(strings), key=strings.count)
    for reference in references.split():
        style = styles.get(reference)
        if style is not None:
            face = " ".join(filter(None, [style.get("FONTFAMILY"), style.get("FONTSTYLE")]))
            return number(style.get("FONTSIZE")), face
    return None, ""
