"""schemathesis against a running service: requests made from its own description, answers held to it."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

schemathesis = pytest.importorskip(
    "schemathesis", reason="schemathesis is not installed; the API is not fuzzed"
)
checks = pytest.importorskip("schemathesis.specs.openapi.checks")

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = 20
"""Requests of each route in a run. The same ones each time."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a service that has no data, so that a training ends at once."""
    import uvicorn

    from classify.corrections import CorrectionStore
    from classify.options import ServiceOptions
    from classify.service.app import create_app
    from classify.service.models import ServingModels
    from classify.service.state import Service
    from classify.service.workers import LocalWorker

    store = CorrectionStore(tmp_path_factory.mktemp("schema") / "c.sqlite")
    service = Service(ServiceOptions(workers=1), store, ServingModels(None, store), (), LocalWorker)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.mark.slow
def test_answers_are_what_the_description_says(address: str) -> None:
    """Statuses, types and bodies are those that are described, and nothing is an error of the service's own."""
    with urllib.request.urlopen(f"{address}/openapi.json") as answer:
        described = schemathesis.openapi.from_dict(json.loads(answer.read()))
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= 25
    wrong = [fault for operation in operations if (fault := fault_of(operation, address))]
    assert wrong == []


def fault_of(operation: Any, address: str) -> str:
    """Return what is wrong with an answer of a route; empty where nothing is."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def tried(case: Any) -> None:
        answer = case.call(base_url=address)
        assert answer.status_code != 500, answer.text
        case.validate_response(
            answer,
            checks=[
                checks.status_code_conformance,
                checks.content_type_conformance,
                checks.response_schema_conformance,
            ],
        )

    try:
        tried()
    except BaseException as e:  # schemathesis has groups of failures that are no Exception
        if isinstance(e, (KeyboardInterrupt, SystemExit)):
            raise
        parts = getattr(e, "exceptions", [e])
        return f"{operation.label}: {' '.join(map(str, parts))}"[:600]
    return ""
