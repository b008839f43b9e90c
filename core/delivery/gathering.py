"""Files that come one by one though they were sent together: they share a status message, which waits a
moment for the next of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.models import Asker, Batch
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
    await session.execute(update(Delivery).where(_waits(channel, chat)).values(not_before=None))


def _waits(channel: str, chat: str) -> ColumnElement[bool]:
    return (
        (Delivery.channel == channel)
        & (Delivery.chat == chat)
        & (Delivery.kind == STATUS)
        & (Delivery.status == "pending")
        & Delivery.batch_id.is_not(None)
        & Delivery.not_before.is_not(None)
        & Delivery.lease_token.is_(None)
        & (Delivery.attempts == 0)
    )
