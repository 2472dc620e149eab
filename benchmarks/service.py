"""The service under load: sixteen clients, beside a bare FastAPI echo and beside the same work by the library.

Each client has a connection of its own and sends its next request when it has the answer. The clients are one process
that writes prepared bytes to sockets and reads answers: a client library would take more of the cores than the service.
All share the machine, so that clients, server and workers compete; the echo tells what the transport alone takes here.

The service is ``classify serve`` with two workers; the library is `Pipeline.predict_page` and `predict_records` in one
process. Memory is the PSS of the service and its workers, after the first tenth of the requests and at the end.
What depends on time has wide floors; errors and the growth of memory have narrow ones.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.harness import Section, family, memory, seconds, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["measure"]

ROOT = Path(__file__).parents[1]
CLIENTS = 16
WORKERS = 2
SECONDS, QUICK_SECONDS = 60.0, 5.0
"""How long each load lasts."""
REQUESTS, QUICK_REQUESTS = 20_000, 500
"""Requests over which memory is looked at."""

ECHO = """
import socket, uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response
app = FastAPI()
@app.post("/echo")
async def echo(request: Request) -> Response:
    return Response(await request.body(), media_type="application/json")
listener = socket.create_server(("127.0.0.1", 0))
print(f"http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])
"""


class Load(NamedTuple):
    """What clients saw: seconds of each request, errors, and how long all of it lasted."""

    times: list[float]
    errors: int
    lasted: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.lasted

    def percentile(self, share: float) -> float:
        """Return the time within which this share of the requests was answered, in milliseconds."""
        return 1000 * sorted(self.times)[min(len(self.times) - 1, int(share * len(self.times)))]


def measure(*, quick: bool, runs: int) -> Section:
    """Load the service with pages and with articles."""
    lasts = QUICK_SECONDS if quick else SECONDS
    page = (ROOT / "examples" / "page.txt").read_bytes()
    record = {"title": "林场造林忙", "text": "云港市林场近日造林两千亩，春季任务过半。" * 20}
    article = json.dumps(record, ensure_ascii=False).encode()
    rows, figures = [], {}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "classify.cli", "serve", "--port", "0", "--workers", str(WORKERS)]
        with serving([*command, "--corrections", f"{folder}/c.sqlite"]) as (process, port):
            loads = {}
            for name, path, body in (
                ("page", "/v1/pages", page),
                ("article", "/v1/articles", article),
            ):
                asyncio.run(load(port, path, body, seconds=1.0))  # workers load what they need
                loads[name] = asyncio.run(load(port, path, body, seconds=lasts))
            n = QUICK_REQUESTS if quick else REQUESTS
            asyncio.run(load(port, "/v1/articles", article, requests=n // 10))
            early = _pss(process.pid)
            more = asyncio.run(load(port, "/v1/articles", article, requests=n - n // 10))
            late = _pss(process.pid)
    with serving([sys.executable, "-c", ECHO]) as (_, port):
        for name, body in (("page", page), ("article", article)):
            loads[f"{name}, echo"] = asyncio.run(load(port, "/echo", body, seconds=lasts))
    for name, found in loads.items():
        rows.append(
            [
                name,
                f"{found.rate:.0f}",
                f"{found.percentile(0.5):.1f}",
                f"{found.percentile(0.99):.1f}",
                found.errors,
            ]
        )
    for name, work in _library(page, record):
        work()
        each = statistics.median(seconds(work) for _ in range(max(5, runs)))
        rows.append([f"{name}, library in one process", f"{1 / each:.0f}", f"{1000 * each:.1f}", "", ""])
        figures |= {
            f"service.{name}_library_ratio": loads[name].rate * each,
            f"service.{name}_echo_ratio": loads[name].rate / loads[f"{name}, echo"].rate,
            f"service.{name}_per_second": loads[name].rate,
            f"service.ms_50_{name}": loads[name].percentile(0.5),
            f"service.ms_99_{name}": loads[name].percentile(0.99),
        }
    errors = more.errors + sum(found.errors for found in loads.values())
    figures |= {"service.errors": float(errors), "service.memory_growth": late / early}
    text = (
        f"{CLIENTS} clients for {lasts:.0f} s, {WORKERS} workers; a page is examples/page.txt (7 articles), an "
        f"article has {len(record['text'])} characters. Memory of all processes after {n // 10:,} and {n:,} requests: "
        f"{early:.0f} and {late:.0f} MB.\n\n"
        + table(["", "requests/s", "p50, ms", "p99, ms", "errors"], rows)
    )
    return Section("The service", text, figures)


def _library(page: bytes, record: dict[str, str]) -> list[tuple[str, Callable[[], object]]]:
    from classify import Pipeline

    pipeline, text = Pipeline(), page.decode()
    return [
        ("page", lambda: pipeline.predict_page(text)),
        ("article", lambda: pipeline.predict_records([record])),
    ]


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a server that prints its address; yield it with its port."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        address = re.search(r":(\d+)/", process.stdout.readline())
        if address is None:
            raise RuntimeError(f"{command[0]} did not start: {process.stdout.read()}")
        yield process, int(address[1])
    finally:
        process.terminate()
        process.wait(30)


async def load(
    port: int, path: str, body: bytes, *, seconds: float = float("inf"), requests: int = sys.maxsize
) -> Load:
    """Let the clients send requests for some seconds, or some requests."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    data = head.encode() + body
    times: list[float] = []
    errors = 0
    begun = time.perf_counter()
    left = requests

    async def client() -> None:
        nonlocal errors, left
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while left > 0 and time.perf_counter() - begun < seconds:
            left -= 1
            sent = time.perf_counter()
            writer.write(data)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", answer, re.IGNORECASE)
            await reader.readexactly(int(length[1]) if length else 0)
            times.append(time.perf_counter() - sent)
            errors += not answer.startswith(b"HTTP/1.1 200")
        writer.close()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return Load(times, errors, time.perf_counter() - begun)


def _pss(pid: int) -> float:
    return sum(found[0] for one in family(pid) if (found := memory(one)))
