"""Files that come one by one though they were sent together: they share a status message, which waits a
moment for the next of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.models import Asker, Batch
from core.db.base import table_of, word
from core.db.inside import rows_inside
from core.db.lease import seconds_from_now
from core.delivery.models import STATUS, Delivery

TOGETHER = 6.0
"""Seconds after a file in which another one counts as sent together with it."""
QUIET = 3.0
"""Seconds without another file after which their status is sent."""
LONGEST = 10.0
"""Seconds that it waits at most."""


async def open_gathering(session: AsyncSession, batch: Batch, instead_of: Sequence[Asker]) -> None:
    """Put the status into the outbox that comes instead of more words about what these wait for. It tells how
    all of it stands once, so that nobody hears of a song more often than of one that was sent alone."""
    told = update(Delivery).where(Delivery.id.in_([asker.status_id for asker in instead_of]))
    await session.execute(told.values(settled=True))
    status = Delivery(
        channel=batch.channel,
        chat=batch.chat,
        identity_id=batch.identity_id,
        kind=STATUS,
        batch_id=batch.id,
        settled=True,
        not_before=seconds_from_now(QUIET),
    )
    session.add(status)
    await session.flush()


async def gathering(session: AsyncSession, channel: str, chat: str) -> Batch | None:
    """The batch of this chat whose status waits for more files, and does so a little longer now."""
    query = select(Delivery).where(_waits(channel, chat)).with_for_update(skip_locked=True).limit(1)
    status = (await session.execute(query)).scalar_one_or_none()
    if status is None or status.batch_id is None:
        return None
    latest = Delivery.created_at + timedelta(seconds=LONGEST)
    longer = update(Delivery).where(Delivery.id == status.id)
    await session.execute(
        longer.values(not_before=func.least(seconds_from_now(QUIET), latest), dispatched_at=None)
    )
    return await session.get_one(Batch, status.batch_id)


async def end_gathering(session: AsyncSession, channel: str, chat: str) -> None:
    """The person goes on with something else, whose answer comes after the status: it waits no longer."""
    await rows_inside(session, _ending(), {"of_channel": channel, "of_chat": chat})


@cache
def _ending() -> Update:
    table = table_of(Delivery)
    return (
        update(table)
        .where(
            table.c.channel == bindparam("of_channel"),
            table.c.chat == bindparam("of_chat"),
            *_is_gathering(table.c),
        )
        .values(not_before=None)
    )


def _waits(channel: str, chat: str) -> ColumnElement[bool]:
    return and_(Delivery.channel == channel, Delivery.chat == chat, *_is_gathering(table_of(Delivery).c))


def _is_gathering(delivery: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        delivery.kind == word(STATUS),
        delivery.status == word("pending"),
        delivery.batch_id.is_not(None),
        delivery.not_before.is_not(None),
        delivery.lease_token.is_(None),
        delivery.attempts == 0,
    )
