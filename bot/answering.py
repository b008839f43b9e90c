"""Working through the inbox: one transaction an update, its answers sent right after the commit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable
from datetime import UTC, datetime
from types import TracebackType

from sqlalchemy.ext.asyncio import AsyncSession

from bot.inline import InlineAnswers
from bot.parse import parse
from core.bootstrap import Services
from core.chat.inbox import mark_done, record_failure, take_next
from core.chat.messages import Happening, Incoming, InlinePick, InlineQuery
from core.chat.models import InboxItem
from core.db.session import DATABASE_ERRORS, is_connection_loss
from core.errors import ServiceUnavailable

logger = logging.getLogger(__name__)

TAKERS = 4
"""Updates of different chats that are worked on side by side."""
MOST_SENDING = 64
"""Chats that are sent to side by side."""
LAST_WORDS_SECONDS = 3.0
"""How long the end of the process waits for what is being sent."""


class Answering:
    """Any number of processes may answer: each chat's updates stay in order."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: dict[tuple[str, str], bool] = {}
        """Chats that are being sent to; True when there is more to say since."""
        self._slots = asyncio.Semaphore(MOST_SENDING)
        self._inline = InlineAnswers(services, self._start)

    async def __aenter__(self) -> Answering:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let what is being sent arrive, else nobody would know whether it did."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self.said_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def answer_all(self) -> None:
        """Until no update is left that can be worked on now."""
        await asyncio.gather(*(self._take_while_there_are() for _ in range(TAKERS)))

    async def said_all(self) -> None:
        """Until nothing is being sent any more; what is left when this is cancelled is cancelled too."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take_while_there_are(self) -> None:
        while await self.answer_one():
            pass

    async def answer_one(self) -> bool:
        """Work on one update; False when none waits."""
        item_id, received_at = None, datetime.now(UTC)
        happenings: list[Happening] = []
        try:
            async with self._services.database.transaction() as session:
                item = await take_next(session)
                if item is None:
                    return False
                item_id, received_at = item.id, item.received_at
                happenings = await parse(self._services, item)
                await self._work_on(session, item, happenings)
        except Exception as error:
            if item_id is None or isinstance(error, ServiceUnavailable) or is_connection_loss(error):
                raise
            logger.exception("an update could not be worked on")
            await self._failed(item_id, happenings, error)
        for happening in happenings:
            match happening:
                case Incoming(channel=channel, chat=chat):
                    self._say_pending(channel, chat)
                case InlineQuery():
                    self._inline.answer(happening, received_at)
        return True

    async def _work_on(self, session: AsyncSession, item: InboxItem, happenings: list[Happening]) -> None:
        for happening in happenings:
            match happening:
                case Incoming():
                    self._acknowledge(happening)
                    await self._services.conversation.take_turn(session, happening)
                case InlinePick():
                    await self._services.inline.picked(session, happening)
                case InlineQuery():  # nobody waits for it in a minute, and what people type is theirs
                    await session.delete(item)
                    return
        mark_done(item)

    async def _failed(self, item_id: int, happenings: list[Happening], error: Exception) -> None:
        """Try the update again a little later; the last time, say sorry."""
        async with self._services.database.transaction() as session:
            was_last = await record_failure(session, item_id, type(error).__name__)
            incoming = next((one for one in happenings if isinstance(one, Incoming)), None)
            if was_last and incoming is not None:
                await self._apologise(session, incoming)

    async def _apologise(self, session: AsyncSession, incoming: Incoming) -> None:
        """Where even that fails, the chat goes on without."""
        try:
            async with session.begin_nested():
                await self._services.conversation.apologise(session, incoming)
        except Exception as error:
            if is_connection_loss(error):
                raise
            logger.exception("nobody could be told")

    def _acknowledge(self, incoming: Incoming) -> None:
        """A tap is answered at once, whatever becomes of it."""
        if incoming.callback_ref is not None:
            channel = self._services.channels[incoming.channel]
            self._start(channel.acknowledge(incoming.callback_ref, None))

    def _say_pending(self, channel: str, chat: str) -> None:
        """Send what is to be said in a chat, one sender a chat."""
        if self._services.channels[channel].capabilities.collected:
            return
        key = (channel, chat)
        if key in self._sending:
            self._sending[key] = True
            return
        self._sending[key] = False
        self._start(self._send_to(key))

    async def _send_to(self, key: tuple[str, str]) -> None:
        try:
            async with self._slots:
                more = True
                while more:
                    self._sending[key] = False
                    await self._services.delivery.say_pending(*key)
                    more = self._sending[key]
        except DATABASE_ERRORS as error:
            logger.warning("sending was interrupted, the relay takes over: %s", type(error).__name__)
        finally:
            del self._sending[key]

    def _start(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            await work

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        with contextlib.suppress(asyncio.CancelledError):
            if (error := task.exception()) is not None:
                logger.error("answering failed", exc_info=error)
