"""The typography of one page, drawn at random: widths, blanks, headlines, bylines, order, noise.

The styles are meant to be wider than any one paper: a real page lies inside the range, not at its edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.typography.vocabulary import make_kicker, make_paper

if TYPE_CHECKING:
    import random

ORDERS = {
    "story": 60,
    "heads_first": 10,  # all display lines, then all bodies: many PDF writers
    "heads_last": 4,
    "types": 4,  # display lines, bylines, captions, bodies
    "pieces": 9,  # bodies are cut and some parts stand elsewhere
    "neighbours": 8,  # the columns of two neighbouring articles take turns
    "shuffled": 3,  # the blocks in no order
    "rows": 0,  # the lines of two columns stand alternately, as raster order gives them
}
"""How often each order in which an extractor gives the blocks is drawn."""

BLANKS: dict[str, dict[str, float]] = {
    "none": {},
    "parts": {"part": 1.0, "column": 1.0, "head": 0.5},
    "stories": {"story": 1.0},
    "random": {"part": 0.3, "line": 0.04, "head": 0.1},
    "every": {"part": 1.0, "line": 1.0},
    "paragraphs": {"part": 0.5, "sentence": 0.8},
    "ragged": {"part": 1.0, "column": 1.0, "head": 1.0, "sentence": 0.6, "line": 0.06},
}
"""Where blank lines stand and their chance.

Between ``part``s or articles (``story``), between the lines of a ``head``, after a ``column``, ``sentence``, ``line``.
"""

BYLINES = (
    ("lead", "lead", "lead", "wire", "line"),
    ("lead", "line", "none", "wire"),
    ("lead", "line", "line", "author"),
    ("line", "line", "wire", "end"),
    ("lead", "wire", "end", "line", "author", "none", "bracket"),
    ("end", "end", "none"),
    ("none", "endline"),
    ("author", "author", "wire", "line"),
    ("bracket", "bracket", "none", "endline"),
    ("wire", "lead", "line"),
    ("lead", "wire"),
    ("none",),
    ("line", "line", "line", "endline"),
)
"""The kinds of bylines that one page uses."""


@dataclass(slots=True, frozen=True)
class Style:
    """One page's typography. A float is a chance for each article or line, a bool holds for the whole page."""

    # Columns
    width: float
    """Full-width characters in a line of body; infinite for one paragraph a line."""
    width_spread: float
    """By how much the articles' widths differ, as a share of `width`."""
    jitter: float
    """The share of lines that are a character longer or shorter than the column."""
    kinsoku: str
    """What keeps punctuation from the start of a line: ``none``, ``hang`` (longer line), ``push`` (shorter line)."""
    keep_words: bool
    indent: str
    """``full`` or ``ascii`` blanks, ``lost`` (the first line is shorter), ``none``."""
    column_lines: int
    justified: float
    """The share of lines with blanks between their characters or round their figures."""
    broken_lines: float
    """The share of lines from which an extractor breaks off punctuation or figures."""
    leading_blank: float
    full_ends: float
    """How often a body's last line is as wide as its column."""
    one_paragraph: bool
    """All paragraphs of a body run on, subheads too."""
    blanks: str
    order: str
    # Headlines
    head_after: float
    head_width: float
    """Width of a headline's lines, in columns; 1.0 exactly is the column's own width."""
    head_balanced: float
    """How often a headline of several lines is cut at its blank or in equal parts, instead of in full lines."""
    head_spaced: float
    head_inside: float
    head_order: str
    """In which order a file has kicker, headline and deck: as ``printed``, ``headline_first``, or ``shuffled``."""
    vertical_heads: float
    glue_vertical: bool
    headline_missing: float
    question_heads: float
    two_part: str
    """What a title of two parts becomes: one ``line``, two ``lines``, a ``deck``, a ``kicker``, or ``joined``."""
    subject_heads: float
    tagged_heads: float
    kicker_rate: float
    series: tuple[str, ...]
    """Kickers that several articles of the page have, such as the name of a campaign; mostly none."""
    deck_rate: float
    deck_mark: str
    long_decks: float
    label_rate: float
    # Articles
    stories: int
    kinds: tuple[tuple[str, int], ...]
    bylines: tuple[str, ...]
    lead_alone: float
    """How often 本报讯（记者…） stands in a line of its own."""
    long_share: float
    short_paragraphs: float
    subhead_rate: float
    subhead_form: str
    caption_rate: float
    note_rate: float
    rows_rate: float
    """How often an article has a table, a list of names or verses."""
    brief_mark: str
    brief_heads: float
    ending_rate: float
    jump_out: float
    archive_source: bool
    # Page
    paper: str
    year: int
    furniture: int
    adverts: int
    page_numbers: int
    """Lines between two page numbers; 0 for none."""
    teaser: bool
    traditional: bool
    ocr: float
    fullwidth_digits: bool
    english: bool


def draw_style(rng: random.Random) -> Style:
    """Return the typography of a page.

    >>> import random
    >>> draw_style(random.Random(1)) == draw_style(random.Random(1))
    True
    """

    def chance(share: float, *values: float) -> float:
        """Return one of `values` on the given share of pages, and 0 on the others."""
        return rng.choice(values) if rng.random() < share else 0.0

    vertical_heads = chance(0.2, 0.1, 0.4)
    layout = rng.choices(("columns", "single", "unwrapped"), (78, 13, 9))[0]
    width = {
        "columns": float(rng.choice((6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 24))),
        "single": float(rng.randint(26, 42)),
        "unwrapped": math.inf,
    }[layout]
    english = rng.random() < 0.03
    order = rng.choices(list(ORDERS), list(ORDERS.values()))[0]
    kinds = {
        "story": 70,
        "briefs": 6,
        "photo": 8,
        "notices": 2,
        "comment": 4,
        "jump": 5,
        "verses": 1,
        "jump_column": 2,
    }
    for kind, weight in rng.choice(
        (
            (),
            (),
            (("briefs", 25),),
            (("photo", 25),),
            (("notices", 15),),
            (("jump", 15),),
            (("comment", 20),),
            (("jump_column", 12),),
        )
    ):
        kinds[kind] = weight
    return Style(
        width=width,
        width_spread=chance(0.45, 0.1, 0.3, 0.5) if layout == "columns" else 0.0,
        jitter=chance(0.2, 0.1, 0.3, 0.6),
        kinsoku=rng.choices(("none", "hang", "push"), (45, 35, 20))[0],
        keep_words=english or rng.random() < 0.35,
        indent=rng.choices(("lost", "full", "ascii", "none"), (45, 22, 8, 25))[0],
        column_lines=rng.randint(6, 60),
        justified=chance(0.3, 0.02, 0.08, 0.25),
        broken_lines=chance(0.12, 0.02, 0.06, 0.12),
        leading_blank=chance(0.08, 0.3, 0.8),
        full_ends=chance(0.5, 0.1, 0.3),
        one_paragraph=rng.random() < 0.28,
        blanks=rng.choices(list(BLANKS), (62, 16, 5, 6, 3, 4, 4))[0],
        order=order,
        head_after=chance(0.5 if vertical_heads else 0.25, 0.3, 0.7, 1.0),
        head_width=rng.choice(
            (1.0, 1.0, 1.0, rng.uniform(0.5, 1.0), rng.uniform(1.0, 1.5), rng.uniform(1.5, 3.0), 4.0)
        ),
        head_balanced=chance(0.6, 0.4, 0.9),
        head_spaced=chance(0.15, 0.2, 0.7),
        head_inside=chance(0.25, 0.3, 0.7),
        head_order=rng.choices(
            ("printed", "headline_first", "shuffled"),
            (70, 15, 15) if order in ("pieces", "neighbours", "shuffled", "types") else (82, 9, 9),
        )[0],
        vertical_heads=vertical_heads,
        glue_vertical=rng.random() < 0.5,
        headline_missing=chance(0.3, 0.04, 0.1, 0.3),
        question_heads=chance(0.3, 0.05, 0.2),
        two_part=rng.choices(("line", "lines", "deck", "kicker", "joined", "mixed"), (24, 9, 34, 5, 10, 18))[
            0
        ],
        subject_heads=chance(0.4, 0.1, 0.25),
        tagged_heads=chance(0.06, 0.3, 0.6),
        kicker_rate=chance(0.75, 0.1, 0.3, 0.6),
        series=tuple(make_kicker(rng) for _ in range(rng.choice((0, 0, 0, 0, 1, 2)))),
        deck_rate=chance(0.6, 0.1, 0.25, 0.5),
        deck_mark=rng.choice(("", "", "——", "——", "—", "mixed", "mixed")),
        long_decks=chance(0.2, 0.3, 0.6),
        label_rate=chance(0.4, 0.05, 0.2),
        stories=rng.choice((rng.randint(1, 6), rng.randint(4, 14), rng.randint(4, 14), rng.randint(10, 26))),
        kinds=tuple(kinds.items()),
        bylines=("none",) if english else rng.choice(BYLINES),
        lead_alone=chance(0.08, 0.2, 0.8),
        long_share=chance(0.7, 0.05, 0.15, 0.4),
        short_paragraphs=rng.choice((0.0, 0.3, 0.7)),
        subhead_rate=chance(0.5, 0.08, 0.2, 0.4),
        subhead_form=rng.choice(
            (
                "plain",
                "plain",
                "plain",
                "clauses",
                "pair",
                "numbered",
                "bracketed",
                "digit",
                "marked",
                "question",
                "number",
            )
        ),
        caption_rate=chance(0.8, 0.1, 0.3, 0.5),
        note_rate=chance(0.3, 0.05, 0.15),
        rows_rate=chance(0.2, 0.05, 0.15),
        brief_mark=rng.choice(("●", "●", "●", "", "■", "▲", "◆", "★", "▶", "○", "● ")),
        brief_heads=rng.choice((0.0, 0.0, 0.5, 1.0)),
        ending_rate=chance(0.12, 0.2, 0.6),
        jump_out=chance(0.35, 0.05, 0.2),
        archive_source=rng.random() < 0.07,
        paper=make_paper(rng),
        year=rng.randint(1985, 2026),
        furniture=rng.choice((0, 0, 1, 2, 4, 6)),
        adverts=rng.choice((0, 0, 0, 1, 1, 3)),
        page_numbers=rng.choice((0, 0, 0, 0, 0, 18, 28, 40)),
        teaser=rng.random() < 0.06,
        traditional=not english and rng.random() < 0.12,
        ocr=chance(0.2, 0.01, 0.02, 0.03, 0.05),
        fullwidth_digits=not english and rng.random() < 0.08,
        english=english,
    )
