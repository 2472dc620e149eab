"""PAGE XML, the format of layout research and of Transkribus, Kraken, eScriptorium and OCR-D: 2010 to 2019.

``PcGts > Page > TextRegion (> TextRegion)* > TextLine > Word > Glyph``, each with Coords, a polygon, and TextEquiv, of
which the one with the lowest index is the best. ``orientation`` is in degrees, clockwise. The text of a line counts
more than that of its words: it is what people correct. A region without lines has its text as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classify.read.ocr.found import (
    FoundLine,
    FoundPage,
    FoundWord,
    Sides,
    block_lines,
    box_of_points,
    number,
    slope_of_points,
)
from classify.read.ocr.markup import inherited, local_name, named

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_page_xml"]

_PICTURES = {"ImageRegion", "GraphicRegion", "ChartRegion", "MapRegion", "LineDrawingRegion"}

_DIRECTIONS = {
    "top-to-bottom": "vertical",
    "bottom-to-top": "vertical",
    "left-to-right": "horizontal",
    "right-to-left": "horizontal",
}


def read_page_xml(root: Any) -> Iterator[FoundPage]:
    """Yield the page of a PAGE XML file.

    Parameters
    ----------
    root : lxml element
        From `parse_markup`.
    """
    for element in named(root, "Page"):
        page = FoundPage(
            number(element.get("imageWidth")) or 0.0,
            number(element.get("imageHeight")) or 0.0,
            _points_per_pixel(element),
        )
        for part in element.iter():
            kind = local_name(part)
            if kind == "TextLine":
                page.lines.append(_read_line(part))
            elif kind == "TextRegion" and not _has_lines(part):
                page.lines += _read_region(part)
            elif kind in _PICTURES and (sides := _sides(part)):
                page.pictures.append(sides)
            elif kind == "SeparatorRegion" and (sides := _sides(part)):
                page.rules.append(sides)
            elif kind == "AdvertRegion" and (sides := _sides(part)):
                page.frames.append(sides)
        yield page


def _points_per_pixel(page: Any) -> float | None:
    resolution = number(page.get("imageXResolution"))
    inches = {"PPI": 1.0, "PPCM": 2.54}.get((page.get("imageResolutionUnit") or "PPI").upper())
    if not resolution or inches is None:
        return None
    dpi = resolution * inches
    return 72 / dpi if 50 <= dpi <= 2400 else None


def _sides(element: Any) -> Sides | None:
    for coords in named(element, "Coords"):
        if coords.get("points"):
            return box_of_points(coords.get("points"))
        points = [f"{p.get('x')},{p.get('y')}" for p in named(coords, "Point")]  # before 2013
        return box_of_points(" ".join(points))
    return None


def _has_lines(region: Any) -> bool:
    """Whether a region has lines, or regions in it that have the text."""
    return any(
        part is not region and local_name(part) in ("TextLine", "TextRegion") for part in region.iter()
    )


def _read_region(region: Any) -> list[FoundLine]:
    """Return the lines of a region that has its text as a whole."""
    text, confidence = _text(region)
    return block_lines(
        text, _sides(region), _DIRECTIONS.get(inherited(region, "readingDirection"), ""), confidence
    )


def _text(element: Any) -> tuple[str, float | None]:
    """Return the best text of an element and its confidence."""
    equivalents = list(named(element, "TextEquiv"))
    if not equivalents:
        return "", None
    best = min(equivalents, key=lambda e: number(e.get("index")) or 0.0)
    text = next(("".join(e.itertext()) for e in named(best, "Unicode", "PlainText")), "")
    confidence = number(best.get("conf"))
    return text, confidence if confidence is not None and 0 <= confidence <= 1 else None


def _read_line(element: Any) -> FoundLine:
    text, confidence = _text(element)
    text = " ".join(text.split("\n"))
    words = _read_words(element)
    printed = "".join(word.text for word in words)
    if text.strip() and "".join(text.split()) != "".join(printed.split()):
        words = [FoundWord(text, None, confidence)]
    elif confidence is not None:
        words = [w if w.confidence is not None else w._replace(confidence=confidence) for w in words]
    if words and words[-1].text.endswith("¬"):  # how transcribers write a hyphen at a line end
        words[-1] = words[-1]._replace(text=words[-1].text[:-1] + "-")
    baseline = next(named(element, "Baseline"), None)
    style = next(named(element, "TextStyle"), None)
    size = number(style.get("fontSize")) if style is not None else None
    face = style.get("fontFamily") or "" if style is not None else ""
    turn = round((number(inherited(element, "orientation")) or 0.0) / 90) % 4
    return FoundLine(
        words,
        _sides(element),
        slope_of_points(baseline.get("points")) if baseline is not None else None,
        _DIRECTIONS.get(inherited(element, "readingDirection"), ""),
        turn,
        size,
        face,
    )


def _read_words(line: Any) -> list[FoundWord]:
    """Return the words of a line, or their characters where each has a box."""
    words: list[FoundWord] = []
    for element in named(line, "Word"):
        text, confidence = _text(element)
        text = " ".join(text.split("\n"))
        glyphs = [(_text(e), _sides(e)) for e in named(element, "Glyph")]
        sides = _sides(element)
        if glyphs and text in ("", "".join(t for (t, _), _ in glyphs)) and all(s for _, s in glyphs):
            new = [FoundWord(t, s, c if c is not None else confidence) for (t, c), s in glyphs]
        elif text.strip():
            new = [FoundWord(text, sides, confidence)]
        else:
            continue
        words += [new[0]._replace(blank_before=bool(words)), *new[1:]]
    return words
