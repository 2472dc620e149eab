"""Pages with their articles as ALTO 4.4, for viewers and repositories of archives.

Each article of a page is a ComposedBlock of type ``article``, and each of its parts a TextBlock with a structure tag;
the section of a labelled article is a tag of its own. Lines that belong to no article are in blocks outside of all. So
a reader that knows nothing of articles finds the whole text of the page, and each line as it came in.

The unit is the pixel of the image that the OCR program read. Of a PDF there is none, and the unit is 1/1200 inch.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from classify.output.parts import ArticleBlock, article_blocks, articles_by_page, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from classify.records import Box, Line, PrintedPage

__all__ = ["alto_text"]

_INCH1200 = 1200 / 72
"""Units of ALTO in a point."""

_DESCENT = 0.12
"""Share of a line of Chinese type that is below its baseline."""

_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"


def alto_text(pages: Sequence[PrintedPage], articles: Sequence[Mapping[str, Any]]) -> str:
    """Return pages with their articles as an ALTO document.

    Parameters
    ----------
    pages : sequence of PrintedPage
        At least one.
    articles : sequence of mapping
        Objects of `article_object` or `labelled_object` of these pages, in order.

    Examples
    --------
    >>> from classify.records import Box, Line, PrintedPage
    >>> page = PrintedPage(1, 595.0, 842.0, (Line("第3版", 1, Box(1, 36.0, 24.0, 63.0, 33.0), 9.0),))
    >>> text = alto_text([page], [])
    >>> '<String ID="S1_1" CONTENT="第3版" HPOS="600" VPOS="400" WIDTH="450" HEIGHT="150"/>' in text
    True
    """
    in_pixels = all(page.pixels_per_point for page in pages)
    on_page = articles_by_page(articles)
    styles = _styles(pages)
    tags = _Tags()
    body = "".join(
        part
        for page in pages
        for part in _page(
            page,
            on_page.get(page.number, {}),
            _AltoWriter((in_pixels and page.pixels_per_point) or _INCH1200, styles, tags),
        )
    )
    unit = "pixel" if in_pixels else "inch1200"
    fonts = "".join(
        f"<TextStyle ID={quoteattr(name)}"
        + (f" FONTFAMILY={quoteattr(_safe(face))}" if face else "")
        + (f' FONTSIZE="{size:g}"' if size else "")
        + "/>\n"
        for (size, face), name in styles.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<alto xmlns="{_NAMESPACE}" SCHEMAVERSION="4.4">\n'
        f"<Description><MeasurementUnit>{unit}</MeasurementUnit></Description>\n"
        + (f"<Styles>\n{fonts}</Styles>\n" if fonts else "")
        + tags.text()
        + f"<Layout>\n{body}</Layout>\n</alto>\n"
    )


def _styles(pages: Iterable[PrintedPage]) -> dict[tuple[float, str], str]:
    """Return the names of the type sizes and faces of all lines."""
    found = {(line.size or 0.0, line.face) for page in pages for line in page.lines if line.size or line.face}
    return {style: f"F{k}" for k, style in enumerate(sorted(found), 1)}


class _Tags:
    """The tags of a document, each once."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str, str], str] = {}

    def name(self, element: str, type: str, label: str) -> str:
        """Return the name of a tag."""
        return self._names.setdefault((element, type, label), f"T{len(self._names) + 1}")

    def text(self) -> str:
        """Return the Tags element; empty where there are none."""
        tags = "".join(
            f"<{element} ID={quoteattr(name)} TYPE={quoteattr(type)} LABEL={quoteattr(_safe(label))}/>\n"
            for (element, type, label), name in self._names.items()
        )
        return f"<Tags>\n{tags}</Tags>\n" if tags else ""


class _AltoWriter:
    """Writes boxes in the units of a document."""

    def __init__(self, scale: float, styles: Mapping[tuple[float, str], str], tags: _Tags) -> None:
        self.scale, self.styles, self.tags = scale, styles, tags

    def number(self, points: float) -> str:
        """Return a length."""
        return f"{round(points * self.scale, 3):.10g}"

    def place(self, sides: Sequence[float]) -> str:
        """Return the attributes of a box (x0, y0, x1, y1)."""
        x0, y0, x1, y1 = sides
        return (
            f'HPOS="{self.number(x0)}" VPOS="{self.number(y0)}" '
            f'WIDTH="{self.number(x1 - x0)}" HEIGHT="{self.number(y1 - y0)}"'
        )


def _page(page: PrintedPage, articles: Mapping[int, Mapping[str, Any]], writer: _AltoWriter) -> Iterator[str]:
    """Yield a Page element in pieces."""
    n = page.number
    blocks, rest = article_blocks(page, articles)
    yield (
        f'<Page ID="P{n}" PHYSICAL_IMG_NR="{n}" WIDTH="{writer.number(page.width)}" '
        f'HEIGHT="{writer.number(page.height)}"><PrintSpace {writer.place((0, 0, page.width, page.height))}>\n'
    )
    for k, same in groupby(blocks, key=lambda block: block.article):
        yield from _article(n, k, articles[k], list(same), writer)
    for line in rest:
        yield _text_block(f"B{n}_0_{line.number}", "", [line], n, writer)
    for kind, name, boxes in (
        ("Illustration", "I", page.pictures),
        ("GraphicalElement", "R", page.rules),
        ("GraphicalElement", "G", page.frames),
    ):
        yield from (_drawing(kind, f"{name}{n}_{k}", box, writer) for k, box in enumerate(boxes, 1))
    yield "</PrintSpace></Page>\n"


def _article(
    page: int, k: int, article: Mapping[str, Any], blocks: Sequence[ArticleBlock], writer: _AltoWriter
) -> Iterator[str]:
    """Yield the ComposedBlock of the part of an article that is on a page."""
    tags = [writer.tags.name("StructureTag", "article", str(article.get("headline") or article["id"]))]
    if article.get("section"):
        tags.append(writer.tags.name("OtherTag", "section", str(article["section"])))
    place = place_of([line for block in blocks for line in block.lines])
    yield f'<ComposedBlock ID="A{page}_{k + 1}" TYPE="article" TAGREFS="{" ".join(tags)}" {writer.place(place)}>\n'
    for at, block in enumerate(blocks, 1):
        tag = writer.tags.name("StructureTag", "part", block.part)
        yield _text_block(f"B{page}_{k + 1}_{at}", f' TAGREFS="{tag}"', block.lines, page, writer)
    yield "</ComposedBlock>\n"


def _text_block(name: str, tags: str, lines: Sequence[Line], page: int, writer: _AltoWriter) -> str:
    rows = "\n".join(_text_line(line, page, writer) for line in lines)
    return f'<TextBlock ID="{name}"{tags} {writer.place(place_of(lines))}>\n{rows}\n</TextBlock>\n'


def _text_line(line: Line, page: int, writer: _AltoWriter) -> str:
    assert line.box is not None
    place = writer.place(line.box[1:])
    style = writer.styles.get((line.size or 0.0, line.face))
    own = f' STYLEREFS="{style}"' if style and (line.size or line.face) and line.box else ""
    box = line.box
    if line.direction == "vertical":
        direction = ' BASEDIRECTION="ttb"'
    else:
        y = writer.number(box.y1 - _DESCENT * box.height)
        direction = f' BASELINE="{writer.number(box.x0)},{y} {writer.number(box.x1)},{y}" BASEDIRECTION="ltr"'
    sure = f' WC="{line.confidence:.4g}"' if line.confidence is not None else ""
    content = quoteattr(_safe(line.text))
    return (
        f'<TextLine ID="L{page}_{line.number}"{own} {place}{direction}>'
        f'<String ID="S{page}_{line.number}" CONTENT={content} {place}{sure}/></TextLine>'
    )


def _drawing(kind: str, name: str, box: Box, writer: _AltoWriter) -> str:
    return f'<{kind} ID="{name}" {writer.place(box[1:])}/>\n'


def _safe(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
