"""What the child process of `classify.read.pdf.child` runs: requests in, pages out."""

from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.read.pdf.document import PageWithoutTextError, PdfDocument

if TYPE_CHECKING:
    from collections.abc import Callable

    from classify.records import PrintedPage

__all__ = ["main"]


def _from_page(page: PrintedPage) -> dict[str, Any]:
    """Return a page as an answer."""
    return {
        "width": page.width,
        "height": page.height,
        "lines": [
            [line.text, line.box[1:] if line.box else (), line.size, line.face, line.direction]
            for line in page.lines
        ],
        "rules": [box[1:] for box in page.rules],
        "frames": [box[1:] for box in page.frames],
        "pictures": [box[1:] for box in page.pictures],
    }


def main(memory: int) -> None:
    """Answer requests on standard input until it ends: what the child does."""
    _limit_memory(memory)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    document: PdfDocument | None = None

    def answer(make: Callable[[], dict[str, Any]]) -> None:
        try:
            found = make()
        except PageWithoutTextError as e:
            found = {"error": str(e), "no_text": True}
        except InputError as e:
            found = {"error": str(e)}
        except MemoryError:
            found = {"error": "needs more memory than a page may; the file is damaged or hostile"}
        except Exception as e:  # whatever a strange file does to its reader, the next ones are read
            found = {"error": f"can't be read ({type(e).__name__}: {e}); the file is damaged or hostile"}
        answers.write(json.dumps(found).encode() + b"\n")
        answers.flush()

    def open_document(name: str, data: bytes) -> dict[str, Any]:
        nonlocal document
        if document is not None:
            document.close()
            document = None
        document = PdfDocument(data, name)
        return {"pages": document.n_pages}

    def read_page(number: int) -> dict[str, Any]:
        if document is None:
            raise InputError("no file is open")
        return _from_page(document.page(number))

    def draw_page(number: int, pixels: int) -> dict[str, Any]:
        if document is None:
            raise InputError("no file is open")
        return {"png": base64.b64encode(document.picture(number, pixels)).decode("ascii")}

    for line in requests:
        request = json.loads(line)
        if "open" in request:
            data = requests.read(request["size"])
            answer(lambda: open_document(request["open"], data))  # noqa: B023  (called at once)
        elif "picture" in request:
            answer(lambda: draw_page(request["picture"], request["pixels"]))  # noqa: B023
        else:
            answer(lambda: read_page(request["page"]))  # noqa: B023


def _limit_memory(most: int) -> None:
    """Limit the address space of this process, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, ValueError, OSError):  # Windows has no such limit; macOS refuses some
        pass
