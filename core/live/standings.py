"""How the jobs of many people stand, read at once: those that are open and those that have just ended."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Recording, Song
from core.conversion.estimate import Speeds
from core.conversion.models import OPEN, ConversionJob, Rendition
from core.conversion.queue import queue_in_turn
from core.conversion.view import waits
from core.db.lease import seconds_from_now
from core.library.models import LibraryEntry

RECENT_SECONDS = 300.0
"""A job that ended so long ago at most is still told to whoever comes."""
MOST_OF_ONE = 100
"""Jobs of a person; of more the newest."""


class Standing(NamedTuple):
    """One job, as its asker's screen shows it. A tuple: thousands are compared and made anew each second."""

    job_id: uuid.UUID
    rendition_id: uuid.UUID | None
    """What it waits for, or came to."""
    status: str
    """`core.conversion.models.STATUSES`."""
    title: str | None
    artist: str | None
    song_id: uuid.UUID | None
    """Null until the bytes of what was sent are known."""
    progress: int
    """Per cent."""
    place: int
    """How many are ahead in the queue."""
    seconds_left: float
    error_code: str | None
    completed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


async def standings(
    session: AsyncSession, user_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[Standing]]:
    """How the jobs of these people stand, the oldest first; who has none is not in it."""
    rows = (await session.execute(_query(user_ids))).all()
    is_any_open = any(row.status in OPEN for row in rows)
    queue = await waits(await queue_in_turn(session) if is_any_open else [], Speeds(session))
    found: dict[uuid.UUID, list[Standing]] = {}
    for row in rows:
        is_open = row.status in OPEN
        place, seconds, _ = queue.of(row.rendition_id or row.recording_id)
        is_as_rendition = is_open and row.rendition_status in OPEN
        found.setdefault(row.user_id, []).append(
            Standing(
                job_id=row.id,
                rendition_id=row.rendition_id,
                status=row.rendition_status if is_as_rendition else row.status,
                title=row.title or row.sent_title,
                artist=row.artist or row.sent_artist,
                song_id=row.song_id,
                progress=row.rendition_progress if is_as_rendition else row.progress,
                place=place if is_open else 0,
                seconds_left=round(seconds, 1) if is_open else 0.0,
                error_code=row.error_code,
                completed_at=row.completed_at,
            )
        )
    return {user_id: mine[-MOST_OF_ONE:] for user_id, mine in found.items()}


def _query(user_ids: Collection[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    """Plain columns: for thousands of people, whole objects would take several times as long."""
    has_just_ended = ConversionJob.completed_at > seconds_from_now(-RECENT_SECONDS)
    return (
        select(
            ConversionJob.id,
            ConversionJob.user_id,
            ConversionJob.status,
            ConversionJob.progress,
            ConversionJob.rendition_id,
            ConversionJob.recording_id,
            ConversionJob.error_code,
            ConversionJob.completed_at,
            Rendition.status.label("rendition_status"),
            Rendition.progress.label("rendition_progress"),
            Recording.title.label("sent_title"),
            Recording.artist.label("sent_artist"),
            Song.id.label("song_id"),
            Song.title,
            Song.artist,
        )
        .outerjoin(Rendition, ConversionJob.rendition_id == Rendition.id)
        .outerjoin(Recording, ConversionJob.recording_id == Recording.id)
        .outerjoin(LibraryEntry, ConversionJob.library_id == LibraryEntry.id)
        .outerjoin(Song, LibraryEntry.song_id == Song.id)
        .where(
            ConversionJob.user_id == any_(literal(list(user_ids), ARRAY(Uuid))),
            ConversionJob.status.in_(OPEN) | has_just_ended,
        )
        .order_by(ConversionJob.created_at, ConversionJob.id)
    )
