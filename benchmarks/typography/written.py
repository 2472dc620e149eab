"""Articles written for this project: what generated pages are made of.

Short ones are the seeds of the section model. Longer ones, and those with a kicker, decks, subheads and captions that
an editor would set, are in `articles/`, one a file. A line is a paragraph, but for those with a mark:

    kicker: , headline: , deck: , label: , note: , caption:    a part; deck and caption may be repeated
    ##                                                         a subhead, between paragraphs

As in seeds/, the events, the people and every place below the province are invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["Written", "long_articles", "parse_article", "seed_articles", "set_articles"]

_SEEDS = Path(__file__).parents[2] / "seeds"
_ARTICLES = Path(__file__).parent / "articles"
_LONG = 900
"""Characters of the body from which an article is a long one."""

_OWN_LEAD = re.compile(
    r"^(?:本报|新华社|据新华社|中新社)[^。，]{0,24}?[电讯]\s*(?:[（(]记者[^）)]*[）)])?\s*"
    r"|^[（(](?:本报)?记者[^）)]*[）)]|^本报记者[^，。]{0,12}$"
)
_PART = re.compile(r"(kicker|headline|deck|label|note|caption|byline): *(.*)")


@dataclass(frozen=True, slots=True)
class Written:
    """An article as it was written; a part that it does not have is empty."""

    headline: str
    paragraphs: tuple[tuple[str, str], ...]
    """``(role, text)``, the role ``body`` or ``subhead``."""
    kicker: str = ""
    decks: tuple[str, ...] = ()
    label: str = ""
    note: str = ""
    captions: tuple[str, ...] = ()

    def texts(self) -> list[str]:
        """Return the paragraphs of the body without subheads."""
        return [text for role, text in self.paragraphs if role == "body"]

    def length(self) -> int:
        """Return the number of characters of the body."""
        return sum(map(len, self.texts()))


def parse_article(text: str) -> Written:
    """Return the article of a file of `articles/`.

    >>> parse_article("headline: 水库蓄水\\ndeck: ——供水三万户\\n昨日蓄水。\\n## 三十年前\\n当时无水。").paragraphs
    (('body', '昨日蓄水。'), ('subhead', '三十年前'), ('body', '当时无水。'))
    """
    parts: dict[str, list[str]] = {}
    paragraphs: list[tuple[str, str]] = []
    for line in text.splitlines():
        if found := _PART.match(line):
            parts.setdefault(found[1], []).append(found[2].strip())
        elif line.startswith("##"):
            paragraphs.append(("subhead", line.lstrip("# ")))
        elif line.strip():
            paragraphs.append(("body", line.strip()))
    if not paragraphs or "headline" not in parts:
        raise ValueError(f"no headline or no body: {text[:40]!r}")

    def part(name: str) -> str:
        return "".join(parts.get(name, [])[:1])

    return Written(
        part("headline"), tuple(paragraphs), part("kicker"), tuple(parts.get("deck", ())), part("label"), part("note"),
        tuple(parts.get("caption", ())),
    )  # fmt: skip


_LONGEST_SEED = 700
"""Characters of a seed that pages are made of, at most. Longer ones have no parts as an editor sets them; those of
`articles/` have. Chosen."""


@lru_cache(maxsize=1)
def seed_articles() -> tuple[Written, ...]:
    """Return the short seeds, in the order of their paths, without leads of their own."""
    found = []
    for path in sorted(_SEEDS.glob("*/*.txt")):
        text = path.read_text("utf-8").strip()
        if len("".join(text.split())) > _LONGEST_SEED:
            continue
        title, _, body = text.partition("\n")
        clean = (_OWN_LEAD.sub("", p.strip()) for p in body.split("\n"))
        paragraphs = tuple(("body", p) for p in clean if len(p) > 4)
        if paragraphs:
            found.append(Written(title.strip(), paragraphs))
    return tuple(found)


@lru_cache(maxsize=1)
def set_articles() -> tuple[Written, ...]:
    """Return the articles of `articles/`, in the order of their names."""
    return tuple([parse_article(path.read_text("utf-8")) for path in sorted(_ARTICLES.glob("*.txt"))])


@lru_cache(maxsize=1)
def long_articles() -> tuple[Written, ...]:
    """Return those of `set_articles` that are long."""
    return tuple([article for article in set_articles() if article.length() >= _LONG])
