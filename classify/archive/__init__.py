"""Many files at once: shards, workers, a cluster, and going on after a stop.

`run_archive` lists its inputs (`listing`), cuts them into units of bounded size (`sources`), lets workers
make a shard of each (`work`, `run`), and writes shards, failures and manifest so that it may be stopped at
any moment (`shards`).
"""

from classify.archive.folder import Totals, read_manifest
from classify.archive.progress import progress_bar, summary_line
from classify.archive.run import run_archive
from classify.read.listing import list_inputs

__all__ = ["Totals", "list_inputs", "progress_bar", "read_manifest", "run_archive", "summary_line"]
