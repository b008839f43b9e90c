"""What surrounds every request, as plain ASGI: streams pass through untouched."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import HEADS_ARE_GETS, problem
from core import log
from core.config import LOOPBACK
from core.errors import TooLarge
from core.signing import ANY_BYTES

logger = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
BODY_SECONDS = 30.0
"""The longest that a body takes to come; who sends a letter now and then would hold a connection for ever."""
MIN_COMPRESSED, COMPRESSION = 1000, 5
"""Bytes from which it is worth the time, and zlib's level."""
COMPRESSED = ("/api/", "/openapi.json")
WITH_SECRETS = ("/api/v1/auth/", "/api/v1/users/me/link-codes")

REQUEST_ID, POLICY, FRAMING = b"x-request-id", b"content-security-policy", b"x-frame-options"
"""The last is the elder of two ways to say who may frame a page; a page's own policy holds alone."""

ALONG = "said along"

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def say_along(scope: Scope, headers: Mapping[str, str]) -> None:
    """Have these headers in the answer to a request, whether a route writes it or the handler of an error."""
    scope.get("state", {}).get(ALONG, {}).update(headers)


class Frame:
    """The outermost layer: a request id, headers for safety, and an answer to what nobody expected.

    What was to be said along (`say_along`) is in every answer, a refusal as well.

    The id is the caller's `X-Request-ID` where that is a harmless word, else a new one; it is in the answer
    and in every line that is logged on the way.
    """

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        """`is_https`: people reach us by https and are to do so always."""
        self._app = app
        headers = _SECURITY_HEADERS | (_HTTPS_ONLY if is_https else {})
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get("x-request-id", ""))
        along: dict[str, str] = {}
        scope.setdefault("state", {})[ALONG] = along
        started = False

        async def send_framed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._framed(message["headers"], request_id, along)
            await send(message)

        with log.bound(request_id=request_id):
            try:
                await self._app(scope, receive, send_framed)
            except ClientDisconnect:
                logger.info("the client went away")
            except Exception:
                if started:
                    raise  # the server logs it and cuts the connection: all that is left to do
                logger.exception("a request failed", extra={"method": scope["method"]})
                await problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal")(scope, receive, send_framed)

    def _framed(
        self, headers: Iterable[tuple[bytes, bytes]], request_id: str, along: Mapping[str, str]
    ) -> list[tuple[bytes, bytes]]:
        """The headers of an answer with ours; what a route says about them itself holds."""
        said = {name: value for name, value in headers if name != REQUEST_ID}
        ours = (header for header in self._headers if header[0] not in said)
        if b"frame-ancestors" in said.get(POLICY, b""):
            ours = (header for header in ours if header[0] != FRAMING)
        others = (header for header in headers if header[0] != REQUEST_ID)
        told = [(name.lower().encode(), value.encode()) for name, value in along.items()]
        return [*others, (REQUEST_ID, request_id.encode()), *told, *ours]


class TrustedHosts:
    """Refuses host names that are not ours; `*` takes all, `*.example.org` what is below a name.

    This machine's own names are always taken: whoever looks after the process asks there.
    """

    def __init__(self, app: ASGIApp, allowed: str) -> None:
        self._app = app
        names = {name.strip().lower() for name in allowed.split(",") if name.strip()}
        self._any = "*" in names
        self._exact = {name for name in names if not name.startswith("*")} | LOOPBACK
        self._suffixes = tuple(name[1:] for name in names if name.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._any or self._is_ours(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, send)
        else:
            await problem(HTTPStatus.BAD_REQUEST, "unknown-host")(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        name = re.sub(r":\d*$", "", host.lower()).strip("[]")
        return name in self._exact or (bool(self._suffixes) and name.endswith(self._suffixes))


class Compressed:
    """Compresses the API's answers for those who take that, but none in which a secret may stand beside what
    somebody else chose: its length would tell of it (BREACH, https://www.breachattack.com). The player's
    files were compressed when they were built."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        excluded = (*DEFAULT_EXCLUDED_CONTENT_TYPES, ANY_BYTES)
        self._compressed = GZipMiddleware(app, MIN_COMPRESSED, COMPRESSION, exclude_content_types=excluded)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        takes_part = path.startswith(COMPRESSED) and not path.startswith(WITH_SECRETS)
        await (self._compressed if takes_part else self._plain)(scope, receive, send)


class Heads:
    """Answers HEAD as GET without the body (RFC 9110, 9.3.2), for the API: no route has to think of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "HEAD" or not scope["path"].startswith(HEADS_ARE_GETS):
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, send_head)


class BodyLimit:
    """Bounds what a request may bring, and how long it may take to. Reading past the limit raises TooLarge in
    the route, waiting for a client that falls silent HTTPException 408.

    `larger` names the paths that may bring more, each with its own limit; they look to the time themselves.
    """

    def __init__(self, app: ASGIApp, limit: int, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._limit = limit
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        limit = self._larger.get(scope["path"], self._limit)
        received, is_whole = 0, scope["path"] in self._larger
        until = asyncio.get_running_loop().time() + BODY_SECONDS

        async def receive_bounded() -> Message:
            nonlocal received, is_whole
            if announced.isdecimal() and int(announced) > limit:
                raise TooLarge("request body", limit_mb=limit // MEBIBYTE)
            try:
                async with asyncio.timeout_at(None if is_whole else until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
            is_whole = is_whole or not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > limit:
                raise TooLarge("request body", limit_mb=limit // MEBIBYTE)
            return message

        await self._app(scope, receive_bounded, send)


def _request_id(given: str) -> str:
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
