"""A unit of work to the text of its shard. This is what runs in a worker; it knows no files to write to.

The model is loaded once a process. Articles of a unit, of whatever pages and records, are labelled and
summarised together; where that fails, one by one, so that the culprit alone is lost.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classify.errors import ClassifyError, ModelError, SegmenterError
from classify.options import SummaryOptions
from classify.output.json import labelled_object, to_json, with_fields
from classify.pages import split_page
from classify.pipeline import BATCH, Pipeline, record_article
from classify.read import Lines, parse_lines
from classify.text.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from classify.archive.units import Piece, Unit
    from classify.records import Article, LabelledArticle
    from classify.sections.model import Model

__all__ = ["Job", "Result", "joined", "lost", "ready", "work"]

CHARACTERS = 1 << 16
"""Characters of articles labelled at a time, or the one article that has more. Without a bound, a batch of
long articles takes 100 MB more; at half of it, the fixed cost of a batch begins to tell."""
ALIVE_SECONDS = 2.0
"""Seconds between two looks whether the parent of a worker is alive."""
GZIP_LEVEL = 6
"""gzip's own default: a level more costs more time than it saves bytes."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all units of a run. ``model`` is a path that a worker on this machine can read.

    ``segmenter`` is None until a worker has said which one it has.
    """

    model: str
    model_sha256: str
    version: str
    segmenter: str | None
    n_sentences: int
    n_keywords: int
    format: str


@dataclass(frozen=True, slots=True)
class Result:
    """A shard: its bytes, what was counted in it, and what failed."""

    data: bytes
    sha256: str
    articles: int
    sections: dict[str, int]
    abstained: int
    failures: list[dict[str, Any]]


@dataclass(slots=True)
class _Found:
    """An article and how it is called in the output."""

    article: Article
    path: str
    member: str
    number: int
    line: int | None = None
    fields: dict[str, Any] | None = None


class _Unit:
    """A unit being worked on: articles that wait for a full batch, and what came of the others."""

    def __init__(self, job: Job, model: Model) -> None:
        self.lines: list[bytes] = []
        self.sections: Counter[str] = Counter()
        self.abstained = 0
        self.failures: list[dict[str, Any]] = []
        self._job, self._model = job, model
        self._waiting: list[_Found] = []
        self._characters = 0

    def failed(self, piece: Piece | _Found, problem: str, line: int | None = None) -> None:
        """Note a failure."""
        self.failures.append(_failure(piece, problem, line))

    def add(self, one: _Found) -> None:
        """Take an article."""
        self._waiting.append(one)
        self._characters += len(one.article.body)
        if len(self._waiting) == BATCH or self._characters >= CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Label and write what waits: together, and where that fails one by one."""
        waiting, self._waiting, self._characters = self._waiting, [], 0
        try:
            items = self._label(waiting)
        except Exception:
            for one in waiting:
                try:
                    (item,) = self._label([one])
                except Exception as e:
                    first = one.line or (one.article.lines[0][0] if one.article.lines else None)
                    self.failed(one, f"{type(e).__name__}: {e}", first)
                else:
                    self._write(one, item)
        else:
            for one, item in zip(waiting, items, strict=True):
                self._write(one, item)

    def _label(self, found: Sequence[_Found]) -> list[LabelledArticle]:
        job = self._job
        articles = [f.article for f in found]
        return Pipeline(self._model, SummaryOptions(job.n_sentences, job.n_keywords)).label(articles)

    def _write(self, one: _Found, item: LabelledArticle) -> None:
        self.lines.append((to_json(_object(one, item)) + "\n").encode())
        if item.section is None:
            self.abstained += 1
        else:
            self.sections[item.section] += 1


def _failure(piece: Piece | _Found, problem: str, line: int | None) -> dict[str, Any]:
    name = piece.member or piece.path
    error = " ".join(problem.removeprefix(f"{name}: ").split())
    return {"file": piece.path, "member": piece.member, "line": line, "error": error}


def work(job: Job, unit: Unit, model: bytes | None = None) -> Result:
    """Return the shard of `unit`.

    Parameters
    ----------
    job : Job
    unit : Unit
    model : bytes or None
        The model file itself, for a worker on another machine.

    Raises
    ------
    ClassifyError
        Where this worker can't do the job as the others do: another version, segmenter or model.
    """
    here = _Unit(job, _model(job, model))
    for piece in unit.pieces:
        try:
            for one in _articles(piece, here):
                here.add(one)
        except ClassifyError as e:
            here.failed(piece, str(e))
        except Exception as e:
            here.failed(piece, f"{type(e).__name__}: {e}")
    here.flush()
    data = b"".join(here.lines)
    if job.format.endswith(".gz"):
        data = gzip.compress(data, GZIP_LEVEL, mtime=0)
    digest = hashlib.sha256(data).hexdigest()
    sections = dict(sorted(here.sections.items()))
    return Result(data, digest, len(here.lines), sections, here.abstained, here.failures)


def ready(job: Job, parent: int | None = None) -> str:
    """Load the model, so that this process can begin, and return the name of the segmenter it has.

    Where process `parent` is this one's, this one ends when that is gone: a parent that was killed can't tell
    its workers, and they would wait for ever.

    Raises `ClassifyError` as `work` does, and where the model is damaged.
    """
    from classify.text.words import segmenter

    if parent is not None and parent == os.getppid():
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _model(job, None)
    return segmenter().name


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ALIVE_SECONDS)
    os._exit(1)


def lost(piece: Piece, problem: str) -> Result:
    """Return the result of a piece that can't be worked on."""
    failure = _failure(piece, problem, piece.content.line if isinstance(piece.content, Lines) else None)
    return Result(b"", hashlib.sha256().hexdigest(), 0, {}, 0, [failure])


def joined(results: Sequence[Result]) -> Result:
    """Return several results as one; gzip files may be joined, too."""
    data = b"".join(r.data for r in results)
    sections: Counter[str] = Counter()
    for r in results:
        sections.update(r.sections)
    return Result(
        data,
        hashlib.sha256(data).hexdigest(),
        sum(r.articles for r in results),
        dict(sorted(sections.items())),
        sum(r.abstained for r in results),
        [failure for r in results for failure in r.failures],
    )


def _articles(piece: Piece, here: _Unit) -> Iterator[_Found]:
    """Yield the articles of a piece; its bad records are noted."""
    content = piece.content
    if isinstance(content, str):
        here.failed(piece, content)
    elif isinstance(content, bytes):
        page = split_page(decode(content, piece.member or piece.path), single=piece.kind == "article")
        for number, article in enumerate(page.articles, 1):
            yield _Found(article, piece.path, piece.member, number)
    else:
        before, records = (content.records, parse_lines(content)) if isinstance(content, Lines) else content
        for number, record in enumerate(records, before + 1):
            if record.problem:
                here.failed(piece, record.problem, record.line)
                continue
            try:
                article = record_article(record.fields)
            except Exception as e:
                here.failed(piece, f"{type(e).__name__}: {e}", record.line)
                continue
            article = replace(article, lines=((record.line, record.line),))
            yield _Found(article, piece.path, piece.member, number, record.line, record.fields)


def _object(one: _Found, item: LabelledArticle) -> dict[str, Any]:
    name = f"{one.path}/{one.member}" if one.member else one.path
    return with_fields(labelled_object(item, file=name, number=one.number), one.fields or {})


# -- the model, once a process --------------------------------------------------------------------

_loaded: dict[str, Model] = {}
"""Models of this process by their SHA-256."""


def _model(job: Job, data: bytes | None) -> Model:
    if job.model_sha256 not in _loaded:
        _check(job)
        from classify.sections.model import load_model

        if data is None:
            model = load_model(job.model, sha256=job.model_sha256)
        else:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "model.joblib"
                path.write_bytes(data)
                model = load_model(path, sha256=job.model_sha256)
        _loaded.clear()  # one model at a time: workers live long, and may serve many runs
        _loaded[job.model_sha256] = model
    return _loaded[job.model_sha256]


def _check(job: Job) -> None:
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
