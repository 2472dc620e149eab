"""A service in this process, with workers in threads, and a client of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("fastapi", reason="the extra `serve` is not installed")
pytest.importorskip("httpx", reason="httpx is not installed")

from fastapi.testclient import TestClient

from classify.corrections import CorrectionStore
from classify.options import ServiceOptions
from classify.service.app import create_app
from classify.service.models import ServingModels
from classify.service.state import Service
from classify.service.workers import LocalWorker
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

ADDRESS = "http://127.0.0.1:8642"


@pytest.fixture(scope="session")
def text_page() -> bytes:
    return (ROOT / "examples" / "page.txt").read_bytes()


@pytest.fixture(scope="session")
def pdf_page() -> bytes:
    return (ROOT / "examples" / "page.pdf").read_bytes()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., AbstractContextManager[TestClient]]]:
    """Return a function that gives a client of a service with some options; its database is ``c.sqlite``."""

    def made(database: str = "c.sqlite", **options: object) -> AbstractContextManager[TestClient]:
        store = CorrectionStore(tmp_path / database)
        chosen = ServiceOptions(workers=1, **options)  # type: ignore[arg-type]
        data = (str(ROOT / "seeds"),)
        service = Service(chosen, store, ServingModels(None, store), data, LocalWorker)
        return TestClient(create_app(service), base_url=ADDRESS, raise_server_exceptions=False)

    return made


@pytest.fixture
def client(serving: Callable[..., AbstractContextManager[TestClient]]) -> Iterator[TestClient]:
    with serving() as made:
        yield made


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client for tests that change nothing; one for all of a module."""
    store = CorrectionStore(tmp_path_factory.mktemp("reader") / "c.sqlite")
    service = Service(ServiceOptions(workers=1), store, ServingModels(None, store), (), LocalWorker)
    with TestClient(create_app(service), base_url=ADDRESS, raise_server_exceptions=False) as made:
        yield made
