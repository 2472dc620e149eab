"""The arguments and options that several commands share, each with one name, one check and one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classify.options import Kind

__all__ = ["DigestOption", "InputOption", "ModelOption", "Paths"]

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
