"""The arguments and options that several commands share, each with one name, one check and one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classify.options import Kind, parse_pages

__all__ = ["DigestOption", "InputOption", "ModelOption", "PagesOption", "Paths", "read_page_ranges"]

Paths = Annotated[
    list[str],
    typer.Argument(help="Files; - is standard input.", metavar="PATH…", show_default=False),
]
ModelOption = Annotated[
    Path | None,
    typer.Option("--model", "-m", help="Model file; the shipped one by default.", show_default=False),
]
DigestOption = Annotated[
    str,
    typer.Option("--sha256", help="The model's SHA-256, from a place you trust.", show_default=False),
]
InputOption = Annotated[
    Kind,
    typer.Option("--input", "-i", help="What the inputs hold; auto goes by the name."),
]
PagesOption = Annotated[
    str,
    typer.Option("--pages", help="Of PDF files and OCR, only these: 1-4,7.", show_default=False),
]


def read_page_ranges(text: str) -> tuple[range, ...] | None:
    """Return the pages that the user asked for, None for all; a wrong value is an error of usage."""
    if not text:
        return None
    try:
        return parse_pages(text)
    except ValueError as e:
        raise typer.BadParameter(str(e)) from None
