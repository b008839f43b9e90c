"""Batches: what a person sent at once, so that one message shows how all of it stands."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity
from core.catalog.models import Recording
from core.conversion.models import OPEN, Asker, Batch, BatchSong, ConversionJob
from core.conversion.view import JobView, views
from core.db.lease import seconds_from_now

LONGEST_TITLE = 200
MERGED = "already-making"
"""The reason why a song has no job of its own: it is being made already."""


@dataclass(frozen=True)
class BatchView:
    batch_id: uuid.UUID
    songs: list[JobView] = field(default_factory=list)
    """As they were sent; what became no job stands there as one that has failed."""
    left_out: int = 0
    """Songs that found no room."""


async def new_batch(
    session: AsyncSession, identity: ChannelIdentity, chat: str, key: str | None = None
) -> Batch:
    batch = Batch(
        key=key, channel=identity.channel, chat=chat, identity_id=identity.id, left_out=0, id=uuid.uuid4()
    )
    session.add(batch)
    await session.flush()
    return batch


async def batch_with(session: AsyncSession, key: str) -> Batch | None:
    """The batch whose songs have this in common, locked; its messages can be sent all the same, though they
    refer to it."""
    query = select(Batch).where(Batch.key == key).with_for_update(key_share=True)
    return (await session.execute(query)).scalar_one_or_none()


async def sent_alone(
    session: AsyncSession, identity: ChannelIdentity, chat: str, within: float
) -> list[Asker]:
    """Who waits in this chat for files that the person sent there within so many seconds, each with a status
    message of its own, oldest first."""
    query = (
        select(Asker)
        .join(ConversionJob, ConversionJob.id == Asker.job_id)
        .join(Recording, Recording.id == ConversionJob.recording_id)
        .where(
            Asker.identity_id == identity.id,
            Asker.chat == chat,
            Asker.batch_id.is_(None),
            Asker.asked_at > seconds_from_now(-within),
            ConversionJob.status.in_(OPEN),
            Recording.channel == identity.channel,
        )
        .order_by(Asker.asked_at, Asker.id)
    )
    return list((await session.execute(query)).scalars())


async def gather(session: AsyncSession, batch: Batch, askers: Sequence[Asker]) -> None:
    """What they wait for stands in the batch's message from now on."""
    for asker in askers:
        asker.batch_id = batch.id
        session.add(BatchSong(batch_id=batch.id, job_id=asker.job_id))
        await session.flush()


async def leave_out(session: AsyncSession, batch: Batch, title: str, reason: str, **params: object) -> None:
    """Something of the batch becomes no job: its line says why. The reason is an error's code."""
    line = BatchSong(batch_id=batch.id, title=title[:LONGEST_TITLE], error_code=reason, error_params=params)
    session.add(line)
    await session.flush()


async def open_jobs(session: AsyncSession, batch_id: uuid.UUID, user_id: uuid.UUID) -> list[uuid.UUID]:
    """What of the batch is still being made for this person."""
    query = (
        select(ConversionJob.id)
        .join(BatchSong, BatchSong.job_id == ConversionJob.id)
        .where(
            BatchSong.batch_id == batch_id,
            ConversionJob.user_id == user_id,
            ConversionJob.status.in_(OPEN),
        )
        .order_by(BatchSong.number)
    )
    return list((await session.execute(query)).scalars())


async def standing(session: AsyncSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, JobView | BatchView]:
    """How these jobs and batches stand now; the queue is read once for all of them."""
    batches = {
        batch.id: batch for batch in (await session.execute(select(Batch).where(Batch.id.in_(ids)))).scalars()
    }
    query = select(BatchSong).where(BatchSong.batch_id.in_(batches)).order_by(BatchSong.number)
    lines = list((await session.execute(query)).scalars()) if batches else []
    wanted = {line.job_id for line in lines if line.job_id is not None} | (set(ids) - batches.keys())
    jobs = await views(session, wanted)
    found: dict[uuid.UUID, JobView | BatchView] = dict(jobs)
    for batch in batches.values():
        songs = [_line(line, jobs) for line in lines if line.batch_id == batch.id]
        found[batch.id] = BatchView(batch.id, songs, batch.left_out)
    return found


def _line(line: BatchSong, jobs: dict[uuid.UUID, JobView]) -> JobView:
    if line.job_id is not None:
        return jobs[line.job_id]
    return JobView(
        job_id=line.batch_id,
        status="cancelled" if line.error_code == MERGED else "failed",
        title=line.title,
        artist=None,
        seconds=None,
        error_code=line.error_code,
        error_params=line.error_params,
    )
