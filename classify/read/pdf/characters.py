"""Characters of a PDF page as it is shown, and the lines, frames and pictures drawn on it, by pdfium.

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
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from classify.records import Box
from classify.text.normalize import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["Characters", "Drawings", "PageFrame", "page_frame", "read_characters", "read_drawings"]

_SMALLEST = 2.0
"""Type size in points under which text cannot be read; such text is a trick of layout programs. Chosen."""

_THIN = 2.5
"""A drawn line is at most so wide, in points. Chosen: rules of newspapers have 0.2 to 2."""

_SHORTEST_RULE = 18.0
"""A rule between articles or columns is at least so long, in points. Chosen: two characters of body type."""

_DESCENT = 0.12
"""Share of a Chinese character that is below the baseline, in nearly every font."""

_PATH, _PICTURE, _TEXT, _FORM = 2, 3, 1, 5  # FPDF_PAGEOBJ_…
_STROKE_TEXT, _INVISIBLE = 2, 3  # text render modes


@dataclass(frozen=True, slots=True)
class PageFrame:
    """How a page is shown: its crop box in the units of the file, and its rotation in quarters of a turn.

    >>> frame = PageFrame(0.0, 0.0, 100.0, 200.0, 1)
    >>> frame.width, frame.height, [float(v) for v in frame.shown(np.array([[10.0, 20.0, 30.0, 60.0]]))[0]]
    (200.0, 100.0, [20.0, 10.0, 60.0, 30.0])
    """

    x0: float
    y0: float
    x1: float
    y1: float
    quarters: int

    @property
    def width(self) -> float:
        """Width in points of the page as shown."""
        return self.y1 - self.y0 if self.quarters % 2 else self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points of the page as shown."""
        return self.x1 - self.x0 if self.quarters % 2 else self.y1 - self.y0

    def shown(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return boxes (left, bottom, right, top) of the file as (x0, y0, x1, y1) from the top left, as shown."""
        left, bottom, right, top = boxes.T
        if self.quarters == 0:
            sides = left - self.x0, self.y1 - top, right - self.x0, self.y1 - bottom
        elif self.quarters == 1:
            sides = bottom - self.y0, left - self.x0, top - self.y0, right - self.x0
        elif self.quarters == 2:
            sides = self.x1 - right, bottom - self.y0, self.x1 - left, top - self.y0
        else:
            sides = self.y1 - top, self.x1 - right, self.y1 - bottom, self.x1 - left
        return np.stack(sides, axis=1)


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


@dataclass(frozen=True, slots=True)
class Drawings:
    """What is drawn on a page beside its text; see `classify.records.PrintedPage`."""

    rules: tuple[Box, ...]
    frames: tuple[Box, ...]
    pictures: tuple[Box, ...]


def page_frame(raw: Any, page: Any) -> PageFrame:
    """Return how pdfium shows `page`."""
    sides = [ctypes.c_float() for _ in range(4)]
    media = (0.0, 0.0, 612.0, 792.0)
    if raw.FPDFPage_GetMediaBox(page, *sides):
        media = (sides[0].value, sides[1].value, sides[2].value, sides[3].value)
    x0, y0, x1, y1 = media
    if raw.FPDFPage_GetCropBox(page, *sides):
        crop = [side.value for side in sides]
        left, bottom = max(crop[0], media[0]), max(crop[1], media[1])
        right, top = min(crop[2], media[2]), min(crop[3], media[3])
        if left < right and bottom < top:
            x0, y0, x1, y1 = left, bottom, right, top
    return PageFrame(x0, y0, x1, y1, raw.FPDFPage_GetRotation(page) % 4)


def read_characters(raw: Any, page: Any, frame: PageFrame, *, invisible: bool = False) -> Characters:
    """Return the characters of a page.

    Parameters
    ----------
    raw : module
        ``pypdfium2.raw``.
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
        found = _select(*_read_all(raw, text_page), frame)
    finally:
        raw.FPDFText_ClosePage(text_page)
    return replace(found, hidden=hidden)


def _prepare_text(raw: Any, page: Any, *, invisible: bool) -> int:
    """Remove the text objects that are not to be read, and make pdfium read the others; return how many went.

    Where two objects print the same text at the same place, pdfium reads the first one, and that may be the invisible
    one of the two. Objects without an extent it leaves out; an outline gives them one.
    """
    sides = [ctypes.c_float() for _ in range(4)]
    same = raw.FS_MATRIX(1, 0, 0, 1, 0, 0)
    unwanted = []
    for k in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, k)
        if raw.FPDFPageObj_GetType(item) != _TEXT:
            continue
        if (raw.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE) != invisible:
            unwanted.append(item)
            continue
        raw.FPDFPageObj_GetBounds(item, *sides)
        left, bottom, right, top = (side.value for side in sides)
        if abs(right - left) < 0.01 or abs(top - bottom) < 0.01:
            raw.FPDFTextObj_SetTextRenderMode(item, _STROKE_TEXT)
            raw.FPDFPageObj_TransformF(item, same)  # makes pdfium measure the object again
    for item in unwanted:
        if raw.FPDFPage_RemoveObject(page, item):
            raw.FPDFPageObj_Destroy(item)
    return len(unwanted)


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


class _TextStyle(NamedTuple):
    """What all characters of a text object share."""

    size: float
    face: str
    visible: bool
    straight: bool
    along: tuple[float, float]
    """The vector from one full-width character to the next, in the units of the file."""
    up: tuple[float, float]
    """The vector from the bottom of a full-width character to its top."""


def _read_all(
    raw: Any, text_page: Any
) -> tuple[list[str], list[tuple[float, float, float, float]], list[_TextStyle], int]:
    """Return text, boxes in the units of the file, and style of every character that is printed."""
    count = raw.FPDFText_CountChars(text_page)
    unicode, loose_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    # Called for every character: as an integer the address takes a tenth of the time of a pointer object.
    address_type = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
    address_of = address_type(_address(raw.FPDFText_GetTextObject))
    handle = _address(text_page)
    rect = raw.FS_RECTF()
    reference = ctypes.byref(rect)
    styles: dict[int, _TextStyle] = {}
    reader = _StyleReader(raw, text_page)
    text: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    found: list[_TextStyle] = []
    unreadable = 0
    for i in range(count):
        code = unicode(text_page, i)
        if code <= 0x20 or code in (0xA0, 0x3000):
            continue  # blanks show as gaps between characters
        address = address_of(handle, i)
        if address is None:
            continue  # pdfium's own
        style = styles.get(address)
        if style is None:
            style = styles[address] = reader.read(i)
        unreadable += _is_unreadable(code)
        loose_box(text_page, i, reference)
        box = rect.left, rect.bottom, rect.right, rect.top
        if code > 0x2E80:
            width, height = box[2] - box[0], box[3] - box[1]
            if min(width, height) < 0.96 * style.size:
                box = _full_box(raw, text_page, i, style, box)
        else:
            box = _on_baseline(raw, text_page, i, style, box)
        text.append(chr(code))
        boxes.append(box)
        found.append(style)
    return text, boxes, found, unreadable


def _is_unreadable(code: int) -> bool:
    """Return whether a code stands for no character that a Chinese page prints: no code, or a wrong one.

    Fonts without a table of characters give private-use codes, or the numbers of their glyphs as accented letters.
    """
    return 0xE000 <= code <= 0xF8FF or code >= 0xFFFD or (0xA1 <= code <= 0x3FF and code not in _LATIN_MARKS)


_LATIN_MARKS = frozenset(map(ord, "§°±·×÷éü"))


def _on_baseline(
    raw: Any, text_page: Any, i: int, style: _TextStyle, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Return the box of a Latin character as high as Chinese ones on its baseline: fonts differ in their heights."""
    x, y = ctypes.c_double(), ctypes.c_double()
    if not raw.FPDFText_GetCharOrigin(text_page, i, x, y):
        return box
    ux, uy = style.up
    if abs(uy) >= abs(ux):
        low, high = sorted((y.value - _DESCENT * uy, y.value + (1 - _DESCENT) * uy))
        return (box[0], low, box[2], high) if low <= (box[1] + box[3]) / 2 <= high else box
    low, high = sorted((x.value - _DESCENT * ux, x.value + (1 - _DESCENT) * ux))
    return (low, box[1], high, box[3]) if low <= (box[0] + box[2]) / 2 <= high else box


def _full_box(
    raw: Any, text_page: Any, i: int, style: _TextStyle, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Return the box of a full-width character whose font gives only the extent of its strokes."""
    x, y = ctypes.c_double(), ctypes.c_double()
    if not raw.FPDFText_GetCharOrigin(text_page, i, x, y):
        return box
    (ax, ay), (ux, uy) = style.along, style.up
    left, low = x.value - _DESCENT * ux, y.value - _DESCENT * uy
    xs, ys = (left, left + ax + ux), (low, low + ay + uy)
    full = min(xs), min(ys), max(xs), max(ys)
    # The origin of vertical type is in the middle of its upper edge; then the strokes are not in this box.
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    inside = full[0] <= middle[0] <= full[2] and full[1] <= middle[1] <= full[3]
    return full if inside else box


class _StyleReader:
    """Reads the style of text objects, of which a page may have one for each character.

    Buffers are made once, and the names of fonts are kept.
    """

    def __init__(self, raw: Any, text_page: Any) -> None:
        self._raw, self._text_page = raw, text_page
        self._matrix = raw.FS_MATRIX()
        self._color = [ctypes.c_uint(255) for _ in range(4)]
        self._references = [ctypes.byref(part) for part in (self._matrix, *self._color)]
        self._name = ctypes.create_string_buffer(128)
        self._faces: dict[int, str] = {}

    def read(self, i: int) -> _TextStyle:
        """Return the style of the text object of character `i`."""
        raw, text_page, matrix = self._raw, self._text_page, self._matrix
        raw.FPDFText_GetMatrix(text_page, i, self._references[0])
        a, b, c, d = matrix.a, matrix.b, matrix.c, matrix.d
        given = raw.FPDFText_GetFontSize(text_page, i)
        size = given * (math.hypot(c, d) or math.hypot(a, b) or 1.0)
        font = _address(raw.FPDFTextObj_GetFont(raw.FPDFText_GetTextObject(text_page, i)))
        face = self._faces.get(font)
        if face is None:
            face = self._faces[font] = self._read_face(i)
        visible = (
            not raw.FPDFText_GetFillColor(text_page, i, *self._references[1:]) or self._color[3].value > 0
        )
        straight = min(abs(a), abs(b)) <= 0.1 * max(abs(a), abs(b), 1e-9)
        return _TextStyle(size, face, visible, straight, (given * a, given * b), (given * c, given * d))

    def _read_face(self, i: int) -> str:
        """Return the name of the font of character `i`, without the mark of a subset (ABCDEF+)."""
        name = self._name
        length = self._raw.FPDFText_GetFontInfo(self._text_page, i, name, len(name), ctypes.c_int())
        whole = name.raw[: max(0, min(length, len(name)) - 1)].decode("utf-8", "replace")
        return whole.split("+", 1)[-1]


def _select(
    text: list[str],
    boxes: list[tuple[float, float, float, float]],
    styles: list[_TextStyle],
    unreadable: int,
    frame: PageFrame,
) -> Characters:
    """Return the characters that a reader sees, each once, with boxes of the page as shown."""
    if not text:
        return Characters([], np.zeros((0, 4)), np.zeros(0), [])
    sizes = np.array([style.size for style in styles])
    shown = _clip(frame.shown(np.array(boxes, dtype=np.float64)), sizes)
    x, y = shown[:, [0, 2]].mean(axis=1), shown[:, [1, 3]].mean(axis=1)
    kept = (sizes >= _SMALLEST) & np.array([style.straight for style in styles])
    kept &= (x >= 0) & (x <= frame.width) & (y >= 0) & (y <= frame.height)
    kept &= np.array([style.visible for style in styles])
    chosen = _without_repeats(text, x, y, sizes, np.flatnonzero(kept))
    cleaned = [clean(text[i]) for i in chosen]
    chosen = [i for i, char in zip(chosen, cleaned, strict=True) if char]
    return Characters(
        [char for char in cleaned if char],
        shown[chosen],
        sizes[chosen],
        [styles[i].face for i in chosen],
        unreadable,
    )


def _clip(boxes: NDArray[np.float64], sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return boxes no wider or higher than their type, about their centre."""
    clipped = boxes.copy()
    for low, high in ((0, 2), (1, 3)):
        too_long = boxes[:, high] - boxes[:, low] > 1.6 * sizes
        middle = (boxes[:, low] + boxes[:, high]) / 2
        clipped[:, low] = np.where(too_long, middle - sizes / 2, boxes[:, low])
        clipped[:, high] = np.where(too_long, middle + sizes / 2, boxes[:, high])
    return clipped


def _without_repeats(
    text: list[str],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    sizes: NDArray[np.float64],
    indices: NDArray[np.intp],
) -> list[int]:
    """Return `indices` without those of a character that is already printed at about the same place.

    A shadow is up to a quarter of the type size away from its letter (chosen); two equal letters side by side are at
    least a third apart.
    """
    seen: dict[tuple[str, int, int], list[tuple[float, float]]] = {}
    twins: Sequence[tuple[float, float]]
    kept = []
    places = zip(
        indices.tolist(), x[indices].tolist(), y[indices].tolist(), sizes[indices].tolist(), strict=True
    )
    for i, across, down, size in places:
        reach = 0.24 * size
        # Only characters in squares of 32 points that the reach touches can be twins: mostly one square.
        left, right = int((across - reach) // 32), int((across + reach) // 32)
        top, bottom = int((down - reach) // 32), int((down + reach) // 32)
        twins = seen.get((text[i], left, top), ())
        if left != right or top != bottom:
            squares = {(left, top), (left, bottom), (right, top), (right, bottom)}
            twins = [twin for square in squares for twin in seen.get((text[i], *square), ())]
        if twins and any(abs(u - across) <= reach and abs(v - down) <= reach for u, v in twins):
            continue
        seen.setdefault((text[i], int(across // 32), int(down // 32)), []).append((across, down))
        kept.append(i)
    return kept


def read_drawings(raw: Any, page: Any, frame: PageFrame, number: int) -> Drawings:
    """Return the rules, frames and pictures of a page."""
    rules, frames, pictures = [], [], []
    for kind, box, drawn in _drawn_objects(raw, page):
        x0, y0, x1, y1 = (float(v) for v in frame.shown(np.array([box]))[0])
        x0, y0, x1, y1 = max(0.0, x0), max(0.0, y0), min(frame.width, x1), min(frame.height, y1)
        if x1 < x0 or y1 < y0:
            continue
        placed = Box(number, x0, y0, x1, y1)
        thin, long = sorted((placed.width, placed.height))
        if kind == _PICTURE:
            if thin >= 8.0:
                pictures.append(placed)
        elif thin <= _THIN:
            if long >= _SHORTEST_RULE:
                rules.append(placed)
        elif drawn and thin >= 12.0:
            frames.append(placed)
    return Drawings(tuple(rules), tuple(frames), tuple(pictures))


def _drawn_objects(raw: Any, page: Any) -> Iterator[tuple[int, tuple[float, float, float, float], bool]]:
    """Yield the kind, the box in the units of the file, and whether it is to be seen, of paths and pictures.

    The objects of a form (a group that is drawn as one) have boxes in the units of the form.
    """
    for k in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, k)
        yield from _drawn_object(raw, item, None, 0)


def _drawn_object(
    raw: Any, item: Any, outer: NDArray[np.float64] | None, depth: int
) -> Iterator[tuple[int, tuple[float, float, float, float], bool]]:
    kind = raw.FPDFPageObj_GetType(item)
    if kind in (_PATH, _PICTURE):
        sides = [ctypes.c_float() for _ in range(4)]
        if raw.FPDFPageObj_GetBounds(item, *sides):
            left, bottom, right, top = (side.value for side in sides)
            if outer is not None:
                corners = np.array(
                    [[left, bottom, 1.0], [right, top, 1.0], [left, top, 1.0], [right, bottom, 1.0]]
                )
                moved = corners @ outer
                left, bottom = moved.min(axis=0).tolist()
                right, top = moved.max(axis=0).tolist()
            yield kind, (left, bottom, right, top), kind == _PICTURE or _is_seen(raw, item)
    elif kind == _FORM and depth < 8:
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, matrix)
        own = np.array([[matrix.a, matrix.b], [matrix.c, matrix.d], [matrix.e, matrix.f]])
        if outer is not None:
            own = np.column_stack([own, [0.0, 0.0, 1.0]]) @ outer
        for k in range(raw.FPDFFormObj_CountObjects(item)):
            yield from _drawn_object(raw, raw.FPDFFormObj_GetObject(item, k), own, depth + 1)


def _is_seen(raw: Any, path: Any) -> bool:
    """Return whether a path has an outline, or a filling other than white."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    if stroke.value:
        return True
    color = [ctypes.c_uint() for _ in range(4)]
    if not fill.value or not raw.FPDFPageObj_GetFillColor(path, *color):
        return False
    return color[3].value > 0 and min(part.value for part in color[:3]) < 253
