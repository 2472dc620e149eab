"""The arguments and options that several commands share, each with one name, one check and one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classify.options import Backend, Kind, ReadOptions, parse_pages

__all__ = [
    "BackendOption",
    "DigestOption",
    "EncodingOption",
    "GzipOption",
    "InputOption",
    "LabelColumnOption",
    "ModelOption",
    "PagesOption",
    "Paths",
    "PruneOption",
    "RelabelOption",
    "RetryOption",
    "SchedulerOption",
    "TextColumnOption",
    "TitleColumnOption",
    "UpdateOption",
    "WorkersOption",
    "read_options",
    "read_page_ranges",
]

Paths = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders, patterns, .zip; - is standard input.", metavar="PATH…", show_default=False
    ),
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
    typer.Option("--input", "-i", help="What the inputs hold; auto goes by content and name."),
]
EncodingOption = Annotated[
    str | None,
    typer.Option(help="Of texts, such as big5hkscs; found by their bytes by default.", show_default=False),
]
TextColumnOption = Annotated[
    str | None,
    typer.Option(
        help="The field of records that is the text; text, content, 正文, … by default.", show_default=False
    ),
]
TitleColumnOption = Annotated[
    str | None,
    typer.Option(help="The field that is the headline; title, 标题, … by default.", show_default=False),
]
LabelColumnOption = Annotated[
    str | None,
    typer.Option(
        help="The field that is the label; label, category, 类别, … by default.", show_default=False
    ),
]
PagesOption = Annotated[
    str,
    typer.Option("--pages", help="Of PDF files and OCR, only these: 1-4,7.", show_default=False),
]

_ARCHIVE = "Archives, with -o FOLDER"
WorkersOption = Annotated[
    int | None,
    typer.Option(min=1, help="Processes to use.", show_default="1", rich_help_panel=_ARCHIVE),
]
BackendOption = Annotated[Backend, typer.Option(help="What runs the workers.", rich_help_panel=_ARCHIVE)]
SchedulerOption = Annotated[
    str,
    typer.Option(
        help="With --backend dask: its address, tcp://host:8786.",
        show_default=False,
        rich_help_panel=_ARCHIVE,
    ),
]
GzipOption = Annotated[bool, typer.Option("--gzip", help="Compress the results.", rich_help_panel=_ARCHIVE)]
UpdateOption = Annotated[
    bool,
    typer.Option(
        "--update",
        help="Take new and changed files into a folder that holds a run.",
        rich_help_panel=_ARCHIVE,
    ),
]
PruneOption = Annotated[
    bool,
    typer.Option(
        "--prune", help="With --update: drop the articles of files that are gone.", rich_help_panel=_ARCHIVE
    ),
]
RetryOption = Annotated[
    bool,
    typer.Option(
        "--retry-failed",
        help="With --update: do files again of which something failed.",
        rich_help_panel=_ARCHIVE,
    ),
]
RelabelOption = Annotated[
    bool,
    typer.Option(
        "--relabel",
        help="Give the articles of a folder the labels of --model only.",
        rich_help_panel=_ARCHIVE,
    ),
]


def read_options(
    kind: Kind = "auto",
    encoding: str | None = None,
    text: str | None = None,
    title: str | None = None,
    label: str | None = None,
) -> ReadOptions:
    """Return how inputs are read; an unknown encoding is an error of usage."""
    try:
        return ReadOptions(kind, encoding, text, title, label)
    except ValueError as e:
        raise typer.BadParameter(str(e)) from None


def read_page_ranges(text: str) -> tuple[range, ...] | None:
    """Return the pages that the user asked for, None for all; a wrong value is an error of usage."""
    if not text:
        return None
    try:
        return parse_pages(text)
    except ValueError as e:
        raise typer.BadParameter(str(e)) from None
