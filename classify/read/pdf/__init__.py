"""PDF files to pages of lines with boxes.

pdfium      pdfium's functions, called cheaply
fonts       fonts of the system, with which pages are drawn and without which they are read
frame       places of the file to places of the page as shown
characters  characters of a page as it is shown
drawings    rules, frames and pictures of it
picture     the page drawn, as PNG
lines       characters to lines
document    a file to its pages; the only importer of pypdfium2
child       the same in a child process, with limits of memory and time
worker      what that process runs
"""

from classify.read.pdf.child import PageFailure, PdfReader, failure_messages

__all__ = ["PageFailure", "PdfReader", "failure_messages"]
