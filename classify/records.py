"""The records that pass between packages. All are immutable, and none imports anything of this package.

``bytes -> Line -> Page (Article, leftover Line) -> Prediction`` and ``Article.body -> Sentence -> Summary``.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, fields
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "BACKGROUND",
    "Article",
    "Box",
    "Byline",
    "Dateline",
    "Keyword",
    "LabelledArticle",
    "Line",
    "Page",
    "Prediction",
    "PrintedPage",
    "Sentence",
    "Summary",
    "ends_in_latin",
    "line_ranges",
]

BACKGROUND = "other"
"""The label of texts that belong to no section; predicted as no section."""


class Box(NamedTuple):
    """A rectangle on a page, in points (1/72 inch) from the top left corner of the page as shown.

    >>> Box(1, 72.0, 100.0, 172.0, 112.0).height
    12.0
    """

    page: int
    """Number of the page in its file, from 1."""
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points."""
        return self.y1 - self.y0

    def joined(self, other: Box) -> Box:
        """Return the smallest box around both, on the page of this one.

        >>> Box(1, 10, 20, 30, 30).joined(Box(1, 10, 35, 32, 45))
        Box(page=1, x0=10, y0=20, x1=32, y1=45)
        """
        return Box(
            self.page,
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )


class Line(NamedTuple):
    """One printed line of a page.

    Plain text gives lines that have only a text and a number; page geometry adds the other fields.

    >>> Line("本报讯（记者岑雨桐）", 7)
    Line(text='本报讯（记者岑雨桐）', number=7, box=None, size=None, face='', direction='horizontal', confidence=None)
    """

    text: str
    """The line as printed, without its line end."""
    number: int = 0
    """Number of the line in its input, from 1; 0 where it is not known."""
    box: Box | None = None
    size: float | None = None
    """Type size in points."""
    face: str = ""
    """Name of the typeface."""
    direction: str = "horizontal"
    """``horizontal`` or ``vertical``."""
    confidence: float | None = None
    """How sure the OCR program is of the text, 0–1; None where no OCR program says so."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page of a PDF or of an OCR program as it is shown: its lines and what is drawn beside them.

    Attributes
    ----------
    number : int
        Number of the page in its file, from 1.
    width, height : float
        Of the page as shown, in points.
    lines : tuple of Line
        Each with a box, in no order that means anything.
    rules : tuple of Box
        Thin straight lines between articles or columns.
    frames : tuple of Box
        Frames and tinted or dark grounds: whatever encloses text.
    pictures : tuple of Box
    pixels_per_point : float or None
        Resolution of the image that an OCR program read, so that boxes can be given in its pixels; None for a PDF.

    Examples
    --------
    >>> page = PrintedPage(1, 595.0, 842.0, (Line("第3版", 1, Box(1, 36.0, 20.0, 60.0, 29.0), 9.0),))
    >>> len(page.lines), page.rules
    (1, ())
    """

    number: int
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    rules: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()
    pixels_per_point: float | None = None


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote and photographed an article. ``source`` is the paper or agency as printed (本报, 新华社, …).

    >>> bool(Byline()), bool(Byline("本报", ("岑雨桐",)))
    (False, True)
    """

    source: str = ""
    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.source or self.reporters or self.correspondents or self.photographers)

    def merged_with(self, *others: Byline) -> Byline:
        """Return this byline with the names of `others` added, each name once.

        >>> Byline("本报", ("甲",)).merged_with(Byline("新华社", ("甲", "乙"))).reporters
        ('甲', '乙')
        """
        every = (self, *others)
        return Byline(
            next((one.source for one in every if one.source), ""),
            tuple(dict.fromkeys(name for one in every for name in one.reporters)),
            tuple(dict.fromkeys(name for one in every for name in one.correspondents)),
            tuple(dict.fromkeys(name for one in every for name in one.photographers)),
        )


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where and when a dispatch was filed; the date as printed (``2月20日``)."""

    place: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a page.

    Attributes
    ----------
    headline, kicker, deck : str
        The display lines; empty where there is none.
    byline : Byline
    dateline : Dateline
    captions : tuple of str
    body : str
        The writer's paragraphs joined by newlines. Column wraps are healed; byline and dateline are taken out.
    lines : tuple of (first, last)
        Ranges of input lines, 1-based and inclusive, ascending, headline and credits included.
    boxes : tuple of Box
        The blocks of the article on its pages; empty for plain text.
    page : int
        Number of the page in its file on which the article begins, from 1.
    split_confidence : float
        Probability, 0–1, that the article begins and ends where it does.
    """

    headline: str = ""
    kicker: str = ""
    deck: str = ""
    byline: Byline = Byline()
    dateline: Dateline = Dateline()
    captions: tuple[str, ...] = ()
    body: str = ""
    lines: tuple[tuple[int, int], ...] = ()
    boxes: tuple[Box, ...] = ()
    page: int = 1
    split_confidence: float = 1.0

    def __repr__(self) -> str:
        """Return the fields that are given, long texts shortened.

        >>> Article(headline="水库蓄水", body="云港市石泉水库开始蓄水。" * 9)
        Article(headline='水库蓄水', body='云港市石泉水库开始蓄水。云港市石泉水库开始蓄水。云港市石泉水库…')
        """
        default = Article()
        given = []
        for f in fields(self):
            value = getattr(self, f.name)
            if value != getattr(default, f.name):
                is_long = isinstance(value, str) and len(value) > 32
                given.append(f"{f.name}={value[:31] + '…' if is_long else value!r}")
        return f"Article({', '.join(given)})"

    def _repr_html_(self) -> str:
        """Return the article as HTML for notebooks: display lines, byline, body and captions, all escaped.

        >>> print(Article(headline="水库 & 闸门", byline=Byline("本报", ("岑雨桐",)), body="蓄水。")._repr_html_())
        <article>
        <h3>水库 &amp; 闸门</h3>
        <p><small>本报 岑雨桐</small></p>
        <p>蓄水。</p>
        </article>
        """
        byline = self.byline
        people = [*byline.reporters, *byline.correspondents, *byline.photographers]
        credit = " ".join(filter(None, [byline.source, *people, self.dateline.place, self.dateline.date]))
        parts = [("<p><small>", self.kicker, "</small></p>"), ("<h3>", self.headline, "</h3>")]
        parts += [("<p><b>", self.deck, "</b></p>"), ("<p><small>", credit, "</small></p>")]
        parts += [("<p>", paragraph, "</p>") for paragraph in self.body.split("\n")]
        parts += [("<p><i>", caption, "</i></p>") for caption in self.captions]
        html = [f"{start}{escape(text)}{end}" for start, text, end in parts if text.strip()]
        return "\n".join(["<article>", *html, "</article>"])


@dataclass(frozen=True, slots=True)
class Page:
    """A split page: its articles in reading order, and the lines that belong to none.

    A page can be iterated, counted and indexed as the tuple of its articles.

    >>> page = Page((Article(headline="水库蓄水"),), (Line("第3版", 9),))
    >>> len(page), page[0].headline, page.leftover_ranges
    (1, '水库蓄水', ((9, 9),))
    """

    articles: tuple[Article, ...] = ()
    leftover: tuple[Line, ...] = ()
    mixed_columns: bool = False
    """The lines of the page's columns are mixed, so that few of its articles can be whole."""

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles)

    def __len__(self) -> int:
        return len(self.articles)

    def __getitem__(self, index: int) -> Article:
        return self.articles[index]

    @property
    def leftover_ranges(self) -> tuple[tuple[int, int], ...]:
        """Ranges of the numbers of the leftover lines, 1-based and inclusive, ascending."""
        return line_ranges(line.number for line in self.leftover)


def line_ranges(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return `numbers`, in any order, as ascending inclusive ranges.

    >>> line_ranges([4, 2, 3, 9])
    ((2, 4), (9, 9))
    """
    ascending = sorted(numbers)
    starts = [i for i, n in enumerate(ascending) if i == 0 or n != ascending[i - 1] + 1]
    return tuple((ascending[a], ascending[b - 1]) for a, b in pairwise([*starts, len(ascending)]))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it stands in its text: ``source[start:end] == text``.

    Attributes
    ----------
    text : str
    start, end : int
        Offsets in characters.
    score : float
        Rank where ranked. The ranks of a text sum to 1.
    running : str
        The sentence as running text: the line ends of a wrapped text healed. Equal to `text` unless given.
    """

    text: str
    start: int
    end: int
    score: float = 0.0
    running: str = ""

    def __post_init__(self) -> None:
        if not self.running:
            object.__setattr__(self, "running", self.text)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase with its rank and its places in the text.

    Attributes
    ----------
    text : str
        The word as printed where it first occurs.
    score : float
        Its rank. Scores of one text are comparable with each other only.
    spans : tuple of (int, int)
        Where it occurs, ``text[start:end]``, in order. What a line end or a blank divides has it in its span.

    >>> Keyword("水库", 0.4, ((0, 2), (7, 9))).spans[0]
    (0, 2)
    """

    text: str
    score: float
    spans: tuple[tuple[int, int], ...] = ()


def ends_in_latin(text: str) -> bool:
    """Whether a blank separates a sentence from the next: its last letter is Latin, and its last mark is ASCII.

    >>> ends_in_latin("It rained."), ends_in_latin("增长16.1%"), ends_in_latin("引进AI。")
    (True, False, False)
    """
    if not text.rstrip("”’")[-1:].isascii():
        return False
    letter = next(filter(str.isalpha, reversed(text)), "")
    return letter != "" and (letter.isascii() or "LATIN" in unicodedata.name(letter, ""))


@dataclass(frozen=True, slots=True)
class Summary:
    """Chosen sentences in document order. ``str(summary)`` joins them, and heals those of wrapped text.

    After a sentence in Latin letters there is a blank; Chinese sentences follow one another without.

    A summary has the length, the iteration and the truth value of its sentences.

    >>> summary = Summary((Sentence("水库蓄水。", 0, 5, 0.4),))
    >>> str(summary), len(summary), [s.start for s in summary], bool(Summary())
    ('水库蓄水。', 1, [0], False)
    >>> str(Summary((Sentence("It rained.", 0, 10, 0.5), Sentence("Buses stopped.", 11, 25, 0.5))))
    'It rained. Buses stopped.'
    """

    sentences: tuple[Sentence, ...] = ()

    def __str__(self) -> str:
        texts = [s.running for s in self.sentences]
        return "".join([text + " " * ends_in_latin(text) for text in texts[:-1]] + texts[-1:])

    def __len__(self) -> int:
        return len(self.sentences)

    def __iter__(self) -> Iterator[Sentence]:
        return iter(self.sentences)

    def __repr__(self) -> str:
        """Return the sentences as running text.

        >>> Summary((Sentence("水库蓄水。", 0, 5, 0.4),))
        Summary(['水库蓄水。'])
        """
        return f"Summary({[s.running for s in self.sentences]!r})"

    def _repr_html_(self) -> str:
        """Return the sentences as an HTML list for notebooks, escaped, each with its rank as a tooltip.

        >>> print(Summary((Sentence("水位 <3 米。", 0, 7, 0.4),))._repr_html_())
        <ul>
        <li title="rank 0.400">水位 &lt;3 米。</li>
        </ul>
        """
        items = [f'<li title="rank {s.score:.3f}">{escape(s.running)}</li>' for s in self.sentences]
        return "\n".join(["<ul>", *items, "</ul>"])

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain data for JSON.

        >>> Summary((Sentence("水库蓄水。", 0, 5, 0.4),)).to_dict()
        {'sentences': [{'text': '水库蓄水。', 'start': 0, 'end': 5, 'score': 0.4}]}
        """
        return {
            "sentences": [
                {"text": s.text, "start": s.start, "end": s.end, "score": s.score} for s in self.sentences
            ]
        }


@dataclass(frozen=True, slots=True)
class Prediction:
    """The section of one article.

    Attributes
    ----------
    section : str or None
        The section to show; None when the article belongs to none, or the model is not sure.
    confidence : float
        Probability of the likeliest class, 0–1, whatever the decision.
    scores : mapping of str to float
        Probability of every class; they sum to 1.
    likeliest : str
        The class with the highest probability.
    decision : str
        ``labelled`` (a section is given), ``other`` (surely none of the sections) or ``unsure`` (the
        confidence is below the model's threshold).
    """

    section: str | None
    confidence: float
    scores: Mapping[str, float] = field(default_factory=dict)
    likeliest: str = ""
    decision: str = "unsure"


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """What the whole pipeline says of one article."""

    article: Article
    prediction: Prediction
    summary: Summary = Summary()
    keywords: tuple[Keyword, ...] = ()

    @property
    def headline(self) -> str:
        """The article's headline; empty where it has none."""
        return self.article.headline

    @property
    def body(self) -> str:
        """The article's body."""
        return self.article.body

    @property
    def section(self) -> str | None:
        """The section, or None where none is given."""
        return self.prediction.section

    @property
    def confidence(self) -> float:
        """Probability of the likeliest class, 0–1."""
        return self.prediction.confidence
