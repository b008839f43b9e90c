"""What there is to know of the deliveries to one chat, before it is told the next thing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.base import table_of, word
from core.db.inside import rows_inside
from core.db.notify import WORK, notify
from core.db.reading import Reading
from core.delivery.models import AUDIO, TEXT, Delivery


async def is_something_to_say(reading: Reading, channel: str, chat: str) -> bool:
    """Whether anything but audio waits to be sent to a chat, by whomever."""
    ((waits,),) = await reading.rows(_something_to_say(), {"of_channel": channel, "of_chat": chat})
    return bool(waits)


@cache
def _something_to_say() -> Select[Any]:
    deliveries = table_of(Delivery).c
    waiting = select(deliveries.id).where(
        deliveries.channel == bindparam("of_channel"),
        deliveries.chat == bindparam("of_chat"),
        deliveries.kind != word(AUDIO),
        deliveries.status == word("pending"),
    )
    return select(waiting.exists().label("waits"))


@dataclass(frozen=True)
class LeftOver:
    """What of earlier deliveries waits for a person's word in a chat."""

    is_held: bool
    """Something that could not be sent before they write."""
    is_uncertain: bool
    """Audio of which nobody knows whether it arrived, and about which they were not asked yet."""


async def left_over(session: AsyncSession, channel: str, chat: str) -> LeftOver:
    (row,) = await rows_inside(session, _left_over(), {"of_channel": channel, "of_chat": chat})
    return LeftOver(bool(row.is_held), bool(row.is_uncertain))


@cache
def _left_over() -> Select[Any]:
    deliveries = table_of(Delivery).c
    is_uncertain = (
        (deliveries.status == word("uncertain")) & (deliveries.kind == word(AUDIO)) & ~deliveries.settled
    )
    return select(
        func.bool_or(deliveries.status == word("held")).label("is_held"),
        func.bool_or(is_uncertain).label("is_uncertain"),
    ).where(
        deliveries.channel == bindparam("of_channel"),
        deliveries.chat == bindparam("of_chat"),
        deliveries.status.in_((word("held"), word("uncertain"))),
    )


async def release_held(session: AsyncSession, channel: str, chat: str) -> None:
    """The person has written to us: what waited for that is due now."""
    statement = (
        update(Delivery)
        .where(Delivery.channel == channel, Delivery.chat == chat, Delivery.status == "held")
        .values(status="pending", released_at=func.now(), attempts=0, not_before=None, dispatched_at=None)
        .returning(Delivery.id)
    )
    if (await session.execute(statement)).first() is not None:
        await notify(session, WORK)


async def text_shown(
    session: AsyncSession, channel: str, chat: str, message_ref: str, identity_id: uuid.UUID
) -> Delivery | None:
    """What was said last in a message of a chat, to this person, outside of the session; None where it is no
    text, or forgotten."""
    asked = {"of_channel": channel, "of_chat": chat, "of_ref": message_ref, "of_identity": identity_id}
    rows = await rows_inside(session, _text_shown(), asked)
    return Delivery(**rows[0]._asdict()) if rows else None


@cache
def _text_shown() -> Select[Any]:
    deliveries = table_of(Delivery).c
    return (
        select(deliveries.id, deliveries.message_ref, deliveries.reply)
        .where(
            deliveries.channel == bindparam("of_channel"),
            deliveries.chat == bindparam("of_chat"),
            deliveries.message_ref == bindparam("of_ref"),
            deliveries.identity_id == bindparam("of_identity"),
            deliveries.status == word("sent"),
            deliveries.kind == word(TEXT),
        )
        .order_by(deliveries.number.desc())
        .limit(1)
    )
