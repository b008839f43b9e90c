"""Forgetting a person who asks for it: rows first, then stored objects, then a last word to them.

Each step is recorded, so an interrupted erasure goes on where it stood. The last word is sent at most once.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.retry import pause_before
from core.db.lease import LEASE_SECONDS, Lease, claim, end, heartbeat, renew, seconds_from_now
from core.db.notify import WORK, notify
from core.db.session import Database
from core.errors import MelodyError
from core.membership.forgetting import chats_of, forget_user, still_needed
from core.membership.models import Erasure
from core.ports import Channel, ObjectStore, Reply

logger = logging.getLogger(__name__)

IS_OPEN = Erasure.id.is_not(None)
"""A finished erasure is not there any more."""
NO_CHAT = ("", "")
"""In an erasure: nobody is told."""
Farewell = Callable[[str], Reply]
"""The last word, in a language."""
ForgetChats = Callable[[AsyncSession, Sequence[tuple[str, str]]], Awaitable[None]]
"""Delete what arrived from these chats."""


async def ask_to_forget(
    session: AsyncSession, user_id: uuid.UUID, language: str, told_in: tuple[str, str] | None
) -> None:
    """The person has said that they want it, and knows what goes: it begins when this transaction commits.

    `told_in` is the chat, with its channel, that hears the last word; None where there is none.
    """
    channel, chat = told_in or NO_CHAT
    values = {"user_id": user_id, "channel": channel, "chat": chat, "language": language}
    statement = insert(Erasure).values(id=uuid.uuid4(), told=told_in is None, **values)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["user_id"]))
    await notify(session, WORK)


class Eraser:
    def __init__(
        self,
        database: Database,
        store: ObjectStore,
        channels: Mapping[str, Channel],
        forget_chats: ForgetChats,
        forget_addresses: ForgetChats,
        farewell: Farewell,
    ) -> None:
        """`forget_addresses` deletes where people are reached: for the chat of the last word, after it."""
        self._database = database
        self._store = store
        self._channels = channels
        self._forget_chats = forget_chats
        self._forget_addresses = forget_addresses
        self._farewell = farewell

    async def erase(self, erasure_id: uuid.UUID) -> None:
        """Bring an erasure to its end; nothing happens when it is not due."""
        async with self._database.transaction() as session:
            lease = await claim(
                session,
                Erasure,
                erasure_id,
                still_open=IS_OPEN,
                seconds=LEASE_SECONDS,
                dispatched_at=None,
            )
        if lease is None:
            return
        try:
            async with heartbeat(lambda: self._beat(lease), lost=lambda: None):
                erasure = await self._forget_rows(lease)
                await self._delete_objects(erasure)
                await self._say_farewell(lease, erasure)
        except (MelodyError, OSError) as error:
            logger.warning("an erasure goes on later: %s", type(error).__name__)
            await self._go_on_later(lease)

    async def _beat(self, lease: Lease) -> bool:
        async with self._database.transaction() as session:
            return await renew(session, Erasure, lease, still_open=IS_OPEN, seconds=LEASE_SECONDS)

    async def _forget_rows(self, lease: Lease) -> Erasure:
        async with self._database.transaction() as session:
            erasure = await session.get_one(Erasure, lease.row_id, with_for_update=True)
            if not erasure.rows_gone:
                last = (erasure.channel, erasure.chat)
                chats = {*await chats_of(session, erasure.user_id), last} - {NO_CHAT}
                erasure.objects = await forget_user(session, erasure.user_id)
                await self._forget_chats(session, sorted(chats))
                await self._forget_addresses(session, sorted(chats - {last}))
                erasure.rows_gone = True
        return erasure

    async def _delete_objects(self, erasure: Erasure) -> None:
        async with self._database.transaction() as session:
            needed = await still_needed(session, erasure.objects)
        for sha256 in erasure.objects:
            if sha256 not in needed:
                await self._store.delete(sha256)

    async def _say_farewell(self, lease: Lease, erasure: Erasure) -> None:
        if not erasure.told:
            async with self._database.transaction() as session:
                said = update(Erasure).where(Erasure.id == erasure.id, Erasure.lease_token == lease.token)
                await session.execute(said.values(told=True))
            channel = self._channels.get(erasure.channel)
            if channel is not None and not channel.capabilities.collected:
                await channel.send_text(erasure.chat, self._farewell(erasure.language))
        async with self._database.transaction() as session:
            await self._forget_addresses(session, [(erasure.channel, erasure.chat)])
            gone = delete(Erasure).where(Erasure.id == erasure.id, Erasure.lease_token == lease.token)
            await session.execute(gone)

    async def _go_on_later(self, lease: Lease) -> None:
        async with self._database.transaction() as session:
            later = seconds_from_now(pause_before(lease.attempt))
            await end(session, Erasure, lease, still_open=IS_OPEN, not_before=later)
            await notify(session, WORK)
