"""A unit of work to the bytes of its shard: what runs in a worker process, or on another machine.

A worker opens no files but the model; it gets parts and returns a `Shard`, which the process that started the run
writes. Articles of a unit, of whatever pages and records, are labelled and summarised together, which is faster than
one by one. Where that fails they are done one by one, so that only the article that causes the failure is lost.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import signal
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classify.archive.shards import pack_lines, unpack_lines
from classify.errors import ClassifyError, ModelError, SegmenterError
from classify.files import written_name
from classify.output.json import label_keys, labelled_object, to_json, with_fields
from classify.pages import split_page
from classify.pipeline import BATCH, Pipeline, article_text, record_article
from classify.read.ocr import ocr_pages
from classify.read.pdf import PageFailure, PdfReader, failure_messages
from classify.read.records import LineBlock
from classify.records import Article
from classify.text.words import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from classify.archive.units import WorkUnit
    from classify.options import SummaryOptions
    from classify.read.parts import FilePart
    from classify.records import LabelledArticle, PrintedPage
    from classify.sections.model import Model

__all__ = [
    "Job",
    "Shard",
    "close_pdf_reader",
    "end_with",
    "failed_shard",
    "join_shards",
    "make_shard",
    "prepare",
]


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all units of a run.

    Attributes
    ----------
    model : str
        Path of the model, which a worker on this machine can read.
    model_sha256 : str
    version : str
        Version of this package; a worker that has another one refuses the job.
    segmenter : str or None
        Name of the word segmenter; None until a worker has reported which one it has.
    summary : SummaryOptions
    format : {"jsonl", "jsonl.gz", "parquet"}
    threshold : float or None
        See `ArchiveOptions`.
    """

    model: str
    model_sha256: str
    version: str
    segmenter: str | None
    summary: SummaryOptions
    format: str
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Shard:
    """The result of a unit.

    Attributes
    ----------
    data : bytes
        The shard as it is written.
    sha256 : str
        Of `data`, hexadecimal.
    articles : int
    sections : dict of str to int
        Articles of each section, sorted by name.
    abstained : int
        Articles without a section.
    failures : list of dict
        ``file``, ``member``, ``line`` and ``error`` of what could not be done.
    files : list of (str, int)
        The files that have a part in the unit, and how many of the articles are theirs, in order.
    """

    data: bytes
    sha256: str
    articles: int
    sections: dict[str, int]
    abstained: int
    failures: list[dict[str, Any]]
    files: list[tuple[str, int]] = field(default_factory=list)


def make_shard(job: Job, unit: WorkUnit, model: bytes | None = None) -> Shard:
    """Split, label and summarise the parts of a unit.

    Parameters
    ----------
    job : Job
    unit : WorkUnit
    model : bytes or None, default=None
        The model file itself, for a worker on another machine; None: the file at ``job.model``.

    Returns
    -------
    Shard
        The same for the same job and unit, in whatever worker.

    Raises
    ------
    ClassifyError
        This worker cannot do the job as the others do: it has another version, segmenter or model.
    """
    if unit.parts[0].kind == "shard":
        return _relabelled(job, unit.parts[0], _load_model(job, model))
    builder = _ShardBuilder(job, _load_model(job, model))
    for part in unit.parts:
        try:
            builder.add_part(part)
        except Exception as e:
            builder.fail(part, _reason(e))
    return builder.finish()


def prepare(job: Job) -> str:
    """Load the model, so that this process can begin.

    Parameters
    ----------
    job : Job

    Returns
    -------
    str
        The name of the word segmenter of this process.

    Raises
    ------
    ClassifyError
        As `make_shard`; `ModelError` where the model is damaged.
    """
    from classify.text.words import segmenter

    _load_model(job, None)
    return segmenter().name


def end_with(parent: int) -> None:
    """Let this process, a worker, end when its parent is gone, or at once where it is gone already.

    A parent that was killed cannot end its workers, and they would wait for ever. Workers call this before anything
    else, since the parent may have been killed while they were started. Ctrl-C, which a terminal sends to all of them,
    is left to the parent.

    Parameters
    ----------
    parent : int
        The id of the parent process.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=watch, daemon=True).start()


def failed_shard(part: FilePart, problem: str, format: str = "jsonl") -> Shard:
    """Return the shard of a part that cannot be worked on: no articles and one failure."""
    line = part.content.line if isinstance(part.content, LineBlock) else None
    data = pack_lines([], format)
    digest = hashlib.sha256(data).hexdigest()
    return Shard(data, digest, 0, {}, 0, [_failure(part, problem, line)], [(part.path, 0)])


def join_shards(shards: Sequence[Shard], format: str = "jsonl") -> Shard:
    """Return several shards as one, in order.

    Compressed JSON lines are joined as bytes: a gzip file may have several members.

    >>> a, b = (Shard(data, "", 1, {"forestry": 1}, 0, []) for data in (b"{}\\n", b"[]\\n"))
    >>> join_shards([a, b]).data, join_shards([a, b]).sections
    (b'{}\\n[]\\n', {'forestry': 2})
    """
    data = b"".join(s.data for s in shards)
    if format == "parquet":
        data = pack_lines([line for s in shards for line in unpack_lines(s.data, format)], format)
    sections: Counter[str] = Counter()
    for s in shards:
        sections.update(s.sections)
    return Shard(
        data,
        hashlib.sha256(data).hexdigest(),
        sum(s.articles for s in shards),
        dict(sorted(sections.items())),
        sum(s.abstained for s in shards),
        [failure for s in shards for failure in s.failures],
        [file for s in shards for file in s.files],
    )


def _relabelled(job: Job, part: FilePart, model: Model) -> Shard:
    """Return a shard with the labels of a model; all other keys stay as they are."""
    assert isinstance(part.content, bytes)
    if job.threshold is not None:
        model = model.with_threshold(job.threshold)
    lines: list[bytes] = []
    sections: Counter[str] = Counter()
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
            sections[prediction.section or ""] += 1
    abstained = sections.pop("", 0)
    data = pack_lines(lines, job.format)
    digest = hashlib.sha256(data).hexdigest()
    return Shard(
        data, digest, len(lines), dict(sorted(sections.items())), abstained, [], [(part.path, len(lines))]
    )


def _text_of(found: dict[str, Any]) -> str:
    """Return what the classifier reads of a result."""
    parts = {key: found[key] for key in ("headline", "kicker", "deck", "body")}
    return article_text(Article(**parts, captions=tuple(found["captions"])))


@dataclass(slots=True)
class _FoundArticle:
    """An article, and how the output calls it; `line` and `fields` are those of its record."""

    article: Article
    part: FilePart
    number: int
    line: int | None = None
    fields: dict[str, Any] | None = None
    file: str = ""
    """Where a result that is read again was from."""
    file_index: int = 0
    """Index of the file of its part among those of the unit."""


class _ShardBuilder:
    """A shard in the making: articles that wait until a batch is full, and the lines of those that are done."""

    MAX_CHARACTERS = 2**16
    """Characters of articles that are labelled together, or of one article that has more. Measured: without a limit a
    batch of long articles takes 100 MB more; at half of it a batch's fixed costs become noticeable."""

    def __init__(self, job: Job, model: Model) -> None:
        self._format = job.format
        if job.threshold is not None:
            model = model.with_threshold(job.threshold)
        self._pipeline = Pipeline(model, job.summary)
        self._lines: list[bytes] = []
        self._sections: Counter[str] = Counter()
        self._abstained = 0
        self._failures: list[dict[str, Any]] = []
        self._files: list[str] = []
        self._counts: Counter[int] = Counter()
        self._waiting: list[_FoundArticle] = []
        self._characters = 0

    def add_part(self, part: FilePart) -> None:
        """Add the articles of a part; records that cannot be read are failures."""
        if not self._files or self._files[-1] != part.path:
            self._files.append(part.path)
        for found in self._articles(part):
            found.file_index = len(self._files) - 1
            self._waiting.append(found)
            self._characters += len(found.article.body)
            if len(self._waiting) == BATCH or self._characters >= self.MAX_CHARACTERS:
                self._label_waiting()

    def fail(self, part: FilePart, problem: str, line: int | None = None) -> None:
        """Note a failure."""
        self._failures.append(_failure(part, problem, line))

    def finish(self) -> Shard:
        """Return the shard."""
        self._label_waiting()
        data = pack_lines(self._lines, self._format)
        digest = hashlib.sha256(data).hexdigest()
        sections = dict(sorted(self._sections.items()))
        files = [(path, self._counts[i]) for i, path in enumerate(self._files)]
        return Shard(data, digest, len(self._lines), sections, self._abstained, self._failures, files)

    def _articles(self, part: FilePart) -> Iterator[_FoundArticle]:
        if isinstance(part.content, str):
            self.fail(part, part.content)
        elif isinstance(part.content, bytes) and part.format == "pdf":
            yield from self._printed_articles(part, _pdf_reader().pages(part.content, part.name))
        elif isinstance(part.content, bytes) and part.format == "ocr":
            found = ocr_pages(part.content, part.name, format=part.ocr_format)
            yield from self._printed_articles(part, found)
        elif isinstance(part.content, bytes):
            page = split_page(part.page(), single=part.kind == "article")
            for number, article in enumerate(page.articles, 1):
                yield _FoundArticle(article, part, number)
        else:
            for number, record in part.records():
                if record.problem:
                    self.fail(part, record.problem, record.line)
                    continue
                if past := record.result:
                    yield _FoundArticle(past.article, part, past.number, record.line, past.fields, past.file)
                    continue
                try:
                    article = record_article(record.fields)
                except Exception as e:
                    self.fail(part, _reason(e), record.line)
                    continue
                article = replace(article, lines=((record.line, record.line),))
                yield _FoundArticle(article, part, number, record.line, record.fields)

    def _printed_articles(
        self, part: FilePart, found: Iterable[PrintedPage | PageFailure]
    ) -> Iterator[_FoundArticle]:
        """Yield the articles of pages whose lines have boxes; pages that cannot be read are failures."""
        from classify.pages.layout import split_printed_pages

        read = 0
        failures: list[PageFailure] = []

        def printed_pages() -> Iterator[PrintedPage]:
            nonlocal read
            for page in found:
                if isinstance(page, PageFailure):
                    failures.append(page)
                else:
                    read += 1
                    yield page

        articles = (a for page in split_printed_pages(printed_pages()) for a in page.articles)
        for number, article in enumerate(articles, 1):
            yield _FoundArticle(article, part, number)
        for message, is_fault in failure_messages(failures, some_read=read > 0):
            if is_fault:
                self.fail(part, message)

    def _label_waiting(self) -> None:
        """Label and write the waiting articles together; one by one where that fails."""
        waiting, self._waiting, self._characters = self._waiting, [], 0
        try:
            items = self._pipeline.label([found.article for found in waiting])
        except Exception:
            for found in waiting:
                try:
                    (item,) = self._pipeline.label([found.article])
                except Exception as e:
                    first = found.line or (found.article.lines[0][0] if found.article.lines else None)
                    self.fail(found.part, f"{type(e).__name__}: {e}", first)
                else:
                    self._write(found, item)
        else:
            for found, item in zip(waiting, items, strict=True):
                self._write(found, item)

    def _write(self, found: _FoundArticle, item: LabelledArticle) -> None:
        labelled = labelled_object(item, file=found.file or found.part.name, number=found.number)
        result = with_fields(labelled, found.fields or {})
        self._lines.append((to_json(result) + "\n").encode())
        self._counts[found.file_index] += 1
        if item.section is None:
            self._abstained += 1
        else:
            self._sections[item.section] += 1


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, ClassifyError) else f"{type(error).__name__}: {error}"


def _failure(part: FilePart, problem: str, line: int | None) -> dict[str, Any]:
    """Return a line of failures.jsonl."""
    error = " ".join(problem.removeprefix(f"{part.member or part.path}: ").split())
    return {
        "file": written_name(part.path),
        "member": part.member,
        "line": line,
        "error": without_surrogates(error),
    }


_kept = threading.local()


def _pdf_reader() -> PdfReader:
    """Return the reader of PDF files of this worker, a thread or a process, whose child serves all of its units."""
    reader: PdfReader | None = getattr(_kept, "reader", None)
    if reader is None:
        reader = _kept.reader = PdfReader()
        atexit.register(reader.close)
    return reader


def close_pdf_reader() -> None:
    """End the child that reads PDF files for this worker, if there is one."""
    reader: PdfReader | None = getattr(_kept, "reader", None)
    if reader is not None:
        reader.close()


_loaded: dict[str, Model] = {}
"""The model of this process by its SHA-256. A worker gets many units one by one and must not load it for each, and
joblib and dask leave nothing else between two units; no other module reads it."""


def _load_model(job: Job, data: bytes | None) -> Model:
    """Return the model of a job, loaded once a process.

    `data` is the model file itself, or None where ``job.model`` can be read.
    """
    if job.model_sha256 not in _loaded:
        _check_worker(job)
        from classify.sections.model import load_model

        if data is None:
            model = load_model(job.model, sha256=job.model_sha256)
        else:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "model.joblib"
                path.write_bytes(data)
                model = load_model(path, sha256=job.model_sha256)
        _loaded.clear()  # one model at a time: a worker may serve many runs
        _loaded[job.model_sha256] = model
    return _loaded[job.model_sha256]


def _check_worker(job: Job) -> None:
    import classify
    from classify.text.words import segmenter

    if classify.__version__ != job.version:
        raise ModelError(
            f"a worker has classify {classify.__version__}, not {job.version}; install the same everywhere"
        )
    if job.segmenter is not None and segmenter().name != job.segmenter:
        raise SegmenterError(
            f"a worker cuts words with {segmenter().name}, not {job.segmenter}; install it there"
        )
