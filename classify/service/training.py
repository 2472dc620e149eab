"""Training on corrections in the background, in a process of its own, with progress; one at a time.

The process reads the corrections, trains, and writes the model beside the database, as ``<database>.models/``. It
serves only when somebody accepts it, after looking at the figures: `classify.sections.retraining` says what they are.
"""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from classify.corrections import CorrectionStore
from classify.errors import ClassifyError, CorpusError
from classify.service.work import ModelFile

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from multiprocessing.connection import Connection

    from classify.sections.model import Model

__all__ = ["Status", "Training", "TrainingJob", "run_training", "train_on_corrections"]

State = Literal["idle", "running", "ready", "failed", "cancelled", "accepted", "discarded"]

KEEPALIVE_SECONDS = 15.0
"""Longest silence of a stream of events; proxies close connections that are silent for a minute."""


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """What a training is made of.

    Attributes
    ----------
    database : str
        Path of the corrections.
    data : tuple of str
        What the model was trained on before: paths that `classify.read.labelled.load_corpus` takes.
    serving : ModelFile
        The model that serves.
    until, weight : str, float
        The time of the newest correction that it was trained on, and their weight; none: empty and 0.
    """

    database: str
    data: tuple[str, ...]
    serving: ModelFile
    until: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Status:
    """How far a training is.

    Attributes
    ----------
    state : str
    step : str
        What is being done.
    share : float
        0–1.
    started, finished : str or None
    message : str
        Why it failed.
    result : dict or None
        The figures; see `train_on_corrections`.
    """

    state: State = "idle"
    step: str = ""
    share: float = 0.0
    started: str | None = None
    finished: str | None = None
    message: str = ""
    result: dict[str, Any] | None = field(default=None, repr=False)

    def to_dict(self, *, result: bool = True) -> dict[str, Any]:
        """Return it as plain data for JSON."""
        found = asdict(self)
        if not result:
            del found["result"]
        return found


def train_on_corrections(
    job: TrainingJob, progress: Callable[[str, float], None]
) -> tuple[ModelFile, dict[str, Any]]:
    """Train, write the model, and return it with its figures.

    Raises
    ------
    CorpusError
        There are no corrections, or the data are not those of the model that serves.
    """
    from classify.read.labelled import Corpus, join_corpora, load_corpus
    from classify.sections.model import load_model
    from classify.sections.retraining import Serving, retrain

    began = monotonic()
    with CorrectionStore(job.database) as store:
        corrected = store.labelled()
    base = join_corpora([load_corpus(path) for path in job.data])
    serving = load_model(job.serving.path, sha256=job.serving.sha256)
    _check_same_labels(base.counts, serving)
    corrections = Corpus(tuple(document for _, document in corrected), job.database)
    known = [job.weight if c.time <= job.until else 0.0 for c, _ in corrected]
    found = retrain(base, corrections, serving=Serving(serving, known), progress=progress)
    trained = found.trained
    trained.card["corrections"]["until"] = max(c.time for c, _ in corrected)
    folder = Path(f"{job.database}.models")
    name = hashlib.sha256(f"{trained.corpus.digest} {found.weight}".encode()).hexdigest()[:16]
    path = folder / f"{name}.joblib"
    digest = trained.save(path)
    listed = [
        {
            "id": c.id, "headline": c.headline or c.title, "section": text.label, "before": text.before,
            "after": text.after, "held_out": text.held_out, "right": text.after == text.label,
        }
        for (c, _), text in zip(corrected, found.texts, strict=True)
    ]  # fmt: skip
    result = {
        "model": digest,
        "weight": found.weight,
        "documents": found.documents[1].n,
        "corrections": len(listed),
        "held_out": {"before": found.documents[0].to_dict(), "after": found.documents[1].to_dict()},
        "held_out_corrections": {
            "before": found.corrections[0].to_dict(),
            "after": found.corrections[1].to_dict(),
        },
        "list": listed,
        "warnings": list(trained.warnings),
        "seconds": round(monotonic() - began, 1),
    }
    return ModelFile(str(path.resolve()), digest), result


def _check_same_labels(counts: Any, serving: Model) -> None:
    if set(counts) != set(serving.classes):
        theirs, ours = (", ".join(sorted(names)[:4]) for names in (counts, serving.classes))
        raise CorpusError(
            f"the data have the labels {theirs} …, the model that serves has {ours} …; give --data, what it was "
            "trained on"
        )


def run_training(connection: Connection, parent: int, job: TrainingJob) -> None:
    """Train and report over a connection: what the process runs."""
    from classify.processes import end_with

    end_with(parent)
    if os.name == "posix":
        os.setsid()  # an interrupt of the terminal ends the parent, which ends this
        os.nice(10)  # requests come first
    try:
        found = train_on_corrections(job, lambda step, share: connection.send(("progress", step, share)))
        connection.send(("done", *found))
    except ClassifyError as e:
        connection.send(("failed", str(e), None))
    except Exception as e:
        connection.send(("failed", f"training failed ({type(e).__name__}: {e})", None))


class Training:
    """The training of a service: at most one runs, and its result waits for a decision."""

    def __init__(self) -> None:
        self.status = Status()
        self.model: ModelFile | None = None
        self._process: Any = None
        self._changed = asyncio.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def is_running(self) -> bool:
        """Whether one runs."""
        return self.status.state == "running"

    def start(self, job: TrainingJob) -> None:
        """Start a training; `is_running` must be false. To be called in the event loop."""
        self._loop = asyncio.get_running_loop()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        self._process = context.Process(
            target=run_training, args=(theirs, os.getpid(), job), name="classify training"
        )
        self.model = None
        self.status = Status("running", "starting", 0.0, _now())
        self._process.start()
        theirs.close()
        threading.Thread(target=self._follow, args=(ours, self._process), daemon=True).start()

    def _follow(self, connection: Connection, process: Any) -> None:
        """Pass on what the process reports; runs in a thread."""
        message: tuple[Any, ...]
        assert self._loop is not None
        while True:
            try:
                message = connection.recv()
            except (EOFError, OSError):
                message = ("failed", "the training was ended; start it again", None)
            with suppress(RuntimeError):  # the service is ending
                self._loop.call_soon_threadsafe(self._take, process, message)
            if message[0] != "progress":
                break
        process.join()
        connection.close()

    def _take(self, process: Any, message: tuple[Any, ...]) -> None:
        if process is not self._process or not self.is_running:
            return
        kind, first, second = message
        if kind == "progress":
            self.status = replace(self.status, step=first, share=round(second, 3))
        elif kind == "done":
            self.model = first
            self.status = replace(
                self.status, state="ready", step="done", share=1.0, finished=_now(), result=second
            )
        else:
            self.status = replace(self.status, state="failed", finished=_now(), message=first)
        self._wake()

    def decide(self, state: State) -> None:
        """Note what became of the result: ``accepted`` or ``discarded``; or that it is ``cancelled``."""
        self.status = replace(self.status, state=state, finished=_now())
        if state == "cancelled":
            self.close()
        self.model = None
        self._wake()

    def _wake(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        task.add_done_callback(lambda done: done.exception())

    async def events(self) -> AsyncIterator[Status]:
        """Yield the status now and at every change, until nothing runs; the same again where nothing changes."""
        while True:
            status = self.status
            yield status
            if status.state != "running":
                return
            async with self._changed:
                if self.status is status:
                    with suppress(asyncio.TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), KEEPALIVE_SECONDS)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
