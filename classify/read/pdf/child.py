"""PDF files read in a child process, with limits of memory and time.

A PDF is hostile input, and pdfium is a large library written in C++. So it runs in a process of its own: where a file
makes it crash, grow or hang, the page is lost and nothing else. One child reads many files; when it dies another one
is started, and the file goes on with its next page. A file that ends one child after the other is given up.

Parent and child talk over pipes: a line of JSON, after ``open`` followed by the bytes of the file. JSON and not pickle,
because the answers come from a process that read hostile input. Time is kept by a timer that kills the child, which
ends whatever the parent waits for, on every system: pipes cannot be polled on Windows, and a child that does not read
its input would block the parent as well as one that does not answer.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.records import Box, Line, PrintedPage, line_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

__all__ = ["PageFailure", "PdfReader", "failure_messages"]

MAX_MEMORY = 2 * 2**30
"""Address space of the child in bytes. Chosen: numpy and scipy reserve half a gigabyte, a page needs 50 MB."""

PAGE_SECONDS = 60.0
"""Time for a page. Chosen: the slowest page measured takes one second."""

_TOO_LONG = 64 * 2**20
"""Bytes of an answer, at most. Chosen: a page has some 100 KB, its picture 1 MB."""

MOST_DEATHS = 3
"""Children that a file may end one after the other until its other pages are given up. Chosen: a hostile file of 2,000
pages would hold up a run for a day and a half."""


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


def failure_messages(failures: Iterable[PageFailure], *, some_read: bool) -> list[tuple[str, bool]]:
    """Return one message for each reason why pages were not read, and whether it is a fault of the file.

    Parameters
    ----------
    failures : iterable of PageFailure
        Those of a file.
    some_read : bool
        Other pages of the file were read. Then a page without text is no fault: an issue may have a scanned
        advertisement.

    Examples
    --------
    >>> failures = [PageFailure(2, "has no text", True), PageFailure(3, "has no text", True)]
    >>> failure_messages(failures, some_read=True), failure_messages(failures, some_read=False)
    ([('pages 2–3: has no text', False)], [('has no text', True)])
    """
    reasons: dict[str, list[PageFailure]] = {}
    for failure in failures:
        reasons.setdefault(failure.reason, []).append(failure)
    whole_file = not some_read and len(reasons) == 1
    messages = []
    for reason, same in reasons.items():
        spans = line_ranges(failure.number for failure in same)
        named = ", ".join(f"{first}–{last}" if first != last else f"{first}" for first, last in spans)
        pages = "" if whole_file else f"page{'s' if len(same) > 1 else ''} {named}: "
        messages.append((f"{pages}{reason}", not (some_read and same[0].has_no_text)))
    return messages


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
        self._owner = 0

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
        is_open, deaths = True, 0
        ranges = [range(1, count + 1)] if wanted is None else list(wanted)
        for number in range(1, count + 1):
            if not any(number in part for part in ranges):
                continue
            if deaths == MOST_DEATHS:
                yield PageFailure(
                    number, "is not tried, since the pages before it ended the reader of PDF files"
                )
                continue
            try:
                if not is_open:
                    self._open(data, name)
                    is_open = True
                found = _to_page(number, self._ask({"page": number}))
                deaths = 0
            except _ChildLostError as e:
                self.close()
                is_open, deaths = False, deaths + 1
                found = PageFailure(number, f"{e}; the file is damaged or hostile")
            yield found

    def _open(self, data: bytes, name: str) -> int:
        """Let the child open a file; return how many pages it has."""
        try:
            answer = self._ask({"open": name, "size": len(data)}, data)
        except _ChildLostError as e:
            raise InputError(f"{name}: {e}; the file is damaged or hostile") from None
        if "error" in answer:
            raise InputError(str(answer["error"]))
        return int(answer["pages"])

    def pictures(self, data: bytes, name: str, numbers: Iterable[int], pixels: int) -> Iterator[bytes | None]:
        """Yield pages of a file as pictures, None for each that can't be had.

        Parameters
        ----------
        data, name
            As for `pages`.
        numbers : iterable of int
            Numbers of the pages, from 1.
        pixels : int
            Pixels of the longer side of a picture.

        Yields
        ------
        bytes or None
            A PNG file.
        """
        is_open = False
        for number in numbers:
            found = b""
            try:
                if not is_open:
                    self._open(data, name)
                    is_open = True
                answer = self._ask({"picture": number, "pixels": pixels})
                found = base64.b64decode(answer.get("png", ""), validate=True)
            except (_ChildLostError, InputError):
                is_open = False
            except (ValueError, AttributeError, TypeError):
                pass  # an answer without a picture
            yield found if found.startswith(b"\x89PNG") else None

    def _ask(self, request: dict[str, Any], data: bytes = b"") -> dict[str, Any]:
        """Send a request and return the answer; raise `_ChildLostError` where there is none in time."""
        child = self._running_child()
        assert child.stdin is not None
        assert child.stdout is not None
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            child.kill()

        timer = threading.Timer(self._seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n" + data)
            child.stdin.flush()
            answer = child.stdout.readline(_TOO_LONG)
            if not answer.endswith(b"\n"):
                raise EOFError
            found: dict[str, Any] = json.loads(answer)
        except (OSError, ValueError, EOFError):
            self.close()
            if expired.is_set():
                raise _ChildLostError(f"took more than {self._seconds:.0f} seconds") from None
            raise _ChildLostError("made the reader of PDF files end") from None
        finally:
            timer.cancel()
            timer.join()
            if expired.is_set():
                self.close()  # also where the answer came just in time: the next request needs another child
        return found

    def _running_child(self) -> subprocess.Popen[bytes]:
        """Return the child; it is started where there is none or it has died."""
        if self._child is not None and self._owner != os.getpid():
            self._child = None  # this process is a copy of the one that started it: its pipes are shared
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child, self._owner = self._start(), os.getpid()
        return self._child

    def _start(self) -> subprocess.Popen[bytes]:
        # The child finds modules where this process does, and not in its current folder first, as with -m.
        start = f"from classify.read.pdf.worker import main; main({self._memory})"
        program = f"import sys; sys.path[:] = {sys.path!r}; {start}"
        # One thread: the arrays of a page are small, and each thread of OpenBLAS reserves memory.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment,
        )  # fmt: skip


def _to_page(number: int, answer: dict[str, Any]) -> PrintedPage | PageFailure:
    """Return the page of an answer, or why there is none; raise `_ChildLostError` where it is neither."""

    def boxes(key: str) -> tuple[Box, ...]:
        return tuple([Box(number, *map(float, sides)) for sides in answer[key]])

    try:
        if "error" in answer:
            return PageFailure(number, str(answer["error"]), bool(answer.get("no_text")))
        lines = [
            Line(str(text), k, Box(number, *map(float, sides)), float(size), str(face), str(direction))
            for k, (text, sides, size, face, direction) in enumerate(answer["lines"], 1)
        ]
        return PrintedPage(
            number, float(answer["width"]), float(answer["height"]), tuple(lines),
            boxes("rules"), boxes("frames"), boxes("pictures"),
        )  # fmt: skip
    except (TypeError, ValueError, KeyError, AttributeError):
        raise _ChildLostError("made the reader of PDF files answer nonsense") from None
