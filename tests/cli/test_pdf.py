"""PDF files on the command line."""

from __future__ import annotations

import gzip
import io
import json
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from classify.archive import run_archive
from classify.cli import main
from classify.options import ArchiveOptions
from classify.read import PdfReader
from tests.cli.commands import run
from tests.pdf_writer import PdfPage, pdf

if TYPE_CHECKING:
    from pathlib import Path


def page_of(headline: str) -> PdfPage:
    page = PdfPage(400, 600)
    page.text(40, 60, 20, headline, "hei")
    page.lines(40, 100, 10, ["　　本报讯（记者岑雨桐）", "云港市林场近日造林两千", "亩。"])
    return page


@pytest.fixture
def issue(tmp_path: Path) -> Path:
    path = tmp_path / "二月 版面.pdf"
    path.write_bytes(pdf([page_of("林场造林忙"), PdfPage(400, 600), page_of("水库蓄水忙")]))
    return path


@pytest.mark.parametrize("command", ["split", "predict"])
def test_articles_have_pages_and_boxes(issue: Path, command: str) -> None:
    result = run(command, issue, "-f", "jsonl")
    first, second = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 0
    assert (first["headline"], first["page"], first["article"]) == ("林场造林忙", 1, 1)
    assert (second["headline"], second["page"], second["article"]) == ("水库蓄水忙", 3, 2)
    assert first["boxes"][0] == [1, 40.0, 60.0, 140.0, 80.0]
    assert first["byline"]["reporters"] == ["岑雨桐"]
    assert first["body"] == "云港市林场近日造林两千亩。"


class Screen(io.StringIO):
    """A terminal that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("on_screen", [False, True])
def test_progress_is_shown_beside_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_screen: bool
) -> None:
    """Results go to standard output, also while a bar is shown on a standard error that is a terminal."""
    path = tmp_path / "issue.pdf"
    path.write_bytes(pdf([page_of("林场造林忙")] * 5))
    error, output = Screen() if on_screen else io.StringIO(), io.StringIO()
    for name, stream in (("stderr", error), ("stdout", output)):
        monkeypatch.setattr(sys, name, stream)
    monkeypatch.setattr(sys, "argv", ["classify", "split", *[str(path)] * 4, "-f", "jsonl"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert output.getvalue().count("林场造林忙") == 20
    assert "林场造林忙" not in error.getvalue()
    assert ("pages of issue.pdf" in error.getvalue(), "inputs" in error.getvalue()) == (on_screen, on_screen)


def test_a_page_without_text_is_a_note_beside_others(issue: Path) -> None:
    result = run("split", issue)
    assert f"{issue}: page 2: has no text, as of a scan" in result.stderr
    assert result.exit_code == 0


def test_a_file_without_text_is_refused_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf([PdfPage(400, 600)] * 3))
    result = run("predict", path, "-f", "jsonl")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "OCRmyPDF" in result.stderr


def test_pages_are_chosen(issue: Path) -> None:
    found = [
        json.loads(line) for line in run("split", issue, "-f", "jsonl", "--pages", "2-9").stdout.splitlines()
    ]
    assert [article["headline"] for article in found] == ["水库蓄水忙"]
    missing = run("split", issue, "--pages", "7")
    assert missing.exit_code == 1
    assert "none of the pages" in missing.stderr
    assert run("split", issue, "--pages", "x").exit_code == 2


def test_leftover_lines_are_told_by_page(issue: Path, tmp_path: Path) -> None:
    page = page_of("林场造林忙")
    page.text(40, 20, 9, "2026年3月5日 星期四")
    path = tmp_path / "leftover.pdf"
    path.write_bytes(pdf([page]))
    assert "1 line belongs to no article: on page 1" in run("split", path).stderr
    found = json.loads(run("split", path, "-f", "json").stdout)["leftover"]
    assert [(line["page"], line["text"]) for line in found] == [(1, "2026年3月5日 星期四")]


def test_a_pdf_is_known_by_its_first_bytes(issue: Path, tmp_path: Path) -> None:
    path = tmp_path / "noname"
    path.write_bytes(issue.read_bytes())
    assert len(run("split", path, "-f", "jsonl").stdout.splitlines()) == 2


def test_archives_read_pdf_files_in_folders_and_zip_files(issue: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    with zipfile.ZipFile(folder / "issue.zip", "w") as archive:
        archive.write(issue, "page.pdf")
        archive.writestr("bad.pdf", b"%PDF-1.7")
    (folder / "page.pdf").write_bytes(issue.read_bytes())
    result = run("predict", folder, "-o", tmp_path / "out")
    assert result.exit_code == 1
    lines = [
        line
        for path in sorted((tmp_path / "out").rglob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    articles = [found for found in map(json.loads, lines) if "headline" in found]
    assert [(found["headline"], found["page"]) for found in articles] == [
        ("林场造林忙", 1),
        ("水库蓄水忙", 3),
    ] * 2
    (failure,) = [found for found in map(json.loads, lines) if "error" in found]
    assert (failure["member"], "damaged or cut short" in failure["error"]) == ("bad.pdf", True)


def articles_in(folder: Path) -> list[dict[str, Any]]:
    lines = [
        line for path in sorted(folder.rglob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    return [json.loads(line) for line in lines]


def test_compressed_pdf_files_alone_in_folders_and_in_zip_files(issue: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    packed = gzip.compress(issue.read_bytes())
    (folder / "page.pdf.gz").write_bytes(packed)
    with zipfile.ZipFile(folder / "issue.zip", "w") as archive:
        archive.writestr("page.pdf.gz", packed)
    alone = run("split", folder / "page.pdf.gz", "-f", "jsonl")
    assert [json.loads(line)["page"] for line in alone.stdout.splitlines()] == [1, 3]
    assert run("predict", folder, "-o", tmp_path / "out").exit_code == 0
    found = [article for article in articles_in(tmp_path / "out") if "headline" in article]
    assert [article["headline"] for article in found] == ["林场造林忙", "水库蓄水忙"] * 2


def test_an_archive_goes_on_with_one_child_after_a_file_that_ends_the_reader(
    issue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (folder / name).write_bytes(issue.read_bytes())
    started = []
    start = PdfReader._start

    def start_one(reader: PdfReader) -> subprocess.Popen[bytes]:
        started.append(reader)
        if len(started) > 1:
            return start(reader)
        return subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(PdfReader, "_start", start_one)
    totals = run_archive([folder], tmp_path / "out", ArchiveOptions(unit_bytes=1))
    assert (totals.files, totals.articles, totals.failed) == (3, 4, 1)
    (failure,) = [found for found in articles_in(tmp_path / "out") if "error" in found]
    assert (failure["file"], "reader of PDF files end" in failure["error"]) == (f"{folder / 'a.pdf'}", True)
    assert len(started) == 2  # one that ended, and one for the two units after it
    assert started[-1]._child is None


@pytest.mark.parametrize("command", ["split", "predict"])
def test_pages_are_shown_with_their_articles_outlined(command: str, issue: Path, tmp_path: Path) -> None:
    text = tmp_path / "page.txt"
    text.write_text("水库蓄水忙\n", "utf-8")
    result = run(command, issue, text, issue, "-f", "html")
    assert result.exit_code == 1
    assert f"{text}: has no places on a page" in result.stderr
    assert re.findall(r'<article class="article" id="a(\d)"', result.stdout) == ["1", "2", "3", "4"]
    assert result.stdout.count('src="data:image/png;base64,') == 4  # the page without text is left out
    assert result.stdout.endswith("</html>\n")
    assert ('class="summary"' in result.stdout) == (command == "predict")
