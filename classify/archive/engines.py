"""Units to workers, results back in order, and what happens when a worker is lost.

The work goes through joblib (its own processes, or what `joblib.parallel_config` says: ray, spark, dask) or
through a client of a dask scheduler. Either way a bounded number of units is out at any time, counted from
being read to being written: neither a slow disk nor one slow unit lets finished shards pile up in memory.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from classify.archive.worker import Job, Result, joined, lost, ready, work
from classify.errors import InputError, ModelError, SegmenterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from classify.archive.units import Unit

__all__ = ["on_dask", "on_joblib", "ready_on_dask", "ready_on_joblib"]

AHEAD = 4
"""Units out for each worker at most: one in work, one in waiting, others done before their turn."""
ALONE = 2
"""How often a worker must die of a page done alone, after one died of it in company, until the page is blamed:
workers are also killed by others, such as a system that runs out of memory."""
RETRIES = 3
"""How often dask does a unit again after an error; of how many deaths is for the scheduler to say."""


def ready_on_joblib(job: Job, workers: int | None) -> Job:
    """Let workers load the model, which shows that it is a good one; return `job` with their segmenter.

    This process then loads neither, and is 45 MB smaller.

    Raises `ClassifyError` where the model is damaged, or workers haven't the same installed.
    """
    from joblib import Parallel, delayed, effective_n_jobs
    from joblib.externals.loky.process_executor import BrokenProcessPool

    n = effective_n_jobs(workers)
    try:
        names = set(
            Parallel(n_jobs=workers, batch_size=1)(delayed(ready)(job, os.getpid()) for _ in range(n))
        )
    except BrokenProcessPool:
        raise ModelError(f"{job.model}: a worker died loading it; it may need more memory") from None
    if len(names) > 1:
        raise SegmenterError(
            f"workers cut words with {' and '.join(sorted(names))}; install the same everywhere"
        )
    return replace(job, segmenter=names.pop())


def ready_on_dask(job: Job) -> Job:
    """Load the model here, before it is sent to workers; return `job` with the segmenter of this process."""
    return replace(job, segmenter=ready(job))


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


def on_joblib(units: Iterator[Unit], job: Job, workers: int | None) -> Iterator[tuple[Unit, Result]]:
    """Yield the units in order with their results.

    When a worker dies, nobody knows of which of the units that were out. They are done again, one at a time.
    """
    from joblib import Parallel, delayed, effective_n_jobs
    from joblib.externals.loky.process_executor import BrokenProcessPool
    from joblib.parallel import get_active_backend

    def alone(unit: Unit) -> Result:
        (result,) = Parallel(n_jobs=max(2, workers or 2))([delayed(work)(job, unit)])
        return cast("Result", result)

    # ray's and spark's give lists only: then a window of units is a list.
    return_as = "generator" if get_active_backend()[0].supports_return_generator else "list"
    most = AHEAD * effective_n_jobs(workers)
    while True:
        with Parallel(n_jobs=workers, return_as=return_as, batch_size=1, pre_dispatch="2*n_jobs") as parallel:
            window = _Window(units, most)
            try:
                while not window.exhausted:
                    for result in parallel(delayed(work)(job, unit) for unit in window):
                        yield window.out.popleft(), result
                return
            except BrokenProcessPool:
                pass
        for unit in window.out:
            yield unit, _survived(unit, alone, BrokenProcessPool, ALONE)


def _survived(unit: Unit, alone: Callable[[Unit], Result], died: type[Exception], tries: int) -> Result:
    """Return the result of a unit that was out when a worker died, and of which perhaps it did.

    Where a worker dies again, its pieces are done one by one; one of which workers die `tries` times is a
    failure.
    """
    for _ in range(tries if len(unit.pieces) == 1 else 1):
        try:
            return alone(unit)
        except died:
            pass
    if len(unit.pieces) == 1:
        return lost(unit.pieces[0], "a worker died of it; it may need more memory than there is")
    return joined([_survived(replace(unit, pieces=(p,)), alone, died, tries) for p in unit.pieces])


def on_dask(units: Iterator[Unit], job: Job, scheduler: str) -> Iterator[tuple[Unit, Result]]:
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
        shared: Any = client.submit(bytes, Path(job.model).read_bytes(), pure=False)
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
                result = _survived(unit, alone, dask.KilledWorker, 1)  # it has tried several times itself
            except (dask.CancelledError, OSError) as e:
                why = " ".join(str(e).split()) or type(e).__name__
                raise InputError(f"{scheduler}: the scheduler was lost ({why}); run the same again") from None
            yield unit, result
