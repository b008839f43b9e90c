"""How often a person may do something.

All processes count together through Redis, and each alone while it is away.
"""

from __future__ import annotations

import logging
import time
import uuid
from typing import TypeVar

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
T = TypeVar("T")

WRONG_CODES = RateLimitItemPerMinute(5, 10, namespace="wrong-codes")
"""Five in ten minutes: a limit on guessing, which the operator's scale does not move."""
REMINDERS = RateLimitItemPerMinute(1, namespace="reminders")
OLD_MESSAGES = RateLimitItemPerHour(1, namespace="old-messages")
MESSAGES_A_MINUTE = 30
REDIS_SECONDS = 1.0
REDIS_AGAIN_AFTER = 5.0
"""Seconds for which a Redis that failed is not asked."""


class Pace:
    def __init__(self, redis_url: str | None, scale: float = 1.0) -> None:
        self.messages = RateLimitItemPerMinute(max(1, round(MESSAGES_A_MINUTE * scale)), namespace="messages")
        self._memory = MemoryStorage()
        self._alone = MovingWindowRateLimiter(self._memory)
        self._pool: ConnectionPool | None = None
        self._shared: MovingWindowRateLimiter | None = None
        self._ask_shared_at = 0.0
        if redis_url is not None:
            self._pool = ConnectionPool.from_url(
                redis_url,
                socket_timeout=REDIS_SECONDS,
                socket_connect_timeout=REDIS_SECONDS,
                retry=Retry(NoBackoff(), 0),
                max_connections=20,
            )
            storage = RedisStorage(
                f"async+{redis_url}",
                implementation="redispy",
                key_prefix="melody:pace",
                connection_pool=self._pool,  # type: ignore[arg-type]
            )
            self._shared = MovingWindowRateLimiter(storage)

    async def take(self, limit: RateLimitItem, identity_id: uuid.UUID) -> bool:
        """Count once more; False where it is too often, which is not counted."""
        return await self._ask(limit, identity_id, counts=True)

    async def allows(self, limit: RateLimitItem, identity_id: uuid.UUID) -> bool:
        """Whether `take` would say so now."""
        return await self._ask(limit, identity_id, counts=False)

    async def close(self) -> None:
        if self._memory.timer:  # the library's own clean-up ends before its event loop does
            await self._memory.timer
        if self._pool is not None:
            await self._pool.aclose()

    async def _ask(self, limit: RateLimitItem, identity_id: uuid.UUID, *, counts: bool) -> bool:
        if self._shared is not None and time.monotonic() >= self._ask_shared_at:
            try:
                return await _count(self._shared, limit, identity_id, counts=counts)
            except (RedisError, OSError, TimeoutError) as error:
                logger.warning("Redis does not answer (%s): this process counts alone", type(error).__name__)
                self._ask_shared_at = time.monotonic() + REDIS_AGAIN_AFTER
        return await _count(self._alone, limit, identity_id, counts=counts)


async def _count(
    limiter: MovingWindowRateLimiter, limit: RateLimitItem, identity_id: uuid.UUID, *, counts: bool
) -> bool:
    ask = limiter.hit if counts else limiter.test
    return await ask(limit, identity_id.hex)
