"""Raw page -> articles -> section, summary and keywords. The only module that joins the three.

A `Pipeline` holds a model and the options; it has no other state, and nothing is kept between calls. The
functions `predict_page`, `predict_pages` and `predict_records` make one for a single call.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.options import SummaryOptions
from classify.pages import split_page
from classify.records import Article, LabelledArticle
from classify.sections.model import load_model
from classify.summarizer import summarize_with_keywords

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from classify.records import Line
    from classify.sections.model import Model

__all__ = ["Pipeline", "article_text", "predict_page", "predict_pages", "predict_records", "record_article"]

BATCH = 128
"""Articles labelled at a time. Measured: 16 take a quarter longer, 2,000 are no faster and need 70 MB more."""


class Pipeline:
    """A model and options, applied to pages, articles or records.

    Parameters
    ----------
    model : Model or None, default=None
        A model from `load_model` or `train`; None loads the shipped one.
    options : SummaryOptions, default=SummaryOptions()

    Examples
    --------
    >>> from classify import Pipeline
    >>> pipeline = Pipeline()
    >>> items = pipeline.predict_page("林场造林忙\\n\\n本报讯（记者岑雨桐）云港市林场近日造林两千亩。")
    >>> [(item.headline, item.section) for item in items]
    [('林场造林忙', 'forestry')]
    """

    def __init__(self, model: Model | None = None, options: SummaryOptions | None = None) -> None:
        self.model = load_model() if model is None else model
        self.options = options or SummaryOptions()

    def __repr__(self) -> str:
        return f"Pipeline({self.model!r}, {self.options!r})"

    def predict_page(self, page: str | Sequence[Line], *, single: bool = False) -> list[LabelledArticle]:
        """Split a page and label and summarise its articles; see `predict_page`."""
        return self.label(split_page(page, single=single).articles)

    def predict_pages(
        self, pages: Iterable[str | Sequence[Line]], *, single: bool = False
    ) -> list[list[LabelledArticle]]:
        """Return `predict_page` of each of `pages`, in order. Articles are labelled together, which is faster."""
        if isinstance(pages, (str, bytes)):
            raise TypeError("one string was given where many pages are expected; put it in a list")
        found = [split_page(page, single=single).articles for page in pages]
        items = iter(self.label([article for articles in found for article in articles]))
        return [[next(items) for _ in articles] for articles in found]

    def predict_records(self, records: Iterable[Mapping[str, Any]]) -> list[LabelledArticle]:
        """Label and summarise records of one article each: ``text`` and, where known, ``title``; in order."""
        if isinstance(records, (str, bytes)):
            raise TypeError("one string was given where many records are expected; put it in a list")
        return self.label([record_article(record) for record in records])

    def label(self, articles: Sequence[Article]) -> list[LabelledArticle]:
        """Return `articles` with section, summary and keywords, in order."""
        out: list[LabelledArticle] = []
        for first in range(0, len(articles), BATCH):
            out += self._label_batch(articles[first : first + BATCH])
        return out

    def _label_batch(self, articles: Sequence[Article]) -> list[LabelledArticle]:
        predictions = self.model.predict([article_text(a) for a in articles])
        options = self.options
        if options.n_sentences == 0:
            return [LabelledArticle(a, p) for a, p in zip(articles, predictions, strict=True)]
        found = summarize_with_keywords(
            [a.body for a in articles],
            options.n_sentences,
            options.n_keywords,
            titles=[a.headline or None for a in articles],
        )
        return [
            LabelledArticle(article, prediction, summary, tuple(keywords))
            for article, prediction, (summary, keywords) in zip(articles, predictions, found, strict=True)
        ]


def article_text(article: Article) -> str:
    """Return what the classifier reads of `article`: its display lines as the first line, then its body.

    >>> article_text(Article(headline="林场造林忙", kicker="云港", body="林场造林两千亩。"))
    '云港 林场造林忙\\n林场造林两千亩。'
    """
    display = " ".join(part for part in (article.kicker, article.headline, article.deck) if part)
    return f"{' '.join(display.split())}\n{article.body or ' '.join(article.captions)}"


def predict_page(
    text: str | Sequence[Line],
    *,
    model: Model | None = None,
    n_sentences: int = 3,
    n_keywords: int = 5,
    single: bool = False,
) -> list[LabelledArticle]:
    """Split a raw page and label and summarise its articles.

    Parameters
    ----------
    text : str or sequence of Line
        The page as a PDF or an archive gave it.
    model : Model or None, default=None
        A model from `load_model` or `train`. None loads the shipped one for this call; for many calls make a
        `Pipeline` once.
    n_sentences, n_keywords : int, at least 0, default=3 and 5
        How long the summary is and how many keywords there are; with ``n_sentences=0`` neither is made.
    single : bool, default=False
        The text is known to be one article and is not split.

    Returns
    -------
    list of LabelledArticle
        In reading order.

    Raises
    ------
    ModelError
        The model file is missing, damaged or hostile.
    ValueError
        A number is negative.
    """
    return Pipeline(model, SummaryOptions(n_sentences, n_keywords)).predict_page(text, single=single)


def predict_pages(
    texts: Iterable[str | Sequence[Line]],
    *,
    model: Model | None = None,
    n_sentences: int = 3,
    n_keywords: int = 5,
    single: bool = False,
) -> list[list[LabelledArticle]]:
    """Return `predict_page` of each of `texts`, in order; in less time, for they are labelled together."""
    return Pipeline(model, SummaryOptions(n_sentences, n_keywords)).predict_pages(texts, single=single)


def predict_records(
    records: Iterable[Mapping[str, Any]],
    *,
    model: Model | None = None,
    n_sentences: int = 3,
    n_keywords: int = 5,
) -> list[LabelledArticle]:
    """Label and summarise records of one article each: ``text`` and, where known, ``title``; in order."""
    return Pipeline(model, SummaryOptions(n_sentences, n_keywords)).predict_records(records)


def record_article(record: Mapping[str, Any]) -> Article:
    """Return the article a record holds, with its byline and dateline read from the text.

    Raises `InputError` where it has no string ``text``.
    """
    title = str(record.get("title") or "").strip()
    text = record.get("text")
    if not isinstance(text, str):
        raise InputError(f"a record has {text!r:.40} for `text`; give it a string")
    page = split_page(f"{title}\n\n{text}" if title else text, single=True)
    if not page.articles:
        return Article(headline=title)
    article = page.articles[0]
    if not title or article.headline == title:
        return article
    return replace(article, headline=title, kicker=article.kicker if article.kicker != title else "")
