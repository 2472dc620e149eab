"""The seeds in the wheel: the same documents as in the checkout, in the same order."""

from __future__ import annotations

import importlib.util
import shutil
from typing import TYPE_CHECKING, Any

import pytest

import classify
from classify.cli.models import shipped_seeds
from classify.read.labelled import load_corpus
from tests.support import ROOT, SEEDS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def packed() -> bytes:
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    hook: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    assert hook.pack_seeds(SEEDS) == hook.pack_seeds(SEEDS)
    data: bytes = hook.pack_seeds(SEEDS)
    return data


def test_the_packed_seeds_are_the_seeds(packed: bytes, tmp_path: Path) -> None:
    """Equal digests: the digest covers labels, titles and texts in order, and decides the bytes of a model."""
    path = tmp_path / "seeds.jsonl.gz"
    path.write_bytes(packed)
    assert load_corpus(path).digest == load_corpus(SEEDS).digest


def test_an_installation_takes_the_file_and_a_checkout_the_folder(
    packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shipped_seeds() == SEEDS
    installed = tmp_path / "classify"
    (installed / "data").mkdir(parents=True)
    (installed / "data" / "seeds.jsonl.gz").write_bytes(packed)
    monkeypatch.setattr(classify, "__file__", str(installed / "__init__.py"))
    assert shipped_seeds() == installed / "data" / "seeds.jsonl.gz"
    shutil.rmtree(installed)
    with pytest.raises(classify.CorpusError, match="give labelled DATA"):
        shipped_seeds()
