"""Reading in a child process, and what happens when it dies, hangs or answers nonsense."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from classify.errors import InputError
from classify.read.pdf import PageFailure, PdfReader
from classify.read.pdf.document import Document
from classify.records import PrintedPage
from tests.pdf_writer import PdfPage, pdf


def file_of(*texts: str) -> bytes:
    pages = []
    for text in texts:
        page = PdfPage(400, 300)
        page.rule(20, 200, 380, 200)
        if text:
            page.text(40, 30, 10, text)
        pages.append(page)
    return pdf(pages)


def test_the_child_gives_what_the_document_gives() -> None:
    data = file_of("水库开始蓄水。", "林场造林忙。")
    with PdfReader() as reader:
        assert list(reader.pages(data, "page.pdf")) == [Document(data, "page.pdf").page(k) for k in (1, 2)]


def test_one_child_reads_many_files_and_a_bad_one_does_not_end_it() -> None:
    with PdfReader() as reader:
        for name in ("a.pdf", "b.pdf"):
            with pytest.raises(InputError, match=f"{name}: is no PDF"):
                list(reader.pages(b"text", name))
            (page,) = reader.pages(file_of("水库。"), name)
            assert isinstance(page, PrintedPage)
            assert reader._child is not None
        assert reader._child.poll() is None
        child = reader._child
    assert child.poll() is not None


def test_pages_can_be_chosen() -> None:
    with PdfReader() as reader:
        found = list(reader.pages(file_of("一。", "二。", "三。"), "page.pdf", [range(2, 9)]))
    assert [page.number for page in found] == [2, 3]


def test_a_page_without_text_is_told_apart() -> None:
    with PdfReader() as reader:
        empty, page = reader.pages(file_of("", "水库。"), "page.pdf")
    assert isinstance(empty, PageFailure)
    assert empty.has_no_text
    assert isinstance(page, PrintedPage)


def broken_child(program: str) -> Any:
    """Return a replacement of `PdfReader._start` whose first child runs `program`."""
    started: list[Any] = []
    start = PdfReader._start

    def start_one(reader: PdfReader) -> subprocess.Popen[bytes]:
        if started:
            return start(reader)
        started.append(reader)
        return subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )

    return start_one


OPENS = """
import json, sys, time
sys.stdin.buffer.read(json.loads(sys.stdin.buffer.readline())["size"])
print('{"pages": 2}', flush=True)
sys.stdin.buffer.readline()
"""


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ("time.sleep(60)", "took more than 1 seconds"),
        ("sys.exit(3)", "end"),
        ("print('nonsense', flush=True)", "end"),
    ],
)
def test_a_child_that_dies_or_hangs_costs_one_page(
    monkeypatch: pytest.MonkeyPatch, then: str, reason: str
) -> None:
    monkeypatch.setattr(PdfReader, "_start", broken_child(OPENS + then))
    with PdfReader() as reader:
        reader._seconds = 1.0
        pages = reader.pages(file_of("一。", "二。"), "page.pdf")
        lost = next(pages)
        reader._seconds = 60.0
        (page,) = pages
    assert isinstance(lost, PageFailure)
    assert reason in lost.reason
    assert (page.number, page.lines[0].text) == (2, "二。")  # type: ignore[union-attr]


def test_a_child_that_never_opens_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PdfReader, "_start", broken_child("pass"))
    with PdfReader() as reader, pytest.raises(InputError, match=r"page\.pdf: made the reader"):
        list(reader.pages(file_of("一。"), "page.pdf"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_memory_is_limited() -> None:
    program = (
        "from classify.read.pdf.worker import _limit_memory\n_limit_memory(2**30)\n"
        "try:\n    bytearray(2**31)\nexcept MemoryError:\n    print('refused')"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "refused"
