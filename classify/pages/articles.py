"""A page's lines to its articles: units, the best reading of them, and each article's parts put together.

Every non-blank line ends up in exactly one article or in `Page.leftover`. Captions and stray display lines
need not stand beside their article on a page, so each goes to the article whose words it shares, the
nearest one first.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import add
from typing import TYPE_CHECKING

from classify.pages.headlines import find_series, read_headlines
from classify.pages.healing import join
from classify.pages.neighbours import read_in_context
from classify.pages.paragraphs import to_paragraphs
from classify.pages.runs import LEAD_LINES
from classify.pages.segmentation import Role, segment
from classify.pages.units import Setting, Unit, to_units
from classify.records import Article, Byline, Dateline, Line, Page, line_ranges
from classify.text.bylines import parse_signature
from classify.text.characters import BLANK, BULLETS
from classify.text.lines import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["split_page"]

FAR_CAPTION = 0.55
"""Share of its character pairs that a line must have in an article for it to be fetched from elsewhere."""

CLEARLY = 0.2
"""…and by how much this share must be above that in the article it stands in."""
FAR = 12
"""Articles before and after, in which it is looked for: about a page."""


@dataclass(slots=True)
class _Draft:
    before: list[Unit] = field(default_factory=list)
    body: list[Unit] = field(default_factory=list)
    after: list[Unit] = field(default_factory=list)
    captions: list[Unit] = field(default_factory=list)
    bylines: list[Unit] = field(default_factory=list)
    far: list[Unit] = field(default_factory=list)
    subheads: tuple[int, ...] = ()
    """Which of `body` are subheads."""
    glued: str = ""
    p_begins: float = 1.0
    p_ends: float = 1.0

    def words(self) -> str:
        return "\n".join([u.text for u in self.body])

    def units(self) -> list[Unit]:
        return [*self.before, *self.body, *self.after, *self.captions, *self.bylines, *self.far]


def split_page(text: str | Sequence[Line], *, single: bool = False) -> Page:
    """Return the articles of a raw page, and the lines that belong to none.

    Parameters
    ----------
    text : str or sequence of Line
        The page as a PDF or an archive gave it: set lines, wrapped columns, any line ends.
    single
        The text is known to be one article; its parts are found, but it is not split.

    Returns
    -------
    Page
        Its articles in reading order. Every non-blank line of `text` is in the `lines` of exactly one article
        or in `leftover`.
    """
    with _without_collector():
        lines = text_lines(text) if isinstance(text, str) else list(text)
        units = read_in_context(to_units([line.text for line in lines]))
        drafts, stray = _drafts(units, single=single)
        leftover = _fetch(drafts, stray)
        series = find_series([*d.before, *d.after] for d in drafts)
        articles = tuple(_article(d, series) for d in drafts)
        return Page(articles, tuple([lines[n - 1] for u in leftover for n in u.numbers]))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hold the garbage collector: it would look through all units again and again, and none is in a cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _drafts(units: list[Unit], *, single: bool = False) -> tuple[list[_Draft], list[tuple[int, Unit]]]:
    drafts: list[_Draft] = []
    stray: list[tuple[int, Unit]] = []
    for unit, (role, begins, p_begins) in zip(units, segment(units, single=single), strict=True):
        if begins or not drafts:
            if role == Role.STRAY and not begins:
                stray.append((0, unit))
                continue
            if drafts:
                drafts[-1].p_ends = p_begins
                drafts[-1].glued = unit.glued
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
            if role == Role.SUBHEAD:
                draft.subheads += (len(draft.body),)
            draft.body.append(unit)
    return drafts, stray


def _fetch(drafts: list[_Draft], stray: list[tuple[int, Unit]]) -> list[Unit]:
    """Bring captions and stray displays (each with the number of its draft) to the article they are about."""
    bodies = [d.words() for d in drafts]
    for home, draft in enumerate(drafts):
        for unit in [u for u in draft.captions if u.kind == "caption" and draft.body]:
            target = _nearest_of_its_words(unit.text, bodies, home, at_home=True)
            if target not in (home, None):
                draft.captions.remove(unit)
                drafts[target].captions.append(unit)
    rest = []
    for home, unit in stray:
        target = (
            _nearest_of_its_words(unit.text, bodies, home, at_home=False) if unit.kind == "short" else None
        )
        if target is None:
            rest.append(unit)
        else:
            drafts[target].far.append(unit)
    return rest


def _nearest_of_its_words(text: str, bodies: list[str], home: int, *, at_home: bool) -> int | None:
    """Which body near `home` has enough of the character pairs of `text`, and clearly more than `home`."""
    terms = "".join(text.split())
    pairs = set(map(add, terms, terms[1:]))
    if not pairs:
        return None
    sample = list(pairs)
    sample, rest = (
        sample[: len(pairs) * 5 // 8],
        sample[len(pairs) * 5 // 8 :],
    )  # most bodies are out after a part
    enough = FAR_CAPTION * len(pairs)
    if at_home:
        enough = max(enough, sum(map(bodies[home].__contains__, pairs)) + CLEARLY * len(pairs))
    best: int | None = None
    for i in range(max(0, home - FAR), min(len(bodies), home + FAR + 1)):
        if enough > len(pairs):
            break
        found = sum(map(bodies[i].__contains__, sample))
        if found + len(rest) >= enough:
            found += sum(map(bodies[i].__contains__, rest))
            if found >= enough:
                best, enough = i, found + 1
    return best


def _article(draft: _Draft, series: frozenset[str]) -> Article:
    lead = draft.body[0].lead if draft.body else None
    byline = lead.byline if lead else Byline()
    runs = [_printed(u, first=k == 0) for k, u in enumerate(draft.body)]
    signature = _take_signature(runs)
    body = "\n".join(to_paragraphs(runs, draft.subheads)).lstrip(BULLETS + BLANK)
    for who in [*(u.byline for u in draft.bylines), signature]:
        if who:
            byline = Byline(
                byline.source or who.source,
                _union(byline.reporters, who.reporters),
                _union(byline.correspondents, who.correspondents),
                _union(byline.photographers, who.photographers),
            )
    captions = tuple(u.text for u in draft.captions if u.kind == "caption")
    photographers = _union(byline.photographers, tuple(p for u in draft.captions for p in u.photographers))
    heads = read_headlines(draft.before, draft.after, draft.glued, body, series)
    if draft.far:
        extra = " ".join(join(u.healed) for u in draft.far)
        heads = type(heads)(heads.headline, f"{heads.kicker} {extra}".strip(), heads.deck)
    return Article(
        headline=heads.headline,
        kicker=heads.kicker,
        deck=heads.deck,
        byline=Byline(byline.source, byline.reporters, byline.correspondents, photographers),
        dateline=lead.dateline if lead else Dateline(),
        captions=captions,
        body=body,
        lines=line_ranges([n for u in draft.units() for n in u.numbers]),
        split_confidence=round(draft.p_begins * draft.p_ends, 4),
    )


def _printed(unit: Unit, *, first: bool) -> Setting:
    """The lines of a body unit without what is glued to them, and without its lead if `first`."""
    lead = unit.lead if first else None
    if not (unit.glued or lead):
        return unit
    texts = list(unit.set)
    if unit.glued:
        texts[0] = texts[0].lstrip()[1:]
    opening = "\n".join(texts[:LEAD_LINES])
    if lead:
        opening = opening[lead.end :]
    head = Setting.of(opening.split("\n"))
    return Setting(
        head.set + unit.set[LEAD_LINES:],
        head.healed + unit.healed[LEAD_LINES:],
        head.sizes + unit.sizes[LEAD_LINES:],
    )


def _take_signature(runs: list[Setting]) -> Byline | None:
    """Take the closing （张三） off the last lines of a body, in place."""
    if not runs or not (runs[-1].set and runs[-1].set[-1].rstrip().endswith(("）", ")"))):
        return None
    tail: list[str] = []
    for run in reversed(runs[-2:]):
        tail = [*run.set[-3:], *tail]
        found = parse_signature("\n".join(tail).rstrip())
        if not found:
            continue
        for k in range(len(runs) - 1, max(-1, len(runs) - 3), -1):
            lines = list(runs[k].set)
            while lines and "（" not in lines[-1] and "(" not in lines[-1]:
                lines.pop()
            if lines:
                at = max(lines[-1].rfind("（"), lines[-1].rfind("("))
                lines[-1] = lines[-1][:at].rstrip()
                runs[k] = Setting.of(lines)
                return found[0]
            runs[k] = Setting((), (), ())
    return None


def _union(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a + b))
