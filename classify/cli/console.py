"""What every command does around its work: tell errors in one line, go on after a bad input, show progress.

Results go to standard output, all else to standard error. Nothing of an input is written raw: control
characters in it could steer a terminal.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from classify.errors import ClassifyError
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console

__all__ = ["Inputs", "complain", "note", "out", "progress", "results_console"]

PIPE_WIDTH = 100
"""Columns of a table that goes to a file or a pipe."""
SHOWN_FROM = 4
"""Inputs from which progress over them is shown."""


def out(text: str, end: str = "\n") -> None:
    """Write a result."""
    sys.stdout.write(text + end)


def complain(message: str) -> None:
    """Say in one line on standard error what went wrong."""
    sys.stdout.flush()
    print(f"classify: {' '.join(printable(message).split())}", file=sys.stderr)  # noqa: T201


def note(message: str) -> None:
    """Say something on standard error that is no error."""
    complain(message)


def results_console() -> Console:
    """Return a console for tables on standard output."""
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(file=sys.stdout, highlight=False, width=width, soft_wrap=False)


class Inputs:
    """The inputs of a command, done one by one; a bad one is told, skipped and remembered."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = list(paths)
        self.failed: list[str] = []

    def each(self, one: Callable[[str], None]) -> None:
        """Call `one` with each path."""
        for path in self._tracked():
            try:
                one(path)
            except ClassifyError as e:
                self.fail(path, str(e))

    def fail(self, path: str, message: str) -> None:
        """Remember that something of `path` failed, and say why."""
        complain(message)
        self.failed.append(path)

    @property
    def exit_code(self) -> int:
        """1 where anything failed."""
        return int(bool(self.failed))

    def _tracked(self) -> Iterable[str]:
        if len(self.paths) < SHOWN_FROM or not sys.stderr.isatty():
            return self.paths
        from rich.console import Console
        from rich.progress import track

        return track(self.paths, description="inputs", console=Console(stderr=True), transient=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str, float], None]]:
    """Return a bar on stderr for work that tells what it does and the share done; silent off a terminal."""
    if not sys.stderr.isatty():
        yield lambda step, share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task: Any = shown.add_task(what, total=1.0)
        yield lambda step, share: shown.update(task, completed=share, description=f"{what}: {step}")
