"""The records that pass between the rooms. All are frozen; none knows how it was made.

``bytes -> text -> Article -> Prediction`` and ``Article.body -> Sentence -> Summary``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "Article",
    "Byline",
    "Dateline",
    "Keyword",
    "LabelledArticle",
    "Page",
    "Prediction",
    "Sentence",
    "Summary",
]


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote and photographed an article. ``source`` is the paper or agency as printed (本报, 新华社, …)."""

    source: str = ""
    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.source or self.reporters or self.correspondents or self.photographers)


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where and when a dispatch was filed; the date as printed (``2月20日``)."""

    place: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a page.

    ``body`` has the writer's paragraphs joined by newlines, column wraps healed, byline and dateline
    taken out. ``lines`` are 1-based inclusive ranges of input lines in ascending order, headline and
    credits included. ``confidence`` (0–1) says how sure the splitter is of these bounds.
    """

    headline: str = ""
    kicker: str = ""
    deck: str = ""
    byline: Byline = Byline()
    dateline: Dateline = Dateline()
    captions: tuple[str, ...] = ()
    body: str = ""
    lines: tuple[tuple[int, int], ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """A split page: its articles in reading order, and the ranges of lines that belong to none."""

    articles: tuple[Article, ...] = ()
    leftover: tuple[tuple[int, int], ...] = ()

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles)

    def __len__(self) -> int:
        return len(self.articles)

    def __getitem__(self, index: int) -> Article:
        return self.articles[index]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it stands in its text: ``source[start:end] == text``. ``score`` is its rank where ranked."""

    text: str
    start: int
    end: int
    score: float = 0.0

    @property
    def running(self) -> str:
        """The sentence as running text: the line ends of a wrapped text healed."""
        from classify.text.characters import heal_blanks

        return heal_blanks(self.text.replace("\n", " ")) if "\n" in self.text else self.text


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase with its rank. Scores of one text are comparable with each other only."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Chosen sentences in document order. ``str(summary)`` joins them, and heals those of wrapped text."""

    sentences: tuple[Sentence, ...] = ()

    def __str__(self) -> str:
        return "".join(s.running for s in self.sentences)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The section of one article.

    ``section`` is ``None`` when the classifier abstains; ``confidence`` is the probability of the best
    class, abstaining or not; ``scores`` maps every class to its probability, and they sum to 1.
    """

    section: str | None
    confidence: float
    scores: Mapping[str, float] = field(default_factory=dict)


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
        """The section, or None where the classifier abstains."""
        return self.prediction.section

    @property
    def confidence(self) -> float:
        """Probability of the best class."""
        return self.prediction.confidence
