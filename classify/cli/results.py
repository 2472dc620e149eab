"""Articles to standard output in the format asked for, input by input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from classify.cli.console import Inputs, note, out, results_console
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from classify.read import Record
    from classify.records import Article
    from classify.sections.model import Model

__all__ = ["print_results", "read_articles", "record_results"]

BATCH = 256
"""Records labelled together: enough to share the fixed costs, few enough to see results come."""


def print_results(
    inputs: Inputs, results: Callable[[str], Iterator[dict[str, Any]]], format: str, *, split: bool = False
) -> None:
    """Print what `results` gives for each input, and leave with the exit code."""
    from classify.output import render

    found: list[dict[str, Any]] = []

    def one(path: str) -> None:
        some = False
        if format == "table":
            rows = list(results(path))
            some = bool(rows)
            if len(inputs.paths) > 1:
                out(printable(path))
            (render.print_articles if split else render.print_table)(rows, results_console())
        else:
            for result in results(path):
                some = True
                if format in ("json", "csv"):
                    found.append(result)
                else:
                    out(render.to_json(render.ninjs_object(result) if format == "ninjs" else result))
        if not some and path not in inputs.failed:
            note(f"{path}: no article in it")

    inputs.each(one)
    if format == "json":
        out(render.to_json(found, indent=2))
    elif format == "csv":
        out(render.csv_text(found), end="")
    raise typer.Exit(inputs.exit_code)


def record_results(path: str, model: Model, n: int, inputs: Inputs) -> Iterator[dict[str, Any]]:
    """Yield the result objects of the records of `path`, with their own fields; a broken one is told.

    ``article`` is the record's place among those of its file, broken ones counted.
    """
    from classify.output.render import labelled_object, with_fields
    from classify.pipeline import predict_records
    from classify.read import read_records

    batch: list[tuple[int, Record]] = []

    def flush() -> Iterator[dict[str, Any]]:
        items = predict_records([r.fields for _, r in batch], model=model, n_sentences=n)
        for (number, record), item in zip(batch, items, strict=True):
            result = labelled_object(item, file=path, number=number) | {"lines": [[record.line, record.line]]}
            yield with_fields(result, record.fields)
        batch.clear()

    for number, record in enumerate(read_records(path), 1):
        if record.problem:
            inputs.fail(path, f"{path}: {record.problem}")
            continue
        batch.append((number, record))
        if len(batch) >= BATCH:
            yield from flush()
    yield from flush()


def read_articles(path: str, kind: str, inputs: Inputs) -> Iterator[Article]:
    """Yield the articles of a page, an article or records; a broken record is told."""
    from classify.pages import split_page
    from classify.pipeline import record_article
    from classify.read import kind_of, read_records, read_source

    kind = kind_of(path, kind)
    if kind != "jsonl":
        yield from split_page(read_source(path), single=kind == "article")
        return
    for record in read_records(path):
        if record.problem:
            inputs.fail(path, f"{path}: {record.problem}")
        else:
            yield record_article(record.fields)
