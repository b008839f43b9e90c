"""Working through the inbox: one transaction an update, its answers sent right after the commit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from functools import partial
from types import TracebackType

from sqlalchemy.ext.asyncio import AsyncSession

from bot.ahead import Ahead
from bot.inline import InlineAnswers
from bot.parse import parse
from bot.sending import Sending
from core import tracing
from core.bootstrap import Services
from core.chat.inbox import forget_update, record_failure, take
from core.chat.messages import Happening, Incoming, InlinePick, InlineQuery
from core.chat.models import InboxItem
from core.db.session import is_connection_loss
from core.delivery.claimed import Claimed
from core.errors import ServiceUnavailable
from core.tracing import Kind

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 6
"""Updates of different chats that are worked on at once."""
MOST_SENDING = 64
"""Chats that are sent to at once."""
LAST_WORDS_SECONDS = 3.0
"""How long the end of the process waits for what is being worked on and sent."""


class Answering:
    """Any number of processes may answer: each chat's updates stay in order."""

    def __init__(self, services: Services, *, has_room: Callable[[], None] | None = None) -> None:
        """`has_room` is told whenever work on an update ended: then there may be more to take up.

        Of what turned out to be somebody else's it is not told: they look themselves when they are done.
        """
        self._services = services
        self._has_room = has_room
        self._ahead = Ahead(services.database.reading)
        self._working: dict[int, asyncio.Task[bool]] = {}
        """Updates that are being worked on, by their ids; whether they were ours to work on."""
        self._trouble: BaseException | None = None
        self._sending = Sending(services.delivery, MOST_SENDING, self._start)
        self._tasks: set[asyncio.Task[None]] = set()
        self._inline = InlineAnswers(services, self._start)

    async def __aenter__(self) -> Answering:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let what is being said arrive, else nobody would know whether it did."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await asyncio.gather(*self._working.values(), return_exceptions=True)
                await self.said_all()
        left = [*self._working.values(), *self._tasks]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def take_up(self) -> None:
        """Begin with the oldest update of each chat, as many as there is room for; they end by themselves.

        Raises what ended such work, where the database or a service was away.
        """
        trouble, self._trouble = self._trouble, None
        if trouble is not None:
            raise trouble
        while (room := SIDE_BY_SIDE - len(self._working)) > 0:
            found = await self._ahead.next(self._working, room)
            for item_id in found:
                task = asyncio.create_task(self._answer(item_id))
                self._working[item_id] = task
                task.add_done_callback(partial(self._ended, item_id))
            if not found:
                return

    async def answer_all(self) -> None:
        """Until no update is left that can be worked on now. Raises as `take_up`."""
        await self.take_up()
        while self._working:
            await asyncio.wait(self._working.values(), return_when=asyncio.FIRST_COMPLETED)
            await self.take_up()

    async def said_all(self) -> None:
        """Until nothing is being sent any more; what is left when this is cancelled is cancelled too."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, item_id: int, task: asyncio.Task[bool]) -> None:
        del self._working[item_id]
        was_elsewhere = False
        if not task.cancelled():
            self._trouble = task.exception() or self._trouble
            was_elsewhere = task.exception() is None and not task.result()
        if was_elsewhere:
            self._ahead.is_elsewhere(item_id)
            if not self._ahead.has_more:
                return
        if self._has_room is not None:
            self._has_room()

    async def _answer(self, item_id: int) -> bool:
        """Work on one update; False, and nothing happened, where somebody else does."""
        with ExitStack() as span:  # begun when the update is known; what is sent below belongs to it too
            return await self._answer_within(span, item_id)

    async def _answer_within(self, span: ExitStack, item_id: int) -> bool:
        happenings: list[Happening] = []
        claimed: list[Claimed] | None = [] if self._sending.has_room else None
        try:
            async with self._services.database.transaction() as session:
                item = await take(session, item_id)
                if item is None:
                    return False
                received_at = item.received_at
                span.enter_context(_traced(item))
                happenings = await parse(self._services, item)
                await self._work_on(session, item, happenings, claimed)
        except BaseException as error:
            for one in claimed or ():  # nobody knows whether they were written
                self._start(self._services.delivery.let_go(one))
            if not isinstance(error, Exception) or is_away(error):
                raise
            logger.exception("an update could not be worked on")
            await self._failed(item_id, happenings, error)
            claimed, received_at = None, datetime.now(UTC)
        for happening in happenings:
            match happening:
                case Incoming(channel=channel, chat=chat):
                    self._say(channel, chat, claimed)
                case InlineQuery():
                    self._inline.answer(happening, received_at)
        return True

    async def _work_on(
        self,
        session: AsyncSession,
        item: InboxItem,
        happenings: list[Happening],
        claimed: list[Claimed] | None,
    ) -> None:
        for happening in happenings:
            match happening:
                case Incoming():
                    self._acknowledge(happening)
                    await self._services.conversation.take_turn(session, happening, claimed)
                case InlinePick():
                    await self._services.inline.picked(session, happening)
                case InlineQuery():  # nobody waits for it in a minute, and what people type is theirs
                    await forget_update(session, item.id)

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

    def _say(self, channel: str, chat: str, claimed: list[Claimed] | None) -> None:
        """Send what is to be said in a chat, where its person's own client does not collect it."""
        if not self._services.channels[channel].capabilities.collected:
            self._sending.say(channel, chat, claimed.pop() if claimed else None)

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


def _traced(item: InboxItem) -> AbstractContextManager[None]:
    """Goes on with what the webhook began."""
    return tracing.span(
        "chat update",
        kind=Kind.CONSUMER,
        parent=item.traceparent,
        channel=item.channel,
        update=item.id,
        tries=item.attempts,
    )


def is_away(error: Exception) -> bool:
    """Whether the same work may succeed a little later: the database or a service did not answer."""
    return isinstance(error, ServiceUnavailable) or is_connection_loss(error)
