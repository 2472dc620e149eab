"""Archives at the command line: what `predict -o FOLDER` does, and what is told about such a folder."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from classify.cli.console import complain, skipped_note
from classify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from classify.archive import Totals
    from classify.options import ArchiveOptions

__all__ = ["predict_archive"]

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
