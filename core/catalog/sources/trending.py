"""What is heard most: our own plays, saves and conversions of the last days, joined with the sources' charts.

What is recent counts more. A chart's places are kept as a day's activity too (`Activity.CHART`), so that
they fade like everything else, and are there when a source or Redis is not.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Date, Integer, case, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.activity import Activity, set_chart_points
from core.catalog.facts import fit
from core.catalog.merging import Entry, merge
from core.catalog.models import Song, SongActivity
from core.catalog.sources.guards import Guards, Verdict
from core.catalog.sources.listing import FoundSong, Shelf
from core.catalog.transactions import bounded
from core.db.session import Database
from core.music import MusicSource, SourceSong, SourceUnavailable

logger = logging.getLogger(__name__)

WEIGHTS = {Activity.PLAY: 1.0, Activity.SAVE: 3.0, Activity.CONVERT: 3.0, Activity.CHART: 0.1}
"""The first place of a chart is worth as much as one person who keeps the song, each day."""
PLACES = 30
MOST_LANGUAGES = 5
CHART_SECONDS = 15.0


@dataclass(frozen=True)
class _Frame:
    days: int
    half_life: float
    """Days after which something counts half."""


FRAMES = {"daily": _Frame(1, 1.0), "weekly": _Frame(7, 3.0)}


async def most_heard(
    session: AsyncSession, timeframe: str, *, language: str | None, limit: int
) -> list[uuid.UUID]:
    """Songs of all by how much they are heard; then, where that is too few, the most popular of the
    catalogue."""
    frame = FRAMES[timeframe]
    today = datetime.now(UTC).date()
    age = literal(today, Date) - SongActivity.day
    weight = case({kind.value: each for kind, each in WEIGHTS.items()}, value=SongActivity.kind, else_=0.0)
    heard = func.sum(weight * SongActivity.count * func.power(0.5, cast(age, Integer) / frame.half_life))
    query = (
        select(Song.id, Song.details)
        .join(SongActivity, SongActivity.song_id == Song.id)
        .where(
            SongActivity.day >= today - timedelta(days=frame.days),
            Song.is_private.is_(False),
            Song.title != "",
        )
        .group_by(Song.id)
        .order_by(heard.desc(), Song.popularity.desc(), Song.id)
        .limit(2 * limit)
    )
    if language is not None:
        query = query.where(Song.language == language)
    found = _distinct((await session.execute(query)).all())[:limit]
    if len(found) < limit:
        found += await _popular(session, language, limit - len(found), found)
    return found


def _distinct(rows: Sequence[tuple[uuid.UUID, Mapping[str, object]]]) -> list[uuid.UUID]:
    """The songs, of those that turned out to be one only the first."""
    found: dict[uuid.UUID, None] = {}
    for song_id, details in rows:
        also = details.get("also", [])
        if not isinstance(also, list) or not any(uuid.UUID(other) in found for other in also):
            found[song_id] = None
    return list(found)


async def _popular(
    session: AsyncSession, language: str | None, limit: int, without: Sequence[uuid.UUID]
) -> list[uuid.UUID]:
    query = (
        select(Song.id)
        .where(Song.in_catalogue, Song.is_private.is_(False), Song.id.not_in(without))
        .order_by(Song.popularity.desc())
        .limit(limit)
    )
    if language is not None:
        query = query.where(Song.language == language)
    return list((await session.execute(query)).scalars())


async def refresh_charts(
    database: Database, sources: Mapping[str, MusicSource], guards: Guards, shelf: Shelf
) -> None:
    """Ask every source for its charts, over all and for the languages that are most sung here."""
    async with bounded(database) as session:
        languages = [None, *await _languages(session)]
    for language in languages:
        asked = [_chart(source, guards, language) for source in sources.values()]
        charts = await asyncio.gather(*asked)
        if any(charts):
            await _keep(database, shelf, charts)


async def _chart(source: MusicSource, guards: Guards, language: str | None) -> list[SourceSong]:
    """A source's chart; none when it does not answer."""
    if await guards.admit(source, counted=False) is not Verdict.OK:
        return []
    try:
        async with asyncio.timeout(CHART_SECONDS):
            songs = await source.trending(limit=PLACES, language=language)
    except (SourceUnavailable, TimeoutError) as error:
        await guards.failed(source.name, error)
        return []
    await guards.answered(source.name)
    return [replace(song, language=song.language or language) for song in fit(songs)]


async def _keep(database: Database, shelf: Shelf, charts: Sequence[Sequence[SourceSong]]) -> None:
    """Store the songs and note their places; a song that several charts have gets the points of all."""
    entries = {Entry(song): PLACES - place for chart in charts for place, song in enumerate(chart[:PLACES])}
    groups = await asyncio.to_thread(merge, list(entries))
    async with bounded(database) as session:
        ids = await shelf.store(
            session, [FoundSong(tuple(entry.song for entry in group)) for group in groups]
        )
        points: dict[uuid.UUID, int] = {}
        for song_id, group in zip(ids, groups, strict=True):
            if song_id is not None:
                points[song_id] = points.get(song_id, 0) + sum(entries[entry] for entry in group)
        await set_chart_points(session, points)


async def _languages(session: AsyncSession) -> list[str]:
    """The languages that most songs of all are in."""
    count = func.count()
    query = (
        select(Song.language)
        .where(Song.language.is_not(None), Song.is_private.is_(False))
        .group_by(Song.language)
        .order_by(count.desc())
        .limit(MOST_LANGUAGES)
    )
    return [language for language in (await session.execute(query)).scalars() if language is not None]
