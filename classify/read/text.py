"""Text files to pages of Lines.

A text file is one page, as extractors write them; a form feed in it is a line end. The whole file is held in memory,
since the splitter reads a page as a whole. Formats whose files hold several pages (PDF, ALTO) get readers of their own
beside this one, and `read_pages` is where they join.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from classify.read.streams import LIMITS, Limits, open_input
from classify.text.encoding import decode
from classify.text.lines import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classify.records import Line

__all__ = ["read_pages", "read_text"]


def read_text(path: str | os.PathLike[str], limits: Limits = LIMITS) -> str:
    """Return the text of a file: unpacked, decoded, and otherwise as it is.

    Parameters
    ----------
    path : str or path
        A file, perhaps compressed (.gz, .zst); ``-`` for standard input.
    limits : Limits, default=LIMITS

    Raises
    ------
    InputError
        The file cannot be read, or is larger than ``limits.page``. `EncodingError`, one of them: it is no text.

    Examples
    --------
    >>> read_text("examples/page.txt").split()[0]
    '简明信息'
    """
    name = os.fspath(path)
    with open_input(name, limits.page) as stream:
        data = stream.read()
    return decode(data, name)


def read_pages(path: str | os.PathLike[str]) -> Iterator[list[Line]]:
    """Yield the pages of a file as lists of `Line`, as `split_page` takes them.

    Parameters
    ----------
    path : str or path
        A file, perhaps compressed (.gz, .zst); ``-`` for standard input. A text file is one page.

    Yields
    ------
    list of Line
        Every line of the page, blank ones included, numbered from 1.

    Raises
    ------
    InputError
        The file cannot be read; the message says why and what to do.

    Examples
    --------
    >>> from classify import read_pages, split_page
    >>> [len(split_page(page)) for page in read_pages("examples/page.txt")]
    [7]
    """
    yield list(text_lines(read_text(path)))
