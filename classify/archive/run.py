"""A run: its options checked, a folder opened, units cut and sent out, shards written as they come back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from classify.archive.engines import on_dask, on_joblib, ready_on_dask, ready_on_joblib
from classify.archive.folder import Totals, open_folder
from classify.archive.units import UNIT_BYTES, cut
from classify.archive.worker import Job
from classify.read.listing import list_inputs

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

__all__ = ["run_archive"]

BLOCK = 2**20
"""Bytes of a model file read at a time."""
FORMATS = ("jsonl", "jsonl.gz")
BACKENDS = ("processes", "dask")
KINDS = ("auto", "page", "article", "jsonl")


def run_archive(
    paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    model: str | os.PathLike[str] | None = None,
    sha256: str | None = None,
    workers: int | None = None,
    backend: str = "processes",
    scheduler: str | None = None,
    n_sentences: int = 3,
    n_keywords: int = 5,
    kind: str = "auto",
    progress: Callable[[Totals], None] | None = None,
    resume: bool = True,
    format: str = "jsonl",
    unit_bytes: int = UNIT_BYTES,
) -> Totals:
    """Label and summarise all articles of many files, and write them to a folder in shards.

    Called again with the same arguments after it was stopped, in whatever way, it goes on; the folder is then
    the same, byte for byte, as if it had not been stopped. Neither workers nor backend change a byte of it.

    Parameters
    ----------
    paths
        Files, folders and glob patterns: pages (.txt), records (.jsonl, .csv, .parquet), each perhaps .gz or
        .zst, and .zip files of all these. They must not change until the run is done.
    out
        A folder: a new one, an empty one, or one that holds the same run, begun.
    model : path or None
        A model file; the shipped one where there is none.
    sha256
        Refuse the model unless it has this digest.
    workers : int, at least 1, or None
        Processes; None: as many as ``joblib.parallel_config`` says, one (this one) where it says nothing. Not
        looked at with dask, whose scheduler knows its workers.
    backend : "processes" or "dask"
    scheduler
        Address of the dask scheduler, ``tcp://host:8786``. Its workers need this package, and no common disk.
    n_sentences, n_keywords
        How long summaries are and how many keywords there are; with ``n_sentences=0`` neither is made.
    kind : "auto", "page", "article" or "jsonl"
        What the files hold; "auto" goes by their names.
    progress
        Called with the totals so far after each shard.
    resume
        Go on with what the folder holds; otherwise a folder that holds a run is refused.
    format : "jsonl" or "jsonl.gz"
    unit_bytes : int, positive
        Bytes of input in a shard.

    Returns
    -------
    Totals
        Of the whole run, what was done before included. ``failed`` inputs and records are in
        ``failures.jsonl``.

    Raises
    ------
    InputError
        Where the folder is not the run's, or the scheduler doesn't answer.
    ModelError
        Where the model is missing, damaged, or not the one the run was begun with.
    ValueError
        For an option that is none.
    """
    _check(
        workers=workers, backend=backend, scheduler=scheduler, kind=kind, format=format, unit_bytes=unit_bytes
    )
    if n_sentences < 0 or n_keywords < 0:
        raise ValueError(f"n_sentences is {n_sentences}, n_keywords {n_keywords}; give 0 or more")
    dask = backend == "dask"
    job = _job(model, sha256, n_sentences, n_keywords, format)
    job = ready_on_dask(job) if dask else ready_on_joblib(job, workers)
    folder_path = Path(out)
    options = {
        "classify": job.version,
        "model_sha256": job.model_sha256,
        "segmenter": job.segmenter,
        "n_sentences": n_sentences,
        "n_keywords": n_keywords,
        "kind": kind,
        "format": format,
        "unit_bytes": unit_bytes,
    }
    inputs = list_inputs(paths, without=folder_path.resolve())
    with open_folder(folder_path, inputs, options, resume=resume) as folder:
        if folder.finished:
            return folder.totals
        units = cut(
            folder.inputs(), kind=kind, unit_bytes=unit_bytes, number=folder.totals.shards, start=folder.after
        )
        results = on_dask(units, job, str(scheduler)) if dask else on_joblib(units, job, workers)
        for unit, result in results:
            folder.write(result, unit.after)
            if progress is not None:
                progress(folder.totals)
        folder.finish()
        if progress is not None:
            progress(folder.totals)
        return folder.totals


def _check(
    *, workers: int | None, backend: str, scheduler: str | None, kind: str, format: str, unit_bytes: int
) -> None:
    for name, value, allowed in (
        ("backend", backend, BACKENDS),
        ("kind", kind, KINDS),
        ("format", format, FORMATS),
    ):
        if value not in allowed:
            raise ValueError(f"{name} is {value!r}; give one of {', '.join(allowed)}")
    if workers is not None and workers < 1:
        raise ValueError(f"workers is {workers}; give 1 or more")
    if unit_bytes < 1:
        raise ValueError(f"unit_bytes is {unit_bytes}; give 1 or more")
    if (backend == "dask") != (scheduler is not None):
        raise ValueError("backend 'dask' and scheduler belong together; give both, or neither")


def _job(
    model: str | os.PathLike[str] | None, sha256: str | None, n_sentences: int, n_keywords: int, format: str
) -> Job:
    """Return the job, but for the segmenter. The model isn't loaded: this process may have no use for it."""
    import classify
    from classify.model_file import shipped_model
    from classify.sections.model import load_model

    path = Path(model) if model is not None else shipped_model()
    digest = hashlib.sha256()
    if path.is_file():
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    found = digest.hexdigest()
    if not path.is_file() or (sha256 is not None and sha256.strip().lower() != found):
        load_model(path, sha256=sha256)  # says what is wrong
    return Job(str(path), found, classify.__version__, None, n_sentences, n_keywords, format)
