"""``predict -o``: many files to a folder of shards, with a bar and a line at the end."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import typer

from classify.cli.console import note
from classify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import NoReturn

    from classify.archive import Totals

__all__ = ["predict_archive"]


def predict_archive(
    paths: list[str],
    out: Path,
    *,
    model: Path | None,
    sha256: str | None,
    workers: int | None,
    backend: str,
    scheduler: str | None,
    n_sentences: int,
    kind: str,
    format: str,
) -> NoReturn:
    """Run an archive, or go on with it, and leave with 1 where anything of it failed."""
    from classify.archive import progress_bar, run_archive, summary_line
    from classify.read.listing import is_pattern

    missing = [p for p in paths if not (p == "-" or os.path.lexists(p) or is_pattern(p))]
    if missing == paths:  # of several, the others are done
        raise InputError(f"{missing[0]}: no such file; check the name")
    if sys.stderr.isatty():
        from rich.console import Console

        bar: AbstractContextManager[Callable[[Totals], None] | None] = progress_bar(Console(stderr=True))
    else:
        bar = nullcontext()
    with bar as tell:
        totals = run_archive(
            paths,
            out,
            model=model,
            sha256=sha256,
            workers=workers,
            backend=backend,
            scheduler=scheduler,
            n_sentences=n_sentences,
            kind=kind,
            progress=tell,
            format=format,
        )
    note(f"{out}: {summary_line(totals)}" + (f"; see {out / 'failures.jsonl'}" if totals.failed else ""))
    raise typer.Exit(int(totals.failed > 0))
