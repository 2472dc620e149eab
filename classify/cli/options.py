"""What the commands take: formats, and the options that several of them share."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Backend",
    "DigestOption",
    "ExplainFormat",
    "Format",
    "Input",
    "InputOption",
    "ModelOption",
    "Paths",
    "SplitFormat",
    "SummaryFormat",
]


class Format(str, Enum):
    """Output of `predict`."""

    table = "table"
    jsonl = "jsonl"
    json = "json"
    csv = "csv"
    ninjs = "ninjs"


class SplitFormat(str, Enum):
    """Output of `split`."""

    table = "table"
    jsonl = "jsonl"
    json = "json"
    csv = "csv"


class Input(str, Enum):
    """What an input holds."""

    auto = "auto"
    page = "page"
    article = "article"
    jsonl = "jsonl"


class Backend(str, Enum):
    """Who does the work of an archive."""

    processes = "processes"
    dask = "dask"


class SummaryFormat(str, Enum):
    """Output of `summarize`."""

    text = "text"
    jsonl = "jsonl"
    html = "html"


class ExplainFormat(str, Enum):
    """Output of `explain`."""

    text = "text"
    jsonl = "jsonl"


Paths = Annotated[
    list[str], typer.Argument(help="Files; - is standard input.", metavar="PATH…", show_default=False)
]
ModelOption = Annotated[
    Path | None,
    typer.Option("--model", "-m", help="Model file; the shipped one by default.", show_default=False),
]
DigestOption = Annotated[
    str, typer.Option("--sha256", help="The model's SHA-256, from a place you trust.", show_default=False)
]
InputOption = Annotated[
    Input, typer.Option("--input", "-i", help="What the inputs hold; auto goes by the name.")
]
