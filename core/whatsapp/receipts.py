"""What Twilio tells about the messages it took: in any order, more than once, or not at all.

A message goes from queued over sent and delivered to read, or it fails. What failed is tried again where
that can help, waits for the person where only their next message can, and else is recorded: an audio as
`uncertain`, so that its person is asked. https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import Enum, auto
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from core.accounts.models import ChannelIdentity
from core.accounts.service import mark_blocked
from core.db.base import table_of
from core.db.lease import seconds_from_now
from core.db.notify import WORK, notify
from core.db.reading import Reading
from core.delivery.models import AUDIO, Delivery
from core.whatsapp.contacts import close_window
from core.whatsapp.inbox import SID
from core.whatsapp.models import WhatsAppMessage
from core.whatsapp.templates import note_failure

logger = logging.getLogger(__name__)

RANK = {
    name: rank for rank, name in enumerate(("accepted", "queued", "sending", "sent", "delivered", "read"))
}
FAILED = ("failed", "undelivered")
FINAL = ("delivered", "read", *FAILED)
"""Where nothing comes after that changes anything for us."""
OUTSIDE_WINDOW = 63016
OPTED_OUT = 21610
WORTH_ANOTHER_TRY = frozenset({20429, 30008, 63018, 63019})
"""Too fast, an unknown failure, too fast for WhatsApp, and media that could not be fetched."""
NOT_THE_TEMPLATES = frozenset({OPTED_OUT, OUTSIDE_WINDOW, *WORTH_ANOTHER_TRY}) | {
    21211,
    63003,
    63024,
    63007,
    63017,
    63038,
    63051,
}
"""Failures that a text would have met as well: of the person, of our sender, or of speed."""
LONGEST_NAME = 64
MOST_TRIES = 5
RETRY_AFTER = 30.0
"""Seconds before the second try; each further one waits as much longer."""


@dataclass(frozen=True)
class Receipt:
    """One status callback."""

    sid: str
    delivery_id: uuid.UUID
    part: int
    parts: int
    status: str
    error_code: int | None
    template: str | None = None
    """The name of the content template that the message was made of."""

    @property
    def has_failed(self) -> bool:
        return self.status in FAILED


TellOfHeld = Callable[[AsyncSession, Delivery], Awaitable[None]]


class Recorded(Enum):
    DONE = auto()
    TOO_EARLY = auto()
    """The message failed before its sender could record that it was taken: come back in a moment."""


def read_receipt(query: Mapping[str, str], form: Mapping[str, str]) -> Receipt | None:
    """The receipt of a callback to the address that `callback_query` made; None where it is none of ours."""
    sid, status = form.get("MessageSid", ""), form.get("MessageStatus", "").lower()
    code = form.get("ErrorCode", "")
    try:
        delivery_id = uuid.UUID(query.get("delivery", ""))
        part, parts = int(query.get("part", "1")), int(query.get("parts", "1"))
    except ValueError:
        return None
    if not SID.fullmatch(sid) or not (1 <= part <= parts <= 100) or status not in {*RANK, *FAILED}:
        return None
    error_code = int(code) if code.isascii() and code.isdigit() and len(code) < 9 else None
    template = query.get("template", "")[:LONGEST_NAME]
    return Receipt(sid, delivery_id, part, parts, status, error_code or None, template or None)


def callback_query(delivery_id: uuid.UUID, part: int, parts: int, template: str | None = None) -> str:
    query = f"delivery={delivery_id.hex}&part={part}&parts={parts}"
    return query if template is None else f"{query}&template={template}"


async def record_receipt(session: AsyncSession, receipt: Receipt, tell_of_held: TellOfHeld) -> Recorded:
    """Note what Twilio tells, and act where it changes what became of the delivery; `tell_of_held` is called
    for one that waits for its person now."""
    # FOR NO KEY UPDATE: whoever sends it writes the message down meanwhile, in a row that refers to this one;
    # they would wait for us, and we for them.
    query = select(Delivery).where(Delivery.id == receipt.delivery_id).with_for_update(key_share=True)
    delivery = (await session.execute(query)).scalar_one_or_none()
    if delivery is None:
        return Recorded.DONE  # deleted with its person
    before = await _known_status(session, receipt)
    if before is not None and not _is_news(before, receipt.status):
        return Recorded.DONE
    if receipt.has_failed and delivery.status == "pending" and await _is_being_sent(session, delivery):
        return Recorded.TOO_EARLY
    await note_message(session, receipt)
    if receipt.has_failed:
        await _failed(session, delivery, receipt)
        if delivery.status == "held":
            await tell_of_held(session, delivery)
    elif delivery.status == "uncertain" and receipt.parts == 1 and RANK[receipt.status] >= RANK["sent"]:
        delivery.status, delivery.message_ref, delivery.error = "sent", receipt.sid, None
        delivery.sent_at = func.now()
    return Recorded.DONE


async def note_taken(reading: Reading, receipt: Receipt) -> bool:
    """Write down a message that Twilio took just now; False, and nothing is changed, where something is known
    of it already."""
    values = {f"its_{name}": value for name, value in asdict(receipt).items()}
    return bool(await reading.change(_taken(), values))


@cache
def _taken() -> ReturningInsert[Any]:
    table = table_of(WhatsAppMessage)
    names = (field.name for field in fields(Receipt))
    columns = {name: bindparam(f"its_{name}", type_=table.c[name].type) for name in names}
    return (
        insert(table)
        .values(**columns, asked=0)
        .on_conflict_do_nothing(index_elements=["sid"])
        .returning(table.c.sid)
    )


async def note_message(session: AsyncSession, receipt: Receipt) -> WhatsAppMessage:
    """Write down a message that Twilio took; what is known of it then, which may be more."""
    values = {
        "delivery_id": receipt.delivery_id,
        "part": receipt.part,
        "parts": receipt.parts,
        "status": receipt.status,
        "error_code": receipt.error_code,
        "template": receipt.template,
    }
    statement = insert(WhatsAppMessage).values(sid=receipt.sid, **values)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["sid"]))
    message = await session.get_one(
        WhatsAppMessage, receipt.sid, with_for_update=True, populate_existing=True
    )
    if _is_news(message.status, receipt.status):
        message.status, message.error_code = receipt.status, receipt.error_code
    if message.status in FINAL:
        message.ask_at = None
    await session.flush()
    return message


async def _known_status(session: AsyncSession, receipt: Receipt) -> str | None:
    query = select(WhatsAppMessage.status).where(WhatsAppMessage.sid == receipt.sid)
    return (await session.execute(query)).scalar_one_or_none()


def _is_news(before: str, now: str) -> bool:
    """Whether a status comes after the one that is known: what was delivered has not failed."""
    if before in FAILED:
        return False
    if now in FAILED:
        return RANK[before] < RANK["delivered"]
    return RANK[now] > RANK[before]


async def _is_being_sent(session: AsyncSession, delivery: Delivery) -> bool:
    query = select(Delivery.lease_until > func.now()).where(Delivery.id == delivery.id)
    return bool((await session.execute(query)).scalar_one())


async def _failed(session: AsyncSession, delivery: Delivery, receipt: Receipt) -> None:
    """The delivery did not arrive after all."""
    logger.info("a message failed at WhatsApp", extra={"delivery": delivery.id, "error": receipt.error_code})
    is_current = delivery.status == "sent" and (receipt.parts > 1 or delivery.message_ref == receipt.sid)
    if not is_current and delivery.status != "uncertain":
        return
    delivery.error = f"twilio-{receipt.error_code or receipt.status}"
    is_announcement = delivery.reply is not None and delivery.reply.get("announces") is not None
    if receipt.template is not None and (is_announcement or receipt.error_code not in NOT_THE_TEMPLATES):
        await note_failure(session, receipt.template, delivery.error)
    if receipt.error_code == OPTED_OUT:
        await mark_blocked(session, delivery.identity_id)
        delivery.status = "refused"
    elif is_announcement:
        delivery.status = "refused"
    elif receipt.error_code == OUTSIDE_WINDOW:
        await _wait_for_the_person(session, delivery, receipt)
    elif receipt.error_code in WORTH_ANOTHER_TRY and delivery.attempts < MOST_TRIES:
        _send_again(delivery, receipt)
        delivery.not_before = seconds_from_now(RETRY_AFTER * delivery.attempts)
    elif receipt.template is not None and receipt.error_code not in NOT_THE_TEMPLATES:
        _send_again(delivery, receipt)  # as numbered text: a template gets one chance with each delivery
    elif delivery.kind == AUDIO:
        delivery.status, delivery.settled = "uncertain", False
    else:
        delivery.status = "refused"
    await notify(session, WORK)


async def _wait_for_the_person(session: AsyncSession, delivery: Delivery, receipt: Receipt) -> None:
    """Hold it until they write; where they have written since, send it again at once."""
    wrote_since = select(ChannelIdentity.last_seen_at > delivery.sent_at).where(
        ChannelIdentity.id == delivery.identity_id
    )
    has_written = (await session.execute(wrote_since.with_for_update())).scalar_one()
    _send_again(delivery, receipt)
    if not has_written:
        delivery.status = "held"
        await close_window(session, delivery.chat, delivery.sent_at)


def _send_again(delivery: Delivery, receipt: Receipt) -> None:
    """Due once more; of several messages only those that failed."""
    delivery.status, delivery.settled = "pending", False
    delivery.unclear_since = delivery.sent_at if receipt.parts > 1 else None
    delivery.lease_token = delivery.lease_until = delivery.dispatched_at = delivery.not_before = None
    delivery.released_at = func.now()
