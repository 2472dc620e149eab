"""Newspaper pages as PDF files with their truth: an open test bed for reading Chinese pages that were born digital.

The project's own articles are laid out as papers do: columns of any measure, headlines over columns, in the middle of
them or beside them, dovetailed stories, frames, tints and rules, pictures with captions and text wrapped round them,
briefs, photographs, notices, advertisements, articles that go on on the next page, pages of vertical text. The file has
its text in one of several orders, and may be rotated, cropped, doubled or a scan with a layer of text.

============= ==========================================================================================
`manuscripts` articles with all their parts, before they are set; two pools, to learn from and to measure on
`design`      measures and habits of a paper, drawn at random
`sheet`       what is on a page, and where
`setting`     lines of running text
`displays`    kicker, headline and deck
`placing`     one story in its columns
`plan`        which story stands where
`writing`     in which order the file has its text
`paper`       PDF files by reportlab
`typefaces`   fonts that are embedded in them
`extracted`   the text of files, each line with its story and role
============= ==========================================================================================

    >>> from benchmarks.printed_pages import make_file
    >>> file = make_file(3)
    >>> file.pdf[:5], sorted(file.truth)[:3]
    (b'%PDF-', ['articles', 'expect', 'features'])

The same seed gives the same file. ``python -m benchmarks.printed_pages FOLDER`` writes files and their truth.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from benchmarks.printed_pages.design import Design, draw_design
from benchmarks.printed_pages.paper import pdf_of
from benchmarks.printed_pages.placing import Recorder
from benchmarks.printed_pages.plan import Page, fill_page
from benchmarks.printed_pages.sheet import Sheet
from benchmarks.printed_pages.typefaces import NoBackEndError
from benchmarks.printed_pages.writing import shadowed, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.printed_pages.manuscripts import Manuscript
    from benchmarks.printed_pages.sheet import Mark

__all__ = ["GeneratedFile", "NoBackEndError", "lay_out", "make_file"]

_JUMP = re.compile("（(?:下转|上接)第[0-9０-９]版）")


@dataclass(slots=True)
class GeneratedFile:
    """A PDF file and its truth, in the form that docs/pages/test-bed.md describes."""

    pdf: bytes
    truth: dict[str, Any]
    written: list[list[Mark]]
    """The marks of each page in the order in which the file has them."""
    owners: list[dict[int, int]]
    """Of each page, the number of the article that each block belongs to, notices counted."""


def make_file(seed: int, pool: str = "measure", fonts: Sequence[Path] = ()) -> GeneratedFile:
    """Return the file of a seed.

    Parameters
    ----------
    seed : int
    pool : str, default="measure"
        Which half of the articles it is made of: learn or measure.
    fonts : sequence of Path, default=()
        Font files to embed; see `paper.pdf_of`.

    Raises
    ------
    NoBackEndError
        reportlab is not installed.
    """
    rng = random.Random(f"{pool} {seed}")
    design = draw_design(rng)
    pages = lay_out(rng, design, pool)
    marks = []
    for page in pages:
        found = written(rng, page.recorder.sheet, design.order)
        marks.append(
            (page.recorder.sheet, shadowed(found, 1.5 * design.size) if design.trap == "shadow" else found)
        )
    truth = _truth(pages, design)
    written_marks = [list(some) for _, some in marks]
    return GeneratedFile(pdf_of(design, marks, fonts), truth, written_marks, _owners(pages))


def lay_out(rng: random.Random, design: Design, pool: str) -> list[Page]:
    """Return the pages of a paper, filled."""
    pages: list[Page] = []
    waiting = []
    for number in range(1, design.pages + 1):
        width, height = (design.height, design.width) if design.vertical else (design.width, design.height)
        recorder = Recorder(Sheet(width, height, design.vertical), number)
        page = Page(rng, design, pool, recorder, waiting=waiting, may_jump=number < design.pages)
        fill_page(page, number, design.pages)
        waiting = page.leaving
        pages.append(page)
    _translate(pages, design)
    return pages


def _translate(pages: list[Page], design: Design) -> None:
    """Set traditional characters where the paper does."""
    if design.traditional:
        convert = _converter()
        for page in pages:
            for mark in page.recorder.sheet.marks:
                mark.text = convert(mark.text) if mark.text else ""


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    """Return the conversion to traditional characters, one for one; none without opencc."""
    try:
        from opencc_pyo3 import OpenCC
    except ImportError:
        return str
    converter = OpenCC("s2t")

    def convert(text: str) -> str:
        found = str(converter.convert(text))
        return found if len(found) == len(text) else text

    return convert


def _owners(pages: list[Page]) -> list[dict[int, int]]:
    """Return for each page which article each of its blocks belongs to; articles have numbers in the order of pages."""
    numbers: dict[int, int] = {}
    return [
        {
            block: numbers.setdefault(id(owner), len(numbers))
            for owner, _, block in page.recorder.blocks
            if any(mark.block == block for mark in page.recorder.sheet.marks)
        }
        for page in pages
    ]


def _truth(pages: list[Page], design: Design) -> dict[str, Any]:
    """Return what is true of a file: articles with parts and boxes, furniture, and what may be an article."""
    convert = _converter() if design.traditional else str
    boxes: dict[int, list[list[float]]] = {}
    owners: dict[int, Manuscript] = {}
    for page in pages:
        for owner, number, block in page.recorder.blocks:
            if any(m.block == block for m in page.recorder.sheet.marks):
                owners[id(owner)] = owner
                box = page.recorder.sheet.box_of(block)
                boxes.setdefault(id(owner), []).append([number, *(round(v, 1) for v in box)])
    articles = [
        _article(owner, f"a{k}", boxes[key], convert)
        for k, (key, owner) in enumerate(owners.items())
        if owner.kind != "notice"
    ]
    features = {f for page in pages for f in page.features} | {
        design.order,
        f"columns_{design.columns}",
        design.encoding,
    }
    features |= {name for name in ("vertical", "traditional") if getattr(design, name)} | (
        {design.trap} - {""}
    )
    return {
        "expect": "articles",
        "pages": [list(page.recorder.sheet.page_size()) for page in pages],
        "features": sorted(features),
        "articles": articles,
        "furniture": [convert(text) for page in pages for text in page.furniture],
        "optional": [convert(text) for page in pages for text in page.optional],
    }


def _article(
    owner: Manuscript, name: str, boxes: list[list[float]], convert: Callable[[str], str]
) -> dict[str, Any]:
    body = _JUMP.sub("", "\n".join(p.text for p in owner.running() if p.role in ("body", "subhead", "rest")))
    text = {
        "kind": owner.kind,
        "headline": "" if owner.art else owner.headline,
        "kicker": owner.kicker,
        "deck": owner.deck,
        "column": owner.column,
        "byline": owner.byline,
        "source": owner.source,
        "place": owner.place,
        "body": body,
    } | ({"headline_art": owner.headline} if owner.art else {})
    lists = {
        "reporters": owner.reporters,
        "correspondents": owner.correspondents,
        "photographers": owner.photographers,
        "captions": owner.captions,
        "subheads": [p.text for p in owner.paragraphs if p.role == "subhead"],
    }
    return {
        "id": name,
        **{key: convert(value) for key, value in text.items()},
        **{key: [convert(value) for value in values] for key, values in lists.items()},
        "boxes": boxes,
    }
