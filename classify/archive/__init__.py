"""Many files at once: shards, workers, a cluster, and going on after a stop.

    units      files to units of work of bounded size
    worker     a unit to the bytes of its shard
    engines    units to workers and shards back, through joblib or dask
    folder     shards, failures and manifest, written so that the run can be stopped at any moment
    run        `run_archive`, which puts these together
    progress   a bar and a line for people

Files are listed and read by `classify.read`. An archive is not a cluster framework: it needs one process that reads and
writes, and workers that share nothing.
"""

from classify.archive.folder import Totals, read_manifest
from classify.archive.progress import progress_bar, summary_line
from classify.archive.run import run_archive
from classify.read.listing import list_inputs

__all__ = ["Totals", "list_inputs", "progress_bar", "read_manifest", "run_archive", "summary_line"]
