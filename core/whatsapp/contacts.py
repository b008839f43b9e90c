"""Who wrote: a contact by WhatsApp's own id of the person, else by the number they show.

Since 2026 people may hide their number behind a name; `ExternalUserId` names them then, and where the number
is shown it comes along. A number that changes hands moves alone: its former owner's songs stay with them.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, String, Update, bindparam, cast, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity
from core.db.base import table_of
from core.db.reading import Reader, rows_by
from core.whatsapp.models import WhatsAppContact

CHANNEL = "whatsapp"
OPEN_FOR = timedelta(hours=24)
"""How long after a person's message anything may be sent to them; later only approved templates."""
CLOSES_EARLY = timedelta(minutes=1)
"""Our clock and WhatsApp's differ, and a message takes a moment to get there."""

_PHONE = re.compile(r"whatsapp:\+\d{5,15}", re.ASCII)
_USER = re.compile(r"whatsapp:[A-Za-z0-9._-]{1,128}")


@dataclass(frozen=True)
class Sender:
    """How Twilio names whoever wrote."""

    address: str
    user_ref: str | None
    phone: str | None


def sender_of(form: Mapping[str, str]) -> Sender | None:
    """The sender of an incoming message; None where none is named."""
    address, user_ref = form.get("From", ""), form.get("ExternalUserId", "")
    phone = address if _PHONE.fullmatch(address) else None
    if phone is None and not _USER.fullmatch(address):
        return None
    if not _USER.fullmatch(user_ref):
        user_ref = "" if phone else address
    return Sender(address, user_ref or None, phone)


async def contact_of(
    session: AsyncSession, sender: Sender, wrote_at: datetime | None = None
) -> WhatsAppContact:
    """The contact behind a sender, made at the first word, with what the message tells anew.

    `wrote_at` is when they sent it; None: just now.
    """
    found = await _find(session, sender)
    if found is not None and _is_as_known(found, sender):
        return found
    await _lock(session, sender)
    found = await _find(session, sender)
    if found is None:
        found = WhatsAppContact(id=uuid.uuid4(), address=sender.address)
        found.last_message_at = wrote_at or func.now()
        session.add(found)
    if sender.phone is not None and found.phone != sender.phone:
        await _take_number(session, sender.phone)
        found.phone = sender.phone
    if sender.user_ref is not None:
        found.user_ref = sender.user_ref
    found.address = sender.address
    await session.flush()
    return found


async def find_contact(reader: Reader, chat: str) -> WhatsAppContact | None:
    """The contact of a chat, outside of any session; None for a chat that never was."""
    contact_id = _id_of(chat)
    rows = [] if contact_id is None else await rows_by(reader, _by_id(), {"of_id": contact_id})
    return WhatsAppContact(**rows[0]._asdict()) if rows else None


@cache
def _by_id() -> Select[Any]:
    table = table_of(WhatsAppContact)
    return select(*table.c).where(table.c.id == bindparam("of_id"))


def chat_of(contact: WhatsAppContact) -> str:
    return contact.id.hex


def _id_of(chat: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(chat)
    except ValueError:
        return None


def may_be_written_to(contact: WhatsAppContact, now: datetime) -> bool:
    """Whether the 24 hours after the person's last message are not over yet."""
    if contact.closed_at is not None and contact.closed_at > contact.last_message_at:
        return False
    return now < contact.last_message_at + OPEN_FOR - CLOSES_EARLY


async def has_written(session: AsyncSession, contact: WhatsAppContact, at: datetime | None = None) -> None:
    """The 24 hours count from here, where no later message is known; None: from now."""
    await session.execute(_written(), {"of_id": contact.id, "sent_at": at})


@cache
def _written() -> Update:
    table = table_of(WhatsAppContact)
    sent_at = func.coalesce(bindparam("sent_at", type_=table.c.last_message_at.type), func.now())
    return (
        update(table)
        .where(table.c.id == bindparam("of_id"))
        .values(last_message_at=func.greatest(table.c.last_message_at, sent_at))
    )


async def close_window(session: AsyncSession, chat: str, sent_at: datetime | None) -> None:
    """WhatsApp refused what was sent then, since the person's hours were over; where they have written since,
    nothing changes."""
    await session.execute(
        update(WhatsAppContact)
        .where(WhatsAppContact.id == _id_of(chat), WhatsAppContact.last_message_at <= sent_at)
        .values(closed_at=func.now())
    )


async def forget_contacts(session: AsyncSession, chats: Sequence[tuple[str, str]]) -> None:
    """Delete the contacts behind (channel, chat), but those who have written again since."""
    ids = [contact_id for channel, chat in chats if channel == CHANNEL and (contact_id := _id_of(chat))]
    is_known = (
        select(ChannelIdentity.id)
        .where(
            ChannelIdentity.channel == CHANNEL,
            ChannelIdentity.external_id == func.replace(cast(WhatsAppContact.id, String), "-", ""),
        )
        .exists()
    )
    await session.execute(delete(WhatsAppContact).where(WhatsAppContact.id.in_(ids), ~is_known))


async def _find(session: AsyncSession, sender: Sender) -> WhatsAppContact | None:
    """By the person's id; by the number only a contact whose id is not known yet, or all that is named."""
    if sender.user_ref is not None:
        by_user = select(WhatsAppContact).where(WhatsAppContact.user_ref == sender.user_ref)
        found = (await session.execute(by_user)).scalar_one_or_none()
        if found is not None:
            return found
    if sender.phone is None:
        return None
    by_phone = select(WhatsAppContact).where(WhatsAppContact.phone == sender.phone)
    if sender.user_ref is not None:
        by_phone = by_phone.where(WhatsAppContact.user_ref.is_(None))
    return (await session.execute(by_phone)).scalar_one_or_none()


def _is_as_known(contact: WhatsAppContact, sender: Sender) -> bool:
    return (
        contact.address == sender.address
        and sender.phone in {None, contact.phone}
        and sender.user_ref in {None, contact.user_ref}
    )


async def _take_number(session: AsyncSession, phone: str) -> None:
    """Whoever had the number before has it no more."""
    await session.execute(update(WhatsAppContact).where(WhatsAppContact.phone == phone).values(phone=None))


async def _lock(session: AsyncSession, sender: Sender) -> None:
    """Let one transaction at a time make or change the contacts that a sender may be; in a fixed order, so
    that two of them never wait for each other."""
    for name in sorted({name for name in (sender.user_ref, sender.phone) if name is not None}):
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
