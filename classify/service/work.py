"""The tasks of a worker process, by name: what is asked of it, and plain data back.

A worker loads the model that a request names, keeps the last two (so that requests that were under way when the model
changed are answered by theirs), and has one child that reads PDF files. Everything that is slow or heavy happens here.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.options import SummaryOptions
from classify.output.json import labelled_object, leftover_objects, with_fields
from classify.pipeline import Pipeline, article_text, record_article
from classify.read.pdf import PdfReader
from classify.read.records import Record, checked_record
from classify.sections.model import Model, load_model
from classify.service.boundaries import drawn_articles, parse_boundaries
from classify.service.reading import Upload, document_view, read_page
from classify.text.normalize import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classify.records import Article
    from classify.service.reading import SplitFile

__all__ = ["TASKS", "Asked", "ModelFile", "Worker", "is_problem"]

MODELS_KEPT = 2
"""Models that a worker keeps: the one that serves, and the one before it."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file, known by its digest.

    Attributes
    ----------
    path : str
    sha256 : str
        The file is refused when it has another one.
    """

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request chooses.

    Attributes
    ----------
    model : ModelFile
    summary : SummaryOptions
    threshold : float or None
        None: the model's.
    """

    model: ModelFile
    summary: SummaryOptions = field(default_factory=SummaryOptions)
    threshold: float | None = None


class Worker:
    """The state of a worker process: models and the reader of PDF files.

    Parameters
    ----------
    page_seconds : float
        Time for a page of a PDF file.
    """

    def __init__(self, page_seconds: float = 30.0) -> None:
        self._models: OrderedDict[str, Model] = OrderedDict()
        self._reader = PdfReader(seconds=page_seconds)

    def close(self) -> None:
        """End the child that reads PDF files."""
        self._reader.close()

    def load(self, model: ModelFile) -> str:
        """Load a model, so that the next request need not wait; return its digest."""
        self._model(model)
        return model.sha256

    def page(self, upload: Upload, asked: Asked) -> dict[str, Any]:
        """Split, label and summarise a page; see `classify.service.reading.read_page`."""
        return self._labelled(read_page(upload, self._reader), upload, asked)

    def view(self, upload: Upload, digest: str) -> dict[str, Any]:
        """Return what a viewer draws of a page."""
        return document_view(read_page(upload, self._reader), digest, upload.file)

    def picture(self, upload: Upload, page: int, pixels: int) -> bytes | None:
        """Return a page of a PDF file as PNG; None where there is none."""
        return next(iter(self._reader.pictures(upload.data, upload.file, [page], pixels)), None)

    def boundaries(
        self, upload: Upload, drawn: Sequence[Mapping[str, Any]], asked: Asked
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return a page with the articles that somebody drew, labelled, and what was drawn as ranges of lines."""
        file = read_page(upload, self._reader)
        boundaries = parse_boundaries(drawn, file)
        found = self._labelled(drawn_articles(boundaries, file), upload, asked)
        return found, [one.to_dict() for one in boundaries]

    def records(self, records: Sequence[tuple[int, Any]], file: str, asked: Asked) -> list[dict[str, Any]]:
        """Label and summarise records, each with its number in the stream; a bad one gives an error.

        An answer is the object of an article, or has ``error``, ``message`` and ``line``.
        """
        good, answers = [], dict[int, dict[str, Any]]()
        for number, given in records:
            try:
                good.append((number, _checked(given, number)))
            except InputError as e:
                answers[number] = _problem(number, str(e))
        answers |= self._articles(good, file, asked)
        return [answers[number] for number, _ in records]

    def sections(self, records: Sequence[tuple[int, Any]], file: str, asked: Asked) -> list[dict[str, Any]]:
        """Label records, without summaries; as `records`."""
        none = replace(asked, summary=SummaryOptions(0, 0))
        keys = ("section", "decision", "likeliest", "confidence", "scores")
        return [
            one if is_problem(one) else {key: one[key] for key in keys}
            for one in self.records(records, file, none)
        ]

    def summaries(self, requests: Sequence[tuple[int, Any]]) -> list[dict[str, Any]]:
        """Summarise texts: each with ``text`` and perhaps ``title``, ``sentences``, ``max_chars``, ``keywords``."""
        found = []
        for number, request in requests:
            try:
                found.append(_summary(request))
            except (InputError, TypeError, ValueError) as e:
                found.append(_problem(number, str(e)))
        return found

    def explanation(self, record: Any, top: int, asked: Asked) -> dict[str, Any]:
        """Return why an article has its section."""
        fields = _checked(record, 1)
        article = fields.result.article if fields.result else record_article(fields.fields)
        explained = self._pipeline(asked).model.explain(article_text(article))
        likeliest = explained.prediction.likeliest
        listed = explained.to_dict(top)
        return {
            "text": explained.text,
            "section": explained.prediction.section,
            "likeliest": likeliest,
            "confidence": explained.prediction.confidence,
            "scores": listed["scores"],
            "intercepts": listed["intercepts"],
            "towards": listed["terms"][likeliest]["towards"],
            "away": listed["terms"][likeliest]["away"],
            "heat": [round(part, 6) for part in explained.heat(likeliest)],
        }

    def _labelled(self, file: SplitFile, upload: Upload, asked: Asked) -> dict[str, Any]:
        items = self._pipeline(asked).label(file.articles)
        return {
            "kind": file.kind,
            "articles": [
                labelled_object(item, file=upload.file, number=k) for k, item in enumerate(items, 1)
            ],
            "leftover": leftover_objects(file.leftover, file=upload.file),
            "notes": file.notes,
        }

    def _articles(
        self, records: list[tuple[int, Record]], file: str, asked: Asked
    ) -> dict[int, dict[str, Any]]:
        articles: list[tuple[int, Record, Article]] = []
        for number, record in records:
            past = record.result
            article = past.article if past else record_article(record.fields)
            if not past:
                article = replace(article, lines=((number, number),))
            articles.append((number, record, article))
        items = self._pipeline(asked).label([article for _, _, article in articles])
        found = {}
        for (number, record, _), item in zip(articles, items, strict=True):
            past = record.result
            name, count = (past.file, past.number) if past else (file, number)
            fields = past.fields if past else record.fields
            found[number] = with_fields(labelled_object(item, file=name, number=count), fields)
        return found

    def _pipeline(self, asked: Asked) -> Pipeline:
        model = self._model(asked.model)
        return Pipeline(
            model if asked.threshold is None else model.with_threshold(asked.threshold), asked.summary
        )

    def _model(self, file: ModelFile) -> Model:
        model = self._models.get(file.sha256)
        if model is None:
            model = self._models[file.sha256] = load_model(file.path, sha256=file.sha256)
            while len(self._models) > MODELS_KEPT:
                self._models.popitem(last=False)
        self._models.move_to_end(file.sha256)
        return model


TASKS = ("load", "page", "view", "picture", "boundaries", "records", "sections", "summaries", "explanation")
"""What a worker may be asked: names of its methods."""


def _checked(given: Any, number: int) -> Record:
    record = checked_record(number, given)
    if record.problem:
        raise InputError(record.problem)
    return record


def is_problem(answer: Mapping[str, Any]) -> bool:
    """Whether an answer tells what is wrong with its record.

    >>> is_problem({"error": "bad_input", "message": "line 2 is no object", "line": 2})
    True
    """
    return answer.keys() == {"error", "message", "line"}


def _problem(number: int, message: str) -> dict[str, Any]:
    return {"error": "bad_input", "message": message, "line": number}


def _summary(request: Any) -> dict[str, Any]:
    from classify.summarizer import keywords, summarize

    if not isinstance(request, dict) or not isinstance(request.get("text"), str):
        raise InputError('a request has no string `text`; write {"text": …}')
    text, title = clean(request["text"]), request.get("title")
    if title is not None and not isinstance(title, str):
        raise InputError("`title` is no string; put it in quotes, or leave it out")
    sentences = _whole_number(request, "sentences", 1, 100)
    most = _whole_number(request, "max_chars", 1, 10**6)
    n_keywords = _whole_number(request, "keywords", 0, 100)
    summary = summarize(text, 3 if sentences is None else sentences, max_chars=most, title=title or None)
    words = [keyword.text for keyword in keywords(text, n_keywords)] if n_keywords else []
    return {"text": text, "summary": summary.to_dict()["sentences"], "keywords": words}


def _whole_number(request: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    """Return a number of a request; None where there is none."""
    value = request.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(f"`{name}` is {value!r:.20}; give a whole number from {least} to {most}")
    return value
