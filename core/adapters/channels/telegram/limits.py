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
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from core.redis_url import parse_redis_url

log = logging.getLogger(__name__)
T = TypeVar("T")

REDIS_TIMEOUT = 1.0
REDIS_AGAIN_AFTER = 5.0
"""Seconds for which a Redis that failed is not asked."""
JITTER = 0.25
"""Waits are up to this part longer, so that processes do not wake together."""
SOONEST = 0.02
"""Seconds after which to ask again, at the least."""
EVERYONE = "everyone"
TAKE_TURN = """
-- KEYS: the pauses of the chat and of everyone, the turns taken in the chat and by all, the newest first.
-- ARGV: of either window how many turns it has, and its length in milliseconds.
-- Takes a turn in both and returns 0, or takes none and returns the milliseconds until there may be one.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = math.max(0, redis.call('PTTL', KEYS[1]), redis.call('PTTL', KEYS[2]))
for window = 0, 1 do
  local amount, length = tonumber(ARGV[2 * window + 1]), tonumber(ARGV[2 * window + 2])
  local oldest = redis.call('LINDEX', KEYS[3 + window], amount - 1)
  if oldest then wait = math.max(wait, oldest + length - now) end
end
if wait > 0 then return wait end
for window = 0, 1 do
  redis.call('LPUSH', KEYS[3 + window], now)
  redis.call('LTRIM', KEYS[3 + window], 0, ARGV[2 * window + 1] - 1)
  redis.call('PEXPIRE', KEYS[3 + window], ARGV[2 * window + 2])
end
return 0
"""


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
        own = self._group if chat.startswith("-") else self._private
        while (seconds := await self._ask(lambda book: book.turn(chat, own, self._overall))) > 0:
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
                async with asyncio.timeout(REDIS_TIMEOUT):
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

    async def turn(self, chat: str, own: RateLimitItem, overall: RateLimitItem) -> float:
        """Take a turn in the chat and among all if there is one in both, else say when to ask again."""

    async def pause(self, chat: str, seconds: float) -> None: ...

    async def close(self) -> None: ...


class _Alone:
    """In this process's memory; the turns as moving windows of the `limits` library."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._windows = MovingWindowRateLimiter(self._storage)
        self._one_by_one = asyncio.Lock()
        self._pauses: dict[str, float] = {}
        """Chat to the time.monotonic of its end."""

    async def turn(self, chat: str, own: RateLimitItem, overall: RateLimitItem) -> float:
        now = time.monotonic()
        paused = max(self._pauses.get(chat, now), self._pauses.get(EVERYONE, now)) - now
        if paused > 0:
            return paused
        windows = ((own, chat), (overall, EVERYONE))
        async with self._one_by_one:
            for limit, key in windows:
                if not await self._windows.test(limit, key):
                    reset_at, _ = await self._windows.get_window_stats(limit, key)
                    return max(SOONEST, reset_at - time.time())
            for limit, key in windows:
                await self._windows.hit(limit, key)
        return 0.0

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


class _Shared:
    """In Redis, for all processes: one question a turn, since there is one for every message."""

    def __init__(self, url: str, namespace: str) -> None:
        self._pool = parse_redis_url(url).pool(
            socket_timeout=None,  # the gate sees to it; redis-py makes a task of every write for its own
            socket_connect_timeout=REDIS_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
            max_connections=50,
        )
        self._redis = Redis(connection_pool=self._pool)
        self._take_turn = self._redis.register_script(TAKE_TURN)
        self._namespace = namespace

    async def turn(self, chat: str, own: RateLimitItem, overall: RateLimitItem) -> float:
        pauses = (self._key(chat), self._key(EVERYONE))
        windows = (f"{self._namespace}:turns:{chat}", f"{self._namespace}:turns:{EVERYONE}")
        limits = [number for one in (own, overall) for number in (one.amount, 1000 * one.get_expiry())]
        milliseconds: int = await self._take_turn(keys=[*pauses, *windows], args=limits)
        return milliseconds / 1000

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
