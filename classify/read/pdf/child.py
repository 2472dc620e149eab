"""PDF files read in a child process, with limits of memory and time.

A PDF is hostile input, and pdfium is a large library written in C++. So it runs in a process of its own: where a file
makes it crash, grow or hang, the page is lost and nothing else. One child reads many files; when it dies another one
is started, and the file goes on with its next page.

Parent and child talk over pipes: a line of JSON, after ``open`` followed by the bytes of the file. JSON and not pickle,
because the answers come from a process that read hostile input.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from classify.errors import InputError
from classify.records import Box, Line, PrintedPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

__all__ = ["PageFailure", "PdfReader"]

MAX_MEMORY = 2 * 2**30
"""Address space of the child in bytes. Chosen: numpy and scipy reserve half a gigabyte, a page needs 50 MB."""

PAGE_SECONDS = 60.0
"""Time for a page. Chosen: the slowest page measured takes one second."""

_TOO_LONG = 64 * 2**20
"""Bytes of an answer, at most. Chosen: a page has some 100 KB."""


@dataclass(frozen=True, slots=True)
class PageFailure:
    """A page that was not read.

    Attributes
    ----------
    number : int
        Number of the page in its file, from 1.
    reason : str
        Why, and what to do.
    has_no_text : bool
        It is a picture or empty; other pages of the file may be read.
    """

    number: int
    reason: str
    has_no_text: bool = False


class _ChildLostError(Exception):
    """The child ended or hangs; the message says which."""


class PdfReader:
    """Reads PDF files one after the other in a child process, which is started with the first one.

    Parameters
    ----------
    seconds : float, default=PAGE_SECONDS
        Time for a page; a child that takes longer is ended.
    memory : int, default=MAX_MEMORY
        Bytes that a child may use, where the system can limit that.

    Examples
    --------
    >>> with PdfReader() as reader:
    ...     list(reader.pages(b"no PDF", "page.pdf"))
    Traceback (most recent call last):
        ...
    classify.errors.InputError: page.pdf: is no PDF; give a PDF file, or text
    """

    def __init__(self, *, seconds: float = PAGE_SECONDS, memory: int = MAX_MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PdfReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

    def pages(
        self, data: bytes, name: str, wanted: Iterable[range] | None = None
    ) -> Iterator[PrintedPage | PageFailure]:
        """Yield the pages of a file, and a failure for each that can't be read.

        Parameters
        ----------
        data : bytes
            The file.
        name : str
            What messages call it.
        wanted : iterable of range or None, default=None
            Numbers of pages, from 1; None: all.

        Raises
        ------
        InputError
            Nothing of the file can be read: it is no PDF, damaged, locked or has no pages.
        """
        count = self._open(data, name)
        is_open = True
        ranges = [range(1, count + 1)] if wanted is None else list(wanted)
        for number in range(1, count + 1):
            if not any(number in part for part in ranges):
                continue
            try:
                if not is_open:
                    self._open(data, name)
                    is_open = True
                answer = self._ask({"page": number})
            except _ChildLostError as e:
                is_open = False
                yield PageFailure(number, f"{e}; the file is damaged or hostile")
                continue
            if "error" in answer:
                yield PageFailure(number, str(answer["error"]), bool(answer.get("no_text")))
            else:
                yield _to_page(number, answer)

    def _open(self, data: bytes, name: str) -> int:
        """Let the child open a file; return how many pages it has."""
        try:
            answer = self._ask({"open": name, "size": len(data)}, data)
        except _ChildLostError as e:
            raise InputError(f"{name}: {e}; the file is damaged or hostile") from None
        if "error" in answer:
            raise InputError(str(answer["error"]))
        return int(answer["pages"])

    def _ask(self, request: dict[str, Any], data: bytes = b"") -> dict[str, Any]:
        """Send a request and return the answer; raise `_ChildLostError` where there is none in time."""
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = self._start()
        child = self._child
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n" + data)
            child.stdin.flush()
            answer = _read_line(child.stdout, self._seconds)
            found: dict[str, Any] = json.loads(answer)
        except TimeoutError:
            self.close()
            raise _ChildLostError(f"took more than {self._seconds:.0f} seconds") from None
        except (OSError, ValueError, EOFError):
            self.close()
            raise _ChildLostError("made the reader of PDF files end") from None
        return found

    def _start(self) -> subprocess.Popen[bytes]:
        # The child finds modules where this process does, and not in its current folder first, as with -m.
        start = f"from classify.read.pdf.worker import main; main({self._memory})"
        program = f"import sys; sys.path[:] = {sys.path!r}; {start}"
        # One thread: the arrays of a page are small, and each thread of OpenBLAS reserves memory.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment, bufsize=0,
        )  # fmt: skip


def _read_line(stream: IO[bytes], seconds: float) -> bytes:
    """Return the next line of a pipe; raise `TimeoutError` when it is not there in time."""
    end = time.monotonic() + seconds
    parts: list[bytes] = []
    size = 0
    while True:
        ready, _, _ = select.select([stream], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise TimeoutError
        part = os.read(stream.fileno(), 2**16)
        if not part:
            raise EOFError
        parts.append(part)
        size += len(part)
        if part.endswith(b"\n"):
            return b"".join(parts)
        if size > _TOO_LONG:
            raise ValueError("too long an answer")


def _to_page(number: int, answer: dict[str, Any]) -> PrintedPage:
    """Return the page of an answer."""

    def boxes(key: str) -> tuple[Box, ...]:
        return tuple([Box(number, *map(float, sides)) for sides in answer[key]])

    lines = [
        Line(str(text), k, Box(number, *map(float, sides)), float(size), str(face), str(direction))
        for k, (text, sides, size, face, direction) in enumerate(answer["lines"], 1)
    ]
    return PrintedPage(
        number, float(answer["width"]), float(answer["height"]), tuple(lines),
        boxes("rules"), boxes("frames"), boxes("pictures"),
    )  # fmt: skip
