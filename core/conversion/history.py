"""What a person asked to be made, newest first, page after page, and one of it by its id."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversion.models import ConversionJob, Rendition
from core.conversion.recipe import Recipe
from core.conversion.view import JobView, views
from core.errors import NotFound
from core.library.models import LibraryEntry


@dataclass(frozen=True)
class Made:
    """The file that a job led to."""

    rendition_id: uuid.UUID
    sha256: str
    size: int
    seconds: float


@dataclass(frozen=True)
class OwnJob:
    """A job as whoever asked for it sees it."""

    view: JobView
    recipe: Recipe
    song_id: uuid.UUID | None
    """None until the bytes of what was sent to a chat are known."""
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    made: Made | None
    """None unless it is completed."""


@dataclass(frozen=True)
class JobPlace:
    """Where a page ended."""

    created_at: datetime
    job_id: uuid.UUID


@dataclass(frozen=True)
class JobPage:
    jobs: tuple[OwnJob, ...]
    next: JobPlace | None


async def own_job(session: AsyncSession, user_id: uuid.UUID, job_id: uuid.UUID) -> OwnJob:
    """Raises NotFound, for other people's too."""
    found = await own_jobs(session, user_id, [job_id])
    if not found:
        raise NotFound(f"no job {job_id} of this person")
    return found[0]


async def own_jobs(session: AsyncSession, user_id: uuid.UUID, job_ids: Sequence[uuid.UUID]) -> list[OwnJob]:
    """Those of the jobs that are this person's, in the order of their ids."""
    query = (
        select(ConversionJob, Rendition, LibraryEntry.song_id)
        .outerjoin(Rendition, ConversionJob.rendition_id == Rendition.id)
        .outerjoin(LibraryEntry, ConversionJob.library_id == LibraryEntry.id)
        .where(ConversionJob.id.in_(job_ids), ConversionJob.user_id == user_id)
        .execution_options(populate_existing=True)
    )
    rows = {row.ConversionJob.id: row for row in await session.execute(query)}
    seen = await views(session, rows.keys())
    return [
        _own(rows[job_id].ConversionJob, rows[job_id].Rendition, rows[job_id].song_id, seen[job_id])
        for job_id in dict.fromkeys(job_ids)
        if job_id in rows
    ]


async def job_page(
    session: AsyncSession,
    user_id: uuid.UUID,
    *,
    limit: int,
    after: JobPlace | None = None,
    statuses: Collection[str] = (),
) -> JobPage:
    """One page of the person's jobs; with `statuses`, of those that stand so."""
    query = select(ConversionJob.id, ConversionJob.created_at).where(ConversionJob.user_id == user_id)
    if statuses:
        query = query.where(ConversionJob.status.in_(statuses))
    if after is not None:
        last = tuple_(after.created_at, after.job_id)
        query = query.where(tuple_(ConversionJob.created_at, ConversionJob.id) < last)
    query = query.order_by(ConversionJob.created_at.desc(), ConversionJob.id.desc()).limit(limit + 1)
    rows = (await session.execute(query)).all()
    jobs = await own_jobs(session, user_id, [row.id for row in rows[:limit]])
    place = JobPlace(rows[limit - 1].created_at, rows[limit - 1].id) if len(rows) > limit else None
    return JobPage(tuple(jobs), place)


def _own(job: ConversionJob, rendition: Rendition | None, song_id: uuid.UUID | None, view: JobView) -> OwnJob:
    return OwnJob(
        view=view,
        recipe=Recipe.parse(job.recipe),
        song_id=song_id,
        created_at=job.created_at,
        started_at=job.started_at,
        completed_at=job.completed_at,
        made=made_of(rendition) if job.status == "completed" else None,
    )


def made_of(rendition: Rendition | None) -> Made | None:
    """The file of a rendition; None while there is none."""
    if rendition is None or rendition.status != "completed" or rendition.sha256 is None:
        return None
    return Made(rendition.id, rendition.sha256, rendition.size or 0, rendition.seconds or 0.0)
