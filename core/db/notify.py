"""Wake-up calls between processes: PostgreSQL's NOTIFY, sent at commit, with polling as the safety net.

A wake-up carries no data and may be lost: whoever is woken looks at the rows. LISTEN needs a direct
connection: through a pooler in transaction mode nothing would ever come. Where none is known, waiting simply
ends at the time limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from types import TracebackType

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.database_url import parse_database_url

logger = logging.getLogger(__name__)

INBOX = "melody_inbox"
"""A chat's update was stored."""
WORK = "melody_work"
"""There is something for the relay to dispatch."""
CONSOLE = "melody_console"
"""A delivery waits for a person's own client to collect it."""

RECONNECT_SECONDS = 2.0


async def notify(session: AsyncSession, channel: str) -> None:
    """Wake the listeners of the channel when this transaction commits."""
    await session.execute(select(func.pg_notify(channel, "")))


class Wakeups:
    """Listens on channels and turns their notifications into one event to wait for."""

    def __init__(self, database_url: str, *channels: str) -> None:
        self._address = parse_database_url(database_url)
        self._channels = channels
        self._event = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Wakeups:
        if self._address.direct_dsn is not None:
            self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def wake(self) -> None:
        """As if a notification had come."""
        self._event.set()

    async def wait(self, at_most: float) -> None:
        """Until a notification came since the last wait, or `at_most` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await self._event.wait()
        self._event.clear()

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_until_lost()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                logger.warning("no wake-ups from the database, polling instead: %s", type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_until_lost(self) -> None:
        lost = asyncio.Event()
        connection = await asyncpg.connect(**self._address.options(direct=True), timeout=5)
        try:
            connection.add_termination_listener(lambda *_: lost.set())
            for channel in self._channels:
                await connection.add_listener(channel, lambda *_: self._event.set())
            self._event.set()  # something may have come before we listened
            await lost.wait()
        finally:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await connection.close(timeout=1)
