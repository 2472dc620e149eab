"""The programs in examples/: each runs, and gives what the library gives."""

from __future__ import annotations

import runpy
import sys
from typing import TYPE_CHECKING, Any

import pytest

from classify import predict_page
from classify.output.json import labelled_object
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = ROOT / "examples"
PAGE = (EXAMPLES / "page.txt").read_bytes()
HEADERS = {"Content-Type": "text/plain"}


def fastapi_client(app: Any) -> Any:
    pytest.importorskip("httpx", reason="the test client of FastAPI needs httpx")
    from fastapi.testclient import TestClient

    client = TestClient(app)
    return lambda body: client.post("/predict", content=body, headers=HEADERS)


def flask_client(app: Any) -> Any:
    client = app.test_client()
    return lambda body: client.post("/predict", data=body, headers=HEADERS)


@pytest.mark.parametrize(("framework", "client"), [("fastapi", fastapi_client), ("flask", flask_client)])
def test_a_web_application(framework: str, client: Callable[[Any], Any]) -> None:
    pytest.importorskip(framework, reason=f"{framework} is not installed, so its example is not run")
    post = client(runpy.run_path(str(EXAMPLES / f"web_{framework}.py"))["app"])
    response = post(PAGE)
    assert response.status_code == 200
    found = response.json() if callable(response.json) else response.json
    items = predict_page(PAGE.decode())
    assert found == [labelled_object(item, file="request", number=n) for n, item in enumerate(items, 1)]
    assert post(b"").status_code in (200, 422)  # FastAPI asks for a body


def test_the_summariser_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["summarise.py", str(EXAMPLES / "page.txt")])
    runpy.run_path(str(EXAMPLES / "summarise.py"))
    *sentences, words = capsys.readouterr().out.splitlines()
    text = PAGE.decode()
    assert len(sentences) == 3
    for line in sentences:
        place, running = line.split(" ", 1)
        start, end = map(int, place.split("–"))
        assert "".join(text[start:end].split()) == "".join(running.split())
    assert len(words.split("，")) == 5
