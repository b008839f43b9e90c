"""A job is done: a message to each of the person's browsers, in the transaction that tells of it."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.lease import seconds_from_now
from core.push.models import Push, PushSubscription

KEPT_SECONDS = 7 * 86_400.0
"""A push that was sent is remembered so long; its job is done only once."""


async def push_about(session: AsyncSession, user_id: uuid.UUID, job_id: uuid.UUID) -> None:
    """Tell the person's browsers of a job that is done, once each."""
    browsers = select(func.gen_random_uuid(), literal(job_id), PushSubscription.id).where(
        PushSubscription.user_id == user_id
    )
    statement = insert(Push).from_select(["id", "job_id", "subscription_id"], browsers)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["job_id", "subscription_id"]))


async def forget_pushes(session: AsyncSession, job_id: uuid.UUID) -> None:
    """The job is not done after all: what becomes of it will be told anew."""
    await session.execute(delete(Push).where(Push.job_id == job_id))


async def forget_old_pushes(session: AsyncSession) -> None:
    is_old = Push.created_at < seconds_from_now(-KEPT_SECONDS)
    await session.execute(delete(Push).where(is_old))
