"""What every command does around its work: print, report an error in one line, go on after a bad input.

Results go to standard output, everything else to standard error. Nothing of an input is written raw: control
characters in it could steer a terminal.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from classify.errors import ClassifyError
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rich.console import Console
    from rich.progress import Progress, ProgressColumn

    from classify.read import PdfReader

__all__ = ["Inputs", "complain", "out", "progress", "progress_display", "results_console", "skipped_note"]

T = TypeVar("T")

SHOWN_FROM = 4
"""Inputs, or pages of one, from which on a progress bar is shown. Chosen: fewer are done at once."""


def out(text: str, end: str = "\n") -> None:
    """Write a result to standard output, as it is: escape what comes from an input first."""
    sys.stdout.write(text + end)


def complain(message: str) -> None:
    """Write a message, error or note, to standard error: one line after ``classify:``, escaped.

    Standard output is flushed first, so that the message appears after the results printed before it.
    """
    sys.stdout.flush()
    print(f"classify: {' '.join(printable(message).split())}", file=sys.stderr)  # noqa: T201


def results_console() -> Console:
    """Return a console for tables on standard output: 100 columns wide where that is a file or a pipe."""
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 100
    return Console(file=sys.stdout, highlight=False, width=width, soft_wrap=False)


class Inputs:
    """The inputs of a command, worked on one by one. A bad one is reported and skipped.

    Parameters
    ----------
    paths : sequence of str

    Attributes
    ----------
    failed : list of str
        Inputs of which anything failed.
    skipped : Counter of str
        What was left out of folders: how many for each reason. It is told at the end.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = list(paths)
        self.failed: list[str] = []
        self.skipped: Counter[str] = Counter()
        self._pdf_reader: PdfReader | None = None
        self._bar: Progress | None = None

    def each(self, work: Callable[[str], None]) -> None:
        """Call `work` with each path; a `ClassifyError` fails that input, and the next one is worked on."""
        try:
            for path in self.counted(self.paths, "inputs", total=len(self.paths)):
                try:
                    work(path)
                except ClassifyError as e:
                    self.fail(path, str(e))
        finally:
            if self._bar is not None:
                self._bar.stop()
            if self._pdf_reader is not None:
                self._pdf_reader.close()
            if self.skipped:
                complain(skipped_note(self.skipped))

    def fail(self, path: str, message: str) -> None:
        """Report that something of `path` failed, and remember it for the exit code."""
        complain(message)
        self.failed.append(path)

    def pdf_reader(self) -> PdfReader:
        """Return the reader of PDF files of this run: one child process reads all of them."""
        if self._pdf_reader is None:
            from classify.read import PdfReader

            self._pdf_reader = PdfReader()
        return self._pdf_reader

    @property
    def exit_code(self) -> int:
        """1 where anything failed, otherwise 0."""
        return int(bool(self.failed))

    def counted(self, items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
        """Yield items and show how many there were, where a person waits for `SHOWN_FROM` or more of them.

        Parameters
        ----------
        items : iterable
            Inputs, or the pages of one.
        what : str
            What they are called.
        total : int or None, default=None
            How many there are, where that is known.
        """
        task: Any = None
        for n, item in enumerate(items, 1):
            if task is None and n >= SHOWN_FROM - 1 and (total is None or total >= SHOWN_FROM):
                task = self._shown(what, total)
            yield item
            if self._bar is not None and task is not None:
                self._bar.update(task, completed=n)
        if self._bar is not None and task is not None:
            self._bar.remove_task(task)

    def _shown(self, what: str, total: int | None) -> Any:
        """Return a new line of the progress bar; None where nobody looks."""
        if not sys.stderr.isatty():
            return None
        if self._bar is None:
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            self._bar = progress_display(*columns)
            self._bar.start()
        return self._bar.add_task(printable(what), total=total)


def progress_display(*columns: ProgressColumn) -> Progress:
    """Return a progress bar on standard error that leaves results on standard output where they go to a file or pipe.

    Left to itself, rich sends standard output to the console of the bar.
    """
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty())


def skipped_note(skipped: Mapping[str, int]) -> str:
    """Return what was left out of folders, and why.

    >>> skipped_note({"dangling link": 1, ".docx": 2})
    'left out of folders: .docx 2, dangling link 1'
    """
    return "left out of folders: " + ", ".join(f"{why} {n:,}" for why, n in sorted(skipped.items()))


@contextmanager
def progress(what: str) -> Iterator[Callable[[str, float], None]]:
    """Show a progress bar on standard error, and only where that is a terminal.

    Parameters
    ----------
    what : str
        Name of the work.

    Yields
    ------
    callable
        To be called with the current step and the share of the work that is done, 0–1.
    """
    if not sys.stderr.isatty():
        yield lambda step, share: None
        return
    with progress_display() as bar:
        task: Any = bar.add_task(what, total=1.0)
        yield lambda step, share: bar.update(task, completed=share, description=f"{what}: {step}")
