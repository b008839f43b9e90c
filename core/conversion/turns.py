"""Workers take what is first in turn when they are ready for it: a message that told them of work is older
than the queue, and others may have come since. So a message stands for one piece of work, whichever."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Recording
from core.conversion.models import ConversionJob, Rendition
from core.conversion.queue import Waiting
from core.db.lease import Leased, is_free
from core.db.notify import WORK, notify
from core.db.session import Database

MOST_TRIED = 8
"""Of those in turn, where other workers take them at the same moment; then it is what the message names."""

Taken = TypeVar("Taken")


async def take_in_turn(
    database: Database,
    due: Callable[[AsyncSession, int], Awaitable[Sequence[Waiting]]],
    told: uuid.UUID,
    take: Callable[[uuid.UUID], Awaitable[Taken | None]],
) -> Taken | None:
    """Take the first of what is `due`, having been `told` of some of it; `take` claims one by the name that
    messages call it, and gives None where somebody else has it."""
    async with database.transaction() as session:
        waiting = await due(session, MOST_TRIED)
    for item in waiting:
        taken = await take(item.told_as)
        if taken is not None:
            if item.told_as != told:
                await _swap_messages(database, item, told)
            return taken
    return await take(told)


async def _swap_messages(database: Database, taken: Waiting, told: uuid.UUID) -> None:
    """The message that `told` of something was spent on what was `taken`; it gets that one's instead, as old
    as it is: it may be lost. Where it had none, it is told of again."""
    model: type[Leased] = Rendition if taken.is_fetched else Recording
    of_job = select(ConversionJob.rendition_id).where(ConversionJob.id == told).scalar_subquery()
    is_named = model.id == (of_job if taken.is_fetched else told)
    async with database.transaction() as session:
        swap = update(model).where(is_named, is_free(model)).values(dispatched_at=taken.told_at)
        swapped = await session.execute(swap.returning(model.id))
        if taken.told_at is None and swapped.first() is not None:
            await notify(session, WORK)
