"""What is the same for all units of a run, as workers get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classify.options import SummaryOptions

__all__ = ["Job"]


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all units of a run.

    Attributes
    ----------
    model : str
        Path of the model, which a worker on this machine can read.
    model_sha256 : str
    version : str
        Version of this package; a worker that has another one refuses the job.
    segmenter : str or None
        Name of the word segmenter; None until a worker has reported which one it has.
    summary : SummaryOptions
    format : {"jsonl", "jsonl.gz", "parquet"}
    threshold : float or None
        See `ArchiveOptions`.
    """

    model: str
    model_sha256: str
    version: str
    segmenter: str | None
    summary: SummaryOptions
    format: str
    threshold: float | None = None
