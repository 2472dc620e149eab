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
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from classify.pages.headlines import Headlines, compose_headlines, join_display
from classify.pages.matching import Matched, match_pieces
from classify.pages.paragraphs import to_paragraphs
from classify.pages.printed import PrintedLines, heal_line, join
from classify.pages.reading import Reading, read_page
from classify.pages.states import STATE_ROLE, Role
from classify.pages.vertical import join_vertical
from classify.records import Article, Box, Byline, Dateline, Line, Page, line_ranges
from classify.text.bylines import Lead, parse_author, parse_byline, parse_credit, parse_names, parse_signature
from classify.text.characters import BLANK, BULLETS
from classify.text.lines import TextLines, text_lines
from classify.text.normalize import clean

__all__ = ["split_page"]

_TITLE_LINES = 3
"""Lines in which a text may repeat its title."""
_LEAD_LINES = 7


def split_page(page: str | Sequence[Line], *, single: bool = False, title: str | None = None) -> Page:
    """Split a page into its articles.

    Parameters
    ----------
    page : str or sequence of Line
        The page as an extractor or an archive gave it: printed lines, wrapped columns, any line ends.
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
    lines = _to_lines(page)
    heading = " ".join([part.strip() for part in clean(title or "").split("\n") if part.strip()])
    repeated = _count_repeated(lines, heading) if heading else 0
    rest = lines[repeated:]
    texts = rest.texts if isinstance(rest, TextLines) else [line.text for line in rest]
    vertical = join_vertical(texts)
    if vertical is None:
        reading = read_page(texts, single=single, titled=bool(heading))
        sources = _Sources(rest, [[i] for i in reading.page.numbers])
    else:
        joined = ["".join([texts[i].strip() for i in group]) for group in vertical]
        reading = read_page(joined, single=single, titled=bool(heading))
        sources = _Sources(rest, [vertical[k] for k in reading.page.numbers], vertical=True)
    matched = match_pieces(reading)
    whole = [found for found in matched if found.has_text]
    # A head that no body was found for is left over, unless there is nothing else.
    alone = [i for found in matched if not found.has_text for piece in found.pieces for i in piece.lines] if whole else []
    drafts = [_to_draft(reading, found) for found in whole or matched]
    if single:
        return _as_single(reading, drafts, sources, heading, [line for line in lines[:repeated] if line.text.strip()])
    leftover = sorted([*reading.outside, *alone, *[i for draft in drafts for i in draft.furniture]])
    _move_captions(drafts, reading.page.texts)
    articles = [_to_article(reading, draft, sources) for draft in drafts]
    return Page(tuple(articles), tuple(sources.lines(leftover)))


def _as_single(
    reading: Reading, drafts: list[_Draft], sources: _Sources, heading: str, given: Sequence[Line]
) -> Page:
    """Return the page of one article, with all its lines; those of its title are `given` apart."""
    if not (drafts or heading or reading.outside):
        return Page()
    draft = drafts[0] if drafts else _Draft()
    _keep_all_lines(reading, draft)
    article = _with_all_text(_to_article(reading, draft, sources, title=heading), heading, reading)
    numbers = [line.number for line in given if line.number] + sources.numbers(range(len(reading.page.texts)))
    return Page((replace(article, lines=line_ranges(numbers)),))


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
    for i, text in printed[: min(_TITLE_LINES, len(printed) - 1)]:
        found += text
        if _comparable(found) == wanted:
            return i + 1
    return 0


def _comparable(title: str) -> str:
    """Return a title without blanks, in half width, without the brackets around it."""
    return unicodedata.normalize("NFKC", "".join(title.split())).strip("【】[]《》「」")


@dataclass(slots=True)
class _Draft:
    """The lines of one article, by what they are to it; lines are indices, blank ones not counted."""

    displays: dict[str, list[list[int]]] = field(default_factory=dict)
    """Groups of label, kicker, headline and deck lines before the body, and ``after`` the same."""
    body: list[list[tuple[int, str]]] = field(default_factory=list)
    """Runs of body lines with their role."""
    captions: list[list[int]] = field(default_factory=list)
    bylines: list[list[int]] = field(default_factory=list)
    furniture: list[int] = field(default_factory=list)
    """Page numbers and the like between its lines."""
    probability: float = 1.0

    def indices(self) -> list[int]:
        """Return all lines that are part of the article."""
        groups = [g for groups in self.displays.values() for g in groups]
        groups += [[i for i, _ in run] for run in self.body] + self.captions + self.bylines
        return sorted({i for group in groups for i in group})


def _to_draft(reading: Reading, found: Matched) -> _Draft:
    """Sort the lines of an article by their roles; lines of one role that follow one another stay together."""
    draft = _Draft(probability=found.probability)
    gaps = reading.page.attributes["gap"]
    many_gaps = reading.page.attributes["gap_habit"] >= 4
    for piece in found.pieces:
        previous = ("", -2)
        for line, state in zip(piece.lines, piece.states, strict=True):
            role = _role(reading, line, state)
            together = previous == (role, line - 1) and (not gaps[line] or bool(many_gaps[line]))
            previous = (role, line)
            if role == Role.FURNITURE:
                draft.furniture.append(line)
            elif role in (Role.BODY, Role.SUBHEAD, Role.NOTE):
                if together:
                    draft.body[-1].append((line, role))
                else:
                    draft.body.append([(line, role)])
            else:
                groups = draft.captions if role == Role.CAPTION else draft.bylines if role in (Role.BYLINE, Role.TAIL) else (
                    draft.displays.setdefault(role, [])
                )  # fmt: skip
                if together and role not in (Role.TAIL,):
                    groups[-1].append(line)
                else:
                    groups.append([line])
    return draft


def _keep_all_lines(reading: Reading, draft: _Draft) -> None:
    """Bring the lines of a single article that no field would hold into its body, as paragraphs of their own.

    A line that would be left over of a page (a date), a credit that names nobody, a jump at the start.
    """
    printed = reading.page.texts
    unread = [[i] for i in [*reading.outside, *draft.furniture]]
    for groups in (draft.captions, draft.bylines):
        for group in list(groups):
            text = "\n".join([printed[i] for i in group]).strip()
            credit = parse_credit(text) if groups is draft.captions else None
            nobody = credit is not None and not (credit.caption or credit.photographers)
            if nobody or (groups is draft.bylines and not _read_byline([printed[i] for i in group])):
                groups.remove(group)
                unread.append(group)
    draft.furniture = []
    draft.body = sorted([*draft.body, *[[(i, "") for i in group] for group in unread]])
    first = draft.body[0][0][0] if draft.body else -1
    lead = reading.page.leads.get(first)
    if lead is not None and not lead.byline and lead.dateline == Dateline():
        del reading.page.leads[first]


def _move_captions(drafts: Sequence[_Draft], texts: Sequence[str]) -> None:
    """Move captions to the article near them that they are about."""
    if not any(draft.captions for draft in drafts):
        return
    bodies = ["\n".join([texts[i] for run in draft.body for i, _ in run]) for draft in drafts]
    for home, draft in enumerate(drafts):
        for group in list(draft.captions) if bodies[home] else []:
            caption = "".join([texts[i] for i in group])
            credit = parse_credit(caption)
            target = _find_body(credit.caption if credit else caption, bodies, home)
            if target is not None and target != home:
                draft.captions.remove(group)
                drafts[target].captions.append(group)


def _find_body(text: str, bodies: Sequence[str], home: int) -> int | None:
    """Return the index of the body near `home` that holds most character pairs of `text`, or None.

    It must hold 55 % of them, and 20 % more than the body that the text stands beside. The 12 articles before and after
    are looked at, about a page. All three are chosen.
    """
    terms = "".join(text.split())
    pairs = {terms[i : i + 2] for i in range(len(terms) - 1)}
    if len(pairs) < 4:
        return None
    enough = max(0.55 * len(pairs), sum([pair in bodies[home] for pair in pairs]) + 0.2 * len(pairs))
    best: int | None = None
    for i in range(max(0, home - 12), min(len(bodies), home + 13)):
        found = sum([pair in bodies[i] for pair in pairs])
        if found >= enough:
            best, enough = i, found + 1
    return best


class _Sources:
    """The lines of the page behind the lines that were read: one each, but several where text is vertical."""

    def __init__(self, lines: Sequence[Line], groups: Sequence[Sequence[int]], *, vertical: bool = False) -> None:
        self.vertical = vertical
        self._lines = lines
        self._groups = groups

    def lines(self, indices: Iterable[int]) -> list[Line]:
        """Return the lines of the page behind some lines."""
        return [self._lines[k] for i in indices for k in self._groups[i]]

    def numbers(self, indices: Iterable[int]) -> list[int]:
        """Return the numbers of those lines; lines without a number have none."""
        if isinstance(self._lines, TextLines):
            numbers = self._lines.numbers
            return [numbers[k] for i in indices for k in self._groups[i]]
        return [line.number for line in self.lines(indices) if line.number]

    @property
    def have_boxes(self) -> bool:
        """Whether lines may have boxes."""
        return not isinstance(self._lines, TextLines)


def _role(reading: Reading, line: int, state: int) -> str:
    role = STATE_ROLE[state]
    return f"{role}-after" if line in reading.is_after else role


def _to_article(reading: Reading, draft: _Draft, sources: _Sources, *, title: str = "") -> Article:
    """Return the article of a draft."""
    texts = reading.page.texts
    lead: Lead | None = None
    runs: list[PrintedLines] = []
    own: set[int] = set()
    for k, run in enumerate(draft.body):
        lines = [i for i, _ in run]
        whole = PrintedLines(*reading.page.printed_lines(lines))
        if k == 0 or (lead is None and k == 1 and draft.body[0][0][1] == Role.NOTE):
            lead = reading.page.leads.get(run[0][0])
            if lead is not None:
                whole = _without_lead(whole, lead, borrowed=run[0][0] in reading.page.borrowed)
        if run[0][1] in (Role.SUBHEAD, ""):
            own.add(len(runs))
        if whole.printed:
            runs.append(whole)
    signature = _take_signature(runs)
    # Vertical text, one character a line, has no sign of a paragraph.
    paragraphs = [join([line for run in runs for line in run.healed])] if sources.vertical else to_paragraphs(runs, own)
    body = "\n".join(paragraphs).lstrip(BULLETS + BLANK)
    byline = lead.byline if lead else Byline()
    captions = [join([heal_line(texts[i]) for i in group]) for group in draft.captions]
    for other in [*[_read_byline([texts[i] for i in group]) for group in draft.bylines], signature]:
        if other:
            byline = byline.merged_with(other)
    kept = []
    for caption, group in zip(captions, draft.captions, strict=True):
        credit = parse_credit("\n".join([texts[i] for i in group]).strip())
        if credit is not None and credit.photographers:
            byline = byline.merged_with(Byline(photographers=credit.photographers))
        if credit is None or credit.caption:
            kept.append(caption)
    heads = _read_heads(draft, texts, title, reading.page.borrowed)
    indices = draft.indices()
    boxes = _merge_boxes(sources.lines(indices)) if sources.have_boxes else ()
    return Article(
        headline=heads.headline,
        kicker=heads.kicker,
        deck=heads.deck,
        byline=byline,
        dateline=lead.dateline if lead else Dateline(),
        captions=tuple(kept),
        body=body,
        lines=line_ranges(sources.numbers(indices)),
        boxes=boxes,
        page=boxes[0].page if boxes else 1,
        split_confidence=round(draft.probability, 4),
    )


def _read_heads(draft: _Draft, texts: Sequence[str], title: str, borrowed: Collection[int]) -> Headlines:
    """Return headline, kicker and deck of a draft.

    Where the last character of a vertical headline is printed on the next line, which is of another article, it is
    taken from there.
    """

    def joined(role: str) -> list[str]:
        groups = draft.displays.get(role, []) + draft.displays.get(f"{role}-after", [])
        after = [texts[g[-1] + 1].lstrip(BLANK)[:1] if g[-1] + 1 in borrowed else "" for g in groups]
        return [join_display([texts[i] for i in group]) + last for group, last in zip(groups, after, strict=True)]

    return compose_headlines(
        headlines=joined(Role.HEADLINE), kickers=joined(Role.KICKER), decks=joined(Role.DECK),
        labels=joined(Role.LABEL), title=title,
    )  # fmt: skip


def _read_byline(lines: Sequence[str]) -> Byline | None:
    """Return the names of a byline of one or more lines."""
    text = "\n".join(lines).strip()
    whole = parse_byline(text) or parse_names(text)
    if whole:
        return whole
    byline = Byline()
    for line in lines:
        line = line.strip(BLANK)
        found = parse_byline(line) or parse_author(line) or parse_names(line)
        if not found and line[:1] in "（(":
            signature = parse_signature("。" + line)
            found = signature[0] if signature else None
        if not found and (credit := parse_credit(line)) is not None:
            found = Byline(photographers=credit.photographers)
        if found:
            byline = byline.merged_with(found)
    return byline


def _without_lead(run: PrintedLines, lead: Lead, *, borrowed: bool) -> PrintedLines:
    """Return the first lines of a body without the lead, and without a character of another headline before it."""
    opening = [run.printed[0].lstrip(BLANK)[borrowed:], *run.printed[1:_LEAD_LINES]]
    whole = "\n".join([line.strip(BLANK) for line in opening])
    after = whole.count("\n", 0, lead.end) + 1
    rest = PrintedLines.of([whole[lead.end :].split("\n", 1)[0]])
    return PrintedLines(
        rest.printed + run.printed[after:], rest.healed + run.healed[after:], rest.widths + run.widths[after:]
    )


def _take_signature(runs: list[PrintedLines]) -> Byline | None:
    """Take the closing signature （岑雨桐） off the last lines of a body, in place, and return it."""
    if not runs or not (runs[-1].printed and runs[-1].printed[-1].rstrip().endswith(("）", ")"))):
        return None
    tail: list[str] = []
    for run in reversed(runs[-2:]):
        tail = [*run.printed[-3:], *tail]
        found = parse_signature("\n".join(tail).rstrip())
        if not found:
            continue
        # Lines after the opening bracket go; it may be in the run before the last.
        for k in range(len(runs) - 1, max(-1, len(runs) - 3), -1):
            lines = list(runs[k].printed)
            while lines and "（" not in lines[-1] and "(" not in lines[-1]:
                lines.pop()
            if lines:
                at = max(lines[-1].rfind("（"), lines[-1].rfind("("))
                lines[-1] = lines[-1][:at].rstrip()
                runs[k] = PrintedLines.of(lines)
                return found[0]
            runs[k] = PrintedLines((), (), ())
    return None


def _with_all_text(article: Article, heading: str, reading: Reading) -> Article:
    """Return a single article with a body, where all of its text would be lost or only be display lines."""
    if article.body or article.captions:
        return article
    if heading and (article.kicker or article.deck):
        text = "\n".join(filter(None, [article.deck, article.kicker]))
        return replace(article, kicker="", deck="", body=text)
    if article.byline or article.dateline != Dateline() or article.kicker or article.headline != heading:
        return article
    return replace(article, body="\n".join(reading.page.texts))


def _numbers(lines: Sequence[Line]) -> Iterable[int]:
    """Return the number of each line."""
    return lines.numbers if isinstance(lines, TextLines) else [line.number for line in lines]


def _merge_boxes(lines: Sequence[Line]) -> tuple[Box, ...]:
    """Return the boxes of the blocks of an article: of neighbouring lines of one page, column and type size.

    A line joins the block before it when it shares half of its width with it, has its type size within a quarter, and
    is at most one and a half lines below or above it. All three are chosen. In vertical text, columns take
    the place of lines.
    """
    blocks: list[Box] = []
    previous: Line | None = None
    for line in lines:
        box = line.box
        if box is None:
            continue
        if blocks and previous is not None and _is_next(previous, line, blocks[-1]):
            block = blocks[-1]
            blocks[-1] = Box(
                block.page,
                min(block.x0, box.x0), min(block.y0, box.y0), max(block.x1, box.x1), max(block.y1, box.y1),
            )  # fmt: skip
        else:
            blocks.append(box)
        previous = line
    return tuple(blocks)


def _is_next(previous: Line, line: Line, block: Box) -> bool:
    """Return whether `line` is the next one after `previous`, the last line of `block`."""
    box, other = line.box, previous.box
    if box is None or other is None or box.page != block.page or line.direction != previous.direction:
        return False
    along, across = (block.x0, block.x1, box.x0, box.x1), (block.y0, block.y1, box.y0, box.y1)
    heights = box.height, other.height
    if line.direction == "vertical":
        along, across = across, along
        heights = box.width, other.width
    sizes = (line.size or heights[0], previous.size or heights[1])
    shared = min(along[1], along[3]) - max(along[0], along[2])
    apart = max(across[2] - across[1], across[0] - across[3])
    return (
        max(sizes) <= 1.25 * min(sizes)
        and shared >= 0.5 * min(along[1] - along[0], along[3] - along[2])
        and apart <= 1.5 * max(heights)
    )
