"""Web push: messages encrypted for one browser, left at its maker's push service (RFC 8030, 8291, 8292).

pywebpush encrypts and py_vapid signs; we post ourselves, because theirs follows redirects, and an endpoint is
what somebody told us.
"""

from __future__ import annotations

import asyncio
import time
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from core.ports import Pushed, PushResult, PushTarget

CALL_SECONDS = 15.0
TTL_SECONDS = 86_400
"""How long a service keeps a message for a browser that is off; without one it would drop it."""
TOKEN_SECONDS = 12 * 3600
LONGEST_MESSAGE = 3_900
"""Bytes: with what encryption adds, services take 4,096."""
MOST_CALLS = 20

_TAKEN = {200, 201, 202}
_GONE = {404, 410}
_CONFIGURATION = {401, 403}


class WebPush:
    """`key` gives our private key; `subject` is a `mailto:` or https address for the services' operators."""

    def __init__(self, key: Callable[[], Awaitable[EllipticCurvePrivateKey]], subject: str) -> None:
        self._key = key
        self._subject = subject
        self._vapid: Vapid02 | None = None
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(10.0, connect=5.0, pool=5.0),
            limits=httpx.Limits(max_connections=MOST_CALLS, max_keepalive_connections=10),
            headers={"User-Agent": "MelodyStudio/1"},
            follow_redirects=False,
        )

    async def ready(self) -> None:
        if self._vapid is None:
            self._vapid = Vapid02(await self._key())

    async def send(self, browser: PushTarget, message: bytes, *, topic: str) -> PushResult:
        """One call; a topic is up to 32 characters of URL-safe base64."""
        if len(message) > LONGEST_MESSAGE:
            return PushResult(Pushed.REFUSED, f"{len(message)} bytes are too long")
        try:
            body = _encrypted(browser, message)
        except (ValueError, WebPushException) as error:
            return PushResult(Pushed.REFUSED, f"can't be encrypted ({type(error).__name__})")
        await self.ready()
        headers = self._headers(browser.endpoint, topic)
        try:
            async with (
                asyncio.timeout(CALL_SECONDS),
                self._http.stream("POST", browser.endpoint, content=body, headers=headers) as answer,
            ):
                return _result(answer)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return PushResult(Pushed.RETRY, type(error).__name__)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return PushResult(Pushed.UNCERTAIN, type(error).__name__)

    async def close(self) -> None:
        await self._http.aclose()

    def _headers(self, endpoint: str, topic: str) -> dict[str, str]:
        assert self._vapid is not None
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + TOKEN_SECONDS,
            "sub": self._subject,
        }
        signed: dict[str, str] = self._vapid.sign(claims)
        return signed | {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_SECONDS),
            "Urgency": "high",
            "Topic": topic,
        }


def _encrypted(browser: PushTarget, message: bytes) -> bytes:
    keys = {"p256dh": _base64(browser.p256dh), "auth": _base64(browser.auth)}
    body: bytes = WebPusher({"endpoint": browser.endpoint, "keys": keys}).encode(message)["body"]
    return body


def _result(answer: httpx.Response) -> PushResult:
    status = answer.status_code
    if status in _TAKEN:
        return PushResult(Pushed.SENT)
    if status in _GONE:
        return PushResult(Pushed.GONE)
    said = f"{urlsplit(str(answer.url)).hostname} answers {status}"
    if status in _CONFIGURATION:
        return PushResult(Pushed.CONFIGURATION, said)
    if status == 429 or status >= 500:
        return PushResult(Pushed.RETRY, said, retry_after=_seconds(answer.headers.get("retry-after", "")))
    return PushResult(Pushed.REFUSED, said)


def _seconds(retry_after: str) -> float | None:
    """Of `Retry-After`: seconds or a date (RFC 9110 section 10.2.3)."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (at.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
