"""Corrections: kept, listed, searched, undone, exported as streams, imported."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from classify.corrections import (
    Correction,
    CorrectionFilter,
    CorrectionStore,
    export_labelled,
    export_log,
    import_rows,
    text_digest,
)
from classify.errors import ClassifyError, ConflictError
from classify.options import SummaryOptions
from classify.output.json import to_json
from classify.read.results import is_result
from classify.service.boundaries import gold_page
from classify.service.errors import RefusedError, error_answer
from classify.service.routes.reading import MOST_ARTICLES, DrawnArticle, find_document
from classify.service.routes.shared import Id, ServiceOf, errors, json_answer, schema
from classify.service.state import current_or_none, title_and_text
from classify.service.work import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from classify.service.state import Service

__all__ = [
    "CorrectionQuery",
    "NewBoundaries",
    "NewSection",
    "Undo",
    "add_correction",
    "export_corrections",
    "get_correction",
    "import_corrections",
    "list_corrections",
    "router",
    "undo_correction",
]

router = APIRouter(prefix="/v1/corrections", tags=["corrections"])

Version = Annotated[int, Field(ge=0, le=2**53)]


class NewSection(BaseModel):
    """A section for an article."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["section"]
    article: Annotated[dict[str, Any], Field(description="The object of the article, as it was given.")]
    section: Annotated[str, Field(min_length=1, max_length=200)]
    version: Version
    document: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


class NewBoundaries(BaseModel):
    """The articles of a page by their lines."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["boundaries"]
    document: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    articles: Annotated[list[DrawnArticle], Field(max_length=MOST_ARTICLES)]
    version: Version


class Undo(BaseModel):
    """Which version of its target is known."""

    model_config = ConfigDict(extra="forbid")

    version: Version


_ONE = {"content": {"application/json": {"schema": schema("Correction")}}, "description": "The correction."}


@router.post("", summary="Keep a correction", status_code=201, responses={201: _ONE, **errors(404, 409, 507)})
async def add_correction(
    given: Annotated[NewSection | NewBoundaries, Field(discriminator="kind")], service: ServiceOf
) -> Response:
    """It is on the disk when the answer comes. 409: somebody else corrected the same meanwhile."""
    document = None
    if isinstance(given, NewSection):
        correction = _section(given, service)
    else:
        correction, document = await _boundaries(given, service)
    try:
        kept = await service.stored(service.store.add, correction, version=given.version, document=document)
    except ConflictError as e:
        return await _conflict(service, correction, e)
    service.metrics.corrections.labels(kept.kind).inc()
    return json_answer(kept.to_dict(), 201)


class CorrectionQuery(BaseModel):
    """Which corrections are listed."""

    query: Annotated[str, Field(max_length=200)] = ""
    kind: Literal["", "section", "boundaries"] = ""
    section: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    before: Annotated[int, Field(ge=0, le=2**53, description="Ids below this one; 0: from the newest.")] = 0
    undone: Annotated[bool, Field(description="Those that no longer hold, too.")] = False


@router.get("", summary="List and search corrections", responses=errors())
async def list_corrections(service: ServiceOf, asked: Annotated[CorrectionQuery, Query()]) -> Response:
    """The newest first."""
    wanted = CorrectionFilter(asked.query, asked.kind, asked.section, asked.undone, asked.before)
    found = await service.stored(service.store.find, wanted, asked.limit)
    total = await service.stored(service.store.count, wanted)
    following = found[-1].id if len(found) == asked.limit else None
    return json_answer({"corrections": [c.to_dict() for c in found], "total": total, "next": following})


_FORMATS = {
    "jsonl": ("application/x-ndjson", "corrections.jsonl"),
    "csv": ("text/csv; charset=utf-8", "corrections.csv"),
    "log": ("application/x-ndjson", "corrections-log.jsonl"),
    "gold": ("application/zip", "gold-pages.zip"),
}


@router.get(
    "/export",
    summary="Export corrections as a stream",
    responses={
        200: {
            "description": "A file.",
            "content": {kind.split(";")[0]: {} for kind, _ in _FORMATS.values()},
        },
        **errors(),
    },
    response_class=Response,
)
async def export_corrections(
    service: ServiceOf, format: Literal["jsonl", "csv", "log", "gold"] = "jsonl"
) -> Response:
    """`jsonl` and `csv`: what `classify train` reads. `log`: every row, for import. `gold`: a zip of gold pages."""
    media_type, name = _FORMATS[format]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    write: dict[str, Callable[[CorrectionStore], Iterator[bytes]]] = {
        "jsonl": partial(_json_lines, export=export_labelled),
        "log": partial(_json_lines, export=export_log),
        "csv": _csv_lines,
        "gold": _gold_pages,
    }
    return StreamingResponse(write[format](service.store), media_type=media_type, headers=headers)


@router.post(
    "/import",
    summary="Import corrections",
    responses=errors(507),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": {}} for kind in ("application/x-ndjson", "text/plain")},
        }
    },
)
async def import_corrections(request: Request, service: ServiceOf) -> Response:
    """The export `log`, or labelled records (JSON Lines, JSON, CSV) as `classify train` reads them; all or nothing."""
    data = b"".join([block async for block in request.stream()])
    rows = await service.stored(_rows, data)
    _check_sections(rows, service)
    counts = await service.stored(import_rows, service.store, rows)
    return json_answer({"added": counts.added, "known": counts.known, "conflicts": counts.conflicts})


@router.get("/{id}", summary="A correction", responses={200: _ONE, **errors(404)})
async def get_correction(id: Id, service: ServiceOf) -> Response:
    """By its id."""
    return json_answer((await _find(service, id)).to_dict())


@router.post("/{id}/undo", summary="Take a correction back", responses=errors(404, 409, 507))
async def undo_correction(id: Id, given: Undo, service: ServiceOf) -> Response:
    """What held before it holds again. Only the newest of its target can be taken back."""
    correction = await _find(service, id)
    try:
        version, current = await service.stored(service.store.undo, id, version=given.version)
    except ConflictError as e:
        return await _conflict(service, correction, e)
    return json_answer({"version": version, "current": current_or_none(current)})


async def _find(service: Service, id: int) -> Correction:
    found = await service.stored(service.store.get, id)
    if found is None:
        raise RefusedError(404, "not_found", f"there is no correction {id}; look it up in the list")
    return found


async def _conflict(service: Service, correction: Correction, error: ConflictError) -> Response:
    _, current = await service.stored(service.store.current, correction.kind, correction.text_sha256)
    return error_answer(409, "conflict", str(error), version=error.version, current=current_or_none(current))


def _section(given: NewSection, service: Service) -> Correction:
    article = given.article
    classes = service.models.model.classes
    if given.section not in classes:
        known = ", ".join(classes)
        raise RefusedError(
            422,
            "bad_value",
            f"the model has no section {given.section!r:.60}; it has {known}",
            field="section",
        )
    if not is_result(article):
        raise RefusedError(
            422, "bad_value", "article: send the object of an article as it was given", field="article"
        )
    title, text = title_and_text(article)
    if not (title or text.strip()):
        raise RefusedError(422, "bad_value", "article: has neither headline nor body", field="article")
    keys = ("section", "decision", "likeliest", "confidence")
    return Correction.of_section(
        title,
        text,
        given.section,
        before={key: _plain(article.get(key)) for key in keys},
        model_sha256=service.models.current.sha256,
        file=_string(article.get("file")),
        headline=_string(article.get("headline")),
        document=given.document,
        article=_string(article.get("id")) or None,
    )


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (str, int, float)) else None


def _string(value: Any) -> str:
    return value[:2000] if isinstance(value, str) else ""


async def _boundaries(given: NewBoundaries, service: Service) -> tuple[Correction, tuple[str, bytes]]:
    upload = await find_document(service, given.document)
    asked = Asked(service.models.current, SummaryOptions(0, 0))
    drawn = [article.model_dump() for article in given.articles]
    found, spans = await service.workers.ask("boundaries", upload, drawn, asked)
    _, current = await service.stored(service.store.current, "boundaries", given.document)
    if current is not None:
        before = {"articles": current.after["articles"]}
    else:
        split = await service.workers.ask("page", upload, asked)
        before = {
            "articles": [
                {"lines": [[1, *span] for span in a["lines"]], "boxes": a["boxes"]} for a in split["articles"]
            ]
        }
    correction = Correction(
        "boundaries",
        given.document,
        before,
        {"articles": spans, "objects": found["articles"]},
        model_sha256=asked.model.sha256,
        file=upload.file,
        headline=upload.file,
        document=given.document,
    )
    return correction, (upload.file, upload.data)


def _json_lines(
    store: CorrectionStore, export: Callable[[CorrectionStore], Iterator[Any]]
) -> Iterator[bytes]:
    for row in export(store):
        yield to_json(row).encode() + b"\n"


def _csv_lines(store: CorrectionStore) -> Iterator[bytes]:
    """Yield CSV as `classify train` and spreadsheets read it."""
    columns = ("title", "text", "label", "file", "time")

    def line(cells: list[str]) -> bytes:
        buffer = io.StringIO()
        csv.writer(buffer).writerow(cells)
        return buffer.getvalue().encode()

    yield b"\xef\xbb\xbf" + line(list(columns))
    for row in export_labelled(store):
        yield line([row[column] for column in columns])


def _gold_pages(store: CorrectionStore) -> Iterator[bytes]:
    """Yield a zip file with a page and its gold JSON for each page whose boundaries were corrected."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for c in store.stream(CorrectionFilter(kind="boundaries")):
                page = store.document(c.text_sha256)
                objects = c.after.get("objects")
                if page is None or not objects:
                    continue
                labels = _known_sections(store, objects)
                ending = ".pdf" if page[1].startswith(b"%PDF-") else ".txt"
                name = c.text_sha256[:16]
                archive.writestr(f"{name}{ending}", page[1])
                archive.writestr(
                    f"{name}.json", to_json({"file": page[0], **gold_page(objects, labels)}, indent=1)
                )
        file.seek(0)
        while block := file.read(2**16):
            yield block


def _known_sections(store: CorrectionStore, objects: list[dict[str, Any]]) -> list[list[str]]:
    """Return the sections that somebody has given to articles."""
    digests = [text_digest(*title_and_text(article)) for article in objects]
    states = store.states("section", digests)
    found = [states.get(digest, (0, None))[1] for digest in digests]
    return [[c.after["section"]] if c is not None else [] for c in found]


def _rows(data: bytes) -> list[dict[str, Any]]:
    """Return the rows of an import: of a log, or of labelled records."""
    first = data.lstrip()[:1]
    if first == b"{":
        try:
            rows = [json.loads(line) for line in data.splitlines() if line.strip()]
        except (ValueError, RecursionError) as e:
            raise RefusedError(400, "bad_input", f"a line is no JSON ({e}); send the export `log`") from None
        if all(isinstance(row, dict) and "kind" in row for row in rows):
            return rows
    from classify.read.labelled import load_corpus

    with closing(tempfile.NamedTemporaryFile(suffix="" if first in b"{[" else ".csv")) as file:
        file.write(data)
        file.flush()
        try:
            corpus = load_corpus(file.name)
        except ClassifyError as e:
            raise RefusedError(400, "bad_input", str(e).replace(file.name, "the body")) from None
    return [{"title": d.title, "text": d.text, "section": d.label} for d in corpus]


def _check_sections(rows: list[dict[str, Any]], service: Service) -> None:
    classes = service.models.model.classes
    for number, row in enumerate(rows, 1):
        after = row.get("after", row)
        section = after.get("section") if isinstance(after, dict) else None
        if row.get("kind", "section") == "section" and section is not None and section not in classes:
            known = ", ".join(classes)
            raise RefusedError(
                422, "bad_value", f"row {number}: the model has no section {section!r:.60}; it has {known}"
            )
