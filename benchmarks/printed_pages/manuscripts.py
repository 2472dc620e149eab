"""Manuscripts: articles with all their parts known, before they are set.

The texts are the project's own: seeds, the articles of `typography`, and those that wait to become seeds. Kickers,
decks, names and captions that a text does not have are combined from pieces (`typography.vocabulary`). An article goes
to one of two pools by its headline, so that what is learned on one pool is measured on the other.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.typography import vocabulary as words
from benchmarks.typography.written import Written, parse_article, seed_articles, set_articles

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

__all__ = [
    "POOLS",
    "Manuscript",
    "Paragraph",
    "add_caption",
    "draw_brief",
    "draw_manuscript",
    "draw_notice",
    "draw_photo",
    "shorten",
    "widen",
]

POOLS = ("learn", "measure")

_MORE = Path(__file__).parents[1] / "more_seeds.jsonl.gz"
# What an article may not say itself, since the page says it: 本报讯, （记者…）, 来源：…; not 记者节
_OWN_LEAD = re.compile(
    r"来源|原标题|责任编辑|编辑[：:]|[讯电][（(　 ]|[（(](?:本报)?(?:记者|通讯员)|^.{0,8}记者 |^.{2,12}讯"
)
_SENTENCE = re.compile(r".+?[。！？]+[”’」』）)]*|.+$")
_CLAUSE = re.compile(r"(?<=[，。；：])[^，。；：、！？“”《》（）\s]{6,16}(?=[，。；])")


_WIDE = {k: k + 0xFEE0 for k in range(0x21, 0x7F)} | {0x20: 0x3000}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a manuscript. Roles: body, subhead, headline (of a brief, in the column), byline, jump."""

    role: str
    text: str
    lead: int = 0
    """Characters of the lead, which may be set in a face of its own."""


@dataclass(eq=False, slots=True)
class Manuscript:
    """An article with its parts; a part that is not there is empty."""

    kind: str
    headline: str = ""
    kicker: str = ""
    deck: str = ""
    column: str = ""
    """The label of a series or a column of briefs."""
    byline: str = ""
    """Names in a line of their own."""
    source: str = ""
    reporters: list[str] = field(default_factory=list)
    correspondents: list[str] = field(default_factory=list)
    photographers: list[str] = field(default_factory=list)
    place: str = ""
    captions: list[str] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    byline_place: str = "under"
    """Where the byline is: under the headline, at the head of the first column, or at the end of the text."""
    signature: str = ""
    """Names at the end of the last paragraph."""
    art: bool = False
    """The headline is a picture."""

    def running(self) -> list[Paragraph]:
        """Return the paragraphs as they are set, with the signature."""
        if not self.signature:
            return self.paragraphs
        last = self.paragraphs[-1]
        return [*self.paragraphs[:-1], Paragraph(last.role, last.text + self.signature, last.lead)]

    def body(self) -> str:
        """Return the text of the body with its subheads, paragraphs parted by line ends."""
        return "\n".join(p.text for p in self.running() if p.role in ("body", "subhead"))

    def widened(self) -> Manuscript:
        """Return the manuscript with letters and figures of full width, as vertical text has them."""
        wide = [Paragraph(p.role, widen(p.text), p.lead) for p in self.paragraphs]
        texts = {
            name: widen(getattr(self, name))
            for name in ("headline", "kicker", "deck", "column", "byline", "signature")
        }
        return replace(self, paragraphs=wide, **texts)

    def cut(self) -> bool:
        """Take the last sentence away, or the last paragraph; return whether that was possible."""
        if not any(p.role == "body" for p in self.paragraphs):
            return False
        while self.paragraphs[-1].role != "body":
            self.paragraphs.pop()
        last = self.paragraphs[-1]
        sentences = _SENTENCE.findall(last.text)
        if len(sentences) > 1:
            self.paragraphs[-1] = Paragraph("body", "".join(sentences[:-1]), last.lead)
        elif sum(p.role == "body" for p in self.paragraphs) > 1:
            self.paragraphs.pop()
            while self.paragraphs[-1].role != "body":
                self.paragraphs.pop()
        else:
            return False
        return True


@lru_cache(maxsize=2)
def _pool(name: str) -> tuple[Written, ...]:
    """Return the articles of a pool."""
    articles = [*seed_articles(), *set_articles()]
    if _MORE.is_file():
        with gzip.open(_MORE, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                articles.append(parse_article(f"headline: {record['title']}\n{record['text']}"))
    which = POOLS.index(name)
    return tuple(
        article
        for article in articles
        if zlib.crc32(article.headline.encode()) % 2 == which
        and 4 <= len(article.headline) <= 34
        and not any(_OWN_LEAD.search(text[:40]) or len(text) < 5 for text in article.texts())
    )


def draw_manuscript(rng: random.Random, pool: str, habits: Sequence[str], size: int) -> Manuscript:
    """Return a news item of about `size` characters with a display and names.

    Parameters
    ----------
    rng : random.Random
    pool : str
        One of `POOLS`.
    habits : sequence of str
        How names are given on the page: lead, wire, line, top, end, signature, none.
    size : int
        Characters wanted; the nearest of a dozen articles is taken.
    """
    articles = rng.sample(_pool(pool), 12)
    article = min(articles, key=lambda a: abs(a.length() - size))
    found = Manuscript("story", re.sub(r"\s+", " ", article.headline))
    found.paragraphs = [Paragraph(role, text) for role, text in article.paragraphs]
    clauses = [c for c in _CLAUSE.findall("".join(article.texts())) if len(c) >= 6]
    _add_display(rng, found, article, clauses)
    _add_names(rng, found, rng.choice(habits))
    if rng.random() < 0.25 and len(found.paragraphs) > 2 and clauses:
        _add_subheads(rng, found, clauses)
    return found


def _add_display(rng: random.Random, found: Manuscript, article: Written, clauses: Sequence[str]) -> None:
    halves = found.headline.split(" ")
    if len(halves) == 2 and min(map(len, halves)) >= 4 and rng.random() < 0.35:
        if rng.random() < 0.5:
            found.kicker, found.headline = halves
        else:
            found.headline, found.deck = halves
    if not found.kicker and rng.random() < 0.28:
        found.kicker = article.kicker or rng.choice(
            (words.make_rubric, words.make_meeting, words.make_institution)
        )(rng)
    if not found.deck and rng.random() < 0.25:
        deck = "".join(article.decks) or (rng.choice(clauses) if clauses else "")
        if len(deck) >= 6:
            found.deck = rng.choice(("——", "", "")) + deck.lstrip("—")
    if rng.random() < 0.08:
        found.column = rng.choice((words.make_rubric, words.make_column_label))(rng)


def _add_names(rng: random.Random, found: Manuscript, habit: str) -> None:
    """Name who wrote the article, in one of the ways of papers."""
    first, second, third = (words.make_name(rng) for _ in range(3))
    date = f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    if habit in ("lead", "wire"):
        found.reporters = [first]
        who = f"记者{rng.choice(('', '', ' '))}{first}"
        if rng.random() < 0.3:
            found.reporters.append(second)
            who += f"{rng.choice(('、', ' '))}{second}"
        if rng.random() < 0.3:
            found.correspondents = [third]
            who += f" 通讯员{rng.choice(('', ' '))}{third}"
        found.source = "本报"
        opening = "本报讯"
        if habit == "wire":
            found.place = words.make_place(rng)
            found.source = rng.choice(("本报", "新华社"))
            opening = f"{found.source}{found.place}{date}电"
        lead = f"{opening}{rng.choice(('', ' '))}（{who}）{rng.choice(('', '　', ' '))}"
        first_body = next(k for k, p in enumerate(found.paragraphs) if p.role == "body")
        found.paragraphs[first_body] = Paragraph("body", lead + found.paragraphs[first_body].text, len(lead))
    elif habit in ("line", "top", "end"):
        found.reporters, found.source = [first], "本报"
        found.byline = rng.choice(
            ("本报记者 {}", "本报记者 {}", "□本报记者 {}", "本报记者　{}", "记者 {}")
        ).format(first)
        if rng.random() < 0.4:
            found.correspondents = [second]
            found.byline += f" 通讯员 {second}"
        found.byline_place = {"line": "under"}.get(habit, habit)
    elif habit == "signature":
        found.reporters = [first]
        found.signature = f"（{rng.choice(('', '', '记者'))}{first}）"


def _add_subheads(rng: random.Random, found: Manuscript, clauses: Sequence[str]) -> None:
    if any(p.role == "subhead" for p in found.paragraphs):
        return
    if len(found.body()) < 300:
        return
    for k in range(len(found.paragraphs) - 1, 0, -1):
        long = len(found.paragraphs[k].text) > 60 and len(found.paragraphs[k - 1].text) > 60
        if found.paragraphs[k].role == "body" and long and rng.random() < 0.5:
            found.paragraphs.insert(k, Paragraph("subhead", rng.choice(clauses)[:10]))


def add_caption(rng: random.Random, found: Manuscript, *, wide: bool = False) -> str:
    """Give a manuscript one caption more, made of its words; return it as it is printed."""
    text = "".join(p.text[p.lead :] for p in found.paragraphs if p.role == "body")
    clauses = _CLAUSE.findall(text) or [text[:9]]
    name = words.make_name(rng)
    credit = rng.choice((f" {name} 摄", f"（{name}摄）", f" 本报记者 {name} 摄", f"　记者 {name} 摄", ""))
    caption = (
        rng.choice(("", "图为", "▲", ""))
        + rng.choice(clauses)
        + rng.choice(("。", "现场。", "。", ""))
        + credit
    )
    if credit:
        found.photographers.append(name)
    caption = widen(caption) if wide else caption
    found.captions.append(caption)
    return caption


def draw_brief(rng: random.Random, pool: str, label: str, mark: str, headed: bool) -> Manuscript:
    """Return a brief of a sentence or two, with its mark or its headline."""
    article = rng.choice(_pool(pool))
    found = Manuscript("brief", column=label)
    text = shorten("".join(article.texts()), rng.randint(40, 130))
    name = words.make_name(rng)
    if rng.random() < 0.6:
        found.reporters = [name]
        found.signature = f"（{name}）"
    if headed:
        found.headline = max(re.split(r"[ ，：]", article.headline), key=len)
        found.paragraphs = [Paragraph("headline", mark + found.headline), Paragraph("body", text)]
    else:
        found.paragraphs = [Paragraph("body", mark + text)]
    return found


def draw_photo(rng: random.Random, pool: str) -> Manuscript:
    """Return a photograph with a text of its own."""
    article = rng.choice(_pool(pool))
    name = words.make_name(rng)
    found = Manuscript("photo", photographers=[name])
    found.headline = article.headline.replace(" ", "") if rng.random() < 0.6 else ""
    found.paragraphs = [Paragraph("body", shorten("".join(article.texts()), rng.randint(60, 160)))]
    found.byline = rng.choice(("本报记者 {} 摄", "{} 摄", "记者 {} 摄影报道", "本报通讯员 {} 摄")).format(
        name
    )
    found.byline_place = "end"
    return found


def draw_notice(rng: random.Random) -> Manuscript:
    """Return a small notice."""
    title = words.make_notice_title(rng)
    return Manuscript(
        "notice",
        title,
        paragraphs=[Paragraph("headline", title), Paragraph("body", words.make_notice_text(rng))],
    )


def widen(text: str) -> str:
    """Return a text with letters and figures of full width.

    >>> widen("3月5日")
    '３月５日'
    """
    return text.translate(_WIDE)


def shorten(text: str, limit: int) -> str:
    """Return whole sentences of a text, up to `limit` characters but one sentence at least.

    >>> shorten("水库蓄水。供水三万户。", 6)
    '水库蓄水。'
    """
    out = ""
    for sentence in _SENTENCE.findall(text):
        if out and len(out) + len(sentence) > limit:
            break
        out += sentence
    return out
