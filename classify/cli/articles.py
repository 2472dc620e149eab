"""Commands for those who bring texts: predict, split, summarize, explain, schema.

Everything that is heavy is imported inside the commands: ``--help`` and an error of usage load neither numpy nor a
model, and ``predict`` starts in less than half the time that scikit-learn and jieba take to load.
"""

from __future__ import annotations

import warnings
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from classify.cli.archives import predict_archive
from classify.cli.arguments import (
    BackendOption,
    DigestOption,
    EncodingOption,
    GzipOption,
    InputOption,
    ModelOption,
    PagesOption,
    Paths,
    PruneOption,
    RelabelOption,
    RetryOption,
    SchedulerOption,
    TextColumnOption,
    TitleColumnOption,
    UpdateOption,
    WorkersOption,
    read_options,
    read_page_ranges,
)
from classify.cli.console import Inputs, complain, out, results_console
from classify.cli.results import Output, print_results
from classify.cli.sources import Source, missing_note, read_sources, read_texts
from classify.options import ArchiveOptions, SummaryOptions, UpdateOptions
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.console import Console


__all__ = ["explain", "predict", "schema", "split", "summarize"]


def predict(
    paths: Paths,
    model: ModelOption = None,
    format: Annotated[
        Literal["table", "jsonl", "json", "csv", "xlsx", "ninjs", "html", "alto", "iiif", "parquet"],
        typer.Option("--format", "-f", help="What to print; parquet is for archives."),
    ] = "table",
    input: InputOption = "auto",
    encoding: EncodingOption = None,
    text_column: TextColumnOption = None,
    title_column: TitleColumnOption = None,
    pages: PagesOption = "",
    sentences: Annotated[int, typer.Option("-n", "--sentences", min=1, help="Sentences in a summary.")] = 3,
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Confidence below which no section is given.", show_default="the model's"
        ),
    ] = None,
    no_summary: Annotated[
        bool, typer.Option("--no-summary", help="Leave summaries and keywords out.")
    ] = False,
    sha256: DigestOption = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A file (.jsonl, .json, .csv, .xlsx; .gz too), or a folder for an archive, resumed where it stopped.",
            show_default=False,
        ),
    ] = None,
    labels: Annotated[
        str,
        typer.Option(
            help="In tables, CSV and xlsx: names of the sections in this language, such as zh.",
            show_default=False,
        ),
    ] = "",
    workers: WorkersOption = None,
    backend: BackendOption = "processes",
    scheduler: SchedulerOption = "",
    gzip: GzipOption = False,
    update: UpdateOption = False,
    prune: PruneOption = False,
    retry_failed: RetryOption = False,
    relabel: RelabelOption = False,
) -> None:
    """Split pages, and label and summarise their articles.

    Inputs are PDF files, what OCR programs write (ALTO, PAGE XML, hOCR; a
    folder or zip file of them is one issue), pages as text, or records (JSON
    Lines, CSV, Parquet) with a text and perhaps a title each. Lines that belong to no article are
    counted on standard error; -f json lists them. -f html shows the pages of
    PDF files with each article outlined, its text beside it.
    """
    # Options are checked before anything is loaded.
    summary = SummaryOptions(0 if no_summary else sentences)
    ranges = read_page_ranges(pages)
    reading = read_options(input, encoding, text_column, title_column)
    _check_boxed(format, paths)
    target = Output.chosen(format, output, _table, paths)
    if labels and (target.format not in ("table", "csv", "xlsx") or (output and not target.file)):
        raise typer.BadParameter(
            "--labels is for tables, CSV and xlsx; programs go by the model's own labels"
        )
    if output is not None and target.file is None:
        if ranges is not None:
            raise typer.BadParameter("--pages is for single files; leave -o out")
        if format not in ("table", "jsonl", "parquet"):
            raise typer.BadParameter(
                f"results in a folder are JSON Lines or Parquet, not {format}; leave --format out"
            )
        if gzip and format == "parquet":
            raise typer.BadParameter("Parquet is compressed already; leave --gzip out")
        if bool(scheduler) != (backend == "dask"):
            raise typer.BadParameter("--backend dask and --scheduler tcp://host:8786 go together; give both")
        if (prune or retry_failed) and not update:
            raise typer.BadParameter("--prune and --retry-failed go with --update; give that, too")
        predict_archive(
            paths,
            output,
            ArchiveOptions(
                summary=summary,
                read=reading,
                threshold=threshold,
                workers=workers,
                backend=backend,
                scheduler=scheduler or None,
                update=UpdateOptions(prune, retry_failed) if update else None,
                relabel=relabel,
                sha256=sha256 or None,
                format="parquet" if format == "parquet" else "jsonl.gz" if gzip else "jsonl",
            ),
            model,
        )
    if workers or scheduler or gzip or update or relabel or prune or retry_failed or backend != "processes":
        raise typer.BadParameter(
            "--workers, --backend, --scheduler, --gzip and --update are for archives; give -o FOLDER"
        )
    if format == "parquet":
        raise typer.BadParameter("--format parquet is for archives; give -o FOLDER")

    from classify.output.json import labelled_object, with_fields
    from classify.pipeline import Pipeline
    from classify.sections.model import label_names, load_model

    loaded = load_model(model, sha256=sha256 or None)
    pipeline = Pipeline(loaded if threshold is None else loaded.with_threshold(threshold), summary)
    names = label_names(model, labels) if labels else {}

    inputs = Inputs(paths)

    def objects(source: Source) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of labelled articles."""
        articles = iter(source.articles)
        # 256 records together share the fixed costs of a batch, and their results still appear soon.
        while batch := list(islice(articles, 256)):
            items = pipeline.label([found.article for found in batch])
            for found, item in zip(batch, items, strict=True):
                result = with_fields(
                    labelled_object(item, file=found.file, number=found.number), found.fields
                )
                for key in ("section", "likeliest") if names else ():
                    result[key] = names.get(result[key], result[key])
                yield result

    live = target.format in ("jsonl", "ninjs") and target.file is None
    read = partial(read_sources, options=reading, inputs=inputs, pages=ranges, live=live)
    print_results(inputs, read, objects, target)


def _table(results: Iterable[Mapping[str, Any]], console: Console) -> None:
    """Print labelled articles; what it needs is loaded for tables only."""
    from classify.output.terminal import print_table

    print_table(results, console)


def split(
    paths: Paths,
    format: Annotated[
        Literal["table", "jsonl", "json", "csv", "xlsx", "html", "alto", "iiif"],
        typer.Option("--format", "-f", help="What to print."),
    ] = "table",
    input: InputOption = "auto",
    pages: PagesOption = "",
    encoding: EncodingOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="A file: .jsonl, .json, .csv, .xlsx; .gz too.", show_default=False
        ),
    ] = None,
) -> None:
    """Split pages into articles, without labels.

    Lines that belong to no article are counted on standard error; -f json
    lists them. -f html shows the pages of PDF files with each article
    outlined, its text beside it.
    """
    from classify.output.json import article_object
    from classify.output.terminal import print_articles

    inputs = Inputs(paths)
    ranges = read_page_ranges(pages)
    reading = read_options(input, encoding)
    _check_boxed(format, paths)
    target = Output.chosen(format, output, print_articles, paths)
    if output is not None and target.file is None:
        raise typer.BadParameter(f"{output} has no ending of a file; call it .jsonl, .json, .csv or .xlsx")

    read = partial(read_sources, options=reading, inputs=inputs, pages=ranges, take_records=False)

    def objects(source: Source) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of split articles."""
        for found in source.articles:
            yield article_object(found.article, file=found.file, number=found.number)

    print_results(inputs, read, objects, target)


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
        Literal["text", "jsonl", "html"], typer.Option("--format", "-f", help="What to print.")
    ] = "text",
    encoding: EncodingOption = None,
    text_column: TextColumnOption = None,
    title_column: TitleColumnOption = None,
    stop_words: Annotated[
        Path | None,
        typer.Option(help="File of words that do not count, one on each line.", show_default=False),
    ] = None,
    user_dict: Annotated[
        Path | None,
        typer.Option(
            help="File of terms to keep whole, as jieba has it: word [frequency] [tag].", show_default=False
        ),
    ] = None,
) -> None:
    """Summarise texts, one summary a text, in sentences of the text.

    Each input is one article as text, a web page, or a file of records
    with a text each; nothing is split or labelled. -f jsonl gives the
    place of every sentence, -f html the text with its summary marked.
    """
    from classify.output.json import to_json
    from classify.summarizer import keywords as find_keywords
    from classify.summarizer import mark
    from classify.summarizer import summarize as run
    from classify.summarizer.word_lists import read_terms, read_words
    from classify.text.normalize import clean

    reading = read_options("auto", encoding, text_column, title_column)
    if user_dict:  # jieba asks for an old module of setuptools, which says so
        warnings.filterwarnings("ignore", "pkg_resources is deprecated")
    # Read once: they may be pipes.
    words_left_out = read_words(stop_words) if stop_words else None
    terms = read_terms(user_dict) if user_dict else None

    def summarize_one(path: str) -> None:
        """Print the summaries of the texts of one input."""
        for name, own_title, printed in read_texts(path, reading, inputs):
            summarize_text(name, own_title, printed, len(paths) > 1 or name != path)

    def summarize_text(path: str, own_title: str, printed: str, show_name: bool) -> None:
        """Print the summary of one text."""
        text, headline = clean(printed), title or own_title or None
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", UserWarning)
            summary = run(
                text,
                sentences,
                max_chars=max_chars,
                title=headline,
                stop_words=words_left_out,
                user_dict=terms,
            )
        for warning in told:
            complain(f"{path}: {str(warning.message).removeprefix('text 0 ')}")
        words = []
        if keywords:
            found = find_keywords(text, keywords, title=headline, stop_words=words_left_out, user_dict=terms)
            words = [keyword.text for keyword in found]
        if format == "jsonl":
            out(to_json({"file": path, "summary": summary.to_dict()["sentences"], "keywords": words}))
        elif format == "html":
            out(mark(text, summary))
        else:
            if show_name:
                out(f"==> {printable(path)} <==")
            for sentence in summary.sentences:
                out(printable(sentence.running))
            if words:
                out(printable("  ".join(words)))
        if not summary.sentences:
            complain(f"{path}: nothing to summarise in it")
        if note := missing_note(printed):
            complain(f"{path}: {note}")

    inputs = Inputs(paths)
    inputs.each(summarize_one)
    raise typer.Exit(inputs.exit_code)


def explain(
    paths: Paths,
    model: ModelOption = None,
    input: InputOption = "auto",
    top: Annotated[int, typer.Option(min=1, help="Terms to show for and against.")] = 8,
    format: Annotated[
        Literal["text", "jsonl"], typer.Option("--format", "-f", help="What to print.")
    ] = "text",
    sha256: DigestOption = "",
) -> None:
    """Show which characters and words gave each article its section.

    The score of a section is the sum of its terms and the intercept. Blue
    raises it, yellow lowers it.
    """
    from classify.output.json import to_json
    from classify.output.terminal import print_explanation
    from classify.pipeline import article_text
    from classify.sections.model import load_model

    loaded = load_model(model, sha256=sha256 or None)
    inputs = Inputs(paths)

    def explain_one(path: str) -> None:
        """Print the explanations of the articles of one input."""
        number = 0
        sources = read_sources(path, read_options(input), inputs)
        for found in (found for source in sources for found in source.articles):
            number, article = found.number, found.article
            explanation = loaded.explain(article_text(article))
            if format == "jsonl":
                head = {"file": found.file, "article": number, "headline": article.headline}
                out(to_json({**head, **explanation.to_dict(top)}))
            else:
                print_explanation(explanation, article.headline, number, results_console(), top=top)
        if not number and path not in inputs.failed:
            complain(f"{path}: no article in it")

    inputs.each(explain_one)
    raise typer.Exit(inputs.exit_code)


def schema(
    split: Annotated[bool, typer.Option("--split", help="Of `classify split` instead.")] = False,
) -> None:
    """Print the JSON Schema of one object of `classify predict -f jsonl`.

    It is a schema of draft 2020-12. Other keys than its own are the fields
    of input records.
    """
    from classify.output.json import to_json
    from classify.output.schema import output_schema

    out(to_json(output_schema(labelled=not split), indent=2))


def _check_boxed(format: str, paths: list[str]) -> None:
    """Refuse several inputs where the result is one XML document."""
    if format == "alto" and len(paths) > 1:
        raise typer.BadParameter("-f alto writes one document; give one input (a folder of pages is one)")
