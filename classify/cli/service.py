"""The command for newsrooms: serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classify.cli.arguments import ModelOption
from classify.cli.console import complain
from classify.cli.models import shipped_seeds
from classify.errors import ServiceError
from classify.options import ServiceOptions

__all__ = ["serve"]


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen at; others than this machine's own need --token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8642,
    model: ModelOption = None,
    corrections: Annotated[
        Path, typer.Option(help="Database of corrections; it is made where there is none.")
    ] = Path("corrections.sqlite"),
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="What the model was trained on, for retraining.", show_default="the seeds in the package"
        ),
    ] = None,
    token: Annotated[
        str,
        typer.Option(
            help="What clients must know. It can be seen in the list of processes; the variable can't.",
            envvar="CLASSIFY_TOKEN",
            show_default=False,
        ),
    ] = "",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that read pages.", show_default="one a processor")
    ] = None,
) -> None:
    """Run the service: an HTTP API, and a page where people see, correct and
    retrain.

    It listens on this machine alone unless told otherwise, and needs no
    network. Needs the extra serve: pip install 'classify-zh[serve]'.
    """
    try:
        options = ServiceOptions(host, port, token, workers)
    except ValueError as e:
        raise typer.BadParameter(str(e)) from None
    try:
        from classify.service.run import run_service
    except ImportError as e:
        raise ServiceError(f"{e.name} is not installed; run `pip install 'classify-zh[serve]'`") from None
    run_service(
        options,
        model=model,
        corrections=corrections,
        data=tuple(map(str, data or [shipped_seeds()])),
        told=lambda address: complain(f"serving at {address} (Ctrl-C ends it); API: {address}docs"),
    )
