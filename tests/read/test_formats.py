"""What an input holds: certain bytes before the name, the name before other bytes, and what is refused."""

from __future__ import annotations

import pytest

from classify.errors import InputError
from classify.read.formats import check_readable, delimiter_of, format_of


@pytest.mark.parametrize(
    ("name", "head", "format"),
    [
        ("x.txt", b"%PDF-1.7", "pdf"),
        ("x.pdf.gz", b"%PDF-1.7", "pdf"),
        ("x.txt", b"PK\x03\x04", "zip"),
        ("-", b"PAR1", "parquet"),
        ("x.txt", b'{"text": "a"}', "text"),
        ("x.jsonl", b'{"text": "a"}', "jsonl"),
        ("x.jsonl", b'[{"text": "a"}]', "json"),
        ("x.jsonl", b'["a"]', "jsonl"),
        ("x.json", b'{"text": "a"}\n{"text": "b"}', "jsonl"),
        ("x.json", b'{\n "text": "a"}', "json"),
        ("x.json.xz", b"", "json"),
        ("-", b'[\n {"text": "a"}]', "json"),
        ("-", b'\xef\xbb\xbf{"text": "a"}', "jsonl"),
        ("-", b"{not json}", "text"),
        ("-", "【本报讯】".encode(), "text"),
        ("x.tsv", b"a\tb", "csv"),
        ("data", b"id,Text\n1,a", "csv"),
        ("data", "标题\t正文".encode("utf-16"), "csv"),
        ("data", "标题;正文".encode("gb18030"), "csv"),
        ("data", "正文，他说".encode(), "text"),
        ("x.md", b"# text", "text"),
        ("x.php", b"<!-- a -->\n<!DOCTYPE html>", "html"),
        ("-", b"<?xml version='1.0'?><html>", "html"),
        ("-", "<北京>的冬天".encode(), "text"),
        ("x.html", b"no tags", "html"),
        ("x.htm.gz", b"", "html"),
    ],
)
def test_format(name: str, head: bytes, format: str) -> None:
    assert format_of(name, head) == format


@pytest.mark.parametrize(
    ("name", "head", "way_out"),
    [
        ("x.docx", b"PK\x03\x04 [Content_Types].xml word/", "save it as plain text or PDF"),
        ("x.txt", b"PK\x03\x04 word/document.xml", "save it as plain text or PDF"),
        ("x.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as plain text, CSV or PDF"),
        ("x.xlsx", b"", "save it as CSV"),
        ("x.csv", b"PK\x03\x04 xl/workbook.xml", "save it as CSV"),
        ("-", b"\x89PNG\r\n", "OCR program"),
        ("x.TIF", b"", "OCR program"),
        ("x.rar", b"Rar!\x1a\x07", "unpack it"),
        ("x.ofd", b"PK\x03\x04", "save it as PDF"),
        ("x.epub", b"PK\x03\x04....mimetypeapplication/epub+zip", "save it as plain text or HTML"),
        ("x.db", b"SQLite format 3\0", "as CSV"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(name: str, head: bytes, way_out: str) -> None:
    with pytest.raises(InputError, match=way_out) as e:
        check_readable(name, head)
    assert str(e.value).startswith(f"{name}: ")
    assert "\n" not in str(e.value)


@pytest.mark.parametrize(
    ("name", "head"),
    [("x.txt", b"a"), ("-", b""), ("x.zip", b"PK\x03\x04 a.txt"), ("x.png.txt", b"a"), ("x.pdf", b"%PDF-")],
)
def test_other_inputs_are_not_refused(name: str, head: bytes) -> None:
    check_readable(name, head)


def test_delimiters() -> None:
    assert [delimiter_of(f"标题{d}正文") for d in ",\t;|"] == [*",\t;|"]
    assert delimiter_of("标题,编号;a") == ""
    assert delimiter_of("原文;编号", ("原文",)) == ";"
    assert delimiter_of("text") == ""
