"""Start a service and run it until it is stopped: what ``classify serve`` calls."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import uvicorn

from classify.corrections import CorrectionStore
from classify.errors import ServiceError
from classify.service.app import create_app
from classify.service.models import ServingModels
from classify.service.state import Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from classify.options import ServiceOptions

__all__ = ["run_service"]

IDLE_SECONDS = 15
"""How long a connection may be idle between two requests. Chosen: browsers ask again within seconds."""

CONNECTIONS = 512
"""Connections at the same time; more are answered 503. Chosen."""

END_SECONDS = 10
"""Time for requests that are under way when the service is stopped. Chosen."""


def run_service(
    options: ServiceOptions,
    *,
    model: Path | None,
    corrections: Path,
    data: tuple[str, ...],
    told: Callable[[str], None],
) -> None:
    """Run a service until a signal ends it.

    Parameters
    ----------
    options : ServiceOptions
    model : path or None
        None: the shipped model.
    corrections : path
        The database; it is made where there is none.
    data : tuple of str
        What the model was trained on.
    told : callable
        Called with the address when the service answers there.

    Raises
    ------
    ServiceError
        The address can't be had.
    CorrectionError, ModelError
        The database or the model can't be opened.
    """
    with closing(CorrectionStore(corrections)) as store, _listen(options.host, options.port) as listener:
        service = Service(options, store, ServingModels(model, store), data)
        config = uvicorn.Config(
            create_app(service),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=END_SECONDS,
            limit_concurrency=CONNECTIONS,
            proxy_headers=False,
        )
        host, port = listener.getsockname()[:2]
        told(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as e:
        listener.close()
        raise ServiceError(f"{host}:{port}: {e.strerror or e}; give another --port or --host") from None
    return listener
