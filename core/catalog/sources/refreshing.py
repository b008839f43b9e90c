"""Facts kept good: asked for again when their time is over, and enriched by sources that know more."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.catalog.display import clip, is_live, preference
from core.catalog.facts import fit
from core.catalog.models import Song, SongSource
from core.catalog.showing import own_listings
from core.catalog.sources.guards import Guards, Verdict
from core.catalog.sources.listing import FoundSong, Shelf, keep_details
from core.catalog.transactions import bounded
from core.db.session import Database
from core.errors import NotFound
from core.music import Enriches, Enrichment, MusicSource, SourceSong, SourceUnavailable

CALL_SECONDS = 1.5
ENRICHMENT_SECONDS = 7 * 86_400
ENRICHED = "enriched"
"""In a song's metadata: what each source added, with the time until which it may be shown."""
MOST_TAGS = 10


class Refresher:
    """Asks sources about single songs: one short call each, under the same guards as searches."""

    def __init__(
        self, database: Database, sources: Mapping[str, MusicSource], guards: Guards, shelf: Shelf
    ) -> None:
        self._database = database
        self._sources = sources
        self._guards = guards
        self._shelf = shelf

    def is_due(self, song: Any, at: datetime) -> bool:
        """Whether `refresh` or `enrich` would ask anybody about a song: a row of `core.catalog.showing`."""
        own = own_listings(song)
        asked = not song.in_catalogue and any(row.source in self._sources for row in own)
        if asked and not any(is_live(row, at) for row in own):
            return True
        return bool(song.title and song.artist) and any(
            self._lacks(name, song.enriched or {}) for name in self._sources
        )

    def _lacks(self, name: str, kept: Mapping[str, Any]) -> bool:
        """Whether a source that can add something was not asked for long."""
        return isinstance(self._sources[name], Enriches) and kept.get(name, {}).get("until", 0) < time.time()

    async def refresh(self, song_id: uuid.UUID, at: datetime) -> None:
        """Ask again about a song whose facts are all over by that time: one of its sources, the preferred.

        Songs of the catalogue have the operator's word. Raises NotFound when the source knows it no more.
        """
        async with bounded(self._database) as session:
            query = (
                select(SongSource)
                .join(Song, Song.id == SongSource.song_id)
                .where(Song.id == song_id, Song.in_catalogue.is_(False), Song.is_private.is_(False))
            )
            rows = list((await session.execute(query)).scalars())
        asked = [row for row in rows if row.source in self._sources]
        if not asked or any(is_live(row, at) for row in rows):
            return
        row = min(asked, key=lambda row: preference(row.source))
        song = await self.ask(row.source, row.external_id)
        if song is not None:
            async with bounded(self._database) as session:
                await self._shelf.store(session, [FoundSong((song,))])

    async def ask(self, name: str, external_id: str) -> SourceSong | None:
        """What the source says of one song now; None when it does not say. Raises NotFound."""
        source = self._sources[name]
        if await self._guards.admit(source, counted=False) is not Verdict.OK:
            return None
        try:
            async with asyncio.timeout(CALL_SECONDS):
                song = await source.track(external_id)
        except NotFound:
            await self._guards.answered(name)
            raise
        except (SourceUnavailable, TimeoutError) as error:
            await self._guards.failed(name, error)
            return None
        await self._guards.answered(name)
        return next(iter(fit([song])), None)

    async def enrich(self, song_id: uuid.UUID) -> None:
        """Let each source that can add what it knows of this song, once a week."""
        async with bounded(self._database) as session:
            song = await session.get(Song, song_id)
        if song is None or song.is_private or not (song.title and song.artist):
            return
        kept = song.details.get(ENRICHED, {})
        for name, source in self._sources.items():
            if isinstance(source, Enriches) and self._lacks(name, kept):
                added = await self._ask_enrichment(name, source, song.title, song.artist)
                if added is not None:
                    kept = {**kept, name: added}
        if kept != song.details.get(ENRICHED, {}):
            async with bounded(self._database) as session:
                song = await session.get(Song, song_id, with_for_update=True)
                if song is not None:
                    keep_details(song, **{ENRICHED: kept})

    async def _ask_enrichment(
        self, name: str, source: Enriches, title: str, artist: str
    ) -> dict[str, Any] | None:
        """What the source adds, as it is kept; None when it did not answer."""
        if await self._guards.admit(self._sources[name], counted=False) is not Verdict.OK:
            return None
        try:
            async with asyncio.timeout(CALL_SECONDS):
                added = await source.enrich(title, artist)
        except (SourceUnavailable, TimeoutError) as error:
            await self._guards.failed(name, error)
            return None
        await self._guards.answered(name)
        return kept_enrichment(added or Enrichment(), time.time())


def kept_enrichment(added: Enrichment, now: float) -> dict[str, Any]:
    return {
        "until": now + ENRICHMENT_SECONDS,
        "tags": [tag for each in added.tags[:MOST_TAGS] if (tag := clip(each))],
        "album": clip(added.album),
        "listeners": added.listeners,
        "url": added.url,
    }
