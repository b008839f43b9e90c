"""A span for each request that people or messengers make; what a machine asks every few seconds has none."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import tracing
from core.tracing import Kind

WORTH_IT = ("/api/v1/", "/webhooks/")
NOT_WORTH_IT = ("/api/v1/system/",)


class Traced:
    """Named by the route, since addresses hold ids and searches. Goes on with the caller's trace where it
    names one (`traceparent`), as a proxy in front may."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_worth_it(scope):
            await self._app(scope, receive, send)
            return

        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                tracing.note(status=message["status"], **_route(scope))
            await send(message)

        caller = Headers(scope=scope).get("traceparent")
        method = scope["method"]
        with tracing.span(method, kind=Kind.SERVER, parent=caller, method=method):
            await self._app(scope, receive, send_noted)


def _is_worth_it(scope: Scope) -> bool:
    path = scope.get("path", "")
    return scope["type"] == "http" and path.startswith(WORTH_IT) and not path.startswith(NOT_WORTH_IT)


def _route(scope: Scope) -> dict[str, Any]:
    """The route's own pattern, `/api/v1/music/track/{id}`; nothing where no route was found."""
    route = getattr(scope.get("route"), "path", None)
    return {} if route is None else {"route": route, "name": f"{scope['method']} {route}"}
