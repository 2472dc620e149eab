"""The hall: page -> articles -> section, summary and keywords. The only place where the three rooms meet."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.pages import split_page
from classify.records import Article, LabelledArticle, Prediction
from classify.store import load_model
from classify.summarizer import digest_many

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classify.sections.model import Model

__all__ = ["KEYWORDS", "article_text", "label", "predict_page", "predict_pages", "predict_records"]

KEYWORDS = 5
"""Keywords given with an article unless asked otherwise."""
BATCH = 128
"""Articles labelled at a time: 16 take a quarter longer, 2,000 are no faster and need 70 MB more."""


def article_text(article: Article) -> str:
    """Return what the classifier reads of `article`: a first line with its display lines, then its body."""
    display = " ".join(part for part in (article.kicker, article.headline, article.deck) if part)
    return f"{display}\n{article.body or ' '.join(article.captions)}"


def label(
    articles: Sequence[Article], model: Model, *, n_sentences: int = 3, n_keywords: int = KEYWORDS
) -> list[LabelledArticle]:
    """Return `articles` with section, summary and keywords; none of the latter two where their number is 0.

    They are labelled and summarised `BATCH` at a time, which takes far less time than one by one.
    """
    out: list[LabelledArticle] = []
    for first in range(0, len(articles), BATCH):
        out += _label(articles[first : first + BATCH], model, n_sentences, n_keywords)
    return out


def _label(
    articles: Sequence[Article], model: Model, n_sentences: int, n_keywords: int
) -> list[LabelledArticle]:
    predictions: list[Prediction] = model.predict([article_text(a) for a in articles])
    if n_sentences <= 0:
        return [LabelledArticle(a, p) for a, p in zip(articles, predictions, strict=True)]
    bodies = [a.body for a in articles]
    digests = digest_many(bodies, n_sentences, n_keywords, titles=[a.headline or None for a in articles])
    return [
        LabelledArticle(article, prediction, summary, tuple(words))
        for article, prediction, (summary, words) in zip(articles, predictions, digests, strict=True)
    ]


@lru_cache(maxsize=1)
def _shipped() -> Model:
    return load_model()


def predict_page(
    text: str,
    *,
    model: Model | None = None,
    n_sentences: int = 3,
    n_keywords: int = KEYWORDS,
    single: bool = False,
) -> list[LabelledArticle]:
    """Split a raw page and label and summarise its articles.

    Parameters
    ----------
    text
        The page as a PDF or an archive gave it.
    model
        A model from `load_model` or `train`; the shipped one where there is none.
    n_sentences, n_keywords
        How long the summary is and how many keywords there are; with ``n_sentences=0`` neither is made.
    single
        The text is known to be one article and is not split.

    Returns
    -------
    list of LabelledArticle
        In reading order.

    Raises
    ------
    ModelError
        The model file is missing, damaged or hostile.
    """
    page = split_page(text, single=single)
    return label(page.articles, model or _shipped(), n_sentences=n_sentences, n_keywords=n_keywords)


def predict_pages(
    texts: Sequence[str],
    *,
    model: Model | None = None,
    n_sentences: int = 3,
    n_keywords: int = KEYWORDS,
    single: bool = False,
) -> list[list[LabelledArticle]]:
    """Return `predict_page` of each of `texts`, in order; in less time, for they are labelled together."""
    pages = [split_page(text, single=single).articles for text in texts]
    articles = [article for page in pages for article in page]
    items = iter(label(articles, model or _shipped(), n_sentences=n_sentences, n_keywords=n_keywords))
    return [[next(items) for _ in page] for page in pages]


def predict_records(
    records: Sequence[Mapping[str, Any]],
    *,
    model: Model | None = None,
    n_sentences: int = 3,
    n_keywords: int = KEYWORDS,
) -> list[LabelledArticle]:
    """Label and summarise records of one article each: ``text`` and, where known, ``title``; in order."""
    articles = [record_article(r) for r in records]
    return label(articles, model or _shipped(), n_sentences=n_sentences, n_keywords=n_keywords)


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
