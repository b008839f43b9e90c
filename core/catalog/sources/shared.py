"""What the processes share in Redis. A Redis that is away costs a moment and breaks nothing: every caller
knows how to do without."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 0.25
"""Seconds that one question to Redis may take: it is on the way of an answer that people wait for."""
PAUSE = 2.0
"""Seconds without asking after Redis did not answer."""

_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
UNLOCKED = ""
"""The token of a lock where there is no Redis to hold it."""


class Away(Exception):
    """Redis does not answer."""


class Shared:
    """Redis with short patience."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._pause_until = 0.0

    async def ask(self, question: Callable[[Redis], Awaitable[T]]) -> T:
        """The answer. Raises Away."""
        if time.monotonic() < self._pause_until:
            raise Away
        try:
            async with asyncio.timeout(PATIENCE):
                return await question(self._redis)
        except (RedisError, OSError, TimeoutError) as error:
            self._pause_until = time.monotonic() + PAUSE
            logger.warning("redis is away: %s", type(error).__name__)
            raise Away from None


@dataclass(frozen=True)
class Kept:
    """A value from the cache; `fresh` says whether it may be served without asking anew."""

    value: Any
    fresh: bool


def temperature(kept: Kept | None) -> str:
    """How metrics call what the cache had."""
    return "miss" if kept is None else "hit" if kept.fresh else "stale"


class Cache:
    """JSON values that go stale before they go away (stale-while-revalidate: RFC 5861), and locks."""

    def __init__(self, shared: Shared, prefix: str) -> None:
        self._shared = shared
        self._prefix = prefix

    async def get(self, key: str) -> Kept | None:
        try:
            raw = await self._shared.ask(lambda redis: redis.get(self._prefix + key))
        except Away:
            return None
        if raw is None:
            return None
        entry = json.loads(raw)
        return Kept(entry["value"], time.time() < entry["fresh_until"])

    async def put(self, key: str, value: Any, *, fresh: float, keep: float) -> None:
        """Keep a value: fresh for so many seconds, stale until `keep` seconds have passed."""
        raw = json.dumps({"fresh_until": time.time() + fresh, "value": value}, ensure_ascii=False)
        try:
            await self._shared.ask(lambda redis: redis.set(self._prefix + key, raw, px=int(keep * 1000)))
        except Away:
            return

    async def lock(self, key: str, seconds: float) -> str | None:
        """A token when nobody else holds the lock; it opens by itself after so many seconds."""
        token = uuid.uuid4().hex
        name = f"{self._prefix}{key}:lock"
        try:
            taken = await self._shared.ask(
                lambda redis: redis.set(name, token, nx=True, px=int(seconds * 1000))
            )
        except Away:
            return UNLOCKED
        return token if taken else None

    async def unlock(self, key: str, token: str) -> None:
        if token == UNLOCKED:
            return
        name = f"{self._prefix}{key}:lock"
        try:
            await self._shared.ask(lambda redis: redis.eval(_UNLOCK, 1, name, token))
        except Away:
            return  # it opens by itself
