"""Mutated models and PDF files: each is read as promised or refused. See tests/safety/fuzz.py and pdf.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.safety import fuzz
from tests.safety.pdf import run_pdf_fuzz
from tests.safety.tried import small_model

if TYPE_CHECKING:
    from pathlib import Path


def test_mutated_models(tmp_path: Path) -> None:
    tried = fuzz.run_fuzz(tmp_path, 500)
    assert tried.tried == 500
    assert not tried.failures


def test_mutated_cards(tmp_path: Path) -> None:
    assert not fuzz.run_card_fuzz(tmp_path, 40).failures


def test_mutated_pdf_files(tmp_path: Path) -> None:
    tried = run_pdf_fuzz(tmp_path, 40)
    assert tried.tried == 40
    assert not tried.failures


@pytest.mark.slow
def test_many_mutated_pdf_files(tmp_path: Path) -> None:
    assert not run_pdf_fuzz(tmp_path, 5_000, seed=1).failures


@pytest.mark.slow
def test_many_mutated_models(tmp_path: Path) -> None:
    tried = fuzz.run_fuzz(tmp_path, 20_000, seed=1)
    assert tried.tried == 20_000
    assert not tried.failures


def test_the_fuzz_sees_a_changed_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that takes any model for the one on the disk must make the suite fail."""
    monkeypatch.setattr(
        fuzz, "load_model", lambda path: small_model(int(path.stem[-1]) if "real" in path.stem else 4)
    )
    assert len(fuzz.run_fuzz(tmp_path, 20).failures) == 20
