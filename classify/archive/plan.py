"""What an update has to do: the files that a folder was made of, compared with those that are there now.

A file is known by its path. It is unchanged where its size and time of change are; where only the time differs, its
SHA-256 decides, so that a file that was copied or touched is not done again. Comparing two lists of any length is a
join, and SQLite does it in a temporary database: memory stays bounded, however many files there are.
"""

from __future__ import annotations

import json
import sqlite3
import stat
from typing import TYPE_CHECKING, Any, NamedTuple

from classify.archive.state import (
    FAILURES,
    INPUTS,
    MANIFEST,
    SUMMARY,
    read_header,
    read_input,
    read_shard_lines,
)
from classify.archive.totals import Changes, Totals, summary_of
from classify.archive.units import Place
from classify.errors import InputError
from classify.files import file_digest, name_of_written, open_regular, written_name
from classify.read.listing import InputFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from classify.options import UpdateOptions

__all__ = ["Plan", "WrittenRun", "failed_file"]


class WrittenRun:
    """What the files of a run's folder say; nothing of it is held in memory.

    Parameters
    ----------
    path : Path
        The folder of a run, finished or not.

    Attributes
    ----------
    header : dict
        See `read_header`.
    after : Place
        Up to where the input is done.
    totals : Totals
    last : str
        The name of the last shard; empty where there is none.

    Raises
    ------
    InputError
        The folder is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.after, self.last = Place(), ""
        with open_regular(path / MANIFEST, follow=False) as manifest:
            self.header = read_header(manifest.readline(), path / MANIFEST)
            self.totals = Totals(files=self.header["inputs"]["files"], size=self.header["inputs"]["bytes"])
            for line in read_shard_lines(manifest, path / MANIFEST, self.header):
                self.after, self.last = Place(*line["next"]), line["shard"]
                self.totals.add(line)
        # The last unit may have ended with the last part of a file, which is known when there is no other unit.
        if "updates" in self.header or self.finished:
            self.after = Place(self.header["inputs"]["files"], 0, self.header["inputs"]["bytes"])

    @property
    def finished(self) -> bool:
        """Whether the run is done: the summary is there, and is what the manifest adds up to."""
        try:
            with open_regular(self.path / SUMMARY, follow=False) as file:
                return file.read() == summary_of(self.totals)
        except OSError:
            return False

    def inputs(self) -> Iterator[tuple[InputFile, bool]]:
        """Yield the files, each with whether all of it is done."""
        with open_regular(self.path / INPUTS, follow=False) as lines:
            for number, line in enumerate(lines):
                yield read_input(line, number + 1, self.path / INPUTS), number < self.after.input

    def partial(self) -> str:
        """Return the written name of the file of which a part is done; nothing where there is none."""
        found = ""
        if self.after.parts:
            for number, (file, _) in enumerate(self.inputs()):
                if number == self.after.input:
                    found = written_name(file.path)
        return found

    def lines(self) -> Iterator[tuple[dict[str, Any], list[bytes]]]:
        """Yield the line of each shard, with the lines of its failures."""
        end = 0
        with (
            open_regular(self.path / MANIFEST, follow=False) as manifest,
            open_regular(self.path / FAILURES, follow=False) as failures,
        ):
            manifest.readline()
            for line in read_shard_lines(manifest, self.path / MANIFEST, self.header):
                found = failures.read(line["failures_end"] - end).splitlines(keepends=True)
                end = line["failures_end"]
                if failures.tell() != end or len(found) != line["failed"]:
                    raise InputError(
                        f"{self.path / FAILURES}: is not what the manifest says; give a new folder"
                    )
                yield line, found


def failed_file(failure: bytes) -> str:
    """Return the file that a line of the failures is about; nothing where the line is damaged.

    >>> failed_file(b'{"file": "a.txt", "error": "x"}')
    'a.txt'
    """
    try:
        found = json.loads(failure)
    except ValueError:
        return ""
    return str(found.get("file", "")) if isinstance(found, dict) else ""


class _Known(NamedTuple):
    """What a folder says of a file; None throughout where it says nothing."""

    size: int
    mtime_ns: int
    done: int | None
    sha256: str
    failed: int


def _change(now: InputFile, was: _Known, options: UpdateOptions) -> str:
    """Return what has become of a file: the name of a field of `Changes`."""
    if was.done != 1:
        return "new"
    if now.mtime_ns == -1 and was.mtime_ns != -1:
        return "changed" if options.prune else "vanished"
    if (now.size, now.mtime_ns) == (was.size, was.mtime_ns):
        what = "unchanged"
    elif now.size == was.size and was.sha256 and file_digest(now.path) == was.sha256:
        what = "touched"
    else:
        return "changed"
    return "retried" if was.failed and options.retry_failed else what


def _is_there(shard: Path, size: int) -> bool:
    """Return whether a shard is a file of its size. Reading all of them would take longer than most updates."""
    try:
        found = shard.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size


_TABLES = """
CREATE TABLE now (number INTEGER PRIMARY KEY, path TEXT, size INTEGER, mtime INTEGER, todo INTEGER DEFAULT 0,
                  gone INTEGER DEFAULT 0);
CREATE TABLE old (path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, done INTEGER, sha256 TEXT DEFAULT '',
                  failed INTEGER DEFAULT 0);
CREATE TABLE dropped (path TEXT PRIMARY KEY);
"""


class Plan:
    """A comparison of the inputs of a folder with those that are there now.

    Parameters
    ----------
    inputs : iterable of InputFile
        Those that are there now. Exhausted here.
    """

    def __init__(self, inputs: Iterable[InputFile]) -> None:
        self._db = sqlite3.connect(
            "", isolation_level=None
        )  # an empty name: a temporary file, removed in the end
        self._db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN; {_TABLES}")
        rows = ((written_name(file.path), file.size, file.mtime_ns) for file in inputs)
        self._db.executemany("INSERT INTO now (path, size, mtime) VALUES (?, ?, ?)", rows)
        self._db.execute("CREATE INDEX now_path ON now (path)")

    def close(self) -> None:
        """Remove the database."""
        self._db.close()

    def compare(self, run: WrittenRun, options: UpdateOptions, *, again: bool = False) -> Changes:
        """Work out what is to be done, and return how many files are new, changed, and so on.

        Parameters
        ----------
        run : WrittenRun
        options : UpdateOptions
        again : bool, default=False
            Whether all inputs are done again, whatever the folder has of them.
        """
        self._read(run)
        changes = Changes()
        after = -1
        while rows := self._rows(after):
            for number, path, *now, was in ((*row[:4], _Known(*row[4:])) for row in rows):
                what = "changed" if again else _change(InputFile(name_of_written(path), *now), was, options)
                setattr(changes, what, getattr(changes, what) + 1)
                if what in ("new", "changed", "retried"):
                    self._db.execute("UPDATE now SET todo = 1 WHERE number = ?", (number,))
                elif what == "vanished":
                    self._db.execute("UPDATE now SET gone = 1 WHERE number = ?", (number,))
            after = rows[-1][0]
        count = "SELECT count(*) FROM old WHERE done = 1 AND path NOT IN (SELECT path FROM now)"
        vanished = self._db.execute(count).fetchone()[0]
        lost = "SELECT count(*) FROM old WHERE done = -1 AND path NOT IN (SELECT path FROM now)"
        changes.lost = self._db.execute(lost).fetchone()[0]
        if options.prune:
            changes.pruned += vanished
        else:
            changes.vanished += vanished
        self._db.executescript(
            f"""
            INSERT OR IGNORE INTO dropped SELECT path FROM now WHERE todo;
            INSERT OR IGNORE INTO dropped SELECT path FROM old WHERE done != 1;
            INSERT OR IGNORE INTO dropped SELECT path FROM old
                WHERE {int(options.prune)} AND path NOT IN (SELECT path FROM now);
            """
        )
        return changes

    def todo(self) -> Iterator[InputFile]:
        """Yield the files that are to be done, in the order of the inputs."""
        for path, size, mtime in self._db.execute(
            "SELECT path, size, mtime FROM now WHERE todo ORDER BY number"
        ):
            yield InputFile(name_of_written(path), size, mtime)

    def listed(self) -> Iterator[InputFile]:
        """Yield the files that the folder is made of then: the inputs, behind them those that vanished and are kept."""
        query = """
            SELECT path, size, mtime FROM (
                SELECT 0 AS part, number AS place, path, size, mtime FROM now WHERE NOT gone UNION ALL
                SELECT 1, rowid, path, size, mtime FROM old
                    WHERE done = 1 AND path NOT IN (SELECT path FROM now WHERE NOT gone)
                    AND path NOT IN (SELECT path FROM dropped)
            ) ORDER BY part, place
        """
        for path, size, mtime in self._db.execute(query):
            yield InputFile(name_of_written(path), size, mtime)

    def is_dropped(self, written: str) -> bool:
        """Whether what the folder has of a file, by its written name, is dropped: it is done again or pruned."""
        return self._db.execute("SELECT 1 FROM dropped WHERE path = ?", (written,)).fetchone() is not None

    def _read(self, run: WrittenRun) -> None:
        """Read what the folder says into the table `old`."""
        self._db.executescript("DELETE FROM old; DELETE FROM dropped; UPDATE now SET todo = 0, gone = 0")
        rows = ((written_name(file.path), file.size, file.mtime_ns, done) for file, done in run.inputs())
        # A path that is listed twice is done where both are.
        self._db.executemany(
            "INSERT INTO old (path, size, mtime, done) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET done = min(done, excluded.done)",
            rows,
        )
        for line, failures in run.lines():
            if not _is_there(run.path / line["shard"], line["bytes"]):  # its files are done again
                self._db.executemany(
                    "UPDATE old SET done = -1 WHERE path = ?", ((file[0],) for file in line["files"])
                )
            self._db.executemany(
                "UPDATE old SET sha256 = ? WHERE path = ?",
                ((sha256, path) for path, _, sha256 in line["files"]),
            )
            self._db.executemany(
                "UPDATE old SET failed = 1 WHERE path = ?", ((failed_file(failure),) for failure in failures)
            )

    def _rows(self, after: int) -> list[tuple[Any, ...]]:
        """Return some of the inputs, those behind number `after`, each beside what the folder says of its path."""
        query = """
            SELECT number, path, now.size, now.mtime, old.size, old.mtime, old.done, old.sha256, old.failed
            FROM now LEFT JOIN old USING (path) WHERE number > ? ORDER BY number LIMIT 10000
        """
        return self._db.execute(query, (after,)).fetchall()
