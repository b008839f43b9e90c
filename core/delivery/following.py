"""What is said once an audio has arrived: that it is there, and what can be done with it."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.models import Asker
from core.db.lease import seconds_from_now
from core.delivery.models import Delivery
from core.delivery.outbox import Outbox
from core.ports import Capabilities, Reply

NOTIFY_AFTER = 30.0
"""An edit notifies nobody: when the audio took longer than this, a short text says that it is there."""

ShownTo = tuple[uuid.UUID, uuid.UUID]
"""(job_id, identity_id): a job and one who sees it."""
Ready = Callable[[AsyncSession, ShownTo], Awaitable[Reply]]
"""That a job's audio is there, in the words of whom it is sent to."""
Choices = Callable[[AsyncSession, ShownTo], Awaitable[Reply]]
"""What can be done with a job's audio: buttons, and a text for where they are a message of their own."""


class Following:
    def __init__(self, outbox: Outbox, ready: Ready, choices: Choices) -> None:
        self._outbox = outbox
        self._ready = ready
        self._choices = choices

    async def say(
        self,
        session: AsyncSession,
        delivery: Delivery,
        capabilities: Capabilities,
        *,
        replaced_text: bool,
        caption: str | None,
    ) -> None:
        """That the audio is there, where its arrival shows too little; and what can be done with it, where no
        buttons stand under it. Once for a delivery."""
        assert delivery.job_id is not None
        shown = (delivery.job_id, delivery.identity_id)
        if replaced_text:
            is_told = await _took_long(session, delivery)
        else:
            is_told = not capabilities.audio_replaces_text
        choices = None if capabilities.audio_buttons else await self._choices(session, shown)
        if is_told:
            ready = await self._ready(session, shown)
            if caption is not None and not capabilities.audio_replaces_text:
                ready = replace(ready, text=f"{ready.text}\n\n{caption}")  # an audio has none there
            reply = ready if choices is None else replace(ready, buttons=choices.buttons)
        elif choices is not None:
            reply = choices
        else:
            return
        await self._outbox.reply(
            session,
            channel=delivery.channel,
            chat=delivery.chat,
            identity_id=delivery.identity_id,
            reply=reply,
            once=f"ready:{delivery.id}",
        )


async def _took_long(session: AsyncSession, delivery: Delivery) -> bool:
    """Since the message that became the audio was sent: of a batch each is sent just before."""
    is_long = Asker.batch_id.is_(None) & (Asker.asked_at < seconds_from_now(-NOTIFY_AFTER))
    query = select(is_long).where(
        Asker.job_id == delivery.job_id, Asker.channel == delivery.channel, Asker.chat == delivery.chat
    )
    return bool((await session.execute(query)).scalar_one_or_none())
