"""Commands for those who train: train, evaluate, model show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import classify
from classify.cli.arguments import (
    DigestOption,
    EncodingOption,
    LabelColumnOption,
    ModelOption,
    TextColumnOption,
    TitleColumnOption,
    read_options,
)
from classify.cli.console import complain, out, progress, results_console
from classify.errors import CorpusError, InputError
from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classify.read.labelled import Corpus
    from classify.sections.retraining import Retrained

__all__ = ["evaluate", "shipped_seeds", "show", "train"]


def train(
    data: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Folders of <section>/*.txt, or files of records (text, label, title); - is standard input.",
            show_default="the seeds in the package",
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where the model goes; its card lies beside it.")
    ] = Path("models/sections.joblib"),
    text_column: TextColumnOption = None,
    title_column: TitleColumnOption = None,
    label_column: LabelColumnOption = None,
    encoding: EncodingOption = None,
    date: Annotated[
        str, typer.Option(help="Date to write on the card; none by default, so that runs are equal.")
    ] = "",
    test: Annotated[
        Path | None,
        typer.Option(help="Measure the model on these labelled data, too.", show_default=False),
    ] = None,
    risk: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of wrong labels to allow.", show_default="0.06"),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Confidence below which no label is given.", show_default="by the risk"
        ),
    ] = None,
    with_corrections: Annotated[
        Path | None,
        typer.Option(
            help="Database of corrections that `serve` keeps; they are weighed by cross-validation.",
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print no figures; warnings are printed.")
    ] = False,
) -> None:
    """Train a model of your own labels, and write it with its card.

    Several DATA are joined; of a text that two of them hold, the label of
    the later one counts. The figures that are printed are cross-validated:
    those of texts that the model had not seen. The same data gives the
    same bytes.
    """
    from classify.read.labelled import join_corpora, load_corpus
    from classify.sections.classifier import SectionClassifier
    from classify.sections.training import train as train_model

    reading = read_options("auto", encoding, text_column, title_column, label_column)
    data = data or [shipped_seeds()]
    _check_target(output, *data, test, with_corrections, card=True)
    held_out = load_corpus(test, options=reading, pipes=True) if test else None
    corpora = []
    for path in data:
        corpora.append(load_corpus(path, options=reading, pipes=True))
        if not quiet:
            complain(_described(corpora[-1]))
    classifier = SectionClassifier() if risk is None else SectionClassifier(risk=risk)
    corrected, until = _corrections(with_corrections) if with_corrections else (None, "")
    with progress("training") as update:
        if corrected is None:
            trained = train_model(corpora, classifier=classifier, threshold=threshold, progress=update)
        else:
            from classify.sections.retraining import retrain

            retrained = retrain(
                join_corpora(corpora), corrected, classifier=classifier, threshold=threshold, progress=update
            )
            trained = retrained.trained
            trained.card["corrections"]["until"] = until
    if corrected is not None and not quiet:
        for line in _told_of_corrections(retrained):
            complain(line)
    digest = trained.save(output, date=date or None)
    for warning in trained.warnings:
        complain(f"warning: {warning}")
    if not quiet:
        from classify.output.terminal import print_report

        print_report(trained.report, results_console())
        out(f"model   {printable(str(output))}\nsha256  {digest}")
    if held_out is not None:
        from classify.output.terminal import print_report
        from classify.pipeline import Pipeline

        out(f"\nheld out: {printable(held_out.source)}")
        print_report(Pipeline(trained.model).evaluate(held_out).report, results_console())


def evaluate(
    data: Annotated[Path, typer.Argument(help="Labelled data, as for train.", show_default=False)],
    model: ModelOption = None,
    sha256: DigestOption = "",
    text_column: TextColumnOption = None,
    title_column: TitleColumnOption = None,
    label_column: LabelColumnOption = None,
    encoding: EncodingOption = None,
    curve: Annotated[
        bool,
        typer.Option("--curve", help="Instead, train on growing shares of DATA: would more documents help?"),
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write a self-contained HTML page.", show_default=False)
    ] = None,
) -> None:
    """Measure a model on labelled data: what predict says of the same records.

    Prints figures for each section, calibration, and errors by coverage.
    --report writes them with plots and the most confident mistakes,
    explained.
    """
    from classify.output.terminal import print_report
    from classify.pipeline import Pipeline
    from classify.read.labelled import load_corpus
    from classify.sections.model import load_model

    if report:
        _check_target(report, data, model)
        if not report.parent.is_dir():
            raise InputError(f"{report}: no such folder; make {report.parent} first")
    reading = read_options("auto", encoding, text_column, title_column, label_column)
    if curve:
        from classify.output.terminal import print_curve
        from classify.sections.training import learning_curve

        print_curve(learning_curve(load_corpus(data, options=reading, pipes=True)), results_console())
        return
    loaded, corpus = load_model(model, sha256=sha256 or None), load_corpus(data, options=reading, pipes=True)
    if not set(corpus.counts) & set(loaded.classes):
        theirs, ours = (", ".join(sorted(names)[:4]) for names in (corpus.counts, loaded.classes))
        raise CorpusError(f"{data}: the model knows none of its labels ({theirs} …); it has {ours} …")
    evaluation = Pipeline(loaded).evaluate(corpus)
    print_report(evaluation.report, results_console())
    if report:
        from classify.output.html import write_report

        write_report(evaluation, report)
        out(f"report: {printable(str(report))}")


def show(
    path: Annotated[
        Path | None, typer.Argument(help="Model file; the shipped one by default.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The whole card as JSON, for programs.")] = False,
) -> None:
    """Show a model's card: labels, data, figures, versions, SHA-256.

    The model itself is loaded as well, so a card that is shown belongs to a
    sound model.
    """
    from classify.model_file import load_card
    from classify.output.json import to_json
    from classify.sections.model import load_model

    load_model(path)
    if json:
        out(to_json(load_card(path), indent=2))
        return
    from classify.model_file import shipped_model
    from classify.output.terminal import print_card

    print_card(load_card(path), str(path or shipped_model()), results_console())


def _corrections(path: Path) -> tuple[Corpus, str]:
    """Return the corrections of a database that is there, and the time of the newest."""
    from classify.corrections import CorrectionStore
    from classify.read.labelled import Corpus

    if not path.is_file():
        raise InputError(f"{path}: no such database of corrections; `classify serve --corrections` makes one")
    with CorrectionStore(path) as store:
        found = store.labelled()
    corpus = Corpus(tuple(document for _, document in found), str(path))
    return corpus, max((correction.time for correction, _ in found), default="")


def _told_of_corrections(found: Retrained) -> Iterator[str]:
    """Yield what the corrections changed, a line each."""
    for name, (before, after) in (("documents", found.documents), ("corrections", found.corrections)):
        yield (
            f"held-out {name}: {before.right} of {before.n} right without the corrections, {after.right} with them"
        )
    fixed = sum(text.after == text.label for text in found.texts)
    yield f"the new model labels {fixed} of {len(found.texts)} corrections as corrected (weight {found.weight:g})"


def _described(corpus: Corpus) -> str:
    """Return what was read of a source: documents, how many of each label, and what was left out."""
    counts = [f"{label} {n:,}" for label, n in corpus.counts.items()]
    more = f" and {len(counts) - 12} other labels" if len(counts) > 12 else ""
    skipped = "; ".join(f"{n:,} {reason}" for reason, n in corpus.skipped.items())
    return (
        f"{corpus.source}: {len(corpus):,} documents ({', '.join(counts[:12])}{more})"
        f"{'; left out: ' if skipped else ''}{skipped}"
    )


def shipped_seeds() -> Path:
    """Return the articles that the shipped model is trained on: a file in the wheel, a folder in a checkout.

    Both give the same documents in the same order, and so the same model. ``hatch_build.py`` makes the file.
    """
    package = Path(classify.__file__).resolve().parent
    for path in (package / "data" / "seeds.jsonl.gz", package.parent / "seeds"):
        if path.exists():
            return path
    raise CorpusError("the seeds are not in this installation; give labelled DATA")


def _check_target(target: Path, *inputs: Path | None, card: bool = False) -> None:
    """Raise `InputError` where writing `target` would replace an input, or a
    card another file.

    A card is written beside a model, with the ending .json.
    """
    if not target.name:
        raise InputError(f"{target}: is a folder; name a file in it")
    # A model replaces its old model and card, so only a foreign file with the card's name is protected.
    targets = [target, target.with_suffix(".json")] if card else [target]
    for path in filter(Path.exists, targets):
        if any(given is not None and given.exists() and given.samefile(path) for given in inputs):
            raise InputError(f"{path}: is an input, and would be replaced; give another name")
        if path is not target and b'"sha256"' not in path.read_bytes():
            raise InputError(f"{path}: is no model's card, and would be replaced by one; give another name")
