"""Who may have something made, and how much: nobody who is blocked, and of the others as many songs in 24
hours as the operator gives each.

A song counts when its voice has to be found: once, however many versions follow, and not at all where it was
found before, for whomever. What failed, or was cancelled before anybody worked on it, does not count.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import UNLIMITED, User
from core.catalog.models import Recording
from core.conversion.models import KeptVocals, Rendition, SongCharge
from core.conversion.recipe import Recipe
from core.db.lease import seconds_from_now
from core.errors import AccountBlocked, QuotaUsed, SignInNeeded

WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class Quota:
    limit: int | None
    """None: as many as they like."""
    used: int
    free_at: datetime | None
    """When the next one is possible, where all are used."""


async def admit(session: AsyncSession, user_id: uuid.UUID) -> int | None:
    """The songs a day that this person was given, None for everybody's number; raises AccountBlocked.

    Until the transaction ends nobody can block them: what it makes is there for the block to cancel.
    """
    query = select(User.blocked_at, User.songs_a_day).where(User.id == user_id)
    row = (await session.execute(query.with_for_update(read=True, key_share=True))).one_or_none()
    if row is None:
        raise SignInNeeded("the account is gone")
    if row.blocked_at is not None:
        raise AccountBlocked
    songs_a_day: int | None = row.songs_a_day
    return songs_a_day


async def charge(
    session: AsyncSession,
    user_id: uuid.UUID,
    job_id: uuid.UUID,
    recording: Recording,
    recipe: Recipe,
    limit: int | None,
) -> None:
    """Count the job that is about to be made, where it costs anything. Raises QuotaUsed.

    Who asks for the same person at the same time waits here for the end of the transaction, which has locked
    all its recordings before.
    """
    if limit is None or not recipe.separates:
        return
    await session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    sound = f"{recording.id}:{recipe.effort}"
    if await _was_counted(session, user_id, sound):
        return
    if await costs_nothing(session, recording.asset_id, recipe):
        return
    quota = await quota_of(session, user_id, limit)
    if quota.free_at is not None:
        now = (await session.execute(select(func.clock_timestamp()))).scalar_one()
        raise QuotaUsed(limit=limit, retry_after=max(1, math.ceil((quota.free_at - now).total_seconds())))
    session.add(SongCharge(job_id=job_id, user_id=user_id, sound=sound))
    await session.flush()


async def refund(session: AsyncSession, job_ids: Collection[uuid.UUID]) -> None:
    """Nothing comes of these jobs, or it took nobody's time."""
    await session.execute(delete(SongCharge).where(SongCharge.job_id.in_(job_ids)))


async def costs_nothing(session: AsyncSession, asset_id: uuid.UUID | None, recipe: Recipe) -> bool:
    """Whether the voice was found in that sound before, or the very same was made."""
    if asset_id is None:
        return False
    is_made = select(Rendition.id).where(
        Rendition.asset_id == asset_id, Rendition.recipe == str(recipe), Rendition.status == "completed"
    )
    is_kept = select(KeptVocals.id).where(KeptVocals.asset_id == asset_id, KeptVocals.effort == recipe.effort)
    return bool((await session.execute(select(is_made.exists() | is_kept.exists()))).scalar_one())


async def quota_of(session: AsyncSession, user_id: uuid.UUID, limit: int | None) -> Quota:
    """How much of so many songs a day is used."""
    lately = SongCharge.charged_at > seconds_from_now(-WINDOW.total_seconds())
    query = (
        select(SongCharge.charged_at)
        .where(SongCharge.user_id == user_id, lately)
        .order_by(SongCharge.charged_at.desc())
    )
    charges = list((await session.execute(query)).scalars())
    is_used = limit is not None and len(charges) >= limit
    return Quota(limit, len(charges), charges[limit - 1] + WINDOW if is_used and limit else None)


def limit_of(songs_a_day: int | None, for_everybody: int | None) -> int | None:
    """The person's own number, else everybody's; None: as many as they like."""
    if songs_a_day is None:
        return for_everybody
    return None if songs_a_day == UNLIMITED else songs_a_day


async def forget_old_charges(session: AsyncSession) -> None:
    is_old = SongCharge.charged_at < seconds_from_now(-2 * WINDOW.total_seconds())
    await session.execute(delete(SongCharge).where(is_old))


async def _was_counted(session: AsyncSession, user_id: uuid.UUID, sound: str) -> bool:
    lately = SongCharge.charged_at > seconds_from_now(-WINDOW.total_seconds())
    query = select(SongCharge.job_id).where(SongCharge.user_id == user_id, SongCharge.sound == sound, lately)
    return (await session.execute(query.limit(1))).first() is not None
