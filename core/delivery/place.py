"""Where an audio goes: into the place of a status message where the channel can, else after it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.models import Asker
from core.delivery.models import Delivery
from core.delivery.outbox import Outbox
from core.ports import Capabilities


@dataclass(frozen=True)
class Place:
    is_ready: bool
    """Whether the audio can go out now."""
    replaces_ref: str | None = None
    """The message it turns into the audio; None where it comes as a message of its own."""
    is_new: bool = False
    """The message to be turned into the audio was made just now, and has to be sent first."""


async def place_for(
    session: AsyncSession, audio: Delivery, capabilities: Capabilities, outbox: Outbox
) -> Place:
    """Where the audio goes; where no message is there that it could take the place of, one is sent first."""
    status = None if audio.replaces_id is None else await session.get(Delivery, audio.replaces_id)
    if audio.direct or not capabilities.audio_replaces_text:
        return Place(status is None or status.status != "pending")
    if status is not None and status.status == "refused":
        audio.direct = True  # nor will another be taken there: the audio's own try says what holds
        return Place(is_ready=True)
    if status is not None and status.status == "pending":
        return Place(is_ready=False)
    if status is not None and status.status == "sent" and status.message_ref is not None:
        return Place(is_ready=True, replaces_ref=status.message_ref)
    asker = Asker(job_id=audio.job_id, channel=audio.channel, chat=audio.chat, identity_id=audio.identity_id)
    audio.replaces_id = await outbox.open_status(session, asker)
    return Place(is_ready=False, is_new=True)
