"""A page's lines to its articles: units, the best reading of them, and each article's parts put together.

Every non-blank line ends up in exactly one article or in `Page.leftover`. Captions and stray display lines need not
stand beside their article on a page, so each goes to the article whose words it shares, the nearest one first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from classify.pages.bylines import parse_lead, parse_signature
from classify.pages.headlines import read_headlines
from classify.pages.lines import LEAD_LINES, Unit, heal, to_units
from classify.pages.paragraphs import to_paragraphs
from classify.pages.segmentation import Role, segment
from classify.pages.readers import to_lines
from classify.text.characters import BLANK, BULLETS
from classify.records import Article, Byline, Dateline, Page

__all__ = ["split_page"]

FAR_CAPTION = 0.55
"""Share of its character pairs that a line must have in an article for it to be fetched from elsewhere on the page."""


@dataclass(slots=True)
class _Draft:
    before: list[Unit] = field(default_factory=list)
    body: list[Unit] = field(default_factory=list)
    after: list[Unit] = field(default_factory=list)
    captions: list[Unit] = field(default_factory=list)
    bylines: list[Unit] = field(default_factory=list)
    far: list[Unit] = field(default_factory=list)
    glued: str = ""
    p_begins: float = 1.0
    p_ends: float = 1.0

    def words(self) -> str:
        return "\n".join(u.text for u in self.body)

    def units(self) -> list[Unit]:
        return [*self.before, *self.body, *self.after, *self.captions, *self.bylines, *self.far]


def split_page(text: str, *, single: bool = False) -> Page:
    """Return the articles of the raw page `text`, and what belongs to none.

    Parameters
    ----------
    text
        The page as a PDF or an archive gave it: set lines, wrapped columns, any line ends.
    single
        The text is known to be one article; its parts are found, but it is not split.

    Returns
    -------
    Page
        Its articles in reading order. Every non-blank line of `text` is in the `lines` of exactly one article or in
        `leftover`.
    """
    units = to_units(to_lines(text))
    drafts, stray = _drafts(units, single=single)
    stray = _fetch(drafts, stray)
    articles = tuple(_article(d) for d in drafts)
    return Page(articles, _ranges([line.number for u in stray for line in u.lines]))


def _drafts(units: list[Unit], *, single: bool = False) -> tuple[list[_Draft], list[Unit]]:
    drafts: list[_Draft] = []
    stray: list[Unit] = []
    for unit, step in zip(units, segment(units, single=single), strict=True):
        if step.begins or not drafts:
            if step.role == Role.STRAY and not step.begins:
                stray.append(unit)
                continue
            if drafts:
                drafts[-1].p_ends = step.p_begins
                drafts[-1].glued = unit.glued
            drafts.append(_Draft(p_begins=step.p_begins))
        draft = drafts[-1]
        if step.role == Role.STRAY:
            stray.append(unit)
        elif step.role == Role.HEAD:
            (draft.after if draft.body else draft.before).append(unit)
        elif step.role == Role.CAPTION:
            draft.captions.append(unit)
        elif step.role == Role.BYLINE:
            draft.bylines.append(unit)
        else:
            draft.body.append(unit)
    return drafts, stray


def _fetch(drafts: list[_Draft], stray: list[Unit]) -> list[Unit]:
    """Bring captions and stray displays to the article they are about."""
    bodies = [d.words() for d in drafts]
    for i, draft in enumerate(drafts):
        for unit in list(draft.captions):
            if unit.kind != "caption" or not draft.body:
                continue
            target = _best(unit.text, bodies, i)
            if target != i:
                draft.captions.remove(unit)
                drafts[target].captions.append(unit)
    rest = []
    for unit in stray:
        target = _best(unit.text, bodies, None) if unit.kind == "short" else -1
        if target >= 0:
            drafts[target].far.append(unit)
        else:
            rest.append(unit)
    return rest


def _best(text: str, bodies: list[str], home: int | None) -> int:
    terms = "".join(text.split())
    pairs = {terms[i : i + 2] for i in range(len(terms) - 1)}
    if not pairs:
        return -1 if home is None else home
    near = range(len(bodies)) if home is None else range(max(0, home - 12), min(len(bodies), home + 13))
    share = {i: sum(p in bodies[i] for p in pairs) / len(pairs) for i in near}
    if not share:
        return -1
    top = max(share, key=lambda i: share[i])
    if home is None:
        return top if share[top] >= FAR_CAPTION else -1
    return top if share[top] >= FAR_CAPTION and share[top] - share.get(home, 0.0) >= 0.2 else home


def _article(draft: _Draft) -> Article:
    lead_unit = next((u for u in draft.body if u.lead), None)
    lead = lead_unit.lead if lead_unit is not None and lead_unit is draft.body[0] else None
    byline = lead.byline if lead else Byline()
    body_lines: list[list[str]] = []
    for unit in draft.body:
        texts = [line.text for line in unit.lines]
        if unit.glued:
            texts[0] = texts[0].lstrip()[1:]
        if unit is draft.body[0] and lead:
            head = "\n".join(texts[:LEAD_LINES])
            texts = [*head[lead.end :].split("\n"), *texts[LEAD_LINES:]]
        body_lines.append([t for t in texts if t.strip()])
    signature = _take_signature(body_lines)
    body = "\n".join(to_paragraphs(body_lines)).lstrip(BULLETS + BLANK)
    for who in [*(u.byline for u in draft.bylines), signature]:
        if who:
            byline = Byline(
                byline.source or who.source,
                _union(byline.reporters, who.reporters),
                _union(byline.correspondents, who.correspondents),
            )
    captions = tuple(u.text for u in draft.captions if u.kind == "caption")
    photographers = _union((), tuple(p for u in draft.captions for p in u.photographers))
    heads = read_headlines(draft.before, draft.after, draft.glued, body)
    if draft.far:
        extra = " ".join(heal([line.text for line in u.lines]) for u in draft.far)
        heads = type(heads)(heads.headline, f"{heads.kicker} {extra}".strip(), heads.deck)
    return Article(
        headline=heads.headline,
        kicker=heads.kicker,
        deck=heads.deck,
        byline=Byline(byline.source, byline.reporters, byline.correspondents, photographers),
        dateline=lead.dateline if lead else Dateline(),
        captions=captions,
        body=body,
        lines=_ranges([line.number for u in draft.units() for line in u.lines]),
        confidence=round(draft.p_begins * draft.p_ends, 4),
    )


def _take_signature(runs: list[list[str]]) -> Byline | None:
    """Take the closing （张三） off the last lines of a body, in place."""
    tail: list[str] = []
    for run in reversed(runs[-2:]):
        tail = [*run[-3:], *tail]
        found = parse_signature("\n".join(tail).rstrip())
        if not found:
            continue
        for run_again in reversed(runs[-2:]):
            while run_again and "（" not in run_again[-1] and "(" not in run_again[-1]:
                run_again.pop()
            if run_again:
                at = max(run_again[-1].rfind("（"), run_again[-1].rfind("("))
                run_again[-1] = run_again[-1][:at].rstrip()
                if not run_again[-1]:
                    run_again.pop()
                return found[0]
    return None


def _union(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a + b))


def _ranges(numbers: list[int]) -> tuple[tuple[int, int], ...]:
    """Inclusive ranges of ascending numbers."""
    ranges: list[tuple[int, int]] = []
    for n in sorted(numbers):
        if ranges and n == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], n)
        else:
            ranges.append((n, n))
    return tuple(ranges)
