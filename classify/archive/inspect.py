"""A folder of results looked at: whether it is whole, and what is in it.

Neither changes anything, and both may be used while a run is writing to the folder.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from classify.archive.commit import COMMIT, UPDATE
from classify.archive.plan import WrittenRun
from classify.archive.shards import unpack_lines
from classify.archive.state import SHARD_NAME, check_shard_file, suffix_of
from classify.errors import InputError
from classify.files import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Contents", "day_of", "read_contents", "verify_folder"]


def verify_folder(out: Path) -> Iterator[str]:
    """Yield what is wrong with a folder, each fault in a line that says what to do about it.

    Looked at are the digest of every shard, the counts of its articles, of the articles of each file, of those without
    a section and of each section, the failures, the inputs, the totals, and what does not belong there.

    Parameters
    ----------
    out : Path

    Examples
    --------
    >>> from pathlib import Path
    >>> import tempfile
    >>> from classify.archive import run_archive
    >>> with tempfile.TemporaryDirectory() as name:
    ...     _ = run_archive(["examples/page.txt"], f"{name}/out")
    ...     whole = list(verify_folder(Path(name, "out")))
    ...     Path(name, "out", "articles-00000000.jsonl").unlink()
    ...     damaged = list(verify_folder(Path(name, "out")))
    >>> whole, [line.rpartition("/")[2] for line in damaged]
    ([], ["articles-00000000.jsonl: can't be read (No such file or directory); add --update"])
    """
    try:
        run = _opened(out)
        if (out / COMMIT).exists():
            yield f"{out}: an update was stopped while it was put in place; run the same again"
            return
        known = set()
        for line, _ in run.lines():
            known.add(line["shard"])
            try:
                yield from _shard_faults(out / line["shard"], line)
            except InputError as e:
                yield str(e)
        listed = sum(1 for _ in run.inputs())
    except InputError as e:
        yield str(e)
        return
    if listed != run.totals.files:
        yield f"{out / 'inputs.jsonl'}: has {listed} files, not {run.totals.files}; give a new folder"
    for path in sorted(out.glob("articles-*")):
        if SHARD_NAME.fullmatch(path.name) and path.name not in known:
            yield f"{path}: is not in the manifest; run the same again, or delete it"
    if (out / UPDATE).exists():
        yield f"{out}: an update was stopped; run the same again, or delete {out / UPDATE}"
    elif not run.finished:
        yield f"{out}: the run was stopped; run the same again"


def _shard_faults(path: Path, line: dict[str, Any]) -> Iterator[str]:
    check_shard_file(path, line)
    way = "delete it, and add --update" if "files" in line else "give a new folder"
    articles = _articles(path)
    if len(articles) != line["articles"]:
        yield f"{path}: has {len(articles)} articles, not {line['articles']}; {way}"
        return
    sections = Counter(article.get("section") for article in articles)
    abstained = sections.pop(None, 0)
    if (dict(sections), abstained) != (line["sections"], line["abstained"]):
        yield f"{path}: has other sections than the manifest says; {way}"


def _articles(path: Path) -> list[dict[str, Any]]:
    """Return the articles of a shard."""
    try:
        with open_regular(path, follow=False) as file:
            return [json.loads(line) for line in unpack_lines(file.read(), suffix_of(path.name))]
    except (OSError, ValueError) as e:
        raise InputError(f"{path}: can't be read ({e}); delete it, and add --update") from None


def _opened(out: Path) -> WrittenRun:
    try:
        return WrittenRun(out)
    except OSError as e:
        raise InputError(
            f"{e.filename or out}: can't be read ({e.strerror or e}); give the folder of a run"
        ) from None


@dataclass(slots=True)
class Contents:
    """What is in a folder of results.

    Attributes
    ----------
    finished : bool
    inputs, shards, articles, failed : int
    sections, days, files : dict of str to int
        Articles of each section (of none: ``""``), of each day (``""`` where none is known), and of each input; in the
        order of the names.
    failures : dict of str to int
        Failures by reason, the most frequent first. Numbers in reasons are left out, so that the same faults are
        counted together.
    """

    finished: bool = False
    inputs: int = 0
    shards: int = 0
    articles: int = 0
    failed: int = 0
    sections: dict[str, int] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)


def read_contents(out: Path) -> Contents:
    """Return what is in a folder of results; every article is read.

    Parameters
    ----------
    out : Path

    Raises
    ------
    InputError
        It is damaged, or no such folder.

    Examples
    --------
    >>> from pathlib import Path
    >>> import tempfile
    >>> from classify.archive import run_archive
    >>> with tempfile.TemporaryDirectory() as name:
    ...     _ = run_archive(["examples/page.txt"], f"{name}/out")
    ...     found = read_contents(Path(name, "out"))
    >>> found.articles, found.files, found.sections["business"]
    (7, {'examples/page.txt': 7}, 2)
    """
    run = _opened(out)
    days: Counter[str] = Counter()
    files: Counter[str] = Counter()
    sections: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    for line, failed in run.lines():
        for article in _articles(out / line["shard"]):
            days[day_of(article)] += 1
            sections[article.get("section") or ""] += 1
            if "files" not in line:  # the first format has no counts of files
                files[article.get("file", "")] += 1
        for path, n, _ in line.get("files", ()):
            files[path] += n
        for failure in failed:
            failures[re.sub(r"\d+", "…", str(json.loads(failure).get("error", "")))] += 1
    return Contents(
        run.finished,
        run.totals.files,
        run.totals.shards,
        run.totals.articles,
        run.totals.failed,
        dict(sorted(sections.items())),
        dict(sorted(days.items())),
        dict(sorted(files.items())),
        dict(failures.most_common()),
    )


# Matches 2023-02-21, 2023-02/21, 20230221 and 2023年2月21日; not 202321 and not 120230221.
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:(\d\d)(\d\d)|\D(\d\d?)\D(\d\d?))(?!\d)")


def day_of(article: dict[str, Any]) -> str:
    """Return the day of an article, ``YYYY-MM-DD``; nothing where none is known.

    It is the first that is found in the field ``date`` of its record, and in the name of its file from the end on. The
    dateline is not used: it has no year.

    >>> day_of({"file": "日报/2023-02/21/第3版.txt"}), day_of({"file": "日报_20230221_03.pdf"})
    ('2023-02-21', '2023-02-21')
    >>> day_of({"file": "a.jsonl", "date": "2023年2月21日"}), day_of({"file": "2023-13-01.txt"})
    ('2023-02-21', '')
    """
    for value in (article.get("date"), article.get("file")):
        for found in reversed(_DAY.findall(value) if isinstance(value, str) else []):
            with suppress(ValueError):
                return date(*(int(part) for part in found if part)).isoformat()
    return ""
