"""Errors as JSON answers: ``{"error": code, "message": one line}``, with a status, and never a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from classify.errors import ClassifyError, ConflictError, DatabaseError, ServiceError
from classify.service.workers import OverloadedError, TooLongError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["RefusedError", "add_handlers", "error_answer"]

_CODES = {404: "not_found", 405: "wrong_method", 400: "bad_request"}
_MESSAGES = {
    404: "there is nothing at this address; see /docs",
    405: "this address takes other methods; see /docs",
    400: "the body can't be read; send what /docs says",
}


class RefusedError(HTTPException):
    """A request that is refused before or by its route; an `HTTPException`, so that FastAPI passes it on.

    Parameters
    ----------
    status : int
    code : str
        What programs go by.
    message : str
        One line for people.
    more : further keys of the answer
    """

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(status, message)
        self.code, self.more = code, more


def error_answer(status: int, code: str, message: str, **more: Any) -> JSONResponse:
    """Return the answer that tells an error."""
    headers = {"Retry-After": "1"} if status == 503 else None
    return JSONResponse({"error": code, "message": " ".join(message.split()), **more}, status, headers)


def add_handlers(app: FastAPI) -> None:
    """Let an application answer errors so."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _bad_value)
    app.add_exception_handler(ClassifyError, _failed)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, RefusedError):
        return error_answer(error.status_code, error.code, str(error.detail), **error.more)
    status = error.status_code
    answer = error_answer(status, _CODES.get(status, "bad_request"), _MESSAGES.get(status, str(error.detail)))
    answer.headers.update(error.headers or {})  # Allow
    return answer


async def _bad_value(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    # The first part of the place says whether it is the query, the path or the body.
    field = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return error_answer(422, "bad_value", f"{field}: {first['msg']}", field=field)


async def _failed(request: Request, error: Exception) -> Response:
    message = str(error)
    if isinstance(error, ConflictError):
        return error_answer(409, "conflict", message, version=error.version)
    if isinstance(error, DatabaseError):
        is_full = "make room" in message
        return error_answer(
            507 if is_full else 503, "disk_full" if is_full else "corrections_failed", message
        )
    if isinstance(error, OverloadedError):
        return error_answer(503, "overloaded", message)
    if isinstance(error, TooLongError):
        return error_answer(503, "too_long", message)
    if isinstance(error, ServiceError):
        return error_answer(503, "worker_lost", message)
    return error_answer(400, "bad_input", message)
