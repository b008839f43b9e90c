"""Which message a delivery takes the place of: an audio that of its status, a text one that was tapped."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.conversion.models import Asker
from core.delivery.models import AUDIO, Delivery
from core.delivery.outbox import Outbox


async def place_for_audio(
    session: AsyncSession, outbox: Outbox, delivery: Delivery, *, replaces_text: bool
) -> tuple[bool, str | None]:
    """Whether the audio can go out now, and which message it takes the place of, where its channel can
    (`replaces_text`); one is made where there is none."""
    status = await _replaced(session, delivery)
    if delivery.direct or not replaces_text:
        return status is None or status.status != "pending", None
    if status is not None and status.is_shared:
        status = None
    if status is not None and status.status == "refused":
        delivery.direct = True  # nor will another text be taken there: the audio's own try says what holds
        return True, None
    if status is not None and status.status == "pending":
        return False, None
    if status is not None and status.status == "sent" and status.message_ref is not None:
        return True, status.message_ref
    delivery.replaces_id = await _new_status(session, outbox, delivery)
    return False, None


async def text_to_change(session: AsyncSession, delivery: Delivery) -> str | None:
    """The message that a text takes the place of."""
    replaced = None if delivery.direct else await _replaced(session, delivery)
    return None if replaced is None else replaced.message_ref


async def chat_of_new_place(session: AsyncSession, delivery_id: uuid.UUID) -> tuple[str, str] | None:
    """(channel, chat) of an audio for which this transaction has made a status message, to be sent first; any
    other has its sender."""
    audio = aliased(Delivery)
    query = (
        select(Delivery.channel, Delivery.chat)
        .join(audio, audio.replaces_id == Delivery.id)
        .where(audio.id == delivery_id, audio.kind == AUDIO, Delivery.created_at == func.now())
    )
    found = (await session.execute(query)).one_or_none()
    return None if found is None else (found.channel, found.chat)


async def _replaced(session: AsyncSession, delivery: Delivery) -> Delivery | None:
    return None if delivery.replaces_id is None else await session.get(Delivery, delivery.replaces_id)


async def _new_status(session: AsyncSession, outbox: Outbox, delivery: Delivery) -> uuid.UUID:
    asker = Asker(
        job_id=delivery.job_id,
        channel=delivery.channel,
        chat=delivery.chat,
        identity_id=delivery.identity_id,
    )
    return await outbox.open_status(session, asker)
