"""Answers to people who type in chats of their own: at once or never, outside the order of any chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from core.bootstrap import Services
from core.chat.messages import InlineQuery

MOST_AT_ONCE = 16
PATIENCE = 8.0
"""Seconds after which an answer that has not been sent is worth nothing."""


class InlineAnswers:
    """`start` runs work beside everything else."""

    def __init__(self, services: Services, start: Callable[[Awaitable[None]], None]) -> None:
        self._services = services
        self._start = start
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._newest: dict[tuple[str, str], InlineQuery] = {}
        """By channel and person: who types on has no use for the answer to what they typed before."""

    def answer(self, query: InlineQuery, received_at: datetime) -> None:
        """Begin to answer, unless the question has waited too long already."""
        if datetime.now(UTC) - received_at > timedelta(seconds=PATIENCE):
            return
        self._newest[query.channel, query.person] = query
        self._start(self._answer(query))

    async def _answer(self, query: InlineQuery) -> None:
        key = (query.channel, query.person)
        try:
            async with asyncio.timeout(PATIENCE), self._slots:
                if self._newest.get(key) is query:
                    await self._services.inline.answer(query)
        except TimeoutError:
            return
        finally:
            if self._newest.get(key) is query:
                del self._newest[key]
