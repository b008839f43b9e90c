"""Jobs and those who wait for them, as rows: found, made, locked; what is done with them is the service's."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import tracing
from core.accounts.models import ChannelIdentity
from core.catalog.models import Recording
from core.conversion.models import OPEN, Asker, ConversionJob, Rendition
from core.conversion.recipe import Recipe
from core.db.changes import Change, changed
from core.errors import TooBusy
from core.ports import Stem

FOR_CHATS = ~ConversionJob.recipe.contains(f"/{Stem.SING}/")
"""What chats tell of: not what is made to sing to in the player, which no chat could play."""


async def open_job(
    session: AsyncSession, user_id: uuid.UUID, recording: Recording, recipe: Recipe
) -> ConversionJob | None:
    """The person's running job for the same sound, if there is one: locked, so that it stays open while
    one more chat joins it."""
    same_sound = ConversionJob.recording_id == recording.id
    if recording.asset_id is not None:
        same_sound = same_sound | (
            select(Rendition.asset_id).where(Rendition.id == ConversionJob.rendition_id).scalar_subquery()
            == recording.asset_id
        )
    query = select(ConversionJob).where(
        ConversionJob.user_id == user_id,
        ConversionJob.recipe == str(recipe),
        ConversionJob.status.in_(OPEN),
        same_sound,
    )
    return (await session.execute(query.limit(1).with_for_update())).scalar_one_or_none()


async def new_job(
    session: AsyncSession, user_id: uuid.UUID, recording: Recording, recipe: Recipe
) -> ConversionJob:
    """A job of this person, in line and without a rendition so far."""
    job_id = uuid.uuid4()
    job = ConversionJob(
        id=job_id,
        user_id=user_id,
        celery_task_id=str(job_id),
        recording_id=recording.id,
        recipe=str(recipe),
        status="queued",
        progress=0,
        traceparent=tracing.traceparent(),
    )
    session.add(job)
    await session.flush()
    changed(session, Change.JOBS, user_id)
    return job


async def join_job(
    session: AsyncSession, job: ConversionJob, identity: ChannelIdentity, chat: str
) -> Asker | None:
    """Let the chat wait for the job; None when it does already."""
    statement = (
        insert(Asker)
        .values(id=uuid.uuid4(), job_id=job.id, channel=identity.channel, chat=chat, identity_id=identity.id)
        .on_conflict_do_nothing(index_elements=["job_id", "channel", "chat"])
        .returning(Asker)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def keep_within_bounds(session: AsyncSession, user_id: uuid.UUID, most: int) -> None:
    """Raises TooBusy where so many jobs of this person are open already."""
    count = select(func.count()).where(ConversionJob.user_id == user_id, ConversionJob.status.in_(OPEN))
    if (await session.execute(count)).scalar_one() >= most:
        raise TooBusy(limit=most)


async def askers_of(session: AsyncSession, job_id: uuid.UUID) -> list[Asker]:
    """The chats that wait for a job."""
    return list((await session.execute(select(Asker).where(Asker.job_id == job_id))).scalars())


async def open_jobs_of(session: AsyncSession, recording: Recording) -> list[ConversionJob]:
    """The open jobs that wait for these bytes, oldest first, locked."""
    query = (
        select(ConversionJob)
        .where(
            ConversionJob.recording_id == recording.id,
            ConversionJob.rendition_id.is_(None),
            ConversionJob.status.in_(OPEN),
        )
        .order_by(ConversionJob.created_at, ConversionJob.id)
        .with_for_update()
    )
    return list((await session.execute(query)).scalars())


async def open_jobs_for(session: AsyncSession, rendition_id: uuid.UUID) -> list[ConversionJob]:
    """The open jobs that wait for this rendition, oldest first, locked."""
    query = (
        select(ConversionJob)
        .where(ConversionJob.rendition_id == rendition_id, ConversionJob.status.in_(OPEN))
        .order_by(ConversionJob.created_at, ConversionJob.id)
        .with_for_update()
    )
    return list((await session.execute(query)).scalars())


async def lock_job(session: AsyncSession, job_id: uuid.UUID) -> ConversionJob:
    """The job as it stands now, locked."""
    query = select(ConversionJob).where(ConversionJob.id == job_id).with_for_update()
    return (await session.execute(query, execution_options={"populate_existing": True})).scalar_one()
