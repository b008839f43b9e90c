"""Keeping a person out, and letting them in again. What is theirs stays where it is.

Blocking is one transaction that every new job waits for or is seen by (`core.conversion.quota.admit`); what
is open by then is cancelled afterwards, job by job, since workers hold jobs before people. Doing it twice
does no harm, and brings to its end what was interrupted.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity, User
from core.conversion.models import OPEN, ConversionJob
from core.conversion.service import ConversionService
from core.db.notify import WORK, notify
from core.db.session import Database
from core.delivery.models import Delivery
from core.errors import NotFound
from core.signin.links import withdraw_links
from core.signin.sessions import end_all


@dataclass(frozen=True)
class Block:
    is_new: bool
    sessions: int
    """That ended."""
    jobs: int
    """That were cancelled."""


async def block(database: Database, conversion: ConversionService, user_id: uuid.UUID) -> Block:
    """The person is kept out from now on: signed out everywhere, and nothing is made for them."""
    async with database.transaction() as session:
        user = await _locked(session, user_id)
        is_new = user.blocked_at is None
        if is_new:
            user.blocked_at = func.now()
        await withdraw_links(session, user_id)
        sessions = await end_all(session, user_id)
    return Block(is_new, len(sessions), await _cancel_all(database, conversion, user_id))


async def unblock(database: Database, user_id: uuid.UUID) -> bool:
    """Let the person in again, and send what was held for them; False where they were not blocked."""
    async with database.transaction() as session:
        user = await _locked(session, user_id)
        was_blocked = user.blocked_at is not None
        user.blocked_at = None
        theirs = select(ChannelIdentity.id).where(ChannelIdentity.user_id == user_id)
        released = update(Delivery).where(Delivery.identity_id.in_(theirs), Delivery.status == "held")
        again = {"status": "pending", "released_at": func.now(), "attempts": 0}
        await session.execute(released.values(**again, not_before=None, dispatched_at=None))
        await notify(session, WORK)
    return was_blocked


async def _cancel_all(database: Database, conversion: ConversionService, user_id: uuid.UUID) -> int:
    """Nobody can ask for more meanwhile."""
    async with database.transaction() as session:
        open_jobs = select(ConversionJob.id).where(
            ConversionJob.user_id == user_id, ConversionJob.status.in_(OPEN)
        )
        jobs = (await session.execute(open_jobs)).scalars().all()
    cancelled = 0
    for job_id in jobs:
        async with database.transaction() as session:
            cancelled += await conversion.cancel(session, user_id, job_id)
    return cancelled


async def _locked(session: AsyncSession, user_id: uuid.UUID) -> User:
    """Raises NotFound."""
    user = await session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("the account is gone")
    return user
