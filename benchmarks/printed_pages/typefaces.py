"""Typefaces that are embedded in a file: what a page needs of a font of the system, as TrueType.

Without them a file names typefaces only, as many papers do, and a page looks as the fonts of the system are. Pages that
are to be looked at, or read by programs that look at them, need their own. reportlab embeds TrueType outlines only, so
others (Noto CJK has those of PostScript) are converted.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["NoBackEndError", "embedded_font"]

_ASCENT, _DESCENT = 880, -120
"""Of the characters of Chinese typefaces, in thousandths; fonts for screens add white to them."""

_LARGEST_ERROR = 0.8
"""Of a converted outline, in thousandths of the type size."""


class NoBackEndError(RuntimeError):
    """What writes the files is not installed."""


def embedded_font(path: Path, name: str, characters: Iterable[str]) -> Any:
    """Return a font of reportlab with the characters that a file has.

    Parameters
    ----------
    path : Path
        A font file (.ttf, .otf), or a collection (.ttc), of which the simplified Chinese font is taken.
    name : str
        Under which reportlab knows it.
    characters : iterable of str

    Raises
    ------
    NoBackEndError
        fontTools is not installed.
    """
    try:
        from fontTools.subset import Options, Subsetter
    except ImportError as error:
        raise NoBackEndError("fontTools is not installed: pip install fonttools") from error
    from reportlab.pdfbase.ttfonts import TTFont

    font = _open(path)
    _take_narrow_letters(font)
    subsetter = Subsetter(Options(layout_features=[], hinting=False, name_IDs=[0, 1, 2, 4, 6, 13, 14]))
    subsetter.populate(unicodes={*map(ord, characters), 0x20})
    subsetter.subset(font)
    if "CFF " in font:
        _convert_outlines(font)
    font["hhea"].ascent, font["hhea"].descent = _ASCENT, _DESCENT
    font["OS/2"].sTypoAscender, font["OS/2"].sTypoDescender = _ASCENT, _DESCENT
    out = io.BytesIO()
    font.save(out)
    out.seek(0)
    return TTFont(name, out)


def _open(path: Path) -> Any:
    from fontTools.ttLib import TTCollection, TTFont

    if path.suffix.lower() != ".ttc":
        return TTFont(path, recalcTimestamp=False)
    fonts = TTCollection(path, recalcTimestamp=False).fonts
    return next((font for font in fonts if font["name"].getDebugName(1).endswith(" SC")), fonts[0])


def _take_narrow_letters(font: Any) -> None:
    """Give letters and figures half the width of Chinese characters, as the setting of pages reckons."""
    if "GSUB" not in font:
        return
    table = font["GSUB"].table
    narrow: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "hwid":
            for k in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[k].SubTable:
                    narrow |= getattr(getattr(part, "ExtSubTable", part), "mapping", {})
    for part in font["cmap"].tables:
        if part.isUnicode() and hasattr(part, "cmap"):
            for code in range(0x20, 0x7F):
                if part.cmap.get(code) in narrow:
                    part.cmap[code] = narrow[part.cmap[code]]


def _convert_outlines(font: Any) -> None:
    """Replace outlines of PostScript by those of TrueType."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, _LARGEST_ERROR, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"], glyf = newTable("loca"), newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, outlines
    font["glyf"] = glyf
    for name in order:  # the left side bearings of TrueType are those of its outlines
        outlines[name].recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(outlines[name], "xMin", 0))
    most = font["maxp"]
    most.tableVersion = 0x00010000
    for name in (
        "maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
        "maxCompositeContours", "maxComponentDepth",
    ):  # fmt: skip
        setattr(most, name, 1 if name == "maxZones" else 0)
    font["post"].formatType = 3.0
    for tag in ("CFF ", "VORG"):
        if tag in font:
            del font[tag]
    font.sfntVersion = "\x00\x01\x00\x00"
