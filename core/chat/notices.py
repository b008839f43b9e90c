"""What people are told in their chats though they asked for nothing just now."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.accounts.models import ChannelIdentity
from core.chat.status import texts_for
from core.delivery.outbox import Outbox
from core.ports import Reply


async def tell_of_lost_number(
    session: AsyncSession, outbox: Outbox, user_id: uuid.UUID, default_language: str
) -> None:
    """Somebody else has proved this person's number to be theirs: say so in each of the person's chats, not
    who it was. Whoever blocked us there is not told."""
    query = (
        select(ChannelIdentity)
        .where(ChannelIdentity.user_id == user_id, ChannelIdentity.blocked_at.is_(None))
        .order_by(ChannelIdentity.created_at)
        .options(joinedload(ChannelIdentity.user))
    )
    for identity in (await session.execute(query)).scalars():
        texts = texts_for(identity.user, identity, default_language)
        await outbox.reply(
            session,
            channel=identity.channel,
            chat=identity.external_id,
            identity_id=identity.id,
            reply=Reply(texts.say("number-moved")),
        )
