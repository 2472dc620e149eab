"""The parts of a unit to its shard: articles found, labelled and summarised together, and written as JSON lines.

Articles of a unit, of whatever pages and records, are labelled and summarised together, which is faster than one by
one. Where that fails they are done one by one, so that only the article that causes the failure is lost.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from classify.archive.shards import Shard, failure_line, unpack_lines
from classify.input_articles import FoundArticle, articles_of_pages, articles_of_records
from classify.output.json import label_keys, labelled_object, to_json, with_fields
from classify.pages import split_page
from classify.pipeline import BATCH, Pipeline, article_text
from classify.read.ocr import ocr_pages
from classify.records import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from classify.archive.job import Job
    from classify.read.parts import FilePart
    from classify.read.pdf import PdfReader
    from classify.records import LabelledArticle
    from classify.sections.model import Model

__all__ = ["ShardBuilder", "relabelled"]


class ShardBuilder:
    """A shard in the making: articles that wait until a batch is full, and the lines of those that are done."""

    MAX_CHARACTERS = 2**16
    """Characters of articles that are labelled together, or of one article that has more. Measured: without a limit a
    batch of long articles takes 100 MB more; at half of it a batch's fixed costs become noticeable."""

    def __init__(self, job: Job, model: Model, pdf_reader: Callable[[], PdfReader]) -> None:
        self._format = job.format
        self._pdf_reader = pdf_reader
        if job.threshold is not None:
            model = model.with_threshold(job.threshold)
        self._pipeline = Pipeline(model, job.summary)
        self._lines: list[bytes] = []
        self._sections: list[str | None] = []
        self._failures: list[dict[str, Any]] = []
        self._files: list[str] = []
        self._counts: Counter[int] = Counter()
        self._waiting: list[tuple[FoundArticle, FilePart, int]] = []
        """Articles to be labelled, each with its part, and with the index of the file of that part in `_files`."""
        self._characters = 0

    def add_part(self, part: FilePart) -> None:
        """Add the articles of a part; records that cannot be read are failures."""
        if not self._files or self._files[-1] != part.path:
            self._files.append(part.path)
        for found in self._articles(part):
            self._waiting.append((found, part, len(self._files) - 1))
            self._characters += len(found.article.body)
            if len(self._waiting) == BATCH or self._characters >= self.MAX_CHARACTERS:
                self._label_waiting()

    def fail(self, part: FilePart, problem: str, line: int | None = None) -> None:
        """Note a failure."""
        self._failures.append(failure_line(part, problem, line))

    def finish(self) -> Shard:
        """Return the shard."""
        self._label_waiting()
        files = [(path, self._counts[i]) for i, path in enumerate(self._files)]
        return Shard.packed(self._lines, self._format, self._sections, self._failures, files)

    def _articles(self, part: FilePart) -> Iterator[FoundArticle]:
        def fail(problem: str, line: int | None) -> None:
            self.fail(part, problem.removeprefix(f"line {line}: "), line)

        if isinstance(part.content, str):
            self.fail(part, part.content)
        elif not isinstance(part.content, bytes):
            yield from articles_of_records(part.name, part.records(), fail)
        elif part.format == "pdf":
            yield from articles_of_pages(part.name, self._pdf_reader().pages(part.content, part.name), fail)
        elif part.format == "ocr":
            pages = ocr_pages(part.content, part.name, format=part.ocr_format)
            yield from articles_of_pages(part.name, pages, fail)
        else:
            page = split_page(part.page(), single=part.kind == "article")
            for number, article in enumerate(page.articles, 1):
                yield FoundArticle(part.name, number, article)

    def _label_waiting(self) -> None:
        """Label and write the waiting articles together; one by one where that fails."""
        waiting, self._waiting, self._characters = self._waiting, [], 0
        try:
            items = self._pipeline.label([found.article for found, _, _ in waiting])
        except Exception:
            for found, part, file in waiting:
                try:
                    (item,) = self._pipeline.label([found.article])
                except Exception as e:
                    first = found.line or (found.article.lines[0][0] if found.article.lines else None)
                    self.fail(part, f"{type(e).__name__}: {e}", first)
                else:
                    self._write(found, item, file)
        else:
            for (found, _, file), item in zip(waiting, items, strict=True):
                self._write(found, item, file)

    def _write(self, found: FoundArticle, item: LabelledArticle, file: int) -> None:
        labelled = labelled_object(item, file=found.file, number=found.number)
        self._lines.append((to_json(with_fields(labelled, found.fields)) + "\n").encode())
        self._counts[file] += 1
        self._sections.append(item.section)


def relabelled(job: Job, part: FilePart, model: Model) -> Shard:
    """Return a shard with the labels of a model; all other keys stay as they are."""
    assert isinstance(part.content, bytes)
    if job.threshold is not None:
        model = model.with_threshold(job.threshold)
    lines: list[bytes] = []
    sections: list[str | None] = []
    old = unpack_lines(part.content, job.format)
    for first in range(0, len(old), BATCH):
        some = old[first : first + BATCH]
        predictions = model.predict([_text_of(json.loads(line)) for line in some])
        for line, prediction in zip(some, predictions, strict=True):
            # The keys of the label follow one another. In strings, quotes are escaped; so what is found are keys, and
            # further fields come behind them. Writing the whole article anew takes an eighth longer in all.
            start, end = line.index(b'"section": '), line.index(b', "summary": [')
            labels = to_json(label_keys(prediction))[1:-1].encode()
            lines.append(line[:start] + labels + line[end:])
            sections.append(prediction.section)
    return Shard.packed(lines, job.format, sections, files=[(part.path, len(lines))])


def _text_of(found: dict[str, Any]) -> str:
    """Return what the classifier reads of a result."""
    parts = {key: found[key] for key in ("headline", "kicker", "deck", "body")}
    return article_text(Article(**parts, captions=tuple(found["captions"])))
