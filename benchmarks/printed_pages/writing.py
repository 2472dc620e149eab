"""In which order a file has its text, and what is unusual in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from benchmarks.printed_pages.sheet import Mark, Sheet

__all__ = ["shadowed", "written"]

_HEADS = ("label", "kicker", "headline", "deck")


def written(rng: random.Random, sheet: Sheet, order: str) -> list[Mark]:
    """Return the marks of a page as the file has them: figures first, then the text in an order.

    story: as it is read. heads_first: all displays before all running text. blocks, lines: shuffled. rows: by their
    height on the page, so that columns are interleaved. faces: by typeface and size. columns: from left to right.
    """
    figures = [mark for mark in sheet.marks if mark.kind not in ("text", "stack")]
    texts = [mark for mark in sheet.marks if mark.kind in ("text", "stack")]
    if order in ("blocks", "lines"):
        keys = {_unit(mark, order) for mark in texts}
        shuffled = sorted(keys)
        rng.shuffle(shuffled)
        place = {key: k for k, key in enumerate(shuffled)}
        texts.sort(key=lambda mark: place[_unit(mark, order)])
    elif order == "heads_first":
        texts.sort(key=lambda mark: mark.role not in _HEADS)
    elif order == "rows":
        texts.sort(key=lambda mark: (round(mark.y), mark.x))
    elif order == "faces":
        texts.sort(key=lambda mark: (mark.face, -mark.size))
    elif order == "columns":
        texts.sort(key=lambda mark: (round(mark.x / 40), mark.y, mark.x))
    tints = [mark for mark in figures if mark.kind == "tint"]
    return tints + [mark for mark in figures if mark.kind != "tint"] + texts


def _unit(mark: Mark, order: str) -> tuple[int, int]:
    return mark.block, mark.line if order == "lines" else 0


def shadowed(marks: list[Mark], size: float) -> list[Mark]:
    """Return the marks with a grey shadow under each text larger than `size`."""
    out = []
    for mark in marks:
        if mark.kind == "text" and mark.size > size:
            out.append(replace(mark, x=mark.x + 1.2, y=mark.y + 1.2, grey=0.6))
        out.append(mark)
    return out
