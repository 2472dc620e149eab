"""Worker processes: their time is limited, one that dies is replaced, and requests do not wait without end."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from classify.errors import InputError, ServiceError
from classify.service.reading import Upload
from classify.service.work import TASKS, Worker
from classify.service.workers import OverloadedError, TooLongError, WorkerProcess, Workers

if TYPE_CHECKING:
    from collections.abc import Iterator


class Waiting:
    """A worker that waits until it is told to go on, or is killed."""

    is_running = True

    def __init__(self) -> None:
        self.go, self.killed = threading.Event(), False
        self.did: list[str] = []

    def ask(self, task: str, arguments: tuple[Any, ...]) -> Any:
        self.go.wait(20)
        self.did.append(task)
        if self.killed:
            raise ServiceError("killed")
        return task

    def kill(self) -> None:
        self.killed = True
        self.go.set()

    def close(self) -> None:
        self.go.set()


def test_a_task_that_takes_too_long_is_ended_and_its_worker_used_again() -> None:
    async def run() -> None:
        worker = Waiting()
        workers = Workers(1, 0.05, 8, lambda: worker)
        with pytest.raises(TooLongError, match="took more than"):
            await workers.ask("page")
        worker.killed = False
        assert await workers.ask("view") == "view"
        assert workers.busy == 0
        workers.close()

    asyncio.run(run())


def test_more_requests_than_may_wait_are_refused() -> None:
    async def run() -> None:
        worker = Waiting()
        workers = Workers(1, 20, 1, lambda: worker)
        first = asyncio.create_task(workers.ask("page"))
        second = asyncio.create_task(workers.ask("page"))
        await asyncio.sleep(0.01)
        assert (workers.busy, workers.queued) == (1, 1)
        with pytest.raises(OverloadedError, match="1 requests wait already"):
            await workers.ask("page")
        worker.go.set()
        assert [await first, await second] == ["page", "page"]
        workers.close()

    asyncio.run(run())


def test_a_request_does_not_wait_for_ever() -> None:
    async def run() -> None:
        worker = Waiting()
        workers = Workers(1, 0.05, 8, lambda: worker)
        worker.kill = lambda: None  # type: ignore[method-assign]
        with pytest.raises(TooLongError):
            await workers.ask("page")
        with pytest.raises(OverloadedError, match="busy for too long"):
            await workers.ask("page")
        workers.close()

    asyncio.run(run())


def test_only_idle_workers_are_asked_to_load() -> None:
    async def run() -> None:
        made = [Waiting(), Waiting()]
        rest = iter(made)
        workers = Workers(2, 20, 8, lambda: next(rest))
        busy = asyncio.create_task(workers.ask("page"))
        await asyncio.sleep(0.01)
        made[0].go.set()
        made[1].go.set()
        await workers.ask_idle("load")
        await busy
        assert sorted(task for worker in made for task in worker.did) == ["load", "page"]
        workers.close()

    asyncio.run(run())


@pytest.fixture
def process() -> Iterator[WorkerProcess]:
    made = WorkerProcess()
    yield made
    made.close()


def test_a_process_works_is_lost_and_is_replaced(process: WorkerProcess) -> None:
    assert process.pid is None
    process.kill()
    page = Upload("水库蓄水\n\n石泉水库开始蓄水。".encode(), "p.txt")
    view = process.ask("view", (page, "0" * 64))
    assert next(line["text"] for line in view["pages"][0]["lines"]) == "水库蓄水"
    with pytest.raises(InputError, match=r"p\.pdf"):
        process.ask("view", (Upload(b"%PDF-1.4", "p.pdf"), "0" * 64))
    with pytest.raises(RuntimeError, match="no task"):
        process.ask("close", ())
    first = process.pid
    assert first is not None
    os.kill(first, 9)
    with pytest.raises(ServiceError, match="was ended"):
        process.ask("view", (page, "0" * 64))
    assert process.ask("view", (page, "0" * 64)) == view
    assert process.pid != first


def test_every_task_is_a_method() -> None:
    assert all(callable(getattr(Worker, task)) for task in TASKS)
