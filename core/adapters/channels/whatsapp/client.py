"""Calls to Twilio's REST API: create a message, list messages, and whatever else is read there.

https://www.twilio.com/docs/messaging/api/message-resource. Each is made once; nothing of an answer but codes
goes into an error, since Twilio's texts name telephone numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from core.adapters.channels.whatsapp.outcome import (
    SETTLED_AFTER,
    body_of,
    melody_error,
    result_of,
    result_of_failure,
)
from core.errors import ServiceUnavailable
from core.ports import Outcome, SendResult

CALL_SECONDS = 20.0
PAGE = 100
MOST_PAGES = 10
MOST_BYTES = 8_000_000


@dataclass(frozen=True)
class SentMessage:
    """A message in Twilio's list that went out from us."""

    sid: str
    body: str
    has_media: bool
    status: str
    created_at: datetime


class TwilioClient:
    """`api_url` is an origin; `sender` our address, `whatsapp:+…`."""

    def __init__(self, account_sid: str, auth_token: str, sender: str, api_url: str) -> None:
        self.account_sid = account_sid
        self.sender = sender
        self.api_url = api_url
        self.messages = f"/2010-04-01/Accounts/{quote(account_sid, safe='')}/Messages.json"
        self._http = httpx.AsyncClient(
            auth=httpx.BasicAuth(account_sid, auth_token),
            headers={"Accept": "application/json", "User-Agent": "MelodyStudio/1"},
            timeout=httpx.Timeout(15.0, connect=5.0, pool=5.0),
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=10),
            follow_redirects=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def create(self, to: str, content: Mapping[str, str], callback: str | None) -> SendResult:
        """Send one message: `content` is its Body, its MediaUrl, or its ContentSid and ContentVariables."""
        form = {"To": to, "From": self.sender, **content}
        if callback is not None:
            form["StatusCallback"] = callback
        try:
            async with asyncio.timeout(CALL_SECONDS):
                answer = await self._http.post(self.api_url + self.messages, data=form)
        except (httpx.HTTPError, TimeoutError) as error:
            return result_of_failure(error)
        except ValueError:  # an answer that is no HTTP, e.g. an impossible charset
            return SendResult(Outcome.UNCERTAIN, retry_after=SETTLED_AFTER, error="an answer without sense")
        return result_of(answer, has_media="MediaUrl" in content)

    async def sent_to(self, to: str, since: datetime) -> list[SentMessage]:
        """What went out to an address since a time, newest first. Raises ServiceUnavailable,
        ConfigurationError.

        Twilio's own filter is by the time of sending, which messages in its queue do not have yet.
        """
        found: list[SentMessage] = []
        params: dict[str, str | int] | None = {"To": to, "From": self.sender, "PageSize": PAGE}
        address = self.messages
        for _ in range(MOST_PAGES):
            page = await self.get(address, params)
            messages = page.get("messages")
            if not isinstance(messages, list):
                raise ServiceUnavailable("Twilio's answer is no list of messages")
            for value in messages:
                message = _read(value)
                if message.created_at < since:
                    return found
                found.append(message)
            following = page.get("next_page_uri")
            if not isinstance(following, str) or not following.startswith("/"):
                return found
            address, params = following, None
        raise ServiceUnavailable("Twilio lists more messages to one person than we look through")

    async def check(self) -> None:
        """Raises ServiceUnavailable, ConfigurationError."""
        await self.get(self.messages, {"From": self.sender, "PageSize": 1})

    async def get(
        self, address: str, params: Mapping[str, str | int] | None = None, *, may_be_missing: bool = False
    ) -> dict[str, Any]:
        """A resource by its path; empty where it is not there and may be missing. Raises ServiceUnavailable,
        ConfigurationError."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                answer = await self._http.get(self.api_url + address, params=params or None)
        except (httpx.HTTPError, TimeoutError) as error:
            raise ServiceUnavailable(f"Twilio does not answer: {type(error).__name__}") from None
        if answer.status_code == HTTPStatus.NOT_FOUND and may_be_missing:
            return {}
        if answer.status_code != HTTPStatus.OK:
            raise melody_error(answer)
        return body_of(answer)


def _read(value: object) -> SentMessage:
    """A message of a list. Raises ServiceUnavailable where it can't be told apart from others."""
    fields: dict[str, Any] = value if isinstance(value, dict) else {}
    sid, body, created = fields.get("sid"), fields.get("body"), fields.get("date_created")
    try:
        created_at = parsedate_to_datetime(created if isinstance(created, str) else "")
    except ValueError:
        raise ServiceUnavailable("Twilio lists a message without a time") from None
    if not isinstance(sid, str):
        raise ServiceUnavailable("Twilio lists a message without a sid")
    return SentMessage(
        sid=sid,
        body=body if isinstance(body, str) else "",
        has_media=str(fields.get("num_media") or "0") != "0",
        status=str(fields.get("status") or ""),
        created_at=created_at if created_at.tzinfo else created_at.replace(tzinfo=UTC),
    )
