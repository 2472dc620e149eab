"""What the files of a run's folder say, checked line by line before a run goes on from it.

A folder lies about for months, is copied and edited, and may have been damaged or made by anybody. Nothing in it is
believed: every line must be what `Folder` writes at that place, and every shard must have the digest of its line. The
message names the line, and says how to go on.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import IO, TYPE_CHECKING, Any

from classify.errors import InputError
from classify.files import name_of_written, open_regular, written_name
from classify.read.listing import InputFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = [
    "FAILURES",
    "FORMAT",
    "INPUTS",
    "MANIFEST",
    "SHARD_NAME",
    "SUMMARY",
    "check_of",
    "check_shard_file",
    "complete_lines",
    "input_line",
    "json_line",
    "read_header",
    "read_input",
    "read_shard_lines",
    "shard_line",
    "suffix_of",
]

MANIFEST, INPUTS, FAILURES, SUMMARY = "manifest.jsonl", "inputs.jsonl", "failures.jsonl", "summary.json"

_NEW = "give a new folder"
FORMAT = 2
"""Number of the manifest's format. In the first one the lines of shards do not say which files they are of; a run that
was begun in it is finished in it."""
SHARD_NAME = re.compile(r"articles-(\d{8,19})\.(jsonl|jsonl\.gz|parquet)")
_DIGEST = re.compile("[0-9a-f]{64}")


def suffix_of(shard: str) -> str:
    """Return the format of a shard by its name.

    >>> suffix_of("articles-00000000.jsonl.gz")
    'jsonl.gz'
    """
    return shard.partition(".")[2]


def complete_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield lines up to the first without an end: the one that was being written."""
    for line in file:
        if not line.endswith(b"\n"):
            return
        yield line


def read_header(line: bytes, path: Path) -> dict[str, Any]:
    """Return the first line of a manifest.

    Parameters
    ----------
    line : bytes
    path : Path
        The manifest.

    Raises
    ------
    InputError
        It is damaged, or of a later format.
    """
    header = _object(line)
    if _is_count(header.get("manifest")) and header["manifest"] > FORMAT:
        raise InputError(f"{path}: was written by a later version of this package; install that, or {_NEW}")
    inputs = header.get("inputs")
    counts = list(inputs.values()) if isinstance(inputs, dict) and list(inputs) == ["files", "bytes"] else []
    if (
        header.get("format") not in ("jsonl", "jsonl.gz", "parquet")
        or header.get("manifest") not in (1, FORMAT)
        or not _is_count(header.get("updates", 0))
        or len(counts) != 2
        or not all(map(_is_count, counts))
    ):
        raise InputError(f"{path}, line 1: damaged; {_NEW}")
    return header


def read_input(line: bytes, number: int, path: Path) -> InputFile:
    """Return a line of the list of inputs; `number` is from 1.

    Raises
    ------
    InputError
        It is damaged.
    """
    found = _object(line)
    if (
        list(found) != ["path", "size", "mtime_ns"]
        or type(found["path"]) is not str
        or not _is_count(found["size"])
        or type(found["mtime_ns"]) is not int
    ):
        raise InputError(f"{path}, line {number}: damaged; {_NEW}")
    return InputFile(**found | {"path": name_of_written(found["path"])})


def input_line(file: InputFile) -> bytes:
    r"""Return a file as a line of the list of inputs.

    >>> print(input_line(InputFile("第\udcff版.txt", 9, 1)).decode(), end="")
    {"path": "第\\xff版.txt", "size": 9, "mtime_ns": 1}
    """
    return json_line({"path": written_name(file.path), "size": file.size, "mtime_ns": file.mtime_ns})


def read_shard_lines(manifest: IO[bytes], path: Path, header: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the complete lines of a manifest after its header.

    Parameters
    ----------
    manifest : binary file
        Behind its first line.
    path : Path
        Its path, for messages.
    header : mapping
        From `read_header`.

    Raises
    ------
    InputError
        A line is not what a run writes at its place: the next shard, with counts that can be, and a place to go on that
        is not before the last one. After an update, all numbers up to the last need not be there, and all of the input
        is done.
    """
    before: dict[str, Any] = {"shard": "", "next": [0, 0, 0], "failures_end": 0}
    for number, line in enumerate(complete_lines(manifest)):
        found = _object(line)
        has_check = "check" in found  # the first version wrote none
        check = found.pop("check", None)
        wrong = "damaged" if has_check and check != check_of(found) else ""
        wrong = wrong or _fault(found, number, before, header)
        if wrong:
            where = f"{path}, line {number + 2}"
            way = _NEW if "updates" in header else "delete it and the lines after it, and run the same again"
            raise InputError(f"{where}: {wrong}; {way}")
        yield found
        before = found


_KEYS = ("shard", "sha256", "bytes", "articles", "sections", "abstained", "failed", "failures_end", "next")


def _fault(line: Mapping[str, Any], number: int, before: Mapping[str, Any], header: Mapping[str, Any]) -> str:
    """Return what is wrong with the line of a shard, or nothing; `before` is the line before it."""
    if tuple(line) != (_KEYS if header["manifest"] == 1 else (*_KEYS, "files")):
        return "damaged"
    counts = [line[key] for key in ("bytes", "articles", "abstained", "failed", "failures_end")]
    sections, place = line["sections"], line["next"]
    if not isinstance(sections, dict) or not isinstance(place, list) or len(place) != 3:
        return "damaged"
    counts += [*sections.values(), *place]
    digest = line["sha256"]
    if not all(map(_is_count, counts)) or type(digest) is not str or not _DIGEST.fullmatch(digest):
        return "damaged"
    if fault := _shard_fault(line["shard"], number, before["shard"], header):
        return fault
    if sum(sections.values()) + line["abstained"] != line["articles"] or line["articles"] > line["bytes"]:
        return "its articles do not add up"
    if (line["failures_end"] - before["failures_end"] > 0) != (line["failed"] > 0):
        return "its failures do not add up"
    inputs = header["inputs"]
    goes_on = place[:2] > before["next"][:2] and place[2] >= before["next"][2]
    if "updates" in header:
        goes_on = place == [inputs["files"], 0, inputs["bytes"]]
    if not goes_on or place[0] > inputs["files"] or place[2] > inputs["bytes"]:
        return "it does not follow the line before it"
    if header["manifest"] > 1 and not _add_up(line["files"], line["articles"]):
        return "its files do not add up"
    return ""


def _shard_fault(shard: Any, number: int, before: str, header: Mapping[str, Any]) -> str:
    """Return what is wrong with the name of a shard: its number is its place, and after updates at least rises."""
    if "updates" not in header:
        expected = f"articles-{number:08}.{header['format']}"
        return "" if shard == expected else f"not the line of {expected}"
    named = SHARD_NAME.fullmatch(shard) if type(shard) is str else None
    rises = named is not None and (len(shard), shard) > (len(before), before)
    return "" if rises and named is not None and named[2] == header["format"] else "not the line of a shard"


def _add_up(files: Any, articles: int) -> bool:
    """Return whether the files of a shard, each a path, a count and a digest, have as many articles as the shard."""
    if not isinstance(files, list):
        return False
    total = 0
    for file in files:
        if not isinstance(file, list) or [type(value) for value in file] != [str, int, str]:
            return False
        if file[1] < 0 or not (_DIGEST.fullmatch(file[2]) or not file[2]):
            return False
        total += file[1]
    return total == articles


def check_shard_file(path: Path, line: Mapping[str, Any]) -> None:
    """Raise `InputError` unless a shard is the file that its line describes, by its digest.

    Parameters
    ----------
    path : Path
        The shard.
    line : mapping
        From `read_shard_lines`.
    """
    digest = hashlib.sha256()
    size = 0
    try:
        with open_regular(path, follow=False) as file:
            while block := file.read(2**20):
                digest.update(block)
                size += len(block)
    except OSError as e:
        way = "add --update" if "files" in line else _NEW
        raise InputError(f"{path}: can't be read ({e.strerror or e}); {way}") from None
    if (digest.hexdigest(), size) != (line["sha256"], line["bytes"]):
        way = "delete its line there and those after it, and run the same again"
        raise InputError(
            f"{path}: is not what the manifest says; {'delete it, and add --update' if 'files' in line else way}"
        )


def json_line(value: Mapping[str, Any]) -> bytes:
    """Return an object as a line of the files of a folder.

    >>> json_line({"path": "第1版.txt"}).decode()
    '{"path": "第1版.txt"}\\n'
    """
    text = json.dumps(value, ensure_ascii=False)
    try:
        return (text + "\n").encode()
    except UnicodeEncodeError:  # a file name that is not UTF-8 has lone surrogates
        return (json.dumps(value) + "\n").encode()


def check_of(line: Mapping[str, Any]) -> str:
    """Return what the ``check`` of a shard's line is: 16 digits of the SHA-256 of the line without it.

    >>> check_of({"shard": "articles-00000000.jsonl"})
    'd6b9d69f21211856'
    """
    return hashlib.sha256(json_line(line)).hexdigest()[:16]


def shard_line(line: dict[str, Any]) -> bytes:
    """Return the line of a shard as the manifest has it, with its check."""
    return json_line(line | {"check": check_of(line)})


def _object(line: bytes) -> dict[str, Any]:
    """Return the object of a line as `json_line` writes it; an empty one where there is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and json_line(found) == line else {}


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**63
