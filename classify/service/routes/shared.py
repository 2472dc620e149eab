"""What several routes take and answer: options of a request, uploads, streams of JSON Lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Depends, Path, Query
from fastapi.responses import Response, StreamingResponse
from starlette.requests import ClientDisconnect, Request

from classify.errors import ClassifyError
from classify.options import ReadOptions, SummaryOptions, parse_pages
from classify.output.json import to_json
from classify.service.errors import RefusedError
from classify.service.guard import STREAMED
from classify.service.reading import Upload
from classify.service.state import Service, service_of
from classify.service.work import Asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.types import Receive, Scope, Send

__all__ = [
    "STREAMED",
    "AskedFor",
    "Digest",
    "FileName",
    "Id",
    "ServiceOf",
    "UploadOptions",
    "asked_for",
    "errors",
    "is_stream",
    "json_answer",
    "json_body",
    "json_lines",
    "schema",
    "streamed",
    "upload_options",
]

ServiceOf = Annotated[Service, Depends(service_of)]
FileName = Annotated[str, Query(max_length=400, description="What the sender calls it; its ending counts.")]
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the bytes of the page.")]
Id = Annotated[int, Path(ge=1, le=2**53)]

BATCH = 64
"""Lines of a stream that are worked on together."""


def asked_for(
    request: Request,
    sentences: Annotated[
        int, Query(ge=0, le=20, description="Of a summary; 0: no summary, no keywords.")
    ] = 3,
    keywords: Annotated[int, Query(ge=0, le=50)] = 5,
    threshold: Annotated[
        float | None, Query(ge=0, le=1, description="Confidence below which no section is given.")
    ] = None,
) -> Asked:
    """Return what a request chooses; its model is the one that serves now."""
    return Asked(service_of(request).models.current, SummaryOptions(sentences, keywords), threshold)


AskedFor = Annotated[Asked, Depends(asked_for)]


def upload_options(
    kind: Annotated[
        Literal["auto", "page", "article", "alto", "page-xml", "hocr"],
        Query(description="What the body holds."),
    ] = "auto",
    encoding: Annotated[str, Query(max_length=40, description="Of a text; empty: found by its bytes.")] = "",
    pages: Annotated[str, Query(max_length=200, description="Of PDF and OCR, only these: 1-4,7.")] = "",
) -> Upload:
    """Return an upload without its bytes."""
    try:
        ranges = parse_pages(pages) if pages else None
    except ValueError as e:
        raise RefusedError(422, "bad_value", str(e), field="pages") from None
    try:
        options = ReadOptions(kind, encoding or None)
    except ValueError as e:
        raise RefusedError(422, "bad_value", str(e), field="encoding") from None
    return Upload(b"", "", options, ranges)


UploadOptions = Annotated[Upload, Depends(upload_options)]


def schema(name: str) -> dict[str, Any]:
    """Return the reference to a schema of the API's description."""
    return {"$ref": f"#/components/schemas/{name}"}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of error answers, with those that every route may give."""
    content = {"application/json": {"schema": schema("Error")}}
    every = {400, 401, 403, 408, 413, 421, 422, 500, 503, *statuses}
    return {
        status: {"description": _WORDS.get(status, "Refused."), "content": content}
        for status in sorted(every)
    }


_WORDS = {
    400: "The body can't be read.",
    401: "A token is needed.",
    403: "The token or the origin is wrong.",
    404: "There is no such thing.",
    406: "None of the formats asked for can be given.",
    408: "The body came too slowly.",
    409: "Something else happened meanwhile.",
    413: "The body is too large.",
    415: "The body is of a type that is not taken.",
    421: "The service has another name.",
    422: "A value is out of its range.",
    500: "The service failed; its log says more.",
    503: "Too many requests, or one that takes too long.",
    507: "The disk is full; nothing was kept.",
}


def json_answer(value: Any, status: int = 200) -> Response:
    """Return plain data as JSON, written as the command line writes it."""
    return Response(to_json(value).encode(), status, media_type="application/json")


def is_stream(request: Request) -> bool:
    """Whether the body is JSON Lines."""
    return request.headers.get("content-type", "").split(";")[0].strip() in (STREAMED, "application/jsonl")


async def json_body(request: Request) -> Any:
    """Return the body as JSON; it must say that it is."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "wrong_type", f"send Content-Type: application/json, or {STREAMED}")
    data = await request.body()
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as e:
        raise RefusedError(400, "bad_request", f"the body is no JSON ({e}); mend it") from None


async def json_lines(request: Request) -> AsyncIterator[list[tuple[int, Any]]]:
    """Yield the lines of a body in lists, each with its number, as they arrive; one that can't be read is None.

    What has arrived is not held back until a list is full: a client may wait for the answer to a line.
    """
    most = service_of(request).options.record_bytes
    rest, number = b"", 0
    batch: list[tuple[int, Any]] = []
    async for block in request.stream():
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > most:
            raise RefusedError(
                413, "too_large", f"line {number + len(lines) + 1} is too long; cut it", limit=most
            )
        for line in lines:
            number += 1
            if line.strip():
                batch.append((number, _parsed(line)))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch
            batch = []
    if rest.strip():
        yield [(number + 1, _parsed(rest))]


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def streamed(
    request: Request, work: Callable[[list[tuple[int, Any]]], Awaitable[list[dict[str, Any]]]]
) -> StreamingResponse:
    """Answer a stream of JSON Lines with a stream: a line for each, in order, while more arrive."""

    async def answers() -> AsyncIterator[bytes]:
        try:
            async for batch in json_lines(request):
                for answer in await work(batch):
                    yield to_json(answer).encode() + b"\n"
        except RefusedError as e:
            yield _last_line(e.code, str(e.detail))
        except ClassifyError as e:
            yield _last_line("failed", str(e))
        except ClientDisconnect:
            return

    return _Duplex(answers(), media_type=STREAMED)


class _Duplex(StreamingResponse):
    """A stream that reads the request while it answers.

    `StreamingResponse` waits for the client to go away by reading the request, and would take pieces of its body.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; reading the body tells when the client has gone."""
        await self.stream_response(send)


def _last_line(code: str, message: str) -> bytes:
    """Return the line that ends a stream whose status has been sent already."""
    return to_json({"error": code, "message": message, "line": None}).encode() + b"\n"
