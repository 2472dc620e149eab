"""What a user may choose, one frozen dataclass for each kind of work.

The library, the command line, archives and the service all take these objects, so an option has one name, one
default and one check. A wrong value is a `ValueError`, a wrong type a `TypeError`, when the object is made.
`check_many`, `check_page` and `check_record` are the checks of inputs that functions of the library share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from classify.records import Line, PrintedPage

__all__ = [
    "ArchiveOptions",
    "Backend",
    "Kind",
    "ReadOptions",
    "ServiceOptions",
    "SummaryOptions",
    "UpdateOptions",
    "check_many",
    "check_page",
    "check_record",
    "parse_pages",
]

Kind = Literal["auto", "page", "article", "jsonl", "json", "csv", "tsv", "alto", "page-xml", "hocr"]
Backend = Literal["processes", "dask"]


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
    kind : {"auto", "page", "article", "jsonl", "json", "csv", "tsv", "alto", "page-xml", "hocr"}, default="auto"
        What an input holds; "auto" goes by its first bytes and its name.
    encoding : str or None, default=None
        The encoding of texts, as Python names it, such as "big5hkscs" or "utf-16"; None: found by their bytes.
    text_column, title_column, label_column : str or None, default=None
        The field of a record that is its text, headline or label; None: the first with a common name.

    >>> ReadOptions(encoding="klingon")
    Traceback (most recent call last):
        ...
    ValueError: encoding is 'klingon', which is not known; give one such as gb18030, big5hkscs or utf-16
    """

    kind: Kind = "auto"
    encoding: str | None = None
    text_column: str | None = None
    title_column: str | None = None
    label_column: str | None = None

    def __post_init__(self) -> None:
        _check_one_of("kind", self.kind, get_args(Kind))
        if self.encoding is not None:
            try:
                b"".decode(self.encoding)  # codecs.lookup knows encodings of bytes to bytes, too
                "".encode(self.encoding)
            except LookupError:
                raise ValueError(
                    f"encoding is {self.encoding!r}, which is not known; give one such as gb18030, big5hkscs or utf-16"
                ) from None


@dataclass(frozen=True, slots=True)
class UpdateOptions:
    """What an update of the folder of an archive does, besides doing new and changed files.

    Parameters
    ----------
    prune : bool, default=False
        Drop the articles of files that are no longer among the inputs; otherwise they are kept.
    retry_failed : bool, default=False
        Do files again of which something failed.

    >>> UpdateOptions(prune=True)
    UpdateOptions(prune=True, retry_failed=False)
    """

    prune: bool = False
    retry_failed: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """How an archive run works and what it writes.

    Parameters
    ----------
    summary : SummaryOptions, default=SummaryOptions()
    read : ReadOptions, default=ReadOptions()
    threshold : float in [0, 1] or None, default=None
        Confidence below which no section is given; None: the model's.
    workers : int, at least 1, or None, default=None
        Processes; None: as many as ``joblib.parallel_config`` says, one (this one) where it says nothing. Not
        used with dask, whose scheduler knows its workers.
    backend : {"processes", "dask"}, default="processes"
    scheduler : str or None, default=None
        Address of the dask scheduler, ``tcp://host:8786``. Its workers need this package, and no common disk.
    resume : bool, default=True
        Go on with what the folder holds; otherwise a folder that holds a run is refused.
    update : UpdateOptions or None, default=None
        Take what is new or changed into a folder that holds a run; None: inputs must be those of the run.
    relabel : bool, default=False
        Give the articles of the folder the labels of another model or threshold first, without splitting and
        summarising them again.
    sha256 : str or None, default=None
        Refuse the model unless it has this digest (hexadecimal).
    format : {"jsonl", "jsonl.gz", "parquet"}, default="jsonl"
        Parquet needs pyarrow.
    unit_bytes : int, at least 1, default=1 MiB
        Bytes of input in a shard: a second or two of work, so that a crash costs little.

    >>> ArchiveOptions(workers=2, summary=SummaryOptions(n_sentences=1)).format
    'jsonl'
    """

    summary: SummaryOptions = field(default_factory=SummaryOptions)
    read: ReadOptions = field(default_factory=ReadOptions)
    threshold: float | None = None
    workers: int | None = None
    backend: Backend = "processes"
    scheduler: str | None = None
    resume: bool = True
    update: UpdateOptions | None = None
    relabel: bool = False
    sha256: str | None = None
    format: Literal["jsonl", "jsonl.gz", "parquet"] = "jsonl"
    unit_bytes: int = 2**20

    def __post_init__(self) -> None:
        _check_one_of("backend", self.backend, get_args(Backend))
        _check_one_of("format", self.format, ("jsonl", "jsonl.gz", "parquet"))
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold is {self.threshold}; give a number from 0 to 1")
        if self.workers is not None:
            _check_at_least("workers", self.workers, 1)
        _check_at_least("unit_bytes", self.unit_bytes, 1)
        if (self.backend == "dask") != (self.scheduler is not None):
            raise ValueError("backend 'dask' and scheduler belong together; give both, or neither")


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Where the service listens, and how much it takes. All limits were chosen.

    Parameters
    ----------
    host : str, default="127.0.0.1"
    port : int, 0–65535, default=8642
        0: any free one.
    token : str, default=""
        What a client must know; it must be given unless `host` is this machine's loopback.
    workers : int or None, at least 1, default=None
        Processes that read pages; None: one for each processor.
    body_bytes : int, default=32 MiB
        Of a request.
    record_bytes : int, default=4 MiB
        Of a line of JSON Lines; a stream of them has no limit.
    seconds : float, default=60
        Time for the work of one request; the process that takes longer is ended.
    body_seconds : float, default=20
        How long a client may be silent while it sends a body.
    waiting : int, default=64
        Requests that wait for a process; more are refused.
    kept_bytes : int, default=256 MiB
        Pages that are kept for viewers; the oldest go first.

    >>> ServiceOptions(host="0.0.0.0")
    Traceback (most recent call last):
        ...
    ValueError: host is '0.0.0.0', which others can reach; give a token, too
    """

    host: str = "127.0.0.1"
    port: int = 8642
    token: str = field(default="", repr=False)
    workers: int | None = None
    body_bytes: int = 32 * 2**20
    record_bytes: int = 4 * 2**20
    seconds: float = 60.0
    body_seconds: float = 20.0
    waiting: int = 64
    kept_bytes: int = 256 * 2**20

    def __post_init__(self) -> None:
        if self.workers is not None:
            _check_at_least("workers", self.workers, 1)
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port is {self.port}; give one from 0 to 65535")
        if not self.token and not self.is_loopback:
            raise ValueError(f"host is {self.host!r}, which others can reach; give a token, too")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")


def parse_pages(text: str) -> tuple[range, ...]:
    """Return the pages that ``1-4,7`` names; numbers are from 1, and ``5-`` is page 5 and all after it.

    >>> parse_pages("1-4,7"), parse_pages("5-")
    ((range(1, 5), range(7, 8)), (range(5, 1000000),))
    >>> parse_pages("0")
    Traceback (most recent call last):
        ...
    ValueError: pages is '0'; give numbers from 1, such as 1-4,7
    """
    parts = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or not (last.isdecimal() or (dash and not last) or not dash):
            raise ValueError(f"pages is {text!r}; give numbers from 1, such as 1-4,7")
        end = int(last) if last else 999_999 if dash else int(first)
        if not 1 <= int(first) <= end:
            raise ValueError(f"pages is {text!r}; give numbers from 1, such as 1-4,7")
        parts.append(range(int(first), end + 1))
    return tuple(parts)


def check_many(name: str, values: object) -> None:
    """Raise `TypeError` where one value, or none, is given instead of many.

    A string is an iterable of its characters and a mapping one of its keys, so both would be accepted silently.

    >>> check_many("texts", "林场造林忙")
    Traceback (most recent call last):
        ...
    TypeError: one string was given where many texts are expected; put it in a list
    """
    for kind, called in ((str, "string"), (bytes, "bytes object"), (Mapping, "mapping")):
        if isinstance(values, kind):
            raise TypeError(f"one {called} was given where many {name} are expected; put it in a list")
    if getattr(values, "ndim", 1) != 1:  # going over a data frame gives the names of its columns
        raise TypeError(f"a table was given where many {name} are expected; give one of its columns")
    if not isinstance(values, Iterable):
        raise TypeError(f"{_kind(values)} was given where many {name} are expected; give a list")


def check_page(page: object) -> None:
    """Raise `TypeError` unless `page` is text, a sequence of `Line` or a `PrintedPage`.

    >>> check_page("第3版".encode())
    Traceback (most recent call last):
        ...
    TypeError: a page is bytes; decode them first
    """
    if isinstance(page, (str, PrintedPage)):
        return
    if isinstance(page, bytes):
        raise TypeError("a page is bytes; decode them first")
    if not isinstance(page, Sequence):
        raise TypeError(f"a page is {_kind(page)}; give text, or a list of Lines")
    for line in page:
        if not isinstance(line, Line):
            raise TypeError(f"a page holds {_kind(line)}; give text as one string, or a list of Lines")


def check_record(record: object) -> None:
    """Raise `TypeError` unless `record` is a mapping, such as a dict.

    >>> check_record("林场造林忙")
    Traceback (most recent call last):
        ...
    TypeError: a record is a value of type str; give a dict with `text` and, where known, `title`
    """
    if not isinstance(record, Mapping):
        raise TypeError(f"a record is {_kind(record)}; give a dict with `text` and, where known, `title`")


def _kind(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _check_at_least(name: str, value: int, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is {value!r}; give a whole number")
    if value < least:
        raise ValueError(f"{name} is {value}; give {least} or more")


def _check_one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; give one of {', '.join(allowed)}")
