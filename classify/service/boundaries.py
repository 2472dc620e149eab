"""Articles by the lines that somebody gave them: read again as articles, and written as gold pages.

A person moves a boundary line, joins or parts articles, or marks a headline. What arrives is a list of articles by
ranges of lines, ``[page, first, last]``. The lines of each are read as one article by the readers that read whole
pages: headline and byline are found in them as ever, unless they were marked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.pages import split_page
from classify.pages.layout import split_printed_pages
from classify.pages.printed import heal_line, join
from classify.records import Article, Byline, line_ranges
from classify.service.reading import SplitFile, line_owners, lines_by_page
from classify.text.bylines import parse_author, parse_byline, parse_lead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classify.records import Line

__all__ = ["MARKS", "Boundaries", "drawn_articles", "gold_page", "parse_boundaries"]

MARKS = ("headline", "kicker", "deck", "byline")
"""Parts whose lines somebody may mark."""

Place = tuple[int, int]  # page and line, both from 1


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The lines of one article.

    Attributes
    ----------
    lines : tuple of (page, line)
        In the order given.
    marked : mapping of str to tuple of (page, line)
        Lines of a part, by the names of `MARKS`; a part that is not in it is found by the reader, an empty one is not
        there.
    """

    lines: tuple[Place, ...]
    marked: Mapping[str, tuple[Place, ...]]

    def to_dict(self) -> dict[str, Any]:
        """Return it as it is sent: ranges of lines."""
        return {"lines": _spans(self.lines)} | {
            mark: _spans(self.marked[mark]) if mark in self.marked else None for mark in MARKS
        }


def parse_boundaries(given: Sequence[Mapping[str, Any]], file: SplitFile) -> list[Boundaries]:
    """Return the articles that somebody drew on a page.

    Parameters
    ----------
    given : sequence of mapping
        ``lines`` and perhaps the parts of `MARKS`, each a list of ``[page, first, last]``.
    file : SplitFile

    Raises
    ------
    InputError
        A line is not there or is in two articles; an article has no text; a mark is outside of its article.
    """
    known = {(page, line.number): line for page, line in lines_by_page(file)}
    taken: set[Place] = set()
    articles = []
    for number, article in enumerate(given, 1):
        places = _places(article["lines"], known, number)
        if not any(known[place].text.strip() for place in places):
            raise InputError(f"article {number} has no text; give it lines, or leave it out")
        if twice := taken.intersection(places):
            page, line = min(twice)
            raise InputError(f"line {line} of page {page} is in two articles; give it to one")
        taken.update(places)
        marked = {}
        for mark in MARKS:
            if (spans := article.get(mark)) is not None:
                marked[mark] = _places(spans, known, number)
                if not set(marked[mark]) <= set(places):
                    raise InputError(
                        f"article {number}: a line of its {mark} is none of its lines; add it there"
                    )
        articles.append(Boundaries(places, marked))
    return articles


def _places(spans: Sequence[Sequence[int]], known: Mapping[Place, Line], number: int) -> tuple[Place, ...]:
    """Return the lines of ranges, each once."""
    places: dict[Place, None] = {}
    for page, first, last in spans:
        if last < first:
            raise InputError(
                f"article {number}: lines {first} to {last} are no range; give the first one first"
            )
        if (page, first) not in known or (page, last) not in known:
            raise InputError(f"article {number}: page {page} has no lines {first} to {last}; look them up")
        # In long gaps of a text there are numbers without a line.
        places.update(dict.fromkeys((page, n) for n in range(first, last + 1) if (page, n) in known))
    return tuple(places)


def _spans(places: Sequence[Place]) -> list[list[int]]:
    """Return lines as ascending ranges of each page.

    >>> _spans([(1, 2), (1, 3), (2, 1)])
    [[1, 2, 3], [2, 1, 1]]
    """
    return [
        [page, first, last]
        for page in sorted({page for page, _ in places})
        for first, last in line_ranges(line for p, line in places if p == page)
    ]


def drawn_articles(drawn: Sequence[Boundaries], file: SplitFile) -> SplitFile:
    """Return a file with the articles that somebody drew, in their order; the other lines are leftover.

    Parameters
    ----------
    drawn : sequence of Boundaries
    file : SplitFile
        From `read_page`.
    """
    known = {(page, line.number): line for page, line in lines_by_page(file)}
    owners = line_owners(file)
    own: dict[int, set[Place]] = {}
    for place, number in owners.items():
        own.setdefault(number, set()).add(place)
    articles = []
    for one in drawn:
        text = {place for place in one.lines if known[place].text.strip()}
        number = owners.get(min(text, default=(0, 0)), 0)
        # What nobody has changed stays as it was found, with the lines around it in view.
        is_same = number and not one.marked and own[number] == text
        articles.append(file.articles[number - 1] if is_same else _article(one, known, file))
    taken = {place for one in drawn for place in one.lines}
    leftover = [line for place, line in known.items() if place not in taken and line.text.strip()]
    return replace(file, articles=articles, leftover=leftover)


def _article(drawn: Boundaries, known: Mapping[Place, Line], file: SplitFile) -> Article:
    marked = {place for places in drawn.marked.values() for place in places}
    rest = [place for place in drawn.lines if place not in marked]
    read = _read_printed if file.printed else _read_text
    found = read(rest, known, file, title=_text(drawn.marked.get("headline", ()), known))
    display = {
        mark: _text(drawn.marked[mark], known) if mark in drawn.marked else getattr(found, mark)
        for mark in ("headline", "kicker", "deck")
    }
    # A display line that the reader found and somebody says is none belongs to the body.
    kept = [getattr(found, mark) for mark, text in display.items() if not text]
    article = replace(
        found,
        headline=display["headline"],
        kicker=display["kicker"],
        deck=display["deck"],
        byline=_byline(_text(drawn.marked["byline"], known)) if "byline" in drawn.marked else found.byline,
        body="\n".join(filter(None, [*kept, found.body])),
        split_confidence=1.0,
    )
    places = sorted(drawn.lines)
    if not file.printed:
        return replace(article, lines=line_ranges(n for _, n in places if known[1, n].text.strip()))
    boxes = [box for place in sorted(marked) if (box := known[place].box) is not None]
    return replace(article, boxes=tuple(dict.fromkeys([*found.boxes, *boxes])), page=places[0][0])


def _text(places: Sequence[Place], known: Mapping[Place, Line]) -> str:
    """Return marked lines as one display line."""
    return " ".join(filter(None, (heal_line(known[place].text) for place in places)))


def _byline(text: str) -> Byline:
    """Return the byline that a marked line says; where it cannot be read, its text is a reporter's name.

    >>> _byline("本报记者 岑雨桐").reporters
    ('岑雨桐',)
    """
    if not text:
        return Byline()
    lead = parse_lead(text)
    return (
        (lead.byline if lead and lead.byline else None)
        or parse_byline(text)
        or parse_author(text)
        or Byline(reporters=(text,))
    )


def _read_text(places: Sequence[Place], known: Mapping[Place, Line], file: SplitFile, title: str) -> Article:
    lines = [known[place] for place in sorted(places)]
    if not title:
        page = split_page(lines)
        if len(page) == 1 and not page.leftover:
            return page[0]
    page = split_page(lines, single=True, title=title or None)
    return page.articles[0] if page.articles else Article(headline=title)


def _read_printed(
    places: Sequence[Place], known: Mapping[Place, Line], file: SplitFile, title: str
) -> Article:
    """Read lines with boxes as one article: those that the reader of pages would part are joined."""
    wanted = set(places)
    pages = [
        replace(page, lines=lines)
        for page in file.printed
        if (lines := tuple(line for line in page.lines if (page.number, line.number) in wanted))
    ]
    split = list(split_printed_pages(pages))
    articles = [article for page in split for article in page.articles]
    stray = [line for page in split for line in page.leftover]
    loose = [heal_line(line.text) for line in stray]
    boxes = tuple(line.box for line in stray if line.box is not None)
    if not articles:
        return Article(headline=title, body=join(loose), boxes=boxes)
    head = next((k for k, article in enumerate(articles) if article.headline), 0)
    first = articles[head]
    others = [article for k, article in enumerate(articles) if k != head]
    body = [first.body, *(part for a in others for part in (a.kicker, a.headline, a.deck, a.body))]
    return replace(
        first,
        byline=first.byline.merged_with(*(article.byline for article in others)),
        captions=tuple(caption for article in articles for caption in article.captions),
        body="\n".join(filter(None, [*body, *loose])),
        boxes=tuple(box for article in articles for box in article.boxes) + boxes,
    )


def gold_page(articles: Sequence[Mapping[str, Any]], sections: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return articles as a gold page, as scorers of page splitting read it.

    Parameters
    ----------
    articles : sequence of mapping
        Objects of `classify.output.json`, whose boundaries somebody has set.
    sections : sequence of sequence of str
        The right sections of each; empty where nobody has said.

    Returns
    -------
    dict
        ``{"articles": […]}``; each with ``id``, ``sections``, ``headline``, ``kicker``, ``deck``, ``source``,
        ``reporters``, ``place``, ``date``, ``caption``, ``lines`` (each number) or ``boxes``, and ``body``.
    """
    return {
        "articles": [_gold(k, a, right) for k, (a, right) in enumerate(zip(articles, sections, strict=True))]
    }


def _gold(number: int, article: Mapping[str, Any], sections: Sequence[str]) -> dict[str, Any]:
    byline = article["byline"]
    lines = [n for first, last in article["lines"] for n in range(first, last + 1)]
    return {
        "id": f"a{number}",
        "sections": list(sections),
        "headline": article["headline"],
        "kicker": article["kicker"],
        "deck": article["deck"],
        "source": byline["source"],
        "reporters": byline["reporters"],
        "correspondents": byline["correspondents"],
        "photographers": byline["photographers"],
        "place": article["dateline"]["place"],
        "date": article["dateline"]["date"],
        "caption": "\n".join(article["captions"]),
        "captions": article["captions"],
        "lines": lines,
        "boxes": article["boxes"],
        "body": article["body"],
    }
