"""Many who ask at the same time are answered together: one question at a time, for all who wait by then.

Under load the way to the database and back is shared by as many as come meanwhile; with nobody else there,
nobody waits. Unlike a cache it never tells what was true before somebody asked: a question that is under way
already is not joined.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from itertools import islice
from typing import Generic, TypeVar

MOST_AT_ONCE = 50

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Gathered(Generic[K, V]):
    """Belongs to one event loop. `ask` brings what there is of so many keys, within a time of its own."""

    def __init__(self, ask: Callable[[Collection[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask = ask
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """What there is under this key; None where nothing is. Raises what `ask` raises."""
        answer = self._waiting.get(key)
        if answer is None:
            answer = self._waiting[key] = asyncio.get_running_loop().create_future()
            if self._asking is None:
                # Its log lines belong to no single request.
                self._asking = asyncio.create_task(self._ask_on(), context=contextvars.Context())
        return await asyncio.shield(answer)  # one who goes away takes it from nobody else

    async def close(self) -> None:
        """Give up what is under way."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask_on(self) -> None:
        try:
            while self._waiting:
                asked = dict(islice(self._waiting.items(), MOST_AT_ONCE))
                for key in asked:
                    del self._waiting[key]
                await self._answer(asked)
        finally:
            self._asking = None
            for answer in self._waiting.values():
                answer.cancel()
            self._waiting.clear()

    async def _answer(self, asked: Mapping[K, asyncio.Future[V | None]]) -> None:
        try:
            found = await self._ask(asked.keys())
        except Exception as error:  # noqa: BLE001 (it goes to all who asked)
            for answer in asked.values():
                answer.set_exception(error)
                answer.exception()
        except asyncio.CancelledError:
            for answer in asked.values():
                answer.cancel()
            raise
        else:
            for key, answer in asked.items():
                answer.set_result(found.get(key))
