"""Small things that all workers see, each for a limited time: in Redis, or in the one process there is."""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable
from typing import Any, Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.errors import ServiceUnavailable


class ShelfAway(ServiceUnavailable):
    """What workers share can't be reached; what was ordered there is still known when it can."""


class Shelf(Protocol):
    """All methods raise ShelfAway while it can't be reached; `seconds` is how long a thing stays."""

    async def take(self, name: str, value: str, seconds: float) -> bool:
        """Lay a thing down where there is none; False where there is one."""

    async def put(self, name: str, value: str, seconds: float) -> None: ...

    async def get(self, name: str) -> str | None: ...

    async def drop(self, name: str) -> None: ...

    async def mark(self, group: str, member: str) -> None:
        """Say that a member is there, now."""

    async def unmark(self, group: str, member: str) -> None: ...

    async def marked(self, group: str, seconds: float) -> list[str]:
        """The members that were there within so many seconds, the latest ones first."""

    async def close(self) -> None: ...


class RedisShelf:
    """`prefix` keeps the things apart from those of others. Belongs to one event loop."""

    LONGEST_GROUP = 86_400
    """Seconds after which a group that nobody marks any more is gone."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix

    async def take(self, name: str, value: str, seconds: float) -> bool:
        taken = self._redis.set(self._prefix + name, value, nx=True, px=int(seconds * 1000))
        return bool(await _reached(taken))

    async def put(self, name: str, value: str, seconds: float) -> None:
        await _reached(self._redis.set(self._prefix + name, value, px=int(seconds * 1000)))

    async def get(self, name: str) -> str | None:
        found = await _reached(self._redis.get(self._prefix + name))
        return None if found is None else str(found.decode())

    async def drop(self, name: str) -> None:
        await _reached(self._redis.delete(self._prefix + name))

    async def mark(self, group: str, member: str) -> None:
        await _reached(self._redis.zadd(self._prefix + group, {member: time.time()}))
        await _reached(self._redis.expire(self._prefix + group, self.LONGEST_GROUP))

    async def unmark(self, group: str, member: str) -> None:
        await _reached(self._redis.zrem(self._prefix + group, member))

    async def marked(self, group: str, seconds: float) -> list[str]:
        name = self._prefix + group
        await _reached(self._redis.zremrangebyscore(name, "-inf", time.time() - seconds))
        members = await _reached(self._redis.zrevrange(name, 0, -1))
        return [member.decode() for member in members]

    async def close(self) -> None:
        await self._redis.aclose()


async def _reached(answer: Awaitable[Any] | Any) -> Any:
    """What Redis answers. Raises ShelfAway."""
    try:
        return await answer
    except (RedisError, OSError, TimeoutError) as error:
        raise ShelfAway(f"Redis does not answer ({type(error).__name__})") from None


class OwnShelf:
    """The same for the threads of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # held for a few steps at a time, none of which waits
        self._things: dict[str, tuple[str, float]] = {}
        self._groups: dict[str, dict[str, float]] = {}

    async def take(self, name: str, value: str, seconds: float) -> bool:
        now = time.monotonic()
        with self._lock:
            if name in self._things and self._things[name][1] > now:
                return False
            self._things[name] = (value, now + seconds)
            return True

    async def put(self, name: str, value: str, seconds: float) -> None:
        with self._lock:
            self._things[name] = (value, time.monotonic() + seconds)

    async def get(self, name: str) -> str | None:
        with self._lock:
            value, until = self._things.get(name, ("", 0.0))
        return value if until > time.monotonic() else None

    async def drop(self, name: str) -> None:
        with self._lock:
            self._things.pop(name, None)

    async def mark(self, group: str, member: str) -> None:
        with self._lock:
            self._groups.setdefault(group, {})[member] = time.monotonic()

    async def unmark(self, group: str, member: str) -> None:
        with self._lock:
            self._groups.get(group, {}).pop(member, None)

    async def marked(self, group: str, seconds: float) -> list[str]:
        since = time.monotonic() - seconds
        with self._lock:
            there = sorted(self._groups.get(group, {}).items(), key=lambda one: -one[1])
        return [member for member, seen in there if seen >= since]

    async def close(self) -> None:
        return None
