"""Who may ask, and how much: Host, Origin, token, sizes, slow bodies; and the headers of every answer."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from classify.options import ServiceOptions
from classify.service.guard import CSP, Guard

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from fastapi.testclient import TestClient

    Serving = Callable[..., AbstractContextManager[TestClient]]


@pytest.mark.parametrize("host", ["127.0.0.1:8642", "localhost:1", "localhost", "[::1]:80", "LOCALHOST"])
def test_names_of_this_machine(reader: TestClient, host: str) -> None:
    assert reader.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil:8642", "", "[", "a@b:c"]
)
def test_other_names_are_refused(reader: TestClient, host: str) -> None:
    answer = reader.get("/healthz", headers={"host": host})
    assert (answer.status_code, answer.json()["error"]) == (421, "wrong_host")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "https://127.0.0.1:8642"},
        {"origin": "http://127.0.0.1:8643"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_other_sites_are_refused(reader: TestClient, headers: dict[str, str]) -> None:
    answer = reader.post("/v1/sections", json={"text": "a"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (403, "wrong_origin")


@pytest.mark.parametrize("headers", [{"x": "a" * 40_000}, {f"x{i}": "a" for i in range(20_000)}])
def test_long_heads_are_refused(reader: TestClient, headers: dict[str, str]) -> None:
    answer = reader.get("/healthz", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (431, "head_too_large")


def test_the_own_page_may_ask(reader: TestClient) -> None:
    headers = {"origin": "http://127.0.0.1:8642", "sec-fetch-site": "same-origin"}
    assert reader.post("/v1/sections", json={"text": "a"}, headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/docs", "/docs/docs.js", "/v1/model", "/metrics"])
def test_every_answer_has_the_headers(reader: TestClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.headers["content-security-policy"] == CSP
    assert "unsafe-inline" not in CSP
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "cache-control" in answer.headers


def test_the_documentation_has_no_inline_script_and_loads_nothing_from_elsewhere(reader: TestClient) -> None:
    page = reader.get("/docs").text
    assert "<script>" not in page
    assert "style=" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "innerHTML" not in reader.get("/docs/docs.js").text


@pytest.mark.parametrize(
    "path",
    [
        "/web/../app.py",
        "/web/%2e%2e/app.py",
        "/web/..%2fapp.py",
        "/web/",
        "/web//etc/passwd",
        "/docs/docs.py",
        "/web/%00.js",
    ],
)
def test_no_other_file_is_served(reader: TestClient, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_unknown_addresses_and_methods_are_json(reader: TestClient) -> None:
    assert reader.get("/v1/nowhere").json()["error"] == "not_found"
    answer = reader.put("/v1/pages")
    assert (answer.status_code, answer.json()["error"]) == (405, "wrong_method")
    assert "POST" in answer.headers["allow"]


def test_a_large_body_is_refused_by_its_length_and_by_its_bytes(serving: Serving) -> None:
    with serving(body_bytes=2**20) as client:
        for content in (b"a" * (2**20 + 1), iter([b"a" * 2**19] * 3)):
            answer = client.post("/v1/pages", content=content)
            assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
            assert answer.json()["limit"] == 2**20
        form = client.post("/v1/pages", files={"file": b"a" * 2**20})
        assert form.status_code == 413


def test_a_stream_has_no_limit_but_its_lines_have_one(serving: Serving) -> None:
    stream = {"content-type": "application/x-ndjson"}
    with serving(body_bytes=2**12, record_bytes=2**11) as client:
        many = client.post("/v1/sections", content=iter([b'{"text": "a"}\n'] * 100), headers=stream)
        assert len(many.text.splitlines()) == 100
        long = client.post("/v1/sections", content=iter([b'{"text": "', b"a" * 2**12]), headers=stream)
        assert '"too_large"' in long.text


def test_a_bomb_is_refused_while_it_is_unpacked(serving: Serving) -> None:
    import gzip

    with serving(body_bytes=2**20) as client:
        answer = client.post("/v1/pages?file=a.txt.gz", content=gzip.compress(b"\n" * 2**24))
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_input")
        assert "larger than 1 MiB" in answer.json()["message"]


def test_a_silent_client_is_not_waited_for() -> None:
    """The guard gives up; what reads the body gets the refusal."""
    refused: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await receive()
        except Exception as e:
            refused.append(e)

    async def never() -> Any:
        await asyncio.Event().wait()

    async def sent(message: Any) -> None:
        raise AssertionError

    options = ServiceOptions(body_seconds=0.01)
    scope = {
        "type": "http", "method": "POST", "path": "/v1/pages", "scheme": "http",
        "headers": [(b"host", b"localhost")],
    }  # fmt: skip
    asyncio.run(Guard(app, options, lambda *seen: None)(scope, never, sent))
    assert [(e.status_code, e.code) for e in refused] == [(408, "too_slow")]


def test_websockets_are_closed(reader: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), reader.websocket_connect("/v1/pages"):
        pass


def test_a_token_is_asked_for_where_others_can_reach_the_service(serving: Serving) -> None:
    with pytest.raises(ValueError, match="give a token, too"):
        ServiceOptions(host="0.0.0.0")
    with serving(host="0.0.0.0", token="wood") as client:
        assert client.get("/v1/model").json()["error"] == "token_missing"
        assert client.get("/metrics").status_code == 401
        assert client.get("/healthz").json()["token"] is True
        assert client.get("/docs").status_code == 200
        for header, status in (
            ("Bearer wood", 200),
            ("Bearer iron", 403),
            ("Basic wood", 401),
            ("Bearer ", 401),
        ):
            assert client.get("/v1/model", headers={"authorization": header}).status_code == status
        assert client.get("/v1/model", headers={"host": "news.example"}).status_code == 401
        assert client.get("/v1/model", headers={"host": ""}).status_code == 421


def test_a_browser_sends_the_token_once(serving: Serving) -> None:
    with serving(token="wood") as client:
        assert client.post("/v1/session", json={"token": "iron"}).json()["error"] == "token_wrong"
        assert client.get("/v1/model").status_code == 401
        answer = client.post("/v1/session", json={"token": "wood"})
        assert answer.status_code == 204
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert client.get("/v1/model").status_code == 200
        client.delete("/v1/session")
        assert client.get("/v1/model").status_code == 401
        assert client.get("/v1/model", headers={"cookie": "classify_token=\x01;;=;"}).status_code in (
            401,
            403,
        )


def test_without_a_token_a_session_is_empty(reader: TestClient) -> None:
    assert reader.post("/v1/session", json={"token": ""}).status_code == 204
    assert reader.post("/v1/session", json={"token": "a"}).status_code == 403


def test_a_port_in_use_is_told() -> None:
    from classify.errors import ServiceError
    from classify.service.run import _listen

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServiceError, match="give another --port"):
            _listen("127.0.0.1", taken.getsockname()[1])
    _listen("127.0.0.1", 0).close()
