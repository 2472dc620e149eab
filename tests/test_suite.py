"""The tests themselves: what they import, and the form of the cases."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest

from tests.support import CASES, TESTS

FILES = sorted(path.relative_to(CASES).as_posix() for path in CASES.rglob("*.json"))


def test_nothing_is_imported_from_conftest_and_conftest_imports_no_benchmarks() -> None:
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [alias.name for alias in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            )
            modules = [*names, node.module or ""] if isinstance(node, ast.ImportFrom) else names
            assert not any(module.split(".")[-1] == "conftest" for module in modules), path
            assert path.name != "conftest.py" or not any(m.startswith("benchmarks") for m in modules)


def test_no_test_has_a_long_name(request: pytest.FixtureRequest) -> None:
    """Reports print the names, and pytest puts them into an environment variable."""
    assert [item.name[:80] for item in request.session.items if len(item.name) > 200] == []


@pytest.mark.parametrize("name", FILES)
def test_cases_have_comments_and_explained_fields(name: str) -> None:
    cases: list[dict[str, Any]] = json.loads((CASES / name).read_text("utf-8"))
    labels = [case["label"] for case in cases if "label" in case]
    assert len(set(labels)) == len(labels)
    explained = set(re.findall(r"^\| `(\w+)` ", (CASES / "README.md").read_text("utf-8"), re.MULTILINE))
    for case in cases:
        name_of_test = case.get("label") or case["comment"]
        assert 0 < len(name_of_test) <= 150
        assert 0 < len(case.get("comment", "")) <= 200, name_of_test
        assert set(case) <= explained, name_of_test
        assert ("reason" in case) == name.startswith("known-failures/"), name_of_test
