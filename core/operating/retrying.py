"""Jobs that failed, made anew for whoever asked for them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.accounts.models import User
from core.conversion.models import OPEN, ConversionJob
from core.conversion.service import ConversionService
from core.errors import NotFound, RecordingRefused

MOST_AT_ONCE = 1000


class Retried(StrEnum):
    """What came of one job."""

    ANEW = "made anew"
    NOT_FAILED = "has not failed"
    ASKED_SINCE = "was asked for again since"
    BLOCKED = "its person is blocked"
    NO_RECORDING = "its recording is gone"


async def retry(session: AsyncSession, conversion: ConversionService, job_id: uuid.UUID) -> Retried:
    """Put one job back into the queue, in its old place, where that makes sense. Raises NotFound."""
    job = await session.get(ConversionJob, job_id)
    if job is None:
        raise NotFound("there is no such job")
    if job.status != "failed":
        return Retried.NOT_FAILED
    if job.recording_id is None:
        return Retried.NO_RECORDING
    blocked = select(User.id).where(User.id == job.user_id, User.blocked_at.is_not(None))
    if (await session.execute(blocked)).first() is not None:
        return Retried.BLOCKED
    since = select(ConversionJob.id).where(*_comes_after(ConversionJob, job))
    if (await session.execute(since)).first() is not None:
        return Retried.ASKED_SINCE
    return Retried.ANEW if await conversion.begin_anew(session, job_id) else Retried.NOT_FAILED


async def failed_jobs(session: AsyncSession, since: datetime | None) -> list[uuid.UUID]:
    """Jobs that failed for what may be better now, oldest first, at most MOST_AT_ONCE; not those whose
    recordings can't be used, and not what was asked for again since. `since`: those that ended later."""
    later = aliased(ConversionJob)
    asked_since = select(later.id).where(*_comes_after(later, ConversionJob)).exists()
    query = (
        select(ConversionJob.id)
        .where(
            ConversionJob.status == "failed",
            ConversionJob.recording_id.is_not(None),
            func.coalesce(ConversionJob.error_code, "").not_in(UNUSABLE),
            ~asked_since,
        )
        .order_by(ConversionJob.created_at, ConversionJob.id)
        .limit(MOST_AT_ONCE)
    )
    if since is not None:
        query = query.where(ConversionJob.completed_at >= since)
    return list((await session.execute(query)).scalars())


def _comes_after(
    later: type[ConversionJob], job: ConversionJob | type[ConversionJob]
) -> tuple[ColumnElement[bool], ...]:
    """The same person's later wish for the same, which they got or will get."""
    return (
        later.user_id == job.user_id,
        later.recording_id == job.recording_id,
        later.recipe == job.recipe,
        later.created_at > job.created_at,
        later.status.in_((*OPEN, "completed")),
    )


def _codes(error: type[RecordingRefused]) -> Iterator[str]:
    yield error.code
    for kind in error.__subclasses__():
        yield from _codes(kind)


UNUSABLE = frozenset(_codes(RecordingRefused))
"""Why a recording will never be a song."""
