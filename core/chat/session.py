"""What a chat was about a moment ago: the lists that are on somebody's screen, most of them search results.

Buttons hold 64 bytes, so they carry a token and the search itself lies in Redis for a day. Losing it costs a
person typing the name again: nothing here raises when Redis is away.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
import time
import uuid
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.chat.actions import cancel_action, pick_action, playlist_action, redo_action
from core.chat.messages import Incoming

logger = logging.getLogger(__name__)
T = TypeVar("T")

KEPT_SECONDS = 24 * 3600
"""Buttons under results work as long as this."""
SPOKEN_OF_SECONDS = 3600
"""A typed number means a row of the last list as long as this."""
PATIENCE = 1.0
TOKEN_BYTES = 6


class Rows(StrEnum):
    """What the rows of a list are."""

    SONGS = "songs"
    MADE = "made"
    """Jobs, to have them once more."""
    IN_THE_MAKING = "in-the-making"
    """Jobs, to cancel them."""
    PLAYLISTS = "playlists"


@dataclass(frozen=True)
class Searched:
    """A list that a person was shown in a chat, mostly of a search, with the rows that they saw so far."""

    query: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    rows: Mapping[int, uuid.UUID] = field(default_factory=dict)
    """Songs, or what `are` says, by the numbers that stand before them."""
    next_offset: int | None = None
    """Where the page after the last one shown begins; None when there is none."""
    shelf: str | None = None
    """Of the person's library (core.library.shelves.Shelf), or one of their playlists, where it was looked
    through; None: all music."""
    are: Rows = Rows.SONGS

    @property
    def of_all_music(self) -> bool:
        """Whether it is a search that another spelling may find more with."""
        return self.shelf is None and self.are is Rows.SONGS

    def action(self, number: int) -> str | None:
        """What a button with this number does; None where no row has it."""
        row = self.rows.get(number)
        if row is None:
            return None
        match self.are:
            case Rows.SONGS:
                return pick_action(row, self.token if self.of_all_music else None)
            case Rows.MADE:
                return redo_action(row)
            case Rows.IN_THE_MAKING:
                return cancel_action(row)
            case Rows.PLAYLISTS:
                return playlist_action("show", row)

    def showing(
        self, song_ids: Sequence[uuid.UUID], offset: int, next_offset: int | None, *, counts_on: bool
    ) -> Searched:
        """The same search after one more page. `counts_on`: its numbers go on where those of the page before
        end; else each page begins with 1, and a number means a row of the last one."""
        first = offset + 1 if counts_on else 1
        rows = dict(enumerate(song_ids, start=first))
        return replace(self, rows={**self.rows, **rows} if counts_on else rows, next_offset=next_offset)


@dataclass(frozen=True)
class Card:
    """A song that was shown by itself."""

    song_id: uuid.UUID
    shown_at: datetime


class ChatSessions:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep_list(self, incoming: Incoming, are: Rows, ids: Sequence[uuid.UUID]) -> None:
        """Remember a list that was shown whole, numbered from 1, as the one that is spoken of."""
        await self.keep(incoming, Searched("", rows=dict(enumerate(ids, start=1)), are=are))

    async def keep(self, incoming: Incoming, searched: Searched) -> bool:
        """Remember the list, also as the one that is spoken of; False when that could not be done."""
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
        """The list that this person saw last in this chat."""
        token = await _patiently(self._redis.get(_key_of_last(incoming)))
        return None if token is None else await self.find(incoming, _text(token))

    async def keep_card(self, incoming: Incoming, song_id: uuid.UUID) -> None:
        """Remember the song whose card is shown to this person now: a word alone is about it."""
        value = json.dumps({"song": song_id.hex, "shown_at": time.time()})
        await _patiently(self._redis.set(_key_of_card(incoming), value, ex=SPOKEN_OF_SECONDS))

    async def card(self, incoming: Incoming) -> Card | None:
        """The card that this person saw last in this chat."""
        written = await _patiently(self._redis.get(_key_of_card(incoming)))
        return None if written is None else _card_from_json(written)


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


def _key_of_card(incoming: Incoming) -> str:
    return f"melody:card:{_hash(incoming.channel, incoming.chat, incoming.person)}"


def _hash(*names: str) -> str:
    """Some messengers name chats by phone numbers, which belong into no key; tokens come from outside."""
    return hashlib.sha256("\0".join(names).encode(errors="surrogatepass")).hexdigest()[:24]


def _to_json(searched: Searched) -> str:
    rows = {number: song_id.hex for number, song_id in searched.rows.items()}
    value = {"query": searched.query, "rows": rows, "next_offset": searched.next_offset}
    return json.dumps(value | {"shelf": searched.shelf, "are": searched.are})


def _card_from_json(written: bytes | str) -> Card | None:
    """None for what another version wrote."""
    try:
        value = json.loads(written)
        return Card(uuid.UUID(value["song"]), datetime.fromtimestamp(value["shown_at"], UTC))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        return None


def _text(value: bytes | str) -> str:
    """What Redis hands out, whichever way its client is set."""
    return value if isinstance(value, str) else value.decode(errors="replace")


def _from_json(token: str, written: bytes | str) -> Searched | None:
    """None for what another version wrote."""
    try:
        value: dict[str, Any] = json.loads(written)
        rows = {int(number): uuid.UUID(song_id) for number, song_id in value["rows"].items()}
        are = Rows(value.get("are", Rows.SONGS))
        return Searched(value["query"], token, rows, value["next_offset"], value.get("shelf"), are)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
