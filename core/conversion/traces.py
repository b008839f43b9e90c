"""Which trace a piece of work belongs to (`core.tracing`): that of the wish it is done for."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from core import tracing
from core.conversion.models import OPEN, ConversionJob
from core.db.base import table_of
from core.db.reading import Reading


async def traces_of_jobs(reading: Reading, jobs: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """By the job's id; those that nobody traces are left out. Asks nobody where tracing is off."""
    if not jobs or not tracing.is_on():
        return {}
    rows = await reading.rows(_of_jobs(), {"jobs": list(jobs)})
    return {row.id: row.traceparent for row in rows}


async def trace_of_job(reading: Reading, job: uuid.UUID | None) -> str | None:
    return None if job is None else (await traces_of_jobs(reading, [job])).get(job)


async def trace_of_recording(reading: Reading, recording: uuid.UUID) -> str | None:
    """Of several who wait for it, that of the first."""
    if not tracing.is_on():
        return None
    rows = await reading.rows(_of_recording(), {"recording": recording})
    return rows[0].traceparent if rows else None


@cache
def _of_jobs() -> Select[Any]:
    jobs = table_of(ConversionJob).c
    wanted = jobs.id == any_(bindparam("jobs", type_=ARRAY(Uuid)))
    return select(jobs.id, jobs.traceparent).where(wanted, jobs.traceparent.is_not(None))


@cache
def _of_recording() -> Select[Any]:
    jobs = table_of(ConversionJob).c
    waits = (jobs.recording_id == bindparam("recording", type_=Uuid)) & (
        jobs.status == any_(bindparam("open", list(OPEN), type_=ARRAY(jobs.status.type)))
    )
    traced = waits & jobs.traceparent.is_not(None)
    return select(jobs.traceparent).where(traced).order_by(jobs.created_at).limit(1)
