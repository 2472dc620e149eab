"""Pages, articles, summaries, sections, explanations: bytes or records in, the JSON of the command line out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from classify.output.json import to_json
from classify.output.ninjs import ninjs_object
from classify.records import BACKGROUND
from classify.service.errors import RefusedError
from classify.service.reading import Upload
from classify.service.routes.shared import (
    STREAMED,
    AskedFor,
    Digest,
    FileName,
    ServiceOf,
    UploadOptions,
    errors,
    is_stream,
    json_answer,
    json_body,
    schema,
    streamed,
)
from classify.service.state import Service
from classify.service.work import is_problem

__all__ = [
    "MOST_ARTICLES",
    "MOST_RECORDS",
    "Drawn",
    "DrawnArticle",
    "Span",
    "find_document",
    "get_articles",
    "get_document",
    "get_picture",
    "get_sections",
    "post_articles",
    "post_boundaries",
    "post_explanation",
    "post_page",
    "post_sections",
    "post_summary",
    "router",
]

router = APIRouter(prefix="/v1", tags=["reading"])

NINJS = "application/ninjs+json"

MOST_ARTICLES = 1_000
"""Articles that somebody may draw on a page. Chosen: ten times a full page."""

MOST_RECORDS = 2_000
"""Records of a body that is no stream. Chosen: they are worked on as one task."""

Span = Annotated[list[Annotated[int, Field(ge=1, le=2**31)]], Field(min_length=3, max_length=3)]
"""A range of lines: page, first line, last line."""


class DrawnArticle(BaseModel):
    """An article by its lines, and parts of it that somebody marked; null: to be found."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[Span], Field(min_length=1, max_length=2000)]
    headline: Annotated[list[Span], Field(max_length=100)] | None = None
    kicker: Annotated[list[Span], Field(max_length=100)] | None = None
    deck: Annotated[list[Span], Field(max_length=100)] | None = None
    byline: Annotated[list[Span], Field(max_length=100)] | None = None


class Drawn(BaseModel):
    """A page as somebody drew its articles."""

    model_config = ConfigDict(extra="forbid")

    articles: Annotated[list[DrawnArticle], Field(max_length=MOST_ARTICLES)]


_PAGE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The articles of the page.",
        "content": {
            "application/json": {"schema": schema("Page")},
            STREAMED: {"schema": schema("Article")},
            NINJS: {"schema": {"type": "array", "items": {"type": "object"}}},
        },
    }
}
_BINARY = {"type": "string", "format": "binary"}
_PAGE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "text/plain": {"schema": {"type": "string"}},
            "application/pdf": {"schema": _BINARY},
            "application/xml": {"schema": {"type": "string"}},
            "application/octet-stream": {"schema": _BINARY},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}
            },
        },
    }
}
_RECORD: dict[str, Any] = {
    "type": "object",
    "properties": {"title": {"type": ["string", "null"]}, "text": {"type": "string"}},
    "required": ["text"],
}
_RECORDS_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"anyOf": [_RECORD, {"type": "array", "items": _RECORD, "minItems": 1}]}
            },
            STREAMED: {"schema": _RECORD},
        },
    }
}


def _answers(description: str, name: str, *, stream: str = "") -> dict[int | str, dict[str, Any]]:
    """Return the description of an answer, and of its stream."""
    content = {"application/json": {"schema": schema(name)}}
    if stream:
        content[STREAMED] = {"schema": schema(stream)}
    return {200: {"description": description, "content": content}}


@router.post(
    "/pages",
    summary="Split a page, and label and summarise its articles",
    responses={**_PAGE_ANSWER, **errors(406, 415)},
    openapi_extra=_PAGE_BODY,
)
async def post_page(
    request: Request, service: ServiceOf, asked: AskedFor, options: UploadOptions, file: FileName = ""
) -> Response:
    """Text, PDF, ALTO, PAGE XML or hOCR, as the body or as the field `file` of a form."""
    _wanted_format(request)
    upload = await _upload(request, options, file, service.options.body_bytes)
    found = await service.workers.ask("page", upload, asked)
    digest = await service.stored(service.documents.add, upload)
    return await _page_answer(request, service, {**found, "document": digest}, upload, asked.model.sha256)


@router.get(
    "/documents/{document}",
    summary="The pages and lines of a page that was sent",
    responses={**_answers("What a viewer draws.", "Document"), **errors(404)},
)
async def get_document(document: Digest, service: ServiceOf) -> Response:
    """Lines with their places, and the number of the article that each belongs to."""
    upload = await find_document(service, document)
    return json_answer(await service.workers.ask("view", upload, document))


@router.get(
    "/documents/{document}/pages/{page}.png",
    summary="A page of a PDF file as a picture",
    responses={200: {"description": "PNG", "content": {"image/png": {"schema": _BINARY}}}, **errors(404)},
    response_class=Response,
)
async def get_picture(
    document: Digest, page: int, service: ServiceOf, pixels: Annotated[int, Query(ge=100, le=4000)] = 1600
) -> Response:
    """`pixels` is the length of its longer side."""
    upload = await find_document(service, document)
    picture = None
    if upload.data.startswith(b"%PDF") and 1 <= page <= 100_000:
        picture = await service.workers.ask("picture", upload, page, pixels)
    if picture is None:
        raise RefusedError(
            404, "not_found", "there is no picture of that page; only pages of PDF files have one"
        )
    headers = {"Cache-Control": "private, max-age=3600"}  # the address has the digest of the bytes
    return Response(picture, media_type="image/png", headers=headers)


@router.get(
    "/documents/{document}/articles",
    summary="Read a page again, with the model that serves now",
    responses={**_PAGE_ANSWER, **errors(404, 406)},
)
async def get_articles(document: Digest, request: Request, service: ServiceOf, asked: AskedFor) -> Response:
    """The answer is that of `POST /v1/pages`."""
    _wanted_format(request)
    upload = await find_document(service, document)
    found = await service.workers.ask("page", upload, asked)
    return await _page_answer(request, service, {**found, "document": document}, upload, asked.model.sha256)


@router.post(
    "/documents/{document}/articles",
    summary="What a page would give with other boundaries",
    responses={**_PAGE_ANSWER, **errors(404, 406)},
)
async def post_boundaries(
    document: Digest, drawn: Drawn, request: Request, service: ServiceOf, asked: AskedFor
) -> Response:
    """Nothing is kept; `POST /v1/corrections` keeps it."""
    _wanted_format(request)
    upload = await find_document(service, document)
    given = [article.model_dump() for article in drawn.articles]
    found, _ = await service.workers.ask("boundaries", upload, given, asked)
    return await _page_answer(request, service, {**found, "document": document}, upload, asked.model.sha256)


@router.post(
    "/articles",
    summary="Label and summarise records of one article each",
    responses={**_answers("The articles, in order.", "Articles", stream="Article"), **errors(415)},
    openapi_extra=_RECORDS_BODY,
)
async def post_articles(
    request: Request, service: ServiceOf, asked: AskedFor, file: FileName = "records"
) -> Response:
    """One record, a list of them, or a stream of JSON Lines, which is answered line by line as it arrives."""

    async def label(batch: list[tuple[int, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await service.workers.ask("records", batch, file, asked)
        return found

    if is_stream(request):
        return streamed(request, label)
    found = await label(await _records(request))
    _raise_first_error(found)
    corrections = await service.article_corrections(found)
    return json_answer({"model": asked.model.sha256, "articles": found, "corrections": corrections})


@router.post(
    "/sections",
    summary="Label records, without summaries",
    responses={**_answers("The predictions, in order.", "Predictions", stream="Prediction"), **errors(415)},
    openapi_extra=_RECORDS_BODY,
)
async def post_sections(request: Request, service: ServiceOf, asked: AskedFor) -> Response:
    """As `POST /v1/articles`."""

    async def label(batch: list[tuple[int, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await service.workers.ask("sections", batch, "records", asked)
        return found

    if is_stream(request):
        return streamed(request, label)
    found = await label(await _records(request))
    _raise_first_error(found)
    return json_answer({"model": asked.model.sha256, "predictions": found})


@router.get(
    "/sections",
    summary="The sections that the model knows",
    responses={**_answers("Sorted by name.", "Sections"), **errors()},
)
async def get_sections(service: ServiceOf) -> Response:
    """With their names in other languages, from the card of the model."""
    models = service.models
    names = models.names
    return json_answer(
        {
            "model": models.current.sha256,
            "threshold": models.model.threshold,
            "background": BACKGROUND,
            "sections": [
                {
                    "name": label,
                    "names": {code: table[label] for code, table in names.items() if label in table},
                }
                for label in models.model.classes
            ],
        }
    )


@router.post(
    "/summaries",
    summary="Summarise a text in its own sentences",
    responses={**_answers("The summary.", "Summary", stream="Summary"), **errors(415)},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": schema("SummaryRequest")} for kind in ("application/json", STREAMED)
            },
        }
    },
)
async def post_summary(request: Request, service: ServiceOf) -> Response:
    """One text, or a stream of JSON Lines."""

    async def summarize(batch: list[tuple[int, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await service.workers.ask("summaries", batch)
        return found

    if is_stream(request):
        return streamed(request, summarize)
    found = await summarize([(1, await json_body(request))])
    _raise_first_error(found)
    return json_answer(found[0])


@router.post(
    "/explanations",
    summary="Why an article has its section",
    responses={**_answers("Each term's part in the score.", "Explanation"), **errors(415)},
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": _RECORD}}}},
)
async def post_explanation(
    request: Request, service: ServiceOf, asked: AskedFor, top: Annotated[int, Query(ge=1, le=100)] = 8
) -> Response:
    """Of a record, or of the object of an article."""
    record = await json_body(request)
    found = await service.workers.ask("explanation", record, top, asked)
    return json_answer({"model": asked.model.sha256, **found})


async def find_document(service: Service, digest: str) -> Upload:
    """Return a page that is kept; 404 where it is not."""
    upload = await service.stored(service.documents.get, digest)
    if upload is None:
        raise RefusedError(404, "not_found", "this page is not kept any longer; send it again")
    return replace(upload, most=service.options.body_bytes)


def _wanted_format(request: Request) -> str:
    """Return the type that the client likes best, by the weights of RFC 9110; 406 where it takes none of ours."""

    def weight(part: str) -> float:
        found = re.search(r";\s*q=([01](?:\.\d{0,3})?)\s*$", part)  # a;q=0.9 yes; a;q=high no
        return float(found[1]) if found else 1.0

    accept = request.headers.get("accept", "*/*") or "*/*"
    for part in sorted(accept.lower().split(","), key=weight, reverse=True):
        kind = part.split(";")[0].strip()
        if weight(part) == 0:
            break
        if kind in (STREAMED, "application/jsonl"):
            return STREAMED
        if kind == NINJS:
            return NINJS
        if kind in ("*/*", "application/*", "application/json"):
            return "application/json"
    raise RefusedError(406, "not_acceptable", f"take application/json, {STREAMED} or {NINJS}")


async def _page_answer(
    request: Request, service: Service, found: dict[str, Any], upload: Upload, model: str
) -> Response:
    kind, articles = _wanted_format(request), found["articles"]
    if kind == NINJS:
        return Response(to_json([ninjs_object(article) for article in articles]).encode(), media_type=NINJS)
    if kind == STREAMED:
        return Response("".join(to_json(a) + "\n" for a in articles).encode(), media_type=STREAMED)
    corrections = await service.article_corrections(articles)
    _, drawn = await service.stored(service.store.current, "boundaries", found["document"])
    if drawn is not None:
        corrections.append(drawn.to_dict())
    return json_answer(
        {
            "document": found["document"],
            "file": upload.file,
            "kind": found["kind"],
            "model": model,
            "articles": articles,
            "leftover": found["leftover"],
            "notes": found["notes"],
            "corrections": corrections,
        }
    )


async def _upload(request: Request, options: Upload, name: str, most: int) -> Upload:
    """Return the page of a request: its body, or the field `file` of a form."""
    data = b""
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        try:
            async with request.form(max_files=1, max_fields=20) as form:
                file = form.get("file")
                if not isinstance(file, UploadFile):
                    raise RefusedError(422, "bad_value", "the form has no file; call it `file`", field="file")
                data, name = await file.read(), name or file.filename or ""
        except MultiPartException as e:
            raise RefusedError(
                400, "bad_request", f"the form can't be read ({e.message}); send it again"
            ) from None
    else:
        data = await request.body()
    if not data:
        raise RefusedError(400, "bad_request", "the body is empty; send a page")
    return replace(options, data=data, file=_file_name(name, data), most=most)


def _file_name(name: str, data: bytes) -> str:
    """Return the name of an upload, without folders; one by its content where it has none."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    if name:
        return name
    return "page.pdf" if data.startswith(b"%PDF-") else "page"


async def _records(request: Request) -> list[tuple[int, Any]]:
    found = await json_body(request)
    records = found if isinstance(found, list) else [found]
    if not records or len(records) > MOST_RECORDS:
        raise RefusedError(
            422,
            "bad_value",
            f"{len(records)} records; send 1 to {MOST_RECORDS}, or a stream of JSON Lines",
            field="body",
        )
    return list(enumerate(records, 1))


def _raise_first_error(found: list[dict[str, Any]]) -> None:
    for answer in found:
        if is_problem(answer):
            raise RefusedError(400, "bad_input", answer["message"])
