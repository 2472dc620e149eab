"""The progress of a run for people: a bar with rate and remaining time, and one line at the end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from classify.archive.totals import Totals

__all__ = ["progress_bar", "summary_line"]


@contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[Totals], None]]:
    """Show a bar of the bytes read, with counts of articles and failures.

    Parameters
    ----------
    console : rich.console.Console
        Where it is shown; on a terminal the bar is removed at the end.

    Yields
    ------
    callable
        What `run_archive` takes as `progress`.
    """
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
        started = False

        def show(totals: Totals) -> None:
            nonlocal started
            if not started:  # what an earlier run did must not count for the speed of this one
                bar.reset(task, completed=totals.read)
                started = True
            bar.update(
                task,
                total=totals.size,
                completed=totals.read,
                articles=totals.articles,
                failed=totals.failed,
            )

        yield show


def summary_line(totals: Totals) -> str:
    """Return the totals of a run in one line.

    >>> from classify.archive import Totals
    >>> summary_line(Totals(files=1, articles=1200, sections={"forestry": 1150}, abstained=50))
    '1 file, 1,200 articles (forestry 1,150), 50 without a section, 0 failed'
    """
    sections = ", ".join(f"{name} {n:,}" for name, n in totals.sections.items())
    files = f"{totals.files:,} file{'' if totals.files == 1 else 's'}"
    articles = f"{totals.articles:,} article{'' if totals.articles == 1 else 's'}"
    if sections:
        articles += f" ({sections})"
    return f"{files}, {articles}, {totals.abstained:,} without a section, {totals.failed:,} failed"
