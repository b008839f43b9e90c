"""Twilio's lists of messages and files, read page by page: `core.whatsapp.at_twilio.AtTwilio`.

One call at a time with a short pause between: Twilio limits how many requests an account makes at once.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote

from core.adapters.channels.whatsapp.client import TwilioClient
from core.errors import ServiceUnavailable
from core.whatsapp.at_twilio import ListTooLong, MessageState, ReceivedFile, ReceivedMessage

logger = logging.getLogger(__name__)
T = TypeVar("T")

PAGE = 500
MOST_PAGES = 10
MOST_FILES = 10
PAUSE = 0.05
"""Seconds before each further call."""


class TwilioLists:
    def __init__(self, client: TwilioClient) -> None:
        self._client = client
        self.account_sid = client.account_sid
        self.sender = client.sender

    async def received(self, since: datetime, until: datetime) -> list[ReceivedMessage]:
        """What came in between two times, oldest first. Raises ListTooLong, ServiceUnavailable,
        ConfigurationError."""
        listed = await self._all({"To": self.sender, **_between(since, until)}, _received)
        return sorted(listed, key=lambda message: message.sent_at)

    async def states(self, since: datetime, until: datetime) -> dict[str, MessageState]:
        """What became of the messages that went out between two times, by sid. Raises ListTooLong,
        ServiceUnavailable, ConfigurationError."""
        listed = await self._all({"From": self.sender, **_between(since, until)}, _state)
        return {state.sid: state for state in listed}

    async def state(self, sid: str) -> MessageState | None:
        """What became of one message; None where Twilio does not know it. Raises ServiceUnavailable,
        ConfigurationError."""
        await _pause()
        found = await self._client.get(f"{self._messages}/{quote(sid, safe='')}.json", may_be_missing=True)
        return _state(found)

    async def files_of(self, sid: str) -> list[ReceivedFile]:
        """The files of a message; none where they were deleted since. Raises ServiceUnavailable,
        ConfigurationError."""
        await _pause()
        address = f"{self._messages}/{quote(sid, safe='')}/Media.json"
        found = await self._client.get(address, {"PageSize": MOST_FILES}, may_be_missing=True)
        if not found:
            return []
        files = (self._file(value) for value in _list_in(found, "media_list"))
        return [file for file in files if file is not None]

    @property
    def _messages(self) -> str:
        return self._client.messages.removesuffix(".json")

    async def _all(
        self, params: Mapping[str, str | int], read: Callable[[dict[str, Any]], T | None]
    ) -> list[T]:
        """Every page of a list, without what can't be read."""
        found: list[T] = []
        address, query = self._client.messages, {**params, "PageSize": PAGE}
        for _ in range(MOST_PAGES):
            page = await self._client.get(address, query)
            read_ones = (read(value) for value in _list_in(page, "messages"))
            found.extend(message for message in read_ones if message is not None)
            following = page.get("next_page_uri")
            if not isinstance(following, str) or not following.startswith("/"):
                return found
            address, query = following, {}
            await _pause()
        raise ListTooLong

    def _file(self, value: dict[str, Any]) -> ReceivedFile | None:
        uri, content_type = value.get("uri"), value.get("content_type")
        if not isinstance(uri, str) or not uri.startswith("/") or not isinstance(content_type, str):
            return None
        return ReceivedFile(self._client.api_url + uri.removesuffix(".json"), content_type)


def _between(since: datetime, until: datetime) -> dict[str, str]:
    """Twilio's filter by the time of sending: `DateSent>` and `DateSent<` with `=` include the bounds."""
    return {"DateSent>": _written(since), "DateSent<": _written(until)}


def _written(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _received(value: dict[str, Any]) -> ReceivedMessage | None:
    """A message that came in; None for others, and for one that tells too little to be answered."""
    if value.get("direction") != "inbound":
        return None
    sid, author, sent_at = value.get("sid"), value.get("from"), _sent_at(value)
    if not isinstance(sid, str) or not isinstance(author, str) or sent_at is None:
        logger.warning("Twilio lists a message without a sid, a sender or a time")
        return None
    user_ref, body, media = value.get("external_user_id"), value.get("body"), str(value.get("num_media") or 0)
    return ReceivedMessage(
        sid=sid,
        author=author,
        user_ref=user_ref if isinstance(user_ref, str) else None,
        body=body if isinstance(body, str) else "",
        media=int(media) if media.isascii() and media.isdigit() and len(media) < 4 else 0,
        sent_at=sent_at,
    )


def _sent_at(value: dict[str, Any]) -> datetime | None:
    for name in ("date_sent", "date_created"):
        written = value.get(name)
        if isinstance(written, str):
            try:
                time = parsedate_to_datetime(written)
            except ValueError:
                continue
            return time if time.tzinfo else time.replace(tzinfo=UTC)
    return None


def _state(value: dict[str, Any]) -> MessageState | None:
    sid, status, code = value.get("sid"), value.get("status"), value.get("error_code")
    if not isinstance(sid, str) or not isinstance(status, str):
        return None
    return MessageState(sid, status, code if isinstance(code, int) and code else None)


def _list_in(page: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Raises ServiceUnavailable where there is none."""
    values = page.get(name)
    if not isinstance(values, list):
        raise ServiceUnavailable("Twilio's answer is no list")
    return [value for value in values if isinstance(value, dict)]


async def _pause() -> None:
    await asyncio.sleep(PAUSE * random.uniform(1.0, 2.0))
