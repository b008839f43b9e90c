"""What became of an earlier try: found in our own records first, then in Twilio's list.

Twilio names no sender's reference in its list, so an unknown message is recognised by its text, and an audio
by being one. That is certain as long as no other delivery to the same person is in doubt too: texts of a chat
go out one after the other; several audios in doubt are told apart only when all of them arrived or none.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.adapters.channels.whatsapp.client import SentMessage, TwilioClient
from core.adapters.channels.whatsapp.content import Filled
from core.db.session import Database
from core.delivery.models import AUDIO, Delivery
from core.whatsapp.models import WhatsAppMessage
from core.whatsapp.receipts import FAILED, Receipt, note_message

CLOCKS_DIFFER = timedelta(seconds=5)
DOUBTED_FOR = timedelta(days=1)
"""How long after it was made a delivery is tried, so that a message may be its."""
_NEVER_ARRIVES = {*FAILED, "canceled"}


@dataclass(frozen=True)
class OfTemplate:
    """A template at Twilio, and what it is filled with."""

    sid: str
    filled: Filled


@dataclass(frozen=True)
class Message:
    """One message of a delivery: its text, as plain words or made of a template, or the link to an audio."""

    body: str | None = None
    media_url: str | None = None
    made_of: OfTemplate | None = None

    @property
    def content(self) -> dict[str, str]:
        if self.made_of is not None:
            return {"ContentSid": self.made_of.sid, "ContentVariables": self.made_of.filled.as_json}
        return {"Body": self.body} if self.body is not None else {"MediaUrl": self.media_url or ""}

    @property
    def template(self) -> str | None:
        return None if self.made_of is None else self.made_of.filled.name

    def may_be(self, sent: SentMessage) -> bool:
        if self.body is None:
            return sent.has_media
        words = {self.body.strip()} | ({self.made_of.filled.body.strip()} if self.made_of else set())
        return not sent.has_media and sent.body.strip() in words


class InDoubt(Exception):
    """Some arrived and some did not, and nobody can tell which."""


async def arrived_before(
    database: Database,
    client: TwilioClient,
    address: str,
    delivery_id: uuid.UUID,
    messages: Sequence[Message],
    since: datetime,
) -> dict[int, str]:
    """The messages of a delivery, by number from 1, that Twilio took since `since`, with their sids.

    Raises InDoubt, ServiceUnavailable, ConfigurationError.
    """
    async with database.transaction() as session:
        arrived = await recorded(session, delivery_id)
    if len(arrived) == len(messages):
        return arrived
    listed = await client.sent_to(address, since - CLOCKS_DIFFER)
    async with database.transaction() as session:
        unknown = await _unknown(session, listed)
        rivals = await _rivals(session, delivery_id, since)
        for number, message in enumerate(messages, 1):
            if number in arrived:
                continue
            candidates = [sent for sent in unknown if message.may_be(sent)]
            if not candidates:
                continue
            if message.body is None and len(candidates) <= rivals:
                raise InDoubt
            found = candidates[-1]
            unknown.remove(found)
            arrived[number] = found.sid
            await note_message(
                session,
                Receipt(found.sid, delivery_id, number, len(messages), "queued", None, message.template),
            )
    return arrived


async def recorded(session: AsyncSession, delivery_id: uuid.UUID) -> dict[int, str]:
    """The messages of a delivery that we know Twilio took, by number from 1."""
    query = select(WhatsAppMessage.part, WhatsAppMessage.sid).where(
        WhatsAppMessage.delivery_id == delivery_id, WhatsAppMessage.status.not_in(FAILED)
    )
    return {row.part: row.sid for row in (await session.execute(query)).all()}


async def _unknown(session: AsyncSession, listed: Sequence[SentMessage]) -> list[SentMessage]:
    """Those that are on their way and that no delivery knows as its own."""
    sids = [sent.sid for sent in listed]
    known = await session.execute(select(WhatsAppMessage.sid).where(WhatsAppMessage.sid.in_(sids)))
    taken = set(known.scalars())
    return [sent for sent in listed if sent.sid not in taken and sent.status not in _NEVER_ARRIVES]


async def _rivals(session: AsyncSession, delivery_id: uuid.UUID, since: datetime) -> int:
    """How many other audios to the same chat are on their way or in doubt, with no message of their own."""
    mine = await session.get_one(Delivery, delivery_id)
    is_known = select(WhatsAppMessage.sid).where(WhatsAppMessage.delivery_id == Delivery.id).exists()
    is_on_its_way = (Delivery.status == "pending") & Delivery.unclear_since.is_not(None)
    is_in_doubt = (Delivery.status == "uncertain") & (Delivery.created_at > since - DOUBTED_FOR)
    query = select(func.count()).where(
        Delivery.channel == mine.channel,
        Delivery.chat == mine.chat,
        Delivery.kind == AUDIO,
        Delivery.id != delivery_id,
        is_on_its_way | is_in_doubt,
        ~is_known,
    )
    return (await session.execute(query)).scalar_one()
