"""What all HTML pages of this package share: their head, and how texts are escaped.

A page is one file that loads nothing: styles, scripts and pictures are inside. A content security policy in its head
holds the browser to that, and allows no script but the one whose digest it names. So a page is harmless whatever
texts, labels and file names it shows.
"""

from __future__ import annotations

import base64
import hashlib
import html
from pathlib import Path

from classify.text.normalize import printable

__all__ = ["page_head", "safe"]


def safe(text: str) -> str:
    """Return hostile text as HTML text or as the value of an attribute: without control characters, and escaped.

    >>> safe('<b title="x">\\x1b')
    '&lt;b title=&quot;x&quot;&gt;\\\\x1b'
    """
    return html.escape(printable(text))


def page_head(title: str, style: str, script: str = "") -> str:
    """Return the beginning of a page, up to the start tag of its body.

    Parameters
    ----------
    title : str
    style : str
        Name of a style sheet beside this module.
    script : str, default=""
        Name of a script beside this module.

    Examples
    --------
    >>> "script-src" in page_head("Report", "report.css"), "script-src" in page_head("", "view.css", "view.js")
    (False, True)
    """
    folder = Path(__file__).parent
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    element = ""
    if script:
        code = (folder / script).read_text("utf-8")
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode("ascii")
        policy += f"; script-src 'sha256-{digest}'"
        element = f"<script>{code}</script>\n"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{safe(title)}</title>
<style>{(folder / style).read_text("utf-8")}</style>
{element}</head>
<body>"""
