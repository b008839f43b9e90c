"""Music search: songs of all, found by name or link in the catalogue and at every source, as one."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Collection, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal, TypeVar

from redis.asyncio import Redis
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.licences import may_fetch
from core.catalog.links import links_in, our_song
from core.catalog.merging import LOCAL
from core.catalog.searching import picks
from core.catalog.searching.answering import Answering, Question, RankedSongs
from core.catalog.searching.freshness import catalogue_stamp
from core.catalog.searching.query import checked
from core.catalog.showing import rows_of, view_of, views_of
from core.catalog.sources import expiry, trending
from core.catalog.sources.federation import Federation
from core.catalog.sources.guards import Guards
from core.catalog.sources.listing import FoundSong, Shelf, owners
from core.catalog.sources.refreshing import Refresher
from core.catalog.sources.shared import Cache, Shared, temperature
from core.catalog.transactions import bounded
from core.catalog.views import SearchAnswer, SongView
from core.db.session import Database, answering
from core.errors import MelodyError, NotFound, ServiceUnavailable, UnknownSource
from core.gathered import Gathered
from core.music import MusicSource, SourceSong
from core.tally import SEARCH_ANSWERS, Tally

logger = logging.getLogger(__name__)

T = TypeVar("T")

ALL = "all"
SECONDS = 1.5
LINKS_AT_ONCE = 3
FRESH_SECONDS = 600.0
KEEP_SECONDS = 86_400.0
REFRESH_SECONDS = 10.0
"""How long the sources may take when nobody waits."""
PARTIAL_SECONDS = 1.0
"""How long an answer without some source is good enough for the next asker."""
TRENDING_FRESH_SECONDS = 30.0
TRENDING_KEEP_SECONDS = 3600.0
SECONDS_OF_ROWS = 5.0
"""The longest that somebody waits for one song."""
CACHE_VERSION = 1
"""To be raised when what is cached changes its form."""

Timeframe = Literal["daily", "weekly"]


class MusicSearch:
    """Finds songs; belongs to one event loop. Redis makes it faster and shares what processes learn, but it
    works without."""

    def __init__(
        self,
        database: Database,
        redis: Redis,
        sources: Mapping[str, MusicSource],
        tally: Tally,
        *,
        noncommercial: bool,
        operator_allows: Collection[str] = (),
        public_url: str | None = None,
    ) -> None:
        shared = Shared(redis)
        allowed = partial(may_fetch, noncommercial=noncommercial, operator_allows=operator_allows)
        self._database = database
        self._sources = sources
        self._public_url = public_url
        self._labels = {name: source.label for name, source in sources.items()}
        self._guards = Guards(shared)
        self._tally = tally
        found = Cache(shared, f"melody:found:{CACHE_VERSION}:")
        self._federation = Federation(sources, self._guards, found, tally)
        self._shelf = Shelf(sources, allowed)
        self._answering = Answering(database, self._federation, self._shelf, allowed)
        self._refresher = Refresher(database, sources, self._guards, self._shelf)
        self._answers = Cache(shared, f"melody:answer:{CACHE_VERSION}:")
        self._rows = Gathered(self._ask_rows)
        self._flights: dict[str, asyncio.Task[Any]] = {}

    @property
    def labels(self) -> Mapping[str, str]:
        """What people know each source as."""
        return self._labels

    async def search(
        self,
        query: str,
        *,
        limit: int = 20,
        offset: int = 0,
        language: str | None = None,
        source: str = ALL,
        seconds: float | None = None,
        user_id: uuid.UUID | None = None,
    ) -> SearchAnswer:
        """One page of what is found within the time (SECONDS by itself), the person's own earlier pick first.

        Raises EmptyQuery, QueryTooLong, UnknownSource, ServiceUnavailable.
        """
        seconds = SECONDS if seconds is None else seconds
        question = self._question(checked(query), language, source)
        kept = await self._answers.get(question.key)
        async with answering(SECONDS_OF_ROWS):
            stamp = await catalogue_stamp(self._database.reading)
        if kept is not None and kept.value["stamp"] != stamp:
            kept = None
        self._tally.count(SEARCH_ANSWERS, temperature(kept))
        if kept is not None:
            ranking = RankedSongs.from_json(kept.value["ranking"])
            page = await self._page(question, ranking, limit, offset, user_id)
            if not kept.fresh:
                self._once(question.key, self._make(question, REFRESH_SECONDS, stamp, fresh=True))
            return page
        making = self._once(f"{question.key} in {seconds}", self._make(question, seconds, stamp))
        ranking = await asyncio.shield(making)
        return await self._page(question, ranking, limit, offset, user_id)

    async def song(self, song_id: uuid.UUID, *, enrich: bool = True) -> SongView:
        """One song, its facts asked for again where their time is over.

        Raises NotFound, ServiceUnavailable.
        """
        row, now = await self._row(song_id), datetime.now(UTC)
        if not self._refresher.is_due(row, now):
            return view_of(row, self._labels, now)
        try:
            await self._refresher.refresh(song_id, now)
            if enrich:
                await self._refresher.enrich(song_id)
        except NotFound:
            logger.info("a source does not know a song any more")
        return await self._view(song_id)

    async def views(self, song_ids: Sequence[uuid.UUID]) -> list[SongView]:
        """These songs in their order; what does not exist or is private is left out."""
        async with bounded(self._database) as session:
            return await views_of(session, song_ids, self._labels)

    async def from_link(self, text: str) -> SongView | None:
        """The song that the first link in a text leads to; None when no link is to a song we could know.

        Raises NotFound when there is no such song, ServiceUnavailable when its source does not answer.
        """
        for url in links_in(text):
            if (song := await self._behind(url)) is not None:
                return song
        return None

    async def from_links(self, text: str) -> list[tuple[str, SongView | MelodyError | None]]:
        """Each link in a text with the song it leads to, why that can't be told, or None where it leads to no
        song we could know."""
        free = asyncio.Semaphore(LINKS_AT_ONCE)

        async def behind(url: str) -> SongView | MelodyError | None:
            async with free:
                try:
                    return await self._behind(url)
                except MelodyError as error:
                    return error

        urls = list(dict.fromkeys(links_in(text)))
        return list(zip(urls, await asyncio.gather(*map(behind, urls)), strict=True))

    async def _behind(self, url: str) -> SongView | None:
        """Raises NotFound, ServiceUnavailable."""
        if (song_id := our_song(url, self._public_url)) is not None:
            return await self._view(song_id)
        for name, source in self._sources.items():
            if (external_id := source.id_in_link(url)) is not None:
                return await self._listed(name, external_id)
        return None

    async def trending(
        self, *, language: str | None = None, limit: int = 20, timeframe: Timeframe = "weekly"
    ) -> list[SongView]:
        """What is heard most now, the most heard first."""
        key = f"trending:{timeframe}:{language or ''}:{limit}"
        kept = await self._answers.get(key)
        ids = [uuid.UUID(one) for one in kept.value] if kept is not None and kept.fresh else None
        async with bounded(self._database) as session:
            if ids is None:
                ids = await trending.most_heard(session, timeframe, language=language, limit=limit)
            items = await views_of(session, ids, self._labels)
        if kept is None or not kept.fresh:
            await self._answers.put(
                key, [str(one) for one in ids], fresh=TRENDING_FRESH_SECONDS, keep=TRENDING_KEEP_SECONDS
            )
        return items

    async def refresh_trending(self) -> None:
        """Bring the charts of all sources up to date."""
        await trending.refresh_charts(self._database, self._sources, self._guards, self._shelf)

    async def expire(self, kept_first: Select[uuid.UUID]) -> None:
        """Empty facts whose time is over; those of `kept_first` are asked for again before that."""
        await expiry.expire(self._database, self._refresher, kept_first)

    async def record_pick(
        self, session: AsyncSession, user_id: uuid.UUID, query: str, song_id: uuid.UUID
    ) -> None:
        """Remember that the person picked this song for this query."""
        await picks.record_pick(session, user_id, query, song_id)

    async def close(self) -> None:
        """Give up what goes on in the background."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        await self._rows.close()
        await self._federation.close()

    def _question(self, query: str, language: str | None, source: str) -> Question:
        """Raises UnknownSource."""
        if source not in (ALL, LOCAL, *self._sources):
            raise UnknownSource(known=", ".join((ALL, LOCAL, *self._sources)))
        asked = {ALL: tuple(self._sources), LOCAL: ()}.get(source, (source,))
        return Question(query, language and language.lower(), asked, source in (ALL, LOCAL))

    async def _page(
        self,
        question: Question,
        ranking: RankedSongs,
        limit: int,
        offset: int,
        user_id: uuid.UUID | None,
    ) -> SearchAnswer:
        ids, reading = list(ranking.ids), self._database.reading
        async with answering(SECONDS_OF_ROWS):
            if user_id is not None:
                picked = await picks.picked_by(reading, user_id, question.query)
                if picked is not None and (picked in ids or (question.local and question.language is None)):
                    ids = list(dict.fromkeys([picked, *ids]))
            items = await views_of(reading, ids[offset : offset + limit], self._labels)
        return SearchAnswer(tuple(items), len(ids), ranking.is_partial, ranking.states)

    async def _make(
        self, question: Question, seconds: float, stamp: str, *, fresh: bool = False
    ) -> RankedSongs:
        ranking = await self._answering.answer(question, seconds, fresh=fresh)
        value = {"stamp": stamp, "ranking": ranking.as_json()}
        if ranking.settled and not ranking.is_partial:
            await self._answers.put(question.key, value, fresh=FRESH_SECONDS, keep=KEEP_SECONDS)
        elif ranking.settled:
            await self._answers.put(question.key, value, fresh=PARTIAL_SECONDS, keep=PARTIAL_SECONDS)
        return ranking

    def _once(self, key: str, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """The work under this key, begun now unless it is going on already."""
        if (running := self._flights.get(key)) is not None:
            work.close()
            return running
        task = asyncio.create_task(work)
        self._flights[key] = task
        task.add_done_callback(lambda done: self._landed(key, done))
        return task

    def _landed(self, key: str, task: asyncio.Task[Any]) -> None:
        self._flights.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.warning("a search failed: %s", type(error).__name__)

    async def _view(self, song_id: uuid.UUID) -> SongView:
        """Raises NotFound."""
        return view_of(await self._row(song_id), self._labels, datetime.now(UTC))

    async def _row(self, song_id: uuid.UUID) -> Any:
        """Raises NotFound."""
        row = await self._rows.get(song_id)
        if row is None:
            raise NotFound(f"no song of all has the id {song_id}")
        return row

    async def _ask_rows(self, song_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
        async with answering(SECONDS_OF_ROWS):
            return await rows_of(self._database.reading, song_ids)

    async def _known(self, name: str, external_id: str) -> uuid.UUID | None:
        async with bounded(self._database) as session:
            return (await owners(session, [(name, external_id)])).get((name, external_id))

    async def _listed(self, name: str, external_id: str) -> SongView:
        """The song with this id at a source: as we know it, else as the source tells."""
        song_id = await self._known(name, external_id)
        if song_id is not None:
            return await self.song(song_id, enrich=False)
        song = await self._refresher.ask(name, external_id)
        if song is None:
            raise ServiceUnavailable(f"{name} does not answer")
        (song_id,) = await self._store([song])
        if song_id is None:
            raise NotFound(f"{name} has a song that may not be shown")
        return await self._view(song_id)

    async def _store(self, songs: Sequence[SourceSong]) -> list[uuid.UUID | None]:
        async with bounded(self._database) as session:
            return await self._shelf.store(session, [FoundSong((song,)) for song in songs])
