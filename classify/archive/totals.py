"""What a run counts: articles, sections and failures, and what an update found of the files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Changes", "Totals", "summary_of"]


@dataclass(slots=True)
class Changes:
    """What an update found of the files of a folder, each counted once.

    Attributes
    ----------
    new, changed : int
    retried : int
        Files of which something had failed, and that were done again for that.
    touched : int
        Files of the same content with another time of change; they are not done again.
    unchanged : int
    vanished, pruned : int
        Files that are no longer among the inputs, and were kept or dropped.
    lost : int
        Files that are no longer among the inputs, and whose articles were in a shard that is damaged.

    Examples
    --------
    >>> str(Changes(new=2, unchanged=1198))
    '2 new, 0 changed, 1,198 unchanged'
    >>> str(Changes(touched=1, vanished=3))
    '0 new, 0 changed, 0 unchanged, 1 touched, 3 vanished and kept'
    """

    new: int = 0
    changed: int = 0
    retried: int = 0
    touched: int = 0
    unchanged: int = 0
    vanished: int = 0
    pruned: int = 0
    lost: int = 0

    def __str__(self) -> str:
        parts = [f"{self.new:,} new", f"{self.changed:,} changed", f"{self.unchanged:,} unchanged"]
        more = {
            "touched": self.touched,
            "tried again": self.retried,
            "vanished and kept": self.vanished,
            "vanished and dropped": self.pruned,
            "vanished and lost with a damaged shard": self.lost,
        }
        for what, n in more.items():
            parts += [f"{n:,} {what}"] if n else []
        return ", ".join(parts)


@dataclass(slots=True)
class Totals:
    """What a run has done so far.

    Attributes
    ----------
    files, done : int
        Files of the archive, and how many of them are finished.
    size, read : int
        Bytes of the archive, and how many of them are read.
    shards, articles : int
    sections : dict of str to int
        Articles of each section, sorted by name.
    abstained : int
        Articles without a section.
    failed : int
        Files, members, records and articles that could not be done.
    changes : Changes or None
        What an update found; None of other runs.

    Examples
    --------
    >>> Totals(files=2, articles=7).failed
    0
    """

    files: int = 0
    done: int = 0
    size: int = 0
    read: int = 0
    shards: int = 0
    articles: int = 0
    sections: dict[str, int] = field(default_factory=dict)
    abstained: int = 0
    failed: int = 0
    changes: Changes | None = None

    def add(self, line: Mapping[str, Any]) -> None:
        """Add a shard by its line in the manifest.

        >>> totals = Totals()
        >>> totals.add({"next": [1, 0, 9], "articles": 2, "sections": {"other": 2}, "abstained": 0, "failed": 0})
        >>> totals.done, totals.read, totals.sections
        (1, 9, {'other': 2})
        """
        self.done, _, self.read = line["next"]
        self.shards += 1
        self.articles += line["articles"]
        self.abstained += line["abstained"]
        self.failed += line["failed"]
        for name, n in line["sections"].items():
            self.sections[name] = self.sections.get(name, 0) + n
        self.sections = dict(sorted(self.sections.items()))


def summary_of(totals: Totals) -> bytes:
    """Return what the summary of a finished run holds."""
    found = {k: v for k, v in asdict(totals).items() if k not in ("done", "read", "changes")}
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()
