"""Commands for those who bring texts: predict, split, summarize, explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classify.cli.console import Inputs, note, out, results_console
from classify.cli.options import (
    Backend,
    DigestOption,
    ExplainFormat,
    Format,
    Input,
    InputOption,
    ModelOption,
    Paths,
    SplitFormat,
    SummaryFormat,
)
from classify.cli.results import print_results, read_articles, record_results
from classify.errors import InputError
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["explain", "predict", "split", "summarize"]


def predict(
    paths: Paths,
    model: ModelOption = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="What to print.")] = Format.table,
    input: InputOption = Input.auto,
    sentences: Annotated[int, typer.Option("-n", "--sentences", min=1, help="Sentences in a summary.")] = 3,
    no_summary: Annotated[
        bool, typer.Option("--no-summary", help="Leave summaries and keywords out.")
    ] = False,
    sha256: DigestOption = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A folder for the results of many files, folders, globs, .zip, .parquet; goes on where it stopped.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="With -o: processes to use.", show_default="1")
    ] = None,
    backend: Annotated[Backend, typer.Option(help="With -o: who does the work.")] = Backend.processes,
    scheduler: Annotated[
        str, typer.Option(help="With --backend dask: its address, tcp://host:8786.", show_default=False)
    ] = "",
    gzip: Annotated[bool, typer.Option("--gzip", help="With -o: compress the results.")] = False,
) -> None:
    """Split pages, label and summarise their articles."""
    n = 0 if no_summary else sentences
    if output is None and (workers or scheduler or gzip or backend is not Backend.processes):
        raise typer.BadParameter(
            "--workers, --backend, --scheduler and --gzip are for archives; give -o FOLDER"
        )
    if output is not None:
        if format not in (Format.table, Format.jsonl):
            raise typer.BadParameter(
                f"results in a folder are JSON Lines, not {format.value}; leave --format out"
            )
        if bool(scheduler) != (backend is Backend.dask):
            raise typer.BadParameter("--backend dask and --scheduler tcp://host:8786 go together; give both")
        from classify.cli.archives import predict_archive

        predict_archive(
            paths,
            output,
            model=model,
            sha256=sha256 or None,
            workers=workers,
            backend=backend.value,
            scheduler=scheduler or None,
            n_sentences=n,
            kind=input.value,
            format="jsonl.gz" if gzip else "jsonl",
        )
    from classify.sections.model import load_model

    loaded = load_model(model, sha256=sha256 or None)
    inputs = Inputs(paths)

    def results(path: str) -> Iterator[dict[str, Any]]:
        from classify.output.render import labelled_object
        from classify.pipeline import predict_page
        from classify.read import kind_of, read_source

        kind = kind_of(path, input.value)
        if kind == "jsonl":
            yield from record_results(path, loaded, n, inputs)
            return
        items = predict_page(read_source(path), model=loaded, n_sentences=n, single=kind == "article")
        for number, item in enumerate(items, 1):
            yield labelled_object(item, file=path, number=number)

    print_results(inputs, results, format.value)


def split(
    paths: Paths,
    format: Annotated[SplitFormat, typer.Option("--format", "-f", help="What to print.")] = SplitFormat.table,
) -> None:
    """Split pages into articles, without labels."""

    def results(path: str) -> Iterator[dict[str, Any]]:
        from classify.output.render import article_object
        from classify.pages import split_page

        page = split_page(_text_of(path))
        for number, article in enumerate(page.articles, 1):
            yield article_object(article, file=path, number=number)
        if page.leftover:
            spans = ", ".join(f"{a}–{b}" if a != b else str(a) for a, b in page.leftover_ranges)
            note(f"{path}: lines that belong to no article: {spans}")

    print_results(Inputs(paths), results, format.value, split=True)


def summarize(
    paths: Paths,
    sentences: Annotated[int, typer.Option("-n", "--sentences", min=1, help="Sentences in the summary.")] = 3,
    max_chars: Annotated[
        int | None,
        typer.Option(
            "--max-chars", "-c", min=1, help="About so many characters instead.", show_default=False
        ),
    ] = None,
    title: Annotated[str, typer.Option(help="The article's headline, where known.", show_default=False)] = "",
    keywords: Annotated[int, typer.Option("--keywords", "-k", min=0, help="Keywords to print as well.")] = 0,
    format: Annotated[
        SummaryFormat, typer.Option("--format", "-f", help="What to print.")
    ] = SummaryFormat.text,
) -> None:
    """Summarise texts, one summary a file."""
    from classify.output.render import to_json
    from classify.summarizer import keywords as find_keywords
    from classify.summarizer import mark
    from classify.summarizer import summarize as run
    from classify.text.normalize import clean

    def one(path: str) -> None:
        text = clean(_text_of(path))
        summary = run(text, sentences, max_chars=max_chars, title=title or None)
        words = find_keywords(text, keywords) if keywords else []
        if format is SummaryFormat.jsonl:
            spans = [
                {"text": s.text, "start": s.start, "end": s.end, "score": s.score} for s in summary.sentences
            ]
            out(to_json({"file": path, "summary": spans, "keywords": [k.text for k in words]}))
        elif format is SummaryFormat.html:
            out(mark(text, summary))
        else:
            if len(paths) > 1:
                out(f"==> {printable(path)} <==")
            for sentence in summary.sentences:
                out(printable(sentence.running))
            if words:
                out(printable("  ".join(k.text for k in words)))
        if not summary.sentences:
            note(f"{path}: nothing to summarise in it")

    inputs = Inputs(paths)
    inputs.each(one)
    raise typer.Exit(inputs.exit_code)


def explain(
    paths: Paths,
    model: ModelOption = None,
    input: InputOption = Input.auto,
    top: Annotated[int, typer.Option(min=1, help="Terms to show for and against.")] = 8,
    format: Annotated[
        ExplainFormat, typer.Option("--format", "-f", help="What to print.")
    ] = ExplainFormat.text,
    sha256: DigestOption = "",
) -> None:
    """Show which characters and words pulled each article towards its section, and away from it."""
    from classify.output.render import to_json
    from classify.pipeline import article_text
    from classify.sections.model import load_model

    loaded = load_model(model, sha256=sha256 or None)
    inputs = Inputs(paths)

    def one(path: str) -> None:
        number = 0
        for number, article in enumerate(read_articles(path, input.value, inputs), 1):
            explanation = loaded.explain(article_text(article))
            if format is ExplainFormat.jsonl:
                head = {"file": path, "article": number, "headline": article.headline}
                out(to_json({**head, **explanation.to_dict(top)}))
            else:
                from classify.output.terminal_sections import print_explanation

                print_explanation(explanation, article.headline, number, results_console(), top=top)
        if not number and path not in inputs.failed:
            note(f"{path}: no article in it")

    inputs.each(one)
    raise typer.Exit(inputs.exit_code)


def _text_of(path: str) -> str:
    """Return the text of a page or an article; a file of records is neither."""
    from classify.read import kind_of, read_source

    if kind_of(path, Input.auto.value) == "jsonl":
        raise InputError(f"{path}: holds records, not one text; `classify predict` reads them")
    return read_source(path)
