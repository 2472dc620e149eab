"""The application: routes, guard, errors, and the description of the API."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

import classify
from classify.output.schema import output_schema
from classify.service.errors import add_handlers
from classify.service.guard import Guard
from classify.service.routes import corrections, reading, system, training

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from classify.service.state import Service

__all__ = ["create_app"]

_STRING, _INTEGER, _NUMBER, _BOOLEAN = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))
_OBJECT: dict[str, Any] = {"type": "object"}


def create_app(service: Service) -> FastAPI:
    """Return the application of a service, which it starts and stops.

    Parameters
    ----------
    service : Service
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            service.stop()

    app = FastAPI(
        title="classify",
        version=classify.__version__,
        description="Chinese newspaper pages to labelled, summarised articles; corrections of them; retraining.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    add_handlers(app)
    for part in (system, reading, corrections, training):
        app.include_router(part.router)
    app.add_middleware(Guard, options=service.options, observe=lambda *seen: service.metrics.observe(*seen))
    described = app.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        document.setdefault("components", {}).setdefault("schemas", {}).update(_schemas())
        return document

    app.openapi = openapi  # type: ignore[method-assign]
    return app


def _schemas() -> dict[str, Any]:
    """Return the schemas of answers, by name."""
    article = {key: value for key, value in output_schema().items() if key != "$schema"}
    line = _object(file=_STRING, page=_INTEGER, line=_INTEGER, text=_STRING)
    nullable = {"type": ["string", "null"]}
    figures = _object(accuracy=_NUMBER, macro_accuracy=_NUMBER, right=_INTEGER, n=_INTEGER, sections=_OBJECT)
    return {
        "Error": {**_object(error=_STRING, message=_STRING), "additionalProperties": True},
        "Article": article,
        "Page": _object(
            document=_STRING, file=_STRING, kind={"enum": ["text", "pdf", "ocr"]}, model=_STRING,
            articles=_list("Article"), leftover={"type": "array", "items": line},
            notes={"type": "array", "items": _STRING}, corrections=_list("Correction"),
        ),
        "Articles": _object(model=_STRING, articles=_list("Article"), corrections=_list("Correction")),
        "Document": _object(
            document=_STRING, file=_STRING, kind={"enum": ["text", "pdf", "ocr"]},
            pages={"type": "array", "items": _OBJECT},
        ),
        "Prediction": _object(
            section=nullable, decision={"enum": ["labelled", "other", "unsure"]}, likeliest=_STRING,
            confidence=_NUMBER, scores=_OBJECT,
        ),
        "Predictions": _object(model=_STRING, predictions=_list("Prediction")),
        "Sections": _object(
            model=_STRING, threshold=_NUMBER, background=_STRING, sections={"type": "array", "items": _OBJECT}
        ),
        "SummaryRequest": {
            "type": "object",
            "required": ["text"],
            "properties": {
                "text": _STRING,
                "title": nullable,
                "sentences": {"type": ["integer", "null"], "minimum": 1, "maximum": 100},
                "max_chars": {"type": ["integer", "null"], "minimum": 1, "maximum": 10**6},
                "keywords": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
            },
        },
        "Summary": _object(
            text=_STRING, summary={"type": "array", "items": _OBJECT}, keywords={"type": "array", "items": _STRING}
        ),
        "Explanation": _object(
            model=_STRING, text=_STRING, section=nullable, likeliest=_STRING, confidence=_NUMBER, scores=_OBJECT,
            intercepts=_OBJECT, towards={"type": "array", "items": _OBJECT}, away={"type": "array", "items": _OBJECT},
            heat={"type": "array", "items": _NUMBER},
        ),
        "Correction": _object(
            id=_INTEGER, kind={"enum": ["section", "boundaries"]}, version=_INTEGER, time=_STRING,
            text_sha256=_STRING, model_sha256=_STRING, file=_STRING, headline=_STRING, title=_STRING, text=_STRING,
            before=_OBJECT, after=_OBJECT, document=nullable, article=nullable, undone=_BOOLEAN,
            undoes={"type": ["integer", "null"]},
        ),
        "Model": _object(
            sha256=_STRING, classes={"type": "array", "items": _STRING}, threshold=_NUMBER, previous=nullable,
            retrained=_BOOLEAN, card=_OBJECT, corrections=_object(total=_INTEGER, since=_INTEGER),
        ),
        "Figures": figures,
        "Training": _object(
            state=_STRING, step=_STRING, share=_NUMBER, started=nullable, finished=nullable, message=_STRING,
            result={"type": ["object", "null"]},
        ),
    }  # fmt: skip


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
