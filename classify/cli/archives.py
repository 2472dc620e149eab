"""Archives at the command line: what `predict -o FOLDER` does, and what is told about such a folder."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from classify.cli.console import complain, out, skipped_note
from classify.errors import InputError
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from classify.archive import Totals
    from classify.options import ArchiveOptions

__all__ = ["info", "predict_archive", "verify"]

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""


def predict_archive(paths: list[str], folder: Path, options: ArchiveOptions, model: Path | None) -> NoReturn:
    """Run an archive, or resume or update it, and leave with 1 where anything of it failed."""
    from collections import Counter

    from classify.archive import progress_bar, run_archive, summary_line
    from classify.read.listing import is_pattern

    missing = [p for p in paths if not (p == "-" or os.path.lexists(p) or is_pattern(p))]
    if missing == paths:  # where only some are missing, the others are worked on
        raise InputError(f"{missing[0]}: no such file; check the name")
    skipped: Counter[str] = Counter()
    bar: AbstractContextManager[Callable[[Totals], None] | None] = nullcontext()
    if sys.stderr.isatty():
        from rich.console import Console

        bar = progress_bar(Console(stderr=True))
    # joblib's watcher of its processes outlives a run that is killed, and would write warnings over the prompt then.
    quiet = "ignore:resource_tracker:UserWarning"
    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, (os.environ.get("PYTHONWARNINGS"), quiet)))
    try:
        with bar as progress:
            totals = run_archive(paths, folder, options, model=model, progress=progress, skipped=skipped)
    except KeyboardInterrupt:
        complain(f"{folder}: stopped; the same command goes on from here")
        raise typer.Exit(INTERRUPTED) from None
    if skipped:
        complain(skipped_note(skipped))
    if totals.changes is not None:
        complain(f"{folder}: {totals.changes}")
    failures = f"; see {folder / 'failures.jsonl'}" if totals.failed else ""
    complain(f"{folder}: {summary_line(totals)}{failures}")
    raise typer.Exit(int(totals.failed > 0))


Folder = Annotated[Path, typer.Argument(help="The folder of a run.", metavar="OUT", show_default=False)]
MOST = 20
"""Lines of a table at most, without --json (chosen)."""


def verify(folder: Folder) -> None:
    """Check every digest and count of a folder that `predict -o` has written; exit code 1 where anything is wrong."""
    from classify.archive import read_manifest, verify_folder

    faults = 0
    for fault in verify_folder(folder):
        faults += 1
        complain(fault)
    if faults:
        raise typer.Exit(1)
    lines = list(read_manifest(folder))[1:]
    out(
        f"{printable(str(folder))}: whole; {len(lines):,} shards, {sum(line['articles'] for line in lines):,} articles"
    )


def info(
    folder: Folder,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """Tell what is in a folder that `predict -o` has written, by section, by day, by file; failures by reason."""
    from dataclasses import asdict

    from classify.archive import read_contents

    found = read_contents(folder)
    if as_json:
        from classify.output.json import to_json

        out(to_json(asdict(found), indent=2))
        return
    state = "" if found.finished else ", not finished"
    out(
        f"{found.inputs:,} files, {found.articles:,} articles, {found.failed:,} failed, {found.shards:,} shards{state}"
    )
    names = {"": "—"}
    for title, counts in (
        ("section", found.sections),
        ("day", found.days),
        ("file", found.files),
        ("failure", found.failures),
    ):
        if counts:
            out(f"\n{'articles' if title != 'failure' else 'times':>10}  {title}")
        for name, n in list(counts.items())[:MOST]:
            out(f"{n:10,}  {printable(names.get(name, name))}")
        if len(counts) > MOST:
            out(f"            and {len(counts) - MOST:,} more; --json gives all")
