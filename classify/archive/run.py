"""A whole run: the model found, a folder opened, units cut and sent to workers, shards written as they come back.

All checks come first: the options check themselves, workers load the model, and the folder is compared with the run. So
a run that begins is one that can be finished.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classify.archive.engines import prepare_dask, prepare_joblib, run_on_dask, run_on_joblib
from classify.archive.folder import locked_folder, open_folder
from classify.archive.job import Job
from classify.archive.relabel import relabel_folder
from classify.archive.shards import check_format
from classify.archive.state import MANIFEST
from classify.archive.units import cut_units
from classify.archive.update import update_folder
from classify.archive.worker import close_pdf_reader
from classify.options import ArchiveOptions
from classify.read.listing import list_inputs

if TYPE_CHECKING:
    import os
    from collections import Counter
    from collections.abc import Callable, Iterator, Sequence

    from classify.archive.shards import Shard
    from classify.archive.totals import Totals
    from classify.archive.units import WorkUnit

__all__ = ["run_archive"]


def run_archive(
    paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    options: ArchiveOptions | None = None,
    *,
    model: str | os.PathLike[str] | None = None,
    progress: Callable[[Totals], None] | None = None,
    skipped: Counter[str] | None = None,
) -> Totals:
    """Label and summarise all articles of many files, and write them to a folder in shards.

    Called again with the same arguments after it was stopped, in whatever way, it goes on; the folder is then the same,
    byte for byte, as if it had not been stopped. Neither workers nor backend change a byte of it.

    Parameters
    ----------
    paths : sequence of str or path
        Files, folders and glob patterns: pages (.txt), records (.jsonl, .csv, .parquet), each perhaps .gz or .zst, and
        .zip files of all these. They must not change until the run is done.
    out : str or path
        A folder: a new one, an empty one, or one that holds the same run, begun.
    options : ArchiveOptions or None, default=None
        How the run works, and with its `summary` and `read` what is made of the articles; None: the defaults.
    model : str, path or None, default=None
        A model file; None: the shipped one.
    progress : callable or None, default=None
        Called with the `Totals` so far after each shard.
    skipped : Counter of str or None, default=None
        Counts what is left out of folders; see `list_inputs`.

    Returns
    -------
    Totals
        Of the whole run, including what was done before it was resumed. Inputs and records that ``failed`` are in
        ``failures.jsonl``.

    Raises
    ------
    InputError
        The folder holds something else or another run, or the scheduler does not answer.
    ModelError
        The model is missing, damaged, or not the one of the run.

    Examples
    --------
    >>> import tempfile
    >>> from classify.archive import run_archive, summary_line
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(summary_line(run_archive(["examples/page.txt"], f"{folder}/out")).split(" (")[0])
    1 file, 7 articles
    """
    options = options or ArchiveOptions()
    check_format(options.format)
    job = _new_job(model, options)
    job = prepare_joblib(job, options.workers) if options.scheduler is None else prepare_dask(job)
    folder_path = Path(out)
    inputs = list_inputs(paths, without=folder_path.resolve(), skipped=skipped)
    header = _header(job, options)
    work = partial(_work, job, options)
    try:
        if (folder_path / MANIFEST).exists() and (options.relabel or options.update is not None):
            with locked_folder(folder_path):
                if options.relabel:
                    totals = relabel_folder(folder_path, header, work, progress)
                if options.update is None:
                    return totals
                return update_folder(folder_path, inputs, header, options, work, progress)
        with open_folder(folder_path, inputs, header, resume=options.resume) as folder:
            if folder.finished:
                return folder.totals
            units = cut_units(folder.inputs(), options, number=folder.totals.shards, start=folder.after)
            for unit, shard in work(units):
                folder.write(shard, unit.after, unit.digests)
                if progress is not None:
                    progress(folder.totals)
            folder.finish()
            if progress is not None:
                progress(folder.totals)
            return folder.totals
    finally:
        close_pdf_reader()  # with one worker this process is it


def _work(job: Job, options: ArchiveOptions, units: Iterator[WorkUnit]) -> Iterator[tuple[WorkUnit, Shard]]:
    """Yield units with their shards, from what runs the workers."""
    if options.scheduler is not None:
        return run_on_dask(units, job, options.scheduler)
    return run_on_joblib(units, job, options.workers)


def _header(job: Job, options: ArchiveOptions) -> dict[str, Any]:
    """Return what the manifest says of a run: everything that the output depends on, and nothing else."""
    return {
        "classify": job.version,
        "model_sha256": job.model_sha256,
        "segmenter": job.segmenter,
        "n_sentences": options.summary.n_sentences,
        "n_keywords": options.summary.n_keywords,
        "kind": options.read.kind,
        "threshold": options.threshold,
        "encoding": options.read.encoding,
        "text_column": options.read.text_column,
        "title_column": options.read.title_column,
        "format": options.format,
        "unit_bytes": options.unit_bytes,
    }


def _new_job(model: str | os.PathLike[str] | None, options: ArchiveOptions) -> Job:
    """Return the job, without its segmenter. The model is not loaded: this process may have no use for it."""
    import classify
    from classify.model_file import model_digest, shipped_model
    from classify.sections.model import load_model

    path = Path(model) if model is not None else shipped_model()
    found = model_digest(path)
    if options.sha256 is not None and options.sha256.strip().lower() != found:
        load_model(path, sha256=options.sha256)  # raises the error that every command gives
    return Job(
        str(path), found, classify.__version__, None, options.summary, options.format, options.threshold
    )
