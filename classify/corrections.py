"""What people corrected, in SQLite: sections of articles and boundaries of articles on a page.

A correction is acknowledged when `CorrectionStore.add` returns, and then it is on the disk: the database has a
write-ahead log and ``synchronous=FULL``, so that SQLite waits for the disk at every commit. Nothing is ever changed or
deleted but the mark ``undone``: an undo is a row as well, and the log tells who knew what.

What is corrected is a *target*: a kind and a digest, of the title and text of an article, or of the bytes of a page.
Its version is the number of its rows. Who corrects it says which version was seen; where another one has come since,
in this process or in another, `ConflictError` is raised and nothing is kept. A constraint of the database holds that,
so two services may share a database.

`classify.sections.retraining` trains on what `CorrectionStore.corpus` gives; `classify.service` is the usual writer.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal

from classify.errors import ConflictError, CorrectionError
from classify.read.labelled import Corpus, Document

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import TracebackType

__all__ = [
    "Correction",
    "CorrectionFilter",
    "CorrectionStore",
    "ImportCounts",
    "Kind",
    "bytes_digest",
    "export_labelled",
    "export_log",
    "storable",
    "text_digest",
]

Kind = Literal["section", "boundaries"]

FORMAT = 1
"""Number of the layout of the database, its ``user_version``."""

BUSY_SECONDS = 10.0
"""How long a writer waits for another process that writes. Chosen: a commit takes milliseconds."""

_TABLES = """
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    version INTEGER NOT NULL,
    time TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    file TEXT NOT NULL,
    headline TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    section TEXT,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    document TEXT,
    article TEXT,
    undoes INTEGER REFERENCES corrections (id),
    undone INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kind, text_sha256, version)
);
CREATE TABLE documents (sha256 TEXT PRIMARY KEY, file TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

_COLUMNS = (
    "id, kind, text_sha256, version, time, model_sha256, file, headline, title, text, before, after, document, "
    "article, undoes, undone"
)
# A correction that holds: it is no undo, it is not undone, and no later one of its target holds.
_HOLDS = (
    "undoes IS NULL AND undone = 0 AND NOT EXISTS (SELECT 1 FROM corrections AS later WHERE later.kind = c.kind "
    "AND later.text_sha256 = c.text_sha256 AND later.id > c.id AND later.undoes IS NULL AND later.undone = 0)"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody corrected, or that somebody took a correction back.

    Attributes
    ----------
    kind : {"section", "boundaries"}
    text_sha256 : str
        `text_digest` of title and text, or `bytes_digest` of the page.
    before, after : dict
        What was said of the target and what is right: of a section ``{"section": …}``, of boundaries
        ``{"articles": […]}``.
    model_sha256 : str
        Digest of the model whose answer was corrected.
    file, headline : str
        For lists and searches.
    title, text : str
        What is trained on; empty for boundaries.
    document, article : str or None
        Digest of the page, and id of the article in it, where known.
    id, version, time
        Given by the store: a number that grows, the version of the target after it, ISO 8601 in UTC.
    undone : bool
        It was taken back.
    undoes : int or None
        The id of the correction that this row takes back.
    """

    kind: Kind
    text_sha256: str
    before: dict[str, Any]
    after: dict[str, Any]
    model_sha256: str = ""
    file: str = ""
    headline: str = ""
    title: str = ""
    text: str = field(default="", repr=False)
    document: str | None = None
    article: str | None = None
    id: int = 0
    version: int = 0
    time: str = ""
    undone: bool = False
    undoes: int | None = None

    @classmethod
    def of_section(cls, title: str, text: str, section: str, **known: Any) -> Correction:
        """Return the correction that gives a text a section; `known` are other fields.

        >>> Correction.of_section("林场造林忙", "林场造林。", "forestry").after
        {'section': 'forestry'}
        """
        title, text, section = storable(title), storable(text), storable(section)
        known.setdefault("before", {"section": None})
        return cls(
            "section", text_digest(title, text), after={"section": section}, title=title, text=text, **known
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON, the id first."""
        keys = (
            "id", "kind", "version", "time", "text_sha256", "model_sha256", "file", "headline", "title", "text",
            "before", "after", "document", "article", "undone", "undoes",
        )  # fmt: skip
        return {key: getattr(self, key) for key in keys}


@dataclass(frozen=True, slots=True)
class CorrectionFilter:
    """Which corrections are asked for.

    Parameters
    ----------
    query : str, default=""
        In the headline, the text or the file name, as it is written.
    kind, section : str, default=""
        Empty: any.
    undone : bool, default=False
        Also those that no longer hold, and undos.
    before : int, default=0
        Ids below this one only; 0: all. Lists are read on with it, newest first.
    """

    query: str = ""
    kind: str = ""
    section: str = ""
    undone: bool = False
    before: int = 0

    def where(self) -> tuple[str, list[Any]]:
        """Return the SQL condition and its values."""
        parts, values = ["1"], list[Any]()
        if not self.undone:
            parts.append(_HOLDS)
        for column, value in (("kind", self.kind), ("section", self.section)):
            if value:
                parts.append(f"{column} = ?")
                values.append(storable(value))
        if self.query:
            parts.append("(instr(headline, ?) OR instr(text, ?) OR instr(file, ?))")
            values += [storable(self.query)] * 3
        if self.before:
            parts.append("id < ?")
            values.append(self.before)
        return " AND ".join(parts), values


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import did: corrections added, known already, and left out because this database has a newer one."""

    added: int = 0
    known: int = 0
    conflicts: int = 0


def text_digest(title: str, text: str) -> str:
    """Return the SHA-256 of a title and a text, hexadecimal; each is UTF-8 and follows its length.

    >>> text_digest("林场造林忙", "林场造林。")[:12]
    '235d3eaf98b8'
    """
    sha = hashlib.sha256()
    for part in (title, text):
        data = part.encode("utf-8", "surrogatepass")
        sha.update(len(data).to_bytes(8, "little") + data)
    return sha.hexdigest()


def bytes_digest(data: bytes) -> str:
    """Return the SHA-256 of the bytes of a page, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def storable(text: str) -> str:
    r"""Return a text without lone surrogates, which UTF-8 and so SQLite cannot hold.

    >>> storable("林\ud800场")
    '林?场'
    """
    return text.encode("utf-8", "replace").decode("utf-8")


class CorrectionStore:
    """The corrections of one database, which is made where there is none.

    Parameters
    ----------
    path : path
    now : callable, default: the clock
        Gives the time of a correction; for tests.

    Raises
    ------
    CorrectionError
        The file can't be opened, or is another program's.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, CorrectionStore(f"{folder}/c.sqlite") as store:
    ...     made = store.add(Correction.of_section("林场造林忙", "林场造林。", "forestry"), version=0)
    ...     made.version, [c.title for c in store.find(CorrectionFilter(query="造林"))], store.corpus().counts
    (1, ['林场造林忙'], {'forestry': 1})
    """

    def __init__(self, path: str | os.PathLike[str], *, now: Callable[[], datetime] | None = None) -> None:
        self.path = str(path)
        self._now = now or (lambda: datetime.now(timezone.utc))
        self._lock = threading.RLock()
        with self._told():
            self._db = self._connect()
            self._prepare()

    def __enter__(self) -> CorrectionStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()

    # -- writing -------------------------------------------------------------------------------

    def add(
        self, correction: Correction, *, version: int, document: tuple[str, bytes] | None = None
    ) -> Correction:
        """Keep a correction; it is on the disk when this returns.

        Parameters
        ----------
        correction : Correction
        version : int
            The version of the target that was seen; 0: no correction of it.
        document : tuple of (str, bytes) or None, default=None
            Name and bytes of the page, to be kept with it.

        Returns
        -------
        Correction
            With id, version and time.

        Raises
        ------
        ConflictError
            The target has another version.
        CorrectionError
            It can't be kept.
        """
        with self._transaction():
            seen, _ = self.current(correction.kind, correction.text_sha256)
            if seen != version:
                raise ConflictError(
                    f"version {version} was corrected, but there is version {seen}; look at it, then correct it again",
                    seen,
                )
            if document is not None:
                self._keep(*document)
            return self._insert(
                replace(correction, version=seen + 1, time=self._time(), undone=False, undoes=None)
            )

    def undo(self, id: int, *, version: int) -> tuple[int, Correction | None]:
        """Take a correction back, the newest of its target that holds.

        Returns
        -------
        tuple of (int, Correction or None)
            The version of the target, and what holds now.

        Raises
        ------
        ConflictError
            The target has another version, or `id` is not what holds.
        CorrectionError
            There is no such correction, or it can't be kept that it was taken back.
        """
        with self._transaction():
            found = self.get(id)
            if found is None:
                raise CorrectionError(f"there is no correction {id}; look it up in the list")
            seen, current = self.current(found.kind, found.text_sha256)
            if seen != version or current is None or current.id != id:
                raise ConflictError(
                    f"correction {id} is not what holds in version {seen}; look at it, then undo that", seen
                )
            self._db.execute("UPDATE corrections SET undone = 1 WHERE id = ?", (id,))
            undo = replace(found, id=0, version=seen + 1, time=self._time(), undone=False, undoes=id)
            self._insert(undo)
            return self.current(found.kind, found.text_sha256)

    def import_(self, rows: Iterable[Mapping[str, Any]]) -> ImportCounts:
        """Add what `export_log` gave, or records with ``title``, ``text`` and ``section``; all of them or none.

        Of two corrections of one target, the later one holds. Those that were taken back are left out.

        Raises
        ------
        CorrectionError
            A row is no correction.
        """
        added = known = conflicts = 0
        with self._transaction():
            for number, row in enumerate(rows, 1):
                correction, document = _imported(row, number)
                if correction.undone:
                    continue
                version, current = self.current(correction.kind, correction.text_sha256)
                if current is not None and current.after == correction.after:
                    known += 1
                elif current is not None and current.time >= correction.time:
                    conflicts += 1
                else:
                    if document is not None:
                        self._keep(*document)
                    time = correction.time or self._time()
                    self._insert(replace(correction, version=version + 1, time=time))
                    added += 1
        return ImportCounts(added, known, conflicts)

    def set_setting(self, name: str, value: Any) -> None:
        """Keep a value that JSON can hold under a name."""
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))

    # -- reading -------------------------------------------------------------------------------

    def setting(self, name: str) -> Any:
        """Return the value of a name; None where there is none."""
        with self._reading():
            row = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def current(self, kind: str, digest: str) -> tuple[int, Correction | None]:
        """Return the version of a target, and the correction that holds."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_COLUMNS} FROM corrections WHERE kind = ? AND text_sha256 = ? ORDER BY id",
                (kind, digest),
            ).fetchall()
        found = [_from_row(row) for row in rows]
        holding = [c for c in found if c.undoes is None and not c.undone]
        return (found[-1].version if found else 0), (holding[-1] if holding else None)

    def states(self, kind: str, digests: Iterable[str]) -> dict[str, tuple[int, Correction | None]]:
        """Return `current` of each of `digests` that has a version."""
        states = {digest: self.current(kind, digest) for digest in dict.fromkeys(digests)}
        return {digest: state for digest, state in states.items() if state[0]}

    def get(self, id: int) -> Correction | None:
        """Return a correction by its id."""
        with self._reading():
            row = self._db.execute(f"SELECT {_COLUMNS} FROM corrections WHERE id = ?", (id,)).fetchone()
        return None if row is None else _from_row(row)

    def find(self, asked: CorrectionFilter, limit: int = 50) -> list[Correction]:
        """Return the newest corrections that are asked for."""
        where, values = asked.where()
        with self._reading():
            rows = self._db.execute(
                f"SELECT {_COLUMNS} FROM corrections AS c WHERE {where} ORDER BY id DESC LIMIT ?",
                (*values, limit),
            ).fetchall()
        return [_from_row(row) for row in rows]

    def count(self, asked: CorrectionFilter) -> int:
        """Return how many corrections are asked for; ``before`` is not counted from."""
        where, values = replace(asked, before=0).where()
        with self._reading():
            return int(
                self._db.execute(f"SELECT count(*) FROM corrections AS c WHERE {where}", values).fetchone()[0]
            )

    def count_until(self, asked: CorrectionFilter, last: int) -> int:
        """Return how many corrections that are asked for have ids up to `last`."""
        where, values = replace(asked, before=last + 1).where()
        with self._reading():
            return int(
                self._db.execute(f"SELECT count(*) FROM corrections AS c WHERE {where}", values).fetchone()[0]
            )

    def stream(self, asked: CorrectionFilter | None = None) -> Iterator[Correction]:
        """Yield corrections, the oldest first, as they were when this began; None: every row.

        It reads through a connection of its own, so that writers go on.
        """
        where, values = ("1", []) if asked is None else asked.where()
        with self._told():
            db = self._connect()
        try:
            for row in db.execute(
                f"SELECT {_COLUMNS} FROM corrections AS c WHERE {where} ORDER BY id", values
            ):
                yield _from_row(row)
        finally:
            db.close()

    def document(self, digest: str) -> tuple[str, bytes] | None:
        """Return name and bytes of a page that is kept."""
        with self._reading():
            row = self._db.execute("SELECT file, data FROM documents WHERE sha256 = ?", (digest,)).fetchone()
        return None if row is None else (row[0], row[1])

    def corpus(self) -> Corpus:
        """Return the section corrections that hold as labelled documents, the oldest first."""
        return Corpus(tuple(document for _, document in self.labelled()), self.path)

    def labelled(self) -> list[tuple[Correction, Document]]:
        """Return the section corrections that hold, each with its document."""
        found = self.stream(CorrectionFilter(kind="section"))
        return [
            (c, Document(c.text, c.after["section"], c.title, f"{self.path}, correction {c.id}"))
            for c in found
            if c.text.strip() or c.title
        ]

    # -- the database --------------------------------------------------------------------------

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        db.execute("PRAGMA synchronous = FULL")
        return db

    def _prepare(self) -> None:
        (found,) = self._db.execute("PRAGMA user_version").fetchone()
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if found not in (0, FORMAT) or (found == 0 and tables):
            raise CorrectionError(f"{self.path}: is no database of corrections; give another name")
        (mode,) = self._db.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise CorrectionError(
                f"{self.path}: its folder takes no write-ahead log; keep it on a local disk"
            )
        if found == 0:
            with self._transaction():
                if (
                    self._db.execute("PRAGMA user_version").fetchone()[0] == 0
                ):  # another process may be quicker
                    for statement in _TABLES.split(";")[:-1]:
                        self._db.execute(statement)
                    self._db.execute(f"PRAGMA user_version = {FORMAT}")

    def _insert(self, c: Correction) -> Correction:
        cursor = self._db.execute(
            "INSERT INTO corrections (kind, text_sha256, version, time, model_sha256, file, headline, title, text, "
            "section, before, after, document, article, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                c.kind, c.text_sha256, c.version, c.time, c.model_sha256, storable(c.file), storable(c.headline),
                c.title, c.text, c.after.get("section"), json.dumps(c.before), json.dumps(c.after), c.document,
                c.article, c.undoes,
            ),
        )  # fmt: skip
        return replace(c, id=int(cursor.lastrowid or 0))

    def _keep(self, file: str, data: bytes) -> None:
        """Keep the bytes of a page."""
        row = (bytes_digest(data), storable(file), data)
        self._db.execute("INSERT OR IGNORE INTO documents VALUES (?, ?, ?)", row)

    def _time(self) -> str:
        return self._now().astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Do what is inside in one transaction, which is on the disk afterwards, or not at all."""
        with self._lock, self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, self._told():
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn errors of SQLite into a `CorrectionError` that says what to do."""
        try:
            yield
        except sqlite3.Error as e:
            # Python 3.10 has no error codes, but SQLite's own words do not change.
            reason = str(e)
            advice = "check the file and its folder"
            if "full" in reason or "disk I/O" in reason:
                advice = "make room on the disk; nothing of it was kept"
            elif "locked" in reason:
                advice = "another program writes to it; try again"
            elif "not a database" in reason or "malformed" in reason:
                advice = "it is damaged or another program's; give another name"
            raise CorrectionError(f"{self.path}: {reason}; {advice}") from None


def _from_row(row: tuple[Any, ...]) -> Correction:
    (id, kind, digest, version, time, model, file, headline, title, text, before, after, document, article, undoes,
     undone) = row  # fmt: skip
    return Correction(
        kind, digest, json.loads(before), json.loads(after), model, file, headline, title, text, document, article,
        id, version, time, bool(undone), undoes,
    )  # fmt: skip


def _imported(row: Mapping[str, Any], number: int) -> tuple[Correction, tuple[str, bytes] | None]:
    """Return the correction of a row of a log, or of a record with a text and a section, and its page."""
    refused = CorrectionError(
        f"row {number} is no correction; give what the export `log` wrote, or records with text and section"
    )
    texts = {key: row.get(key) or "" for key in ("file", "headline", "title", "text", "model_sha256", "time")}
    if not all(isinstance(value, str) for value in texts.values()):
        raise refused
    texts = {key: storable(value) for key, value in texts.items()}
    known: dict[str, Any] = {
        key: storable(value) for key in ("document", "article") if isinstance(value := row.get(key), str)
    }
    known["undone"] = bool(row.get("undone")) or row.get("undoes") is not None
    after = row.get("after", {"section": row.get("section", row.get("label"))})
    before = row.get("before") if isinstance(row.get("before"), dict) else {}
    if not isinstance(after, dict):
        raise refused
    title, text = texts.pop("title"), texts.pop("text")
    if row.get("kind", "section") == "section":
        section = after.get("section")
        if not isinstance(section, str) or not section.strip() or not (title or text.strip()):
            raise refused
        return Correction.of_section(title, text, section.strip(), before=before, **texts, **known), None
    digest, data = row.get("text_sha256"), row.get("data")
    page = None
    if isinstance(data, str):
        with suppress(ValueError):
            page = base64.b64decode(data, validate=True)
    if row["kind"] != "boundaries" or not isinstance(after.get("articles"), list):
        raise refused
    if page is None or bytes_digest(page) != digest:
        raise refused
    known["document"] = digest
    return Correction("boundaries", digest, before, after, **texts, **known), (texts["file"], page)


def export_log(store: CorrectionStore) -> Iterator[dict[str, Any]]:
    """Yield every row as plain data, the oldest first; boundaries with the bytes of their page, in base64."""
    for correction in store.stream():
        row = correction.to_dict()
        if correction.kind == "boundaries" and (page := store.document(correction.text_sha256)):
            row["data"] = base64.b64encode(page[1]).decode("ascii")
        yield row


def export_labelled(store: CorrectionStore) -> Iterator[dict[str, Any]]:
    """Yield the section corrections that hold as records that `classify train` reads, the oldest first."""
    for c in store.stream(CorrectionFilter(kind="section")):
        yield {"title": c.title, "text": c.text, "label": c.after["section"], "file": c.file, "time": c.time}
