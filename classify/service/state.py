"""What the routes share: the store, the models, the workers, the pages that are kept, the training."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import Request  # noqa: TC002 (FastAPI reads annotations when the program runs)

from classify.corrections import CorrectionFilter, text_digest
from classify.errors import ClassifyError
from classify.pipeline import article_text
from classify.read.results import past_result
from classify.service.documents import Documents
from classify.service.metrics import Metrics
from classify.service.training import Training, TrainingJob
from classify.service.workers import WorkerProcess, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from classify.corrections import Correction, CorrectionStore
    from classify.options import ServiceOptions
    from classify.service.models import ServingModels
    from classify.service.workers import Asking

__all__ = ["Service", "current_or_none", "service_of", "title_and_text"]

T = TypeVar("T")


@dataclass
class Service:
    """The state of a running service.

    Attributes
    ----------
    options : ServiceOptions
    store : CorrectionStore
    models : ServingModels
    data : tuple of str
        What the model was trained on; a retraining begins with it.
    make_worker : callable
        See `classify.service.workers.Workers`.
    """

    options: ServiceOptions
    store: CorrectionStore
    models: ServingModels
    data: tuple[str, ...]
    make_worker: Callable[[], Asking] = WorkerProcess
    documents: Documents = field(init=False)
    workers: Workers = field(init=False)
    training: Training = field(init=False)
    metrics: Metrics = field(init=False)

    async def start(self) -> None:
        """Start what needs the event loop, and let the workers load the model."""
        options = self.options
        count = options.workers or os.cpu_count() or 1
        self.documents = Documents(options.kept_bytes, self.store)
        self.workers = Workers(count, options.seconds, options.waiting, self.make_worker)
        self.training = Training()
        self.metrics = Metrics()
        # SQLite waits for the disk: one thread does that, and the event loop goes on.
        self._store_thread = ThreadPoolExecutor(1, "store")
        # Requests are taken while the workers start; the first ones wait for them.
        self._warming = asyncio.create_task(self.load_model())

    async def load_model(self) -> None:
        """Let the workers that have nothing to do load the model that serves; what goes wrong is told by requests."""
        with suppress(ClassifyError):
            await self.workers.ask_idle("load", self.models.current)

    def stop(self) -> None:
        """End all that was started."""
        self._warming.cancel()
        self.training.close()
        self.workers.close()
        self.documents.close()
        self._store_thread.shutdown()
        self.store.close()

    async def stored(self, work: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Do something with the store, or another thing that waits for the disk, in its thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._store_thread, partial(work, *arguments, **named))

    async def article_corrections(self, articles: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the section corrections that hold for articles, each with the id of its article."""
        ids: dict[str, list[str]] = {}
        for article in articles:
            if "id" in article:
                ids.setdefault(text_digest(*title_and_text(article)), []).append(article["id"])
        states = await self.stored(self.store.states, "section", ids)
        return [
            {**correction.to_dict(), "article": id}
            for digest, (_, correction) in states.items()
            if correction is not None
            for id in ids[digest]
        ]

    async def model_view(self) -> dict[str, Any]:
        """Return what `GET /v1/model` says."""
        asked = CorrectionFilter(kind="section")
        total = await self.stored(self.store.count, asked)
        until, _ = self.trained_on
        known = await self.stored(self.store.count_until, asked, until)
        return {**self.models.describe(), "corrections": {"total": total, "since": total - known}}

    @property
    def trained_on(self) -> tuple[str, float]:
        """The time of the newest correction that the model that serves was trained on, and their weight."""
        found = self.models.card.get("corrections", {})
        return str(found.get("until", "")), float(found.get("weight", 0.0))

    def training_job(self) -> TrainingJob:
        """Return the training that may be started."""
        return TrainingJob(self.store.path, self.data, self.models.current, *self.trained_on)


def service_of(request: Request) -> Service:
    """Return the service that a request is for."""
    service: Service = request.app.state.service
    return service


def title_and_text(article: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is trained on of the object of an article: its display lines, and its body.

    >>> from classify.output.json import article_object
    >>> from classify.records import Article
    >>> title_and_text(article_object(Article("林场造林忙", body="造林。"), file="", number=1))
    ('林场造林忙', '造林。')
    """
    title, _, text = article_text(past_result(article).article).partition("\n")
    return title, text


def current_or_none(correction: Correction | None) -> dict[str, Any] | None:
    """Return a correction as plain data."""
    return None if correction is None else correction.to_dict()
