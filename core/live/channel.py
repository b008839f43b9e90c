"""From whoever changes something to every process that holds open screens: one channel of Redis.

One message names everybody whom a transaction concerns, and each process picks out its own people. A channel
a person would mean thousands of subscriptions that come and go with every socket, and thousands of messages
when many wait for one song.

While Redis is away nothing is told; the listeners look at the rows by themselves now and then, and at all of
them once Redis is back.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from core.db.changes import Change, Changes
from core.redis_url import parse_redis_url

logger = logging.getLogger(__name__)

CHANNEL = "melody:live"
TELL_SECONDS = 0.5
AGAIN_AFTER = 5.0
"""Seconds for which a Redis that failed is not told anything: nobody's transaction is to wait for it."""
CONNECT_SECONDS = 3.0
HEALTH_SECONDS = 10
"""How often a subscription on which nothing happens is looked after."""
MOST_CONNECTIONS = 20


class LiveChannel:
    """Belongs to one event loop. Without a URL it tells nobody."""

    def __init__(self, redis_url: str | None) -> None:
        self._url = redis_url
        self._redis: Redis | None = None
        self._again_at = 0.0

    async def tell(self, changes: Changes) -> None:
        """Tell all processes what has changed; in vain while Redis is away."""
        if self._url is None or time.monotonic() < self._again_at:
            return
        if self._redis is None:
            self._redis = parse_redis_url(self._url).client(
                socket_timeout=TELL_SECONDS,
                socket_connect_timeout=TELL_SECONDS,
                retry=Retry(NoBackoff(), 0),
                max_connections=MOST_CONNECTIONS,
            )
        try:
            await self._redis.publish(CHANNEL, to_text(changes))
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("open screens hear nothing of a change: %s", type(error).__name__)
            self._again_at = time.monotonic() + AGAIN_AFTER

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Listener]:
        """Hear of everything that is told from now on. Raises RedisError, OSError."""
        assert self._url is not None, "who listens has a Redis"
        redis = parse_redis_url(self._url).client(
            socket_connect_timeout=CONNECT_SECONDS,
            health_check_interval=HEALTH_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        async with redis, redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe(CHANNEL)
            yield Listener(pubsub)

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()


class Listener:
    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub

    async def next(self, at_most: float) -> Changes | None:
        """The next changes; None where none came for `at_most` seconds. Raises RedisError, OSError."""
        message = await self._pubsub.get_message(timeout=at_most)
        return None if message is None else from_text(message["data"])


def to_text(changes: Changes) -> str:
    people = {change: [user_id.hex for user_id in users] for change, users in changes.people.items()}
    progress = {rendition_id.hex: percent for rendition_id, percent in changes.progress.items()}
    return json.dumps({"people": people, "progress": progress})


def from_text(text: str | bytes) -> Changes:
    """The inverse; what a newer version tells of and this one does not know is left out."""
    told = json.loads(text)
    known = {change.value for change in Change}
    people = {
        Change(change): {uuid.UUID(user_id) for user_id in users}
        for change, users in told["people"].items()
        if change in known
    }
    return Changes(people, {uuid.UUID(row): percent for row, percent in told["progress"].items()})
