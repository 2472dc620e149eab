"""The lines of a page to its articles, by the model of lines.

`reading` finds what each line is, `matching` which pieces are one article; here the parts of each article are put
together: display lines to headline, kicker and deck, body lines to paragraphs without lead and signature, names from
leads, bylines, signatures and credits to one byline, and the boxes of the lines to blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from classify.pages.headlines import Headlines, compose_headlines, join_display
from classify.pages.line_model.matching import Matched, match_pieces
from classify.pages.line_model.reading import AFTER_STATES, PageReading, read_page
from classify.pages.line_model.repairs import repair
from classify.pages.line_model.states import STATE_ROLE, LineRole
from classify.pages.paragraphs import to_paragraphs
from classify.pages.parts import find_body, merge_boxes, pair_finder, take_signature
from classify.pages.printed import PrintedLines, heal_line, join
from classify.records import Article, Byline, Dateline, Line, Page, line_ranges
from classify.text.bylines import (
    LEAD_LINES,
    Lead,
    parse_author,
    parse_byline,
    parse_credit,
    parse_names,
    parse_signature,
)
from classify.text.characters import BLANK, BULLETS
from classify.text.lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = ["read_lines"]

_MIXED = 0.4
"""What is left of the confidence in an article of a page whose columns are mixed. Chosen: below 0.5."""


def read_lines(lines: Sequence[Line]) -> Page:
    """Return the articles of a page, and the lines that belong to none.

    Parameters
    ----------
    lines : sequence of Line
        Cleaned and without line ends.

    >>> from classify.text.lines import text_lines
    >>> text = "林场造林忙\\n本报讯（记者岑雨桐）云港市林场近日\\n造林两千亩，今年以来已造林三万亩。\\n第3版"
    >>> page = read_lines(text_lines(text))
    >>> page[0].headline, page[0].byline.reporters, page[0].body
    ('林场造林忙', ('岑雨桐',), '云港市林场近日造林两千亩，今年以来已造林三万亩。')
    """
    texts = lines.texts if isinstance(lines, TextLines) else [line.text for line in lines]
    repaired = repair(texts)
    reading = read_page(repaired.texts)
    groups = [repaired.groups[k] for k in reading.page.numbers]
    sources = _Sources(lines, groups, vertical=repaired.vertical)
    matched = match_pieces(reading)
    whole = [found for found in matched if found.has_text]
    # A head that no body was found for is left over, unless there is nothing else.
    alone = (
        [i for found in matched if not found.has_text for piece in found.pieces for i in piece.lines]
        if whole
        else []
    )
    drafts = [_to_draft(reading, found) for found in whole or matched]
    owned = {i for draft in drafts for i in draft.indices()}
    leftover = sorted({*reading.outside, *alone, *[i for draft in drafts for i in draft.furniture]} - owned)
    _move_captions(drafts, reading.page.texts)
    articles = [_to_article(reading, draft, sources) for draft in drafts]
    if repaired.mixed:
        articles = [replace(a, split_confidence=round(_MIXED * a.split_confidence, 4)) for a in articles]
    return Page(tuple(articles), tuple(sources.lines(leftover)), repaired.mixed)


@dataclass(slots=True)
class _ArticleLines:
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


def _to_draft(reading: PageReading, found: Matched) -> _ArticleLines:
    """Sort the lines of an article by their roles; lines of one role that follow one another stay together."""
    draft = _ArticleLines(probability=found.probability)
    gaps = reading.page.attributes["gap"]
    many_gaps = reading.page.attributes["gap_habit"] >= 4
    for piece in found.pieces:
        previous = ("", -2)
        for line, state in zip(piece.lines, piece.states, strict=True):
            role = f"{STATE_ROLE[state]}-after" if state in AFTER_STATES else STATE_ROLE[state]
            together = previous == (role, line - 1) and (not gaps[line] or bool(many_gaps[line]))
            previous = (role, line)
            if role == LineRole.FURNITURE:
                draft.furniture.append(line)
            elif role in (LineRole.BODY, LineRole.SUBHEAD, LineRole.NOTE):
                if together:
                    draft.body[-1].append((line, role))
                else:
                    draft.body.append([(line, role)])
            else:
                if role == LineRole.CAPTION:
                    groups = draft.captions
                elif role in (LineRole.BYLINE, LineRole.TAIL):
                    groups = draft.bylines
                else:
                    groups = draft.displays.setdefault(role, [])
                if together and role != LineRole.TAIL:
                    groups[-1].append(line)
                else:
                    groups.append([line])
    return draft


def _move_captions(drafts: list[_ArticleLines], texts: Sequence[str]) -> None:
    """Move captions to the article near them that they are about, in place.

    A draft of captions alone is dropped when all of them have gone; it stays where no article has their words, since
    a photo story may be no more than its caption.
    """
    if not any(draft.captions for draft in drafts):
        return
    bodies = [pair_finder("\n".join([texts[i] for run in draft.body for i, _ in run])) for draft in drafts]
    for home, draft in enumerate(drafts):
        is_alone = not (draft.body or draft.displays or draft.bylines)
        if not (draft.body or is_alone):
            continue
        captions, draft.captions = draft.captions, []
        for group in captions:
            caption = "".join([texts[i] for i in group])
            credit = parse_credit(caption)
            text = credit.caption if credit else caption
            target = find_body(text, bodies, home, at_home=not is_alone)
            drafts[home if target is None else target].captions.append(group)
    drafts[:] = [draft for draft in drafts if draft.indices()]


class _Sources:
    """The lines of the page behind the lines that were read: one each, but several where text is vertical."""

    def __init__(
        self, lines: Sequence[Line], groups: Sequence[Sequence[int]], *, vertical: bool = False
    ) -> None:
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


def _to_article(reading: PageReading, draft: _ArticleLines, sources: _Sources) -> Article:
    """Return the article of a draft."""
    texts = reading.page.texts
    lead: Lead | None = None
    runs: list[PrintedLines] = []
    own: set[int] = set()
    for k, run in enumerate(draft.body):
        lines = [i for i, _ in run]
        whole = PrintedLines(*reading.page.printed_lines(lines))
        if k == 0 or (lead is None and k == 1 and draft.body[0][0][1] == LineRole.NOTE):
            lead = reading.page.leads.get(run[0][0])
            if lead is not None:
                whole = _without_lead(whole, lead, borrowed=run[0][0] in reading.page.borrowed)
        if run[0][1] == LineRole.SUBHEAD:
            own.add(len(runs))
        if whole.printed:
            runs.append(whole)
    signature = take_signature(runs)
    # Vertical text, one character a line, has no sign of a paragraph.
    paragraphs = (
        [join([line for run in runs for line in run.healed])]
        if sources.vertical
        else to_paragraphs(runs, own)
    )
    body = "\n".join(paragraphs).lstrip(BULLETS + BLANK)
    byline = lead.byline if lead else Byline()
    captions = [join([heal_line(texts[i]) for i in group]) for group in draft.captions]
    others = [*[_read_byline([texts[i] for i in group]) for group in draft.bylines], signature]
    kept = []
    for caption, group in zip(captions, draft.captions, strict=True):
        credit = parse_credit("\n".join([texts[i] for i in group]).strip())
        if credit is not None and credit.photographers:
            others.append(Byline(photographers=credit.photographers))
        if credit is None or credit.caption:
            kept.append(caption)
    byline = byline.merged_with(*filter(None, others))
    heads = _read_heads(draft, texts, reading.page.borrowed)
    indices = draft.indices()
    boxes = merge_boxes(sources.lines(indices)) if sources.have_boxes else ()
    return Article(
        headline=heads.headline.lstrip(BULLETS + BLANK),
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


def _read_heads(draft: _ArticleLines, texts: Sequence[str], borrowed: Collection[int]) -> Headlines:
    """Return headline, kicker and deck of a draft.

    Where the last character of a vertical headline is printed on the next line, which is of another article, it is
    taken from there.
    """

    def joined(role: str) -> list[str]:
        groups = draft.displays.get(role, []) + draft.displays.get(f"{role}-after", [])
        after = [texts[g[-1] + 1].lstrip(BLANK)[:1] if g[-1] + 1 in borrowed else "" for g in groups]
        return [
            join_display([texts[i] for i in group]) + last for group, last in zip(groups, after, strict=True)
        ]

    return compose_headlines(
        headlines=joined(LineRole.HEADLINE), kickers=joined(LineRole.KICKER), decks=joined(LineRole.DECK),
        labels=joined(LineRole.LABEL),
    )  # fmt: skip


def _read_byline(lines: Sequence[str]) -> Byline | None:
    """Return the names of a byline of one or more lines."""
    text = "\n".join(lines).strip()
    whole = parse_byline(text) or parse_names(text)
    if whole:
        return whole
    bylines: list[Byline] = []
    for line in lines:
        line = line.strip(BLANK)
        found = parse_byline(line) or parse_author(line) or parse_names(line)
        if not found and line[:1] in "（(":
            signature = parse_signature("。" + line)
            found = signature[0] if signature else None
        if not found and (credit := parse_credit(line)) is not None:
            found = Byline(photographers=credit.photographers)
        if found:
            bylines.append(found)
    return Byline().merged_with(*bylines)


def _without_lead(run: PrintedLines, lead: Lead, *, borrowed: bool) -> PrintedLines:
    """Return the first lines of a body without the lead, and without a character of another headline before it."""
    opening = [run.printed[0].lstrip(BLANK)[borrowed:], *run.printed[1:LEAD_LINES]]
    whole = "\n".join([line.strip(BLANK) for line in opening])
    after = whole.count("\n", 0, lead.end) + 1
    rest = PrintedLines.of([whole[lead.end :].split("\n", 1)[0]])
    return PrintedLines(
        rest.printed + run.printed[after:], rest.healed + run.healed[after:], rest.widths + run.widths[after:]
    )
