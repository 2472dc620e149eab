"""What an input holds, by its first bytes and its name, and what to do with what cannot be read.

The bytes decide where they are certain: PDF, zip, Parquet and the formats of offices and pictures have signatures,
ALTO, PAGE XML and hOCR name themselves, and files are often misnamed. Otherwise the name decides, since names are what
users see, and a page may begin with any character. Where it says nothing (standard input, ``data``, ``x.dump``), the
beginning of the text does: JSON, a first line with known columns, or HTML; anything else is a page.

A format that nothing here reads is refused with its name and the way out. Read as text, it would give articles of
syntax and an exit code of 0.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress

from classify.errors import InputError
from classify.read.columns import TEXT_NAMES, plain_name
from classify.text.encoding import head_text

__all__ = ["FORMATS", "PACKED", "check_readable", "delimiter_of", "format_of", "known_format"]

FORMATS = {
    ".txt": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".zip": "zip",
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".xml": "ocr",
    ".hocr": "ocr",
}
"""Formats by the ending of a name; one of `PACKED` may follow. Of a folder, the files with these endings are read."""

PACKED = (".gz", ".bz2", ".xz", ".zst")


class _Advice:
    """What to do with a file of a kind that is not read."""

    WORD = "a word processor's file; save it as plain text or PDF"
    SHEET = "a spreadsheet; save it as CSV (UTF-8)"
    SLIDES = "a presentation; save it as PDF"
    IMAGE = "an image; read it with an OCR program, and give its text"
    ARCHIVE = "an archive of a kind that is not read; unpack it, or pack its files as .zip"
    BOOK = "an electronic book; save it as plain text or HTML"


_REFUSED = {
    _Advice.WORD: ("doc", "docx", "wps", "odt", "rtf", "pages"),
    _Advice.SHEET: ("xls", "xlsx", "xlsm", "xlsb", "et", "ods", "numbers"),
    _Advice.SLIDES: ("ppt", "pptx", "odp", "dps", "key"),
    _Advice.IMAGE: ("jpg", "jpeg", "png", "tif", "tiff", "gif", "bmp", "webp", "jp2"),
    _Advice.ARCHIVE: ("rar", "7z", "tar", "tgz", "tbz2"),
    _Advice.BOOK: ("epub", "mobi", "azw3"),
    "a fixed-layout document; save it as PDF": ("ofd", "caj", "xps"),
}
_REFUSED_ENDINGS = {f".{ending}": why for why, endings in _REFUSED.items() for ending in endings}

_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file; save it as plain text, CSV or PDF"),
    (b"{\\rtf", _Advice.WORD),
    (b"\x89PNG\r\n", _Advice.IMAGE),
    (b"\xff\xd8\xff", _Advice.IMAGE),
    (b"II*\0", _Advice.IMAGE),
    (b"MM\0*", _Advice.IMAGE),
    (b"GIF8", _Advice.IMAGE),
    (b"Rar!\x1a\x07", _Advice.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _Advice.ARCHIVE),
    (b"SQLite format 3\0", "a database; export its table as CSV"),
)

# A declaration and comments. A comment ends at its first -->: otherwise there would be exponentially many ways to match
# a row of them.
_PROLOGUE = r"(?:<\?xml[^>]*>)?\s*(?:<!--(?:(?!-->).)*-->\s*)*"
# Matches <!DOCTYPE html> and <html lang="zh">; not <alto> or 《html》.
_HTML = re.compile(_PROLOGUE + r"<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
# Matches <?xml version="1.0"?><alto> and <pc:PcGts xmlns:pc="…">; not <rss> or <标题>.
_OCR_XML = re.compile(_PROLOGUE + r"<(?:[\w.-]{1,40}:)?(?:alto|PcGts)[\s>]", re.DOTALL)
# Matches <div class='ocr_page'> and <meta name="ocr-system">; not <title>ocr_page</title>.
_OCR_HTML = re.compile(
    r"""\bclass\s*=\s*["']?[^"'<>]{0,80}\bocr_page\b|\bname\s*=\s*["']?ocr-(?:system|capabilities)\b"""
)


def format_of(name: str, head: bytes = b"") -> str:
    """Return the format of an input.

    It is ``text``, ``jsonl``, ``json``, ``csv``, ``parquet``, ``zip``, ``pdf``, ``html``, or ``ocr``: ALTO, PAGE XML or
    hOCR, which OCR programs write.

    Parameters
    ----------
    name : str
        A path, ``-`` for standard input, or the name of a member of a zip file.
    head : bytes, default=b""
        The first bytes, unpacked. With none, the name alone decides.

    Examples
    --------
    >>> format_of("第1版.txt", b'{"text": "not looked at"}'), format_of("第1版.txt", b"%PDF-1.4")
    ('text', 'pdf')
    >>> format_of("-", b'{"text": "..."}'), format_of("-", "标题;正文".encode("gb18030")), format_of("-", b"text")
    ('jsonl', 'csv', 'text')
    >>> format_of("x.json", b'[{"text": "..."}]'), format_of("x.dump", b"<!doctype html><html>")
    ('json', 'html')
    >>> format_of("x.txt", b'<?xml version="1.0"?><alto>'), format_of("x.html", b'<html><div class="ocr_page">')
    ('ocr', 'ocr')
    """
    for signature, format in ((b"%PDF-", "pdf"), (b"PK\x03\x04", "zip"), (b"PAR1", "parquet")):
        if head.startswith(signature):
            return format
    known = known_format(name)
    text = head_text(head).lstrip()
    if _is_ocr(text):
        return "ocr"
    if known not in ("", "json", "jsonl"):
        return known
    found = _json_format(text)
    if known:
        return found or ("csv" if known == "json" and delimiter_of(text) else known)
    if found:
        return found
    if _HTML.match(text):
        return "html"
    if text.startswith("<?xml"):
        return "ocr"  # its reader names the kind of XML in its message
    return "csv" if delimiter_of(text) else "text"


def known_format(name: str) -> str:
    """Return the format that the ending of a name denotes, compressed or not; empty for any other name.

    >>> known_format("记录.JSONL.gz"), known_format("读我.md")
    ('jsonl', '')
    """
    plain = _without_packing(name)
    return next((format for ending, format in FORMATS.items() if plain.endswith(ending)), "")


def check_readable(name: str, head: bytes) -> None:
    """Raise `InputError` for a format that is not read, with its name and the way out.

    Parameters
    ----------
    name : str
    head : bytes
        The first bytes, unpacked; at least 4,096 where there are so many.

    Examples
    --------
    >>> check_readable("第1版.docx", b"PK")
    Traceback (most recent call last):
        ...
    classify.errors.InputError: 第1版.docx: a word processor's file; save it as plain text or PDF
    """
    plain = _without_packing(name)
    why = next((why for signature, why in _SIGNATURES if head.startswith(signature)), "")
    if not why and head.startswith(b"PK\x03\x04"):
        # Office files and books are zip files; their first members show which.
        members = (
            (b"word/", _Advice.WORD),
            (b"xl/", _Advice.SHEET),
            (b"ppt/", _Advice.SLIDES),
            (b"mimetypeapplication/epub", _Advice.BOOK),
        )
        why = next((why for member, why in members if member in head), "")
    if not why and not head.startswith(b"%PDF-") and known_format(name) == "":
        why = next((why for ending, why in _REFUSED_ENDINGS.items() if plain.endswith(ending)), "")
    if why:
        raise InputError(f"{name}: {why}")


def delimiter_of(text: str, names: tuple[str, ...] = ()) -> str:
    r"""Return what separates the columns of CSV text: a comma, tab, semicolon or bar; empty where it is no CSV.

    Parameters
    ----------
    text : str
        Its beginning. The first line names the columns.
    names : tuple of str, default=()
        Names that columns may have besides the known ones (`classify.read.columns`).

    Examples
    --------
    >>> delimiter_of("text,label\n"), delimiter_of("标题\t正文\n"), delimiter_of("林场造林，两千亩。\n")
    (',', '\t', '')
    """
    first = text.lstrip("\ufeff").split("\n", 1)[0].rstrip("\r")
    known = {*TEXT_NAMES, *names, "headline"}
    best = max(",\t;|", key=first.count)
    columns = {plain_name(column.strip(' "')) for column in first.split(best)}
    return best if best in first and columns & known and len(first) < 4096 else ""


def _is_ocr(text: str) -> bool:
    """Whether a text begins as the output of an OCR program does."""
    if not text.startswith("<"):
        return False
    return bool(_OCR_XML.match(text) or (_HTML.match(text) and _OCR_HTML.search(text)))


def _json_format(text: str) -> str:
    """Return ``jsonl`` or ``json`` for the beginning of a text in either; empty for anything else."""
    if text.startswith("[") and text[1:].lstrip()[:1] in ("{", "]"):
        return "json"
    if not (text.startswith("{") and text[1:].lstrip()[:1] in ('"', "}")):
        return ""
    first, end, _ = text.partition("\n")
    with suppress(ValueError, RecursionError):
        json.loads(first)
        return "jsonl"
    # A line that is no object: one object over many lines where the line breaks off after a brace or a comma.
    return "json" if end and first.rstrip().endswith(("{", "[", ",")) else "jsonl"


def _without_packing(name: str) -> str:
    plain = name.lower()
    for ending in PACKED:
        plain = plain.removesuffix(ending)
    return plain
