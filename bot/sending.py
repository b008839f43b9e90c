"""Sending answers right after they were written: one sender a chat, many chats side by side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from core.db.session import DATABASE_ERRORS
from core.delivery.claimed import Claimed
from core.delivery.service import DeliveryService

logger = logging.getLogger(__name__)

MARGIN = 8
"""Answers that may be on their way to being written while others fill the room."""


class Sending:
    def __init__(
        self, delivery: DeliveryService, most: int, start: Callable[[Awaitable[None]], None]
    ) -> None:
        """`most` chats are sent to at once; `start` runs the work."""
        self._delivery = delivery
        self._most = most
        self._start = start
        self._slots = asyncio.Semaphore(most)
        self._to_say: dict[tuple[str, str], list[Claimed | None]] = {}
        """Chats with a sender, and what each goes on with; None: whatever waits there."""

    @property
    def has_room(self) -> bool:
        """Whether an answer that is claimed now will be sent without waiting: its lease runs."""
        return len(self._to_say) < self._most - MARGIN

    def say(self, channel: str, chat: str, claimed: Claimed | None) -> None:
        """Send what was claimed, then what else is to be said in the chat."""
        key = (channel, chat)
        if key in self._to_say:
            self._to_say[key].append(claimed)
            return
        self._to_say[key] = [claimed]
        self._start(self._send_to(key))

    async def _send_to(self, key: tuple[str, str]) -> None:
        try:
            async with self._slots:
                while self._to_say[key]:
                    claimed = self._to_say[key].pop(0)
                    if claimed is not None:
                        await self._delivery.say(claimed)
                    else:
                        await self._delivery.say_pending(*key)
        except DATABASE_ERRORS as error:
            logger.warning("sending was interrupted, the relay takes over: %s", type(error).__name__)
        finally:
            for left in self._to_say.pop(key):
                if left is not None:
                    self._start(self._delivery.let_go(left))
