"""What a user may choose, one frozen dataclass for each kind of work.

The library, the command line, archives and the service all take these objects, so an option has one name, one
default and one check. A wrong value is a `ValueError` when the object is made.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ArchiveOptions", "ReadOptions", "SummaryOptions"]

KINDS = ("auto", "page", "article", "jsonl")
BACKENDS = ("processes", "dask")
ARCHIVE_FORMATS = ("jsonl", "jsonl.gz")


@dataclass(frozen=True, slots=True)
class SummaryOptions:
    """How long summaries are, and how many keywords there are.

    Parameters
    ----------
    n_sentences : int, at least 0, default=3
        Sentences of a summary. With 0 neither summary nor keywords are made.
    n_keywords : int, at least 0, default=5

    >>> SummaryOptions(n_sentences=-1)
    Traceback (most recent call last):
        ...
    ValueError: n_sentences is -1; give 0 or more
    """

    n_sentences: int = 3
    n_keywords: int = 5

    def __post_init__(self) -> None:
        _check_at_least("n_sentences", self.n_sentences, 0)
        _check_at_least("n_keywords", self.n_keywords, 0)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How inputs are read.

    Parameters
    ----------
    kind : {"auto", "page", "article", "jsonl"}, default="auto"
        What an input holds; "auto" goes by its name.
    """

    kind: str = "auto"

    def __post_init__(self) -> None:
        _check_one_of("kind", self.kind, KINDS)


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """How an archive run works and what it writes.

    Parameters
    ----------
    workers : int, at least 1, or None, default=None
        Processes; None: as many as ``joblib.parallel_config`` says, one (this one) where it says nothing. Not
        used with dask, whose scheduler knows its workers.
    backend : {"processes", "dask"}, default="processes"
    scheduler : str or None, default=None
        Address of the dask scheduler, ``tcp://host:8786``. Its workers need this package, and no common disk.
    resume : bool, default=True
        Go on with what the folder holds; otherwise a folder that holds a run is refused.
    format : {"jsonl", "jsonl.gz"}, default="jsonl"
    unit_bytes : int, at least 1, default=1 MiB
        Bytes of input in a shard: a second or two of work, so that a crash costs little.
    """

    workers: int | None = None
    backend: str = "processes"
    scheduler: str | None = None
    resume: bool = True
    format: str = "jsonl"
    unit_bytes: int = 2**20

    def __post_init__(self) -> None:
        _check_one_of("backend", self.backend, BACKENDS)
        _check_one_of("format", self.format, ARCHIVE_FORMATS)
        if self.workers is not None:
            _check_at_least("workers", self.workers, 1)
        _check_at_least("unit_bytes", self.unit_bytes, 1)
        if (self.backend == "dask") != (self.scheduler is not None):
            raise ValueError("backend 'dask' and scheduler belong together; give both, or neither")


def _check_at_least(name: str, value: int, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is {value!r}; give a whole number")
    if value < least:
        raise ValueError(f"{name} is {value}; give {least} or more")


def _check_one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; give one of {', '.join(allowed)}")
