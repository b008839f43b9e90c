"""Which kinds of process are alive: each sets a key in Redis again and again; the key outlives it briefly."""

from __future__ import annotations

import asyncio
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

BEAT_SECONDS = 3.0
ALIVE_SECONDS = 10
ROLES = ("bot", "worker", "courier", "relay")


def key_of(role: str) -> str:
    return f"melody:alive:{role}"


class Liveness:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def alive(self, role: str) -> bool:
        """Whether a process of this role gave a sign of life lately. Raises RedisError."""
        return bool(await self._redis.exists(key_of(role)))

    async def beat(self, role: str) -> None:
        """Give one sign of life; a Redis that is away is no reason to stop working."""
        try:
            async with asyncio.timeout(BEAT_SECONDS):
                await self._redis.set(key_of(role), "1", ex=ALIVE_SECONDS)
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("no sign of life could be given: %s", type(error).__name__)

    async def keep_beating(self, role: str) -> None:
        """Give signs of life until cancelled."""
        while True:
            await self.beat(role)
            await asyncio.sleep(BEAT_SECONDS)
