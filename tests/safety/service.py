"""The service, killed, filled up and attacked: what it has acknowledged is there, and it goes on.

A service runs as ``classify serve`` in a process of its own. It is killed with its workers at random moments while a
client corrects; the database is then opened and compared with the answers that the client had. Hostile requests go over
plain sockets, since clients of HTTP would not send them; after each the service must answer an honest request.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from classify.corrections import Correction, CorrectionFilter, CorrectionStore
from classify.errors import CorrectionError
from classify.output.json import article_object
from classify.records import Article
from tests.safety.tried import ROOT, Tried

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECTIONS = ("business", "forestry", "governance", "other", "policing")


@contextmanager
def running(database: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a service on a free port; yield its process and the port, and end it with its workers."""
    command = [
        sys.executable, "-m", "classify.cli", "serve", "--port", "0", "--workers", "1", "--corrections",
        str(database), *options,
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stderr is not None
        told = process.stderr.readline()
        address = re.search(r":(\d+)/", told)
        if address is None:
            raise RuntimeError(f"the service did not start: {told}{process.stderr.read()}")
        port = int(address[1])
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield process, port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ask(port: int, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Return status and JSON of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def correction(number: int) -> dict[str, Any]:
    """Return a correction of an article that nobody has corrected."""
    article = article_object(
        Article(f"水库第{number}次蓄水", body="石泉水库蓄水。" * 20), file="p.txt", number=1
    )
    return {
        "kind": "section", "article": dict(article), "section": SECTIONS[number % 5], "version": 0,
    }  # fmt: skip


def run_service_kills(folder: Path, kills: int, *, seed: int = 0) -> Tried:
    """Kill the service while corrections arrive; every one that was acknowledged must be in the database."""
    tried = Tried("services killed")
    rng = random.Random(seed)
    database = folder / "c.sqlite"
    acknowledged: list[dict[str, Any]] = []
    number = 0
    for kill in range(kills):
        with running(database) as (process, port):
            timer = threading.Timer(rng.uniform(0.0, 1.0), lambda p=process: os.killpg(p.pid, signal.SIGKILL))
            with suppress(OSError, http.client.HTTPException, ValueError):
                while True:
                    number += 1
                    status, answer = ask(port, "POST", "/v1/corrections", correction(number))
                    if status == 201:
                        acknowledged.append(answer)
                    if timer.ident is None:
                        timer.start()
            timer.join()
        tried.note(f"kill {kill}, {len(acknowledged)} acknowledged", _lost(database, acknowledged))
    if len(acknowledged) < kills:
        tried.failures.append(f"only {len(acknowledged)} corrections were acknowledged in {kills} runs")
    return tried


def _lost(database: Path, acknowledged: list[dict[str, Any]]) -> str:
    """Return what is missing of a database, or damaged; empty where nothing is."""
    with CorrectionStore(database) as store:
        (sound,) = store._db.execute("PRAGMA integrity_check").fetchone()
        kept = {c.id: c.to_dict() for c in store.stream()}
    if sound != "ok":
        return f"the database is damaged: {sound}"
    missing = [row["id"] for row in acknowledged if kept.get(row["id"]) != row]
    return f"corrections {missing[:5]} are missing or changed" if missing else ""


def run_service_writers(folder: Path, writes: int) -> Tried:
    """Let two services with one database correct the same articles: no version is given twice."""
    tried = Tried("two services, one database")
    database = folder / "c.sqlite"
    with running(database) as (_, one), running(database) as (_, two):
        answers: list[tuple[int, int]] = []

        def write(port: int, section: str) -> None:
            for k in range(writes):
                body = correction(k % 5) | {"section": section}
                status, answer = ask(port, "POST", "/v1/corrections", body)
                while status == 409:  # as a person does who has looked at it
                    status, answer = ask(
                        port, "POST", "/v1/corrections", body | {"version": answer["version"]}
                    )
                answers.append((status, answer.get("id", 0)))

        threads = [
            threading.Thread(target=write, args=pair) for pair in ((one, "forestry"), (two, "policing"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with CorrectionStore(database) as store:
        rows = list(store.stream())
    for status, id in answers:
        kept = sum(row.id == id for row in rows)
        tried.note(f"correction {id}", "" if (status, kept) == (201, 1) else f"status {status}, {kept} rows")
    pairs = [(row.text_sha256, row.version) for row in rows]
    if len(set(pairs)) != len(pairs) or len(rows) != len(answers):
        tried.failures.append("a version was given twice, or a correction is missing")
    return tried


def run_service_full_disk(folder: Path, limits: int) -> Tried:
    """Fill the database to each of many sizes: a correction is kept whole, or refused and not there at all."""
    tried = Tried("database full, at each size")
    for extra in range(limits):
        path = folder / f"c{extra}.sqlite"
        with CorrectionStore(path) as store:
            (pages,) = store._db.execute("PRAGMA page_count").fetchone()
            store._db.execute(f"PRAGMA max_page_count = {pages + extra}")
            kept = []
            fault = "was never full"
            for k in range(2_000):
                made = Correction.of_section(f"水库{k}", "蓄水。" * (50 * (k % 7) + 1), "forestry")
                try:
                    kept.append(store.add(made, version=0))
                except CorrectionError as e:
                    fault = "" if "make room" in str(e) else str(e)
                    break
            store._db.execute(f"PRAGMA max_page_count = {pages + extra + 100}")
            if (
                not fault
                and store.add(Correction.of_section("水库", "蓄水。", "forestry"), version=0).version != 1
            ):
                fault = "does not go on when there is room"
        with CorrectionStore(path) as store:
            found = list(store.stream())
            if found[:-1] != kept or store.count(CorrectionFilter()) != len(kept) + 1:
                fault = f"{len(found)} rows of {len(kept) + 1}"
        tried.note(f"{extra} pages", fault)
    return tried


def hostile_requests(seed: int, random_ones: int) -> list[tuple[str, bytes, tuple[int, ...]]]:
    """Return requests, each with its name and the statuses that are right; 0: the connection is closed."""
    host = b"Host: 127.0.0.1\r\n"
    kind, form = b"Content-Type: application/json\r\n", b"Content-Type: multipart/form-data"

    def post(path: str, body: bytes, *more: bytes) -> bytes:
        head = b"POST " + path.encode() + b" HTTP/1.1\r\n" + host + b"".join(more)
        return head + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body

    requests = [
        ("wrong Host", b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", (421,)),
        ("two Hosts", b"GET /healthz HTTP/1.1\r\n" + host + host + b"\r\n", (421, 400)),
        ("no Host", b"GET /healthz HTTP/1.1\r\n\r\n", (421, 400)),
        ("wrong Origin", post("/v1/sections", b'{"text":"a"}', kind, b"Origin: http://evil.example\r\n"), (403,)),
        ("null Origin", post("/v1/sections", b'{"text":"a"}', kind, b"Origin: null\r\n"), (403,)),
        ("huge length", post("/v1/pages", b"", b"Content-Length: 99999999999\r\n"), (413, 400)),
        ("length that is no number", post("/v1/pages", b"", b"Content-Length: x\r\n"), (400,)),
        ("negative length", b"POST /v1/pages HTTP/1.1\r\n" + host + b"Content-Length: -1\r\n\r\n", (400,)),
        ("huge header", b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 200_000 + b"\r\n\r\n", (400, 404, 431, 0)),
        ("many headers", b"GET / HTTP/1.1\r\n" + host + b"X: a\r\n" * 20_000 + b"\r\n", (400, 431, 0)),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (400, 0)),
        ("broken chunk", b"POST /v1/pages HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", (400, 0)),
        ("deep JSON", post("/v1/sections", b"[" * 500_000, kind), (400,)),
        ("deep JSON in a typed body", post("/v1/corrections", b'{"a":' * 300_000, kind), (400, 422)),
        ("large number", post("/v1/corrections/1/undo", b'{"version": 1' + b"0" * 4000 + b"}", kind), (400, 404, 422)),
        ("NaN", post("/v1/summaries", b'{"text": "a", "sentences": NaN}', kind), (400,)),
        ("lone surrogates", post("/v1/sections", b'{"text": "\\ud800"}', kind), (200,)),
        ("bad UTF-8", post("/v1/sections", b'{"text": "\xff"}', kind), (400,)),
        ("path upwards", b"GET /web/../../../etc/passwd HTTP/1.1\r\n" + host + b"\r\n", (404,)),
        ("NUL in a path", b"GET /web/%00 HTTP/1.1\r\n" + host + b"\r\n", (404,)),
        ("smuggling", post("/v1/pages", b"a", b"Transfer-Encoding: chunked\r\n"), (400, 408, 0)),
        ("form without end", post("/v1/pages", b"--x\r\n" * 9, form + b"; boundary=x\r\n"), (400, 422)),
        ("form without boundary", post("/v1/pages", b"a", form + b"\r\n"), (400,)),
        ("model path", post("/v1/sections?model=/etc/passwd", b'{"text":"a"}', kind), (200,)),
        ("broken PDF", post("/v1/pages", b"%PDF-1.7\n" + b"\x00" * 999), (400,)),
        ("XML bomb", post("/v1/pages?file=a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><alto>&b;</alto>'), (400,)),
    ]  # fmt: skip
    rng = random.Random(seed)
    good = post("/v1/sections", b'{"text": "a"}', kind)
    for k in range(random_ones):
        data = bytearray(good)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        requests.append((f"changed bytes {k}", bytes(data), ()))
    return requests


def run_hostile_requests(folder: Path, random_ones: int) -> Tried:
    """Send requests that no honest client sends; none gives a traceback or 500, and the service goes on."""
    tried = Tried("hostile requests")
    with running(folder / "c.sqlite") as (process, port):
        for name, data, right in hostile_requests(0, random_ones):
            status, answer = _raw(port, data, 90 if right else 3)
            fault = ""
            if (right and status not in right) or status >= 500:
                fault = f"status {status}"
            elif b"Traceback" in answer:
                fault = "a traceback"
            elif process.poll() is not None or ask(port, "GET", "/healthz")[0] != 200:
                fault = "the service ended"
            tried.note(name, fault)
        slow = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(50)]
        for one in slow:
            one.sendall(b"POST /v1/pages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\na")
        begun = time.monotonic()
        status, _ = ask(port, "POST", "/v1/sections", {"text": "a"})
        waited = time.monotonic() - begun
        tried.note(
            "fifty clients that stop inside a body",
            "" if status == 200 and waited < 30 else f"{waited:.0f} s",
        )
        for one in slow:
            one.close()
    return tried


def _raw(port: int, data: bytes, seconds: float) -> tuple[int, bytes]:
    """Send bytes and return the status and the answer; 0 where none came in time."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), seconds) as connection, suppress(OSError):
        connection.sendall(data)
        # The answer is whole at its length; what is half a request is answered after a while, or never.
        while block := connection.recv(2**16):
            answer += block
            length = re.search(rb"content-length: (\d+)\r\n", answer, re.IGNORECASE)
            if length and len(answer.partition(b"\r\n\r\n")[2]) >= int(length[1]):
                break
    found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    return (int(found[1]) if found else 0), answer
