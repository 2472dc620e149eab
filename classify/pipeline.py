"""Raw page to labelled, summarised articles: the only module that joins pages, sections and summariser.

A `Pipeline` holds a model and the options. It has no other state, and nothing is kept between calls. For many
calls, make one pipeline and keep it. The functions `predict_page`, `predict_pages` and `predict_records` make one
for a single call. The archive and the command line label with `Pipeline` too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.options import ReadOptions, SummaryOptions, check_many, check_page, check_record
from classify.pages import split_page
from classify.read.records import frame_records
from classify.read.results import is_result, past_result
from classify.records import Article, LabelledArticle
from classify.sections.model import Model, load_model
from classify.summarizer import summarize_with_keywords

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas

    from classify.read.labelled import Corpus
    from classify.records import Line, PrintedPage
    from classify.sections.evaluation import Evaluation

__all__ = ["Pipeline", "article_text", "predict_page", "predict_pages", "predict_records", "record_article"]

BATCH = 128
"""Articles labelled at a time. Measured: 16 take a quarter longer, 2,000 are no faster and need 70 MB more."""


class Pipeline:
    """A model and options, applied to pages, articles or records.

    Parameters
    ----------
    model : Model or None, default=None
        From `load_model`, or ``train(…).model``. None loads the shipped model.
    options : SummaryOptions or None, default=None
        Lengths of summary and keywords. None: 3 sentences, 5 keywords.

    Raises
    ------
    ModelError
        The shipped model is missing or damaged.
    TypeError
        `model` or `options` is something else.

    Examples
    --------
    >>> from classify import Pipeline
    >>> pipeline = Pipeline()
    >>> items = pipeline.predict_page("林场造林忙\\n\\n本报讯（记者岑雨桐）云港市林场近日造林两千亩。")
    >>> [(item.headline, item.section) for item in items]
    [('林场造林忙', 'forestry')]
    """

    def __init__(self, model: Model | None = None, options: SummaryOptions | None = None) -> None:
        if model is not None and not isinstance(model, Model):
            raise TypeError(
                f"model is a {type(model).__name__}; give what load_model returns, or the model of what train returns"
            )
        if options is not None and not isinstance(options, SummaryOptions):
            raise TypeError(f"options is a {type(options).__name__}; give SummaryOptions")
        self.model = load_model() if model is None else model
        self.options = options or SummaryOptions()

    def __repr__(self) -> str:
        return f"Pipeline({self.model!r}, {self.options!r})"

    def predict_page(
        self, page: str | Sequence[Line] | PrintedPage, *, single: bool = False
    ) -> list[LabelledArticle]:
        """Split a page, and label and summarise its articles.

        Parameters
        ----------
        page : str, sequence of Line or PrintedPage
        single : bool, default=False
            The page is known to be one article and is not split.

        Returns
        -------
        list of LabelledArticle
            In reading order.
        """
        check_page(page)
        return self.label(split_page(page, single=single).articles)

    def predict_pages(
        self, pages: Iterable[str | Sequence[Line] | PrintedPage], *, single: bool = False
    ) -> list[list[LabelledArticle]]:
        """Return `predict_page` of each of `pages`, in order; faster, because articles are labelled together.

        Examples
        --------
        >>> Pipeline().predict_pages("一页")
        Traceback (most recent call last):
            ...
        TypeError: one string was given where many pages are expected; put it in a list
        """
        check_many("pages", pages)
        # The articles of all pages are labelled together, then returned to their pages.
        found = []
        for page in pages:
            check_page(page)
            found.append(split_page(page, single=single).articles)
        items = iter(self.label([article for articles in found for article in articles]))
        return [[next(items) for _ in articles] for articles in found]

    def predict_records(self, records: Iterable[Mapping[str, Any]]) -> list[LabelledArticle]:
        """Label and summarise records of one article each.

        Parameters
        ----------
        records : iterable of mapping
            Each with ``text`` and, where known, ``title``; other fields are not used.

        Returns
        -------
        list of LabelledArticle
            One for each record, in order.

        Raises
        ------
        InputError
            A record has no string ``text``.
        """
        check_many("records", records)
        articles = []
        for record in records:
            check_record(record)
            articles.append(record_article(record))
        return self.label(articles)

    def predict_frame(self, frame: pandas.DataFrame, options: ReadOptions | None = None) -> pandas.DataFrame:
        """Label and summarise the rows of a pandas DataFrame, one article each.

        Parameters
        ----------
        frame : pandas.DataFrame
            With a column of texts and perhaps one of titles, under the names that files may use.
        options : ReadOptions or None, default=None
            Names of columns.

        Returns
        -------
        pandas.DataFrame
            With the index of `frame`, and the columns section (None where none is given), decision, likeliest,
            confidence, summary (a string) and keywords (a list).

        Raises
        ------
        InputError
            There is no column of texts, or a row has none.
        """
        import pandas

        articles = []
        for record in frame_records(frame, options or ReadOptions()):
            if record.problem:
                raise InputError(f"the DataFrame, {record.problem}")
            articles.append(record.result.article if record.result else record_article(record.fields))
        items = self.label(articles)
        rows = [
            (
                item.section,
                item.prediction.decision,
                item.prediction.likeliest,
                item.confidence,
                str(item.summary),
                [keyword.text for keyword in item.keywords],
            )
            for item in items
        ]
        columns = ["section", "decision", "likeliest", "confidence", "summary", "keywords"]
        return pandas.DataFrame(rows, index=frame.index, columns=columns)

    def label(self, articles: Sequence[Article]) -> list[LabelledArticle]:
        """Return split articles with section, summary and keywords, in order.

        Articles are labelled in batches, so that memory stays bounded however many there are.

        Examples
        --------
        >>> [item.section for item in Pipeline().label([Article(headline="林场造林忙", body="林场造林两千亩。")])]
        ['forestry']
        """
        out: list[LabelledArticle] = []
        for first in range(0, len(articles), BATCH):
            out += self._label_batch(articles[first : first + BATCH])
        return out

    def evaluate(self, corpus: Corpus) -> Evaluation:
        """Measure the model on labelled data: what `predict_records` says of the same records.

        A document is read as a record is read, byline and dateline taken out, before it is labelled. Measured on
        raw texts, the figures would be those of texts that the pipeline never gives to the model.

        Parameters
        ----------
        corpus : Corpus
            From `classify.read.labelled.load_corpus`.

        Raises
        ------
        CorpusError
            There are no documents.
        """
        from classify.sections.evaluation import evaluate_model

        texts = [article_text(record_article({"title": d.title, "text": d.text})) for d in corpus]
        return evaluate_model(self.model, corpus, texts=texts)

    def _label_batch(self, articles: Sequence[Article]) -> list[LabelledArticle]:
        predictions = self.model.predict([article_text(a) for a in articles])
        options = self.options
        # Zero sentences switch off the keywords too (see `predict_page`).
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
    text: str | Sequence[Line] | PrintedPage,
    *,
    model: Model | None = None,
    n_sentences: int = 3,
    n_keywords: int = 5,
    single: bool = False,
) -> list[LabelledArticle]:
    """Split a raw page, and label and summarise its articles.

    Parameters
    ----------
    text : str, sequence of Line or PrintedPage
        The page as `read_pages`, an extractor or an archive gave it.
    model : Model or None, default=None
        From `load_model`, or ``train(…).model``. None loads the shipped model for this call; for many calls make
        a `Pipeline` once.
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
    TypeError, ValueError
        `text` is neither text nor lines; a number is negative.

    Examples
    --------
    >>> from pathlib import Path
    >>> page = Path("examples/page.txt").read_text(encoding="utf-8")
    >>> [item.section for item in predict_page(page, n_sentences=0)]
    [None, None, 'policing', 'forestry', 'governance', 'business', 'business']
    """
    return Pipeline(model, SummaryOptions(n_sentences, n_keywords)).predict_page(text, single=single)


def predict_pages(
    texts: Iterable[str | Sequence[Line] | PrintedPage],
    *,
    model: Model | None = None,
    n_sentences: int = 3,
    n_keywords: int = 5,
    single: bool = False,
) -> list[list[LabelledArticle]]:
    """Return `predict_page` of each of `texts`, in order; faster, because articles are labelled together.

    Parameters are those of `predict_page`; `texts` holds many pages.

    Examples
    --------
    >>> [len(items) for items in predict_pages(["林场造林忙\\n\\n林场造林两千亩。", ""])]
    [1, 0]
    """
    return Pipeline(model, SummaryOptions(n_sentences, n_keywords)).predict_pages(texts, single=single)


def predict_records(
    records: Iterable[Mapping[str, Any]],
    *,
    model: Model | None = None,
    n_sentences: int = 3,
    n_keywords: int = 5,
) -> list[LabelledArticle]:
    """Label and summarise records of one article each: ``text`` and, where known, ``title``; in order.

    The other parameters are those of `predict_page`. A record without a string ``text`` is an `InputError`.

    Examples
    --------
    >>> (item,) = predict_records([{"title": "林场造林忙", "text": "林场近日造林两千亩。"}])
    >>> item.headline, item.section, str(item.summary)
    ('林场造林忙', 'forestry', '林场近日造林两千亩。')
    """
    return Pipeline(model, SummaryOptions(n_sentences, n_keywords)).predict_records(records)


def record_article(record: Mapping[str, Any]) -> Article:
    """Return the article a record holds, with its byline and dateline read from the text.

    Parameters
    ----------
    record : mapping
        ``text``, a string, and where known ``title``, the headline. The text may begin with the title again. None and
        NaN are no title. Or a result of this package, whose article is taken as it is.

    Raises
    ------
    InputError
        `record` has no string ``text``.

    Examples
    --------
    >>> article = record_article({"title": "警方破案", "text": "警方破案\\n本报讯（记者岑雨桐）云港市警方近日破案。"})
    >>> article.headline, article.deck, article.body
    ('警方破案', '', '云港市警方近日破案。')
    >>> record_article({"text": "2026年3月5日"}).body
    '2026年3月5日'
    """
    if is_result(record):
        return past_result(record).article
    title, text = record.get("title"), record.get("text")
    if not isinstance(text, str):
        raise InputError(f"a record has {text!r:.40} for `text`; give it a string")
    missing = title is None or title != title  # NaN, as tables have it for an empty cell
    page = split_page(text, single=True, title=None if missing else str(title))
    return page.articles[0] if page.articles else Article()
