"""A run as people see it: a bar with rate and time left, and one line at the end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from classify.archive.folder import Totals

__all__ = ["progress_bar", "summary_line"]


@contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[Totals], None]]:
    """Show a bar of bytes read on `console`; give what `run_archive` takes as ``progress``."""
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        BarColumn(bar_width=None),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("{task.fields[articles]:,} articles"),
        TextColumn("{task.fields[failed]:,} failed"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, speed_estimate_period=60) as bar:
        task = bar.add_task("", total=None, articles=0, failed=0)
        begun = False

        def show(totals: Totals) -> None:
            nonlocal begun
            if not begun:  # what an earlier run did is not of this run's speed
                bar.reset(task, completed=totals.read)
                begun = True
            bar.update(
                task,
                total=totals.size,
                completed=totals.read,
                articles=totals.articles,
                failed=totals.failed,
            )

        yield show


def summary_line(totals: Totals) -> str:
    """Return a run's totals in one line."""
    sections = ", ".join(f"{name} {n:,}" for name, n in totals.sections.items())
    parts = [_of(totals.files, "file"), _of(totals.articles, "article")]
    if sections:
        parts[-1] += f" ({sections})"
    return ", ".join([*parts, f"{totals.abstained:,} without a section", f"{totals.failed:,} failed"])


def _of(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
