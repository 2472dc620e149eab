"""A unit of work to the bytes of its shard: what runs in a worker process, or on another machine.

A worker opens no files but the model; it gets parts and returns a `Shard`, which the process that started the run
writes. Model and PDF reader are kept from one unit to the next.
"""

from __future__ import annotations

import atexit
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from classify.archive.shard_builder import ShardBuilder, relabelled
from classify.errors import ModelError, SegmenterError
from classify.input_articles import reason_of
from classify.read.pdf import PdfReader

if TYPE_CHECKING:
    from classify.archive.job import Job
    from classify.archive.shards import Shard
    from classify.archive.units import WorkUnit
    from classify.sections.model import Model

__all__ = ["close_pdf_reader", "make_shard", "prepare"]


def make_shard(job: Job, unit: WorkUnit, model: bytes | None = None) -> Shard:
    """Split, label and summarise the parts of a unit.

    Parameters
    ----------
    job : Job
    unit : WorkUnit
    model : bytes or None, default=None
        The model file itself, for a worker on another machine; None: the file at ``job.model``.

    Returns
    -------
    Shard
        The same for the same job and unit, in whatever worker.

    Raises
    ------
    ClassifyError
        This worker cannot do the job as the others do: it has another version, segmenter or model.
    """
    if unit.parts[0].kind == "shard":
        return relabelled(job, unit.parts[0], _load_model(job, model))
    builder = ShardBuilder(job, _load_model(job, model), _pdf_reader)
    for part in unit.parts:
        try:
            builder.add_part(part)
        except Exception as e:
            builder.fail(part, reason_of(e))
    return builder.finish()


def prepare(job: Job) -> str:
    """Load the model, so that this process can begin.

    Parameters
    ----------
    job : Job

    Returns
    -------
    str
        The name of the word segmenter of this process.

    Raises
    ------
    ClassifyError
        As `make_shard`; `ModelError` where the model is damaged.
    """
    from classify.text.words import segmenter

    _load_model(job, None)
    return segmenter().name


_kept = threading.local()


def _pdf_reader() -> PdfReader:
    """Return the reader of PDF files of this worker, a thread or a process, whose child serves all of its units."""
    reader: PdfReader | None = getattr(_kept, "reader", None)
    if reader is None:
        reader = _kept.reader = PdfReader()
        atexit.register(reader.close)
    return reader


def close_pdf_reader() -> None:
    """End the child that reads PDF files for this worker, if there is one."""
    reader: PdfReader | None = getattr(_kept, "reader", None)
    if reader is not None:
        reader.close()


_loaded: dict[str, Model] = {}
"""The model of this process by its SHA-256. A worker gets many units one by one and must not load it for each, and
joblib and dask leave nothing else between two units; no other module reads it."""


def _load_model(job: Job, data: bytes | None) -> Model:
    """Return the model of a job, loaded once a process.

    `data` is the model file itself, or None where ``job.model`` can be read.
    """
    if job.model_sha256 not in _loaded:
        _check_worker(job)
        from classify.sections.model import load_model

        if data is None:
            model = load_model(job.model, sha256=job.model_sha256)
        else:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "model.joblib"
                path.write_bytes(data)
                model = load_model(path, sha256=job.model_sha256)
        _loaded.clear()  # one model at a time: a worker may serve many runs
        _loaded[job.model_sha256] = model
    return _loaded[job.model_sha256]


def _check_worker(job: Job) -> None:
    import classify
    from classify.text.words import segmenter

    if classify.__version__ != job.version:
        raise ModelError(
            f"a worker has classify {classify.__version__}, not {job.version}; install the same everywhere"
        )
    if job.segmenter is not None and segmenter().name != job.segmenter:
        raise SegmenterError(
            f"a worker cuts words with {segmenter().name}, not {job.segmenter}; install it there"
        )
