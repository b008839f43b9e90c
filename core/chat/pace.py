"""How often a person may do something in a chat."""

from __future__ import annotations

import uuid

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from core.limiter import Limiter

WRONG_CODES = RateLimitItemPerMinute(5, 10, namespace="wrong-codes")
"""Five in ten minutes: a limit on guessing, which the operator's scale does not move."""
REMINDERS = RateLimitItemPerMinute(1, namespace="reminders")
OLD_MESSAGES = RateLimitItemPerHour(1, namespace="old-messages")
ALBUMS = RateLimitItemPerMinute(1, namespace="albums")
MESSAGES_A_MINUTE = 30


class Pace:
    def __init__(self, redis_url: str | None, scale: float = 1.0) -> None:
        self.messages = RateLimitItemPerMinute(max(1, round(MESSAGES_A_MINUTE * scale)), namespace="messages")
        self._limiter = Limiter(redis_url, "melody:pace")

    async def take_message(self, identity_id: uuid.UUID, album: str | None) -> bool:
        """Count one more message; False where it is too often. The files of one album are one message: those
        after the first that was let in count no more."""
        if album is None:
            return await self.take(self.messages, identity_id)
        key = f"{identity_id.hex}:{album}"
        if not await self._limiter.test(ALBUMS, key):
            return True
        return await self.take(self.messages, identity_id) and await self._limiter.hit(ALBUMS, key)

    async def take(self, limit: RateLimitItem, identity_id: uuid.UUID) -> bool:
        """Count once more; False where it is too often, which is not counted."""
        return await self._limiter.hit(limit, identity_id.hex)

    async def allows(self, limit: RateLimitItem, identity_id: uuid.UUID) -> bool:
        """Whether `take` would say so now."""
        return await self._limiter.test(limit, identity_id.hex)

    async def close(self) -> None:
        await self._limiter.close()
