"""Jobs as their operator sees them: by ids, without anybody's words."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from sqlalchemy import Double, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Recording
from core.conversion.models import OPEN, ConversionJob, Rendition


class JobLine(NamedTuple):
    job_id: uuid.UUID
    status: str
    seconds: float
    """Since it was asked for."""
    attempts: int
    """Of the making; of the fetching where nothing can be made yet."""
    progress: int
    """Per cent."""
    user_id: uuid.UUID
    error_code: str | None


async def newest_jobs(session: AsyncSession, status: str | None, limit: int) -> list[JobLine]:
    """The newest jobs of a status, at most `limit`; without one, those that are open or have failed."""
    wanted = (*OPEN, "failed") if status is None else (status,)
    query = (
        select(
            ConversionJob.id,
            ConversionJob.status,
            cast(func.extract("epoch", func.now() - ConversionJob.created_at), Double),
            func.coalesce(Rendition.attempts, Recording.attempts, 0),
            func.coalesce(Rendition.progress, 0),
            ConversionJob.user_id,
            ConversionJob.error_code,
        )
        .outerjoin(Rendition, ConversionJob.rendition_id == Rendition.id)
        .outerjoin(Recording, ConversionJob.recording_id == Recording.id)
        .where(ConversionJob.status.in_(wanted))
        .order_by(ConversionJob.created_at.desc(), ConversionJob.id)
        .limit(limit)
    )
    return [JobLine._make(row) for row in (await session.execute(query)).all()]
