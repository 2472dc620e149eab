"""Files of each released version are read, and a run begun by it is finished. See tests/released/README.md."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from classify.archive import read_manifest
from classify.model_file import load_card, load_state
from classify.sections.model import READ_FORMATS, load_model
from tests.safety.damage import contents, write
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = sorted(path for path in (ROOT / "tests" / "released").iterdir() if path.is_dir())
each_version = pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)


def test_there_is_a_file_of_each_format_that_is_read() -> None:
    assert {load_state(version / "model.joblib")["format"] for version in VERSIONS} == set(READ_FORMATS)


@each_version
def test_its_model_predicts_what_it_did(version: Path) -> None:
    model = load_model(version / "model.joblib")
    assert load_card(version / "model.joblib")["made"]
    for text, likeliest, confidence in json.loads((version / "predictions.json").read_text("utf-8")):
        (found,) = model.predict([text])
        assert found.likeliest == likeliest
        assert found.confidence == pytest.approx(confidence, abs=1e-12)


@each_version
def test_its_archive_run_is_finished(version: Path, tmp_path: Path) -> None:
    out, new = tmp_path / "out", tmp_path / "new"
    shutil.copytree(version / "archive", out)
    write(out)
    write(new)
    added = ("manifest", "check", "files")  # what the first version did not write, or wrote otherwise
    kept = [{k: v for k, v in line.items() if k not in added} for line in read_manifest(out)]
    assert kept == [{k: v for k, v in line.items() if k not in added} for line in read_manifest(new)]
    found, wanted = contents(out), contents(new)
    for name in (
        "manifest.jsonl",
        "inputs.jsonl",
    ):  # the first version wrote names that are not text otherwise
        assert found.pop(name).count(b"\n") == wanted.pop(name).count(b"\n")
    assert found == wanted
