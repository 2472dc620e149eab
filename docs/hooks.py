"""Fills in what the build takes from other files: the model card's figures and the JSON Schema of the output.

MkDocs calls `on_page_markdown` for every page and `on_files` once. ``{{ name }}`` in a page is replaced by what the
function of that name in `FIGURES` returns.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
CARD: dict[str, Any] = json.loads((ROOT / "models" / "sections.json").read_text("utf-8"))
RESULTS: dict[str, Any] = json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))
FIGURE = re.compile(r"\{\{ (\w+) \}\}")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Return a page with its figures filled in."""
    return fill(markdown)


def fill(markdown: str) -> str:
    """Return `markdown` with every ``{{ name }}`` replaced; an unknown name is a `KeyError`."""
    return FIGURE.sub(lambda found: FIGURES[found[1]](), markdown)


def on_files(files: Any, config: Any) -> Any:
    """Add the JSON Schema of the output, as ``classify schema`` prints it."""
    from mkdocs.structure.files import File

    command = [sys.executable, "-m", "classify.cli", "schema"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    files.append(File.generated(config, "articles.schema.json", content=done.stdout))
    return files


def _table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; all columns but the first are aligned to the right."""
    lines = ["| " + " | ".join(header) + " |", "| --- |" + " --: |" * (len(header) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _data() -> str:
    rows = [[f"`{label}`", f"{n:,}"] for label, n in CARD["labels"].items()]
    return _table(["section", "articles"], [*rows, ["all", f"{CARD['data']['documents']:,}"]])


def _sections() -> str:
    sections = CARD["figures"]["sections"]
    rows = [
        [f"`{name}`", *(f"{row[key]:.3f}" for key in ("precision", "recall", "f1")), f"{row['support']:,}"]
        for name, row in sections.items()
    ]
    return _table(["section", "precision", "recall", "F1", "articles"], rows)


def _confusion() -> str:
    classes = CARD["figures"]["classes"]
    header = ["labelled \\ predicted", *(f"`{name}`" for name in classes)]
    rows = [
        [f"`{name}`", *map(str, row)] for name, row in zip(classes, CARD["figures"]["confusion"], strict=True)
    ]
    return _table(header, rows)


def _errors(labels: str, predictions: str) -> str:
    """Return how many articles with `labels` got `predictions`, each ``other`` or ``sections``, where wrong."""
    classes, figures = CARD["figures"]["classes"], CARD["figures"]
    wrong = sum(
        n
        for label, row in zip(classes, figures["confusion"], strict=True)
        for predicted, n in zip(classes, row, strict=True)
        if label != predicted
        and (label == "other") == (labels == "other")
        and (predicted == "other") == (predictions == "other")
    )
    return f"{wrong} ({_percent(wrong / figures['n'])})"


def _coverage() -> str:
    rows = [
        [_percent(share), _percent(risk), f"{confidence:.2f}"]
        for share, risk, confidence in CARD["figures"]["risk_coverage"]
    ]
    return _table(["most confident share of the articles", "wrong among them", "lowest confidence"], rows)


def _reliability() -> str:
    rows = [
        [f"{confidence:.2f}", f"{accuracy:.2f}", f"{n:,}"]
        for confidence, accuracy, n in CARD["figures"]["reliability"]
    ]
    return _table(["mean confidence", "share right", "articles"], rows)


def _real(name: str) -> float:
    """Return a figure of the recorded run on sections/dev2."""
    return float(RESULTS["full"]["real_sections"]["figures"][f"real_sections.{name}"])


def _real_coverage() -> str:
    of_seeds = {share: risk for share, risk, _ in CARD["figures"]["risk_coverage"]}
    rows = [
        [_percent(share), _percent(1 - _real(name)), _percent(of_seeds[share])]
        for share, name in ((0.5, "at_50"), (0.7, "at_70"), (0.8, "at_80"), (0.9, "at_90"), (1.0, "hits"))
    ]
    return _table(
        ["most confident share of the articles", "wrong, real news", "wrong, training articles"], rows
    )


def _parameters() -> str:
    rows = [[f"`{name}`", f"`{value}`"] for name, value in CARD["parameters"].items()]
    return _table(["parameter", "value"], rows)


def _versions() -> str:
    return ", ".join(f"{name} {version}" for name, version in CARD["versions"].items())


FIGURES: dict[str, Callable[[], str]] = {
    "data": _data,
    "sections": _sections,
    "confusion": _confusion,
    "real_right": lambda: _percent(_real("right")),
    "real_newspaper": lambda: _percent(_real("newspaper")),
    "real_hits": lambda: _percent(_real("hits")),
    "real_ece": lambda: f"{_real('ece'):.3f}",
    "real_coverage": _real_coverage,
    "missed": lambda: _errors("sections", "other"),
    "extra": lambda: _errors("other", "sections"),
    "swapped": lambda: _errors("sections", "sections"),
    "coverage": _coverage,
    "reliability": _reliability,
    "parameters": _parameters,
    "versions": _versions,
    "documents": lambda: f"{CARD['data']['documents']:,}",
    "data_sha256": lambda: CARD["data"]["sha256"],
    "model_sha256": lambda: CARD["sha256"],
    "segmenter": lambda: CARD["segmenter"],
    "threshold": lambda: f"{CARD['threshold']:.3f}",
    "accuracy": lambda: _percent(CARD["figures"]["accuracy"]),
    "macro_f1": lambda: f"{CARD['figures']['macro_f1']:.3f}",
    "hits": lambda: _percent(CARD["figures"]["hits"]),
    "abstained": lambda: _percent(CARD["figures"]["abstained"]),
    "risk": lambda: _percent(CARD["figures"]["risk"]),
    "ece": lambda: f"{CARD['figures']['ece']:.3f}",
}
