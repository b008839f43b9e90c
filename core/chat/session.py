"""What a chat was about a moment ago: the searches whose results are on somebody's screen.

Buttons hold 64 bytes, so they carry a token and the search itself lies in Redis for a day. Losing it costs a
person typing the name again: nothing here raises when Redis is away.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
import uuid
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.chat.messages import Incoming

logger = logging.getLogger(__name__)
T = TypeVar("T")

KEPT_SECONDS = 24 * 3600
"""Buttons under results work as long as this."""
SPOKEN_OF_SECONDS = 3600
"""A typed number means a row of the last results as long as this."""
PATIENCE = 1.0
TOKEN_BYTES = 6


@dataclass(frozen=True)
class Searched:
    """A search of one person in one chat, with the rows that they were shown so far."""

    query: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    rows: Mapping[int, uuid.UUID] = field(default_factory=dict)
    """The songs by the numbers that stand before them."""
    next_offset: int | None = None
    """Where the page after the last one shown begins; None when there is none."""
    shelf: str | None = None
    """Of the person's library (core.library.shelves.Shelf), or one of their playlists, where it was looked
    through; None: all music."""

    def showing(
        self, song_ids: Sequence[uuid.UUID], offset: int, next_offset: int | None, *, counts_on: bool
    ) -> Searched:
        """The same search after one more page. `counts_on`: its numbers go on where those of the page before
        end; else each page begins with 1, and a number means a row of the last one."""
        first = offset + 1 if counts_on else 1
        rows = dict(enumerate(song_ids, start=first))
        return replace(self, rows={**self.rows, **rows} if counts_on else rows, next_offset=next_offset)


class ChatSessions:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep(self, incoming: Incoming, searched: Searched) -> bool:
        """Remember the search, also as the one that is spoken of; False when that could not be done."""
        key = _key_of_token(incoming, searched.token)

        async def write() -> bool:
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.set(key, _to_json(searched), ex=KEPT_SECONDS)
                pipeline.set(_key_of_last(incoming), searched.token, ex=SPOKEN_OF_SECONDS)
                await pipeline.execute()
            return True

        return await _patiently(write()) or False

    async def find(self, incoming: Incoming, token: str) -> Searched | None:
        """The search that a button of this chat belongs to; None when nobody remembers it."""
        written = await _patiently(self._redis.get(_key_of_token(incoming, token)))
        return None if written is None else _from_json(token, written)

    async def last(self, incoming: Incoming) -> Searched | None:
        """The search that this person spoke of last in this chat."""
        token = await _patiently(self._redis.get(_key_of_last(incoming)))
        return None if token is None else await self.find(incoming, _text(token))


async def _patiently(call: Awaitable[T]) -> T | None:
    """The call's result; None when Redis does not answer."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await call
    except (RedisError, OSError, TimeoutError) as error:
        logger.warning("what a chat was about is not at hand: %s", type(error).__name__)
        return None


def _key_of_token(incoming: Incoming, token: str) -> str:
    return f"melody:search:{_hash(incoming.channel, incoming.chat)}:{_hash(token)}"


def _key_of_last(incoming: Incoming) -> str:
    return f"melody:search:{_hash(incoming.channel, incoming.chat, incoming.person)}:last"


def _hash(*names: str) -> str:
    """Some messengers name chats by phone numbers, which belong into no key; tokens come from outside."""
    return hashlib.sha256("\0".join(names).encode(errors="surrogatepass")).hexdigest()[:24]


def _to_json(searched: Searched) -> str:
    rows = {number: song_id.hex for number, song_id in searched.rows.items()}
    value = {"query": searched.query, "rows": rows, "next_offset": searched.next_offset}
    return json.dumps(value | {"shelf": searched.shelf})


def _text(value: bytes | str) -> str:
    """What Redis hands out, whichever way its client is set."""
    return value if isinstance(value, str) else value.decode(errors="replace")


def _from_json(token: str, written: bytes | str) -> Searched | None:
    """None for what another version wrote."""
    try:
        value: dict[str, Any] = json.loads(written)
        rows = {int(number): uuid.UUID(song_id) for number, song_id in value["rows"].items()}
        return Searched(value["query"], token, rows, value["next_offset"], value.get("shelf"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
