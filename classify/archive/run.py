"""A run: units to workers, shards back in order, and what happens when a worker is lost.

The work goes through joblib (its own processes, or what `joblib.parallel_config` says: ray, spark, dask) or
through a client of a dask scheduler. Either way a bounded number of units is out at any time, counted from
being read to being written: neither a slow disk nor one slow unit lets finished shards pile up in memory.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from classify.archive.listing import list_inputs
from classify.archive.shards import Totals, open_folder
from classify.archive.sources import UNIT_BYTES, Unit, cut
from classify.archive.work import Job, Result, joined, lost, work
from classify.errors import InputError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["run_archive"]

AHEAD = 4
"""Units out for each worker at most: one in work, one in waiting, others done before their turn."""
RETRIES = 3
"""How often dask does a unit again after an error; of how many deaths is for the scheduler to say."""
FORMATS = ("jsonl", "jsonl.gz")
BACKENDS = ("processes", "dask")
KINDS = ("auto", "page", "article", "jsonl")


def run_archive(
    paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    model: str | os.PathLike[str] | None = None,
    sha256: str | None = None,
    workers: int | None = None,
    backend: str = "processes",
    scheduler: str | None = None,
    n_sentences: int = 3,
    n_keywords: int = 5,
    kind: str = "auto",
    progress: Callable[[Totals], None] | None = None,
    resume: bool = True,
    format: str = "jsonl",
    unit_bytes: int = UNIT_BYTES,
) -> Totals:
    """Label and summarise all articles of many files, and write them to a folder in shards.

    Called again with the same arguments after it was stopped, in whatever way, it goes on; the folder is then
    the same, byte for byte, as if it had not been stopped. Neither workers nor backend change a byte of it.

    Parameters
    ----------
    paths
        Files, folders and glob patterns: pages (.txt), records (.jsonl, .csv, .parquet), each perhaps .gz or
        .zst, and .zip files of all these. They must not change until the run is done.
    out
        A folder: a new one, an empty one, or one that holds the same run, begun.
    model : path or None
        A model file; the shipped one where there is none.
    sha256
        Refuse the model unless it has this digest.
    workers : int, at least 1, or None
        Processes; None: as many as ``joblib.parallel_config`` says, one (this one) where it says nothing. Not
        looked at with dask, whose scheduler knows its workers.
    backend : "processes" or "dask"
    scheduler
        Address of the dask scheduler, ``tcp://host:8786``. Its workers need this package, and no common disk.
    n_sentences, n_keywords
        How long summaries are and how many keywords there are; with ``n_sentences=0`` neither is made.
    kind : "auto", "page", "article" or "jsonl"
        What the files hold; "auto" goes by their names.
    progress
        Called with the totals so far after each shard.
    resume
        Go on with what the folder holds; otherwise a folder that holds a run is refused.
    format : "jsonl" or "jsonl.gz"
    unit_bytes : int, positive
        Bytes of input in a shard.

    Returns
    -------
    Totals
        Of the whole run, what was done before included. ``failed`` inputs and records are in
        ``failures.jsonl``.

    Raises
    ------
    InputError
        Where the folder is not the run's, or the scheduler doesn't answer.
    ModelError
        Where the model is missing, damaged, or not the one the run was begun with.
    ValueError
        For an option that is none.
    """
    _check(
        workers=workers, backend=backend, scheduler=scheduler, kind=kind, format=format, unit_bytes=unit_bytes
    )
    if n_sentences < 0 or n_keywords < 0:
        raise ValueError(f"n_sentences is {n_sentences}, n_keywords {n_keywords}; give 0 or more")
    job, data = _job(model, sha256, n_sentences, n_keywords, format)
    folder_path = Path(out)
    options = {
        "classify": job.version,
        "model_sha256": job.model_sha256,
        "segmenter": job.segmenter,
        "n_sentences": n_sentences,
        "n_keywords": n_keywords,
        "kind": kind,
        "format": format,
        "unit_bytes": unit_bytes,
    }
    inputs = list_inputs(paths, without=folder_path.resolve())
    with open_folder(folder_path, inputs, options, resume=resume) as folder:
        if folder.finished:
            return folder.totals
        units = cut(
            folder.inputs(), kind=kind, unit_bytes=unit_bytes, number=folder.totals.shards, start=folder.after
        )
        dask = backend == "dask"
        results = _on_dask(units, job, data, str(scheduler)) if dask else _on_joblib(units, job, workers)
        for unit, result in results:
            folder.write(result, unit.after)
            if progress is not None:
                progress(folder.totals)
        folder.finish()
        if progress is not None:
            progress(folder.totals)
        return folder.totals


def _check(
    *, workers: int | None, backend: str, scheduler: str | None, kind: str, format: str, unit_bytes: int
) -> None:
    for name, value, allowed in (
        ("backend", backend, BACKENDS),
        ("kind", kind, KINDS),
        ("format", format, FORMATS),
    ):
        if value not in allowed:
            raise ValueError(f"{name} is {value!r}; give one of {', '.join(allowed)}")
    if workers is not None and workers < 1:
        raise ValueError(f"workers is {workers}; give 1 or more")
    if unit_bytes < 1:
        raise ValueError(f"unit_bytes is {unit_bytes}; give 1 or more")
    if (backend == "dask") != (scheduler is not None):
        raise ValueError("backend 'dask' and scheduler belong together; give both, or neither")


def _job(
    model: str | os.PathLike[str] | None, sha256: str | None, n_sentences: int, n_keywords: int, format: str
) -> tuple[Job, bytes]:
    """Return the job and the model's bytes; the model has been loaded once, so it is a good one."""
    import classify
    from classify.store import load_model, shipped_model
    from classify.text.words import segmenter

    path = Path(model) if model is not None else shipped_model()
    load_model(path, sha256=sha256)
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    job = Job(str(path), digest, classify.__version__, segmenter().name, n_sentences, n_keywords, format)
    return job, data


class _Window:
    """Units as they are handed out, and those that aren't written yet; ends, for now, when these are `most`.

    It may not wait instead: joblib draws the next unit from the thread that brings results.
    """

    def __init__(self, units: Iterable[Unit], most: int) -> None:
        self._units = iter(units)
        self._most = most
        self.out: deque[Unit] = deque()
        self.exhausted = False

    def __iter__(self) -> Iterator[Unit]:
        while len(self.out) < self._most:
            unit = next(self._units, None)
            if unit is None:
                self.exhausted = True
                return
            self.out.append(unit)
            yield unit


def _on_joblib(units: Iterator[Unit], job: Job, workers: int | None) -> Iterator[tuple[Unit, Result]]:
    """Yield the units in order with their results.

    When a worker dies, nobody knows of which of the units that were out. They are done again, one at a time.
    """
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import BrokenProcessPool
    from joblib.parallel import get_active_backend

    def alone(unit: Unit) -> Result:
        (result,) = Parallel(n_jobs=max(2, workers or 2))([delayed(work)(job, unit)])
        return cast("Result", result)

    # ray's and spark's give lists only: then a window of units is a list.
    return_as = "generator" if get_active_backend()[0].supports_return_generator else "list"
    while True:
        with Parallel(n_jobs=workers, return_as=return_as, batch_size=1, pre_dispatch="2*n_jobs") as parallel:
            window = _Window(units, AHEAD * parallel.n_jobs)
            try:
                while not window.exhausted:
                    for result in parallel(delayed(work)(job, unit) for unit in window):
                        yield window.out.popleft(), result
                return
            except BrokenProcessPool:
                pass
        for unit in window.out:
            yield unit, _survived(unit, alone, BrokenProcessPool)


def _survived(unit: Unit, alone: Callable[[Unit], Result], died: type[Exception]) -> Result:
    """Return the result of a unit that was out when a worker died, and of which perhaps it did.

    Where a worker dies again, its pieces are done one by one; those of which workers die are failures.
    """
    try:
        return alone(unit)
    except died:
        if len(unit.pieces) == 1:
            return lost(unit.pieces[0], "a worker died of it; it may need more memory than there is")
        return joined([_survived(replace(unit, pieces=(p,)), alone, died) for p in unit.pieces])


def _on_dask(units: Iterator[Unit], job: Job, model: bytes, scheduler: str) -> Iterator[tuple[Unit, Result]]:
    """Yield the units in order with their results. What a lost worker had, dask gives to another one."""
    try:
        dask: Any = import_module("distributed")
    except ImportError:
        raise InputError("dask needs dask.distributed; run `pip install 'classify-zh[cluster]'`") from None
    try:
        client: Any = dask.Client(scheduler, set_as_default=False, timeout="10s")
    except (OSError, ValueError) as e:
        why = " ".join(str(e).split())
        raise InputError(f"{scheduler}: no dask scheduler answers ({why}); check the address") from None
    with client:
        # A task's result, not scattered data: dask makes it again where the worker that had it is lost.
        shared: Any = client.submit(bytes, model, pure=False)
        out: deque[tuple[Unit, Any]] = deque()

        def send(unit: Unit) -> Any:
            return client.submit(work, job, unit, shared, pure=False, retries=RETRIES)

        def alone(unit: Unit) -> Result:
            return cast("Result", send(unit).result())

        while True:
            most = AHEAD * max(1, sum(client.nthreads().values()))
            out.extend((unit, send(unit)) for unit in islice(units, max(0, most - len(out))))
            if not out:
                return
            unit, future = out.popleft()
            try:
                result = future.result()
            except dask.KilledWorker:
                result = _survived(unit, alone, dask.KilledWorker)
            except (dask.CancelledError, OSError) as e:
                why = " ".join(str(e).split()) or type(e).__name__
                raise InputError(f"{scheduler}: the scheduler was lost ({why}); run the same again") from None
            yield unit, result
