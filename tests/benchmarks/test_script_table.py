"""The table of traditional characters is what its script writes."""

from __future__ import annotations

from importlib import metadata, resources

import pytest


def test_the_table_is_that_of_opencc() -> None:
    pytest.importorskip("opencc_pyo3", reason="no OpenCC; install the extra `bench`")
    from benchmarks.make_script_table import text

    written = resources.files("classify.text.lexicon").joinpath("traditional.txt").read_text("utf-8")
    version = metadata.version("opencc-pyo3")
    if f"opencc-pyo3 {version} " not in written:
        pytest.skip(f"the table is of another version than opencc-pyo3 {version}")
    assert text() == written
