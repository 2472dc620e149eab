"""Bytes to pages of Lines, to records, or to labelled documents; everything that opens inputs.

    streams    open, unpack, limit; what an input holds, by its name or its first bytes
    text       files to pages
    pdf/       pages of PDF files, read in a child process
    ocr/       pages of what OCR programs write: ALTO, PAGE XML, hOCR
    csv_rows   CSV text to rows
    records    JSON Lines, CSV and Parquet to records
    labelled   folders and records to documents with labels
    listing    folders and patterns to files
    parts      a file, or the members of a zip file, in parts that workers take

``predict``, ``train``, ``evaluate`` and archives all read through here, so that a file means the same to each of them.
Decoding is `classify.text.encoding`.
"""

from classify.read.ocr import read_ocr
from classify.read.pdf import PageFailure, PdfReader, failure_messages
from classify.read.records import Record, read_records
from classify.read.streams import LIMITS, Limits, format_of, is_ocr, is_pdf, kind_of, open_input
from classify.read.text import read_bytes, read_pages, read_text

__all__ = [
    "LIMITS",
    "Limits",
    "PageFailure",
    "PdfReader",
    "Record",
    "failure_messages",
    "format_of",
    "is_ocr",
    "is_pdf",
    "kind_of",
    "open_input",
    "read_bytes",
    "read_ocr",
    "read_pages",
    "read_records",
    "read_text",
]
