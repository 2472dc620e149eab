"""The database of corrections; `classify.corrections` says what it promises."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from classify.corrections.records import Correction, CorrectionFilter, bytes_digest, storable
from classify.errors import ConflictError, CorrectionError, DatabaseError
from classify.read.labelled import Corpus, Document

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

__all__ = ["CorrectionStore", "ImportCounts"]

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


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import did: corrections added, known already, and left out because this database has a newer one."""

    added: int = 0
    known: int = 0
    conflicts: int = 0


class CorrectionStore:
    """The corrections of one database, which is made where there is none.

    Parameters
    ----------
    path : path
    now : callable, default: the clock
        Gives the time of a correction; for tests.

    Raises
    ------
    DatabaseError
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
        DatabaseError
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

    def import_(self, rows: Iterable[tuple[Correction, tuple[str, bytes] | None]]) -> ImportCounts:
        """Add corrections, each with its page where it has one; all of them or none.

        Of two corrections of one target, the later one holds. Those that were taken back are left out. `rows` may
        raise a `CorrectionError`; then nothing is kept.
        """
        added = known = conflicts = 0
        with self._transaction():
            for correction, document in rows:
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

    def count_until(self, asked: CorrectionFilter, time: str) -> int:
        """Return how many corrections that are asked for were made until a time, as `Correction.time` has it."""
        where, values = asked.where()
        with self._reading():
            query = f"SELECT count(*) FROM corrections AS c WHERE {where} AND time <= ?"
            return int(self._db.execute(query, (*values, time)).fetchone()[0])

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
            raise DatabaseError(f"{self.path}: is no database of corrections; give another name")
        (mode,) = self._db.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise DatabaseError(f"{self.path}: its folder takes no write-ahead log; keep it on a local disk")
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
        """Turn errors of SQLite into a `DatabaseError` that says what to do."""
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
            raise DatabaseError(f"{self.path}: {reason}; {advice}") from None


def _from_row(row: tuple[Any, ...]) -> Correction:
    (id, kind, digest, version, time, model, file, headline, title, text, before, after, document, article, undoes,
     undone) = row  # fmt: skip
    return Correction(
        kind, digest, json.loads(before), json.loads(after), model, file, headline, title, text, document, article,
        id, version, time, bool(undone), undoes,
    )  # fmt: skip
