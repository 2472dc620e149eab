"""Reading in a child process, and what happens when it dies, hangs or answers nonsense."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, cast

import pytest

from classify.errors import InputError
from classify.read.pdf import PageFailure, PdfReader, failure_messages
from classify.read.pdf.child import MOST_DEATHS
from classify.read.pdf.document import PdfDocument
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
        assert list(reader.pages(data, "page.pdf")) == [PdfDocument(data, "page.pdf").page(k) for k in (1, 2)]


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


def broken_child(program: str, times: int = 1) -> Any:
    """Return a replacement of `PdfReader._start` whose first children, `times` of them, run `program`."""
    started: list[Any] = []
    start = PdfReader._start

    def start_one(reader: PdfReader) -> subprocess.Popen[bytes]:
        if len(started) == times:
            return start(reader)
        started.append(reader)
        return subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
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
        ("print('1' * 100, end='', flush=True)", "end"),
        ("print('[]', flush=True)", "nonsense"),
        ("print('{\"lines\": [[]]}', flush=True)", "nonsense"),
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


def test_a_child_that_does_not_read_its_input_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PdfReader, "_start", broken_child("import time; time.sleep(60)"))
    with PdfReader(seconds=1.0) as reader, pytest.raises(InputError, match="took more than 1 seconds"):
        list(reader.pages(bytes(2**22), "page.pdf"))  # more than a pipe holds


def test_a_file_that_ends_three_children_is_given_up_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        PdfReader, "_start", broken_child(OPENS.replace("2", "5") + "sys.exit(3)", times=MOST_DEATHS)
    )
    with PdfReader() as reader:
        lost = list(reader.pages(file_of(*"一二三四五"), "bad.pdf"))
        (page,) = reader.pages(file_of("水库。"), "page.pdf")
    assert all(isinstance(failure, PageFailure) for failure in lost)
    messages = failure_messages(cast("list[PageFailure]", lost), some_read=False)
    assert [message.split(":")[0] for message, _ in messages] == ["pages 1–3", "pages 4–5"]
    assert isinstance(page, PrintedPage)


def test_a_copy_of_the_process_starts_a_child_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with PdfReader() as reader:
        list(reader.pages(file_of("水库。"), "page.pdf"))
        first = reader._child
        monkeypatch.setattr(reader, "_owner", -1)
        list(reader.pages(file_of("水库。"), "page.pdf"))
        assert first is not None
        assert reader._child is not first
        assert first.poll() is None
        reader._child, second = first, reader._child
        reader.close()
        reader._child = second


def test_pages_as_pictures() -> None:
    data = file_of("水库。", "林场。")
    with PdfReader() as reader:
        first, missing, second = reader.pictures(data, "page.pdf", [1, 7, 2], 200)
        assert list(reader.pictures(b"no PDF", "page.pdf", [1], 200)) == [None]
    assert missing is None
    assert first is not None
    assert second is not None
    assert first.startswith(b"\x89PNG")


def test_pictures_go_on_after_a_child_that_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PdfReader, "_start", broken_child(OPENS + "sys.exit(3)"))
    with PdfReader() as reader:
        lost, found = reader.pictures(file_of("水库。", "林场。"), "page.pdf", [1, 2], 200)
    assert lost is None
    assert found is not None


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
