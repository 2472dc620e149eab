"""The model that serves, and training on corrections: started, followed, accepted or discarded, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from starlette.requests import Request

from classify.corrections import CorrectionFilter
from classify.output.json import to_json
from classify.service.errors import RefusedError
from classify.service.routes.shared import ServiceOf, errors, json_answer, schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from classify.service.state import Service

__all__ = [
    "accept_training",
    "cancel_training",
    "discard_training",
    "get_model",
    "get_training",
    "roll_back",
    "router",
    "start_training",
    "training_events",
]

router = APIRouter(prefix="/v1", tags=["training"])

_STATUS = {"description": "The training.", "content": {"application/json": {"schema": schema("Training")}}}
_MODEL = {"description": "The model.", "content": {"application/json": {"schema": schema("Model")}}}


@router.get("/model", summary="The model that serves", responses={200: _MODEL, **errors()})
async def get_model(service: ServiceOf) -> Response:
    """Its digest, classes and card, and how many corrections it has not seen."""
    return json_answer(await service.model_view())


@router.post(
    "/model/rollback", summary="Let the model before serve again", responses={200: _MODEL, **errors(409)}
)
async def roll_back(service: ServiceOf) -> Response:
    """Again: the newer one."""
    if service.models.previous is None:
        raise RefusedError(409, "no_model", "there is no model before this one; accept a training first")
    await service.stored(service.models.roll_back)
    return await _model_changed(service)


@router.get("/training", summary="How far the training is", responses={200: _STATUS, **errors()})
async def get_training(service: ServiceOf) -> Response:
    """With its figures when it is ready."""
    return json_answer(service.training.status.to_dict())


@router.post(
    "/training",
    summary="Train on the corrections",
    status_code=202,
    responses={202: _STATUS, **errors(409)},
)
async def start_training(service: ServiceOf) -> Response:
    """It runs in the background. The model that serves is not touched until the new one is accepted."""
    if service.training.is_running:
        raise RefusedError(409, "busy", "a training runs; wait for it, or cancel it")
    if not await service.stored(service.store.count, CorrectionFilter(kind="section")):
        raise RefusedError(
            400, "bad_input", "there are no corrections of sections; correct some articles first"
        )
    if service.training.is_running:  # another request was quicker
        raise RefusedError(409, "busy", "a training runs; wait for it, or cancel it")
    service.training.start(service.training_job())
    return json_answer(service.training.status.to_dict(), 202)


@router.delete("/training", summary="Cancel the training", responses={200: _STATUS, **errors(409)})
async def cancel_training(service: ServiceOf) -> Response:
    """The process that trains is ended."""
    if not service.training.is_running:
        raise RefusedError(409, "no_training", "no training runs")
    service.training.decide("cancelled")
    return json_answer(service.training.status.to_dict())


@router.get(
    "/training/events",
    summary="The training as server-sent events",
    responses={200: {"description": "Events.", "content": {"text/event-stream": {}}}, **errors()},
    response_class=Response,
)
async def training_events(request: Request, service: ServiceOf) -> Response:
    """An event `status` at every change; the stream ends when nothing runs."""

    async def events() -> AsyncIterator[bytes]:
        async for status in service.training.events():
            yield f"event: status\ndata: {to_json(status.to_dict(result=False))}\n\n".encode()

    return StreamingResponse(events(), media_type="text/event-stream")


@router.post("/training/accept", summary="Let the new model serve", responses={200: _MODEL, **errors(409)})
async def accept_training(service: ServiceOf) -> Response:
    """All workers take it at once; requests under way are finished by the old one, to which you can go back."""
    model = service.training.model
    if service.training.status.state != "ready" or model is None:
        raise RefusedError(409, "no_training", "no training is ready; start one, and wait for it")
    await service.stored(service.models.accept, model)
    service.training.decide("accepted")
    return await _model_changed(service)


@router.post("/training/discard", summary="Drop the new model", responses={200: _STATUS, **errors(409)})
async def discard_training(service: ServiceOf) -> Response:
    """The model that serves stays."""
    if service.training.status.state != "ready":
        raise RefusedError(409, "no_training", "no training is ready; start one, and wait for it")
    service.training.decide("discarded")
    return json_answer(service.training.status.to_dict())


async def _model_changed(service: Service) -> Response:
    """Let the workers that have nothing to do load the model that serves now; answer with it."""
    await service.load_model()
    return json_answer(await service.model_view())
