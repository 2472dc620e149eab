"""The articles of pages as annotations for IIIF viewers: W3C Web Annotations, one annotation page for each page.

An article is one annotation, which supplements the canvas with its text and has its blocks as targets, regions
``xywh=x,y,w,h`` of the canvas. Coordinates are pixels of the image that the OCR program read; of a PDF they are points,
and the canvas is as large as the page in points. The canvas is named by the file and the page, ``page.xml/canvas/1``: a
manifest names its canvases itself, so whoever joins both replaces that name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from classify.output.parts import articles_by_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from classify.records import PrintedPage

__all__ = ["annotation_pages"]

_CONTEXT = ["http://www.w3.org/ns/anno.jsonld", "http://iiif.io/api/presentation/3/context.json"]


def annotation_pages(
    pages: Sequence[PrintedPage], articles: Sequence[Mapping[str, Any]], *, file: str
) -> Iterator[dict[str, Any]]:
    """Yield an annotation page for each page.

    Parameters
    ----------
    pages : sequence of PrintedPage
    articles : sequence of mapping
        Objects of `article_object` or `labelled_object` of these pages, in order.
    file : str
        Name of the input, from which canvases and annotations are named.

    Examples
    --------
    >>> from classify.records import PrintedPage
    >>> article = {"id": "a1", "headline": "林场造林忙", "body": "造林。", "boxes": [[1, 40.0, 20.0, 160.0, 44.0]]}
    >>> (found,) = annotation_pages([PrintedPage(1, 400.0, 600.0)], [article], file="page.pdf")
    >>> found["items"][0]["target"], found["items"][0]["label"]
    ('page.pdf/canvas/1#xywh=40,20,120,24', {'zh': ['林场造林忙']})
    """
    name = quote(file, safe="/")
    on_page = articles_by_page(articles)
    for page in pages:
        scale = page.pixels_per_point or 1.0
        canvas = f"{name}/canvas/{page.number}"
        items = []
        for article in on_page.get(page.number, {}).values():
            targets = [_target(canvas, box[1:], scale) for box in article["boxes"] if box[0] == page.number]
            items.append(_annotation(article, f"{name}/annotation/{page.number}", targets))
        yield {
            "@context": _CONTEXT,
            "id": f"{name}/annotations/{page.number}",
            "type": "AnnotationPage",
            "items": items,
        }


def _annotation(article: Mapping[str, Any], base: str, targets: list[str]) -> dict[str, Any]:
    text = "\n".join(filter(None, (article.get(p) for p in ("kicker", "headline", "deck", "body"))))
    bodies: list[dict[str, str]] = [
        {
            "type": "TextualBody",
            "value": text,
            "format": "text/plain",
            "language": "zh",
            "purpose": "supplementing",
        }
    ]
    if article.get("section"):
        bodies.append({"type": "TextualBody", "value": str(article["section"]), "purpose": "tagging"})
    return {
        "id": f"{base}/{article['id']}",
        "type": "Annotation",
        "motivation": "supplementing",
        "label": {"zh": [str(article.get("headline") or "")]},
        "body": bodies,
        "target": targets if len(targets) > 1 else targets[0],
    }


def _target(canvas: str, sides: Sequence[float], scale: float) -> str:
    """Return a region of a canvas in whole pixels."""
    x0, y0, x1, y1 = (round(side * scale) for side in sides)
    return f"{canvas}#xywh={x0},{y0},{max(1, x1 - x0)},{max(1, y1 - y0)}"
