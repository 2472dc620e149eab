"""Newspaper pages in many typographies, with the role of every line: what the splitter learns from.

Articles are the project's own seeds (`stories`), their small parts are combined from pieces (`vocabulary`). A page
draws a `Style` (`style`: column widths, indents, blank lines, where headlines stand, how bylines and credits are
written, in which order an extractor gives the blocks, script, OCR errors), lays out its articles with it
(`typesetting`), and keeps for each line which article it belongs to and its role. The styles are meant to be wider
than any one paper: a real page should lie inside the range, not at its edge.

    >>> from benchmarks.typography import make_page
    >>> page = make_page(3)
    >>> page.lines[0].role in ROLES
    True

The same seed gives the same page.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from benchmarks.typography.stories import Story, make_stories
from benchmarks.typography.style import Style, draw_style
from benchmarks.typography.typesetting import (
    PageLine,
    add_errors,
    add_furniture,
    add_page_numbers,
    arrange,
    glue_vertical,
    join,
    set_story,
    to_traditional,
    wrap,
)

__all__ = ["ROLES", "GeneratedPage", "PageLine", "Story", "Style", "draw_style", "make_page", "wrap"]

ROLES = (
    "label",
    "kicker",
    "headline",
    "deck",
    "byline",
    "source",
    "note",
    "body",
    "subhead",
    "caption",
    "credit",
    "furniture",
)
"""
``label``: the heading of a column of briefs, notices or comments, or a rubric in a box or in brackets.
``kicker``: a rubric, an office or a meeting in a line of its own with one headline, or a title's first half.
``credit``: a photographer in a line of its own. ``source``: an archive's line 《…》（… 第 02 版）.
``note``: an editor's note or key points before a body. ``furniture``: all that belongs to no article; lines of
boilerplate and jump lines after a body are furniture too, with the number of the article before.
"""


@dataclass(slots=True)
class GeneratedPage:
    """Lines in the order an extractor gives them, the articles, and the style they were set in."""

    lines: list[PageLine]
    stories: list[Story]
    style: Style | None
    """None for the text of a PDF file."""

    @property
    def text(self) -> str:
        """The page as text."""
        return "\n".join(line.text for line in self.lines) + "\n"

    def articles(self) -> list[dict[str, str]]:
        """Return for each article its printed ``headline``, ``kicker``, ``deck`` and ``body``, without blanks.

        A label is no part of the kicker, and the mark of a brief no part of its headline, as in the gold of
        pages. Lines are joined in the page's order; on a page whose order is broken that is not the order of reading.
        """
        joined = [dict.fromkeys(("headline", "kicker", "deck", "body"), "") for _ in self.stories]
        for line in self.lines:
            if line.story >= 0 and line.role in joined[line.story]:
                joined[line.story][line.role] += "".join(line.text.split())
        for article in joined:
            article["headline"] = article["headline"].lstrip("●■▲◆★▶○")
        return joined


def make_page(seed: int) -> GeneratedPage:
    """Return the page of `seed`."""
    rng = random.Random(f"typography {seed}")
    style = draw_style(rng)
    stories = make_stories(rng, style)
    parts = arrange(rng, style, [set_story(rng, style, i, story) for i, story in enumerate(stories)])
    lines = join(rng, style, add_furniture(rng, style, parts))
    lines = glue_vertical(style, add_page_numbers(rng, style, lines))
    to_traditional(rng, style, lines)
    add_errors(rng, style, lines)
    return GeneratedPage(lines, stories, style)
