"""Results to what users read or pass on: JSON objects, CSV, ninjs, a table for people."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from classify.text.normalize import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console
    from rich.text import Text

    from classify.records import Article, LabelledArticle

__all__ = [
    "article_object",
    "csv_text",
    "labelled_object",
    "ninjs_object",
    "print_articles",
    "print_table",
    "to_json",
]

SECTION_COLOURS = {"policing": "blue", "forestry": "green", "governance": "magenta", "business": "yellow"}


def article_object(article: Article, *, file: str, number: int) -> dict[str, Any]:
    """Return the JSON object of a split article. All keys are always there."""
    return {
        "file": file,
        "article": number,
        "headline": article.headline,
        "kicker": article.kicker,
        "deck": article.deck,
        "byline": {
            "source": article.byline.source,
            "reporters": list(article.byline.reporters),
            "correspondents": list(article.byline.correspondents),
            "photographers": list(article.byline.photographers),
        },
        "dateline": {"place": article.dateline.place, "date": article.dateline.date},
        "captions": list(article.captions),
        "body": article.body,
        "lines": [list(r) for r in article.lines],
        "split_confidence": article.split_confidence,
    }


def labelled_object(item: LabelledArticle, *, file: str, number: int) -> dict[str, Any]:
    """Return the JSON object of a labelled article; ``confidence`` is that of its section."""
    return article_object(item.article, file=file, number=number) | {
        "section": item.section,
        "confidence": round(item.confidence, 4),
        "scores": {k: round(v, 4) for k, v in item.prediction.scores.items()},
        "summary": [s.text for s in item.summary.sentences],
        "keywords": [k.text for k in item.keywords],
    }


def with_fields(result: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Pass a record's own fields through; one that is called like a result is kept as ``input_<name>``."""
    own = {k: v for k, v in fields.items() if k not in ("text", "title")}
    return {(f"input_{k}" if k in result else k): v for k, v in own.items()} | result


def ninjs_object(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result as an IPTC ninjs 3.1 item."""
    byline = result["byline"]
    item: dict[str, Any] = {
        "uri": f"urn:classify:{result['file']}#{result['article']}",
        "type": "text",
        "language": "zh",
        "headlines": [{"role": "main", "value": result["headline"]}] if result["headline"] else [],
        "bodies": [{"role": "main", "value": result["body"], "charCount": len(result["body"])}],
    }
    for role, key in (("kicker", "kicker"), ("deck", "deck")):
        if result[key]:
            item["headlines"].append({"role": role, "value": result[key]})
    names = [*byline["reporters"], *byline["correspondents"]]
    if names:
        item["by"] = "、".join(names)
    if result["dateline"]["place"]:
        item["located"] = result["dateline"]["place"]
    if byline["source"]:
        item["infoSources"] = [{"name": byline["source"]}]
    if result.get("summary"):
        item["bodies"].append({"role": "summary", "value": "".join(result["summary"])})
    if result.get("section"):
        item["subjects"] = [{"name": result["section"], "confidence": round(100 * result["confidence"])}]
    if result.get("keywords"):
        item["keywords"] = list(result["keywords"])
    return item


def to_json(value: object, *, indent: int | None = None) -> str:
    """Return `value` as JSON that keeps Chinese readable; lone surrogates are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, ensure_ascii=True, indent=indent)
    return text


CSV_COLUMNS = (
    "file", "article", "section", "confidence", "headline", "kicker", "deck", "source", "reporters",
    "correspondents", "photographers", "place", "date", "captions", "body", "lines", "summary", "keywords",
)  # fmt: skip


def csv_text(results: Sequence[Mapping[str, Any]]) -> str:
    """Return a header and one CSV row for each result; lists are joined with 、 or a line break."""
    rows = [_flat(result) for result in results]
    keys = list(dict.fromkeys(key for row in rows for key in row)) or list(CSV_COLUMNS)
    columns = [c for c in CSV_COLUMNS if c in keys] + [c for c in keys if c not in CSV_COLUMNS]
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _flat(result: Mapping[str, Any]) -> dict[str, Any]:
    flat = dict(result)
    flat |= flat.pop("byline") | flat.pop("dateline")
    flat["lines"] = " ".join(f"{a}-{b}" for a, b in flat["lines"])
    flat["captions"] = "\n".join(flat["captions"])
    if "summary" in flat:
        flat["summary"] = "\n".join(flat["summary"])
    flat |= {f"p_{section}": p for section, p in flat.pop("scores", {}).items()}
    for key, value in flat.items():
        if isinstance(value, list):
            flat[key] = "、".join(map(str, value))
        elif isinstance(value, dict):
            flat[key] = to_json(value)
    return flat


def print_table(results: Iterable[Mapping[str, Any]], console: Console) -> None:
    """Show labelled articles to a person."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=True, header_style="dim", padding=(0, 2, 1, 0), expand=True)
    table.add_column("#", justify="right", style="dim", width=3)
    table.add_column("section", width=10)
    table.add_column("conf.", justify="right", width=5)
    table.add_column("article", ratio=1, overflow="fold")
    for result in results:
        section = result["section"]
        colour = SECTION_COLOURS.get(section, "cyan") if section else "dim"
        table.add_row(
            str(result["article"]),
            Text(printable(section or "—"), style=colour),
            f"{result['confidence']:.2f}",
            _article_cell(result),
        )
    if table.row_count:
        console.print(table)


def _article_cell(result: Mapping[str, Any]) -> Text:
    """Kicker, headline, summary and keywords, a line each; the opening of what has no headline or summary."""
    from rich.text import Text

    lines = []
    if result["kicker"]:
        lines.append(Text(printable(result["kicker"]), style="dim"))
    if result["headline"]:
        lines.append(Text(printable(result["headline"]), style="bold"))
    lines += [Text(printable(sentence)) for sentence in result["summary"]]
    if not lines:
        lines.append(Text(printable(_opening(result["body"]))))
    if result["keywords"]:
        lines.append(Text(printable("  ".join(result["keywords"])), style="dim"))
    return Text("\n").join(lines)


def print_articles(results: Iterable[Mapping[str, Any]], console: Console) -> None:
    """Show split articles to a person."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0), expand=True)
    table.add_column("#", justify="right", style="dim", width=3)
    table.add_column("lines", width=11)
    table.add_column("sure", justify="right", width=4)
    table.add_column("headline", ratio=3, overflow="fold")
    table.add_column("by", ratio=1, overflow="fold")
    table.add_column("body", ratio=3)
    for result in results:
        lines = result["lines"]
        span = f"{lines[0][0]}–{lines[-1][1]}" if lines else ""
        by = result["byline"]
        names = " ".join([by["source"], *by["reporters"], *by["correspondents"]]).strip()
        table.add_row(
            str(result["article"]), span, f"{result['split_confidence']:.2f}",
            Text(printable(" / ".join(filter(None, [result["kicker"], result["headline"], result["deck"]])))),
            Text(printable(names)), Text(printable(_opening(result["body"])), style="dim"),
        )  # fmt: skip
    if table.row_count:
        console.print(table)


def _opening(body: str) -> str:
    line = body.split("\n", 1)[0]
    return line if len(line) <= 30 else line[:30] + "…"
