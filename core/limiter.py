"""Counting how often something is done.

All processes count together through Redis, and each alone while it is away.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from core.redis_url import parse_redis_url

logger = logging.getLogger(__name__)
T = TypeVar("T")

REDIS_SECONDS = 1.0
ASKED_BY_POOL = "async+redis://"
"""What the library wants to hear of an address; it takes our connections, which know it."""
REDIS_AGAIN_AFTER = 5.0
"""Seconds for which a Redis that failed is not asked."""


class Limiter:
    """`prefix` keeps its counters apart from those of others in Redis."""

    def __init__(self, redis_url: str | None, prefix: str) -> None:
        self._memory = MemoryStorage()
        self._alone = MovingWindowRateLimiter(self._memory)
        self._pool: ConnectionPool | None = None
        self._shared: MovingWindowRateLimiter | None = None
        self._ask_shared_at = 0.0
        if redis_url is not None:
            self._pool = parse_redis_url(redis_url).pool(
                socket_timeout=None,  # `_ask` sees to it; redis-py makes a task of every write for its own
                socket_connect_timeout=REDIS_SECONDS,
                retry=Retry(NoBackoff(), 0),
                max_connections=20,
            )
            storage = RedisStorage(
                ASKED_BY_POOL,
                implementation="redispy",
                key_prefix=prefix,
                connection_pool=self._pool,  # type: ignore[arg-type]
            )
            self._shared = MovingWindowRateLimiter(storage)

    async def hit(self, limit: RateLimitItem, key: str) -> bool:
        """Count once more; False where it is too often, which is not counted."""
        return await self._ask(lambda limiter: limiter.hit(limit, key))

    async def test(self, limit: RateLimitItem, key: str) -> bool:
        """Whether `hit` would say so now."""
        return await self._ask(lambda limiter: limiter.test(limit, key))

    async def seconds_left(self, limit: RateLimitItem, key: str) -> float:
        """How long until the oldest of what was counted counts no more."""
        window = await self._ask(lambda limiter: limiter.get_window_stats(limit, key))
        return max(0.0, window.reset_time - time.time())

    async def left(self, limit: RateLimitItem, key: str) -> int:
        """How often it may be done now."""
        window = await self._ask(lambda limiter: limiter.get_window_stats(limit, key))
        return window.remaining

    async def close(self) -> None:
        if self._memory.timer:  # the library's own clean-up ends before its event loop does
            await self._memory.timer
        if self._pool is not None:
            await self._pool.aclose()

    async def _ask(self, question: Callable[[MovingWindowRateLimiter], Awaitable[T]]) -> T:
        if self._shared is not None and time.monotonic() >= self._ask_shared_at:
            try:
                async with asyncio.timeout(REDIS_SECONDS):
                    return await question(self._shared)
            except (RedisError, OSError, TimeoutError) as error:
                logger.warning("Redis does not answer (%s): this process counts alone", type(error).__name__)
                self._ask_shared_at = time.monotonic() + REDIS_AGAIN_AFTER
        return await question(self._alone)
