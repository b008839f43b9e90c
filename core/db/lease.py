"""Leases: a row that one process at a time works on, and that nobody has to give back.

A worker *claims* a row and gets a fencing token; it *renews* the lease while it works and *ends* it with the
result. Every later statement names the token, so a worker that was thought dead can change nothing any more
(fencing tokens: M. Kleppmann, "How to do distributed locking", 2016). A lease that is not renewed expires,
and the row can be claimed again. All clocks are the database's.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db.session import DATABASE_ERRORS, TOLD_WRONG

logger = logging.getLogger(__name__)

LEASE_SECONDS = 10.0
"""How long a row stays taken after its worker's last sign of life."""
BEAT_SECONDS = 1.0
"""How often the worker gives one; also the longest time until it notices a cancellation."""
RECORD_TRIES = 30
"""How often a result is recorded while the database is away, up to three seconds apart."""


class Leased:
    """The columns of a table whose rows are worked on under a lease."""

    id: Mapped[uuid.UUID]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    lease_token: Mapped[uuid.UUID | None]
    lease_until: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    """When a worker was last told about the row."""
    not_before: Mapped[datetime | None]
    """Not to be worked on earlier, after a failure that may pass."""


@dataclass(frozen=True)
class Lease:
    row_id: uuid.UUID
    token: uuid.UUID
    attempt: int


def seconds_from_now(seconds: float) -> ColumnElement[datetime]:
    return func.now() + timedelta(seconds=seconds)


def is_free(model: type[Leased]) -> ColumnElement[bool]:
    """Nobody holds the row and its waiting time is over."""
    return or_(model.lease_until.is_(None), model.lease_until < func.now()) & or_(
        model.not_before.is_(None), model.not_before <= func.now()
    )


async def claim(
    session: AsyncSession,
    model: type[Leased],
    row_id: uuid.UUID,
    *,
    still_open: ColumnElement[bool],
    seconds: float,
    **values: Any,
) -> Lease | None:
    """Take the row if it is open and free, setting `values`; None when there is nothing to do."""
    token = uuid.uuid4()
    statement = (
        update(model)
        .where(model.id == row_id, still_open, is_free(model))
        .values(
            lease_token=token, lease_until=seconds_from_now(seconds), attempts=model.attempts + 1, **values
        )
        .returning(model.attempts)
    )
    attempt = (await session.execute(statement)).scalar_one_or_none()
    return None if attempt is None else Lease(row_id, token, attempt)


async def renew(
    session: AsyncSession,
    model: type[Leased],
    lease: Lease,
    *,
    still_open: ColumnElement[bool],
    seconds: float,
    **values: Any,
) -> bool:
    """Keep the row for `seconds` more; False when the lease is lost or the work no longer wanted."""
    statement = (
        update(model)
        .where(model.id == lease.row_id, model.lease_token == lease.token, still_open)
        .values(lease_until=seconds_from_now(seconds), **values)
        .returning(model.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def end(
    session: AsyncSession,
    model: type[Leased],
    lease: Lease,
    *,
    still_open: ColumnElement[bool],
    **values: Any,
) -> bool:
    """Give the row back with its result; False when somebody else has it by now: then nothing is changed."""
    statement = (
        update(model)
        .where(model.id == lease.row_id, model.lease_token == lease.token, still_open)
        .values(lease_token=None, lease_until=None, **values)
        .returning(model.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


@asynccontextmanager
async def heartbeat(beat: Callable[[], Awaitable[bool]], lost: Callable[[], None]) -> AsyncIterator[None]:
    """Renew a lease every second while the block runs; call `lost` when it can't be renewed any more.

    A database that does not answer for a while does not end the work: as long as nobody else took the row,
    the token stays good, and the next beat renews the lease.
    """

    async def beats() -> None:
        while True:
            try:
                async with asyncio.timeout(LEASE_SECONDS):
                    kept = await beat()
            except DATABASE_ERRORS as error:
                logger.warning("a heartbeat failed: %s", type(error).__name__)
            else:
                if not kept:
                    lost()
                    return
            await asyncio.sleep(BEAT_SECONDS)

    # A text is sent within the first second: it needs no task of its own.
    begun: list[asyncio.Task[None]] = []
    first = asyncio.get_running_loop().call_later(
        BEAT_SECONDS, lambda: begun.append(asyncio.create_task(beats()))
    )
    try:
        yield
    finally:
        first.cancel()
        for task in begun:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def persist(record: Callable[[], Awaitable[None]]) -> None:
    """Record the result of work, patiently while the database is away: it is worth more than the wait.

    `record` is one transaction that ends a lease. When its commit succeeded and only the answer was lost, the
    token is no longer good, so that repeating it changes nothing. Call this while the heartbeat goes on.
    """
    for attempt in range(1, RECORD_TRIES + 1):
        try:
            await record()
        except TOLD_WRONG:
            raise  # the database is there; what we told it was wrong
        except DATABASE_ERRORS as error:
            if attempt == RECORD_TRIES:
                raise
            logger.warning("a result could not be recorded, trying again: %s", type(error).__name__)
            await asyncio.sleep(min(2.0, 0.25 * 2.0**attempt) * random.uniform(1.0, 1.5))
        else:
            return
