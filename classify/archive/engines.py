"""Units to workers, shards back in order, and what happens when a worker is lost.

The work goes through joblib (its own processes, or what `joblib.parallel_config` says: ray, spark, dask) or through a
client of a dask scheduler. Either way a bounded number of units is out at any time, counted from being read to being
written: neither a slow disk nor one slow unit lets finished shards fill the memory.

A worker may die of a page (a crash in a library, memory that is used up), or be killed from outside. Which unit it died
of is not known. So the units that were out are done again one at a time, then part by part, and a part is recorded as
failed only when workers died of it several times.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from classify.archive.shards import Shard, failed_shard, join_shards
from classify.archive.worker import make_shard, prepare
from classify.errors import InputError, ModelError, SegmenterError
from classify.processes import end_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from classify.archive.job import Job
    from classify.archive.units import WorkUnit

__all__ = ["prepare_dask", "prepare_joblib", "run_on_dask", "run_on_joblib"]

UNITS_OUT = 4
"""Units out for each worker at most (chosen): one in work, one waiting, others done before their turn."""
ANSWER_SECONDS = 5.0
"""Seconds to wait for an answer from the address of a scheduler; chosen."""
MEMORY_OUT = 2**28
"""Bytes of memory for each worker that units out may need by `WorkUnit.cost`; a unit that needs more goes out alone.
Chosen: four units of usual pages need 80 MB."""
DEATHS = 2
"""How many workers must die of a part done alone, after one died of it together with others, until the part is recorded
as failed (chosen): workers are also killed from outside, as by a system that runs out of memory."""


def prepare_joblib(job: Job, workers: int | None) -> Job:
    """Let the workers of joblib load the model, and return the job with their word segmenter.

    This process loads neither model nor segmenter, and needs 45 MB less.

    Parameters
    ----------
    job : Job
        Without a segmenter.
    workers : int or None
        See `ArchiveOptions`.

    Raises
    ------
    ClassifyError
        The model is damaged, or workers have different versions or segmenters.
    """
    from joblib import Parallel, delayed, effective_n_jobs
    from joblib.externals.loky.process_executor import BrokenProcessPool

    n = effective_n_jobs(workers)
    try:
        names = set(
            Parallel(n_jobs=workers, batch_size=1, **_watch())(delayed(prepare)(job) for _ in range(n))
        )
    except BrokenProcessPool:
        raise ModelError(f"{job.model}: a worker died loading it; it may need more memory") from None
    if len(names) > 1:
        raise SegmenterError(
            f"workers cut words with {' and '.join(sorted(names))}; install the same everywhere"
        )
    return replace(job, segmenter=names.pop())


def prepare_dask(job: Job) -> Job:
    """Load the model in this process, before it is sent to workers, and return the job with the segmenter found here.

    Raises
    ------
    ClassifyError
        The model is damaged.
    """
    return replace(job, segmenter=prepare(job))


def _watch() -> dict[str, Any]:
    """Return what lets joblib's own worker processes end with this process; those of other backends are not ours."""
    from joblib._parallel_backends import LokyBackend
    from joblib.parallel import get_active_backend

    if not isinstance(get_active_backend()[0], LokyBackend):
        return {}
    return {"initializer": end_with, "initargs": (os.getpid(),)}


class _Window:
    """Units as they are handed out, and those that are not written yet.

    The iteration ends when `most` units are out, or the next one would make those out cost more than `memory`, and can
    be started again later. It may not wait for room instead: joblib draws the next unit from the thread that brings
    results.
    """

    def __init__(self, units: Iterable[WorkUnit], most: int, memory: int) -> None:
        self._units = iter(units)
        self.most = most
        self.memory = memory
        self._next: WorkUnit | None = None
        self.out: deque[WorkUnit] = deque()
        self.exhausted = False

    def __iter__(self) -> Iterator[WorkUnit]:
        while len(self.out) < self.most:
            unit = self._next = self._next or next(self._units, None)
            if unit is None:
                self.exhausted = True
                return
            if self.out and sum(one.cost for one in (*self.out, unit)) > self.memory:
                return
            self._next = None
            self.out.append(unit)
            yield unit


def run_on_joblib(
    units: Iterator[WorkUnit], job: Job, workers: int | None
) -> Iterator[tuple[WorkUnit, Shard]]:
    """Yield the units with their shards, in order, from workers of joblib.

    Parameters
    ----------
    units : iterator of WorkUnit
        Drawn as they are needed.
    job : Job
    workers : int or None
        See `ArchiveOptions`.
    """
    from joblib import Parallel, delayed, effective_n_jobs
    from joblib.externals.loky.process_executor import BrokenProcessPool
    from joblib.parallel import get_active_backend

    def make_alone(unit: WorkUnit) -> Shard:
        # Two workers at least: with one, joblib does the work in this process.
        (shard,) = Parallel(n_jobs=max(2, workers or 2), **_watch())([delayed(make_shard)(job, unit)])
        return cast("Shard", shard)

    # The backends of ray and spark return lists only: then a window of units is a list.
    return_as = "generator" if get_active_backend()[0].supports_return_generator else "list"
    n = effective_n_jobs(workers)
    window = _Window(units, UNITS_OUT * n, MEMORY_OUT * n)
    while True:
        with Parallel(
            n_jobs=workers, return_as=return_as, batch_size=1, pre_dispatch="2*n_jobs", **_watch()
        ) as parallel:
            try:
                while not window.exhausted:
                    for shard in parallel(delayed(make_shard)(job, unit) for unit in window):
                        yield window.out.popleft(), shard
                return
            except BrokenProcessPool:
                pass
        while window.out:
            unit = window.out.popleft()
            yield unit, _retried(unit, make_alone, BrokenProcessPool, DEATHS, job.format)


def _retried(
    unit: WorkUnit,
    make_alone: Callable[[WorkUnit], Shard],
    died: type[Exception],
    tries: int,
    format: str = "jsonl",
) -> Shard:
    """Return the shard of a unit that was out when a worker died.

    Where a worker dies again, the parts of the unit are done one by one; a part of which workers die `tries` times is
    recorded as failed.
    """
    for _ in range(tries if len(unit.parts) == 1 else 1):
        try:
            return make_alone(unit)
        except died:
            pass
    if len(unit.parts) == 1:
        return failed_shard(
            unit.parts[0], "a worker died of it; it may need more memory than there is", format
        )
    return join_shards(
        [_retried(replace(unit, parts=(p,)), make_alone, died, tries, format) for p in unit.parts], format
    )


def _check_address(scheduler: str) -> None:
    """Raise `InputError` where nothing listens at the address; dask would try it for long, and log what it tries."""
    address = urlsplit(scheduler)
    try:
        if not address.hostname or not address.port:
            raise OSError("no host and port in it")
        socket.create_connection((address.hostname, address.port), timeout=ANSWER_SECONDS).close()
    except (OSError, ValueError) as e:
        raise InputError(
            f"{scheduler}: no dask scheduler answers ({e}); give its address, such as tcp://host:8786"
        ) from None


def run_on_dask(units: Iterator[WorkUnit], job: Job, scheduler: str) -> Iterator[tuple[WorkUnit, Shard]]:
    """Yield the units with their shards, in order, from workers of a dask scheduler.

    What a lost worker had, dask gives to another one.

    Parameters
    ----------
    units : iterator of WorkUnit
        Drawn as they are needed.
    job : Job
    scheduler : str
        Its address, ``tcp://host:8786``.

    Raises
    ------
    InputError
        dask is not installed, or the scheduler does not answer or is lost.
    """
    try:
        dask: Any = import_module("distributed")
    except ImportError:
        raise InputError("dask needs dask.distributed; run `pip install 'classify-zh[cluster]'`") from None
    _check_address(scheduler)
    try:
        # A client with a wrong address prints a traceback of its own when it is thrown away: look at the address first.
        dask.comm.get_address_host_port(scheduler)
        client: Any = dask.Client(scheduler, set_as_default=False, timeout="10s")
    except (OSError, ValueError) as e:
        why = " ".join(str(e).split())
        raise InputError(f"{scheduler}: no dask scheduler answers ({why}); check the address") from None
    with client:
        # The model is the result of a task and not scattered data: dask makes it again where the worker that had it
        # is lost.
        model: Any = client.submit(bytes, Path(job.model).read_bytes(), pure=False)
        window, futures = _Window(units, 0, 0), deque[Any]()

        def send(unit: WorkUnit) -> Any:
            # After an error a unit is tried three times (chosen); the scheduler decides how often after a death.
            return client.submit(make_shard, job, unit, model, pure=False, retries=3)

        def make_alone(unit: WorkUnit) -> Shard:
            return cast("Shard", send(unit).result())

        while True:
            n = max(1, sum(client.nthreads().values()))
            window.most, window.memory = UNITS_OUT * n, MEMORY_OUT * n
            futures.extend(map(send, window))
            if not futures:
                return
            unit, future = window.out.popleft(), futures.popleft()
            try:
                shard = future.result()
            except dask.KilledWorker:
                shard = _retried(
                    unit, make_alone, dask.KilledWorker, 1, job.format
                )  # dask has tried several times itself
            except (dask.CancelledError, OSError) as e:
                why = " ".join(str(e).split()) or type(e).__name__
                raise InputError(f"{scheduler}: the scheduler was lost ({why}); run the same again") from None
            yield unit, shard
