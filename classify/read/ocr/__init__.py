"""What OCR programs write, to pages of lines with boxes: ALTO 1 to 4, PAGE XML (2010 to 2019) and hOCR.

markup    bytes to a tree, with limits; which of the formats it is; the only importer of lxml
alto      ALTO to pages as the program gives them
page_xml  the same of PAGE XML
hocr      the same of hOCR
found     the records of such pages
upright   pages turned and straightened
sizes     type sizes from the heights of boxes
lines     lines cut at gutters, joined where they are torn
pages     a file to printed pages, as the PDF reader gives them
issue     files of a folder or a zip file to the pages of one issue

The three readers say only what their format means. What OCR programs do not give, or give with noise, is worked out
once for all of them: resolution, skew, type sizes, torn and joined lines.
"""

from classify.read.ocr.issue import is_issue, is_issue_file, read_ocr
from classify.read.ocr.markup import FORMAT_NAMES
from classify.read.ocr.pages import mean_confidence, ocr_pages

__all__ = ["FORMAT_NAMES", "is_issue", "is_issue_file", "mean_confidence", "ocr_pages", "read_ocr"]
