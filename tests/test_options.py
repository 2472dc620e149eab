"""Options: defaults, checks, and that command line and library offer the same choices."""

from __future__ import annotations

import dataclasses

import pytest

from classify.options import ArchiveOptions, ReadOptions, SummaryOptions


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: SummaryOptions(n_sentences=-1), ValueError, "n_sentences is -1; give 0 or more"),
        (lambda: SummaryOptions(n_keywords="5"), TypeError, "n_keywords is '5'; give a whole number"),
        (lambda: ReadOptions("pdf"), ValueError, "kind is 'pdf'; give one of auto, page, article, jsonl"),
        (lambda: ArchiveOptions(workers=0), ValueError, "workers is 0; give 1 or more"),
        (lambda: ArchiveOptions(backend="mpi"), ValueError, "backend is 'mpi'; give one of processes, dask"),
        (lambda: ArchiveOptions(format="csv"), ValueError, "format is 'csv'; give one of jsonl, jsonl.gz"),
        (lambda: ArchiveOptions(backend="dask"), ValueError, "belong together; give both, or neither"),
        (lambda: ArchiveOptions(unit_bytes=0), ValueError, "unit_bytes is 0; give 1 or more"),
    ],
)
def test_wrong_options_are_refused_when_they_are_made(make, error, message: str) -> None:
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("options", [SummaryOptions(), ReadOptions(), ArchiveOptions()])
def test_options_cannot_be_changed(options) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(options, dataclasses.fields(options)[0].name, 1)
