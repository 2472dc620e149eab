"""Web pages to the text of their article: trafilatura finds it, without navigation, advertisements and comments.

The library is an extra (``pip install 'classify-zh[html]'``). It was chosen since it is well kept and measures itself
against others; there is no second way here. An HTML page is one article: its title, an empty line, its text.
"""

from __future__ import annotations

from typing import Any

from classify.errors import InputError
from classify.text.encoding import decode

__all__ = ["html_text"]


def html_text(data: bytes, name: str, encoding: str | None = None) -> str:
    """Return the title and the text of the article of a web page.

    Parameters
    ----------
    data : bytes
        The page. Without `encoding` it is that of the page's own declaration, or is found by its bytes.
    name : str
        What messages call it.
    encoding : str or None, default=None

    Raises
    ------
    InputError
        trafilatura is not installed, or finds no article.
    """
    try:
        import trafilatura
    except ImportError:
        raise InputError(
            f"{name}: HTML needs trafilatura; run `pip install 'classify-zh[html]'`, or give plain text"
        ) from None
    page = data if encoding is None else decode(data, name, encoding)
    found: Any = trafilatura.bare_extraction(
        page, with_metadata=True, include_comments=False, include_tables=False
    )
    text = ((found.text if found is not None else "") or "").strip()
    if not text:
        raise InputError(f"{name}: no article in this web page; save its text as .txt")
    title = " ".join(((found.title if found is not None else "") or "").split())
    return text if not title or text.startswith(title) else f"{title}\n\n{text}"
