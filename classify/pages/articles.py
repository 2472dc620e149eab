"""The lines of a page to its articles; `split_page` is what the rest of the toolkit uses.

`segmentation` finds which units are one article and what each is to it. Here the parts are put together: display
lines to headline, kicker and deck; body units to paragraphs, without lead and signature; names from leads, bylines,
signatures and credits to one byline; and the boxes of the lines to blocks.

Two things cross articles. A caption or a stray display line need not be beside its article on a page, so each
goes to the article whose words it shares, the nearest one first. And a kicker that returns over
several articles is known from all of them (`headlines.find_series`).

Every non-blank line ends up in exactly one article or in `Page.leftover`. A text that is known to be one article
keeps all its lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from classify.pages.headlines import Headlines, find_series, read_headlines
from classify.pages.line_flags import UNWRAPPED_CELLS
from classify.pages.neighbours import read_neighbours
from classify.pages.paragraphs import to_paragraphs
from classify.pages.parts import find_body, merge_boxes, pair_finder, take_signature
from classify.pages.printed import PrintedLines, Unit, ends_open, join
from classify.pages.segmentation import segment
from classify.pages.transitions import Role
from classify.pages.units import SHORT_LINES, to_units
from classify.records import Article, Box, Byline, Dateline, Line, Page, PrintedPage, line_ranges
from classify.text.bylines import LEAD_LINES
from classify.text.characters import BLANK, BULLETS
from classify.text.lines import TextLines, text_lines
from classify.text.normalize import clean

__all__ = ["split_page"]


def split_page(
    page: str | Sequence[Line] | PrintedPage, *, single: bool = False, title: str | None = None
) -> Page:
    """Split a page into its articles.

    Parameters
    ----------
    page : str, sequence of Line or PrintedPage
        The page as an extractor or an archive gave it: printed lines, wrapped columns, any line ends; or a page of a
        PDF, as `classify.read_pages` gives it.
    single : bool, default=False
        The page is one article. It is not split, and every line of it is in the article: lines that belong to no
        article of a page, such as a date, are paragraphs of its body.
    title : str or None, default=None
        The headline of that article, where it is known apart from the text; only with ``single=True``. It is
        cleaned as the text is. The first lines of the text are no part of the body where they repeat it.

    Returns
    -------
    Page
        The articles in reading order, and the leftover lines. Every non-blank line of the page is in exactly one
        article or in `leftover`. Where lines have boxes, articles have one for each block of lines.

    Raises
    ------
    TypeError
        `page` is neither a string nor a sequence of Line.
    ValueError
        There is a title, and `single` is false.

    Examples
    --------
    >>> page = split_page("第3版\\n\\n林场造林忙\\n\\n本报讯（记者岑雨桐）云港市林场近日\\n造林两千亩。")
    >>> page[0].headline, page[0].byline.reporters, page[0].body, page[0].lines
    ('林场造林忙', ('岑雨桐',), '云港市林场近日造林两千亩。', ((3, 3), (5, 6)))
    >>> [line.text for line in page.leftover]
    ['第3版']
    >>> split_page("林场造林忙\\n本报讯 云港市林场近日造林。", single=True, title="林场造林忙")[0].deck
    ''
    """
    if title is not None and not single:
        raise ValueError("a title was given for a page of several articles; give single=True with it")
    if isinstance(page, PrintedPage):
        if not single:
            # Text pages do without scipy.optimize, which takes time to load.
            from classify.pages.layout import split_printed_page

            return split_printed_page(page)
        page = page.lines
    lines = _to_lines(page)
    if not single and not _has_torn_columns(lines):
        from classify.pages.line_model import read_lines

        return read_lines(lines)
    heading = " ".join([part.strip() for part in clean(title or "").split("\n") if part.strip()])
    repeated = _count_repeated(lines, heading) if heading else 0
    units = to_units(lines[repeated:])
    if heading:
        units.insert(0, _title_unit(heading, [line for line in lines[:repeated] if line.text.strip()]))
    read_neighbours(units)
    drafts, stray = _draft_articles(units, single=single)
    leftover = _fetch_far_units(drafts, stray)
    if single and units:
        (draft,) = drafts = drafts or [_Draft()]
        draft.furniture, leftover = leftover, []
        _keep_unread_text(draft)
        if heading:  # what reads like a headline under the text is the end of the text
            draft.furniture, draft.after = draft.furniture + draft.after, []
    series = find_series([*draft.before, *draft.after] for draft in drafts)
    articles = tuple([_to_article(draft, series) for draft in drafts])
    if single and articles:
        articles = (_with_all_text(articles[0], heading, drafts[0]),)
    return Page(articles, tuple([line for unit in leftover for line in unit.lines]))


_TORN = 0.25
"""Of the blank lines of a page, the share that stands between two runs of three lines or more from which its columns
are torn. Chosen on the development pages: where blank lines stand between parts only it is 0 to 0.24 (but for one
page), on the typeset pages 0.28 to 0.59.
"""

_COLUMN_LINES = 40
"""A page with fewer blank lines than one in so many lines has whole columns. Chosen: a column has some 60 lines."""

_FEWEST_LINES = 10
"""A text of fewer lines shows the model of lines too little. Chosen."""

_TELLING = 9
"""With fewer blank lines one inside a body is enough. Chosen: a page of parts has more, an excerpt fewer."""


def _has_torn_columns(lines: Sequence[Line]) -> bool:
    """Return whether blank lines stand inside the bodies of a page, and so say nothing about its parts.

    That is so too where most text was never wrapped, so that each paragraph is a line. A headline, a caption or a
    byline has few lines, so a blank line between parts has a short run of lines beside it. The reader of units was
    made for pages with torn columns; the model of lines reads the others.
    """
    texts = lines.texts if isinstance(lines, TextLines) else [line.text for line in lines]
    long = sum([len(text) for text in texts if len(text) > UNWRAPPED_CELLS])
    blank = [i for i, text in enumerate(texts) if not text.strip()]
    runs = [b - a - 1 for a, b in pairwise([-1, *blank, len(texts)]) if b - a > 1]
    if 2 * long > sum(map(len, texts)) or sum(runs) < _FEWEST_LINES:
        return True
    gaps = len(runs) - 1
    if gaps * _COLUMN_LINES <= sum(runs):
        return False
    torn = sum(a >= 3 and b >= 3 for a, b in pairwise(runs))
    return torn > (_TORN * gaps if gaps >= _TELLING else 0)


def _to_lines(page: Any) -> Sequence[Line]:
    """Return the lines of a page, their texts cleaned and without line ends."""
    if isinstance(page, str):
        return text_lines(page)
    if isinstance(page, TextLines):
        return page
    if not isinstance(page, Sequence) or not all(isinstance(line, Line) for line in page):
        raise TypeError(f"a page is a string or a sequence of Line; this one is {page!r:.60}")
    text = "\n".join([line.text for line in page])
    if clean(text) == text and text.count("\n") == max(0, len(page) - 1):
        return page
    return [line._replace(text=" ".join(clean(line.text).split("\n"))) for line in page]


def _count_repeated(lines: Sequence[Line], heading: str) -> int:
    """Return how many lines at the start of a record's text repeat its title, blank ones included.

    0 where they are all of the text. The title may be broken in up to three lines; blanks, widths and brackets around
    it do not count.
    """
    wanted, found = _comparable(heading), ""
    printed = [(i, text) for i, line in enumerate(lines) if (text := "".join(line.text.split()))]
    for i, text in printed[: min(SHORT_LINES, len(printed) - 1)]:
        found += text
        if _comparable(found) == wanted:
            return i + 1
    return 0


def _comparable(title: str) -> str:
    """Return a title without blanks, in half width, without the brackets around it."""
    return unicodedata.normalize("NFKC", "".join(title.split())).strip("【】[]《》「」")


def _title_unit(heading: str, lines: Sequence[Line]) -> Unit:
    """Return the unit of a title, to be read before the text; `lines` of the text repeat it."""
    content = PrintedLines.of([heading])
    text = content.healed[0]
    return Unit(
        content.printed, content.healed, content.widths, tuple(lines), "short", text, 0,
        open_end=ends_open(text), is_title=True,
    )  # fmt: skip


@dataclass(slots=True)
class _Draft:
    """The units of one article, by what they are to it."""

    before: list[Unit] = field(default_factory=list)
    """Display lines before the body."""
    body: list[Unit] = field(default_factory=list)
    after: list[Unit] = field(default_factory=list)
    """Display lines after the body."""
    captions: list[Unit] = field(default_factory=list)
    bylines: list[Unit] = field(default_factory=list)
    far: list[Unit] = field(default_factory=list)
    """Display lines from elsewhere on the page."""
    furniture: list[Unit] = field(default_factory=list)
    """Units of a single article that would be left over of a page."""
    last_character: str = ""
    """Of a vertical headline after the body."""
    p_begins: float = 1.0
    p_ends: float = 1.0

    def units(self) -> list[Unit]:
        """Return all units."""
        return [
            *self.before, *self.body, *self.after, *self.captions, *self.bylines, *self.far, *self.furniture
        ]  # fmt: skip


def _draft_articles(
    units: list[Unit], *, single: bool = False
) -> tuple[list[_Draft], list[tuple[int, Unit]]]:
    """Return the articles of a page as drafts, and the stray units, each with the index of its draft."""
    drafts: list[_Draft] = []
    stray: list[tuple[int, Unit]] = []
    for t, (unit, (role, begins, p_begins)) in enumerate(
        zip(units, segment(units, single=single), strict=True)
    ):
        unit.position = t
        if begins or not drafts:
            if role == Role.STRAY and not begins:
                stray.append((0, unit))
                continue
            if drafts:
                drafts[-1].p_ends = p_begins
                drafts[-1].last_character = unit.borrowed
            drafts.append(_Draft(p_begins=p_begins))
        draft = drafts[-1]
        if role == Role.STRAY:
            stray.append((len(drafts) - 1, unit))
        elif role == Role.HEAD:
            (draft.after if draft.body else draft.before).append(unit)
        elif role == Role.CAPTION:
            draft.captions.append(unit)
        elif role == Role.BYLINE:
            draft.bylines.append(unit)
        else:
            unit.own_paragraph = role == Role.SUBHEAD
            draft.body.append(unit)
    return drafts, stray


def _fetch_far_units(drafts: list[_Draft], stray: list[tuple[int, Unit]]) -> list[Unit]:
    """Move captions and stray display lines to the article they are about; return the units that no article takes."""
    bodies = [pair_finder("\n".join([unit.text for unit in draft.body])) for draft in drafts]
    for home, draft in enumerate(drafts):
        captions, draft.captions = draft.captions, []
        for unit in captions:
            is_caption = unit.kind == "caption" and draft.body
            target = find_body(unit.text, bodies, home, at_home=True) if is_caption else None
            drafts[home if target is None else target].captions.append(unit)
    rest = []
    for home, unit in stray:
        target = find_body(unit.text, bodies, home, at_home=False) if unit.kind == "short" else None
        if target is None:
            rest.append(unit)
        else:
            drafts[target].far.append(unit)
    return rest


def _to_article(draft: _Draft, series: frozenset[str]) -> Article:
    """Return the article of a draft; `series` are the kickers that return on its page."""
    lead = draft.body[0].lead if draft.body else None
    runs = [_without_lead(unit, first=k == 0) for k, unit in enumerate(draft.body)]
    signature = take_signature(runs)
    body_units = draft.body
    if draft.furniture:
        pairs = [*zip(draft.body, runs, strict=True), *[(unit, unit) for unit in draft.furniture]]
        pairs.sort(key=lambda pair: pair[0].position)
        body_units, runs = [unit for unit, _ in pairs], [run for _, run in pairs]
    furniture = {unit.position for unit in draft.furniture}
    own = {k for k, unit in enumerate(body_units) if unit.own_paragraph or unit.position in furniture}
    body = "\n".join(to_paragraphs(runs, own)).lstrip(BULLETS + BLANK)
    byline = lead.byline if lead else Byline()
    photographers = tuple(name for unit in draft.captions for name in unit.photographers)
    others = [*(unit.byline for unit in draft.bylines), signature, Byline(photographers=photographers)]
    byline = byline.merged_with(*filter(None, others))
    heads = _read_heads(draft, body, series)
    units = draft.units()
    numbers = [number for unit in units for number in _numbers(unit.lines) if number]
    boxes: tuple[Box, ...] = ()
    if any(line.box for unit in units if not isinstance(unit.lines, TextLines) for line in unit.lines):
        in_order = sorted(units, key=lambda unit: unit.position)
        boxes = merge_boxes([line for unit in in_order for line in unit.lines])
    return Article(
        headline=heads.headline,
        kicker=heads.kicker,
        deck=heads.deck,
        byline=byline,
        dateline=lead.dateline if lead else Dateline(),
        captions=tuple([unit.text for unit in draft.captions if unit.kind == "caption"]),
        body=body,
        lines=line_ranges(numbers),
        boxes=boxes,
        page=boxes[0].page if boxes else 1,
        split_confidence=round(draft.p_begins * draft.p_ends, 4),
    )


def _read_heads(draft: _Draft, body: str, series: frozenset[str]) -> Headlines:
    """Return headline, kicker and deck; displays from elsewhere on the page are kickers."""
    before, title = draft.before, ""
    if before and before[0].is_title:
        title, before = before[0].printed[0], before[1:]
    heads = read_headlines(
        before, draft.after, body, last_character=draft.last_character, series=series, title=title
    )
    if draft.far:
        far = " ".join([join(unit.healed) for unit in draft.far])
        heads = Headlines(heads.headline, f"{heads.kicker} {far}".strip(), heads.deck)
    return heads


def _without_lead(unit: Unit, *, first: bool) -> PrintedLines:
    """Return the lines of a body unit without the lead, if it is the `first`, and without a borrowed character."""
    lead = unit.lead if first else None
    if not (unit.borrowed or lead):
        return unit
    opening = "\n".join(unit.printed[:LEAD_LINES])
    if unit.borrowed:
        opening = opening.lstrip()[1:]
    end = lead.end if lead else 0
    after = opening.count("\n", 0, end) + 1  # index of the first line that is whole
    head = PrintedLines.of([opening[end:].split("\n", 1)[0]])
    return PrintedLines(
        head.printed + unit.printed[after:],
        head.healed + unit.healed[after:],
        head.widths + unit.widths[after:],
    )


def _keep_unread_text(draft: _Draft) -> None:
    """Bring text of a single article that no field would hold into its body.

    A credit that names nobody (新华社发) becomes a paragraph; a jump （上接第1版） at the start stays where it is.
    """
    captions, draft.captions = draft.captions, []
    for unit in captions:
        is_unread = unit.kind == "credit" and not unit.photographers
        (draft.furniture if is_unread else draft.captions).append(unit)
    lead = draft.body[0].lead if draft.body else None
    if lead is not None and not lead.byline and lead.dateline == Dateline():
        draft.body[0].lead = None


def _with_all_text(article: Article, heading: str, draft: _Draft) -> Article:
    """Return a single article with a body, where all of its text would be lost or only be display lines.

    Under a title that is known, display lines are the body. A text that is nothing but a lead, a jump or a bullet
    is the body, unchanged.
    """
    if article.body or article.captions:
        return article
    if heading and (article.kicker or article.deck):
        text = "\n".join(filter(None, [article.deck, article.kicker]))
        return replace(article, kicker="", deck="", body=text)
    if article.byline or article.dateline != Dateline() or article.kicker or article.headline != heading:
        return article
    return replace(article, body="\n".join([unit.text for unit in draft.body]))


def _numbers(lines: Sequence[Line]) -> Iterable[int]:
    """Return the number of each line."""
    return lines.numbers if isinstance(lines, TextLines) else [line.number for line in lines]
