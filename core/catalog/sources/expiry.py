"""Forgetting facts when the terms of their source say so. Ids stay, and so do the songs: people keep them."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Song, SongSource
from core.catalog.sources.listing import listings_of, refresh_columns
from core.catalog.sources.refreshing import Refresher
from core.catalog.transactions import bounded
from core.db.session import Database
from core.errors import NotFound

logger = logging.getLogger(__name__)

AHEAD = timedelta(days=1)
"""How long before its facts are over a song that people keep is asked for again."""
MOST_REFRESHED = 200
AT_ONCE = 500
MOST_BATCHES = 200
BATCH_SECONDS = 30.0


async def expire(database: Database, refresher: Refresher, kept_first: Select[uuid.UUID]) -> None:
    """Ask again for the songs of `kept_first` (ids), then empty all facts whose time is over."""
    refreshed = await _refresh_kept(database, refresher, kept_first)
    emptied = 0
    for _ in range(MOST_BATCHES):
        async with bounded(database, BATCH_SECONDS) as session:
            count = await _empty_some(session)
        emptied += count
        if count < AT_ONCE:
            break
    if refreshed or emptied:
        logger.info("facts: %d songs asked for again, %d listings emptied", refreshed, emptied)


async def _refresh_kept(database: Database, refresher: Refresher, kept_first: Select[uuid.UUID]) -> int:
    soon = datetime.now(UTC) + AHEAD
    query = (
        select(SongSource.song_id)
        .where(SongSource.expires_at < soon, SongSource.song_id.in_(kept_first))
        .group_by(SongSource.song_id)
        .order_by(func.min(SongSource.expires_at))
        .limit(MOST_REFRESHED)
    )
    async with bounded(database, BATCH_SECONDS) as session:
        songs = list((await session.execute(query)).scalars())
    for song_id in songs:
        try:
            await refresher.refresh(song_id, soon)
        except NotFound:
            logger.info("a source does not know a song any more that somebody keeps")
    return len(songs)


async def _empty_some(session: AsyncSession) -> int:
    """Empty some listings that are over, and what their songs had from them; returns how many."""
    now = datetime.now(UTC)
    over = (
        select(SongSource)
        .where(SongSource.expires_at <= now)
        .order_by(SongSource.source, SongSource.external_id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = list((await session.execute(over)).scalars())
    for row in rows:
        # Without its licence at hand the audio is not to be had any more either.
        row.facts, row.can_fetch, row.expires_at = {}, False, None
    await session.flush()
    ids = {row.song_id for row in rows}
    songs = (await session.execute(select(Song).where(Song.id.in_(ids)))).scalars().all()
    listed = await listings_of(session, ids)
    for song in songs:
        refresh_columns(song, listed.get(song.id, []), now)
    await session.flush()
    return len(rows)
