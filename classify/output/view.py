"""Pages with their articles outlined, and the text of each article beside them: one self-contained HTML file.

A person checks here what was found on a page. Each article has a number and a colour, its blocks are outlined on the
page in that colour, and hovering or focusing either shows the other. Outlines are elements placed by percentages over
a picture of the page, so that they fit at any width. A page without a picture, as of OCR output, is drawn from its
lines. The file is written page by page: pictures are the most of it, and an issue may have a thousand.

`classify.output.markup` says what keeps such a file harmless.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classify.output.markup import page_head, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from classify.records import Box, Line

__all__ = ["VIEW_END", "Sheet", "hue", "view_file", "view_head"]

VIEW_END = "</body>\n</html>\n"

_GOLDEN_ANGLE = 137.508
"""Degrees of hue from one article to the next: the colours of any few that follow one another are far apart."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to be shown.

    Attributes
    ----------
    number : int
        Its number in the file, from 1.
    width, height : float
        Of the page as shown, in the unit of the boxes.
    picture : bytes or None
        A PNG file.
    lines : sequence of Line
        What is drawn where there is no picture.
    """

    number: int
    width: float
    height: float
    picture: bytes | None = None
    lines: Sequence[Line] = ()


def view_head(title: str) -> str:
    """Return the beginning of the file; `view_file` of each input and `VIEW_END` follow.

    >>> "default-src 'none'" in view_head("page.pdf")
    True
    """
    return f"{page_head(title, 'view.css', 'view.js')}\n"


def view_file(
    name: str, sheets: Iterable[Sheet], articles: Sequence[Mapping[str, Any]], first: int = 1
) -> Iterator[str]:
    """Yield the part of an input, page by page.

    Parameters
    ----------
    name : str
        What it is called.
    sheets : iterable of Sheet
        Its pages.
    articles : sequence of mapping
        Objects of `classify.output.json`. An article is beside the page on which it begins, and outlined on each that
        has a part of it.
    first : int, default=1
        Number of the first article in the whole file, which anchors are made of.

    Examples
    --------
    >>> from classify.output.json import article_object
    >>> from classify.records import Article, Box
    >>> article = Article(headline="水库蓄水忙", body="水库蓄水。", boxes=(Box(1, 10, 10, 60, 40),))
    >>> html = "".join(view_file("page.pdf", [Sheet(1, 100, 200)], [article_object(article, file="", number=1)]))
    >>> "left:10%;top:5%;width:50%;height:15%" in html, "<h3>水库蓄水忙</h3>" in html
    (True, True)
    """
    yield f'<h1 lang="zh">{safe(name)}</h1>\n'
    beginning: dict[int, list[str]] = {}
    outlined: dict[int, dict[int, Mapping[str, Any]]] = {}
    for anchor, article in enumerate(articles, first):
        beginning.setdefault(article["page"], []).append(_article(anchor, article))
        for box in article["boxes"]:
            outlined.setdefault(box[0], {})[anchor] = article
    for sheet in sheets:
        blocks = [_blocks(sheet, *pair) for pair in outlined.get(sheet.number, {}).items()]
        texts = beginning.get(sheet.number) or ['<p class="dim">No article begins on this page.</p>\n']
        yield (
            f'<section class="page">\n<h2>Page {sheet.number}</h2>\n'
            f'<div class="sheet">{_drawing(sheet)}\n{"".join(blocks)}</div>\n'
            f'<div class="articles">\n{"".join(texts)}</div>\n</section>\n'
        )


def _drawing(sheet: Sheet) -> str:
    """Return the picture of a page, or its lines at their places."""
    if sheet.picture is not None:
        data = base64.b64encode(sheet.picture).decode("ascii")
        width, height = f"{sheet.width:.0f}", f"{sheet.height:.0f}"
        return f'<img alt="Page {sheet.number}" width="{width}" height="{height}" src="data:image/png;base64,{data}">'
    lines = "".join(_drawn_line(line, line.box) for line in sheet.lines if line.box is not None)
    view_box = f"0 0 {sheet.width:.2f} {sheet.height:.2f}"
    return f'<svg role="img" aria-label="Page {sheet.number}" viewBox="{view_box}">{lines}</svg>'


def _drawn_line(line: Line, box: Box) -> str:
    """Return a line as SVG text that fills its box."""
    if line.direction == "vertical":
        size, place = box.width, f'x="{(box.x0 + box.x1) / 2:.2f}" y="{box.y0:.2f}"'
        return (
            f'<text writing-mode="vertical-rl" {place} font-size="{size:.2f}" textLength="{box.height:.2f}">'
            f"{safe(line.text)}</text>"
        )
    size, place = box.height, f'x="{box.x0:.2f}" y="{box.y1 - 0.12 * box.height:.2f}"'
    return f'<text {place} font-size="{size:.2f}" textLength="{box.width:.2f}">{safe(line.text)}</text>'


def _blocks(sheet: Sheet, anchor: int, article: Mapping[str, Any]) -> str:
    """Return the outlines of an article on a page; the first one has its number and takes the focus."""
    own = [box for box in article["boxes"] if box[0] == sheet.number]
    parts = []
    for k, (_, x0, y0, x1, y1) in enumerate(own):
        place = (
            f"left:{_percent(x0, sheet.width)};top:{_percent(y0, sheet.height)};"
            f"width:{_percent(x1 - x0, sheet.width)};height:{_percent(y1 - y0, sheet.height)}"
        )
        name = safe(f"{anchor} {article.get('section') or ''}".rstrip())
        label = (
            f'aria-label="{name} {safe(article["headline"])}"'
            if k == 0
            else 'tabindex="-1" aria-hidden="true"'
        )
        badge = f"<b>{name}</b>" if k == 0 else ""
        parts.append(
            f'<a class="block" href="#a{anchor}" data-article="{anchor}" style="--h:{hue(anchor)};{place}" {label}>'
            f"{badge}</a>\n"
        )
    return "".join(parts)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f}".rstrip("0").rstrip(".") + "%" if whole > 0 else "0%"


def hue(anchor: int) -> int:
    """Return the hue in degrees of the article with number `anchor`, from 1.

    >>> hue(1), hue(2), hue(3)
    (0, 138, 275)
    """
    return round(_GOLDEN_ANGLE * (anchor - 1)) % 360


def _article(anchor: int, article: Mapping[str, Any]) -> str:
    """Return the text of an article: its parts, and where it is labelled its section and summary."""
    byline, dateline = article["byline"], article["dateline"]
    people = [byline["source"], *byline["reporters"], *byline["correspondents"], *byline["photographers"]]
    credit = " ".join(part for part in (*people, dateline["place"], dateline["date"]) if part)
    section = article.get("section")
    parts = [
        f'<p><span class="number">{anchor}</span>',
        f' <span class="section">{safe(section)}</span>' if section else "",
        "</p>\n",
        _paragraph(article["kicker"], "dim"),
        f"<h3>{safe(article['headline'])}</h3>\n" if article["headline"] else "",
        _paragraph(article["deck"], "deck"),
        _paragraph(credit, "dim"),
    ]
    if article.get("summary"):
        items = "".join(f"<li>{safe(sentence)}</li>" for sentence in article["summary"])
        parts.append(f'<ul class="summary">{items}</ul>\n')
    parts += [_paragraph(text) for text in article["body"].split("\n")]
    parts += [_paragraph(text, "dim") for text in article["captions"]]
    color = f"--h:{hue(anchor)}"
    return (
        f'<article class="article" id="a{anchor}" data-article="{anchor}" style="{color}" tabindex="0" lang="zh">\n'
        f"{''.join(parts)}</article>\n"
    )


def _paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph; nothing for an empty one."""
    if not text:
        return ""
    return f'<p class="{kind}">{safe(text)}</p>\n' if kind else f"<p>{safe(text)}</p>\n"
