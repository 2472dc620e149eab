"""Damaged folders of archive runs: the same folder is written, or one line says what is wrong.

A small archive is stopped half way. Then its manifest, its list of inputs or its failures is changed: every byte of
each in turn, and whole fields to values that can't be. The run goes on, and ends in one of two ways: an `InputError` of
one line, or the folder as it would have been without the stop, byte for byte. A changed shard is always an error.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from classify.archive.folder import open_folder
from classify.archive.shards import Shard
from classify.archive.state import FAILURES, INPUTS, MANIFEST
from classify.archive.units import Place
from classify.errors import InputError
from classify.read.listing import InputFile
from tests.safety.tried import Tried

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER = {"classify": "0", "format": "jsonl"}
FILES = [InputFile("a.txt", 90, 1), InputFile("b\ud800.txt", 60, 2), InputFile("c.txt", 30, 3)]


def shards() -> Iterator[tuple[Shard, Place]]:
    """Yield three small shards as workers would make them, the second with failures."""
    from hashlib import sha256

    for i, failures in enumerate(([], [{"file": "b", "error": "x"}, {"file": "b", "error": "y"}], [])):
        data = b'{"id": "%d"}\n' % i * 2
        place = Place(i + 1, 0, sum(file.size for file in FILES[: i + 1]))
        yield (
            Shard(data, sha256(data).hexdigest(), 2, {"forestry": 1}, 1, failures, [(FILES[i].path, 2)]),
            place,
        )


def write(out: Path, stop: int = 9) -> None:
    """Write the folder of a run, or go on with it, up to shard `stop`."""
    with open_folder(out, FILES, HEADER) as folder:
        if folder.finished:
            return
        for number, (shard, place) in enumerate(shards()):
            if folder.totals.shards == number < stop:
                folder.write(shard, place)
        if stop >= 3:
            folder.finish()


def contents(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


def values() -> list[Any]:
    return [
        None,
        True,
        -1,
        2**70,
        1.5,
        "x",
        "../x",
        [],
        {},
        [0, 0, 0],
        [9, 9, 9**9],
        {"x": -1},
        {"x": "y"},
        10**4,
    ]


def damaged_lines(line: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a line of JSON with each field left out, and with each of `values` in its place."""
    found = json.loads(line)
    for key in found:
        if key == "check":  # as the first version wrote it: no damage
            continue
        yield f"no {key}", json.dumps({k: v for k, v in found.items() if k != key}).encode() + b"\n"
        for value in values():
            yield f"{key} is {value!r}", json.dumps(found | {key: value}).encode() + b"\n"
    yield "another field", json.dumps(found | {"another": 1}).encode() + b"\n"
    for other in (
        b"{}\n",
        b"[]\n",
        b"\n",
        b"[" * 100_000 + b"\n",
        b"\xff\n",
        b"{\x00}\n",
        b"9" * 9999 + b"\n",
        line * 2,
    ):
        yield f"{other[:9]!r}", other


def run_damage(folder: Path, *, every: int = 1) -> Tried:
    """Try each damage, or each n-th of the flipped bytes."""
    tried = Tried("damaged archive folders")
    write(whole := folder / "whole")
    write(half := folder / "half", 2)
    good, kept = contents(whole), contents(half)

    def attempt(case: str, name: str, data: bytes, *, must_fail: bool = False) -> None:
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(half, out)
        (out / name).write_bytes(data)
        fault = ""
        try:
            write(out)
        except InputError as e:
            told = str(e)
            if "\n" in told or len(told) > 1000:
                fault = f"told not in one line: {told[:80]!r}"
        except BaseException as e:
            fault = f"{type(e).__name__}: {e}"
        else:
            if must_fail:
                fault = "it is accepted"
            elif contents(out) != good:
                fault = "another folder"
        tried.note(case, fault)

    for name in (MANIFEST, INPUTS, FAILURES):
        for at in range(0, len(kept[name]), every):
            for bit in (1, 0x20, 0x80) if every == 1 else (1,):
                data = bytearray(kept[name])
                data[at] ^= bit
                # What a run does not read again can't be known to be changed: the texts of failures.
                if name != FAILURES or data[at] == 0x0A or kept[name][at] == 0x0A:
                    attempt(f"{name}, byte {at} ^ {bit}", name, bytes(data))
        for end in range(0, len(kept[name]), 7 * every):
            attempt(f"{name} cut at {end}", name, kept[name][:end])
    for name in (MANIFEST, INPUTS):
        lines = kept[name].splitlines(keepends=True)
        for at, line in enumerate(lines):
            for what, other in damaged_lines(line):
                data = b"".join([*lines[:at], other, *lines[at + 1 :]])
                attempt(f"{name}, line {at + 1}: {what}", name, data)
            swapped = [*lines[:at], *lines[at + 1 :], line]
            attempt(f"{name}, line {at + 1} last", name, b"".join(swapped))
    for name in sorted(kept):
        if name.startswith("articles-"):
            for at in range(0, len(kept[name]), every):
                data = bytearray(kept[name])
                data[at] ^= 1
                attempt(f"{name}, byte {at}", name, bytes(data), must_fail=True)
    return tried
