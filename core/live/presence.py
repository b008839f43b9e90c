"""Who has a screen of ours open, known to all processes through Redis.

A process that holds sockets of a person says so again and again; what it said outlives it briefly. A key a
person, in it the processes, each with the Unix time until which its word counts.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection

from redis.asyncio import Redis

PRESENT_SECONDS = 30.0
SAY_EVERY = 10.0
BATCH = 100
"""People in one round trip: of more at once, others would notice."""


def _key(user_id: uuid.UUID) -> str:
    return f"melody:present:{user_id}"


class Presence:
    """All methods raise RedisError, OSError."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._process = uuid.uuid4().hex

    async def say(self, user_ids: Collection[uuid.UUID]) -> None:
        """These people have a screen open at this process."""
        people = list(user_ids)
        until = time.time() + PRESENT_SECONDS
        for start in range(0, len(people), BATCH):
            async with self._redis.pipeline(transaction=False) as batch:
                for user_id in people[start : start + BATCH]:
                    batch.zadd(_key(user_id), {self._process: until})
                    batch.expire(_key(user_id), int(PRESENT_SECONDS))
                await batch.execute()

    async def unsay(self, user_id: uuid.UUID) -> None:
        """This person has none open here any more."""
        await self._redis.zrem(_key(user_id), self._process)

    async def is_there(self, user_id: uuid.UUID) -> bool:
        """Whether the person has a screen open anywhere."""
        return bool(await self._redis.zcount(_key(user_id), time.time(), "+inf"))
