"""What OCR programs write, on the command line: in, and ALTO and annotations out."""

from __future__ import annotations

import gzip
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import run
from tests.pdf_writer import PdfPage, pdf
from tests.read.ocr.samples import alto, alto_line, alto_page, hocr, page_xml

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"alto": alto_page(), "page-xml": page_xml(), "hocr": hocr()}


@pytest.mark.parametrize("format", FILES)
@pytest.mark.parametrize("name", ["page.xml", "page.hocr", "noname", "page.xml.gz"])
def test_articles_of_each_format(tmp_path: Path, format: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(FILES[format]) if name.endswith(".gz") else FILES[format])
    result = run("split", path, "-f", "jsonl")
    (article,) = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 0
    assert (article["headline"], article["byline"]["reporters"]) == ("林场造林忙", ["岑雨桐"])
    assert article["body"] == "云港市林场近日造林两千亩。"
    assert article["boxes"][0] == [1, 40.0, 60.0, 140.0, 80.0]


def test_predict_with_the_format_named(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(FILES["alto"])
    (article,) = map(json.loads, run("predict", path, "-i", "alto", "-f", "jsonl").stdout.splitlines())
    assert article["section"] == "forestry"
    assert json.loads(run("split", path, "-i", "alto", "-f", "jsonl").stdout)["headline"] == "林场造林忙"
    for command in ("predict", "split"):
        wrong = run(command, path, "-i", "hocr")
        assert (wrong.exit_code, wrong.stdout) == (1, "")
        assert "is ALTO, not hOCR; leave -i out, or give -i alto" in wrong.stderr


def test_a_folder_is_an_issue_and_a_bad_page_loses_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "issue"
    folder.mkdir()
    (folder / "p10.xml").write_bytes(FILES["hocr"])
    (folder / "p9.xml").write_bytes(FILES["alto"])
    (folder / "p11.xml").write_bytes(FILES["alto"][:200])
    result = run("split", folder, "-f", "jsonl")
    assert [json.loads(line)["page"] for line in result.stdout.splitlines()] == [1, 2]
    assert result.exit_code == 1
    assert "page 3: p11.xml: is no well-formed XML" in result.stderr
    assert result.stderr.count("\n") == 1
    assert "none of the pages" in run("split", folder / "p9.xml", "--pages", "7").stderr


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<rss/>", "XML of another kind"),
        (b"<alto>", "no well-formed XML"),
        (alto(""), "has no text in it"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><alto/>', "declares entities"),
    ],
)
def test_errors_are_one_line(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "page.xml"
    path.write_bytes(data)
    result = run("predict", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert reason in result.stderr


def test_an_unsure_program_is_told(tmp_path: Path) -> None:
    path = tmp_path / "page.xml"
    path.write_bytes(alto(alto_line("林场近日造林。", 10, 10, 70, 10, more=' WC="0.4"')))
    result = run("split", path)
    assert result.exit_code == 0
    assert "40 % sure of its text" in result.stderr


@pytest.mark.parametrize("format", ["alto", "iiif"])
def test_boxed_output(tmp_path: Path, format: str) -> None:
    path = tmp_path / "page.xml"
    path.write_bytes(FILES["alto"])
    result = run("predict", path, "-f", format)
    assert result.exit_code == 0
    assert "林场造林忙" in result.stdout
    assert "forestry" in result.stdout
    if format == "iiif":
        assert json.loads(result.stdout)["type"] == "AnnotationPage"
    else:
        again = tmp_path / "again.xml"
        again.write_text(result.stdout, encoding="utf-8")
        assert json.loads(run("split", again, "-f", "jsonl").stdout)["headline"] == "林场造林忙"
    text = tmp_path / "page.txt"
    text.write_text("林场造林忙", encoding="utf-8")
    refused = run("split", text, "-f", format)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"which -f {format} needs" in refused.stderr


def test_boxed_output_of_a_pdf(tmp_path: Path) -> None:
    page = PdfPage(400, 600)
    page.text(40, 60, 20, "林场造林忙", "hei")
    page.lines(40, 100, 10, ["　　本报讯（记者岑雨桐）", "云港市林场近日造林两千", "亩。"])
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf([page]))
    assert "<MeasurementUnit>inch1200<" in run("split", path, "-f", "alto").stdout
    assert "#xywh=40,60,100,20" in run("split", path, "-f", "iiif").stdout


def test_alto_output_is_one_document(tmp_path: Path) -> None:
    result = run("split", tmp_path / "a.xml", tmp_path / "b.xml", "-f", "alto")
    assert result.exit_code == 2
    assert "one document" in " ".join(result.stderr.split())


def test_the_view_draws_lines(tmp_path: Path) -> None:
    path = tmp_path / "page.xml"
    path.write_bytes(FILES["alto"])
    result = run("split", path, "-f", "html")
    assert result.exit_code == 0
    assert "林场近日造林两千亩。" in result.stdout


def test_archives_read_them_in_folders_and_zip_files(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    with zipfile.ZipFile(folder / "issue.zip", "w") as archive:
        archive.writestr("p1.xml", FILES["page-xml"])
        archive.writestr("bad.xml", b"<alto>")
    (folder / "p2.hocr").write_bytes(FILES["hocr"])
    (folder / "p3.xml.gz").write_bytes(gzip.compress(FILES["alto"]))
    result = run("predict", folder, "-o", tmp_path / "out")
    assert result.exit_code == 1
    lines = [
        json.loads(line)
        for path in sorted((tmp_path / "out").rglob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    assert [found["headline"] for found in lines if "headline" in found] == ["林场造林忙"] * 3
    (failure,) = [found for found in lines if "error" in found]
    assert (failure["member"], "no well-formed XML" in failure["error"]) == ("bad.xml", True)
    wrong = run("predict", folder / "p2.hocr", "-i", "alto", "-o", tmp_path / "wrong")
    assert "is hOCR, not ALTO" in "".join(
        p.read_text("utf-8") for p in (tmp_path / "wrong").rglob("failures.jsonl")
    )
    assert wrong.exit_code == 1
