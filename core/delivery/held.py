"""Telling a person that something waits for them, where nothing else may be sent before they write again."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity
from core.delivery.models import AUDIO, Delivery
from core.delivery.outbox import Outbox
from core.ports import Channel, Reply

Waiting = Callable[[AsyncSession, tuple[uuid.UUID, uuid.UUID]], Awaitable[Reply]]
"""For (job_id, identity_id): that the job's audio waits, as an announcement in the person's words."""


class HeldNews:
    def __init__(self, channels: Mapping[str, Channel], outbox: Outbox, waiting: Waiting) -> None:
        self._channels = channels
        self._outbox = outbox
        self._waiting = waiting

    async def tell(self, session: AsyncSession, delivery: Delivery) -> None:
        """Announce an audio that is held now, where its channel can: once, however much is held until the
        person's next message."""
        if delivery.kind != AUDIO or not self._channels[delivery.channel].capabilities.announces:
            return
        assert delivery.job_id is not None
        query = select(ChannelIdentity.last_seen_at).where(ChannelIdentity.id == delivery.identity_id)
        last_seen = (await session.execute(query)).scalar_one()
        await self._outbox.reply(
            session,
            channel=delivery.channel,
            chat=delivery.chat,
            identity_id=delivery.identity_id,
            reply=await self._waiting(session, (delivery.job_id, delivery.identity_id)),
            once=f"waits:{delivery.identity_id}:{last_seen.timestamp():.6f}",
        )
