"""Health, figures, limits, the session of a browser, and static files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

import classify
from classify.service.errors import RefusedError
from classify.service.guard import COOKIE, is_token
from classify.service.routes.shared import ServiceOf, errors, json_answer

__all__ = [
    "Login",
    "documentation",
    "documentation_file",
    "health",
    "limits",
    "log_in",
    "log_out",
    "metrics",
    "page",
    "router",
    "web_file",
]

router = APIRouter(tags=["system"])

_FOLDER = Path(__file__).resolve().parents[1]

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
"""Kinds of static files that are served."""


class Login(BaseModel):
    """What a person types in."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(max_length=1000)]


@router.get("/healthz", summary="Whether the service works", responses=errors())
async def health(service: ServiceOf) -> Response:
    """Needs no token."""
    return json_answer(
        {
            "status": "ok",
            "version": classify.__version__,
            "model": service.models.current.sha256,
            "workers": service.workers.count,
            "token": bool(service.options.token),
        }
    )


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    responses={200: {"description": "Text.", "content": {"text/plain": {}}}, **errors()},
    response_class=Response,
)
async def metrics(service: ServiceOf) -> Response:
    """Requests by route and status, their seconds, workers, corrections."""
    text = service.metrics.text(service.workers)
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/v1/limits", summary="What the service takes at most", responses=errors())
async def limits(service: ServiceOf) -> Response:
    """Bytes and seconds."""
    o = service.options
    return json_answer(
        {
            "body_bytes": o.body_bytes,
            "record_bytes": o.record_bytes,
            "seconds": o.seconds,
            "waiting": o.waiting,
        }
    )


@router.post(
    "/v1/session", summary="Send the token once", status_code=204, responses=errors(), response_class=Response
)
async def log_in(given: Login, request: Request, service: ServiceOf) -> Response:
    """A browser gets a cookie that only this service's pages send."""
    if not is_token(given.token, service.options.token):
        raise RefusedError(403, "token_wrong", "the token is wrong; ask who runs the service")
    answer = Response(status_code=204)
    secure = request.url.scheme == "https"
    if service.options.token:
        answer.set_cookie(COOKIE, given.token, httponly=True, samesite="strict", secure=secure)
    return answer


@router.delete(
    "/v1/session", summary="Forget the token", status_code=204, responses=errors(), response_class=Response
)
async def log_out() -> Response:
    """The cookie is deleted."""
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


@router.get("/", include_in_schema=False)
async def page() -> Response:
    """Return the web page."""
    return _static("web", "index.html")


@router.get("/web/{path:path}", include_in_schema=False)
async def web_file(path: str) -> Response:
    """Return a file of the web page."""
    return _static("web", path)


@router.get("/docs", include_in_schema=False)
async def documentation() -> Response:
    """Return the documentation of the API."""
    return _static("docs", "index.html")


@router.get("/docs/{path:path}", include_in_schema=False)
async def documentation_file(path: str) -> Response:
    """Return a file of the documentation."""
    return _static("docs", path)


def _static(folder: str, name: str) -> Response:
    """Return a file of the package, with an ETag; 404 for anything that is not one of them."""
    root = _FOLDER / folder
    parts = Path(name).parts
    path = root.joinpath(*parts)
    kind = _TYPES.get(path.suffix.lower())
    if (
        not parts
        or kind is None
        or any(part in ("..", "/") or "\0" in part for part in parts)
        or not path.is_file()
    ):
        raise RefusedError(404, "not_found", "there is no such file; see / and /docs")
    return FileResponse(path, media_type=kind, headers={"Cache-Control": "no-cache"})
