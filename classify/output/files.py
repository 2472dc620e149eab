"""Results in a file of the user's: the format by the ending of its name, written as a whole or not at all.

A name with one of the endings of `FILE_FORMATS`, perhaps followed by .gz, is a file. Any other name is a folder, in
which an archive run writes; but a name that looks like that of another kind of file (``results.txt``) is refused, since
nobody means a folder of that name.
"""

from __future__ import annotations

import gzip
import re
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from classify.atomic import new_file
from classify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["FILE_FORMATS", "file_format", "open_results"]

FILE_FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".html": "html",
}

# Matches results.txt and 2月.html; not out, out.2026 or v1.2.
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}(\.gz)?")


def file_format(path: Path) -> str | None:
    """Return the format of a file that is called so; None where the name is a folder's.

    Raises
    ------
    InputError
        The name has an ending of another kind of file, and is no folder.

    Examples
    --------
    >>> from pathlib import Path
    >>> file_format(Path("二月.XLSX")), file_format(Path("x.jsonl.gz")), file_format(Path("out/2026.02"))
    ('xlsx', 'jsonl', None)
    >>> file_format(Path("x.txt"))
    Traceback (most recent call last):
        ...
    classify.errors.InputError: x.txt: no results are written as .txt; call it .jsonl, .json, .csv, .xlsx or .html
    """
    if path.is_dir():
        return None
    plain = path.name.lower().removesuffix(".gz")
    for ending, format in FILE_FORMATS.items():
        if plain.endswith(ending):
            return format
    if _ENDING.fullmatch(path.suffix) and not path.name.startswith("."):
        raise InputError(
            f"{path}: no results are written as {path.suffix}; call it .jsonl, .json, .csv, .xlsx or .html"
        )
    return None


@contextmanager
def open_results(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for results, compressed where its name ends in .gz; it is replaced when the block ends well.

    Raises
    ------
    InputError
        The file cannot be written: there is no such folder, or it is a device or a pipe.

    Examples
    --------
    >>> from pathlib import Path
    >>> with open_results(Path("/dev/stdout")) as file:
    ...     pass
    Traceback (most recent call last):
        ...
    classify.errors.InputError: /dev/stdout: can't be written (it is a device or a pipe, not a file); give another name
    """
    try:
        with new_file(path) as file:
            if path.name.lower().endswith(".gz"):
                # No time and no name in it: same results, same bytes.
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield file
    except OSError as e:
        raise InputError(f"{path}: can't be written ({e.strerror or e}); give another name") from None
