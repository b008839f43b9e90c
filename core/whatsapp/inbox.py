"""Messages that Twilio brings, on their way into the inbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.chat.inbox import store_update, stored_before
from core.whatsapp.contacts import CHANNEL, chat_of, contact_of, has_written, sender_of

SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")


class NotAMessage(ValueError):
    """A form that names no message or no sender."""


async def store_message(
    session: AsyncSession, form: Mapping[str, str], sent_at: datetime | None = None
) -> bool:
    """Store the form of an incoming message as it came; False when it was there already.

    `sent_at` is when the person sent it; None: just now. Raises NotAMessage.
    """
    sid, sender = form.get("MessageSid", ""), sender_of(form)
    if not SID.fullmatch(sid) or sender is None:
        raise NotAMessage
    if await stored_before(session, CHANNEL, [sid]):
        return False  # whoever was forgotten since is not met anew by it
    contact = await contact_of(session, sender, sent_at)
    payload = {_storable(name): _storable(value) for name, value in form.items()}
    is_new = await store_update(
        session, channel=CHANNEL, external_id=sid, chat=chat_of(contact), payload=payload
    )
    if is_new:
        await has_written(session, contact, sent_at)
    return is_new


def _storable(text: str) -> str:
    """The text with a replacement character for what no text in PostgreSQL can hold."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
