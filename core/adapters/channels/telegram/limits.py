"""Telegram's flood limits, kept by all processes of a bot together.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 messages a second
overall, one a second in a private chat with a short burst tolerated, 20 a minute in a group; edits count.
When Telegram still says "too many", that chat pauses in every process; when it says so for a second chat
meanwhile, the whole bot does.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from core.limiter import ASKED_BY_POOL
from core.redis_url import parse_redis_url

log = logging.getLogger(__name__)
T = TypeVar("T")

REDIS_TIMEOUT = 1.0
REDIS_AGAIN_AFTER = 5.0
"""Seconds for which a Redis that failed is not asked."""
JITTER = 0.25
"""Waits are up to this part longer, so that processes do not wake together."""
EVERYONE = "everyone"


class FloodGate:
    """Lets one message through at a time, as fast as the limits allow."""

    def __init__(self, redis_url: str | None, namespace: str, scale: float = 1.0) -> None:
        self._private = RateLimitItemPerSecond(_scaled(3, scale), 3)
        self._group = RateLimitItemPerMinute(_scaled(20, scale))
        self._overall = RateLimitItemPerSecond(_scaled(30, scale))
        self._alone = _Alone()
        self._shared = None if redis_url is None else _Shared(redis_url, namespace)
        self._ask_shared_at = 0.0

    async def wait(self, chat: str, patience: float) -> float | None:
        """Wait for a turn in `chat` for up to `patience` seconds.

        None when the turn has come, else the seconds after which it would: come back then.
        """
        deadline = time.monotonic() + patience
        steps: tuple[Callable[[_Book], Awaitable[float]], ...] = (
            lambda book: book.paused(chat),
            lambda book: book.take(self._group if chat.startswith("-") else self._private, chat),
            lambda book: book.take(self._overall, EVERYONE),
            lambda book: book.paused(chat),
        )
        for step in steps:
            while (seconds := await self._ask(step)) > 0:
                seconds *= random.uniform(1.0, 1.0 + JITTER)
                if time.monotonic() + seconds > deadline:
                    return seconds
                await asyncio.sleep(seconds)
        return None

    async def pause(self, chat: str, seconds: float) -> None:
        """Telegram asks to wait: let nobody write there, or anywhere when it has just asked elsewhere too."""
        await self._ask(lambda book: book.pause(chat, seconds))

    async def close(self) -> None:
        await self._alone.close()
        if self._shared:
            await self._shared.close()

    async def _ask(self, question: Callable[[_Book], Awaitable[T]]) -> T:
        if self._shared and time.monotonic() >= self._ask_shared_at:
            try:
                answer = await question(self._shared)
            except (RedisError, OSError, TimeoutError) as error:
                if not self._ask_shared_at:
                    log.warning(
                        "Redis does not answer (%s): each process keeps Telegram's limits alone",
                        type(error).__name__,
                    )
                self._ask_shared_at = time.monotonic() + REDIS_AGAIN_AFTER
            else:
                if self._ask_shared_at:
                    log.info("Redis answers again: Telegram's limits are shared")
                    self._ask_shared_at = 0.0
                return answer
        return await question(self._alone)


class _Book(Protocol):
    """Where turns and pauses are written down. All answers are seconds to wait, 0 for none."""

    async def take(self, limit: RateLimitItem, key: str) -> float:
        """Take a turn if there is one, else say when to ask again."""

    async def paused(self, chat: str) -> float: ...

    async def pause(self, chat: str, seconds: float) -> None: ...

    async def close(self) -> None: ...


class _Windows:
    """The turns, as moving windows of the `limits` library."""

    def __init__(self, storage: Storage) -> None:
        self._limiter = MovingWindowRateLimiter(storage)

    async def take(self, limit: RateLimitItem, key: str) -> float:
        if await self._limiter.hit(limit, key):
            return 0.0
        reset_at, _ = await self._limiter.get_window_stats(limit, key)
        return max(0.02, reset_at - time.time())


class _Alone(_Windows):
    """In this process's memory."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        super().__init__(self._storage)
        self._pauses: dict[str, float] = {}
        """Chat to the time.monotonic of its end."""

    async def paused(self, chat: str) -> float:
        now = time.monotonic()
        return max(0.0, self._pauses.get(chat, now) - now, self._pauses.get(EVERYONE, now) - now)

    async def pause(self, chat: str, seconds: float) -> None:
        now = time.monotonic()
        self._pauses = {paused: end for paused, end in self._pauses.items() if end > now}
        if any(paused not in {chat, EVERYONE} for paused in self._pauses):
            self._pauses[EVERYONE] = now + seconds
        self._pauses[chat] = now + seconds

    async def close(self) -> None:
        """Let the library's own clean-up end before its event loop does."""
        if self._storage.timer:
            await self._storage.timer


class _Shared(_Windows):
    """In Redis, for all processes."""

    def __init__(self, url: str, namespace: str) -> None:
        self._pool = parse_redis_url(url).pool(
            socket_timeout=REDIS_TIMEOUT,
            socket_connect_timeout=REDIS_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
            max_connections=50,
        )
        self._redis = Redis(connection_pool=self._pool)
        self._namespace = namespace
        super().__init__(
            RedisStorage(
                ASKED_BY_POOL,
                implementation="redispy",
                key_prefix=namespace,
                connection_pool=self._pool,  # type: ignore[arg-type]
            )
        )

    async def paused(self, chat: str) -> float:
        async with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.pttl(self._key(chat))
            pipeline.pttl(self._key(EVERYONE))
            milliseconds: list[int] = await pipeline.execute()
        return max(0, *milliseconds) / 1000

    async def pause(self, chat: str, seconds: float) -> None:
        milliseconds = max(1, round(seconds * 1000))
        await self._redis.set(self._key(chat), "", px=milliseconds)
        newest = f"{self._namespace}:newest-pause"
        before = await self._redis.set(newest, chat, px=milliseconds, get=True)
        if before is not None and before != chat.encode():
            await self._redis.set(self._key(EVERYONE), "", px=milliseconds)

    async def close(self) -> None:
        await self._redis.aclose()
        await self._pool.aclose()

    def _key(self, chat: str) -> str:
        return f"{self._namespace}:pause:{chat}"


def _scaled(amount: int, scale: float) -> int:
    return max(1, round(amount * scale))
