"""Characters of a PDF page as it is shown, by pdfium.

pdfium is called through the raw functions of pypdfium2, because its helpers take a third more time. What it reports
is corrected here:

* boxes are those of the page before /Rotate and the crop box are applied; here they are of the page as shown, and
  characters outside the crop box are dropped;
* blanks and line ends that pdfium adds by itself are dropped;
* single characters of fonts that are not embedded have no extent for pdfium, which leaves them out; such text is given
  an outline, which gives it an extent (`_prepare_text`);
* boxes of vertical fonts are twice as wide as the type, and some fonts give absurd heights: boxes are clipped to the
  type size;
* text is often printed twice (shadow, bold by overprinting, a second text layer) or invisible under a scanned page:
  each character is taken once, and invisible text only where there is little else.

pdfium is asked character by character, into arrays; what follows from the answers is computed for all of them at once.
"""

from __future__ import annotations

import ctypes
import math
import sys
from collections import deque
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from classify.read.pdf.pdfium import numbers
from classify.text.normalize import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.read.pdf.frame import PageFrame
    from classify.read.pdf.pdfium import Pdfium

__all__ = ["Characters", "read_characters"]

_SMALLEST = 2.0
"""Type size in points under which text cannot be read; such text is a trick of layout programs. Chosen."""

_DESCENT = 0.12
"""Share of a Chinese character that is below the baseline, in nearly every font."""

_FULL = 0.96
"""Share of the type size that both sides of a Chinese character's box have at least, else it is that of its strokes."""

_TOO_LONG = 1.6
"""A box with a side from this multiple of the type size on is none of its character. Chosen."""

_SHADOW = 0.24
"""A shadow is at most so far from its letter, in type sizes. Chosen: two equal letters are at least a third apart."""

_TEXT = 1  # FPDF_PAGEOBJ_TEXT
_STROKE_TEXT, _INVISIBLE = 2, 3  # text render modes


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of a page, one item of each array for each.

    Attributes
    ----------
    text : list of str
    boxes : ndarray of shape (n, 4)
        x0, y0, x1, y1 in points from the top left of the page as shown.
    sizes : ndarray of shape (n,)
        Type size in points.
    faces : list of str
    unreadable : int
        How many of them stand for no character that a Chinese page prints.
    hidden : int
        Text objects of the page that were not read: invisible ones, or, where those were read, the visible ones.
    """

    text: list[str]
    boxes: NDArray[np.float64]
    sizes: NDArray[np.float64]
    faces: list[str]
    unreadable: int = 0
    hidden: int = 0


def read_characters(raw: Pdfium, page: int, frame: PageFrame, *, invisible: bool = False) -> Characters:
    """Return the characters of a page.

    Parameters
    ----------
    raw : Pdfium
    page : FPDF_PAGE
        Its text objects may be changed.
    frame : PageFrame
    invisible : bool, default=False
        Read the invisible text (that of an OCR program under a scanned page) and nothing else.
    """
    hidden = _prepare_text(raw, page, invisible=invisible)
    text_page = raw.FPDFText_LoadPage(page)
    if not text_page:
        return Characters([], np.zeros((0, 4)), np.zeros(0), [], hidden=hidden)
    try:
        found = _select(_read_all(raw, text_page), frame)
    finally:
        raw.FPDFText_ClosePage(text_page)
    return replace(found, hidden=hidden)


def _prepare_text(raw: Pdfium, page: int, *, invisible: bool) -> int:
    """Remove the text objects that are not to be read, and make pdfium read the others; return how many went.

    Where two objects print the same text at the same place, pdfium reads the first one, and that may be the invisible
    one of the two. Objects without an extent it leaves out; an outline gives them one.
    """
    items = list(map(raw.FPDFPage_GetObject, repeat(page), range(raw.FPDFPage_CountObjects(page))))
    texts = [
        item for item, kind in zip(items, map(raw.FPDFPageObj_GetType, items), strict=True) if kind == _TEXT
    ]
    modes = list(map(raw.FPDFTextObj_GetTextRenderMode, texts))
    unwanted = [item for item, mode in zip(texts, modes, strict=True) if (mode == _INVISIBLE) != invisible]
    wanted = [item for item, mode in zip(texts, modes, strict=True) if (mode == _INVISIBLE) == invisible]
    sides = np.zeros((len(wanted), 4), dtype=np.float32)
    deque(map(raw.FPDFPageObj_GetBounds, wanted, *_addresses(sides)), maxlen=0)
    same, _ = numbers(6)
    same[:] = (1, 0, 0, 1, 0, 0)
    is_flat = (np.abs(sides[:, 2:] - sides[:, :2]) < 0.01).any(axis=1)
    for k in np.flatnonzero(is_flat).tolist():
        raw.FPDFTextObj_SetTextRenderMode(wanted[k], _STROKE_TEXT)
        raw.FPDFPageObj_TransformF(wanted[k], same)  # makes pdfium measure the object again
    for item in unwanted:
        if raw.FPDFPage_RemoveObject(page, item):
            raw.FPDFPageObj_Destroy(item)
    return len(unwanted)


def _addresses(numbers_of_rows: NDArray[Any]) -> list[range]:
    """Return where the numbers of each row are in memory, one range for each column."""
    width, size = numbers_of_rows.shape[1], numbers_of_rows.itemsize
    first, step = numbers_of_rows.ctypes.data, width * size
    end = first + step * len(numbers_of_rows)
    return [range(first + k * size, end + k * size, step) for k in range(width)]


class _TextStyle(NamedTuple):
    """What all characters of a text object share, and mostly those of many objects."""

    size: float
    face: str
    visible: bool
    straight: bool
    along: tuple[float, float]
    """The vector from one full-width character to the next, in the units of the file."""
    up: tuple[float, float]
    """The vector from the bottom of a full-width character to its top."""


class _Printed(NamedTuple):
    """Every character that is printed, seen or not: code, box in the units of the file, and style.

    `styles` has each style once, and `style` which of them is that of each character.
    """

    codes: NDArray[np.int64]
    boxes: NDArray[np.float64]
    style: NDArray[np.intp]
    styles: list[_TextStyle]


def _read_all(raw: Pdfium, text_page: int) -> _Printed:
    """Return every character that is printed."""
    count = raw.FPDFText_CountChars(text_page)
    unicode, text_object, loose_box = (
        raw.FPDFText_GetUnicode, raw.FPDFText_GetTextObject, raw.FPDFText_GetLooseCharBox
    )  # fmt: skip
    # Loops over calls of pdfium run in C (`map`): they are most of the time.
    every = list(map(unicode, repeat(text_page), range(count)))
    # Blanks show as gaps between characters.
    places = [i for i, code in enumerate(every) if code > 0x20 and code not in (0xA0, 0x3000)]
    items = list(map(text_object, repeat(text_page), places))
    if None in items:  # pdfium's own characters
        places = [i for i, item in zip(places, items, strict=True) if item is not None]
        items = [item for item in items if item is not None]
    styles, style_of_object = _read_styles(
        raw, text_page, dict(zip(reversed(items), reversed(places), strict=True))
    )
    rectangles = np.zeros((len(places), 4), dtype=np.float32)  # FS_RECTF: left, top, right, bottom
    deque(map(loose_box, repeat(text_page), places, _addresses(rectangles)[0]), maxlen=0)
    printed = _Printed(
        np.array([every[i] for i in places], dtype=np.int64),
        rectangles[:, [0, 3, 2, 1]].astype(np.float64),
        np.array([style_of_object[item] for item in items], dtype=np.intp),
        styles,
    )
    _correct_boxes(raw, text_page, printed, np.array(places, dtype=np.intp))
    return printed


def _correct_boxes(raw: Pdfium, text_page: int, printed: _Printed, places: NDArray[np.intp]) -> None:
    """Give Chinese characters the box of their type, and Latin ones the height of Chinese ones on their baseline.

    Some fonts give only the extent of the strokes of a character, and fonts differ in their heights. `places` are the
    places of the characters among those of `text_page`.
    """
    if not len(places):
        return
    boxes = printed.boxes
    is_wide = printed.codes > 0x2E80
    sizes = np.array([style.size for style in printed.styles])[printed.style]
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    is_small = np.minimum(width, height) < _FULL * sizes
    is_long = np.maximum(width, height) > _TOO_LONG * sizes
    chosen = np.flatnonzero(~is_wide | is_small | is_long)
    is_full = (is_wide | (is_long & ~is_small))[chosen, None]  # full width, as ● is too
    origins = np.zeros((len(chosen), 2))
    get_origin = raw.FPDFText_GetCharOrigin
    deque(map(get_origin, repeat(text_page), places[chosen].tolist(), *_addresses(origins)), maxlen=0)
    style = printed.style[chosen]
    along = np.array([style.along for style in printed.styles])[style]
    up = np.array([style.up for style in printed.styles])[style]
    old = boxes[chosen]
    boxes[chosen] = np.where(is_full, _full_boxes(old, origins, along, up), _on_baseline(old, origins, up))


def _on_baseline(
    boxes: NDArray[np.float64], origins: NDArray[np.float64], up: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the boxes of Latin characters as high as Chinese ones on their baselines; those of others as they are."""
    bottom, top = origins - _DESCENT * up, origins + (1 - _DESCENT) * up
    low, high = np.minimum(bottom, top), np.maximum(bottom, top)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    axis = np.where(np.abs(up[:, 1]) >= np.abs(up[:, 0]), 1, 0)
    inside = (low <= middle) & (middle <= high)
    changed = boxes.copy()
    for k in (0, 1):
        rows = (axis == k) & inside[:, k]
        changed[rows, k], changed[rows, k + 2] = low[rows, k], high[rows, k]
    return changed


def _full_boxes(
    boxes: NDArray[np.float64],
    origins: NDArray[np.float64],
    along: NDArray[np.float64],
    up: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the boxes of full-width characters whose fonts give the extent of their strokes, or far too long boxes."""
    corner = origins - _DESCENT * up
    opposite = corner + along + up
    full = np.concatenate([np.minimum(corner, opposite), np.maximum(corner, opposite)], axis=1)
    # The origin of vertical type is in the middle of its upper edge; then the strokes are not in this box.
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = ((full[:, :2] <= middle) & (middle <= full[:, 2:])).all(axis=1, keepdims=True)
    # Vertical type without a font to measure has boxes of twice its width, half of which is the character.
    slack = 0.1 * (full[:, 2:] - full[:, :2])
    around = ((boxes[:, :2] <= full[:, :2] + slack) & (full[:, 2:] <= boxes[:, 2:] + slack)).all(
        axis=1, keepdims=True
    )
    return np.where(inside | around, full, boxes)


def _are_unreadable(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which codes stand for no character that a Chinese page prints: no code, or a wrong one.

    Fonts without a table of characters give private-use codes, or the numbers of their glyphs as accented letters.
    """
    private = (codes >= 0xE000) & (codes <= 0xF8FF)
    accented = (codes >= 0xA1) & (codes <= 0x3FF) & ~np.isin(codes, _LATIN_MARKS)
    unreadable: NDArray[np.bool_] = private | (codes >= 0xFFFD) | accented
    return unreadable


_LATIN_MARKS = np.array(list(map(ord, "§°±·×÷éü")))


def _read_styles(
    raw: Pdfium, text_page: int, places: dict[int, int]
) -> tuple[list[_TextStyle], dict[int, int]]:
    """Return the styles of the text of a page, each once, and which of them each text object has.

    A page may have a text object for each character, but it has few styles.

    Parameters
    ----------
    raw : Pdfium
    text_page : FPDF_TEXTPAGE
    places : dict of int to int
        A character of each text object.
    """
    color, color_addresses = numbers(4, ctypes.c_uint)
    get_color = raw.FPDFText_GetFillColor
    items, characters = list(places), list(places.values())
    matrices = np.zeros((len(items), 6), dtype=np.float32)  # FS_MATRIX: a, b, c, d, e, f
    deque(map(raw.FPDFText_GetMatrix, repeat(text_page), characters, _addresses(matrices)[0]), maxlen=0)
    keys = zip(
        map(tuple, matrices[:, :4].tolist()),
        map(raw.FPDFText_GetFontSize, repeat(text_page), characters),
        map(raw.FPDFTextObj_GetFont, items),
        map(raw.FPDFPageObj_HasTransparency, items),
        strict=True,
    )
    styles: list[_TextStyle] = []
    known: dict[tuple[object, ...], int] = {}
    faces: dict[int | None, str] = {}
    found = {}
    for item, i, ((a, b, c, d), given, font, is_clear) in zip(items, characters, keys, strict=True):
        # Only of what is somewhat transparent is it asked whether it is wholly so.
        visible = not is_clear or not get_color(text_page, i, *color_addresses) or color[3] > 0
        key = (a, b, c, d, given, font, visible)
        if key not in known:
            if font not in faces:
                faces[font] = _read_face(raw, text_page, i)
            size = given * (math.hypot(c, d) or math.hypot(a, b) or 1.0)
            straight = min(abs(a), abs(b)) <= 0.1 * max(abs(a), abs(b), 1e-9)
            along, up = (given * a, given * b), (given * c, given * d)
            known[key] = len(styles)
            styles.append(_TextStyle(size, faces[font], visible, straight, along, up))
        found[item] = known[key]
    return styles, found


def _read_face(raw: Pdfium, text_page: int, i: int) -> str:
    """Return the name of the font of character `i`, without the mark of a subset (ABCDEF+)."""
    name, flags = ctypes.create_string_buffer(128), (ctypes.c_int * 1)()
    length = raw.FPDFText_GetFontInfo(text_page, i, name, len(name), flags)
    whole = name.raw[: max(0, min(length, len(name)) - 1)].decode("utf-8", "replace")
    return whole.split("+", 1)[-1]


def _select(printed: _Printed, frame: PageFrame) -> Characters:
    """Return the characters that a reader sees, each once, with boxes of the page as shown."""
    if not len(printed.codes):
        return Characters([], np.zeros((0, 4)), np.zeros(0), [])
    styles, style = printed.styles, printed.style
    sizes = np.array([style.size for style in styles])[style]
    is_shown = np.array([style.visible and style.straight for style in styles])[style]
    shown = _clip(frame.shown(printed.boxes), sizes)
    x, y = shown[:, [0, 2]].mean(axis=1), shown[:, [1, 3]].mean(axis=1)
    kept = (sizes >= _SMALLEST) & is_shown
    kept &= (x >= 0) & (x <= frame.width) & (y >= 0) & (y <= frame.height)
    chosen = _without_repeats(printed.codes, x, y, sizes, np.flatnonzero(kept))
    # Tables of hostile files give codes that are no characters.
    cleaned = {
        code: clean(chr(code)) if code <= sys.maxunicode else ""
        for code in set(printed.codes[chosen].tolist())
    }
    text = [cleaned[code] for code in printed.codes[chosen].tolist()]
    chosen = chosen[[bool(char) for char in text]]
    return Characters(
        [char for char in text if char],
        shown[chosen],
        sizes[chosen],
        [styles[k].face for k in style[chosen].tolist()],
        int(_are_unreadable(printed.codes).sum()),
    )


def _clip(boxes: NDArray[np.float64], sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return boxes no wider or higher than their type, about their centre."""
    clipped = boxes.copy()
    for low, high in ((0, 2), (1, 3)):
        too_long = boxes[:, high] - boxes[:, low] > _TOO_LONG * sizes
        middle = (boxes[:, low] + boxes[:, high]) / 2
        clipped[:, low] = np.where(too_long, middle - sizes / 2, boxes[:, low])
        clipped[:, high] = np.where(too_long, middle + sizes / 2, boxes[:, high])
    return clipped


def _without_repeats(
    codes: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    sizes: NDArray[np.float64],
    indices: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Return `indices`, ascending, without those of a character that is already printed at about the same place."""
    if len(indices) < 2:
        return indices
    reach = _SHADOW * sizes
    # Codes as a third axis, far apart. Few characters have an equal one near: only these are compared one by one.
    furthest = 1.01 * float(reach[indices].max())
    points = np.column_stack([x, y, 4.0 * furthest * codes])[indices]
    nearest, _ = cKDTree(points).query(points, k=2, p=np.inf, distance_upper_bound=furthest)
    has_twin = np.isfinite(nearest[:, 1])
    repeats = _repeats(codes, x, y, reach, indices[has_twin])
    return np.array([i for i in indices.tolist() if i not in repeats], dtype=np.intp)


def _repeats(
    codes: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    reach: NDArray[np.float64],
    indices: NDArray[np.intp],
) -> set[int]:
    """Return those of `indices` whose character stands before them within their reach, and is none of these itself."""
    seen: dict[tuple[int, int, int], list[tuple[float, float]]] = {}
    twins: Sequence[tuple[float, float]]
    repeats = set()
    places = zip(
        *(values[indices].tolist() for values in (codes, x, y, reach)), indices.tolist(), strict=True
    )
    for code, across, down, near, i in places:
        # Only characters in squares of 32 points that the reach touches can be twins: mostly one square.
        left, right = int((across - near) // 32), int((across + near) // 32)
        top, bottom = int((down - near) // 32), int((down + near) // 32)
        squares = {(left, top), (left, bottom), (right, top), (right, bottom)}
        twins = [twin for square in squares for twin in seen.get((code, *square), ())]
        if any(abs(u - across) <= near and abs(v - down) <= near for u, v in twins):
            repeats.add(i)
        else:
            seen.setdefault((code, int(across // 32), int(down // 32)), []).append((across, down))
    return repeats
