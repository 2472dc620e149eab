"""The processes that do the work of requests: one task each at a time, and an end to it.

`concurrent.futures` cannot end a task that takes too long; here the process of such a task is killed, with the child
that reads PDF files for it, and another one is started when the next task comes. A process that a task kills is
replaced too. `LocalWorker` does the same work in threads of this process, for tests and for small machines.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from classify.errors import InputError, ServiceError
from classify.service.work import TASKS, Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

__all__ = [
    "Asking",
    "LocalWorker",
    "OverloadedError",
    "TooLongError",
    "WorkerProcess",
    "Workers",
    "run_worker",
]

logger = logging.getLogger("classify.service")

START_SECONDS = 60.0
"""Time for a process to start, beside that of its task. Chosen: it takes two seconds, on a very busy machine thirty."""


class OverloadedError(ServiceError):
    """There are too many requests."""


class TooLongError(ServiceError):
    """The work of a request took too long."""


class Asking(Protocol):
    """What `Workers` need of a worker."""

    @property
    def is_running(self) -> bool:
        """Whether it has started; starting takes time that is no task's."""

    def ask(self, task: str, arguments: tuple[Any, ...]) -> Any:
        """Do a task and return its result."""

    def kill(self) -> None:
        """End the task at hand, where that is possible."""

    def close(self) -> None:
        """End the worker."""


class Workers:
    """A few workers, and the requests that wait for one.

    Parameters
    ----------
    count : int
    seconds : float
        Time for a task.
    waiting : int
        Requests that may wait.
    make : callable
        Makes a worker: `WorkerProcess`, or `LocalWorker`.
    """

    def __init__(self, count: int, seconds: float, waiting: int, make: Callable[[], Asking]) -> None:
        self.count, self.busy, self.queued = count, 0, 0
        self._seconds, self._most_waiting = seconds, waiting
        self._all = [make() for _ in range(count)]
        self._free: asyncio.LifoQueue[Asking] = asyncio.LifoQueue()
        for worker in self._all:
            self._free.put_nowait(worker)
        self._threads = ThreadPoolExecutor(count, "worker")

    async def ask(self, task: str, *arguments: Any) -> Any:
        """Return the result of a task of `classify.service.work.Worker`.

        Raises
        ------
        OverloadedError
            Too many requests wait, or it waited too long.
        TooLongError
            The task took too long, and was ended.
        ClassifyError
            What the task raised.
        """
        if self._free.empty() and self.queued >= self._most_waiting:
            raise OverloadedError(f"{self.queued} requests wait already; try again in a second")
        self.queued += 1
        try:
            worker = await asyncio.wait_for(self._free.get(), self._seconds)
        except asyncio.TimeoutError:
            raise OverloadedError("all workers were busy for too long; try again later") from None
        finally:
            self.queued -= 1
        return await self._run(worker, task, arguments)

    async def ask_idle(self, task: str, *arguments: Any) -> None:
        """Let every worker that has nothing to do do a task, all at the same time.

        Those that are busy are not waited for: a worker loads a model by itself when a request names it.
        """
        idle = [self._free.get_nowait() for _ in range(self._free.qsize())]
        await asyncio.gather(*(self._run(worker, task, arguments) for worker in idle))

    async def _run(self, worker: Asking, task: str, arguments: tuple[Any, ...]) -> Any:
        self.busy += 1
        was_running = worker.is_running
        job = asyncio.get_running_loop().run_in_executor(self._threads, worker.ask, task, arguments)

        def give_back(_: object) -> None:
            self.busy -= 1
            self._free.put_nowait(worker)

        job.add_done_callback(give_back)  # also where the client has gone
        seconds = self._seconds + (0 if was_running else START_SECONDS)
        done, _ = await asyncio.wait({job}, timeout=seconds)
        if not done:
            worker.kill()
            job.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
            raise TooLongError(f"took more than {self._seconds:.0f} seconds; send less at a time")
        return job.result()

    def close(self) -> None:
        """End all workers."""
        for worker in self._all:
            worker.close()
        self._threads.shutdown(wait=False)


class LocalWorker:
    """A worker in this process; `make` makes what does the work."""

    is_running = True

    def __init__(self, make: Callable[[], Worker] = Worker) -> None:
        self._worker = make()

    def ask(self, task: str, arguments: tuple[Any, ...]) -> Any:
        """Do a task; see `Asking`."""
        return _done(self._worker, task, arguments)

    def kill(self) -> None:
        """Do nothing: a thread cannot be ended."""

    def close(self) -> None:
        """End the child that reads PDF files."""
        self._worker.close()


class WorkerProcess:
    """A worker in a process of its own, which is started when it is first asked."""

    def __init__(self) -> None:
        self._process: Any = None
        self._connection: Connection | None = None

    def ask(self, task: str, arguments: tuple[Any, ...]) -> Any:
        """Do a task; see `Asking`. A process that was lost is told, and the next task gets another."""
        connection = self._running()
        try:
            connection.send((task, arguments))
            kind, value = connection.recv()
        except (OSError, EOFError):
            self.kill()
            self._process = None
            raise ServiceError(
                "the process that did this was ended; send it again, or something smaller"
            ) from None
        if kind == "done":
            return value
        if kind == "refused":
            raise InputError(value)
        raise RuntimeError(value)

    @property
    def is_running(self) -> bool:
        """Whether it has started and not ended."""
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The id of the process, where it runs."""
        return self._process.pid if self._process is not None else None

    def _running(self) -> Connection:
        if not self.is_running:
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            self._process = context.Process(
                target=run_worker, args=(theirs, os.getpid()), name="classify worker", daemon=False
            )
            self._process.start()
            theirs.close()
        assert self._connection is not None
        return self._connection

    def kill(self) -> None:
        """End the process, and the child that reads PDF files for it."""
        process = self._process
        if process is None or process.pid is None:
            return
        with suppress(OSError):  # its group is that of its own session; see `run_worker`
            if os.name == "posix" and os.getpgid(process.pid) == process.pid:
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()

    def close(self) -> None:
        """End the process."""
        self.kill()
        if self._process is not None:
            self._process.join(5)


def run_worker(connection: Connection, parent: int) -> None:
    """Do tasks that come over a connection until it ends; what a `WorkerProcess` runs."""
    from classify.processes import end_with

    end_with(parent)
    if os.name == "posix":
        os.setsid()  # an interrupt of the terminal ends the parent, which ends this
    worker = Worker()
    while True:
        try:
            task, arguments = connection.recv()
        except (EOFError, OSError):
            break
        try:
            answer = ("done", _done(worker, task, arguments))
        except InputError as e:
            answer = ("refused", str(e))
        except Exception as e:
            logger.exception("task %s", task)
            answer = ("failed", f"{type(e).__name__}: {e}")
        connection.send(answer)
    worker.close()


def _done(worker: Worker, task: str, arguments: tuple[Any, ...]) -> Any:
    if task not in TASKS:
        raise ValueError(f"no task {task}")
    return getattr(worker, task)(*arguments)
