"""The command line: parse, call, print.

Every command is one function, in `articles`, `archives` or `models`, which calls the library and prints through
`results` and `console`. This module puts them together, and turns errors into exit codes: one line on standard error,
never a traceback.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from classify.cli import archives, articles, models, service
from classify.cli.console import complain
from classify.errors import ClassifyError

__all__ = ["app", "main"]

app = typer.Typer(
    name="classify",
    help="Chinese newspaper pages to labelled, summarised articles.",
    epilog="Example: classify predict page.txt   ·   cat page.txt | classify predict - --format jsonl",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(
    epilog="Examples: classify predict page.txt --format jsonl   ·   classify predict archive/ -o out/ --workers 2"
)(articles.predict)
app.command(epilog="Example: classify split page.txt --format jsonl")(articles.split)
app.command(epilog="Example: classify summarize article.txt -n 2 --keywords 5")(articles.summarize)
app.command(epilog="Example: classify explain page.txt")(articles.explain)
app.command(epilog="Example: classify schema > article.schema.json")(articles.schema)
app.command(epilog="Examples: classify train   ·   classify train mine.jsonl -o mine.joblib")(models.train)
app.command(epilog="Example: classify evaluate held-out.jsonl --report report.html")(models.evaluate)
app.command(epilog="Example: classify serve --corrections newsroom.sqlite")(service.serve)
model_app = typer.Typer(help="Look at model files.", no_args_is_help=True)
model_app.command(epilog="Example: classify model show models/sections.joblib")(models.show)
app.add_typer(model_app, name="model")
archive_app = typer.Typer(help="Look at the folders of archives.", no_args_is_help=True)
archive_app.command(epilog="Example: classify archive verify out/")(archives.verify)
archive_app.command(epilog="Example: classify archive info out/ --json")(archives.info)
app.add_typer(archive_app, name="archive")


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    if version:
        from classify import __version__

        typer.echo(f"classify {__version__}")
        raise typer.Exit


def _has_chinese(encoding: str) -> bool:
    try:
        "水".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    """Run the command line and leave with its exit code.

    Exit codes: 0; 1 for an error of this package, with one line on standard error; 2 for wrong usage.
    """
    # Where the shell has closed a stream (>&-), the first file that is opened would be taken for it.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    # A locale without Chinese, such as C, would fail on the first result; PYTHONIOENCODING is what the user wants.
    replaced: set[str] = set()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            encoding = stream.encoding if "PYTHONIOENCODING" in os.environ else "utf-8"
            if not _has_chinese(encoding):
                replaced.add(encoding)
                encoding = "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")
    for encoding in sorted(replaced):  # both streams have one encoding, as a rule
        complain(f"{encoding} has no Chinese characters; UTF-8 is written instead")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except ClassifyError as e:
        complain(str(e))
        sys.exit(1)
    except OSError as e:
        # The reader of standard output, such as `head`, may end before us: that is no error.
        reader_ended = isinstance(e, BrokenPipeError)
        if e.filename is not None and not reader_ended:
            raise
        # Python flushes the rest of its buffer when it ends; the null device takes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not reader_ended:
            complain(f"standard output: {e.strerror or e}; make room, or write elsewhere")
        sys.exit(0 if reader_ended else 1)
