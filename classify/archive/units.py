"""Files to units of work of bounded size, always the same ones.

A unit is what a worker does at a time and what becomes one shard of the output. Parts of files (`classify.read.parts`)
go into it until it has its size; it may end one file and begin the next. Where a unit ends depends on the files alone,
so a run that is resumed cuts the same units as one that was never stopped.

The first units are smaller, so that all workers have something to do soon.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from classify.files import file_digest
from classify.read.parts import FilePart, read_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from classify.options import ArchiveOptions
    from classify.read.listing import InputFile

__all__ = ["Place", "WorkUnit", "cut_units"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run goes on.

    Attributes
    ----------
    input : int
        Index of the file, from 0.
    parts : int
        How many parts of it are done.
    read : int
        Bytes of all files before this place.
    """

    input: int = 0
    parts: int = 0
    read: int = 0


@dataclass(frozen=True)
class WorkUnit:
    """Parts of files that become one shard.

    Attributes
    ----------
    number : int
        The number of the shard, from 0.
    parts : tuple of FilePart
    after : Place
        Where the next unit begins.
    digests : mapping of str to str
        The SHA-256 of each file that has a part here; empty where it cannot be read.
    """

    number: int
    parts: tuple[FilePart, ...]
    after: Place
    digests: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def cost(self) -> int:
        """About how many bytes of memory a worker needs for it.

        Estimated from the bytes of its parts, and, of pages, from their lines, each of which costs however short it is.

        >>> part = FilePart("a.txt", "", ("字\\n" * 1000).encode(), 4000)
        >>> WorkUnit(0, (part,), Place()).cost
        2080000
        """
        pages = [part.content for part in self.parts if isinstance(part.content, bytes)]
        lines = sum(page.count(b"\n") - 4 * page.count(b"\n\n\n\n") for page in pages)  # gaps cost nothing
        return 20 * sum(part.size for part in self.parts) + 2000 * lines


def cut_units(
    inputs: Iterable[InputFile], options: ArchiveOptions, *, number: int = 0, start: Place | None = None
) -> Iterator[WorkUnit]:
    """Yield the units of an archive, from a place on.

    Parameters
    ----------
    inputs : iterable of InputFile
        All files of the archive, those before `start` included.
    options : ArchiveOptions
        `unit_bytes` and `read` are used.
    number : int, at least 0, default=0
        The number of the first unit.
    start : Place or None, default=None
        Where to begin; None: at the first file.

    Examples
    --------
    >>> from classify import ArchiveOptions
    >>> from classify.read.listing import list_inputs
    >>> pages = list(list_inputs(["examples/page.txt"])) * 3
    >>> [len(unit.parts) for unit in cut_units(pages, ArchiveOptions(unit_bytes=20_000))]
    [1, 1, 1]
    """
    # The first unit is 1/ramp of the full size, the second 2/ramp, and so on (chosen).
    ramp = 16
    # A page costs something however short it is: every part counts for so many bytes at least (chosen).
    least = 256
    # A file of records is read in this many parts a unit (chosen), so that units end near their size.
    part_bytes = max(1, options.unit_bytes // 16)
    start = start or Place()
    held: list[FilePart] = []
    digests: dict[str, str] = {}
    size = read = 0
    after = start
    for i, file in enumerate(inputs):
        before, read = read, read + file.size
        if i < start.input:
            continue
        done = start.parts if i == start.input else 0
        # Before the file is read: one that is changed in between has the digest of what it was, and is done again. A
        # page, which is read as one, is not read twice.
        digest = "" if file.path.endswith((".txt", ".pdf")) else file_digest(file.path)
        for j, (part, at) in enumerate(read_parts(file, options.read, part_bytes=part_bytes)):
            if j < done:
                continue
            held.append(part)
            if (
                isinstance(part.content, bytes)
                and len(part.content) == file.size
                and not (part.member or digest)
            ):
                digest = hashlib.sha256(part.content).hexdigest()
            digests[part.path] = digest
            size += max(part.size, least)
            after = Place(i, j + 1, before + min(at, file.size))
            if size >= options.unit_bytes * min(number + 1, ramp) // ramp:
                yield WorkUnit(number, tuple(held), after, digests)
                number += 1
                held, size, digests = [], 0, {}
        after = Place(i + 1, 0, read)
    if held:
        yield WorkUnit(number, tuple(held), after, digests)
