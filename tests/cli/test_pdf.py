"""PDF files on the command line."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

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
