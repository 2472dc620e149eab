"""Written PDF files, mutated: each is read, or refused in one line, and the reader goes on.

They are read as the command reads them, in a child process. A mutation that ends the child, by a crash or for want of
memory or time, costs its page and is counted; the next file must be read as ever.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from classify.errors import InputError
from classify.read.pdf import PageFailure, PdfReader
from tests.pdf_writer import PdfPage, pdf
from tests.safety.fuzz import mutated
from tests.safety.promises import check_printed_page
from tests.safety.tried import Tried

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 20.0
"""Time for a page; these have a few hundred bytes."""


def written_files() -> list[bytes]:
    """Return small files: columns and a frame, a vertical page turned over, and one without text."""
    first = PdfPage(400, 300)
    first.text(40, 20, 20, "林场造林忙", "hei")
    first.lines(40, 60, 10, ["　　本报讯（记者岑雨桐）", "云港市林场近日造林两千", "亩。"])
    first.rule(200, 20, 200, 280)
    first.frame(220, 20, 380, 120, tint=True)
    first.text(230, 30, 10, "图为水库。", "kai", step=2.0)
    second = PdfPage(300, 400, "/Rotate 270 /CropBox [10 10 290 390]")
    for k, text in enumerate(("水库蓄水忙", "石泉水库开始蓄水。")):
        second.column(260 - 30 * k, 40, 12, text)
    second.text(40, 300, 10, "看不见", mode=3)
    third = PdfPage(200, 200)
    third.picture(20, 20, 180, 180)
    return [pdf([first]), pdf([second, third]), pdf([third])]


def run_pdf_fuzz(folder: Path, cases: int, *, seed: int = 0) -> Tried:
    """Try `cases` mutations of the written files."""
    tried = Tried("mutated PDF files")
    rng = random.Random(seed)
    files = written_files()
    pages = refused = ended = 0
    with PdfReader(seconds=SECONDS) as reader:
        sound = list(reader.pages(files[0], "sound.pdf"))
        for case in range(cases):
            data = mutated(rng.choice(files), rng.choice(files), rng)
            fault, told = "", []
            try:
                for page in reader.pages(data, "mutated.pdf", [range(1, 4)]):
                    if isinstance(page, PageFailure):
                        told.append(page.reason)
                    else:
                        pages += 1
                        check_printed_page(page)
            except InputError as e:
                told.append(str(e))
            except Exception as e:
                fault = f"{type(e).__name__}: {e}"
            refused += len(told)
            ended += sum("reader of PDF files" in reason or "seconds" in reason for reason in told)
            if any("\n" in reason for reason in told):
                fault = fault or f"more than one line: {told}"
            tried.note(f"PDF {case} of seed {seed}", fault)
        if list(reader.pages(files[0], "sound.pdf")) != sound:
            tried.failures.append("a sound file is read differently afterwards")
    tried.suite += f" ({pages} pages read, {refused} refused, {ended} ended the reader)"
    return tried
