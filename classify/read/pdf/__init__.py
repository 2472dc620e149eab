"""PDF files to pages of lines with boxes.

characters  characters, rules, frames and pictures of a page as it is shown, by pdfium
lines       characters to lines
document    a file to its pages; the only importer of pypdfium2
child       the same in a child process, with limits of memory and time
worker      what that process runs
"""

from classify.read.pdf.child import PageFailure, PdfReader

__all__ = ["PageFailure", "PdfReader"]
