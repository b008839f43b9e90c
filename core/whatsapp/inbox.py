"""Messages that Twilio brings, on their way into the inbox."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from core.chat.inbox import store_update
from core.whatsapp.contacts import CHANNEL, chat_of, contact_of, sender_of, wrote_now

SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")


class NotAMessage(ValueError):
    """A form that names no message or no sender."""


async def store_message(session: AsyncSession, form: Mapping[str, str]) -> bool:
    """Store the form of an incoming message as it came; False when it was there already.

    Raises NotAMessage.
    """
    sid, sender = form.get("MessageSid", ""), sender_of(form)
    if not SID.fullmatch(sid) or sender is None:
        raise NotAMessage
    contact = await contact_of(session, sender)
    payload = {_storable(name): _storable(value) for name, value in form.items()}
    is_new = await store_update(
        session, channel=CHANNEL, external_id=sid, chat=chat_of(contact), payload=payload
    )
    if is_new:
        await wrote_now(session, contact)
    return is_new


def _storable(text: str) -> str:
    """The text with a replacement character for what no text in PostgreSQL can hold."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
