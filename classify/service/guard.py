"""What every request passes before its route: Host, Origin, token, limits of its body; and headers of the answer.

A service on the loopback is reached by every page that the user's browser shows: by a form or script of another origin,
or under a name that its owner points to 127.0.0.1 (DNS rebinding). So the Host must be this service's, and an Origin,
where there is one, must be the Host's. Where others can reach the service, each request needs the token, in a header
or in a cookie that only the service's own pages send (SameSite=Strict).
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from classify.service.errors import RefusedError, error_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from classify.options import ServiceOptions

__all__ = ["COOKIE", "CSP", "Guard", "is_token"]

logger = logging.getLogger("classify.service")

COOKIE = "classify_token"

CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
"""No inline script or style, and nothing from elsewhere."""

_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

STREAMED = "application/x-ndjson"
"""Bodies of this type are streams: their lines have a limit, they have none."""

_HEAD_BYTES = 1 << 15
"""Bytes of all headers. Chosen: browsers send some thousand. The server stops at 64 KiB only where a head comes in
pieces."""

_NEEDS_TOKEN = ("/v1/", "/metrics")
_SESSION = "/v1/session"


class Guard:
    """The application with its guard around it.

    Parameters
    ----------
    app : ASGI application
    options : ServiceOptions
    observe : callable
        Called after each answer with route, status and seconds.
    """

    def __init__(
        self, app: ASGIApp, options: ServiceOptions, observe: Callable[[str, int, float], None]
    ) -> None:
        self._app, self._options, self._observe = app, options, observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a connection."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close"})
                return
            await self._app(scope, receive, send)
            return
        began, status, begun = time.monotonic(), 500, False

        async def send_guarded(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        headers = Headers(scope=scope)
        try:
            refused = self._refusal(scope, headers)
            if refused is not None:
                answer = error_answer(refused.status_code, refused.code, str(refused.detail), **refused.more)
                await answer(scope, receive, send_guarded)
                return
            await self._app(scope, self._limited(receive, headers), send_guarded)
        except Exception:
            logger.exception("%s %s", scope["method"], scope["path"])
            if not begun:
                answer = error_answer(500, "internal", "the service failed at this; its log says more")
                await answer(scope, receive, send_guarded)
        finally:
            self._observe(_route(scope), status, time.monotonic() - began)

    def _refusal(self, scope: Scope, headers: Headers) -> RefusedError | None:
        """Return why a request is refused by its head; None where it is not."""
        if sum(len(name) + len(value) for name, value in headers.raw) > _HEAD_BYTES:
            return RefusedError(431, "head_too_large", "the headers are too long; send fewer or shorter ones")
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or not self._is_ours(host):
            return RefusedError(421, "wrong_host", "this service has another name; ask for it by its address")
        for origin in headers.getlist("origin"):
            if origin != f"{scope['scheme']}://{host}":
                return RefusedError(
                    403, "wrong_origin", "a page of another site sent this; use the service's own page"
                )
        if headers.get("sec-fetch-site") == "cross-site" and scope["method"] != "GET":
            return RefusedError(
                403, "wrong_origin", "a page of another site sent this; use the service's own page"
            )
        path = scope["path"]
        if self._options.token and path.startswith(_NEEDS_TOKEN) and path != _SESSION:
            given = _token(headers)
            if not given:
                return RefusedError(
                    401, "token_missing", "a token is needed; send Authorization: Bearer TOKEN"
                )
            if not is_token(given, self._options.token):
                return RefusedError(403, "token_wrong", "the token is wrong; ask who runs the service")
        length = headers.get("content-length", "0")
        is_stream = headers.get("content-type", "").startswith(STREAMED)
        if length.isdecimal() and int(length) > self._options.body_bytes and not is_stream:
            return self._too_large()
        return None

    def _is_ours(self, host: str) -> bool:
        """Whether a Host names this service. Where a token is needed any name will do: a foreign page has no token."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if not self._options.is_loopback:
            return bool(name)
        return name in (*(known.strip("[]") for known in _LOOPBACK), self._options.host)

    def _limited(self, receive: Receive, headers: Headers) -> Receive:
        """Return `receive` with the limits of a body."""
        is_stream = headers.get("content-type", "").startswith(STREAMED)
        received, ended = 0, False

        async def receive_limited() -> Message:
            nonlocal received, ended
            if ended:  # what is waited for now is that the client goes away
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), self._options.body_seconds)
            except asyncio.TimeoutError:
                raise RefusedError(
                    408,
                    "too_slow",
                    f"nothing came for {self._options.body_seconds:.0f} seconds; send it again",
                ) from None
            received += len(message.get("body", b""))
            ended = not message.get("more_body", False)
            if received > self._options.body_bytes and not is_stream:
                raise self._too_large()
            return message

        return receive_limited

    def _too_large(self) -> RefusedError:
        most = self._options.body_bytes
        message = f"more than {most >> 20} MiB; send less at a time, or a stream of JSON Lines"
        return RefusedError(413, "too_large", message, limit=most)


def _route(scope: Scope) -> str:
    """Return the route of a request as it is written in the program; requests without one are one group."""
    path = getattr(scope.get("route"), "path", "")
    return path if isinstance(path, str) and path else "other"


def is_token(given: str, token: str) -> bool:
    """Whether a client has the token; it takes the same time for every wrong one."""
    return hmac.compare_digest(given.encode(), token.encode())


def _token(headers: Headers) -> str:
    """Return the token of a request: of its header, or of its cookie."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and given.strip():
        return given.strip()
    cookie: SimpleCookie = SimpleCookie()
    try:
        cookie.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookie[COOKIE].value if COOKIE in cookie else ""
