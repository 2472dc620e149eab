"""The comparison of ways to read PDF pages, on one small file."""

from __future__ import annotations

import pytest

pytest.importorskip("reportlab")
pytest.importorskip("rapidfuzz")

from benchmarks import printed
from benchmarks.harness import NoData


def test_ways_are_compared_and_those_that_are_absent_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(most: int) -> list[printed._File]:
        raise NoData("no data")

    monkeypatch.setattr(printed, "_shared", absent)
    monkeypatch.setattr(printed, "QUICK_FILES", 1)
    monkeypatch.setattr(printed.shutil, "which", lambda name: None)
    section = printed.measure(quick=True, runs=1)
    assert "| test bed | classify |" in section.text
    assert "pdftotext" not in section.text
    assert 0.0 <= section.figures["printed.own_f1"] <= 1.0
    told = capsys.readouterr().err
    assert "the development pages are left out" in told
    assert "pdftotext is not installed" in told
