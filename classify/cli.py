"""The command line: parse, call, print. Every command is a thin coat over a library function of the same name."""

from __future__ import annotations

import os
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classify.errors import ClassifyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

app = typer.Typer(
    name="classify",
    help="Chinese newspaper pages to labelled, summarised articles.",
    epilog="Example: classify predict page.txt   ·   cat page.txt | classify predict - --format jsonl",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(str, Enum):
    """Output of `predict`."""

    table = "table"
    jsonl = "jsonl"
    json = "json"
    csv = "csv"
    ninjs = "ninjs"


class Input(str, Enum):
    """What an input holds."""

    auto = "auto"
    page = "page"
    article = "article"
    jsonl = "jsonl"


class SplitFormat(str, Enum):
    """Output of `split`."""

    table = "table"
    jsonl = "jsonl"
    json = "json"
    csv = "csv"


class SummaryFormat(str, Enum):
    """Output of `summarize`."""

    text = "text"
    jsonl = "jsonl"
    html = "html"


class ExplainFormat(str, Enum):
    """Output of `explain`."""

    text = "text"
    jsonl = "jsonl"


Paths = Annotated[list[str], typer.Argument(help="Files; - is standard input.", metavar="PATH…", show_default=False)]
ModelOption = Annotated[
    Path | None, typer.Option("--model", "-m", help="Model file; the shipped one by default.", show_default=False)
]


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False) -> None:
    if version:
        from classify import __version__

        typer.echo(f"classify {__version__}")
        raise typer.Exit


@app.command(epilog="Example: classify train seeds/ -o models/sections.joblib")
def train(
    data: Annotated[
        Path, typer.Argument(help="A folder of <section>/*.txt, JSON Lines or CSV (text, label, title); .gz too.")
    ] = Path("seeds"),
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the model goes.")] = Path("models/sections.joblib"),
    date: Annotated[str, typer.Option(help="Date to write on the card; none by default, so that runs are equal.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no figures.")] = False,
) -> None:
    """Train a model and write it with its card. The same data give the same bytes."""
    from classify.render import print_report
    from classify.sections.training import train as train_model
    from classify.store import save_model

    with _status("training") as step:
        result = train_model(data, progress=step)
    save_model(result.model, output, result.card(date=date))
    if not quiet:
        print_report(result.report, _console())
        typer.echo(f"model: {output}\ncard:  {output.with_suffix('.json')}")


@app.command(epilog="Example: classify predict pages/*.txt --format jsonl > articles.jsonl")
def predict(
    paths: Paths,
    model: ModelOption = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="What to print.")] = Format.table,
    input: Annotated[Input, typer.Option("--input", "-i", help="What the inputs hold.")] = Input.auto,
    sentences: Annotated[int, typer.Option("-n", "--sentences", min=1, help="Sentences in a summary.")] = 3,
    no_summary: Annotated[bool, typer.Option("--no-summary", help="Leave summaries and keywords out.")] = False,
    sha256: Annotated[str, typer.Option(help="The model's SHA-256, from a place you trust.", show_default=False)] = "",
) -> None:
    """Split pages, label and summarise their articles."""
    from classify.store import load_model

    loaded = load_model(model, sha256=sha256 or None)
    n = 0 if no_summary else sentences

    def results(path: str) -> Iterator[dict[str, Any]]:
        from classify.inputs import kind_of, read_source
        from classify.pipeline import predict_page
        from classify.render import labelled_object

        kind = kind_of(path, input.value)
        if kind == "jsonl":
            yield from _record_results(path, loaded, n)
            return
        items = predict_page(read_source(path), model=loaded, n_sentences=n, single=kind == "article")
        for number, item in enumerate(items, 1):
            yield labelled_object(item, file=path, number=number)

    _write(paths, results, format.value)


@app.command(epilog="Example: classify split page.txt --format jsonl")
def split(
    paths: Paths,
    format: Annotated[SplitFormat, typer.Option("--format", "-f", help="What to print.")] = SplitFormat.table,
) -> None:
    """Split pages into articles, without labels."""

    def results(path: str) -> Iterator[dict[str, Any]]:
        from classify.inputs import read_source
        from classify.pages import split_page
        from classify.render import article_object

        page = split_page(read_source(path))
        for number, article in enumerate(page.articles, 1):
            yield article_object(article, file=path, number=number)
        if page.leftover:
            spans = ", ".join(f"{a}–{b}" if a != b else str(a) for a, b in page.leftover)
            typer.echo(f"{_safe(path)}: lines that belong to no article: {spans}", err=True)

    _write(paths, results, format.value, split=True)


@app.command(epilog="Example: classify summarize article.txt -n 2 --keywords 5")
def summarize(
    paths: Paths,
    sentences: Annotated[int, typer.Option("-n", "--sentences", min=1, help="Sentences in the summary.")] = 3,
    max_chars: Annotated[
        int | None, typer.Option("--max-chars", "-c", min=1, help="Longest summary, in characters.", show_default=False)
    ] = None,
    title: Annotated[str, typer.Option(help="The article's headline, where known.", show_default=False)] = "",
    keywords: Annotated[int, typer.Option("--keywords", "-k", min=0, help="Keywords to print as well.")] = 0,
    format: Annotated[SummaryFormat, typer.Option("--format", "-f", help="What to print.")] = SummaryFormat.text,
) -> None:
    """Summarise texts, one summary a file."""
    from classify.inputs import read_source
    from classify.render import to_json
    from classify.summarizer import keywords as find_keywords
    from classify.summarizer import summarize as run
    from classify.text.normalize import clean

    def one(path: str) -> None:
        text = clean(read_source(path))
        summary = run(text, sentences, max_chars=max_chars, title=title or None)
        words = find_keywords(text, keywords) if keywords else []
        if format is SummaryFormat.jsonl:
            spans = [{"text": s.text, "start": s.start, "end": s.end, "score": s.score} for s in summary.sentences]
            _out(to_json({"file": path, "summary": spans, "keywords": [k.text for k in words]}))
        elif format is SummaryFormat.html:
            from classify.summarizer.markup import mark

            _out(mark(text, summary))
        else:
            for sentence in summary.sentences:
                _out(_safe(sentence.text))
            if words:
                _out(_safe("  ".join(k.text for k in words)))

    _each(paths, one)


@app.command(epilog="Example: classify evaluate held-out.jsonl --report report.html")
def evaluate(
    data: Annotated[Path, typer.Argument(help="Labelled data, as for train.", show_default=False)],
    model: ModelOption = None,
    report: Annotated[Path | None, typer.Option(help="Write a self-contained HTML page.", show_default=False)] = None,
) -> None:
    """Measure a model on labelled data."""
    from classify.corpus import load_corpus
    from classify.render import print_report
    from classify.sections.evaluation import evaluate as run
    from classify.store import load_model

    loaded = load_model(model)
    result = run(loaded, load_corpus(data))
    print_report(result, _console())
    if report:
        from classify.sections.report import write_report

        write_report(result, report)
        typer.echo(f"report: {report}")


@app.command(epilog="Example: classify explain page.txt")
def explain(
    paths: Paths,
    model: ModelOption = None,
    top: Annotated[int, typer.Option(min=1, help="Terms to show for and against.")] = 8,
    format: Annotated[ExplainFormat, typer.Option("--format", "-f", help="What to print.")] = ExplainFormat.text,
) -> None:
    """Show which words pulled each article towards its section, and away from it."""
    from classify.inputs import read_source
    from classify.pages import split_page
    from classify.pipeline import article_text
    from classify.render import print_explanation, to_json
    from classify.store import load_model

    loaded = load_model(model)

    def one(path: str) -> None:
        for number, article in enumerate(split_page(read_source(path)).articles, 1):
            explanation = loaded.explain(article_text(article), top=top)
            if format is ExplainFormat.jsonl:
                _out(to_json({"file": path, "article": number, **explanation.to_dict()}))
            else:
                print_explanation(explanation, article, number, _console())

    _each(paths, one)


# ------------------------------------------------------------------------------------------------ plumbing


def _record_results(path: str, model: Any, n: int) -> Iterator[dict[str, Any]]:
    from classify.inputs import read_records
    from classify.pipeline import predict_records
    from classify.render import labelled_object, with_fields

    batch: list[Any] = []
    number = 0

    def flush() -> Iterator[dict[str, Any]]:
        nonlocal number
        items = predict_records([r.fields for r in batch], model=model, n_sentences=n)
        for record, item in zip(batch, items, strict=True):
            number += 1
            result = labelled_object(item, file=path, number=number) | {"lines": [[record.line, record.line]]}
            yield with_fields(result, record.fields)
        batch.clear()

    broken = 0
    for record in read_records(path):
        if record.problem:
            _complain(f"{path}: {record.problem}")
            broken += 1
            continue
        batch.append(record)
        if len(batch) >= 256:
            yield from flush()
    yield from flush()
    if broken:
        _failures.append(path)


_failures: list[str] = []
"""Inputs of this run of which something failed."""


def _each(paths: Iterable[str], one: Callable[[str], None]) -> None:
    """Do every path; report and skip what fails; exit with 1 if anything did."""
    for path in _track(list(paths)):
        try:
            one(path)
        except ClassifyError as e:
            _complain(str(e))
            _failures.append(path)
    if _failures:
        raise typer.Exit(1)


def _write(
    paths: list[str], results: Callable[[str], Iterator[dict[str, Any]]], format: str, *, split: bool = False
) -> None:
    from classify import render

    if format in ("json", "csv"):
        found: list[dict[str, Any]] = []
        try:
            _each(paths, lambda path: found.extend(results(path)))
        finally:
            if format == "json":
                _out(render.to_json(found, indent=2))
            else:
                for row in render.csv_text(found):
                    _out(row, end="")
        return

    def one(path: str) -> None:
        if format == "table":
            if len(paths) > 1:
                _out(_safe(path))
            (render.print_articles if split else render.print_table)(list(results(path)), _console())
            return
        for result in results(path):
            _out(render.to_json(render.ninjs_object(result) if format == "ninjs" else result))

    _each(paths, one)


def _out(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)


def _safe(text: str) -> str:
    from classify.text.normalize import printable

    return printable(text)


def _complain(message: str) -> None:
    line = " ".join(_safe(message).split("\n"))
    typer.echo(f"classify: {line}", err=True)


def _console() -> Any:
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 100
    return Console(file=sys.stdout, highlight=False, width=width, soft_wrap=False)


def _track(paths: list[str]) -> Iterable[str]:
    if len(paths) < 4 or not sys.stderr.isatty():
        return paths
    from rich.console import Console
    from rich.progress import track

    return track(paths, description="pages", console=Console(stderr=True), transient=True)


class _Status:
    """A line on stderr that says what is going on; silent where stderr is no terminal."""

    def __init__(self, text: str) -> None:
        self._text, self._status = text, None

    def __enter__(self) -> Callable[[str], None]:
        if not sys.stderr.isatty():
            return lambda _: None
        from rich.console import Console

        status: Any = Console(stderr=True).status(self._text)
        status.start()
        self._status = status
        return lambda text: status.update(f"{self._text}: {text}")

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()


def _status(text: str) -> _Status:
    return _Status(text)


def main() -> None:
    """Run the command line. Exit codes: 0; 1 for an error of ours, one line on stderr; 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except ClassifyError as e:
        _complain(str(e))
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
