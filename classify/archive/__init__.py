"""Many files at once: shards, workers, a cluster, and going on after a stop.

    units      files to units of work of bounded size
    worker     a unit to the bytes of its shard, in a process of its own: shard_builder, shards
    engines    units to workers and shards back, through joblib or dask
    totals     what a run counts
    folder     shards, failures and manifest, written so that the run can be stopped at any moment
    update     new and changed files into a folder that holds a run: plan, shards, and commit, which puts them in place
    relabel    a folder with the labels of another model
    inspect    whether a folder is whole, and what is in it
    run        `run_archive`, which puts these together
    progress   a bar and a line for people

Files are listed and read by `classify.read`. An archive is not a cluster framework: it needs one process that reads and
writes, and workers that share nothing.
"""

from classify.archive.folder import read_manifest
from classify.archive.inspect import Contents, read_contents, verify_folder
from classify.archive.progress import progress_bar, summary_line
from classify.archive.run import run_archive
from classify.archive.totals import Changes, Totals
from classify.read.listing import list_inputs

__all__ = [
    "Changes",
    "Contents",
    "Totals",
    "list_inputs",
    "progress_bar",
    "read_contents",
    "read_manifest",
    "run_archive",
    "summary_line",
    "verify_folder",
]
