"""Asking a web service for JSON: bounded in time and size, and every failure is one kind of error."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, NoReturn

import httpx

from core.music import SourceUnavailable

USER_AGENT = "MelodyStudio/1 (self-hosted music chat)"
CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
"""The longest silence in an answer; the whole answer may take twice as long."""
MOST_BYTES = 4_000_000
LONGEST_RETRY_AFTER = 3600.0
"""Services may say hours; we look again earlier."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: httpx.Headers
    text: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; None when it is none, since services in trouble answer with pages of HTML."""
        try:
            return json.loads(self.text, parse_constant=_no_number)
        except (ValueError, RecursionError):
            return None

    @property
    def retry_after(self) -> float | None:
        """Seconds, from either form of `Retry-After` (RFC 9110, section 10.2.3), bounded."""
        value = self.headers.get("retry-after", "").strip()
        if not value:
            return None
        if value.isascii() and value.isdigit():
            return min(float(value), LONGEST_RETRY_AFTER)
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
        return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


class WebService:
    """One origin. Follows no redirects and never puts an address or a key into an error."""

    def __init__(self, name: str, origin: str, *, read_seconds: float = READ_SECONDS) -> None:
        self._name = name
        self._whole_seconds = 2 * read_seconds
        timeout = httpx.Timeout(read_seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)
        self._client = httpx.AsyncClient(
            base_url=origin,
            timeout=timeout,
            verify=_trust(),
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=10),
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            follow_redirects=False,
        )

    async def get(
        self,
        path: str,
        params: Mapping[str, str | int] | list[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Raises SourceUnavailable when no whole answer comes."""
        pairs = list(params.items()) if isinstance(params, Mapping) else params or []
        query = tuple((name, sendable(str(value))) for name, value in pairs)
        return await self._send("GET", path, params=query or None, headers=headers)

    async def post_form(
        self, path: str, form: Mapping[str, str], *, auth: tuple[str, str] | None = None
    ) -> Answer:
        """Raises SourceUnavailable when no whole answer comes."""
        data = {name: sendable(value) for name, value in form.items()}
        return await self._send(
            "POST", path, data=data, auth=httpx.BasicAuth(*auth) if auth is not None else None
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(
        self, method: str, path: str, *, auth: httpx.Auth | None = None, **content: Any
    ) -> Answer:
        try:
            request = self._client.build_request(method, path, **content)
        except (httpx.InvalidURL, UnicodeEncodeError):
            raise SourceUnavailable(f"{self._name} can't be asked by this address or header") from None
        try:
            async with asyncio.timeout(self._whole_seconds):
                response = await self._client.send(request, auth=auth, stream=True)
                try:
                    body = await self._body(response)
                finally:
                    await response.aclose()
        except (httpx.HTTPError, TimeoutError) as error:
            raise SourceUnavailable(f"{self._name} does not answer ({type(error).__name__})") from None
        # JSON is UTF-8 (RFC 8259, section 8.1), whatever charset the headers claim
        return Answer(response.status_code, response.headers, body.decode("utf-8", "replace"))

    async def _body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for block in response.aiter_bytes():
            body += block
            if len(body) > MOST_BYTES:
                raise SourceUnavailable(f"{self._name} sent more than we take")
        return bytes(body)


@lru_cache
def _trust() -> ssl.SSLContext:
    """The certificates we trust; reading them takes longer than many a call."""
    return httpx.create_ssl_context()


def sendable(text: str) -> str:
    """The text without lone surrogates, which no UTF-8 can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
