"""Counting what is done with songs of all, by day; nobody's name is kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Song, SongActivity


class Activity(StrEnum):
    PLAY = "play"
    SAVE = "save"
    CONVERT = "convert"
    CHART = "chart"
    """Points for a place in a source's charts, not counted but set: the best of the day."""


async def count_activity(session: AsyncSession, song_id: uuid.UUID, kind: str) -> None:
    """Count one more today, of an `Activity`; private songs are not counted."""
    today = datetime.now(UTC).date()
    public = select(Song.id).where(Song.id == song_id, Song.is_private.is_(False))
    if (await session.execute(public)).scalar_one_or_none() is None:
        return
    statement = insert(SongActivity).values(song_id=song_id, kind=Activity(kind).value, day=today, count=1)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["song_id", "kind", "day"], set_={"count": SongActivity.count + 1}
        )
    )


async def set_chart_points(session: AsyncSession, points: Mapping[uuid.UUID, int]) -> None:
    """Note today's places in charts; a song keeps the best of the day."""
    if not points:
        return
    today = datetime.now(UTC).date()
    rows = [
        {"song_id": song_id, "kind": Activity.CHART.value, "day": today, "count": points[song_id]}
        for song_id in sorted(points)
    ]
    statement = insert(SongActivity).values(rows)
    best = func.greatest(SongActivity.count, statement.excluded.count)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["song_id", "kind", "day"], set_={"count": best})
    )
