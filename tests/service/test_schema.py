"""schemathesis against the service: requests made from its own description, answers held to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings

schemathesis = pytest.importorskip(
    "schemathesis", reason="schemathesis is not installed; the API is not fuzzed"
)

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

EXAMPLES = 12
"""Requests of each route in a run; `--hypothesis-profile explore` and SCHEMATHESIS runs try others."""


@pytest.fixture
def api(reader: TestClient) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", reader.app, headers={"host": "127.0.0.1"})


schema = schemathesis.pytest.from_fixture("api")


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_what_the_description_says(case: Any) -> None:
    """No 5xx but those that are described, statuses, types and bodies as described."""
    answer = case.call(headers={"host": "127.0.0.1"})
    assert answer.status_code != 500, answer.text
    case.validate_response(
        answer,
        checks=[
            schemathesis.checks.load_all_checks and check
            for check in (
                schemathesis.specs.openapi.checks.status_code_conformance,
                schemathesis.specs.openapi.checks.content_type_conformance,
                schemathesis.specs.openapi.checks.response_schema_conformance,
            )
        ],
    )
